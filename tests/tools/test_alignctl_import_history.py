#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl import history: OpenDMARC's HistoryFile into the counters; twice, torn
and grown; what stats, whatif and review make of it; and no report has any of it.

IMPORT_MESSAGES says how many the long file has; a million take half a minute.
"""
import json
import os
import random
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, PROGRAM, RECORD_TOOL, WRAPPER, has_sanitizer  # noqa: E402
from report_rig import DAY, YESTERDAY, Reports  # noqa: E402

MANY = int(os.environ.get("IMPORT_MESSAGES", "2000" if WRAPPER else "20000"))
HOUR = 3600


def message(job, time_s, author="example.test", client="192.0.2.5", *,
            policy=15, action=2, spf=0, mail_from=None, dkim=(), more=()):
    """As OpenDMARC 1.4 writes it."""
    aligned = 4 if policy == 15 else 5
    lines = [f"job {job}", "reporter mx.test", f"received {time_s}",
             f"ipaddr {client}", f"from {author}",
             f"mfrom {author if mail_from is None else mail_from}"]
    lines += [f"spf {spf}"] + [f"dkim {one}" for one in dkim]
    lines += [f"pdomain {author}", f"policy {policy}",
              f"rua mailto:agg@{author}", "pct 100", "adkim 114", "aspf 114",
              "p 114", "sp 113", f"align_dkim {aligned if dkim else 5}",
              f"align_spf {aligned}", "arc 0", "arc_policy 1 json:[]"]
    lines += list(more) + [f"action {action}"]
    return "".join(line + "\n" for line in lines)


# What a year may hold: passes, refusals, held, let through, none, deferred.
YEAR = [
    message("A1", NOW - 300 * DAY, dkim=("example.test s1 0",)),
    message("A2", NOW - 200 * DAY, dkim=("example.test s1 0",
                                         "other.test - 7")),
    message("A3", NOW - 100 * DAY, client="203.0.113.9", policy=16, action=0,
            spf=7, mail_from="spoof.test"),
    message("A4", NOW - 90 * DAY, client="203.0.113.9", policy=16, action=2,
            spf=2, mail_from=""),
    message("A5", NOW - 80 * DAY, "held.test", "2001:db8::7", policy=17,
            action=4, spf=6),
    message("A6", NOW - 70 * DAY, "quiet.test", policy=14, spf=6),
    message("A7", NOW - 60 * DAY, "watched.test", policy=18, spf=3),
    message("A8", NOW - 50 * DAY, "broken.test", policy=11, action=3, spf=4),
]

# A line in the midst of a file, the words about it, and whether its message is
# counted all the same.
TORN = [
    ("ipaddr 192.0.2.999", "the value is none", False),
    ("received yesterday", "the value is none", False),
    ("from a..b", "the value is none", False),
    ("policy x", "the value is none", False),
    ("action 9", "the value is none", False),
    ("spf 99", "the value is none", True),
    ("dkim", "the signature is none", True),
    ("dkim a.test s1 zero", "the signature is none", True),
    ("p 120", "the value is none", True),
    ("frobnicate 7", "no line of OpenDMARC's history", True),
    ("\x01\x02", "no line of OpenDMARC's history", True),
    ("from a\0.test", "the line is cut", False),
    ("x" * 9000, "the line is cut", True),
    ("job", "the value is none", False),
]


class ImportHistory(Reports):

    def setUp(self):
        super().setUp()
        self.write("year", "".join(YEAR))

    def empty_store(self):
        """A store as the daemon makes it."""
        for name in ("fresh.db", "fresh.db-wal", "fresh.db-shm"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        self.write("fresh", 'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("fresh.db")}" }}\n')
        subprocess.run([RECORD_TOOL, self.path("fresh"), self.path("zone"),
                        self.path("fresh.db")], input="", text=True,
                       check=True, stdout=subprocess.DEVNULL, timeout=120)

    def ask(self, sql, name="fresh.db"):
        with sqlite3.connect(self.path(name)) as store:
            found = store.execute(sql).fetchall()
        store.close()
        return found

    def bring(self, *files, torn=False):
        status, out, err = self.run_tool("import", "history", "--json", *files,
                                         config="fresh")
        self.assertEqual(status, 0, err)
        if not torn:
            self.assertEqual(err, "")
        return *self.checked(out, "import_history"), err

    def checked(self, out, name):
        values = [json.loads(line) for line in out.splitlines()]
        for value in values:
            self.assertEqual(schema.faults(value, schema.load(name)), [])
        return values

    # --- counters ---

    def test_a_year(self):
        self.empty_store()
        said, _ = self.bring("year")
        self.assertEqual(
            {name: said[name] for name in ("messages", "added", "known",
                                           "too_old", "torn")},
            {"messages": 8, "added": 8, "known": 0, "too_old": 0, "torn": 0})
        rows = self.ask(
            "SELECT author_domain, client_ip, dmarc_result, policy, applied, "
            "spf_result, mail_from_domain, override_type FROM tuple "
            "JOIN result USING (tuple_id) ORDER BY hour_s")
        self.assertEqual(rows, [
            ("example.test", "192.0.2.5", "pass", "reject", "none", "pass",
             "example.test", ""),
            ("example.test", "192.0.2.5", "pass", "reject", "none", "pass",
             "example.test", ""),
            ("example.test", "203.0.113.9", "fail", "reject", "reject",
             "fail", "spoof.test", ""),
            ("example.test", "203.0.113.9", "fail", "reject", "none",
             "softfail", "", "local_policy"),
            ("held.test", "2001:db8::7", "fail", "quarantine", "quarantine",
             "none", "held.test", ""),
            ("quiet.test", "192.0.2.5", "none", "", "none", "none",
             "quiet.test", ""),
            ("watched.test", "192.0.2.5", "fail", "none", "none", "neutral",
             "watched.test", ""),
            ("broken.test", "192.0.2.5", "temperror", "", "tempfail",
             "temperror", "broken.test", ""),
        ])
        self.assertEqual(
            self.ask("SELECT DISTINCT imported LIKE 'opendmarc: %', record, "
                     "author_exists, client_name FROM tuple"),
            [(1, "", -1, "")])
        self.assertEqual(self.ask("SELECT count(*) FROM incident"), [(0,)])

    def test_stats_answer(self):
        self.empty_store()
        self.bring("year")
        value = self.checked(self.run_tool(
            "stats", "--json", "--since", "400d", config="fresh")[1],
            "stats")[0]
        total = value["total"]
        self.assertEqual(total["messages"], 8)
        self.assertEqual(total["result"]["pass"], 2)
        self.assertEqual(total["result"]["fail"], 4)
        self.assertEqual(total["tls"]["unknown"], 8)

    def test_whatif_answers_and_says_what_it_cannot(self):
        self.empty_store()
        self.bring("year")
        self.write("stricter", 'policy { on_quarantine = reject '
                   'on_none = reject }\n'
                   f'store {{ sqlite = "{self.path("fresh.db")}" }}\n')
        arguments = ["whatif", "--config", "stricter", "--since", "400d"]
        value = self.checked(self.run_tool(
            *arguments, "--json", config="fresh")[1], "whatif")[0]
        self.assertEqual((value["messages"], value["imported"]), (8, 8))
        self.assertEqual(
            {(row["from"], row["to"]): row["messages"]
             for row in value["matrix"] if row["from"] != row["to"]},
            {("none", "reject"): 2, ("quarantine", "reject"): 1})
        out = self.run_tool(*arguments, config="fresh")[1]
        self.assertIn("8              were imported from OpenDMARC, and are "
                      "not exact", out)

    def test_review_knows_who_passed(self):
        """The past of passing that an override is proposed by: a spoofer has
        none, and what was imported counts for whoever sent it."""
        database = self.path("store.db")
        self.write("fresh", f'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{database}" }}\n')
        self.record([("two.test", "192.0.2.77", "elsewhere.test", 1)],
                    NOW - HOUR)
        likely = ["review", "--likely-legitimate", "--from", "two.test"]
        before = self.run_tool(*likely, config="fresh")[1]
        self.write("past", "".join(
            message(f"P{day}", NOW - day * DAY, "two.test", "192.0.2.77",
                    dkim=("two.test s1 0",)) for day in range(2, 30)))
        self.bring("past")
        after = self.run_tool(*likely, config="fresh")[1]
        self.assertIn("shows evidence of", before)
        self.assertIn("28 messages", after)

    # What was stopped: refused mail of an author whose own passed from there,
    # held mail of a forwarder, and a spoof.
    STOPPED = [
        *(message(f"R{n}", NOW - n * DAY, "own.test", "192.0.2.77", policy=16, action=0, spf=7,
                  mail_from="x.test") for n in (5, 6, 7)),
        message("G1", NOW - 8 * DAY, "own.test", "192.0.2.77", dkim=("own.test s1 0",)),
        message("F1", NOW - 9 * DAY, "author.test", "192.0.2.80", policy=17, action=4, spf=0,
                mail_from="fw.test", dkim=("fw.test s1 0",)),
        message("F2", NOW - 9 * DAY, "one.test", "192.0.2.80"),
        message("F3", NOW - 9 * DAY, "two.test", "192.0.2.80"),
        *(message(f"S{n}", NOW - n * DAY, "own.test", "203.0.113.9", policy=16, action=0, spf=7,
                  mail_from="x.test") for n in range(5, 10)),
    ]

    def test_review_of_what_was_stopped(self):
        self.empty_store()
        self.write("stopped", "".join(self.STOPPED))
        self.bring("stopped")
        arguments = ["review", "--imported"]
        rows = self.checked(self.run_tool(*arguments, "--json", config="fresh")[1],
                            "review_imported")
        self.assertEqual(
            [(row["author_domain"], row["client_ip"], row["messages"], row["refused"],
              row["held"], row["evidence"]) for row in rows],
            [("own.test", "192.0.2.77", 3, 3, 0, ["messages of its own that passed from there: 1"]),
             ("author.test", "192.0.2.80", 1, 0, 1,
              ["other authors whose mail passed from there: 2",
               "of these with a signature of another domain that passed: 1",
               "of these that passed SPF for another domain: 1"]),
             ("own.test", "203.0.113.9", 5, 5, 0, [])])
        out = self.run_tool(*arguments, config="fresh")[1]
        self.assertIn("recorded neither the messages nor whether", out)
        self.assertIn("whose mail passed from there: 2; of these with a signature", out)
        out = self.run_tool(*arguments, "--csv", "--from", "author.test", config="fresh")[1]
        self.assertEqual(out.splitlines()[1].split(",")[:6],
                         ["author.test", "192.0.2.80", "fw.test", "1", "0", "1"])
        for narrowed, count in ((("--limit", "1"), 1), (("--since", "6d"), 2),
                                (("--until", "8d"), 2), (("--from", "nobody.test"), 0)):
            out = self.run_tool(*arguments, "--json", *narrowed, config="fresh")[1]
            self.assertEqual(len(out.splitlines()), count, narrowed)
        self.assertIn("nothing matches", self.run_tool(
            *arguments, "--from", "nobody.test", config="fresh")[1])
        self.assertIn("--imported lists", self.run_tool(
            "review", "--likely-legitimate", config="fresh")[1])
        self.want(1, "--ip is not for review --imported", *arguments, "--ip", "192.0.2.1")

    def test_nothing_imported_nothing_told(self):
        self.empty_store()
        self.assertNotIn("--imported", self.run_tool(
            "review", "--likely-legitimate", config="fresh")[1])

    def test_reports_go_where_imported_mail_passed(self):
        """Of two.test nothing passed here."""
        self.write_conf("require_pass = 30d")
        self.write("fresh", f'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        self.write("past", message("P1", NOW - 3 * DAY, "two.test", "192.0.2.77",
                                   dkim=("two.test s1 0",)))
        self.bring("past")
        self.send()
        self.assertEqual(self.recipients(), ["a@two.test", "agg@one.test", "b@two.test"])

    # --- once ---

    def test_twice_is_once(self):
        self.empty_store()
        self.bring("year")
        rows = self.ask("SELECT * FROM result ORDER BY hour_s, tuple_id")
        said, _ = self.bring("year", "year")
        self.assertEqual((said["added"], said["known"]), (0, 16))
        self.assertEqual(
            self.ask("SELECT * FROM result ORDER BY hour_s, tuple_id"), rows)

    def test_a_file_that_has_grown(self):
        self.empty_store()
        self.bring("year")
        self.write("grown", "".join(YEAR) + message("B1", NOW - DAY))
        said, _ = self.bring("grown")
        self.assertEqual((said["added"], said["known"]), (1, 8))
        self.assertEqual(self.ask("SELECT sum(count) FROM result"), [(9,)])

    def test_same_job_elsewhere_or_later_is_another(self):
        self.empty_store()
        first = message("A1", NOW - DAY)
        self.write("more", first + first.replace("mx.test", "mx2.test") +
                   message("A1", NOW - DAY + 1) + first)
        said, _ = self.bring("more")
        self.assertEqual((said["added"], said["known"]), (3, 1))

    def test_beside_our_own(self):
        """A tuple of ours stays ours, whatever is imported."""
        own = self.ask("SELECT count(*), sum(count) FROM result",
                       "store.db")[0]
        self.write("fresh", f'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        self.bring("year")
        self.assertEqual(
            self.ask("SELECT count(*), sum(count) FROM result JOIN tuple "
                     "USING (tuple_id) WHERE imported = ''", "store.db")[0],
            own)

    # --- reports ---

    def test_no_report_has_them(self):
        """Of a domain that asks for reports and has own mail that day: the
        report counts that alone; of one with imported mail alone: none."""
        self.write("fresh", f'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        self.write("theirs", "".join(
            message(f"R{number}", YESTERDAY + HOUR, author, "192.0.2.1",
                    dkim=(f"{author} s1 0",))
            for number, author in enumerate(["one.test", "three.test"] * 5)))
        said, _ = self.bring("theirs")
        self.assertEqual(said["added"], 10)
        self.send()
        counts = {mail.recipient: mail.count for mail in self.mails()}
        self.assertEqual(counts["agg@one.test"], 3)
        self.assertEqual(sorted(counts), ["a@two.test", "agg@one.test",
                                          "b@two.test"])
        self.assertIn("0 sent", self.send(now=NOW + DAY))

    def test_even_with_a_record(self):
        """The mark alone keeps them out."""
        self.write("fresh", f'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        self.write("theirs", message("R1", YESTERDAY + HOUR, "one.test"))
        self.bring("theirs")
        with sqlite3.connect(self.path("store.db")) as store:
            store.execute(
                "UPDATE tuple SET policy_domain = 'one.test', record = "
                "(SELECT record FROM tuple WHERE imported = '' AND "
                "policy_domain = 'one.test') WHERE imported <> ''")
        store.close()
        self.send()
        self.assertEqual([mail.count for mail in self.mails()
                          if mail.recipient == "agg@one.test"], [3])

    # --- tables of its database ---

    MESSAGES = """id,date,jobid,reporter,policy,disp,ip,env_domain,from_domain,\
policy_domain,spf,align_dkim,align_spf,sigcount,arc,arc_policy
1,{first},A1,mx.test,15,2,192.0.2.5,example.test,example.test,example.test,0,4,4,1,0,1
2,"{second}",A3,"mx.test",16,0,203.0.113.9,spoof.test,www.example.test,example.test,7,5,5,2,0,1
3,{third},A6,mx.test,14,2,2001:db8::7,NULL,quiet.test,quiet.test,6,5,5,0,0,1
4,{first},A7,mx.test,15,2,192.0.2.5,example.test,www.example.test,example.test,0,4,4,0,0,1
"""
    REQUESTS = """id,domain,repuri,adkim,aspf,policy,spolicy,pct,locked
1,Example.test,mailto:a@example.test,114,114,114,113,100,0
"""
    SIGNATURES = """id,message,domain,selector,pass,error
1,1,example.test,s1,0,0
2,2,other.test,,7,0
3,2,third.test,"k,1",0,0
"""

    def write_tables(self):
        self.write("messages.csv", self.MESSAGES.format(
            first=NOW - DAY, second="2026-04-29 10:30:00", third=NOW - HOUR))
        self.write("requests.csv", self.REQUESTS)
        self.write("signatures.csv", self.SIGNATURES)

    def test_tables(self):
        self.empty_store()
        self.write_tables()
        said, _ = self.bring("signatures.csv", "messages.csv", "requests.csv")
        self.assertEqual((said["messages"], said["added"], said["torn"]),
                         (4, 4, 0))
        self.assertEqual(said["first"], "2026-04-29T10:30:00Z")
        self.assertEqual(
            self.ask("SELECT author_domain, client_ip, dmarc_result, policy, "
                     "applied, spf_result, mail_from_domain, dkim FROM tuple "
                     "JOIN result USING (tuple_id) ORDER BY tuple_id"), [
                ("example.test", "192.0.2.5", "pass", "reject", "none", "pass",
                 "example.test",
                 '[{"domain":"example.test","selector":"s1","result":"pass"}]'),
                ("www.example.test", "203.0.113.9", "fail", "reject", "reject",
                 "fail", "spoof.test",
                 '[{"domain":"other.test","selector":"","result":"fail"},'
                 '{"domain":"third.test","selector":"k,1","result":"pass"}]'),
                ("quiet.test", "2001:db8::7", "none", "", "none", "none", "",
                 "[]"),
                ("www.example.test", "192.0.2.5", "pass", "quarantine", "none",
                 "pass", "example.test", "[]"),
            ])

    def test_tables_twice_and_beside_the_file(self):
        """The same message in the database and in the file is one."""
        self.empty_store()
        self.write_tables()
        self.write("file", message("A1", NOW - DAY,
                                   dkim=("example.test s1 0",)))
        self.bring("file")
        said, _ = self.bring("messages.csv")
        self.assertEqual((said["added"], said["known"]), (3, 1))
        said, _ = self.bring("messages.csv", "file")
        self.assertEqual((said["added"], said["known"]), (0, 5))

    def test_torn_rows(self):
        self.empty_store()
        self.write_tables()
        with open(self.path("messages.csv"), "a", encoding="utf-8") as file:
            file.write('5,"unended\n' + ",".join("x" * 60) + "\n"
                       f"6,{NOW - HOUR},A8,mx.test,15,2,NULL,a.test,a.test,"
                       "a.test,0,4,4,0,0,1\n"
                       f"7,{NOW - HOUR},A9,mx.test,15,2,192.0.2.5,a.test,"
                       "a.test,a.test,0,4,4,0,0,1")   # without its end
        self.write("signatures.csv", self.SIGNATURES + "4,1,late.test,s,0,0\n"
                   "5,x,odd.test,s,0,0\n")
        self.write("requests.csv", self.REQUESTS + "2,,,1,1,1,1,1,0\n")
        said, err = self.bring("messages.csv", "signatures.csv",
                               "requests.csv", torn=True)
        self.assertEqual(said["added"], 5, err)
        for words in ("table messages: a row that cannot be read",
                      "table signatures: a row of no message at hand",
                      "table requests: a row that cannot be read",
                      "has no line"):
            self.assertIn(words, err)

    def test_a_last_row_that_is_cut(self):
        """Without its end it counts where it has all cells; cut anywhere, or
        spoilt, it is torn, as it is with an end behind it."""
        self.write_tables()
        with open(self.path("messages.csv"), encoding="utf-8") as file:
            whole = file.read()
        row = (f"5,{NOW - HOUR},A9,mx.test,15,2,192.0.2.5,a.test,a.test,"
               "a.test,0,4,4,0,0,1")
        rows = [(row, 5)] + [(row[:end], 4) for end in
                             [1] + list(range(len(row) - 1, 2, -9))]
        rows += [(row + "\0", 4), (row[:-1] + "1" * 9000, 4),
                 (row + "\0\n", 4), (row + ",2\n", 4),
                 (row.rsplit(",", 1)[0] + "\n", 4)]
        for text, added in rows:
            with self.subTest(text=text[:90]):
                self.empty_store()
                self.write("messages.csv", whole + text)
                said, err = self.bring("messages.csv", torn=added == 4)
                self.assertEqual((said["added"], said["torn"]),
                                 (added, 5 - added), err)

    @unittest.skipIf(WRAPPER or has_sanitizer(), "what is written is measured")
    def test_a_sender_for_each_message(self):
        """Every message is a tuple of its own. What the import writes is the
        database, its log, and the log brought into it: no more files beside."""
        self.empty_store()
        self.write("year", "".join(
            message(f"S{n}", NOW - 300 * DAY + n * 60, f"d{n * 7919 % 1000003}.test",
                    f"198.18.{n % 256}.{n // 256 % 256}") for n in range(3 * MANY)))
        with subprocess.Popen(
                [PROGRAM, "--config", "fresh", "--now", str(NOW), "import", "history", "--json",
                 "year"], cwd=self.folder, stdout=subprocess.PIPE) as importing:
            self.assertEqual(json.load(importing.stdout)["added"], 3 * MANY)
            os.waitid(os.P_PID, importing.pid, os.WEXITED | os.WNOWAIT)
            try:
                with open(f"/proc/{importing.pid}/io", encoding="ascii") as file:
                    written = int(dict(line.split() for line in file)["wchar:"])
            except PermissionError:
                self.skipTest("/proc does not say what a process has written")
        self.assertLess(written, 8 * os.path.getsize(self.path("fresh.db")))

    @unittest.skipIf(WRAPPER, "a million rows under a wrapper take minutes")
    def test_more_domains_than_are_kept(self):
        """LIMIT_IMPORT_REQUESTS: what is past it is left out and told, and
        takes no memory."""
        self.empty_store()
        self.write_tables()
        with open(self.path("requests.csv"), "a", encoding="utf-8") as file:
            file.writelines(f"{n},d{n}.test,,114,114,114,113,100,0\n"
                            for n in range(2, 1000002))
        said, err = self.bring("messages.csv", "requests.csv", torn=True)
        self.assertEqual((said["added"], said["torn"]), (4, 1), err)
        self.assertIn("table requests: a row that cannot be read", err)
        if has_sanitizer():
            return
        run = ("--config", "fresh", "import", "history", "messages.csv",
               "requests.csv")
        _, before = self.peak_kib(*run)
        with open(self.path("requests.csv"), "a", encoding="utf-8") as file:
            file.writelines(f"{n}," + f"{n:055}." * 4 + "test,,1,1,1,1,1,0\n"
                            for n in range(200000))
        status, after = self.peak_kib(*run)
        self.assertEqual(status, 0)
        self.assertLess(after - before, 16 * 1024)

    def test_tables_that_cannot_be_used(self):
        self.empty_store()
        self.write_tables()
        run = ("--config", "fresh", "import", "history")
        self.want(1, "the table messages is missing", *run, "requests.csv",
                  common=False)
        self.want(1, "are the same table", *run, "messages.csv",
                  "messages.csv", common=False)
        self.write("short.csv", "id,date,jobid,reporter\n1,2,3,4\n")
        self.want(3, "table messages: its header line has no column ip", *run,
                  "short.csv", common=False)
        self.write("raw.csv", self.MESSAGES.format(
            first=1, second=2, third=3).replace("example.test", "17"))
        self.want(3, "from_domain holds numbers", *run, "raw.csv",
                  common=False)
        self.assertEqual(self.ask("SELECT count(*) FROM result"), [(0,)])

    # --- bad input ---

    def test_torn_lines(self):
        for line, words, is_counted in TORN:
            with self.subTest(line=line[:40]):
                self.empty_store()
                key = line.split(" ")[0]
                broken = "".join(
                    one + "\n" for one in message("T1", NOW - DAY).split("\n")
                    if one and not (one.split(" ")[0] == key))
                head, tail = broken.split("pdomain", 1)
                self.write("torn", YEAR[0] + head + line + "\npdomain" + tail +
                           YEAR[1])
                said, err = self.bring("torn", torn=True)
                self.assertIn(words, err)
                self.assertEqual(said["added"], 3 if is_counted else 2, err)
                self.assertGreaterEqual(said["torn"], 1)
                self.assertIn("alignctl: torn:", err)

    def test_a_file_cut_anywhere(self):
        """What is whole before the cut is taken; the rest is torn once."""
        text = YEAR[0] + YEAR[1]
        for end in range(len(YEAR[0]), len(text), 23):
            self.empty_store()
            self.write("cut", text[:end])
            said, _ = self.bring("cut", torn=True)
            self.assertEqual(said["added"], 1, text[:end][-60:])

    def test_two_messages_torn_into_each_other(self):
        self.empty_store()
        self.write("torn", YEAR[0] + YEAR[2][:150] + YEAR[3][60:] + YEAR[1])
        said, err = self.bring("torn", torn=True)
        self.assertEqual(said["added"], 2)
        self.assertGreaterEqual(said["torn"], 1, err)

    def test_many_torn_lines_are_counted_and_twenty_named(self):
        self.empty_store()
        self.write("torn", "nonsense\n" * 500 + YEAR[0])
        said, err = self.bring("torn", torn=True)
        self.assertEqual((said["torn"], said["added"]), (500, 1))
        self.assertEqual(err.count("\n"), 20)

    def test_crlf_is_no_tear(self):
        self.empty_store()
        self.write("crlf", "".join(YEAR).replace("\n", "\r\n"))
        self.assertEqual(self.bring("crlf")[0]["added"], 8)

    def test_out_of_time(self):
        self.empty_store()
        self.write("times", message("O1", NOW - 500 * DAY) +
                   message("O2", NOW + 2 * DAY) + message("O3", NOW - HOUR))
        said, err = self.bring("times", torn=True)
        self.assertEqual((said["added"], said["too_old"], said["torn"]),
                         (1, 1, 1))
        self.assertIn("is of the future", err)

    def test_a_pipe(self):
        """Its first line cannot be read twice: refused, none is lost; as - it
        is read once."""
        self.empty_store()
        os.mkfifo(self.path("pipe"))
        with subprocess.Popen(["sh", "-c", "cat year > pipe 2>/dev/null"],
                              cwd=self.folder) as writer:
            self.want(3, "pipe: its first line cannot be read twice",
                      "--config", "fresh", "import", "history", "pipe",
                      common=False)
            writer.wait()
        self.assertEqual(self.ask("SELECT count(*) FROM result"), [(0,)])
        status, out, err = self.run_tool("import", "history", "--json", "-",
                                         stdin="".join(YEAR).encode(),
                                         config="fresh")
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(json.loads(out)["added"], 8)

    def test_faults(self):
        self.empty_store()
        self.want(3, "No such file", "--config", "fresh", "import", "history",
                  "nowhere", common=False)
        self.write("none", 'store { sqlite = "" }\n')
        self.want(2, "store.sqlite is empty", "--config", "none", "import",
                  "history", "year", common=False)
        self.write("absent", f'store {{ sqlite = "{self.path("no.db")}" }}\n')
        self.want(4, "cannot import", "--config", "absent", "import",
                  "history", "year", common=False)
        self.assertFalse(os.path.exists(self.path("no.db")))
        self.want(1, "--out is not for import history", "import", "history",
                  "--out", "x", "year")

    # --- many ---

    def test_many(self):
        """20,000 senders in a year, some with most of the mail."""
        self.empty_store()
        dice = random.Random(1)
        senders = [(f"d{dice.randrange(3000)}.test",
                    f"192.0.{dice.randrange(8)}.{dice.randrange(256)}",
                    dice.random() < 0.85) for _ in range(20000)]
        weights = [1 / (i + 1) for i in range(len(senders))]
        step = 300 * DAY / MANY
        with open(self.path("many"), "w", encoding="ascii") as file:
            for number, (author, client, passes) in enumerate(
                    dice.choices(senders, weights, k=MANY)):
                file.write(message(
                    f"M{number}", int(NOW - 300 * DAY + number * step), author,
                    client, policy=15 if passes else 16,
                    action=2 if passes else 0, spf=0 if passes else 7,
                    dkim=(f"{author} s1 {0 if passes else 7}",)))
        said, _ = self.bring("many")
        self.assertEqual((said["messages"], said["added"]), (MANY, MANY))
        self.assertEqual(self.ask("SELECT sum(count) FROM result"), [(MANY,)])
        said, _ = self.bring("many")
        self.assertEqual((said["added"], said["known"]), (0, MANY))
        os.unlink(self.path("many"))


if __name__ == "__main__":
    unittest.main()
