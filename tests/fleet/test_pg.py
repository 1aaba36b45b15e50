#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""pg: connecting, parameters, kinds of failure, and an end in time"""
import os

from fleet_rig import FleetTest, main


class Parameters(FleetTest):
    def test_each_type_comes_back_as_it_went(self):
        answer = self.tool(self.server.conninfo()).ask("types")
        self.assertEqual(answer[0], "done")
        self.assertEqual(answer[1].split("\t"), [
            "-5", "it's", "\\x000102", "01230000-0000-0000-0000-0000000000ff",
            "{0,-1,9223372036854775807,-9223372036854775808}",
            '{"","a\\"b\\\\c",ä,"NULL"}',
            "{01230000-0000-0000-0000-0000000000ff,"
            "00000000-0000-0000-0000-000000000007}", "", "{}", "t"])

    def test_through_pgbouncer(self):
        self.server.make_database("pooled")
        bouncer = self.server.bouncer("pooled")
        self.assertEqual(self.tool(bouncer.conninfo()).ask("types")[0], "done")


class Kinds(FleetTest):
    def kind(self, conninfo, wait_ms=10000):
        answer = self.tool().connect(conninfo, wait_ms)
        self.assertLess(len(answer), 250)
        return answer

    def test_strings(self):
        for string, said in (("host=", "done"), ("hots=x", "string"), ("host", "string"),
                             ("postgresql://[x", "string")):
            if said != "done":
                self.assertTrue(self.kind(string).startswith(said + " store.postgresql"), string)

    def test_nobody_listens(self):
        said = self.kind("host=127.0.0.1 port=1 user=x")
        self.assertTrue(said.startswith("away PostgreSQL: "), said)
        self.assertIn("is it running", said)

    def test_no_database(self):
        said = self.kind(self.server.conninfo(database="nowhere"))
        self.assertTrue(said.startswith("string PostgreSQL: "), said)
        self.assertIn('database "nowhere" does not exist', said)

    def test_no_role(self):
        said = self.kind(self.server.conninfo(user="nobody_here"))
        self.assertTrue(said.startswith("denied PostgreSQL: "), said)
        self.assertIn("fleet init --host", said)

    def test_tls_is_demanded_of_what_is_far(self):
        """A name that is not localhost's own, and a server without TLS."""
        said = self.kind(f"host=db.example.test hostaddr=127.0.0.1 port={self.server.port} "
                         "user=postgres")
        self.assertEqual(said, "done")  # by its address it is near
        name = os.uname().nodename
        address = "127.0.0.1"
        with open("/etc/hosts", encoding="utf-8") as file:
            names = [line.split() for line in file if line.strip() and line[0] != "#"]
        if not any(row[0].startswith("127.") and name in row[1:] for row in names):
            self.skipTest(f"{name} is not {address}")
        said = self.kind(f"host={name} port={self.server.port} user=postgres")
        self.assertTrue(said.startswith("tls PostgreSQL: "), said)
        self.assertIn("ssl = on in its postgresql.conf", said)
        said = self.kind(f"host={name} port={self.server.port} user=postgres sslmode=prefer")
        self.assertEqual(said, "done")

    def test_statements(self):
        tool = self.tool(self.server.conninfo())
        tool.ask("run CREATE TABLE one (a int PRIMARY KEY CHECK (a < 5), b text);"
                 "CREATE INDEX ON one (b); CREATE ROLE poor LOGIN")
        for sql, kind in (("SELECT 1", "done"), ("SELECT * FROM nothing_here", "schema"),
                          ("SELECT nothing_here()", "schema"),
                          ("INSERT INTO one VALUES (9)", "refused"),
                          ("INSERT INTO one SELECT 1, repeat(md5(random()::text), 1) || "
                           "(SELECT string_agg(md5(i::text), '') FROM "
                           "generate_series(1, 900) i)", "refused"),
                          ("SELECT 1/0", "refused"), ("SELECT pg_sleep", "schema"),
                          ("BEGIN READ ONLY", "done"), ("INSERT INTO one VALUES (1)", "away"),
                          ("ROLLBACK", "done")):
            said = tool.ask(f"exec {sql}")[0]
            self.assertEqual(said.split()[0], kind, f"{sql}: {said}")
        poor = self.tool(self.server.conninfo(user="poor"))
        self.assertTrue(poor.ask("exec SELECT * FROM one")[0].startswith("denied "))


class InTime(FleetTest):
    def test_a_network_that_hangs(self):
        proxy = self.server.proxy()
        tool = self.tool(self.server.conninfo(port=proxy.port))
        self.assertEqual(tool.ask("exec SELECT 1")[:2], ["done", "1"])
        tool.ask("wait 300")
        proxy.freeze()
        said = tool.ask("exec SELECT 2")[0]
        self.assertTrue(said.startswith("away PostgreSQL did not answer within 300 ms"), said)
        self.assertEqual(tool.ask("exec SELECT 3")[0],
                         "away the connection to PostgreSQL was closed")
        said = tool.connect(self.server.conninfo(port=proxy.port), 300)
        self.assertTrue(said.startswith("away PostgreSQL did not answer within 300 ms"), said)
        proxy.thaw()
        self.assertEqual(tool.connect(self.server.conninfo(port=proxy.port)), "done")

    def test_a_statement_that_takes_long(self):
        tool = self.tool(self.server.conninfo(), 300)
        self.assertTrue(tool.ask("exec SELECT pg_sleep(60)")[0].startswith("away "))

    def test_a_large_call_to_who_does_not_read(self):
        proxy = self.server.proxy()
        tool = self.tool(self.server.conninfo(port=proxy.port), 500)
        proxy.freeze()
        self.assertTrue(tool.ask("exec SELECT length('" + "x" * 60000 + "')")[0]
                        .startswith("away "))

    def test_killed_and_back(self):
        tool = self.tool(self.server.conninfo())
        self.server.kill()
        self.assertTrue(tool.ask("exec SELECT 1")[0].startswith("away "))
        self.server.start()
        self.assertEqual(tool.connect(self.server.conninfo()), "done")

    def test_a_standby_takes_nothing(self):
        tool = self.tool(self.server.conninfo())
        self.assertEqual(tool.ask("run CREATE TABLE two (a int)"), ["done"])
        standby = self.server.standby()
        tool.connect(standby.conninfo())
        self.assertTrue(tool.ask("exec INSERT INTO two VALUES (1)")[0].startswith("away "))
        standby.promote()
        self.assertEqual(tool.ask("exec INSERT INTO two VALUES (1)")[0], "done")


if __name__ == "__main__":
    main()
