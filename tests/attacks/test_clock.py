#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A clock that was wrong once (F22): what it may settle and purge, which is nothing.

clock_shift.so gives a program another date, kept in step or kept by nobody. Printed
is what was settled, sent and purged on each clock's word.
"""
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("tools", "wire"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
from alignctl import PROGRAM, RECORD_TOOL, TOP, WRAPPER  # noqa: E402
from daemon import Daemon  # noqa: E402
from report_rig import DAY, ReportTest  # noqa: E402

CLOCK_SHIFT = os.path.join(TOP, "tests", "mta", "clock_shift.so")


def shifted(seconds, is_kept=False):
    """The environment of a program that lives so much later."""
    environment = {**os.environ, "LD_PRELOAD": CLOCK_SHIFT, "CLOCK_SHIFT_S": str(seconds)}
    if not is_kept:
        environment["CLOCK_UNKEPT"] = "1"
    return environment


class Sending(ReportTest):
    """One report send on a wrong clock, and what the next one on a right clock does."""

    IS_TIME_GIVEN = False

    def setUp(self):
        self.now = int(time.time())
        super().setUp()
        self.record([("two.test", "192.0.2.9", "two.test", 1)], self.now)
        # As a store of before, which knew nothing of clocks.
        with contextlib.closing(sqlite3.connect(self.path("store.db"))) as store, store:
            store.execute("DELETE FROM clock")

    def record(self, mails, time_s=None, **more):
        super().record(mails, time_s or self.now - self.now % DAY - DAY + 3600, **more)

    def run_tool(self, *arguments, shift=0, is_kept=False):
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--dns", "report-zone", *arguments],
            cwd=self.folder, env=shifted(shift, is_kept), capture_output=True, text=True,
            timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def rows(self):
        """How many reports there are, and until when days were collected."""
        with contextlib.closing(sqlite3.connect(self.path("store.db"))) as store:
            (reports,), = store.execute("SELECT count(*) FROM report")
            run = store.execute("SELECT collected_until_s FROM report_run").fetchone()
        return reports, run[0] if run else 0

    def refused(self, shift, *words):
        before = self.rows()
        status, _, err = self.run_tool("report", "send", shift=shift)
        self.assertEqual((status, self.rows(), self.server.mails), (2, before, []), err)
        for word in words:
            self.assertIn(word, err)
        status = json.loads(self.run_tool("report", "status", "--json", shift=shift)[1])
        self.assertIn("nothing keeps it", status["clock_doubt"])
        self.assertIn("attention", self.run_tool("report", "status", shift=shift)[1])
        self.assertRegex(" ".join(self.run_tool("doctor", shift=shift)[1].split()),
                         "problem clock .*no report is sent and nothing purged")
        print(f"{shift // DAY:+5} days, kept by nobody: status 2, 0 reports settled, 0 sent")

    def sent(self, shift=0, is_kept=False, mails=3):
        status, out, err = self.run_tool("report", "send", shift=shift, is_kept=is_kept)
        self.assertEqual((status, len(self.server.mails)), (0, mails), err)
        print(f"{shift // DAY:+5} days, {'kept in step' if is_kept else 'kept by nobody'}: "
              + out.strip())

    def test_ahead_and_then_right(self):
        self.refused(30 * DAY, "nothing keeps it", "--believe-clock")
        self.sent()
        self.assertIsNone(json.loads(self.run_tool("report", "status", "--json")[1])
                          ["clock_doubt"])
        # Where a clock was believed, that counts, and no record of a wrong one.
        self.record([("one.test", "192.0.2.1", "one.test", 1)], self.now + 30 * DAY)
        self.server.mails = []
        self.refused(30 * DAY, "last believed at")

    def test_behind(self):
        self.refused(-30 * DAY, "the youngest record is of")
        self.sent()

    def test_a_machine_that_was_off(self):
        # For 100 days: by itself, once its clock is kept in step.
        self.refused(100 * DAY)
        self.record([("two.test", "192.0.2.9", "two.test", 1)], self.now + 99 * DAY)
        self.sent(100 * DAY, is_kept=True, mails=2)

    def test_the_operators_word(self):
        self.refused(3 * DAY)
        status, out, err = self.run_tool("doctor", "--believe-clock", shift=3 * DAY)
        self.assertEqual(status, 0, err)
        self.assertIn("the clock is believed", out)
        self.assertEqual(self.run_tool("report", "send", shift=3 * DAY)[0], 0)

    def test_a_run_that_was_ahead_before(self):
        # An earlier alignd noted the days to come as collected.
        self.sent()
        self.server.mails = []
        with contextlib.closing(sqlite3.connect(self.path("store.db"))) as store, store:
            store.execute("UPDATE report_run SET collected_until_s = collected_until_s + ?",
                          (30 * DAY,))
        self.record([("one.test", "192.0.2.1", "one.test", 2)],
                    self.now - self.now % DAY - 2 * DAY)
        self.sent(mails=1)
        self.assertLess(self.rows()[1], self.now + DAY)

    def test_now_is_for_reading(self):
        before = self.rows()
        os.environ["ALIGND_REAL_TIME_ONLY"] = "1"
        self.addCleanup(os.environ.pop, "ALIGND_REAL_TIME_ONLY")
        for now in (self.now - DAY, self.now + 30 * DAY):
            status, _, err = self.run_tool("--now", str(now), "report", "send")
            self.assertEqual((status, self.rows()), (1, before))
            self.assertIn("it is for reading", err)
            self.assertEqual(self.run_tool("--now", str(now), "report", "list")[0], 0)


class Purging(unittest.TestCase):
    """The daemon on a store whose incidents are younger than store.keep_incidents."""

    def setUp(self):
        self.daemon = Daemon()
        self.addCleanup(self.daemon.remove)
        mail = os.path.join(self.daemon.folder, "mail")
        with open(mail, "w", encoding="ascii") as file:
            file.write("From: a@reject.test\r\n\r\nx\r\n")
        now = int(time.time())
        lines = "".join(f"{now - age * DAY} 192.0.2.1 a@reject.test r@mx.test Q{age} h - {mail}\n"
                        for age in (0, 1, 30, 80))
        subprocess.run([RECORD_TOOL, self.daemon.config, self.daemon.zone, self.daemon.database],
                       input=lines, text=True, check=True, stdout=subprocess.DEVNULL, timeout=60)
        if self.daemon.user != "root":
            for name in os.listdir(self.daemon.state):
                os.chown(os.path.join(self.daemon.state, name), *self.owner())

    def owner(self):
        found = os.stat(self.daemon.state)
        return found.st_uid, found.st_gid

    def left(self, shift, is_kept):
        """Incidents after a start at that time, and the log."""
        before = dict(os.environ)
        os.environ.update(shifted(shift, is_kept))
        try:
            with contextlib.ExitStack() as ended:
                self.daemon.start()
                ended.callback(self.daemon.stop)
                with self.daemon.session() as client:
                    client.message("a@pass.test")
                time.sleep(1)
                left = self.daemon.query("SELECT count(*) FROM incident")[0][0]
                log = self.daemon.log()
        finally:
            os.environ.clear()
            os.environ.update(before)
        print(f"{shift // DAY:+5} days, {'kept in step' if is_kept else 'kept by nobody'}: "
              f"{left} of 4 incidents left")
        return left, log

    def test_a_start_in_the_future(self):
        for _ in range(2):  # records of the wrong time do not make it right
            left, log = self.left(100 * DAY, False)
            self.assertEqual(left, 4)
            self.assertIn("nothing is purged: the clock says", log)
        left, log = self.left(0, False)
        self.assertEqual((left, "nothing is purged" in log), (4, False))
        self.assertLess(self.left(100 * DAY, True)[0], 4)


if __name__ == "__main__":
    if not os.path.exists(CLOCK_SHIFT):
        sys.exit(77)
    unittest.main()
