#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Random histories of three hosts' stores, forwarded to a real PostgreSQL

fleet_histories.c runs them; here it gets a PostgreSQL with a fleet of three.
HISTORIES=300 runs so many (make check-fleet-histories), HISTORY=17 that one.
"""
import os
import subprocess

from fleet_rig import TOP, main
from hosts import HostTest, TOOL

PROGRAM = os.path.join(TOP, "tests", "fleet", "fleet-histories")


class Histories(HostTest):

    def test_nothing_is_lost_or_doubled(self):
        environment = {"HISTORY_TOOL": TOOL,
                       "HISTORY_ADMIN": self.server.conninfo(database="fleet"),
                       "HISTORY_MASTER": self.server.conninfo()}
        for number, letter in enumerate("abc"):
            host = self.host(f"mx{letter}.test")
            environment[f"HISTORY_HOST_{number}"] = host.conninfo
        self.admin.__exit__()
        self.server.query("CREATE DATABASE base TEMPLATE fleet")
        done = subprocess.run([PROGRAM], env={**os.environ, **environment}, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = done.stdout.decode(errors="replace")
        self.assertEqual(done.returncode, 0, said[-4000:])


if __name__ == "__main__":
    main()
