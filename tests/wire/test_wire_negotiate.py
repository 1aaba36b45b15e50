#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What alignd takes of what MTAs offer, old ones included."""
import os
import sys
import unittest

import milter_client as m
from daemon import Daemon, IP

SIGNATURE = (" v=1; a=ed25519-sha256; c=simple/simple; d=pass.test; s=s1;\n"
             "\th=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\n"
             "\tb=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
             "AAAAAAAAAAAAAAAAAAAAAAAA==")
NR_ALL = (m.NR_CONN | m.NR_HELO | m.NR_MAIL | m.NR_RCPT | m.NR_DATA
          | m.NR_UNKN | m.NR_HDR | m.NR_EOH | m.NR_BODY)
WINDOW = 1000  # milter/unneeded.h


class Negotiate(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(is_unix=True).start()
        cls.addClassCleanup(cls.daemon.__exit__)

    def test_takes_what_a_modern_mta_offers(self):
        with self.daemon.client() as client:
            self.assertEqual(client.version, 6)
            self.assertEqual(client.actions, m.ADDHDRS | m.CHGHDRS
                             | m.QUARANTINE | m.SETSYMLIST)
            self.assertEqual(client.steps, NR_ALL | m.LEADSPC | m.NOUNKNOWN)

    def test_asks_for_its_macros(self):
        with self.daemon.client() as client:
            wanted = " ".join(client.symbols.values()).split()
            for name in ("i", "{client_name}", "{auth_authen}",
                         "{tls_version}", "{cipher}"):
                self.assertIn(name, wanted)

    def test_stays_silent_until_end_of_message(self):
        with self.daemon.session() as client:
            client.start("a@pass.test")
            self.assertTrue(client.is_silent(0.2))
            self.assertEqual(client.end_of_message().verdict, "continue")

    def test_skips_bodies_where_most_are_unneeded(self):
        """A fourth of the last thousand messages had a long one."""
        with Daemon("trust { marks = no }", is_unix=True) as daemon:
            with daemon.client() as client:
                client.connect("127.0.0.1").helo()
                for i in range(WINDOW):
                    client.message("a@pass.test", body=b"x" * (m.CHUNK * (i % 4 == 0)))
                self.assertTrue(client.steps & m.NR_BODY)
            for ip in ("127.0.0.1", IP):
                with daemon.session(ip) as client:
                    self.assertEqual(client.steps & (m.NR_BODY | m.SKIP), m.SKIP)
                    client.start("a@pass.test")
                    self.assertEqual(client.body(b"x" * m.CHUNK), "skip")
                    result = client.end_of_message()
                    self.assertEqual(result.verdict, "continue")
                    self.assertNotIn("alignd-mark", repr(result))
            self.assertFalse(os.path.exists(os.path.join(daemon.state, "mark.key")))

    def test_reads_the_body_of_unsigned_mail(self):
        """The mark on our field covers it."""
        with self.daemon.session() as client:
            client.start("a@pass.test")
            self.assertEqual(client.body(b"x" * 65535), "continue")
            self.assertRegex(client.end_of_message().inserted("Authentication-Results")[0],
                             r"\(alignd-mark t=\d+ m=[0-9a-f]{32}\)$")

    def test_reads_the_body_of_signed_mail(self):
        with self.daemon.session() as client:
            client.start("a@pass.test",
                         headers=[("DKIM-Signature", SIGNATURE)])
            self.assertEqual(client.body(b"x" * 65535), "continue")
            self.assertEqual(client.body(b"y\r\n"), "continue")
            result = client.end_of_message()
            self.assertIn("dkim=fail", result.inserted(
                "Authentication-Results")[0])

    def test_an_mta_without_skip_sends_it_all(self):
        with self.daemon.session(steps=m.ALL_STEPS & ~m.SKIP) as client:
            client.start("a@pass.test")
            self.assertEqual(client.body(b"x"), "continue")
            self.assertEqual(client.end_of_message().verdict, "continue")

    def test_answers_each_step_of_protocol_2(self):
        with self.daemon.client(version=2, actions=m.V2_ACTIONS,
                                steps=m.V2_STEPS) as client:
            self.assertEqual(client.version, 2)
            self.assertEqual(client.steps, 0)
            client.connect(IP).helo()
            result = client.message("a@pass.test", body=b"x" * 200000)
            self.assertEqual(result.verdict, "continue")
            # Without LEADSPC the MTA puts the blank before the value.
            value, = result.inserted("Authentication-Results")
            self.assertTrue(value.startswith("mx.test;"), value)
            result = client.message("a@reject.test", sender="<a@other.test>")
            self.assertEqual(result.reply[:11], "550 5.7.26 ")

    def test_holds_nothing_it_may_not_hold(self):
        """No QUARANTINE granted: the mail is tagged instead."""
        with self.daemon.session(actions=m.ADDHDRS | m.CHGHDRS) as client:
            result = client.message("a@quarantine.test")
            self.assertEqual(result.of("quarantine"), [])
            self.assertEqual(len(result.of("insert")), 2)

    def test_no_header_changes_granted(self):
        # No actions at all would mean the set of protocol 1.
        with self.daemon.session(actions=m.ADDRCPT) as client:
            result = client.message(
                "a@pass.test",
                headers=[("Authentication-Results", " mx.test; none")])
            self.assertEqual((result.verdict, result.changes),
                             ("continue", []))

    def test_a_second_connection_without_negotiation(self):
        with self.daemon.session() as client:
            self.assertEqual(client.message("a@pass.test").verdict, "continue")
            client.quit_for_next()
            # What was granted is not known any more: each step is answered
            # or not as libmilter remembers it.
            client.connect(IP).helo()
            result = client.message("a@reject.test", sender="<a@other.test>")
            self.assertEqual(result.verdict, "reject")

    def test_a_chunk_within_the_end_of_a_signed_message(self):
        with self.daemon.session() as client:
            client.start("a@reject.test", sender="<a@other.test>",
                         headers=[("DKIM-Signature", SIGNATURE)])
            result = client.end_of_message(data=b"last\r\n")
            self.assertEqual(result.verdict, "reject")

    def test_hangs_up_after_negotiation(self):
        self.daemon.client().close()
        self.daemon.client().quit()
        with self.daemon.session() as client:
            self.assertEqual(client.message("a@pass.test").verdict, "continue")


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
