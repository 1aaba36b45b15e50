#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl paths: who is known to carry whose mail, and what that is worth"""
import csv
import io
import sqlite3
import unittest

from path_world import FORWARDER, STRANGER, PathTest


class Paths(PathTest):

    def rows_of(self, *arguments):
        return {(row["client"], row["author"]): row
                for row in self.objects("paths", *arguments)}

    def test_the_forwarder_has_credit(self):
        rows = self.rows_of()
        whole = rows["forward.test", None]
        self.assertEqual((whole["lacks"], whole["organizations"],
                          whole["credit"]), ("none", 3, 12))
        path = rows["forward.test", "a1.test"]
        self.assertEqual((path["lacks"], path["spf"], path["dkim"],
                          path["failed"], path["days"], path["credit"]),
                         ("none", 0, 4, 1, 4, 4))
        self.assertEqual((path["first"], path["last"]),
                         ("2026-04-22", "2026-04-30"))

    def test_a_rented_host_and_newsletters_have_none(self):
        rows = self.rows_of("--client", STRANGER)
        self.assertEqual({client for client, _ in rows}, {"203.0.113.0/24"})
        self.assertEqual({row["lacks"] for row in rows.values()}, {"unseen"})
        shared = self.rows_of("--client", "192.88.99.1")
        self.assertEqual({row["lacks"] for row in shared.values()}, {"shared"})

    def test_what_is_asked_for(self):
        self.assertEqual(set(self.rows_of("--domain", "mail.a1.test")),
                         {("forward.test", "a1.test"),
                          ("192.0.2.0/24", "a1.test")})
        by_name = self.rows_of("--client", "relay.forward.test")
        self.assertEqual(len(by_name), 4)
        self.assertEqual(by_name, self.rows_of("--client", FORWARDER))
        self.assertEqual(self.rows_of("--client", "198.51.101.7"), {})
        self.assertEqual(len(self.rows_of("--limit", "2")), 2)

    def test_what_broke_is_listed_with_its_reference(self):
        (key, row), = self.rows_of("--broken").items()
        self.assertEqual(key, ("forward.test", "a1.test"))
        self.assertEqual(row["reference"], self.references["FOOTER"])
        self.assertEqual((row["refused"], row["broken_since"]),
                         (1, "2026-05-01T11:00:00Z"))

    def test_for_people_and_as_csv(self):
        status, out, err = self.run_tool("paths", "--client", FORWARDER)
        self.assertEqual((status, err), (0, ""))
        lines = out.splitlines()
        self.assertTrue(lines[0].split()[:3] == ["client", "author", "SPF"])
        self.assertEqual(lines[1].split()[:2], ["forward.test", "(all)"])
        self.assertIn("it has credit", lines[1])
        self.assertIn("refused since 2026-05-01 (1): alignctl review "
                      + self.references["FOOTER"], out)
        self.assertIn("10 more (--limit)", self.run_tool(
            "paths", "--limit", "12")[1])
        status, out, _ = self.run_tool("paths", "--csv")
        found = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual(len(found), 22)
        self.assertEqual(found[0]["lacks"], "none")

    def test_a_store_without_any(self):
        self.run_tool("paths")
        self.write("empty.conf", 'authserv_id = "mx.test"\n')
        self.want(4, "does not exist", "paths", "--store", "none.db")
        with sqlite3.connect(self.path("store.db")) as source, \
                sqlite3.connect(self.path("bare.db")) as copy:
            source.backup(copy)
            copy.execute("DELETE FROM path")
        status, out, _ = self.run_tool("paths", "--store", "bare.db")
        self.assertEqual((status, out), (0, "no such path is known\n"))
        copy.close()
        with sqlite3.connect(self.path("bare.db")) as old:
            old.execute("PRAGMA user_version = 9")
        old.close()
        self.want(4, "start alignd once", "paths", "--store", "bare.db")

    def test_explain_says_what_is_known_of_the_way(self):
        status, out, err = self.run_tool("explain", self.references["FOOTER"])
        self.assertEqual((status, err), (0, ""))
        self.assertIn("By way of forward.test, mail of a1.test passed on 4 "
                      "days: 0 with aligned SPF, 4 by a signature alone; 1 "
                      "failed. The path has credit", " ".join(out.split()))
        out = self.run_tool("explain", self.references["SPOOF"])[1]
        self.assertNotIn("By way of", out)

    def test_review_goes_by_the_same_figures(self):
        status, out, err = self.run_tool("review", "--likely-legitimate")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("mail of a1.test has credit by way of forward.test "
                      "since 2026-04-22 (messages: 4)", out)
        self.assertIn("alignctl review allow " + self.references["FOOTER"],
                      out)
        self.assertNotIn(self.references["SPOOF"], out)

    def test_usage(self):
        self.want(1, "--client", "paths", "--client", "a b")
        self.want(1, "no operand", "paths", "x")
        self.want(1, "one of them", "paths", "--json", "--csv")


if __name__ == "__main__":
    unittest.main(verbosity=2)
