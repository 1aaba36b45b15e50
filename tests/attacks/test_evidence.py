#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One genuine signed header, over and over: what it is worth as evidence of
indirect mail, and how much of it gets past a refusal."""
import email.utils
import os
import signal
import sys
import unittest

TOP = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
sys.path[:0] = [os.path.join(SOURCE, "tests", "wire"),
                os.path.join(SOURCE, "tests", "mta")]

import daemon  # noqa: E402
import rig  # noqa: E402

FLOOD = 20000 if os.environ.get("ATTACK_LONG") else 1000
NOW = email.utils.formatdate()
# The client puts its Subject behind them.
FIELDS = [("From", " Bank <a@bank.test>"), ("To", " b@mx.test"),
          ("Date", " " + NOW), ("Message-ID", " <1@bank.test>")]
GENUINE = "".join(f"{name}:{value}\r\n" for name, value in
                  [*FIELDS, ("Subject", " hello")]).encode() + b"\r\nhello\r\n"


class Evidence(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        signer = rig.Signer()
        cls.addClassCleanup(signer.close)
        cls.record = signer.new_key("key", "rsa")
        whole = signer.sign("key", "bank.test", "s1", GENUINE)
        name, _, value = whole[:-len(GENUINE)].decode().partition(":")
        cls.signature = (name, value.rstrip().replace("\r\n", "\n"))

    def start(self):
        strings = " ".join(f'"{self.record[at:at + 200]}"'
                           for at in range(0, len(self.record), 200))
        return daemon.Daemon(zone=daemon.ZONE + f"""
_dmarc.bank.test. TXT "v=DMARC1; p=reject"
s1._domainkey.bank.test. TXT {strings}
""")

    def send(self, alignd, number, body=None, above=()):
        """The genuine header over body `number`, from a network of its own."""
        address = f"10.{number // 250 % 250}.{number % 250}.1"
        body = body or f"pay to account {number}\r\n".encode()
        with alignd.session(address) as client:
            return client.message(sender="<x@stranger.test>", body=body,
                                  headers=[*above, self.signature, *FIELDS])

    def test_flood(self):
        """A thousand bodies under one header, each from its own network."""
        with self.start() as alignd:
            verdicts = [self.send(alignd, i).verdict for i in range(FLOOD)]
            held = verdicts.count("continue")
            print(f"evidence: {FLOOD} bodies under one genuine header: {held} "
                  f"held, {FLOOD - held} refused (bound: 3 held)")
            self.assertEqual(verdicts[:3], ["continue"] * 3)
            self.assertEqual(set(verdicts[3:]), {"reject"})

    def test_one_footer_by_many_lists_stays_a_trace(self):
        with self.start() as alignd:
            for i in range(20):
                result = self.send(alignd, i, b"hello\r\n-- \r\nfooter\r\n")
                self.assertEqual(result.verdict, "continue")

    def test_reload_forgets_nothing(self):
        with self.start() as alignd:
            for i in range(3):
                self.assertEqual(self.send(alignd, i).verdict, "continue")
            alignd.signal(signal.SIGHUP)
            alignd.wait_log("reload: done")
            self.assertEqual(self.send(alignd, 3).verdict, "reject")

    def test_strangers_take_nothing_from_a_list(self):
        """Whoever has a list's message sends it from everywhere: the list's own
        copies, with a footer for each subscriber, are held all the same."""
        with self.start() as alignd:
            for i in range(50):
                result = self.send(alignd, 1, f"hello\r\n-- \r\nfooter {i}\r\n".encode())
                self.assertEqual(result.verdict, "continue")
                self.send(alignd, 1000 + i)

    def test_what_stands_unsigned(self):
        with self.start() as alignd:
            for field in (("Subject", " pay"), ("To", " all@mx.test"),
                          ("Cc", " all@mx.test"), ("Date", " " + NOW),
                          ("Message-ID", " <2@bank.test>")):
                result = self.send(alignd, 1, above=[field])
                self.assertEqual(result.verdict, "reject", field)
        print("evidence: a second Subject, To, Cc, Date or Message-ID on top: "
              "refused, each")


if __name__ == "__main__":
    unittest.main(verbosity=2)
