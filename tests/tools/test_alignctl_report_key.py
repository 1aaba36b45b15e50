#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl report key: the key that signs reports, made, published, replaced

The DNS is a zone file, into which goes what the command says to publish. That the
record is right is judged by alignd's own verifier, and beside it by openssl.
"""
import base64
import json
import os
import re
import stat
import subprocess
import unittest

import schema
from alignctl import ASAN_OPTIONS, NOW, PROGRAM, WRAPPER, ToolTest

DAY = 86400
os.environ["ASAN_OPTIONS"] = ASAN_OPTIONS  # libopendkim loses bytes with Ed25519
# In most cases, since a key of RSA takes long under valgrind.
QUICK = ("--make", "--type", "ed25519")
ZONE = """$ORIGIN .
$TTL 300
own.test        TXT "v=spf1 -all"
_dmarc.own.test TXT "v=DMARC1; p=reject"
"""


class ReportKey(ToolTest):

    def setUp(self):
        for name in os.listdir(self.folder):
            if name.endswith((".pem", ".retired")):
                os.unlink(self.path(name))
        self.zone = ZONE
        self.write("zone", self.zone)
        self.use("r1")

    def use(self, selector, key=None):
        key = key or self.path(f"{selector}.pem")
        self.write("conf", f"""authserv_id = "mx.test"
report {{
    from = "dmarc@own.test"
    sign_selector = "{selector}"
    sign_key = "{key}"
}}
store {{ sqlite = "" }}
""")

    def publish(self, line):
        self.zone += line + "\n"
        self.write("zone", self.zone)

    def key(self, *arguments, now=NOW, status=0):
        """The object that the command prints; the words where it fails."""
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", self.path("conf"), "--dns", "zone", "--now", str(now),
                       "report", "key", "--json", *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        if status:
            self.assertEqual(done.stdout, "")
            return done.stderr
        value = json.loads(done.stdout)
        rules = schema.load("report_key_retire" if "--retire" in arguments else "report_key")
        self.assertEqual(schema.faults(value, rules) + schema.order_faults(value, rules), [])
        return value

    def rights(self, name):
        return stat.S_IMODE(os.stat(self.path(name)).st_mode)

    # -- making one --------------------------------------------------------

    def test_before_there_is_one(self):
        self.assertIn(f"there is no key at {self.path('r1.pem')} yet; alignctl report key --make ",
                      self.key(status=2))

    def test_made_published_found(self):
        made = self.key("--make")
        self.assertEqual((made["made"], made["published"], made["type"], made["bits"]),
                         (True, "no", "rsa", 2048))
        self.assertIn("publish", made["next"])
        self.assertEqual(self.rights("r1.pem"), 0o600)
        self.publish(made["zone"])
        shown = self.key()
        self.assertEqual((shown["made"], shown["published"], shown["in_use"]),
                         (False, "yes", True))
        self.assertIn("nothing", shown["next"])

    def test_record_is_the_public_key(self):
        """By openssl's word."""
        for kind, skipped in (("rsa", 0), ("ed25519", 12)):
            made = self.key("--make", "--type", kind, f"by-{kind}")
            der = subprocess.run(
                ["openssl", "pkey", "-in", self.path(f"by-{kind}.pem"), "-pubout",
                 "-outform", "DER"], check=True, capture_output=True, timeout=60).stdout
            # Ed25519: RFC 8463 publishes the bare 32 bytes behind the algorithm
            want = base64.b64encode(der[skipped:]).decode()
            self.assertEqual(made["record"], f"v=DKIM1; k={kind}; p={want}")
            self.assertEqual(made["name"], f"by-{kind}._domainkey.own.test")

    def test_strings_of_the_zone_line(self):
        made = self.key("--make")
        strings = re.findall(r'"([^"]*)"', made["zone"])
        self.assertEqual("".join(strings), made["record"])
        self.assertEqual(len(strings), 2)
        self.assertLessEqual(max(map(len, strings)), 255)

    def test_never_written_over(self):
        self.key(*QUICK)
        with open(self.path("r1.pem"), encoding="ascii") as file:
            before = file.read()
        self.assertIn("no key is written over", self.key(*QUICK, status=3))
        with open(self.path("r1.pem"), encoding="ascii") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual([name for name in os.listdir(self.folder) if "r1.pem" in name],
                         ["r1.pem"])

    def test_another_record_there(self):
        self.publish(self.key(*QUICK, "--file", "other.pem")["zone"])
        shown = self.key(*QUICK)
        self.assertEqual(shown["published"], "no")
        self.assertIn("does not verify", shown["found"])

    def test_dns_is_silent(self):
        self.publish(";!FAIL r1._domainkey.own.test TXT SERVFAIL")
        shown = self.key(*QUICK)
        self.assertEqual(shown["published"], "unknown")
        self.assertIn("when the DNS answers", shown["next"])

    # -- the next one ------------------------------------------------------

    def test_rotation(self):
        old = self.key(*QUICK)
        self.publish(old["zone"])
        # the next key, which signs nothing yet
        new = self.key(*QUICK, "r2")
        self.assertEqual((new["in_use"], new["published"]), (False, "no"))
        self.assertEqual(new["file"], self.path("r2.pem"))
        self.publish(new["zone"])
        told = self.key("r2")
        self.assertEqual(told["published"], "yes")
        self.assertIn('report.sign_selector = "r2"', told["next"])
        self.assertIn("--retire r1", told["next"])
        # the settings still name the old one
        self.assertIn("are signed with the key of selector r1", self.key("--retire", "r1",
                                                                         status=3))
        self.use("r2")
        self.assertTrue(self.key()["in_use"])
        # told; the record stays for what is under way
        kept = self.key("--retire", "r1")
        self.assertEqual((kept["deleted"], kept["record_until"]), (False, self.day(7)))
        self.assertIn("leave the record", kept["next"])
        kept = self.key("--retire", "r1", now=NOW + 7 * DAY - 1)
        self.assertEqual((kept["deleted"], kept["record_until"]), (False, self.day(7)))
        self.assertTrue(os.path.exists(self.path("r1.pem")))
        gone = self.key("--retire", "r1", now=NOW + 7 * DAY)
        self.assertTrue(gone["deleted"])
        self.assertIn("remove the record r1._domainkey.own.test", gone["next"])
        self.assertEqual(sorted(name for name in os.listdir(self.folder) if ".pem" in name),
                         ["r2.pem"])

    def test_back_to_the_old_and_away_again(self):
        """What was signed with it in between is under way: the wait begins anew."""
        self.publish(self.key(*QUICK)["zone"])
        self.publish(self.key(*QUICK, "r2")["zone"])
        self.use("r2")
        self.key("--retire", "r1")
        for how in ("looked at", "refused", "long ago"):
            now = NOW + (40 if how == "long ago" else 20) * DAY
            with self.subTest(how):
                if how != "long ago":
                    self.use("r1")
                    self.key(*(["--retire", "r1"] if how == "refused" else []), now=now,
                             status=3 if how == "refused" else 0)
                    self.use("r2")
                self.assertFalse(self.key("--retire", "r1", now=now)["deleted"])
                self.write("r1.pem.retired", f"{NOW}\n")

    def test_a_wait_noted_by_a_wrong_clock_begins_anew(self):
        self.publish(self.key(*QUICK)["zone"])
        self.publish(self.key(*QUICK, "r2")["zone"])
        self.use("r2")
        for noted in (0, NOW + 400 * DAY):
            self.write("r1.pem.retired", f"{noted}\n")
            kept = self.key("--retire", "r1")
            self.assertEqual((kept["deleted"], kept["record_until"]), (False, self.day(7)))

    @staticmethod
    def day(days):
        return {7: "2026-05-08T12:00:00Z"}[days]

    def test_old_stays_while_the_new_is_not_published(self):
        self.publish(self.key(*QUICK)["zone"])
        self.key(*QUICK, "r2")
        self.use("r2")
        self.assertIn("so the old one stays", self.key("--retire", "r1", status=3))
        self.assertTrue(os.path.exists(self.path("r1.pem")))

    def test_one_in_use_is_not_retired_by_another_name(self):
        self.publish(self.key(*QUICK)["zone"])
        os.symlink("r1.pem", self.path("r9.pem"))
        self.assertIn("are signed with", self.key("--retire", "r9", status=3))

    # -- faults ------------------------------------------------------------

    def test_words_of_faults(self):
        self.assertIn("there is no key at ", self.key(status=2))
        self.write("r1.pem", "no key\n")
        os.chmod(self.path("r1.pem"), 0o600)
        self.assertIn("holds no key to sign with", self.key(status=2))
        os.chmod(self.path("r1.pem"), 0o644)
        self.assertIn("open to everybody", self.key(status=2))
        self.assertIn("(allowed: rsa, ed25519)",
                      self.key("--make", "--type", "dsa", "r2", status=1))
        self.assertIn("is no selector", self.key("--make", "../r2", status=1))
        self.assertIn("name the selector", self.key("--retire", status=1))
        self.assertIn("--type goes with --make", self.key("--type", "rsa", status=1))
        self.assertIn("cannot make", self.key("--make", "--file", "no/r2.pem", status=3))
        self.write("passphrase.pem", subprocess.run(
            ["openssl", "genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret"],
            check=True, capture_output=True, timeout=60).stdout)
        os.chmod(self.path("passphrase.pem"), 0o600)
        self.assertIn("without a passphrase", self.key("--file", "passphrase.pem", status=2))

    def test_without_settings(self):
        self.write("conf", 'store { sqlite = "" }\n')
        self.assertIn("report.from is empty", self.key(*QUICK, status=2))
        self.write("conf", 'store { sqlite = "" }\nreport { from = "a@own.test" }\n')
        self.assertIn("report.sign_selector is empty", self.key(*QUICK, status=2))
        made = self.key(*QUICK, "first")
        self.assertEqual(made["file"], self.path("first.pem"))

    def test_for_people(self):
        status, out, err = self.run_tool("report", "key", "--make")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("r1._domainkey.own.test. IN TXT ( \"v=DKIM1; k=rsa; p=", out)
        self.assertRegex(out, r"(?m)^  key +rsa, 2048 bits$")
        self.assertNotIn("PRIVATE", out)


if __name__ == "__main__":
    unittest.main()
