#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl review, stats and explain where alignd.conf is refused: they need its
store alone, and are asked most of all when something is wrong."""
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402


class Broken(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store = f'store {{ sqlite = "{cls.path("store.db")}" }}\n'
        cls.write("whole", 'authserv_id = "mx.test"\n' + cls.store)
        cls.write("forged", "From: a@example.test\r\nSubject: s\r\n\r\nx\r\n")
        done = subprocess.run(
            [RECORD_TOOL, cls.path("whole"), cls.path("zone"),
             cls.path("store.db")], text=True, check=True,
            input=f"{NOW} 203.0.113.5 x@other.test b@mx.test QUEUED h - "
                  f"{cls.path('forged')}\n",
            stdout=subprocess.PIPE, timeout=120)
        cls.reference = done.stdout.strip()
        cls.write("conf", "mode = monitor\nlisten = \"inet:\n" + cls.store)
        cls.write("unknown", cls.store + "polcy { on_reject = tag }\n")
        cls.write("bad-overrides", cls.store +
                  f'overrides = "{cls.path("ov.conf")}"\n')
        cls.write("ov.conf", "override {\n")
        cls.write("nowhere", "mode = mointor\n")

    def test_what_is_recorded_is_shown(self):
        """Exit status 0; file and line of the fault, the store, and from
        where."""
        for config, fault, line in (("conf", "conf:2: ", "conf:3"),
                                    ("unknown", "unknown:2: ", "unknown:1"),
                                    ("bad-overrides", "ov.conf:", ":1)")):
            for arguments in (["review"], ["review", self.reference],
                              ["review", "--csv"], ["stats"],
                              ["explain", self.reference]):
                with self.subTest((config, arguments)):
                    good = self.run_tool(*arguments, config="whole")
                    status, out, err = self.run_tool(*arguments, config=config)
                    self.assertEqual((status, good[0]), (0, 0), err)
                    self.assertIn(fault, err)
                    self.assertIn("the store is "
                                  f"{self.path('store.db')} (", err)
                    self.assertIn(line, err)
                    if arguments[0] == "review":
                        self.assertEqual(out, good[1])

    def test_what_is_not_known_is_said(self):
        _, out, err = self.run_tool("stats")
        self.assertIn("; not known: authserv_id, mode\n", err)
        self.assertTrue(out.startswith("host and mode not known\n"), out)
        _, out, _ = self.run_tool("stats", "--json")
        value = json.loads(out)
        self.assertEqual(schema.faults(value, schema.load("stats")), [])
        self.assertEqual((value["host"], value["mode"]), (None, None))
        self.assertEqual(value["total"]["messages"], 1)
        _, out, _ = self.run_tool("stats", "--html", "-")
        self.assertIn("Mode not known", out)
        _, out, err = self.run_tool("explain", self.reference)
        self.assertIn("; not known: what it says today of settings", err)
        self.assertIn("What is set today is not known", out)
        self.assertNotIn("Today", out)

    def test_acts_want_the_right_store_for_sure(self):
        """A faulty file may mean another store than the one found in it."""
        for act in ("confirm", "release"):
            for config in ("conf", "unknown", "nowhere", "no-such-file"):
                status, out, err = self.run_tool("review", act, self.reference, config=config)
                self.assertEqual((status, out), (2, ""), (act, config))
                self.assertIn(f"an act needs a sound configuration, or --store FILE: {config}", err)
        status, out, err = self.run_tool("review", "confirm", self.reference,
                                         "--store", self.path("store.db"))
        self.assertEqual((status, out), (0, f"{self.reference} is marked as a spoof\n"))
        self.assertIn("conf:2: ", err)

    def test_what_needs_more_is_refused(self):
        """An override goes into a file that the configuration names, and a
        message is judged by its settings."""
        for arguments in (["review", "allow", self.reference, "--owner", "a"],
                          ["explain", "--client-ip", "192.0.2.1", "forged"],
                          ["whatif", "--config", "conf"], ["report", "list"]):
            status, out, err = self.run_tool(*arguments)
            self.assertEqual((status, out), (2, ""), arguments)
            self.assertIn("conf:2: ", err)

    def test_the_default_where_none_is_sound(self):
        status, _, err = self.run_tool("review", config="nowhere")
        self.assertEqual(status, 4)  # which is not there
        self.assertIn("nowhere:1: ", err)
        self.assertIn("(the default, since no sound store.sqlite stands there",
                      err)

    def test_the_store_that_is_named_wins(self):
        for config in ("nowhere", "conf", "no-such-file"):
            status, out, err = self.run_tool(
                "review", "--store", self.path("store.db"), config=config)
            self.assertEqual(status, 0)
            self.assertIn(self.reference, out)
            self.assertIn("(--store)", err)
        self.write("other", 'store { sqlite = "/nowhere/at.all" }\n')
        for arguments in (["review"], ["stats"], ["explain", self.reference]):
            status, _, err = self.run_tool(
                *arguments, "--store", self.path("store.db"), config="other")
            self.assertEqual((status, err), (0, ""))

    def test_no_file_is_no_store(self):
        """A name mistyped is no reason to show another store."""
        status, out, err = self.run_tool("review", config="no-such-file")
        self.assertEqual((status, out), (2, ""))
        self.assertIn("no store is known (--store FILE): no-such-file", err)

    def test_what_the_file_says_is_escaped(self):
        self.write("hostile", b"x\x1b[2J\xff = 1\n" + self.store.encode())
        status, _, err = self.run_tool("review", config="hostile")
        self.assertEqual(status, 0)
        self.assertNotIn("\x1b", err)


if __name__ == "__main__":
    unittest.main()
