#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl check: every object against its schema, and what it says."""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, ToolTest  # noqa: E402

GOOD_IP = "192.0.2.5"
BAD_IP = "203.0.113.5"
FROM = "From: Ann <ann@example.test>\r\n"
REST = "To: b@mx.test\r\nSubject: hello\r\nDate: Fri, 1 May 2026 12:00:00 +0000\r\n\r\nhello\r\n"
PLAIN = FROM + REST
UNREADABLE = "DKIM-Signature: no tags at all\r\n"


def at(value, path):
    """at({"a": [{"b": 1}]}, "a.0.b") is 1."""
    for step in path.split("."):
        value = value[int(step) if isinstance(value, list) else step]
    return value


def addressed(address):
    return f"From: {address}\r\n" + REST


# name, message, client, MAIL FROM, {path: value}
MESSAGES = [
    ("SPF pass, aligned", PLAIN, GOOD_IP, "a@example.test", {
        "author_domain": "example.test", "author_error": None,
        "spf.result": "pass", "spf.domain": "example.test",
        "spf.scope": "mfrom", "spf.reason": None, "dkim": [],
        "arc": {"result": "none", "sealers": []},
        "iprev": {"result": "pass", "name": "mail.example.test"},
        "dmarc": {
            "result": "pass", "policy_domain": "example.test",
            "org_domain": "example.test", "discovery": "treewalk",
            "record": "v=DMARC1; p=reject; sp=quarantine; aspf=s",
            "p": "reject", "sp": "quarantine", "np": None, "adkim": "r",
            "aspf": "s", "t": "n", "psd": "u", "asked": "reject",
            "dkim_aligned": False, "spf_aligned": True, "reason": None,
            "basis": None},
        "verdict": {"applied": "none", "override": None, "reply": None,
                    "reference": None},
        "headers": [
            "Authentication-Results: mx.test; "
            "dmarc=pass header.from=example.test policy.dmarc=reject; "
            "spf=pass smtp.mailfrom=example.test; dkim=none; "
            "iprev=pass (mail.example.test) policy.iprev=192.0.2.5"]}),
    ("forged", PLAIN, BAD_IP, "a@other.test", {
        "spf.result": "pass", "dmarc.result": "fail",
        "dmarc.spf_aligned": False, "verdict.applied": "reject",
        "dmarc.reason": "SPF pass for other.test is not aligned (strict), "
                        "no DKIM signature"}),
    ("SPF fail", PLAIN, BAD_IP, "a@example.test", {
        "spf.result": "fail", "dmarc.result": "fail",
        "verdict.applied": "reject"}),
    ("SPF softfail", addressed("a@soft.test"), BAD_IP, "a@soft.test", {
        "spf.result": "softfail", "dmarc.result": "fail"}),
    ("SPF permerror", PLAIN, BAD_IP, "a@badspf.test", {
        "spf.result": "permerror", "spf.domain": "badspf.test",
        "dmarc.result": "fail"}),
    ("SPF temperror, aligned", addressed("a@deaf.test"), BAD_IP,
     "a@deaf.test", {
         "spf.result": "temperror", "dmarc.result": "temperror",
         "dmarc.asked": "reject", "verdict.applied": "tempfail"}),
    ("SPF temperror of somebody else", PLAIN, BAD_IP, "a@deaf.test", {
        "spf.result": "temperror", "dmarc.result": "fail",
        "verdict.applied": "reject"}),
    ("null sender, HELO vouches in relaxed mode only", PLAIN, GOOD_IP, "<>", {
        "spf.result": "pass", "spf.domain": "mail.example.test",
        "spf.scope": "helo", "dmarc.result": "fail"}),
    ("no sender given is the null sender", PLAIN, GOOD_IP, None, {
        "spf.result": "pass", "spf.scope": "helo"}),
    ("a sender that is no mailbox", PLAIN, GOOD_IP, "no mailbox", {
        "spf.result": "none", "spf.domain": None, "spf.scope": "mfrom",
        "dmarc.result": "fail"}),
    ("a sender without domain", PLAIN, GOOD_IP, "<postmaster>", {
        "spf.result": "none", "spf.domain": None}),
    ("subdomain, sp", addressed("a@mail.example.test"), BAD_IP,
     "a@other.test", {
         "author_domain": "mail.example.test",
         "dmarc.policy_domain": "example.test", "dmarc.asked": "quarantine",
         "verdict.applied": "quarantine", "verdict.reply": None}),
    ("no such subdomain, np", addressed("a@gone.other.test"), BAD_IP,
     "a@example.test", {"dmarc.np": "reject", "dmarc.asked": "reject"}),
    ("p=none", addressed("a@none.test"), BAD_IP, "a@example.test", {
        "dmarc.result": "fail", "dmarc.asked": "none",
        "verdict.applied": "none", "verdict.reply": None}),
    ("t=y", addressed("a@trial.test"), BAD_IP, "a@example.test", {
        "dmarc.p": "reject", "dmarc.t": "y", "dmarc.asked": "quarantine",
        "verdict.applied": "quarantine",
        "verdict.override": {"type": "policy_test_mode", "comment": None}}),
    ("no policy", addressed("a@nothing.test"), BAD_IP, "a@example.test", {
        "dmarc.result": "none", "dmarc.policy_domain": None,
        "dmarc.org_domain": "nothing.test", "dmarc.record": None,
        "dmarc.p": None, "dmarc.adkim": None, "dmarc.t": None,
        "dmarc.psd": None, "dmarc.asked": None, "verdict.reference": None}),
    ("policy lookup fails", addressed("a@broken.test"), BAD_IP,
     "a@example.test", {
         "dmarc.result": "temperror", "dmarc.asked": None,
         "verdict.applied": "tempfail"}),
    ("a record without a usable p", addressed("a@odd.test"), BAD_IP, None, {
        "dmarc.record": "v=DMARC1; p=bogus", "dmarc.policy_domain": "odd.test",
        "dmarc.asked": None}),
    ("no From", REST, BAD_IP, "a@example.test", {
        "author_domain": None, "author_error": "no From field",
        "dmarc.result": "permerror", "dmarc.discovery": None,
        "verdict.applied": "reject"}),
    ("two From", FROM + PLAIN, GOOD_IP, "a@example.test", {
        "author_error": "several From fields", "dmarc.result": "permerror"}),
    ("two domains", addressed("a@example.test, b@other.test"), GOOD_IP,
     "a@example.test", {"author_error": "several author domains"}),
    ("two addresses, one domain", addressed("a@example.test, b@EXAMPLE.test"),
     GOOD_IP, "a@example.test", {
         "author_domain": "example.test", "dmarc.result": "pass"}),
    ("no address", addressed("undisclosed:;"), GOOD_IP, "a@example.test", {
        "author_error": "no address in From"}),
    ("unparsable", addressed("<<a@example.test>"), GOOD_IP, "a@example.test",
     {"author_error": "unreadable From field"}),
    ("no DNS name", addressed("a@[192.0.2.1]"), GOOD_IP, "a@example.test", {
        "author_error": "From domain is no DNS name"}),
    ("IDN", addressed("a@b\u00fccher.test"), GOOD_IP, "a@example.test", {
        "author_domain": "xn--bcher-kva.test"}),
    ("empty", "", BAD_IP, None, {
        "author_error": "no From field", "dmarc.result": "permerror"}),
    ("mbox", "From ann Fri May  1 12:00:00 2026\r\n" + PLAIN, GOOD_IP,
     "a@example.test", {"dmarc.result": "pass"}),
]


class Check(ToolTest):

    def check(self, *files, ip=BAD_IP, sender="a@other.test", status=0,
              more=(), stdin=b""):
        arguments = ["--client-ip", ip, "--helo", "mail.example.test"]
        if sender is not None:
            arguments += ["--mail-from", sender]
        return self.objects("check", *arguments, *more, *files, status=status,
                            stdin=stdin)

    def check_text(self, content, **more):
        values = self.check(self.write("message", content), **more)
        self.assertEqual(len(values), 1)
        return values[0]

    def is_consistent(self, value):
        """What must hold of every message."""
        verdict, dmarc = value["verdict"], value["dmarc"]
        is_refused = verdict["applied"] in ("reject", "tempfail")
        self.assertEqual(verdict["reply"] is not None, is_refused)
        if is_refused:
            self.assertIn(verdict["reference"], verdict["reply"])
        self.assertEqual(value["author_domain"] is None,
                         value["author_error"] is not None)
        self.assertEqual(dmarc["asked"] is None, dmarc["p"] is None)
        self.assertEqual(dmarc["result"] == "pass",
                         dmarc["dkim_aligned"] or dmarc["spf_aligned"])
        if dmarc["result"] in ("fail", "temperror"):
            self.assertIsNotNone(verdict["reference"])
        self.assertEqual(len(value["headers"]), 1)
        self.assertIn(f"dmarc={dmarc['result']}", value["headers"][0])

    def test_messages(self):
        for name, message, ip, sender, wanted in MESSAGES:
            with self.subTest(name):
                value = self.check_text(message, ip=ip, sender=sender)
                got = {path: at(value, path) for path in wanted}
                self.assertEqual(got, wanted)
                self.is_consistent(value)

    def test_signatures_from_the_top_down(self):
        message = self.sign("other.test", PLAIN.encode())
        message = UNREADABLE.encode() + self.sign("example.test", message)
        broken = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=s9;" \
            b" h=from; bh=AAAA; b=QUJDRA==\r\n"
        value = self.check_text(broken + message)
        self.is_consistent(value)
        self.assertEqual(
            [(s["domain"], s["selector"], s["result"], s["aligned"],
              s["key_bits"]) for s in value["dkim"]],
            [("example.test", "s9", "permerror", True, None),
             (None, None, "permerror", False, None),
             ("example.test", "s1", "pass", True, 2048),
             ("other.test", "s1", "pass", False, 2048)])
        self.assertEqual(value["dkim"][2]["algorithm"], "rsa-sha256")
        self.assertTrue(value["dmarc"]["dkim_aligned"])
        self.assertEqual(value["dmarc"]["result"], "pass")

    def test_alignment_modes(self):
        """adkim=s of other.test: a subdomain's signature does not align."""
        message = addressed("a@other.test").encode()
        value = self.check_text(self.sign("news.other.test", message),
                                ip=GOOD_IP, sender="a@example.test")
        self.assertEqual(value["dkim"][0]["result"], "pass")
        self.assertIs(value["dkim"][0]["aligned"], False)
        self.assertEqual(value["dmarc"]["result"], "fail")

    def test_more_signatures_than_are_looked_at(self):
        value = self.check_text(UNREADABLE * 30 + PLAIN)
        self.assertEqual(len(value["dkim"]), 20)

    def test_h_that_names_more_than_there_is(self):
        for names in ("From:To:Subject:Date:X-None",
                      "From:To:Subject:Date:DKIM-Signature:X-None",
                      "From:To:X-None", "From:DKIM-Signature:X-None"):
            value = self.check_text(
                "DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=none; "
                f"h={names}; bh={'A' * 43}=; b=AAAA\r\n" + PLAIN)
            self.assertEqual(value["dkim"][0]["result"], "permerror", names)

    def test_body_changed_is_indirect_mail(self):
        message = self.sign("example.test", PLAIN.encode()) + b"a footer\r\n"
        value = self.check_text(message)
        self.assertEqual(value["dkim"][0]["result"], "fail")
        self.assertEqual(value["dmarc"]["asked"], "reject")
        self.assertEqual(value["verdict"]["applied"], "quarantine")
        self.assertEqual(value["verdict"]["override"]["type"], "local_policy")

    def test_key_lookup_fails(self):
        message = self.sign("nokey.test", addressed("a@nokey.test").encode())
        value = self.check_text(message)
        self.assertEqual(value["dkim"][0]["result"], "temperror")
        self.assertEqual(value["dmarc"]["result"], "temperror")
        self.assertTrue(value["verdict"]["reply"].startswith("451 4.7.5 "))

    def test_now_decides_whether_a_signature_has_expired(self):
        message = self.sign("example.test", PLAIN.encode(),
                            f"t={NOW - 7200}; x={NOW - 3600}")
        value = self.check_text(message)
        self.assertEqual(
            (value["dkim"][0]["result"], value["dkim"][0]["reason"]),
            ("fail", "the signature has expired"))
        self.assertEqual(value["dmarc"]["result"], "fail")
        status, out, _ = self.run_tool(
            "check", "--json", "--config", "conf", "--dns", "zone", "--now",
            str(NOW - 5400), "--client-ip", BAD_IP, "message", common=False)
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(out)["dkim"][0]["result"], "pass")

    def test_line_ends_do_not_matter(self):
        message = self.sign("example.test", PLAIN.encode())
        self.write("crlf", message)
        self.write("lf", message.replace(b"\r\n", b"\n"))
        crlf, lf = self.check("crlf", "lf")
        self.assertEqual(crlf["dkim"][0]["result"], "pass")
        self.assertEqual((crlf.pop("file"), lf.pop("file")), ("crlf", "lf"))
        self.assertEqual(crlf, lf)

    def test_standard_input(self):
        for operands in ((), ("-",)):
            value, = self.check(*operands, ip=GOOD_IP,
                                sender="a@example.test",
                                stdin=PLAIN.encode())
            self.assertEqual((value["file"], value["dmarc"]["result"]),
                             ("-", "pass"))

    def test_several_files_and_one_that_is_not_there(self):
        self.write("a", PLAIN)
        self.write("b", REST)
        values = self.check("a", "missing", "b", "/", "a", status=3)
        self.assertEqual([v["file"] for v in values], ["a", "b", "a"])
        self.want(3, "alignctl: missing: No such file", "check",
                  "--client-ip", BAD_IP, "a", "missing", "b")
        self.want(3, "alignctl: /: ", "check", "--client-ip", BAD_IP, "/")

    def test_names_of_files_are_made_safe(self):
        # Who sent the file may have chosen its name.
        self.write("\x1b[31m\nb", PLAIN)
        status, out, err = self.run_tool(
            "check", "--client-ip", BAD_IP, "\x1b[31m\nb", "\x9bmissing")
        self.assertEqual(status, 3)
        self.assertTrue(out.startswith("\\x1b[31m\\x0ab\n"), out)
        self.assertEqual(err, "alignctl: \\xc2\\x9bmissing: No such file or "
                         "directory\n")

    def test_trust_does_not_matter(self):
        value = self.check_text(PLAIN, ip="127.0.0.1",
                                more=("--auth-user", "ann"))
        self.assertEqual(value["dmarc"]["result"], "fail")

    def test_public_suffix_list(self):
        self.write("psl", "dmarc { org_domain_method = psl }\n")
        self.write("message", addressed("a@mail.example.test"))
        value, = self.objects(
            "check", "--client-ip", BAD_IP, "--rcpt", "<a@mx.test>", "--rcpt",
            "b@mx.test", "--tls-version", "TLSv1.3", "--client-name",
            "x.test", "message", config="psl")
        self.assertEqual(value["dmarc"]["discovery"], "psl")

    def test_monitor_mode(self):
        self.write("monitor", 'mode = monitor\nauthserv_id = "mx.test"\n')
        self.write("message", PLAIN)
        status, out, _ = self.run_tool(
            "check", "--config", "monitor", "--dns", "zone", "--client-ip",
            BAD_IP, "message", common=False)
        self.assertEqual(status, 0)
        self.assertIn("applied        none, in enforce mode reject (decided "
                      "by policy.on_reject)", out)

    def test_text_fits_the_terminal(self):
        self.write("message", UNREADABLE.encode() +
                   self.sign("example.test", PLAIN.encode()))
        status, out, _ = self.run_tool(
            "check", "--client-ip", BAD_IP, "--mail-from", "a@other.test",
            "message")
        self.assertEqual(status, 0)
        for line in ("  author domain  example.test",
                     "  SPF            pass for other.test (MAIL FROM)",
                     "  DKIM           permerror: syntax error in the tag "
                     "list",
                     "  DKIM           pass for example.test, selector s1, "
                     "rsa-sha256, 2048 bits, aligned",
                     "  DMARC          pass",
                     "  asked          reject",
                     "  applied        none (decided by dmarc=pass)",
                     "  reply          250 (accepted)"):
            self.assertIn(line, out.splitlines())
        self.assertLessEqual(max(map(len, out.splitlines())), 100)

    def test_exit_status(self):
        self.write("message", PLAIN)
        given = ("check", "--client-ip", BAD_IP)
        self.want(1, "--client-ip IP is missing", "check", "message")
        self.want(1, '"1.2.3" is no IP address', "check", "--client-ip",
                  "1.2.3", "message")
        self.want(1, "--clientip: unknown option (did you mean --client-ip?)",
                  "check", "--clientip", BAD_IP)
        self.want(1, "--helo: given twice", *given, "--helo", "a", "--helo",
                  "b")
        self.write("bad-conf", "mode = never\n")
        self.want(2, "bad-conf:1: mode: never is not known", *given,
                  "--config", "bad-conf", "message", common=False)
        self.write("bad-zone", "example.test A not-an-address\n")
        self.want(5, "bad-zone", *given, "--dns", "bad-zone", "message",
                  common=False)
        self.want(5, "no-zone", *given, "--dns", "no-zone", "message",
                  common=False)
        self.want(1, "--resolver: dns.servers", *given, "--resolver", "where",
                  "message", common=False)


if __name__ == "__main__":
    unittest.main()
