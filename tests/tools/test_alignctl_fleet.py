#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fleet's settings, and alignctl fleet where there is no PostgreSQL.

A password in store.postgresql is in no command's output, whatever else is wrong
with the file.
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import ToolTest  # noqa: E402

SECRET = "geheim7"


class Settings(ToolTest):

    def said(self, text, *arguments, status=0):
        self.write("fleet.conf", text)
        got, out, err = self.run_tool(*arguments, config="fleet.conf")
        said = out + err
        self.assertEqual(got, status, said)
        self.assertNotIn(SECRET, said)
        return said

    def test_a_password_is_never_shown(self):
        for value in (f"host=db user=mx1 password={SECRET}",
                      f"postgresql://mx1:{SECRET}@db/alignd"):
            text = f'store {{\n\tpostgresql = "{value}"\n}}\n'
            self.assertIn("***", self.said(text, "config", "show"))
            self.assertIn("***", self.said(text, "config", "show", "--json"))
            self.said(text, "config", "check")

    def test_nor_where_the_file_is_faulty(self):
        for value in (f'"password={SECRET}', f"password={SECRET}",
                      f'"password={SECRET}" nonsense',
                      f'"password={SECRET}\x01"'):
            said = self.said(f"store {{\n\tpostgresql = {value}\n}}\n",
                             "config", "check", status=2)
            self.assertIn("fleet.conf:", said)

    def test_what_is_no_connection_string_is_refused_unshown(self):
        said = self.said(f'store {{ postgresql = "{SECRET}" }}\n',
                         "config", "check", status=2)
        self.assertIn("store.postgresql: is no connection string", said)
        self.assertIn("host=db.example.org", said)


OVERRIDE = """override "%s" {
	spf = {"%s.test"}
	owner = "ann"
	why = "ticket 1"
	permanent = yes
}
"""


class TwoFiles(ToolTest):
    """This host's overrides, and those that the forwarder brought."""

    def setUp(self):
        self.write("fleet.conf", f'store {{ sqlite = "{self.path("a.db")}" '
                   'postgresql = "host=db" }\n')
        self.write("overrides.conf", OVERRIDE % ("own", "x"))
        self.write("a.db.fleet-overrides.conf",
                   "# version 3\n" + OVERRIDE % ("shared", "y"))

    def tool(self, *arguments):
        return self.run_tool(*arguments, config="fleet.conf")

    def test_list_says_where_each_stands(self):
        items = [json.loads(line) for line in
                 self.tool("override", "list", "--json")[1].splitlines()]
        self.assertEqual(
            [(item["name"], os.path.basename(item["file"]), item["line"])
             for item in items],
            [("own", "overrides.conf", 2),
             ("shared", "a.db.fleet-overrides.conf", 3)])
        self.assertIn("a.db.fleet-overrides.conf:3",
                      self.tool("override", "list")[1])

    def test_a_name_in_both_is_refused_with_both_places(self):
        self.write("overrides.conf", OVERRIDE % ("shared", "x"))
        status, _, err = self.tool("override", "check")
        self.assertEqual(status, 2)
        self.assertIn("a.db.fleet-overrides.conf:3", err)
        self.assertIn("overrides.conf:2", err)

    def test_none_of_the_fleets_names_is_added(self):
        status, _, err = self.tool(
            "override", "add", "--name", "shared", "--spf", "z.test",
            "--owner", "a", "--why", "b", "--permanent")
        self.assertEqual(status, 2, err)
        self.assertIn('the fleet has an override "shared"', err)


if __name__ == "__main__":
    unittest.main()
