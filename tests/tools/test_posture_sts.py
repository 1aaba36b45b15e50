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
from inbox_rig import InboxTest, has_faults, judged, mailed  # noqa: E402
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


DAY_S = 86400
WEEKS_S = 14 * DAY_S
NONE = answer("", status="404 Not Found")
ENDING = answer(policy(mode="none", max_age=86400))


def record(name):
    """An MTA-STS record with that id; none without."""
    return {"_mta-sts.d.test": f'TXT "v=STSv1; id={name};"' if name else []}


def moved(name):
    """Another mail server takes the domain's mail."""
    return {**record(name), "new.d.test": "A 192.0.2.26", "d.test": [
        "A 192.0.2.10", "MX 10 new.d.test.", *SOUND["d.test"][2:]]}


BOTH = answer(policy("mx: mx.d.test", "mx: new.d.test"))
NEW = answer(policy("mx: new.d.test"))
UNTIL = "2026-05-15T12:00:00Z"  # what was enforced at NOW, for two weeks
LOST = {**record("1"), "x": ";!FAIL _mta-sts.d.test TXT SERVFAIL\n"}

# (what it shows, [(seconds after NOW, zone, answer) of a look], the findings of
# the last look with words of each)
KEPT_CASES = [
    ("nothing changed", [(0, record("1"), answer(policy())),
                         (9, record("1"), answer(policy()))], []),
    ("the same in another order, with more that means nothing",
     [(0, record("1"), answer(policy("mx: mx.d.test", "mx: *.d.test"))),
      (9, record("1"), answer(policy("mx: *.d.test", "x: y", "mx: mx.d.test",
                                     "mx: MX.d.test")))], []),
    ("content changed and id not",
     [(0, record("1"), answer(policy())),
      (9, record("1"), answer(policy(max_age=1300000)))],
     [("mta-sts-id-unchanged", "id is still 1, as with the policy of 2026-05-01T"
       "12:00:00Z (mode: enforce, max_age: 1209600); who has that one keeps it "
       f"until {UNTIL}")]),
    ("both changed", [(0, record("1"), answer(policy())),
                      (9, record("2"), answer(policy(max_age=1300000)))], []),
    ("from testing to enforce under one id",
     [(0, record("1"), answer(policy(mode="testing", max_age=86400))),
      (9, record("1"), answer(policy()))],
     [("mta-sts-id-unchanged", "mode: testing")]),
    ("likewise, when nobody holds the old one any longer",
     [(0, record("1"), answer(policy(mode="testing", max_age=86400))),
      (DAY_S, record("1"), answer(policy()))], []),
    ("changed under one id, and back: what was between is held",
     [(0, record("1"), answer(policy())),
      (9, record("1"), answer(policy(max_age=1300000))),
      (19, record("1"), answer(policy()))],
     [("mta-sts-id-unchanged", "max_age: 1300000")]),
    ("changed under one id, and mended by another",
     [(0, record("1"), answer(policy())),
      (9, record("1"), answer(policy(max_age=1300000))),
      (19, record("2"), answer(policy(max_age=1300000)))], []),
    ("the MX changed, and policy and id in time",
     [(0, record("1"), answer(policy())), (9, record("2"), BOTH),
      (DAY_S + 9, moved("2"), BOTH)],
     [("mta-sts-pattern-unused", "mx.d.test")]),
    ("the MX changed with policy and id",
     [(0, record("1"), answer(policy())), (9, moved("2"), NEW)],
     [("mta-sts-mx-early", f"new.d.test is in no mx of the enforced policy of "
       f"2026-05-01T12:00:00Z, which senders may hold until {UNTIL}")]),
    ("likewise, a day later", [
        (0, record("1"), answer(policy())), (9, moved("2"), NEW),
        (DAY_S + 9, moved("2"), NEW)], []),
    ("the MX changed and the id did not",
     [(0, record("1"), answer(policy())), (DAY_S, moved("1"), NEW)],
     [("mta-sts-id-unchanged", "id is still 1"),
      ("mta-sts-mx-cached", f"which senders may hold until {UNTIL}")]),
    ("likewise, when nobody holds the old one any longer",
     [(0, record("1"), answer(policy())), (WEEKS_S, moved("1"), NEW)], []),
    ("likewise, but the old one tested",
     [(0, record("1"), answer(policy(mode="testing"))),
      (9, moved("1"), NEW)], [("mta-sts-id-unchanged", "mode: testing")]),
    ("the MX changed, and today's policy does not have it either",
     [(0, record("1"), answer(policy())),
      (9, moved("1"), answer(policy()))],
     [("mta-sts-mx-refused", "new.d.test"),
      ("mta-sts-pattern-unused", "mx.d.test")]),
    ("the record was taken away",
     [(0, record("1"), answer(policy())), (DAY_S, record(""), NONE)],
     [("mta-sts-missing", "has none"),
      ("mta-sts-withdrawn", "the record is gone; who has the enforced policy of "
       f"2026-05-01T12:00:00Z keeps it until {UNTIL}")]),
    ("the record was taken away, and the MX changed",
     [(0, record("1"), answer(policy())), (DAY_S, moved(""), NONE)],
     [("mta-sts-missing", ""), ("mta-sts-withdrawn", ""),
      ("mta-sts-mx-cached", "new.d.test is in no mx")]),
    ("likewise, when nobody holds it any longer",
     [(0, record("1"), answer(policy())), (WEEKS_S, moved(""), NONE)],
     [("mta-sts-missing", "")]),
    ("a policy that tested was taken away",
     [(0, record("1"), answer(policy(mode="testing"))),
      (DAY_S, record(""), NONE)], [("mta-sts-missing", "")]),
    ("taken away as RFC 8461 8.3 has it",
     [(0, record("1"), answer(policy())), (9, record("2"), ENDING),
      (WEEKS_S, record(""), NONE)], [("mta-sts-missing", "")]),
    ("taken away so, but too early",
     [(0, record("1"), answer(policy())), (9, record("2"), ENDING),
      (DAY_S, record(""), NONE)],
     [("mta-sts-missing", ""), ("mta-sts-withdrawn", UNTIL)]),
    ("the policy cannot be had",
     [(0, record("1"), answer(policy())), (9, record("1"), NONE)],
     [("mta-sts-no-policy", "404"), ("mta-sts-withdrawn", "cannot be had")]),
    ("the policy is not valid",
     [(0, record("1"), answer(policy())), (9, record("1"), answer("x"))],
     [("mta-sts-policy-syntax", ""), ("mta-sts-withdrawn", "is not valid")]),
    ("the record is not valid",
     [(0, record("1"), answer(policy())),
      (9, record("no-id"), answer(policy()))],
     [("mta-sts-syntax", ""), ("mta-sts-withdrawn", "record is not valid")]),
    ("it is not known whether the record is there",
     [(0, record("1"), answer(policy())), (9, LOST, answer(policy()))], []),
    ("nor, while the MX changed",
     [(0, record("1"), answer(policy())), (9, {**moved("1"), **LOST}, NEW)],
     []),
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
            if f["finding"] in STS_KINDS or
            f["finding"] in ("mta-sts-missing", "mta-sts-syntax")}

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
        wanted = {w[0] for case in CASES + KEPT_CASES for w in case[2]}
        # Those of servers: test_alignctl_posture_live.py.
        self.assertEqual(STS_KINDS - wanted, {
            "mta-sts-certificate", "mta-sts-no-record",
            "mta-sts-server-refused", "mta-sts-server-unfit"})

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


class Kept(InboxTest):
    """What senders hold of policies that were seen before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.valid = Certificates(cls.path("")).make("valid", HOST, 10)

    def setUp(self):
        if not has_faults():
            self.skipTest("built without --enable-development: remembers by "
                          "no other time")
        super().setUp()
        with open(self.path("conf"), "a", encoding="ascii") as file:
            file.write('own { domains = {"d.test"} }\n')

    def look(self, host, changes, later_s, *more, domain="d.test"):
        """{finding: it} about the policy"""
        self.write("kept.zone", zone_of(changes))
        _, out, err = self.run_tool(
            "posture", "--config", "conf", "--dns", "kept.zone", "--json",
            "--now", str(NOW + later_s), "--ca-file", self.path("ca.pem"),
            "--connect", f"{HOST}:443=127.0.0.1:{host.port}", *more, domain,
            common=False)
        self.assertEqual(err, "")
        return {f["finding"]: f for f in map(json.loads, out.splitlines())
                if f.get("finding", "").startswith("mta-sts")}

    def rows(self):
        return self.ask("SELECT domain, id, policy, first_s, last_s, until_s "
                        "FROM posture_sts ORDER BY last_s, policy")

    def test_cases(self):
        with Host(self.valid) as host:
            for name, looks, wanted in KEPT_CASES:
                with self.subTest(name):
                    self.ask("DELETE FROM posture_sts")
                    for later_s, changes, host.answer in looks:
                        found = self.look(host, changes, later_s)
                    self.assertEqual(sorted(found),
                                     sorted(w[0] for w in wanted))
                    for kind, words in wanted:
                        self.assertIn(words, found[kind]["seen"])

    def test_fix(self):
        """The record to paste has an id that none had before."""
        with Host(self.valid) as host:
            for later_s, host.answer in (0, BOTH), (9, NEW):
                found = self.look(host, moved("1"), later_s)
        self.assertEqual(found["mta-sts-id-unchanged"]["fix"],
                         f'_mta-sts.d.test. TXT "v=STSv1; id={NOW + 9}"')

    def test_what_is_kept(self):
        """One row for what is one; what nobody holds is forgotten; only own
        domains; a bound."""
        with Host(self.valid) as host:
            host.answer = answer(policy("mx: MX.d.test", "mx: b.test"))
            for later_s in 0, 100:
                self.look(host, record("1"), later_s)
            self.look(host, record("1"), 100, "--selector", "s1",
                      domain="other.test")
            self.assertEqual(self.rows(), [(
                "d.test", "1", "version: STSv1\nmode: enforce\nmax_age: 1209600\n"
                "mx: b.test\nmx: mx.d.test\n", NOW, NOW + 100,
                NOW + 100 + WEEKS_S)])
            host.answer = answer(policy())
            self.look(host, record("2"), 100 + WEEKS_S)
            self.assertEqual([row[1] for row in self.rows()], ["2"])
            room = LIMITS["LIMIT_STS_KEPT"]
            for i in range(room):
                self.ask("INSERT INTO posture_sts SELECT domain, ?, policy, "
                         "first_s, last_s - ?, until_s FROM posture_sts WHERE "
                         "id = '2'", f"x{i}", i + 1)
            self.look(host, record("2"), 101 + WEEKS_S)
            self.assertEqual([row[1] for row in self.rows()],
                             [f"x{i}" for i in range(room - 2, -1, -1)] + ["2"])

    def test_rows_of_others(self):
        """A policy that alignd cannot have written is none; a row is told."""
        with Host(self.valid) as host:
            host.answer = answer(policy())
            self.look(host, record("1"), 0)
            self.ask("UPDATE posture_sts SET policy = 'version: STSv1'")
            host.answer = NEW
            self.assertEqual(self.look(host, moved("1"), 9), {})
            self.ask("UPDATE posture_sts SET last_s = -1")
            self.write("kept.zone", zone_of(record("1")))
            _, _, err = self.run_tool("posture", "--config", "conf", "--dns",
                                      "kept.zone", common=False)
            self.assertIn("posture_sts", err)


class Reported(InboxTest):
    """What TLS reports say of the step from testing to enforce."""

    def take_from(self, *policies, name="1", org="reporter.test", proved=True):
        """A report about d.test, of a mail that passes DMARC for its maker."""
        content = inbox_rig.tls(*policies, name=name, org=org).replace(
            b"example.test", b"d.test")
        self.take(judged(mailed(content), "pass", org) if proved else content)

    def test_evidence(self):
        made = Certificates(self.path(""))
        with Host(made.make("valid", HOST, 10)) as host:
            host.answer = answer(policy(mode="testing", max_age=86400))
            self.assertEqual(self.seen(host), ("mode: testing", None))
            self.take_from(("sts", 9, 9, []), name="3", proved=False)
            self.assertEqual(self.seen(host), (
                "mode: testing; in the last 30 days 1 TLS report came, none of "
                "which is proved and counts a session under the policy: no "
                "evidence", None))
            self.take_from(("sts", 5326, 0, []), ("no-policy-found", 9, 0, []))
            self.assertEqual(self.seen(host), (
                "mode: testing; in the last 30 days 1 proved TLS report counted "
                "5326 sessions, of which 5326 succeeded and 0 failed; not "
                "counted: 1 that nothing proves to be from whom they name",
                "mode: enforce"))
            self.take_from(
                ("sts", 1, 3, [inbox_rig.detail("certificate-expired", 2),
                               inbox_rig.detail("validation-failure", 1, "")]),
                ("tlsa", 1, 1, [inbox_rig.detail("tlsa-invalid", 1)]), name="2")
            self.take_from(
                ("sts", 0, 3, [inbox_rig.detail("certificate-expired", 1, "b"),
                               inbox_rig.detail("certificate-expired", 1),
                               inbox_rig.detail("sts-policy-invalid", 1)]),
                name="1", org="other.test")
            self.take(inbox_rig.tls(("sts", 9, 9, []), name="2"))
            seen, fix = self.seen(host)
        self.assertIsNone(fix)
        self.assertIn("in the last 30 days 3 proved TLS reports counted 5333 "
                      "sessions, of which 5327 succeeded and 6 failed: "
                      "3 certificate-expired at mx.d.test, 1 ", seen)
        self.assertIn(" and 1 kinds more; not counted: 1 that", seen)

    def seen(self, host):
        self.write("sts.zone", zone_of({}))
        _, out, _ = self.run_tool(
            "posture", "--config", "conf", "--dns", "sts.zone", "--json",
            "--now", str(NOW), "--connect", f"{HOST}:443=127.0.0.1:{host.port}",
            "--ca-file", self.path("ca.pem"), "d.test", common=False)
        (found,) = [f for f in map(json.loads, out.splitlines())
                    if f.get("finding") == "mta-sts-testing"]
        return found["seen"], found["fix"]


if __name__ == "__main__":
    unittest.main()
