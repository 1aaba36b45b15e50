#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""log.format = json: every line is an object, its fields are those of alignd(8).

Lines of messages of every kind, of strangers' bytes, and of the daemon itself.
rsyslog, where it is installed, reads the rule that OPERATIONS.md has.
"""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from daemon import Daemon, TOP, wait_until

EVERY = {"@timestamp", "log.level", "message", "ecs.version", "service.name", "event.dataset"}
SETTINGS = 'trust { networks = {"198.51.100.9"} }\n'


def listed():
    """The fields in the manual's section."""
    with open(os.path.join(TOP, "docs", "alignd.8"), encoding="ascii") as file:
        section = file.read().split(".Ss Lines of JSON\n")[1].split("\n.Ss ")[0]
    return {word for line in re.findall(r"^\.It Li (.*)", section, re.M)
            for word in line.split(" , ")}


class Lines(unittest.TestCase):

    def setUp(self):
        self.daemon = Daemon(SETTINGS, policy="quarantine_action = hold")
        self.daemon.drop_in("50-log.conf", "log { format = json }")

    def lines(self):
        """All lines as objects; whatever is none fails."""
        found = []
        for line in self.daemon.log().splitlines():
            with self.subTest(line):
                line.encode("ascii")
                found.append(json.loads(line))
        for each in found:
            self.assertLessEqual(EVERY, set(each))
            self.assertRegex(each["@timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIn(each["log.level"], ("error", "warning", "info"))
            self.assertEqual((each["ecs.version"], each["service.name"]), ("8.11.0", "alignd"))
        return found

    def messages(self):
        return [each for each in self.lines() if each["event.dataset"] == "alignd.message"]

    def test_a_message_of_each_kind(self):
        with self.daemon:
            with self.daemon.session() as client:
                for author, sender in (("a@pass.test", "<a@pass.test>"),
                                       ("ann@reject.test", "<bob.smith@other.test>"),
                                       ("a@quarantine.test", "<a@other.test>"),
                                       ("a@broken.test", "<>"),
                                       ("no address at all", "<a@other.test>"),
                                       ('"\\"}{\\x1b" <a@n\xf6.test>', '<"{\\"a\\"}"@other.test>')):
                    client.message(author, sender=sender)
            with self.daemon.session(ip="198.51.100.9") as client:
                client.message("a@reject.test", sender="<a@other.test>")
            wait_until("all are logged", lambda: len(self.messages()) == 7)
            found = self.messages()
        self.assertEqual([each["event.action"] for each in found[:5]],
                         ["accept", "reject", "quarantine", "tempfail", "reject"])
        self.assertEqual([each["event.outcome"] for each in found[:5]],
                         ["success", "failure", "failure", "unknown", "failure"])
        self.assertEqual([each["event.type"] for each in found[:5]],
                         [["allowed"], ["denied"], ["denied"], ["info"], ["denied"]])
        refused, skipped = found[1], found[-1]
        self.assertEqual(
            [refused[name] for name in ("alignd.result", "alignd.author_domain", "alignd.asked",
                                        "alignd.mail_from_domain", "event.category", "event.kind")],
            ["fail", "reject.test", "reject", "other.test", ["email"], "event"])
        self.assertRegex(refused["alignd.reference"], r"^\w{4}-\w{4}$")
        self.assertEqual(refused["message"], "reject: DMARC fail for reject.test")
        # The MTA gave a name, mail.client.test, which no DNS confirms.
        self.assertEqual((refused["source.ip"], refused["source.domain"]), ("203.0.113.5", None))
        self.assertEqual((skipped["event.action"], skipped["alignd.result"],
                          skipped["source.ip"]), ("skip", None, "198.51.100.9"))
        self.assertIn("trusted", skipped["event.reason"])
        for each in found:
            self.assertEqual(set(each), listed())
            # no address of a person
            self.assertNotRegex(json.dumps(each), "ann|bob|@[a-z]+[.]test")

    def test_lines_of_the_daemon(self):
        with self.daemon:
            with open(self.daemon.config, encoding="ascii") as file:
                good = file.read()
            with open(self.daemon.config, "w", encoding="ascii") as file:
                file.write(good + '"\x1b[31m = "{}\n')
            self.daemon.process.send_signal(1)
            wait_until("the reload is refused",
                       lambda: any(each["log.level"] == "error" for each in self.lines()))
            with open(self.daemon.config, "w", encoding="ascii") as file:
                file.write(good)
            count = len(self.lines())
            self.daemon.process.send_signal(1)
            wait_until("it is taken", lambda: len(self.lines()) > count)
            self.daemon.stop()
            found = self.lines()
        self.assertGreater(len(found), 3)
        for each in found:
            self.assertEqual(set(each), EVERY)
            self.assertEqual(each["event.dataset"], "alignd.daemon")

    @unittest.skipUnless(shutil.which("rsyslogd"), "rsyslog is not installed")
    def test_rsyslog_takes_the_rule(self):
        with open(os.path.join(TOP, "docs", "OPERATIONS.md"), encoding="utf-8") as file:
            rule = re.search(r"    # /etc/rsyslog.d/alignd.conf\n((?:    .*\n)+)", file.read())[1]
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(rule)
            file.flush()
            done = subprocess.run(["rsyslogd", "-N1", "-f", file.name], capture_output=True,
                                  text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
