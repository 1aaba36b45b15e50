#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a digest and an alert tell of the hosts of a fleet, whichever host tells"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from report_fleet import DAY, HOSTS, FleetReports  # noqa: E402
from fleet_rig import main  # noqa: E402

HOUR = 3600
NOW = "extract(epoch FROM now())::bigint"


class HostFacts(FleetReports):

    def setUp(self):
        super().setUp()
        for host in HOSTS:
            self.beat(host, self.today)

    def set(self, host, **columns):
        changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
        self.sql(f"UPDATE alignd.host SET {changes} WHERE name = '{host}'")

    def add_version(self, number, age_s):
        self.sql("INSERT INTO alignd.override_version (version, parent, text, digest, who, "
                 f"made_s) VALUES ({number}, {number - 1}, '', sha256(''), 'ann', "
                 f"{NOW} - {age_s})")

    def facts(self, command="alert"):
        """Those of hosts, as another host prints them."""
        notice = json.loads(self.report("mx2", "--print", "--json", command=command))
        return [fact for fact in notice["facts"] if fact["kind"] == "fleet"]

    def told(self, command="alert", host="mx2"):
        """The texts of a mail that was handed over; "" without one."""
        before = len(self.mailer.mails)
        self.report(host, "--mail", "ops@own.test", command=command)
        return "".join(str(mail) for mail in self.mailer.mails[before:])

    def assert_told(self, words, reason, **fields):
        for command in ("alert", "digest"):
            fact, = self.facts(command)
            self.assertIn(words, fact["text"])
            self.assertIn(reason, fact["reason"])
            self.assertEqual(fact["command"], "alignctl fleet status")
            for name, value in fields.items():
                self.assertEqual(fact[name], value)

    def test_all_is_well(self):
        self.add_version(1, 0)
        self.set("mx1", oldest_s=f"{NOW} - {3 * HOUR}", waiting=3, last_error="'an old one'")
        self.set("mx3", seen_s=0)
        self.assertEqual((self.facts("alert"), self.facts("digest")), ([], []))

    def test_one_is_missing(self):
        self.set("mx1", seen_s=f"{NOW} - 1000", oldest_s=1, waiting=9, aside=1)
        self.assert_told("1 host was not heard of again: mx1, since ", "does not reach")
        self.set("mx1", state="'removed'")
        self.assertEqual(self.facts(), [])

    def test_one_is_behind(self):
        self.set("mx1", oldest_s=f"{NOW} - {5 * HOUR}", waiting=4)
        self.assert_told("4 hours that the fleet has not got from mx1", "nothing is lost")
        self.set("mx1", last_error="'see http://evil.example'")
        self.assert_told("4 hours", "it says: see http[:]//evil[.]example")

    def test_near_the_bound(self):
        """By the shorter of this host's times, 90 days of incidents."""
        self.set("mx1", oldest_s=f"{NOW} - {91 * DAY}", waiting=4)
        self.assert_told("4 hours", "past its time there, and goes untaken from 20")

    def test_let_go_and_set_aside(self):
        self.set("mx1", let_go=3)
        self.assert_told("3 segments that went before the fleet had them, of mx1", "max_size")
        self.set("mx1", let_go=0, aside=2)
        self.assert_told("2 rows of mx1 that PostgreSQL refused", "alignd.aside")

    def test_overrides_that_are_not_taken(self):
        self.add_version(1, HOUR)
        for host in HOSTS:
            self.set(host, override_version=1)
        self.assertEqual(self.facts(), [])
        self.set("mx1", override_version=2, last_error="'went back'")
        self.assert_told("host has version 2 of the fleet's overrides, not 1: mx1",
                         "it says: went back")
        self.add_version(2, 0)
        self.assertEqual(self.facts(), [])

    def test_told_once_by_whichever_comes_first(self):
        self.set("mx1", aside=2)
        self.assertIn("2 rows of mx1", self.told())
        self.assertEqual(self.told(host="mx3"), "")
        # more of it is news once an hour; what came again after an hour is, too
        self.set("mx1", aside=3, seen_s=f"{NOW} - 1000")
        self.assertIn("not heard of again: mx1", self.told(host="mx3"))
        self.beat("mx1", self.today)
        self.later(2 * HOUR)
        self.assertIn("3 rows of mx1", self.told())
        self.set("mx1", seen_s=f"{NOW} - 1000")
        self.assertIn("not heard of again: mx1", self.told())


if __name__ == "__main__":
    main()
