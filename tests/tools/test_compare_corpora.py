#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl compare over every .eml file of the public corpora.

Their keys and policies come from the tables beside them. Each file has its
object, no library comes to a bad end, and each difference has its rule.
"""
import collections
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import ToolTest, zone_record  # noqa: E402

CORPORA = os.environ.get("ALIGND_CORPORA", "")
TABLES = ("dkim-rfc-samples/expected.json", "dkim-go-msgauth/cases.json")
CLIENT = "192.0.2.5"
BATCH = 30  # files a run: a busy machine takes half a second for each
WITHOUT_RULE = "no rule is known"


def files():
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(CORPORA)
                  for name in names if name.endswith(".eml"))


def records():
    """{name: text} of all TXT records that the tables list."""
    found = {}
    for table in TABLES:
        try:
            with open(os.path.join(CORPORA, table), encoding="utf-8") as file:
                found.update(json.load(file).get("dns_TXT", {}))
        except OSError:
            print(f"{table} is not there")
    return {name.rstrip("."): text for name, text in found.items()}


@unittest.skipUnless(files(), "no corpora")
class Corpora(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("corpora.zone", "$ORIGIN .\n$TTL 300\nexample.test A 192.0.2.1\n" + "".join(
            zone_record(name, text) for name, text in sorted(records().items())
            if all(32 <= ord(c) < 127 and c not in '"\\' for c in text)))

    def compare(self, names):
        status, out, err = self.run_tool(
            "--config", "conf", "--dns", "corpora.zone", "compare", "--json", "--client-ip",
            CLIENT, "--mail-from", "a@example.test", *names, common=False)
        self.assertEqual((status, err), (0, ""))
        values = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([value["file"] for value in values], names)
        return values

    def test_every_message(self):
        names = files()
        values = [value for i in range(0, len(names), BATCH)
                  for value in self.compare(names[i:i + BATCH])]
        told = collections.Counter()
        for value in values:
            for row in value["engines"]:
                self.assertIsNone(row["ended"], value)
                self.assertNotIn(WITHOUT_RULE, row["detail"] or "", value)
            told["agree" if value["agrees"] else "differ"] += 1
            told.update(f"dkim={one['result']}" for one in value["alignd"]["dkim"])
        print(f"{len(names)} messages of {CORPORA}: {dict(told)}")


if __name__ == "__main__":
    if not files():
        print("SKIP: no corpora at ALIGND_CORPORA")
        sys.exit(77)
    unittest.main(verbosity=1)
