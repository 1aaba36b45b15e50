#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Authentication-Results of the hosts of a fleet: a stranger's are removed, a
host's are kept

The file with the hosts is written as the forwarder would; PostgreSQL is not
there, and alignd never asks it.
"""
import json
import os
import signal
import unittest

from daemon import Daemon, wait_until
from scrape import MetricsDaemon

FIELD = "Authentication-Results"
FELLOW, TRUSTED, STRANGER = "198.51.100.7", "192.0.2.9", "203.0.113.5"
HOSTS = """host "mx.test" {
	authserv_id = "mx.test"
	addresses = {"198.51.100.8"}
}
host "mx2.test" {
	authserv_id = "mx2.test"
	addresses = {"198.51.100.7"}
}
"""


class Fellows(unittest.TestCase):

    def setUp(self):
        self.daemon = Daemon(settings='trust { networks = {"198.51.100.7", "192.0.2.9"} }',
                             store='postgresql = "host=192.0.2.1"')

    def write(self, text=HOSTS):
        path = self.daemon.database + ".fleet-hosts.conf"
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o644)

    def removed(self, ip, *ids):
        """Of fields with those ids, whose went."""
        headers = [(FIELD, f" {name}; dmarc=pass") for name in ids]
        with self.daemon.session(ip) as client:
            result = client.message("a@none.test", headers=headers)
        gone = [index for index, name, value in result.of("change")
                if name == FIELD and value == ""]
        return [name for number, name in enumerate(ids, 1) if number in gone]

    def test_a_stranger_and_a_fellow(self):
        self.write()
        ids = ("mx.test", "mx2.test", "other.test", "MX2.test", "mx2.test/1")
        with self.daemon:
            self.assertEqual(self.removed(STRANGER, *ids)[:2], ["mx.test", "mx2.test"])
            self.assertNotIn("other.test", self.removed(STRANGER, *ids))
            self.assertIn("MX2.test", self.removed(STRANGER, *ids))
            self.assertEqual(self.removed(FELLOW, "mx.test", "mx2.test", "other.test"), [])
            self.assertIn(" kept=2", self.daemon.log())
            # one that is trusted, and is no host of the fleet
            self.assertEqual(self.removed(TRUSTED, *ids)[:2], ["mx.test", "mx2.test"])

    def test_evaluated_here_our_own_word_stands_alone(self):
        self.write(HOSTS.replace("198.51.100.7", "198.51.100.9"))
        with self.daemon:
            self.assertEqual(self.removed("198.51.100.9", "mx.test", "mx2.test"), ["mx.test"])

    def test_a_reload_takes_hosts(self):
        with self.daemon:
            self.assertEqual(self.removed(STRANGER, "mx2.test"), [])
            self.write()
            self.daemon.process.send_signal(signal.SIGUSR1)
            wait_until("the hosts", lambda: self.removed(STRANGER, "mx2.test") == ["mx2.test"])

    def test_a_host_that_would_have_strangers_believed(self):
        self.addCleanup(self.daemon.remove)
        self.write(HOSTS.replace("198.51.100.7", "0.0.0.0"))
        with self.assertRaises(AssertionError) as caught:
            self.daemon.start()
        self.assertIn("is no address of one host", str(caught.exception))


class Forwarder(unittest.TestCase):

    def test_figures_are_those_that_it_left(self):
        with MetricsDaemon(store='postgresql = "host=192.0.2.1"') as daemon:
            names = ("heard_timestamp_seconds", "rows_aside", "schema_mismatch",
                     "overrides_refused")
            values = [daemon.page().value("alignd_fleet_" + name) for name in names]
            self.assertEqual(values, [0, 0, 0, 0])
            with open(daemon.database + ".fleet", "w", encoding="ascii") as file:
                json.dump({"heard": 7, "aside": 3, "kind": "schema", "fault": "x",
                           "overrides_fault": "y"}, file)
            os.chmod(daemon.database + ".fleet", 0o644)
            values = [daemon.page().value("alignd_fleet_" + name) for name in names]
            self.assertEqual(values, [7, 3, 1, 1])


if __name__ == "__main__":
    unittest.main()
