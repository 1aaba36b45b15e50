#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports that bother nobody: exclusions, caps, pauses, bounces, no loops."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import DAY, NOW, Reports  # noqa: E402

HOUR = 3600
DATE = "Fri May  1 12:00:00 2026"


class Manners(Reports):

    def test_exclusions(self):
        self.write_conf("""exclude_domains = {"one.test"}
                           exclude_addresses = {"a@two.test"}""")
        self.send()
        self.assertEqual(self.recipients(), ["b@two.test"])

    def test_suppress_and_lift(self):
        self.assertIn("no reports for good",
                      self.report("suppress", "b@two.test")[1])
        self.report("suppress", "--until", f"@{NOW + DAY}", "one.test")
        self.send()
        self.assertEqual(self.recipients(), ["a@two.test"])
        self.assertEqual(self.states("one.test"), {"agg@one.test": "skipped"})
        self.assertIn("by the operator", self.report("status")[1])
        self.assertIn("again", self.report("suppress", "--lift",
                                           "b@two.test")[1])
        self.record([("two.test", "192.0.2.1", "two.test", 1),
                     ("one.test", "192.0.2.1", "one.test", 1)], NOW)
        self.send(now=NOW + DAY + HOUR)
        self.assertEqual(self.recipients(), ["a@two.test", "a@two.test",
                                             "agg@one.test", "b@two.test"])
        self.assertEqual(self.report("suppress", "nonsense@")[0], 1)

    def test_f11_reports_and_bounces_cause_no_reports(self):
        """A report that reaches us, a bounce of ours: counted, not told."""
        for subject, sender, rcpt in (
                ("Report Domain: own.test Submitter: one.test Report-ID: <1>",
                 "one.test", "dmarc@own.test"),
                ("undeliverable", None, "dmarc@own.test"),
                ("undeliverable", None, "dmarc+0123-4@own.test")):
            with self.subTest(subject):
                self.MAIL = []
                self.setUp()
                self.record([("one.test", "192.0.2.1", sender, 1)],
                            subject=subject, rcpt=rcpt)
                self.assertIn("0 collected", self.send())
                self.record([("one.test", "192.0.2.1", "one.test", 1)], NOW)
                self.record([("one.test", "192.0.2.1", sender, 1)], NOW,
                            subject=subject, rcpt=rcpt)
                self.send(now=NOW + DAY)
                self.assertEqual([m.count for m in self.mails()], [2])

    def test_f11_a_spoofer_cannot_hide_by_a_subject(self):
        self.MAIL = []
        self.setUp()
        self.record([("one.test", "192.0.2.66", "spam.test", 1)],
                    subject="Report Domain: x Submitter: y")
        self.assertIn("1 collected", self.send())

    def test_f12_only_to_domains_of_which_something_passed(self):
        self.write_conf("require_pass = 30d")
        self.send()
        self.assertEqual(self.recipients(), ["agg@one.test"])

    def test_a_cap_a_day(self):
        self.write_conf("max_per_day = 2")
        self.assertIn("max_per_day is reached", self.send())
        self.assertEqual(len(self.server.mails), 2)
        self.send(now=NOW + HOUR)
        self.assertEqual(len(self.server.mails), 2)
        self.send(now=NOW + DAY)
        self.assertEqual(len(self.server.mails), 3)

    def test_a_cap_of_addresses(self):
        self.write_conf("max_addresses = 1")
        self.send()
        self.assertEqual(self.recipients(), ["a@two.test", "agg@one.test"])
        self.assertIn("max_addresses", self.only("two.test")["note"])

    def test_resend_is_the_same_report(self):
        self.send()
        first = next(m for m in self.mails() if m.recipient == "agg@one.test")
        self.assertEqual(self.report("resend", first.id)[0], 0)
        self.send(now=NOW + HOUR)
        again = self.mails()[-1]
        self.assertEqual((again.recipient, again.id, again.xml,
                          again.file.get_filename()),
                         (first.recipient, first.id, first.xml,
                          first.file.get_filename()))
        self.assertEqual(self.report("resend", "--domain", "two.test")[0], 0)
        self.send(now=NOW + HOUR)
        self.assertEqual(len(self.server.mails), 6)
        self.assertEqual(self.report("resend", "0" * 32)[0], 3)
        self.assertEqual(self.report("resend", "xyz")[0], 1)
        self.assertEqual(self.report("resend")[0], 1)

    def test_settled_reports_go_after_their_time(self):
        self.send()
        self.record([("one.test", "192.0.2.1", "one.test", 1)],
                    NOW + 30 * DAY)
        self.send(now=NOW + 31 * DAY)
        self.assertEqual(
            [v["policy_domain"] for v in self.objects_of("list")],
            ["one.test"])
        self.assertNotEqual(self.only("one.test")["day"], "2026-04-30")

    def test_status_is_one_screen(self):
        self.server.answers["b@two.test"] = "550 5.1.1 no such user"
        self.send()
        out = self.report("status")[1]
        self.assertLess(len(out.splitlines()), 24)
        self.assertRegex(out, r"b@two.test  until 2026-05-08.*no such user")
        value = self.objects_of("status")[0]
        self.assertEqual(value["states"], {"sent": 2})
        self.assertEqual(value["trouble"][0]["address"], "b@two.test")


BOUNCE = """From: MAILER-DAEMON@mx.two.test
To: {to}
Subject: Undelivered Mail
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <b@two.test> unknown \x1b[31m

--b
Content-Type: message/rfc822-headers

Message-ID: <{id}@own.test>

--b--
"""


class Bounces(Reports):

    def bounce(self, **more):
        mail = next(m for m in self.mails() if m.recipient == "b@two.test")
        values = {"to": "dmarc@own.test", "recipient": "B@two.test",
                  "action": "failed", "status": "5.1.1", "id": mail.id}
        values.update(more)
        return BOUNCE.format(**values)

    def result(self, text):
        return [value["result"]
                for value in self.objects_of("bounce", stdin=text)]

    def test_f10_a_bounce_pauses_the_address(self):
        self.send()
        self.assertEqual(self.result(self.bounce()), ["bounced"])
        self.assertEqual(self.states("two.test"),
                         {"a@two.test": "sent", "b@two.test": "refused"})
        self.assertEqual(self.result(self.bounce()), ["known"])
        trouble = self.objects_of("status")[0]["trouble"]
        self.assertEqual(trouble[0]["failures"], 1)
        self.assertNotIn("\x1b", self.report("status")[1])
        self.record(self.MAIL, NOW)
        self.send(now=NOW + DAY)
        self.assertEqual(self.recipients().count("a@two.test"), 2)
        self.assertEqual(self.recipients().count("b@two.test"), 1)

    def test_f10_only_failures_of_reports_that_were_sent(self):
        self.send()
        for text in (self.bounce(action="delayed", status="4.0.0"),
                     self.bounce(id="f" * 32), self.bounce(id="none"),
                     self.bounce(recipient="c@two.test"),
                     "Subject: out of office\n\nI am away\n", "\0\xff\n"):
            self.assertEqual(self.result(text), ["ignored"])
        self.assertEqual(self.states("two.test")["b@two.test"], "sent")

    def test_f10_an_mbox_and_an_address_of_its_own(self):
        self.write_conf('bounce_delimiter = "+"')
        self.send()
        mail = next(m for m in self.mails() if m.recipient == "b@two.test")
        text = self.bounce(to=mail.sender, recipient="elsewhere@x.test")
        self.write("box", f"From a {DATE}\n{text}\nFrom b {DATE}\nSubject: x\n")
        self.assertEqual(
            [v["result"] for v in self.objects_of("bounce", "box")],
            ["bounced", "ignored"])
        self.assertEqual(self.report("bounce", "missing")[0], 3)


if __name__ == "__main__":
    unittest.main()
