# SPDX-License-Identifier: BSD-2-Clause
"""load - many clients at once, and a log that is read slowly

What each client was told is kept by the message's queue id, so that answers
can be compared with records.
"""
import collections
import os
import selectors
import subprocess
import threading
import time

from daemon import Daemon
from milter_client import ProtocolError

PIPE_BYTES = 4096
# For a daemon whose answers are to be found one by one.
KEEP_ALL = "incidents_per_pair = 1000000"


class SlowLogDaemon(Daemon):
    """Its standard error is a small pipe of which each line is read late."""

    def __init__(self, *arguments, line_s=0.002, **options):
        super().__init__(*arguments, store=KEEP_ALL, **options)
        self.line_s = line_s
        self.pump = None

    def spawn(self, command, log):
        ends = os.pipe()
        set_pipe_size(ends[1], PIPE_BYTES)
        process = subprocess.Popen(command, stdout=ends[1], stderr=ends[1],
                                   stdin=subprocess.DEVNULL)
        os.close(ends[1])
        self.pump = threading.Thread(target=self.copy, args=(ends[0],),
                                     daemon=True)
        self.pump.start()
        return process

    def copy(self, end):
        with open(end, "rb", buffering=0) as pipe, \
                open(self.log_path, "ab", buffering=0) as log:
            while line := pipe.readline():
                log.write(line)
                time.sleep(self.line_s)

    def log(self):
        """Whole once the daemon has ended."""
        if not self.is_alive():
            self.pump.join(60)
        return super().log()


def set_pipe_size(end, size):
    import fcntl
    fcntl.fcntl(end, 1031, size)  # F_SETPIPE_SZ, which Python 3.9 lacks


class Load:
    """`clients` connections, each of which sends a message after the other,
    and connects anew where it was cut, until the daemon is gone."""

    def __init__(self, daemon, clients, author="a@reject.test", pause_s=0.0):
        self.daemon = daemon
        self.author = author
        self.pause_s = pause_s
        self.answers = {}  # queue id: verdict and reply
        self.cut = 0       # messages that got no answer
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,),
                                         daemon=True)
                        for number in range(clients)]

    def start(self):
        for thread in self.threads:
            thread.start()
        return self

    def join(self, seconds=60):
        self.is_over.set()
        for thread in self.threads:
            thread.join(seconds)
            if thread.is_alive():
                raise AssertionError("a client waits for ever")

    def run(self, number):
        count = 0
        while not self.is_over.is_set():
            try:
                with self.daemon.session() as client:
                    while not self.is_over.is_set():
                        count += 1
                        self.send(client, f"L{number}N{count}")
            except (OSError, ProtocolError):
                time.sleep(0.02)

    def send(self, client, queue_id):
        try:
            result = client.message(self.author, queue_id=queue_id)
        except (OSError, ProtocolError):
            self.cut += 1
            raise
        self.answers[queue_id] = result
        time.sleep(self.pause_s)

    def decided(self):
        """Queue ids of what was answered for good."""
        return {queue_id for queue_id, result in self.answers.items()
                if result.verdict != "tempfail"}

    def told_to_come_again(self):
        return len(self.answers) - len(self.decided())


class Account:
    """Answers beside records, of mail that is refused: each is an incident, and
    kept (KEEP_ALL)."""

    def __init__(self, load, daemon):
        decided = load.decided()
        rows = collections.Counter(
            queue_id for queue_id, in
            daemon.query("SELECT queue_id FROM incident"))
        self.answered = len(decided)
        self.recorded = sum(rows.values())
        self.lost = len(decided - set(rows))
        # Whoever was not answered comes again, and counts twice.
        self.doubled = sum(rows.values()) - len(set(rows) & decided)

    def __str__(self):
        return (f"answered {self.answered}, recorded {self.recorded}, "
                f"lost {self.lost}, doubled {self.doubled}")


class Burst:
    """Messages on as many connections, each of an author of its own, that come
    to their end at the same time."""

    def __init__(self, daemon, count, label):
        self.clients = [daemon.session() for _ in range(count)]
        self.label = label
        self.held_s = []  # from the last byte to the answer

    def run(self):
        waiting = selectors.DefaultSelector()
        for number, client in enumerate(self.clients):
            client.start(f"a@{self.label}n{number}.test",
                         f"<a@{self.label}n{number}.test>")
            client.send(b"E")
            waiting.register(client.socket, selectors.EVENT_READ,
                             (client, time.monotonic()))
        while waiting.get_map():
            ready = waiting.select(60)
            if not ready:
                raise AssertionError("no answer within a minute")
            for key, _ in ready:
                client, sent = key.data
                self.held_s.append(time.monotonic() - sent)
                waiting.unregister(client.socket)
                client.end_result()
        for client in self.clients:
            client.close()
        return self

    def longest_s(self):
        return max(self.held_s)
