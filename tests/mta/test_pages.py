#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of OPERATIONS.md that need a real Postfix: its hold queue, the log.

What else the pages quote runs in tests/tools/test_pages.py.
"""
import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))

import cases  # noqa: E402
import postfix  # noqa: E402
import quoted  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402
from reach import for_all_users  # noqa: E402

HELD = "From: x@quarantine.test"
SPOOF = "From: ceo@example.test"
HOLD_COMMANDS = [
    "alignctl review --since 1d --applied quarantine --open",
    "postcat -qh QUEUEID",
    "alignctl review release REF",
    "postsuper -d QUEUEID",
]
# In the place of alignd-report and alignd-store: a user of each system, and a
# group that is not its own.
REPORT_USER = "daemon"
STORE_GROUP = "mail"
KEY_BYTES = 32  # of the tokens in bounces
LOG_SAMPLE = "4ZKQ1v2Jz1z4w action=reject"
LOG_COMMAND = "journalctl -u alignd --since -1d | grep would=reject"


def setUpModule():
    support.start(lambda keys: postfix.Postfix(cases.zone(keys)))


class PageCommands(support.MtaTest):

    def setUp(self):
        super().setUp()
        os.makedirs(self.host.path("bin"), exist_ok=True)
        tool = for_all_users(os.path.join(rig.TOP, "tools", "alignctl"))
        self.program("alignctl", f"exec {tool} --config {self.host.config} \"$@\"")
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


class Piped(PageCommands):
    """The transports of the page, with a user whose group may not open the store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shutil.chown(cls.host.path("state"), group=STORE_GROUP)
        os.chmod(cls.host.path("state"), 0o2770)
        for name in os.listdir(cls.host.path("state")):
            shutil.chown(cls.host.path("state", name), group=STORE_GROUP)
        pages = quoted.texts("docs/OPERATIONS.md")
        transports = "".join(text for first, text in pages.items() if first.endswith(" pipe"))
        for name, ours in (("alignd-report", REPORT_USER), ("alignd-store", STORE_GROUP),
                           ("/usr/bin/", cls.host.path("bin/"))):
            if name not in transports:
                raise AssertionError(f"{name} is in no transport of the page")
            transports = transports.replace(name, ours)
        cls.host.extend({
            "master.cf": transports,
            "transport": "".join(text for first, text in pages.items()
                                 if re.match(r"\S+@\S+ alignd-\w+:$", first)),
            "virtual": next(text for first, text in pages.items()
                            if first.startswith("dmarc-reports@")).replace(
                                "postmaster@example.org", "user@rcpt.test"),
            "main.cf": "relay_domains = example.org\nrecipient_delimiter = +\n"
                       f"transport_maps = texthash:{cls.host.path('postfix/transport')}\n"
                       f"virtual_alias_maps = texthash:{cls.host.path('postfix/virtual')}\n"})

    def handed_over(self, rcpt, body):
        """What the log of Postfix says of the delivery."""
        offset = len(self.host.log("postfix"))
        text, marker = self.message(f"From: x@spoofer.test\r\n{body}")
        code, reply = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test", rcpt)
        self.assertEqual(code, 250, reply)
        transport = "alignd-inbox" if "rua" in rcpt else "alignd-bounce"
        lines = rig.wait_until("its delivery", 60, lambda: [
            line for line in self.host.log("postfix")[offset:].splitlines()
            if f"relay={transport}," in line])
        self.assertIn("status=sent", lines[0])
        return marker

    def test_a_report_is_kept(self):
        self.handed_over("dmarc-rua@example.org", "Content-Type: application/gzip")
        with contextlib.closing(sqlite3.connect(self.host.path("state", "alignd.db"))) as store:
            self.assertEqual(store.execute("SELECT count(*) FROM inbox_aside").fetchall(), [(1,)])

    def test_a_bounce_is_looked_at_and_people_read_it(self):
        key = self.host.write("state/report-bounce.key", "k" * KEY_BYTES)
        os.chmod(key, 0o600)
        shutil.chown(key, REPORT_USER)
        marker = self.handed_over("dmarc-reports+x@example.org", "X: y")
        self.host.delivered(marker)


class Monitor(PageCommands):
    settings = "mode = monitor"

    def test_the_log_tells_what_would_have_been(self):
        self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        self.host.wait_log("alignd", "would=reject", self.offset)
        self.assertIn(" from=example.test ", self.type(LOG_COMMAND))


if __name__ == "__main__":
    sys.exit(support.run("test_pages", support.missing()))
