#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Authentication-Results fields by the hundred thousand, in monitor mode: each
that is removed lets the MTA go through the header once."""
import os
import sys
import time
import unittest

SOURCE = os.environ.get("top_srcdir", ".")
sys.path[:0] = [os.path.join(SOURCE, "tests", "wire")]

import daemon  # noqa: E402

FIELDS = 200000 if os.environ.get("ATTACK_LONG") else 20000
STEPS = 1000000  # LIMIT_REMOVAL_STEPS
FORGED = ("Authentication-Results", " mx.test; dmarc=pass")
FILLER = ("X", " y")


class Forged(unittest.TestCase):

    def send(self, headers, ip=daemon.IP):
        with daemon.Daemon("mode = monitor") as alignd, \
                alignd.session(ip) as client:
            start = time.monotonic()
            result = client.message("a@none.test", headers=headers)
            return result, time.monotonic() - start

    def removed(self, result):
        return [change for change in result.of("change")
                if change[1] == FORGED[0]]

    def test_two_hundred_thousand(self):
        for ip in (daemon.IP, "127.0.0.1"):
            result, seconds = self.send([FORGED] * FIELDS, ip)
            self.assertEqual(result.verdict, "reject")
            self.assertIn("550 5.6.0", result.reply)
            self.assertEqual(result.changes, [])
            print(f"forged: {FIELDS} fields from {ip}: refused, 0 removals, "
                  f"{seconds:.1f} s")

    def test_the_most_that_is_removed(self):
        """As many as a header may have fields, or few among very many."""
        few = STEPS // FIELDS - 1
        for forged, others in ((990, 3), (few, FIELDS)):
            result, _ = self.send([FILLER] * others + [FORGED] * forged)
            self.assertEqual(result.verdict, "continue")
            self.assertEqual(len(self.removed(result)), forged)
            steps = forged * (forged + others)
            self.assertLessEqual(steps, STEPS)
            print(f"forged: {forged} of {forged + others} fields: removed, "
                  f"{steps} steps (bound: {STEPS})")
        result, _ = self.send([FILLER] * FIELDS + [FORGED] * (few + 2))
        self.assertEqual(result.verdict, "reject")


if __name__ == "__main__":
    unittest.main(verbosity=2)
