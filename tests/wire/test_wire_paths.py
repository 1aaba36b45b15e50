#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the store knows of paths: the alarm for one that breaks, and known_path.

The store has nine days of a forwarder that three organizations' mail came by
(path_world).
"""
import os
import shutil
import sys
import time
import unittest

from daemon import Daemon
from scrape import MetricsDaemon

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tools"))
from path_world import FORWARDER, STRANGER, PathTest  # noqa: E402


class Paths(PathTest):

    now = int(time.time())

    def daemon(self, kind=Daemon, **more):
        with open(self.path("zone"), encoding="ascii") as file:
            daemon = kind(zone=file.read(), **more)
        shutil.copy(self.path("store.db"), daemon.database)
        shutil.chown(daemon.database, daemon.user)
        return daemon

    @staticmethod
    def send(daemon, ip, author, queue_id):
        with daemon.session(ip=ip) as client:
            client.message("a@" + author, sender="<x@forward.test>",
                           queue_id=queue_id)
        return daemon.log_line(queue_id)

    def test_what_breaks_is_told_once(self):
        with self.daemon(MetricsDaemon) as daemon:
            for i in range(3):
                self.send(daemon, FORWARDER, "a2.test", f"A{i}")
            self.send(daemon, STRANGER, "a2.test", "S")
            daemon.wait_log("mail of a2.test by way of forward.test is "
                            "refused, which passed on 4 days (SPF 0, DKIM "
                            "alone 4, last on ")
            told = [line for line in daemon.log().splitlines()
                    if "by way of" in line]
            self.assertEqual(len(told), 1, told)
            self.assertRegex(told[0], "alignctl explain ([0-9A-Z-]{9}); if it "
                             "is genuine: alignctl review allow \\1 --owner")
            self.assertEqual(daemon.page().value("alignd_paths_broken_total"),
                             1)

    def test_known_path_spares_what_it_knows(self):
        policy = "known_path = quarantine indirect_mail = reject"
        with self.daemon(policy=policy) as daemon:
            for ip, author, applied in (
                    (FORWARDER, "a3.test", "quarantine"),
                    (FORWARDER, "news1.test", "reject"),
                    (STRANGER, "a3.test", "reject")):
                line = self.send(daemon, ip, author, author + ip)
                self.assertIn(f"action={applied} ", line)
        with self.daemon(policy="indirect_mail = reject") as daemon:
            line = self.send(daemon, FORWARDER, "a3.test", "Q")
            self.assertIn("action=reject ", line)


if __name__ == "__main__":
    unittest.main(verbosity=2)
