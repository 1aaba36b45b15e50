#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl override propose: what known paths speak for, tried on the record"""
import json
import unittest

import schema
from alignctl import NOW
from path_world import DAY, FORWARDER, OWN, STRANGER, PathTest, letter

PARTNER = "198.18.9.9"


class Propose(PathTest):

    @classmethod
    def rows(cls, senders):
        """Also a1.test by a server of its own that its SPF forgot."""
        signed = cls.sign("a1.test", letter("a1.test", "post"))
        yield from super().rows(senders)
        for days in (9, 5, 2, 1):
            yield (f"P{days}", NOW - days * DAY + 90, PARTNER, "x@a1.test",
                   signed)
        yield ("PLAIN", NOW - 2000, PARTNER, "x@a1.test",
               letter("a1.test", "unsigned"))
        for name in ("a2.test", "news1.test"):
            yield ("SPOOF" + name, NOW - 2000, FORWARDER, "x@forward.test",
                   letter(name, "pay at once"))

    def proposals(self, *arguments):
        status, out, err = self.run_tool("override", "propose", "--json",
                                         *arguments)
        self.assertEqual((status, err), (0, ""))
        values = [json.loads(line) for line in out.splitlines()]
        for value in values:
            self.assertEqual(schema.faults(value, schema.load("proposal")), [])
        return values

    def test_the_forwarder_first_then_the_author(self):
        values = self.proposals()
        self.assertEqual([value["name"] for value in values],
                         ["by way of forward.test",
                          "a1.test by way of 198.18.9.0/24"])
        self.assertEqual(values[0]["credit"], 12)
        self.assertIsNone(values[0]["author"])
        self.assertEqual(values[0]["earned_by"],
                         [{"domain": name, "messages": 4} for name in OWN])
        self.assertEqual(values[1]["earned_by"],
                         [{"domain": "a1.test", "messages": 4}])
        self.assertIn('host = {"forward.test"}', values[0]["section"])
        self.assertIn("reason = trusted_forwarder", values[0]["section"])
        self.assertIn('network = {"198.18.9.0/24"}', values[1]["section"])
        self.assertIn('from = {".a1.test"}', values[1]["section"])
        self.assertNotIn(STRANGER, json.dumps(values))

    def test_says_what_the_record_would_have_been(self):
        forwarder, author = self.proposals()
        # The footer, and what the forwarder brought in others' names.
        self.assertEqual(forwarder["changes"], [
            {"from": "reject", "to": "none", "messages": 3}])
        self.assertEqual({a["domain"]: a["messages"]
                          for a in forwarder["authors"]},
                         {"a1.test": 1, "a2.test": 1, "news1.test": 1})
        self.assertEqual(author["changed"], 1)

    def test_what_is_written_is_good(self):
        status, out, err = self.run_tool("override", "propose", "--owner",
                                         "ann@example.test")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("reject -> none: 3", out)
        self.assertIn("# credit by mail of a1.test (4), a2.test (4), "
                      "a3.test (4)\n", out)
        self.write("proposed.conf", out)
        status, checked, err = self.run_tool("override", "check",
                                             "proposed.conf")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("ok, 2 in force", checked)
        self.assertIn('owner = "ann@example.test"', out)
        self.assertIn('until = "2026-10-28"', out)
        # And whatif over it says the same.
        self.write("with.conf", f"""authserv_id = "mx.test"
overrides = "{self.path('proposed.conf')}"
policy {{ indirect_mail = reject }}
store {{ sqlite = "{self.path('store.db')}" }}
""")
        status, told, err = self.run_tool(
            "whatif", "--json", "--config", "with.conf")
        self.assertEqual(status, 0, err)
        self.assertEqual(json.loads(told)["changed"], 4)
        # What has its override is not proposed again.
        self.assertEqual(self.run_tool("override", "propose",
                                       config="with.conf")[1].split("\n")[0],
                         "no path has credit for which there is no override "
                         "yet: \"alignctl paths\" says why")

    def test_limit_and_usage(self):
        self.assertEqual(len(self.proposals("--limit", "1")), 1)
        out = self.run_tool("override", "propose", "--limit", "1")[1]
        self.assertIn("# 1 more (--limit)", out)
        self.want(1, "--owner", "override", "check", "--owner", "x")
        self.want(1, "owner", "override", "propose", "--owner", "x" * 301)


if __name__ == "__main__":
    unittest.main(verbosity=2)
