#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The DNS falls silent, and a real Postfix elsewhere goes on sending and retrying.

One sender's DNS is dead for twelve hours; then this host's own resolver for an hour,
with a restart in between: no genuine message is refused, no spoof let in, and what is
put off comes as soon as the DNS is back. The same with on_temperror = accept, which
lets in what the DNS keeps undecided, and nothing that a policy known of old would not.
clock_shift.so gives the daemon the hours; times to live are of a second.
"""
import collections
import concurrent.futures
import os
import struct
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "chaos"))

import cases  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402
import wirings  # noqa: E402
from chaos_dns import SERVFAIL, ChaosDns, read_name  # noqa: E402
from sender import Sender  # noqa: E402

HOUR, DAY = 3600, 86400
START = 1777622400           # 2026-05-01T08:00:00Z
STEPS = 4                    # of the twelve hours
CLOCK_SHIFT = os.path.join(rig.TOP, "tests", "mta", "clock_shift.so")


class Outage(postfix.Postfix):
    """The rig with a name server that fails as it is told, and a clock to move."""

    def __init__(self, keys):
        super().__init__("")
        ed25519 = keys.ed25519
        self.records = {
            "known.test": f"v=spf1 ip4:{cases.SENDER_IP} -all",
            "_dmarc.known.test": "v=DMARC1; p=reject",
            "e1._domainkey.known.test": ed25519,
            "e2._domainkey.known.test": ed25519,
            "new.test": f"v=spf1 ip4:{cases.SENDER_IP} -all",
            "_dmarc.new.test": "v=DMARC1; p=reject",
            "esp.test": f"v=spf1 ip4:{cases.SENDER_IP} -all",
            "spoofer.test": f"v=spf1 ip4:{cases.SPOOFER_IP} -all",
        }
        self.dns = None
        self.dead = None       # a suffix whose servers fail

    def start_dns(self):
        port = self.dns_port if self.dns else None
        self.dns = ChaosDns(self.records.get, port)
        self.dns_port = self.dns.port
        answer = self.dns.answer

        def answer_some(packet, is_udp):
            name, at = read_name(packet, 12)
            if self.dead and name.endswith(self.dead):
                return self.dns.packet(packet, packet[12:at + 4], SERVFAIL)
            return answer(packet, is_udp)

        self.dns.answer = answer_some

    def stop_dns(self):
        """Nobody listens there any more."""
        self.dns.close()

    def stop(self):
        super().stop()
        self.stop_dns()

    def set_clock(self, now):
        """In one write, and never shorter: the daemon looks at any time."""
        file = os.open(self.path("clock"), os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(file, struct.pack("=q", int(now - time.time())))
        os.close(file)

    def start_alignd(self, settings="", is_fresh=True, **sections):
        if is_fresh:
            self.set_clock(START)
        super().start_alignd(settings, is_fresh, {
            "LD_PRELOAD": CLOCK_SHIFT, "CLOCK_SHIFT_FILE": self.path("clock")},
            dns="timeout = 1s budget = 2s", **sections)


def setUpModule():
    support.start(Outage)
    Story.sender = Sender(cases.SENDER_IP, support.MtaTest.host.smtp_port)
    Story.sender.__enter__()
    support.unittest.addModuleCleanup(Story.sender.stop)


class Story:

    sender = None
    # What becomes of mail about which nothing is known.
    undecided = "deferred"

    def setUp(self):
        super().setUp()
        self.sent = []               # (what, queue id, first fate)
        self.spoofs = collections.Counter()
        for day in range(2):
            self.host.set_clock(START + day * DAY)
            self.wait(self.submit(self.known()))
        self.assertEqual({fate for _, _, fate in self.sent}, {"sent"})
        self.sent.clear()
        self.now = START + 2 * DAY
        self.host.set_clock(self.now)

    def known(self):
        """From its own hosts, and signed through another's."""
        sign = [("ed25519", "known.test", "e1")]
        return [("known", "known.test", "ann@known.test", sign),
                ("signed", "known.test", "bounce@esp.test", sign)]

    def submit(self, mails):
        """Gives them to the sender's Postfix: what each is, and its queue id."""
        given = []
        for what, author, mail_from, sign in mails:
            text, _ = self.message(f"From: ann@{author}", sign=sign)
            given.append((what, self.sender.submit(text, mail_from)))
        return given

    def wait(self, given):
        """For a first try of each."""
        fates = self.sender.tried([queue_id for _, queue_id in given])
        self.sent += [(*one, fate) for one, fate in zip(given, fates)]

    def spoof(self, sign):
        text, _ = self.message("From: ceo@known.test", sign=sign)
        return self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")[0]

    def send(self, hours, *further):
        """Genuine mail, and spoofs, one with a signature that nobody made; then it is later."""
        given = self.submit([*self.known(), *further])
        forged = [("ed25519", "known.test", "nosuch")]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            self.spoofs.update(pool.map(self.spoof, [(), forged]))
        self.wait(given)
        self.now += hours * HOUR
        self.host.set_clock(self.now)

    def end(self, story):
        """The DNS is back: what waited comes, and nothing was refused."""
        last = self.sender.settled([queue_id for _, queue_id, _ in self.sent])
        first = collections.Counter((what, fate) for what, _, fate in self.sent)
        print(f"{story}, {self.settings.strip() or 'as installed'}: "
              + ", ".join(f"{what} {fate} {count}" for (what, fate), count in sorted(first.items()))
              + f"; refused {last.count('bounced')}; spoofs {dict(self.spoofs)}")
        self.assertEqual(set(last), {"sent"})
        self.assertEqual(set(self.spoofs), {451})
        self.sent.clear()
        self.spoofs.clear()
        return first

    def live_without_one_sender(self):
        other = ("other key", "known.test", "bounce@esp.test", [("ed25519", "known.test", "e2")])
        self.host.dead = "known.test"
        time.sleep(1.1)              # what was said lives so long
        for _ in range(STEPS):
            self.send(12 / STEPS, other)
        self.host.dead = None
        self.assertEqual(self.end("12 h without one sender's DNS"), {
            ("known", "sent"): STEPS, ("signed", "sent"): STEPS, ("other key", "deferred"): STEPS})

    def live_without_resolver(self):
        new = ("new", "new.test", "ann@new.test", [])
        self.host.stop_dns()
        time.sleep(1.1)
        self.send(0.5, new)
        self.stop_alignd()
        self.host.start_alignd(self.settings, is_fresh=False)
        self.send(0.5, new)
        self.host.start_dns()
        self.assertEqual(self.end("1 h without a resolver, a restart in between"), {
            ("known", "sent"): 2, ("signed", "sent"): 2, ("new", self.undecided): 2})

    def test_outages(self):
        self.live_without_one_sender()
        self.live_without_resolver()


class AsInstalled(Story, support.MtaTest):
    settings = ""


class Accepting(Story, support.MtaTest):
    settings = "policy { on_temperror = accept }\n"
    undecided = "sent"


if __name__ == "__main__":
    sys.exit(support.run("test_outage", support.missing()
                         or wirings.enter_namespace([cases.SENDER_IP])))
