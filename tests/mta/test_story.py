#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A team goes from monitor to enforce, through a real Postfix.

A simulated week of mixed mail in monitor mode; what-if; the three partners let
in from their incidents; enforce; a bounce explained. clock_shift.so gives the
daemon the days of that week, since it has no clock but the machine's.
"""
import json
import os
import sys
import time

sys.dont_write_bytecode = True

import cases  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402

DAY = 86400
WEEK = 7
START = 1777622400           # 2026-05-01T08:00:00Z
ENFORCED = START + WEEK * DAY
ESP_IP, FORWARDER_IP, PRINTER_IP = "198.51.100.20", "198.51.100.30", "198.51.100.40"
SPOOFS_A_DAY = 3
CLOCK_SHIFT = os.path.join(rig.TOP, "tests", "mta", "clock_shift.so")

# name: (client, MAIL FROM, From, signatures, the handle an override goes by)
PARTNERS = {
    "newsletter": (ESP_IP, "bounce@other-name.test", "From: news@shop.test",
                   (("rsa", "esp.test", "s1"), ), ("dkim", "esp.test")),
    "forwarder": (FORWARDER_IP, "srs@forwarder.test", "From: ann@bank.test", (),
                  ("spf", "forwarder.test")),
    "printer": (PRINTER_IP, "scan@nothing.test", "From: scan@office.test", (),
                ("host", "printer.office.test")),
}


def zone(keys):
    return cases.zone(keys) + f"""
_dmarc.shop.test. TXT "v=DMARC1; p=reject"
_dmarc.bank.test. TXT "v=DMARC1; p=reject"
_dmarc.office.test. TXT "v=DMARC1; p=quarantine"
s1._domainkey.esp.test. TXT {cases.txt(keys.rsa)}
forwarder.test. TXT "v=spf1 ip4:{FORWARDER_IP} -all"
printer.office.test. A {PRINTER_IP}
40.100.51.198.in-addr.arpa. PTR printer.office.test.
"""


def setUpModule():
    support.start(lambda keys: postfix.Postfix(zone(keys)))


class Story(support.MtaTest):

    def alignd_at(self, now, mode):
        """A daemon of that moment, with what was recorded before."""
        self.stop_alignd()
        self.host.start_alignd(
            f"mode = {mode}\n", is_fresh=False,
            environment={"LD_PRELOAD": CLOCK_SHIFT,
                         "CLOCK_SHIFT_S": str(now - int(time.time()))})

    def alignctl(self, now, *arguments):
        return self.host.alignctl("--now", str(now), *arguments)

    def objects(self, now, *arguments):
        return [json.loads(line) for line in self.alignctl(now, *arguments).splitlines()]

    def send_partner(self, name):
        client, sender, headers, sign, _ = PARTNERS[name]
        text, marker = self.message(headers, f"partner {name}\r\n", sign=sign)
        return self.host.send(text, client, sender), marker

    def send_spoof(self):
        text, _ = self.message("From: The Boss <ceo@example.test>")
        return self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")

    def send_genuine(self):
        text, _ = self.message("From: ann@example.test", sign=[("rsa", "example.test", "s1")])
        return self.host.send(text, cases.SENDER_IP, "ann@example.test")

    def live_the_week(self):
        """Nothing is refused in monitor mode, whatever comes."""
        for day in range(WEEK):
            self.alignd_at(START + day * DAY, "monitor")
            codes = [self.send_genuine()[0]]
            codes += [self.send_partner(name)[0][0] for name in PARTNERS]
            codes += [self.send_spoof()[0] for _ in range(SPOOFS_A_DAY)]
            self.assertEqual(set(codes), {250})
        self.stop_alignd()

    def what_if(self, now):
        """What enforcing would change, as the total of each author domain."""
        with open(self.host.config, encoding="utf-8") as file:
            text = file.read()
        new = self.host.write("enforce.conf", text.replace("mode = monitor", "mode = enforce"))
        found = json.loads(self.host.alignctl("whatif", "--config", new, "--since",
                                              f"@{START - DAY}", "--now", str(now), "--json"))
        return found

    def changed(self, found):
        return {row["author_domain"]: row["messages"] for row in found["domains"]}

    def allow_partners(self, now):
        for name, (_, _, headers, _, handle) in PARTNERS.items():
            domain = headers.split("@")[1]
            newest = self.objects(now, "review", "--json", "--from", domain, "--limit", "1")[0]
            allow = ("review", "allow", newest["reference"], "--owner", "postmaster@rig.test",
                     "--for", "90d", "--why", f"partner {name}")
            with self.subTest(name):
                # Nothing of a partner ever passed: only who knows him can vouch.
                refused = self.host.run_alignctl("--now", str(now), *allow)
                self.assertNotEqual(refused.returncode, 0)
                self.assertIn("--i-know", refused.stderr)
                self.alignctl(now, *allow, "--i-know")
                whole = self.objects(now, "review", "--json", newest["reference"])[0]
                self.assertEqual(whole["acts"][0]["kind"], "allow")
                with open(self.host.path("overrides.conf"), encoding="utf-8") as file:
                    self.assertIn(f'{handle[0]} = {{"{handle[1]}"}}', file.read())

    def test_from_monitor_to_enforce(self):
        self.host.clear_state()
        self.live_the_week()

        before = self.changed(self.what_if(ENFORCED))
        self.assertEqual(before, {"example.test": WEEK * SPOOFS_A_DAY, "shop.test": WEEK,
                                  "bank.test": WEEK, "office.test": WEEK})
        stats = json.loads(self.alignctl(ENFORCED, "stats", "--since", f"@{START - DAY}", "--json"))
        self.assertIn(str(WEEK * (1 + len(PARTNERS) + SPOOFS_A_DAY)), json.dumps(stats))
        likely = self.alignctl(ENFORCED, "review", "--likely-legitimate", "--limit", "50")
        self.assertIn("the client's confirmed name printer.office.test belongs to", likely)
        self.assertNotIn("review allow", likely)

        self.allow_partners(ENFORCED)
        after = self.changed(self.what_if(ENFORCED))
        self.assertEqual(after, {"example.test": WEEK * SPOOFS_A_DAY})

        self.alignd_at(ENFORCED, "enforce")
        self.assertEqual(self.send_genuine()[0], 250)
        for name in PARTNERS:
            (code, _), marker = self.send_partner(name)
            self.assertEqual(code, 250)
            self.assertIn(f"partner {name}", self.host.delivered(marker))
        code, reply = self.send_spoof()
        self.assertEqual(code, 550)
        self.explain_bounce(ENFORCED + 3600, reply)

    def explain_bounce(self, now, reply):
        """The reference in the bounce is all that the help desk has."""
        reference = reply.split("(ref ")[1].split(")")[0]
        text = self.alignctl(now, "explain", reference)
        for words in ("example.test", "203.0.113.66", "p=reject", "policy.on_reject", reference):
            self.assertIn(words, text)

    def test_doctor_finds_the_wiring_right(self):
        self.alignd_at(START, "enforce")
        done = self.host.run_alignctl("doctor", "--json", "--postfix", self.host.path("postfix"))
        levels = {}
        for line in done.stdout.splitlines():
            finding = json.loads(line)
            levels.setdefault(finding["check"], set()).add(finding["level"])
        for check in ("smtpd_milters", "milter_default_action", "milter_protocol", "authserv_id",
                      "listen"):
            self.assertEqual(levels[check], {"ok"}, done.stdout)


if __name__ == "__main__":
    sys.exit(support.run("test_story", support.missing()))
