#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl explain: each step, the line that decided, stored as fresh, faults.

Each message is recorded as the daemon would, and explained twice: from the
store, with a zone in which nothing is left, and as a file. Both must say the
same but for what only the store knows.
"""
import copy
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402

CONF = """authserv_id = "mx.test"
store {{ sqlite = "{store}" }}
policy {{
	contact = "https://mx.test/{{reference}}"
	on_none = tag   # seen, at least
}}
"""
OVERRIDES = """
override "partner" {
	spf = {"partner.test"}
	owner = "ann@mx.test"
	why = "ticket 4711"
	until = "2027-06-30"
}
"""
MORE = """partner.test TXT "v=spf1 include:inner.test -all"
inner.test TXT "v=spf1 a:out.inner.test mx ~all"
inner.test MX 10 mx.inner.test
mx.inner.test A 203.0.113.9
out.inner.test A 203.0.113.8
list.test TXT "v=spf1 redirect=inner.test"
two.test TXT "v=spf1 -all"
two.test TXT "v=spf1 +all"
_dmarc.twice.test TXT "v=DMARC1; p=reject"
_dmarc.twice.test TXT "v=DMARC1; p=none"
_dmarc.pct.test TXT "v=DMARC1; p=reject; pct=0"
_dmarc.gov.psd TXT "v=DMARC1; p=none; np=reject; psd=y"
_dmarc.strict.other.test TXT "v=DMARC1; p=reject; adkim=s; psd=n"
3.113.0.203.in-addr.arpa PTR liar.test
liar.test A 198.51.100.1
"""
BODY = "To: b@mx.test\r\nSubject: s\r\n\r\nhello\r\n"

# name: (From, client, MAIL FROM)
MESSAGES = {
    "forged": ("a@example.test", "203.0.113.5", "x@other.test"),
    "below": ("Ann <a@sub.example.test>", "203.0.113.3", "x@sub.two.test"),
    "partner": ("a@example.test", "203.0.113.9", "x@partner.test"),
    "list": ("a@soft.test", "203.0.113.7", "x@list.test"),
    "none": ("a@none.test", "203.0.113.7", "<>"),
    "trial": ("a@trial.test", "203.0.113.7", "x@two.test"),
    "pct": ("a@pct.test", "203.0.113.7", "x@m.pct.test"),
    "gone": ("a@x.gov.psd", "2001:db8::1", "x@badspf.test"),
    "broken": ("a@broken.test", "203.0.113.7", "x@deaf.test"),
    "two": ("a@example.test, b@other.test", "192.0.2.5", "x@example.test"),
    "escape": ("\x1b[2J\udc9b <a@example.test>", "203.0.113.5", "x@y.test"),
    "changed": ("a@example.test", "203.0.113.7", "x@soft.test"),
    "signed": ("a@example.test", "203.0.113.7", "x@soft.test"),
    "nokey": ("a@trial.test", "203.0.113.7", "x@soft.test"),
    "brackets": ("[A] <a@example.test>", "203.0.113.5", "x@other.test"),
}


def message(address):
    return f"From: {address}\r\n{BODY}".encode(errors="surrogateescape")


class Explain(ToolTest):

    explained = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("conf", CONF.format(store=cls.path("store.db")))
        cls.write("overrides.conf", OVERRIDES)
        with open(cls.path("zone"), "a", encoding="ascii") as file:
            file.write(MORE)
        cls.write("empty-zone", "nothing.test TXT \"nothing\"\n")
        lines = ""
        for name, (address, client, sender) in MESSAGES.items():
            content = message(address)
            if name == "changed":
                content = cls.sign("example.test", content)
                content = content.replace(b"hello", b"hello and a footer")
            elif name == "signed":
                content = cls.sign("other.test", content)
            elif name == "nokey":
                content = cls.sign("trial.test", content)
            cls.write(name, content)
            lines += (f"{NOW} {client} {sender} b@mx.test {name} helo.test "
                      f"TLSv1.3 {cls.path(name)}\n")
        # From the folder, so that the names of files are the same ones.
        done = subprocess.run([RECORD_TOOL, "conf", "zone", "store.db"],
                              input=lines, text=True, check=True,
                              cwd=cls.folder, stdout=subprocess.PIPE,
                              timeout=120)
        cls.references = dict(zip(MESSAGES, done.stdout.split()))

    def stored(self, name, config="conf", now=NOW):
        """The explanation of a reference, with no DNS to ask."""
        key = (name, config, now)
        if key not in self.explained:
            self.explained[key] = self.explain(name, config, now)
        return copy.deepcopy(self.explained[key])

    def explain(self, name, config, now):
        status, out, err = self.run_tool(
            "explain", "--json", self.references[name], "--config", config,
            "--dns", "empty-zone", "--now", str(now), common=False)
        self.assertEqual((status, err), (0, ""))
        value = json.loads(out)
        rules = schema.load("explain")
        self.assertEqual(schema.faults(value, rules), [])
        self.assertEqual(schema.order_faults(value, rules), [])
        return value

    def fresh(self, name):
        _, client, sender = MESSAGES[name]
        return self.objects("explain", "--client-ip", client, "--mail-from",
                            sender, "--helo", "helo.test", "--tls-version",
                            "TLSv1.3", name)[0]

    def lines(self, name, step, **options):
        value = self.stored(name, **options)
        return next(each["lines"] for each in value["steps"]
                    if each["name"] == step)

    def has(self, name, step, *wanted):
        """Those lines, among the step's, in that order."""
        lines = self.lines(name, step)
        places = []
        for want in wanted:
            self.assertIn(want, lines)
            places.append(lines.index(want))
        self.assertEqual(places, sorted(places))

    def test_stored_as_fresh(self):
        for name, reference in self.references.items():
            with self.subTest(name):
                stored, fresh = self.stored(name), self.fresh(name)
                self.assertEqual((stored.pop("reference"),
                                  stored.pop("file")), (reference, None))
                self.assertEqual((fresh.pop("reference"), fresh.pop("file")),
                                 (None, name))
                for value in (stored, fresh):
                    value.pop("queue_id")
                    value.pop("host")
                    operator = value["steps"].pop()
                    self.assertEqual(operator["name"], "operator")
                    # A file's reply has a reference of its own.
                    reply = value["steps"][9]
                    reply["lines"] = [line.split(" (ref ")[0]
                                      for line in reply["lines"]]
                self.assertEqual(stored, fresh)

    def test_all_steps(self):
        names = [step["name"] for step in self.stored("forged")["steps"]]
        self.assertEqual(names, [
            "client", "from", "spf", "dkim", "arc", "discovery", "policy",
            "result", "decision", "reply", "sender", "operator"])

    def test_client(self):
        self.has("forged", "client", "The client was 203.0.113.5.",
                 "Reverse DNS gives it no name (PTR 5.113.0.203.in-addr.arpa:"
                 " no such name).",
                 "It introduced itself (HELO) as helo.test.",
                 "The session was encrypted with TLSv1.3.",
                 "The envelope sender (MAIL FROM) is x@other.test.")
        self.has("below", "client",
                 "Reverse DNS names it liar.test, but no such name leads back "
                 "to the address, so it is not confirmed.")
        self.has("two", "client",
                 "Its confirmed name is mail.example.test: reverse DNS names "
                 "it so, and that name leads back to the address.")

    def test_from(self):
        self.has("below", "from", "From: Ann <a@sub.example.test>",
                 "There is exactly one author domain: sub.example.test. All "
                 "that follows is about this name.")
        self.has("two", "from", "From: a@example.test, b@other.test",
                 "There is no single author domain: several author domains.",
                 "The domains in it: example.test, other.test.")
        self.has("brackets", "from", "From: [A] <a@example.test>",
                 "The field is malformed: its display name holds special "
                 "characters that RFC 5322 wants in quotes. Every way to read "
                 "it finds this one address.")

    def test_spf(self):
        self.has("forged", "spf",
                 "The SPF record of other.test: v=spf1 ip4:203.0.113.5 -all",
                 "Its term ip4:203.0.113.5 holds the client 203.0.113.5 and "
                 "decided: pass.",
                 "Compared with the author: other.test is not the author "
                 "domain example.test, and the record asks for the very same "
                 "name (aspf=s): not aligned.")
        self.has("partner", "spf",
                 "The SPF record of partner.test: v=spf1 include:inner.test "
                 "-all",
                 "Its term include:inner.test matches, since there:",
                 "The SPF record of inner.test: v=spf1 a:out.inner.test mx "
                 "~all",
                 "Its term mx holds the client 203.0.113.9 and decided: "
                 "pass.",
                 "So include:inner.test of partner.test decided: pass.")
        self.has("list", "spf",
                 "None of its terms decided, so redirect=inner.test hands "
                 "over.",
                 "No term before it names the client 203.0.113.7, so its term "
                 "~all decided: softfail.",
                 "Compared with the author: list.test and soft.test have "
                 "different organizational domains (that of soft.test is "
                 "soft.test, and list.test does not belong to it): not "
                 "aligned.",
                 "SPF did not pass, so it vouches for nobody, aligned or "
                 "not.")
        self.has("partner", "spf",
                 "Term include:inner.test of partner.test asked for TXT "
                 "inner.test.",
                 "Term a:out.inner.test of inner.test asked for A "
                 "out.inner.test.",
                 "Term mx of inner.test asked for MX inner.test, A "
                 "mx.inner.test.")
        self.has("none", "spf",
                 "The envelope sender is empty, so SPF looks at the HELO "
                 "name, helo.test.",
                 "An SPF record was looked for at TXT helo.test: no such "
                 "name.")
        self.has("trial", "spf", "The SPF record of two.test: v=spf1 -all")
        self.has("trial", "spf", "The SPF record of two.test: v=spf1 +all")
        self.has("pct", "spf",
                 "Compared with the author: m.pct.test and pct.test have the "
                 "same organizational domain (pct.test): aligned.")
        self.assertIn("unknown mechanism",
                      " ".join(self.lines("gone", "spf")))

    def test_dkim(self):
        self.has("changed", "dkim",
                 "Signature 1: by example.test, selector s1, rsa-sha256 with "
                 "a key of 2048 bits.",
                 "  Result: fail, which means: the signature does not fit the "
                 "message (the body hash does not match).",
                 "  Compared with the author: example.test is the author "
                 "domain itself: aligned.")
        self.has("signed", "dkim",
                 "  Result: pass, which means: the domain signed the message, "
                 "and it is unchanged.",
                 "  Compared with the author: other.test and example.test "
                 "have different organizational domains (that of example.test "
                 "is example.test, and other.test does not belong to it): not "
                 "aligned.")
        self.has("nokey", "dkim",
                 "  Its key was asked for at TXT s1._domainkey.trial.test: no "
                 "such name.")
        self.has("forged", "dkim", "The message carries no DKIM signature.")

    def test_psl_names_both(self):
        self.write("psl", CONF.format(store=self.path("store.db")) +
                   'dmarc { org_domain_method = psl }\n')
        value = self.objects("explain", "--client-ip", "203.0.113.7",
                             "--mail-from", "x@bounce.list.example", "list",
                             config="psl")[0]
        lines = next(step["lines"] for step in value["steps"]
                     if step["name"] == "spf")
        self.assertIn("Compared with the author: bounce.list.example and "
                      "soft.test have different organizational domains "
                      "(list.example, soft.test): not aligned.", lines)

    def test_discovery(self):
        self.has("below", "discovery",
                 "TXT _dmarc.sub.example.test: no such name (TTL 30 s).",
                 "TXT _dmarc.example.test: one record (TTL 300 s).",
                 "  v=DMARC1; p=reject; sp=quarantine; aspf=s",
                 "  example.test has a DMARC record.",
                 "TXT _dmarc.test: no such name (TTL 30 s).",
                 "The organizational domain of sub.example.test is "
                 "example.test.",
                 "The policy in force is the one at example.test, the "
                 "organizational domain.")
        self.has("gone", "discovery",
                 "  gov.psd has a DMARC record; psd=y: a registry, the walk "
                 "ends here.",
                 "A x.gov.psd, to see whether that name exists at all: no "
                 "such name (TTL 30 s).",
                 "The policy in force is the one at gov.psd, the registry "
                 "above it.")
        self.has("broken", "discovery",
                 "TXT _dmarc.broken.test: no answer (a failure or a "
                 "timeout).")

    def test_policy(self):
        self.has("below", "policy",
                 "sp=quarantine: for names below the domain, the owner asks "
                 "for mail that fails to be treated with suspicion "
                 "(quarantine). This one is in force here.",
                 "aspf=s: SPF counts if its domain is the author domain "
                 "itself (strict).")
        self.has("gone", "policy",
                 "np=reject: for names below the domain that do not exist, "
                 "the owner asks for mail that fails to be refused (reject). "
                 "This one is in force here.")
        self.has("trial", "policy",
                 "t=y: the owner is still testing, so everything is asked one "
                 "step milder.",
                 "After sp, np, t and pct the owner asks, for mail that "
                 "fails: quarantine.")
        self.has("broken", "policy", "Which record is in force is not known.")

    def test_result(self):
        self.has("forged", "result",
                 "Why: SPF pass for other.test is not aligned (strict), no "
                 "DKIM signature.")

    def test_deciding_line(self):
        for name, value, words in (
                ("forged", {"name": "policy.on_reject", "value": "reject",
                            "file": "conf", "line": None, "text": None},
                 "Decided by policy.on_reject = reject (the default, not set "
                 "in conf)."),
                ("none", {"name": "policy.on_none", "value": "tag",
                          "file": "conf", "line": 5,
                          "text": "on_none = tag"},
                 "Decided by policy.on_none = tag (conf:5: on_none = tag)."),
                ("partner", {"name": "override partner", "value": "accept",
                             "file": "overrides.conf", "line": 3,
                             "text": None},
                 "Decided by your override \"partner\" (overrides.conf:3), "
                 "which says: accept."),
                ("broken", {"name": "policy.on_temperror",
                            "value": "tempfail", "file": "conf",
                            "line": None, "text": None},
                 "Decided by policy.on_temperror = tempfail (the default, not "
                 "set in conf).")):
            with self.subTest(name):
                self.assertEqual(self.stored(name)["decided_by"],
                                 {**value, "by": None})
                self.has(name, "decision", words)
        self.has("partner", "decision",
                 "  Owner: ann@mx.test. Why: ticket 4711. Until: 2027-06-30.")
        self.has("pct", "decision",
                 "What pct did: dmarc.honor_pct = zero (the default, not set "
                 "in conf).")

    def test_todays_configuration(self):
        """What decided then stays; what is said today is told beside it."""
        self.write("today", CONF.format(store=self.path("store.db")).replace(
            "on_none = tag", "on_reject = none\n\ton_none = quarantine") +
            'overrides = ""\n')
        for name, lines in (
                ("none", ["Decided by policy.on_none = tag (conf:5: on_none = "
                          "tag).",
                          "Today that is different: policy.on_none = "
                          "quarantine (today:6: on_none = quarantine)."]),
                ("partner", ["Today there is no override of that name."]),
                ("forged", ["Decided by policy.on_reject = reject (the "
                            "default, not set in conf).",
                            "Today that is different: policy.on_reject = none "
                            "(today:5: on_reject = none)."])):
            said = self.lines(name, "decision", config="today")
            for line in lines:
                self.assertIn(line, said)
        said = self.lines("partner", "decision", now=NOW * 2)
        self.assertIn("Today it has ended and applies no more.", said)

    def test_rules_beyond_the_policy(self):
        """The rule, what it looked at, and what the sender can mend."""
        self.write("bare", "From: a@bare.test\r\nSubject: s\r\n\r\nx\r\n")
        for name, rules, grounds in (
                ("own", 'protect { names = {"bare.test"} }\n'
                        'policy { on_own = reject }',
                 "one of own.domains or protect.names, or below one, and "
                 "nothing that passed is of that name."),
                ("unauthenticated", "policy { on_unauthenticated = reject }",
                 "has no policy that can be applied, and neither SPF nor a "
                 "signature passed.")):
            self.write(name, rules + "\n")
            _, out, _ = self.run_tool(
                "explain", "--client-ip", "203.0.113.5", "--mail-from",
                "x@nowhere.test", "bare", config=name)
            out = " ".join(out.split())
            self.assertIn(f"Decided by policy.on_{name} = reject ({name}:",
                          out)
            self.assertIn(grounds, out)
            self.assertIn("DKIM: sign the message with d=bare.test", out)

    def test_monitor_mode_decides(self):
        self.write("monitor", "mode = monitor\n")
        value = self.objects("explain", "--client-ip", "203.0.113.5",
                             "--mail-from", "x@other.test", "forged",
                             config="monitor")[0]
        self.assertEqual(value["decided_by"], {
            "name": "mode", "value": "monitor", "file": "monitor", "line": 1,
            "text": "mode = monitor", "by": None})
        lines = value["steps"][8]["lines"]
        self.assertIn("In enforce mode it would have been reject, that is, "
                      "refused.", lines)
        self.assertIn("In enforce mode decided by policy.on_reject = reject "
                      "(the default, not set in monitor).", lines)

    def test_reply(self):
        reference = self.references["forged"]
        self.has("forged", "reply",
                 "550 5.7.1 Email rejected per DMARC policy for example.test "
                 f"(ref {reference}) https://mx.test/{reference}")
        self.has("partner", "reply", "The message was accepted; the client "
                                     "got the MTA's own 250.")

    def test_advice(self):
        self.has("forged", "sender",
                 "DKIM: sign the message with d=example.test (or a name below "
                 "it), and publish the key at "
                 "SELECTOR._domainkey.example.test.",
                 "SPF: send with an envelope sender (MAIL FROM) at "
                 "example.test instead of other.test, and let the SPF record "
                 "there name the server 203.0.113.5.")
        self.has("broken", "sender",
                 "The name servers must answer TXT _dmarc.broken.test (it "
                 "was: no answer (a failure or a timeout)).")
        reference = self.references["forged"]
        self.has("forged", "operator",
                 f"If the mail is wanted: alignctl review allow {reference} "
                 "writes an override for what it proved (spf = "
                 "{\"other.test\"}), with an owner and an end.")
        reference = self.references["trial"]
        self.has("trial", "operator",
                 "The message waits in the MTA's hold queue as trial: "
                 f"alignctl review release {reference} lets it go on.")

    def test_no_override_for_a_forged_name(self):
        """What a forger proved is his own: no rule by it is offered."""
        self.write("ours", "From: a@example-bank.test\r\n" + BODY)
        self.write("like", "From: a@exarnple-bank.test\r\n" + BODY)
        ways = ("--client-ip", "203.0.113.9", "--mail-from", "x@inner.test")
        self.write("named", "From: \"Example, Ann\" <a@free.test>\r\n" + BODY)
        strict = ("policy { on_own = reject\non_lookalike = reject\n"
                  "on_person_name = reject }\n")
        for name, rules, want, also in (
                ("ours", 'own { domains = {"example-bank.test"} }\n',
                 "example-bank.test is one of own.domains, and nothing that "
                 "passed is of that name: no override is offered",
                 "example-bank.test is a name of yours. If the server "
                 "203.0.113.9 is yours, or sends for you"),
                ("ours", 'protect { names = {"example-bank.test"} }\n',
                 "example-bank.test is one of protect.names, and nothing "
                 "that passed is of that name: no override is offered",
                 "If the mail is genuine, its sender has to mend it"),
                ("like", 'own { domains = {"example-bank.test"} }\n',
                 "exarnple-bank.test passes for example-bank.test, and "
                 "whoever registered it proves it as he likes: no override "
                 "is offered.", "into protect.lookalikes_known."),
                ("named", 'own { domains = {"bank.test"} }\nprotect { people = '
                 '{"Ann Example <ann@bank.test>"} }\n',
                 "Its From bears the name of ann@bank.test, and whoever writes a "
                 "name proves his own address: no override is offered.",
                 "add the address to the entry of protect.people.")):
            self.write("strict", rules + strict)
            with self.subTest(name=name, rules=rules):
                _, out, err = self.run_tool("explain", *ways, name,
                                            config="strict")
                self.assertEqual(err, "")
                out = " ".join(out.split())
                self.assertIn("Applied: reject", out)
                self.assertIn(want, out)
                self.assertIn(also, out)
                self.assertNotIn("{\"inner.test\"}", out)
        _, out, _ = self.run_tool("explain", *ways, "forged")
        out = " ".join(out.split())
        self.assertIn("an override for what it proved (from = "
                      "{\"example.test\"}, spf = {\"inner.test\"}) lets it "
                      "in; see overrides.conf(5). A spoofer proves his own "
                      "as well", out)

    def test_likeness(self):
        """Whom a reader may take the author for, though nothing was done."""
        like = 'own { domains = {"exam-ple.test"} }\n'
        people = 'protect { people = {"Ann Example <ann@bank.test>"} }\n'
        bears = ("It bears the name of ann@bank.test (protect.people), at an "
                 "address that is not known for that person.")
        theirs = ("If that is the person, ask by another way, and add the "
                  "address to the entry of protect.people.")
        tags = ("If it is not, warn whom it was sent to: "
                "policy.on_person_name tags, holds or refuses such mail, "
                "where no override lets it in.")
        taken = ("The message was let in, and who reads it may take it for "
                 "mail of ann@bank.test.")
        for author, client, sender, rules, result, claim, advice in (
                ("\"Example, Ann\" <x@example.test>", "192.0.2.5",
                 "x@example.test", people, "pass", bears,
                 [taken, theirs, tags]),
                ("Ann Example <x@free.test>", "203.0.113.7", "<>", people,
                 "none", bears, [taken, theirs, tags]),
                ("Ann Example <x@none.test>", "203.0.113.7", "<>", people,
                 "fail", bears, [taken, theirs, tags]),
                ("Ann Example <x@example.test>", "203.0.113.5", "<>", people,
                 "fail", bears,
                 ["Its From bears the name of ann@bank.test, and whoever "
                  "writes a name proves his own address: no override is "
                  "offered.", theirs]),
                ("Ann Example <x@example.test>", "203.0.113.5", "<>",
                 "mode = monitor\n" + people, "fail", bears, [theirs]),
                ("Bob <x@example.test>", "192.0.2.5", "x@example.test",
                 like, "pass",
                 "example.test passes for exam-ple.test, which is one of "
                 "own.domains or protect.names.",
                 ["The message was let in, and who reads it may take it for "
                  "mail of exam-ple.test.",
                  "If you know whose it is, and it is fine, put its "
                  "registered name into protect.lookalikes_known.",
                  tags.replace("person_name", "lookalike")])):
            with self.subTest(author=author, result=result, rules=rules):
                self.write("likeness", f"From: {author}\r\n" + BODY)
                self.write("rules", rules)
                value = self.objects("explain", "--client-ip", client,
                                     "--mail-from", sender, "likeness",
                                     config="rules")[0]
                steps = {step["name"]: step["lines"]
                         for step in value["steps"]}
                self.assertIn(f"DMARC {result}:", steps["result"][0])
                self.assertIn(claim, steps["from"])
                for line in advice:
                    self.assertIn(line, steps["operator"])
        # A person's own address, and nobody who is listed.
        for author in ("Ann Example <ann@bank.test>",
                       "Bob Example <x@free.test>"):
            self.write("likeness", f"From: {author}\r\n" + BODY)
            _, out, _ = self.run_tool("explain", "--client-ip", "192.0.2.5",
                                      "--mail-from", "<>", "likeness",
                                      config="rules")
            self.assertNotIn("bears the name", out)
            self.assertNotIn("protect.", out)
            self.assertIn("Nothing has to be done", out)

    def test_for_people(self):
        reference = self.references["forged"]
        status, out, err = self.run_tool("explain", reference.lower())
        self.assertEqual((status, err), (0, ""))
        lines = out.splitlines()
        self.assertEqual(lines[0], f"{reference}, 2026-05-01T12:00:00Z, "
                                   "queue id forged on mx.test")
        self.assertEqual(lines[1:4], ["", " 1. Who sent it",
                                      "   The client was 203.0.113.5."])
        self.assertTrue(all(len(line) <= 100 for line in lines))
        status, out, _ = self.run_tool("explain", "--client-ip", "127.0.0.1",
                                       "forged", "none")
        self.assertEqual(status, 0)
        self.assertIn("forged, evaluated at 2026-05-01T12:00:00Z\nalignd "
                      "would not judge mail from this client at all (trusted "
                      "network)", out)
        self.assertIn("\n\nnone, evaluated at ", out)
        status, out, _ = self.run_tool("explain", "--client-ip", "192.0.2.5",
                                       "-", stdin=message("a@none.test"))
        self.assertEqual(status, 0)
        self.assertIn("-, evaluated at ", out)

    def test_old_rows(self):
        """Of before there was anything to explain with."""
        reference = self.references["list"]
        old = self.path("old.db")
        with sqlite3.connect(self.path("store.db")) as source:
            source.execute("VACUUM INTO ?", (old,))
        with sqlite3.connect(old) as store:
            store.execute("UPDATE incident SET verdict = "
                          "json_remove(verdict, '$.explain')")
        self.write("old", f'store {{ sqlite = "{old}" }}\n')
        value = self.objects("explain", reference, config="old")[0]
        self.assertEqual(value["decided_by"]["name"], None)
        text = "\n".join(line for step in value["steps"]
                         for line in step["lines"])
        self.assertIn("The SPF record of list.test: v=spf1 "
                      "redirect=inner.test\n"
                      "The SPF record of inner.test: v=spf1 a:out.inner.test "
                      "mx ~all\n"
                      "Which term decided was not recorded.\n", text)
        self.assertIn("Which line of the configuration decided was not "
                      "recorded.", text)

    def test_hostile_texts_stay_away_from_the_terminal(self):
        reference = self.references["escape"]
        for arguments in ((reference,), ("--client-ip", "203.0.113.5",
                                         "escape")):
            _, out, _ = self.run_tool("explain", *arguments)
            self.assertIn("From: \\x1b[2J\\x9b <a@example.test>", out)
            self.assertTrue(out.replace("\n", "").isprintable())
        forged = self.path("forged.db")
        with sqlite3.connect(self.path("store.db")) as source:
            source.execute("VACUUM INTO ?", (forged,))
        with sqlite3.connect(forged) as store:
            bad = "x\x1b]0;pwned\x07\n\x9b\u202e"
            store.execute("UPDATE incident SET helo = ?, mail_from = ?, "
                          "queue_id = ?, host = ?, reason = ?, reply = ?, "
                          "author_domain = ?, spf_domain = ?", (bad,) * 8)
        self.write("forged-conf", f'store {{ sqlite = "{forged}" }}\n')
        for option in ((), ("--json",)):
            status, out, err = self.run_tool("explain", reference, *option,
                                             config="forged-conf")
            self.assertEqual(status, 3)  # alignd writes no such row
            self.assertIn("left out: incident ", err)
            self.assertTrue((out + err).replace("\n", "").isascii())
            self.assertTrue((out + err).replace("\n", "").isprintable())

    def test_exit_status(self):
        self.want(3, "no incident 2222-2222 in " + self.path("store.db") +
                  " (purged after store.keep_incidents, or of another host?)",
                  "explain", "2222-2222")
        self.want(3, "k7qx2m4d: neither a reference (they look like "
                     "K7QX-2M4D) nor a file that is there", "explain",
                  "--client-ip", "192.0.2.1", "k7qx2m4d")
        self.want(1, "explain: a REF or FILE is wanted", "explain")
        self.want(1, "explain: --client-ip IP is missing", "explain",
                  "forged")
        self.want(1, "\"x\" is no IP address", "explain", "--client-ip", "x",
                  "forged")
        self.want(3, "no incident 2222-2222", "explain",
                  self.references["forged"], "2222-2222")
        self.write("gone-conf",
                   f'store {{ sqlite = "{self.path("gone.db")}" }}\n')
        self.want(4, "gone.db does not exist", "explain", "--config",
                  "gone-conf", "2222-2222", common=False)
        self.want(2, "no-conf", "explain", "--config", "no-conf",
                  "2222-2222", common=False)

    def test_faulty_placeholders(self):
        self.write("faulty", 'policy { reply_text = "No, {domian}" }\n')
        self.want(2, "faulty:1: policy.reply_text: unknown placeholder "
                     "{domian} (allowed: {domain}, {policy_domain}, "
                     "{reference}, {reason}, {client}, {contact})",
                  "config", "check", "--config", "faulty", common=False)


if __name__ == "__main__":
    unittest.main()
