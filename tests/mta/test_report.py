#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports for real: nsd authorises, Postfix delivers, alignd judges our mail.

Mail of a domain that asks for reports comes in; its day is moved back to
yesterday; alignctl report send hands the report to the same Postfix, behind
alignd, which delivers it into the mailbox that the domain named.
"""
import base64
import email
import email.policy
import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import cases  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402

DAY = 86400
folder = tempfile.TemporaryDirectory(prefix="alignd-report.")
KEY = os.path.join(folder.name, "key.pem")


def make_key():
    """The text of its record."""
    subprocess.run(["openssl", "genpkey", "-algorithm", "rsa", "-pkeyopt",
                    "rsa_keygen_bits:2048", "-out", KEY], check=True, capture_output=True)
    der = subprocess.run(["openssl", "pkey", "-in", KEY, "-pubout", "-outform", "DER"],
                         check=True, capture_output=True).stdout
    text = "v=DKIM1; p=" + base64.b64encode(der).decode()
    return " ".join(f'"{text[i:i + 200]}"' for i in range(0, len(text), 200))


def zone(keys):
    return cases.zone(keys) + f"""
own.test.                       TXT "v=spf1 -all"
_dmarc.own.test.                TXT "v=DMARC1; p=reject"
r1._domainkey.own.test.         TXT {make_key()}
_dmarc.asks.test.               TXT "v=DMARC1; p=none; rua=mailto:user@rcpt.test,mailto:x@stranger.test"
*._report._dmarc.rcpt.test.     TXT "v=DMARC1"
"""


def setUpModule():
    unittest.addModuleCleanup(folder.cleanup)
    support.start(lambda keys: postfix.Postfix(zone(keys)))


class Reports(support.MtaTest):

    @classmethod
    def setUpClass(cls):
        cls.settings = f"""
report {{
    from = "dmarc@own.test"
    org_name = "Own Ltd"
    smtp_url = "smtp://127.0.0.1:{cls.host.smtp_port}"
    sign_key = "{KEY}"
    sign_selector = "r1"
    pace = 0s
}}
"""
        super().setUpClass()

    def store(self, sql):
        with sqlite3.connect(self.host.path("state", "alignd.db"), timeout=10) as store:
            store.execute(sql)

    def report(self, *arguments):
        return self.host.alignctl("report", *arguments)

    def test_our_report_arrives_and_passes(self):
        message, marker = self.message("From: ann@asks.test")
        self.assertEqual(self.host.send(message, cases.SPOOFER_IP, "b@list.test")[0], 250)
        self.host.delivered(marker)
        self.store(f"UPDATE result SET hour_s = hour_s - {DAY}")
        out = json.loads(self.report("send", "--json"))
        self.assertEqual((out["sent"], out["left_out"], out["fault"]), (1, 1, None))
        listed = json.loads(self.report("list", "--json", "--domain", "asks.test"))
        self.assertEqual({d["address"]: d["state"] for d in listed["destinations"]},
                         {"user@rcpt.test": "sent", "x@stranger.test": "unauthorised"})

        text = self.host.delivered(listed["id"])
        mail = email.message_from_string(text, policy=email.policy.default)
        results = mail.get_all("Authentication-Results")[0]
        self.assertIn("dmarc=pass", results)
        self.assertRegex(results, r"dkim=pass[^;]* header.d=own\.test")
        self.assertIn("<dmarc@own.test>", mail["Return-Path"])
        part = next(p for p in mail.walk() if p.get_content_type() == "application/gzip")
        self.assertEqual(part.get_filename(), listed["file_name"])
        xml = gzip.decompress(part.get_content()).decode()
        self.assertIn("<header_from>asks.test</header_from>", xml)
        self.assertIn(cases.SPOOFER_IP, xml)

        # F11: a second run sends nothing, and a day on whose mail was nothing
        # but that report owes none to anybody.
        self.assertEqual(json.loads(self.report("send", "--json"))["sent"], 0)
        self.assertIsNone(re.search(r"own\.test", self.report("send", "--dry-run")))


if __name__ == "__main__":
    sys.exit(support.run("test_report", support.missing()))
