#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl fleet status: live, missing, removed, never; what each is behind with

And one clear line where something is wrong: a string, a role, a right.
"""
import json
import os
import sqlite3
import sys

from fleet_rig import main
from hosts import HERE, HostTest, wait_until

sys.path.append(os.path.join(HERE, "..", "tools"))
import schema  # noqa: E402  pylint: disable=wrong-import-position

SECRET = "geheim7"


class Status(HostTest):

    def hosts_of(self, host):
        status, out, err = host.tool("fleet", "status", "--json")
        self.assertEqual((status, err), (0, ""))
        rules = schema.load("fleet_status")
        rows = [json.loads(line) for line in out.splitlines()]
        for row in rows:
            self.assertEqual(schema.faults(row, rules), [])
            self.assertEqual(schema.order_faults(row, rules), [])
        return {row["host"]: row for row in rows}

    def test_each_state(self):
        host = self.filled()
        for name in ("mxb.test", "mxc.test", "mxd.test"):
            self.host(name)
        self.assertEqual(host.forward()[0], 0)
        self.sql("UPDATE alignd.host SET seen_s = extract(epoch FROM now()) - 2000 "
                 "WHERE name = 'mxb.test';"
                 "UPDATE alignd.host SET state = 'removed' WHERE name = 'mxc.test'")
        rows = self.hosts_of(host)
        self.assertEqual({name: row["state"] for name, row in rows.items()},
                         {"mxa.test": "live", "mxb.test": "missing",
                          "mxc.test": "removed", "mxd.test": "never"})
        own = rows["mxa.test"]
        self.assertEqual((own["waiting"], own["lag_s"], own["aside"], own["last_error"],
                          own["authserv_id"], own["addresses"]),
                         (0, None, 0, None, "mxa.test", ["198.51.100.97"]))
        self.assertLess(abs(own["offset_ms"]), 60000)
        self.assertIsNotNone(own["sealed_until"])
        text = host.tool("fleet", "status")[1]
        self.assertIn("mxb.test", text)
        self.assertIn("this host: PostgreSQL answered last at", text)

    def test_what_went_before_the_fleet_had_it(self):
        """Told by each host, since its store's first day and not its daemon's."""
        host = self.filled(count=4)
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE segment SET hour_s = hour_s - 12000 * 3600, held_s = 1")
            store.execute("UPDATE result SET hour_s = hour_s - 12000 * 3600")
            store.execute("UPDATE incident SET time_s = time_s - 12000 * 3600")
        kept = (host.messages(), host.incidents())
        for _ in range(2):  # the second opening finds nothing more
            host.start()
            wait_until("the purge", lambda: host.incidents() == 0 and host.messages() == 0)
            host.stop()
        self.assertEqual(host.ask("SELECT messages, incidents FROM let_go"), [kept])
        self.assertEqual(host.forward()[0], 0)
        self.assertEqual(self.hosts_of(host)["mxa.test"]["let_go"], sum(kept))
        self.assertIn(f"mxa.test purged {sum(kept)} messages and incidents before",
                      host.tool("fleet", "status")[1])

    def test_a_clock_that_is_wrong_is_told(self):
        host = self.filled()
        now = int(self.sql("SELECT extract(epoch FROM now())::bigint")[0][0])
        self.assertEqual(host.tool("--now", str(now + 3600), "fleet", "forward", "--once")[0], 0)
        row = self.hosts_of(host)["mxa.test"]
        self.assertLess(abs(row["offset_ms"] - 3600000), 60000)
        self.assertLessEqual(
            self.number("SELECT sealed_until_s FROM alignd.host"), now // 3600 * 3600 + 3600)

    def test_trouble_is_one_line(self):
        host = self.filled()
        good = host.conninfo
        for conninfo, wanted, said in (
                (f"host=127.0.0.1 port=1 user=x password={SECRET}", 4, "is it running"),
                (f"{good.replace('user=mxa', 'user=nobody_here')}", 4, "fleet init"),
                (f"{good} pasword={SECRET}", 2,
                 "store.postgresql")):
            host.conninfo = conninfo
            host.write_config()
            for words in (("fleet", "forward", "--once"), ("fleet", "status")):
                with self.subTest(conninfo=conninfo, words=words):
                    if words[1] == "status":
                        os.remove(host.config + ".d/people.conf")
                    status, out, err = host.tool(*words)
                    self.assertEqual((status, err.count("\n")), (wanted, 1), err)
                    self.assertIn(said, err)
                    self.assertNotIn(SECRET, out + err)
                    host.drop_in("people.conf", "")
            # what it left tells of it as well
            self.assertIn(said, host.tool("fleet", "status")[1])
        self.assertEqual(host.waiting(), 1)

    def doctor(self, host):
        return [row for row in map(json.loads,
                                   host.tool("doctor", "--json")[1].splitlines())
                if row["check"] in ("fleet", "store.postgresql")]

    def test_doctor(self):
        host = self.filled()
        self.assertIn("has not run yet", self.doctor(host)[0]["found"])
        self.assertEqual(host.forward()[0], 0)
        row, = self.doctor(host)
        self.assertEqual(row["level"], "ok")
        # what the forwarder met
        good = host.conninfo
        host.conninfo = good.replace("user=mxa", "user=nobody_here")
        host.write_config()
        self.assertEqual(host.forward()[0], 4)
        row, = self.doctor(host)
        self.assertEqual(row["level"], "problem")
        self.assertIn("fleet init --host", row["fix"])
        # what it would meet
        os.remove(host.database + ".fleet")
        host.conninfo = f"host=127.0.0.1 port=1 user=x password={SECRET}"
        host.write_config()
        rows = self.doctor(host)
        self.assertNotIn(SECRET, json.dumps(rows))
        self.assertEqual([row["level"] for row in rows], ["warning", "problem", "problem"])
        self.assertIn("everybody may read", rows[0]["found"])
        self.assertIn("PostgreSQL runs", rows[2]["fix"])

    def test_a_hosts_role_reads_nothing(self):
        host = self.filled()
        os.remove(host.config + ".d/people.conf")
        status, _, err = host.tool("fleet", "status")
        self.assertEqual(status, 4)
        self.assertIn("fleet.people is empty, so store.postgresql's role was asked", err)

    def test_words_of_a_persons_role(self):
        """Which setting, and what to do; not PostgreSQL's alone."""
        host = self.filled()
        self.sql("DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN")
        for people, said in (
                (self.server.conninfo("poor", "fleet"), "GRANT alignd_reader TO it to read"),
                (self.server.conninfo("op", "fleet") + " hosst=x",
                 'fleet.people is no connection string: invalid connection option "hosst"')):
            host.drop_in("people.conf", f'fleet {{ people = "{people}" }}')
            for words in (("fleet", "status"), ("override", "list", "--fleet")):
                err = host.tool(*words)[2]
                self.assertIn(said, err)
                self.assertNotIn("store.postgresql", err)
        # where no fleet is set up, and as an administrator
        status, out, err = host.tool("fleet", "status",
                                     self.server.conninfo(database="fleet"))
        self.assertEqual((status, err), (0, ""))
        self.assertIn("mxa.test", out)

    def test_a_machine_that_was_copied(self):
        """has another's role, and brings nothing in that one's name."""
        host = self.filled()
        host.drop_in("name.conf", 'fleet { name = "mxz.test" }')
        status, _, err = host.forward()
        self.assertEqual((status, err.count("\n")), (2, 1))
        self.assertIn('fleet.name is "mxz.test", and the role of store.postgresql is that of '
                      'the host "mxa.test"', err)
        self.assertEqual(self.fleet_messages(), 0)
        host.drop_in("name.conf", 'fleet { name = "mxa.test" }')
        self.assertEqual(host.forward()[0], 0)
        self.assert_all_there(host)

    def test_a_host_that_was_removed(self):
        host = self.filled()
        self.sql("REVOKE alignd_host FROM mxa")
        for _ in range(2):  # told each time where it is done by hand
            status, _, err = host.forward()
            self.assertEqual(status, 4)
            self.assertIn("is no host of this fleet, or was removed from it", err)
        self.sql("GRANT alignd_host TO mxa")


if __name__ == "__main__":
    main()
