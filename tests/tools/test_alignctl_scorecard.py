#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl scorecard: classes, months, sums like those of stats, forms.

SCORECARD_ROWS=1000000 makes a month of so many counter rows and prints how
long it takes.
"""
import collections
import csv
import datetime
import io
import json
import os
import random
import re
import shutil
import sqlite3
import sys
import time
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import HERE, NOW, WRAPPER, ToolTest  # noqa: E402
from counted import make_store  # noqa: E402
from page import Page  # noqa: E402

DAY = 86400
HOUR = 3600
FEW = slice(0, 2) if WRAPPER else slice(None)
SHIPPED = os.path.join(HERE, "..", "..", "conf", "public-sector-suffixes.conf")
CLASSES = ("own", "public_sector", "partners", "rest", "none")
CLASS_OF = {
    "example.org": "own", "news.example.org": "own", "badexample.org": "rest",
    "council.example.gov.uk": "own", "gov.uk": "public_sector",
    "hmrc.gov.uk": "public_sector", "a.b.nhs.uk": "public_sector",
    "notgov.uk": "rest", "gov.uk.test": "rest", "uk": "rest",
    "partner.test": "partners", "x.partner.test": "partners",
    "supplier.gov.uk": "public_sector",  # the first class that fits
    "": "none",
}
HOSTILE = ("<script>alert(1)</script>.test", "\"><img src=x onerror=e()>.test",
           "=cmd|'/c calc'!A1", "+1.gov.uk", "@SUM(A1).test", "-2.test",
           "</style>.test", "a,\"b\".test", "..", ".",
           "\u202egpj.test", "x" * 400 + ".test", "{}.test")


def at(year, month, day=1, hour=0):
    return int(datetime.datetime(year, month, day, hour,
                                 tzinfo=datetime.timezone.utc).timestamp())


APRIL, MAY = at(2026, 4), at(2026, 5)


def random_rows(count):
    chance = random.Random(11)
    for _ in range(count):
        applied = chance.choice(("none", "tag", "quarantine", "reject"))
        yield (at(2026, 3, 20) + HOUR * chance.randrange(50 * 24),
               chance.choice((1, 3, 500)),
               {"author_domain": chance.choice(tuple(CLASS_OF)),
                "client_ip": chance.choice(("192.0.2.7", "192.0.2.8", "")),
                "dmarc_result": chance.choice(("pass", "fail", "none",
                                               "temperror", "permerror")),
                "asked": chance.choice(("", "none", "reject")),
                "applied": applied,
                "override_type": chance.choice(("", "local_policy")),
                "override_comment": chance.choice(("", "monitor mode", "x")),
                "iprev": chance.choice(("", "pass", "fail", "permerror")),
                "tls_version": chance.choice(("", "TLSv1", "TLSv1.3"))})


class CardTest(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("suffixes", "# public\ngov.uk\n NHS.uk. # health\n")
        cls.write("partners", "partner.test\nsupplier.gov.uk\n")

    @classmethod
    def store(cls, name, rows, more="", store=""):
        config = make_store(cls, name, rows)
        if store:
            with open(cls.path(config), encoding="ascii") as file:
                text = file.read().replace("store {", "store { " + store)
            cls.write(config, text)
        with open(cls.path(config), "a", encoding="ascii") as file:
            file.write('own { domains = {"example.org", '
                       '"council.example.gov.uk"} }\nscorecard { '
                       'public_sector = "suffixes" partners = "partners" }\n'
                       + more)
        return config


class Scorecard(CardTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = list(random_rows(1500))
        cls.many = cls.store("many", cls.rows)
        cls.none = cls.store("none", [])

    def card(self, config, *arguments):
        return self.objects("scorecard", *arguments, config=config)[0]

    def page(self, config, *arguments):
        status, out, err = self.run_tool("scorecard", "--html", "-",
                                         *arguments, config=config)
        self.assertEqual((status, err), (0, ""))
        page = Page(out)
        self.assertEqual(page.faults, [])
        return out, page

    def sheet(self, config, *arguments):
        status, out, err = self.run_tool("scorecard", "--csv", *arguments,
                                         config=config)
        self.assertEqual((status, err), (0, ""))
        return list(csv.DictReader(io.StringIO(out, newline="")))

    # --- sums ---

    def test_sums_are_those_of_stats(self):
        card = self.card(self.many, "--month", "2026-04", "--limit", "1000")
        period = ("--since", "2026-04-01", "--until", "2026-05-01")
        stats = self.objects("stats", *period, config=self.many)[0]
        self.assertEqual(card["total"], stats["total"])
        self.assertGreater(card["total"]["messages"], 1000)
        by_domain = {row.pop("key"): row for row in self.objects(
            "stats", *period, "--by", "domain", "--limit", "1000",
            config=self.many)[0]["rows"]}
        got = {}
        for part in card["classes"]:
            self.assertEqual(part["left_off"], 0)
            for row in part["domains"]:
                name = row.pop("domain")
                got[name] = row
                self.assertEqual(CLASS_OF[name or ""], part["class"], name)
        self.assertEqual(got, by_domain)
        reasons = {row["key"]: row["messages"] for row in self.objects(
            "stats", *period, "--by", "reason", "--limit", "1000",
            config=self.many)[0]["rows"]}
        self.assertEqual({row["reason"]: row["messages"]
                          for row in card["reasons"]}, reasons)

    def test_classes_add_up(self):
        card = self.card(self.many, "--month", "2026-04")
        self.assertEqual(tuple(part["class"] for part in card["classes"]),
                         CLASSES)
        wanted = collections.Counter()
        for hour, count, row in self.rows:
            if APRIL <= hour < MAY:
                wanted[CLASS_OF[row["author_domain"]]] += count
        for part in card["classes"]:
            self.assertEqual(part["messages"], wanted[part["class"]])
        for name in ("result", "applied", "tls", "ptr"):
            for word, count in card["total"][name].items():
                self.assertEqual(sum(part[name][word]
                                     for part in card["classes"]), count)

    def test_limit_leaves_off(self):
        card = self.card(self.many, "--month", "2026-04", "--limit", "1")
        rest = card["classes"][CLASSES.index("rest")]
        self.assertEqual((len(rest["domains"]), rest["left_off"]), (1, 3))
        counts = [row["messages"] for row in self.card(
            self.many, "--month", "2026-04")["classes"][3]["domains"]]
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertEqual(rest["domains"][0]["messages"], counts[0])

    # --- months ---

    def test_months_are_those_of_utc(self):
        config = self.store("borders", [
            (APRIL - HOUR, 1, {}), (APRIL, 10, {}), (MAY - HOUR, 100, {}),
            (MAY, 1000, {})])
        for zone in ("UTC0", "TOT-13", "X11")[FEW]:
            with mock.patch.dict(os.environ, {"TZ": zone}):
                card = self.card(config)
                self.assertEqual(
                    (card["month"], card["total"]["messages"],
                     card["since"], card["until"]),
                    ("2026-04", 110, "2026-04-01T00:00:00Z",
                     "2026-05-01T00:00:00Z"))
                self.assertEqual(self.card(config, "--month", "2026-03")[
                    "total"]["messages"], 1)

    def test_last_whole_month(self):
        for now, month in ((at(2026, 1), "2025-12"), (at(2026, 3), "2026-02"),
                           (at(2026, 3) - 1, "2026-01"))[FEW]:
            status, out, _ = self.run_tool(
                "--config", self.none, "--now", str(now), "scorecard",
                "--json", common=False)
            self.assertEqual((status, json.loads(out)["month"]), (0, month))

    def test_month_in_part(self):
        whole = self.store("whole", [(APRIL - HOUR, 1, {})] + [
            (APRIL + DAY * day, 1, {}) for day in range(30)])
        card = self.card(whole)
        self.assertEqual((card["coverage"]["whole"], card["notes"]), (True, []))
        late = self.store("late", [
            (APRIL + 9 * DAY + HOUR, 1, {}), (MAY, 1, {})])
        card = self.card(late)
        self.assertEqual(card["coverage"], {
            "record_since": "2026-04-10T01:00:00Z",
            "kept_since": "2025-03-27T12:00:00Z", "days": 30,
            "days_counted": 1, "over": True, "whole": False})
        self.assertIn("the record begins on 2026-04-10 01:00 UTC",
                      card["notes"][0])
        self.assertEqual(card["notes"][1],
                         "On 29 of 30 days no message is recorded.")
        kept = self.store("kept", [(APRIL, 1, {}), (MAY - DAY, 1, {})],
                          store="keep_results = 20d")
        card = self.card(kept)
        self.assertIn("counters before 2026-04-11 12:00 UTC", card["notes"][0])
        self.assertFalse(card["coverage"]["whole"])
        card = self.card(whole, "--month", "2026-05")
        self.assertEqual((card["coverage"]["over"], card["coverage"]["days"]),
                         (False, 1))
        self.assertIn("not over", card["notes"][0])

    def test_empty_month_says_why(self):
        kept = self.store("gone", [(NOW, 1, {})],
                          store="keep_results = 20d")
        cases = (
            (self.none, "2026-04", "no message at all"),
            (kept, "2026-03", "are not kept any longer"),
            (self.many, "2025-04", "The record begins later, on 2026-03-20"),
            (self.store("gap", [(at(2026, 2), 1, {}), (NOW, 1, {})]),
             "2026-04", "none in this month"))
        for config, month, words in cases[FEW]:
            with self.subTest(words):
                card = self.card(config, "--month", month)
                self.assertEqual(card["total"]["messages"], 0)
                self.assertIn(words, " ".join(card["notes"]))
                out, page = self.page(config, "--month", month)
                self.assertIn(words, out)
                self.assertNotIn("By class", " ".join(page.texts))
                text = self.run_tool("scorecard", "--month", month,
                                     config=config)[1]
                self.assertIn(words, " ".join(text.split()))
                self.assertIn(words, str(self.sheet(config, "--month", month)))

    # --- lists ---

    def test_lists(self):
        for rows, path, words in (
                ('public_sector = "absent"', "", "the list absent is not "
                 "there"),
                ('public_sector = ""', "", "no list is named (scorecard.publ"),
                ('partners = "absent"', "", "the list absent is not there")):
            config = make_store(self, "lists" + path, [(APRIL, 1, {})])
            with open(self.path(config), "a", encoding="ascii") as file:
                file.write(f"scorecard {{ {rows} }}\n")
            self.assertIn(words, " ".join(self.card(config)["class_notes"]))
        for line, words in (("a b\n", '"a b" is no domain'),
                            ("# x\n\n\x1b[1m\n", 'bad:3: "\\x1b[1m" is no')):
            self.write("bad", line)
            config = make_store(self, "bad", [])
            with open(self.path(config), "a", encoding="ascii") as file:
                file.write('scorecard { public_sector = "bad" }\n')
            status, out, err = self.run_tool("scorecard", config=config)
            self.assertEqual((status, out), (2, ""))
            self.assertIn(words, err)

    def test_shipped_list(self):
        """Each entry has its source, and no class of the rest is in it."""
        with open(SHIPPED, encoding="ascii") as file:
            lines = [line for line in file if line[0] not in "#\n"]
        for line in lines:
            self.assertRegex(
                line, r"^[a-z.]+ +# (\[(CO|PSL|CENTR|RFC|own)\] ?)+")
        shutil.copy(SHIPPED, self.path("public-sector-suffixes.conf"))
        names = ("dwp.gov.uk", "x.nhs.uk", "met.police.uk", "mod.uk",
                 "parliament.uk", "gov.scot", "usa.gov", "bsi.bund.de")
        others = ("gov.de", "gov.uk.com", "bund.de.test", "ac.uk")
        config = make_store(self, "shipped", [
            (APRIL, 1, {"author_domain": name}) for name in names + others])
        card = self.card(config)
        self.assertEqual(sorted(row["domain"] for row in
                                card["classes"][1]["domains"]), sorted(names))

    # --- own domains ---

    def remember(self, name):
        """A configuration whose store has findings from March to May."""
        config = self.store(name, [(APRIL, 5, {})])
        day = [APRIL + DAY * number for number in range(40)]
        before = APRIL - 9 * DAY
        with sqlite3.connect(self.path(name + ".db")) as database:
            database.executemany(
                "INSERT INTO posture_finding VALUES (?, ?, ?, ?, ?)", [
                    ("example.org", "dmarc-none", "", before, day[30]),
                    ("example.org", "mta-sts-missing", "", day[3], day[30]),
                    ("example.org", "spf-missing", "", day[30], day[30]),
                    ("example.org", "dnssec-unsigned", "", before, day[30]),
                    ("example.org", "kind-of-later", "x", day[2], day[30]),
                    ("other.test", "dmarc-missing", "", before, day[30])])
            database.executemany(
                "INSERT INTO posture_past VALUES (?, ?, ?, ?, ?)", [
                    ("example.org", "dmarc-no-rua", "", before, day[4]),
                    ("example.org", "spf-syntax", "", day[5], day[6]),
                    ("example.org", "mx-cname", "mx", before, MAY),
                    ("example.org", "mx-absent", "", before - DAY, before)])
            database.execute("INSERT INTO posture_look VALUES (?, ?, ?, ?)",
                             ("example.org", before, day[29], day[29]))
            database.execute("INSERT INTO posture_look VALUES (?, ?, ?, ?)",
                             ("council.example.gov.uk", MAY, MAY, MAY))
        database.close()
        return config

    def test_findings_of_the_month(self):
        config = self.remember("findings")
        posture = self.card(config)["posture"]
        self.assertEqual(
            {found["finding"]: found["state"] for found in posture["findings"]},
            {"dmarc-none": "open", "mta-sts-missing": "opened",
             "dnssec-unsigned": "open", "kind-of-later": "opened",
             "dmarc-no-rua": "closed", "spf-syntax": "closed",
             "mx-cname": "open"})
        severities = ["critical", "high", "medium", "low", "info"]
        places = [severities.index(found["severity"])
                  for found in posture["findings"]]
        self.assertEqual(places, sorted(places))
        self.assertEqual((posture["opened"], posture["closed"]), (3, 2))
        self.assertEqual(sum(posture["open"].values()), 5)
        own, council = posture["domains"]
        self.assertEqual(own["open"], posture["open"])
        self.assertEqual((own["looked"], council["looked"]),
                         ("2026-04-30T00:00:00Z", None))
        # May is not over: what stands now.
        posture = self.card(config, "--month", "2026-05")["posture"]
        states = {found["finding"]: found["state"]
                  for found in posture["findings"]}
        self.assertEqual((states["spf-missing"], states["mx-cname"]),
                         ("opened", "closed"))
        out, _ = self.page(config)
        self.assertIn("1 of 2 own domains were looked at", out)
        self.assertIn("closed 2026-04-05", out)

    def test_many_own_domains(self):
        """The page has those of which there is something to say."""
        names = [f"d{number}.test" for number in range(300)]
        config = self.store("domains", [(APRIL, 1, {})])
        with open(self.path(config), encoding="ascii") as file:
            text = file.read()
        self.write(config, text.replace('"example.org"', '"example.org", ' +
                                        ", ".join(f'"{n}"' for n in names)))
        with sqlite3.connect(self.path("domains.db")) as database:
            database.executemany(
                "INSERT INTO posture_look VALUES (?, ?, ?, ?)",
                [(name, APRIL, APRIL, APRIL) for name in names])
            database.execute("INSERT INTO posture_finding VALUES ('d7.test', "
                             "'spf-missing', '', ?, ?)", (APRIL, APRIL))
        database.close()
        out, page = self.page(config)
        self.assertIn("d7.test", page.texts)
        self.assertNotIn("d8.test", page.texts)
        self.assertIn("299 further domains, without a finding", out)
        self.assertEqual(len(self.card(config)["posture"]["domains"]), 302)
        with sqlite3.connect(self.path("domains.db")) as database:
            database.execute("DELETE FROM posture_look")
        database.close()
        out, page = self.page(config)
        self.assertIn("202 further domains; alignctl scorecard --json", out)

    def test_row_of_others_is_told(self):
        config = self.remember("odd")
        with sqlite3.connect(self.path("odd.db")) as database:
            database.execute("UPDATE posture_past SET first_s = -1 WHERE "
                             "finding = 'mx-cname'")
        database.close()
        status, out, err = self.run_tool("scorecard", "--json", config=config)
        self.assertEqual(status, 0)
        self.assertIn("posture_past", err)
        self.assertNotIn("mx-cname", out)

    # --- evidence ---

    def evidence(self, config, *arguments):
        rows = self.card(config, *arguments)["evidence"]
        for row in rows:
            for key in ("asked", "shown", "method", "date", "host",
                        "not_shown"):
                self.assertNotEqual(row[key], "", row)
        return rows

    def state(self, rows, standard, asked):
        found = [row["state"] for row in rows
                 if row["standard"].startswith(standard) and
                 re.search(asked, row["asked"])]
        self.assertEqual(len(found), 1, (standard, asked))
        return found[0]

    def test_evidence(self):
        rows = self.evidence(self.remember("evidence"))
        self.assertEqual({row["standard"] for row in rows}, {
            "UK government email guidance", "BSI TR-03182", "PCI DSS 4.0.1"})
        for standard, asked, state in (
                ("UK", "enforced", "shown"), ("UK", "MTA-STS", "open"),
                ("UK", "Certificates", "missing"),
                ("UK", "partners", "missing"), ("BSI", "DNSSEC", "open"),
                ("BSI", "reports are sent", "missing"),
                ("PCI", "forged authors", "shown"),
                ("PCI", "own names", "open")):
            self.assertEqual(self.state(rows, standard, asked), state, asked)
        hosts = {row["host"] for row in rows}
        dates = {row["date"] for row in rows}
        self.assertEqual((hosts, dates), (
            {"mx.test"}, {"2026-04", "last look 2026-04-30 00:00 UTC"}))

    def test_evidence_of_an_old_look(self):
        config = self.store("look", [(APRIL, 1, {})])
        shown = []
        for look in (APRIL - DAY, APRIL, MAY + HOUR):
            with sqlite3.connect(self.path("look.db")) as database:
                for domain in ("example.org", "council.example.gov.uk"):
                    database.execute(
                        "INSERT OR REPLACE INTO posture_look VALUES (?, ?, ?, "
                        "?)", (domain, APRIL - 9 * DAY, look, look))
            database.close()
            rows = self.evidence(config)
            shown.append(self.state(rows, "UK", "gsi"))
            self.assertEqual("2 of them not since the month began" in
                             str(rows), look < APRIL)
        self.assertEqual(shown, ["open", "shown", "shown"])

    def test_reports_that_went_and_came(self):
        config = self.store("reports", [(APRIL, 1, {})])
        with sqlite3.connect(self.path("reports.db")) as database:
            for number, (kind, state, settled_s) in enumerate((
                    ("aggregate", "sent", APRIL), ("aggregate", "sent", MAY),
                    ("aggregate", "refused", APRIL),
                    ("failure", "sent", MAY - 1),
                    ("aggregate", "sent", APRIL - 1))):
                database.execute(
                    "INSERT INTO report (report_id, policy_domain, begin_s, "
                    "end_s, part, messages, state, note, created_s, "
                    "give_up_s, settled_s, submitter, file_name, record, "
                    "archive, kind) VALUES (?, 'a.test', ?, 0, 0, 1, ?, '', "
                    "0, 0, ?, '', '', '', x'', ?)",
                    (f"{number:032x}", number, state, settled_s, kind))
        database.close()
        rows = self.evidence(config)
        self.assertIn("1 aggregate and 1 failure reports were sent", str(rows))
        self.assertEqual(self.state(rows, "BSI", "reports are sent"), "shown")
        self.assertEqual(self.state(rows, "UK", "are received"), "missing")
        with sqlite3.connect(self.path("reports.db")) as database:
            columns = [row[1] for row in database.execute(
                "PRAGMA table_info(inbox_report)")]
            for number, (kind, state, at_s, proof) in enumerate((
                    ("dmarc", "kept", APRIL, 0), ("tls", "kept", APRIL, 2),
                    ("tls", "kept", APRIL, 1), ("dmarc", "kept", MAY - 1, 1),
                    ("dmarc", "failed", APRIL, 1), ("dmarc", "kept", MAY, 1))):
                row = dict.fromkeys(columns, 0)
                row.update({"report_id": number + 1, "fingerprint": number,
                            "digest": str(number), "kind": kind,
                            "state": state, "received_s": at_s,
                            "proof": proof})
                database.execute(
                    f"INSERT INTO inbox_report ({', '.join(row)}) VALUES "
                    f"({', '.join('?' * len(row))})", tuple(row.values()))
                if number == 1:  # anybody's
                    database.commit()
                    self.assertEqual(self.state(
                        self.evidence(config), "UK", "are received"), "missing")
        database.close()
        rows = self.evidence(config)
        self.assertIn("1 aggregate, 0 failure and 1 TLS reports of others "
                      "about our domains were taken in; not counted: 2 that",
                      str(rows))
        self.assertEqual(self.state(rows, "UK", "are received"), "shown")

    def test_evidence_of_nothing(self):
        rows = self.evidence(self.none)
        self.assertEqual({row["state"] for row in rows
                          if not row["asked"].startswith("Answers")},
                         {"missing"})

    def test_evidence_against(self):
        config = self.store("monitor", [
            (APRIL, 5, {"dmarc_result": "fail", "override_type": "local_policy",
                        "override_comment": "monitor mode"})],
            "mode = monitor\n")
        rows = self.evidence(config)
        self.assertEqual(self.state(rows, "UK", "enforced"), "open")
        enforced = self.store("enforced", [
            (APRIL, 5, {"dmarc_result": "fail", "applied": "reject"})],
            "dns { dnssec = yes }\n")
        rows = self.evidence(enforced)
        self.assertEqual(self.state(rows, "UK", "enforced"), "shown")
        self.assertEqual(self.state(rows, "BSI", "DNSSEC"), "shown")

    # --- forms ---

    def test_csv_is_the_same(self):
        config = self.remember("sheet")
        card, sheet = self.card(config), self.sheet(config)
        got = {(row["part"], row["class"], row["name"], row["measure"]):
               row["count"] for row in sheet}
        self.assertEqual({row["month"] for row in sheet}, {"2026-04"})
        for part in card["classes"]:
            for name, count in part["result"].items():
                self.assertEqual(got["class", part["class"], "",
                                     "result_" + name], str(count))
            for row in part["domains"]:
                if row["domain"] is not None:
                    self.assertEqual(got["domain", part["class"],
                                         row["domain"], "messages"],
                                     str(row["messages"]))
        self.assertEqual(got["posture", "own", "example.org", "opened"], "3")
        self.assertIn(("posture", "own", "council.example.gov.uk", "looked"),
                      got)
        self.assertEqual(len([key for key in got if key[0] == "evidence"]),
                         len(card["evidence"]))

    def test_hostile_names(self):
        config = self.store("hostile", [
            (APRIL, 10 + i, {"author_domain": name, "dmarc_result": "fail",
                             "applied": "reject", "override_type": name,
                             "override_comment": name, "tls_version": name,
                             "iprev": name, "author_error": name})
            for i, name in enumerate(HOSTILE)])
        out, page = self.page(config, "--limit", "100")
        self.assertIn("<script>alert(1)</script>.test", " ".join(page.texts))
        self.assertNotIn("\x1b", out)
        text = self.run_tool("scorecard", config=config)[1]
        self.assertNotIn("\x1b", text)
        self.assertLess(max(map(len, text.splitlines())), 140)
        for row in self.sheet(config, "--limit", "100"):
            for cell in row.values():
                self.assertNotIn(cell[:1], tuple("=+-@"), row)
        card = self.card(config, "--limit", "100")
        self.assertEqual(card["total"]["messages"],
                         sum(10 + i for i in range(len(HOSTILE))))
        self.assertEqual(len(card["reasons"]), 1)

    def test_page_replaces_its_file(self):
        path = self.path("card.html")
        for month in ("2026-03", "2026-04"):
            self.assertEqual(
                self.run_tool("scorecard", "--month", month, "--html", path,
                              config=self.many), (0, "", ""))
            with open(path, encoding="utf-8") as file:
                self.assertIn(f"inbound mail, {month}", file.read())

    # --- faults ---

    def test_usage(self):
        for words, arguments in (
                ("one of them", ("--json", "--csv")),
                ("one of them", ("--html", "x", "--csv")),
                ("takes no operand", ("x",)),
                ("--limit", ("--limit", "0")),
                ("2026-06 has not begun", ("--month", "2026-06"))) + tuple(
                    ("is no month (allowed: YYYY-MM, such as 2026-10)", ("--month", month))
                    for month in ("2026-13", "2026-00", "2026-1", "26-01",
                                  "2026-04-01", "1969-12", "+026-01", "now",
                                  "9999-01")[FEW]):
            with self.subTest(arguments):
                self.want(1, words, "scorecard", *arguments)

    def test_faulty_configuration(self):
        self.write("faulty.conf", f"""nonsense = 1
store {{ sqlite = "{self.path('many.db')}" }}
""")
        status, out, err = self.run_tool("scorecard", config="faulty.conf")
        self.assertEqual(status, 0)
        self.assertIn("nonsense", err)
        self.assertIn("host and mode not known", out)
        self.assertIn("could not be read", " ".join(out.split()))

    def test_no_store(self):
        self.write("lost.conf", 'store { sqlite = "/nonexistent/x.db" }\n')
        status, _, err = self.run_tool("scorecard", config="lost.conf")
        self.assertEqual(status, 4)
        self.assertIn("/nonexistent/x.db", err)


@unittest.skipUnless(os.environ.get("SCORECARD_ROWS"), "a long form")
class Speed(CardTest):
    """Ten messages a row, of a hundred thousand senders."""

    def test_a_large_month(self):
        count = int(os.environ["SCORECARD_ROWS"])
        chance = random.Random(5)
        tails = ("gov.uk", "nhs.uk", "partner.test", "example.org", "test")
        config = self.store("large", (
            (APRIL + HOUR * chance.randrange(720), 10,
             {"author_domain": f"d{number % 100000}.{tails[number % 5]}",
              "client_ip": f"192.0.{number % 250}.{number // 1000 % 250}",
              "iprev": "pass"}) for number in range(count)))
        began = time.monotonic()
        got, used = self.peak_kib("--config", config, "--now", str(NOW),
                                  "scorecard", "--html",
                                  self.path("large.html"))
        print(f"\n{count} rows: {time.monotonic() - began:.2f} s, "
              f"{used // 1024} MiB", file=sys.stderr)
        self.assertEqual(got, 0)


if __name__ == "__main__":
    unittest.main()
