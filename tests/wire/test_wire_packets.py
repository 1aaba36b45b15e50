#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Packets that no MTA sends, to the real daemon: each ends its connection and
nothing else. Packets that come in pieces are whole all the same."""
import os
import re
import socket
import struct
import sys
import unittest

import milter_client as m
from daemon import IP, Daemon
from scrape import MetricsDaemon

CLIENT = b"mail.client.test\x004" + struct.pack(">H", 4711)

# What stands after "a packet " in the log; the packet; what comes before it.
REFUSED = [
    ("has no length", struct.pack(">I", 0) + b"N", None),
    ("is too long", struct.pack(">I", 65537) + b"B", "body"),
    ("is too long", struct.pack(">I", 0xFFFFFFFF) + b"B", "body"),
    ("has an unknown command", (b"X", b""), None),
    ("has an unknown command", (b"\0", b""), None),
    ("of negotiation is too short", (b"O", b"\0" * 11), None),
    ("of negotiation is of a version that there never was",
     (b"O", b"\0\0\0\1" * 3), None),
    ("of macros is for no command", (b"D", b""), None),
    ("of macros has a name without a value", (b"D", b"Ei\0"), "mail"),
    ("of macros has a name without a value", (b"D", b"C{x}\0y\0i\0"), None),
    ("of macros has a name without a value", (b"D", b"M\0"), None),
    ("of macros ends within a text", (b"D", b"Mi\0A"), "helo"),
    ("of macros ends within a text", (b"D", b"Mi"), "helo"),
    ("has too many macros", (b"D", b"M" + b"i\0A\0" * 257), "helo"),
    ("of a client ends within the host name", (b"C", b"host"), None),
    ("of a client ends within the host name", (b"C", b"host\0"), None),
    ("of a client has an unknown address family", (b"C", b"host\0X"), None),
    ("of a client ends within the address", (b"C", b"host\x004"), None),
    ("of a client ends within the address", (b"C", b"host\x004\0\0"), None),
    ("of a client ends within the address", (b"C", CLIENT + b"192.0.2.1"),
     None),
    ("ends within a text", (b"H", b"helo"), "connect"),
    ("ends within a text", (b"M", b"<a@pass.test>"), "helo"),
    ("ends within a text", (b"M", b"<a@pass.test>\0SIZE=1"), "helo"),
    ("ends within a text", (b"R", b"<a@pass.test>"), "mail"),
    ("ends within a text", (b"U", b"NONSENSE"), "mail"),
    ("of a header field is not a name and a value", (b"L", b"From\0"), "data"),
    ("of a header field is not a name and a value", (b"L", b"From\0a"),
     "data"),
    ("of a header field is not a name and a value", (b"L", b"a\0b\0c\0"),
     "data"),
    ("of a header field is without a name", (b"L", b"\0value\0"), "data"),
]

FIELDS = 400

STEPS = ["connect", "helo", "mail", "data", "body"]


def advance(client, where):
    """As far as the protocol goes before the packet in question."""
    for step in STEPS[:STEPS.index(where) + 1] if where else []:
        if step == "connect":
            client.connect(IP)
        elif step == "helo":
            client.helo()
        elif step == "mail":
            client.mail()
        elif step == "data":
            client.recipient()
            client.data()
        else:
            client.header("From", " a@pass.test")
            client.end_of_header()


def whole(packet):
    if isinstance(packet, bytes):
        return packet
    command, data = packet
    return struct.pack(">I", len(data) + 1) + command + data


class Refused(unittest.TestCase):

    def is_ended(self, client):
        try:
            return client.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def test_each_ends_its_connection(self):
        with MetricsDaemon() as daemon:
            before = daemon.session()
            before.start("a@pass.test")
            for fault, packet, where in REFUSED:
                with self.subTest(fault, packet=packet), \
                        daemon.client() as client:
                    advance(client, where)
                    client.socket.sendall(whole(packet))
                    self.assertTrue(self.is_ended(client), fault)
                    self.assertTrue(daemon.is_alive())
            self.assertEqual(
                daemon.page().value("alignd_packets_refused_total"),
                len(REFUSED))
            # Told once a minute.
            self.assertEqual(daemon.log().count("which no MTA sends"), 1)
            self.assertIn("a packet " + REFUSED[0][0], daemon.log())
            self.assertEqual(before.end_of_message().verdict, "continue")
            before.close()

    def test_before_negotiation(self):
        with Daemon() as daemon:
            for _, packet, where in REFUSED:
                if where is not None:
                    continue
                with socket.create_connection(daemon.address) as raw:
                    raw.settimeout(10)
                    raw.sendall(whole(packet))
                    self.assertEqual(raw.recv(1), b"")
            with daemon.session() as client:
                self.assertEqual(client.message("a@pass.test").verdict,
                                 "continue")


class Slow:
    """A socket that sends seven bytes at a time."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def sendall(self, data):
        for at in range(0, len(data), 7):
            self.real.sendall(data[at:at + 7])


class Taken(unittest.TestCase):
    """What an MTA may send, in the ways it may come."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon().start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.__exit__()

    def verdict(self, client):
        client.start("a@pass.test")
        return client.end_of_message().verdict

    def test_packets_in_pieces(self):
        with self.daemon.session() as client:
            client.socket = Slow(client.socket)
            self.assertEqual(client.message(
                "a@reject.test", sender="<a@other.test>").verdict, "reject")

    @unittest.skipUnless(os.path.exists("/proc/self/io"), "this kernel counts no reads")
    def test_packets_at_once(self):
        """They are taken at once, too, not by two reads each."""
        field = whole((b"L", b"X-A\0 b\0"))
        with self.daemon.session() as client:
            self.assertTrue(client.steps & m.NR_HDR)
            before = self.reads()
            client.mail()
            client.recipient()
            client.data()
            client.header("From", " a@pass.test")
            client.socket.sendall(field * FIELDS + whole((b"N", b"")))
            self.assertEqual(client.end_of_message().verdict, "continue")
            self.assertLess(self.reads() - before, FIELDS)

    def reads(self):
        with open(f"/proc/{self.daemon.process.pid}/io", encoding="ascii") as file:
            return int(re.search(r"^syscr: (\d+)$", file.read(), re.M).group(1))

    def test_macros_of_every_number(self):
        with self.daemon.session() as client:
            client.send(b"D", b"M")
            client.send(b"D", b"M{x}\0\0")
            client.send(b"D", b"X{x}\0y\0")
            client.send(b"D", b"M" + b"{x}\0y\0" * 256)
            self.assertEqual(self.verdict(client), "continue")

    def test_clients_of_every_family(self):
        for client in [b"h\0U", b"h\0U\0", b"\0U",
                       b"h\x004\0\0192.0.2.1\0", b"h\x006\0\0IPv6:::1\0",
                       b"h\0L\0\0/run/x\0"]:
            with self.daemon.client() as link:
                link._step(b"C", client, m.NR_CONN)
                link.helo()
                self.assertEqual(link.message("a@none.test").verdict,
                                 "continue")

    def test_a_body_of_the_greatest_length(self):
        with self.daemon.session() as client:
            client.start("a@pass.test")
            client.body(b"a" * 65535)
            self.assertEqual(client.end_of_message().verdict, "continue")

    def test_a_chunk_within_the_end_is_no_answer(self):
        with self.daemon.session() as client:
            client.start("a@reject.test", sender="<a@other.test>")
            self.assertEqual(client.end_of_message(data=b"last\r\n").verdict,
                             "reject")


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
