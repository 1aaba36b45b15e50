#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports that strangers ask for must cost little, and flood nobody.

Hosts of rua whose name servers never answer: how long a run takes, and when
the reports to others are out. One owner's many names: how many mails one
address gets, and how many reports one registered name. Prints the figures.
"""
import os
import socket
import sqlite3
import struct
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "tools"))
from report_rig import DAY, NOW, ReportTest  # noqa: E402

LONG = bool(os.environ.get("ATTACK_LONG"))
SILENT = 1000 if LONG else 64
ENDLESS = 3000 if LONG else 200
HONEST = 10
NAMES = 2000 if LONG else 220
TIMEOUT_S = 1
TXT = 16


class Resolver:
    """Answers for TXT names that it knows, NXDOMAIN for others; nothing at all
    for names with a label that begins with "silent"."""

    def __init__(self, texts):
        self.texts = texts
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.socket.close()

    def serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
                reply = self.answer(query)
                if reply:
                    self.socket.sendto(reply, client)
            except OSError:
                return

    def answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        question = query[12:at + 5]
        if any(label.startswith("silent") for label in labels):
            self.asked += 1
            return None
        text = self.texts.get(".".join(labels))
        if text is None or question[-4:] != struct.pack("!HH", TXT, 1):
            return query[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + \
                question
        data = bytes([len(text)]) + text.encode()
        return (query[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0) +
                question + b"\xc0\x0c" +
                struct.pack("!HHIH", TXT, 1, 300, len(data)) + data)


class Silent(ReportTest):
    COUNT = SILENT
    MORE = ""

    def setUp(self):
        self.honest = [f"honest{i}.test" for i in range(HONEST)]
        self.strange = [f"a{i}.test" for i in range(self.COUNT)]
        # The strangers' come first by name and by time.
        self.MAIL = ([(d, "192.0.2.9", d, 1) for d in self.strange] +
                     [(d, "192.0.2.1", d, 1) for d in self.honest])
        texts = {"_dmarc.own.test": "v=DMARC1; p=reject"}
        for i, domain in enumerate(self.strange):
            texts[f"_dmarc.{domain}"] = \
                f"v=DMARC1; p=none; rua=mailto:r@silent{i}.example"
        for domain in self.honest:
            texts[f"_dmarc.{domain}"] = \
                f"v=DMARC1; p=none; rua=mailto:r@{domain}"
            texts[domain] = "v=spf1 ip4:192.0.2.1 -all"
        self.texts = texts
        self.resolver = Resolver(texts)
        self.addCleanup(self.resolver.close)
        self.SETTINGS = self.MORE
        super().setUp()
        self.name_resolver()

    def name_resolver(self):
        with open(self.path("conf"), "a", encoding="ascii") as file:
            file.write(f'dns {{ servers = {{"127.0.0.1@{self.resolver.port}"}} '
                       f'timeout = {TIMEOUT_S}s budget = {2 * TIMEOUT_S}s '
                       'dnssec = no }\n')

    def zone(self):
        return "$ORIGIN .\n$TTL 300\n" + "".join(
            f'{name} TXT "{text}"\n' for name, text in self.texts.items())

    def arguments(self, *arguments, now=NOW):
        line = super().arguments(*arguments, now=now)
        at = line.index("--dns")
        return line[:at] + line[at + 2:]

    def run_timed(self):
        """Seconds of the run, and of its last mail."""
        begun = time.monotonic()
        last = [begun]
        class Mails(list):
            def append(self, mail):
                last[0] = time.monotonic()
                super().append(mail)

        self.server.mails = Mails()
        out = self.send()
        return out, time.monotonic() - begun, last[0] - begun

    def test_silent_hosts(self):
        out, spent, last = self.run_timed()
        one_by_one = self.COUNT * TIMEOUT_S
        print(f"{self.COUNT} hosts of rua that never answer: the run took "
              f"{spent:.1f} s (one by one: {one_by_one} s), the last of "
              f"{HONEST} other reports left after {last:.1f} s")
        self.assertIn(f"{HONEST} sent, {self.COUNT} deferred", out)
        self.assertLess(spent, one_by_one / 4)
        self.assertLess(last, 5)


class FarResolver(Resolver):
    """Some way off, as most are."""

    def serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
            except OSError:
                return
            threading.Timer(0.12, self.socket.sendto,
                            (self.answer(query), client)).start()


class Processor(Silent):
    """One that many name, whose DNS answers: all of them go out, though no
    more than a few of one registered name are asked ahead."""

    def setUp(self):
        domains = [f"d{i}.test" for i in range(64)]
        self.MAIL = [(d, "192.0.2.1", d, 1) for d in domains]
        self.texts = {"_dmarc.own.test": "v=DMARC1; p=reject"}
        for domain in domains:
            self.texts[f"_dmarc.{domain}"] = \
                "v=DMARC1; p=none; rua=mailto:r@rua.p.example"
            self.texts[f"{domain}._report._dmarc.rua.p.example"] = "v=DMARC1"
        self.resolver = FarResolver(self.texts)
        self.addCleanup(self.resolver.close)
        ReportTest.setUp(self)
        self.name_resolver()

    def test_silent_hosts(self):
        out, spent, _ = self.run_timed()
        print(f"64 reports to one host 120 ms away: {spent:.1f} s")
        self.assertIn("64 sent, 0 deferred", out)


class Endless(Silent):
    """So many that no run could ask them all."""
    COUNT = ENDLESS
    MORE = f"run_time = {10 if LONG else 2}s"

    def test_silent_hosts(self):
        out, spent, last = self.run_timed()
        print(f"{self.COUNT} of them with report.{self.MORE}: the run took "
              f"{spent:.1f} s; the last of {HONEST} other reports left after "
              f"{last:.1f} s")
        self.assertIn(f"{HONEST} sent", out)
        self.assertLess(spent, 12 + 2 * TIMEOUT_S)
        with sqlite3.connect(self.path("store.db")) as store:
            waiting, = store.execute(
                "SELECT count(*) FROM report_destination WHERE state = "
                "'unchecked'").fetchone()
        self.assertEqual(waiting, self.COUNT)


class OneSilentZone(Silent):
    """Many names below one registered one share its time."""

    def test_silent_hosts(self):
        self.texts.update({
            f"_dmarc.{d}": "v=DMARC1; p=none; "
                           f"rua=mailto:r@h{i}.silent.example"
            for i, d in enumerate(self.strange)})
        self.setup_again()
        _, spent, last = self.run_timed()
        print(f"{self.COUNT} of them below one registered name: the run took "
              f"{spent:.1f} s, {self.resolver.asked} questions")
        self.assertLess(spent, 4 * TIMEOUT_S + 4)
        self.assertLess(last, 5)

    def setup_again(self):
        self.write("report-zone", self.zone())
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.path("store.db") + suffix):
                os.unlink(self.path("store.db") + suffix)
        self.record(self.MAIL)


class Flood(ReportTest):
    """A wildcard makes any name below a registered one ask for reports."""
    OWNERS = ["evil.test", "wicked.test", "bad.test"]
    SETTINGS = "max_per_address = 250"
    MAIL = ([(f"n{i}.{owner}", "192.0.2.9", "x.test", 1 + i % 2)
             for owner in OWNERS for i in range(NAMES)] +
            [("honest.test", "192.0.2.1", "honest.test", 1)])

    def zone(self):
        record = 'TXT "v=DMARC1; p=none; rua=mailto:in@processor.test"\n'
        return super().zone() + "".join(
            f"*.{owner} {record}" for owner in self.OWNERS) + (
                f"_dmarc.honest.test {record}"
                'honest.test TXT "v=spf1 ip4:192.0.2.1 -all"\n'
                '*._report._dmarc.processor.test TXT "v=DMARC1"\n')

    def test_one_address(self):
        out = self.send()
        about = [m.message["Subject"].split()[2] for m in self.mails()]
        reports = sum(1 for _ in self.report("list")[1].splitlines()
                      if not _.startswith(" "))
        print(f"{len(self.OWNERS)} wildcards with {NAMES} names each, one "
              f"address: {reports} reports kept, {len(about)} mails in a day "
              "(max_per_org_domain = 100, max_per_address = 250)")
        self.assertEqual(reports, len(self.OWNERS) * 100 + 1)
        self.assertEqual(len(about), 250)
        self.assertEqual(about[0], "honest.test")
        self.assertIn("51 for a later day", out)
        # Of one owner's those with most mail.
        self.assertTrue(all(int(name.split(".")[0][1:]) % 2 == 1
                            for name in about[1:]))
        self.assertIn("0 sent", self.send(now=NOW + 3600))
        self.send(now=NOW + DAY)
        self.assertEqual(len(self.server.mails), len(self.OWNERS) * 100 + 1)


class Held(ReportTest):
    """The daemon writes to the same store: how long does a run keep it from
    doing so?"""
    COUNT = 600 if LONG else 100
    MAIL = [(f"d{i}.test", "192.0.2.1", f"d{i}.test", 1) for i in range(COUNT)]

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.d{i}.test TXT "v=DMARC1; p=none; rua=mailto:r@d{i}.test"'
            "\n" for i in range(self.COUNT))

    def probe(self, waits, is_done):
        """As a writer that tries again every half millisecond."""
        store = sqlite3.connect(self.path("store.db"), timeout=0,
                                isolation_level=None)
        while not is_done.is_set():
            begun = time.monotonic()
            while True:
                try:
                    store.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:
                    time.sleep(0.0005)
            waits.append(time.monotonic() - begun)
            store.execute("ROLLBACK")
            time.sleep(0.002)
        store.close()

    def test_transactions_are_short(self):
        waits, is_done = [], threading.Event()
        prober = threading.Thread(target=self.probe, args=(waits, is_done))
        prober.start()
        try:
            self.send()
            self.send(now=NOW + 40 * DAY)  # all of them are purged
        finally:
            is_done.set()
            prober.join()
        waits.sort()
        print(f"{self.COUNT} reports collected, sent and purged: another "
              f"writer waited {1000 * waits[-1]:.0f} ms at most, "
              f"{1000 * waits[len(waits) * 99 // 100]:.0f} ms at p99, "
              f"{len(waits)} times asked")
        # One transaction is below 50 ms; a writer may meet two, and a disk
        # that others are busy with.
        self.assertLess(waits[len(waits) * 95 // 100], 0.050)
        self.assertLess(waits[len(waits) * 99 // 100], 0.150)


if __name__ == "__main__":
    unittest.main()
