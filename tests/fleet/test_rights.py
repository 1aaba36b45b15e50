#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a host's role cannot do: all but to push in its own name

Mail servers face strangers. Whoever has taken one over may lie about its own
counters, and no more.
"""
from test_push import PushTest, ident, main


class Rights(PushTest):
    def refused(self, sql, kinds=("denied", "schema"), tool=None):
        answer = (tool or self.hosts["b"]).ask("exec " + sql)[0]
        self.assertIn(answer.split()[0], kinds, f"{sql}: {answer}")
        return answer

    def test_no_table_and_no_function_but_push(self):
        tables = self.sql("SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON "
                          "n.oid = relnamespace WHERE nspname LIKE 'alignd%' AND relkind IN "
                          "('r', 'p', 'v', 'S', 'm')")
        self.assertGreater(len(tables), 15)
        for (table,) in tables:
            self.refused(f"SELECT * FROM {table}", ("denied",))
        may = [row[0] for row in self.sql(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE "
            "nspname LIKE 'alignd%' AND has_schema_privilege('mx_b', n.oid, 'USAGE') AND "
            "has_function_privilege('mx_b', p.oid, 'EXECUTE') ORDER BY 1")]
        self.assertEqual(may, [
            "heartbeat", "hosts", "incidents_erase", "ledger", "maintain", "override_text", "paths",
            "segment_acts", "segment_begin", "segment_counted", "segment_incidents",
            "segment_open", "segment_results", "set_aside", "tuples_add"])

    def test_each_runs_with_a_fixed_path_as_nobody_great(self):
        self.assertEqual(self.sql(
            "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE "
            "nspname LIKE 'alignd%' AND prosecdef AND (proconfig IS NULL OR NOT EXISTS (SELECT "
            "FROM unnest(proconfig) c WHERE c ~ '^search_path=.*pg_temp$'))"), [])
        self.assertEqual(self.sql("SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolcanlogin "
                                  "FROM pg_roles WHERE rolname = 'alignd_owner'"), [["f"]])

    def test_nothing_of_its_own_in_the_way(self):
        """No object that the functions could take for the fleet's."""
        self.refused("CREATE TEMP TABLE host AS SELECT 1 AS host_no, 'mx_b'::name AS role")
        self.refused("CREATE SCHEMA mine")
        self.refused("CREATE TABLE alignd.x (a int)")
        self.refused("CREATE TABLE alignd_push.x (a int)")
        self.refused("CREATE FUNCTION public.now() RETURNS int LANGUAGE sql AS 'SELECT 1'")

    def test_nothing_that_fills_what_nobody_looks_at(self):
        """No large object, no temporary table, no message in the log, no lock by number."""
        for call in ("lo_create(0)", "lo_creat(-1)", "lo_from_bytea(0, 'x')",
                     "pg_logical_emit_message(false, 'a', repeat('x', 1000))",
                     "pg_notify('a', 'b')", "pg_advisory_lock(1)", "pg_advisory_xact_lock(1, 2)",
                     "pg_try_advisory_lock_shared(1)"):
            self.refused(f"SELECT {call}", ("denied",))
        self.refused("CREATE TEMP TABLE t (a int)")
        # by who is no superuser all else is done
        self.server.query("CREATE DATABASE other; DO $$ BEGIN CREATE ROLE maker LOGIN CREATEROLE; "
                          "EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
                          "ALTER DATABASE other OWNER TO maker")
        # which since 16 is one's own groups: these were made by another
        self.server.query("GRANT alignd_owner, alignd_host, alignd_operator, alignd_reader, "
                          "alignd_sender TO maker WITH ADMIN OPTION")
        maker = self.tool(self.server.conninfo("maker", "other"))
        self.assertEqual(maker.ask("init"), ["done", "before 0"])

    def test_it_becomes_nobody_else(self):
        for role in ("mx_a", "alignd_owner", "alignd_operator", "postgres"):
            self.refused(f"SET ROLE {role}")
            self.refused(f"SET SESSION AUTHORIZATION {role}")
        self.refused("UPDATE alignd.host SET state = 'live'")
        self.refused("SELECT alignd_push.override_put(0, 'x', sha256('x'), 'me')", ("denied",))
        self.refused("ALTER ROLE mx_b CREATEROLE")

    def test_its_host_is_who_logged_in(self):
        """Not what it says: a member of two groups, SET ROLE to a group of its own."""
        tool = self.hosts["b"]
        self.assertEqual(tool.ask("run SET search_path = pg_temp, public; SET ROLE alignd_host"),
                         ["done"])
        self.push(ident(), "rows=2", host="b")
        self.assertEqual(self.sql("SELECT name FROM alignd.segment JOIN alignd.host USING "
                                  "(host_no)"), [["b.example.test"]])

    def test_segments_of_others(self):
        name = ident()
        self.push(name, "rows=3 incidents=3")
        begun = f"1, '{name}'"
        calls = (f"segment_results({begun}, '{{}}', '{{}}')",
                 f"segment_acts({begun}, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}')",
                 "segment_incidents(" + begun + ", '{}'" + ", '{}'" * 27 + ")")
        for call in calls:
            answer = self.refused("SELECT alignd_push." + call, ("refused",))
            self.assertIn("begun", answer)
        # Nor by one's own of the day before.
        again = self.refused(f"SELECT alignd_push.{calls[0]}", ("refused",), self.hosts["a"])
        self.assertIn("this transaction has not begun", again)

    def test_a_tuple_of_ones_own_making(self):
        """Under another tuple's hash none can be put: no call takes a hash for it."""
        self.push(ident(), "rows=1")
        before = self.sql("SELECT hash, author_domain FROM alignd.tuple")
        texts = ["'{0}'" if column[0] in "0123456789" else "'{x}'" for column in "t" * 33]
        flags = {6: 1, 16: 1, 17: 1, 25: 1, 28: 1, 32: 1}
        values = ", ".join("'{0}'" if at in flags else text for at, text in enumerate(texts))
        answer = self.hosts["b"].ask(f"exec SELECT alignd_push.tuples_add(1, {values})")[0]
        self.assertEqual(answer, "done")
        after = self.sql("SELECT hash, author_domain FROM alignd.tuple ORDER BY tuple_no")
        self.assertEqual(after[0], before[0])
        self.assertEqual(len({row[0] for row in after}), 2)

    def test_bounds(self):
        name = ident()
        tool = self.hosts["b"]
        for call, said in (
                (f"segment_begin(1, '{name}', 3601, 0, 0, 0, 0, 0, 0)", "no hour"),
                (f"segment_begin(1, '{name}', -3600, 0, 0, 0, 0, 0, 0)", "no hour"),
                (f"segment_begin(1, '{name}', {self.hour}, -1, 0, 0, 0, 0, 0)", "sums"),
                (f"segment_begin(1, '{name}', {self.hour}, 0, NULL, 0, 0, 0, 0)", "sums"),
                (f"segment_begin(1, '{name}', {self.hour}, 0, 10000000001, 0, 0, 0, 0)", "sums"),
                ("ledger(1, array_fill(gen_random_uuid(), ARRAY[5001]))", "arrays of"),
                ("ledger(1, NULL)", "arrays of"),
                ("incidents_erase(1, '{}', '{1}')", "arrays of")):
            answer = self.refused("SELECT alignd_push." + call, ("refused",))
            self.assertIn(said, answer)
        tool.ask("run BEGIN")
        tool.ask(f"exec SELECT alignd_push.segment_begin(1, '{name}', {self.hour}, "
                 "1, 1, 0, 0, 0, 0)")
        for last, messages in ((self.hour, -1), (self.hour, 4294967296), (2 ** 62, 1)):
            tool.ask("run SAVEPOINT s")
            said = self.refused(
                f"SELECT alignd_push.segment_counted(1, '{name}', '{{R}}', '{{n}}', '{{d}}', "
                f"'{{50}}', '{{{self.hour}}}', '{{{last}}}', '{{{messages}}}', '{{0}}', '{{0}}', "
                "'{0}', '{0}', '{0}')", ("refused",))
            self.assertIn("a number out of bounds", said)
            tool.ask("run ROLLBACK TO s")
        tool.ask("run SAVEPOINT s")
        incident = ", ".join("'{" + (str(2 ** 62) if at == 1 else "x") + "}'" for at in range(27))
        said = self.refused(f"SELECT alignd_push.segment_incidents(1, '{name}', '{{1}}', "
                            f"{incident})", ("refused",))
        self.assertIn("a number out of bounds", said)
        tool.ask("run ROLLBACK TO s")
        for counts in ("{0}", "{-1}", "{4294967296}", "{NULL}", "{1,1}"):
            tool.ask("run SAVEPOINT s")
            self.refused(f"SELECT alignd_push.segment_results(1, '{name}', "
                         f"ARRAY[gen_random_uuid()], '{counts}')", ("refused",))
            tool.ask("run ROLLBACK TO s")

    def test_groups(self):
        """Who reads writes nothing; who sends and who acts read, and push nothing."""
        for role in ("reader", "sender", "operator"):
            self.sql(f"DO $$ BEGIN CREATE ROLE p_{role} LOGIN; EXCEPTION WHEN duplicate_object "
                     f"THEN NULL; END $$; GRANT alignd_{role} TO p_{role}")
            tool = self.tool(self.server.conninfo(f"p_{role}", "fleet"))
            self.assertEqual(tool.ask("exec SELECT count(*) FROM alignd.segment")[0], "done")
            self.refused("UPDATE alignd.segment SET round = 0", tool=tool)
            self.refused("DELETE FROM alignd.incident", tool=tool)
            self.refused("SELECT alignd_push.ledger(1, '{}')", tool=tool)
            said = tool.ask("put 0 x")
            self.assertEqual(said[0].split()[0], "done" if role == "operator" else "denied")


if __name__ == "__main__":
    main()
