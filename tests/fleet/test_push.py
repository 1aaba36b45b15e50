#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""push: what a host gives is there once, whatever is repeated, greater or refused

Made-up segments by fleet-tool, whose rows differ in every column; what PostgreSQL
then has is compared with what was given, by its own sums.
"""
import re
import threading
import time
import uuid

from fleet_rig import FleetTest, Tool, main

HOUR = 3600
DAY = 86400


class PushTest(FleetTest):
    @classmethod
    def setUpClass(cls):
        """One fleet a class; each test finds it empty."""
        super().setUpClass()
        cls.server.make_database("fleet")
        with Tool(cls.server.conninfo(database="fleet")) as tool:
            assert tool.ask("init") == ["done", "before 0"]
        # Rows of a test are few, and tables of days are many: no TRUNCATE.
        cls.empty = cls.server.query(
            "SELECT string_agg('DELETE FROM ' || c.oid::regclass, '; ' ORDER BY relname = 'host', "
            "relname = 'segment') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE nspname = 'alignd' AND relkind IN ('r', 'p') AND NOT relispartition AND "
            "relname <> 'fleet'", database="fleet")[0][0]

    def setUp(self):
        self.sql(f"{self.empty}; UPDATE alignd.fleet SET "
                 "keep_results_s = DEFAULT, keep_incidents_s = DEFAULT, keep_wide_s = DEFAULT, "
                 "maintained_s = 0, purged_tuple = 0")
        self.admin = self.tool(self.server.conninfo(database="fleet"))
        self.hosts = {name: self.add_host(name) for name in ("a", "b")}
        self.hour = int(time.time()) // HOUR * HOUR - HOUR

    def add_host(self, name):
        role = f"mx_{name}"
        self.sql(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object "
                 f"THEN NULL; END $$; GRANT alignd_host TO {role}; INSERT INTO alignd.host "
                 f"(name, role) VALUES ('{name}.example.test', '{role}')")
        return self.tool(self.server.conninfo(role, "fleet"))

    def sql(self, text):
        return self.server.query(text, database="fleet")

    def number(self, text):
        return int(self.sql(f"SELECT coalesce(({text}), 0)")[0][0])

    def push(self, ident, words="", hour=None, host="a", command="segment"):
        """What was wanted of it, and how many rows were set aside."""
        answer = self.hosts[host].ask(f"{command} {ident} {hour or self.hour} {words}")[0]
        found = re.match(r"done (\S+) aside (\d+)", answer)
        self.assertTrue(found, answer)
        return found[1], int(found[2])

    def messages(self):
        return self.number("SELECT sum(count) FROM alignd.result")


def ident():
    return uuid.uuid4().hex


class Segments(PushTest):
    def test_a_greater_state_names_a_tuple_more_than_once(self):
        """As after an erasure: in calls of its own, what it has is what it adds up to."""
        for counts, sum_of in (((10, 5), 15), ((20, 15), 35), ((12, 3), 15), ((5, 4, 3, 2), 14),
                               ((40,), 40)):
            with self.subTest(counts=counts):
                name = ident()
                self.push(name, "rows=1 count=12")
                given, = self.sql("SELECT hash FROM alignd.tuple")
                before = self.messages() - 12
                tool = self.hosts["a"]
                tool.ask("run BEGIN")
                self.assertEqual(tool.ask(
                    f"exec SELECT alignd_push.segment_begin(1, '{name}', {self.hour}, "
                    f"{len(counts)}, {sum_of}, 0, 0, 0, 0)")[1], "more")
                for count in counts:
                    self.assertEqual(tool.ask(
                        f"exec SELECT alignd_push.segment_results(1, '{name}', "
                        f"'{{{given[0]}}}', '{{{count}}}')")[0], "done")
                tool.ask("run COMMIT")
                self.assertEqual(self.messages() - before, sum_of)

    def test_once(self):
        name = ident()
        for wanted in ("take", "has", "has"):
            self.assertEqual(self.push(name, "rows=2500 count=3 incidents=1200 counted=7 acts=2"),
                             (wanted, 0))
            self.assertEqual(self.messages(), 7500)
            for table, rows in (("result", 2500), ("tuple", 2500), ("incident", 1200),
                                ("incident_wide", 1200), ("counted", 1), ("act", 2)):
                self.assertEqual(self.number(f"SELECT count(*) FROM alignd.{table}"), rows)
        self.assertEqual(self.hosts["a"].ask(f"ledger {name}"), ["done", "2500 7500 1200 7 2"])
        self.assertEqual(self.hosts["a"].ask(f"ledger {ident()}"), ["done", "-1 -1 -1 -1 -1"])

    def test_hash_is_the_same_in_c(self):
        """Every column has something in some tuple; none was set aside, as one with
        another hash here than there is."""
        self.assertEqual(self.push(ident(), "rows=200"), ("take", 0))
        columns = [row[0] for row in self.sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'alignd.tuple'::regclass AND "
            "attnum > 0")]
        idle = [column for column in columns if self.number(
            f"SELECT count(DISTINCT {column}) FROM alignd.tuple WHERE "
            f"{column}::text NOT IN ('', '0')") == 0]
        self.assertEqual(idle, ["spf_domain", "spf_scope", "override_comment", "imported"])

    def test_greater_state_wins(self):
        """Of each state the greatest is there, in any order; what is beyond what was
        there is a part of its own."""
        states = ["rows=10 count=1 incidents=2", "rows=12 count=2 incidents=5",
                  "rows=12 count=5 incidents=9 acts=1"]
        for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)):
            name = ident()
            before = self.messages()
            for state in order:
                self.push(name, states[state])
            self.assertEqual(self.messages() - before, 60, order)
            self.assertEqual(self.number(
                "SELECT count(*) FROM alignd.incident JOIN alignd.segment USING (segment_no) "
                f"WHERE ident = '{name}'"), 9)
            self.assertEqual(self.hosts["a"].ask(f"ledger {name}")[1], "12 60 9 0 1")

    def test_a_part_of_its_own_for_reports(self):
        name = ident()
        self.push(name, "rows=3 count=1")
        self.sql("UPDATE alignd.segment SET round = 1")
        self.push(name, "rows=4 count=2")
        self.assertEqual(self.sql("SELECT part, messages, round FROM alignd.segment ORDER BY part"),
                         [["0", "3", "1"], ["1", "5", "0"]])
        self.assertEqual(self.sql(
            "SELECT part, sum(count) FROM alignd.result JOIN alignd.segment USING (segment_no) "
            "GROUP BY part ORDER BY part"), [["0", "3"], ["1", "5"]])

    def test_a_cloned_host(self):
        """Two hosts bring two states of one name."""
        name = ident()
        self.assertEqual(self.push(name, "rows=5 count=2", host="a")[0], "take")
        self.assertEqual(self.push(name, "rows=5 count=1", host="b")[0], "has")
        self.assertEqual(self.push(name, "rows=9 count=2", host="b")[0], "more")
        self.assertEqual(self.messages(), 18)

    def test_two_forwarders_at_once(self):
        again = self.tool(self.server.conninfo("mx_a", "fleet"))
        names = [ident() for _ in range(12)]
        answers = []

        def run(tool, order):
            for name in order:
                answers.append(tool.ask(f"segment {name} {self.hour} rows=700 count=2")[0])

        threads = [threading.Thread(target=run, args=(tool, order)) for tool, order in
                   ((self.hosts["a"], names), (again, names[::-1]))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        # A deadlock is an "away": the forwarder tries again.
        for name in names:
            self.push(name, "rows=700 count=2")
        self.assertEqual(self.messages(), 12 * 1400, answers)

    def test_streamed_then_sealed(self):
        name = ident()
        self.assertEqual(self.push(name, "incidents=3", command="open"), ("open", 0))
        self.assertEqual(self.push(name, "incidents=5", command="open"), ("open", 0))
        self.assertEqual(self.push(name, "incidents=5", command="open", host="b")[0], "others")
        self.assertEqual(self.hosts["a"].ask(f"ledger {name}")[1], "-1 -1 -1 -1 -1")
        self.assertEqual(self.push(name, "rows=2 incidents=7"), ("take", 0))
        self.assertEqual(self.push(name, "incidents=5", command="open")[0], "sealed")
        self.assertEqual(self.number("SELECT count(*) FROM alignd.incident"), 7)

    def test_erased(self):
        name = ident()
        self.push(name, "rows=4 count=2 seed=10 incidents=3 acts=1")
        # The store may stand on a host of another name by now.
        self.assertEqual(self.hosts["b"].ask(f"erase {name} 1"), ["done"])
        for table, rows in (("incident", 2), ("incident_wide", 2), ("act", 0)):
            self.assertEqual(self.number(f"SELECT count(*) FROM alignd.{table}"), rows)
        self.assertEqual(self.push(name, "rows=4 count=2 seed=50 restated=1 incidents=3 acts=1")[0],
                         "again")
        self.assertEqual(self.messages(), 8)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.result JOIN alignd.tuple USING "
                                     "(tuple_no) WHERE author_domain = 'a10.example.test'"), 0)
        self.push(ident(), "rows=1 count=1 seed=11", host="b")
        self.hosts["b"].ask("maintain")
        for table in ("tuple", "trait"):
            self.assertEqual(self.sql(f"SELECT author_domain FROM alignd.{table} WHERE "
                                      "author_domain < 'a20' ORDER BY 1"), [["a11.example.test"]])
        self.push(name, "rows=5 count=2 seed=50 incidents=3 acts=1")
        self.assertEqual(self.push(name, "rows=4 count=2 seed=90 restated=2")[0], "has-more")

    def test_an_erasure_leaves_what_its_host_has_purged(self):
        """Of others: the host has no row of them any more to bring instead."""
        name = ident()
        self.push(name, "rows=6 count=2 counted=9 acts=2 seed=10")
        self.sql("UPDATE alignd.counted SET author_domain = 'erased.test'; INSERT INTO "
                 "alignd.counted SELECT (jsonb_populate_record(c, jsonb_build_object('reference', "
                 "'OTHER', 'author_domain', 'other.test', 'counted_no', 0))).* FROM alignd.counted c"
                 .replace("INSERT INTO alignd.counted", "INSERT INTO alignd.counted OVERRIDING "
                          "SYSTEM VALUE"))
        self.sql("UPDATE alignd.act SET who = 'erased.test'; INSERT INTO alignd.act OVERRIDING "
                 "SYSTEM VALUE SELECT (jsonb_populate_record(a, '{\"own_id\": 77, \"act_no\": 0}')).* "
                 "FROM alignd.act a WHERE own_id = 1")
        # Whole counters, and what is left of the rest.
        self.assertEqual(self.push(name, "rows=6 count=2 counted=9 acts=2 seed=50 restated=1")[0],
                         "again")
        self.assertEqual(self.sql("SELECT reference, author_domain, messages FROM alignd.counted "
                                  "ORDER BY 1"),
                         [["COUNTED1", "example.test", "9"], ["OTHER", "other.test", "9"]])
        self.assertEqual(self.sql("SELECT own_id, who FROM alignd.act ORDER BY 1"),
                         [["1", "ann"], ["2", "ann"], ["77", "erased.test"]])
        self.assertEqual(self.messages(), 12)
        # Counters of which some are purged do not take the place of whole ones.
        self.sql("UPDATE alignd.counted SET author_domain = 'erased.test'")
        self.assertEqual(
            self.push(name, "rows=6 count=2 counted=9 acts=2 seed=90 drop=5 restated=2")[0], "rest")
        self.assertEqual(self.messages(), 12)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.counted WHERE author_domain = "
                                     "'erased.test'"), 1)
        self.assertEqual(self.push(name, "rows=6 count=2 counted=9 acts=2 seed=90 restated=2")[0],
                         "has")

    def test_clocks_that_are_wrong(self):
        now = int(time.time()) // HOUR * HOUR
        for hour, is_stray in ((0, True), (now - 41 * DAY, True), (now - 39 * DAY, False),
                               (now + HOUR, False), (now + 4 * HOUR, True),
                               (253402297200, True)):
            name = ident()
            before = self.messages(), self.number("SELECT sum(count) FROM alignd.stray_result")
            self.assertEqual(self.push(name, "rows=3 count=2 incidents=2 counted=1", hour or HOUR),
                             ("take", 0), hour)
            self.push(name, "rows=3 count=3 incidents=2 counted=1", hour or HOUR)
            after = self.messages(), self.number("SELECT sum(count) FROM alignd.stray_result")
            self.assertEqual(after, (before[0] + 9 * (not is_stray), before[1] + 9 * is_stray))
        for table, rows in (("stray_counted", 4), ("counted", 2), ("stray_incident", 8)):
            self.assertEqual(self.number(f"SELECT count(*) FROM alignd.{table}"), rows)

    def test_what_was_erased_does_not_come_back_when_its_time_is_over(self):
        self.sql(f"UPDATE alignd.fleet SET keep_results_s = {60 * DAY}")
        words = "rows=5 incidents=5 restated=1"
        for days in (50, 61, 399):  # 50: it is not here, as of old ones nothing is counted
            self.assertEqual(self.push(ident(), words, self.hour - days * DAY)[0], "has")
        kept = ident()
        self.push(kept, "rows=5", self.hour - 50 * DAY)
        self.sql(f"UPDATE alignd.segment SET hour_s = {self.hour - 61 * DAY}, is_stray = false")
        self.assertEqual(self.push(kept, words, self.hour - 61 * DAY), ("has", 0))
        for table in ("stray_incident", "incident", "result", "aside"):
            self.assertEqual(self.number(f"SELECT count(*) FROM alignd.{table}"), 0)
        # Erased before it was brought the first time.
        self.assertEqual(self.push(ident(), words, self.hour - 39 * DAY), ("take", 0))
        self.assertEqual(self.push(ident(), words), ("take", 0))

    def test_a_stray_whose_clock_is_right_again(self):
        """As if PostgreSQL's own had been in 1970 when it came."""
        name = ident()
        self.push(name, "rows=3 count=2")
        self.push(name, "rows=3 count=3")
        self.sql("WITH m AS (DELETE FROM alignd.result RETURNING *) INSERT INTO "
                 "alignd.stray_result SELECT * FROM m; UPDATE alignd.segment SET is_stray = true")
        self.assertEqual(self.hosts["a"].ask(f"ledger {name}")[1], "-1 -1 -1 -1 -1")
        self.assertEqual(self.push(name, "rows=3 count=3"), ("take", 0))
        self.assertEqual(self.messages(), 9)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.stray_result"), 0)
        self.assertEqual(self.hosts["a"].ask(f"ledger {name}")[1], "3 9 0 0 0")

    def test_rows_that_are_refused(self):
        """One of a thousand each; the rest is there, and what went wrong is said."""
        name = ident()
        self.assertEqual(self.push(name, "rows=1000 long=200000 incidents=1000"), ("take", 2))
        self.assertEqual(self.messages(), 999)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.incident"), 999)
        self.assertEqual([row[:2] for row in self.sql("SELECT kind, own_id FROM alignd.aside "
                                                      "ORDER BY kind")],
                         [["incident", "1"], ["result", "1"]])
        self.assertEqual(self.push(ident(), "rows=3 long=65536 seed=5000"), ("take", 0))


class Through(PushTest):
    def test_pgbouncer(self):
        bouncer = self.server.bouncer("fleet")
        tools = [self.tool(bouncer.conninfo("mx_a")) for _ in range(3)]
        for at in range(6):
            answer = tools[at % 3].ask(f"segment {ident()} {self.hour} rows=300 seed={at * 300}")
            self.assertTrue(answer[0].startswith("done take"), answer)
        self.assertEqual(self.messages(), 1800)

    def test_a_database_that_was_played_back(self):
        names = [ident() for _ in range(3)]
        self.push(names[0], "rows=5")
        self.server.save()
        self.push(names[1], "rows=5")
        self.server.play_back()
        tool = self.hosts["a"]
        self.assertTrue(tool.ask(f"ledger {names[1]}")[0].startswith("away "))
        tool.connect(self.server.conninfo("mx_a", "fleet"))
        self.assertEqual(tool.ask(f"ledger {names[0]}")[1], "5 5 0 0 0")
        self.assertEqual(tool.ask(f"ledger {names[1]}")[1], "-1 -1 -1 -1 -1")
        for name in names:
            self.push(name, "rows=5")
        self.assertEqual(self.messages(), 15)

    def test_killed_half_way(self):
        """What was not committed is not there, and comes whole."""
        tool, name = self.hosts["a"], ident()
        tool.ask("run BEGIN")
        answer = tool.ask("exec SELECT alignd_push.segment_begin(1, "
                          f"'{name}', {self.hour}, 5, 5, 0, 0, 0, 0)")
        self.assertEqual(answer[1], "take")
        self.server.kill()
        self.server.start()
        tool.connect(self.server.conninfo("mx_a", "fleet"))
        self.assertEqual(self.push(name, "rows=5"), ("take", 0))
        self.assertEqual(self.messages(), 5)


class Upkeep(PushTest):
    def sums(self):
        return (self.number("SELECT sum(count) FROM alignd.day_result"),
                self.number("SELECT sum(count) FROM alignd.hour_result"))

    def whole(self):
        """Sums, and what is in none yet: as a reader adds them up."""
        return self.sums()[0] + self.number(
            "SELECT sum(count) FROM alignd.result JOIN alignd.segment USING (segment_no) "
            "WHERE NOT is_summed")

    def test_days_are_summed_once(self):
        past = self.hour // DAY * DAY - 3 * DAY  # its next hour is of the same day
        first, late = ident(), ident()
        self.push(first, "rows=40 count=2", past)
        self.push(ident(), "rows=40 count=1", past + HOUR, "b")
        self.push(ident(), "rows=7 count=1")
        self.assertEqual(self.hosts["a"].ask("maintain")[0], "done")
        self.assertEqual(self.sums(), (120, 120))
        self.assertEqual(self.number("SELECT count(*) FROM alignd.day_result"), 40)
        self.assertEqual(self.whole(), 127)
        self.push(late, "rows=5 count=1", past)
        self.push(first, "rows=41 count=2", past)
        self.assertEqual(self.whole(), 134)
        self.hosts["b"].ask("maintain")
        self.assertEqual(self.sums(), (127, 127))
        self.assertEqual(self.whole(), 134)

    def test_a_segment_that_somebody_holds(self):
        """holds up neither the other sums nor what comes behind them."""
        past, held = self.hour - 3 * DAY, ident()
        self.push(held, "rows=4 count=2", past)
        self.push(ident(), "rows=4 count=1", past, "b")
        holder = self.hosts["a"]
        holder.ask("run BEGIN")
        holder.ask(f"exec SELECT alignd_push.segment_begin(1, '{held}', {past}, 4, 8, 0, 0, 0, 1)")
        self.assertEqual(self.hosts["b"].ask("maintain")[0], "done")
        self.assertEqual(self.sums(), (4, 4))
        holder.ask("run ROLLBACK")
        self.hosts["b"].ask("maintain")
        self.assertEqual(self.sums(), (12, 12))

    def test_what_was_erased_leaves_the_sums(self):
        past, name = self.hour - 3 * DAY, ident()
        self.push(name, "rows=4 count=2 seed=10", past)
        self.push(ident(), "rows=4 count=3 seed=12", past, "b")
        self.hosts["a"].ask("maintain")
        self.push(name, "rows=4 count=2 seed=50 restated=1", past)
        self.assertEqual(self.whole(), 20)
        self.hosts["a"].ask("maintain")
        self.assertEqual(self.sums(), (20, 20))
        self.assertEqual(self.sql(
            "SELECT sum(count) FROM alignd.day_result JOIN alignd.tuple USING (tuple_no) WHERE "
            "author_domain IN ('a10.example.test', 'a11.example.test')"), [[""]])

    def test_hours_are_added_once(self):
        """Figures of an hour are there within minutes of its end, whatever comes later."""
        past, name = self.hour - HOUR, ident()
        self.push(name, "rows=4 count=2", past)
        self.push(ident(), "rows=4 count=1", past, "b")
        self.assertEqual(self.hosts["a"].ask("maintain")[0], "done")
        self.assertEqual(self.figures(), [12, 12, 12])
        self.push(name, "rows=5 count=2", past)
        self.assertEqual(self.figures(), [12, 12, 12])
        self.hosts["b"].ask("maintain")
        self.hosts["b"].ask("maintain")
        self.assertEqual(self.figures(), [14, 14, 14])
        self.assertEqual(self.kinds(), self.number("SELECT count(DISTINCT kind) FROM "
                                                   "alignd.trait"))

    def kinds(self):
        return self.number("SELECT count(*) FROM alignd.kind")

    def figures(self):
        """Messages by kind, by author domain and by network."""
        return [self.number(f"SELECT sum(count) FROM alignd.{what}") for what in (
            "hour_kind", "hour_name WHERE NOT is_network", "hour_name WHERE is_network")]

    def day_names(self):
        return self.number("SELECT sum(count) FROM alignd.day_name WHERE NOT is_network AND "
                           "day_s IN (SELECT day_s FROM alignd.summed_day WHERE is_whole)")

    def test_days_have_the_names_of_their_hours(self):
        past = self.hour - 3 * DAY
        for at in range(3):
            self.push(ident(), "rows=4 count=2", past - past % DAY + at * HOUR)
        self.hosts["a"].ask("maintain")
        self.assertEqual(self.day_names(), 24)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.day_name WHERE NOT "
                                     "is_network"), 4)
        self.push(ident(), "rows=4 count=2", past)
        self.hosts["a"].ask("maintain")
        self.assertEqual(self.day_names(), 32)

    def test_what_was_erased_leaves_the_figures(self):
        past, name = self.hour - 3 * DAY, ident()
        self.push(name, "rows=4 count=2 seed=10", past)
        self.push(ident(), "rows=4 count=3 seed=12", past, "b")
        self.hosts["a"].ask("maintain")
        self.assertEqual(self.figures(), [20, 20, 20])
        self.push(name, "rows=4 count=2 seed=50 restated=1", past)
        self.assertEqual(self.figures(), [12, 12, 12])
        self.assertEqual(self.day_names(), 0)
        self.assertEqual(self.sql("SELECT count(*) FROM alignd.hour_name WHERE name IN "
                                  "('a10.example.test', 'a11.example.test')"), [["0"]])
        self.hosts["a"].ask("maintain")
        self.assertEqual(self.figures(), [20, 20, 20])
        self.assertEqual(self.day_names(), 20)

    def test_what_is_past_its_time(self):
        self.sql("UPDATE alignd.fleet SET keep_results_s = 5 * 86400, keep_incidents_s = "
                 "3 * 86400, keep_wide_s = 2 * 86400")
        for days in (0, 2, 4, 8):
            self.push(ident(), f"rows=6 seed={days * 100} incidents=4 counted=1",
                      self.hour - days * DAY)
        self.sql("INSERT INTO alignd.kind (kind, author_error, client_ip, client_name, "
                 "dmarc_result, policy, asked, applied, override_type, override_comment, "
                 "tls_version, iprev) SELECT gen_random_uuid(), 'left', '', '', '', '', '', '', "
                 "'', '', '', ''")
        self.sql("UPDATE alignd.tuple SET added_s = added_s - 86400 * 6;"
                 "UPDATE alignd.segment SET pushed_s = pushed_s - 86400 * 9")
        self.assertEqual(self.hosts["a"].ask("maintain")[0], "done")
        self.assertEqual(self.number("SELECT count(DISTINCT hour_s) FROM alignd.result"), 3)
        self.assertEqual(self.number("SELECT count(DISTINCT hour_s) FROM alignd.incident"), 2)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.counted"), 3)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.segment"), 3)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.tuple"), 18)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.trait"), 18)
        self.assertEqual(self.number("SELECT count(DISTINCT hour_s) FROM alignd.hour_kind "
                                     f"WHERE hour_s < {self.hour - DAY}"), 2)
        for what in ("hour_name", "day_name"):
            self.assertEqual(self.number(f"SELECT count(*) FROM pg_inherits WHERE inhparent = "
                                         f"'alignd.{what}'::regclass AND right(inhrelid::"
                                         "regclass::text, 8) < to_char(now() - "
                                         "'7 days'::interval, 'YYYYMMDD')"), 0)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.kind WHERE author_error = "
                                     "'left'"), 0)
        self.assertGreater(self.kinds(), 0)


class Said(PushTest):
    def test_heartbeat(self):
        tool = self.hosts["a"]
        answer = tool.ask(f"beat {self.hour} 777")
        self.assertEqual(answer[0], "done")
        self.assertRegex(answer[1], r"^schema 1 keep 34560000 overrides 0 taken 0 now \d{13}$")
        tool.ask(f"beat {self.hour + HOUR} 999")
        self.assertEqual(self.sql("SELECT name, sealed_until_s, reported_until_s, version FROM "
                                  "alignd.host WHERE seen_s > 0"),
                         [["a.example.test", str(self.hour + HOUR), "777", "0.2.0"]])

    def test_overrides(self):
        tool = self.hosts["a"]
        self.assertEqual(self.admin.ask("put 0 one"), ["done", "version 1"])
        self.assertEqual(self.admin.ask("put 0 other"), ["done", "version 0"])
        self.assertEqual(self.admin.ask("put 1 two"), ["done", "version 2"])
        self.assertEqual([tool.ask(f"text {version}")[1] for version in (1, 2, 3)],
                         ["one", "two", "none"])
        self.assertIn(" overrides 2 ", tool.ask("beat 0 0")[1])

    def test_a_removed_host(self):
        self.sql("UPDATE alignd.host SET state = 'removed' WHERE role = 'mx_a'")
        answer = self.hosts["a"].ask("beat 0 0")[0]
        self.assertTrue(answer.startswith("denied PostgreSQL: host a.example.test was removed"))

    def test_another_layout(self):
        answer = self.hosts["a"].ask("exec SELECT alignd_push.ledger(9, '{}')")[0]
        self.assertTrue(answer.startswith("schema PostgreSQL: this fleet takes layout 1"), answer)


if __name__ == "__main__":
    main()
