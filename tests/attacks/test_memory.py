#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Memory that ends while good mail is judged: no verdict comes of it.

Each run starts the daemon, lets one of its allocations fail (the N-th since,
whoever makes it: alignd, OpenSSL, libunbound, ldns, libidn2, SQLite, libmilter
...), and sends mail that passes: signed with RSA and with Ed25519, by SPF with
includes, macros and hosts, with a name in U-labels; DNS answers come over the
wire. Allowed: the right verdict, 451, or the abort that lib/base/mem.h
promises. Not: a refusal, another result, another signal, or silence.

The short form tries allocations at even distances; ATTACK_LONG=1 takes RUNS
(1200) of them, the last third at random with all behind failing as well.
"""
import mmap
import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "wire"))

import milter_client  # noqa: E402
from daemon import Daemon, IP, TOP  # noqa: E402

IS_LONG = os.environ.get("ATTACK_LONG") == "1"
RUNS = int(os.environ.get("RUNS", "1200" if IS_LONG else "14"))
PRELOAD = os.path.abspath(os.environ.get(
    "FAILING_MALLOC_SO", os.path.join(TOP, "tests", "wire",
                                      "failing_malloc.so")))
TOOL = os.path.join(TOP, "tests", "tools", "dkim-tool")
FIELDS = [("From", " Ann <a@signed.test>"), ("To", " b@rcpt.test"),
          ("Date", " Fri, 01 May 2026 12:00:00 +0000")]
BODY = b"hello\r\n" * 2000
A, PTR, MX, TXT = 1, 12, 15, 16


# -- what mail is judged by --------------------------------------------------

class Signer:
    """Two keys; the values of fields they signed."""

    def __init__(self):
        self.tool = subprocess.Popen([TOOL], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE)
        self.records = {"rsa": self.ask(b"key rsa rsa 2048\n").decode(),
                        "ed": self.ask(b"key ed ed25519 0\n").decode()}

    def ask(self, command):
        self.tool.stdin.write(command)
        self.tool.stdin.flush()
        return self.tool.stdout.read(int(self.tool.stdout.readline()))

    def sign(self, key):
        header = "".join(f"{name}:{value}\r\n"
                         for name, value in [*FIELDS, ("Subject", " hello")])
        message = header.encode() + b"\r\n" + BODY
        field = self.ask(b"sign %s signed.test %s %d\n"
                         % (key.encode(), key.encode(), len(message))
                         + message)
        return field.decode().split(":", 1)[1].replace("\r\n", "\n").rstrip()

    def close(self):
        self.tool.stdin.close()
        self.tool.wait(10)
        self.tool.stdout.close()


def zone_of(records):
    reject = "v=DMARC1; p=reject"
    return {
        ("rsa._domainkey.signed.test", TXT): [records["rsa"]],
        ("ed._domainkey.signed.test", TXT): [records["ed"]],
        ("_dmarc.signed.test", TXT): [reject],
        ("_dmarc.sent.test", TXT): [reject],
        ("sent.test", TXT): ["v=spf1 include:_a.sent.test mx "
                             "exists:%{ir}.%{l1r-}.x.sent.test -all"],
        ("_a.sent.test", TXT): ["v=spf1 ip4:192.0.2.0/24 ~all"],
        ("sent.test", MX): [f"h{i}.sent.test" for i in range(3)],
        ("h0.sent.test", A): ["192.0.2.1"],
        ("h1.sent.test", A): ["192.0.2.2"],
        ("h2.sent.test", A): ["192.0.2.3"],
        ("5.113.0.203.bounce.x.sent.test", A): ["127.0.0.2"],
        ("_dmarc.xn--bcher-kva.test", TXT): [reject],
        ("xn--bcher-kva.test", TXT): ["v=spf1 ip4:203.0.113.5 -all"],
    }


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".")) + b"\0"


def rdata(kind, value):
    if kind == A:
        return socket.inet_aton(value)
    if kind == MX:
        return struct.pack(">H", 10) + wire_name(value)
    text = value.encode()
    return b"".join(bytes([len(text[at:at + 255])]) + text[at:at + 255]
                    for at in range(0, len(text), 255))


class NameServer(threading.Thread):
    """Answers from a zone; what is not in it does not exist."""

    def __init__(self, zone):
        super().__init__(daemon=True)
        self.zone = zone
        self.names = {name for name, _ in zone}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(query), peer)

    def answer(self, query):
        labels = []
        at = 12
        while query[at] != 0:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        (kind,) = struct.unpack(">H", query[at + 1:at + 3])
        name = ".".join(labels)
        values = self.zone.get((name, kind), [])
        is_known = any(other == name or other.endswith("." + name)
                       for other in self.names)
        records = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, len(data)) + data
            for data in (rdata(kind, value) for value in values))
        return (query[:2] + struct.pack(">HHHHH", 0x8180 if is_known else 0x8183,
                                        1, len(values), 0, 0)
                + query[12:at + 5] + records)


def messages(signer):
    """What is sent: name, MAIL FROM, fields."""
    plain = [("To", " b@rcpt.test"),
             ("Date", " Fri, 01 May 2026 12:00:00 +0000")]
    yield ("rsa", "<x@none.test>",
           [("DKIM-Signature", signer.sign("rsa")), *FIELDS])
    yield ("ed25519", "<x@none.test>",
           [("DKIM-Signature", signer.sign("ed")), *FIELDS])
    yield ("spf", "<bounce@sent.test>", [("From", " <a@sent.test>"), *plain])
    yield ("idn", "<bounce@xn--bcher-kva.test>",
           [("From", " <a@b\xc3\xbccher.test>"), *plain])  # as UTF-8


# -- the daemon without memory -----------------------------------------------

class Orders:
    """What failing_malloc.c does."""

    def __init__(self, path):
        with open(path, "wb") as file:
            file.write(bytes(32))
        os.chmod(path, 0o666)
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 32)

    def get(self, place):
        return struct.unpack_from("=q", self.map, 8 * place)[0]

    def give(self, left, is_for_good):
        struct.pack_into("=qqqq", self.map, 0, 0, left, is_for_good, 0)

    count = property(lambda self: self.get(0))
    failed = property(lambda self: self.get(3))


class PoorDaemon(Daemon):

    def __init__(self, port):
        super().__init__(dns=f'servers = {{"127.0.0.1@{port}"}} timeout = 2s '
                             'budget = 3s')
        self.orders = Orders(os.path.join(self.folder, "orders"))

    def spawn(self, command, log):
        environment = {**os.environ, "LD_PRELOAD": PRELOAD,
                       "FAILING_MALLOC": os.path.join(self.folder, "orders")}
        return subprocess.Popen(command, stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL, env=environment)


def send(client, message):
    _, sender, fields = message
    result = client.message(None, sender=sender, headers=fields, body=BODY)
    field, = result.inserted("Authentication-Results") or [""]
    if result.verdict == "tempfail":
        return "451"
    if result.verdict == "continue" and "dmarc=pass" in field:
        return "right"
    return f"{result.verdict} {result.reply} {field}"


def judge_all(daemon, letters):
    """Outcome of each message until the connection ends."""
    outcomes = []
    try:
        with daemon.session() as client:
            for message in letters:
                outcomes.append(send(client, message))
    except (OSError, milter_client.ProtocolError, EOFError, IndexError,
            struct.error):
        outcomes.append("cut")
    return outcomes


def end(daemon, is_cut):
    """How the process ended; "" for a clean end."""
    daemon.orders.give(0, 0)
    if not is_cut and daemon.is_alive():
        daemon.stop()
        return ""
    try:
        status = daemon.process.wait(15)
    except subprocess.TimeoutExpired:
        daemon.kill()
        return "hangs"
    if status == -signal.SIGABRT and "out of memory" in daemon.log():
        return "abort"
    return f"status {status}: {daemon.log()[-300:]}"


def run(server, letters, left, is_for_good):
    daemon = PoorDaemon(server.port)
    try:
        daemon.start()
        daemon.orders.give(left, is_for_good)
        outcomes = judge_all(daemon, letters)
        count, failed = daemon.orders.count, daemon.orders.failed
        ending = end(daemon, "cut" in outcomes)
    finally:
        if daemon.is_alive():
            daemon.kill()
        daemon.remove()
    return outcomes, ending, count, failed


def is_allowed(outcomes, ending):
    return (ending in ("", "abort")
            and all(outcome in ("right", "451", "cut") for outcome in outcomes)
            and ("cut" not in outcomes or ending == "abort"))


def plan(count):
    """(which allocation, whether all behind it) for each run"""
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    print(f"memory: seed {seed}")
    numbers = random.Random(seed)
    even = RUNS if not IS_LONG else RUNS * 2 // 3
    start = numbers.random()
    for i in range(even):
        yield 1 + int((i + start) * count / even), i % 2
    for _ in range(RUNS - even):
        yield numbers.randrange(1, count + 1), 1


def main():
    if not os.path.exists(PRELOAD) or os.environ.get("ALIGND_WRAPPER"):
        print("memory: a sanitizer, or valgrind, has an allocator of its own")
        return 77
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signer = Signer()
    letters = list(messages(signer))
    server = NameServer(zone_of(signer.records))
    signer.close()
    outcomes, ending, count, _ = run(server, letters, 0, 0)
    if outcomes != ["right"] * len(letters) or ending != "":
        print(f"FAIL memory: with all its memory: {outcomes} {ending}")
        return 1
    tally = {"right": 0, "451": 0, "abort": 0, "hit": 0}
    faults = 0
    for left, is_for_good in plan(count):
        outcomes, ending, _, failed = run(server, letters, left, is_for_good)
        tally["hit"] += failed > 0
        tally["right"] += outcomes.count("right")
        tally["451"] += outcomes.count("451")
        tally["abort"] += ending == "abort"
        if not is_allowed(outcomes, ending):
            faults += 1
            print(f"FAIL memory: allocation {left} of {count}, for good "
                  f"{is_for_good}: {outcomes} {ending}")
    print(f"memory: {RUNS} runs, an allocation failed in {tally['hit']} (of "
          f"{count} for four messages): {tally['right']} right verdicts, "
          f"{tally['451']} times 451, {tally['abort']} aborts, {faults} else")
    return 1 if faults or tally["hit"] == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
