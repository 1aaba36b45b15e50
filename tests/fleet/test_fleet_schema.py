#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""schema: made once, made again, older and newer, and whose it all is"""
from fleet_rig import FleetTest, main


class Schema(FleetTest):
    def setUp(self):
        self.server.make_database("fleet")
        self.admin = self.tool(self.server.conninfo(database="fleet"))

    def value(self, sql):
        return self.server.value(sql, database="fleet")

    def test_made_and_made_again(self):
        self.assertEqual(self.admin.ask("init"), ["done", "before 0"])
        ident = self.value("SELECT ident FROM alignd.fleet")
        self.assertEqual(self.admin.ask("init"), ["done", "before 1"])
        self.assertEqual(self.value("SELECT ident FROM alignd.fleet"), ident)

    def test_all_is_the_owners(self):
        self.admin.ask("init")
        self.assertEqual(self.value(
            "SELECT count(*) FROM (SELECT relowner AS owner, relnamespace AS n FROM pg_class "
            "UNION ALL SELECT proowner, pronamespace FROM pg_proc UNION ALL "
            "SELECT nspowner, oid FROM pg_namespace) o JOIN pg_namespace s ON s.oid = n "
            "WHERE nspname LIKE 'alignd%' AND owner <> 'alignd_owner'::regrole"), "0")
        self.assertEqual(self.value("SELECT rolcanlogin OR rolsuper FROM pg_roles WHERE "
                                    "rolname = 'alignd_owner'"), "f")

    def test_texts_are_in_byte_order(self):
        self.admin.ask("init")
        self.assertEqual(self.value(
            "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN "
            "pg_namespace n ON n.oid = relnamespace WHERE nspname = 'alignd' AND "
            "atttypid = 'text'::regtype AND attcollation <> 'pg_catalog.\"C\"'::regcollation"),
            "0")

    def test_newer_and_older(self):
        self.admin.ask("init")
        self.server.query("UPDATE alignd.fleet SET version = 2", database="fleet")
        self.assertEqual(self.admin.ask("init upgrade")[0],
                         "schema the fleet's schema has version 2, this program knows 1: "
                         "run init of the newer one")

    def test_what_fails_leaves_nothing(self):
        self.server.query("CREATE SCHEMA alignd; CREATE TABLE alignd.host (a int)",
                          database="fleet")
        self.assertEqual(self.admin.ask("init")[0].split()[0], "denied")
        self.assertEqual(self.value("SELECT to_regclass('alignd.segment') IS NULL"), "t")


if __name__ == "__main__":
    main()
