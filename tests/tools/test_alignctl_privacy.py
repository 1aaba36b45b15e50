#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl privacy: what the store has of somebody, shown, exported, erased

The inventory is held against the schema of a store that was just made, and the
page docs/PRIVACY.md against the inventory, so that a new column is in both. What
was erased is looked for in the bytes of the files.
"""
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import quoted  # noqa: E402
import schema  # noqa: E402
from alignctl import NOW, PROGRAM, WRAPPER  # noqa: E402
from inbox_rig import detail, dmarc, failure, mailed, row, tls  # noqa: E402
from page_rig import PageTest  # noqa: E402

SPOOFER = "203.0.113.5"
MANY = 3000


def rows_of(parts):
    return {(part["table"], part["what"]): part["rows"] for part in parts}


class Privacy(PageTest):

    def setUp(self):
        for name in os.listdir(self.path("var/lib/alignd")):
            os.unlink(self.path("var/lib/alignd/" + name))
        with open(self.path("recorded"), "rb") as file:
            self.write("var/lib/alignd/alignd.db", file.read())
        self.write("etc/alignd/alignd.conf", f'store {{ sqlite = "{self.database}" }}\n')

    def tool(self, *arguments, status=0):
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", self.path("etc/alignd/alignd.conf"), "--now", str(NOW),
                       *arguments], capture_output=True, text=True, check=False, timeout=300,
            cwd=self.folder, env={**os.environ, "USER": "ann"})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stderr if status else done.stdout

    def checked(self, name, *arguments):
        value = json.loads(self.tool("privacy", *arguments, "--json"))
        rules = schema.load(name)
        self.assertEqual(schema.faults(value, rules) + schema.order_faults(value, rules), [])
        return value

    def erase(self, subject, *arguments):
        return self.checked("privacy_erase", "erase", subject, *arguments)

    def erase_all(self, subject):
        """What a look says, and what was done by its number."""
        found = self.erase(subject)
        self.assertFalse(found["erased"])
        done = self.erase(subject, "--count", str(found["rows"]))
        self.assertTrue(done["erased"])
        self.assertEqual(rows_of(done["parts"]), rows_of(found["parts"]))
        return done

    def export(self, subject):
        return [json.loads(line) for line in
                self.tool("privacy", "export", subject).splitlines()]

    def sql(self, text, *values):
        with sqlite3.connect(self.database) as store:
            rows = store.execute(text, values).fetchall()
        store.close()
        return rows

    def bytes_of_store(self):
        found = b""
        for name in sorted(os.listdir(self.path("var/lib/alignd"))):
            if name != "alignd.db-shm":
                with open(self.path("var/lib/alignd/" + name), "rb") as file:
                    found += file.read()
        return found

    def stats(self):
        """All sums; not how many clients and domains they are of."""
        value = json.loads(self.tool("stats", "--since", "400d", "--json"))["total"]
        return {key: value[key] for key in ("messages", "result", "policy", "applied")}

    # -- the inventory -----------------------------------------------------

    def inventory(self):
        value = self.checked("privacy_inventory", "inventory")
        return {(row["table"], row["column"]): row["names"] for row in value["columns"]}

    def test_words_of_the_text_form(self):
        self.assertTrue(self.tool("privacy", "inventory").startswith(
            "Columns of the store that can name somebody:\n\n"))
        self.assertIn(f"{SPOOFER}/32: 5 rows would be erased\n",
                      self.tool("privacy", "erase", SPOOFER))
        with sqlite3.connect(self.database) as store:
            store.execute("INSERT INTO act (incident_id, time_s, who, kind, note) "
                          "SELECT min(incident_id), 1, 'ann', 'confirm', 'one@person.example' "
                          "FROM incident")
        store.close()
        self.assertIn("one@person.example: 1 row would be erased\n",
                      self.tool("privacy", "erase", "one@person.example"))

    def test_every_column_is_in_the_inventory(self):
        tables = [name for name, in self.sql(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        columns = {(table, name) for table in tables
                   for name, in self.sql("SELECT name FROM pragma_table_info(?)", table)}
        self.assertGreater(len(columns), 100)
        self.assertEqual(set(self.inventory()), columns)

    def test_the_page_has_every_personal_column(self):
        with open(os.path.join(quoted.TOP, "docs", "PRIVACY.md"), encoding="utf-8") as file:
            page = file.read()
        told = {(table, column)
                for table, columns in re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|", page, re.M)
                for column in re.findall(r"`(\w+)`", columns)}
        personal = {key for key, names in self.inventory().items() if names != "nobody"}
        self.assertEqual(told, personal)

    # -- finding -----------------------------------------------------------

    def test_export_finds_whom_it_is_asked_for(self):
        tables = [row["table"] for row in self.export(SPOOFER)]
        self.assertEqual(sorted(tables), ["failure", "incident", "incident", "tuple", "tuple"])
        for row in self.export(SPOOFER):
            self.assertIn(SPOOFER, json.dumps(row["row"]))
        address = self.export("ceo@example.com")
        self.assertEqual(sorted(row["table"] for row in address), ["failure", "incident"])
        incident = next(row["row"] for row in address if row["table"] == "incident")
        self.assertEqual(incident["mail_from"], "ceo@example.com")
        self.assertIn("explain", incident["verdict"])
        tuples = [row["row"] for row in self.export("partner.example")
                  if row["table"] == "tuple"]
        self.assertEqual(sum(row["messages"] for row in tuples), 13)

    def test_neighbours_are_not_named(self):
        for neighbour in ("eo@example.com", "ceo@example.co", "xceo@example.com", "ceo@ample.com",
                          "xample.com", "example.co", "ample.com", "203.0.113.4", "203.0.113.50",
                          "3.0.113.5", "nobody.test", "203.0.114.0/24", "2001:db8::/32"):
            self.assertEqual(self.export(neighbour), [], neighbour)
        self.assertEqual(len(self.export("CEO@Example.COM")), 2)
        self.assertEqual(len(self.export("203.0.113.0/24")), len(self.export(SPOOFER)))

    def test_from_is_searched_and_records_are_not(self):
        """The address of a record's rua is the DNS's, in all that is about its domain."""
        self.assertEqual(len([row for row in self.export("bob@partner.example")
                              if row["table"] == "incident"]), 1)
        self.assertEqual(self.export("dmarc@example.com"), [])

    def test_export_into_a_file(self):
        told = self.checked("privacy_export", "export", SPOOFER, "--out", self.path("export"))
        self.assertEqual(told["rows"], 5)
        self.assertEqual(stat.S_IMODE(os.stat(self.path("export")).st_mode), 0o600)
        with open(self.path("export"), encoding="ascii") as file:
            self.assertEqual([json.loads(line) for line in file], self.export(SPOOFER))
        self.assertIn("exists", self.tool("privacy", "export", SPOOFER, "--out",
                                          self.path("export"), status=3))

    def test_no_subject(self):
        for text in ("", "ann", "a b", "192.0.2.300", "192.0.2.7/8", "@example.com", "x@", "a/b"):
            got = subprocess.run([PROGRAM, "--config", self.path("etc/alignd/alignd.conf"),
                                  "privacy", "export", text], capture_output=True, text=True,
                                 check=False, timeout=60)
            self.assertEqual(got.returncode, 1, text)
            self.assertIn("names nobody (allowed:", got.stderr)

    def test_a_local_part_is_no_domain(self):
        self.sql("UPDATE incident SET mail_from = 'info.test@elsewhere.test' WHERE mail_from = "
                 "'ceo@example.com'")
        self.assertEqual(self.export("info.test"), [])
        self.assertEqual(len(self.export("elsewhere.test")), 1)
        self.sql("UPDATE incident SET mail_from = 'ann@info.test@elsewhere.test' WHERE mail_from = "
                 "'info.test@elsewhere.test'")
        self.assertEqual(len(self.export("info.test")), 1)

    # -- erasing -----------------------------------------------------------

    def test_asks_for_the_count(self):
        before = self.bytes_of_store()
        self.assertIn("--count 5", self.tool("privacy", "erase", SPOOFER))
        self.assertIn("nothing is erased", self.tool("privacy", "erase", SPOOFER, "--count", "4",
                                                     status=3))
        self.assertEqual(len(self.export(SPOOFER)), 5)
        self.assertEqual(self.bytes_of_store(), before)

    def test_pages_that_were_written_are_told_of(self):
        words = "Pages that alignctl desk or stats --html wrote have it"
        self.assertNotIn(words, self.tool("privacy", "erase", SPOOFER))
        self.assertIn(words, self.tool("privacy", "erase", SPOOFER, "--count", "5"))

    def test_a_client(self):
        sums = self.stats()
        self.erase_all(SPOOFER)
        self.assertEqual(self.export(SPOOFER), [])
        self.assertEqual(self.stats(), sums)
        self.assertNotIn(SPOOFER.encode(), self.bytes_of_store())
        self.assertEqual(self.erase(SPOOFER)["rows"], 0)

    def test_an_address(self):
        sums = self.stats()
        self.assertIn(b"ceo@example.com", self.bytes_of_store())
        self.erase_all("ceo@example.com")
        self.assertNotIn(b"ceo@example.com", self.bytes_of_store())
        self.assertEqual(self.stats(), sums)

    def test_whose_name_an_author_bore(self):
        """The address that an entry of protect.people gives is what is recorded."""
        self.sql("UPDATE tuple SET lookalike = 'person boss@example.org' "
                 "WHERE author_domain = 'partner.example'")
        self.assertEqual({row["table"] for row in self.export("boss@example.org")}, {"tuple"})
        sums = self.stats()
        self.erase_all("boss@example.org")
        self.assertNotIn(b"boss@example.org", self.bytes_of_store())
        self.assertEqual(self.stats(), sums)

    def test_a_domain(self):
        sums = self.stats()
        self.erase_all("partner.example")
        self.assertNotIn(b"partner.example", self.bytes_of_store())
        self.assertEqual(self.stats(), sums)
        # nobody else's
        self.assertEqual(len(self.export("ceo@example.com")), 2)

    def test_one_domain_of_a_tuple(self):
        """Of a domain that only sent for others, theirs stay with their policy."""
        sums = self.stats()
        self.erase_all("list.example")
        self.assertNotIn(b"list.example", self.bytes_of_store())
        self.assertEqual(self.stats(), sums)
        self.assertEqual(self.sql("SELECT sum(count) FROM result JOIN tuple USING (tuple_id) "
                                  "WHERE policy_domain = 'partner.example'"), [(13,)])

    def test_what_was_recorded_of_it(self):
        self.erase_all(SPOOFER)
        path = self.path("var/lib/alignd/erasures.log")
        with open(path, encoding="ascii") as file:
            line = json.loads(file.read())
        self.assertEqual(line, {
            "time": "2026-05-01T12:00:00Z", "kind": "client", "who": "ann", "rows": 5,
            "tables": {"failure": 1, "incident": 2, "tuple": 2}, "complete": True})
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o660)
        self.erase_all("example.com")
        with open(path, encoding="ascii") as file:
            self.assertEqual(len(file.readlines()), 2)

    def test_a_link_in_the_place_of_that_record(self):
        os.symlink(self.path("elsewhere"), self.path("var/lib/alignd/erasures.log"))
        self.assertIn("erased, but cannot record",
                      self.tool("privacy", "erase", SPOOFER, "--count", "5", status=4))
        self.assertFalse(os.path.exists(self.path("elsewhere")))

    def test_acts(self):
        self.sql("INSERT INTO act SELECT NULL, incident_id, ?, 'ann', 'confirm', "
                 "'ceo@example.com called', 0 FROM incident WHERE mail_from = 'x@b.example'", NOW)
        self.sql("INSERT INTO act SELECT NULL, incident_id, ?, 'ann', 'confirm', 'note', 0 "
                 "FROM incident WHERE mail_from = 'ceo@example.com'", NOW)
        exported = self.export("ceo@example.com")
        self.assertEqual(len([row for row in exported if row["table"] == "act"]), 2)
        self.erase_all("ceo@example.com")
        self.assertEqual(self.sql("SELECT who, kind, note FROM act"), [("erased", "confirm", "")])

    # -- reports -----------------------------------------------------------

    def add_report(self, number, settled, kind="aggregate", archive=b"packed"):
        self.sql("INSERT INTO report (report_id, policy_domain, begin_s, end_s, part, messages, "
                 "state, note, created_s, give_up_s, settled_s, submitter, file_name, record, "
                 "archive, kind) VALUES (?, 'example.com', ?, ?, ?, 1, ?, '', ?, ?, ?, 'own.test', "
                 "'f', ?, ?, ?)", f"{number:032x}", NOW - NOW % 86400, NOW - NOW % 86400 + 86400,
                 number, "sent" if settled else "rendered", NOW, NOW + 86400,
                 NOW if settled else 0, f"r{number}", archive, kind)
        self.sql("INSERT INTO report_destination VALUES (?, 'agg@one.test', 0, ?, 1, 0, ?, '', '', "
                 "0, 0)", f"{number:032x}", "sent" if settled else "waiting", NOW)

    def test_reports_about_a_client(self):
        self.add_report(1, True)
        self.add_report(2, False)
        self.add_report(3, False, "failure", b"Source-IP: 203.0.113.5\n")
        self.add_report(4, False, "failure", b"Source-IP: 203.0.113.55\n")
        done = rows_of(self.erase_all(SPOOFER)["parts"])
        self.assertEqual(done["report", "emptied: the bytes that were sent"], 1)
        self.assertEqual(done["report", "not sent yet: run this again when they are"], 1)
        self.assertEqual(self.sql("SELECT part, archive FROM report ORDER BY part"),
                         [(1, b""), (2, b"packed"), (4, b"Source-IP: 203.0.113.55\n")])

    def test_where_reports_went(self):
        self.add_report(1, True)
        self.add_report(2, False)
        for address, why in (("agg@one.test", "by the operator"), ("agg@one.test.example", "5.1.1")):
            self.sql("INSERT INTO report_health VALUES (?, '', 0, 0, '', 1, 0, ?)", address, why)
        self.sql("INSERT INTO report_health VALUES ('agg@one.test', 'a.test', 0, 0, '', 1, 0, '')")
        done = rows_of(self.erase_all("agg@one.test")["parts"])
        self.assertEqual(done["report_destination", "deleted"], 1)
        self.assertEqual(done["report_health", "deleted"], 1)
        self.assertEqual(done["report_health",
                              "kept: you stopped reports there (report suppress)"], 1)
        self.assertEqual(self.sql("SELECT state FROM report_destination"), [("waiting",)])

    def test_reports_about_a_domain(self):
        self.add_report(1, True)
        self.add_report(2, False)
        self.erase_all("example.com")
        self.assertEqual(self.sql("SELECT part FROM report"), [(2,)])
        self.assertEqual(self.sql("SELECT state FROM report_destination"), [("waiting",)])

    def test_remembered(self):
        self.sql("INSERT INTO remembered VALUES ('example.com', 2, 20000, x'00'), "
                 "('other.example', 2, 20000, x'00')")
        done = rows_of(self.erase_all("example.com")["parts"])
        self.assertEqual(done["remembered", "deleted"], 1)
        self.assertEqual(self.sql("SELECT policy_domain FROM remembered"), [("other.example",)])

    def test_counted(self):
        self.sql("INSERT INTO counted VALUES (NULL, 'AAAA-AAAA', 0, '203.0.113.0/24', "
                 "'partner.example', 1, 0, 0, 7, 0, 0, 0, 7, 0, 0)")
        self.erase_all("203.0.113.0/24")
        self.erase_all("partner.example")
        self.assertEqual(self.sql("SELECT network, author_domain, messages FROM counted"),
                         [("", "", 7)])

    def test_reports_of_others(self):
        self.sql("INSERT INTO inbox_report VALUES (1, 7, 'dmarc', 'one.test', 'i@one.test', 0, 1, "
                 "'own.test', 'd', 'counts', 0, 0, 7, 1, 'mail.one.test', 'pass', "
                 "'one.test', 1, '', '')")
        for number, address in ((1, SPOOFER), (2, "203.0.113.6"), (3, "192.0.2.1")):
            self.sql("INSERT INTO inbox_source VALUES (?, 'own.test', ?, 0, 1)", number, address)
            self.sql("INSERT INTO inbox_row VALUES (1, ?, 1, 0, 0, 0, 7)", number)
        self.sql("INSERT INTO inbox_cause VALUES (1, 'SPF passes for esp.test')")
        self.sql("INSERT INTO inbox_failure VALUES (1, ?, '', '', '', 'esp.test', '', '')", SPOOFER)
        self.sql("INSERT INTO inbox_tls_failure VALUES (1, 1, 't', 'mx.esp.test', '192.0.2.1', ?, "
                 "3, '', '')", SPOOFER)
        self.sql("INSERT INTO inbox_aside VALUES (1, 0, 'n', 'w', 'd', '', '', 9, "
                 "CAST('From: ann@esp.test' AS BLOB), 0)")
        for subject in ("203.0.113.0/24", "ann@esp.test", "esp.test", "one.test"):
            self.assertTrue(self.export(subject), subject)
            self.erase_all(subject)
            self.assertEqual(self.export(subject), [])
        self.assertEqual(self.sql("SELECT address FROM inbox_source ORDER BY 1"),
                         [("192.0.2.1",), ("erased 1",), ("erased 2",)])
        self.assertEqual(self.sql("SELECT sum(messages) FROM inbox_row JOIN inbox_source "
                                  "USING (source_id) JOIN inbox_cause USING (cause_id)"), [(21,)])
        for word in (b"esp.test", b"one.test", SPOOFER.encode()):
            self.assertNotIn(word, self.bytes_of_store())

    def test_any_word_of_a_report_of_others(self):
        """A stranger writes what he likes into each of its texts."""
        columns = {
            "inbox_report": ("reporter", "ident", "domain", "sender", "policy", "notes"),
            "inbox_source": ("domain",), "inbox_cause": ("words",),
            "inbox_tls": ("policy", "domain", "mx_hosts"),
            "inbox_tls_failure": ("type", "mx", "reason", "information"),
            "inbox_failure": ("auth_failure", "alignment", "delivery", "mail_from_domain",
                              "dkim_domain", "dkim_selector"),
            "inbox_aside": ("name", "why", "sender")}
        for table, texts in columns.items():
            every = self.sql("SELECT name, type FROM pragma_table_info(?)", table)
            for text in texts:
                with self.subTest(table=table, column=text):
                    self.sql(f"INSERT INTO {table} VALUES ({', '.join('?' * len(every))})", *(
                        "person.test" if name == text else
                        {"TEXT": "other", "BLOB": b"other", "INTEGER": 1}[kind]
                        for name, kind in every))
                    self.assertEqual(len(self.export("person.test")), 1)
                    self.assertEqual(self.erase_all("person.test")["rows"], 1)
                    self.assertNotIn(b"person.test", self.bytes_of_store())
                    # What counts still does, and what names nobody is as it was.
                    kept = self.sql(f"SELECT * FROM {table}")
                    self.assertEqual(len(kept), 1)
                    self.assertIn(1, kept[0])
                    self.sql(f"DELETE FROM {table}")

    def test_a_report_read_again_does_not_come_back(self):
        """Nor does it count twice: its mail may lie in a mailbox that is scanned again."""
        packed = (dmarc(row("192.0.2.1", 3000), org="one.test", name="a@one.test"),
                  tls(("sts", 5, 2, [detail("certificate-expired", 2, host="mx.one.test")]),
                      org="one.test", name="b@one.test"),
                  failure(source=SPOOFER, extra="DKIM-Domain: one.test\n"),
                  b"no report, from ann@one.test\n")
        self.write("mbox", b"".join(
            b"From r Thu Jan  1 00:00:00 2026\n" +
            (content if content.startswith(b"From") else mailed(content)) + b"\n"
            for content in packed))
        sums = ("SELECT (SELECT sum(messages) FROM inbox_report WHERE state = 'kept'), "
                "(SELECT sum(messages) FROM inbox_row), (SELECT sum(failed) FROM inbox_tls), "
                "(SELECT count(*) FROM inbox_failure), (SELECT count(*) FROM inbox_aside)")
        self.tool("inbox", "scan", self.path("mbox"))
        before = self.sql(sums)
        self.assertEqual(before, [(3008, 3000, 2, 1, 1)])
        for subject in ("one.test", "reporter.test", SPOOFER):
            self.erase_all(subject)
        self.tool("inbox", "scan", self.path("mbox"))
        self.assertEqual(self.sql(sums), before)
        for word in (b"one.test", SPOOFER.encode()):
            self.assertNotIn(word, self.bytes_of_store())
        # Another content under the key of what was erased counts as little as before.
        self.write("other", dmarc(row("192.0.2.1", 9), org="one.test", name="a@one.test"))
        self.tool("inbox", "scan", self.path("other"))
        self.assertEqual(self.sql("SELECT state FROM inbox_report WHERE messages = 9"),
                         [("differs",)])

    # -- beside others -----------------------------------------------------

    def multiply(self):
        """Many incidents and tuples of one client."""
        for table, key in (("incident", "incident_id"), ("tuple", "tuple_id")):
            columns = [name for name, in self.sql("SELECT name FROM pragma_table_info(?)", table)
                       if name not in (key, "helo")]
            names = ", ".join(columns)
            self.sql(f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                     f"i < {MANY}) INSERT INTO {table} ({names}"
                     f"{', helo' if table == 'incident' else ''}) SELECT {names}"
                     f"{', i' if table == 'incident' else ''} FROM {table}, n "
                     f"WHERE {key} = (SELECT max({key}) FROM {table} WHERE client_ip = ?)",
                     SPOOFER)
        self.sql(f"INSERT OR IGNORE INTO result SELECT {NOW - NOW % 3600}, tuple_id, 0, 1 FROM tuple")

    def test_others_write_meanwhile(self):
        """It lets a writer in again and again; how long he waited is printed."""
        self.multiply()
        sums = self.stats()
        rows = self.erase(SPOOFER)["rows"]
        self.assertGreater(rows, 2 * MANY)
        turns, longest = 0, 0.0
        store = sqlite3.connect(self.database, timeout=120, isolation_level=None)
        store.execute("CREATE TABLE beside (i)")
        with subprocess.Popen(
                WRAPPER + [PROGRAM, "--config", self.path("etc/alignd/alignd.conf"), "privacy",
                           "erase", SPOOFER, "--count", str(rows)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as tool:
            while tool.poll() is None:
                begin = time.monotonic()
                store.execute("INSERT INTO beside VALUES (1)")
                longest = max(longest, time.monotonic() - begin)
                turns += 1
                time.sleep(0.005)
            said = tool.stdout.read().decode()
        store.execute("DROP TABLE beside")
        store.close()
        print(f"{rows} rows erased; {turns} commits beside it, the longest in "
              f"{longest * 1000:.0f} ms")
        self.assertEqual(tool.returncode, 0, said)
        self.assertGreater(turns, 20)
        self.assertEqual(self.export(SPOOFER), [])
        self.assertNotIn(SPOOFER.encode(), self.bytes_of_store())
        self.assertEqual(self.stats(), sums)

    def test_who_reads_keeps_the_log(self):
        store = sqlite3.connect(self.database, isolation_level=None)
        store.execute("BEGIN")
        store.execute("SELECT count(*) FROM incident").fetchall()
        done = self.erase_all(SPOOFER)
        self.assertFalse(done["log_clear"])
        store.execute("COMMIT")
        store.close()

    def test_rows_of_others(self):
        """What alignd cannot have written is named, and the rest is found."""
        self.sql("UPDATE incident SET verdict = '{', dkim = 'x' WHERE mail_from = 'x@b.example'")
        self.sql("UPDATE incident SET reply = CAST(x'80' AS TEXT) WHERE mail_from = "
                 "'ceo@example.com'")
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", self.path("etc/alignd/alignd.conf"), "privacy",
                       "export", SPOOFER], capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left out", done.stderr)
        self.assertEqual(done.stdout.count('"table":"incident"'), 1)
        self.erase_all(SPOOFER)
        self.assertNotIn(SPOOFER.encode(), self.bytes_of_store())


if __name__ == "__main__":
    unittest.main()
