#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl posture --live: each finding with a mail server that has it, and the
one beside it that only looks like it.

The servers and their certificates are this test's own; the time is given, so that
what is out of date is so for ever.
"""
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402
from inbox_rig import has_faults  # noqa: E402
from limits import LIMITS  # noqa: E402
from posture_cases import SIGNED, SOUND, zone_of  # noqa: E402
from smtp_tls_server import Authority, Server  # noqa: E402
from test_posture_sts import HOST, Certificates, Host, answer, policy  # noqa: E402

KINDS = os.path.join(os.path.dirname(__file__), "..", "..", "lib", "posture",
                     "kinds.c")
DONE, USAGE, INPUT, FINDINGS, UNCHECKED = 0, 1, 3, 6, 7
V10, V11, V12, V13 = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1,
                      ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
GOOD = ("good", "between")
NOTE = "live-seen"

# NOW is 2026-05-01 12:00. (name, key, {begins, ends, host, issuer})
CERTIFICATES = [
    ("good", "rsa", {}),
    ("wild", "leaf", {"host": "*.d.test"}),
    ("other", "leaf", {"host": "mx.other.test"}),
    ("short", "short", {}),
    ("past", "leaf", {"ends": "260430000000Z"}),
    ("future", "leaf", {"begins": "260502000000Z"}),
    ("soon", "leaf", {"begins": "260215000000Z", "ends": "260514000000Z"}),
    ("later", "leaf", {"begins": "260215000000Z", "ends": "260517000000Z"}),
    ("six", "leaf", {"begins": "260428000000Z", "ends": "260504000000Z"}),
    ("six-late", "leaf", {"begins": "260426000000Z", "ends": "260502000000Z"}),
    ("alone", "leaf", {"issuer": None}),
    ("above", "leaf", {"host": "*.test"}),
]

# (what it shows, chain, key, versions, findings beside the note of what was
# seen, the server's ciphers)
SERVERS = [
    ("nothing is wrong", GOOD, "rsa", (V12, V13), []),
    ("TLS 1.3 alone", GOOD, "rsa", (V13,), []),
    ("TLS 1.2 alone", GOOD, "rsa", (V12,), ["live-no-newest"]),
    ("TLS 1.0 and all after it", GOOD, "rsa", (V10, V13),
     [("live-old-version", "TLS 1.0, TLS 1.1")]),
    ("TLS 1.1", GOOD, "rsa", (V11, V12),
     [("live-old-version", "takes TLS 1.1"), "live-no-newest"]),
    ("TLS 1.0 alone", GOOD, "rsa", (V10,),
     [("live-old-version", "takes TLS 1.0"), "live-too-old"]),
    ("a cipher that hides nothing", GOOD, "rsa", (V12,),
     [("live-weak-cipher", "NULL-SHA256"), "live-no-newest"],
     "AES128-SHA256:NULL-SHA256:@SECLEVEL=0"),
    ("ciphers without a certificate are beside the point", GOOD, "rsa",
     (V12, V13), [], "AES128-SHA256:aNULL:@SECLEVEL=0"),
    ("a name by wildcard", ("wild", "between"), "leaf", (V12, V13), []),
    ("another's name", ("other", "between"), "leaf", (V12, V13),
     [("live-name", "mx.other.test")]),
    ("a short key", ("short", "between"), "short", (V12, V13),
     [("live-key-short", "RSA 1024")]),
    ("out of date", ("past", "between"), "leaf", (V12, V13),
     [("live-expired", "2026-04-30")]),
    ("not yet valid", ("future", "between"), "leaf", (V12, V13),
     [("live-expired", "2026-05-02")]),
    ("a sixth is left, and less", ("soon", "between"), "leaf", (V12, V13),
     [("live-expires-soon", "12 of its 88 days")]),
    ("a sixth is left, and more", ("later", "between"), "leaf", (V12, V13), []),
    ("six days, two and a half are left", ("six", "between"), "leaf",
     (V12, V13), []),
    ("six days, half a day is left", ("six-late", "between"), "leaf",
     (V12, V13), [("live-expires-soon", "0 of its 6 days")]),
    ("self-signed", ("alone",), "leaf", (V12, V13), ["live-untrusted"]),
    ("without what lies between", ("good",), "rsa", (V12, V13),
     ["live-untrusted"]),
    ("with the root", GOOD + ("root",), "rsa", (V12, V13), []),
    ("in another order", ("good", "root", "between"), "rsa", (V12, V13),
     ["live-chain"]),
    ("with one that leads nowhere", GOOD + ("other",), "rsa", (V12, V13),
     [("live-chain", "sends 3, of which 2")]),
]

REFUSED, UNFIT = "mta-sts-server-refused", "mta-sts-server-unfit"
WILD = answer(policy("mx: *.d.test"))

# (what it shows, the answer with the policy, a chain of key "leaf", the finding
# about it and words)
BY_POLICY = [
    ("a pattern, and a certificate of the host", WILD, ("wild", "between"),
     None, ""),
    ("the host, and a certificate by wildcard", answer(policy()),
     ("wild", "between"), None, ""),
    ("the pattern is the certificate's, the host's name is not",
     answer(policy("mx: *.d.test", "mx: mx.other.test")), ("other", "between"),
     REFUSED, '"mx: *.d.test" of the policy has: its certificate has mx.other'),
    ("a wildcard is one label", WILD, ("above", "between"), REFUSED,
     "its certificate has *.test"),
    ("likewise, in testing",
     answer(policy("mx: *.d.test", mode="testing", max_age=86400)),
     ("above", "between"), UNFIT, "its certificate has *.test"),
    ("a policy that asks for nothing", answer(policy(mode="none")),
     ("above", "between"), None, ""),
    ("out of date", WILD, ("past", "between"), REFUSED, "ended at 2026-04-30"),
    ("not yet valid", WILD, ("future", "between"), REFUSED,
     "begins at 2026-05-02"),
    ("self-signed", WILD, ("alone",), REFUSED, "self"),
    ("a host that the policy does not have", answer(policy("mx: b.test")),
     ("other", "between"), None, ""),
]

# What a server says, and the words of what was not checkable.
TALKS = [
    ("refuses us", {"greeting": b"554 no\r\n"}, 'answered "554 no"'),
    ("no EHLO", {"offers": b"502 what\r\n"}, "EHLO is answered"),
    ("not now", {"answer": b"454 later\r\n"}, "STARTTLS is answered"),
    ("more before TLS", {"answer": b"220 go\r\n250 and more\r\n"},
     "more before TLS"),
    ("no SMTP", {"greeting": b"SSH-2.0-x\x1b[0m\r\n"}, "none of SMTP"),
]


class Live(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        holder = tempfile.TemporaryDirectory(prefix="posture-live.")
        cls.addClassCleanup(holder.cleanup)
        cls.ca = Authority(holder.name)
        for name, key, more in CERTIFICATES:
            cls.ca.make(name, key, **{"issuer": "between", **more})
        cls.write("own.conf", 'authserv_id = "probe.test"\n'
                  f'store {{ sqlite = "{cls.path("none.db")}" }}\n')

    def server(self, chain, key, versions, ciphers=None, **more):
        return Server(self.ca.chain(*chain), self.ca.path(key + ".key"),
                      versions, ciphers, **more)

    def look(self, port, *arguments, changes=None, name="mx.d.test", wait="60"):
        """(exit status, {finding: seen} of mail servers, the last domain)"""
        zone = self.write(f"{port}.zone", zone_of(
            changes or {"_mta-sts.d.test": []}))
        got, out, err = self.run_tool(
            "posture", "--config", "own.conf", "--dns", zone, "--now", str(NOW),
            "--json", "d.test", "--live", "--ca-file", self.ca.root,
            "--connect", f"{name}:25=127.0.0.1:{port}", "--wait", wait,
            *arguments, common=False)
        self.assertEqual(err, "")
        *findings, domain = map(json.loads, out.splitlines())
        return got, {f["finding"]: f["seen"] for f in findings
                     if f.get("finding", "").startswith("live-")}, domain

    def test_servers(self):
        servers = [self.server(chain, key, versions, *ciphers)
                   for _, chain, key, versions, _, *ciphers in SERVERS]
        with ThreadPoolExecutor(8) as pool:
            looks = list(pool.map(self.look_at, servers))
        for (name, _, _, _, wanted, *_), (_, seen, domain) in zip(SERVERS,
                                                                  looks):
            with self.subTest(name):
                self.assertEqual(domain["not_checkable"], [])
                self.assertEqual(
                    sorted(seen), sorted([NOTE] + [
                        w if isinstance(w, str) else w[0] for w in wanted]),
                    seen)
                for each in wanted:
                    if not isinstance(each, str):
                        self.assertIn(each[1], seen[each[0]])

    def look_at(self, server):
        with server:
            return self.look(server.port)

    def test_every_finding_has_a_server(self):
        with open(KINDS, encoding="ascii") as file:
            kinds = {line.split('"')[1] for line in file
                     if line.startswith("\tROW(LIVE_")}
        self.assertGreater(len(kinds), 10)
        wanted = {w if isinstance(w, str) else w[0]
                  for case in SERVERS for w in case[4]}
        self.assertEqual(kinds - wanted, {
            NOTE, "live-no-starttls", "live-tlsa-mismatch",
            "live-out-of-reach"})

    def test_what_was_seen(self):
        """From which host, and that no mail is named."""
        with self.server(GOOD, "rsa", (V12, V13)) as server:
            got, seen, domain = self.look(server.port, changes={"x": []})
        self.assertEqual((got, domain["grade"]), (DONE, "A"))
        for words in (f"127.0.0.1 port {server.port}", "from probe.test",
                      '"220 mx.d.test ESMTP"; TLS 1.2, TLS 1.3;',
                      "RSA 2048 until 2028-01-01T00:00:00Z"):
            self.assertIn(words, seen[NOTE])
        self.assertEqual(set(server.said), {b"EHLO probe.test", b"STARTTLS"})
        self.assertEqual(set(server.inside), {b"QUIT\r\n"})
        self.assertEqual(server.clients, 5)

    def by_policy(self, certificate, text, server):
        """{finding: seen} of a server that the policy may be about."""
        with Host(certificate) as host, server:
            host.answer = text
            _, out, err = self.run_tool(
                "posture", "--config", "own.conf", "--dns", "policy.zone",
                "--now", str(NOW), "--json", "d.test", "--live",
                "--ca-file", self.path("both.pem"),
                "--connect", f"mx.d.test:25=127.0.0.1:{server.port}",
                "--connect", f"{HOST}:443=127.0.0.1:{host.port}", common=False)
        self.assertEqual(err, "")
        return {f["finding"]: f["seen"] for f in
                map(json.loads, out.splitlines())
                if f.get("finding") in (REFUSED, UNFIT)}

    def test_by_policy(self):
        """What senders that go by MTA-STS make of the certificate."""
        certificate = Certificates(self.path("")).make("valid", HOST, 10)
        with open(self.path("both.pem"), "w", encoding="ascii") as both:
            for path in self.ca.root, self.path("ca.pem"):
                with open(path, encoding="ascii") as one:
                    both.write(one.read())
        self.write("policy.zone", zone_of({}))
        cases = [(certificate, text, self.server(chain, "leaf", (V12, V13)))
                 for _, text, chain, _, _ in BY_POLICY]
        cases.append((certificate, WILD, Server(offers=b"250 mx.d.test\r\n")))
        with ThreadPoolExecutor(8) as pool:
            *looks, plain = pool.map(lambda case: self.by_policy(*case), cases)
        for (name, _, _, wanted, words), seen in zip(BY_POLICY, looks):
            with self.subTest(name):
                self.assertEqual(list(seen), [wanted] if wanted else [])
                self.assertIn(words, "".join(seen.values()))
        self.assertIn("it offers no STARTTLS", plain[REFUSED])

    def test_each_address(self):
        """A fault is that of the address which has it, IPv4 and IPv6."""
        try:
            bad = self.server(("past", "between"), "leaf", (V12, V13),
                              address="::1")
        except OSError as error:
            self.skipTest(f"no IPv6 on this machine: {error}")
        with self.server(GOOD, "rsa", (V12, V13)) as good, bad:
            got, seen, domain = self.look(
                good.port, "--connect", f"mx.d.test:25=[::1]:{bad.port}")
        self.assertEqual((got, domain["not_checkable"]), (FINDINGS, []))
        self.assertEqual(set(seen), {NOTE, "live-expired"})
        self.assertIn("mx.d.test at ::1: it ended", seen["live-expired"])
        self.assertEqual((good.clients, bad.clients), (5, 5))

    def test_each_address_of_the_dns(self):
        _, _, domain = self.look(1, name="elsewhere.test", changes={
            "mx.d.test": ["A 127.0.0.1", "A 127.0.0.2", "AAAA ::1"]})
        self.assertEqual(
            [text.split(": ")[1].split(",")[0]
             for text in domain["not_checkable"]],
            ["127.0.0.1 port 25", "127.0.0.2 port 25", "::1 port 25"])

    def test_many_addresses(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        room = LIMITS["LIMIT_PROBE_ADDRESSES"]
        for count in room, room + 1:
            more = [f"--connect=mx.d.test:25=127.0.0.{i + 1}:{port}"
                    for i in range(1, count)]
            _, _, domain = self.look(port, *more)
            *looked, last = domain["not_checkable"]
            self.assertIn(f"{room + 1} addresses: {room} were" if count > room
                          else f"127.0.0.{room} port", last)
            self.assertEqual(len(looked), room if count > room else room - 1)

    def test_many_addresses_of_many_servers(self):
        """Private ones, which cost nothing here."""
        room = LIMITS["LIMIT_PROBE_ADDRESSES"]
        whole = LIMITS["LIMIT_PROBE_DOMAIN_ADDRESSES"] // room
        names = [f"m{i}.d.test" for i in range(whole + 1)]
        zone = {name: [f"A 127.0.{i}.{j + 1}" for j in range(room)]
                for i, name in enumerate(names)}
        zone["d.test"] = ["A 192.0.2.10", *SOUND["d.test"][2:], *(
            f"MX {i} {name}." for i, name in enumerate(names))]
        _, _, domain = self.look(1, name="elsewhere.test", changes=zone)
        *looked, last = domain["not_checkable"]
        self.assertEqual(len(looked), whole * room)
        self.assertEqual(
            last, f"{names[-1]} has {room} addresses: 0 were looked at")

    def test_out_of_reach(self):
        """IPv6 of a server, looked at from a machine without: no machine has
        a way to a group of hosts by TCP."""
        rule = "--connect=mx.d.test:25=[ff02::1]:25"
        with self.server(GOOD, "rsa", (V12, V13)) as server:
            got, seen, domain = self.look(server.port, rule,
                                          changes={"x": []})
        self.assertEqual((got, domain["not_checkable"]), (DONE, []))
        self.assertIn("mx.d.test, ff02::1 port 25, from probe.test: no "
                      "connection: this machine has no way",
                      seen["live-out-of-reach"])
        # With no other address nothing is known of the server.
        with Server(greeting=b"554 no\r\n") as server:
            got, seen, domain = self.look(server.port, rule,
                                          changes={"x": []})
        self.assertEqual((got, seen, len(domain["not_checkable"])),
                         (UNCHECKED, {}, 2))

    @unittest.skipUnless(has_faults(), "remembers by no other time")
    def test_what_is_not_looked_at_stands(self):
        """Without --live nobody knows whether a server was mended."""
        conf = (f'store {{ sqlite = "{self.path("kept.db")}" }}\n'
                'own { domains = {"d.test"} }\n')
        self.write("kept.conf", conf)
        subprocess.run([RECORD_TOOL, "kept.conf", "zone", self.path("kept.db")],
                       cwd=self.folder, input=b"", check=True,
                       stdout=subprocess.DEVNULL)
        self.write("kept.zone", zone_of({"_mta-sts.d.test": []}))

        def since(later_s, *live):
            _, out, _ = self.run_tool(
                "posture", "--config", "kept.conf", "--dns", "kept.zone",
                "--json", "--now", str(NOW + later_s), "d.test", *live,
                common=False)
            return {f["finding"]: f["since"] for f in
                    map(json.loads, out.splitlines()) if "finding" in f}

        with self.server(("past", "between"), "leaf", (V12, V13)) as bad, \
                self.server(GOOD, "rsa", (V12, V13)) as good:
            looks = [["--live", "--ca-file", self.ca.root,
                      f"--connect=mx.d.test:25=127.0.0.1:{server.port}"]
                     for server in (bad, good)]
            first = since(0, *looks[0])["live-expired"]
            self.assertNotIn("live-expired", since(100))
            self.assertEqual(since(200, *looks[0])["live-expired"], first)
            self.assertNotIn("live-expired", since(300, *looks[1]))
            self.assertNotEqual(since(400, *looks[0])["live-expired"], first)

    def test_once(self):
        """A server of two domains is looked at once."""
        with self.server(GOOD, "rsa", (V12, V13)) as server:
            self.look(server.port, "bare.test", changes={
                "bare.test": ["MX 10 mx.d.test."]})
        self.assertEqual(server.clients, 5)

    def test_torn_down(self):
        """By a server, as soon as its certificate was sent."""
        with self.server(GOOD, "rsa", (V12, V13), is_rude=True) as server:
            got, seen, _ = self.look(server.port, changes={"x": []})
        self.assertIn(got, (DONE, FINDINGS, UNCHECKED))
        self.assertIn("RSA 2048", seen[NOTE])

    def test_no_starttls(self):
        with Server(offers=b"250-mx.d.test\r\n250 XSTARTTLS\r\n") as server:
            got, seen, domain = self.look(server.port)
        self.assertEqual((got, domain["grade"], domain["not_checkable"]),
                         (FINDINGS, "D", []))
        self.assertEqual(set(seen), {NOTE, "live-no-starttls"})
        self.assertEqual(server.said, [b"EHLO probe.test", b"QUIT"])

    def test_profiles(self):
        """Each row about mail servers, met by one and not by another."""
        def sound():
            return self.server(GOOD, "rsa", (V12, V13))

        def weak():
            return self.server(GOOD, "rsa", (V12,), "AES128-SHA256:NULL-SHA256"
                                                    ":@SECLEVEL=0")

        def plain():
            return Server(offers=b"250-mx.d.test\r\n250 XSTARTTLS\r\n")

        def named():
            return self.server(("other", "between"), "leaf", (V12, V13))

        def old():
            return self.server(GOOD, "rsa", (V10,))

        for profile, rule, asks, bad in (
                ("uk-gov", "guidance 3", "TLS 1.2", old),
                ("uk-gov", "guidance 14", "certificates", named),
                ("ism-1799", "ISM-0572", "TLS", plain),
                ("cisa-bod-18-01", "BOD 18-01 1.a.i", "STARTTLS", plain),
                ("cisa-bod-18-01", "BOD 18-01 1.a.ii", "RC4", weak)):
            for server, state in ((sound, "met"), (bad, "not met")):
                with self.subTest(profile=profile, rule=rule, state=state):
                    row, = [row for row in self.rows(profile, server())
                            if row["rule"] == rule and asks in row["asks"]]
                    self.assertEqual(row["state"], state, row)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        for row in self.rows("cisa-bod-18-01", None, port):
            if "mail servers" in row["asks"]:
                self.assertEqual(row["state"], "not checkable", row)

    def rows(self, profile, server, port=None):
        self.write("profile.zone", zone_of({}))
        with server or contextlib.nullcontext():
            _, out, err = self.run_tool(
                "posture", "--config", "own.conf", "--dns", "profile.zone",
                "--now", str(NOW), "--json", "d.test", "--live", "--ca-file",
                self.ca.root, "--connect",
                f"mx.d.test:25=127.0.0.1:{port or server.port}", "--wait",
                "60", "--profile", profile, common=False)
        self.assertEqual(err, "")
        return [json.loads(line) for line in out.splitlines()]

    def test_dane(self):
        """One record that fits is enough, and where none does that is told;
        who has one needs neither name nor date, but for MTA-STS."""
        fits = [("past", 3, s, m) for s in (0, 1) for m in (0, 1, 2)] + [
            ("between", 2, 1, 1), ("between", 2, 0, 2)]
        wrong = self.ca.tlsa("good", 3, 1, 1)
        plain = ["live-expired"]
        cases = [([self.ca.tlsa(*f), wrong],
                  ["live-expired"] if f[1] == 2 else []) for f in fits] + [
            ([wrong], plain + ["live-tlsa-mismatch"]),
            ([self.ca.tlsa("good", 2, 1, 1), wrong],
             plain + ["live-tlsa-mismatch"])]
        with self.server(("past", "between"), "leaf", (V12, V13)) as server:
            for records, wanted in cases:
                with self.subTest(records=records):
                    self.dane(server.port, records, wanted)
            # Nobody heeds what is not signed.
            self.dane(server.port, [wrong], plain, signed=[])
            # It may be one that every sender has.
            self.dane(server.port, [self.ca.tlsa("good", 2, 0, 0)], plain,
                      unchecked="that the server does not send")
        own = self.ca.tlsa("alone", 3, 1, 1)
        with self.server(("alone",), "leaf", (V12, V13)) as server:
            self.dane(server.port, [own], [])
            self.dane(server.port, [own], ["live-untrusted"],
                      sts=SOUND["_mta-sts.d.test"])

    def dane(self, port, records, wanted, sts=(), signed=SIGNED,
             unchecked=None):
        """sts: the record of MTA-STS, if any"""
        _, seen, domain = self.look(port, changes={
            "_mta-sts.d.test": sts,
            "_25._tcp.mx.d.test": [f"TLSA {r}" for r in records],
            "x": signed})
        self.assertEqual(sorted(seen), sorted([NOTE] + wanted), seen)
        self.assertEqual(len(domain["not_checkable"]), 1 if unchecked else 0)
        if unchecked:
            self.assertIn(unchecked, domain["not_checkable"][0])

    def unchecked(self, port, words, **more):
        got, seen, domain = self.look(port, changes={"x": []}, **more)
        self.assertEqual((got, seen, domain["grade"]), (UNCHECKED, {}, "A"))
        (text,) = domain["not_checkable"]
        self.assertIn("mx.d.test by SMTP, from probe.test", text)
        self.assertIn(words, text)
        self.assertNotIn("\x1b", text)

    def test_not_checkable(self):
        for name, more, words in TALKS:
            with self.subTest(name), Server(**more) as server:
                self.unchecked(server.port, words)
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self.unchecked(port, "it is refused")
        with Server(greeting=None) as server:
            self.unchecked(server.port, "no answer in time", wait="1")

    def test_handshake_that_never_ends(self):
        with Server() as server:
            got, seen, domain = self.look(server.port, wait="1",
                                          changes={"x": []})
        self.assertEqual((got, set(seen)), (UNCHECKED, {NOTE}))
        (text,) = domain["not_checkable"]
        self.assertIn("TLS 1.0, TLS 1.1, TLS 1.2, TLS 1.3 of mx.d.test", text)
        self.assertIn("does not end in time", text)

    def test_talkers(self):
        """A server that talks for ever is left at a bound; up to it not."""
        lines = LIMITS["LIMIT_PROBE_LINES"]
        room = LIMITS["LIMIT_PROBE_LINE_BYTES"]
        more = b"220-x\r\n"
        with Server(greeting=more * lines + b"220 x\r\n") as server:
            self.unchecked(server.port, "too many lines")
        # With EHLO's two lines and that of STARTTLS it is the most.
        with self.server(GOOD, "rsa", (V12, V13), greeting=more *
                         (lines - 4) + b"220 x\r\n") as server:
            self.assertEqual(self.look(server.port)[2]["not_checkable"], [])
        with Server(greeting=b"220 " + b"x" * room + b"\r\n") as server:
            self.unchecked(server.port, "too long")
        with self.server(GOOD, "rsa", (V12, V13), greeting=b"220 " + b"x" *
                         (room - 6) + b"\r\n") as server:
            self.assertEqual(self.look(server.port)[2]["not_checkable"], [])

    def test_long_chain(self):
        room = LIMITS["LIMIT_PROBE_CHAIN"]
        chain = GOOD + ("other",) * room
        with self.server(chain, "rsa", (V12, V13)) as server:
            _, seen, _ = self.look(server.port)
        self.assertIn(f"sends {room}, of which 2", seen["live-chain"])

    def test_private(self):
        """What the DNS says leads nobody into our own network."""
        with self.server(GOOD, "rsa", (V12, V13)) as server:
            for name, clients in (("elsewhere.test", 0), ("mx.d.test", 5)):
                _, _, domain = self.look(server.port, name=name, changes={
                    "mx.d.test": "A 127.0.0.1"})
                self.assertEqual(server.clients, clients)
                self.assertEqual(["private address" in text for text in
                                  domain["not_checkable"]],
                                 [] if clients else [True])

    def test_options(self):
        self.want(USAGE, "with --live only", "posture", "d.test", "--wait",
                  "9")
        for rule in ("mx.d.test=127.0.0.1:25", "mx.d.test:25=::1:25",
                     "mx.d.test:25=127.0.0.1:65536", "..:25=127.0.0.1:25",
                     "mx.d.test:0=127.0.0.1:25"):
            self.want(USAGE, f'"{rule}" is not HOST:PORT=ADDRESS:PORT',
                      "posture", "d.test", "--live", "--connect", rule)
        for wait in ("0", "301", "x"):
            self.want(USAGE, f'"{wait}" is no number of seconds', "posture",
                      "d.test", "--live", "--wait", wait)
        self.want(INPUT, "no certificates", "posture", "d.test", "--live",
                  "--ca-file", self.path("own.conf"))


if __name__ == "__main__":
    unittest.main()
