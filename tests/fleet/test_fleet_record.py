#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What alignd recorded, its forwarder brought and alignctl reads: the fleet's record
is what its hosts have together, and nothing else."""
import json

from fleet_rig import main
from hosts import HostTest


def objects(text):
    return [json.loads(line) for line in text.splitlines()]


class Record(HostTest):

    def ask(self, host, *arguments):
        status, out, err = host.tool(*arguments)
        self.assertEqual((status, err), (0, ""), out)
        return objects(out)

    def test_the_record_is_what_the_hosts_have(self):
        hosts = [self.filled(f"mx{letter}.test", count) for letter, count in
                 (("a", 4), ("b", 6))]
        for host in hosts:
            self.assertEqual(host.forward(), (0, "", ""))
        # A host has its name in the fleet there.
        of_hosts = [{**row, "host": host.name} for host in hosts
                    for row in self.ask(host, "--local", "review", "--json")]
        of_fleet = self.ask(hosts[0], "review", "--json")
        self.assertEqual(sorted(map(str, of_fleet)), sorted(map(str, of_hosts)))
        self.assertEqual(len(of_fleet), 6)
        totals = [self.ask(host, "--local", "stats", "--json")[0]["total"]["messages"]
                  for host in hosts]
        self.assertEqual(self.ask(hosts[1], "stats", "--json")[0]["total"]["messages"],
                         sum(totals))
        # Of the other host, whole and in words; its verdict came along.
        other = self.ask(hosts[1], "--local", "review", "--json")[0]["reference"]
        status, out, _ = hosts[0].tool("explain", other)
        self.assertEqual((status, "mxb.test" in out), (0, True), out)
        status, local, _ = hosts[1].tool("--local", "explain", other)
        self.assertEqual(out.splitlines()[5:], local.splitlines()[5:])
        self.assertEqual(hosts[0].tool("review", "confirm", other)[0], 0)
        self.assertEqual(len(self.ask(hosts[1], "review", "--json", "--open")), 5)


if __name__ == "__main__":
    main()
