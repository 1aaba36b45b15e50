#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""hazard H12: whoever has a p=quarantine domain of his own, or many, and fills
the MTA's hold queue."""
import json
import os
import subprocess
import sys
import unittest

TOP = os.environ.get("top_builddir", ".")
SOURCE = os.environ.get("top_srcdir", ".")
sys.path[:0] = [os.path.join(SOURCE, "tests", "wire")]

import daemon  # noqa: E402

DOMAINS = 2000 if os.environ.get("ATTACK_LONG") else 20
MESSAGES = 60
ALIGNCTL = os.path.join(TOP, "tools", "alignctl")
MIB = 1 << 20
LARGE = b"x" * 78 * 12000


class Hold(unittest.TestCase):

    def start(self, policy="", settings=""):
        zone = daemon.ZONE + "".join(
            f'_dmarc.s{i}.test. TXT "v=DMARC1; p=quarantine"\n'
            for i in range(DOMAINS))
        zone += '_dmarc.psd.test. TXT "v=DMARC1; p=quarantine; psd=y"\n'
        return daemon.Daemon(settings, policy=policy, zone=zone)

    def send(self, client, author, body=b"hello\r\n"):
        """What becomes of it: "held", "tagged" or the reply."""
        result = client.message(f"x@{author}", sender="<x@other.test>",
                                body=body)
        if result.of("quarantine"):
            return "held"
        if result.inserted("X-Alignd-Quarantine"):
            return "tagged"
        return result.reply

    def test_one_domain_and_names_below_it(self):
        with self.start() as alignd, alignd.session() as client:
            answers = [self.send(client, f"n{i}.s0.test")
                       for i in range(300)]
            self.assertEqual(answers[:200], ["held"] * 200)
            for answer in answers[200:]:
                self.assertTrue(answer.startswith("451 4.3.1 Mail that fails"),
                                answer)
            self.assertEqual(self.send(client, "quarantine.test"), "held")
        print("hold: 300 messages of one domain: 200 held, 100 told to come "
              "again (bound: policy.hold_messages_domain = 200)")

    def test_one_domain_that_calls_itself_a_suffix(self):
        """With psd=y each name below it is an organizational domain."""
        with self.start() as alignd, alignd.session() as client:
            answers = [self.send(client, f"n{i}.psd.test")
                       for i in range(210)]
            self.assertEqual(answers.count("held"), 200)
            self.assertEqual(self.send(client, "quarantine.test"), "held")

    def test_many_domains(self):
        with self.start() as alignd, alignd.session() as client:
            answers = [self.send(client, f"s{i}.test")
                       for _ in range(MESSAGES) for i in range(DOMAINS)]
            held = answers.count("held")
            print(f"hold: {len(answers)} messages of {DOMAINS} domains: "
                  f"{held} held (bound: policy.hold_messages = 1000)")
            self.assertEqual(held, 1000)
            # A refusal is one, and what passes passes.
            self.assertTrue(self.send(client, "reject.test")
                            .startswith("550"))
            alignd.signal(daemon.signal.SIGHUP)
            alignd.wait_log("reload: done")
            self.assertTrue(self.send(client, "quarantine.test")
                            .startswith("451"))

    def test_bytes(self):
        """Large bodies, which nobody needs without marks and a signature: no
        chunk is answered, so they come whole."""
        with self.start("hold_mib_domain = 10", "trust { marks = no }") as alignd, \
                alignd.session() as client:
            answers = [self.send(client, "s0.test", LARGE) for _ in range(25)]
        self.assertEqual(answers.count("held"), 10 * MIB // len(LARGE))

    def test_bytes_that_are_skipped(self):
        """Where many bodies are such, MTAs are told to skip the rest of one, of
        which nobody knows then how long it is."""
        with self.start(settings="trust { marks = no }") as alignd:
            with alignd.session() as client:
                for i in range(1000):  # UNNEEDED_WINDOW, one in UNNEEDED_SHARE
                    self.send(client, "reject.test",
                              b"x" * 70000 if i % 4 == 0 else b"hello\r\n")
            with alignd.session() as client:
                answers = [self.send(client, "s0.test", LARGE) for _ in range(25)]
                self.assertEqual(answers.count("held"), 20)
                small = [self.send(client, "s1.test", b"x" * 60000)
                         for _ in range(50)]
                self.assertEqual(small.count("held"), 50)
        print("hold: large bodies of one domain: 20 of 25 held (bound: "
              "policy.hold_mib_domain = 200, 10 MB for what was not read)")

    def test_bytes_that_are_read(self):
        """With marks all of a body is read, and counted as it is."""
        with self.start("hold_mib_domain = 10") as alignd, alignd.session() as client:
            answers = [self.send(client, "s0.test", LARGE) for _ in range(25)]
        print(f"hold: bodies of 936 KB: {answers.count('held')} of 25 held "
              "(bound: policy.hold_mib_domain = 10)")
        self.assertEqual(answers.count("held"), 10 * MIB // len(LARGE))

    def test_tagged_instead_and_told(self):
        with self.start("on_hold_full = tag hold_messages_domain = 1") \
                as alignd, alignd.session() as client:
            self.assertEqual(self.send(client, "s0.test"), "held")
            self.assertEqual(self.send(client, "s0.test"), "tagged")
            reference = alignd.query(
                "SELECT reference FROM incident ORDER BY incident_id DESC "
                "LIMIT 1")[0][0]
            told = self.tool(alignd, "explain", reference)
            self.assertIn("hold queue full", told)
            self.assertIn("Decided by policy.on_hold_full = tag", told)
            before = json.loads(self.tool(alignd, "whatif", "--json"))
            self.assertEqual(before["changed"], 0, before)

    def tool(self, alignd, *arguments):
        done = subprocess.run([ALIGNCTL, "--config", alignd.config,
                               *arguments], capture_output=True, check=False,
                              timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout.decode()


if __name__ == "__main__":
    unittest.main(verbosity=2)
