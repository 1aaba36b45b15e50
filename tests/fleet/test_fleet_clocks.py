#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Clocks that are wrong, or go on, around real daemons of a fleet

PostgreSQL away for an hour by the clock of all; a daemon that counts in 1970, an
hour ahead, an hour behind, and is put right while it runs. What was sent is
compared with what PostgreSQL has.
"""
import contextlib
import signal
import time

from clocks import HOUR, Clock
from fleet_rig import main
from hosts import HostTest, end, wait_until
from postgres import Postgres


class ClockTest(HostTest):

    @classmethod
    def make_server(cls):
        cls.clock = cls.enterClass(Clock())
        return Postgres(clock=cls.clock)

    def setUp(self):
        self.clock.set(0)
        super().setUp()

    def other_clock(self, ahead_s=0):
        """Of one machine alone."""
        clock = self.enterContext(Clock())
        clock.set(ahead_s)
        return clock

    def enterContext(self, context):  # of Python 3.11, and before it
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        return stack.enter_context(context)

    @contextlib.contextmanager
    def forwarded(self, host):
        forwarder = host.begin_forwarder()
        try:
            yield
        finally:
            end(forwarder)

    def counted(self):
        """Messages and incidents, those of hours that are none among them."""
        return (self.fleet_messages() + self.number("SELECT sum(count) FROM alignd.stray_result"),
                self.fleet_incidents()
                + self.number("SELECT count(*) FROM alignd.stray_incident"))


class AnHour(ClockTest):

    def test_postgresql_is_away_for_an_hour(self):
        host = self.host(clock=self.clock)
        host.start()
        with self.forwarded(host):
            host.send("a@reject.test", 3)
            wait_until("the first", lambda: self.fleet_incidents() == 3)
            self.server.stop()
            try:
                for part in range(1, 5):
                    self.clock.set(part * HOUR // 4)
                    host.send("a@reject.test", 5)
                    host.send("a@pass.test", 10)
                # which the daemon seals by itself, traffic or none
                wait_until("the hour is sealed", lambda: host.waiting() >= 1, 120)
            finally:
                self.server.start()
            host.send("a@reject.test", 2)
            wait_until("all incidents", lambda: self.fleet_incidents() == 25, 120)
            host.stop()
            wait_until("all counters", lambda: self.fleet_messages() == 65, 120)
        self.assertEqual(self.number("SELECT count(DISTINCT hour_s) FROM alignd.result"), 2)
        self.assert_all_there(host)


class Wrong(ClockTest):

    def put_right(self, ahead_s, name="mxa.test"):
        """A host whose clock is so far away, and is right later: (it, what it sent)."""
        clock = self.other_clock(ahead_s)
        host = self.host(name, clock=clock)
        host.start()
        host.send("a@reject.test", 4)
        host.send("a@pass.test", 6)
        self.assertEqual(host.forward()[0], 0)
        clock.set(0)
        host.send("a@reject.test", 3)
        host.send("a@pass.test", 2)
        host.stop()
        self.assertEqual(host.forward()[0], 0)
        self.assertEqual(host.waiting(), 0)
        return host

    def test_1970(self):
        host = self.put_right(3 * HOUR - int(time.time()))
        self.assertEqual(self.counted(), (15, 7))
        self.assertEqual((host.messages(), host.incidents()), (15, 7))
        self.assertEqual(self.fleet_messages(), 5)  # the others are in no sum

    def test_an_hour_off_both_ways(self):
        hosts = (self.put_right(HOUR, "mxa.test"), self.put_right(-HOUR, "mxb.test"))
        self.assertEqual((self.fleet_messages(), self.fleet_incidents()), (30, 14))
        self.assert_all_there(*hosts)

    def test_1970_from_a_power_loss(self):
        """As of a board without a battery, killed before its clock is right."""
        clock = self.other_clock(HOUR - int(time.time()))
        host = self.host(clock=clock)
        host.start()
        host.send("a@reject.test", 4)
        wait_until("they are written", lambda: host.messages() == 4)
        host.process.send_signal(signal.SIGKILL)
        host.process.wait()
        clock.set(0)
        host.start()
        host.send("a@reject.test", 3)
        host.stop()
        self.assertEqual(host.forward()[0], 0)
        self.assertEqual(self.counted(), (7, 7))
        self.assertEqual(host.waiting(), 0)


if __name__ == "__main__":
    main()
