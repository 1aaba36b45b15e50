#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of OPERATIONS.md that need a real Postfix: its hold queue, the log.

What else the pages quote runs in tests/tools/test_pages.py.
"""
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))

import cases  # noqa: E402
import postfix  # noqa: E402
import quoted  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402

HELD = "From: x@quarantine.test"
SPOOF = "From: ceo@example.test"
HOLD_COMMANDS = [
    "alignctl review --since 1d --applied quarantine --open",
    "postcat -qh QUEUEID",
    "alignctl review release REF",
    "postsuper -d QUEUEID",
]
LOG_SAMPLE = "4ZKQ1v2Jz1z4w action=reject"
LOG_COMMAND = "journalctl -u alignd --since -1d | grep would=reject"


def setUpModule():
    support.start(lambda keys: postfix.Postfix(cases.zone(keys)))


class PageCommands(support.MtaTest):

    def setUp(self):
        super().setUp()
        os.makedirs(self.host.path("bin"), exist_ok=True)
        self.program("alignctl", f"exec {rig.TOP}/tools/alignctl --config {self.host.config} \"$@\"")
        # the journal of a host without systemd
        self.program("journalctl", f"cat {self.host.path('alignd.log')}")

    def program(self, name, script):
        path = self.host.write("bin/" + name, f"#!/bin/sh\n{script}\n")
        os.chmod(path, 0o755)

    def type(self, command, **names):
        """What it prints; it stands in the page, and ends well."""
        self.assertIn((command, None), quoted.commands("docs/OPERATIONS.md"))
        for name, value in names.items():
            command = command.replace(name, value)
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60,
                              env={**os.environ, "MAIL_CONFIG": self.host.path("postfix"),
                                   "PATH": self.host.path("bin") + ":" + os.environ["PATH"]})
        self.assertEqual(done.returncode, 0, done)
        return done.stdout + done.stderr


class OnHold(PageCommands):

    def send_held(self):
        """The queue id and the reference of one that is put on hold."""
        before = set(self.host.held())
        code, reply = self.host.send(self.message(HELD)[0], cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual(code, 250, reply)
        [queue_id] = rig.wait_until("the hold queue", 20, lambda: set(self.host.held()) - before)
        return queue_id, self.review()[0]["reference"]

    def test_it_is_seen_released_and_deleted(self):
        listing, header, release, delete = HOLD_COMMANDS
        queue_id, reference = self.send_held()
        self.assertIn(reference, self.type(listing))
        self.assertIn(HELD, self.type(header, QUEUEID=queue_id))
        self.assertIn(f"message {queue_id} is released from hold",
                      self.type(release, REF=reference))
        self.assertNotIn(reference, self.type(listing))
        queue_id, _ = self.send_held()
        self.type(delete, QUEUEID=queue_id)
        self.assertEqual(self.held(), set())


    def test_the_line_of_a_refusal(self):
        """The line that the page shows has the keys and the form of a real one."""
        pages = quoted.texts("docs/OPERATIONS.md")
        shown = next(text for first, text in pages.items() if first.startswith(LOG_SAMPLE))
        self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        line = self.host.wait_log("alignd", " action=reject", self.offset)
        values = [dict(word.split("=", 1) for word in text.split() if "=" in word)
                  for text in (shown, line)]
        self.assertEqual(*map(list, values))
        self.assertEqual([value["mfrom"][0] + value["mfrom"][-1] for value in values],
                         ["<>", "<>"])


class Monitor(PageCommands):
    settings = "mode = monitor"

    def test_the_log_tells_what_would_have_been(self):
        self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        self.host.wait_log("alignd", "would=reject", self.offset)
        self.assertIn(" from=example.test ", self.type(LOG_COMMAND))


if __name__ == "__main__":
    sys.exit(support.run("test_pages", support.missing()))
