#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A name server that falls silent, fails, and says something else.

What passed before passes by its last answers, and says so; what fails by them
comes again; what the server says when it is back holds at once.
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "chaos"))
from chaos_dns import ChaosDns, read_name  # noqa: E402
from daemon import PROGRAM, wait_until  # noqa: E402
from scrape import MetricsDaemon  # noqa: E402

FIELD = "Authentication-Results"
GENUINE = "203.0.113.5"
SPOOFER = "198.51.100.66"
ALIGNCTL = os.path.join(os.path.dirname(PROGRAM), "..", "tools", "alignctl")


class Stale(unittest.TestCase):

    def setUp(self):
        self.sent = 0
        self.records = {
            "_dmarc.own.test": "v=DMARC1; p=reject",
            "own.test": "v=spf1 include:spf.own.test -all",
            "spf.own.test": "v=spf1 ip4:203.0.113.5 -all",
            "other.test": "v=spf1 ip4:198.51.100.66 -all"}
        self.dns = ChaosDns(self.records.get)
        self.addCleanup(self.dns.close)

    def daemon_with(self, stale="", policy=""):
        daemon = MetricsDaemon(
            dns=f'servers = {{"127.0.0.1@{self.dns.port}"}} budget = 8s '
            f"timeout = 4s {stale}", policy=policy).start()
        self.addCleanup(daemon.__exit__)
        return daemon

    def silence(self, suffix):
        """Only those names' servers say nothing."""
        answer = self.dns.answer

        def answer_others(packet, is_udp):
            name, _ = read_name(packet, 12)
            return None if name.endswith(suffix) else answer(packet, is_udp)

        self.dns.answer = answer_others

    def send(self, daemon, ip, sender="<a@own.test>"):
        """What it came to, and the line of the log."""
        self.sent += 1
        queue_id = f"Q{self.sent}"
        with daemon.session(ip) as client:
            result = client.message("a@own.test", sender, queue_id=queue_id)
        return result, daemon.log_line(queue_id)

    def send_until(self, daemon, ip, what, is_there):
        """The answers live for a second, here and in libunbound."""
        found = []

        def has_come():
            found[:] = self.send(daemon, ip)
            return is_there(*found)

        wait_until(what, has_come, 60, 0.2)
        return found

    def test_an_outage(self):
        """hazard A4: what was said before stands in."""
        daemon = self.daemon_with(policy="on_temperror = accept")
        result, line = self.send(daemon, GENUINE)
        self.assertEqual(result.verdict, "continue")
        self.assertNotIn("basis=", line)
        for mode in ("failing", "silent"):
            self.dns.mode = mode
            result, line = self.send_until(
                daemon, GENUINE, "stale answers",
                lambda result, line: "basis=" in line)
            self.assertEqual(result.verdict, "continue")
            self.assertIn(" result=pass ", line)
            self.assertIn(" basis=stale", line)
            field, = result.inserted(FIELD)
            self.assertRegex(field, r"dmarc=pass\s+\(basis=stale\)")
            # Not refused, and not let in either, whatever on_temperror says.
            result, line = self.send(daemon, SPOOFER)
            self.assertEqual(result.verdict, "tempfail")
            self.assertIn(" result=fail ", line)
            self.assertIn("451 4.4.3 DNS does not answer for own.test",
                          result.reply)
        page = daemon.page()
        self.assertGreaterEqual(page.value("alignd_messages_stale_total",
                                           basis="stale"), 4)
        self.assertGreater(page.value("alignd_dns_cache_stale_total"), 4)
        self.assertEqual(daemon.query(
            "SELECT DISTINCT rests_on, override_comment FROM tuple "
            "WHERE rests_on <> '' AND dmarc_result = 'pass'"),
            [("stale", "stale answer")])
        reference = daemon.query(
            "SELECT reference FROM incident WHERE dmarc_result = 'pass'")[0][0]
        told = subprocess.run(
            [ALIGNCTL, "--config", daemon.config, "explain", reference],
            capture_output=True, text=True, check=False).stdout
        self.assertIn("past their time to live", " ".join(told.split()))

    def test_what_is_said_holds(self):
        """Another record, then that there is no such name: believed at once."""
        daemon = self.daemon_with()
        self.send(daemon, GENUINE)
        self.records["spf.own.test"] = "v=spf1 -all"
        _, line = self.send_until(
            daemon, GENUINE, "the new record",
            lambda result, line: result.verdict == "reject")
        self.records.clear()
        _, line = self.send_until(daemon, GENUINE, "no record",
                                  lambda _, line: " result=none " in line)
        self.assertNotIn("basis=", daemon.log())

    def test_of_a_stranger(self):
        """His own name servers fall silent: his spoofs are refused as before."""
        daemon = self.daemon_with()
        self.send(daemon, SPOOFER, "<x@other.test>")
        self.silence("other.test")
        stale_before = daemon.page().value("alignd_dns_cache_stale_total")
        wait_until("stale answers", lambda: (
            self.send(daemon, SPOOFER, "<x@other.test>") and
            daemon.page().value("alignd_dns_cache_stale_total") >
            stale_before), 60, 0.2)
        result, line = self.send(daemon, SPOOFER, "<x@other.test>")
        self.assertEqual(result.verdict, "reject", line)
        self.assertNotIn("basis=", daemon.log())

    def test_off(self):
        daemon = self.daemon_with("serve_stale = 0s")
        self.send(daemon, GENUINE)
        self.dns.mode = "failing"
        self.send_until(daemon, GENUINE, "a temporary error",
                        lambda result, _: result.verdict == "tempfail")
        self.assertNotIn("basis=", daemon.log())


if __name__ == "__main__":
    unittest.main()
