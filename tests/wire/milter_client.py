# SPDX-License-Identifier: BSD-2-Clause
"""milter_client - the MTA's side of the milter protocol

Speaks version 6 (Postfix, Sendmail 8.14 on) and, with fewer offers, version 2.
It keeps to what was negotiated: where the filter promised no reply it does not
wait for one, so a wrong reply shows at the next step.
"""
import ipaddress
import socket
import struct

# Actions
ADDHDRS, CHGBODY, ADDRCPT, DELRCPT = 0x01, 0x02, 0x04, 0x08
CHGHDRS, QUARANTINE, SETSYMLIST = 0x10, 0x20, 0x100
ALL_ACTIONS = 0x1FF
V2_ACTIONS = 0x3F

# Steps
NOUNKNOWN, SKIP = 0x100, 0x400
NR_CONN, NR_HELO, NR_MAIL, NR_RCPT = 0x1000, 0x2000, 0x4000, 0x8000
NR_DATA, NR_UNKN, NR_EOH, NR_BODY = 0x10000, 0x20000, 0x40000, 0x80000
NR_HDR, LEADSPC = 0x80, 0x100000
ALL_STEPS = 0x1FFFFF
V2_STEPS = 0x7F

CHUNK = 65535
FINAL = b"acdrty"


class ProtocolError(Exception):
    """The filter said something the protocol does not allow here."""


def _texts(data):
    return [part.decode("latin-1") for part in data.split(b"\0")[:-1]]


class Result:
    """What came back at end of message."""

    def __init__(self, verdict, reply, changes):
        self.verdict = verdict  # "continue" "accept" "reject" "tempfail"
        self.reply = reply      # "550 5.7.1 ..." or None
        self.changes = changes  # in the order they came

    def of(self, kind):
        return [change[1:] for change in self.changes if change[0] == kind]

    def inserted(self, name):
        return [value for _, field, value in self.of("insert") if field == name]

    def __repr__(self):
        return f"Result({self.verdict}, {self.reply!r}, {self.changes!r})"


class MilterClient:
    """One connection to the filter; use as a context manager."""

    def __init__(self, address, version=6, actions=ALL_ACTIONS,
                 steps=ALL_STEPS, timeout=30):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.buffer = b""
        self.symbols = {}
        try:
            self.socket.connect(address)
            if family == socket.AF_INET:
                self.socket.setsockopt(socket.IPPROTO_TCP,
                                       socket.TCP_NODELAY, 1)
            self._negotiate(version, actions, steps)
        except Exception:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # -- packets -----------------------------------------------------------

    def send(self, command, data=b""):
        self.socket.sendall(struct.pack(">I", len(data) + 1) + command + data)

    def _read(self, size):
        while len(self.buffer) < size:
            more = self.socket.recv(65536)
            if not more:
                raise ProtocolError("the filter closed the connection")
            self.buffer += more
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def receive(self):
        (size,) = struct.unpack(">I", self._read(4))
        packet = self._read(size)
        return packet[:1], packet[1:]

    def is_silent(self, seconds):
        """Nothing more comes within that time."""
        self.socket.settimeout(seconds)
        try:
            return self.buffer == b"" and self.socket.recv(1) == b"\0\0"
        except socket.timeout:
            return True
        finally:
            self.socket.settimeout(30)

    def _negotiate(self, version, actions, steps):
        self.send(b"O", struct.pack(">III", version, actions, steps))
        command, data = self.receive()
        if command != b"O":
            raise ProtocolError(f"answer to negotiation: {command!r}")
        self.version, self.actions, self.steps = struct.unpack(">III", data[:12])
        rest = data[12:]
        while rest:
            (place,) = struct.unpack(">I", rest[:4])
            names, _, rest = rest[4:].partition(b"\0")
            self.symbols[place] = names.decode()
        if self.actions & ~actions or self.steps & ~steps:
            raise ProtocolError("the filter took what was not offered")

    def _step(self, command, data, quiet):
        """Sends one step; its answer is "continue" unless promised away."""
        self.send(command, data)
        if self.steps & quiet:
            return
        answer, _ = self.receive()
        if answer != b"c":
            raise ProtocolError(f"answer to {command!r}: {answer!r}")

    def macros(self, command, pairs):
        data = b"".join(name.encode() + b"\0" + value.encode() + b"\0"
                        for name, value in pairs.items())
        self.send(b"D", command + data)

    # -- the connection ----------------------------------------------------

    def connect(self, ip="203.0.113.5", name="mail.client.test", macros=None):
        """`ip` None: unknown; "unix": a local socket."""
        if macros:
            self.macros(b"C", macros)
        data = name.encode() + b"\0"
        if ip is None:
            data += b"U"
        elif ip == "unix":
            data += b"L" + struct.pack(">H", 0) + b"/run/submit\0"
        else:
            family = b"6" if ipaddress.ip_address(ip).version == 6 else b"4"
            text = "IPv6:" + ip if family == b"6" else ip
            data += family + struct.pack(">H", 4711) + text.encode() + b"\0"
        self._step(b"C", data, NR_CONN)
        return self

    def helo(self, name="mail.client.test"):
        self._step(b"H", name.encode("latin-1") + b"\0", NR_HELO)
        return self

    def quit(self):
        self.send(b"Q")
        self.close()

    def quit_for_next(self):
        """SMFIC_QUIT_NC: the next connection comes without negotiation."""
        self.send(b"K")

    # -- the message -------------------------------------------------------

    def mail(self, sender="<a@pass.test>", macros=None):
        if macros:
            self.macros(b"M", macros)
        self._step(b"M", sender.encode("latin-1") + b"\0", NR_MAIL)

    def recipient(self, recipient="<user@rcpt.test>"):
        self._step(b"R", recipient.encode("latin-1") + b"\0", NR_RCPT)

    def data(self):
        if self.version >= 4:
            self._step(b"T", b"", NR_DATA)

    def header(self, name, value):
        """`value` as it stands behind the colon, blank included."""
        if not self.steps & LEADSPC:
            value = value.removeprefix(" ")
        self._step(b"L", name.encode("latin-1") + b"\0"
                   + value.encode("latin-1") + b"\0", NR_HDR)

    def end_of_header(self):
        self._step(b"N", b"", NR_EOH)

    def body(self, data):
        """The answer to one chunk: "continue" or "skip"."""
        self.send(b"B", data)
        if self.steps & NR_BODY:
            return "continue"
        answer, _ = self.receive()
        words = {b"c": "continue", b"s": "skip"}
        if answer not in words or (answer == b"s" and not self.steps & SKIP):
            raise ProtocolError(f"answer to a body chunk: {answer!r}")
        return words[answer]

    def abort(self):
        self.send(b"A")

    def end_of_message(self, queue_id=None, data=b""):
        if queue_id:
            self.macros(b"E", {"i": queue_id})
        self.send(b"E", data)
        return self.end_result()

    def end_result(self):
        changes = []
        reply = None
        while True:
            command, data = self.receive()
            if command == b"h":
                changes.append(("add", *_texts(data)))
            elif command in b"im":
                (index,) = struct.unpack(">I", data[:4])
                kind = "insert" if command == b"i" else "change"
                changes.append((kind, index, *_texts(data[4:])))
            elif command == b"q":
                changes.append(("quarantine", *_texts(data)))
            elif command == b"+":
                changes.append(("add_recipient", *_texts(data)))
            elif command == b"-":
                changes.append(("delete_recipient", *_texts(data)))
            elif command == b"p":
                continue
            elif command in FINAL:
                if command == b"y":
                    reply = _texts(data)[0]
                    command = b"r" if reply.startswith("5") else b"t"
                words = {b"a": "accept", b"c": "continue", b"d": "discard",
                         b"r": "reject", b"t": "tempfail"}
                return Result(words[command], reply, changes)
            else:
                raise ProtocolError(f"at end of message: {command!r}")

    def message(self, author=None, sender="<a@pass.test>", headers=(),
                body=b"hello\r\n", recipients=("<user@rcpt.test>",),
                queue_id=None, macros=None):
        """A whole message; returns its Result."""
        self.start(author, sender, headers, recipients, macros)
        for at in range(0, len(body), CHUNK):
            if self.body(body[at:at + CHUNK]) == "skip":
                break
        return self.end_of_message(queue_id)

    def start(self, author=None, sender="<a@pass.test>", headers=(),
              recipients=("<user@rcpt.test>",), macros=None):
        """All that comes before the body."""
        self.mail(sender, macros)
        for recipient in recipients:
            self.recipient(recipient)
        self.data()
        for name, value in headers:
            self.header(name, value)
        if author:
            self.header("From", f" {author}")
        self.header("Subject", " hello")
        self.end_of_header()
