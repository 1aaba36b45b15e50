#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports of a fleet: one a domain and day, whatever becomes of a host"""
import collections
import contextlib
import json
import re
import shutil
import sqlite3
import threading
import unittest

from fleet_rig import main
from report_fleet import DAY, HOSTS, FleetReports
from limits import LIMITS
import schema


class Rounds(FleetReports):
    """Which segments a day's report is made of."""

    def rounds(self):
        return self.sql("SELECT round, segments, missing FROM alignd_report.report_round "
                        "ORDER BY day_s, round")

    def test_what_all_hosts_counted_is_one_report(self):
        for host in HOSTS:
            self.count(host, self.day + 3600, 2)
            self.count(host, self.day + 7200, 3)
        self.assertIn("to send       a@d0.test", self.report("mx3", "send", "--dry-run"))
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report_passed"), "0")
        self.assertIn("3 collected, 3 rendered, 6 sent", self.send())
        self.assert_each_once()
        self.assertEqual({mail.count for mail in self.mails()}, {15})
        self.assertIn("0 collected, 0 rendered, 0 sent", self.send("mx2"))
        self.assert_each_once()

    def test_a_silent_host_is_waited_for(self):
        self.write_confs("fleet_wait = 20h")
        self.sql(f"UPDATE alignd.host SET sealed_until_s = {self.day} WHERE name = 'mx3'")
        self.count("mx1", self.day + 3600)
        self.send()
        self.assertEqual(self.rounds(), [])
        self.beat("mx3", self.today)
        self.send()
        self.assertEqual(self.rounds(), [["1", "1", "0"]])
        self.assert_each_once()

    def test_and_not_for_ever(self):
        self.sql(f"UPDATE alignd.host SET sealed_until_s = {self.day} WHERE name = 'mx3'")
        self.count("mx1", self.day + 3600)
        self.set_time(self.today + 6 * 3600 - 60)
        self.send()
        self.assertEqual(self.rounds(), [])
        self.set_time(self.today + 6 * 3600)
        self.send()
        self.assertEqual(self.rounds(), [["1", "1", "1"]])
        self.assertIn("without 1 host", self.report("mx2", "status"))

    def test_a_host_that_never_spoke_or_was_removed_is_not(self):
        self.sql("UPDATE alignd.host SET sealed_until_s = 0, seen_s = 0 WHERE name = 'mx2';"
                 "UPDATE alignd.host SET sealed_until_s = 0, state = 'removed' "
                 "WHERE name = 'mx3'")
        self.count("mx1", self.day + 3600)
        self.send()
        self.assertEqual(self.rounds(), [["1", "1", "0"]])

    def test_what_is_late_is_a_second_report(self):
        self.count("mx1", self.day + 3600, 2)
        self.send()
        self.count("mx2", self.day + 3600, 5)
        self.send("mx2")  # soon after: others may be late too
        self.assertEqual(len(self.rounds()), 1)
        self.later(3600)
        self.send("mx2")
        self.assertEqual(self.rounds(), [["1", "1", "0"], ["2", "1", "0"]])
        found = self.by_address()
        self.assertEqual({len(set(ids)) for ids in found.values()}, {2})
        self.assertEqual(sorted(mail.count for mail in self.mails()), [2] * 6 + [5] * 6)

    def test_in_the_end_it_is_let_go_and_counted(self):
        rounds = LIMITS["LIMIT_REPORT_ROUNDS"]
        for round_ in range(1, rounds + 2):
            self.count("mx1", self.day + 3600, round_, domains=["d0.test"])
            self.send()
            self.later(3600)
        self.assertEqual(len(self.rounds()), rounds)
        self.assertEqual(self.sql("SELECT segments, messages FROM alignd_report.report_let_go"),
                         [["1", str(rounds + 1)]])
        self.assertEqual(sorted({mail.count for mail in self.mails()}),
                         list(range(1, rounds + 1)))
        value = json.loads(self.report("mx1", "status", "--json"))
        self.assertEqual(value["segments_let_go"], 1)
        rules = schema.load("report_status")
        self.assertEqual(schema.faults(value, rules) + schema.order_faults(value, rules), [])

    def hold(self, *statements):
        """A transaction of a mail server that does not end."""
        holder = self.tool(self.conninfo("mx1"))
        holder.ask("run BEGIN")
        for statement in statements:
            holder.ask(f"exec {statement}")
        return holder

    def test_what_a_transaction_holds_comes_later(self):
        """Of a past day, and of one that is to be let go."""
        for day in (self.day, self.day - 20 * DAY):
            self.sql(f"SELECT alignd_push.make_day({day})")
            for host in ("mx1", "mx2"):
                self.count(host, day + 3600, 2)
        holder = self.hold("SELECT " + ", ".join(
            f"alignd_push.segment_begin(1, '{ident}', {hour}, 1, 2, 0, 0, 0, 1)"
            for ident, hour in self.sql(
                "SELECT ident, hour_s FROM alignd.segment WHERE host_no = 1")))
        self.send("mx2")
        self.assertEqual(self.rounds(), [["1", "1", "0"]])
        self.assertEqual(self.one("SELECT sum(segments) FROM alignd_report.report_let_go"), "1")
        holder.ask("run ROLLBACK")
        self.later(3600)
        self.send("mx2")
        self.assertEqual(self.rounds(), [["1", "1", "0"], ["2", "1", "0"]])
        self.assertEqual(self.one("SELECT sum(segments) FROM alignd_report.report_let_go"), "2")

    def test_a_table_that_is_held_keeps_no_mail_waiting(self):
        self.count("mx1", self.day + 3600)
        self.mailer.answers["connect"] = "421 later"
        self.send("mx1", status=3)
        self.mailer.answers.clear()
        self.all_is_due()
        self.count("mx2", self.day + 3600)
        self.sql("ALTER FUNCTION alignd_report.take_rounds SET lock_timeout = '100ms'")
        self.sql("UPDATE alignd.segment SET is_summed = true, is_added = true")
        holder = self.hold("SELECT alignd_push.maintain(1)")
        self.assertEqual(self.one("SELECT count(*) FROM pg_locks WHERE mode = "
                                  "'ShareRowExclusiveLock' AND relation = "
                                  "'alignd.segment'::regclass"), "1")
        self.assertIn("somebody holds the fleet's table of segments", self.send("mx2"))
        self.assert_each_once()
        holder.ask("run ROLLBACK")
        self.send("mx2")
        self.assertEqual(len(self.rounds()), 2)

    def test_a_clock_that_jumped_lets_nothing_go(self):
        words = "PostgreSQL's clock is"
        self.count("mx1", self.day + 3600)
        self.count("mx2", self.today)  # a day that has not ended
        for ahead in (30 * DAY, 3 * DAY - 3600):
            self.set_time(self.today + ahead)
            self.assertIn(words, self.send())
            self.assertIn(words, self.report("mx2", "status"))
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report_let_go"), "0")
        self.assertEqual(self.rounds(), [["1", "1", "0"]])
        self.assert_each_once()
        self.set_time(self.today + 7 * 3600)
        self.count("mx3", self.day + 3600)
        self.assertNotIn(words, self.send())  # and what is late waits for no time to come
        self.assertEqual(self.rounds(), [["1", "1", "0"], ["2", "1", "0"]])
        self.assertNotIn(words, self.report("mx2", "status"))

    def test_what_a_host_says_too_is_so(self):
        self.count("mx1", self.day + 3600)
        self.set_time(self.today + 20 * DAY)
        self.sql(f"UPDATE alignd.host SET offset_ms = 1000 * {19 * DAY} WHERE name = 'mx2'")
        self.send()
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report_let_go"), "1")

    def test_days_of_before_a_host_joined_are_its_own(self):
        self.sql("UPDATE alignd.host SET reported_until_s = NULL")
        self.beat("mx1", self.today, reported_s=self.day + DAY)
        self.beat("mx2", self.today)
        self.count("mx1", self.day + 3600, 100)
        self.count("mx2", self.day + 3600, 1)
        self.send()
        self.assertEqual({mail.count for mail in self.mails()}, {1})
        self.assertEqual(self.one("SELECT count(*) FROM alignd.segment WHERE round = -2"), "1")

    def test_open_and_stray_segments_wait(self):
        self.count("mx1", self.day + 3600)
        self.sql("UPDATE alignd.segment SET is_open = true")
        self.send()
        self.assertEqual(self.rounds(), [])
        self.sql("UPDATE alignd.segment SET is_open = false, is_stray = true")
        self.send()
        self.assertEqual(self.rounds(), [])

    def test_a_host_that_leaves_goes_on_from_there(self):
        self.count("mx1", self.day - DAY + 3600)
        self.sql(f"UPDATE alignd.host SET sealed_until_s = {self.day} WHERE name = 'mx3'")
        self.write_confs("fleet_wait = 20h")
        self.count("mx1", self.day + 3600)
        self.count("mx2", self.day + 3600)
        self.send()
        self.assertEqual(self.one("SELECT alignd_report.hand_back(1)"), str(self.day))
        self.assertEqual(self.sql("SELECT host_no, round FROM alignd.segment ORDER BY hour_s, "
                                  "host_no"), [["1", "1"], ["1", "-2"], ["2", "0"]])
        status = json.loads(self.report("mx1", "status", "--json", "--local"))
        self.assertEqual(status["collected_until"][:10],
                         self.one(f"SELECT to_timestamp({self.day})::date"))


class Claims(FleetReports):
    DOMAINS = 40

    def send_all_at_once(self, count=3):
        runs = [self.begin(HOSTS[i % len(HOSTS)], "send") for i in range(count)]
        for run in runs:
            out, err = run.communicate(timeout=300)
            self.assertEqual(run.returncode, 0, out + err)

    def test_three_senders_at_once(self):
        for host in HOSTS:
            self.count(host, self.day + 3600)
        self.send_all_at_once()
        self.assert_each_once()

    def test_two_addresses_that_are_settled_at_once(self):
        """Both mails are taken at one moment: somebody settles the report."""
        both = threading.Barrier(2)
        read = self.mailer.read_data

        def read_together(stream):
            data = read(stream)
            try:
                both.wait(20)
            except threading.BrokenBarrierError:
                pass
            return data

        self.count("mx1", self.day + 3600)
        self.mailer.answers["connect"] = "421 later"
        self.report("mx1", "send", status=3)
        self.mailer.answers.clear()
        self.all_is_due()
        self.mailer.read_data = read_together
        self.send_all_at_once(2)
        self.assert_each_once()


class Limits(FleetReports):
    SETTINGS = "max_per_day = 4"

    def test_a_days_mails_over_all_hosts(self):
        self.count("mx1", self.day + 3600)
        runs = [self.begin(host, "send") for host in HOSTS]
        for run in runs:
            self.assertEqual(run.communicate(timeout=300) and run.returncode, 0)
        self.assertEqual(len(self.mailer.mails), 4)
        self.assertEqual(self.one("SELECT mails FROM alignd_report.report_sent"), "4")
        self.all_is_due()
        self.send("mx3")
        self.assertEqual(len(self.mailer.mails), 4)
        self.later(DAY)
        self.all_is_due()
        self.send("mx2")
        self.assert_each_once()

    def test_what_was_not_taken_has_no_share(self):
        self.count("mx1", self.day + 3600)
        for address in self.addresses():
            self.mailer.answers[address] = "450 4.2.0 later"
        self.send()
        self.assertEqual(self.one("SELECT mails FROM alignd_report.report_sent"), "0")
        self.mailer.answers.clear()
        self.all_is_due()
        self.send("mx2")
        self.assertEqual(len(self.mailer.mails), 4)

    def test_mails_to_one_address(self):
        self.domains = ["d0.test", "d1.test", "d2.test"]
        self.write_confs("max_per_address = 1")
        self.record = lambda domain: "v=DMARC1; p=none; rua=mailto:one@d0.test"
        self.write_zone()
        with open(self.path("zone"), "a", encoding="utf-8") as zone:
            zone.write('*._report._dmarc.d0.test TXT "v=DMARC1"\n')
        self.count("mx1", self.day + 3600)
        runs = [self.begin(host, "send") for host in HOSTS]
        for run in runs:
            self.assertEqual(run.communicate(timeout=300) and run.returncode, 0)
        self.assertEqual(len(self.mailer.mails), 1)
        self.assertIn("report.max_per_address", self.report("mx2", "list"))


class Erasure(FleetReports):
    """Somebody wants to be erased: what the fleet's reports have of him."""

    def setUp(self):
        super().setUp()
        self.domains = ["d0.test", "xd0.test", "sub.d0.test", "d0.test.au"]
        self.write_zone()
        self.count("mx1", self.day + 3600)
        self.count("mx2", self.day + 3600, domains=["d0.test"])

    def erase(self, subject):
        """Emptied, waiting, deleted, addresses, trouble, kept; by an operator."""
        self.sql("DO $$ BEGIN CREATE ROLE people LOGIN; EXCEPTION WHEN duplicate_object THEN NULL;"
                 "END $$; GRANT alignd_operator TO people")
        return [int(row[0]) for row in self.server.query(
            f"SELECT * FROM alignd_report.erase('{subject}')", user="people",
            database=self.database)]

    def emptied(self):
        return [row[0] for row in self.sql("SELECT policy_domain FROM alignd_report.report WHERE "
                                           "archive = '' ORDER BY 1")]

    def test_a_client(self):
        self.send()
        self.assertEqual(self.erase("192.0.2.2"), [1, 0, 0, 0, 0, 0])
        self.assertEqual(self.emptied(), ["d0.test"])
        self.assertEqual(self.erase("2001:db8::/32"), [0] * 6)
        self.assertEqual(self.erase("192.0.2.0/24"), [3, 0, 0, 0, 0, 0])
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report"), "4")

    def test_a_domain(self):
        self.send()
        self.sql("UPDATE alignd_report.report_health SET suppressed_why = 'by the operator' "
                 "WHERE address = 'a@sub.d0.test'")
        self.assertEqual(self.erase("D0.test"), [2, 0, 2, 0, 3, 1])
        self.assertEqual(self.sql("SELECT policy_domain, length(archive) > 0 FROM "
                                  "alignd_report.report ORDER BY 1"),
                         [["d0.test.au", "t"], ["xd0.test", "t"]])

    def test_a_person(self):
        self.send()
        self.sql("""INSERT INTO alignd_report.report (report_id, policy_domain, begin_s, end_s,
            part, messages, state, note, created_s, give_up_s, settled_s, submitter, file_name,
            record, archive, kind) SELECT md5(x), 'o.test', 1, 2, 1, 1, 'rendered', '', 1, 1, 0, '',
            '', '', convert_to(x, 'UTF8'), 'failure' FROM (VALUES ('From: <A@d0.test> 192.0.2.9'),
            ('From: aa@d0.test'), ('From: a@d0.test.au')) v (x)""")
        self.assertEqual(self.erase("a@d0.test"), [0, 0, 1, 1, 1, 0])
        self.assertEqual(self.sql("SELECT address FROM alignd_report.report_destination WHERE "
                                  "address LIKE '%d0.test' ORDER BY 1"),
                         [[w + "@" + d] for w, d in (("a", "sub.d0.test"), ("a", "xd0.test"),
                                                     ("b", "d0.test"), ("b", "sub.d0.test"),
                                                     ("b", "xd0.test"))])

    def test_what_waits_is_told_of(self):
        self.mailer.answers["connect"] = "421 later"
        self.send(status=3)
        self.assertEqual(self.erase("192.0.2.2"), [0, 1, 0, 0, 0, 0])
        self.assertEqual(self.erase("d0.test"), [0, 2, 0, 0, 0, 0])
        self.assertEqual(self.emptied(), [])

    def test_the_hosts_command_says_so(self):
        words = "alignctl privacy erase --fleet"
        out = self.report("mx1", "erase", "d0.test", command="privacy")
        self.assertIn(words, " ".join(out.split()))
        out = self.report("mx1", "erase", "d0.test", "--count", "0", command="privacy")
        self.assertIn(words, " ".join(out.split()))

    def test_in_words(self):
        """As on a host: test_in_texts of test_fleet_privacy.py compares the two."""
        for subject, words, is_named in (
                ("d0.test", "of D0.test.", "t"), ("d0.test", "a.d0.test", "t"),
                ("d0.test", "d0.test@o.test", "f"), ("d0.test", "a@d0.test@relay", "t"),
                ("d0.test", "xd0.test", "f"), ("d0.test", "\u00e4d0.test", "f"),
                ("d0.test", "d0.test.au", "f"), ("d0.test", "d=d0.test;", "t"),
                ("a@d0.test", "<A@d0.test>,", "t"), ("a@d0.test", "b.a@d0.test", "f"),
                ("a@d0.test", "\u00e4a@d0.test", "f"), ("a@d0.test", "a@d0.test.", "t")):
            self.assertEqual(self.one(f"SELECT alignd_report.is_named(NULL, "
                                      f"alignd_report.pattern_of('{subject}'), '{words}')"),
                             is_named, f"{subject}: {words}")

    def test_who_is_nobody(self):
        for subject in ("", "com", "a@", "a b.test", "192.0.2.0/40", ".*"):
            with self.assertRaisesRegex(Exception, "is no address, domain", msg=subject):
                self.erase(subject)


class Failures(FleetReports):
    """Reports of single failures, which each host keeps for itself."""
    DOMAINS = 2
    SETTINGS = "failure_reports = results\nfailures_per_domain = 3\nfailures_per_hour = 5"

    @staticmethod
    def record(domain):
        return f"v=DMARC1; p=none; fo=1; ruf=mailto:f@{domain}"

    def fail(self, host, domain, count):
        row = {"incidents": 1, "time_s": self.day + 3600, "policy_domain": domain,
               "author_domain": domain, "record": self.record(domain), "source_ip": "192.0.2.9",
               "auth_failure": "spf", "identity_alignment": "none", "delivery_result": "none",
               "mail_from": f"x@{domain}"}
        rest = ("authres", "rcpt_to", "dkim_domain", "dkim_identity", "dkim_selector",
                "spf_dns", "subject", "header")
        row.update(dict.fromkeys(rest, ""))
        with contextlib.closing(sqlite3.connect(self.path(host, "store.db"))) as store:
            for i in range(count):
                row["reference"] = f"{host}{domain[:2]}{i}"
                store.execute(f"INSERT INTO failure ({', '.join(row)}) VALUES "
                              f"({', '.join('?' * len(row))})", list(row.values()))
            store.commit()

    def sent(self):
        return collections.Counter(recipient for _, recipient, _ in self.mailer.mails)

    def test_their_limits_are_the_fleets(self):
        for host in HOSTS:
            for domain in self.domains:
                self.fail(host, domain, 2)
        for host in HOSTS:
            self.send(host)
        self.assertEqual(sum(self.sent().values()), 5)
        self.assertEqual(max(self.sent().values()), 3)
        for host in HOSTS:
            self.send(host)
        self.assertEqual(sum(self.sent().values()), 5)

    def test_one_that_was_handed_over_twice_is_one(self):
        self.fail("mx1", "d0.test", 1)
        kept = self.path("kept.db")
        shutil.copy(self.path("mx1", "store.db"), kept)
        self.send("mx1")
        shutil.copy(kept, self.path("mx1", "store.db"))  # as if it had not been dropped
        self.send("mx1")
        self.assertEqual(self.sent(), {"f@d0.test": 1})


class Notices(FleetReports):
    """Three hosts with the same timers send one digest, and one alert."""

    def tell(self, command, *hosts):
        runs = [self.begin(host, "--mail", "ops@own.test", command=command) for host in hosts]
        for run in runs:
            out, err = run.communicate(timeout=300)
            self.assertEqual(run.returncode, 0, out + err)

    def test_one_digest(self):
        self.tell("digest", *HOSTS)
        self.assertEqual(len(self.mailer.mails), 1)
        self.assertIn("told the digest within six hours",
                      self.report("mx2", "--mail", "ops@own.test", command="digest"))
        self.tell("digest", "mx2", "mx3")
        self.assertEqual(len(self.mailer.mails), 1)
        self.report("mx3", "--local", "--mail", "ops@own.test", command="digest")
        self.assertEqual(len(self.mailer.mails), 2)
        self.later(DAY)
        self.tell("digest", "mx2", "mx3")
        self.assertEqual(len(self.mailer.mails), 3)

    def test_who_was_killed_holds_it_no_longer_than_his_lease(self):
        self.report("mx1", "--mail", "ops@own.test", command="digest", stop_at="handed-over")
        self.tell("digest", "mx2")
        self.assertEqual(len(self.mailer.mails), 1)
        self.later(3600)
        self.tell("digest", "mx2")
        self.assertEqual(len(self.mailer.mails), 2)

    def test_what_one_was_alarmed_of_is_known_to_all(self):
        self.sql("""INSERT INTO alignd_report.notice_told VALUES
            ('alert', 5, -9223372036854775808, 'x', 1, 2, 9223372036854)""")
        self.tell("alert", *HOSTS)
        self.assertEqual(self.mailer.mails, [])
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.notice_run WHERE "
                                  "ended_s > 0 AND owner = ''"), "1")


class Own(FleetReports):
    """What stays a host's own, and what its commands read."""
    MAIL = "{time} 192.0.2.1 bounce@d0.test rcpt@mx.test Q helo.d0.test - {file}\n"

    def own_mail(self, host, time_s):
        with open(self.path("mail"), "w", encoding="utf-8") as mail:
            mail.write("From: a@d0.test\r\nSubject: s\r\n\r\nx\r\n")
        self.put_mail(self.path(host, "conf"), self.path(host, "store.db"),
                      self.MAIL.format(time=time_s, file=self.path("mail")))

    def test_a_host_that_joins_finishes_what_it_had_begun(self):
        self.own_mail("mx1", self.today - DAY + 3600)
        self.mailer.answers["connect"] = "421 later"
        self.report("mx1", "send", "--local", status=3)
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report"), "0")
        self.mailer.answers.clear()
        self.send()
        self.assertEqual(sorted(self.by_address()), ["a@d0.test", "b@d0.test"])
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report"), "0")
        self.assertIn("sent", self.report("mx1", "list", "--local"))
        self.assertIn("no such reports in the fleet's record", self.report("mx1", "list"))

    def test_and_collects_no_more_by_itself(self):
        self.own_mail("mx1", self.today - DAY + 3600)
        self.send()
        self.assertEqual(self.mailer.mails, [])
        self.assertIn("no such reports", self.report("mx1", "list", "--local"))

    def test_its_forwarder_says_what_it_reported_and_hears_what_the_fleet_did(self):
        self.sql("UPDATE alignd.host SET reported_until_s = NULL")
        self.own_mail("mx1", self.day + 3600)
        self.report("mx1", "send", "--local")
        self.report("mx1", "forward", "--once", command="fleet")
        self.assertEqual(self.one("SELECT reported_until_s FROM alignd.host WHERE name = 'mx1'"),
                         str(self.today))
        self.assertEqual(self.one("SELECT sum(messages) FROM alignd.segment"), "1")
        self.report("mx2", "forward", "--once", command="fleet")
        self.count("mx2", self.day + 3600, 4)
        self.send("mx3")
        self.assertEqual(sorted(mail.count for mail in self.mails()), [1] * 2 + [4] * 6)
        self.report("mx2", "forward", "--once", command="fleet")
        status = json.loads(self.report("mx2", "status", "--json", "--local"))
        self.assertEqual(status["collected_until"][:10],
                         self.one(f"SELECT to_timestamp({self.today})::date"))

    def test_a_host_that_is_taken_out_is_told_its_days(self):
        """Its forwarder was dead, and did not hear what the fleet reported."""
        self.addCleanup(self.sql, "GRANT alignd_host TO mx1")
        self.own_mail("mx1", self.day + 3600)
        self.count("mx1", self.day + 3600)
        self.beat("mx1", self.day + 7200)
        self.send("mx2")
        self.assert_each_once()
        out = self.report("mx2", "remove", "mx1", self.server.conninfo(database="fleet"),
                          command="fleet")
        words = re.search(r"^  alignctl report (begin --day \d{4}-\d\d-\d\d)$", out, re.M)[1]
        self.assertIn("this host reports by itself from ", self.report("mx1", *words.split()))
        status = json.loads(self.report("mx1", "status", "--json", "--local"))
        self.assertEqual(status["collected_until"][:10], words[-10:])
        self.report("mx1", "send", "--local")
        self.assert_each_once()
        for day in ("2001-01-01", words[-10:]):  # and never back
            self.assertIn(words[-10:], self.report("mx1", "begin", "--day", day))
        self.report("mx1", "begin", "--day", "2999-01-01", status=1)
        self.report("mx1", "begin", status=1)

    def test_a_host_that_never_said_a_word_is_told_none(self):
        self.addCleanup(self.sql, "GRANT alignd_host TO mx1")
        self.count("mx2", self.day + 3600)
        self.send("mx2")
        self.sql("UPDATE alignd.host SET reported_until_s = NULL WHERE name = 'mx1'")
        self.assertNotIn("begin", self.report("mx2", "remove", "mx1", self.server.conninfo(
            database="fleet"), command="fleet"))

    def test_commands_read_and_act_on_the_fleet(self):
        self.count("mx1", self.day + 3600)
        self.assertIn("<org_name>", self.report("mx2", "preview", "d0.test"))
        self.report("mx2", "suppress", "b@d1.test")
        self.send()
        self.assertEqual(len(self.mailer.mails), 5)
        listed = self.report("mx3", "list", "--json").splitlines()
        self.assertEqual(len(listed), 3)
        identity = json.loads(listed[0])["id"]
        self.report("mx3", "resend", identity)
        self.send("mx2")
        self.assertEqual(len(self.mailer.mails), 7)
        self.assertEqual([mail.id for mail in self.mails()].count(identity), 4)
        self.assertEqual(json.loads(self.report("mx2", "status", "--json"))["states"],
                         {"sent": 3})

    def test_through_pgbouncer(self):
        with self.server.bouncer(self.database) as bouncer:
            self.conninfo = bouncer.conninfo
            self.write_confs()
            self.count("mx1", self.day + 3600)
            runs = [self.begin(host, "send") for host in HOSTS]
            for run in runs:
                out, err = run.communicate(timeout=300)
                self.assertEqual(run.returncode, 0, out + err)
            self.assert_each_once()

    def test_without_the_senders_role(self):
        self.sql("REVOKE alignd_sender FROM mx3")
        self.addCleanup(self.sql, "GRANT alignd_sender TO mx3")
        self.assertIn("GRANT alignd_sender", self.report("mx3", "send", status=4))


if __name__ == "__main__":
    main()
