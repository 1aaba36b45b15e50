#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A transaction that never ends: others go on, and somebody hears of it

Of a host's role, which may be a stranger's: it ends. Of another: it is told.
"""
import time
import uuid

from fleet_rig import main
from hosts import wait_until
from test_fleet_init import InitTest

DAY = 86400


class Sessions(InitTest):
    def setUp(self):
        super().setUp()
        self.init("--host", "mx1.example.org", "--host", "mx2.example.org")
        self.sql("UPDATE alignd.fleet SET end_idle_s = 1")
        self.stranger, self.well = (
            self.tool(self.server.conninfo(f"alignd_mx{number}", "fleet")) for number in (1, 2))

    def sql(self, text):
        return self.server.query(text, database="fleet")

    def number(self, text):
        return int(self.value(f"SELECT coalesce(({text}), 0)"))

    def push(self, tool, days, words="rows=3"):
        name = uuid.uuid4().hex
        hour = int(time.time()) // 3600 * 3600 - 3600 - days * DAY
        self.assertRegex(tool.ask(f"segment {name} {hour} {words}")[0], "^done take")
        return name, hour

    def hold(self, call):
        """What the stranger's transaction has done, and keeps."""
        self.stranger.ask("run BEGIN")
        # whatever was SET for the role
        self.stranger.ask("run SET LOCAL idle_in_transaction_session_timeout = 0")
        self.assertEqual(self.stranger.ask(f"exec SELECT alignd_push.{call}")[0], "done")

    def status(self):
        status, out, err = self.run_tool("status", self.admin)
        self.assertEqual((status, err), (0, ""))
        return out

    def pids(self, role):
        return [row[0] for row in self.sql("SELECT pid FROM pg_stat_activity WHERE usename = "
                                           f"'{role}' AND state LIKE 'idle in transaction%'")]

    def test_of_a_hosts_role_it_is_ended(self):
        self.push(self.well, 3)
        self.hold("maintain(1)")
        pid, = self.pids("alignd_mx1")
        wait_until("the alarm", lambda: f"role alignd_mx1 (pid {pid}) is open" in self.status())
        self.assertIn(f"SELECT pg_terminate_backend({pid})", self.status())
        # By the next heartbeat, and by the next upkeep.
        self.assertEqual(self.well.ask("beat 0 0")[0], "done")
        wait_until("its end", lambda: not self.pids("alignd_mx1"))
        self.assertEqual(self.number("SELECT sum(count) FROM alignd.day_result"), 0)
        self.well.ask("maintain")
        self.assertEqual(self.number("SELECT sum(count) FROM alignd.day_result"), 3)
        self.assertNotIn("pid", self.status())

    def test_of_another_role_it_is_told(self):
        self.sql("DO $$ BEGIN CREATE ROLE eye LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; "
                 "END $$; GRANT alignd_reader TO eye")
        reader = self.tool(self.server.conninfo("eye", "fleet"))
        reader.ask("run BEGIN")
        reader.ask("exec SELECT count(*) FROM alignd.result")
        pid, = self.pids("eye")
        self.configure(self.server.conninfo("alignd_mx2", "fleet"),
                       f"fleet {{ people = \"{self.server.conninfo('eye', 'fleet')}\" }}\n")
        wait_until("the alarm", lambda: f"role eye (pid {pid}) is open" in
                   self.run_tool("status")[1])
        self.well.ask("beat 0 0")
        self.assertEqual(self.pids("eye"), [pid])

    def test_of_a_role_that_is_not_ours_to_end(self):
        """Made by somebody else, who did not let the owner in: told as well."""
        self.sql("REVOKE alignd_mx1 FROM alignd_owner")
        self.hold("heartbeat(1, 'x', 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, '', '')")
        pid, = self.pids("alignd_mx1")
        wait_until("the alarm", lambda: f"role alignd_mx1 (pid {pid}) is open" in self.status())
        self.assertEqual(self.well.ask("beat 0 0")[0], "done")
        self.assertEqual(self.pids("alignd_mx1"), [pid])

    def test_the_upkeep_goes_round_what_is_held(self):
        """A day, the tables of a kind, all that is written to: the rest is done."""
        self.sql("UPDATE alignd.fleet SET end_idle_s = 600, keep_results_s = 5 * 86400, "
                 "keep_incidents_s = 5 * 86400, keep_wide_s = 5 * 86400")
        name, hour = self.push(self.stranger, 3)
        self.push(self.well, 2, "rows=4")
        self.push(self.well, 9, "rows=2 incidents=2 counted=1")
        self.sql("DELETE FROM alignd.result WHERE hour_s < extract(epoch FROM now()) - 8 * 86400")
        self.hold(f"segment_begin(1, '{name}', {hour}, 3, 3, 0, 0, 0, 1)")
        self.stranger.ask(f"exec SELECT alignd_push.segment_results(1, '{name}', '{{}}', '{{}}')")
        self.assertEqual(self.well.ask("maintain")[0], "done")
        self.assertEqual(self.number("SELECT sum(count) FROM alignd.day_result WHERE day_s > "
                                     f"{hour}"), 4)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.counted"), 0)
        past = ("SELECT count(*) FROM pg_class WHERE relname ~ '^{}_2' AND relkind = 'r' AND "
                "right(relname, 8) < to_char(now() - interval '7 days', 'YYYYMMDD')")
        self.assertGreater(self.number(past.format("result")), 0)
        self.assertEqual(self.number(past.format("incident_wide")), 0)
        self.assertIn("are in no day's sum", self.status())
        self.stranger.ask("run ROLLBACK")
        self.well.ask("maintain")
        self.assertEqual(self.number(past.format("result")), 0)
        self.assertNotIn("are in no day's sum", self.status())

    def test_a_day_to_come_that_somebody_makes(self):
        """holds up no heartbeat."""
        self.sql("DO $$ DECLARE t text; BEGIN FOR t IN SELECT c.oid::regclass FROM pg_class c "
                 "WHERE relispartition AND relkind = 'r' LOOP EXECUTE 'DROP TABLE ' || t; "
                 "END LOOP; END $$")
        self.sql("UPDATE alignd.fleet SET end_idle_s = 600")
        self.hold("heartbeat(1, 'x', 0, 0, 0, 0, 0, 0, 0, 0, 0, '', 0, '', '')")
        self.assertEqual(self.well.ask("beat 0 0")[0], "done")
        self.stranger.ask("run ROLLBACK")

    def test_one_that_was_stopped_is_postgresqls_to_end(self):
        self.assertEqual(self.value("SELECT rolconfig FROM pg_roles WHERE rolname = 'alignd_mx1'"),
                         "{idle_in_transaction_session_timeout=2min}")


del InitTest  # its tests are test_fleet_init.py's

if __name__ == "__main__":
    main()
