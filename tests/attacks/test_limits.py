#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""At the limits of descriptors and threads (hazard H11): 451 and a word in the
log; no core spins, and no connection is forgotten. ATTACK_LONG=1: more of it,
and until the shortage is over."""
import os
import re
import socket
import subprocess
import sys
import time
import unittest

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
for folder in ("tests/mta", "tests/wire"):
    sys.path.insert(0, os.path.join(TOP, folder))

import milter_client as m                                       # noqa: E402
import support                                                  # noqa: E402
from daemon import IP                                           # noqa: E402
from scrape import MetricsDaemon                                # noqa: E402

IS_LONG = os.environ.get("ATTACK_LONG") == "1"
BURST = 300 if IS_LONG else 60
BUDGET_S = 2
WATCHED_S = 20 if IS_LONG else 2
SHORTAGE_S = 12      # SHORTAGE_MS


class LimitedDaemon(MetricsDaemon):
    """Started with limits, as prlimit(1) names them."""

    def __init__(self, *arguments, limits=(), **options):
        self.limits = limits
        super().__init__(*arguments, **options)

    def spawn(self, command, log):
        return super().spawn(["prlimit", *self.limits, *command]
                             if self.limits else command, log)

    def limit(self, name, soft):
        """Of the running process, as its own user may: soft ones only."""
        user = {}
        if os.geteuid() == 0:
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        subprocess.run(["prlimit", "--pid", str(self.process.pid),
                        f"--{name}={soft}:"], check=True, **user)

    def cpu_s(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            words = file.read().rsplit(")", 1)[1].split()
        return ((int(words[11]) + int(words[12]))
                / os.sysconf("SC_CLK_TCK"))

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def allowed_files(self):
        with open(f"/proc/{self.process.pid}/limits",
                  encoding="ascii") as file:
            return int(re.search(r"Max open files\s+(\d+)", file.read())[1])

    def metric(self, name):
        return int(self.page().value(name))


def start(test, *arguments, **options):
    daemon = LimitedDaemon(*arguments, is_unix=True, **options)
    test.addCleanup(daemon.__exit__)
    return daemon.start()


def is_refused(daemon, kept):
    """Is a new connection closed at once? One that is not goes to `kept`."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(2)
    link.connect(daemon.address)
    try:
        refused = link.recv(1) == b""
    except ConnectionResetError:
        refused = True
    except TimeoutError:
        kept.append(link)
        return False
    link.close()
    return refused


class Descriptors(unittest.TestCase):

    def test_h11_none_left(self):
        daemon = start(self)
        # Once, so that all is open that is opened at the first message.
        with daemon.session() as client:
            client.message("a@pass.test")
        kept = [daemon.session()]
        time.sleep(0.2)
        daemon.page()
        before = daemon.open_files()
        daemon.limit("nofile", before + 2)
        kept += [daemon.session(), daemon.session()]
        # What was open for a moment only when they were counted is free.
        silent = []
        while not is_refused(daemon, silent):
            self.assertLess(len(silent), 5)
        start_s, start_cpu = time.monotonic(), daemon.cpu_s()
        refused = 0
        while time.monotonic() - start_s < WATCHED_S:
            self.assertTrue(is_refused(daemon, silent))
            refused += 1
            time.sleep(0.01)
        used = daemon.cpu_s() - start_cpu
        self.assertLess(used, 0.25 * WATCHED_S)
        daemon.wait_log("no file descriptor is left")
        self.assertEqual(daemon.log().count("no file descriptor is left"), 1)
        # Who has a connection is served.
        for client in kept:
            self.assertEqual(client.message("a@pass.test").verdict,
                             "continue")
        kept.pop().close()
        time.sleep(0.2)
        with daemon.session() as client:
            self.assertEqual(client.message("a@pass.test").verdict,
                             "continue")
        daemon.limit("nofile", before + 100)
        self.assertGreaterEqual(
            daemon.metric("alignd_descriptors_exhausted_total"), refused)
        for client in kept + silent:
            client.close()
        print(f"bound met: {refused} connections refused at once in "
              f"{WATCHED_S} s for want of a descriptor, {used:.2f} s of CPU, "
              "1 line in the log; those that were open went on")

    def test_h11_not_even_the_reserve(self):
        """The limit lies below what is open: nothing can be accepted, and
        libmilter's loop asks on."""
        daemon = start(self)
        daemon.limit("nofile", 4)
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(daemon.address)
            before = daemon.cpu_s()
            time.sleep(WATCHED_S)
            used = daemon.cpu_s() - before
            self.assertLess(used, 0.1 * WATCHED_S)
            daemon.limit("nofile", 1000)
        with daemon.session() as client:
            self.assertEqual(client.message("a@pass.test").verdict,
                             "continue")
        self.assertGreater(
            daemon.metric("alignd_descriptors_exhausted_total"), 0)
        daemon.wait_log("no file descriptor is left")
        print(f"bound met: with nothing to accept by, {used:.2f} s of CPU in "
              f"{WATCHED_S} s")

    def test_a_soft_limit_is_raised(self):
        daemon = start(self, limits=["--nofile=100:4096"])
        self.assertEqual(daemon.allowed_files(), 3152)
        self.assertNotIn("file descriptors are allowed", daemon.log())

    def test_a_hard_limit_is_kept_to(self):
        daemon = start(self, limits=["--nofile=128:128"])
        self.assertEqual(daemon.allowed_files(), 128)
        self.assertIn("128 file descriptors are allowed", daemon.log())
        room = daemon.metric("alignd_connections_limit")
        self.assertLess(room, 64)
        clients = [daemon.session() for _ in range(room + 1)]
        for client in clients[:-1]:
            self.assertEqual(client.message("a@pass.test").verdict,
                             "continue")
        result = clients[-1].message("a@pass.test")
        self.assertTrue(result.reply.startswith("451 4.3.2 "), result)
        self.assertLess(daemon.open_files(), 128)
        for client in clients:
            client.close()
        print(f"bound met: of 128 descriptors {room} are for connections, the "
              "next one's message got 451")


class Threads(unittest.TestCase):

    def setUp(self):
        # DNS that never answers.
        self.dns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.dns.close)
        self.dns.bind(("127.0.0.1", 0))

    def silent_dns(self):
        port = self.dns.getsockname()[1]
        return (f'servers = {{ "127.0.0.1@{port}" }} budget = {BUDGET_S}s '
                "dnssec = off")

    def test_h11_none_can_be_started(self):
        daemon = start(self, dns=self.silent_dns())
        daemon.limit("nproc", 1)
        clients = [daemon.session() for _ in range(BURST)]
        for client in clients:
            client.start("a@pass.test")
        begin = time.monotonic()
        for client in clients:
            client.send(b"E")
        results = []
        for client in clients:
            result = client.end_result()
            results.append((time.monotonic() - begin, result))
        slowest = max(seconds for seconds, _ in results)
        # Both workers may evaluate before the shortage is known; of those
        # that waited meanwhile one is evaluated next, all others are told.
        self.assertLess(slowest, 2 * BUDGET_S + 1)
        for _, result in results:
            self.assertEqual(result.verdict, "tempfail")
            self.assertTrue(result.reply.startswith("451 4."), result)
        told = sum("4.3.2" in result.reply for _, result in results)
        self.assertGreaterEqual(told, BURST - 3)
        self.assertGreater(daemon.metric("alignd_threads_refused_total"), 0)
        daemon.wait_log("no further thread can be started")
        self.assertEqual(
            daemon.log().count("no further thread can be started"), 1)
        self.assertIn("too few threads", daemon.log())
        for client in clients:
            client.close()
        print(f"bound met: {BURST} messages at once with 2 threads and a dead "
              f"DNS: all answered 451, the slowest after {slowest:.1f} s; "
              f"{told} of them with the reason")
        daemon.limit("nproc", 10000)
        if IS_LONG:
            time.sleep(SHORTAGE_S)
            self.assertEqual(
                daemon.metric("alignd_messages_evaluating_limit"), 500)

    def test_what_is_allowed_is_told(self):
        daemon = start(self, "max_messages = 9000",
                       limits=["--nproc=5000:5000"])
        self.assertRegex(
            daemon.log(), r"warning: \d+ threads are allowed, and 9032 are "
            "needed for max_messages = 9000")
        self.assertLess(
            daemon.metric("alignd_messages_evaluating_limit"), 5000)


if __name__ == "__main__":
    sys.exit(support.run("tests/attacks/test_limits.py", None))
