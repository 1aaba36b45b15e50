#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_alignctl_hostile_store - a store that somebody else wrote

Every column in turn holds what alignd never writes there; every command that
reads the store is run. None ends by a signal or goes on for ever, none puts a
control character on the terminal, what cannot be read is named and counted,
and the rows beside it are shown.

Some values meet every command, the others one of each kind; with
HOSTILE_STORE=all in the environment, all meet all.

The tables are made without STRICT and without constraints: whoever writes the
file chooses them too.
"""
import os
import re
import sqlite3
import subprocess
import unittest

from alignctl import NOW, PROGRAM, RECORD_TOOL, ToolTest, WRAPPER

DAY = 86400
YESTERDAY = NOW - NOW % DAY - DAY
HOUR = YESTERDAY + 3600
WAIT_S = 60
ID = "0123456789abcdef0123456789ab{:04x}"
RECORD = "v=DMARC1; p=reject; rua=mailto:r@example.test"

VERDICT = ('{"dmarc":{"record":"v=DMARC1; p=reject","org_domain":'
           '"example.test"},"spf":{"result":"fail"},"explain":{}}')
QUERIES = ('[{"name":"_dmarc.example.test","type":"TXT","status":"ok",'
           '"ttl":300,"records":["v=DMARC1; p=reject"]}]')
DKIM = ('[{"domain":"example.test","selector":"s1","result":"pass",'
        '"aligned":true}]')

TUPLE = {
    "tuple_id": 1, "fingerprint": 0, "author_domain": "example.test",
    "author_error": "", "policy_domain": "example.test",
    "org_domain": "example.test", "discovery": "treewalk", "record": RECORD,
    "author_exists": -1, "client_ip": "192.0.2.7", "client_name": "",
    "mail_from_domain": "example.test", "spf_result": "pass",
    "spf_domain": "example.test", "spf_scope": "mfrom", "dkim": DKIM,
    "arc": '{"result":"none","sealers":["a.test"]}', "dmarc_result": "fail",
    "is_dkim_aligned": 0, "is_spf_aligned": 1, "indirect": "none",
    "policy": "reject", "asked": "reject", "applied": "reject",
    "override_type": "", "override_comment": "", "tls_version": "TLSv1.3",
    "is_report_mail": 0, "is_known_path": 0, "is_to_postmaster": 0,
    "rcpt_rules": "",
    "imported": "", "iprev": "pass", "lookalike": "", "rests_on": "",
}
INCIDENT = {
    "incident_id": 1, "author_key": "tset.elpmaxe.", "reference": "AAAA-AAAA",
    "time_s": HOUR, "queue_id": "4XyZ", "host": "mx.test",
    "client_ip": "192.0.2.7", "client_name": "", "helo": "h.test",
    "mail_from": "a@example.test", "author_domain": "example.test",
    "author_error": "", "policy_domain": "example.test", "spf_result": "fail",
    "spf_domain": "example.test", "dkim": DKIM, "dmarc_result": "fail",
    "asked": "reject", "applied": "reject", "override_type": "",
    "override_comment": "", "reason": "because", "reply": "550 5.7.1 no",
    "rcpt_domains": '["r.test"]', "tls_version": "", "verdict": VERDICT,
    "queries": QUERIES, "indirect": "none", "list_id": "",
}
ACT = {"act_id": 1, "incident_id": 1, "time_s": HOUR, "who": "me",
       "kind": "confirm", "note": "n"}
REPORT = {
    "report_id": ID.format(1), "policy_domain": "example.test",
    "begin_s": YESTERDAY - 3 * DAY, "end_s": YESTERDAY - 2 * DAY - 1,
    "part": 0, "messages": 1, "state": "sent", "note": "",
    "created_s": HOUR, "give_up_s": NOW + DAY, "settled_s": HOUR,
    "submitter": "mx.test", "file_name": "f.xml.gz", "record": RECORD,
    "archive": b"x", "kind": "aggregate", "rank": 0,
}
DESTINATION = {
    "report_id": ID.format(1), "address": "r@example.test", "position": 0,
    "state": "waiting", "tries": 0, "next_try_s": HOUR, "last_try_s": 0,
    "reply": "", "owner": "", "lease_s": 0, "rank": 0,
}
HEALTH = {"address": "x@example.test", "policy_domain": "", "last_ok_s": 0, "last_error_s": HOUR,
          "last_error": "no", "failures": 1, "suppressed_until_s": 0,
          "suppressed_why": ""}
RUN = {"run_id": 1, "collected_until_s": YESTERDAY, "started_s": HOUR,
       "ended_s": HOUR, "words": "done"}
FAILURE = {
    "failure_id": 1, "incidents": 1, "time_s": HOUR, "reference": "AAAA-AAAA",
    "auth_failure": "dmarc", "policy_domain": "example.test",
    "author_domain": "example.test",
    "record": "v=DMARC1; p=reject; ruf=mailto:f@example.test; fo=1",
    "source_ip": "192.0.2.7", "identity_alignment": "none",
    "delivery_result": "reject", "authres": "mx.test; dmarc=fail",
    "mail_from": "a@example.test", "rcpt_to": "", "dkim_domain": "",
    "dkim_identity": "", "dkim_selector": "", "spf_dns": "",
    "subject": "s", "header": "Subject: s\n",
}
RESULT = {"hour_s": HOUR, "tuple_id": 1, "count": 1}
FAILURE_HOUR = {"hour_s": HOUR, "policy_domain": "example.test", "kept": 1,
                "more": 1}

TOLD = {"channel": "digest", "place": 1, "fact": 1, "kind": "source", "level": 0,
        "told_s": HOUR, "seen_s": HOUR}
NOTICE_RUN = {"channel": "digest", "started_s": HOUR, "ended_s": HOUR, "handed_s": HOUR,
              "told": 1, "has_failed": 0, "owner": "", "lease_s": 0}

TABLES = {"tuple": TUPLE, "result": RESULT, "incident": INCIDENT, "act": ACT,
          "report": REPORT, "report_destination": DESTINATION,
          "report_health": HEALTH, "report_run": RUN, "failure": FAILURE,
          "failure_hour": FAILURE_HOUR, "notice_told": TOLD, "notice_run": NOTICE_RUN,
          "clock": {"clock_id": 1, "believed_s": HOUR}}
# Keys of ours: a row is found by them, not read.
KEYS = {"tuple": "tuple_id", "incident": "incident_id", "act": "act_id",
        "failure": "failure_id", "clock": "clock_id"}

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\x7f"
KINDS = {
    "null": None,
    "real": 1.5,
    "bytes": b"\x00\x1b[2J\xff",
    "word": "not what belongs here",
    "empty": "",
    "number": 7,
    "largest": 2 ** 63 - 1,
    "smallest": -2 ** 63,
    "long": "x" * (1 << 20) + "y",
    "escapes": ESCAPES,
    "nul": "a\x00b\x1b[2J",
    "twice": "reject reject",
    "list_of_numbers": "[1,2,[3],null]",
    "list_of_texts": '["a","b\\u001b[2J"]',
    "object": '{"a":[1],"result":7,"sealers":[1],"dmarc":[],"spf":3}',
    "json_escapes": '[{"name":"\\u001b[2J","domain":"\\u009b1m","result":'
                    '"pass\\n","type":"\\u0000"}]',
    "json_deep": "[" * 100000,
    "json_number": '[{"ttl":99999999999999999999999,"domain":"a"}]',
    "json_twice": '[{"domain":"a.test","domain":"b.test","result":"pass"}]',
}
# Bytes that Python would not put into a text itself.
RAW_KINDS = {"no_utf8": "CAST(x'61ff1b5b324a80' AS TEXT)",
             "half": "CAST(x'f09f9a' AS TEXT)"}


def commands(html):
    keys = ("from", "ip", "network", "client", "reason", "policy", "result",
            "override", "host")
    return [
        ("review",), ("review", "--json"), ("review", "--csv"),
        ("review", "--limit", "1"), ("review", "--open"),
        ("review", "SOND-SOND"), ("review", "SOND-SOND", "--json"),
        ("review", "AAAA-AAAA"), ("review", "AAAA-AAAA", "--json"),
        ("review", "--likely-legitimate"),
        ("review", "--likely-legitimate", "--json"),
        ("review", "--likely-legitimate", "--csv"),
        *(("review", "--group-by", key) for key in keys),
        ("review", "--group-by", "reason", "--json"),
        ("explain", "SOND-SOND"), ("explain", "AAAA-AAAA"),
        ("explain", "AAAA-AAAA", "--json"), ("explain", "ZZZZ-ZZZZ"),
        ("stats", "--ascii"), ("stats", "--json"), ("stats", "--csv"),
        ("stats", "--by", "domain", "--csv"), ("stats", "--html", html),
        ("whatif",), ("whatif", "--json"),
        ("report", "list"), ("report", "list", "--json"),
        ("report", "status"), ("report", "status", "--json"),
        ("report", "preview", "example.test"),
        ("report", "preview", "example.test", "--json"),
        ("report", "preview", "example.test", "--text"),
        ("report", "failures"), ("report", "failures", "--json"),
        ("report", "failures", "1"),
        ("report", "send", "--dry-run"),
        ("report", "send", "--dry-run", "--json"),
        ("digest", "--print"), ("digest", "--print", "--json"),
        ("alert", "--print"),
        ("override", "list"), ("doctor",), ("store", "check"),
    ]


# One of each kind of reading: enough where the value is a variation.
CORE = (("review",), ("review", "--json"), ("review", "--csv"),
        ("review", "SOND-SOND"), ("review", "--likely-legitimate", "--csv"),
        ("review", "AAAA-AAAA", "--json"), ("review", "--likely-legitimate"),
        ("review", "--group-by", "reason"), ("explain", "SOND-SOND"),
        ("explain", "AAAA-AAAA"), ("stats", "--json"), ("whatif",),
        ("report", "list"), ("report", "status"),
        ("report", "preview", "example.test"), ("report", "failures"),
        ("report", "send", "--dry-run"), ("digest", "--print"))
ALL = ("null", "bytes", "largest", "escapes", "list_of_numbers", "no_utf8")
WANTS_ALL = os.environ.get("HOSTILE_STORE") == "all"


def loosen(sql):
    """The table without its promises."""
    sql = re.sub(r"\b(NOT NULL|AUTOINCREMENT)\b", "", sql)
    sql = re.sub(r"\)[^)]*$", ")", sql)
    sql = re.sub(r"(REFERENCES \w+|PRIMARY KEY( \([^)]*\))?|DEFAULT '?\w*'?)",
                 "", sql)
    sql = re.sub(r"(CHECK|UNIQUE) \([^)]*\)", "", sql)
    sql = re.sub(r"\b(TEXT|INTEGER|BLOB)\b", "", sql)
    return re.sub(r",[\s,]*\)", ")", re.sub(r",(\s*,)+", ",", sql))


class Hostile(ToolTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("overrides.conf", "")
        cls.write("conf", f"""authserv_id = "mx.test"
store {{ sqlite = "{cls.path('store.db')}" }}
report {{
    from = "postmaster@mx.test"
    failure_reports = redacted
    require_pass = 0s
    smtp_url = "smtp://127.0.0.1:9"
}}
""")
        subprocess.run([RECORD_TOOL, cls.path("conf"), cls.path("zone"),
                        cls.path("model.db")], input="", text=True, check=True,
                       stdout=subprocess.DEVNULL, timeout=120)
        model = sqlite3.connect(cls.path("model.db"))
        cls.tables = [row[0] for row in model.execute(
            "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT "
            "LIKE 'sqlite%'")]
        cls.indexes = [row[0] for row in model.execute(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS "
            "NOT NULL")]
        cls.version = model.execute("PRAGMA user_version").fetchone()[0]
        cls.application = model.execute(
            "PRAGMA application_id").fetchone()[0]
        model.close()

    def begin(self):
        """An empty store of loose tables; the caller commits and closes."""
        for suffix in ("", "-wal", "-shm"):
            if os.path.exists(self.path("store.db" + suffix)):
                os.unlink(self.path("store.db" + suffix))
        store = sqlite3.connect(self.path("store.db"))
        for sql in self.tables:
            store.execute(loosen(sql))
        for sql in self.indexes:
            store.execute(sql)
        store.execute("INSERT INTO store_key VALUES (1, zeroblob(16))")
        store.execute(f"PRAGMA user_version = {self.version}")
        store.execute(f"PRAGMA application_id = {self.application}")
        return store

    @staticmethod
    def add(store, table, row, raw=None):
        """raw: the column whose value is SQL."""
        columns = list(row)
        values = [row[c] if c == raw else "?" for c in columns]
        store.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
            f"({', '.join(values)})",
            [row[c] for c in columns if c != raw])

    def add_sound(self, store):
        self.add(store, "tuple", {**TUPLE, "tuple_id": 9001})
        self.add(store, "result", {**RESULT, "tuple_id": 9001, "count": 3})
        self.add(store, "incident", {**INCIDENT, "incident_id": 9001,
                                     "reference": "SOND-SOND"})
        self.add(store, "act", {**ACT, "act_id": 9001, "incident_id": 9001})
        self.add(store, "report", {**REPORT, "report_id": ID.format(0xffff)})
        self.add(store, "report_destination",
                 {**DESTINATION, "report_id": ID.format(0xffff),
                  "state": "sent"})
        self.add(store, "failure", {**FAILURE, "failure_id": 9001})

    def add_column_by_column(self, store, value, raw=False):
        """In each row one column holds the value."""
        number = 0
        for table, row in TABLES.items():
            for column in row:
                if column == KEYS.get(table):
                    continue
                number += 1
                bad = dict(row)
                if table in KEYS and table != "clock":
                    bad[KEYS[table]] = number
                if table == "act":
                    bad["incident_id"] = 9001
                if table == "report":
                    bad["report_id"] = ID.format(number)
                    bad["part"] = number
                if table == "report_run" and column != "words":
                    continue
                bad[column] = value
                self.add(store, table, bad, column if raw else None)
                if table == "tuple":
                    self.add(store, "result", {**RESULT, "tuple_id": number})

    def run_one(self, arguments, now=NOW):
        config = ["--config", self.path("conf")]
        if arguments[0] == "whatif":
            config = ["--config", self.path("conf"), "--config",
                      self.path("conf")]
            arguments = (arguments[0], *arguments[1:])
            command = [*config[:2], arguments[0], *config[2:], *arguments[1:]]
        else:
            command = [*config, *arguments]
        done = subprocess.run(
            [*WRAPPER, PROGRAM, "--now", str(now), "--dns",
             self.path("zone"), *command],
            capture_output=True, timeout=WAIT_S, cwd=self.folder, check=False)
        shown = done.stdout + done.stderr
        words = f"{arguments}: {done.returncode}: {shown[-400:]!r}"
        self.assertGreaterEqual(done.returncode, 0, words)
        self.assertIn(done.returncode, (0, 1, 3, 4, 5) if arguments !=
                      ("doctor",) else range(6), words)
        text = shown.decode("utf-8")  # raises where it is none
        if "--csv" in arguments:
            text = text.replace("\r\n", "\n")  # RFC 4180
        bad = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
        self.assertIsNone(bad, words)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def run_all(self, is_core=False):
        html = self.path("page.html")
        for arguments in CORE if is_core else commands(html):
            with self.subTest(command=" ".join(arguments)):
                _, out, err = self.run_one(arguments)
                self.judge(arguments, out, err)
        if is_core:
            return
        with open(html, encoding="utf-8") as file:
            self.assertNotRegex(file.read(), "[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def judge(self, arguments, out, err):
        """The rows beside the bad ones are there."""
        if arguments in (("review",), ("review", "--json"),
                         ("review", "--csv"), ("review", "SOND-SOND"),
                         ("explain", "SOND-SOND")):
            self.assertIn("SOND-SOND", out, err[-500:])
        if arguments in (("report", "list"), ("report", "list", "--json")):
            self.assertIn(ID.format(0xffff), out, err[-500:])
        if arguments[:2] == ("report", "failures") and len(arguments) == 2:
            self.assertIn("9001", out, err[-500:])
        if arguments == ("stats", "--json"):
            self.assertRegex(out, r'"messages": ?[1-9]', err[-500:])

    def left_out(self, *arguments):
        """How many rows the command says that it left out."""
        err = self.run_one(arguments)[2]
        found = re.search(r"(\d+) of the store's rows cannot be read", err)
        named = len(re.findall(r"^alignctl: left out: ", err, re.M))
        count = int(found.group(1)) if found else 0
        self.assertEqual(named, min(count, 20), err)
        return count


class EveryColumn(Hostile):
    def test_each_kind_in_each_column(self):
        for kind, value in KINDS.items():
            with self.subTest(kind=kind):
                store = self.begin()
                self.add_sound(store)
                self.add_column_by_column(store, value)
                store.commit()
                store.close()
                self.run_all(kind not in ALL and not WANTS_ALL)

    def test_bytes_that_are_no_text(self):
        for kind, sql in RAW_KINDS.items():
            with self.subTest(kind=kind):
                store = self.begin()
                self.add_sound(store)
                self.add_column_by_column(store, sql, raw=True)
                store.commit()
                store.close()
                self.run_all(kind not in ALL and not WANTS_ALL)

    def test_what_is_left_out_is_counted(self):
        """27 columns of an incident are read (author_key is not), each in a
        row of its own."""
        for kind in ("null", "bytes", "escapes", "nul", "long"):
            store = self.begin()
            self.add_sound(store)
            self.add_column_by_column(store, KINDS[kind])
            store.commit()
            store.close()
            self.assertEqual(self.left_out("review"), 27, kind)
            self.assertEqual(self.left_out("review", "SOND-SOND"), 4, kind)
        store = self.begin()
        self.add_sound(store)
        store.commit()
        store.close()
        for arguments in commands(self.path("page.html")):
            self.assertEqual(self.left_out(*arguments), 0, arguments)


class OneRow(Hostile):
    def test_names_the_row_and_the_reason(self):
        store = self.begin()
        self.add_sound(store)
        self.add(store, "incident", {**INCIDENT, "incident_id": 12,
                                     "dkim": "[1, 2]"})
        store.commit()
        store.close()
        err = self.run_one(("review",))[2]
        self.assertIn("left out: incident 12: dkim is not JSON of the kind",
                      err)
        self.assertIn("1 of the store's rows cannot be read", err)
        self.assertIn("cannot have written", self.run_one(("doctor",))[1])

    def test_a_collected_report_that_is_settled_ends_the_run(self):
        store = self.begin()
        self.add(store, "report", {
            **REPORT, "state": "collected", "begin_s": YESTERDAY,
            "end_s": NOW, "settled_s": 5})
        self.add(store, "report_run", {**RUN,
                                       "collected_until_s": YESTERDAY - DAY})
        store.commit()
        store.close()
        self.run_one(("report", "send"))

    def test_a_bad_id_does_not_stop_the_others(self):
        """The bad one is due first; the good one is tried (nobody listens)."""
        store = self.begin()
        for number, name in enumerate(("", "zz", ID.format(5))):
            self.add(store, "report", {**REPORT, "report_id": name,
                                       "state": "rendered", "settled_s": 0,
                                       "part": number})
            self.add(store, "report_destination", {
                **DESTINATION, "report_id": name, "next_try_s": number})
        store.commit()
        store.close()
        _, _, err = self.run_one(("report", "send"))
        self.assertIn("report_destination zz", err)
        self.assertIn("the mail server takes no report", err)
        store = sqlite3.connect(self.path("store.db"))
        states = store.execute("SELECT state FROM report_destination ORDER BY "
                               "next_try_s").fetchall()
        store.close()
        self.assertEqual(states, [("skipped",), ("skipped",), ("waiting",)])

    def test_a_view_in_place_of_a_table(self):
        """It could go on for ever."""
        store = self.begin()
        store.execute("DROP TABLE incident")
        store.execute("CREATE VIEW incident AS WITH RECURSIVE n(i) AS (SELECT "
                      "1 UNION ALL SELECT i + 1 FROM n) SELECT i AS "
                      "incident_id, i AS time_s FROM n")
        store.commit()
        store.close()
        status, _, err = self.run_one(("review", "--group-by", "from"))
        self.assertEqual(status, 4, err)

    def test_eighty_megabytes(self):
        store = self.begin()
        self.add_sound(store)
        self.add(store, "incident", {**INCIDENT, "incident_id": 2,
                                     "verdict": "x" * 80_000_000})
        self.add(store, "tuple", {**TUPLE, "dkim": "y" * 80_000_000})
        self.add(store, "result", RESULT)
        store.commit()
        store.close()
        self.run_all(is_core=True)


if __name__ == "__main__":
    unittest.main()
