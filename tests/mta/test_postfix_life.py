#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sessions, trouble and the daemon's life under a real Postfix.

Several messages in a session, aborted ones, many at once, dead DNS, large
messages; reload, stop and loss of alignd while mail is under way.
"""
import concurrent.futures
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True

import cases  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import storms  # noqa: E402
import support  # noqa: E402
from client import Refused  # noqa: E402

SPOOF = "From: The Boss <ceo@example.test>"
GENUINE = "From: ann@example.test"
SESSIONS = 50
MEGABYTE = 1 << 20


def setUpModule():
    support.start(lambda keys: postfix.Postfix(cases.zone(keys)))


class Later:
    """A message sent in the background, of which alignd is waiting for DNS."""

    def __init__(self, test, headers, mail_from):
        message, self.marker = test.message(headers)
        self.reply = None
        self.thread = threading.Thread(target=self.run, args=(test.host, message, mail_from))
        self.thread.start()
        # Postfix has the whole content; alignd gets it at that moment.
        test.host.wait_log("postfix", f"message-id={self.marker}")
        time.sleep(0.3)
        test.assertIsNone(self.reply)

    def run(self, host, message, mail_from):
        self.reply = host.send(message, cases.SPOOFER_IP, mail_from)

    def answer(self):
        self.thread.join(60)
        return self.reply


class Sessions(support.MtaTest):

    def test_messages_of_a_session_are_strangers(self):
        """E9: nothing of one message shows in the next."""
        before = len(self.review())
        with self.host.client(cases.SENDER_IP) as session:
            signed, first = self.message(GENUINE, sign=[("rsa", "example.test", "s1")])
            self.assertEqual(session.deliver(signed, "b@list.test")[0], 250)
            self.assertEqual(session.deliver(self.message(SPOOF)[0], "b@list.test")[0], 550)
            session.step("MAIL", "FROM:<ann@example.test>")
            session.step("RSET")
            self.assertEqual(session.deliver(self.message(SPOOF)[0])[0], 550)
            session.begin("x@quarantine.test")
            self.assertEqual(session.content(self.message("From: x@quarantine.test")[0])[0], 250)
            plain, last = self.message("Authentication-Results: f.test; spf=pass\r\n" + GENUINE)
            self.assertEqual(session.deliver(plain, "ann@example.test")[0], 250)
        self.assertIn("dkim=pass", self.fields(self.host.delivered(first))[0])
        fields = self.fields(self.host.delivered(last))
        self.assertIn("spf=pass", fields[0])
        self.assertIn("dkim=none", fields[0])
        self.assertEqual(fields[1:], ["f.test; spf=pass"])
        lines = [line for line in self.new_log().splitlines() if " action=" in line]
        self.assertEqual([line.split(" action=")[1].split()[0] for line in lines],
                         ["accept", "reject", "reject", "quarantine", "accept"])
        self.assertIn("spf=none/client.test", lines[2])
        self.assertEqual(len(self.review()) - before, 3)

    def test_refused_recipient(self):
        """A transaction that ends before DATA; then a good one."""
        with self.host.client(cases.SENDER_IP) as session:
            with self.assertRaises(Refused):
                session.begin("x@spoofer.test", "nobody-here@rcpt.test")
            session.step("RSET")
            text, marker = self.message(GENUINE)
            self.assertEqual(session.deliver(text, "ann@example.test")[0], 250)
        self.host.delivered(marker)
        self.assertEqual(self.verdict(" action=")["result"], "pass")

    def test_cut_in_the_content(self):
        """E10: the client goes away in the body; nothing is left of it."""
        before = self.review()
        text, _ = self.message(SPOOF, "x" * 70 + "\r\n")
        for _ in range(5):
            session = self.host.client(cases.SPOOFER_IP)
            session.begin("x@spoofer.test")
            session.send(text)
            session.close()
        text, marker = self.message(GENUINE)
        self.host.send(text, cases.SENDER_IP, "ann@example.test")
        self.host.delivered(marker)
        rig.wait_until("an empty incoming queue", 10, lambda: not self.host.queue("incoming"))
        self.assertEqual(self.verdict(" action=")["result"], "pass")
        self.assertEqual(self.review(), before)

    def test_many_at_once(self):
        """Each of 50 sessions gets the answer that its own messages earn."""
        kinds = [("250 none", "From: n{0}@example.test", "n{0}@example.test"),
                 ("550 reject", "From: n{0}@nx{0}.example.test", "x@spoofer.test"),
                 ("250 quarantine", "From: n{0}@quarantine.test", "x@spoofer.test")]
        start = threading.Barrier(SESSIONS)

        def play(number):
            with self.host.client(cases.SENDER_IP) as session:
                start.wait(60)
                got = []
                for turn in range(3):
                    want, headers, sender = kinds[(number + turn) % 3]
                    text, _ = self.message(headers.format(number))
                    code, reply = session.deliver(text, sender.format(number))
                    got.append((want.split()[0], str(code), reply, f"nx{number}.example.test"))
                return got

        with concurrent.futures.ThreadPoolExecutor(SESSIONS) as pool:
            results = [row for rows in pool.map(play, range(SESSIONS)) for row in rows]
        self.assertEqual(len(results), 3 * SESSIONS)
        for want, code, reply, domain in results:
            self.assertEqual(code, want, reply)
            if code == "550":
                self.assertIn(f" {domain} ", reply)
        lines = [line for line in self.new_log().splitlines() if " action=" in line]
        for word in ("accept", "reject", "quarantine"):
            self.assertEqual(sum(f" action={word} " in line for line in lines), SESSIONS, word)
        self.assertEqual(len(self.held()), SESSIONS)
        references = [row["reference"] for row in self.review()]
        self.assertEqual(len(references), len(set(references)))


class Large(support.MtaTest):

    def peak_kb(self):
        with open(f"/proc/{self.host.alignd.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))

    def is_sanitized(self):
        """AddressSanitizer keeps for a while what was freed."""
        with open(f"/proc/{self.host.alignd.pid}/exe", "rb") as file:
            return b"__asan_init" in file.read()

    def test_streams(self):
        """10 MB pass through, hashed to the end, without being held whole."""
        line = "0123456789abcdef" * 60 + "\r\n"
        text, marker = self.message(GENUINE, line * (10 * MEGABYTE // len(line)),
                                    sign=[("rsa", "example.test", "s1")])
        self.host.send(self.message(GENUINE, sign=[("rsa", "example.test", "s1")])[0],
                       cases.LIST_IP, "x@list.test")
        before = self.peak_kb()
        code, reply = self.host.send(text, cases.LIST_IP, "x@list.test")
        self.assertEqual(code, 250, reply)
        got = self.host.delivered(marker)
        self.assertIn("dkim=pass", self.fields(got)[0])
        self.assertGreater(len(got), 9 * MEGABYTE)
        grown = self.peak_kb() - before
        self.assertTrue(grown < 4096 or self.is_sanitized(), grown)
        code, _ = self.host.send(text + b"one line more\r\n", cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual((code, len(self.held())), (250, 1), "a changed body under p=reject")


class Temperror(support.MtaTest):

    def test_tempfails(self):
        code, reply = self.host.send(self.message("From: x@broken.test")[0], cases.SPOOFER_IP,
                                     "x@spoofer.test")
        self.assertEqual(code, 451)
        self.assertTrue(reply.startswith("4.4.3 "), reply)
        self.assertIn("broken.test", reply)
        self.assertEqual(self.verdict(" action=tempfail ")["result"], "temperror")
        self.assertEqual(self.review()[0]["applied"], "tempfail")

    def test_dead_dns_of_others_saves_nobody(self):
        """A sender's own broken DNS does not turn a failure into a delivery."""
        code, reply = self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@broken.test",
                                     helo="mail.broken.test")
        self.assertEqual(code, 550, reply)


class TemperrorAccepted(support.MtaTest):
    settings = "policy { on_temperror = accept }"

    def test_delivered_and_told(self):
        text, marker = self.message("From: x@broken.test")
        code, _ = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual(code, 250)
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        self.assertIn("dmarc=temperror", self.fields(got)[0])


class SlowDns(support.MtaTest):
    sections = {"dns": "budget = 3s timeout = 1s"}

    def setUp(self):
        """A fresh resolver: it remembers who did not answer."""
        self.restart(**self.sections)
        super().setUp()

    def test_answer_within_the_budget(self):
        with self.host.silent_dns():
            began = time.monotonic()
            code, reply = self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP,
                                         "x@spoofer.test")
            took = time.monotonic() - began
        self.assertEqual(code, 451, reply)
        self.assertLess(took, 6)
        self.assertGreater(took, 0.9)

    def test_stop_answers_what_is_under_way(self):
        """SIGTERM: the client gets alignd's own words, then the daemon ends."""
        with self.host.silent_dns():
            later = Later(self, SPOOF, "x@spoofer.test")
            self.assertEqual(self.host.stop_alignd(), 0)
        code, reply = later.answer()
        self.assertEqual(code, 451)
        self.assertIn("DMARC", reply)
        self.assertIn("stopped; counters:", self.new_log())

    def test_killed_under_way(self):
        """Nobody answers in its place: Postfix lets the client try again."""
        with self.host.silent_dns():
            later = Later(self, SPOOF, "x@spoofer.test")
            self.host.alignd.kill()
            code, _ = later.answer()
            self.assertEqual(self.host.stop_alignd(), -signal.SIGKILL)
        self.assertEqual(code, 451)
        self.restart(**self.sections)
        self.assertEqual(self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP,
                                        "x@spoofer.test")[0], 550)


class Life(support.MtaTest):

    def setUp(self):
        self.restart()
        super().setUp()

    def spoof(self):
        return self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")[0]

    def reload(self, number, settings, words):
        offset = len(self.host.log("alignd"))
        self.host.configure(settings)
        os.kill(self.host.alignd.pid, number)
        self.host.wait_log("alignd", words, offset)

    def test_reload(self):
        """Both signals; an open SMTP session goes on; a bad file changes nothing."""
        with self.host.client(cases.SPOOFER_IP) as session:
            def say():
                return session.deliver(self.message(SPOOF)[0], "x@spoofer.test")[0]
            self.assertEqual((self.spoof(), say()), (550, 550))
            self.reload(signal.SIGUSR1, "mode = monitor", "reload: done")
            self.assertEqual((self.spoof(), say()), (250, 250))
            self.reload(signal.SIGHUP, "mode = sometimes", "reload: refused")
            self.assertEqual((self.spoof(), say()), (250, 250))
            self.reload(signal.SIGHUP, "mode = enforce", "reload: done")
            self.assertEqual((self.spoof(), say()), (550, 550))

    def test_reload_under_load(self):
        stop = threading.Event()
        codes = []

        def load():
            with self.host.client(cases.SPOOFER_IP) as session:
                while not stop.is_set():
                    codes.append(session.deliver(self.message(SPOOF)[0], "x@spoofer.test")[0])

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(20):
            self.reload(signal.SIGUSR1 if number % 2 else signal.SIGHUP,
                        f"mode = {('monitor', 'enforce')[number % 2]}", "reload: done")
            seen = len(codes)
            rig.wait_until("answers", 20, lambda: len(codes) >= seen + 2)
        stop.set()
        for thread in threads:
            thread.join(60)
        self.assertGreaterEqual(len(codes), 40)
        self.assertEqual(set(codes), {250, 550})

    def test_down_and_up_again(self):
        self.assertEqual(self.host.stop_alignd(), 0)
        text, marker = self.message(GENUINE)
        code, reply = self.host.send(text, cases.SENDER_IP, "ann@example.test")
        self.assertEqual(code, 451, reply)
        self.host.start_alignd()
        self.assertEqual(self.host.send(text, cases.SENDER_IP, "ann@example.test")[0], 250)
        self.host.delivered(marker)
        self.assertEqual(sum(marker.encode() in m for m in self.host.messages()), 1)


class Storms(storms.StormTests):
    pass


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_postfix_life.py", support.missing()))
