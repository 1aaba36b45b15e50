#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl posture --live looks at a real Postfix with TLS.

alignd takes no part; the certificates are this test's own. Postfix 3.7 as it comes
speaks TLS 1.0 and 1.1, where its OpenSSL does.
"""
import json
import os
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True

import postfix  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from smtp_tls_server import Authority  # noqa: E402

NOW = "1777636800"  # 2026-05-01T12:00:00Z
ZONE = """$ORIGIN .
$TTL 300
d.test. A 192.0.2.10
d.test. MX 10 mx.d.test.
mx.d.test. A 192.0.2.25
"""


class TlsPostfix(postfix.Postfix):

    def start_dns(self):
        pass

    def start_alignd(self, *_, **__):
        pass

    def write_main(self):
        self.authority = Authority(self.folder)
        self.authority.make("good", "leaf", "between")
        super().write_main()
        self.add("smtpd_milters =", "smtpd_tls_security_level = may",
                 f"smtpd_tls_key_file = {self.path('leaf.key')}",
                 f"smtpd_tls_cert_file = {self.authority.chain('good', 'between')}",
                 "smtpd_tls_loglevel = 1")

    def add(self, *lines):
        with open(self.path("postfix/main.cf"), "a", encoding="ascii") as file:
            file.write("\n".join(lines) + "\n")


class Live(unittest.TestCase):

    host = None

    def look(self):
        """{finding: seen} of the mail server, and what was not checkable"""
        zone = self.host.write("live.zone", ZONE)
        config = self.host.write("own.conf", 'authserv_id = "probe.test"\n')
        done = subprocess.run(
            [os.path.join(rig.TOP, "tools", "alignctl"), "posture", "--config", config,
             "--dns", zone, "--now", NOW, "--json", "d.test", "--live", "--ca-file",
             self.host.authority.root, "--connect",
             f"mx.d.test:25=127.0.0.1:{self.host.smtp_port}"],
            capture_output=True, text=True, check=False)
        *findings, domain = map(json.loads, done.stdout.splitlines())
        return {f["finding"]: f["seen"] for f in findings
                if f["finding"].startswith("live-")}, domain["not_checkable"]

    def test_as_debian_has_it(self):
        seen, unchecked = self.look()
        self.assertEqual(unchecked, [])
        self.assertEqual(set(seen) - {"live-old-version"}, {"live-seen"}, seen)
        self.assertIn("TLS 1.2, TLS 1.3", seen["live-seen"])
        self.host.wait_log("postfix", "TLSv1.3 with cipher")
        # Each connection that came to TLS was left politely, without a mail.
        ends = self.host.log("postfix")
        secure = re.findall(r"disconnect from .* starttls=1 .*", ends)
        self.assertGreaterEqual(len(secure), 2)
        for line in secure:
            self.assertTrue(line.endswith(" ehlo=1 starttls=1 quit=1 commands=3"), line)
        self.assertNotIn(" mail=", ends)

    def test_old_versions(self):
        self.host.add("smtpd_tls_protocols = >=TLSv1, <=TLSv1.2",
                      "tls_medium_cipherlist = aNULL:-aNULL:HIGH:@SECLEVEL=0:+RC4:@STRENGTH")
        self.host.postfix("reload")
        seen, unchecked = self.look()
        self.assertEqual(unchecked, [])
        self.assertEqual(set(seen), {"live-seen", "live-old-version", "live-no-newest"}, seen)
        self.assertIn("TLS 1.0, TLS 1.1", seen["live-old-version"])


def setUpModule():
    Live.host = TlsPostfix("")
    Live.host.__enter__()
    unittest.addModuleCleanup(Live.host.stop)


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_posture_live.py", support.missing()))
