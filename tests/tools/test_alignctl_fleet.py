#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The fleet's settings, and alignctl fleet where there is no PostgreSQL.

A password in store.postgresql is in no command's output, whatever else is wrong
with the file.
"""
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


if __name__ == "__main__":
    unittest.main()
