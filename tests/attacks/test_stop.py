#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""SIGTERM in the middle of a load, with a log that is read slowly.

What was answered is on record, once; later mail is told to come again; the
stop takes its bound. Prints what was met.
"""
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "wire"))

from load import Account, Load, SlowLogDaemon  # noqa: E402

IS_LONG = os.environ.get("ATTACK_LONG") == "1"
STOPS = 20 if IS_LONG else 4
CLIENTS = 40
BOUND_S = 3.0


def stop_once(line_s):
    with SlowLogDaemon(line_s=line_s) as daemon:
        load = Load(daemon, CLIENTS).start()
        time.sleep(1)
        start = time.monotonic()
        daemon.signal(signal.SIGTERM)
        status = daemon.process.wait(60)
        took_s = time.monotonic() - start
        load.join()
        account = Account(load, daemon)
        print(f"stop: {account}, told to come again "
              f"{load.told_to_come_again()}, cut {load.cut}, "
              f"{took_s:.1f} s, a line in {line_s * 1000:.0f} ms")
        closed_words = "queue is full" in daemon.log()
        return (status == 0 and account.lost == 0 and account.doubled == 0
                and account.answered > 0 and took_s <= BOUND_S
                and not closed_words)


def main():
    lines_s = (0.0, 0.002, 0.005, 0.01)
    results = [stop_once(lines_s[number % len(lines_s)])
               for number in range(STOPS)]
    print(f"stop: {sum(results)} of {STOPS} stops kept what was promised "
          f"(0 lost, 0 doubled, at most {BOUND_S:.0f} s)")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
