#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Known paths of a fleet: what each host has is brought once a day, and summed"""
import json
import os
import sqlite3
import sys

from fleet_rig import main
from hosts import DATABASE, HERE, HostTest
from postgres import PostgresError

sys.path.append(os.path.join(HERE, "..", "tools"))
from limits import LIMITS  # noqa: E402  pylint: disable=wrong-import-position

DAY = 20000  # of 2024
CLIENT, AUTHOR, KEY = 0, 1, 2
COLUMNS = ("client", "subject", "network", "spf", "dkim", "failed", "first_day", "last_day",
           "days", "broken_s", "refused", "reference")
SUMMED = ("client", "author", "spf", "dkim", "failed")


def path(number, kind=AUTHOR, **columns):
    row = {"number": number, "kind": kind, "client": "relay.test", "subject": "a.test",
           "network": "192.0.2.0/24", "spf": 0, "dkim": 0, "failed": 0, "first_day": DAY,
           "last_day": DAY + 5, "days": 3, "since_day": DAY, "failed_day": 0,
           "refused_day": 0, "refused": 0, "authors": 0, "worst": 0, "worst_day": 0,
           "broken_s": 0, "reference": ""}
    return {**row, **({"subject": ""} if kind == CLIENT else {}), **columns}


class Paths(HostTest):

    def fill(self, host, rows):
        with sqlite3.connect(host.database) as db:
            db.execute("DELETE FROM path")
            for row in rows:
                names = ", ".join(row)
                db.execute(f"INSERT INTO path ({names}) VALUES "
                           f"({', '.join('?' * len(row))})", list(row.values()))

    def bring(self, *hosts):
        for host in hosts:
            status, _, err = host.forward()
            self.assertEqual((status, err), (0, ""))

    def hosts_with(self, *rows):
        """One for each list of rows; each has brought them."""
        hosts = []
        for letter, own in zip("abc", rows):
            host = self.host(f"mx{letter}.test", people="eye")
            host.start()
            host.stop()
            self.fill(host, own)
            hosts.append(host)
        self.bring(*hosts)
        return hosts

    def answer(self, host, *arguments):
        status, out, err = host.tool("paths", "--json", *arguments)
        self.assertEqual((status, err), (0, ""))
        return [json.loads(line) for line in out.splitlines()]

    def test_the_sum_of_the_hosts(self):
        """As each host has it by itself, added up."""
        hosts = self.hosts_with(
            [path(1, CLIENT, spf=5), path(2, dkim=4, failed=1), path(3, KEY, dkim=4)],
            [path(7, CLIENT, spf=50), path(8, dkim=40, first_day=DAY - 9, days=2),
             path(9, subject="b.test", spf=1, client="other.test", network="198.51.100.0/24")])
        sums = {}
        for host in hosts:
            for row in self.answer(host, "--local"):
                key = (row["client"], row["author"])
                had = sums.setdefault(key, [0, 0, 0, 0])
                sums[key] = [a + b for a, b in zip(had, (1, row["spf"], row["dkim"],
                                                         row["failed"]))]
        found = self.answer(hosts[0])
        self.assertEqual({(row["client"], row["author"]): [
            row["hosts"], row["spf"], row["dkim"], row["failed"]] for row in found}, sums)
        self.assertEqual(sums["relay.test", "a.test"], [2, 0, 44, 1])
        both = next(row for row in found if row["author"] == "a.test")
        self.assertEqual((both["first"][:10], both["days"]), ("2024-09-25", 3))
        self.assertEqual([row["client"] for row in found][-1], "other.test")

    def test_which(self):
        host, = self.hosts_with([
            path(1, spf=9), path(2, subject="b.test", client="other.test", spf=2,
                                 network="198.51.100.0/24"),
            path(3, CLIENT, client="other.test", spf=2, network="198.51.100.0/24",
                 broken_s=1_700_000_000, refused=4, reference="ABCD-EFGH")])
        for arguments, count in (((), 3), (("--domain", "mail.b.test"), 1),
                                 (("--client", "198.51.100.7"), 2), (("--broken",), 1),
                                 (("--client", "mx.other.test"), 2), (("--limit", "2"), 2)):
            with self.subTest(arguments):
                self.assertEqual(len(self.answer(host, *arguments)), count)
        broken, = self.answer(host, "--broken")
        self.assertEqual((broken["refused"], broken["reference"]), (4, "ABCD-EFGH"))
        out = host.tool("paths", "--limit", "1")[1]
        self.assertIn("and more (--limit)", out)
        self.assertIn("Of the whole fleet", out)
        self.assertIn("(4): alignctl review ABCD-EFGH", host.tool("paths", "--broken")[1])

    def test_what_is_gone_there_is_gone_here(self):
        """An erasure, too: the next state replaces the former one whole."""
        hosts = self.hosts_with([path(1, spf=1), path(2, subject="b.test", spf=1)],
                                [path(1, spf=1)])
        self.fill(hosts[0], [path(1, spf=3)])
        self.bring(hosts[0])
        found, = self.answer(hosts[0])
        self.assertEqual((found["hosts"], found["spf"]), (2, 4))
        self.sql("UPDATE alignd.path SET taken_s = taken_s - 61 * 86400")
        self.bring(hosts[1])
        self.assertEqual(self.number("SELECT count(*) FROM alignd.path"), 1)
        self.sql("UPDATE alignd.host SET state = 'removed'")
        self.assertEqual(self.answer(hosts[0]), [])

    def test_bounded(self):
        most = LIMITS["LIMIT_FLEET_PATHS"]
        broken = path(1, subject="broken.test", broken_s=1_700_000_000)
        least = path(2, subject="least.test", spf=1)
        host, = self.hosts_with([broken, least] + [
            path(at, subject=f"d{at}.test", spf=2) for at in range(3, most + 2)])
        rows = self.answer(host)
        self.assertEqual(len(rows), most)
        named = {row["author"] for row in rows}
        self.assertEqual(named & {"broken.test", "least.test"}, {"broken.test"})

    def test_what_a_host_may_not_bring(self):
        host, = self.hosts_with([path(1, spf=1)])
        one = "ARRAY[1]::bigint[]"

        def call(role="mxa", kind=one, client="ARRAY['c']", spf=one):
            numbers = ", ".join([one] * 7)
            self.server.query(
                f"SELECT alignd_push.paths(1, {kind}, {client}, ARRAY['n'], ARRAY['s'], "
                f"{spf}, {numbers}, ARRAY['r'])", database=DATABASE, user=role)

        call()
        for words, wrong in (("past its bounds", {"kind": "ARRAY[2]::bigint[]"}),
                             ("past its bounds", {"kind": "ARRAY[NULL]::bigint[]"}),
                             ("arrays of", {"kind": "ARRAY[]::bigint[]"}),
                             ("a text of 101", {"client": "ARRAY[repeat('c', 101)]"}),
                             ("a text of", {"client": "ARRAY[NULL]"}),
                             ("permission denied", {"role": "eye"})):
            with self.subTest(wrong), self.assertRaisesRegex(PostgresError, words):
                call(**wrong)
        call(spf=f"ARRAY[{2**62}]::bigint[]")
        self.assertEqual(self.answer(host)[0]["spf"], 2**32 - 1)


if __name__ == "__main__":
    main()
