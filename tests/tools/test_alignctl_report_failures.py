#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Failure reports: when one is owed, what is kept, what goes out, to whom"""
import email
import email.errors
import email.parser
import email.policy
import glob
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import zone_record  # noqa: E402
from limits import LIMITS  # noqa: E402
from report_rig import (NOW, RECORD_TOOL, ZONE, Reports,  # noqa: E402
                        can_stop)

FLOOD = int(os.environ.get("FAILURES_COUNT", "300"))

FAILURE_ZONE = ZONE + """
plain.test               TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.plain.test        TXT "v=DMARC1; p=reject; ruf=mailto:fail@plain.test"
any.test                 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.any.test          TXT "v=DMARC1; p=none; fo=1; ruf=mailto:fail@any.test"
spf.test                 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.spf.test          TXT "v=DMARC1; p=none; fo=s; ruf=mailto:fail@spf.test"
_dmarc.suffix.test       TXT "v=DMARC1; p=none; psd=y; ruf=mailto:fail@suffix.test"
_dmarc.silent.test       TXT "v=DMARC1; p=none; rua=mailto:agg@silent.test"
_dmarc.outside.test      TXT "v=DMARC1; p=none; ruf=mailto:x@refuses.example,mailto:x@allows.example,mailto:x@moves.example,mailto:x@leads.example"
outside.test._report._dmarc.allows.example TXT "v=DMARC1"
outside.test._report._dmarc.moves.example  TXT "v=DMARC1; ruf=mailto:y@moves.example"
outside.test._report._dmarc.leads.example  TXT "v=DMARC1; ruf=mailto:y@victim.example"
"""

HOSTILE = (
    b"From: \"B\xe4d\" <ann@plain.test>\r\n"
    b"To: \"Jane Roe\" <jane.roe@mx.test>, jane.roe@other.test\r\n"
    b"Cc: Jane <jane.roe@mx.test>,\r\n\t\"Jane X\" <JANE.ROE+Tag@mx.test>\r\n"
    b"Delivered-To: jane.roe@mx.test\r\n"
    b"X-Original-To: jane.roe@mx.test\r\n"
    b"X-Secret: for jane.roe\r\n"
    b"Received: from a.test by b.test\r\n\tfor <jane.roe@mx.test>; now\r\n"
    b"Received: from a.test by b.test for \"jane roe\"@mx.test; now\r\n"
    b"Return-Path: <bounce+jane.roe=mx.test@plain.test>\r\n"
    b"Message-ID: <jane.roe.1@plain.test>\r\n"
    b"Subject: hello jane.roe,\rBcc: all@victim.test see http://bad.test\r\n"
    b"\t=?utf-8?B?amFuZS5yb2U=?= \x01\xff end\r\n"
    b"List-Id: --=_x\r\n --=_y--\r\n"
    b"Content-Type: multipart/mixed; boundary=\"=_z\"\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; d=plain.test; s=s; "
    b"i=jane.roe@plain.test; h=from; bh=AAAA; b=AAAA\r\n"
    b"Content-Type: " + b"long" * 60000 + b"\r\n"
    b"User-Agent: " + b"word " * 4000 + b"\r\n"
    b"\r\nSECRETBODY jane.roe\r\n")


class FailureTest(Reports):

    MAIL = []
    SETTINGS = "failure_reports = redacted\n"

    def zone(self):
        return FAILURE_ZONE

    def take(self, domain, client="192.0.2.9", sender=None, count=1,
             content=None, rcpt="jane.roe@mx.test", time_s=NOW - 60,
             header="Subject: s\r\nTo: Jane <jane.roe@mx.test>\r\n"):
        """Mail as the daemon takes it."""
        if content is None:
            content = f"From: ann@{domain}\r\n{header}\r\nSECRETBODY\r\n"
        self.write("mail", content)
        path = f"bounce@{domain}" if sender is None else sender
        line = (f"{time_s} {client} {path} {rcpt} Q1 helo.{domain} - "
                f"{self.path('mail')}\n")
        subprocess.run([RECORD_TOOL, self.path("conf"),
                        self.path("report-zone"), self.path("store.db")],
                       input=line * count, text=True, check=True,
                       timeout=300, stdout=subprocess.DEVNULL)

    def kept(self):
        return [value for value in self.objects_of("failures")
                if value["state"] == "kept"]

    def only_mail(self):
        self.send()
        self.assertEqual(len(self.server.mails), 1)
        return email.message_from_bytes(self.server.mails[0][2],
                                        policy=email.policy.SMTP)

    def feedback(self, mail):
        """The fields of message/feedback-report, [(name, value)]."""
        part = list(mail.iter_parts())[1]
        self.assertEqual(part.get_content_type(), "message/feedback-report")
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) else \
            email.message_from_string(inner, policy=email.policy.SMTP)
        return [(name, " ".join(str(value).split()))
                for name, value in inner.items()]

    def database(self):
        content = b""
        for path in glob.glob(self.path("store.db*")):
            with open(path, "rb") as file:
                content += file.read()
        return content


class WhenOwed(FailureTest):

    def wanted(self, count, *arguments, **more):
        self.take(*arguments, **more)
        self.assertEqual(len(self.kept()), count)

    def test_f15_all_must_fail_by_default(self):
        self.wanted(0, "plain.test", "192.0.2.1")  # SPF passes, aligned
        self.wanted(1, "plain.test")

    def test_f15_psd_records_get_none(self):
        self.wanted(0, "suffix.test")

    def test_no_ruf_no_report(self):
        self.wanted(0, "silent.test")

    def test_fo_1_any(self):
        self.wanted(1, "any.test", "192.0.2.1")
        self.assertEqual(self.kept()[0]["identity_alignment"], "dkim")

    def test_fo_s(self):
        self.wanted(1, "spf.test")
        self.assertEqual(self.kept()[0]["auth_failure"], "spf")
        self.wanted(1, "spf.test", "192.0.2.1")

    def test_reports_and_bounces_cause_none(self):
        for header, sender in (
                ("", "<>"),
                ("Auto-Submitted: auto-generated\r\n", None),
                ("Content-Type: multipart/report; x=y\r\n", None),
                ("content-type:\r\n multipart/REPORT\r\n", None)):
            self.wanted(0, "plain.test", header=header, sender=sender)
        self.wanted(1, "plain.test", header="Auto-Submitted: no\r\n")

    def test_off_by_default(self):
        self.SETTINGS = ""
        self.write_conf()
        self.wanted(0, "plain.test")
        self.assertEqual(self.objects_of("failures"), [])
        self.assertIn(b"CREATE TABLE failure", self.database())

    def test_what_was_kept_is_dropped_once_it_is_off(self):
        self.take("plain.test")
        self.SETTINGS = ""
        self.write_conf()
        self.send()
        self.assertEqual(self.server.mails, [])
        self.assertEqual(self.objects_of("failures"), [])


class Limits(FailureTest):

    SETTINGS = FailureTest.SETTINGS + """failures_per_domain = 3
        failures_per_hour = 4"""

    def test_f15_a_flood_is_counted(self):
        self.take("plain.test", count=FLOOD)
        self.take("any.test", count=2)
        self.take("spf.test", count=5)
        kept = self.kept()
        self.assertEqual([(v["policy_domain"], v["incidents"]) for v in kept],
                         [("plain.test", 1), ("plain.test", 1),
                          ("plain.test", FLOOD - 2), ("any.test", 2)])
        status = self.objects_of("status")[0]
        self.assertEqual(status["failures_kept"], 4)
        self.assertEqual(status["failures_counted_only"], 5)
        self.send()
        found = [dict(self.feedback(email.message_from_bytes(
            mail[2], policy=email.policy.SMTP))).get("Incidents")
            for mail in self.server.mails]
        self.assertEqual(sorted(found, key=str),
                         sorted([None, None, str(FLOOD - 2), "2"], key=str))
        # What comes after the fetch is told by the next hour's first.
        self.take("plain.test", count=7)
        self.assertEqual(self.kept(), [])
        self.take("plain.test", time_s=NOW + 3600)
        self.assertEqual([v["incidents"] for v in self.kept()], [8])


class Mail(FailureTest):

    def test_exactly_the_fields(self):
        self.take("plain.test", sender="bounce@plain.test")
        mail = self.only_mail()
        self.assertEqual(mail["Subject"], "FW: s")
        self.assertEqual(mail["To"], "fail@plain.test")
        self.assertEqual(mail["From"], "Own Ltd <dmarc@own.test>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail.get_content_type(), "multipart/report")
        self.assertEqual(mail.get_param("report-type"), "feedback-report")
        self.assertEqual(mail.defects, [])
        parts = list(mail.iter_parts())
        self.assertEqual([p.get_content_type() for p in parts],
                         ["text/plain", "message/feedback-report",
                          "text/rfc822-headers"])
        reference = self.objects_of("failures")[0]["reference"]
        self.assertIn(reference, parts[0].get_content())
        fields = self.feedback(mail)
        self.assertTrue(dict(fields)["User-Agent"].startswith("alignd/"))
        self.assertEqual([f for f in fields if f[0] != "User-Agent"], [
            ("Feedback-Type", "auth-failure"),
            ("Version", "1"),
            ("Auth-Failure", "dmarc"),
            ("Authentication-Results",
             "mx.test; dmarc=fail (SPF fail, no DKIM signature) "
             "header.from=plain.test"),
            ("Identity-Alignment", "dkim, spf"),
            ("Delivery-Result", "reject"),
            ("Reported-Domain", "plain.test"),
            ("Source-IP", "192.0.2.9"),
            ("Arrival-Date", "Fri, 01 May 2026 11:59:00 +0000"),
            ("Original-Mail-From", "bounce@plain.test"),
            ("Original-Rcpt-To", "<redacted@mx.test>"),
            ("SPF-DNS",
             'txt : plain.test : "v=spf1 ip4:192.0.2.1 -all"'),
        ])
        header = email.message_from_string(parts[2].get_content())
        self.assertEqual(header.items(),
                         [("From", "ann@plain.test"), ("Subject", "s"),
                          ("To", "redacted@mx.test")])

    def test_records_of_spf_up_to_a_size(self):
        """Each whole as far as a line may be, or left out."""
        limit, line = LIMITS["LIMIT_FAILURE_SPF_BYTES"], 2000
        with open(self.path("report-zone"), "a", encoding="ascii") as zone:
            for n in range(9):
                zone.write(zone_record(f"long{n}.test", f"v=spf1 include:long{n + 1}.test "
                                       + "ip4:192.0.2.1 " * (line // 14)))
        self.take("plain.test", sender="bounce@long0.test")
        told = [value.split()[2] for name, value in self.feedback(self.only_mail())
                if name == "SPF-DNS"]
        self.assertEqual(told, [f"long{n}.test" for n in range(limit // line)])

    def test_results_alone(self):
        self.SETTINGS = "failure_reports = results\n"
        self.write_conf()
        self.take("plain.test", header="Subject: of-nobodys-business\r\n")
        self.assertNotIn(b"of-nobodys-business", self.database())
        mail = self.only_mail()
        self.assertEqual(mail["Subject"],
                         "DMARC failure report for plain.test")
        header = list(mail.iter_parts())[2].get_content().strip()
        self.assertEqual(header, "From: <redacted@plain.test>")

    def test_hostile_headers_stay_inside(self):
        self.take("plain.test", content=HOSTILE)
        mail = self.only_mail()
        raw = self.server.mails[0][2]
        self.assertEqual(mail.defects, [])
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        self.assertEqual(raw.count(b"\r"), raw.count(b"\r\n"))
        self.assertTrue(all(32 <= b < 127 or b in b"\r\n" for b in raw))
        self.assertLess(max(map(len, raw.split(b"\r\n"))), 999)
        self.assertIsNone(mail["Bcc"])
        parts = list(mail.iter_parts())
        self.assertEqual(len(parts), 3)
        self.assertNotIn("Bcc", [name for name, _ in self.feedback(mail)])
        header = email.parser.HeaderParser().parsestr(parts[2].get_content())
        # Of a multipart without its parts some Pythons say that there are none.
        self.assertEqual(
            [defect for defect in header.defects if not isinstance(
                defect, email.errors.MultipartInvariantViolationDefect)], [])
        self.assertEqual(header.get_payload().strip(), "")
        self.assertEqual(
            header.keys(),
            ["From", "To", "Cc", "Received", "Received", "Return-Path",
             "Message-ID", "Subject", "List-Id", "Content-Type",
             "DKIM-Signature", "User-Agent"])
        self.assertEqual(header["To"], "redacted@mx.test, redacted@other.test")
        self.assertEqual(header["Return-Path"],
                         "<bounce+redacted=mx.test@plain.test>")
        self.assertIn("hxxp://bad.test", header["Subject"])
        self.assertIn("[encoded]", header["Subject"])
        self.assertNotIn(b"SECRETBODY", raw)

    def test_no_recipient_and_no_body_anywhere(self):
        # i= is the signer's word about the sender, which incidents keep.
        self.take("plain.test", content=HOSTILE.replace(
            b"i=jane.roe@plain.test; ", b""))
        for moment in ("kept", "written"):
            stored = self.database().lower()
            for word in (b"jane.roe", b"jane roe", b"amfuzs5yb2u",
                         b"secretbody", b"x-secret", b"+tag"):
                self.assertNotIn(word, stored, moment)
            self.server.answers["fail@plain.test"] = "450 4.2.0 later"
            self.send()

    def test_preview_is_what_goes_out(self):
        self.take("plain.test", content=HOSTILE)
        value = self.kept()[0]
        status, out, err = self.report("failures", "--json", value["id"])
        self.assertEqual(status, 0, err)
        shown = ("\r\n".join(json.loads(out)["lines"]) + "\r\n").encode()
        self.send()
        sent = self.server.mails[0][2]
        real = email.message_from_bytes(sent)["Message-ID"][1:54].encode()
        shown = shown.replace(b"0" * 32 + b"." + b"0" * 20, real)
        self.assertEqual(shown.replace(b"0" * 32, real[:32]), sent)
        self.assertEqual(self.report("failures", "77")[0], 3)
        self.assertIn("plain.test", self.report("failures")[1])

    def test_dkim_is_told(self):
        self.take("plain.test", content=HOSTILE)
        fields = dict(self.feedback(self.only_mail()))
        self.assertEqual(fields["DKIM-Domain"], "plain.test")
        self.assertEqual(fields["DKIM-Selector"], "s")
        self.assertEqual(fields["DKIM-Identity"], "redacted@plain.test")


class Delivery(FailureTest):

    def test_f15_external_addresses_are_checked(self):
        self.take("outside.test")
        self.send()
        self.send()
        self.assertEqual(self.recipients(),
                         ["x@allows.example", "y@moves.example"])
        value = self.objects_of("failures")[0]
        states = {d["address"]: d["state"] for d in value["destinations"]}
        self.assertEqual(states["x@refuses.example"], "unauthorised")
        self.assertEqual(states["x@leads.example"], "unauthorised")
        self.assertEqual(value["state"], "sent")

    def test_sent_once_then_the_text_is_gone(self):
        self.take("plain.test", header="Subject: remarkable\r\n")
        self.send()
        self.send()
        self.assertEqual(len(self.server.mails), 1)
        self.assertEqual(self.kept(), [])
        value = self.objects_of("failures")[0]
        self.assertEqual(value["state"], "sent")
        self.assertEqual(self.report("failures", value["id"])[0], 3)
        self.assertEqual(self.objects_of("status")[0]["failure_states"],
                         {"sent": 1})
        self.assertEqual(self.objects_of("list"), [])
        self.assertNotIn(b"remarkable", self.database())

    @unittest.skipUnless(can_stop(), "alignctl has no stop points")
    def test_killed_anywhere_still_once(self):
        self.take("plain.test", count=2)
        for point in ("failure-rendered", "claimed", "authorised",
                      "before-mail"):
            status, _, _ = self.report("send", stop_at=point)
            self.assertNotEqual(status, 0, point)
        self.assertEqual(self.server.mails, [])
        self.send()
        self.send()
        self.assertEqual(len(self.server.mails), 2)
        self.assertEqual(len({email.message_from_bytes(m[2])["Message-ID"]
                              for m in self.server.mails}), 2)

    def test_an_address_that_bounces_pauses(self):
        self.take("plain.test")
        self.send()
        message_id = email.message_from_bytes(
            self.server.mails[0][2])["Message-ID"]
        bounce = ("From: MAILER-DAEMON@own.test\r\n"
                  "Content-Type: multipart/report; "
                  "report-type=delivery-status; boundary=b\r\n\r\n"
                  "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                  "Reporting-MTA: dns; x\r\n\r\n"
                  "Final-Recipient: rfc822; fail@plain.test\r\n"
                  "Action: failed\r\nStatus: 5.1.1\r\n\r\n"
                  "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
                  f"Message-ID: {message_id}\r\n\r\n--b--\r\n")
        status, out, err = self.report("bounce", stdin=bounce)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("bounced", out)
        self.take("plain.test")
        self.send()
        self.assertEqual(len(self.server.mails), 1)

    def test_deferred_is_tried_with_the_same_bytes(self):
        self.server.answers["fail@plain.test"] = "DATA 450 4.2.0 later"
        self.take("plain.test")
        self.send()
        value = self.objects_of("failures")[0]
        self.assertEqual(value["state"], "deferred")
        status, out, err = self.report("failures", value["id"])
        self.assertEqual(status, 0, err)
        self.server.answers.clear()
        self.send(now=NOW + 3600)
        sent = self.server.mails[0][2].decode()
        self.assertEqual(sent.replace("\r\n", "\n"), out)

    def test_given_up_and_gone(self):
        self.server.answers["fail@plain.test"] = "DATA 450 4.2.0 later"
        self.take("plain.test", header="Subject: remarkable\r\n")
        self.send()
        self.send(now=NOW + 6 * 86400)
        value = self.objects_of("failures")[0]
        self.assertEqual(value["state"], "given-up")
        self.assertEqual(self.report("failures", value["id"])[0], 3)

    def test_excluded_domains_get_none(self):
        self.take("plain.test")
        self.write_conf('exclude_domains = {"plain.test"}\n')
        self.send()
        self.assertEqual(self.server.mails, [])
        self.assertEqual(self.objects_of("failures"), [])


if __name__ == "__main__":
    unittest.main()
