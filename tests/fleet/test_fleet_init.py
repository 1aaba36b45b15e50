#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl fleet init and remove: set-up in five commands, and what is refused"""
import os
import re
import subprocess
import tempfile
import time
import uuid

from fleet_rig import TOP, FleetTest, main

ALIGNCTL = os.path.join(TOP, "tools", "alignctl")


class InitTest(FleetTest):
    def setUp(self):
        self.admin = self.server.make_database("fleet")
        folder = self.enterClass(tempfile.TemporaryDirectory(prefix="alignd-init."))
        self.conf = os.path.join(folder, "alignd.conf")
        self.configure()
        # Roles are the server's, not a database's; since 16 those that another made
        # can be given by him alone.
        for row in self.server.query("SELECT rolname FROM pg_roles WHERE rolname ~ '^alignd_'"):
            self.server.query(f"DROP ROLE {row[0]}")

    def configure(self, postgresql="", more=""):
        with open(self.conf, "w", encoding="ascii") as file:
            file.write('authserv_id = "mx1.example.org"\n'
                       f'store {{ sqlite = "{self.conf}.db" postgresql = "{postgresql}" }}\n{more}')

    def run_tool(self, *arguments):
        done = subprocess.run([ALIGNCTL, "--config", self.conf, "fleet", *arguments],
                              capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def init(self, *arguments):
        status, out, err = self.run_tool("init", self.admin, *arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    def value(self, sql):
        return self.server.value(sql, database="fleet")


class Init(InitTest):
    def test_a_host_can_push_at_once(self):
        out = self.init("--host", "mx1.example.org", "--host", "mx2.example.org=alignd_mx_two")
        self.assertIn("schema 1: made\n", out)
        self.assertIn("mx1.example.org: role alignd_mx1, new; what is left of its set-up:\n", out)
        self.assertIn("user=alignd_mx_two passfile=/etc/alignd/pgpass", out)
        self.configure(self.server.conninfo("alignd_mx1", "fleet"))
        status, _, err = self.run_tool("status")
        self.assertEqual((status, err.count("\n")), (4, 1))
        self.assertIn("fleet.people is empty, so store.postgresql's role was asked", err)
        tool = self.tool(self.server.conninfo("alignd_mx1", "fleet"))
        self.assertEqual(tool.ask("beat 0 0")[0], "done")
        self.assertEqual(self.value("SELECT name FROM alignd.host WHERE seen_s > 0"),
                         "mx1.example.org")
        self.assertEqual(self.value("SELECT rolsuper OR rolcreaterole OR rolconnlimit <> 8 FROM "
                                    "pg_roles WHERE rolname = 'alignd_mx1'"), "f")

    def test_grants_are_those_that_are(self):
        lines = [line.split(None, 1) for line in self.init().splitlines() if line[:2] == "  "]
        self.assertEqual({line[0] for line in lines},
                         {"alignd_host", "alignd_operator", "alignd_reader", "alignd_sender"})
        hosts = [line[1] for line in lines if line[0] == "alignd_host"]
        self.assertEqual(len(hosts), 1)
        self.assertTrue(hosts[0].startswith("EXECUTE on alignd_push: heartbeat "), hosts)
        self.server.query("GRANT DELETE ON alignd.segment TO alignd_reader", database="fleet")
        self.assertIn("alignd_reader    DELETE on 1 tables and views of alignd\n", self.init())

    def test_again(self):
        self.init("--host", "mx1.example.org")
        self.configure(more='fleet { keep_incidents = 20d keep_details = 5d }\n')
        out = self.init("--host", "mx1.example.org")
        self.assertIn("schema 1: was 1; functions, views and grants are this program's\n", out)
        self.assertIn("role alignd_mx1, was there", out)
        self.assertEqual(self.server.query(
            "SELECT keep_incidents_s / 86400, keep_wide_s / 86400, keep_results_s / 86400 FROM "
            "alignd.fleet", database="fleet"), [["20", "5", "400"]])
        self.assertEqual(self.value("SELECT count(*) FROM alignd.host"), "1")

    def test_by_who_is_no_superuser(self):
        """One who may make roles, and a database of his own, are enough."""
        self.server.query("DO $$ BEGIN CREATE ROLE maker LOGIN CREATEROLE; EXCEPTION WHEN "
                          "duplicate_object THEN NULL; END $$; ALTER DATABASE fleet OWNER TO maker")
        self.admin = self.server.conninfo("maker", "fleet")
        self.init("--host", "mx1.example.org")
        self.init("--host", "mx2.example.org")
        self.assertIn("has left", self.run_tool("remove", "mx1.example.org", self.admin)[1])

    def test_removed_and_back(self):
        self.init("--host", "mx1.example.org")
        tool = self.tool(self.server.conninfo("alignd_mx1", "fleet"))
        tool.ask("beat 0 777")
        status, out, _ = self.run_tool("remove", "mx1.example.org", self.admin)
        self.assertEqual(status, 0)
        self.assertIn("dropuser alignd_mx1", out)
        self.assertEqual(tool.ask("beat 0 0")[0].split()[0], "denied")
        status, _, err = self.run_tool("remove", "mx1.example.org", self.admin)
        self.assertEqual((status, err), (3, "alignctl: no host mx1.example.org is in the fleet: "
                                         "alignctl fleet status lists them\n"))
        self.init("--host", "mx1.example.org")
        self.assertEqual(tool.ask("beat 0 888")[0], "done")
        self.assertEqual(self.value("SELECT state || reported_until_s FROM alignd.host"), "live888")

    def test_removed_while_its_role_holds_its_row(self):
        self.init("--host", "mx1.example.org")
        tool = self.tool(self.server.conninfo("alignd_mx1", "fleet"))
        tool.ask("run BEGIN")
        tool.ask("beat 0 777")
        status, _, err = self.run_tool("remove", "mx1.example.org", self.admin)
        self.assertEqual(status, 4)
        self.assertIn("a session in the database holds rows of that host", err)
        with open(os.path.join(os.environ.get("top_srcdir", "."), "docs", "FLEET.md"),
                  encoding="utf-8") as page:
            found = re.search(r"`(SELECT pid, usename.*?)`", page.read())[1]
        held = [row[0] for row in self.server.query(found) if row[1] == "alignd_mx1"]
        self.server.query(f"SELECT pg_terminate_backend({held[0]})")
        self.assertIn("has left", self.run_tool("remove", "mx1.example.org", self.admin)[1])

    def test_roles_that_are_not_taken(self):
        self.init("--host", "mx1.example.org")
        self.server.query("DO $$ BEGIN CREATE ROLE eve LOGIN; EXCEPTION WHEN duplicate_object "
                          "THEN NULL; END $$; GRANT alignd_reader TO eve")
        for given, why in (("mx3.example.org=postgres", "may do what no host should"),
                           ("mx3.example.org=alignd_host", "is one of the fleet's groups"),
                           ("mx3.example.org=eve", "reads the fleet or acts in it"),
                           ("mx3.example.org=alignd_mx1", "is another host's")):
            status, _, err = self.run_tool("init", self.admin, "--host", given)
            self.assertEqual(status, 3, err)
            self.assertIn(why, err)
        self.assertEqual(self.value("SELECT count(*) FROM alignd.host"), "1")
        for given in ("Mx", "mx3.example.org=", "mx3.example.org=a b", "x" * 300,
                      "mx3.example.org=" + "r" * 64):
            status, _, err = self.run_tool("init", self.admin, "--host", given)
            self.assertEqual(status, 1, given)
            self.assertIn("--host: ", err)

    def test_words_on_the_databases_server(self):
        """Where nothing is configured: which string is wrong, and who may."""
        status, _, err = self.run_tool("init")
        self.assertEqual(status, 2)
        self.assertIn('say which database, as in alignctl fleet init "dbname=alignd"', err)
        self.assertIn("the database has no fleet: alignctl fleet init makes it",
                      self.run_tool("status", self.admin)[2])
        for given, said in ((self.admin + " dbname=nodb", "mend the connection string that was"),
                            (self.admin + " user=nobody_here", "run it as the database's admin")):
            status, _, err = self.run_tool("remove", "mx1.example.org", given)
            self.assertEqual(err.count("\n"), 1)
            self.assertIn(said, err)
            self.assertNotIn("store.postgresql", err)

    def test_names_are_quoted(self):
        name = 'a"; DROP SCHEMA alignd CASCADE; --'.replace(" ", "_")
        self.init("--host", f"mx4.example.org={name}")
        self.assertEqual(self.value("SELECT role FROM alignd.host"), name)
        self.run_tool("remove", "mx4.example.org", self.admin)
        quoted = name.replace('"', '""')
        self.server.query(f'DROP ROLE "{quoted}"', database="fleet")

    def test_who_may_not(self):
        self.init("--host", "mx1.example.org")
        for arguments in (("init",), ("remove", "mx1.example.org")):
            status, _, err = self.run_tool(*arguments,
                                           self.server.conninfo("alignd_mx1", "fleet"))
            self.assertEqual((status, err.count("\n")), (4, 1), err)
        status, _, err = self.run_tool("init")
        self.assertEqual(status, 2)
        self.assertIn("store.postgresql is empty", err)


class Page(InitTest):
    """docs/FLEET.md says what is so."""

    def setUp(self):
        super().setUp()
        path = os.path.join(os.environ.get("top_srcdir", "."), "docs", "FLEET.md")
        with open(path, encoding="utf-8") as file:
            self.page = file.read()

    def test_commands_are_those_that_init_prints(self):
        out = self.init("--host", "mx1.example.org")
        for line in re.findall(r"  there:  (.*)|  here:   (.*)", out):
            command = "".join(line).replace("THIS-SERVER", "db.example.org")
            command = re.sub(r"\bfleet\b", "alignd", command).replace("in alignd.conf: ", "")
            self.assertIn("    " + command + "\n", self.page)

    def test_queries(self):
        self.init("--host", "mx1.example.org")
        now = int(time.time()) // 3600 * 3600
        tool = self.tool(self.server.conninfo("alignd_mx1", "fleet"))
        for hour, seed in ((now, 0), (now - 2 * 86400, 50)):
            tool.ask(f"segment {uuid.uuid4().hex} {hour} rows=20 seed={seed}")
        tool.ask("maintain")
        self.server.query("DO $$ BEGIN CREATE ROLE grafana LOGIN; EXCEPTION WHEN "
                          "duplicate_object THEN NULL; END $$; GRANT alignd_reader TO grafana;"
                          "UPDATE alignd.trait SET applied = 'reject'", database="fleet")
        rows = [self.server.query(query, user="grafana", database="fleet")
                for query in re.findall(r"```sql\n(.*?)```", self.page, re.S)]
        self.assertEqual([len(answer) for answer in rows], [4, 20, 1])
        self.assertEqual(sum(int(row[2]) for row in rows[0]), 40)


if __name__ == "__main__":
    main()
