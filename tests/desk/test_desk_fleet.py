#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The desk over the record of a fleet: three hosts in a PostgreSQL of the test's own,
its words those of alignctl, and pages that say why while PostgreSQL is in trouble"""
import csv
import io
import json
import os
import pwd
import re
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
for part in ("", "../fleet", "../tools"):
    sys.path.insert(0, os.path.join(HERE, part))
import axe  # noqa: E402  pylint: disable=wrong-import-position
import desk_page  # noqa: E402  pylint: disable=wrong-import-position
from browser import Browser, programs  # noqa: E402
from alignctl import has_sanitizer  # noqa: E402
from desk_rig import (  # noqa: E402
    DESK_USER, IS_ROOT, PROXY_USER, TOKEN, Desk, free_port, is_wrapped, wait_until)
from fleet_rig import main  # noqa: E402
from postgres import PostgresError  # noqa: E402
from test_fleet_reading import READER, Fleet as Record  # noqa: E402

TWICE = "TWQS-2345"  # on two hosts
PAGES = ("/", "/incidents", "/groups?by=host", "/likely", "/search?q=TRAP-222B",
         f"/incident/{TWICE}", "/overrides", "/reports", "/hosts", "/incidents?host=mx2.test")
PEAK_KIB = 32 * 1024
PICTURES = os.environ.get("DESK_PICTURES")


class FleetDesk(Record):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        os.chmod(cls.folder, 0o755)
        os.makedirs(cls.path("run"))
        if IS_ROOT:
            os.chown(cls.path("run"), pwd.getpwnam(DESK_USER).pw_uid, -1)
        for host in ("mx2.test", "mx3.test"):
            cls.fleet(f"UPDATE alignd.incident SET reference = '{TWICE}' WHERE incident_no = "
                      "(SELECT min(incident_no) FROM alignd.incident WHERE host = "
                      f"'{host}')")
        cls.fleet("UPDATE alignd.host SET seen_s = extract(epoch FROM now())::bigint - "
                  "CASE name WHEN 'mx1.test' THEN 5 ELSE 4000 END, version = '0.2.0', "
                  "waiting = 3, oldest_s = 3600, offset_ms = -7200000, override_version = 2, "
                  "last_error = 'away <b>', last_error_s = 1777600000 "
                  "WHERE name IN ('mx1.test', 'mx2.test')")

    @classmethod
    def fleet(cls, sql):
        return cls.server.query(sql, database="fleet")

    def settings(self, conninfo=None, more=""):
        conninfo = conninfo or self.server.conninfo(READER, "fleet")
        return (f'config = ""\nparts = ""\npostgresql = "{conninfo}"\n'
                f'proxy = "{PROXY_USER}"\nhosts = {{"desk.test"}}\nhelpdesk = {{"bob"}}\n'
                f'analysts = {{"ann", "sue:example.test"}}\n{more}')

    def start(self, conninfo=None, more=""):
        desk = Desk(self.path("run"), self.settings(conninfo, more),
                    f"unix:{self.path('run/desk.sock')}")
        self.addCleanup(desk.stop)
        return desk.start()

    def words(self, *arguments):
        status, out, err = self.run_tool(*arguments, config="fleet.conf")
        self.assertEqual((status, err), (0, ""), out)
        return out

    def rows(self, *arguments):
        return [json.loads(line) for line in self.words(*arguments).splitlines()]

    def asked(self, desk, target, **who):
        answer = desk.ask(target, **who)
        self.assertEqual(answer.status, 200, (target, answer.main))
        return answer

    # --- words ---

    def test_each_page_is_whole(self):
        desk = self.start()
        for target in PAGES:
            answer = desk.ask(target)
            self.assertIn(answer.status, (200, 303), target)
            self.assertEqual(desk_page.faults(answer.text), [], target)
            self.assertNotIn("could not be made", answer.main, target)
        self.assertIn("Shown is what the hosts of the fleet recorded",
                      desk.ask("/incidents").text)
        if not has_sanitizer() and not is_wrapped():
            self.assertLess(desk.peak_kib(), PEAK_KIB)

    def test_lists_are_those_of_alignctl_with_the_host_of_each(self):
        desk = self.start()
        for query, options in (("", []), ("&host=mx2.test", ["--host", "mx2.test"]),
                               ("&from=example.test", ["--from", "example.test"]),
                               ("&ip=203.0.113.0%2F24", ["--ip", "203.0.113.0/24"])):
            got = self.asked(desk, "/incidents?limit=400&format=json" + query)
            self.assertEqual([json.loads(line) for line in got.text.splitlines()],
                             self.rows("review", "--json", *options), query)
        got = self.asked(desk, "/incidents?limit=400&format=csv").text
        self.assertEqual(got, self.words("review", "--csv"))
        hosts = {row["host"] for row in csv.DictReader(io.StringIO(got))}
        main = self.asked(desk, "/incidents?limit=400").main
        self.assertIn('<th scope="col">host</th>', main)
        self.assertEqual(set(re.findall(r'<td data-label="host">([^<]*)</td>', main)), hosts)
        self.assertIn("on mx1.test", self.asked(desk, "/likely").main)
        groups = self.asked(desk, "/groups?by=host&format=json").text
        self.assertEqual(groups, self.words("review", "--json", "--group-by", "host"))

    def test_older_ones_follow_without_gap(self):
        desk = self.start()
        seen, target = [], "/incidents?limit=7"
        for _ in range(40):
            main = self.asked(desk, target).main
            seen += re.findall(r'href="incident/([A-Z0-9-]{9})"', main)
            older = re.search(r'<a href="([^"]*)">Older ones</a>', main)
            if older is None:
                break
            target = "/" + older[1].replace("&amp;", "&")
        listed = [row["reference"] for row in self.rows("review", "--json")
                  if "queue_id" in row]
        self.assertEqual(seen, listed)

    def test_one_incident_is_told_as_by_explain(self):
        desk = self.start()
        for reference in [row["reference"] for row in self.rows("review", "--json")[:4]]:
            page = desk_page.words(self.asked(desk, f"/incident/{reference}").text)
            steps = self.rows("explain", "--json", reference)[0]["steps"]
            self.assertGreater(len(steps), 5)
            for step in steps:
                if step["title"] != "What you can do here":
                    self.assertIn(step["title"], page)

    def test_all_of_one_reference_are_shown(self):
        desk = self.start()
        answer = desk.ask(f"/search?q={TWICE.lower()}", name="bob")
        self.assertEqual((answer.status, answer.field("Location")), (303, f"incident/{TWICE}"))
        main = self.asked(desk, f"/incident/{TWICE}").main
        self.assertIn("2 incidents have this reference", main)
        for host in ("mx2.test", "mx3.test"):
            self.assertRegex(main, rf'<h2 id="of-\d">{host}, ')
            self.assertIn(f"<span>on {host}</span>", main)
        self.assertEqual(main.count("<h2 id=\"why"), 2)
        rows = self.asked(desk, f"/incident/{TWICE}?format=json").text
        self.assertEqual({json.loads(line)["host"] for line in rows.splitlines()},
                         {"mx2.test", "mx3.test"})

    def test_what_is_typed_is_found_by_each_kind(self):
        desk = self.start()
        row = next(row for row in self.rows("review", "--json", "--queue-id", "QUEUE00"))
        for typed in ("QUEUE00", "203.0.113.5", "example.test"):
            main = desk.ask(f"/search?q={typed}").main
            self.assertIn(row["reference"], main, typed)
            self.assertIn('<td data-label="host">', main, typed)
        self.fleet("UPDATE alignd.incident SET mail_from = '<Bounce@Example.TEST>' WHERE "
                   f"reference = '{row['reference']}'")
        main = self.asked(desk, "/search?q=bounce%40example.test", name="bob").main
        self.assertIn(row["reference"], main)
        self.assertEqual(desk.ask("/search?q=nobody%40example.test").status, 404)

    def test_what_can_be_done_names_the_host(self):
        self.fleet("UPDATE alignd.incident SET applied = 'quarantine' WHERE reference = "
                   f"'{TWICE}' AND host = 'mx2.test'")
        main = self.asked(self.start(), f"/incident/{TWICE}").main
        self.assertIn(f"alignctl --local review release {TWICE}", main)
        self.assertIn("It lies on mx2.test: to be run there", main)
        self.assertEqual(main.count("review release"), 1)
        self.assertIn("fleet.people names an operator", main)

    def test_hosts(self):
        desk = self.start()
        self.assertIn('href="hosts"', self.asked(desk, "/").main)
        got = [json.loads(line) for line in
               self.asked(desk, "/hosts?format=json").text.splitlines()]
        status = self.rows("fleet", "status", "--json")
        self.assertEqual(len(status), 5)
        for row in got + status:
            for passing in ("silent_s", "lag_s"):
                row.pop(passing)
        self.assertEqual(got, status)
        self.assertEqual({row["host"]: row["state"] for row in got if row["seen"]},
                         {"mx1.test": "live", "mx2.test": "missing"})
        main = self.asked(desk, "/hosts").main
        for words in ("missing", "-7200 s", "away &lt;b&gt;", "0.2.0",
                      "overrides of the fleet: version 0"):
            self.assertIn(words, main)
        titles = re.findall(r'<th scope="col">([^<]*)</th>', main)
        printed = self.words("fleet", "status").splitlines()[0]
        self.assertEqual(" ".join(titles), " ".join(printed.split()))
        rows = list(csv.DictReader(io.StringIO(self.asked(desk, "/hosts?format=csv").text)))
        self.assertEqual([row["host"] for row in rows], [row["host"] for row in status])

    def test_overrides_are_the_fleet_s(self):
        self.write("draft", 'override "news" { spf = {"news.test"} action = accept '
                   'owner = "sue" why = "signed up" permanent = yes }\n')
        with open(self.path("draft"), encoding="utf-8") as file:
            text = file.read()
        self.addCleanup(self.fleet, "DELETE FROM alignd.override_version")
        self.fleet("INSERT INTO alignd.override_version (version, parent, text, digest, who) "
                   f"VALUES (1, 0, '{text}', sha256('{text}'::bytea), 'ann')")
        desk = self.start()
        main = self.asked(desk, "/overrides").main
        for words in ("1 override stands in the fleet&#39;s overrides, version 1", "signed up",
                      'href="hosts"'):
            self.assertIn(words, main)
        row = self.rows("override", "list", "--fleet", "--json")[0]
        del row["used"], row["last_used"]  # a list of its own here
        self.assertEqual(json.loads(self.asked(desk, "/overrides?format=json").text), row)

    def test_a_host_has_no_such_page(self):
        settings = re.sub("postgresql = .*\n", "", self.settings()).replace(
            'config = ""', f'config = "{self.path("union.conf")}"')
        desk = Desk(self.path("run"), settings, f"unix:{self.path('run/desk.sock')}")
        self.addCleanup(desk.stop)
        desk.start()
        self.assertEqual(desk.ask("/hosts").status, 404)
        self.assertNotIn("hosts", desk.ask("/reports").main)

    # --- whose mail, and which rights ---

    def test_one_domain_s_mail_and_no_other(self):
        desk = self.start()
        rows = [json.loads(line) for line in self.asked(
            desk, "/incidents?limit=400&format=json", name="sue").text.splitlines()]
        self.assertGreater(len(rows), 5)
        self.assertEqual({row["author_domain"] for row in rows},
                         {"example.test", "mail.example.test"})
        other = next(row["reference"] for row in self.rows("review", "--json")
                     if row.get("author_domain") == "none.test" and "client_ip" in row)
        self.assertEqual(desk.ask(f"/incident/{other}", name="sue").status, 404)
        self.assertEqual(desk.ask(f"/incident/{other}").status, 200)
        near = other[:-1] + ("A" if other[-1] != "A" else "B")
        self.assertNotIn(other, desk.ask(f"/search?q={near}", name="sue").text)
        self.assertIn(other, desk.ask(f"/search?q={near}").text)
        for target in ("/hosts", "/reports", "/overrides"):
            self.assertEqual(desk.ask(target, name="sue").status, 403, target)
            self.assertNotIn(f'href="{target[1:]}"', desk.ask("/", name="sue").text)
        self.assertEqual(desk.ask("/hosts", name="bob").status, 403)
        self.assertEqual(desk.ask(f"/incident/{TWICE}", name="bob").status, 200)

    def test_the_reader_s_role_reads_and_no_more(self):
        """Whoever takes the desk over has what its role has."""
        may = self.fleet(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            f"WHERE n.nspname LIKE 'alignd%' AND c.relkind IN ('r', 'p', 'v') AND "
            f"has_table_privilege('{READER}', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')")
        self.assertEqual(may, [["0"]])
        for sql in ("INSERT INTO alignd.host (name, role) VALUES ('x', 'x')",
                    "UPDATE alignd.incident SET reason = ''", "CREATE TABLE alignd.x (i int)",
                    "SELECT alignd_push.heartbeat()", "CREATE SCHEMA x"):
            with self.assertRaises(PostgresError, msg=sql):
                self.server.query(sql, user=READER, database="fleet")

    # --- PostgreSQL in trouble ---

    def assert_says(self, answer, *words):
        self.assertEqual(answer.status, 503, answer.main)
        self.assertEqual(desk_page.faults(answer.text), [])
        for word in words:
            self.assertIn(word, answer.main)

    def test_away_and_back(self):
        """By TCP, as a server elsewhere: also behind the bars it is found again."""
        desk = self.start(self.server.conninfo(READER, "fleet", tcp=True))
        self.asked(desk, "/incidents")
        with open(f"/proc/{desk.process.pid}/status", encoding="ascii") as file:
            self.assertRegex(file.read(), r"Seccomp:\s+2")
        self.server.stop()
        try:
            answer = desk.ask("/incidents")
            self.assert_says(answer, "PostgreSQL", "is it running", "alignctl fleet status",
                             "alignctl --local explain")
            self.assertEqual(desk.ask("/healthz", name=None).status, 503)
            self.assertIn("fault=PostgreSQL", desk.log())
        finally:
            self.server.start()
        wait_until(lambda: desk.ask("/incidents").status == 200)
        self.assertEqual(desk.ask("/healthz", name=None).text, "ok\n")

    def test_its_session_was_ended(self):
        """A restart between two pages costs none of them."""
        desk = self.start()
        self.asked(desk, "/incidents")
        self.fleet(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                   f"usename = '{READER}'")
        self.asked(desk, "/incidents")

    def test_no_transaction_is_held_and_one_connection_serves(self):
        desk = self.start()
        for target in PAGES + ("/hosts?format=csv", "/incidents?since=x", "/nothing"):
            desk.ask(target)
            self.assertEqual(self.fleet(
                "SELECT state, xact_start IS NULL FROM pg_stat_activity WHERE "
                f"usename = '{READER}'"), [["idle", "t"]], target)

    def test_locked(self):
        desk = self.start()
        self.asked(desk, "/hosts")
        with subprocess.Popen(
                [self.server.program("psql"), "-XAtq", "-d",
                 self.server.conninfo(database="fleet")], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True) as locker:
            locker.stdin.write("BEGIN; LOCK TABLE alignd.incident; SELECT 'held';\n")
            locker.stdin.flush()
            self.assertEqual(locker.stdout.readline(), "held\n")
            answer = desk.ask("/incidents")
            start = desk.ask("/")
            locker.stdin.close()
        self.assert_says(answer, "PostgreSQL", "Try again in a moment")
        # Each part of the start says the one reason, in time for one page.
        self.assertEqual((start.status, desk_page.faults(start.text)), (200, []))
        said = re.findall(r"could not be made \(([^)]*)", start.main)
        self.assertEqual((len(said), len(set(said)), "aborted" in start.main), (3, 1, False),
                         said)
        self.asked(desk, "/incidents")

    def test_who_may_not_read(self):
        for conninfo, words in (
                (self.server.conninfo("stranger", "fleet"),
                 "role stranger may not read: name in postgresql of desk.conf"),
                (self.server.conninfo("nobody_here", "fleet"), "nobody_here"),
                (self.server.conninfo(READER, "template1"), "alignctl fleet init makes it"),
                (self.server.conninfo(READER, "no_such"), "no_such")):
            desk = self.start(conninfo)
            self.assertIn(words, desk.log())  # once more at the start
            self.assert_says(desk.ask("/incidents"), words)
            desk.stop()

    def test_a_schema_of_before(self):
        self.fleet("UPDATE alignd.fleet SET version = 0")
        try:
            self.assert_says(self.start().ask("/"), "has version 0", "init --upgrade")
        finally:
            self.fleet("UPDATE alignd.fleet SET version = 1")

    def test_a_server_in_trouble_is_left_alone(self):
        """Twenty who look cost one connection, not twenty."""
        desk = self.start(f"host=127.0.0.1 port={self.server.port} user={READER} dbname=no_such")
        for _ in range(20):
            self.assertEqual(desk.ask("/incidents").status, 503)
        with open(self.server.log, encoding="utf-8", errors="replace") as file:
            self.assertLess(file.read().count('"no_such" does not exist'), 15)

    def refused(self, settings):
        desk = Desk(self.path("run"), settings, "unix:/nowhere/desk.sock")
        done = subprocess.run(desk.command() + ["-t"], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        return done.stderr

    def test_a_string_that_cannot_be_meant(self):
        self.assertIn('invalid connection option "usr"',
                      self.refused(self.settings("usr=x dbname=y")))
        words = self.refused(self.settings("dbname=y password=my secret"))
        self.assertIn("NAME=VALUE", words)
        self.assertNotIn("secret", words)
        self.assertIn("shows one record", self.refused(
            self.settings(more='store = "/var/lib/alignd/alignd.db"')))

    # --- in a browser ---

    def start_tcp(self):
        """The address of one that a browser reaches."""
        self.write("run/token", TOKEN + "\n")
        os.chmod(self.path("run/token"), 0o400)
        if IS_ROOT:
            os.chown(self.path("run/token"), pwd.getpwnam(DESK_USER).pw_uid, -1)
        port = free_port()
        settings = self.settings(more=f'token_file = "{self.path("run/token")}"\n')
        desk = Desk(self.path("run"), settings.replace("desk.test", "127.0.0.1"),
                    f"inet:{port}@127.0.0.1")
        self.addCleanup(desk.stop)
        self.addCleanup(os.remove, self.path("run/token"))
        desk.start()
        return f"http://desk:{TOKEN}@127.0.0.1:{port}/"

    @unittest.skipIf(programs() is None, "chromium and chromium-driver are not installed")
    def test_what_a_fleet_adds_fits_a_phone_and_is_for_everybody(self):
        script, why = axe.script()
        base = self.start_tcp()
        browser = Browser()
        self.addCleanup(browser.close)
        browser.pose_as(390, 844, "light")
        for page in ("hosts", f"incident/{TWICE}", "overrides"):
            browser.ask("POST", browser.session + "/url", {"url": base + page})
            self.assertEqual(*(browser.run(f"return document.documentElement.{side}Width")
                               for side in ("scroll", "client")), page)
            if PICTURES:
                browser.picture(os.path.join(PICTURES, "fleet-" + page.split("/")[0] + ".png"))
            if script is not None:
                browser.run(script)
                self.assertEqual(browser.ask(
                    "POST", browser.session + "/execute/async",
                    {"script": axe.RUN, "args": []}, 60), [], page)
        if script is None:
            self.skipTest(why)

    # --- files ---

    def write_pages(self, *arguments):
        return self.run_tool("desk", "--out", self.path("pages"), *arguments,
                             config="union.conf")

    def test_files(self):
        self.write("desk.conf", f'postgresql = "{self.server.conninfo(READER, "fleet")}"\n')
        status, _, err = self.write_pages("--desk", self.path("desk.conf"))
        self.assertEqual((status, err), (0, ""))
        names = os.listdir(self.path("pages"))
        for name in ("hosts.html", "index.html", "fleet-week.part", "fleet-week-json.part"):
            self.assertIn(name, names)
        self.assertNotIn("week.part", names)
        for name, words in (("index.html", 'href="hosts.html"'),
                            (f"incident/{TWICE}.html", "on mx3.test"),
                            ("incidents.html", "mx2.test"), ("hosts.html", "missing")):
            with open(self.path("pages/" + name), encoding="utf-8") as file:
                text = file.read()
            self.assertIn(words, text, name)
            self.assertEqual(desk_page.faults(text), [], name)
        # Those of one host: the page of hosts goes, and no part is taken for another.
        status, _, err = self.write_pages("--local")
        self.assertEqual((status, err), (0, ""))
        self.assertNotIn("hosts.html", os.listdir(self.path("pages")))
        names = {name for name in os.listdir(self.path("pages")) if name.endswith(".part")}
        self.assertEqual({"week.part", "week-json.part"} - names, set())
        self.assertFalse(any(name.startswith("fleet-") for name in names), names)

    def test_files_by_alignd_conf_and_what_goes_wrong(self):
        status, _, err = self.run_tool("desk", "--out", self.path("by-people"),
                                       config="fleet.conf")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("hosts.html", os.listdir(self.path("by-people")))
        self.write("away.conf", 'postgresql = "host=127.0.0.1 port=1 dbname=x"\n')
        status, _, err = self.write_pages("--desk", self.path("away.conf"))
        self.assertEqual((status, "--local writes this host's own" in err), (4, True), err)
        status, _, err = self.write_pages("--desk", self.path("none.conf"))
        self.assertEqual((status, "none.conf" in err), (2, True), err)


if __name__ == "__main__":
    main()
