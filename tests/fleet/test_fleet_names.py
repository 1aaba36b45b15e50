#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Hosts whose names are alike: two machines of one hostname that send reports, and
two that would be the same host of the fleet

Each of the first two has processes of its own (unshare), so that the owner of what
the other claimed is, by its number, nobody that runs here; the name is the same.
"""
import os
import subprocess
import unittest

from fleet_rig import main
from hosts import HostTest, can_stop
from report_fleet import FleetReports

# Its first process is a shell, since the first one of all cannot kill itself.
APART = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
         '"$@"; exit $?', "sh"]


def can_part():
    return subprocess.run([*APART, "true"], check=False, capture_output=True).returncode == 0


@unittest.skipUnless(can_part(), "no machine can be made to look like two here")
class OneHostname(FleetReports):
    DOMAINS = 3

    def begin_apart(self, host, **environment):
        """As a machine of its own, of this one's name."""
        return subprocess.Popen([*APART, *self.arguments(host, "report", "send")],
                                env={**os.environ, **environment}, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def send_apart(self, host):
        run = self.begin_apart(host)
        out, err = run.communicate(timeout=300)
        self.assertEqual(run.returncode, 0, out + err)

    def test_at_once(self):
        for host in ("mx1", "mx2"):
            self.count(host, self.day + 3600)
        runs = [self.begin_apart(host) for host in ("mx1", "mx2")]
        for run in runs:
            out, err = run.communicate(timeout=300)
            self.assertEqual(run.returncode, 0, out + err)
        self.assert_each_once()

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_one_is_killed_at_each_step(self):
        """What it claimed is its own until the lease is over, whoever looks."""
        for point in ("round-claimed", "claimed", "before-mail", "after-mail"):
            with self.subTest(point):
                self.setUp()
                self.count("mx1", self.day + 3600)
                run = self.begin_apart("mx1", ALIGND_STOP_AT=point)
                run.communicate(timeout=300)
                self.assertNotEqual(run.returncode, 0)
                held = self.held()
                self.assertEqual(len(held), int(point != "round-claimed"))
                self.send_apart("mx2")
                self.assertEqual(self.held(), held)
                self.all_is_due()
                self.send_apart("mx2")
                ids = self.by_address()
                self.assertEqual(sorted(ids), self.addresses())
                self.assertEqual([a for a, found in ids.items() if len(set(found)) != 1], [])
                self.assertEqual(sum(len(found) - 1 for found in ids.values()),
                                 int(point == "after-mail"))
                self.mailer.close()

    def held(self):
        """The addresses that somebody claims, of this hostname."""
        found = self.sql("SELECT address, owner FROM alignd_report.report_destination WHERE "
                         "owner <> '' AND state IN ('unchecked', 'waiting') ORDER BY 1")
        self.assertEqual({row[1].split()[0] for row in found} - {os.uname().nodename}, set())
        return found


class OneName(HostTest):
    """Of two machines that were both set up as one host of the fleet."""

    def test_with_roles_of_their_own(self):
        """The role that init heard last is the host; the other is refused, loses
        nothing, and brings all that it has under a name of its own."""
        first = self.filled("mxa.test", 5)
        self.assertEqual(first.forward()[0], 0)
        second = self.host("mxb.test")
        status, _, said = first.tool("fleet", "init", "--host", "mxa.test=mxb",
                                     self.server.conninfo(database="fleet"))
        self.assertEqual(status, 3)
        self.assertIn("role mxb is another host's", said)
        self.sql("DELETE FROM alignd.host WHERE name = 'mxb.test'")
        self.init(first, "mxa.test=mxb")
        second.name = "mxa.test"
        second.write_config()
        with second:
            second.send("a@reject.test", 4)
            first.start()
            first.send("a@reject.test", 6)
            first.stop()
            second.stop()
            status, _, said = first.forward()
            self.assertEqual((status, said.count("\n")), (4, 1), said)
            self.assertIn("role mxa is no host of this fleet", said)
            self.assertEqual((first.waiting(), second.forward()[0]), (1, 0))
            self.init(first, "mxc.test=mxa")
            first.name = "mxc.test"
            first.write_config()
            self.assertEqual(first.forward()[0], 0)
            self.assert_all_there(first, second)

    def init(self, host, name):
        status, _, said = host.tool("fleet", "init", "--host", name,
                                    self.server.conninfo(database="fleet"))
        self.assertEqual(status, 0, said)

    def test_with_one_role(self):
        """Each of one image. What each counted has a random name: both are there, once."""
        first, second = self.filled("mxa.test", 5), self.host("mxb.test")
        second.conninfo, second.name = first.conninfo, first.name
        second.write_config()
        with second:
            second.send("a@reject.test", 4)
            second.stop()
            for host in (first, second, first, second):
                self.assertEqual(host.forward()[0], 0)
            self.assert_all_there(first, second)
            self.assertEqual(self.number("SELECT count(DISTINCT host_no) FROM alignd.segment"), 1)


if __name__ == "__main__":
    main()
