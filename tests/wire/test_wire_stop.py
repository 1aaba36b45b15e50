#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Stop, reload and drain under forty clients, with a log that is read slowly.

H13: what was answered is on record, once; later mail is told to come again.
Builds with a sanitizer see whether anything is touched that was freed.
"""
import signal
import socket
import sys
import threading
import time
import unittest

from daemon import PROGRAM, Daemon, wait_until
from milter_client import ProtocolError
from load import Account, Load, SlowLogDaemon
from test_wire_life import SlowDns

CLIENTS = 40
STOP_S = 3
# A sanitizer's build on a busy machine is slow by itself.
PATIENCE_S = 20


class Stop(unittest.TestCase):

    def stopped(self, daemon, load):
        start = time.monotonic()
        daemon.signal(signal.SIGTERM)
        self.assertEqual(daemon.process.wait(60), 0, daemon.log())
        took_s = time.monotonic() - start
        load.join()
        return took_s

    def check_account(self, load, daemon):
        account = Account(load, daemon)
        print(f"test_wire_stop: {account}")
        self.assertGreater(account.answered, 0)
        self.assertEqual((account.lost, account.doubled), (0, 0), account)

    def test_h13_stop_under_load(self):
        with SlowLogDaemon() as daemon:
            load = Load(daemon, CLIENTS).start()
            time.sleep(1)
            took_s = self.stopped(daemon, load)
            self.check_account(load, daemon)
            self.assertLess(took_s, PATIENCE_S)
            log = daemon.log()
            self.assertIn("stopped", log)
            self.assertNotIn("queue is full", log)
            self.assertNotIn("lost a record", log)

    def test_reloads_under_load_then_stop(self):
        with SlowLogDaemon() as daemon:
            load = Load(daemon, CLIENTS).start()
            for _ in range(20):
                daemon.signal(signal.SIGUSR1)
                time.sleep(0.05)
            self.stopped(daemon, load)
            self.check_account(load, daemon)
            self.assertIn("reload: done", daemon.log())

    def test_what_is_evaluated_is_answered_and_what_comes_is_not(self):
        dns = SlowDns(1.0)
        dns.start()
        settings = f'servers = {{"127.0.0.1@{dns.port}"}} budget = 10s'
        with Daemon(dns=settings) as daemon:
            early = [daemon.session() for _ in range(5)]
            for number, client in enumerate(early):
                client.start(f"a@early{number}.test")
                client.send(b"E")
            late = daemon.session()
            late.start("a@late.test")
            self.assertTrue(dns.asked.wait(10))
            time.sleep(0.3)
            daemon.signal(signal.SIGTERM)
            daemon.wait_log("stopping on SIGTERM")
            result = late.end_of_message()
            self.assertEqual(result.verdict, "tempfail")
            self.assertTrue(result.reply.startswith("451 4.3.2 "), result)
            for client in early:
                self.assertEqual(client.end_result().verdict, "continue")
            self.assertEqual(daemon.process.wait(30), 0)
            (count,), = daemon.query("SELECT sum(count) FROM result")
            self.assertEqual(count, 5)
            self.assertIn("stopping=1", daemon.log())
            for client in [*early, late]:
                client.close()

    def test_half_a_packet_holds_up_no_stop(self):
        """Its worker waits for the rest, for two hours if it may."""
        with Daemon() as daemon:
            client = daemon.session()
            client.socket.sendall(b"\0\0\0\x40L")
            time.sleep(0.3)
            start = time.monotonic()
            daemon.stop()
            self.assertLess(time.monotonic() - start, STOP_S)
            client.close()

    def test_stop_while_it_starts(self):
        """From the moment the socket is there a stop is an ordinary one."""
        end = time.monotonic() + STOP_S
        for count in range(12):
            if count > 2 and time.monotonic() > end:
                break
            daemon = Daemon(is_unix=count % 2 == 0)
            self.addCleanup(daemon.remove)
            with open(daemon.log_path, "wb") as log:
                daemon.process = daemon.spawn(
                    [PROGRAM, "-f", "-c", daemon.config], log)
            wait_until("the socket is open", lambda: self.is_open(daemon), 60,
                       pause_s=0.001)
            daemon.stop()
            self.assertIn("stopping on SIGTERM", daemon.log())
            self.assertFalse(self.is_open(daemon))

    @staticmethod
    def is_open(daemon):
        is_unix = isinstance(daemon.address, str)
        family = socket.AF_UNIX if is_unix else socket.AF_INET
        with socket.socket(family) as probe:
            return probe.connect_ex(daemon.address) == 0

    def test_clients_that_never_pause(self):
        """Each sends its next message before it reads the answer."""
        with Daemon() as daemon:
            over = threading.Event()
            threads = [threading.Thread(target=self.never_pause,
                                        args=(daemon, over))
                       for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(0.5)
            start = time.monotonic()
            daemon.stop()
            took_s = time.monotonic() - start
            over.set()
            for thread in threads:
                thread.join(30)
            self.assertLess(took_s, PATIENCE_S)

    @staticmethod
    def never_pause(daemon, over):
        try:
            with daemon.session() as client:
                while not over.is_set():
                    for _ in range(20):
                        client.start("a@reject.test")
                        client.send(b"E")
                    for _ in range(20):
                        client.end_result()
        except (OSError, ProtocolError):
            return


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
