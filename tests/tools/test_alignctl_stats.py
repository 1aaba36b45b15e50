#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl stats: sums against our own, periods, forms, hostile texts."""
import collections
import ipaddress
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, WRAPPER, ToolTest  # noqa: E402
from counted import make_store  # noqa: E402
from page import Page  # noqa: E402

# Each run takes seconds under valgrind: of a table's cases, two.
FEW = slice(0, 2) if WRAPPER else slice(None)
HOUR = 3600
DAY = 86400
RESULTS = ("none", "pass", "fail", "temperror", "permerror")
APPLIED = ("none", "tag", "quarantine", "reject", "tempfail")
TLS = {"": "none", "TLSv1": "old", "TLSv1.1": "old", "SSLv3": "old",
       "TLSv1.2": "1.2", "TLSv1.3": "1.3", "QUIC": "unknown"}
PTR = {"pass": "confirmed", "fail": "unconfirmed", "permerror": "missing",
       "temperror": "temperror", "": "unrecorded", "bogus": "unrecorded"}
REASONS = {
    ("fail", "reject", "", ""): "the author's domain asks for it (p=reject)",
    ("fail", "quarantine", "", ""):
        "the author's domain asks for it (p=quarantine)",
    ("fail", "reject", "local_policy", "body changed, header signature "
     "intact"): "signs of a list: signed header over another body",
    ("fail", "reject", "local_policy", "override news: known"): "an override",
    ("fail", "reject", "local_policy", "policy.on_reject"):
        "policy.on_reject, instead of what was asked",
    ("fail", "reject", "policy_test_mode", ""):
        "the author's domain is in test mode (t=y)",
    ("fail", "reject", "other", "sampled out, pct=50"):
        "the author's domain asks for less (pct)",
    ("temperror", "reject", "", ""): "DNS did not answer",
    ("permerror", "", "", ""): "no readable author or record",
    ("permerror", "", "local_policy", "policy.on_malformed"):
        "no single author could be read",
}
DONE = {"tag": "let in, tagged", "quarantine": "quarantined",
        "reject": "refused", "tempfail": "deferred"}
HOSTILE = ("<script>alert(1)</script>.test", "\"><img src=x onerror=e()>.test",
           "a&b.test", "=cmd|'/c calc'!A1", "esc\x1b[31m.test", "</style>.test",
           "gr\u00fc\u00df.test", "\u202egpj.test", "x" * 400 + ".test")


def random_rows(count):
    """Half a thousand distinct senders or fewer, over 40 days."""
    chance = random.Random(7)
    rows = []
    for _ in range(count):
        override = chance.choice(("", "", "local_policy", "mailing_list"))
        rows.append((
            NOW - HOUR * chance.randrange(40 * 24), chance.choice((1, 2, 700)),
            {"author_domain": chance.choice(
                ("", "a.test", "b.a.test", "ba.test", "c.example")),
             "client_ip": chance.choice(
                 ("192.0.2.7", "192.0.2.250", "192.0.3.7", "2001:db8::5",
                  "2001:db8:0:9::1", "2001:db8:1::1", "unknown", "")),
             "client_name": chance.choice(("", "mail.a.test")),
             "dmarc_result": chance.choice(RESULTS),
             "policy": chance.choice(("", "none", "quarantine", "reject")),
             "applied": chance.choice(APPLIED),
             "override_type": override,
             "override_comment": override and chance.choice(
                 ("", "monitor mode", "lists: ticket 1")),
             "tls_version": chance.choice(tuple(TLS)),
             "iprev": chance.choice(tuple(PTR))}))
    return rows


def network_of(text):
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{text}/{prefix}", strict=False))


def tally_of(rows):
    """As --json has it, added up the slow way."""
    def by(words, word_of):
        counts = collections.Counter()
        for _, count, row in rows:
            counts[word_of(row)] += count
        return {word: counts[word] for word in words}
    return {
        "messages": sum(count for _, count, _ in rows),
        "result": by(RESULTS, lambda row: row["dmarc_result"]),
        "policy": by(("absent", "none", "quarantine", "reject"),
                     lambda row: row["policy"] or "absent"),
        "applied": by(APPLIED, lambda row: row["applied"]),
        "failed_applied": by(APPLIED, lambda row:
                             row["dmarc_result"] == "fail" and
                             row["applied"]),
        "tls": by(("none", "old", "1.2", "1.3", "unknown"), lambda row:
                  TLS[row["tls_version"]] if row["client_ip"] else "unknown"),
        "ptr": by(("unrecorded", "confirmed", "unconfirmed", "missing",
                   "temperror"), lambda row: "confirmed"
                  if row["client_name"] else PTR[row["iprev"]]),
        "client_named": by((True,), lambda row:
                           row["client_name"] != "")[True],
        "overridden": by((True,), lambda row:
                         row["override_type"] != "")[True],
        "monitor_spared": by((True,), lambda row:
                             row["override_comment"] == "monitor mode")[True],
        "others": by((True,), lambda row: row["client_ip"] == "")[True],
    }


def override_of(row):
    comment = row["override_comment"]
    return row["override_type"] + (": " + comment if comment else "")


KEYS = {
    "domain": lambda hour, row: row["author_domain"] or None,
    "ip": lambda hour, row: row["client_ip"] or None,
    "network": lambda hour, row: network_of(row["client_ip"]) or None,
    "policy": lambda hour, row: row["policy"] or None,
    "override": lambda hour, row: override_of(row),
    "day": lambda hour, row: utc(hour)[:10],
    "month": lambda hour, row: utc(hour)[:7],
}


def utc(time_s):
    import datetime
    moment = datetime.datetime.fromtimestamp(time_s, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Stats(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = random_rows(int(os.environ.get("STATS_ROWS", "3000")))
        cls.many = make_store(cls, "many", cls.rows)
        cls.few = make_store(cls, "few", [
            (NOW - DAY, 1230, {}),
            (NOW, 4, {"dmarc_result": "fail", "applied": "reject",
                      "author_domain": "spoofed.test", "tls_version": ""}),
            (NOW, 1, {"dmarc_result": "fail", "client_ip": "2001:db8::1",
                      "author_domain": "list.test",
                      "override_type": "local_policy",
                      "override_comment": "monitor mode"}),
            (NOW, 1, {"dmarc_result": "temperror", "applied": "tempfail",
                      "author_domain": "", "client_name": "mail.test"})])
        cls.none = make_store(cls, "none", [])
        cls.hostile = make_store(cls, "hostile", [
            (NOW, 10 + i, {"author_domain": name, "client_ip": name,
                           "dmarc_result": "fail", "applied": name,
                           "policy": name, "override_type": name,
                           "override_comment": name, "tls_version": name,
                           "iprev": name})
            for i, name in enumerate(HOSTILE)])

    def stats(self, config, *arguments):
        return self.objects("stats", *arguments, config=config)[0]

    def page(self, config, *arguments, left_out=0):
        status, out, err = self.run_tool("stats", "--html", "-", *arguments,
                                         config=config)
        self.assertEqual(status, 0)
        self.says_what_is_left_out(err, left_out)
        page = Page(out)
        self.assertEqual(page.faults, [])
        return out, page

    # --- sums ---

    def test_sums(self):
        value = self.stats(self.many)
        self.assertEqual(value["total"], tally_of(self.rows))
        self.assertEqual((value["by"], value["rows"]), (None, []))
        self.assertEqual(value["first_hour"], utc(min(row[0] for row in self.rows)))

    def test_rows(self):
        for word, key_of in list(KEYS.items())[FEW]:
            groups = collections.defaultdict(list)
            for hour, count, row in self.rows:
                if word != "override" or row["override_type"]:
                    groups[key_of(hour, row)].append((hour, count, row))
            wanted = {key: tally_of(rows) for key, rows in groups.items()}
            with self.subTest(word):
                rows = self.stats(self.many, "--by", word)["rows"]
                got = {row.pop("key"): row for row in rows}
                self.assertEqual(got, wanted)

    def test_reasons(self):
        rows, wanted = [], {}
        for applied, done in DONE.items():
            for at, (case, words) in enumerate(REASONS.items()):
                result, asked, kind, comment = case
                rows.append((NOW, at + 1, {
                    "dmarc_result": result, "asked": asked, "applied": applied,
                    "override_type": kind, "override_comment": comment}))
                key = f"{done}: {words}"
                wanted[key] = wanted.get(key, 0) + at + 1
        config = make_store(self, "reasons", rows + [(NOW, 1000, {})])
        got = self.stats(config, "--by", "reason", "--limit", "100")["rows"]
        self.assertEqual({row["key"]: row["messages"] for row in got}, wanted)

    def test_order_and_limit(self):
        rows = self.stats(self.many, "--by", "domain")["rows"]
        failed = [row["result"]["fail"] for row in rows]
        self.assertEqual(failed, sorted(failed, reverse=True))
        rows = self.stats(self.many, "--by", "override")["rows"]
        counts = [row["messages"] for row in rows]
        self.assertEqual(counts, sorted(counts, reverse=True))
        days = self.stats(self.many, "--by", "day")["rows"]
        keys = [row["key"] for row in days]
        self.assertEqual(keys, sorted(keys))
        self.assertGreaterEqual(len(days), 39)
        self.assertEqual(
            self.stats(self.many, "--by", "day", "--limit", "3")["rows"],
            days[-3:])
        self.assertEqual(
            len(self.stats(self.many, "--by", "ip", "--limit", "2")["rows"]),
            2)

    def test_from_takes_the_domains_below(self):
        for domain, names in (("a.test", ("a.test", "b.a.test")),
                              ("B.A.test.", ("b.a.test",)),
                              ("test", ("a.test", "b.a.test", "ba.test")),
                              ("nobody.test", ()))[FEW]:
            rows = [row for row in self.rows
                    if row[2]["author_domain"] in names]
            value = self.stats(self.many, "--from", domain, "--by", "month")
            with self.subTest(domain):
                self.assertEqual(value["from"], domain.lower().rstrip("."))
                self.assertEqual(value["total"], tally_of(rows))
                self.assertEqual(sum(row["messages"]
                                     for row in value["rows"]),
                                 sum(row[1] for row in rows))

    def test_periods(self):
        midnight = NOW - NOW % DAY
        for since, until in ((midnight, 0), (0, midnight),
                             (midnight - DAY, midnight),
                             (midnight + 1800, midnight + HOUR),
                             (midnight - 3 * DAY, NOW - 1))[FEW]:
            rows = [row for row in self.rows
                    if row[0] >= since - since % HOUR and
                    (until == 0 or row[0] < until)]
            limits = (["--since", f"@{since}"] if since else []) + (
                ["--until", f"@{until}"] if until else [])
            value = self.stats(self.many, *limits)
            with self.subTest((since, until)):
                self.assertEqual(value["total"], tally_of(rows))
                self.assertEqual(value["since"],
                                 utc(since) if since else None)

    def test_days_are_those_of_utc(self):
        midnight = NOW - NOW % DAY
        config = make_store(self, "borders", [
            (midnight - HOUR, 3, {}), (midnight, 5, {}),
            (midnight + DAY - HOUR, 7, {}), (midnight + DAY, 11, {})])
        with mock.patch.dict(os.environ, {"TZ": "TOT-13"}):
            rows = self.stats(config, "--by", "day")["rows"]
            html, _ = self.page(config)
        self.assertEqual([(row["key"], row["messages"]) for row in rows],
                         [("2026-04-30", 3), ("2026-05-01", 12),
                          ("2026-05-02", 11)])
        self.assertIn("2026-04-30 23:00 to 2026-05-02 01:00 UTC", html)

    def test_as_the_daemon_records(self):
        self.write("real.conf", f"""authserv_id = "mx.test"
mode = monitor
store {{ sqlite = "{self.path('real.db')}" }}
""")
        lines = ""
        for number, address in enumerate(
                ("a@example.test", "a@example.test", "a@none.test",
                 "a@unknown.test", "a@broken.test", "nobody")):
            name = self.write(f"mail{number}",
                              f"From: {address}\r\n\r\nbody\r\n")
            lines += (f"{NOW - number} 192.0.2.5 a@other.test r@mx.test Q "
                      f"helo.test TLSv1.2 {self.path(name)}\n")
        subprocess.run(
            [RECORD_TOOL, self.path("real.conf"), self.path("zone"),
             self.path("real.db")], input=lines, text=True, check=True,
            stdout=subprocess.DEVNULL, timeout=120)
        value = self.stats("real.conf")
        total = value["total"]
        self.assertEqual(value["mode"], "monitor")
        self.assertEqual(total["result"], {"none": 1, "pass": 0, "fail": 3,
                                           "temperror": 1, "permerror": 1})
        self.assertEqual(total["policy"]["reject"], 2)
        self.assertEqual(total["applied"]["none"], 6)
        # Two spoofs, one without an answer, one without an author.
        self.assertEqual(total["monitor_spared"], 4)
        self.assertEqual((total["client_named"], total["tls"]["1.2"]), (6, 6))

    # --- for people ---

    def test_text(self):
        status, out, err = self.run_tool("stats", "--ascii", config=self.few)
        self.assertEqual((status, err), (0, ""))
        self.assertEqual(out, TEXT)

    def test_text_by(self):
        _, out, _ = self.run_tool("stats", "--ascii", "--by", "domain",
                                  "--limit", "2", config=self.few)
        self.assertEqual(out, TEXT_BY_DOMAIN)

    def test_width_and_letters(self):
        for columns, widest in (("20", 72), ("90", 90), ("500", 120))[FEW]:
            with mock.patch.dict(os.environ, {"COLUMNS": columns,
                                              "LC_ALL": "C.UTF-8"}):
                _, out, _ = self.run_tool("stats", config=self.many)
            longest = max(len(line) for line in out.splitlines())
            with self.subTest(columns):
                self.assertLessEqual(longest, widest)
                self.assertIn("\u2588", out)
        with mock.patch.dict(os.environ, {"LC_ALL": "C"}):
            _, out, _ = self.run_tool("stats", config=self.many)
        self.assertTrue(out.isascii())

    def test_csv(self):
        _, out, _ = self.run_tool("stats", "--csv", config=self.few)
        self.assertEqual(out, CSV)
        _, out, _ = self.run_tool("stats", "--csv", "--by", "domain",
                                  config=self.hostile)
        # Whom to ask about old TLS: OPERATIONS.md, sentence 4.
        self.assertIn(",client_named,tls12,", out.split("\r\n")[0])
        names = [line.split('",')[0] for line in out.split("\r\n")[1:-1]]
        self.assertIn('"\'=cmd|\'/c calc\'!A1', names)
        self.assertIn('"""><img src=x onerror=e()>.test', names)

    def says_what_is_left_out(self, err, count):
        """A line for each row that alignd cannot have written, and a sum."""
        lines = err.splitlines()
        self.assertEqual(len(lines), count + 1 if count else 0, err)
        for line in lines[:-1]:
            self.assertTrue(line.startswith("alignctl: left out: "), line)
        if count:
            self.assertIn(f"{count} of the store's rows", lines[-1])

    # --- what is past a budget ---

    def test_others_and_counted_incidents_are_named(self):
        others = {"client_ip": "", "tls_version": "", "spf_domain": ""}
        config = make_store(self, "flood", [
            (NOW, 70, {}),
            (NOW, 20, {**others, "dmarc_result": "fail"}),
            (NOW, 9, {**others, "author_domain": "", "dmarc_result": "fail"}),
            (NOW, 1, {"author_domain": "", "dmarc_result": "permerror"})])
        database = sqlite3.connect(self.path("flood.db"))
        for hour, author, messages in ((NOW, "example.test", 4000),
                                       (NOW - DAY, "", 500)):
            database.execute(
                "INSERT INTO counted (reference, hour_s, network, "
                "author_domain, budget, first_s, last_s, messages, none, tag,"
                " quarantine, reject, tempfail) VALUES (?, ?, '192.0.2.0/24',"
                " ?, 50, ?, ?, ?, 0, 0, 0, ?, 0)",
                (f"REF{messages}", hour, author, hour, hour, messages,
                 messages))
        database.commit()
        database.close()
        value = self.stats(config, "--by", "domain")
        self.assertEqual(value["total"]["others"], 29)
        self.assertEqual(value["total"]["tls"],
                         {"none": 0, "old": 0, "1.2": 0, "1.3": 71,
                          "unknown": 29})
        self.assertEqual([(row["key"], row["messages"], row["others"])
                          for row in value["rows"]],
                         [("example.test", 90, 20), (None, 10, 9)])
        for arguments, count in (((), 4500), (("--since", "2h"), 4000),
                                 (("--from", "example.test"), 4500),
                                 (("--from", "other.test"), 500)):
            self.assertEqual(self.stats(config, *arguments)[
                "counted_incidents"], count)
        _, out, _ = self.run_tool("stats", "--ascii", config=config)
        for words in ('Of 29, named "others", the sender is not',
                      "Up to 4,500 were incidents that were only counted",
                      "no readable author, or others",
                      "  others                   29      0 %"):
            self.assertIn(words, " ".join(out.split("\n")))
        html, _ = self.page(config)
        self.assertIn("named &quot;others&quot;", html)
        _, out, _ = self.run_tool("stats", "--csv", config=config)
        self.assertTrue(out.endswith(",29\r\n"), out)

    # --- the page ---

    def test_page(self):
        html, page = self.page(self.many)
        for text in ("Over time", "Most spoofed domains", "Transport",
                     "Use of exceptions", "Enforce mode", "b.a.test",
                     "2001:db8:1::/48", "local_policy: lists: ticket 1"):
            self.assertIn(text, page.texts)
        total = tally_of(self.rows)
        self.assertIn(f"{total['messages']:,}", page.texts)
        self.assertTrue(html.startswith('<!DOCTYPE html>\n<html lang="en">'))
        self.assertEqual(len(re.findall("<svg class=\"plot\"", html)), 4)
        self.assertEqual(len(re.findall("<details>", html)), 4)
        self.assertNotRegex(html, r"https?:|\bsrc=|@import|javascript:")

    def test_page_of_hours_weeks_and_more(self):
        for since, word in (("1d", "hour"), ("20d", "day"), ("41d", "day"))[FEW]:
            html, _ = self.page(self.many, "--since", since)
            self.assertIn(f"Figures per {word}", html)
        config = make_store(self, "wild", [
            (0, 5, {}), (NOW, 5, {}), (253402297200, 2, {}),
            (-HOUR, 1, {}), (2 ** 62, 1, {}),
            (NOW + HOUR, 2 ** 62, {}), (NOW + 2 * HOUR, 2 ** 62, {})])
        html, _ = self.page(config, left_out=3)
        self.assertIn("Figures per year", html)
        self.assertLess(len(html), 200000)

    def test_empty_store(self):
        _, page = self.page(self.none)
        self.assertIn("Nothing is recorded for this period.", page.texts)
        self.assertEqual(self.stats(self.none)["total"], tally_of([]))
        self.assertEqual(self.stats(self.none)["first_hour"], None)
        for form in ((), ("--by", "day"), ("--by", "ip"))[FEW]:
            _, out, _ = self.run_tool("stats", *form, config=self.none)
            self.assertIn("Nothing is recorded for this period.", out)
        _, out, _ = self.run_tool("stats", "--csv", config=self.none)
        self.assertEqual(out.count("\r\n"), 1)
        for form in (), ("--csv",), ("--json",), ("--by", "ip"):
            self.assertEqual(self.run_tool("stats", "--quiet", *form,
                                           config=self.none), (0, "", ""))

    def test_hostile_texts(self):
        html, page = self.page(self.hostile, left_out=1)
        self.assertNotRegex(html, r"<script|<img|\x1b|\u202e")
        self.assertIn(HOSTILE[0], page.texts)
        self.assertNotIn("[31m", html)
        for word in list(KEYS)[FEW]:
            _, out, _ = self.run_tool("stats", "--by", word,
                                      config=self.hostile)
            self.assertNotRegex(out, r"[\x00-\x09\x0b-\x1f\x7f\u202e]")
        _, out, err = self.run_tool("stats", "--json", "--by", "domain",
                                    config=self.hostile)
        self.says_what_is_left_out(err, 1)
        rows = json.loads(out)["rows"]
        self.assertEqual(len(rows), len(HOSTILE) - 1)
        self.assertEqual(rows[0]["messages"], 10 + len(HOSTILE) - 1)

    def test_file_is_whole_or_not_there(self):
        path = self.path("out/page.html")
        os.mkdir(self.path("out"))
        for _ in range(2):
            self.assertEqual(
                self.run_tool("stats", "--html", path, config=self.few),
                (0, "", ""))
            self.assertEqual(os.listdir(self.path("out")), ["page.html"])
        with open(path, encoding="utf-8") as file:
            self.assertEqual(Page(file.read()).faults, [])
        mask = os.umask(0o022)
        os.umask(mask)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o644 & ~mask)
        os.symlink("page.html", self.path("link"))
        os.mkfifo(self.path("pipe"))
        for bad in (self.path("no-folder/page.html"), self.path("out"),
                    self.path("link"), self.path("pipe"), "/dev/stdout"):
            status, _, err = self.run_tool("stats", "--html", bad,
                                           config=self.few)
            self.assertEqual(status, 3)
            self.assertIn(bad, err)
        self.assertEqual(os.listdir(self.path("out")), ["page.html"])
        self.assertFalse([name for name in os.listdir(self.folder)
                          if name.startswith(("out.", "link.", "pipe."))])

    # --- faults ---

    def test_usage(self):
        for words, arguments in (
                ("one of them", ("--json", "--csv")),
                ("one of them", ("--html", "x", "--json")),
                ("not with --html", ("--html", "x", "--by", "day")),
                ("--by: \"week\" (allowed: day, month, domain, ip, network, "
                 "policy, override, lookalike, reason)", ("--by", "week")),
                ("--limit", ("--limit", "0")),
                ("--limit", ("--limit", "100001")),
                ("--since", ("--since", "soon")),
                ("later than --since", ("--since", "1d", "--until", "2d")),
                ("--from", ("--from", "a..b")),
                ("no operand", ("operand",)))[FEW]:
            self.want(1, words, "stats", *arguments)
        self.assertFalse(os.path.exists(self.path("x")))

    def test_stores_that_cannot_be_read(self):
        self.write("gone.conf",
                   f'store {{ sqlite = "{self.path("gone.db")}" }}\n')
        self.want(4, "gone.db does not exist", "stats", "--config",
                  "gone.conf", common=False)
        for version, words in ((99, "run the newer alignd"),
                               (0, "start alignd once")):
            config = make_store(self, f"version{version}", [])
            database = sqlite3.connect(self.path(f"version{version}.db"))
            database.execute(f"PRAGMA user_version = {version}")
            database.close()
            self.want(4, words, "stats", "--config", config, common=False)
        self.want(2, "no-conf", "stats", "--config", "no-conf", common=False)


TEXT = """mx.test, enforce mode
2026-04-30 12:00 to 2026-05-01 13:00 UTC

Of 1,236 messages, 99.5 % passed, 0.4 % failed (0.3 % refused), 0.1 % could not
be judged since DNS did not answer. Monitor mode let in 1 that enforce mode
would have refused, quarantined, tagged or deferred.

Result
  passed                               1,230   99.5 %  #########################
  failed                                   5    0.4 %  #
  DNS did not answer                       1    0.1 %  #

Published policy
  reject                               1,236    100 %  #########################

What was done
  let in                               1,231   99.6 %  #########################
  refused                                  4    0.3 %  #
  deferred                                 1    0.1 %  #

Transport
  TLS 1.3                              1,232   99.7 %  #########################
  no TLS                                   4    0.3 %  #
  TLS 1.2 or newer                     1,232   99.7 %  #########################
  client's name confirmed                  1    0.1 %  #

Over time
  hour (UTC)           messages   passed     failed    refused  messages
  2026-04-30 12:00        1,230    100 %          0          0  ################
  2026-04-30 13:00            0        -          0          0
  2026-04-30 14:00            0        -          0          0
  2026-04-30 15:00            0        -          0          0
  2026-04-30 16:00            0        -          0          0
  2026-04-30 17:00            0        -          0          0
  2026-04-30 18:00            0        -          0          0
  2026-04-30 19:00            0        -          0          0
  2026-04-30 20:00            0        -          0          0
  2026-04-30 21:00            0        -          0          0
  2026-04-30 22:00            0        -          0          0
  2026-04-30 23:00            0        -          0          0
  2026-05-01 00:00            0        -          0          0
  2026-05-01 01:00            0        -          0          0
  2026-05-01 02:00            0        -          0          0
  2026-05-01 03:00            0        -          0          0
  2026-05-01 04:00            0        -          0          0
  2026-05-01 05:00            0        -          0          0
  2026-05-01 06:00            0        -          0          0
  2026-05-01 07:00            0        -          0          0
  2026-05-01 08:00            0        -          0          0
  2026-05-01 09:00            0        -          0          0
  2026-05-01 10:00            0        -          0          0
  2026-05-01 11:00            0        -          0          0
  2026-05-01 12:00            6      0 %          5          4  #

Domains, most failures first
  author domain      messages   passed     failed    refused  failed
  spoofed.test              4      0 %          4          4  ##################
  list.test                 1      0 %          1          0  #####

Networks, most failures first
  network            messages   passed     failed    refused  failed
  192.0.2.0/24          1,235   99.6 %          4          4  ##################
  2001:db8::/48             1      0 %          1          0  #####

Exceptions from the policy
  override                       messages   passed     failed    refused
  local_policy: monitor mode            1      0 %          1          0
"""

TEXT_BY_DOMAIN = """mx.test, enforce mode
2026-04-30 12:00 to 2026-05-01 13:00 UTC

Of 1,236 messages, 99.5 % passed, 0.4 % failed (0.3 % refused), 0.1 % could not
be judged since DNS did not answer. Monitor mode let in 1 that enforce mode
would have refused, quarantined, tagged or deferred.

  author domain      messages   passed     failed    refused  failed
  spoofed.test              4      0 %          4          4  ##################
  list.test                 1      0 %          1          0  #####
  and 2 more (--limit)
"""

CSV = """month,messages,pass,fail,none,temperror,permerror,reject,quarantine,tag,tempfail,client_named,tls12,pass_percent,client_named_percent,tls12_percent,others
"2026-04",1230,1230,0,0,0,0,0,0,0,0,0,1230,100.000,0.000,100.000,0
"2026-05",6,0,5,0,1,0,4,0,0,1,1,2,0.000,16.667,33.333,0
""".replace("\n", "\r\n")

if __name__ == "__main__":
    unittest.main()
