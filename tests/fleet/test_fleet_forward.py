#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl fleet forward: all that the hosts have is in the fleet, once

Killed at each of its steps, two at once, PostgreSQL away, played back, or of
another schema: the counts are compared with what the stores have.
"""
import signal
import sqlite3
import time
import unittest

from fleet_rig import main
from hosts import HostTest, can_stop, end, wait_until

# In the order in which a run comes by them.
POINTS = ("fleet-begun", "fleet-results", "fleet-before-commit",
          "fleet-after-commit", "fleet-marked")


class Forward(HostTest):

    def test_three_hosts_one_record(self):
        hosts = [self.filled(f"mx{letter}.test", count)
                 for letter, count in (("a", 5), ("b", 7), ("c", 11))]
        for host in hosts:
            self.assertEqual(host.forward(), (0, "", ""))
        self.assert_all_there(*hosts)
        self.assertEqual(self.fleet_messages(), 5 + 7 + 11 + 9)
        for host in hosts:
            self.assertEqual(host.forward(), (0, "", ""))
        self.assert_all_there(*hosts)

    def test_incidents_of_the_open_hour_come_at_once(self):
        host = self.host()
        with host:
            host.send("a@reject.test", 2)
            self.assertEqual(host.forward()[0], 0)
            self.assertEqual(self.fleet_incidents(), 2)
            self.assertEqual(self.fleet_messages(), 0)
            host.send("a@reject.test", 3)
            self.assertEqual(host.forward()[0], 0)
            self.assertEqual(self.fleet_incidents(), 5)
            host.stop()
            self.assertEqual(host.forward()[0], 0)
            self.assert_all_there(host)

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_killed_at_each_step(self):
        for number, point in enumerate(POINTS):
            with self.subTest(point):
                host = self.filled(f"mx{'defgh'[number]}.test", 3)
                before = self.fleet_messages()
                self.assertEqual(host.forward(stop_at=point)[0], -9)
                self.assertEqual(host.forward(), (0, "", ""))
                self.assertEqual(self.fleet_messages() - before, host.messages())
                self.assertEqual(host.waiting(), 0)

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_killed_while_streaming(self):
        host = self.host()
        with host:
            host.send("a@reject.test", 2)
            self.assertEqual(host.forward(stop_at="fleet-streamed")[0], -9)
            self.assertEqual(host.forward()[0], 0)
            self.assertEqual(self.fleet_incidents(), 2)

    def test_two_forwarders_and_a_clean_end(self):
        host = self.host()
        with host:
            forwarders = [host.begin_forwarder() for _ in range(2)]
            host.send("a@reject.test", 5)
            wait_until("incidents", lambda: self.fleet_incidents() == 5)
            host.stop()
            wait_until("counters", lambda: self.fleet_messages() == 5)
            for forwarder in forwarders:
                status, said = end(forwarder)
                self.assertEqual((status, said), (0, ""))
            self.assert_all_there(host)

    def test_postgresql_away_and_back(self):
        host = self.filled()
        self.server.stop()
        try:
            status, _, said = host.forward()
            self.assertEqual(status, 4, said)
            self.assertEqual(said.count("\n"), 1)
            status, out, _ = host.tool("fleet", "status")
            self.assertEqual(status, 4)
            self.assertIn("PostgreSQL", out)
        finally:
            self.server.start()
        self.assertEqual(host.forward()[0], 0)
        self.assert_all_there(host)

    def test_what_postgresql_lost_is_pushed_again(self):
        host = self.filled()
        self.server.save()
        self.assertEqual(host.forward()[0], 0)
        self.server.play_back()
        self.assertEqual(self.fleet_messages(), 0)
        status, _, said = host.forward()
        self.assertEqual(status, 0, said)
        self.assertIn("PostgreSQL has lost", said)
        self.assert_all_there(host)

    def test_behind_pgbouncer(self):
        host = self.filled()
        bouncer = self.server.bouncer("fleet")
        host.conninfo = bouncer.conninfo("mxa")
        host.write_config()
        self.assertEqual(host.forward(), (0, "", ""))
        self.assert_all_there(host)

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_a_segment_that_is_sealed_while_the_heartbeat_is_made(self):
        """Which hours are closed is asked before what waits."""
        host = self.filled()
        self.assertEqual(host.forward()[0], 0)
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE segment SET sealed_s = 0, pushed_s = 0 WHERE results > 0")
        hour = host.number("SELECT max(hour_s) FROM segment WHERE results > 0")
        told = "SELECT sealed_until_s FROM alignd.host"
        self.sql("UPDATE alignd.host SET sealed_until_s = 0")
        forwarder = host.begin_paused("fleet-hours-closed", "--now", str(hour + 3720), "fleet",
                                      "forward", "--once")
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE segment SET sealed_s = hour_s + 3600 WHERE sealed_s = 0")
        forwarder.send_signal(signal.SIGCONT)
        wait_until("the heartbeat", lambda: self.number(told))
        self.assertEqual(self.number(told), hour)
        while forwarder.poll() is None:  # at each further one it pauses again
            forwarder.send_signal(signal.SIGCONT)
            time.sleep(0.02)
        self.assertEqual((forwarder.returncode, host.waiting()), (0, 0))

    def test_a_schema_of_another_layout_is_said(self):
        host = self.filled()
        self.sql("DROP SCHEMA alignd_push CASCADE")
        status, _, said = host.forward()
        self.assertEqual(status, 4)
        self.assertIn("fleet init", said)
        self.assertEqual(host.waiting(), 1)

    def test_a_segment_that_is_refused_keeps_no_other(self):
        host = self.filled(count=4)
        host.start()
        host.send("a@pass.test", 5)
        host.stop()
        with sqlite3.connect(host.database) as store:
            first = store.execute("SELECT min(segment_id) FROM segment WHERE "
                                  "results > 0").fetchone()[0]
            store.execute("UPDATE segment SET hour_s = 3601 WHERE segment_id = ?", (first,))
        status, _, said = host.forward()
        self.assertEqual(status, 0, said)
        self.assertIn("was refused and set aside", said)
        self.assertEqual(self.fleet_messages(), 5)
        self.assertEqual(host.waiting(), 0)
        self.assertEqual(host.forward(), (0, "", ""))

    def test_an_erasure_in_an_hour_that_is_being_purged(self):
        """What is left of its counters does not take the place of the fleet's."""
        host = self.filled()
        self.assertEqual(host.forward()[0], 0)
        with sqlite3.connect(host.database) as store:
            store.execute("DELETE FROM result WHERE count = 3")
            store.execute("UPDATE segment SET restated = 1")
        status, _, said = host.forward()
        self.assertEqual(status, 0, said)
        self.assertIn("stay in the fleet as they were", said)
        self.assertEqual(self.fleet_messages(), 23)
        self.assertEqual(host.forward(), (0, "", ""))

    def test_a_role_that_is_no_hosts(self):
        host = self.filled()
        self.sql("DELETE FROM alignd.host")
        status, _, said = host.forward()
        self.assertEqual(status, 4)
        self.assertIn("role mxa is no host", said)


if __name__ == "__main__":
    main()
