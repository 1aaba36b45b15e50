#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports that bother nobody: exclusions, caps, pauses, bounces, no loops."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import zone_record  # noqa: E402
from limits import LIMITS  # noqa: E402
from report_rig import DAY, NOW, Reports, bounce  # noqa: E402

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
        self.assertEqual(self.states("two.test")["b@two.test"], "skipped")
        self.assertEqual(self.states("one.test"),
                         {"agg@one.test": "unchecked"})
        self.assertIn("by the operator", self.report("status")[1])
        self.assertIn("again", self.report("suppress", "--lift",
                                           "b@two.test")[1])
        self.record([("two.test", "192.0.2.1", "two.test", 1),
                     ("one.test", "192.0.2.1", "one.test", 1)], NOW)
        self.send(now=NOW + DAY + HOUR)
        # What waited for the end of a pause is not lost.
        self.assertEqual(self.recipients(), ["a@two.test", "a@two.test",
                                             "agg@one.test", "agg@one.test",
                                             "b@two.test"])
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

    def test_as_much_of_what_was_left_out_as_a_line_holds(self):
        addresses = [f"mailto:{n:02}{'a' * 50}@many.test" for n in range(40)]
        with open(self.path("report-zone"), "a", encoding="ascii") as zone:
            zone.write(zone_record("_dmarc.many.test", "v=DMARC1; p=none; rua="
                                   + ",".join(addresses)))
        self.record([("many.test", "192.0.2.1", "many.test", 1)])
        self.write_conf("max_addresses = 1")
        self.send()
        note = self.only("many.test")["note"]
        limit = LIMITS["LIMIT_REPORT_NOTE"]
        told = note.split("; ")
        self.assertLessEqual(len(note), limit)
        # As many as fit, each whole.
        self.assertGreater(len(note) + len(told[-1]) + 2, limit)
        self.assertTrue(all("max_addresses" in one for one in told), told)

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
        self.assertEqual(self.report("resend", "--domain", "two.test", "--json"),
                         (0, '{"deliveries":2}\n', ""))
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


class Bounces(Reports):

    def of(self, address, domain=None):
        """The last report to the address, about the domain."""
        return [m for m in self.mails() if m.recipient == address and
                (domain is None or
                 f"Report Domain: {domain} " in m.message["Subject"])][-1]

    def result(self, text):
        return [value["result"]
                for value in self.objects_of("bounce", stdin=text)]

    def test_f10_a_bounce_pauses_the_address(self):
        self.send()
        text = bounce(self.of("b@two.test"), recipient="B@two.test")
        self.assertEqual(self.result(text), ["bounced"])
        self.assertEqual(self.states("two.test"),
                         {"a@two.test": "sent", "b@two.test": "refused"})
        self.assertEqual(self.result(text), ["known"])
        trouble = self.objects_of("status")[0]["trouble"]
        self.assertEqual((trouble[0]["failures"],
                          trouble[0]["policy_domain"]), (1, "two.test"))
        self.assertNotIn("\x1b", self.report("status")[1])
        self.record(self.MAIL, NOW)
        self.send(now=NOW + DAY)
        self.assertEqual(self.recipients().count("a@two.test"), 2)
        self.assertEqual(self.recipients().count("b@two.test"), 1)

    def test_f17_only_failures_of_reports_that_were_sent(self):
        self.send()
        mail = self.of("b@two.test")
        other = self.of("a@two.test")
        for text in (
                bounce(mail, action="delayed", status="4.0.0"),
                bounce(mail, action="relayed"), bounce(mail, action="expanded"),
                bounce(mail, action="delivered"),
                bounce(mail, message_id=f"{mail.id}@own.test"),
                bounce(mail, message_id=f"{mail.id}.{'0' * 20}@own.test"),
                bounce(mail, message_id="f" * 32),
                bounce(mail, kind="text/plain"),
                "Subject: out of office\nAuto-Submitted: auto-replied\n"
                f"References: <{mail.message_id}>\n\nI am away\n",
                "\0\xff\n"):
            self.assertEqual(self.result(text), ["ignored"], text)
        self.assertEqual(self.states("two.test")["b@two.test"], "sent")
        # A true one speaks for its own delivery, whatever address it names.
        self.assertEqual(self.result(bounce(other)), ["bounced"])
        self.assertEqual(self.states("two.test"),
                         {"a@two.test": "refused", "b@two.test": "sent"})

    def test_f10_an_mbox_and_an_address_of_its_own(self):
        self.write_conf('bounce_delimiter = "+"')
        self.send()
        mail = self.of("b@two.test")
        text = bounce(mail, to=mail.sender, recipient="elsewhere@x.test",
                      message_id="none")
        self.write("box", f"From a {DATE}\n{text}\nFrom b {DATE}\nSubject: x\n")
        self.assertEqual(
            [v["result"] for v in self.objects_of("bounce", "box")],
            ["bounced", "ignored"])
        self.assertEqual(self.report("bounce", "missing")[0], 3)

    def logged(self, *lines):
        self.write("log", "\n".join(lines) + "\n")
        return [value["result"]
                for value in self.objects_of("bounce", "--log", "log")]

    def test_f10_what_only_the_log_of_the_mail_server_tells(self):
        """Postfix's lines: the recipient refused, then only the message."""
        self.send()
        at = "May  1 12:00:00 mx postfix"
        refused, settled = self.of("b@two.test"), self.of("a@two.test")
        known = [f"{at}/cleanup[7]: AAA: message-id=<{refused.message_id}>",
                 f"{at}/cleanup[7]: BBB: message-id=<{settled.message_id}>"]
        words = ("relay=mx.two.test[192.0.2.9]:25, delay=1, delays=0/0/1/0, "
                 "dsn={}, status={} (host mx.two.test[192.0.2.9] said: {} "
                 "(in reply to {} command))")
        to = f"{at}/smtp[8]: AAA: to=<b@two.test>, "
        said = "550 5.1.1 \x1b[31m, status=sent (in reply to end of DATA command)"
        for line in (words.format("4.1.1", "deferred", said, "RCPT TO"),
                     words.format("2.0.0", "sent", said, "end of DATA"),
                     words.format("2.0.0", "sent", "x, dsn=5.0.0, status=bounced (x)",
                                  "RCPT TO")):
            self.assertEqual(self.logged(*known, to + line), [], line)
        failed = to + words.format("5.1.1", "bounced", said, "RCPT TO")
        self.assertEqual(self.logged(failed), [])  # whose is not known
        self.assertEqual(self.logged(
            known[0].replace("AAA", "CCC"), failed), [])
        self.assertEqual(self.logged(
            known[0], f"{at}/qmgr[9]: AAA: removed", failed), [])
        forged = known[0].replace(refused.message_id,
                                  f"{refused.id}.{'0' * 20}@own.test")
        self.assertEqual(self.logged(forged, failed), [])
        # A copy that the mail server keeps is not the recipient.
        self.assertEqual(self.logged(
            known[0], failed.replace("b@two.test", "archive@own.test")),
            ["ignored"])
        self.assertEqual(self.states("two.test")["b@two.test"], "sent")
        self.assertEqual(self.logged(*known, failed, failed),
                         ["bounced", "known"])
        self.assertEqual(self.logged(
            *known, f"{at}/smtp[8]: BBB: to=<a@two.test>, " +
            words.format("5.7.1", "bounced", "554 no", "end of DATA")),
            ["bounced"])
        self.assertEqual(self.states("two.test"),
                         {"a@two.test": "refused", "b@two.test": "refused"})
        self.assertNotIn("\x1b", self.report("status")[1])
        self.record(self.MAIL, NOW)
        self.send(now=NOW + DAY)
        self.assertEqual(self.recipients().count("a@two.test"), 2)
        self.assertEqual(self.recipients().count("b@two.test"), 1)

    def test_f10_no_other_mail_hides_a_bounce_in_the_log(self):
        """Of strangers, with a token's form or the one that they got."""
        self.send()
        at = "May  1 12:00:00 mx postfix"
        mail, known = self.of("b@two.test"), self.of("a@two.test").message_id
        lines = [f"{at}/cleanup[7]: AAA: message-id=<{mail.message_id}>"]
        lines += [f"{at}/cleanup[7]: A{i}: message-id=<{name}>"
                  for i in range(1025) for name in (f"{i:032x}@x.test", known)]
        self.assertEqual(self.logged(
            *lines, f"{at}/smtp[8]: AAA: to=<b@two.test>, dsn=5.1.1, "
            "status=bounced (x)"), ["bounced"])

    def test_f10_the_log_of_sendmail(self):
        self.write_conf('bounce_delimiter = "+"')
        self.send()
        mail = self.of("b@two.test")
        at = "2026-05-01T12:00:00.000000+00:00 mx sm-mta[7]: 641CxK1: "
        known = f"{at}from=<{mail.sender}>, size=9, class=0, nrcpts=1, proto=ESMTP"
        to = f"{at}to=<b@two.test>, delay=00:00:01, mailer=esmtp, relay=mx., "
        self.assertEqual(self.logged(known, to + "dsn=4.2.0, stat=Deferred: no"), [])
        self.assertEqual(self.logged(known, to + "dsn=5.1.1, stat=User unknown"),
                         ["bounced"])

    def test_without_the_key_nothing_is_believed(self):
        self.send()
        text = bounce(self.of("b@two.test"))
        os.unlink(self.path("report-bounce.key"))
        self.write("box", text)
        # a mail server keeps what comes by a pipe
        for given, want in (({"stdin": text}, 75), ({}, 2)):
            status, _, err = self.report("bounce", *(() if given else ("box",)), **given)
            self.assertEqual(status, want)
            self.assertIn("report-bounce.key", err)


class Processor(Reports):
    """One address that many domains name."""
    DOMAINS = ["p.test", "sub.p.test", "q.test", "r.test", "s.test"]
    MAIL = [(domain, "192.0.2.1", domain, 1) for domain in DOMAINS]
    ADDRESS = "in@processor.test"

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.{d} TXT "v=DMARC1; p=none; rua=mailto:{self.ADDRESS}"\n'
            f'{d} TXT "v=spf1 ip4:192.0.2.1 -all"\n' for d in self.DOMAINS
        ) + '*._report._dmarc.processor.test TXT "v=DMARC1"\n'

    def about(self, since=0):
        return sorted(m.message["Subject"].split()[2]
                      for m in self.mails()[since:])

    def bounce_of(self, domain):
        mail = next(m for m in self.mails()
                    if m.message["Subject"].split()[2] == domain)
        value, = self.objects_of("bounce", stdin=bounce(mail))
        self.assertEqual(value["result"], "bounced")
        return value["why"]

    def test_f17_a_bounce_speaks_for_its_policy_domain(self):
        self.send()
        self.assertEqual(self.about(), sorted(self.DOMAINS))
        # Two names of one owner are one; the third owner speaks for all.
        self.assertEqual(LIMITS["LIMIT_BOUNCE_DOMAINS"], len({"p", "q", "r"}))
        for domain in ("p.test", "sub.p.test", "q.test"):
            self.assertIn(f"no reports about {domain} until",
                          self.bounce_of(domain))
        self.record(self.MAIL, NOW)
        self.assertIn("2 sent", self.send(now=NOW + DAY))
        self.assertEqual(self.about(5), ["r.test", "s.test"])
        self.assertIn("those about several domains", self.bounce_of("r.test"))
        self.record(self.MAIL, NOW + DAY)
        self.assertIn("0 sent", self.send(now=NOW + 2 * DAY))

    def test_what_is_due_while_an_address_pauses_waits(self):
        self.write_conf("pause = 2d")
        self.server.answers[self.ADDRESS] = "550 5.1.1 no such user"
        self.MAIL = self.MAIL[:1]
        self.setUp()
        self.write_conf("pause = 2d")
        self.server.answers[self.ADDRESS] = "550 5.1.1 no such user"
        self.assertIn("1 refused", self.send())
        self.server.answers.clear()
        self.record(self.MAIL, NOW)
        self.assertIn("1 for a later day", self.send(now=NOW + DAY))
        self.assertIn("0 sent", self.send(now=NOW + DAY + HOUR))
        self.record(self.MAIL, NOW + DAY)
        # The pause has ended; both days' reports go.
        self.assertIn("2 sent", self.send(now=NOW + 2 * DAY))
        self.assertEqual([m.count for m in self.mails()], [1, 1])

    def test_what_waits_past_its_life_is_given_up(self):
        self.MAIL = self.MAIL[:1]
        self.setUp()
        self.report("suppress", "--until", f"@{NOW + 30 * DAY}", self.ADDRESS)
        for day in range(5):
            self.assertIn("1 for a later day", self.send(now=NOW + day * DAY))
        self.assertIn("1 given up", self.send(now=NOW + 5 * DAY))
        self.assertEqual(self.only("p.test")["state"], "given-up")

    def test_lifting_sends_what_waited(self):
        self.MAIL = self.MAIL[:1]
        self.setUp()
        self.report("suppress", "--until", f"@{NOW + 30 * DAY}", self.ADDRESS)
        self.send()
        self.report("suppress", "--lift", self.ADDRESS, now=NOW + HOUR)
        self.assertIn("1 sent", self.send(now=NOW + HOUR))


if __name__ == "__main__":
    unittest.main()
