#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The milter socket: packets that no MTA sends, and connections that take up
all the room there is. ATTACK_LONG=1 waits until silent ones make room."""
import os
import resource
import select
import socket
import struct
import sys
import time
import unittest

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
for folder in ("tests/mta", "tests/wire"):
    sys.path.insert(0, os.path.join(TOP, folder))

import milter_client as m                                       # noqa: E402
import support                                                  # noqa: E402
from scrape import MetricsDaemon                                # noqa: E402
from test_wire_packets import REFUSED, whole                    # noqa: E402

IS_LONG = os.environ.get("ATTACK_LONG") == "1"
FLOOD_S = 60 if IS_LONG else 3
ROOM = 2000          # LIMIT_CONNECTIONS
SPARE = 64           # LIMIT_CONNECTIONS_SPARE
IDLE_S = 300         # LIMIT_IDLE_S
NEGOTIATION = struct.pack(">IcIII", 13, b"O", 6, m.ALL_ACTIONS, m.ALL_STEPS)


def raw(daemon):
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.settimeout(10)
    link.connect(daemon.address)
    return link


def negotiate(link):
    link.sendall(NEGOTIATION)
    link.recv(4096)


def ended(links):
    """Those that the daemon has closed."""
    poll = select.poll()
    for link in links:
        poll.register(link, select.POLLRDHUP)
    return poll.poll(0)


class Packets(unittest.TestCase):

    def test_a_flood_of_refused_packets(self):
        packets = [whole(packet) for _, packet, _ in REFUSED]
        with MetricsDaemon(is_unix=True) as daemon:
            sent = answered = 0
            slowest = 0.0
            end = time.monotonic() + FLOOD_S
            while time.monotonic() < end:
                for packet in packets:
                    with raw(daemon) as link:
                        link.sendall(packet)
                        self.assertEqual(link.recv(1), b"")
                        sent += 1
                start = time.monotonic()
                with daemon.session() as client:
                    self.assertEqual(client.message("a@pass.test").verdict,
                                     "continue")
                answered += 1
                slowest = max(slowest, time.monotonic() - start)
            self.assertEqual(
                daemon.page().value("alignd_packets_refused_total"), sent)
            lines = daemon.log().count("which no MTA sends")
            self.assertLessEqual(lines, 1 + FLOOD_S // 60)
        print(f"bound met: {sent} refused packets in {FLOOD_S} s ended their "
              f"connections and nothing else, {lines} line in the log; of "
              f"{answered} messages between them the slowest took "
              f"{slowest * 1000:.0f} ms")


class Room(unittest.TestCase):

    def setUp(self):
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if most < 2 * ROOM + 500:
            self.skipTest(f"{most} descriptors are too few")
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, before)
        self.daemon = MetricsDaemon(is_unix=True)
        self.addCleanup(self.daemon.remove)
        self.daemon.start()
        self.addCleanup(self.daemon.stop)
        self.links = []
        self.addCleanup(lambda: [link.close() for link in self.links])

    def open(self, count, is_negotiated=True):
        links = [raw(self.daemon) for _ in range(count)]
        if is_negotiated:
            for link in links:
                negotiate(link)
        self.links += links
        return links

    def metric(self, name):
        return int(self.daemon.page().value(name))

    def test_silent_connections(self):
        start = time.monotonic()
        silent = self.open(ROOM)
        # The next ones are told to come again, with the reason.
        with self.daemon.session() as client:
            result = client.message("a@pass.test")
            self.assertEqual(result.verdict, "tempfail")
            self.assertTrue(result.reply.startswith("451 4.3.2 "), result)
        self.assertIn("too many connections", self.daemon.log())
        # Past these, connections are closed at once.
        self.open(SPARE, is_negotiated=False)
        with raw(self.daemon) as link:
            self.assertEqual(link.recv(1), b"")
        self.assertIn("there are too many", self.daemon.log())
        self.assertEqual(ended(silent), [])
        print(f"bound met: {ROOM} silent connections of "
              f"{time.monotonic() - start:.1f} s at most: none ended, "
              f"1 message told to come again, "
              f"{self.metric('alignd_connections_refused_total')} refused")
        # Where somebody leaves there is room again.
        for link in silent[:SPARE + 1]:
            link.close()
        self.wait_for_room("pass")
        if IS_LONG:
            self.wait_out(silent[SPARE + 1:], start)

    def wait_for_room(self, what):
        end = time.monotonic() + 10
        while True:
            try:
                with self.daemon.session() as client:
                    if client.message("a@pass.test").verdict == "continue":
                        return
            except (m.ProtocolError, OSError):
                pass
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)

    def wait_out(self, silent, start):
        """Until the oldest have been silent long enough."""
        in_message = self.daemon.session()
        in_message.start("a@pass.test")
        self.open(SPARE)
        while time.monotonic() - start < IDLE_S - 10:
            time.sleep(1)
            with self.daemon.session() as client:
                client.message("a@pass.test")
        self.assertEqual(ended(silent), [])
        while time.monotonic() - start < IDLE_S + 30:
            time.sleep(1)
        count = 20
        for _ in range(count):
            client = self.daemon.session()
            self.links.append(client.socket)
            self.assertEqual(client.message("a@pass.test").verdict, "continue")
        self.assertEqual(in_message.end_of_message().verdict, "continue")
        in_message.close()
        made = self.metric("alignd_connections_idle_ended_total")
        print(f"bound met: after {IDLE_S} s {made} silent connections made "
              f"room for {count} new ones, all of which were served")


if __name__ == "__main__":
    sys.exit(support.run("tests/attacks/test_socket.py", None))
