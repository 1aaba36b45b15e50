# SPDX-License-Identifier: BSD-2-Clause
"""inbox_rig - a store, and mails with reports for it, as the tests of alignctl inbox share them"""
import base64
import contextlib
import ctypes
import gzip
import json
import os
import sqlite3
import subprocess

from alignctl import PROGRAM, RECORD_TOOL, WRAPPER, ToolTest
from test_alignctl_report_read import mailed, report, row  # noqa: F401  pylint: disable=unused-import

DAY_S = 86400
SENT_S = 1777507200  # 2026-04-30T00:00:00Z, the day before NOW


def dmarc(*rows, name="1", domain="example.test", org="reporter.test", day_s=SENT_S):
    """An aggregate report as XML."""
    text = report(*rows, name=name, domain=domain).decode()
    return text.replace("1700006400", str(day_s)).replace(
        "1700092799", str(day_s + DAY_S - 1)).replace(
        "<org_name>reporter.test", f"<org_name>{org}").encode()


def tls(*policies, name="1", org="reporter.test", day="2026-04-30"):
    """A TLS report as JSON; a policy is (type, successful, failed, [detail])."""
    return json.dumps({
        "organization-name": org, "report-id": name, "contact-info": None,
        "date-range": {"start-datetime": f"{day}T00:00:00Z", "end-datetime": f"{day}T23:59:59Z"},
        "policies": [{
            "policy": {"policy-type": kind, "policy-domain": "example.test"},
            "summary": {"total-successful-session-count": good,
                        "total-failure-session-count": bad},
            "failure-details": details} for kind, good, bad, details in policies]}).encode()


def detail(kind, count, host="mx.example.test", address="192.0.2.9"):
    return {"result-type": kind, "failed-session-count": count, "receiving-mx-hostname": host,
            "receiving-ip": address, "sending-mta-ip": "198.51.100.1"}


def failure(source="192.0.2.66", domain="example.test", extra=""):
    """A failure report with the message that failed, and its people."""
    return (f"From: r@reporter.test\nMIME-Version: 1.0\nContent-Type: multipart/report; "
            'report-type=feedback-report; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee.\n'
            "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\n"
            f"Source-IP: {source}\nReported-Domain: {domain}\nAuth-Failure: dmarc\n"
            f"Original-Mail-From: <secret.person@bounce.test>\n{extra}\n--b\n"
            "Content-Type: message/rfc822\n\nFrom: Secret Person <secret.person@example.test>\n"
            "To: somebody.else@there.test\nSubject: confidential words\n\nbody words\n"
            "--b--\n").encode()


def judged(mail, verdict, domain="reporter.test", name="mx.test"):
    """The mail with the field that alignd puts on top."""
    return (f"Authentication-Results: {name}; dmarc={verdict} header.from={domain}\n"
            ).encode() + mail


class InboxTest(ToolTest):
    """An empty store for each test."""

    def setUp(self):
        self.store = self.path(f"{self.id().rsplit('.', 1)[-1]}.db")
        self.write("conf", f'authserv_id = "mx.test"\nstore {{ sqlite = "{self.store}" }}\n')
        subprocess.run(WRAPPER + [RECORD_TOOL, "conf", "zone", self.store], cwd=self.folder,
                       input=b"", check=True, stdout=subprocess.DEVNULL)

    def ask(self, sql, *values):
        with sqlite3.connect(self.store) as store:
            found = store.execute(sql, values).fetchall()
        store.close()
        return found

    def take(self, content, *options, status=0, words=""):
        """What `inbox take` says of those bytes."""
        got, out, err = self.run_tool("inbox", "take", "--json", *options, stdin=content)
        self.assertEqual(got, status, err)
        self.assertIn(words, err)
        return {key: value for key, value in json.loads(out).items() if value} if out else {}

    def states(self):
        """{kind: [state]} of all reports, in the order in which they came."""
        found = {}
        for kind, state in self.ask("SELECT kind, state FROM inbox_report ORDER BY report_id"):
            found.setdefault(kind, []).append(state)
        return found

    def asides(self):
        return [why for why, in self.ask("SELECT why FROM inbox_aside ORDER BY aside_id")]

    def maildir(self, name, **mails):
        for part in ("new", "cur", "tmp"):
            os.makedirs(self.path(f"{name}/{part}"))
        for key, mail in mails.items():
            self.write(f"{name}/new/{key}", mail)
        return name


@contextlib.contextmanager
def fault(words):
    """Within it, the process that reads goes wrong so (a build for development)."""
    os.environ["ALIGND_ENGINE_FAULT"] = words
    try:
        yield
    finally:
        del os.environ["ALIGND_ENGINE_FAULT"]


def has_faults():
    with open(PROGRAM, "rb") as file:
        return b"ALIGND_ENGINE_FAULT" in file.read()


def landlock_abi():
    """Of this kernel; less than 1: it has none."""
    return ctypes.CDLL(None).syscall(444, None, 0, 1)  # landlock_create_ruleset


def in_every_form(content):
    """(name, mail) of the same report, as it is sent in the wild."""
    packed = gzip.compress(content)
    mail = mailed(packed)
    quoted = base64.encodebytes(mail)
    return [
        ("plain", content), ("gzip", packed), ("mail", mail),
        ("crlf", mail.replace(b"\n", b"\r\n")),
        ("named octet-stream", mail.replace(
            b"application/octet-stream", b'application/octet-stream; name="r.json.gz"')),
        ("forwarded", b"From: a@b.test\nContent-Type: message/rfc822\n\n" + mail),
        ("forwarded in base64", b"From: a@b.test\nContent-Type: message/rfc822\n"
         b"Content-Transfer-Encoding: base64\n\n" + quoted)]
