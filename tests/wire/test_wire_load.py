#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Many connections, and a daemon killed in the middle of a load."""
import sys
import threading
import time
import unittest

import milter_client as m
from daemon import Daemon
from load import Burst
from test_wire_life import SlowDns

CONNECTIONS = 200
MESSAGES = 2000
CLIENTS = 8


class Connections(unittest.TestCase):

    def test_two_hundred_at_once(self):
        with Daemon() as daemon:
            clients = [daemon.session() for _ in range(CONNECTIONS)]
            for client in clients:
                client.start("a@pass.test")
            for number, client in enumerate(clients):
                client.macros(b"E", {"i": f"MANY{number}"})
                client.send(b"E")
            for client in clients:
                # A message beyond max_messages is refused for now.
                self.assertIn(client.end_result().verdict,
                              ("continue", "tempfail"))
            for client in clients:
                self.assertEqual(client.message("a@pass.test").verdict,
                                 "continue")
                client.close()

    def test_too_many_in_evaluation(self):
        with Daemon("max_messages = 1") as daemon:
            clients = [daemon.session() for _ in range(30)]
            for client in clients:
                client.start("a@pass.test")
            for client in clients:
                client.send(b"E")
            results = [client.end_result() for client in clients]
            for client in clients:
                client.close()
            refused = [r for r in results if r.verdict == "tempfail"]
            self.assertLess(len(refused), len(results))
            for result in refused:
                self.assertTrue(result.reply.startswith("451 4.3.2 "), result)
            if refused:
                self.assertIn("reason=overloaded", daemon.log())


class Slow(unittest.TestCase):

    def test_none_waits_for_the_message_of_another(self):
        """libmilter leaves several to the one worker that it woke."""
        dns = SlowDns(0.5)
        dns.start()
        settings = f'servers = {{"127.0.0.1@{dns.port}"}} budget = 10s'
        with Daemon(dns=settings) as daemon:
            alone_s = Burst(daemon, 1, "alone").run().longest_s()
            for number in range(3):
                held_s = Burst(daemon, 40, f"b{number}").run().longest_s()
                self.assertLess(held_s, 2 * alone_s + 1)
            time.sleep(2.3)
            self.assertNotIn("workers do not wait", daemon.log())


class Killed(unittest.TestCase):
    """kill -9: every message that was answered is on record, none twice."""

    def send(self, daemon, number):
        try:
            with daemon.session() as client:
                for count in range(MESSAGES // CLIENTS):
                    queue_id = f"K{number}-{count}"
                    self.sent.append(queue_id)
                    result = client.message("a@reject.test",
                                            queue_id=queue_id)
                    if result.verdict == "reject":
                        self.answered.append(queue_id)
        except (m.ProtocolError, OSError):
            pass

    def test_kill(self):
        self.sent, self.answered = [], []
        # All are of one pair, and all are to be kept.
        daemon = Daemon(store=f"incidents_per_pair = {MESSAGES}")
        self.addCleanup(daemon.remove)
        daemon.start()
        threads = [threading.Thread(target=self.send, args=(daemon, n))
                   for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 60
        while len(self.answered) < MESSAGES // 2 and time.monotonic() < end:
            time.sleep(0.002)
        daemon.kill()
        for thread in threads:
            thread.join()
        self.assertGreaterEqual(len(self.answered), MESSAGES // 2)
        self.assertLess(len(self.answered), MESSAGES)

        stored = [row[0] for row in daemon.query(
            "SELECT queue_id FROM incident")]
        self.assertEqual(len(stored), len(set(stored)), "one stored twice")
        self.assertEqual(set(self.answered) - set(stored), set())
        self.assertEqual(set(stored) - set(self.sent), set())
        (count,), = daemon.query("SELECT sum(count) FROM result")
        self.assertEqual(count, len(stored))
        self.assertEqual(daemon.query("PRAGMA integrity_check"), [("ok",)])
        print(f"answered {len(self.answered)}, stored {len(stored)}, "
              f"sent {len(self.sent)}")

        # The next start takes the file as it is.
        daemon.start()
        with daemon.session() as client:
            self.assertEqual(client.message("a@reject.test").verdict, "reject")
        daemon.stop()


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
