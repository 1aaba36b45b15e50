#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""HUP and USR1 reload, under load too, and never end the daemon."""
import json
import os
import signal
import sys
import threading
import time
import unittest

from daemon import Daemon, wait_until

SIGNALS = 100
CLIENTS = 4


class Load(threading.Thread):
    """Sends good mail until told to stop."""

    def __init__(self, daemon):
        super().__init__()
        self.daemon_ = daemon
        self.is_over = threading.Event()
        self.count = 0
        self.trouble = None

    def run(self):
        try:
            with self.daemon_.session() as client:
                while not self.is_over.is_set():
                    result = client.message("a@pass.test")
                    if result.verdict != "continue":
                        raise AssertionError(repr(result))
                    self.count += 1
                    time.sleep(0.001)
        except Exception as trouble:  # told by the main thread
            self.trouble = trouble


class Reload(unittest.TestCase):

    def setUp(self):
        self.daemon = Daemon().start()
        self.addCleanup(self.daemon.__exit__)

    def verdict(self, author):
        with self.daemon.session() as client:
            return client.message(author).verdict

    def test_the_filter_keeps_libmilter_from_our_signals(self):
        with open(f"/proc/{self.daemon.process.pid}/comm",
                  encoding="ascii") as file:
            self.assertNotEqual(file.read(), "")
        time.sleep(2.3)
        self.assertNotIn("libmilter still listens", self.daemon.log())

    def test_a_changed_file_takes_effect(self):
        for number in (signal.SIGHUP, signal.SIGUSR1):
            with self.subTest(signal=number):
                before = self.daemon.log().count("reload: done")
                self.daemon.write_config("mode = monitor")
                self.daemon.signal(number)
                self.daemon.wait_log("reload: done", before + 1)
                self.assertIn("reload: mode was enforce, is monitor",
                              self.daemon.log())
                self.assertEqual(self.verdict("a@reject.test"), "continue")
                self.daemon.write_config()
                self.daemon.signal(number)
                self.daemon.wait_log("reload: done", before + 2)
                self.assertEqual(self.verdict("a@reject.test"), "reject")

    def test_an_incident_keeps_the_line_it_was_decided_by(self):
        """The one in force then, whatever the file says by now."""
        for count, action in enumerate(("tag", "quarantine"), 1):
            self.daemon.write_config(policy=f"on_reject = {action}")
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log("reload: done", count)
            self.verdict("a@reject.test")
        rows = self.daemon.query("SELECT verdict FROM incident "
                                 "ORDER BY incident_id")
        for (verdict,), action in zip(rows, ("tag", "quarantine")):
            setting = json.loads(verdict)["explain"]["settings"][0]
            self.assertEqual(setting, {
                "name": "policy.on_reject", "value": action,
                "file": self.daemon.config, "line": 7,
                "text": f"policy {{ on_reject = {action} }}"})

    def test_another_profile_has_other_defaults(self):
        """What the file sets holds under each of them."""
        for count, (settings, policy, verdict) in enumerate((
                ("profile = ism-1799", "", "reject"),
                ("profile = uk-gov", "", "continue"),
                ("profile = ism-1799", "on_none = none", "continue"),
                ("", "", "continue")), 1):
            self.daemon.write_config(settings, policy=policy)
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log("reload: done", count)
            self.assertEqual(self.verdict("a@none.test"), verdict, settings)
        self.assertIn("reload: profile was rfc9989, is ism-1799",
                      self.daemon.log())
        self.assertIn("reload: policy.on_none was none, is reject",
                      self.daemon.log())
        rows = self.daemon.query("SELECT verdict FROM incident "
                                 "ORDER BY incident_id LIMIT 1")
        self.assertEqual(
            json.loads(rows[0][0])["explain"]["settings"][0],
            {"name": "policy.on_none", "value": "reject", "by":
             "profile ism-1799", "file": self.daemon.config, "line": 0,
             "text": ""})

    def test_what_needs_a_restart_is_named(self):
        self.daemon.listen = "inet:1@127.0.0.1"
        self.daemon.write_config()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("(needs a restart)")
        self.assertEqual(self.verdict("a@pass.test"), "continue")

    def test_a_bad_file_changes_nothing(self):
        rows = ("mode = sometimes", "no_such_setting = 1",
                "policy { on_reject = perhaps }", "mode = monitor mode = ")
        for count, settings in enumerate(rows, 1):
            self.daemon.write_config("mode = monitor\n" + settings)
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log("reload: refused", count)
            self.assertEqual(self.verdict("a@reject.test"), "reject")
        self.assertIn(self.daemon.config, self.daemon.log())
        os.unlink(self.daemon.config)
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: refused", len(rows) + 1)
        self.assertEqual(self.verdict("a@reject.test"), "reject")

    def test_an_emptied_file_changes_nothing(self):
        """As it is for a moment when it is written in place."""
        self.daemon.write_config("mode = monitor")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done")
        texts = ("", "\n\n", "# mode = enforce\n", "policy {\n}\n")
        for count, text in enumerate(texts, 1):
            with open(self.daemon.config, "w", encoding="ascii") as file:
                file.write(text)
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log("reload: refused", count)
            self.assertEqual(self.verdict("a@reject.test"), "continue")
            self.assertEqual(self.verdict("a@pass.test"), "continue")
        self.assertIn(f"{self.daemon.config} is empty", self.daemon.log())
        self.daemon.write_config()
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done", 2)
        self.assertEqual(self.verdict("a@reject.test"), "reject")

    def test_drop_in_files_are_files_like_the_first(self):
        folder = self.daemon.config + ".d"

        def reload(line, count):
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log(line, count)

        self.daemon.drop_in("20-b.conf", "mode = monitor")
        self.daemon.drop_in("10-a.conf", "mode = enforce")
        reload("reload: done", 1)
        self.assertEqual(self.verdict("a@reject.test"), "continue")
        self.daemon.drop_in("20-b.conf", "\nmode = never")
        reload("reload: refused", 1)
        self.assertIn(f"{folder}/20-b.conf:2: mode: never", self.daemon.log())
        self.daemon.drop_in("20-b.conf", "# nothing")
        reload("reload: refused", 2)
        self.assertIn(f"{folder}/20-b.conf is empty", self.daemon.log())
        os.unlink(f"{folder}/20-b.conf")
        reload("reload: refused", 3)
        self.assertIn(f"{folder}/20-b.conf is gone", self.daemon.log())
        self.assertEqual(self.verdict("a@reject.test"), "continue")
        self.daemon.drop_in("20-b.conf", "authserv_id = 'mx.test'")
        reload("reload: done", 2)
        self.assertEqual(self.verdict("a@reject.test"), "reject")

    def test_a_drop_in_that_empties_a_list_is_missed(self):
        folder = self.daemon.config + ".d"
        self.daemon.write_config('trust { networks = {"192.0.2.0/24"} }')
        self.daemon.drop_in("20-b.conf", "trust { networks = {} }")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done")
        self.daemon.drop_in("20-b.conf", "")
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: refused")
        self.assertIn(f"{folder}/20-b.conf is empty", self.daemon.log())

    def test_a_start_tells_that_overrides_were_lost(self):
        """It starts: to refuse would stop all mail."""
        path = os.path.join(self.daemon.folder, "overrides.conf")
        for text, words in (("", "is blank"), (None, "is absent")):
            with open(path, "w", encoding="ascii") as file:
                file.write('override "lists" { network = {"203.0.113.0/24"} '
                           'owner = a why = b permanent = yes }\n')
            self.daemon.stop()
            self.daemon.start()
            self.assertIn(f"enforce mode by {self.daemon.config}; overrides: "
                          f"1 of {path}", self.daemon.log())
            self.assertEqual(self.verdict("a@reject.test"), "continue")
            os.unlink(path)
            if text is not None:
                with open(path, "w", encoding="ascii") as file:
                    file.write(text)
            self.daemon.stop()
            self.daemon.start()
            self.assertIn(f"overrides: none ({path} {words}); the alignd "
                          "before this one had 1. Put the file back",
                          self.daemon.log())
            self.assertEqual(self.verdict("a@reject.test"), "reject")
        with open(path, "w", encoding="ascii") as file:
            file.write("# none\n")
        self.daemon.stop()
        self.daemon.start()
        self.assertNotIn("the alignd before this one", self.daemon.log())

    def test_overrides_are_reloaded_whole_or_not_at_all(self):
        path = os.path.join(os.path.dirname(self.daemon.config),
                            "overrides.conf")
        lasting = ('override "lists" { network = {"203.0.113.0/24"} '
                   'owner = a why = b %s }\n')
        steps = (
            (lasting % "permanent = yes", "reload: done", 1, "continue"),
            (lasting % "", "reload: refused", 1, "continue"),
            (lasting % 'until = "2020-01-31"', "reload: done", 2, "reject"),
            ("# none\n", "reload: done", 3, "reject"))
        self.assertEqual(self.verdict("a@reject.test"), "reject")
        for text, line, count, verdict in steps:
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log(line, count)
            self.assertEqual(self.verdict("a@reject.test"), verdict)
        self.assertIn('override "lists" ended with 2020-01-31 and no longer '
                      "applies", self.daemon.log())
        self.assertIn("overrides: 1, of which 1 have expired",
                      self.daemon.log())
        for word in ("is new", "has changed", "is gone"):
            self.assertEqual(self.daemon.log().count(
                f'reload: override "lists" {word}'), 1, word)

    def test_emptied_overrides_change_nothing(self):
        """As they are for a moment when they are written in place."""
        path = os.path.join(os.path.dirname(self.daemon.config),
                            "overrides.conf")

        def reload(line, count):
            self.daemon.signal(signal.SIGHUP)
            self.daemon.wait_log(line, count)

        def write(text):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)

        write('override "lists" { network = {"203.0.113.0/24"} owner = a '
              'why = b permanent = yes }\n')
        reload("reload: done", 1)
        for count, text in enumerate(("", "\n", " \t\r\n\n"), 1):
            write(text)
            reload("reload: refused", count)
            self.assertEqual(self.verdict("a@reject.test"), "continue")
        self.assertIn(f"{path} is empty; is it being written?",
                      self.daemon.log())
        os.unlink(path)
        reload("reload: refused", 4)
        self.assertIn(f"{path} is gone", self.daemon.log())
        self.assertEqual(self.verdict("a@reject.test"), "continue")
        # A file that says so has none; a blank one then takes nothing away.
        write("# none\n")
        reload("reload: done", 2)
        self.assertEqual(self.verdict("a@reject.test"), "reject")
        write("")
        reload("reload: done", 3)

    def test_overrides_left_out_by_a_setting_go(self):
        path = os.path.join(os.path.dirname(self.daemon.config),
                            "overrides.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write('override "lists" { network = {"203.0.113.0/24"} '
                       'owner = a why = b permanent = yes }\n')
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done", 1)
        os.unlink(path)
        self.daemon.write_config('overrides = ""')
        self.daemon.signal(signal.SIGHUP)
        self.daemon.wait_log("reload: done", 2)
        self.assertEqual(self.verdict("a@reject.test"), "reject")

    def test_a_hundred_signals_under_load(self):
        threads = [Load(self.daemon) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for number in range(SIGNALS):
            self.daemon.write_config(
                "mode = monitor" if number % 2 == 0 else "")
            self.daemon.signal(signal.SIGHUP)
            time.sleep(0.01)
        # Signals that come while one waits become one.
        self.daemon.wait_log("reload: done", 10)
        counts = [thread.count for thread in threads]
        wait_until("the load goes on", lambda: all(
            thread.trouble or thread.count > counts[i]
            for i, thread in enumerate(threads)))
        for thread in threads:
            thread.is_over.set()
            thread.join()
        self.assertEqual([t.trouble for t in threads], [None] * CLIENTS)
        self.assertTrue(self.daemon.is_alive())
        self.daemon.write_config()
        self.daemon.signal(signal.SIGHUP)
        wait_until("the last reload", lambda: self.verdict("a@reject.test")
                   == "reject")


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
