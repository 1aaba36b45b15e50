#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""systemd's watchdog is fed by the clock, whatever else the thread does."""
import os
import signal
import sys
import time
import unittest

from daemon import Daemon
from test_wire_metrics import Told

WATCHDOG_S = 2.0
STORM_S = 5.0
RELOAD_EVERY_S = 0.3


class Watchdog(unittest.TestCase):

    def fed_at(self, told):
        return [when for when, line in told.times
                if "WATCHDOG=1" in line]

    def test_reloads_do_not_starve_it(self):
        """One comes sooner after the other than the watchdog's half time."""
        daemon = Daemon()
        told = Told(os.path.join(daemon.folder, "notify"))
        told.start()
        os.environ["NOTIFY_SOCKET"] = told.socket.getsockname()
        os.environ["WATCHDOG_USEC"] = str(int(WATCHDOG_S * 1e6))
        self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
        self.addCleanup(os.environ.pop, "WATCHDOG_USEC")
        with daemon:
            start = time.monotonic()
            while time.monotonic() - start < STORM_S:
                daemon.signal(signal.SIGUSR1)
                time.sleep(RELOAD_EVERY_S)
            end = time.monotonic()
            times = [start, *self.fed_at(told), end]
        longest_s = max(after - before
                        for before, after in zip(times, times[1:]))
        print(f"test_wire_watchdog: fed {len(times) - 2} times, longest "
              f"pause {longest_s:.2f} s of {WATCHDOG_S:.0f}")
        self.assertLess(longest_s, WATCHDOG_S)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
