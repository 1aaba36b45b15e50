#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The daemon that answers mail has given up what it does not need.

What a confined process cannot do is tried in tests/unit/test_confine.c; here
the daemon is shown to be such a process, and to do all its work as one.
"""
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import unittest

from daemon import Daemon, wait_until

OVERRIDE = ('override "a" { network = {"203.0.113.0/24"} action = accept '
            'owner = a why = b permanent = yes }\n')


def kernel_has_landlock():
    try:
        with open("/sys/kernel/security/lsm", encoding="ascii") as file:
            return "landlock" in file.read().split(",")
    except OSError:
        return False


@unittest.skipIf(os.environ.get("ALIGND_WRAPPER"),
                 "a program that runs it has calls of its own")
class Confinement(unittest.TestCase):

    def start(self, settings="", **options):
        daemon = Daemon(settings, **options).start()
        self.addCleanup(daemon.__exit__)
        return daemon

    def words(self, daemon):
        found = re.search("confined by (.*)", daemon.log())
        self.assertIsNotNone(found, daemon.log())
        return found.group(1)

    def reload(self, daemon, word):
        daemon.forget = len(daemon.log())
        daemon.signal(signal.SIGUSR1)
        wait_until(word, lambda: word in daemon.log()[daemon.forget:])

    def verdict(self, daemon, author):
        with daemon.session() as client:
            return client.message(author).verdict

    def test_every_thread_is(self):
        daemon = self.start()
        self.assertEqual(self.verdict(daemon, "a@pass.test"), "continue")
        words = self.words(daemon)
        print("met confinement:", words)
        if kernel_has_landlock():
            self.assertRegex(words, r"^landlock \(ABI \d+\), ")
        tasks = f"/proc/{daemon.process.pid}/task"
        seen = 0
        for task in os.listdir(tasks):
            try:
                with open(f"{tasks}/{task}/status", encoding="ascii") as file:
                    status = dict(line.split(":\t", 1) for line in file
                                  if ":\t" in line)
            except (FileNotFoundError, ProcessLookupError):
                continue  # a worker of libmilter that has ended
            self.assertEqual(status["NoNewPrivs"].strip(), "1")
            self.assertEqual(status["Seccomp"].strip(), "2")
            seen += 1
        self.assertGreater(seen, 3)

    def test_the_status_file_says_so(self):
        daemon = self.start()
        self.assertEqual(self.verdict(daemon, "a@pass.test"), "continue")
        with open(daemon.database + ".status", encoding="utf-8") as file:
            status = json.load(file)
        self.assertEqual(status["confinement"], self.words(daemon))

    def test_it_can_be_switched_off(self):
        daemon = self.start("confine = no")
        self.assertEqual(self.verdict(daemon, "a@pass.test"), "continue")
        self.assertRegex(self.words(daemon), "^no landlock, no seccomp; ")
        with open(f"/proc/{daemon.process.pid}/status",
                  encoding="ascii") as file:
            self.assertIn("Seccomp:\t0", file.read())

    def test_a_configuration_beside_is_read_again(self):
        daemon = Daemon()
        self.addCleanup(daemon.__exit__)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(daemon.folder)
        daemon.config = os.path.basename(daemon.config)
        daemon.start()
        self.reload(daemon, "reload: done")

    def test_files_that_are_replaced_are_read(self):
        daemon = self.start()
        self.assertEqual(self.verdict(daemon, "a@reject.test"), "reject")
        overrides = os.path.join(daemon.folder, "overrides.conf")
        fresh = overrides + ".new"
        with open(fresh, "w", encoding="ascii") as file:
            file.write(OVERRIDE)
        os.rename(fresh, overrides)
        self.reload(daemon, "reload: done")
        self.assertEqual(self.verdict(daemon, "a@reject.test"), "continue")
        with open(fresh, "w", encoding="ascii") as file:
            file.write("# none any more\n")
        os.rename(fresh, overrides)
        old = daemon.config + ".old"
        os.rename(daemon.config, old)
        daemon.write_config("mode = monitor")
        self.reload(daemon, "reload: done")
        self.assertEqual(self.verdict(daemon, "a@reject.test"), "continue")

    def test_a_file_elsewhere_takes_a_restart(self):
        daemon = self.start()
        other = tempfile.mkdtemp(prefix="alignd-other.")
        self.addCleanup(shutil.rmtree, other)
        os.chmod(other, 0o755)
        overrides = os.path.join(other, "overrides.conf")
        with open(overrides, "w", encoding="ascii") as file:
            file.write(OVERRIDE)
        daemon.write_config(f'overrides = "{overrides}"')
        if not kernel_has_landlock():
            self.skipTest("no landlock in this kernel")
        self.reload(daemon, "reload: refused")
        self.assertIn("Permission denied", daemon.log())
        self.assertEqual(self.verdict(daemon, "a@reject.test"), "reject")
        daemon.stop()
        daemon.start()
        self.assertEqual(self.verdict(daemon, "a@reject.test"), "continue")

    def test_on_a_unix_socket(self):
        daemon = self.start(is_unix=True)
        self.assertEqual(self.verdict(daemon, "a@pass.test"), "continue")
        daemon.stop()
        self.assertFalse(os.path.exists(daemon.address))


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
