#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Signed mail over the wire: what the MTA passes on must verify byte by byte.

hazard E11: whatever was negotiated, also where the MTA takes the blank behind
the colon away and with simple canonicalisation, which forgives nothing.
"""
import email.utils
import os
import signal
import subprocess
import sys
import unittest

import milter_client as m
from daemon import Daemon, IP, TOP, ZONE

TOOL = os.path.join(TOP, "tests", "tools", "dkim-tool")
# The client puts its Subject behind them.
HEADERS = [("From", " Ann <a@signed.test>"),
           ("To", " b@rcpt.test,\n\t  c@rcpt.test"),
           ("Date", " " + email.utils.formatdate())]
SUBJECT = ("Subject", " hello")
BODIES = (b"", b"hello\r\n", b"no line end", b"line  \r\n" * 20000 + b"\r\n\r\n")
OFFERS = (
    ("protocol 6", {}),
    ("without the blank", {"steps": m.ALL_STEPS & ~m.LEADSPC}),
    ("without skip", {"steps": m.ALL_STEPS & ~m.SKIP}),
    ("protocol 2", {"version": 2, "actions": m.V2_ACTIONS,
                    "steps": m.V2_STEPS}),
)


class Signer:
    def __init__(self):
        self.tool = subprocess.Popen([TOOL], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
        self.record = self.ask(b"key one rsa 2048\n").decode()

    def ask(self, command):
        self.tool.stdin.write(command)
        self.tool.stdin.flush()
        return self.tool.stdout.read(int(self.tool.stdout.readline()))

    def sign(self, canonical, body):
        """The value of a DKIM-Signature field, as an MTA passes it on."""
        header = "".join(f"{name}:{value}\n" for name, value in [*HEADERS, SUBJECT])
        message = header.replace("\n", "\r\n").encode() + b"\r\n" + body
        field = self.ask(b"canonical %s\nsign one signed.test s1 %d\n"
                         % (canonical.encode(), len(message)) + message)
        return field.decode().split(":", 1)[1].replace("\r\n", "\n").rstrip()

    def close(self):
        self.tool.stdin.close()
        self.tool.wait(10)
        self.tool.stdout.close()


class Signed(unittest.TestCase):

    settings = ""
    bodies = BODIES

    @classmethod
    def setUpClass(cls):
        cls.signer = Signer()
        cls.addClassCleanup(cls.signer.close)
        strings = " ".join(f'"{cls.signer.record[at:at + 200]}"'
                           for at in range(0, len(cls.signer.record), 200))
        cls.zone = ZONE + (f"s1._domainkey.signed.test. TXT {strings}\n"
                           '_dmarc.signed.test. TXT "v=DMARC1; p=reject"\n')
        cls.daemon = Daemon(cls.settings, zone=cls.zone).start()
        cls.addClassCleanup(cls.daemon.__exit__)

    def check(self, offers, canonical, body, changed=b""):
        value = self.signer.sign(canonical, body)
        with self.daemon.client(**offers) as client:
            client.connect(IP).helo()
            result = client.message(
                None, headers=[("DKIM-Signature", value), *HEADERS],
                sender="<x@other.test>", body=body + changed)
        field, = result.inserted("Authentication-Results") or [""]
        return result.verdict, field

    def test_verifies_whatever_was_negotiated(self):
        for offer, offers in OFFERS:
            for canonical in ("simple/simple", "relaxed/relaxed"):
                for body in self.bodies:
                    with self.subTest(offer=offer, c=canonical,
                                      body=len(body)):
                        verdict, field = self.check(offers, canonical, body)
                        self.assertEqual(verdict, "continue")
                        self.assertIn("dkim=pass", field)
                        self.assertIn("dmarc=pass", field)

    def test_a_changed_body_is_held(self):
        for offer, offers in OFFERS:
            with self.subTest(offer=offer):
                verdict, field = self.check(offers, "simple/simple",
                                            b"hello\r\n", b"footer\r\n")
                self.assertEqual(verdict, "continue")
                self.assertIn("dkim=fail", field)
                self.assertIn("dmarc=fail", field)

    def test_h_that_names_more_than_there_is(self):
        """Every field, the signature's own too, and then one more."""
        names = [name for name, _ in [*HEADERS, SUBJECT]]
        for count in range(len(names) + 1):
            for tail in (["X-None"], ["DKIM-Signature", "X-None"]):
                with self.subTest(fields=count, tail=tail):
                    self.name_fields(names[:count] + tail)
        _, field = self.check({}, "relaxed/relaxed", b"hello\r\n")
        self.assertIn("dkim=pass", field)

    def name_fields(self, names):
        value = (" v=1; a=rsa-sha256; d=signed.test; s=s1; h=From:%s; "
                 "bh=%s; b=AAAA" % (":".join(names), "A" * 43 + "="))
        with self.daemon.client() as client:
            client.connect(IP).helo()
            result = client.message(
                None, headers=[("DKIM-Signature", value), *HEADERS],
                sender="<x@other.test>")
        self.assertEqual(result.verdict, "reject")


class SignedByLibraries(Signed):
    """The same with libopendkim and libspf2 in alignd's place."""

    settings = 'dkim { engine = "libopendkim" }\nspf { engine = "libspf2" }\n'
    # In relaxed form libopendkim wants a CRLF at the end.
    bodies = [body for body in BODIES if body != b"no line end"]

    def test_says_who_verifies(self):
        words = "verifies DKIM, {} evaluates SPF"
        self.assertIn("libopendkim " + words.format("libspf2"), self.daemon.log())
        self.daemon.write_config()
        self.daemon.signal(signal.SIGUSR1)
        self.daemon.wait_log("alignd " + words.format("alignd"))
        self.assertIn("dkim=pass", self.check({}, "relaxed/relaxed", b"hello\r\n")[1])
        self.daemon.write_config(self.settings)
        self.daemon.signal(signal.SIGUSR1)
        self.daemon.wait_log("libopendkim " + words.format("libspf2"), 2)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
