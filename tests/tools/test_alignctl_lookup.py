#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl lookup: the object against its schema, and what it says."""
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import ToolTest  # noqa: E402
from limits import LIMITS  # noqa: E402

NO_TAGS = dict.fromkeys(("p", "sp", "np", "adkim", "aspf", "t", "psd",
                         "asked"))

# operand, {member: value}, the names asked
DOMAINS = [
    ("example.test", {
        "domain": "example.test", "exists": True,
        "policy_domain": "example.test", "org_domain": "example.test",
        "discovery": "treewalk", "p": "reject", "sp": "quarantine",
        "np": None, "adkim": "r", "aspf": "s", "t": "n", "psd": "u",
        "asked": "reject",
        "record": "v=DMARC1; p=reject; sp=quarantine; aspf=s"},
     ["_dmarc.example.test", "_dmarc.test", "example.test"]),
    ("MAIL.Example.TEST.", {
        "domain": "mail.example.test", "exists": True,
        "policy_domain": "example.test", "asked": "quarantine"},
     ["_dmarc.mail.example.test", "_dmarc.example.test", "_dmarc.test",
      "mail.example.test"]),
    ("gone.other.test", {
        "exists": False, "np": "reject", "asked": "reject"},
     ["_dmarc.gone.other.test", "_dmarc.other.test", "_dmarc.test",
      "gone.other.test"]),
    ("nothing.test", {
        "exists": False, "policy_domain": None, "org_domain": "nothing.test",
        "record": None, **NO_TAGS},
     ["_dmarc.nothing.test", "_dmarc.test", "nothing.test"]),
    ("broken.test", {
        "policy_domain": None, "org_domain": None, "record": None, **NO_TAGS},
     ["_dmarc.broken.test", "broken.test"]),
    ("trial.test", {"p": "reject", "t": "y", "asked": "quarantine"},
     ["_dmarc.trial.test", "_dmarc.test", "trial.test"]),
    ("odd.test", {
        "policy_domain": "odd.test", "record": "v=DMARC1; p=bogus",
        **NO_TAGS},
     ["_dmarc.odd.test", "_dmarc.test", "odd.test"]),
    ("b\u00fccher.test", {"domain": "xn--bcher-kva.test"}, None),
]


class Lookup(ToolTest):

    def test_domains(self):
        for operand, wanted, asked in DOMAINS:
            with self.subTest(operand):
                value, = self.objects("lookup", operand)
                self.assertEqual({key: value[key] for key in wanted}, wanted)
                if asked:
                    self.assertEqual([q["name"] for q in value["queries"]],
                                     asked)

    def test_answers(self):
        value, = self.objects("lookup", "mail.example.test")
        self.assertEqual(value["queries"][:2], [
            {"name": "_dmarc.mail.example.test", "status": "nxdomain",
             "records": []},
            {"name": "_dmarc.example.test", "status": "ok",
             "records": ["v=DMARC1; p=reject; sp=quarantine; aspf=s"]}])
        value, = self.objects("lookup", "broken.test")
        self.assertEqual(value["queries"][0]["status"], "temporary")

    def test_existence_unknown(self):
        self.write("deaf", ";!FAIL deaf.test * TIMEOUT\n")
        status, out, _ = self.run_tool("lookup", "--dns", "deaf", "--json",
                                       "deaf.test", common=False)
        self.assertEqual(status, 0)
        self.assertIn('"exists":null', out)

    def test_text(self):
        status, out, _ = self.run_tool("lookup", "mail.example.test")
        self.assertEqual((status, out), (0, """mail.example.test
  exists         yes
  org. domain    example.test (treewalk)
  policy domain  example.test
  record         v=DMARC1; p=reject; sp=quarantine; aspf=s
  asked          quarantine, of mail that fails
  questions, in the order asked
    TXT   _dmarc.mail.example.test  nxdomain
    TXT   _dmarc.example.test       ok, 1 record, ttl 300 s
            v=DMARC1; p=reject; sp=quarantine; aspf=s
    TXT   _dmarc.test               nxdomain
    A     mail.example.test         ok, 1 record, ttl 300 s
            192.0.2.5
"""))

    def test_long_record_goes_on_below_itself(self):
        uris = ",".join(f"mailto:r{i}@example.test" for i in range(3))
        long = f"v=DMARC1; p=none; ruf={uris}; rua={uris}; fo=1; ri=86400"
        self.write("long", f'_dmarc.long.test TXT "{long[:200]}" '
                           f'"{long[200:]}"\n')
        status, out, _ = self.run_tool("lookup", "--dns", "long", "long.test",
                                       common=False)
        self.assertEqual(status, 0)
        self.assertLessEqual(max(map(len, out.splitlines())), 100)
        record = out[out.index("v=DMARC1"):out.index("  asked")]
        self.assertEqual(" ".join(record.split()), long)

    def test_exit_status(self):
        self.want(1, "one DOMAIN is wanted", "lookup")
        self.want(1, "one DOMAIN is wanted", "lookup", "a.test", "b.test")
        self.want(1, '"a..b" is no domain name', "lookup", "a..b")
        self.want(2, "no-conf", "lookup", "--config", "no-conf", "a.test",
                  common=False)
        with open(self.path("huge"), "wb") as file:
            file.truncate(LIMITS["LIMIT_ZONE_FILE_BYTES"] + 1)
        self.want(5, "huge: longer than", "lookup", "--dns", "huge", "a.test", common=False)
        self.want(5, "no-zone", "lookup", "--dns", "no-zone", "a.test",
                  common=False)


if __name__ == "__main__":
    unittest.main()
