#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl digest and alert: how it is handed over, and what is not lost.

By mail and by webhook, whole or not at all. NOTICE_PICTURES names a folder to leave
pictures of the page in, for eyes.
"""
import json
import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402
import schema  # noqa: E402
from alignctl import NOW, PROGRAM  # noqa: E402
from limits import LIMITS  # noqa: E402
from notice_rig import DAY, Hook, NoticeTest, answer, dmarc, row  # noqa: E402
from report_rig import can_stop  # noqa: E402
from test_alignctl_stats_page import CONTRAST, WIDE  # noqa: E402
from test_posture_sts import Certificates  # noqa: E402

DONE, USAGE, CONFIG, INPUT, STORE = 0, 1, 2, 3, 4
TO = 'digest { mail = "ops@own.test" }\nalert { mail = "ops@own.test" }\n'


class HandOver(NoticeTest):
    """Nothing is told that was not handed over, and nothing is lost."""

    def setUp(self):
        super().setUp()
        self.write_conf(TO)
        self.take(dmarc(row("192.0.2.77", count=120)))

    def run_ended(self, channel):
        return self.ask("SELECT ended_s, handed_s, told, has_failed, owner FROM notice_run "
                        "WHERE channel = ?", channel)[0]

    def test_a_mail_server_that_refuses(self):
        for key, reply in (("mail", "550 5.7.1 not from you"), ("ops@own.test", "450 later"),
                           ("ops@own.test", "DATA 554 no"), ("connect", "554 go away")):
            self.server.answers = {key: reply}
            _, err = self.tool("alert", status=INPUT)
            self.assertIn("the alert was not told (mail to ops@own.test): report.smtp_url: the "
                          "mail server does not take it (", err)
            self.assertIn("); the next run tells it\n", err)
            self.assertEqual(self.ask("SELECT count(*) FROM notice_told"), [(0,)])
            self.assertEqual(self.run_ended("alert"), (NOW, 0, 0, 1, ""))
        self.server.answers = {}
        self.tool("alert")
        self.assertEqual(len(self.server.mails), 1)
        self.assertEqual(self.run_ended("alert"), (NOW, NOW, 1, 0, ""))

    def test_nobody_is_there(self):
        self.server.close()
        _, err = self.tool("digest", status=INPUT)
        self.assertIn("smtp://127.0.0.1", err)
        self.assertEqual(self.ask("SELECT count(*) FROM notice_told"), [(0,)])

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_a_crash_between_hand_over_and_mark(self):
        self.tool("alert", status=-9, stop_at="handed-over")
        self.assertEqual(len(self.server.mails), 1)
        self.tool("alert", now=NOW + 300)  # told twice, and never lost
        self.assertEqual(len(self.server.mails), 2)
        self.tool("alert", now=NOW + 600)
        self.assertEqual(len(self.server.mails), 2)

    def test_two_at_once(self):
        runs = [subprocess.Popen(
            [PROGRAM, "--config", "conf", "--dns", "zone", "--now", str(NOW), "alert"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(4)]
        for run in runs:
            _, err = run.communicate(timeout=120)
            self.assertEqual(run.returncode, DONE, err)
        self.assertEqual(len(self.server.mails), 1)

    def test_a_store_that_is_away(self):
        os.unlink(self.store)
        for channel in ("digest", "alert"):
            self.tool(channel, status=STORE)
            self.tool(channel, "--print", status=STORE)
        self.assertEqual(self.server.mails, [])

    def test_a_wave_after_a_clock_that_was_ahead(self):
        self.spoof(500)
        self.tool("alert")
        self.ask("UPDATE notice_told SET told_s = told_s + ?, seen_s = seen_s + ?", 300 * DAY,
                 300 * DAY)
        self.assertIn("wave", self.kinds("alert"))

    def test_a_clock_that_was_ahead(self):
        self.tool("alert", now=NOW + 9 * 365 * DAY)
        self.tool("digest", now=NOW + 9 * 365 * DAY)
        self.server.mails.clear()
        self.hold(25)
        self.tool("alert")
        self.tool("digest")
        self.assertEqual(len(self.server.mails), 2)

    def test_usage(self):
        self.tool("digest", "--mail", "a b", status=USAGE)
        self.tool("alert", "--webhook", "http://own.test/", status=USAGE)
        self.tool("alert", "--webhook", "https://user:word@own.test/", status=USAGE)
        self.tool("alert", "--json", status=USAGE)
        self.tool("alert", "--since", "1h", status=USAGE)
        self.tool("digest", "operand", status=USAGE)
        self.write_conf(TO.replace("ops@own.test", "nobody"))
        self.tool("digest", status=CONFIG)
        self.write_conf(TO, report='')
        with open(self.path("conf"), encoding="ascii") as file:
            text = file.read().replace('from = "reports@own.test"', "")
        self.write("conf", text)
        self.assertIn("report.from is empty", self.tool("digest", status=CONFIG)[1])

    def test_without_a_place_it_is_shown(self):
        self.write_conf()
        out, err = self.tool("alert")
        self.assertIn("192.0.2.77", out)
        self.assertIn("nobody was told: set alert.mail or alert.webhook", err)
        self.assertEqual(self.ask("SELECT count(*) FROM notice_run"), [(0,)])

    def test_a_time_that_is_given_settles_nothing(self):
        os.environ["ALIGND_REAL_TIME_ONLY"] = "1"
        self.addCleanup(os.environ.pop, "ALIGND_REAL_TIME_ONLY")
        self.tool("alert", status=USAGE)
        self.tool("alert", "--print")


def drips(connection):
    """An answer without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.2)


class Webhook(NoticeTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = Certificates(cls.path(""))
        cls.valid = made.make("valid", "localhost", 10)
        cls.other = made.make("other", "other.test", 10)
        cls.write("header", "Authorization: Bearer s3cret\nnot sent\n")
        os.chmod(cls.path("header"), 0o400)

    def setUp(self):
        super().setUp()
        self.take(dmarc(row("192.0.2.77", count=120)))

    def post(self, hook, status=DONE, now=NOW, more=()):
        return self.tool("alert", "--ca-file", self.path("ca.pem"), "--webhook",
                         f"https://localhost:{hook.port}/hidden/path", *more, status=status,
                         now=now)

    def test_one_that_never_ends(self):
        with Hook(self.valid) as hook:
            hook.answer = drips
            begun_s = time.monotonic()
            _, err = self.post(hook, status=INPUT)
        self.assertGreaterEqual(time.monotonic() - begun_s, LIMITS["LIMIT_WEBHOOK_MS"] / 1000)
        self.assertIn("the webhook at localhost: Timeout", err)
        self.assertEqual(self.ask("SELECT count(*) FROM notice_told"), [(0,)])

    def test_posted_once(self):
        with Hook(self.valid) as hook:
            hook.answer = answer("204 No Content")
            out, err = self.post(hook, more=("--header-file", self.path("header")))
            self.assertEqual((out, err),
                             ("webhook at localhost: handed over, 1 to tell\n", ""))
            self.assertIn("nothing handed over", self.post(hook, now=NOW + 300)[0])
            (head, body), = hook.asked
        lines = head.split("\r\n")
        self.assertEqual(lines[0], "POST /hidden/path HTTP/1.1")
        self.assertIn("Content-Type: application/json", lines)
        self.assertIn("Authorization: Bearer s3cret", lines)
        self.assertNotIn("not sent", head)
        told = json.loads(body)
        self.assertEqual(schema.faults(told, schema.load("notice")), [])
        self.assertEqual((told["notice"], [f["kind"] for f in told["facts"]]),
                         ("alert", ["source"]))

    def test_refused(self):
        flood = "X: " + "y" * LIMITS["LIMIT_WEBHOOK_ANSWER_BYTES"] + "\r\n"
        for reply, words in (
                (answer("302 Found", "Location: https://localhost/\r\n"),
                 "answers 302, and no redirect is followed"),
                (answer("500 Oops"), "answers 500"), (answer("401 No"), "answers 401"),
                (answer(more=flood), "its answer is too long"), (b"", "")):
            with Hook(self.valid) as hook:
                hook.answer = reply
                _, err = self.post(hook, status=INPUT)
            self.assertIn("the webhook at localhost", err)
            self.assertIn(words, err)
            self.assertNotIn("hidden", err)
            self.assertEqual(len(hook.asked), 1)
        with Hook(self.other) as hook:
            self.post(hook, status=INPUT)
        self.assertEqual(self.ask("SELECT count(*) FROM notice_told"), [(0,)])

    def test_one_of_two_places(self):
        """Who took it is told once; who did not is told by the next run."""
        with Hook(self.valid) as hook:
            hook.answer = answer("500 Oops")
            self.post(hook, status=INPUT, more=("--mail", "ops@own.test"))
            hook.answer = answer()
            out, _ = self.post(hook, more=("--mail", "ops@own.test"), now=NOW + 300)
        self.assertEqual(out, "mail to ops@own.test: nothing handed over, 0 to tell\n"
                              "webhook at localhost: handed over, 1 to tell\n")
        self.assertEqual(len(self.server.mails), 1)

    def test_the_header_file(self):
        bad = self.path("bad")
        for content, mode, words in ((b"no header\n", 0o400, "is no header"),
                                     (b"", 0o400, "is no header"),
                                     (b"A: b\n", 0o444, "everybody"),
                                     (b"A: " + b"b" * LIMITS["LIMIT_WEBHOOK_HEADER_BYTES"],
                                      0o400, "bad")):
            self.write("bad", content)
            os.chmod(bad, mode)
            with Hook(self.valid) as hook:
                _, err = self.post(hook, status=CONFIG, more=("--header-file", bad))
            self.assertIn(words, err)
            self.assertEqual(hook.asked, [])
            os.unlink(bad)
        self.write_conf('alert { webhook = "https://localhost:1/x" '
                        'webhook_header_file = "gone" }')
        self.assertIn("alert.webhook_header_file", self.tool("alert", status=CONFIG)[1])


@unittest.skipIf(browser.programs() is None, "chromium and chromedriver are not installed")
class Page(NoticeTest):

    def test_in_a_browser(self):
        self.write_conf(TO, overrides="overrides.conf")
        self.fill()
        self.ask("INSERT INTO posture_finding VALUES ('example.test', 'dmarc-syntax', ?, ?, ?)",
                 "<b>" + "long-name." * 40, NOW, NOW)
        self.tool("digest")
        self.write("page.html", self.told()[0].html)
        window = browser.Browser()
        self.addCleanup(window.close)
        for width, height in ((1280, 900), (360, 740)):
            window.pose_as(width, height, "light")
            window.show(self.path("page.html"))
            self.assertEqual(window.run(WIDE, width), [])
            ratio, where = window.run(CONTRAST)
            self.assertGreaterEqual(ratio, 4.5, where)
            self.assertEqual(window.run("return document.querySelectorAll('a, img, script, link, "
                                        "b').length"), 0)
            self.assertEqual(window.run("return document.querySelectorAll('li').length"), 9)
            self.assertEqual(window.complaints(), [])
            if os.environ.get("NOTICE_PICTURES"):
                window.picture(os.path.join(os.environ["NOTICE_PICTURES"], f"{width}.png"))


if __name__ == "__main__":
    unittest.main()
