# SPDX-License-Identifier: BSD-2-Clause
"""storms - alignd stopped, killed and reloaded while an MTA is under load.

Clients do as other mail servers do: told to come again, or cut, they come
again, until there is an answer. Then every genuine message has been delivered
once, no spoof has, and of each answer there is a record.
"""
import collections
import contextlib
import os
import re
import signal
import smtplib
import sqlite3
import threading
import time

import rig
import support
from client import Refused

SENDERS = 8
STORM_S = float(os.environ.get("STORM_SECONDS", "3"))
PATIENCE_S = 60  # for one message, however often it comes
GENUINE = "From: Ann <ann@example.test>"
SPOOF = "From: The Boss <ceo@example.test>"
SIGNED = [("rsa", "example.test", "s1")]
MESSAGE_ID = re.compile(rb"(?mi)^Message-ID: (\S+)")


class Sender(threading.Thread):
    """A mail server elsewhere: genuine and spoofed messages in turn."""

    def __init__(self, test, number):
        super().__init__(daemon=True)
        self.test = test
        self.number = number
        self.session = None
        self.answers = {}  # marker: (is genuine, code)
        self.retries = 0
        self.trouble = None

    def run(self):
        try:
            while not self.test.is_over.is_set():
                is_genuine = (len(self.answers) + self.number) % 2 == 0
                text, marker = self.test.make(is_genuine)
                self.answers[marker] = is_genuine, self.deliver(text)
            self.leave()
        except Exception as trouble:  # told by the main thread
            self.trouble = trouble

    def deliver(self, text):
        """The code of the first answer for good."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with contextlib.suppress(OSError, smtplib.SMTPException, Refused):
                if self.session is None:
                    self.session = self.test.host.client()
                code, _ = self.session.deliver(text, "x@sender.test")
                if code // 100 in (2, 5):
                    return code
            self.retries += 1
            self.leave()
            time.sleep(0.05)
        raise AssertionError(f"no answer for good in {PATIENCE_S} s")

    def leave(self):
        if self.session is not None:
            self.session.close()
        self.session = None


class StormTests(support.MtaTest):

    def setUp(self):
        self.restart()
        super().setUp()
        self.is_over = threading.Event()
        self.making = threading.Lock()

    def make(self, is_genuine):
        with self.making:
            return self.message(*((GENUINE, "Hi.\r\n", SIGNED) if is_genuine else (SPOOF,)))

    @contextlib.contextmanager
    def load(self, name):
        """Meanwhile there is mail; afterwards nothing of it is lost."""
        senders = [Sender(self, number) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            yield
        finally:
            self.is_over.set()
            for sender in senders:
                sender.join(PATIENCE_S + 30)
        for sender in senders:
            self.assertFalse(sender.is_alive())
            self.assertIsNone(sender.trouble)
        self.check(name, senders)

    def check(self, name, senders):
        answers = {marker: answer for sender in senders
                   for marker, answer in sender.answers.items()}
        genuine = {marker for marker, (is_genuine, _) in answers.items() if is_genuine}
        for is_genuine, code in answers.values():
            self.assertEqual(code, 250 if is_genuine else 550)
        counts = self.deliveries(genuine)
        lost = sum(counts[marker] == 0 for marker in genuine)
        twice = sum(counts[marker] > 1 for marker in answers)
        let_in = sum(counts[marker] for marker in answers if marker not in genuine)
        recorded = self.recorded()
        print(f"storms: {type(self.host).__name__}, {name}: {len(answers)} messages answered, "
              f"{sum(sender.retries for sender in senders)} came again, {recorded} recorded; "
              f"lost {lost}, twice {twice}, let in {let_in}", flush=True)
        self.assertEqual((lost, twice, let_in), (0, 0, 0))
        self.assertGreater(len(genuine), 0)
        # One that was recorded and then cut comes again, and counts again.
        self.assertGreaterEqual(recorded, len(answers))

    def deliveries(self, genuine):
        """How often each lies in the mailbox, once all that should are there."""
        def count():
            return collections.Counter(
                match[1].decode() for match in map(MESSAGE_ID.search, self.host.messages()))

        with contextlib.suppress(rig.RigError):
            rig.wait_until("deliveries", 30, lambda: genuine <= set(count()))
        return count()

    def recorded(self):
        with contextlib.closing(sqlite3.connect(self.host.path("state", "alignd.db"))) as base:
            return base.execute("SELECT coalesce(sum(count), 0) FROM result").fetchone()[0]

    def go_on(self):
        end = time.monotonic() + STORM_S
        while time.monotonic() < end:
            yield

    def test_reloads(self):
        with self.load("reloads"):
            for number, _ in enumerate(self.go_on()):
                os.kill(self.host.alignd.pid, signal.SIGHUP if number % 2 else signal.SIGUSR1)
                time.sleep(0.03)

    def test_restarts(self):
        with self.load("restarts"):
            for _ in self.go_on():
                time.sleep(0.7)
                self.assertEqual(self.host.stop_alignd(), 0)
                self.host.start_alignd(is_fresh=False)

    def test_kills(self):
        with self.load("kills"):
            for _ in self.go_on():
                time.sleep(0.7)
                self.host.alignd.kill()
                self.assertEqual(self.host.stop_alignd(), -signal.SIGKILL)
                self.host.start_alignd(is_fresh=False)
