#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl posture: the policy of MTA-STS, fetched from a server of the test's own.

Certificates are made here: a CA, valid ones, one of another name, an expired
one. A case is what the server answers, and the findings about the policy that
d.test has exactly; its MX is mx.d.test.
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, ToolTest  # noqa: E402
import inbox_rig  # noqa: E402
from inbox_rig import InboxTest  # noqa: E402
from limits import LIMITS  # noqa: E402
from posture_cases import SOUND, STS_KINDS, zone_of  # noqa: E402

DONE, USAGE, FINDINGS, UNCHECKED = 0, 1, 6, 7
HOST = "mta-sts.d.test"
GET = b"GET /.well-known/mta-sts.txt HTTP/1.1\r\n"
PATIENCE_S = 120  # for what happens within milliseconds


def policy(*lines, mode="enforce", max_age=1209600):
    return "\n".join(["version: STSv1", f"mode: {mode}", f"max_age: {max_age}",
                      *(lines or ["mx: mx.d.test"]), ""])


def answer(body, status="200 OK", kind="text/plain", more=""):
    body = body.encode()
    kind = f"Content-Type: {kind}\r\n" if kind else ""
    return (f"HTTP/1.1 {status}\r\n{kind}{more}Content-Length: "
            f"{len(body)}\r\nConnection: close\r\n\r\n").encode() + body


# (what it shows, the answer, (finding, words) of each)
CASES = [
    ("enforced", answer(policy()), []),
    ("with CRLF", answer(policy().replace("\n", "\r\n")), []),
    ("a type with parameters",
     answer(policy(), kind="Text/Plain; charset=utf-8"), []),
    ("another type", answer(policy(), kind="text/html"),
     [("mta-sts-type", "text/html")]),
    ("no type", answer(policy(), kind=""), [("mta-sts-type", '""')]),
    ("unknown keys", answer(policy("x-more: 1", "mx: mx.d.test")), []),
    ("a key twice", answer(policy("mode: none", "mx: mx.d.test")),
     [("mta-sts-doubled", "mode")]),
    ("testing", answer(policy(mode="testing", max_age=86400)),
     [("mta-sts-testing", "mode: testing")]),
    ("testing, for less than a day",
     answer(policy(mode="testing", max_age=86399)),
     [("mta-sts-testing", ""), ("mta-sts-testing-short", "86399")]),
    ("enforced, for less than two weeks", answer(policy(max_age=1209599)),
     [("mta-sts-short", "1209599")]),
    ("none", answer(policy(mode="none", max_age=1)),
     [("mta-sts-none", "mode: none")]),
    ("a pattern for it", answer(policy("mx: *.d.test")), []),
    ("a pattern two labels up", answer(policy("mx: *.test")),
     [("mta-sts-mx-refused", "mx.d.test"), ("mta-sts-pattern-unused", "*.test")]),
    ("another MX, in testing",
     answer(policy("mx: old.d.test", mode="testing", max_age=86400)),
     [("mta-sts-testing", ""), ("mta-sts-mx-unlisted", "mx.d.test"),
      ("mta-sts-pattern-unused", "old.d.test")]),
    ("one more than there is", answer(policy("mx: mx.d.test", "mx: b.test")),
     [("mta-sts-pattern-unused", "b.test")]),
    ("a page", answer("<html>\n\x1b[2J"),
     [("mta-sts-policy-syntax", 'line 1, "<html>"')]),
    ("nothing", answer(""), [("mta-sts-policy-syntax", "version is missing")]),
    ("not there", answer("none", status="404 Not Found"),
     [("mta-sts-no-policy", "HTTP 404")]),
    ("elsewhere", answer(policy(), status="301 Moved Permanently",
                         more=f"Location: https://{HOST}/else.txt\r\n"),
     [("mta-sts-redirect", "HTTP 301")]),
    ("as large as may be",
     answer(policy() + "x: " + "y" * (LIMITS["LIMIT_STS_POLICY_BYTES"] -
                                      len(policy()) - 3)), []),
    ("larger",
     answer(policy() + "x: " + "y" * (LIMITS["LIMIT_STS_POLICY_BYTES"] -
                                      len(policy()) - 2)),
     [("mta-sts-policy-syntax", "larger than 65536")]),
    ("a header as large as that",
     answer(policy(), more="X: " + "y" * LIMITS["LIMIT_STS_HEADER_BYTES"] +
            "\r\n"), [("mta-sts-policy-syntax", "its header")]),
    ("many small fields", answer(policy(), more="X: y\r\n" * 4000),
     [("mta-sts-policy-syntax", "its header")]),
]


def endless(connection):
    """A policy that goes on."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
    while True:
        connection.sendall(b"mx: mx.d.test\n" * 100)


class Host(threading.Thread):
    """An HTTPS server that answers whatever it is asked with `answer`, bytes or
    a function; `asked` has the requests."""

    def __init__(self, certificate):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate + ".pem", certificate + ".key")
        self.answer = b""
        self.asked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self.socket.close()

    def serve(self, plain):
        plain.settimeout(PATIENCE_S)
        with self.context.wrap_socket(plain, server_side=True) as connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                got = connection.recv(4096)
                if not got:
                    return
                asked += got
            self.asked.append(asked)
            if callable(self.answer):
                self.answer(connection)
            else:
                connection.sendall(self.answer)

    def run(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            with plain:
                try:
                    self.serve(plain)
                except OSError:
                    pass  # it went away, which some cases are about


class Certificates:
    """Makes them in a folder; the CA's is ca.pem."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=CA",
                     "-days", "30", "-keyout", "ca.key", "-out", "ca.pem")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True,
                       capture_output=True)

    def make(self, name, host, days):
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")
        with open(os.path.join(self.folder, name + ".ext"), "w",
                  encoding="ascii") as file:
            file.write(f"subjectAltName=DNS:{host}\n")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem",
                     "-CAkey", "ca.key", "-CAcreateserial", "-days", str(days),
                     "-extfile", f"{name}.ext", "-out", f"{name}.pem")
        return os.path.join(self.folder, name)


class Policy(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = Certificates(cls.path(""))
        cls.valid = made.make("valid", HOST, 10)
        cls.other = made.make("other", "d.test", 10)
        cls.expired = made.make("expired", HOST, -1)
        cls.write("own.conf", f'store {{ sqlite = "{cls.path("none.db")}" }}\n')

    def look(self, port, zone=None, ca_file="ca.pem"):
        """(status, what is not checkable, {finding: seen} about the policy)"""
        self.write("sts.zone", zone or zone_of({}))
        trust = ["--ca-file", self.path(ca_file)] if ca_file else []
        status, out, err = self.run_tool(
            "posture", "--config", "own.conf", "--dns", "sts.zone", "--json",
            "--connect", f"{HOST}:443=127.0.0.1:{port}", *trust, "d.test",
            common=False)
        self.assertEqual(err, "")
        self.assertNotIn("\x1b", out)
        *findings, domain = map(json.loads, out.splitlines())
        return status, domain["not_checkable"], {
            f["finding"]: f["seen"] for f in findings
            if f["finding"] in STS_KINDS or f["finding"] == "mta-sts-missing"}

    def test_cases(self):
        with Host(self.valid) as host:
            for name, host.answer, wanted in CASES:
                with self.subTest(name):
                    _, unchecked, seen = self.look(host.port)
                    self.assertEqual((unchecked, sorted(seen)),
                                     ([], sorted(w[0] for w in wanted)))
                    for kind, words in wanted:
                        self.assertIn(words, seen[kind])
            self.assertEqual(len(host.asked), len(CASES))  # none followed
            for asked in host.asked:
                self.assertTrue(asked.startswith(GET), asked)
                self.assertIn(b"\r\nHost: mta-sts.d.test\r\n", asked)

    def test_every_finding_has_a_case(self):
        wanted = {w[0] for case in CASES for w in case[2]}
        self.assertEqual(STS_KINDS - wanted,
                         {"mta-sts-certificate", "mta-sts-no-record"})

    def test_status(self):
        with Host(self.valid) as host:
            host.answer = answer(policy())
            self.assertEqual(self.look(host.port), (DONE, [], {}))
            host.answer = answer(policy("mx: x.test"))
            self.assertEqual(self.look(host.port)[0], FINDINGS)

    def test_certificates(self):
        """Nothing is asked of a host that is not the one."""
        for certificate, ca_file, words in (
                (self.other, "ca.pem", "certificate subject name"),
                (self.expired, "ca.pem", "expired"),
                (self.valid, None, "certificate")):
            with self.subTest(words), Host(certificate) as host:
                host.answer = answer(policy())
                _, unchecked, seen = self.look(host.port, ca_file=ca_file)
                self.assertEqual((unchecked, list(seen)),
                                 ([], ["mta-sts-certificate"]))
                self.assertIn(words, seen["mta-sts-certificate"])
                self.assertEqual(host.asked, [])

    def test_endless(self):
        with Host(self.valid) as host:
            host.answer = endless
            _, unchecked, seen = self.look(host.port)
            self.assertEqual(unchecked, [])
            self.assertIn("larger than", seen["mta-sts-policy-syntax"])

    def test_drips(self):
        """A byte now and then: it ends by our clock, not by the host's."""
        left = threading.Event()

        def drip(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not left.wait(0.5):
                connection.sendall(b"m")

        with Host(self.valid) as host:
            host.answer = drip
            try:
                status, unchecked, seen = self.look(host.port)
            finally:
                left.set()
        self.assertEqual((status, seen), (UNCHECKED, {}))
        self.assertEqual(unchecked, [
            f"the policy at {HOST}: no whole answer in "
            f"{LIMITS['LIMIT_STS_FETCH_MS'] // 1000} s"])

    def test_blocked(self):
        """Nobody listens: that says nothing of the policy."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        status, (unchecked,), seen = self.look(port)
        self.assertEqual((status, seen), (UNCHECKED, {}))
        self.assertIn(f"the policy at {HOST}: ", unchecked)

    def test_no_record(self):
        """A policy that nobody looks for; and none, for which no record is."""
        bare = zone_of({"_mta-sts.d.test": []})
        with Host(self.valid) as host:
            host.answer = answer(policy())
            _, _, seen = self.look(host.port, bare)
            self.assertEqual(seen, {
                "mta-sts-no-record": "_mta-sts.d.test has none"})
            for host.answer in (answer("", status="404 Not Found"),
                                answer("<html>")):
                status, unchecked, seen = self.look(host.port, bare)
                self.assertEqual((unchecked, list(seen)),
                                 ([], ["mta-sts-missing"]))

    def test_zone_file_alone(self):
        """With --dns nothing is asked but what --connect names."""
        with Host(self.valid) as host:
            self.write("sts.zone", zone_of({HOST: "A 127.0.0.1"}))
            status, _, err = self.run_tool(
                "posture", "--config", "own.conf", "--dns", "sts.zone",
                "--connect", f"{HOST}:25=127.0.0.1:{host.port}", "d.test",
                common=False)
            self.assertEqual((status, err, host.asked), (DONE, "", []))

    def test_no_mail(self):
        """A domain that takes no mail needs no policy, and none is fetched."""
        with Host(self.valid) as host:
            host.answer = answer(policy())
            self.look(host.port, zone_of({"d.test": [
                "A 192.0.2.10", "MX 0 .", *SOUND["d.test"][2:]]}))
            self.assertEqual(host.asked, [])

    def test_usage(self):
        self.write("sts.zone", zone_of({}))
        shared = ["posture", "--config", "own.conf", "--dns", "sts.zone", "d.test"]
        for bad in ("a:25", "a:25=b:25", "a=127.0.0.1:25", "a:0=127.0.0.1:25",
                    "a:25=127.0.0.1:65536", "a:25=::1:25", "..:1=[::1]:1"):
            self.want(USAGE, f'--connect: "{bad}" is not HOST:PORT=ADDRESS:PORT',
                      *shared, "--connect", bad, common=False)
        self.want(USAGE, "--ca-file: ", *shared, "--ca-file", "missing.pem",
                  common=False)


class Reported(InboxTest):
    """What TLS reports say of the step from testing to enforce."""

    def test_evidence(self):
        made = Certificates(self.path(""))
        with Host(made.make("valid", HOST, 10)) as host:
            host.answer = answer(policy(mode="testing", max_age=86400))
            self.assertEqual(self.seen(host), "mode: testing")
            self.take(inbox_rig.tls(
                ("sts", 5326, 3, []), ("no-policy-found", 9, 0, []),
            ).replace(b"example.test", b"d.test"))
            self.take(inbox_rig.tls(("sts", 9, 9, []), name="2"))
            self.assertEqual(
                self.seen(host), "mode: testing; in the last 30 days TLS reports "
                "counted 5329 sessions, 3 failed")

    def seen(self, host):
        self.write("sts.zone", zone_of({}))
        _, out, _ = self.run_tool(
            "posture", "--config", "conf", "--dns", "sts.zone", "--json",
            "--now", str(NOW), "--connect", f"{HOST}:443=127.0.0.1:{host.port}",
            "--ca-file", self.path("ca.pem"), "d.test", common=False)
        (found,) = [f for f in map(json.loads, out.splitlines())
                    if f.get("finding") == "mta-sts-testing"]
        return found["seen"]


if __name__ == "__main__":
    unittest.main()
