#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the mail server answers, and what becomes of the report: 4xx, 5xx,
silence, nobody there."""
import os
import sqlite3
import ssl
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import DAY, NOW, ReportTest  # noqa: E402

HOUR = 3600
ALL = ["a@two.test", "agg@one.test", "b@two.test"]


class Replies(ReportTest):

    def assert_each_once(self):
        self.assertEqual(self.recipients(), ALL)

    def row(self, sql):
        with sqlite3.connect(self.path("store.db")) as store:
            return store.execute(sql).fetchone()

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.d{i}.test TXT "v=DMARC1; p=none; '
            f'rua=mailto:r@d{i}.test"\n'
            f'_dmarc.d{i}.one.test TXT "v=DMARC1; p=none; '
            f'rua=mailto:r@d{i}.one.test"\n' for i in range(30))

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
        self.assertIn("agg@one.test about one.test  until",
                      self.report("status")[1])

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

    def test_f18_a_refusal_after_the_message(self):
        """It settles that report and says nothing of the address."""
        self.server.answers["b@two.test"] = "DATA 554 5.6.0 not that"
        self.server.answers["a@two.test"] = "DATA 452 4.2.2 mailbox full"
        self.send()
        self.assertEqual(
            self.row("SELECT group_concat(state) FROM (SELECT state FROM "
                     "report_destination ORDER BY address)"),
            ("waiting,sent,refused",))
        self.server.answers.clear()
        self.assertNotIn("b@two.test  until", self.report("status")[1])
        self.record([("two.test", "192.0.2.1", "two.test", 1)], NOW)
        self.send(now=NOW + DAY)
        self.assertIn("b@two.test", self.recipients())

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

    def test_many_names_of_one_owner_that_refuse_end_no_run(self):
        self.MAIL = [(f"d{i}.one.test", "192.0.2.1", "x.test", 1)
                     for i in range(30)]
        self.setUp()
        for i in range(30):
            self.server.answers[f"r@d{i}.one.test"] = "556 5.1.10 no mail"
        self.assertIn("30 refused", self.send())

    def test_a_server_that_refuses_all_is_not_asked_on_and_on(self):
        self.MAIL = [(f"d{i}.test", "192.0.2.1", "x.test", 1)
                     for i in range(30)]
        self.setUp()
        for i in range(30):
            self.server.answers[f"r@d{i}.test"] = "554 5.7.1 Relay denied"
        self.assertIn("refuses report after report", self.send(status=3))
        self.assertEqual(self.row("SELECT count(*) FROM report_destination "
                                  "WHERE state = 'refused'"), (20,))

    # -- TLS, and logging in -----------------------------------------------

    def offer_tls(self, name):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout",
             self.path("tls.key"), "-out", self.path("tls.pem"), "-subj",
             f"/CN={name}", "-addext", f"subjectAltName={name}"],
            check=True, capture_output=True)
        self.server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.server.tls.load_cert_chain(self.path("tls.pem"),
                                        self.path("tls.key"))

    def test_tls_that_is_offered_is_taken(self):
        self.offer_tls("DNS:elsewhere.test")
        self.send()
        self.assertEqual(self.server.is_secret, [True] * 3)
        self.write_conf("smtp_starttls = no")
        self.report("resend", "--domain", "one.test")
        self.send()
        self.assertEqual(self.server.is_secret[3:], [False])

    def test_tls_that_is_required_wants_a_good_certificate(self):
        self.write_conf("smtp_starttls = require")
        self.assertIn("they wait", self.send(status=3))
        self.offer_tls("DNS:elsewhere.test")
        for more in ("", f'smtp_ca_file = "{self.path("tls.pem")}"'):
            self.write_conf(f"smtp_starttls = require {more}")
            self.assertIn("they wait", self.send(status=3))
        self.assertEqual(self.server.mails, [])
        self.offer_tls("IP:127.0.0.1")
        self.send()
        self.assertEqual(self.server.is_secret, [True] * 3)

    def test_logs_in_with_the_password_of_a_file(self):
        self.server.password = "ann secret"
        settings = f"""smtp_user = "ann"
            smtp_password_file = "{self.path('password')}" """
        self.write_conf(settings)
        self.assertIn("cannot read", self.send(status=2))
        self.write("password", "secret\n")
        os.chmod(self.path("password"), 0o644)
        self.assertIn("is open to everybody", self.send(status=2))
        os.chmod(self.path("password"), 0o600)
        self.write("password", "\n")
        self.assertIn("the first line of", self.send(status=2))
        self.write("password", "wrong\n")
        self.assertIn("535 5.7.8 wrong password", self.send(status=3))
        self.write("password", "secret\n")
        self.send()
        self.assert_each_once()


if __name__ == "__main__":
    unittest.main()
