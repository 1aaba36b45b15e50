# SPDX-License-Identifier: BSD-2-Clause
"""notice_rig - a store with something of each kind to tell, and who is told

The store is filled by what fills it in use (record-tool, inbox take, report
send's tables); the mail server is report_rig's, the webhook's an HTTPS server
of the test's own.
"""
import base64
import email
import email.policy
import json
import os
import re
import sqlite3
import subprocess

from alignctl import ASAN_OPTIONS, NOW, PROGRAM, RECORD_TOOL, WRAPPER, ToolTest, zone_record
from inbox_rig import detail, dmarc, row, tls
from report_rig import Server, is_built_with
from test_posture_sts import Host

DAY = 86400
HOUR = 3600
LIST = "198.51.100.7"
OWN = {"a1.test": "192.0.2.1", "a2.test": "198.18.0.2", "a3.test": "198.18.1.3"}
ZONE = """
_dmarc.own.test     TXT "v=DMARC1; p=reject"
own.test            TXT "v=spf1 -all"
_dmarc.a1.test      TXT "v=DMARC1; p=reject"
_dmarc.a2.test      TXT "v=DMARC1; p=reject"
_dmarc.a3.test      TXT "v=DMARC1; p=reject"
a1.test             TXT "v=spf1 ip4:192.0.2.1 -all"
a2.test             TXT "v=spf1 ip4:198.18.0.2 -all"
a3.test             TXT "v=spf1 ip4:198.18.1.3 -all"
list.test           TXT "v=spf1 ip4:198.51.100.7 -all"
"""
OVERRIDES = """override "old list" {
	spf = {"old.test"}
	action = accept
	reason = mailing_list
	owner = "J\u00f6rg <joerg@own.test>"
	why = "see http://wiki.own.test/lists"
	until = "2026-05-09"
}
"""
REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def letter(author, subject="s"):
    return (f"From: a@{author}\r\nTo: b@mx.test\r\nSubject: {subject}\r\n"
            "Date: Thu, 30 Apr 2026 12:00:00 +0000\r\n\r\nhello\r\n").encode()


class Hook(Host):
    """A webhook: keeps the requests, header and body."""

    def serve(self, plain):
        plain.settimeout(60)
        with self.context.wrap_socket(plain, server_side=True) as connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65536) or b"\r\n\r\n"
            head, _, body = asked.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            while length and len(body) < int(length[1]):
                body += connection.recv(65536)
            self.asked.append((head.decode(), body))
            if callable(self.answer):
                self.answer(connection)
            else:
                connection.sendall(self.answer)


def answer(status="200 OK", more=""):
    return f"HTTP/1.1 {status}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()


class Told:
    """A mail, as the server took it."""

    def __init__(self, mail):
        self.sender, self.recipient, self.bytes = mail
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.SMTP)
        text, html = self.message.iter_parts()
        self.text = text.get_payload(decode=True).decode("ascii").replace("\r\n", "\n")
        self.html = html.get_payload(decode=True).decode("ascii")


class NoticeTest(ToolTest):
    """A store for each test, whose time is NOW."""

    SETTINGS = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key_record = cls.make_key()
        with open(cls.path("zone"), encoding="ascii") as file:
            key = next(line.split(" ", 1)[1] for line in file
                       if line.startswith("s1._domainkey.example.test"))
        with open(cls.path("zone"), "a", encoding="ascii") as file:
            file.write(ZONE + zone_record("r1._domainkey.own.test", cls.key_record))
            for name in ("a1", "a2", "a3"):
                file.write(f"s1._domainkey.{name}.test {key}")
        cls.write("overrides.conf", OVERRIDES)
        cls.write("none.conf", "# none\n")

    @classmethod
    def make_key(cls):
        """The private key that signs; its record."""
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-out", "own.pem"],
                       cwd=cls.folder, check=True, capture_output=True)
        os.chmod(cls.path("own.pem"), 0o400)
        public = subprocess.run(["openssl", "pkey", "-in", "own.pem", "-pubout", "-outform",
                                 "DER"], cwd=cls.folder, check=True, capture_output=True).stdout
        return "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()

    def setUp(self):
        if not is_built_with(b"ALIGND_REAL_TIME_ONLY"):
            self.skipTest("built without --enable-development: tells by no other time")
        self.server = Server()
        self.addCleanup(self.server.close)
        self.store = self.path(f"{self.id().rsplit('.', 1)[-1]}.db")
        self.write_conf()
        self.record([])

    def write_conf(self, more="", overrides="none.conf", own='"example.test"', report=""):
        self.write("conf", f"""authserv_id = "mx.test"
overrides = "{self.path(overrides)}"
store {{ sqlite = "{self.store}" }}
own {{ domains = {{{own}}} }}
report {{
	from = "reports@own.test"
	org_name = "Own Ltd"
	smtp_url = "smtp://127.0.0.1:{self.server.port}"
	{report}
}}
{more}
""")

    # --- filling ---

    def record(self, rows):
        """(hours ago, client, envelope sender, message) of each."""
        lines = ""
        for number, (hours, client, sender, message) in enumerate(rows):
            self.write(f"m{number}", message)
            lines += (f"{int(NOW - hours * HOUR)} {client} {sender} r@mx.test Q{number} "
                      f"helo.test - {self.path(f'm{number}')}\n")
        subprocess.run(WRAPPER + [RECORD_TOOL, "conf", "zone", self.store], cwd=self.folder,
                       input=lines, text=True, check=True, stdout=subprocess.DEVNULL,
                       timeout=120)

    def ask(self, sql, *values):
        with sqlite3.connect(self.store) as store:
            found = store.execute(sql, values).fetchall()
        store.close()
        return found

    def take(self, content):
        status, _, err = self.run_tool("inbox", "take", "--authserv-id", "none", stdin=content)
        self.assertEqual(status, 0, err)

    def hold(self, hours, client="203.0.113.6", author="other.test"):
        """A message that is held."""
        self.record([(hours, client, f"x@{author}", letter(author))])

    def spoof(self, count, hours=0.5, author="example.test"):
        self.record([(hours, "203.0.113.9", "x@evil.test", letter(author))])
        hour_s = int(NOW - hours * HOUR) // HOUR * HOUR
        # One of its rows: each run that recorded some has a segment of its own.
        self.ask("UPDATE result SET count = count + ? WHERE (hour_s, tuple_id, segment_id) = ("
                 "SELECT hour_s, tuple_id, segment_id FROM result JOIN tuple USING (tuple_id) "
                 "WHERE hour_s = ? AND dmarc_result = 'fail' AND author_domain = ? LIMIT 1)",
                 count - 1, hour_s, author)

    def fill(self):
        """Something of each kind."""
        genuine = self.sign("example.test", letter("example.test", "genuine"))
        posts = {name: self.sign(name, letter(name, "post")) for name in OWN}
        # What the list brings also comes from the authors' own servers.
        self.record(
            [(day * 24, client, sender, posts[name]) for day in (10, 5, 2) for name in OWN
             for client, sender in ((OWN[name], f"x@{name}"), (LIST, "bounce@list.test"))] +
            [(5, LIST, "bounce@list.test", genuine + b"-- \r\na list\r\n")])
        self.hold(30)
        self.hold(50)
        self.take(dmarc(row("192.0.2.77", count=120)))
        self.take(tls(("sts", 5, 3, [detail("certificate-expired", 3)])))
        self.ask("INSERT INTO posture_finding VALUES ('example.test', 'dmarc-none', '', ?, ?)",
                 NOW - 2 * DAY, NOW)
        self.ask("INSERT INTO report_health VALUES ('agg@dead.test', '', 0, ?, "
                 "'550 5.1.1 see http://dead.test/why', 3, ?, 'refused')",
                 NOW - DAY, NOW + 6 * DAY)
        self.ask("INSERT OR REPLACE INTO report_run VALUES (1, 0, ?, ?, 'failed: no key')",
                 NOW - HOUR, NOW - HOUR + 5)

    # --- running ---

    def tool(self, *arguments, now=NOW, status=0, stop_at=None):
        """(standard output, standard error)"""
        environment = dict(os.environ)
        environment.pop("ALIGND_STOP_AT", None)
        environment["ASAN_OPTIONS"] = ASAN_OPTIONS
        if stop_at:
            environment["ALIGND_STOP_AT"] = stop_at
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--dns", "zone", "--now", str(int(now)),
                       *arguments], cwd=self.folder, timeout=120, capture_output=True,
            check=False, env=environment)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return done.stdout.decode(), done.stderr.decode()

    def text_of(self, channel, *arguments, **more):
        out, err = self.tool(channel, "--print", *arguments, **more)
        self.assertEqual(err, "")
        return REFERENCE.sub("REFE-RENCE", out)

    def json_of(self, channel, *arguments, **more):
        return json.loads(self.tool(channel, "--print", "--json", *arguments, **more)[0])

    def kinds(self, channel, *arguments, **more):
        return [fact["kind"] for fact in self.json_of(channel, *arguments, **more)["facts"]]

    def told(self):
        return [Told(mail) for mail in self.server.mails]


__all__ = ["DAY", "HOUR", "Hook", "NoticeTest", "REFERENCE", "Told", "answer", "dmarc",
           "letter", "row", "tls"]
