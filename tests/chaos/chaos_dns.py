# SPDX-License-Identifier: BSD-2-Clause
"""chaos_dns - a name server that behaves as it is told

Over UDP and TCP, from a table of TXT records; every other name does not exist.
`mode` is "good", "silent", "failing", "slow", "lying" (answers to another
question) or "cut" (over UDP only that TCP is to be asked).
"""
import contextlib
import socket
import struct
import threading
import time

from ports import free_port

MODES = ("silent", "failing", "slow", "lying", "cut")
TXT, SLOW_S = 16, 0.4
REFUSES, NXDOMAIN, SERVFAIL = 5, 3, 2


def read_name(packet, at):
    labels = []
    while packet[at]:
        size = packet[at]
        labels.append(packet[at + 1:at + 1 + size].decode("latin-1").lower())
        at += size + 1
    return ".".join(labels), at + 1


def two_doors(port=None):
    """TCP and UDP at one port."""
    tcp = socket.create_server(("127.0.0.1", port or free_port()))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    return tcp, udp


class ChaosDns:

    def __init__(self, find, port=None):
        """`find(name)` is the text of a TXT record, "" for a name without
        one, None for no such name."""
        self.find = find
        self.mode = "good"
        self.asked = 0
        self.tcp, self.udp = two_doors(port)
        self.port = self.tcp.getsockname()[1]
        for serve in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=serve, daemon=True).start()

    def close(self):
        """At once: a thread that waits in a call would keep a door open."""
        for door in (self.udp, self.tcp):
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()

    # -- answers -------------------------------------------------------------

    def answer(self, packet, is_udp):
        """None: silence."""
        mode = self.mode
        self.asked += 1
        if mode == "silent":
            return None
        name, at = read_name(packet, 12)
        kind, = struct.unpack(">H", packet[at:at + 2])
        question = packet[12:at + 4]
        if mode == "failing":
            return self.packet(packet, question, SERVFAIL)
        if mode == "cut" and is_udp:
            return self.packet(packet, question, 0, is_cut=True)
        if mode == "lying":
            other = b"\x04else\x04test\0" + packet[at:at + 4]
            return self.packet(packet, other, 0, "v=spf1 +all")
        text = self.find(name)
        if text is None:
            return self.packet(packet, question, NXDOMAIN)
        return self.packet(packet, question, 0,
                           text if text and kind == TXT else None)

    @staticmethod
    def packet(asked, question, code, text=None, is_cut=False):
        flags = 0x8580 | code | (0x0200 if is_cut else 0)
        head = asked[:2] + struct.pack(">HHHHH", flags, 1,
                                       0 if text is None else 1, 0, 0)
        if text is None:
            return head + question
        data = bytes([len(text)]) + text.encode("ascii")
        return head + question + b"\xc0\x0c" + struct.pack(
            ">HHIH", TXT, 1, 1, len(data)) + data

    # -- doors ---------------------------------------------------------------

    def serve_udp(self):
        while True:
            try:
                packet, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if not packet:
                return
            if self.mode == "slow":
                threading.Timer(SLOW_S, self.send_udp, (packet, peer)).start()
            else:
                self.send_udp(packet, peer)

    def send_udp(self, packet, peer):
        answer = self.answer(packet, True)
        if answer is not None:
            try:
                self.udp.sendto(answer, peer)
            except OSError:
                pass

    def serve_tcp(self):
        while True:
            try:
                peer, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(peer,),
                             daemon=True).start()

    def talk(self, peer):
        peer.settimeout(5)
        try:
            while True:
                size = peer.recv(2, socket.MSG_WAITALL)
                if len(size) < 2:
                    break
                packet = peer.recv(struct.unpack(">H", size)[0],
                                   socket.MSG_WAITALL)
                if self.mode == "slow":
                    time.sleep(SLOW_S)
                answer = self.answer(packet, False)
                if answer is None:
                    time.sleep(2)
                    break
                peer.sendall(struct.pack(">H", len(answer)) + answer)
        except (OSError, struct.error, IndexError):
            pass
        peer.close()
