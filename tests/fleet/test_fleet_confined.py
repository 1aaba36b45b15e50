#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The forwarder has given up what it does not need, and does its work so

What a process that is confined so cannot do is tried in tests/unit/test_confine.c.
"""
import os
import unittest

from fleet_rig import main
from hosts import HostTest, end, wait_until


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return file.read().split()


@unittest.skipIf(os.environ.get("ALIGND_WRAPPER"),
                 "a program that runs it has calls of its own")
class Confined(HostTest):

    def test_it_and_its_child(self):
        host = self.filled()
        # An upkeep that takes its time.
        self.sql("CREATE OR REPLACE FUNCTION alignd_push.end_endless() RETURNS bigint "
                 "LANGUAGE sql AS $$ SELECT count(pg_sleep(3)) WHERE "
                 "current_query() LIKE '%maintain%' $$")
        forwarder = host.begin_forwarder()
        self.addCleanup(forwarder.stderr.close)
        wait_until("the upkeep", lambda: children(forwarder.pid))
        for pid in (forwarder.pid, *children(forwarder.pid)):
            found = status_of(pid)
            self.assertEqual((found["NoNewPrivs"], found["Seccomp"]), ("1", "2"))
        self.assertEqual(end(forwarder), (0, ""))
        self.assert_all_there(host)

    def test_addresses_of_this_host(self):
        """The kernel is asked for them, by a socket of its own kind."""
        host = self.filled()
        host.own_address = lambda: ""
        with open(host.config, encoding="ascii") as file:
            text = file.read()
        with open(host.config, "w", encoding="ascii") as file:
            file.write(text.replace('addresses = {"198.51.100.97"}', ""))
        self.assertEqual(host.forward(), (0, "", ""))
        told = self.sql("SELECT addresses FROM alignd.host")[0][0].split()
        with os.popen("ip -o addr show scope global") as found:
            own = [line.split()[3].split("/")[0] for line in found]
        self.assertEqual(sorted(told), sorted(own)[:16])

    def test_a_service(self):
        """Its file, and the port that it names."""
        host = self.filled()
        known = dict(word.split("=", 1) for word in host.conninfo.split())
        del known["host"]
        path = os.path.join(host.folder, ".pg_service.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write("[fleet]\nhost=127.0.0.1\n"
                       + "".join(f"{name}={value}\n" for name, value in known.items()))
        os.chmod(path, 0o644)
        with open(host.config, encoding="ascii") as file:
            text = file.read()
        with open(host.config, "w", encoding="ascii") as file:
            file.write(text.replace(host.conninfo, "service=fleet sslmode=disable"))
        self.assertEqual(host.forward(), (0, "", ""))
        self.assert_all_there(host)

    def test_when_it_is_not_wanted(self):
        host = self.filled()
        host.drop_in("bare.conf", "confine = no\n")
        forwarder = host.begin_forwarder()
        self.addCleanup(forwarder.stderr.close)
        wait_until("counters", self.fleet_messages)
        self.assertEqual(status_of(forwarder.pid)["Seccomp"], "0")
        self.assertEqual(end(forwarder), (0, ""))


if __name__ == "__main__":
    main()
