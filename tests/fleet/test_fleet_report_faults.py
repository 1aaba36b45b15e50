#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Senders of a fleet that are killed, that race, that a fail-over made forget

FLEET_RUNS sets how often three senders race (make check-fleet-race: 200).
"""
import os
import random
import signal
import time
import unittest

from fleet_rig import main
from report_fleet import HOSTS, POINTS, FleetReports, can_stop

RUNS = int(os.environ.get("FLEET_RUNS", "3"))


@unittest.skipUnless(can_stop(), "built without --enable-development")
class Kills(FleetReports):
    DOMAINS = 2

    def assert_same_ids(self, copies):
        """Each address has one id; so many mails came more than once."""
        found = self.by_address()
        self.assertEqual(sorted(found), self.addresses())
        self.assertEqual({a: ids for a, ids in found.items() if len(set(ids)) != 1}, {})
        self.assertEqual(sum(len(ids) - 1 for ids in found.values()), copies)
        self.assert_all_settled()

    def test_killed_at_every_step(self):
        """What a host had in hand, another one takes when the lease is over."""
        self.count("mx1", self.day + 3600)
        for point in POINTS:
            self.send("mx1", stop_at=point)
            self.later(3600)
        self.send("mx3")
        self.assert_same_ids(1)

    def test_and_no_sooner(self):
        self.count("mx1", self.day + 3600)
        self.send("mx1", stop_at="claimed")
        self.send("mx2")
        self.assertEqual(len(self.mailer.mails), len(self.addresses()) - 1)
        self.later(3600)
        self.send("mx2")
        self.assert_same_ids(0)

    def test_a_round_too_is_kept_for_a_while(self):
        self.count("mx1", self.day + 3600)
        self.send("mx1", stop_at="round-claimed")
        self.send("mx2")
        self.assertEqual(self.mailer.mails, [])
        self.later(901)
        self.send("mx2")
        self.assert_same_ids(0)

    def test_each_step_by_itself(self):
        for point in ("collecting", "rendered", "after-mail"):
            with self.subTest(point):
                self.setUp()
                self.count("mx1", self.day + 3600)
                self.send("mx1", stop_at=point)
                self.later(3600)
                self.send("mx2")
                self.assert_same_ids(int(point == "after-mail"))


@unittest.skipUnless(can_stop(), "built without --enable-development")
class Race(FleetReports):
    """Three timers that fire together, and kills."""
    DOMAINS = 3

    def begin_late(self, host, chance):
        """(the run, was it to be killed behind a 250?)"""
        time.sleep(chance.random() * 0.15)
        point = chance.choice(POINTS) if chance.random() < 0.5 else None
        return self.begin(host, "send", stop_at=point), point

    def race_once(self, chance):
        """How many were killed behind a 250."""
        behind = 0
        runs = [self.begin_late(host, chance) for host in chance.sample(HOSTS, 3)]
        for run, point in runs:
            out, err = run.communicate(timeout=300)
            self.assertIn(run.returncode, (0, -signal.SIGKILL), out + err)
            if run.returncode != 0 and point == "after-mail":
                behind += 1
        return behind

    def race(self, seed):
        chance = random.Random(seed)
        self.setUp()
        for host in HOSTS:
            self.count(host, self.day + 3600 * chance.randrange(24), chance.randrange(1, 5))
        behind = 0
        for _ in range(chance.randrange(1, 4)):
            behind += self.race_once(chance)
            self.later(3600)
        self.send(chance.choice(HOSTS))
        found = self.by_address()
        self.assertEqual(sorted(found), self.addresses())
        self.assertEqual([a for a, ids in found.items() if len(set(ids)) != 1], [])
        copies = sum(len(ids) - 1 for ids in found.values())
        self.assertEqual(copies, behind)
        self.assert_all_settled()
        self.mailer.close()
        return copies

    def test_three_senders_and_kills(self):
        seed = int(os.environ.get("FLEET_SEED", random.randrange(1 << 30)))
        copies = 0
        for i in range(RUNS):
            with self.subTest(seed=seed + i):
                copies += self.race(seed + i)
        print(f"{RUNS} runs from seed {seed}: {copies} mails came again, with the same id, each "
              "after a kill behind the 250")


class FailOver(FleetReports):
    DOMAINS = 2

    def test_a_standby_that_forgot_repeats_the_same_id(self):
        standby = self.server.standby()
        standby.catch_up()
        self.count("mx1", self.day + 3600)
        self.set_time(self.today + 60)  # too early for the round
        self.send("mx1")
        standby.catch_up()
        self.assertIn("synchronous_standby_names", self.report("mx1", "status"))
        standby.stop()
        self.set_time(self.today + 7 * 3600)
        self.send("mx1")
        self.assert_each_once()
        first = self.by_address()
        self.server.kill()
        standby.start()
        standby.promote()
        server, type(self).server = self.server, standby
        self.addCleanup(self.start_again, server)
        self.set_time(self.today + 7 * 3600)
        self.write_confs()
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report"), "0")
        self.send("mx2")
        for address, ids in self.by_address().items():
            self.assertEqual(ids, first[address] * 2)

    def start_again(self, server):
        type(self).server = server
        server.start()

    def test_a_named_standby_is_waited_for(self):
        """What was sent is on the standby before the next mail goes."""
        standby = self.server.standby()
        standby.catch_up()
        self.server.reload("synchronous_standby_names = 'standby'")
        self.addCleanup(self.server.reload, "synchronous_standby_names = ''")
        self.count("mx1", self.day + 3600)
        self.assertNotIn("synchronous_standby_names", self.report("mx1", "status"))
        self.send("mx1")
        self.assertEqual(standby.value("SELECT count(*) FROM alignd_report.report_destination "
                                       "WHERE state = 'sent'", database="fleet"),
                         str(len(self.addresses())))


if __name__ == "__main__":
    main()
