#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the daemon keeps for failure reports: nothing, until it is told to."""
import signal
import unittest

from daemon import Daemon, ZONE

ZONE_WITH_RUF = ZONE + """
_dmarc.asks.test.   TXT "v=DMARC1; p=reject; ruf=mailto:fail@asks.test"
asks.test.          TXT "v=spf1 -all"
_dmarc.suffix.test. TXT "v=DMARC1; p=none; psd=y; ruf=mailto:f@suffix.test"
"""
ON = """report { failure_reports = redacted failures_per_domain = 2 }"""
HEADER = [("To", " Jane <jane.roe@rcpt.test>"),
          ("Subject", " a word to jane.roe"),
          ("Received", " from x\n\tfor <jane.roe@rcpt.test>; now")]


class Failures(unittest.TestCase):

    def setUp(self):
        self.daemon = Daemon(zone=ZONE_WITH_RUF).start()
        self.addCleanup(self.daemon.__exit__)

    def switch_on(self):
        self.daemon.write_config(ON)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done")

    def take(self, author, sender="<b@asks.test>", count=1):
        with self.daemon.session() as client:
            for _ in range(count):
                client.message(author, sender, HEADER,
                               recipients=["<jane.roe@rcpt.test>"])

    def rows(self, columns):
        return self.daemon.query(f"SELECT {columns} FROM failure "
                                 "ORDER BY failure_id")

    def test_off_then_on_then_flooded(self):
        self.take("a@asks.test")
        self.assertEqual(self.rows("*"), [])
        self.switch_on()
        self.take("a@asks.test", count=20)
        self.take("a@suffix.test")
        self.take("a@asks.test", "<>")
        self.assertEqual(self.rows("policy_domain, incidents"),
                         [("asks.test", 1), ("asks.test", 19)])
        header, subject, rcpt = self.rows("header, subject, rcpt_to")[0]
        self.assertEqual(subject, "a word to redacted")
        self.assertEqual(rcpt, "<redacted@rcpt.test>\n")
        self.assertIn("To: redacted@rcpt.test\n", header)
        self.assertNotIn("jane", header)

    def test_the_reference_is_the_incident_s(self):
        self.switch_on()
        self.take("a@asks.test")
        (reference, result), = self.rows("reference, delivery_result")
        self.assertEqual(self.daemon.query("SELECT reference FROM incident"),
                         [(reference,)])
        self.assertEqual(result, "reject")


if __name__ == "__main__":
    unittest.main()
