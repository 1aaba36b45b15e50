#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""chaos - mail while everything happens at once

For CHAOS_SECONDS (60) clients send mail whose answer is known; meanwhile the
daemon is killed, stopped, started and reloaded, the DNS falls silent, fails,
lies and dawdles, the store is locked and its disk fills up: at random, from the
seed printed (CHAOS_SEED repeats a run). As an MTA a client tries again what was
deferred or cut off, and nothing else.

What must hold: a spoof is never taken; genuine mail is never refused; whatever
was answered is in the store once, but for what alignd itself counted as lost
while the disk was full. The clients of one lifetime of the daemon write as
authors of their own, so that "once" is exact for each: what was cut off by a
kill between record and answer is the only difference allowed, and counted.
"""
import collections
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "wire"))
from chaos_dns import MODES, ChaosDns  # noqa: E402
from daemon import Daemon, wait_until  # noqa: E402
from milter_client import MilterClient, ProtocolError  # noqa: E402
from ports import free_port  # noqa: E402

SECONDS = int(os.environ.get("CHAOS_SECONDS", "60"))
SEED = int(os.environ.get("CHAOS_SEED", str(int(time.time()))))
CLIENTS = 6
DISK = "200m"  # of the store, where one of its own can be mounted
PAUSE_S = 0.05  # of a client after a connection
GENUINE, SPOOF, SILENT = "genuine", "spoof", "silent"
DOMAIN = {GENUINE: "own.test", SPOOF: "guarded.test", SILENT: "none.test"}
ALLOWED = {GENUINE: {"continue", "tempfail"}, SPOOF: {"reject", "tempfail"},
           SILENT: {"continue", "tempfail"}}
WANTED = {GENUINE: "continue", SPOOF: "reject", SILENT: "continue"}


def find(name):
    """The zone; names below a domain exist where they are authors'."""
    if name.startswith("_dmarc."):
        policies = {"own.test": "v=DMARC1; p=reject",
                    "guarded.test": "v=DMARC1; p=reject",
                    "none.test": "v=DMARC1; p=none"}
        return policies.get(name.removeprefix("_dmarc."))
    domain = name.split(".", 1)[-1] if name.count(".") > 1 else name
    if domain == "own.test":
        return "v=spf1 ip4:203.0.113.5 -all"
    if domain in ("guarded.test", "none.test"):
        return "v=spf1 -all"
    return None


class Ledger:
    """What was answered, and what was cut off, by author."""

    def __init__(self):
        self.lock = threading.Lock()
        self.answered = collections.Counter()
        self.cut = collections.Counter()
        self.verdicts = collections.Counter()
        self.wrong = []

    def note(self, kind, author, result, mode):
        verdict = result.verdict
        with self.lock:
            # Told to come again before it was looked at: no record is owed.
            if (result.reply or "").startswith("451 4.3.2"):
                self.verdicts[kind, "not looked at"] += 1
                return
            self.answered[author] += 1
            self.verdicts[kind, verdict] += 1
            if verdict not in ALLOWED[kind]:
                self.wrong.append((kind, author, verdict, "dns " + mode,
                                   result.inserted("Authentication-Results")))

    def note_cut(self, author):
        with self.lock:
            self.cut[author] += 1


class Client(threading.Thread):
    """An MTA: one connection after the other, each message until it is
    settled."""

    def __init__(self, chaos, number):
        super().__init__(daemon=True)
        self.chaos = chaos
        self.number = number
        self.random = random.Random(SEED * 1000 + number)
        self.settled = 0
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.is_set():
            kind = self.random.choice((GENUINE, SPOOF, SILENT))
            while not self.is_over.is_set() and not self.send(kind):
                time.sleep(self.random.uniform(0.02, 0.2))
            time.sleep(self.random.uniform(0, 2 * PAUSE_S))

    def send(self, kind):
        """True when it is settled."""
        author = f"c{self.number}e{self.chaos.epoch}.{DOMAIN[kind]}"
        is_asked = False
        try:
            with MilterClient(self.chaos.daemon.address) as client:
                client.connect("203.0.113.5").helo()
                for _ in range(self.random.randrange(1, 6)):
                    is_asked = True
                    result = client.message(f"a@{author}", f"<b@{author}>")
                    is_asked = False
                    self.chaos.ledger.note(kind, author, result,
                                           self.chaos.dns.mode)
                    if result.verdict == "tempfail":
                        return False
                    self.settled += 1
                return True
        except (OSError, ProtocolError):
            if is_asked:
                self.chaos.ledger.note_cut(author)
            return False


class Chaos:

    def __init__(self):
        self.random = random.Random(SEED)
        self.ledger = Ledger()
        self.epoch = 0
        self.events = collections.Counter()
        self.lost = 0
        self.dns = ChaosDns(find)
        self.metrics = free_port()
        self.settings = f'metrics {{ listen = "inet:{self.metrics}@127.0.0.1" }}'
        self.daemon = Daemon(
            self.settings, dns=f'servers = {{"127.0.0.1@{self.dns.port}"}} '
            "budget = 2s timeout = 1s")
        self.is_mounted = self.mount()
        self.filler = os.path.join(self.daemon.state, "filler")

    # -- the disk ------------------------------------------------------------

    def mount(self):
        """A small disk for the store, where root may have one."""
        if os.geteuid() != 0 or subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0755",
                 "alignd-chaos", self.daemon.state],
                stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return False
        shutil.chown(self.daemon.state, self.daemon.user)
        return True

    def fill_disk(self):
        free = os.statvfs(self.daemon.state)
        with open(self.filler, "wb", buffering=0) as file, \
                contextlib.suppress(OSError):
            os.posix_fallocate(file.fileno(), 0,
                               free.f_bavail * free.f_frsize)
            while True:
                file.write(b"\0" * 4096)

    def count_lost(self):
        """Of this lifetime, by alignd's own word."""
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.metrics}/metrics", timeout=10) as page:
            for line in page.read().decode("ascii").splitlines():
                if line.startswith("alignd_store_records_lost_total"):
                    return int(float(line.split()[-1]))
        raise AssertionError("no count of lost records")

    # -- what happens --------------------------------------------------------

    def begin_life(self):
        """Authors of their own, before the daemon of that life answers."""
        self.epoch += 1
        self.daemon.start()

    def kill(self):
        self.lost += self.count_lost()
        self.daemon.kill()
        self.begin_life()

    def restart(self):
        self.lost += self.count_lost()
        self.daemon.stop()
        self.begin_life()

    def configure(self, settings):
        """Whole or not at all: an empty file would be a configuration."""
        path = self.daemon.config
        self.daemon.config = path + ".new"
        self.daemon.write_config(settings)
        os.rename(self.daemon.config, path)
        self.daemon.config = path

    def reload(self):
        for _ in range(self.random.randrange(1, 30)):
            bad = "policy { on_reject = maybe }" \
                if self.random.random() < 0.2 else ""
            limit = self.random.randrange(100, 600)
            self.configure(
                f"{self.settings}\nmax_messages = {limit}\n{bad}")
            self.daemon.signal(self.random.choice((signal.SIGHUP,
                                                   signal.SIGUSR1)))
            time.sleep(self.random.uniform(0, 0.05))
        self.configure(self.settings)

    def break_dns(self):
        self.dns.mode = self.random.choice(MODES)
        self.events["dns " + self.dns.mode] += 1
        time.sleep(self.random.uniform(0.5, 4))
        self.dns.mode = "good"

    def lock_store(self):
        base = sqlite3.connect(self.daemon.database, timeout=10)
        with contextlib.closing(base), contextlib.suppress(
                sqlite3.OperationalError):
            base.execute("BEGIN IMMEDIATE")
            time.sleep(self.random.uniform(0.2, 3))
            base.rollback()

    def full_disk(self):
        if not self.is_mounted:
            return self.lock_store()
        self.fill_disk()
        time.sleep(self.random.uniform(0.5, 3))
        os.unlink(self.filler)
        return self.settle()

    def settle(self):
        """Records are kept again: none is lost for two seconds."""
        end = time.monotonic() + 30
        quiet, before = 0, self.count_lost()
        while quiet < 4 and time.monotonic() < end:
            time.sleep(0.5)
            now = self.count_lost()
            quiet = quiet + 1 if now == before else 0
            before = now
        if quiet < 4:
            raise AssertionError("records are lost though there is room")

    def step(self):
        happens = self.random.choice((
            self.kill, self.restart, self.reload, self.reload, self.break_dns,
            self.break_dns, self.lock_store, self.full_disk))
        self.events[happens.__name__] += 1
        happens()
        time.sleep(self.random.uniform(0.1, 1.5))

    # -- the whole -----------------------------------------------------------

    def run(self):
        end = time.monotonic() + SECONDS
        clients = [Client(self, number) for number in range(CLIENTS)]
        self.begin_life()
        for client in clients:
            client.start()
        while time.monotonic() < end:
            self.step()
        self.dns.mode = "good"
        self.settle()
        self.go_on(clients)
        for client in clients:
            client.is_over.set()
        for client in clients:
            client.join(60)
        self.lost += self.count_lost()
        self.daemon.stop()
        return self.judge()

    @staticmethod
    def go_on(clients):
        """All of it over, mail of each client is settled as ever."""
        before = [client.settled for client in clients]
        wait_until("mail flows again", lambda: all(
            client.settled > count + 3
            for client, count in zip(clients, before)), 60)

    def judge(self):
        ledger = self.ledger
        stored = dict(self.daemon.query(
            "SELECT author_domain, sum(count) FROM tuple JOIN result "
            "USING (tuple_id) GROUP BY author_domain"))
        missing = doubled = off = 0
        for author in ledger.answered.keys() | stored.keys():
            over = stored.get(author, 0) - ledger.answered[author]
            off += over != 0
            missing += max(0, -over)
            doubled += max(0, over - ledger.cut[author])
        sums = collections.Counter()
        for (kind, verdict), count in ledger.verdicts.items():
            sums[f"{kind} {verdict}"] += count
        let_in = sum(count for (kind, verdict), count
                     in ledger.verdicts.items()
                     if kind == SPOOF and verdict == "continue")
        print("events:", dict(sorted(self.events.items())))
        print("answers:", dict(sorted(sums.items())))
        print(f"authors {len(stored)}, {off} of them not exact; "
              f"{sum(ledger.cut.values())} messages cut off; records lost by "
              f"alignd's own count {self.lost}")
        print(f"met chaos: {SECONDS} s, {sum(ledger.answered.values())} "
              f"answers, {let_in} let in, {len(ledger.wrong) - let_in} genuine "
              f"refused, {missing - self.lost} missing beyond {self.lost} "
              f"counted as lost, {doubled} doubled")
        faults = [f"wrong answer: {wrong}" for wrong in ledger.wrong[:10]]
        if abs(missing - self.lost) > sum(ledger.cut.values()) or \
                missing > self.lost:
            faults.append(f"{missing} records are missing, {self.lost} lost")
        if doubled > 0:
            faults.append(f"{doubled} records too many")
        for kind, verdict in WANTED.items():
            if ledger.verdicts[kind, verdict] == 0:
                faults.append(f"no {kind} was ever answered {verdict}")
        return faults

    def close(self):
        self.dns.close()
        if self.daemon.process is not None and self.daemon.is_alive():
            self.daemon.kill()
        if self.is_mounted:
            subprocess.run(["umount", self.daemon.state], check=False)
        self.daemon.remove()


def main():
    print(f"seed {SEED}", flush=True)
    chaos = Chaos()
    try:
        faults = chaos.run()
    except AssertionError as fault:
        faults = [str(fault)]
    if faults:
        print("\n".join(faults))
        print(f"FAIL: CHAOS_SEED={SEED}; the last lines of the log:")
        print("\n".join(chaos.daemon.log().splitlines()[-20:]))
    chaos.close()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
