#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Overrides of the fleet: written once, in force on each host, never backwards

alignd itself says what is in force: mail that fails is let in or refused.
"""
import json
import os
import re
import stat
import sys
import unittest

from fleet_rig import main
from hosts import HERE, WRAPPER, HostTest, can_stop, end, wait_until

sys.path.append(os.path.join(HERE, "..", "tools"))
from alignctl import has_sanitizer  # noqa: E402  pylint: disable=wrong-import-position
from limits import LIMITS  # noqa: E402  pylint: disable=wrong-import-position

ADD = ("--spf", "pass.test", "--owner", "ann@example.test", "--why", "ticket 1",
       "--permanent", "--unsafe")
FAILS = "a@reject.test"


class Overrides(HostTest):

    def add(self, host, name, *more):
        return host.tool("override", "add", "--fleet", "--name", name, *ADD, *more)

    def verdict(self, host):
        with host.session() as client:
            return client.message(FAILS, sender="x@pass.test").verdict

    def file(self, host):
        return host.database + ".fleet-overrides.conf"

    def text(self, host):
        with open(self.file(host), encoding="utf-8") as file:
            return file.read()

    def row(self, name):
        return self.sql("SELECT override_version, last_error FROM alignd.host WHERE name = "
                        f"'{name}'")[0]

    def bring(self, *hosts):
        """The version is here, and the fleet knows."""
        for host in hosts:
            for _ in range(2):
                status, _, err = host.forward()
                self.assertEqual(status, 0, err)

    def test_in_force_on_each_host(self):
        hosts = [self.host(f"mx{letter}.test") for letter in "ab"]
        with hosts[0], hosts[1]:
            self.assertEqual([self.verdict(host) for host in hosts], ["reject"] * 2)
            status, out, err = self.add(hosts[0], "partner")
            self.assertEqual(status, 0, err)
            self.assertIn("version 1", out)
            self.bring(*hosts)
            for host in hosts:
                wait_until("the override", lambda h=host: self.verdict(h) == "continue")
                self.assertEqual(stat.S_IMODE(os.stat(self.file(host)).st_mode), 0o640)
            self.assertEqual([self.row(host.name)[0] for host in hosts], ["1", "1"])
            out = hosts[0].tool("override", "list", "--fleet")[1]
            self.assertIn("partner", out)
            self.assertRegex(out, r"mxb\.test +version 1\n")
            # and taken away again
            self.assertEqual(hosts[1].tool("override", "remove", "--fleet", "partner")[0], 0)
            self.bring(*hosts)
            for host in hosts:
                wait_until("none", lambda h=host: self.verdict(h) == "reject")
            self.assertEqual(self.sql(
                "SELECT who FROM alignd.override_version ORDER BY version")[0][0][:3], "ann")

    def used(self, host):
        status, out, err = host.tool("override", "list", "--fleet", "--json")
        self.assertEqual(status, 0, err)
        return {row["name"]: (row["used"], row["last_used"])
                for row in map(json.loads, out.splitlines())}

    def test_how_often_each_was_used_on_all_hosts(self):
        """What a name decided is told of it, whatever reason was given then."""
        hosts = [self.host(f"mx{letter}.test") for letter in "ab"]
        for name in ("partner", "partner: two", "idle"):
            self.assertEqual(self.add(hosts[0], name)[0], 0)
        for host in hosts:
            host.start()
            self.bring(host)
            wait_until("the override", lambda h=host: self.verdict(h) == "continue")
            host.stop()
        self.bring(*hosts)
        (counted,), = self.sql("SELECT alignd_read.sum(r.count) FROM alignd_read.trait_result r "
                               "JOIN alignd_read.trait USING (tuple_id) WHERE "
                               "override_comment = 'override partner: ticket 1'")
        counted = int(counted)
        self.assertGreaterEqual(counted, 2)
        used = self.used(hosts[1])
        self.assertEqual((used["partner"][0], used["idle"]), (counted, (0, None)))
        self.assertIsNotNone(used["partner"][1])
        out = hosts[0].tool("override", "list", "--fleet")[1]
        self.assertIn(f"by {counted} messages of the last 30 days, on all hosts", out)
        self.assertIn("by no message of the last 30 days", out)
        for comment, whose in (("override partner: it is: two", "partner"),
                               ("override partner: two: why", "partner: two"),
                               ("override gone: why", None), ("override ", None)):
            self.sql(f"UPDATE alignd.trait SET override_comment = '{comment}' "
                     "WHERE override_comment <> ''")
            self.assertEqual({name for name, use in self.used(hosts[0]).items() if use[0]},
                             {whose} - {None})

    def test_away_the_last_one_holds(self):
        host = self.host()
        self.assertEqual(self.add(host, "partner")[0], 0)
        with host:
            self.bring(host)
            wait_until("the override", lambda: self.verdict(host) == "continue")
            self.server.stop()
            try:
                self.assertEqual(host.forward()[0], 4)
                self.assertEqual(self.verdict(host), "continue")
                host.stop()
                host.start()
                self.assertEqual(self.verdict(host), "continue")
            finally:
                self.server.start()

    def test_changed_meanwhile(self):
        host = self.host()
        self.assertEqual(self.add(host, "one")[0], 0)
        status, _, err = self.add(host, "two", "--expect", "0")
        self.assertEqual(status, 3)
        self.assertIn("changed meanwhile", err)
        self.assertEqual(self.add(host, "two", "--expect", "1")[0], 0)
        status, _, err = host.tool("override", "remove", "--fleet", "--expect", "1", "two")
        self.assertIn("changed meanwhile", err)
        self.assertEqual(self.number("SELECT max(version) FROM alignd.override_version"), 2)

    def test_never_backwards(self):
        host = self.host()
        host.start()
        host.stop()
        for name in ("one", "two"):
            self.assertEqual(self.add(host, name)[0], 0)
        self.bring(host)
        kept = self.text(host)
        self.sql("DELETE FROM alignd.override_version WHERE version = 2")
        self.bring(host)
        self.assertEqual(self.text(host), kept)
        version, fault = self.row(host.name)
        self.assertEqual(version, "2")
        self.assertIn("went back from version 2 to 1", fault)
        self.assertIn("went back", host.tool("fleet", "status")[1])
        # said once more, past it
        for name in ("three", "four"):
            self.assertEqual(self.add(host, name)[0], 0)
        self.bring(host)
        self.assertIn("four", self.text(host))
        self.assertEqual(self.row(host.name), ["3", ""])

    def test_said_anew_under_the_same_number(self):
        """PostgreSQL was played back, and what then was said has the number that a
        host has; so does a file that somebody changed by hand."""
        host = self.host()
        host.start()
        host.stop()
        self.assertEqual(self.add(host, "old")[0], 0)
        self.bring(host)
        self.sql("DELETE FROM alignd.override_version")
        self.assertEqual(self.add(host, "new")[0], 0)
        self.bring(host)
        self.assertIn("new", self.text(host))
        self.assertNotIn("old", self.text(host))
        kept = self.text(host)
        with open(self.file(host), "a", encoding="ascii") as file:
            file.write("# mine\n")
        self.bring(host)
        self.assertEqual(self.text(host), kept)

    def test_a_file_that_went_is_brought_back(self):
        host = self.host()
        host.start()
        host.stop()
        self.assertEqual(self.add(host, "partner")[0], 0)
        forwarder = host.begin_forwarder()
        wait_until("the file", lambda: os.path.exists(self.file(host)))
        os.remove(self.file(host))
        wait_until("it again", lambda: os.path.exists(self.file(host)))
        self.assertIn("partner", self.text(host))
        end(forwarder)

    @unittest.skipUnless(os.geteuid() == 0, "only root has another's file to give away")
    def test_what_root_brings_alignd_may_read(self):
        host = self.filled()
        self.assertEqual(self.add(host, "partner")[0], 0)
        host.as_user = lambda: {}
        self.assertEqual(host.forward()[0], 0)
        folder = os.stat(os.path.dirname(host.database))
        self.assertNotEqual(folder.st_uid, 0)
        for end_of in ("-overrides.conf", "-hosts.conf", ""):
            found = os.stat(f"{host.database}.fleet{end_of}")
            self.assertEqual((found.st_uid, found.st_gid, found.st_mode & 0o777),
                             (folder.st_uid, folder.st_gid, 0o640), end_of)

    def test_what_a_host_does_not_take_is_told(self):
        host = self.host()
        host.start()
        host.stop()
        self.assertEqual(self.add(host, "one")[0], 0)
        self.bring(host)
        kept = self.text(host)
        self.assertEqual(self.add(host, "shared")[0], 0)
        with open(os.path.join(host.folder, "overrides.conf"), "w", encoding="ascii") as file:
            file.write('override "shared" { spf = {"x.test"} owner = "a" why = "b" '
                       "permanent = yes }\n")
        self.bring(host)
        self.assertEqual(self.text(host), kept)
        self.assertIn("stands in", self.row(host.name)[1])
        # nor what is no overrides file at all
        os.remove(os.path.join(host.folder, "overrides.conf"))
        self.sql("INSERT INTO alignd.override_version (version, parent, text, digest, who) "
                 "VALUES (3, 2, 'nonsense', sha256('nonsense'), 'x')")
        self.bring(host)
        self.assertEqual(self.text(host), kept)
        self.assertIn("version 3 of the fleet's overrides is not taken", self.row(host.name)[1])

    def test_many_take_little_memory(self):
        """28,000 in a file of 3 MB; of a version a slice and its names are held. Behind
        the last slice a character of two bytes."""
        host = self.host()
        host.start()
        host.stop()
        self.sql("INSERT INTO alignd.override_version (version, parent, text, digest, who) "
                 "SELECT 1, 0, t, sha256(convert_to(t, 'UTF8')), 'x' FROM (SELECT string_agg("
                 "'override \"o' || n || '\" { spf = {\"d' || n || '.test\"} owner = \"ann@x.test\" "
                 "why = \"ticket ' || n || ' \u00e9' || '\" permanent = yes }', chr(10) ORDER BY n) AS t "
                 "FROM generate_series(1, 28000) n) made")
        forwarder = host.begin_forwarder()
        wait_until("the file", lambda: os.path.exists(self.file(host)))
        # what comes behind it in the round has come, and the file is looked at
        wait_until("the heartbeat", lambda: self.row(host.name)[0] == "1")
        with open(f"/proc/{forwarder.pid}/status", encoding="ascii") as file:
            peak_kib = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])
        end(forwarder)
        told = self.sql("SELECT text FROM alignd.override_version")[0][0]
        self.assertTrue(self.text(host).endswith(told[-100:]))
        print(f"bound met: {peak_kib} KiB with 28,000 overrides")
        if not has_sanitizer() and not WRAPPER:
            self.assertLess(peak_kib, 32 * 1024)

    def test_one_that_is_too_large_is_not_taken(self):
        host = self.host()
        host.start()
        host.stop()
        bytes_max = LIMITS["LIMIT_FLEET_OVERRIDES_BYTES"]
        self.sql("INSERT INTO alignd.override_version (version, parent, text, digest, who) "
                 f"SELECT 1, 0, t, sha256(t::bytea), 'x' FROM repeat('#', {bytes_max + 1}) t")
        self.bring(host)
        self.assertFalse(os.path.exists(self.file(host)))
        self.assertIn("too large", self.row(host.name)[1])

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_killed_behind_the_file(self):
        host = self.host()
        with host:
            self.assertEqual(self.add(host, "partner")[0], 0)
            self.assertEqual(host.forward(stop_at="fleet-overrides-written")[0], -9)
            self.assertEqual(self.verdict(host), "reject")
            self.bring(host)
            wait_until("the override", lambda: self.verdict(host) == "continue")

    def test_hosts_are_brought(self):
        hosts = [self.host(f"mx{letter}.test") for letter in "ab"]
        for host in hosts:
            host.start()
            host.stop()
        self.bring(hosts[1], hosts[0])
        with open(hosts[0].database + ".fleet-hosts.conf", encoding="ascii") as file:
            text = file.read()
        for host in hosts:
            self.assertIn(f'authserv_id = "{host.name}"', text)
            self.assertIn(f'addresses = {{"{host.own_address()}"}}', text)
        self.assertEqual(hosts[0].tool("config", "check")[0], 0)

    def test_rights(self):
        host = self.host(people="eye")
        status, _, err = self.add(host, "one")
        self.assertEqual(status, 4)
        self.assertIn("alignd_operator to change something", err)
        host.drop_in("people.conf", "")
        self.assertEqual(self.add(host, "one")[0], 4)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.override_version"), 0)


if __name__ == "__main__":
    main()
