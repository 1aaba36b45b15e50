#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports are never lost and never sent twice, whatever happens on the way."""
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import NOW, DAY, ReportTest, can_stop  # noqa: E402

HOUR = 3600
ALL = ["a@two.test", "agg@one.test", "b@two.test"]
# In the order in which a run comes by them.
POINTS = ("collecting", "collected", "rendered", "claimed", "authorised",
          "before-mail", "after-mail", "settled")


class Faults(ReportTest):

    def by_address(self):
        """{address: [id]} of the mails that arrived."""
        found = {}
        for mail in self.mails():
            found.setdefault(mail.recipient, []).append(mail.id)
        return found

    def assert_each_once(self):
        self.assertEqual(self.recipients(), ALL)

    def row(self, sql):
        with sqlite3.connect(self.path("store.db")) as store:
            return store.execute(sql).fetchone()

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_f1_killed_at_every_step(self):
        for point in POINTS:
            with self.subTest(point):
                self.setUp()
                self.assertEqual(self.report("send", stop_at=point)[0], -9)
                ids = self.row("SELECT group_concat(report_id) FROM report")[0]
                self.send()
                found = self.by_address()
                self.assertEqual(sorted(found), ALL)
                for address, copies in found.items():
                    self.assertEqual(len(set(copies)), 1, address)
                    self.assertIn(copies[0], ids or copies[0])
                    if point != "after-mail":
                        self.assertEqual(len(copies), 1, address)
                self.assertEqual(len(self.server.mails),
                                 4 if point == "after-mail" else 3)

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_f1_killed_again_and_again(self):
        for point in POINTS:
            self.report("send", stop_at=point)
        self.send()
        for copies in self.by_address().values():
            self.assertEqual(len(set(copies)), 1)
        self.assertEqual(sorted(self.by_address()), ALL)

    def test_f10_a_deferred_report_keeps_its_id_and_file_name(self):
        self.server.answers["agg@one.test"] = "451 4.3.0 try again"
        self.send()
        self.assertEqual(self.recipients(), ["a@two.test", "b@two.test"])
        before = self.row("SELECT report_id, file_name, state, archive "
                          "FROM report WHERE policy_domain = 'one.test'")
        self.assertEqual(before[2], "deferred")
        # Not before its time, and later each time.
        self.send(now=NOW + 60)
        self.send(now=NOW + 900)
        self.send(now=NOW + 901 + 900)
        self.assertEqual(self.row("SELECT tries FROM report_destination WHERE "
                                  "address = 'agg@one.test'"), (2,))
        self.server.answers.clear()
        self.send(now=NOW + 3600)
        self.assert_each_once()
        mail = self.mails()[-1]
        self.assertEqual((mail.id, mail.file.get_filename()), before[:2])
        self.assertEqual(mail.file.get_payload(decode=True), before[3])

    def test_f10_given_up_after_its_time(self):
        self.server.answers["agg@one.test"] = "451 4.3.0 try again"
        for hours in range(0, 24 * 6, 8):
            self.send(now=NOW + hours * HOUR)
        self.assertEqual(
            self.row("SELECT state FROM report WHERE policy_domain = "
                     "'one.test'"), ("given-up",))
        self.assertIn("agg@one.test  until", self.report("status")[1])

    def test_f10_a_refusal_pauses_the_address_longer_each_time(self):
        self.server.answers["agg@one.test"] = "550 5.1.1 no such user"
        self.send()
        self.assertEqual(
            self.row("SELECT state, reply FROM report_destination WHERE "
                     "address = 'agg@one.test'"),
            ("refused", "550 5.1.1 no such user"))
        self.assertIn("until 2026-05-08", self.report("status")[1])
        self.record(self.MAIL, NOW)
        self.send(now=NOW + DAY)
        self.assertIn("agg@one.test is suppressed until",
                      self.report("list", "--domain", "one.test")[1])
        self.record(self.MAIL, NOW + 8 * DAY)
        self.send(now=NOW + 9 * DAY)
        self.assertIn("until 2026-05-24",
                      self.report("status", now=NOW + 9 * DAY)[1])

    def test_f10_a_refusal_after_the_message(self):
        self.server.answers["b@two.test"] = "DATA 554 5.6.0 not that"
        self.server.answers["a@two.test"] = "DATA 452 4.2.2 mailbox full"
        self.send()
        self.assertEqual(
            self.row("SELECT group_concat(state) FROM (SELECT state FROM "
                     "report_destination ORDER BY address)"),
            ("waiting,sent,refused",))

    def test_a_silent_server_does_not_stop_the_others(self):
        self.write_conf("smtp_timeout = 1s")
        self.server.answers["a@two.test"] = "silence"
        self.send()
        self.assertEqual(self.recipients(), ["agg@one.test", "b@two.test"])
        self.server.answers.clear()
        self.send(now=NOW + HOUR)
        self.assert_each_once()

    def test_our_own_servers_trouble_makes_reports_wait(self):
        for answers in ({"connect": "554 5.3.2 closed"},
                        {"connect": "421 4.3.2 later"},
                        {"mail": "550 5.7.1 not from you"},
                        {"mail": "452 4.3.1 disk full"}):
            with self.subTest(answers):
                self.server.answers = answers
                status, _, err = self.report("send")
                self.assertEqual(status, 3)
                self.assertEqual(len(err.splitlines()), 1)
                self.assertIn("they wait", err)
                self.assertIn("connect" in answers and "smtp_url" or
                              answers.get("mail", ""), err)
        self.assertEqual(self.row("SELECT sum(tries) FROM report_destination"),
                         (0,))
        self.server.answers = {}
        self.send()
        self.assert_each_once()

    def test_nobody_listens(self):
        port = self.server.port
        self.server.close()
        status, _, err = self.report("send")
        self.assertEqual(status, 3)
        self.assertRegex(err, f"127.0.0.1:{port}: (Couldn't|Could not) "
                              "connect to server")
        self.assertIn("they wait", err)
        self.assertIn("rendered       2", self.report("status")[1])

    def test_a_server_that_refuses_all_is_not_asked_on_and_on(self):
        self.MAIL = [(f"d{i}.test", "192.0.2.1", "x.test", 1)
                     for i in range(30)]
        self.setUp()
        for i in range(30):
            self.server.answers[f"r@d{i}.test"] = "554 5.7.1 Relay denied"
        self.assertIn("refuses report after report", self.send(status=3))
        self.assertEqual(self.row("SELECT count(*) FROM report_destination "
                                  "WHERE state = 'refused'"), (20,))

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.d{i}.test TXT "v=DMARC1; p=none; '
            f'rua=mailto:r@d{i}.test"\n' for i in range(30))

    def test_two_senders_at_once(self):
        self.MAIL = [(f"d{i}.test", "192.0.2.1", "x.test", 1)
                     for i in range(30)]
        self.setUp()
        senders = [subprocess.Popen(self.arguments("send"), cwd=self.folder,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
                   for _ in range(3)]
        for sender in senders:
            _, err = sender.communicate(timeout=120)
            self.assertEqual((sender.returncode, err), (0, b""))
        self.assertEqual(len(self.recipients()), 30)
        self.assertEqual(len(set(self.recipients())), 30)

    def test_f1_disk_full_before_and_after(self):
        """No file may grow past a size: the store cannot take a byte more."""
        size = os.path.getsize(self.path("store.db"))
        for allowed in range(4096, size + 400000, 24576):
            self.report("send", file_size=allowed)
        self.send()
        self.assert_each_once()


if __name__ == "__main__":
    unittest.main()
