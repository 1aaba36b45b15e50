#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl privacy export and erase with --fleet

What hosts brought that are gone, or have purged theirs, is found as on a host and
goes, and all sums stay. What the fleet finds is compared with what a host finds.
"""
import json
import os
import signal
import sqlite3
import time

from fleet_rig import main
from hosts import HostTest, wait_until

DAY = 86400
# Of a reason: whom a host finds in it, the fleet finds.
WORDS = ("192.0.2.7: refused", "from [192.0.2.7].", "client ::ffff:192.0.2.7", "192.0.2.77",
         "2001:db8::7: no", "[2001:DB8::7]", "[IPv6:2001:db8::7]", "2001:db8::", "x2001:db8::7", "1192.0.2.7",
         "Ann@Erased.Test", "<ann@erased.test>,", "joann@erased.test", "ann@erased.test.au",
         "of ERASED.test.", "xerased.test", "erased.test@other.test", "a.erased.test",
         "erased.testing", "d=erased.test;", "\u00e4erased.test")
SUBJECTS = ("192.0.2.7", "192.0.2.0/24", "2001:db8::/32", "ann@erased.test", "erased.test")


class Privacy(HostTest):
    def rows(self, host, *arguments):
        status, out, said = host.tool("privacy", "export", *arguments)
        self.assertEqual((status, said), (0, ""), out)
        return [json.loads(line) for line in out.splitlines()]

    def erase(self, host, subject, *arguments, status=0):
        done, out, said = host.tool("privacy", "erase", "--fleet", "--json", subject, *arguments)
        self.assertEqual(done, status, out + said)
        return said if status else json.loads(out)

    def erase_all(self, host, subject):
        found = self.erase(host, subject)
        self.assertFalse(found["erased"])
        done = self.erase(host, subject, "--count", str(found["rows"]))
        self.assertTrue(done["erased"])
        self.assertEqual(done["parts"], found["parts"])
        return {(part["table"], part["what"]): part["rows"] for part in done["parts"]}

    def two(self):
        """One that is gone, and one that is there."""
        gone, here = self.filled("mxa.test", 5), self.filled("mxb.test", 7)
        for host in (gone, here):
            self.assertEqual(host.forward()[0], 0)
        self.sql("UPDATE alignd.host SET state = 'removed' WHERE name = 'mxa.test';"
                 "DELETE FROM alignd.path")
        return gone, here

    def age(self):
        """As if it had been counted three days ago, and summed."""
        self.sql(f"UPDATE alignd.segment SET hour_s = hour_s - {3 * DAY}")
        self.sql("SELECT alignd_push.make_day(min(hour_s)), alignd_push.make_day(max(hour_s)) "
                 "FROM alignd.segment")
        self.sql(f"UPDATE alignd.result SET hour_s = hour_s - {3 * DAY}")
        self.sql("SELECT alignd_push.sum_day(d) FROM (SELECT DISTINCT hour_s - hour_s % 86400 "
                 "AS d FROM alignd.segment) x")
        self.sum_hours()

    def sum_hours(self):
        self.sql("SELECT alignd_push.add_hour(h) FROM (SELECT DISTINCT hour_s AS h FROM "
                 "alignd.segment) x; SELECT alignd_push.make_day_names(d) FROM (SELECT DISTINCT "
                 "hour_s - hour_s % 86400 AS d FROM alignd.segment) x")

    def sums(self):
        return [self.number(f"SELECT sum(count) FROM alignd.{table}")
                for table in ("result", "day_result", "hour_result", "hour_kind")]

    def summed(self, domain):
        return [self.number(f"SELECT sum(count) FROM alignd.{table} WHERE name = '{domain}'")
                for table in ("hour_name", "day_name")]

    def named(self, domain):
        return [self.number(f"SELECT count(*) FROM alignd.{table} WHERE author_domain = "
                            f"'{domain}'") for table in ("tuple", "trait", "incident")]

    def test_what_is_found_is_what_hosts_find(self):
        host = self.filled()
        self.assertEqual(host.forward()[0], 0)
        self.sql("DELETE FROM alignd.path")
        for subject in ("reject.test", "pass.test", "a@reject.test", "192.0.2.0/24", "127.0.0.1"):
            mine, fleets = self.rows(host, subject), self.rows(host, "--fleet", subject)
            for table, column in (("tuple", "author_domain"), ("incident", "reference")):
                keys = [sorted(row["row"][column] for row in rows if row["table"] == table)
                        for rows in (mine, fleets)]
                self.assertEqual(*keys, f"{subject}: {table}")
            self.assertEqual(*[sum(row["row"]["messages"] for row in rows if row["table"] == table)
                               for rows, table in ((mine, "tuple"), (fleets, "result"))], subject)

    def test_in_texts(self):
        """Of each subject the same words of each form."""
        host = self.host()
        host.start()
        host.send("a@reject.test", len(WORDS))
        host.stop()
        self.assertEqual(host.forward()[0], 0)
        with sqlite3.connect(host.database) as store:
            names = [row[0] for row in store.execute("SELECT reference FROM incident ORDER BY 1")]
            for name, words in zip(names, WORDS):
                store.execute("UPDATE incident SET reason = ? WHERE reference = ?", (words, name))
                self.sql(f"UPDATE alignd.incident SET reason = '{words}' WHERE reference = "
                         f"'{name}'")
        for subject in SUBJECTS:
            found = [sorted(WORDS[names.index(row["row"]["reference"])]
                            for row in self.rows(host, *more, subject)
                            if row["table"] == "incident") for more in ((), ("--fleet",))]
            self.assertEqual(found[0], found[1], subject)
            self.assertTrue(found[0], subject)

    def test_a_host_that_is_gone(self):
        gone, here = self.two()
        gone.remove()
        self.age()
        before = self.sums()
        self.assertEqual(before, [18, 18, 18, 18])
        self.assertEqual(self.summed("reject.test"), [6, 6])
        self.sql("INSERT INTO alignd.act (incident_ident, incident_own_id, time_s, who, kind, note)"
                 " SELECT ident, own_id, 1, 'ann', 'confirm', '' FROM alignd.incident JOIN "
                 "alignd.segment USING (segment_no) LIMIT 1; INSERT INTO alignd.act "
                 "(incident_ident, incident_own_id, time_s, who, kind, note) VALUES "
                 "(gen_random_uuid(), 1, 1, 'ann', 'confirm', 'as reject.test')")
        parts = self.erase_all(here, "reject.test")
        self.assertEqual(parts, {
            ("incident", "deleted, with what was done about them"): 6,
            ("act", "without name and note"): 1, ("tuple", "counted as others"): 1})
        self.assertEqual(self.named("reject.test"), [0, 0, 0])
        self.assertEqual(self.sql("SELECT who, note FROM alignd.act"), [["erased", ""]])
        self.assertEqual(self.number("SELECT count(*) FROM alignd.incident_wide"), 0)
        self.assertEqual(self.summed("reject.test"), [0, 0])
        self.sum_hours()
        self.assertEqual(self.summed("reject.test"), [0, 0])
        self.assertEqual(self.summed("pass.test"), [12, 12])
        self.assertEqual(self.sums(), before)
        self.assertEqual(self.named("pass.test"), [1, 1, 0])
        self.assertEqual(self.number(
            "SELECT sum(count) FROM alignd.day_result JOIN alignd.tuple USING (tuple_no) "
            "WHERE author_domain = '' AND client_ip = ''"), 6)
        self.assertEqual(self.erase(here, "reject.test")["rows"], 0)
        with open(os.path.join(os.path.dirname(here.database), "erasures.log"),
                  encoding="utf-8") as file:
            said = file.read()
        self.assertTrue(json.loads(said)["fleet"])
        self.assertNotIn("reject.test", said)
        # Nothing of it counts as lost, and is brought again.
        self.assertEqual(here.forward(), (0, "", ""))
        self.assertEqual(self.sums(), before)
        self.assertEqual(self.named("reject.test"), [0, 0, 0])

    def test_a_client_keeps_its_domain(self):
        gone, here = self.two()
        gone.remove()
        client = self.sql("SELECT DISTINCT client_ip FROM alignd.tuple")
        self.assertEqual(len(client), 1)
        self.erase_all(here, client[0][0])
        self.assertEqual(self.number("SELECT count(*) FROM alignd.tuple WHERE client_ip <> ''"), 0)
        self.assertEqual(self.sql("SELECT author_domain, sum(count) FROM alignd.result JOIN "
                                  "alignd.tuple USING (tuple_no) GROUP BY 1 ORDER BY 1"),
                         [["pass.test", "12"], ["reject.test", "6"]])
        self.assertEqual(self.number("SELECT count(*) FROM alignd.incident"), 0)

    def test_what_was_only_counted_and_strays(self):
        _, here = self.two()
        self.sql("INSERT INTO alignd.counted (segment_no, reference, hour_s, network, "
                 "author_domain, budget, first_s, last_s, messages, none, tag, quarantine, reject, "
                 "tempfail) SELECT min(segment_no), 'CCCC', 0, '192.0.2.0/24', 'counted.test', 1, "
                 "1, 1, 5, 0, 0, 0, 5, 0 FROM alignd.segment; INSERT INTO alignd.stray_counted "
                 "SELECT * FROM alignd.counted".replace("stray_counted SELECT", "stray_counted "
                                                        "OVERRIDING SYSTEM VALUE SELECT"))
        self.sql("INSERT INTO alignd.stray_incident (segment_no, own_id, row) SELECT segment_no, "
                 "7, to_jsonb(i) || '{\"author_domain\": \"counted.test\"}' FROM alignd.incident i "
                 "LIMIT 1")
        self.sql("INSERT INTO alignd.stray_result SELECT * FROM alignd.result")
        self.assertEqual(self.erase_all(here, "counted.test"), {
            ("counted", "without the name"): 1,
            ("counted", "of a wrong clock: without the name"): 1,
            ("incident", "of a wrong clock: deleted"): 1})
        for table in ("counted", "stray_counted"):
            self.assertEqual(self.sql(f"SELECT network, author_domain, messages FROM "
                                      f"alignd.{table}"), [["192.0.2.0/24", "", "5"]])
        self.erase_all(here, "pass.test")
        self.assertEqual(self.number("SELECT sum(count) FROM alignd.stray_result"), 18)
        self.assertEqual(self.named("pass.test"), [0, 0, 0])

    def test_known_paths(self):
        _, here = self.two()
        self.sql("DELETE FROM alignd.path; INSERT INTO alignd.path SELECT host_no, place, 1, 0, "
                 "'', '192.0.2.0/24', 'path' || place || '.test', 1, 1, 1, 1, 1, 1, 0, 0, '' "
                 "FROM alignd.host, generate_series(1, 3) place")
        self.assertEqual(self.erase_all(here, "path2.test"), {("path", "deleted"): 2})
        self.assertEqual(self.sql("SELECT DISTINCT subject FROM alignd.path ORDER BY 1"),
                         [["path1.test"], ["path3.test"]])

    def test_a_greater_state_behind_it(self):
        """A copy of the store brings more of a segment: no message counts twice."""
        host = self.filled(count=4)
        self.assertEqual(host.forward()[0], 0)
        self.erase_all(host, "pass.test")
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE result SET count = count + 1 WHERE count = 4")
            store.execute("UPDATE segment SET messages = messages + 1, pushed_s = 0 WHERE "
                          "messages > 0")
        self.assertEqual(host.forward(), (0, "", ""))
        self.assertEqual(self.fleet_messages(), 8)

    def add_to(self, host, messages):
        """A greater state of what the host has counted."""
        with sqlite3.connect(host.database) as store:
            store.execute(f"UPDATE result SET count = count + {messages} WHERE count >= 4")
            store.execute(f"UPDATE segment SET messages = messages + {messages}, pushed_s = 0 "
                          "WHERE messages > 0")
        self.assertEqual(host.forward(), (0, "", ""))

    def test_what_no_report_can_have_is_counted(self):
        """Of a segment that was reported; also what waited for a further round."""
        host = self.filled(count=4)
        self.assertEqual(host.forward()[0], 0)
        self.sql("UPDATE alignd.segment SET round = 1")
        self.add_to(host, 2)  # waits for a further round
        self.erase_all(host, "pass.test")
        self.add_to(host, 1)
        self.assertEqual(self.fleet_messages(), 10)
        self.assertEqual(self.sql("SELECT segments, messages FROM alignd_report.report_let_go"),
                         [["1", "3"]])

    def count_in(self, host, hours_ago):
        """Of an hour three days ago."""
        host.start()
        host.send("a@pass.test", 4)
        host.send("a@reject.test", 2)
        host.stop()
        recent = int(time.time()) - DAY
        back = 3 * DAY // 3600 * 3600 - 3600 * hours_ago
        with sqlite3.connect(host.database) as store:
            for table in ("segment", "result", "counted"):
                store.execute(f"UPDATE {table} SET hour_s = hour_s - {back} "
                              f"WHERE hour_s > {recent}")
            store.execute(f"UPDATE incident SET time_s = time_s - {back} WHERE time_s > {recent}")

    def erase_here(self, host, subject):
        found = json.loads(host.tool("privacy", "erase", "--json", subject)[1])
        self.assertEqual(host.tool("privacy", "erase", subject, "--count",
                                   str(found["rows"]))[0], 0)

    def sums(self):
        return [self.number(f"SELECT sum(count) FROM alignd.{table}")
                for table in ("result", "day_result", "hour_result", "hour_kind")]

    def go_on(self, process):
        while process.poll() is None:  # at each further point it pauses again
            process.send_signal(signal.SIGCONT)
            time.sleep(0.02)
        self.assertEqual(process.returncode, 0)

    def test_hosts_that_bring_a_day_anew_at_once(self):
        """Neither takes for the other's what the other is about to change."""
        first, second = self.host("mxa.test"), self.host("mxb.test")
        for host, hours in ((first, (0, 1)), (second, (0,))):
            for hour in hours:
                self.count_in(host, hour)
            self.assertEqual(host.forward()[0], 0)
        self.sql("SELECT alignd_push.sum_day(d) FROM (SELECT DISTINCT hour_s - hour_s % 86400 AS d "
                 "FROM alignd.segment) days; SELECT alignd_push.add_hour(h) FROM (SELECT DISTINCT "
                 "hour_s AS h FROM alignd.segment) hours")
        self.assertEqual(self.sums(), [18] * 4)
        for host in (first, second):
            self.erase_here(host, "pass.test")
        paused = first.begin_paused("fleet-begun", "fleet", "forward", "--once")
        paused.send_signal(signal.SIGCONT)  # its second hour, in its transaction
        self.assertTrue(os.WIFSTOPPED(os.waitpid(paused.pid, os.WUNTRACED)[1]))
        other = second.begin("fleet", "forward", "--once")
        self.addCleanup(other.stderr.close)
        wait_until("the other one waits", lambda: other.poll() is not None or self.number(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
        self.go_on(paused)
        self.assertEqual(other.wait(60), 0)
        for host in (first, second):
            self.assertEqual(host.forward()[0], 0)
        self.sql("SELECT alignd_push.sum_day(d) FROM (SELECT DISTINCT hour_s - hour_s % 86400 AS d "
                 "FROM alignd.segment) days; SELECT alignd_push.add_hour(h) FROM (SELECT DISTINCT "
                 "hour_s AS h FROM alignd.segment) hours")
        self.assertEqual(self.sums(), [18] * 4)
        self.assertEqual([row["table"] for row in self.rows(first, "--fleet", "pass.test")], [])

    def test_the_reports_too(self):
        """They are found by the counters, and so come first."""
        host = self.filled()
        self.assertEqual(host.forward()[0], 0)
        day = int(time.time()) // DAY * DAY
        self.sql("INSERT INTO alignd_report.report (report_id, policy_domain, begin_s, end_s, part,"
                 " messages, state, note, created_s, give_up_s, settled_s, submitter, file_name, "
                 f"record, archive, kind) SELECT md5('x'), 'reject.test', {day - DAY}, {day + DAY},"
                 " 1, 1, 'rendered', '', 1, 1, 1, '', '', '', 'x', 'aggregate'")
        self.assertEqual([row["table"] for row in self.rows(host, "--fleet", "reject.test")
                          if row["table"].startswith("report")], ["report"])
        address = self.sql("SELECT client_ip FROM alignd.tuple LIMIT 1")[0][0]
        parts = self.erase_all(host, address)
        self.assertEqual(parts["report", "reports emptied: the bytes that were sent"], 1)

    def test_who_may(self):
        self.host("mxa.test")
        reader = self.host("mxb.test", people="eye")
        self.assertIn("alignd_operator", self.erase(reader, "reject.test", status=4))
        self.assertEqual(self.rows(reader, "--fleet", "reject.test"), [])
        for name in ("erase_incidents('{}')", "erase_end()", "days_of('{}')"):
            with self.assertRaisesRegex(Exception, "permission denied"):
                self.server.query(f"SELECT alignd_push.{name}", user="mxa", database="fleet")

    def test_the_number_is_asked_for(self):
        host = self.filled()
        self.assertEqual(host.forward()[0], 0)
        said = self.erase(host, "reject.test", "--count", "1", status=3)
        self.assertIn("nothing is erased", said)
        self.assertEqual(self.fleet_incidents(), 3)


if __name__ == "__main__":
    main()
