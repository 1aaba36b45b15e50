#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl compare: what libspf2, libopendkim and libopendmarc say beside us,
and what becomes of a library that crashes, hangs or lies."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import PROGRAM, ToolTest, has_sanitizer, zone_record  # noqa: E402

GOOD_IP = "192.0.2.5"
BAD_IP = "203.0.113.5"
PLAIN = ("From: Ann <ann@example.test>\r\nTo: b@mx.test\r\nSubject: hello\r\n"
         "Date: Fri, 1 May 2026 12:00:00 +0000\r\n\r\nhello\r\n")
ENGINES = ["libspf2", "libopendkim", "libopendmarc"]
MORE = """
long.test               TXT  {long}
_dmarc.long.test        TXT  "v=DMARC1; p=rej"
cut.test                TXT  "v=spf1 exists:%{{d3}}.x.test -all"
cut.test.x.test         A    127.0.0.2
unsafe.test             TXT  "v=spf1 a:%{{zz}}.test -all"
void.test               TXT  "v=spf1 a:v1.test a:v2.test a:v3.test ~all"
_dmarc.tld.test         TXT  "v=DMARC1; p=reject; psd=n"
"""


def has_faults():
    """Is this a build whose libraries can be made to go wrong?"""
    with open(PROGRAM, "rb") as file:
        return b"ALIGND_ENGINE_FAULT" in file.read()


class Compare(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        text = "v=spf1 " + " ".join(f"ip4:198.51.100.{i}" for i in range(100)) + " -all"
        strings = " ".join(f'"{text[i:i + 200]}"' for i in range(0, len(text), 200))
        with open(cls.path("zone"), "a", encoding="ascii") as zone:
            zone.write(MORE.format(long=strings))
            for name, kind, bits in (("short", "rsa", 1023), ("second", "rsa", 2048)):
                record = cls.signer.new_key(name, kind, bits)
                zone.write(zone_record(f"{name}._domainkey.example.test", record))
            zone.write(zone_record("second._domainkey.example.test",
                                   cls.signer.new_key("third", "rsa", 2048)))

    def compare(self, message, *more, ip=GOOD_IP, sender="a@example.test"):
        self.write("m.eml", message)
        return self.objects("compare", "--client-ip", ip, "--mail-from", sender,
                            *more, "m.eml")[0]

    def differs(self, value, kind, result, words):
        """The one row that differs is of that kind, with that result and rule."""
        self.assertFalse(value["agrees"])
        rows = [row for row in value["engines"] if row["kind"] == kind]
        self.assertEqual([row["result"] for row in rows], [result], value)
        self.assertIn(words, rows[0]["detail"])

    # --- agreement ---

    def test_agrees(self):
        value = self.compare(self.sign("example.test", PLAIN.encode()))
        self.assertTrue(value["agrees"], value)
        self.assertEqual([(row["name"], row["result"]) for row in value["engines"]],
                         [(name, "pass") for name in ENGINES])
        self.assertEqual(value["alignd"]["dkim"], [
            {"domain": "example.test", "selector": "s1", "result": "pass", "reason": None}])

    def test_agrees_on_failures(self):
        signed = self.sign("example.test", PLAIN.encode()).replace(b"hello\r\n", b"hallo\r\n")
        value = self.compare(signed, ip=BAD_IP)
        self.assertTrue(value["agrees"], value)
        self.assertEqual([row["result"] for row in value["engines"]], ["fail"] * 3)
        self.assertIn("asked reject", value["engines"][2]["detail"])

    def test_each_signature(self):
        signed = self.sign("example.test", self.sign("other.test", PLAIN.encode()))
        value = self.compare(signed)
        rows = [row["detail"] for row in value["engines"] if row["kind"] == "dkim"]
        self.assertEqual(rows, ["example.test, selector s1", "other.test, selector s1"])

    def test_nothing_to_ask_libopendmarc(self):
        value = self.compare(PLAIN.replace("ann@example.test", "a@x.test, b@y.test"))
        self.assertEqual(value["engines"][2], {
            "name": "libopendmarc", "kind": "dmarc", "result": None, "detail": None,
            "ended": None})

    # --- differences, each with its rule ---

    def test_loopback(self):
        self.differs(self.compare(PLAIN, ip="127.0.0.1"), "spf", "pass", "loopback")

    def test_long_record(self):
        value = self.compare(PLAIN, sender="a@long.test", ip="198.51.100.99")
        self.assertEqual(value["alignd"]["spf"]["result"], "pass")
        row = value["engines"][0]
        self.assertNotEqual(row["result"], "pass")
        self.assertIn("511 octets", row["detail"])

    def test_macro(self):
        value = self.compare(PLAIN, sender="a@cut.test")
        self.assertEqual(value["alignd"]["spf"]["result"], "pass")
        self.differs(value, "spf", "fail", "RFC 7208 7.3")

    def test_unsafe_record_is_kept_from_the_library(self):
        value = self.compare(PLAIN, sender="a@unsafe.test")
        self.assertIn("not given to libspf2", value["engines"][0]["detail"])

    def test_void_lookups(self):
        self.differs(self.compare(PLAIN, sender="a@void.test"), "spf", "softfail",
                     "RFC 7208 4.6.4")

    def test_partial_body(self):
        self.signer.cover(2)
        value = self.compare(self.sign("example.test", PLAIN.encode()))
        self.assertEqual(value["alignd"]["dkim"][0]["result"], "policy")
        self.differs(value, "dkim", "pass", "RFC 6376 8.2")

    def test_short_key(self):
        signed = self.signer.sign("short", "example.test", "short", PLAIN.encode())
        value = self.compare(signed)
        self.assertEqual(value["engines"][1]["result"], "pass")

    def test_two_keys(self):
        signed = self.signer.sign("second", "example.test", "second", PLAIN.encode())
        self.differs(self.compare(signed), "dkim", "permerror", "RFC 6376 6.1.2")

    def test_long_identity(self):
        signed = self.sign("example.test", PLAIN.encode())
        value = self.compare(signed.replace(b"s=s1;", b"s=s1; i=" + b"a" * 300 +
                                            b"@example.test;", 1))
        self.assertIn("not given to libopendkim", value["engines"][1]["detail"])

    def test_word_of_a_record(self):
        value = self.compare(PLAIN.replace("ann@example.test", "ann@long.test"), ip=BAD_IP)
        self.differs(value, "dmarc", "fail", "RFC 9989")

    def test_test_mode(self):
        value = self.compare(PLAIN.replace("ann@example.test", "ann@trial.test"), ip=BAD_IP)
        self.assertEqual(value["alignd"]["dmarc"]["asked"], "quarantine")
        self.differs(value, "dmarc", "fail", "t=y")

    # --- files, and what people see ---

    # --- one behind the other ---

    def test_what_the_chain_would_have_made_of_it(self):
        signed = self.sign("example.test", PLAIN.encode())
        for message, ip, sender, outcome, by, words in (
                (signed, GOOD_IP, "a@example.test", "accepted", None, "nothing"),
                (signed, BAD_IP, "a@example.test", "refused", "policyd-spf", "SPF fails"),
                (signed, BAD_IP, "a@nowhere.test", "accepted", None, "nothing"),
                (PLAIN, BAD_IP, "a@nowhere.test", "refused", "OpenDMARC", "RejectFailures"),
                (PLAIN.replace("example.test", "other.test"), BAD_IP, "a@nowhere.test", "held",
                 "OpenDMARC", "HoldQuarantinedMessages"),
                (PLAIN.replace("example.test", "broken.test"), BAD_IP, "a@nowhere.test",
                 "deferred", "OpenDMARC", "DNS"),
                (PLAIN.replace("ann@example.test", "a@x.test, b@y.test"), BAD_IP,
                 "a@nowhere.test", "accepted", "OpenDMARC", "RejectMultiValueFrom"),
                (PLAIN, "127.0.0.1", "a@nowhere.test", "accepted", None, "loopback")):
            with self.subTest(words=words, ip=ip, sender=sender):
                chain = self.compare(message, ip=ip, sender=sender)["chain"]
                self.assertEqual((chain["outcome"], chain["by"]), (outcome, by), chain)
                self.assertIn(words, chain["why"])

    def test_the_chain_goes_by_what_its_libraries_found(self):
        """Text behind l= is signed for OpenDKIM: OpenDMARC lets in what is
        refused here."""
        self.signer.cover(2)
        value = self.compare(self.sign("example.test", PLAIN.encode()), ip=BAD_IP,
                             sender="a@nowhere.test")
        self.assertEqual(value["alignd"]["dmarc"]["result"], "fail")
        self.assertEqual(value["chain"]["outcome"], "accepted")
        self.assertEqual([row["result"] for row in value["engines"][2:]], ["fail"])

    def test_a_folder_in_text(self):
        names = [self.write(f"{name}.eml", text) for name, text in (
            ("signed", self.sign("example.test", PLAIN.encode())), ("plain", PLAIN), ("empty", ""))]
        status, out, err = self.run_tool("compare", "--client-ip", "127.0.0.1",
                                         "--mail-from", "a@example.test", *names)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("3 messages: 0 agree, 3 differ (SPF 3, DKIM 0, DMARC 0), 0 times a "
                      "library gave no answer\n", out)
        self.assertIn("libspf2: pass", out)
        self.assertIn("libopendkim agrees", out)

    def test_standard_input(self):
        status, out, _ = self.run_tool("compare", "--client-ip", GOOD_IP, "--mail-from",
                                       "a@example.test", stdin=self.sign("example.test",
                                                                         PLAIN.encode()))
        self.assertEqual(status, 0)
        self.assertIn("-: agrees\n", out)
        self.assertIn("chain          accepted: nothing that", out)
        self.assertIn("1 message: 1 agree, 0 differ", out)

    def test_an_unreadable_file(self):
        self.write("m.eml", PLAIN)
        status, out, err = self.run_tool("compare", "--client-ip", GOOD_IP, "none.eml", "m.eml")
        self.assertEqual(status, 3)
        self.assertIn("none.eml: No such file", err)
        self.assertIn("1 message:", out)

    def test_the_engines_setting_does_not_matter(self):
        self.write("conf2", 'authserv_id = "mx.test"\nspf { engine = "libspf2" }\n'
                            'dkim { engine = "libopendkim" }\n')
        self.write("m.eml", PLAIN)
        value = self.objects("compare", "--client-ip", "127.0.0.1", "--mail-from",
                             "a@example.test", "m.eml", config="conf2")[0]
        self.assertEqual(value["alignd"]["spf"]["result"], "none")
        self.assertEqual(value["engines"][0]["result"], "pass")

    def test_hostile_names(self):
        name = self.write("\x1b[2J\nx.eml", PLAIN.replace("hello", "\x1b]0;x\x07"))
        field = "DKIM-Signature: v=1; a=\x1b[2J; d=\x1b[31m.test; s=\x1b; h=\x1b; b=\x1b; bh=\x1b\r\n"
        self.write(name, field + PLAIN)
        arguments = ("--client-ip", GOOD_IP, "--mail-from", "\x1b[2J@\x1b.test",
                     "--helo", "\x1b[2J", name)
        for more in ((), ("--json",)):
            status, out, _ = self.run_tool("compare", *more, *arguments)
            self.assertEqual(status, 0)
            self.assertNotRegex(out, "[\x00-\x09\x0b-\x1f\x7f]")

    def test_usage(self):
        self.want(1, "--client-ip IP is missing", "compare")
        self.want(1, "no such library", "compare", "--run-engine", "libx", "--client-ip", GOOD_IP)

    def test_configuration(self):
        self.write("bad", "spf { nonsense = 1 }\n")
        status, _, _ = self.run_tool("compare", "--client-ip", GOOD_IP, "m.eml", config="bad")
        self.assertEqual(status, 2)


@unittest.skipUnless(has_faults(), "needs a build with --enable-development")
class Fault(ToolTest):
    """A library that goes wrong is a line in the table, and no more."""

    def run_fault(self, engine, fault, budget):
        self.write("m.eml", PLAIN)
        self.write("hasty", 'authserv_id = "mx.test"\ndns { budget = %s }\n' % budget)
        os.environ["ALIGND_ENGINE_FAULT"] = f"{engine}:{fault}"
        try:
            return self.objects("compare", "--client-ip", GOOD_IP, "--mail-from",
                                "a@example.test", "m.eml", config="hasty")[0]
        finally:
            del os.environ["ALIGND_ENGINE_FAULT"]

    def expect(self, engine, fault, ended, budget="1s"):
        value = self.run_fault(engine, fault, budget)
        self.assertFalse(value["agrees"])
        for row in value["engines"]:
            self.assertEqual((row["ended"], row["result"] is None),
                             (ended, True) if row["name"] == engine else (None, False), row)

    def test_a_crash(self):
        for engine in ENGINES:
            self.expect(engine, "crash", "signal 6")

    def test_a_hang(self):
        self.expect("libopendkim", "hang", "timeout")

    def test_memory_without_end(self):
        if has_sanitizer():
            self.skipTest("a sanitizer maps more memory than there is, so "
                          "its builds have no bound")
        # Long enough to meet the bound of memory on a busy machine, too.
        self.expect("libspf2", "eat", "signal 6", budget="20s")

    def test_words_that_are_no_answer(self):
        self.expect("libspf2", "babble", "no answer")

    def test_output_without_end(self):
        self.expect("libopendmarc", "flood", "no answer")

    def test_in_words(self):
        self.write("m.eml", PLAIN)
        os.environ["ALIGND_ENGINE_FAULT"] = "libopendkim:crash"
        try:
            status, out, _ = self.run_tool("compare", "--client-ip", GOOD_IP, "m.eml")
        finally:
            del os.environ["ALIGND_ENGINE_FAULT"]
        self.assertEqual(status, 0)
        self.assertIn("libopendkim ended by signal 6", out)
        self.assertIn("chain          not known: a library gave no answer\n", out)
        self.assertIn("1 time a library gave no answer", out)


if __name__ == "__main__":
    unittest.main(verbosity=1)
