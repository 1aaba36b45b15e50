# SPDX-License-Identifier: BSD-2-Clause
"""report_rig - a mail server of our own on loopback, and a day of mail

The server does to each recipient what the test says: takes the mail, defers,
refuses, or falls silent. It keeps what it took, byte for byte.
"""
import base64
import email
import email.policy
import gzip
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import (ASAN_OPTIONS, NOW, PROGRAM, RECORD_TOOL, WRAPPER,  # noqa: E402
                      ToolTest, zone_record)
import schema  # noqa: E402

DAY = 86400
YESTERDAY = NOW - NOW % DAY - DAY
SELECTOR = "r1"

ZONE = """$ORIGIN .
$TTL 300
own.test                 TXT "v=spf1 -all"
_dmarc.own.test          TXT "v=DMARC1; p=reject"
one.test                 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.one.test          TXT "v=DMARC1; p=none; rua=mailto:agg@one.test"
two.test                 TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.two.test          TXT "v=DMARC1; p=reject; rua=mailto:a@two.test,mailto:b@two.test"
_dmarc.quiet.test        TXT "v=DMARC1; p=none"
_dmarc.example.gov.uk    TXT "v=DMARC1;p=none;fo=1;rua=mailto:dmarc-rua@dmarc.service.gov.uk,mailto:dmarc@example.gov.uk"
*._report._dmarc.dmarc.service.gov.uk TXT "v=DMARC1;"
"""


class Server:
    """An SMTP server; `answers` says by recipient what becomes of a mail."""

    def __init__(self):
        self.answers = {}
        self.mails = []  # (sender, recipient, bytes)
        self.tls = None       # an ssl.SSLContext: STARTTLS is offered
        self.password = None  # "user password": AUTH is offered
        self.is_secret = []   # of each mail: came it over TLS?
        self.lock = threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # ends accept()
        except OSError:
            pass
        self.socket.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        try:
            with connection:
                with connection.makefile("rwb") as stream:
                    wants_tls = self.talk(stream)
                if wants_tls:
                    secret = self.tls.wrap_socket(connection, server_side=True)
                    with secret, secret.makefile("rwb") as stream:
                        self.talk(stream, is_secret=True)
        except (OSError, ValueError):
            pass

    def offers(self, is_secret):
        return ("250-test\r\n250-SIZE 50000000\r\n" +
                ("250-STARTTLS\r\n" if self.tls and not is_secret else "") +
                ("250-AUTH PLAIN\r\n" if self.password else "") +
                "250 8BITMIME")

    def talk(self, stream, is_secret=False):
        """True when the client goes over to TLS."""
        def say(text):
            stream.write(text.encode() + b"\r\n")
            stream.flush()

        sender = recipient = None
        greeting = self.answers.get("connect", "220 test ESMTP")
        if greeting == "silence":
            time.sleep(60)
        if not is_secret:
            say(greeting)
        for line in stream:
            verb = line.strip().upper()
            if verb.startswith((b"EHLO", b"HELO")):
                say(self.offers(is_secret))
            elif verb == b"STARTTLS":
                say("220 go on")
                return True
            elif verb.startswith(b"AUTH PLAIN"):
                say("334 ")
                words = base64.b64decode(stream.readline()).split(b"\0")[1:]
                good = b" ".join(words).decode() == self.password
                say("235 welcome" if good else "535 5.7.8 wrong password")
            elif verb.startswith(b"MAIL FROM:"):
                sender = line.split(b"<")[1].split(b">")[0].decode()
                say(self.answers.get("mail", "250 2.1.0 sender ok"))
            elif verb.startswith(b"RCPT TO:"):
                recipient = line.strip()[len("RCPT TO:<"):-1].decode()
                answer = self.answers.get(recipient, "250 2.1.5 ok")
                if answer == "silence":
                    time.sleep(60)
                say(answer if not answer.startswith("DATA ") else "250 ok")
            elif verb == b"DATA":
                say("354 go on")
                data = self.read_data(stream)
                answer = self.answers.get(recipient, "")
                if answer.startswith("DATA "):
                    say(answer[len("DATA "):])
                    continue
                with self.lock:
                    self.mails.append((sender, recipient, data))
                    self.is_secret.append(is_secret)
                say("250 2.0.0 queued as T1")
            elif verb == b"QUIT":
                say("221 bye")
                return False
            else:
                say("250 ok")
        return False

    @staticmethod
    def read_data(stream):
        data = b""
        for line in stream:
            if line == b".\r\n":
                break
            data += line[1:] if line.startswith(b".") else line
        return data


class Mail:
    """A report as the server took it, taken apart."""

    def __init__(self, mail):
        self.sender, self.recipient, self.bytes = mail
        self.message = email.message_from_bytes(
            self.bytes, policy=email.policy.SMTP)
        parts = list(self.message.walk())[1:]
        self.text = next(p for p in parts
                         if p.get_content_type() == "text/plain")
        self.file = next(p for p in parts
                         if p.get_content_type() == "application/gzip")
        self.xml = gzip.decompress(self.file.get_payload(decode=True))
        root = ET.fromstring(self.xml)
        self.id = next(e.text for e in root.iter()
                       if e.tag.endswith("report_id"))
        self.message_id = self.message["Message-ID"].strip("<>")
        self.count = sum(int(e.text) for e in root.iter()
                         if e.tag.endswith("}count") or e.tag == "count")


class ReportTest(ToolTest):
    """A store with yesterday's mail, and a server; paths are in a folder."""

    # Author domain, client, envelope sender's domain, how often.
    MAIL = [("one.test", "192.0.2.1", "one.test", 3),
            ("two.test", "192.0.2.9", "two.test", 2)]
    SETTINGS = ""
    # Reports are settled by --now.
    IS_TIME_GIVEN = True

    def setUp(self):
        if self.IS_TIME_GIVEN and not is_built_with(b"ALIGND_REAL_TIME_ONLY"):
            self.skipTest("built without --enable-development: settles by no other time")
        self.server = Server()
        self.addCleanup(self.server.close)
        self.write("report-zone", self.zone())
        self.write_conf()
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.path("store.db") + suffix):
                os.unlink(self.path("store.db") + suffix)
        self.record(self.MAIL)

    def zone(self):
        return ZONE

    def write_conf(self, more=""):
        self.write("conf", f"""authserv_id = "mx.test"
store {{ sqlite = "{self.path('store.db')}" }}
report {{
	from = "dmarc@own.test"
	org_name = "Own Ltd"
	smtp_url = "smtp://127.0.0.1:{self.server.port}"
	pace = 0s
	{self.SETTINGS}
	{more}
}}
""")

    def record(self, mails, time_s=YESTERDAY + 3600, subject="s",
               rcpt="rcpt@mx.test"):
        lines = ""
        for i, (domain, client, sender, count) in enumerate(mails):
            name = f"mail{i}"
            self.write(name, f"From: a@{domain}\r\nSubject: {subject}\r\n"
                             "\r\nx\r\n")
            path = f"bounce@{sender}" if sender else "<>"
            lines += (f"{time_s} {client} {path} {rcpt} Q{i} "
                      f"helo.{domain} - {self.path(name)}\n") * count
        subprocess.run([RECORD_TOOL, self.path("conf"),
                        self.path("report-zone"), self.path("store.db")],
                       input=lines, text=True, check=True, timeout=120,
                       stdout=subprocess.DEVNULL)

    def arguments(self, *arguments, now=NOW):
        return WRAPPER + [PROGRAM, "--config", "conf", "--dns", "report-zone",
                          "--now", str(now), "report", *arguments]

    def report(self, *arguments, now=NOW, stop_at=None, file_size=None,
               stdin=None):
        """(exit status, standard output, standard error)"""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

        environment = dict(os.environ)
        environment.pop("ALIGND_STOP_AT", None)
        environment["ASAN_OPTIONS"] = ASAN_OPTIONS
        if stop_at:
            environment["ALIGND_STOP_AT"] = stop_at
        done = subprocess.run(
            self.arguments(*arguments, now=now), cwd=self.folder,
            capture_output=True, check=False, timeout=120, env=environment,
            text=True, input=stdin, restore_signals=file_size is None,
            preexec_fn=limit if file_size else None)
        return done.returncode, done.stdout, done.stderr

    def send(self, *arguments, now=NOW, status=0, **more):
        got, out, err = self.report("send", *arguments, now=now, **more)
        self.assertEqual(got, status, err)
        return out + err

    def mails(self):
        return [Mail(mail) for mail in self.server.mails]

    def recipients(self):
        return sorted(recipient for _, recipient, _ in self.server.mails)


class Reports(ReportTest):
    """What the actions say as objects, each as its schema has it."""

    def objects_of(self, action, *arguments, **more):
        status, out, err = self.report(action, "--json", *arguments, **more)
        self.assertEqual((status, err), (0, ""))
        rules = schema.load(f"report_{action}")
        values = [json.loads(line) for line in out.splitlines()]
        for value in values:
            self.assertEqual(schema.faults(value, rules), [])
        return values

    def states(self, domain):
        return {row["address"]: row["state"]
                for value in self.objects_of("list", "--domain", domain)
                for row in value["destinations"]}

    def only(self, domain):
        values = self.objects_of("list", "--domain", domain)
        self.assertEqual(len(values), 1)
        return values[0]


BOUNCE = """From: MAILER-DAEMON@mx.test
To: {to}
Subject: Undelivered Mail
Auto-Submitted: auto-replied
Content-Type: {kind}; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <b@two.test> unknown \x1b[31m

--b
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>

--b--
"""


def bounce(mail, **more):
    """What a mail server makes of a report that it cannot hand on."""
    values = {"to": "dmarc@own.test", "recipient": mail.recipient,
              "action": "failed", "status": "5.1.1",
              "kind": "multipart/report", "message_id": mail.message_id}
    values.update(more)
    return BOUNCE.format(**values)


def is_built_with(variable):
    """Does alignctl look at this variable of its environment?"""
    with open(PROGRAM, "rb") as file:
        return variable in file.read()


def can_stop():
    """Was alignctl built so that it can be stopped at named points?"""
    return is_built_with(b"ALIGND_STOP_AT")


__all__ = ["DAY", "NOW", "YESTERDAY", "SELECTOR", "ZONE", "Mail",
           "ReportTest", "Reports", "Server", "bounce", "can_stop",
           "zone_record"]
