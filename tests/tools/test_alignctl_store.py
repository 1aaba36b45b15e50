#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl store: copies of a running store, what a damaged one is worth, what
can be read of it, and free pages given back."""
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import unittest

from alignctl import NOW, RECORD_TOOL, ToolTest

DAY = 86400
INCIDENTS = 120
MESSAGE = "From: <a@example.test>\nSubject: x\n\nbody\n"


class Store(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("conf", f'authserv_id = "mx.test"\nstore {{ sqlite = "{cls.path("db")}" }}\n')
        cls.write("mail", MESSAGE)
        lines = "".join(
            f"{NOW - 3600 * n} 203.0.113.{1 + n % 9} b@other.test r@mx.test Q{n} h.test "
            f"TLSv1.3 {cls.path('mail')}\n" for n in range(INCIDENTS))
        done = subprocess.run([RECORD_TOOL, cls.path("conf"), cls.path("zone"), cls.path("made")],
                              input=lines, text=True, check=True, stdout=subprocess.PIPE,
                              timeout=120)
        cls.references = done.stdout.split()
        with sqlite3.connect(cls.path("made")) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        for name in ("made-wal", "made-shm"):
            if os.path.exists(cls.path(name)):
                os.unlink(cls.path(name))

    def setUp(self):
        for name in os.listdir(self.folder):
            if name.startswith(("db", "copy", "new")):
                os.unlink(self.path(name))
        shutil.copy(self.path("made"), self.path("db"))
        os.chmod(self.path("db"), 0o660)

    def ask(self, name, sql):
        db = sqlite3.connect(self.path(name))
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def tool(self, *arguments, status=0):
        got, out, err = self.run_tool("store", *arguments)
        self.assertEqual(got, status, out + err)
        return out, err

    def told(self, *arguments, status=0):
        return json.loads(self.tool(*arguments, "--json", status=status)[0])

    def damage(self, name, page, fill=b"\0"):
        size, = self.ask(name, "PRAGMA page_size")[0]
        with open(self.path(name), "r+b") as file:
            file.seek((page - 1) * size)
            file.write(fill * size)

    def left(self):
        """What a failed run leaves beside the store."""
        return [name for name in os.listdir(self.folder)
                if name.endswith((".part", ".recovered"))]

    # --- backup ---

    def test_a_copy_is_what_was_committed_and_stops_nobody(self):
        writer = sqlite3.connect(self.path("db"), isolation_level=None)
        self.addCleanup(writer.close)
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM incident")
        told = self.told("backup", self.path("copy"))
        writer.execute("COMMIT")
        self.assertEqual(self.ask("copy", "SELECT count(*) FROM incident"), [(INCIDENTS,)])
        self.assertEqual(self.ask("copy", "PRAGMA integrity_check"), [("ok",)])
        self.assertEqual(told["bytes"], os.path.getsize(self.path("copy")))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("copy")).st_mode), 0o600)
        self.assertFalse(os.path.exists(self.path("copy-wal")))
        self.assertEqual(self.left(), [])

    def test_a_copy_is_a_store(self):
        self.tool("backup", self.path("copy"))
        self.write("newconf", f'authserv_id = "mx.test"\n'
                              f'store {{ sqlite = "{self.path("copy")}" }}\n')
        status, out, err = self.run_tool("explain", self.references[7], config="newconf")
        self.assertEqual(status, 0, err)
        self.assertIn("example.test", out)

    def test_no_file_is_written_over(self):
        self.write("copy", "mine")
        self.want(3, "copy exists, and no file's place is taken", "store", "backup",
                  self.path("copy"))
        with open(self.path("copy"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "mine")
        self.want(3, "cannot make", "store", "backup", self.path("none/copy"))
        os.symlink(self.path("elsewhere"), self.path("new.part"))
        self.want(3, "cannot make", "store", "backup", self.path("new"))
        self.assertFalse(os.path.exists(self.path("elsewhere")))

    def test_through_a_folder_that_is_a_link(self):
        os.symlink(self.folder, self.path("newfolder"))
        self.tool("backup", self.path("newfolder/copy"))
        self.assertEqual(self.ask("copy", "SELECT count(*) FROM incident"), [(INCIDENTS,)])

    def test_a_damaged_store_gives_no_copy(self):
        pages, = self.ask("db", "PRAGMA page_count")[0]
        for page in range(2, pages + 1):
            self.damage("db", page)
        self.want(4, "malformed", "store", "backup", self.path("copy"))
        self.assertFalse(os.path.exists(self.path("copy")))
        self.assertEqual(self.left(), [])

    # --- check ---

    def test_check(self):
        told = self.told("check")
        self.assertEqual((told["sound"], told["faults"]), (True, []))
        self.assertIn("sound", self.tool("check", self.path("db"))[0])
        root, = self.ask("db", "SELECT rootpage FROM sqlite_schema WHERE name = 'incident'")[0]
        self.damage("db", root + 3, b"\xff")
        told = self.told("check", status=4)
        self.assertFalse(told["sound"])
        self.assertTrue(told["faults"])
        self.assertIn(f"alignctl store recover {self.path('db')} --out NEW\n",
                      self.tool("check", status=4)[0])
        self.write("new", "no database at all" * 100)
        self.want(4, "not a SQLite database", "store", "check", self.path("new"))
        self.want(4, "does not exist; alignd makes the file that store.sqlite names",
                  "store", "check", self.path("newer"))

    def test_check_of_a_named_file(self):
        """The command to paste is for the file that was looked at."""
        shutil.copy(self.path("db"), self.path("other"))
        root, = self.ask("other", "SELECT rootpage FROM sqlite_schema WHERE name = 'incident'")[0]
        self.damage("other", root + 3, b"\xff")
        out = self.tool("check", self.path("other"), status=4)[0]
        self.assertIn(f"alignctl store recover {self.path('other')} --out NEW\n", out)

    # --- recover ---

    def saved(self, told):
        return {row["table"]: row["saved"] for row in told["tables"]}

    def schema_pages(self):
        """Where the tables' own names stand: those that page 1 points to."""
        with open(self.path("made"), "rb") as file:
            page = file.read(4096)
        if page[100] != 5:     # all of them are on page 1
            return set()
        count = int.from_bytes(page[103:105], "big")
        cells = [int.from_bytes(page[at:at + 2], "big") for at in range(112, 112 + 2 * count, 2)]
        return {int.from_bytes(page[at:at + 4], "big") for at in [*cells, 108]}

    def test_keys_on_both_sides_of_zero(self):
        """Those of passed are made of a hash; damage lies on each side."""
        with sqlite3.connect(self.path("db")) as db:
            db.executemany("INSERT INTO passed VALUES (?, 1, 1, 1, 1, 1)",
                           [(n * 2 ** 48,) for n in range(-2000, 2000)])
            root, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'passed'").fetchone()
        db.close()
        count, = self.ask("db", "SELECT count(*) FROM passed")[0]
        saved = self.saved(self.told("recover", "--out", self.path("copy")))
        self.assertEqual(saved["passed"], count)
        with open(self.path("db"), "rb") as file:
            file.seek((root - 1) * 4096)
            page = file.read(4096)
        leaves = [int.from_bytes(page[at:at + 4], "big") for at in
                  (int.from_bytes(page[i:i + 2], "big") for i in range(12, 12 + 2 * 20, 2))]
        for leaf in (leaves[3], leaves[15]):
            self.damage("db", leaf)
        saved = self.saved(self.told("recover", "--out", self.path("new")))
        self.assertGreater(saved["passed"], count * 8 // 10)
        self.assertLess(saved["passed"], count)

    def leaves(self, table):
        """The leaves of a table without row ids, in the order of its keys."""
        root, = self.ask("db", f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")[0]
        with open(self.path("db"), "rb") as file:
            file.seek((root - 1) * 4096)
            page = file.read(4096)
        self.assertEqual(page[0], 2)    # one level of pages above them
        count = int.from_bytes(page[3:5], "big")
        cells = [int.from_bytes(page[at:at + 2], "big") for at in range(12, 12 + 2 * count, 2)]
        return [int.from_bytes(page[at:at + 4], "big") for at in [*cells, 8]]

    def test_the_rest_of_an_hours_counters(self):
        """Many rows share an hour: what lies behind a damaged page is read from
        its other end, in the middle of the file and at its end."""
        with sqlite3.connect(self.path("db")) as db:
            names = [name for _, name, *_ in db.execute("PRAGMA table_info(tuple)")
                     if name != "tuple_id"]
            tuple_id, = db.execute("SELECT max(tuple_id) FROM tuple").fetchone()
            for n in range(1000, 9000):
                db.execute(f"INSERT INTO tuple (tuple_id, {', '.join(names)}) SELECT {n}, "
                           f"{', '.join(names)} FROM tuple WHERE tuple_id = {tuple_id}")
            db.execute("DELETE FROM result")
            for hour in range(4):
                db.executemany("INSERT INTO result VALUES (?, ?, 0, 1)",
                               [(NOW - NOW % 3600 + hour * 3600, n) for n in range(1000, 9000)])
        db.close()
        leaves = self.leaves("result")
        on_a_leaf = 32000 // len(leaves) * 3 // 2
        for places in ([len(leaves) * 3 // 8], [len(leaves) - 2],
                       [2, len(leaves) // 2, len(leaves) - 3]):
            shutil.copy(self.path("db"), self.path("new"))
            for place in places:
                self.damage("db", leaves[place])
            saved = self.saved(self.told("recover", "--out", self.path("copy")))["result"]
            self.assertGreaterEqual(saved, 32000 - on_a_leaf * len(places), places)
            self.assertLess(saved, 32000)
            os.unlink(self.path("copy"))
            shutil.copy(self.path("new"), self.path("db"))

    def test_a_sound_store_is_saved_whole(self):
        told = self.told("recover", "--out", self.path("copy"))
        for row in told["tables"]:
            self.assertEqual(row["saved"], row["known"], row)
        for table in ("incident", "tuple", "result", "store_key", "passed", "counted"):
            order = "ORDER BY 1, 2"
            self.assertEqual(self.ask("copy", f"SELECT * FROM {table} {order}"),
                             self.ask("db", f"SELECT * FROM {table} {order}"))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("copy")).st_mode), 0o600)

    def test_any_page_may_be_gone(self):
        """What is lost is what lay on it: no more than a few rows, but for the
        pages by which all others are found."""
        pages, = self.ask("made", "PRAGMA page_count")[0]
        root, = self.ask("made", "SELECT rootpage FROM sqlite_schema WHERE name = 'incident'")[0]
        vital = {root, *self.schema_pages()}
        lost = []
        for page in range(2, pages + 1):
            self.setUp()
            self.damage("db", page, b"\xa5" if page % 2 else b"\0")
            got, out, err = self.run_tool("store", "recover", "--out", self.path("copy"), "--json")
            self.assertIn(got, (0, 4), err)
            if got == 4:
                lost.append(INCIDENTS)
                self.assertIn(page, vital, err)
                self.assertFalse(os.path.exists(self.path("copy")))
            else:
                self.assertEqual(self.ask("copy", "PRAGMA integrity_check"), [("ok",)])
                self.assertEqual(self.ask("copy", "SELECT count(*) FROM result WHERE tuple_id "
                                                  "NOT IN (SELECT tuple_id FROM tuple)"), [(0,)])
                lost.append(INCIDENTS - self.saved(json.loads(out))["incident"])
                if page not in vital:
                    self.assertLessEqual(lost[-1], 10, page)
            self.assertEqual(self.left(), [])
        print(f"{pages} pages damaged in turn, {INCIDENTS} incidents: "
              f"{sum(1 for n in lost if n == 0)} times none lost, "
              f"{sum(1 for n in lost if 0 < n < INCIDENTS)} times some, "
              f"{max([n for n in lost if n < INCIDENTS])} at most, "
              f"{lost.count(INCIDENTS)} times all")
        self.assertLessEqual(lost.count(INCIDENTS), len(vital))

    def test_behind_a_damaged_page_reading_goes_on(self):
        with sqlite3.connect(self.path("db")) as db:
            columns = ", ".join(name for _, name, *_ in db.execute("PRAGMA table_info(incident)")
                                if name != "incident_id")
            for _ in range(5):
                db.execute(f"INSERT INTO incident ({columns}) SELECT {columns} FROM incident")
        db.close()
        count, = self.ask("db", "SELECT count(*) FROM incident")[0]
        pages, = self.ask("db", "PRAGMA page_count")[0]
        for page in (pages // 4, pages // 2, pages * 3 // 4):
            self.damage("db", page)
        saved = self.saved(self.told("recover", "--out", self.path("copy")))["incident"]
        self.assertGreater(saved, count - 100)
        self.assertEqual(self.ask("copy", "SELECT max(incident_id) FROM incident"), [(count,)])

    def test_a_file_that_was_cut(self):
        os.truncate(self.path("db"), os.path.getsize(self.path("db")) * 2 // 3)
        got, _, err = self.run_tool("store", "recover", "--out", self.path("copy"))
        self.assertIn(got, (0, 4), err)
        os.truncate(self.path("db"), 100)
        self.want(4, "alignctl: ", "store", "recover", "--out", self.path("copy2"))
        self.assertEqual(self.left(), [])

    def test_in_its_place_only_when_told_to(self):
        self.damage("db", self.ask("db", "PRAGMA page_count")[0][0] // 2)
        with open(self.path("db"), "rb") as file:
            before = file.read()
        self.want(1, "give --out NEW, or --replace", "store", "recover")
        self.want(1, "give --out NEW, or --replace", "store", "recover", "--replace", "--out", "x")
        told = self.told("recover", "--replace")
        with open(told["set_aside"], "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertTrue(self.told("check")["sound"])
        self.assertEqual(stat.S_IMODE(os.stat(self.path("db")).st_mode), 0o660)
        self.assertEqual(self.left(), [])

    def test_a_status_that_never_ends_is_not_waited_for(self):
        os.mkfifo(self.path("db.status"))
        self.tool("recover", "--replace")

    def test_not_below_a_running_daemon(self):
        self.write("db.status", json.dumps({
            "version": "0", "pid": os.getpid(), "started_s": NOW, "config": "c", "taken_s": NOW,
            "tried_s": NOW, "refusal": None, "mode": "enforce", "mode_since_s": NOW,
            "confinement": ""}))
        self.want(4, f"alignd runs (pid {os.getpid()})", "store", "recover", "--replace")
        self.tool("recover", "--out", self.path("copy"))

    # --- shrink ---

    def test_free_pages_are_given_back(self):
        with sqlite3.connect(self.path("db")) as db:
            db.execute("DELETE FROM incident WHERE incident_id > 10")
        db.close()
        told = self.told("shrink")
        self.assertLess(told["after"], told["before"] * 2 // 3)
        self.assertEqual(self.ask("db", "PRAGMA freelist_count"), [(0,)])
        self.assertEqual(self.ask("db", "SELECT count(*) FROM incident"), [(10,)])

    def test_a_file_of_old_says_what_to_do(self):
        db = sqlite3.connect(self.path("db"), isolation_level=None)
        db.execute("PRAGMA auto_vacuum = NONE")
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("VACUUM")
        db.close()
        self.want(4, "alignctl store backup NEW", "store", "shrink")
        self.tool("backup", self.path("copy"))
        self.assertEqual(self.ask("copy", "PRAGMA auto_vacuum"), [(2,)])


if __name__ == "__main__":
    unittest.main()
