#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl review confirm, release and allow of several: by reference, or all of
a filter once their number is confirmed; one that fails does not stop the rest."""
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, PROGRAM, RECORD_TOOL, WRAPPER, ToolTest  # noqa: E402

# queue id, client, MAIL FROM, From
RECORDED = [
    ("WAVE01", "203.0.113.5", "x@other.test", "a@example.test"),
    ("WAVE02", "203.0.113.5", "x@other.test", "a@example.test"),
    ("WAVE03", "203.0.113.5", "x@other.test", "a@soft.test"),
    ("HELD01", "203.0.113.6", "x@none.test", "a@other.test"),
    ("HELD02", "203.0.113.6", "x@none.test", "a@other.test"),
    ("LOCAL1", "127.0.0.1", "x@none.test", "a@example.test"),
]


class Acts(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("conf", f"""authserv_id = "mx.test"
overrides = "{cls.path('overrides.conf')}"
store {{ sqlite = "{cls.path('store.db')}" }}
""")
        cls.write("overrides.conf", "# none yet\n")
        lines = ""
        for queue_id, client, sender, address in RECORDED:
            cls.write(queue_id, f"From: {address}\r\nSubject: s\r\n\r\nx\r\n")
            lines += (f"{NOW} {client} {sender} b@mx.test {queue_id} h - "
                      f"{cls.path(queue_id)}\n")
        done = subprocess.run(
            [RECORD_TOOL, cls.path("conf"), cls.path("zone"),
             cls.path("store.db")], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)
        cls.ids = dict(zip((row[0] for row in RECORDED), done.stdout.split()))
        shutil.copy(cls.path("store.db"), cls.path("recorded"))

    def setUp(self):
        self.write("overrides.conf", "# none yet\n")
        for name in os.listdir(self.folder):
            if name.startswith("store.db"):
                os.unlink(self.path(name))
        shutil.copy(self.path("recorded"), self.path("store.db"))

    def act(self, *arguments, status=0, stdin=b"", path=os.environ["PATH"]):
        """(standard output, standard error)"""
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--now", str(NOW),
                       "review", *arguments], cwd=self.folder, input=stdin,
            capture_output=True, check=False, timeout=120,
            env={**os.environ, "USER": "ann", "PATH": path})
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return done.stdout.decode(), done.stderr.decode()

    def acts(self):
        """{queue id: the kinds of what was done}, of those with any"""
        with sqlite3.connect(self.path("store.db")) as store:
            rows = store.execute(
                "SELECT queue_id, kind FROM act JOIN incident USING (incident_id) "
                "ORDER BY act_id").fetchall()
        store.close()
        found = {}
        for queue_id, kind in rows:
            found.setdefault(queue_id, []).append(kind)
        return found

    def postsuper(self):
        """Knows HELD02 alone."""
        os.makedirs(self.path("bin"), exist_ok=True)
        self.write("bin/postsuper", """#!/bin/sh
if test "$2" = HELD02
then echo "postsuper: $2: released from hold" >&2
fi
echo "postsuper: Released from hold: some messages" >&2
""")
        os.chmod(self.path("bin/postsuper"), 0o755)
        return self.path("bin") + ":/usr/bin:/bin"

    # --- by reference ---

    def test_several_references(self):
        one, two = self.ids["WAVE01"], self.ids["WAVE02"]
        out, _ = self.act("confirm", one, two.lower(), one, "--note", "wave")
        self.assertEqual(out, f"{one} is marked as a spoof\n"
                              f"{two} is marked as a spoof\n"
                              "confirm: 2 of 2 done\n")
        self.assertEqual(self.acts(), {"WAVE01": ["confirm"],
                                       "WAVE02": ["confirm"]})

    def test_a_bad_one_does_not_stop_the_rest(self):
        out, err = self.act("confirm", "2222-2222", self.ids["WAVE01"],
                            "rubbish\x1b[2J", self.ids["WAVE02"], status=3)
        self.assertIn("confirm: 2 of 4 done\n", out)
        self.assertIn("alignctl: no incident 2222-2222 in ", err)
        self.assertNotIn("\x1b", err)
        self.assertEqual(err.count("alignctl: "), 2)
        self.assertEqual(sorted(self.acts()), ["WAVE01", "WAVE02"])

    def test_one_reference_of_several_incidents(self):
        with sqlite3.connect(self.path("store.db")) as store:
            store.execute("UPDATE incident SET reference = ? WHERE queue_id "
                          "LIKE 'HELD%'", (self.ids["HELD01"],))
        store.close()
        out, err = self.act("confirm", self.ids["HELD01"], self.ids["WAVE01"],
                            status=3)
        self.assertIn("several incidents have the reference", err)
        self.assertIn("confirm: 1 of 2 done\n", out)
        self.assertEqual(sorted(self.acts()), ["WAVE01"])

    def test_the_other_options_narrow(self):
        out, err = self.act("confirm", self.ids["WAVE01"], self.ids["WAVE03"],
                            "--from", "soft.test", status=3)
        self.assertIn("left out: by the other options", err)
        self.assertEqual(sorted(self.acts()), ["WAVE03"])

    def test_release_tells_of_each(self):
        out, err = self.act("release", self.ids["HELD01"], self.ids["HELD02"],
                            self.ids["WAVE01"], status=3,
                            path=self.postsuper())
        self.assertIn(f"{self.ids['HELD02']}: message HELD02 is released", out)
        self.assertIn("HELD01 is not on hold here", err)
        self.assertIn("was not held (applied: reject)", err)
        self.assertIn("release: 1 of 3 done\n", out)
        self.assertEqual(self.acts(), {"HELD02": ["release"]})

    def test_no_more_than_the_most(self):
        references = ["2222-2222"] * 101
        _, err = self.act("allow", "--owner", "ann", *references, status=1)
        self.assertIn("101 references; at most 100 at once", err)

    # --- all of a filter ---

    def test_all_wants_the_count(self):
        wave = ["confirm", "--all", "--from", "example.test", "--ip",
                "203.0.113.5"]
        _, err = self.act(*wave, status=1)
        self.assertIn("2 incidents match; --count 2 says that they are meant",
                      err)
        _, err = self.act(*wave, "--count", "3", status=3)
        self.assertIn("2 incidents match, not 3 (--count); nothing is done",
                      err)
        self.act(*wave, "--count", "many", status=1)
        self.assertEqual(self.acts(), {})
        out, _ = self.act(*wave, "--count", "2")
        self.assertIn("confirm: 2 of 2 done\n", out)
        self.assertEqual(self.acts(), {"WAVE01": ["confirm"],
                                       "WAVE02": ["confirm"]})
        # What nobody has acted on yet.
        self.act("confirm", "--all", "--open", "--would", "reject",
                 "--count", "2")
        self.assertEqual({k: len(v) for k, v in self.acts().items()},
                         {"WAVE01": 1, "WAVE02": 1, "WAVE03": 1, "LOCAL1": 1})

    def test_all_of_nothing(self):
        out, _ = self.act("confirm", "--all", "--from", "gone.test")
        self.assertIn("nothing matches", out)
        out, _ = self.act("confirm", "--all", "--until", f"@{NOW}")
        self.assertIn("nothing matches", out)
        for quiet in ([], ["--quiet"]):
            _, err = self.act("confirm", "--all", "--from", "gone.test",
                              "--count", "3", *quiet, status=3)
            self.assertIn("0 incidents match, not 3 (--count); nothing is done",
                          err)

    def test_quiet(self):
        """Nothing to tell is no mail from cron, in any form."""
        for arguments in (["--from", "gone.test"], ["--since", "0s", "--from",
                                                    "gone.test", "--csv"],
                          ["--from", "gone.test", "--group-by", "ip"],
                          ["--from", "gone.test", "--group-by", "ip", "--csv"],
                          ["--likely-legitimate", "--from", "gone.test"],
                          ["--likely-legitimate", "--csv", "--from",
                           "gone.test"],
                          ["confirm", "--all", "--from", "gone.test"]):
            self.assertEqual(self.act("--quiet", *arguments), ("", ""))
            self.assertNotEqual(self.act(*arguments), ("", ""))
        # What there is is told as ever.
        for arguments in ([], ["--csv"], ["--group-by", "ip", "--csv"]):
            self.assertEqual(self.act("--quiet", *arguments),
                             self.act(*arguments))
        _, err = self.act("2222-2222", "--quiet", status=1)
        self.assertIn("--quiet is not for review REF", err)

    def on_terminal(self, answer):
        """What it asks, and what it says then."""
        ours, theirs = pty.openpty()
        os.write(ours, answer + b"\n")
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--now", str(NOW),
                       "review", "confirm", "--all", "--from", "soft.test"],
            cwd=self.folder, stdin=theirs, capture_output=True, check=False,
            timeout=120)
        os.close(ours)
        os.close(theirs)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_a_terminal_is_asked(self):
        status, _, err = self.on_terminal(b"yes")
        self.assertEqual(status, 3)
        self.assertIn("1 incidents match. To confirm all of them type their "
                      "number: ", err)
        self.assertIn("another number; nothing is done", err)
        self.assertEqual(self.acts(), {})
        status, out, _ = self.on_terminal(b"1")
        self.assertEqual((status, out),
                         (0, f"{self.ids['WAVE03']} is marked as a spoof\n"))
        self.assertEqual(self.acts(), {"WAVE03": ["confirm"]})

    def test_usage(self):
        for words, arguments in (
                ("REF or --all, not both", ["confirm", "--all", "2222-2222"]),
                ("--count is for --all", ["confirm", "2222-2222", "--count",
                                          "1"]),
                ("REF is missing (or --all", ["release", "--from", "a.test"]),
                ("--all is not for review", ["--all"]),
                ("--count is not for review", ["--count", "1"])):
            _, err = self.act(*arguments, status=1)
            self.assertIn(words, err)

    # --- allow ---

    def overrides(self):
        with open(self.path("overrides.conf"), encoding="utf-8") as file:
            return file.read()

    def test_one_override_for_all_that_it_lets_in(self):
        out, err = self.act(
            "allow", "--all", "--ip", "203.0.113.5", "--count", "3",
            "--owner", "ann", "--i-know")
        self.assertEqual(err, "")
        self.assertIn("allow: 3 of 3 done\n", out)
        self.assertEqual(self.overrides().count('\noverride "'), 2)
        self.assertEqual(self.overrides().count('from = {"example.test"}'), 1)
        self.assertIn("lets such mail in\n", out)
        self.assertEqual(set(self.acts()), {"WAVE01", "WAVE02", "WAVE03"})
        with sqlite3.connect(self.path("store.db")) as store:
            notes = {note for note, in store.execute(
                "SELECT note FROM act JOIN incident USING (incident_id) WHERE queue_id "
                "IN ('WAVE01', 'WAVE02')")}
        store.close()
        self.assertEqual(len(notes), 1, notes)

    def test_allow_goes_on(self):
        out, err = self.act("allow", self.ids["LOCAL1"], self.ids["WAVE01"],
                            "--owner", "ann", "--i-know", status=3)
        self.assertIn(f"{self.ids['LOCAL1']}: nothing authenticated", err)
        self.assertIn("allow: 1 of 2 done\n", out)
        self.assertEqual(self.acts(), {"WAVE01": ["allow"]})

    def test_what_is_typed_is_looked_at_first(self):
        both = [self.ids["WAVE01"], self.ids["WAVE03"]]
        for words, arguments in (
                ("--owner is missing", []),
                ("--name is for one REF", ["--owner", "a", "--name", "n"]),
                ("is no date", ["--owner", "a", "--until", "soon"]),
                ("--for: at least 1d", ["--owner", "a", "--for", "1h"])):
            _, err = self.act("allow", *both, *arguments, "--i-know", status=1)
            self.assertEqual(err.count("alignctl: "), 1)
            self.assertIn(words, err)
        self.assertEqual(self.overrides(), "# none yet\n")


if __name__ == "__main__":
    unittest.main()
