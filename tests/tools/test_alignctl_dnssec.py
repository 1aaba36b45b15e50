#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What DNSSEC said of each answer that decided: recorded, and told by explain.

A zone has an answer of each state about DMARC, SPF and DKIM. Incidents of a
daemon that did not validate read as not recorded.
"""
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest, zone_record  # noqa: E402

STATES = """
_dmarc.secure.test TXT "v=DMARC1; p=reject"
;!SECURE _dmarc.secure.test TXT
secure.test TXT "v=spf1 a:relay.secure.test -all"
;!SECURE secure.test TXT
relay.secure.test A 192.0.2.1
_dmarc.plain.test TXT "v=DMARC1; p=reject"
plain.test TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.bogus.test TXT "v=DMARC1; p=reject"
;!FAIL _dmarc.bogus.test TXT BOGUS
bogus.test TXT "v=spf1 ip4:192.0.2.1 -all"
_dmarc.spfbogus.test TXT "v=DMARC1; p=reject"
;!FAIL spfbogus.test TXT BOGUS
_dmarc.dead.test TXT "v=DMARC1; p=reject"
;!FAIL _dmarc.dead.test TXT SERVFAIL
"""
# From, MAIL FROM: the result, and (decided, type, name): state
FATES = {
    "secure": ("fail", {("dmarc", "TXT", "_dmarc.secure.test"): "secure",
                        ("spf", "TXT", "secure.test"): "secure",
                        ("spf", "A", "relay.secure.test"): "insecure"}),
    "plain": ("fail", {("dmarc", "TXT", "_dmarc.plain.test"): "insecure",
                       ("spf", "TXT", "plain.test"): "insecure"}),
    # neither passes nor fails: such an answer is not used
    "bogus": ("temperror", {("dmarc", "TXT", "_dmarc.bogus.test"): "bogus"}),
    "spfbogus": ("temperror", {("spf", "TXT", "spfbogus.test"): "bogus"}),
    "dead": ("temperror",
             {("dmarc", "TXT", "_dmarc.dead.test"): "indeterminate"}),
}


def message(domain):
    return f"From: a@{domain}.test\r\nSubject: s\r\n\r\nhello\r\n".encode()


class Dnssec(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        record = cls.signer.new_key("key", "rsa", 2048)
        keys = "".join(zone_record(f"s1._domainkey.{name}.test", record)
                       for name in ("secure", "plain"))
        cls.write("zone", f"$ORIGIN .\n$TTL 300\n{STATES}{keys}"
                          ";!SECURE s1._domainkey.secure.test TXT\n"
                          ";!FAIL s1._domainkey.bogus.test TXT BOGUS\n")
        for name in ("on", "off"):
            cls.write(name, 'authserv_id = "mx.test"\n'
                            f'store {{ sqlite = "{cls.path(name)}.db" }}\n'
                            + ("profile = bsi-tr-03182\n" if name == "on"
                               else ""))
        for name in FATES:
            cls.write(name, message(name))
        # a signature over another body
        for name in ("secure", "plain", "bogus"):
            mail = cls.sign(f"{name}.test", message(name))
            cls.write(f"signed-{name}", mail + b"more\r\n")
        cls.references = {name: cls.record(name) for name in ("on", "off")}

    @classmethod
    def record(cls, config):
        names = list(FATES) + ["signed-secure", "signed-plain",
                               "signed-bogus"]
        lines = "".join(
            f"{NOW} 198.51.100.7 x@{name.rpartition('-')[2]}.test b@mx.test "
            f"- mail.test TLSv1.3 {name}\n" for name in names)
        done = subprocess.run(
            [RECORD_TOOL, config, "zone", cls.path(f"{config}.db")],
            cwd=cls.folder, input=lines.encode(), capture_output=True,
            check=True)
        return dict(zip(names, done.stdout.decode().split()))

    def explain(self, name, recorded="on", config="on"):
        value, = self.objects("explain", self.references[recorded][name],
                              config=config)
        return value

    @staticmethod
    def states(value):
        return {(answer["decided"], answer["type"], answer["name"]):
                answer["dnssec"] for answer in value["answers"]}

    @staticmethod
    def words(value):
        return "\n".join(line for step in value["steps"]
                         for line in step["lines"])

    def test_each_state(self):
        for name, (result, wanted) in FATES.items():
            with self.subTest(name):
                value = self.explain(name)
                self.assertEqual(value["result"], result)
                states = self.states(value)
                self.assertEqual({key: states.get(key) for key in wanted},
                                 wanted)
                self.assertNotIn(None, states.values())

    def test_of_keys(self):
        for name, state in (("secure", "secure"), ("plain", "insecure"),
                            ("bogus", "bogus")):
            with self.subTest(name):
                value = self.explain(f"signed-{name}")
                key = f"s1._domainkey.{name}.test"
                self.assertEqual(self.states(value)["dkim", "TXT", key], state)
                self.assertIn(f"DNSSEC: {state}", next(
                    line for line in self.words(value).splitlines()
                    if "Its key was asked for" in line))

    def test_in_words(self):
        words = self.words(self.explain("secure"))
        for part in ("TXT _dmarc.secure.test: one record (TTL 300 s, DNSSEC: "
                     "secure).",
                     "The SPF record of secure.test, DNSSEC: secure: v=spf1",
                     "asked for A relay.secure.test (DNSSEC: insecure)"):
            self.assertIn(part, words)
        self.assertNotIn("was not recorded", words)
        self.assertIn("_dmarc.dead.test: no answer (a failure or a timeout) "
                      "(DNSSEC: indeterminate)",
                      self.words(self.explain("dead")))
        got, out, _ = self.run_tool("review", self.references["on"]["secure"],
                                    config="on")
        self.assertEqual(got, 0)
        self.assertIn("ok, 1 record, ttl 300 s, DNSSEC secure", out)

    def test_what_was_not_validated_reads_as_not_recorded(self):
        """An older store, or a daemon that did not validate."""
        for name in FATES:
            with self.subTest(name):
                old = self.explain(name, "off", "off")
                self.assertNotIn("DNSSEC:", self.words(old))
                self.assertEqual(set(self.states(old).values()), {None})
                # who validates by now is told so
                self.write("now", f'store {{ sqlite = "{self.path("off")}.db" '
                                  '} dns { dnssec = yes }\n')
                now = self.explain(name, "off", "now")
                self.assertIn("DNSSEC: what it said of the answers was not "
                              "recorded.", self.words(now))
        with sqlite3.connect(self.path("off.db")) as store:
            for queries, in store.execute("SELECT queries FROM incident"):
                for query in json.loads(queries):
                    self.assertEqual(sorted(query), ["name", "records",
                                                     "status", "ttl", "type"])

    def test_a_state_that_nobody_wrote_is_none(self):
        reference = self.references["on"]["plain"]
        with sqlite3.connect(self.path("on.db")) as store:
            before, = store.execute("SELECT queries FROM incident WHERE "
                                    "reference = ?", (reference,)).fetchone()
            store.execute("UPDATE incident SET queries = ? WHERE reference = "
                          "?", (before.replace('"insecure"', '"safe"'),
                                reference))
        try:
            value = self.explain("plain")
            self.assertEqual(set(self.states(value).values()), {None})
        finally:
            with sqlite3.connect(self.path("on.db")) as store:
                store.execute("UPDATE incident SET queries = ? WHERE "
                              "reference = ?", (before, reference))

    def test_whatif_says_the_same(self):
        """What was found is taken as recorded, validated or not."""
        self.write("lenient", "policy { on_reject = tag }\n")
        found = {name: self.objects("whatif", "--config", "lenient",
                                    config=name)[0] for name in ("on", "off")}
        for key in ("tuples", "messages", "changed", "newly", "matrix",
                    "domains"):
            self.assertEqual(found["on"][key], found["off"][key], key)
        self.assertEqual(found["on"]["changed"], 4)
        self.assertEqual([[gap["setting"] for gap in found[name]["not_replayed"]]
                          for name in ("on", "off")], [["dns.dnssec"], []])


if __name__ == "__main__":
    unittest.main()
