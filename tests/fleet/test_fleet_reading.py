#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The record of three hosts, read from PostgreSQL and from SQLite: each answer of
alignctl is the same, byte by byte."""
import json
import os
import re
import sqlite3
import subprocess
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tools")]
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402
from fleet_rig import Tool, main  # noqa: E402
from postgres import Postgres  # noqa: E402

HOSTS = ("mx1.test", "mx2.test", "mx3.test")
HOUR = 3600
# What stats say besides of a fleet.
FLEET_HOUR = ("Of the whole fleet; a host's counters come when their hour is over "
              "(--local: this host's own).\n")
DAY = 86400
HOST_CELL = 14  # with the blanks behind it
READER = "desk_reader"
OPERATOR = "desk_operator"

# hours before NOW, client, From
MAIL = [
    (50, "203.0.113.5", "a@example.test"), (30, "203.0.113.6", "a@mail.example.test"),
    (20, "198.51.100.7", "a@notexample.test"), (20, "198.51.100.7", "a@none.test"),
    (13, "2001:db8::7", "a@trial.test"), (11, "198.51.100.9", "a@broken.test"),
    (2, "198.51.100.9", "nobody"), (1, "192.0.2.5", "a@example.test"),
    (0, "203.0.113.5", "a@example.test"),
]

# What no mail above is like, and where two engines may differ: case beyond ASCII,
# patterns' signs, quotes, addresses that are none, ties, nothing at all.
TRAPS = [
    {"reason": "ÄRGER, Ärger und % _ 'quotes' \"too\""},
    {"reason": "\\x00 $1 ?1 NOT INDEXED"},
    {"reason": ""},
    {"client_ip": "unknown", "client_name": ""},
    {"client_ip": "2001:db8:0:1::7", "client_name": "Mail.Example.TEST"},
    {"client_ip": "2001:db8:1:1::7", "client_name": "x.mail.example.test"},
    {"client_ip": "::1", "client_name": "xmail.example.test"},
    {"client_ip": "1:2", "client_name": "mail.example.test"},
    {"client_ip": "203.0.113.05"},
    {"client_ip": "203.0.112.255", "client_name": ".mail.example.test"},
    {"author_domain": "", "author_error": "none"},
    {"author_domain": "z-last.test", "queue_id": "a"},
    {"author_domain": "Z-first.test", "queue_id": "B"},
    {"override_type": "local_policy", "applied": "none", "verdict": ""},
    {"override_type": "local_policy", "applied": "none",
     "verdict": '{"explain":{"enforced":"reject"}}'},
    {"override_type": "local_policy", "applied": "none",
     "verdict": '{"explain":{"enforced":"of a stranger"}}'},
    {"host": "mx10.test"}, {"host": "MX1.test"},
]

FILTERS = [
    [], ["--since", "1d"], ["--until", "2026-05-01"], ["--since", "3d", "--until", "12h"],
    ["--from", "example.test"], ["--from", "mail.example.test"], ["--from", "test"],
    ["--from", "z-last.test"], ["--ip", "203.0.113.5"], ["--ip", "203.0.113.0/24"],
    ["--ip", "203.0.112.0/23"], ["--ip", "2001:db8::/32"], ["--ip", "2001:db8::/48"],
    ["--ip", "::1"], ["--ip", "0.0.0.0/0"], ["--ip", "::/0"],
    ["--client", "mail.example.test"], ["--client", "example.test"],
    ["--applied", "none"], ["--applied", "reject"], ["--applied", "tag"],
    ["--would", "reject"], ["--would", "none"], ["--would", "quarantine"],
    ["--result", "fail"], ["--result", "temperror"], ["--policy", "reject"],
    ["--policy", "absent"], ["--override", "local_policy"], ["--reason", "ärger"],
    ["--reason", "ÄRGER"], ["--reason", "QUOTES"], ["--reason", "%"], ["--reason", "_"],
    ["--reason", "\\x00"], ["--reason", "?1"], ["--host", "mx1.test"],
    ["--host", "mx2.test"], ["--queue-id", "a"], ["--queue-id", "A"], ["--open"],
    ["--open", "--from", "example.test"], ["--limit", "3"], ["--limit", "7"],
    ["--from", "example.test", "--ip", "203.0.113.5", "--since", "60h", "--open"],
]

GROUPS = ("from", "ip", "network", "client", "reason", "policy", "result", "override",
          "host")

KINDS = ("day", "month", "domain", "ip", "network", "policy", "override", "lookalike",
         "reason")


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'" + value.replace("'", "''") + "'"


def rows_of(path, table):
    with sqlite3.connect(path) as db:
        db.row_factory = sqlite3.Row
        return [dict(row) for row in db.execute(f"SELECT * FROM {table}")]


def would_of(incident):
    """As the forwarder gives it: '' where it is not known."""
    if incident["applied"] != "none" or incident["override_type"] == "":
        return ""
    try:
        would = json.loads(incident["verdict"])["explain"]["enforced"]
    except (ValueError, KeyError):
        return ""
    return would if would in ("none", "tag", "quarantine", "reject", "tempfail") else ""


class Union:
    """The rows of all hosts, with numbers of their own."""

    TUPLE_OWN = ("tuple_id", "fingerprint")

    def __init__(self):
        self.tuples, self.numbers = [], {}
        self.results, self.incidents, self.counted, self.acts = {}, [], [], []

    def number_of(self, row):
        key = tuple(sorted((name, value) for name, value in row.items()
                           if name not in self.TUPLE_OWN))
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers) + 1
            self.tuples.append({**row, "tuple_id": self.numbers[key]})
        return self.numbers[key]

    def add(self, host, path):
        numbers = {row["tuple_id"]: self.number_of(row) for row in rows_of(path, "tuple")}
        for row in rows_of(path, "result"):
            key = (row["hour_s"], numbers[row["tuple_id"]])
            self.results[key] = self.results.get(key, 0) + row["count"]
        for row in rows_of(path, "incident"):
            self.add_incident({**row, "host": host})
        for row in rows_of(path, "counted"):
            self.counted.append({**row, "counted_id": len(self.counted) + 1})

    def add_incident(self, row):
        self.incidents.append({**row, "incident_id": len(self.incidents) + 1})

    def add_traps(self):
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        for at, trap in enumerate(TRAPS):
            row = {**self.incidents[0], **trap, "reference": f"TRAP-222{letters[at]}",
                   "time_s": NOW - HOUR * (at % 3)}
            row["author_key"] = row["author_domain"][::-1] + "."
            self.add_incident(row)
        # One reference on two hosts.
        self.add_incident({**self.incidents[3], "reference": "TWXX-2222"})
        self.add_incident({**self.incidents[4], "reference": "TWXX-2222"})

    def add_imported(self):
        """What another filter counted: some of it refused, some passed."""
        for at, more in enumerate(({"applied": "reject"}, {"applied": "quarantine"},
                                   {"dmarc_result": "pass", "applied": "none"})):
            number = self.number_of({**self.tuples[0], **more, "imported": "opendmarc",
                                     "author_domain": "old.test",
                                     "client_ip": "192.0.2.99"})
            self.results[(NOW - at * HOUR - (NOW % HOUR), number)] = 10 + at

    def add_rest(self):
        self.add_imported()
        for at, network in enumerate(("203.0.113.0/24", "2001:db8::/48", "198.51.100.0/24")):
            self.counted.append({
                "counted_id": len(self.counted) + 1, "reference": f"CNTD-222{2 + at}",
                "hour_s": NOW - at * HOUR, "network": network,
                "author_domain": ("example.test", "", "none.test")[at], "budget": 100,
                "first_s": NOW - at * HOUR, "last_s": NOW - at * HOUR + 60, "messages": 7,
                "none": 0, "tag": 0, "quarantine": 3, "reject": 4, "tempfail": 0})
        for at, kind in enumerate(("confirm", "release", "confirm")):
            self.acts.append({"act_id": at + 1, "incident_id": at + 1, "time_s": NOW - at,
                              "who": "someone", "kind": kind, "note": "o'clock"})

    # --- as SQLite ---

    def write_sqlite(self, path):
        """In place of the rows of a store that is there."""
        with sqlite3.connect(path) as db:
            for table in ("act", "incident", "counted", "result", "tuple"):
                db.execute(f"DELETE FROM {table}")
            for row in self.tuples:
                insert(db, "tuple", {**row, "fingerprint": row["tuple_id"]})
            insert(db, "imported", {"hour_s": 1, "message": 1})
            for (hour_s, number), count in self.results.items():
                insert(db, "result", {"hour_s": hour_s, "tuple_id": number, "count": count})
            for table, rows in (("incident", self.incidents), ("counted", self.counted),
                                ("act", self.acts)):
                for row in rows:
                    insert(db, table, row)

    # --- as PostgreSQL ---

    def write_postgres(self, server, database):
        lines = [f"INSERT INTO alignd.host (name, role) VALUES ({literal(name)}, "
                 f"'role_{at}');" for at, name in enumerate(self.hosts())]
        days = sorted({hour_s - hour_s % DAY for hour_s, _ in self.results})
        lines += [f"SELECT alignd_push.make_day({day_s});" for day_s in days]
        segments = Segments(self.hosts())
        lines += self.tuple_lines() + self.result_lines(segments, 1)
        # What comes later is in no sum yet.
        lines += [f"SELECT alignd_push.sum_day({day_s});" for day_s in days[:-1]]
        lines += [f"SELECT alignd_push.add_hour({hour_s});"
                  for hour_s in sorted({hour_s for hour_s, _ in self.results})[:-1]]
        lines += [f"SELECT alignd_push.make_day_names({day_s});" for day_s in days[:-1]]
        lines += self.result_lines(segments, 2)
        for row in self.incidents:
            lines += self.incident_lines(row, segments)
        for row in self.counted:
            lines += segments.made(row["hour_s"], 1)
            lines.append(put("counted", {
                "counted_no": row["counted_id"], "segment_no": segments.of(row["hour_s"], 1),
                **{name: value for name, value in row.items()
                   if name not in ("counted_id", "segment_id")}}))
        for row in self.acts:
            incident = self.incidents[row["incident_id"] - 1]
            lines.append(put("act", {
                "act_no": row["act_id"] + 1000, "incident_own_id": row["incident_id"],
                "incident_ident": segments.ident(hour_of(incident), 1, incident["host"]),
                **{name: row[name] for name in ("time_s", "who", "kind", "note")}}))
        server.query("\n".join(lines), database=database)

    TRAITS = ("author_domain", "author_error", "client_ip", "client_name", "dmarc_result",
              "policy", "asked", "applied", "override_type", "override_comment",
              "tls_version", "iprev", "lookalike")

    def hosts(self):
        """In the order of their numbers."""
        return list(dict.fromkeys(row["host"] for row in self.incidents))

    def tuple_lines(self):
        lines, traits = [], {}
        for row in self.tuples:
            trait = {name: row[name] for name in self.TRAITS}
            key = tuple(trait.values())
            if key not in traits:
                traits[key] = len(traits) + 100
                lines.append(put("trait", {"trait_no": traits[key],
                                           "hash": str(uuid.uuid4()), **trait}))
            own = {name: value for name, value in row.items() if name not in self.TUPLE_OWN}
            lines.append(put("tuple", {"tuple_no": row["tuple_id"], "layout": 1,
                                       "trait_no": traits[key],
                                       "hash": str(uuid.uuid4()), **own}))
        return lines

    def result_lines(self, segments, part):
        """Two segments of one hour have the same tuple: of the first is one message."""
        lines = []
        for (hour_s, number), count in self.results.items():
            of_it = 1 if part == 1 else count - 1
            if of_it > 0:
                lines += segments.made(hour_s, part)
                lines.append(put("result", {
                    "segment_no": segments.of(hour_s, part), "hour_s": hour_s,
                    "tuple_no": number, "count": of_it}))
        return lines

    WIDE = ("helo", "dkim", "reply", "rcpt_domains", "tls_version", "verdict", "queries")

    def incident_lines(self, row, segments):
        hour_s = hour_of(row)
        keys = {"incident_no": row["incident_id"], "hour_s": hour_s}
        narrow = {name: value for name, value in row.items()
                  if name not in self.WIDE + (
                      "incident_id", "segment_id", "from_address", "sender_address")}
        return segments.made(hour_s, 1, row["host"]) + [
                put("incident", {**keys, "segment_no": segments.of(hour_s, 1, row["host"]),
                                 "own_id": row["incident_id"], "would": would_of(row),
                                 **narrow}),
                put("incident_wide", {**keys, **{name: row[name] for name in self.WIDE}})]


class Segments:
    def __init__(self, hosts):
        self.hosts = hosts
        self.known = {}

    def made(self, hour_s, part, host=HOSTS[0]):
        """The lines that make it, where it is not there yet."""
        if (hour_s, part, host) in self.known:
            return []
        number = len(self.known) + 1
        self.known[hour_s, part, host] = (number, str(uuid.uuid4()))
        return [put("segment", {
            "segment_no": number, "ident": self.known[hour_s, part, host][1],
            "host_no": self.hosts.index(host) + 1,
            "hour_s": hour_s, "layout": 1, "is_open": False, "is_stray": False,
            "results": 1})]

    def of(self, hour_s, part, host=HOSTS[0]):
        return self.known[hour_s, part, host][0]

    def ident(self, hour_s, part, host=HOSTS[0]):
        return self.known[hour_s, part, host][1]


def add_sources(sums, sources):
    """What changed, by what is alike of it; what was imported is no host's."""
    for row in sources:
        key = tuple(row[name] for name in ("author_domain", "client_ip", "from", "to"))
        if row["author_domain"] != "old.test":
            sums[key] = sums.get(key, 0) + row["messages"]


def hour_of(row):
    return row["time_s"] - row["time_s"] % HOUR


def insert(db, table, row):
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def put(table, row):
    values = ", ".join(str(value).lower() if isinstance(value, bool) else literal(value)
                       for value in row.values())
    return (f"INSERT INTO alignd.{table} ({', '.join(row)}) OVERRIDING SYSTEM VALUE "
            f"VALUES ({values});")


def make_schema(server, database):
    with Tool(server.conninfo(database=database)) as tool:
        done = tool.ask("init")
    if done[0] != "done":
        raise RuntimeError(done)
    server.query(f"CREATE ROLE {READER} LOGIN IN ROLE alignd_reader;"
                 f"CREATE ROLE {OPERATOR} LOGIN IN ROLE alignd_operator;"
                 "CREATE ROLE stranger LOGIN;", database=database)


class Fleet(ToolTest):
    """The record of three hosts, in PostgreSQL and in one file."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = Postgres()
        server.__enter__()
        cls.addClassCleanup(server.__exit__)
        cls.server = server
        server.make_database("fleet")
        make_schema(server, "fleet")
        cls.union = Union()
        for number, host in enumerate(HOSTS):
            cls.record(host, number)
            cls.union.add(host, cls.path(host + ".db"))
        cls.union.add_traps()
        cls.union.add_rest()
        with sqlite3.connect(cls.path("mx3.test.db")) as db:
            db.execute("VACUUM INTO ?", (cls.path("union.db"),))
        cls.union.write_sqlite(cls.path("union.db"))
        cls.union.write_postgres(server, "fleet")
        server.query("ANALYZE", database="fleet")
        cls.write_conf("fleet.conf", READER)
        cls.write_conf("operator.conf", OPERATOR)
        cls.write("union.conf", cls.conf(""))
        cls.write("new.conf", cls.conf("") + 'mode = "monitor"\n')

    @classmethod
    def conf(cls, more):
        return f"""authserv_id = "mx.test"
store {{ sqlite = "{cls.path('union.db')}"
{more} }}
"""

    @classmethod
    def write_conf(cls, name, user):
        conninfo = cls.server.conninfo(user, "fleet")
        cls.write(name, cls.conf(f'postgresql = "{conninfo}"'))

    @classmethod
    def record(cls, host, number):
        store = cls.path(host + ".db")
        cls.write(host, f'authserv_id = "{host}"\nstore {{ sqlite = "{store}" }}\n')
        lines = ""
        for at, (hours, client, address) in enumerate(MAIL):
            name = f"{host}.{at}"
            cls.write(name, f"From: {address}\r\nSubject: s\r\n\r\nx\r\n")
            # The third host has two of each, in one hour.
            for _ in range(1 + number // 2):
                lines += (f"{NOW - hours * HOUR} {client} bounce@other.test rcpt@mx.test "
                          f"QUEUE{number}{at} helo.test TLSv1.3 {cls.path(name)}\n")
        subprocess.run([RECORD_TOOL, cls.path(host), cls.path("zone"), store], input=lines,
                       text=True, check=True, stdout=subprocess.PIPE, timeout=120)


class Reading(Fleet):
    def answers(self, *arguments):
        """What SQLite and PostgreSQL give: they are equal, and it is returned."""
        local = self.run_tool(*arguments, config="union.conf")
        fleet = self.run_tool(*arguments, config="fleet.conf")
        renamed = [text.replace("the fleet's record", self.path("union.db"))
                   .replace(FLEET_HOUR, "") for text in fleet[1:]]
        self.assertEqual([fleet[0], *renamed], list(local))
        return local

    def test_filters(self):
        sizes = set()
        for arguments in FILTERS:
            with self.subTest(arguments):
                status, out, _ = self.answers("review", "--json", *arguments)
                self.assertEqual(status, 0)
                sizes.add(len(out.splitlines()))
        self.assertGreater(len(sizes), 8)

    def test_groups(self):
        for key in GROUPS:
            for arguments in ([], ["--since", "1d"], ["--would", "reject"], ["--open"],
                              ["--ip", "203.0.113.0/24"], ["--limit", "2"]):
                with self.subTest(key=key, arguments=arguments):
                    status, out, _ = self.answers("review", "--json", "--group-by", key,
                                                  *arguments)
                    self.assertEqual(status, 0)
                    self.assertTrue(out)

    def test_lists(self):
        for arguments in (["--csv"], ["--likely-legitimate", "--json"],
                          ["--imported"], ["--from", "nobody.test"], ["--limit", "4", "--csv"]):
            with self.subTest(arguments):
                self.assertEqual(self.answers("review", *arguments)[0], 0)

    def test_people_read_the_host_of_each(self):
        """A list of a fleet has one column more, and else is that of a file."""
        local = self.run_tool("review", config="union.conf")[1].splitlines()
        fleet = self.run_tool("review", config="fleet.conf")[1].splitlines()
        at = fleet[0].index("host")
        hosts = [line[at:at + HOST_CELL].strip() for line in fleet]
        listed = [row["host"] for row in self.union.incidents]
        self.assertEqual(hosts[0], "host")
        self.assertEqual(sorted(hosts[1:1 + len(listed)]), sorted(listed))
        counted = 1 + len(listed)
        self.assertEqual([line[:at] + line[at + HOST_CELL:] for line in fleet[:counted]] +
                         fleet[counted:], local)

    def test_people_read_the_host_of_what_may_be_good(self):
        status, local, _ = self.run_tool("review", "--likely-legitimate", config="union.conf")
        _, fleet, _ = self.run_tool("review", "--likely-legitimate", config="fleet.conf")
        self.assertEqual((status, "  on mx1.test  client " in fleet), (0, True), fleet)
        self.assertEqual(re.sub(r"  on \S+(?=  client)", "", fleet), local)

    def test_each_whole(self):
        for row in self.union.incidents[::5] + self.union.incidents[-len(TRAPS):]:
            with self.subTest(row["reference"]):
                self.assertEqual(self.answers("review", row["reference"])[0], 0)
                self.assertEqual(self.answers("explain", "--json", row["reference"])[0], 0)

    def test_a_reference_of_two_hosts(self):
        _, out, _ = self.answers("explain", "--json", "TWXX-2222")
        self.assertEqual(len(out.splitlines()), 2)
        _, out, _ = self.answers("review", "TWXX-2222")
        self.assertEqual(out.count("mx1.test"), 2)

    def test_only_counted(self):
        status, out, _ = self.answers("explain", "CNTD-2223")
        self.assertEqual((status, "only counted" in out), (0, True))

    def test_a_reference_that_was_misheard(self):
        for typed in ("TRAP-222B", "TRAP-22AA", "RTAP-222A", "TRAP-2222A", "TRAP-22A",
                      "TRAP-ZZ2A", "CNTD-2229"):
            with self.subTest(typed):
                status, _, err = self.run_tool("review", typed, config="fleet.conf")
                if typed == "TRAP-222B":
                    self.assertEqual(status, 0)
                    continue
                self.assertEqual((status, "did you mean" in err), (3, True), err)

    def test_one_that_is_nowhere(self):
        status, _, err = self.run_tool("review", "WWWW-WWWW", config="fleet.conf")
        self.assertEqual((status, "alignctl fleet status" in err), (3, True))

    def test_stats(self):
        for arguments in [[]] + [["--by", kind] for kind in KINDS]:
            for more in ([], ["--since", "1d"], ["--until", "12h"], ["--from", "example.test"],
                         ["--limit", "2"], ["--since", "3d", "--until", "20h"]):
                with self.subTest(arguments + more):
                    status, out, _ = self.answers("stats", "--json", *arguments, *more)
                    self.assertEqual(status, 0)
                    self.assertTrue(out)
        self.assertEqual(self.answers("stats", "--csv")[0], 0)
        self.assertEqual(self.answers("stats", "--ascii")[0], 0)

    def test_when_all_is_summed(self):
        for at in range(4):
            self.server.query("BEGIN; SELECT alignd_push.sum_day("
                              f"{NOW - NOW % DAY - at * DAY}); COMMIT", database="fleet")
        self.assertEqual(self.server.value(
            "SELECT count(*) FROM alignd_read.unsummed", database="fleet"), "0")
        self.assertTrue(self.answers("stats", "--json", "--by", "day"))
        self.assertTrue(self.answers("stats", "--json", "--by", "domain", "--since", "30h"))
        self.assertEqual(self.whatif("fleet.conf"), self.whatif("union.conf"))

    def test_the_month(self):
        """The card says whose record it is, and else the same."""
        self.addCleanup(self.server.query, "DELETE FROM alignd_report.report", database="fleet")
        local = self.run_tool("scorecard", "--json", "--month", "2026-04", config="union.conf")
        fleet = self.run_tool("scorecard", "--json", "--month", "2026-04", config="fleet.conf")
        self.assertEqual((local[0], local[2]), (0, ""))
        self.assertIn("mx.test and all hosts of its fleet", fleet[1])
        self.assertEqual([fleet[0], fleet[1].replace(" and all hosts of its fleet", ""),
                          fleet[2]], list(local))
        # what the fleet sent, and no host's own
        self.server.query("INSERT INTO alignd_report.report (report_id, policy_domain, begin_s, "
                          "end_s, part, messages, state, note, created_s, give_up_s, settled_s, "
                          "submitter, file_name, record, archive) VALUES (md5(''), 'a.test', 0, "
                          f"0, 1, 1, 'sent', '', 0, 0, {NOW - 2 * DAY}, '', '', '', '')",
                          database="fleet")
        sent = self.run_tool("scorecard", "--json", "--month", "2026-04", config="fleet.conf")
        self.assertRegex(sent[1], "[^0-9]1 aggregate")
        self.assertNotRegex(fleet[1], "[^0-9]1 aggregate")

    def figures(self):
        for kind in KINDS:
            for more in ([], ["--since", "30h"], ["--until", "12h"],
                         ["--since", "3d", "--until", "20h"]):
                with self.subTest(kind=kind, more=more):
                    self.assertEqual(self.answers("stats", "--json", "--by", kind,
                                                  *more)[0], 0)

    def number(self, what):
        return int(self.server.value(f"SELECT {what}", database="fleet"))

    def test_figures_are_read_from_sums_of_hours(self):
        """First from hours and what is in none, then from hours alone, then from days."""
        self.assertGreater(self.number("count(*) FROM alignd_read.unadded"), 0)
        self.figures()
        for hour_s in sorted({hour_s for hour_s, _ in self.union.results}):
            self.number(f"alignd_push.add_hour({hour_s})")
        self.assertEqual(self.number("count(*) FROM alignd_read.unadded"), 0)
        self.assertEqual(self.number("count(*) FROM alignd.summed_day WHERE is_whole"), 0)
        self.figures()
        days = sorted({hour_s - hour_s % DAY for hour_s, _ in self.union.results})
        for day_s in days:
            self.server.query(f"SELECT alignd_push.make_day_names({day_s})", database="fleet")
        self.assertEqual(self.number("count(*) FROM alignd.summed_day WHERE is_whole"),
                         len(days))
        self.figures()

    def test_sums_are_what_is_read(self):
        """Without counters the figures are there, and with other sums they are others."""
        for hour_s in sorted({hour_s for hour_s, _ in self.union.results}):
            self.number(f"alignd_push.add_hour({hour_s})")
        before = self.run_tool("stats", config="fleet.conf")
        self.server.query("BEGIN; UPDATE alignd.result SET count = count + 1000; COMMIT",
                          database="fleet")
        self.addCleanup(self.server.query, "UPDATE alignd.result SET count = count - 1000",
                        database="fleet")
        self.assertEqual(self.run_tool("stats", config="fleet.conf"), before)

    def test_an_address_stands_for_its_network(self):
        for address, wanted in (("192.0.2.17", "192.0.2.0"), ("192.0.2.017", "192.0.2.017"),
                                ("192.0.2.256", "192.0.2.256"), ("", ""),
                                ("2001:db8:1:2::7", "2001:db8:1::"),
                                ("2001:db8:1::", "2001:db8:1::"),
                                ("2001:db8::7", "2001:db8::7"),
                                ("1:2:3:4:5:6:7:8", "1:2:3::"),
                                ("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"),
                                ("1:2:3:x", "1:2:3:x"), ("unknown", "unknown")):
            self.assertEqual(self.server.value(
                f"SELECT alignd_push.address_in('{address}')", database="fleet"), wanted)

    def test_the_page(self):
        pages = []
        for config in ("union.conf", "fleet.conf"):
            status, _, err = self.run_tool("stats", "--html", "page", config=config)
            self.assertEqual(status, 0, err)
            with open(self.path("page"), encoding="utf-8") as file:
                pages.append(file.read())
        self.assertEqual(*pages)

    def whatif(self, config, *arguments):
        status, out, err = self.run_tool("--config", config, "whatif", "--json", "--config",
                                         "new.conf", *arguments, common=False)
        self.assertEqual((status, err), (0, ""))
        for name in (config, "the fleet's record", self.path("union.db")):
            out = out.replace(name, "it")
        return json.loads(out)

    def test_whatif_is_the_sum_of_the_hosts(self):
        sums = {}
        for host in HOSTS:
            self.write("one.conf", f"""authserv_id = "mx.test"
store {{ sqlite = "{self.path(host + '.db')}" }}
""")
            add_sources(sums, self.whatif("one.conf", "--limit", "1000")["sources"])
        fleet = {}
        add_sources(fleet, self.whatif("fleet.conf", "--limit", "1000")["sources"])
        self.assertGreater(len(sums), 3)
        self.assertEqual(fleet, sums)

    def test_whatif_is_the_same(self):
        for arguments in ([], ["--since", "@%d" % (NOW - 86400)], ["--limit", "1"],
                          ["--since", "@%d" % (NOW - 3 * DAY), "--until",
                           "@%d" % (NOW - NOW % DAY)], ["--until", "@%d" % (NOW - 86400)]):
            with self.subTest(arguments):
                fleet = self.whatif("fleet.conf", *arguments)
                local = self.whatif("union.conf", *arguments)
                self.assertEqual(fleet, local)

    # --- acts; the fleet's record is as before at the end ---

    def forget_acts(self):
        self.server.query("DELETE FROM alignd.act WHERE act_no < 1000", database="fleet")

    def test_an_operator_confirms(self):
        self.addCleanup(self.forget_acts)
        reference = self.union.incidents[7]["reference"]
        status, out, err = self.run_tool("review", "confirm", reference, "--note", "it's one",
                                         config="operator.conf")
        self.assertEqual((status, err), (0, ""), out)
        status, out, _ = self.run_tool("review", reference, config="fleet.conf")
        self.assertIn("it's one", out)
        _, out, _ = self.run_tool("review", "--json", "--open", config="fleet.conf")
        self.assertNotIn(reference, out)

    def test_what_an_operator_allows_is_allowed_on_all_hosts(self):
        self.addCleanup(self.forget_acts)
        self.addCleanup(self.server.query, "DELETE FROM alignd.override_version",
                        database="fleet")
        reference = self.union.incidents[8]["reference"]
        arguments = ("review", "allow", reference, "--owner", "ann", "--i-know")
        status, _, err = self.run_tool(*arguments, config="fleet.conf")
        self.assertEqual((status, "fleet.people" in err), (4, True), err)
        status, out, err = self.run_tool(*arguments, config="operator.conf")
        self.assertEqual((status, err), (0, ""), out)
        self.assertIn("version 1", out)
        self.assertIn(reference, self.server.value("SELECT text FROM alignd.override_version",
                                                   database="fleet"))
        _, out, _ = self.run_tool("review", reference, config="fleet.conf")
        self.assertIn(f'override "allow {reference}"', out)

    def test_a_reader_does_not(self):
        reference = self.union.incidents[7]["reference"]
        status, _, err = self.run_tool("review", "confirm", reference, config="fleet.conf")
        self.assertEqual((status, "permission denied" in err), (4, True), err)

    def test_release_is_the_hosts_own(self):
        row = next(row for row in self.union.incidents if row["applied"] == "quarantine")
        status, out, _ = self.run_tool("review", "release", row["reference"],
                                       config="operator.conf")
        self.assertEqual((status, f"held on {row['host']}; run there: alignctl --local review "
                          f"release {row['reference']}" in out), (0, True), out)

    # --- what goes wrong ---

    def test_the_hosts_own(self):
        for arguments in (["--local"], ["--store", self.path("union.db")]):
            fleet = self.run_tool("review", "--json", *arguments, config="fleet.conf")
            self.assertEqual(fleet, self.run_tool("review", "--json", config="union.conf"))

    def test_whoever_may_not_read(self):
        self.write_conf("stranger.conf", "stranger")
        for command in (["review"], ["stats"], ["explain", "TWXX-2222"]):
            status, out, err = self.run_tool(*command, config="stranger.conf")
            self.assertEqual((status, out), (4, ""))
            self.assertIn("role stranger may not read: name in fleet.people", err)

    def test_people_come_by_a_string_of_their_own(self):
        self.write("people.conf",
                   self.conf(f'postgresql = "{self.server.conninfo("stranger", "fleet")}"') +
                   f'fleet {{ people = "{self.server.conninfo(READER, "fleet")}" }}\n')
        self.assertEqual(self.run_tool("stats", config="people.conf")[0], 0)

    def test_no_fleet_there(self):
        conninfo = self.server.conninfo(database="template1")
        self.write("other.conf", self.conf(f'postgresql = "{conninfo}"'))
        status, _, err = self.run_tool("review", config="other.conf")
        self.assertEqual((status, "alignctl fleet init" in err), (4, True), err)

    def test_nobody_there(self):
        self.write("away.conf", self.conf('postgresql = "host=127.0.0.1 port=1 dbname=x"'))
        status, out, err = self.run_tool("review", config="away.conf")
        self.assertEqual((status, out), (4, ""))
        self.assertIn("--local reads this host's own", err)

    def test_behind_a_bouncer(self):
        with self.server.bouncer("fleet") as bouncer:
            self.write("bouncer.conf",
                       self.conf(f'postgresql = "{bouncer.conninfo(READER)}"'))
            for command in (["review", "--json"], ["stats", "--json"],
                            ["review", "--likely-legitimate"]):
                self.assertEqual(self.run_tool(*command, config="bouncer.conf"),
                                 self.run_tool(*command, config="fleet.conf"))

    def test_rows_of_a_stranger(self):
        """They are left out and told of, as those of a file are."""
        lines = [put("incident", {
            **{name: self.union.incidents[0][name] for name in (
                "queue_id", "host", "client_ip", "client_name", "mail_from", "author_domain",
                "author_error", "author_key", "policy_domain", "spf_result", "spf_domain",
                "dmarc_result", "asked", "applied", "override_type", "override_comment",
                "indirect", "list_id")},
            "incident_no": 9000 + at, "segment_no": 1, "own_id": 9000 + at,
            "hour_s": NOW,
            "would": "", "reference": "BADR-WWWW", "reason": reason, "time_s": time_s})
            for at, (reason, time_s) in enumerate((("\x1b[2J", NOW), ("good", -5)))]
        self.addCleanup(self.server.query,
                        "DELETE FROM alignd.incident WHERE incident_no >= 9000",
                        database="fleet")
        self.server.query("\n".join(lines), database="fleet")
        status, out, err = self.run_tool("review", "--from", "example.test",
                                         config="fleet.conf")
        self.assertEqual((status, "\x1b" in out, "BADR" in out), (0, False, False))
        self.assertIn("incident 9000: reason is a text with control characters", err)
        self.assertIn("incident 9001: time_s is -5", err)


if __name__ == "__main__":
    main()
