#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Three hundred messages at once, DNS that never answers, busy processors.

No message is held longer than dns.budget and a second, from its last byte to
its answer. Prints the longest of each burst, and what the gauge of the longest
wait said meanwhile.
"""
import multiprocessing
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "wire"))

from load import Burst  # noqa: E402
from scrape import MetricsDaemon  # noqa: E402

IS_LONG = os.environ.get("ATTACK_LONG") == "1"
BURSTS = 100 if IS_LONG else 5
MESSAGES = 300
BUDGET_S = 2.0
BOUND_S = BUDGET_S + 1.0
HOGS = os.cpu_count() or 1


def burn():
    while True:
        pass


class Hogs:
    """As many busy processes as there are processors."""

    def __enter__(self):
        self.processes = [multiprocessing.Process(target=burn, daemon=True)
                          for _ in range(HOGS)]
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.join()


def silent_server():
    """A name server that takes questions and says nothing."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    return server


class Gauge(threading.Thread):
    """The longest wait that the daemon tells of, looked at all the time."""

    def __init__(self, daemon):
        super().__init__(daemon=True)
        self.daemon_ = daemon
        self.is_over = threading.Event()
        self.highest_s = 0.0

    def run(self):
        while not self.is_over.wait(0.2):
            value = self.daemon_.page().value("alignd_longest_wait_seconds")
            self.highest_s = max(self.highest_s, value)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.join(20)


def main():
    server = silent_server()
    dns = (f'servers = {{"127.0.0.1@{server.getsockname()[1]}"}} '
           f"budget = {BUDGET_S:.0f}s timeout = {BUDGET_S:.0f}s")
    longest = []
    with MetricsDaemon(dns=dns) as daemon, Hogs(), Gauge(daemon) as gauge:
        for number in range(BURSTS):
            burst = Burst(daemon, MESSAGES, f"b{number}").run()
            longest.append(burst.longest_s())
            print(f"held: burst {number + 1} of {MESSAGES} messages: longest "
                  f"{burst.longest_s():.2f} s", flush=True)
    worst = max(longest)
    print(f"held: {BURSTS} bursts, longest {worst:.2f} s, bound "
          f"{BOUND_S:.0f} s; the gauge told of {gauge.highest_s:.2f} s")
    is_told = BUDGET_S / 2 <= gauge.highest_s <= worst + 0.5
    return 0 if worst <= BOUND_S and is_told else 1


if __name__ == "__main__":
    sys.exit(main())
