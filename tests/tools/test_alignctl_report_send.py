#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl report send and its sisters, with a mail server of our own."""
import base64
import json
import os
import re
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import (DAY, NOW, SELECTOR, YESTERDAY, ZONE,  # noqa: E402
                        Reports, zone_record)

HOUR = 3600
UK = ("dmarc-rua@dmarc.service.gov.uk", "dmarc@example.gov.uk")


class Sending(Reports):

    def test_each_address_once(self):
        self.send()
        self.assertEqual(self.recipients(),
                         ["a@two.test", "agg@one.test", "b@two.test"])
        self.assertIn("0 sent", self.send())
        self.assertIn("0 sent", self.send(now=NOW + HOUR))
        self.assertEqual(len(self.server.mails), 3)

    def test_quiet_where_nothing_was_due(self):
        """For cron; a run that did something is told as ever."""
        self.assertEqual(self.report("list", "--quiet"), (0, "", ""))
        self.assertEqual(self.report("failures", "--quiet"), (0, "", ""))
        self.assertNotEqual(self.report("failures")[1], "")
        self.assertIn("agg@one.test", self.send("--dry-run", "--quiet"))
        self.assertIn("3 sent", self.send("--quiet"))
        for arguments in ([], ["--json"], ["--dry-run"]):
            self.assertEqual(self.report("send", "--quiet", *arguments),
                             (0, "", ""))
        self.assertNotEqual(self.report("list", "--quiet")[1], "")
        self.server.close()
        self.record([("one.test", "192.0.2.1", "one.test", 5)], NOW)
        self.assertIn("takes no report",
                      self.send("--quiet", now=NOW + DAY, status=3))

    def test_f16_the_mail_is_as_the_rfc_wants_it(self):
        self.send()
        mail = next(m for m in self.mails() if m.recipient == "agg@one.test")
        name = f"own.test!one.test!{YESTERDAY}!{YESTERDAY + DAY - 1}!{mail.id}"
        self.assertRegex(mail.id, "^[0-9a-f]{32}$")
        self.assertEqual(
            mail.message["Subject"],
            f"Report Domain: one.test Submitter: own.test Report-ID: <{mail.id}>")
        self.assertEqual(mail.file.get_filename(), f"{name}.xml.gz")
        self.assertRegex(mail.message_id,
                         rf"^{mail.id}\.[0-9a-f]{{20}}@own\.test$")
        self.assertEqual(mail.message["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail.message["From"], "Own Ltd <dmarc@own.test>")
        self.assertEqual(mail.message["To"], "agg@one.test")
        self.assertEqual(mail.message["Date"],
                         "Fri, 01 May 2026 12:00:00 +0000")
        self.assertEqual(mail.sender, "dmarc@own.test")
        self.assertIn("messages       3", mail.text.get_content())
        self.assertEqual(mail.count, 3)
        self.assertEqual(self.only("one.test")["file_name"], f"{name}.xml.gz")
        self.assertEqual(mail.bytes.count(b"\n"), mail.bytes.count(b"\r\n"))

    def test_the_record_of_the_guidance_reaches_both_addresses(self):
        self.record([("example.gov.uk", "192.0.2.7", "x.test", 1)])
        self.send("--domain", "example.gov.uk")
        self.assertEqual(self.recipients(), sorted(UK))

    def test_a_reader_that_knows_the_old_format_only(self):
        self.record([("example.gov.uk", "192.0.2.7", "x.test", 1)])
        self.write_conf('schema_for = {"service.gov.uk = rfc7489"}')
        self.send("--domain", "example.gov.uk")
        mails = {m.recipient: m for m in self.mails()}
        self.assertEqual(sorted(mails), sorted(UK))
        old, new = (mails[address] for address in UK)
        self.assertIn(b"urn:ietf:params:xml:ns:dmarc-2.0", new.xml)
        self.assertNotIn(b"dmarc-2.0", old.xml)
        self.assertEqual((old.count, new.count), (1, 1))
        self.assertEqual(old.id[:-4], new.id[:-4])
        self.assertNotEqual(old.id, new.id)
        values = self.objects_of("list", "--domain", "example.gov.uk")
        self.assertEqual([[d["address"] for d in v["destinations"]]
                          for v in values], [[UK[1]], [UK[0]]])
        # The only one of a report, and the other way round.
        self.setUp()
        self.write_conf("""schema = rfc7489
            schema_for = {"a.one.test=rfc7489", "one.test = rfc9990"}""")
        self.send("--domain", "one.test")
        self.assertIn(b"dmarc-2.0", self.mails()[0].xml)
        self.write_conf('schema_for = {"one.test = rfc9999"}')
        self.assertIn("is no format for a domain", self.send(status=2))

    def test_a_day_that_has_not_ended_waits(self):
        self.record([("one.test", "192.0.2.1", "one.test", 5)], NOW - HOUR)
        self.send()
        self.assertEqual([m.count for m in self.mails()
                          if m.recipient == "agg@one.test"], [3])
        self.send(now=NOW + DAY)
        self.assertEqual([m.count for m in self.mails()
                          if m.recipient == "agg@one.test"], [3, 5])

    def test_dry_run_sends_and_notes_nothing(self):
        self.record([("example.gov.uk", "192.0.2.7", "x.test", 1)])
        values = {value["policy_domain"]: value
                  for value in self.objects_of("send", "--dry-run")}
        self.assertEqual([d["address"] for d in
                          values["example.gov.uk"]["destinations"]], list(UK))
        self.assertIn("agg@one.test", self.send("--dry-run"))
        self.assertEqual(self.server.mails, [])
        self.assertEqual(self.objects_of("list"), [])

    def test_signed_and_passes_our_own_engine(self):
        for algorithm in ("rsa", "ed25519"):
            with self.subTest(algorithm):
                self.setUp()
                self.make_key(algorithm)
                self.write_conf(f"""sign_key = "{self.path('key.pem')}"
                    sign_selector = "{SELECTOR}" """)
                self.send("--domain", "one.test")
                self.write("sent.eml", self.server.mails[0][2])
                status, out, err = self.run_tool(
                    "check", "--client-ip", "192.0.2.200", "--mail-from",
                    self.server.mails[0][0], "--json", "sent.eml")
                self.assertEqual(status, 0, err)
                verdict = json.loads(out)
                self.assertEqual(verdict["dmarc"]["result"], "pass", out)
                self.assertTrue(verdict["dkim"][0]["aligned"])

    def make_key(self, algorithm):
        """A key file, and its record in the zones that alignctl reads."""
        path = self.path("key.pem")
        kind = (["-algorithm", "ed25519"] if algorithm == "ed25519" else
                ["-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048"])
        subprocess.run(["openssl", "genpkey", *kind, "-out", path],
                       check=True, capture_output=True)
        der = subprocess.run(["openssl", "pkey", "-in", path, "-pubout",
                              "-outform", "DER"], check=True,
                             capture_output=True).stdout
        # RFC 8463: the bare 32 bytes, which end the DER form.
        key = der[-32:] if algorithm == "ed25519" else der
        record = (f"v=DKIM1; k={algorithm}; "
                  f"p={base64.b64encode(key).decode()}")
        zone = ZONE + zone_record(f"{SELECTOR}._domainkey.own.test", record)
        self.write("zone", zone)
        self.write("report-zone", zone)

    def test_a_bad_key_is_one_line_and_the_reports_wait(self):
        self.write("broken.pem", "no key\n")
        os.chmod(self.path("broken.pem"), 0o600)
        for name, words in (("missing.pem", "cannot read"),
                            ("broken.pem", "holds no key to sign with")):
            with self.subTest(name):
                self.write_conf(f"""sign_key = "{self.path(name)}"
                    sign_selector = "s" """)
                status, _, err = self.report("send")
                self.assertEqual(status, 2)
                # by which alignd's metrics know that it failed
                self.assertTrue(self.objects_of("status")[0]["last_run"]
                                .startswith("failed: report.sign_key"))
                self.assertIn(words, err)
                self.assertEqual(len(err.splitlines()), 1)
        self.assertEqual(self.server.mails, [])
        self.write_conf()
        self.send()
        self.assertEqual(len(self.server.mails), 3)

    def test_a_mail_that_would_not_pass_is_told_before(self):
        self.make_key("rsa")
        key = f'sign_key = "{self.path("key.pem")}"'
        good = f'{key} sign_selector = "{SELECTOR}"'
        with open(self.path("report-zone"), encoding="ascii") as file:
            zone = file.read()
        for settings, zone_now, words in (
                (good, zone, None),
                ("", ZONE, None),  # the mail server signs
                (f'{key} sign_selector = "other"', zone,
                 "the key at other._domainkey.own.test"),
                (f'{good} sign_domain = "two.test"',
                 zone.replace("_domainkey.own.test", "_domainkey.two.test"),
                 "which is not aligned with report.from"),
                (good, zone.replace("_dmarc.own.test  ", "_dmarc.own-not.test"),
                 "has no DMARC record")):
            with self.subTest(words):
                self.setUp()
                self.write("report-zone", zone_now)
                self.write_conf(settings)
                status, out, err = self.report("send")
                self.assertEqual(status, 0, err)
                self.assertIn("3 sent", out)
                if words is None:
                    self.assertEqual(err, "")
                    continue
                self.assertIn(words, err)
                self.assertEqual(len(err.splitlines()), 1)
                self.assertIn(words, " ".join(
                    self.report("status")[1].split()))
                # Nothing is due, nothing is said.
                self.assertEqual(self.report("send")[2], "")

    def test_a_key_of_another_pair(self):
        self.make_key("rsa")
        self.make_other = self.path("other.pem")
        subprocess.run(["openssl", "genpkey", "-algorithm", "rsa", "-out",
                        self.make_other], check=True, capture_output=True)
        self.write_conf(f"""sign_key = "{self.make_other}"
            sign_selector = "{SELECTOR}" """)
        self.assertIn("does not verify with the key at", self.send())

    def test_bounces_can_come_back_to_an_address_of_their_own(self):
        self.write_conf('bounce_delimiter = "+"')
        self.send()
        mail = next(m for m in self.mails() if m.recipient == "b@two.test")
        digest = mail.message_id[33:53]
        self.assertEqual(mail.sender, f"dmarc+{mail.id[:12]}{digest}@own.test")
        self.assertEqual(len({m.message_id[33:53] for m in self.mails()}), 3)

    def test_the_key_of_tokens_is_for_the_sender_alone(self):
        self.send()
        path = self.path("report-bounce.key")
        found = os.stat(path)
        self.assertEqual((found.st_mode & 0o7777, found.st_size), (0o600, 32))
        before = self.mails()[0].message_id
        self.report("resend", "--domain", "one.test")
        self.report("resend", "--domain", "two.test")
        self.send(now=NOW + HOUR)
        self.assertIn(before, [m.message_id for m in self.mails()[3:]])
        os.chmod(path, 0o640)
        os.chown(path, os.geteuid(), 65534)
        self.report("resend", "--domain", "one.test")
        self.assertIn("is open to its group", self.send(now=NOW + 2 * HOUR,
                                                        status=2))
        os.unlink(path)
        self.send(now=NOW + 3 * HOUR)

    def test_nothing_is_sent_without_from(self):
        self.write("conf", f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        self.assertIn("report.from is empty", self.send(status=2))


class Daemon(unittest.TestCase):

    def test_what_reads_mail_cannot_send_any(self):
        daemon = os.path.join(os.environ.get("top_builddir", "."), "milter",
                              "alignd")
        linked = subprocess.run(["ldd", daemon], capture_output=True,
                                text=True, check=True).stdout
        self.assertIsNone(re.search(r"libcurl|libxml2", linked), linked)
        with open(daemon, "rb") as file:
            self.assertNotIn(b"curl_easy", file.read())


if __name__ == "__main__":
    unittest.main()
