# SPDX-License-Identifier: BSD-2-Clause
"""traffic - mail that does not end while something goes wrong, and how long it waits"""
import threading
import time

from hosts import wait_until

MESSAGES = 200
SECONDS = 1
# So that all are incidents, which stream: an hour has room for ten thousand.
PAUSE_S = 0.004


class Traffic:
    """Messages one after the other, from enter to exit. `waits`: how long each that
    was answered waited at its end; one whose daemon was killed is none."""

    def __init__(self, host):
        self.host = host
        self.waits = []
        self.failed = None
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join(120)

    def run(self):
        try:
            with self.host.session() as client:
                while not self.is_over.is_set():
                    begun = time.monotonic()
                    client.message("a@reject.test")
                    self.waits.append(time.monotonic() - begun)
                    time.sleep(PAUSE_S)
        except Exception as failure:  # pylint: disable=broad-exception-caught
            self.failed = failure

    def measure(self):
        """The p99 in ms of those from now on."""
        first, begun = len(self.waits), time.monotonic()
        wait_until("mail flows", lambda: self.failed is not None or (
            len(self.waits) - first >= MESSAGES and time.monotonic() - begun >= SECONDS), 120)
        if self.failed is not None:
            raise self.failed
        waits = sorted(self.waits[first:])
        return waits[len(waits) * 99 // 100] * 1000
