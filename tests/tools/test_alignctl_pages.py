#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl desk: the record as pages in a folder, in the words of the other
commands, whatever the record holds"""
import csv
import io
import os
import re
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import desk_page  # noqa: E402
from alignctl import NOW  # noqa: E402
from limits import LIMITS  # noqa: E402
from page_rig import HELD, PageTest, REFERENCES  # noqa: E402

LISTS = {"index.html", "held.html", "incidents.html", "likely.html", "reports.html", "overrides.html",
         *(f"groups-{key}.html" for key in (
             "from", "ip", "network", "client", "reason", "policy", "result", "override", "host"))}
# For alignd-desk, which has no time to make them.
PARTS = {"likely.part", "waiting.part", "week.part", "week-json.part", "used.part"}
OVERRIDES = """override "lists" { dkim = {"list.example"} action = accept owner = "ann"
  why = "members wrote" until = "2026-05-08" }
"""
# As rows that somebody else wrote have them: markup, a formula, what turns the
# reading round or is not seen.
HOSTILE = ("<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "&lt;b&gt;",
           "=HYPERLINK(\"http://x.test\")", "a\u202egpj.exe", "a\u200bb\u2066c", "javascript:alert(1)",
           "x" * (16 * LIMITS["LIMIT_DESK_VALUE_BYTES"]), "</style><style>*{}", "{}{}%s%n")
COLUMNS = ("queue_id", "host", "client_ip", "client_name", "helo", "mail_from", "author_domain",
           "policy_domain", "spf_domain", "applied", "override_comment", "reason", "reply",
           "list_id", "tls_version")


def flat(text):
    return re.sub(r"\s+", " ", text).strip()


class Pages(PageTest):

    def setUp(self):
        for name in os.listdir(self.folder):
            if name.startswith("t.db"):
                os.remove(self.path(name))
        with open(self.path("recorded"), "rb") as file:
            self.write("t.db", file.read())
        self.write("conf", f'authserv_id = "mx.example.org"\noverrides = "o.conf"\n'
                           f'store {{ sqlite = "{self.path("t.db")}" }}\n')
        self.write("o.conf", OVERRIDES)
        os.system(f"rm -rf {self.path('out')}")

    def change(self, *statements):
        with sqlite3.connect(self.path("t.db")) as store:
            for statement in statements:
                store.execute(*statement)
        store.close()

    def make(self, status=0):
        got, _, err = self.run_tool("desk", "--out", self.path("out"))
        self.assertEqual(got, status, err)
        return err

    def files(self):
        return {os.path.relpath(os.path.join(folder, name), self.path("out"))
                for folder, _, names in os.walk(self.path("out")) for name in names}

    def page(self, name):
        with open(self.path("out/" + name), encoding="utf-8") as file:
            return file.read()

    def say(self, *arguments):
        status, out, err = self.run_tool(*arguments)
        self.assertEqual((status, err), (0, ""))
        return out

    # -- which files -------------------------------------------------------

    def test_the_folder_has_a_page_for_each(self):
        self.make()
        self.assertEqual(self.files(), LISTS | PARTS | {".alignd-desk"} | {
            f"incident/{reference}.html" for reference in REFERENCES})
        for name in self.files() - PARTS - {".alignd-desk"}:
            self.assertEqual(desk_page.faults(self.page(name)), [], name)
            for link in desk_page.links(self.page(name)):
                place = os.path.normpath(os.path.join(os.path.dirname(name), link.split("#")[0]))
                self.assertIn(place, self.files() | {os.path.dirname(name) or "."},
                              f"{name}: {link}")

    def test_what_waits_is_a_page_of_its_own(self):
        """Found once, and told with links of files and with those of a desk."""
        self.change(("UPDATE incident SET applied = 'quarantine' WHERE reference = ?", (HELD,)),
                    ("UPDATE incident SET applied = 'reject' WHERE reference <> ?", (HELD,)))
        self.make()
        self.assertIn('href="held.html"', self.page("index.html"))
        self.assertIn("applied=quarantine&amp;open=yes", self.page("waiting.part"))
        for reference in REFERENCES:
            self.assertEqual(f"{reference}.html" in self.page("held.html"), reference == HELD)

    def test_the_manual_has_the_bound(self):
        with open(os.path.join(os.environ.get("top_srcdir", "."), "docs", "alignctl.8"),
                  encoding="ascii") as page:
            self.assertIn(f"The newest {LIMITS['LIMIT_DESK_FILES']:,} incidents have a page",
                          page.read())

    def test_old_pages_go(self):
        self.make()
        self.change(("UPDATE incident SET time_s = ? WHERE reference = ?",
                     (NOW - 8 * 86400, HELD)))
        self.write("out/notes.txt", "kept")
        self.write("out/old.html", "of an earlier version")
        self.make()
        self.assertNotIn(f"incident/{HELD}.html", self.files())
        self.assertNotIn("old.html", self.files())
        self.assertIn("notes.txt", self.files())
        # It is listed all the same, and no link leads to nothing.
        self.assertIn(HELD, self.page("incidents.html"))
        self.assertNotIn(f"{HELD}.html", self.page("incidents.html"))

    def test_another_folder_is_refused(self):
        os.makedirs(self.path("out"))
        self.write("out/index.html", "somebody's own")
        self.assertIn("did not write: name a folder of its own", self.make(3))
        self.assertEqual(self.page("index.html"), "somebody's own")
        self.want(3, "cannot make", "desk", "--out", self.path("none/there"))
        self.want(1, "--out DIR is missing", "desk")

    def test_a_store_that_fails_leaves_what_stands(self):
        self.make()
        before = self.page("index.html")
        self.change(("PRAGMA user_version = 9999",))
        self.assertIn("newer", self.make(4))
        self.assertEqual(self.page("index.html"), before)

    # -- the words are those of the commands ---------------------------------

    def test_an_incident_is_explained_in_the_same_words(self):
        self.make()
        for reference in REFERENCES:
            text = desk_page.words(self.page(f"incident/{reference}.html"))
            explained = self.objects("explain", reference)[0]
            for step in explained["steps"]:
                self.assertIn(step["title"].replace("you can do here", "you can do"), text)
                for line in step["lines"]:
                    self.assertIn(flat(line), text)
            whole = self.say("review", reference)
            for line in whole.splitlines()[1:]:
                # label and value are a term and its description
                for part in re.split(r"\s{2,}", line.strip()):
                    self.assertIn(flat(part), text)

    def test_the_command_is_there_to_be_copied(self):
        self.make()
        text = self.page(f"incident/{HELD}.html")
        commands = re.findall(r"<code>(alignctl [^<]*)</code>", text)
        likely = self.objects("review", "--likely-legitimate", rules="likely")[0]
        self.assertEqual(commands, [f"alignctl review release {HELD}",
                                    f"alignctl review confirm {HELD}", likely["next"],
                                    f"alignctl explain {HELD}"])

    def test_lists_have_the_same_rows(self):
        self.make()
        text = desk_page.words(self.page("incidents.html"))
        for row in csv.DictReader(io.StringIO(self.say("review", "--csv"))):
            self.assertIn(flat(f"{row['reference']} {row['time']} {row['applied']} {row['would']} "
                               f"{row['client_ip']} {row['author_domain'] or '-'} {row['reason']}"),
                          text)
        groups = desk_page.words(self.page("groups-from.html"))
        for line in self.say("review", "--group-by", "from").splitlines():
            self.assertIn(flat(line), groups + " -")
        likely = desk_page.words(self.page("likely.html"))
        for line in self.say("review", "--likely-legitimate").splitlines():
            self.assertIn(flat(line), likely)

    def test_overrides_and_reports_say_the_same(self):
        self.make()
        text = desk_page.words(self.page("overrides.html"))
        for line in self.say("override", "list").splitlines():
            for part in re.split(r"\s{2,}", line.strip()):
                self.assertIn(flat(part), text)
        self.assertIn("Ends in 8 days.", text)
        text = desk_page.words(self.page("reports.html"))
        for line in self.say("report", "status").splitlines():
            for part in re.split(r"\s{2,}", line.strip()):
                self.assertIn(flat(part), text)
        text = desk_page.words(self.page("index.html"))
        self.assertIn("1 quarantined message waits", text)
        # The second paragraph has the figures as sentences.
        self.assertIn(flat(self.say("stats", "--since", "7d").split("\n\n")[1]), text)

    def test_an_act_is_told(self):
        self.make()
        self.assertNotIn("phoned back", self.page(f"incident/{HELD}.html"))
        self.say("review", "confirm", HELD, "--note", "phoned back")
        self.make()
        self.assertIn("phoned back", self.page(f"incident/{HELD}.html"))
        self.assertIn("Nothing that was quarantined", desk_page.words(self.page("index.html")))

    # -- strangers' texts ------------------------------------------------------

    def test_hostile_texts_stay_texts(self):
        for number, value in enumerate(HOSTILE):
            self.setUp()
            for column in COLUMNS:
                self.change((f"UPDATE incident SET {column} = ? WHERE reference = ?",
                             (value, HELD)))
            # One more has a reference that is none.
            self.change(("UPDATE incident SET reference = ? WHERE reference = ?",
                         (value, sorted(set(REFERENCES) - {HELD})[0])))
            self.make()
            for name in self.files() - PARTS - {".alignd-desk"}:
                text = self.page(name)
                self.assertEqual(desk_page.faults(text), [], name)
                self.assertNotIn("\u202e", text)
                self.assertNotIn("\u200b", text)
                self.assertLess(len(text), 300000, name)
                # A command is made of a reference alone.
                for command in re.findall(r"<code>([^<]*)</code>", text):
                    self.assertRegex(command, r"^alignctl [a-z]+ ?[a-z]* [A-Z2-9-]{9}( |$)")

    def test_bytes_that_are_no_text_are_left_out(self):
        self.change(("UPDATE incident SET reason = CAST(x'fffe3c' AS TEXT) WHERE reference = ?",
                     (HELD,)))
        self.make()
        self.assertIn("cannot be read and were left out", self.page("incidents.html"))
        self.assertNotIn(HELD, self.page("incidents.html"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
