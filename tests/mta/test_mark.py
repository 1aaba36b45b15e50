#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Our own field on mail that a content filter hands back (row E16).

A real Postfix gives mail to a filter and takes it back in a service that calls
alignd again. What arrives tells whether the field of the first pass stood: by its
mark, of that very mail, from a trusted network, within its days.
"""
import os
import re
import signal
import shutil
import sys

sys.dont_write_bytecode = True

import cases  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402
import wirings  # noqa: E402

MAIN = "content_filter = smtp:[127.0.0.1]:10024\n"
MASTER = ("smtp inet n - n - - smtpd\n"
          "127.0.0.1:10025 inet n - n - - smtpd -o content_filter=")
HERE = "127.0.0.1"
BACK = 10025
DAY_S = 86400
CLOCK_SHIFT = os.path.join(rig.TOP, "tests", "mta", "clock_shift.so")
MARK = re.compile(r"\(alignd-mark t=\d+ m=[0-9a-f]{32}\)$")
TRUST = 'networks = {"127.0.0.0/8", "::1/128"}'
ZONE = f"""
soft.test. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
_dmarc.soft.test. TXT "v=DMARC1; p=none"
"""


def setUpModule():
    support.start(lambda keys: wirings.Host(cases.zone(keys) + ZONE))
    host = support.MtaTest.host
    host.wire(MAIN, MASTER)
    host.reload()
    scanner = wirings.Filter(10024, BACK)
    support.unittest.addModuleCleanup(scanner.close)


class Marks(support.MtaTest):

    sections = {"trust": TRUST}

    def ours(self, marker):
        """Our fields of a delivered message, and that message without what the
        delivery put above them."""
        text = self.host.delivered(marker)
        fields = [field for field in self.fields(text) if field.startswith("mx.rig.test;")]
        return fields, text[text.index("Authentication-Results:"):] if fields else text

    def arrive(self, headers="From: Ann <ann@soft.test>", body="Hello.\r\n"):
        """A mail from outside, through the filter and back: its fields, the mail."""
        text, marker = self.message(headers, body)
        code, reply = self.host.deliver_from(cases.SENDER_IP, text, "ann@soft.test")
        self.assertEqual(code, 250, reply)
        return self.ours(marker)

    def bring(self, mail, ip=HERE, port=BACK, **how):
        """Brings that mail, as it stands, once more; our fields as delivered."""
        if ip != HERE:
            port, how["host"] = 25, wirings.MX_IP
        else:
            how["host"] = HERE
        self.__class__.count += 1
        marker = f"X-Marker: again-{self.count}-again"
        head, body = mail.split("\n\n", 1)
        again = f"{head}\n{marker}\n\n{body}".replace("\n", "\r\n").encode()
        code, reply = self.host.deliver_from(ip, again, "ann@soft.test", port=port, **how)
        self.assertEqual(code, 250, reply)
        return self.ours(marker)[0]

    def key(self):
        return self.host.path("state", "mark.key")

    def assert_kept(self, fields, field):
        self.assertEqual(fields, [field])

    def test_comes_back(self):
        (field,), _ = self.arrive()
        self.assertIn("dmarc=pass", field)
        self.assertRegex(field, MARK)
        lines = [line for line in self.new_log().splitlines() if " action=" in line]
        self.assertIn("forged=0 kept=1", lines[-1])
        self.assertEqual(os.stat(self.key()).st_mode & 0o7777, 0o600)

    def test_comes_back_large_and_unsigned(self):
        """More than a milter's chunk, and lines that a signature would not need."""
        body = ("x" * 900 + " \t \r\n") * 200 + "\r\n\r\n"
        (field,), _ = self.arrive(body=body)
        self.assertRegex(field, MARK)

    def test_same_mail_once_more(self):
        """Who has it can bring it again: what the field says is true of it."""
        (field,), mail = self.arrive()
        self.assert_kept(self.bring(mail), field)

    def test_copied_to_another_mail(self):
        _, mail = self.arrive()
        changes = (("Ann <ann@soft.test>", "Eve <ceo@soft.test>"), ("Hello.", "Pay me."),
                   ("\nMessage-ID: <", "\nMessage-ID: <x"), ("\nDate: ", "\nDate: Mon, "),
                   ("\nDate: ", "\nFrom: eve@evil.test\nDate: "), ("dmarc=pass", "dmarc=pass "),
                   ("header.from=soft.test", "header.from=hard.test"))
        for old, new in changes:
            with self.subTest(new):
                self.assertIn(old, mail)
                kept = self.bring(mail.replace(old, new, 1))
                self.assertEqual(len(kept), new.endswith(" ") and old.startswith("dmarc"), kept)

    def test_from_outside(self):
        """A stranger gets the field that he earns, and no other."""
        (field,), mail = self.arrive()
        (now,) = self.bring(mail, ip=cases.SPOOFER_IP)
        self.assertIn("dmarc=fail", now)
        self.assertNotEqual(now, field)

    def test_of_another_day(self):
        """Four days later and six; and where a clock is behind."""
        (field,), mail = self.arrive()
        key = self.host.path("kept.key")
        shutil.copyfile(self.key(), key)
        for days, is_kept in ((4, True), (6, False), (-1, False)):
            with self.subTest(days):
                self.stop_alignd()
                self.host.start_alignd(trust=TRUST, is_fresh=False, environment={
                    "LD_PRELOAD": CLOCK_SHIFT, "CLOCK_SHIFT_S": str(days * DAY_S)})
                self.assertEqual(self.bring(mail), [field] if is_kept else [])
        self.restart(trust=TRUST)

    def test_key_of_a_fleet(self):
        """A host without the key, with it, and with a new one before it."""
        (field,), mail = self.arrive()
        with open(self.key(), encoding="ascii") as file:
            old = file.read()
        self.restart(trust=TRUST)
        self.assertEqual(self.bring(mail), [])
        for text in (old, "ab" * 32 + "\n" + old):
            self.use_key(text)
            self.assert_kept(self.bring(mail), field)

    def use_key(self, text, mode=0o600):
        with open(self.key(), "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(self.key(), mode)
        offset = len(self.host.log("alignd"))
        self.host.alignd.send_signal(signal.SIGHUP)
        self.host.wait_log("alignd", "reload: done", offset, 60)
        return self.host.log("alignd")[offset:]

    def test_key_that_cannot_be_used(self):
        """Mail flows, our field is removed as a stranger's, and it is said once."""
        for text, mode, words in (("nonsense\n", 0o600, "wants one to 4 keys"),
                                  ("ab" * 32 + "\n", 0o644, "is open to everybody")):
            with self.subTest(words):
                said = self.use_key(text, mode)
                self.assertEqual(said.count("mark.key"), 1, said)
                self.assertIn(words, said)
                self.assertEqual(self.arrive()[0], [])
        self.restart(trust=TRUST)


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_mark.py", support.missing() or wirings.enter_namespace(
        (wirings.MX_IP, wirings.LAN_IP, cases.SENDER_IP, cases.LIST_IP, cases.SPOOFER_IP))))
