#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What Prometheus scrapes is what was sent, also while it is being sent."""
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

from daemon import Daemon, TOP, wait_until
from scrape import MetricsDaemon, Page
from test_wire_life import SlowDns

CLIENTS = 4
ROUNDS = 40
# author, sender, and where the message is counted
MESSAGES = (
    ("a@pass.test", "<a@pass.test>", ("pass", "reject", "none", "none")),
    ("a@reject.test", "<a@other.test>", ("fail", "reject", "reject", "none")),
    ("a@quarantine.test", "<a@other.test>",
     ("fail", "quarantine", "quarantine", "none")),
    ("a@none.test", "<a@other.test>", ("fail", "none", "none", "none")),
    ("a@broken.test", "<a@other.test>",
     ("temperror", "absent", "tempfail", "none")),
    ('"\\"}{x=\\"1" <a@nothing.test>', "<a@other.test>",
     ("none", "absent", "none", "none")),
)
LASTING = ('override "%s" { network = {"203.0.113.0/24"} action = accept '
           'owner = a why = b %s }\n')


def day(days):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400))


class Scraper(threading.Thread):
    """Reads the page again and again; what may only grow does."""

    def __init__(self, daemon):
        super().__init__()
        self.daemon_ = daemon
        self.is_over = threading.Event()
        self.count = 0
        self.trouble = None

    def run(self):
        before = {}
        try:
            while not self.is_over.is_set():
                page = self.daemon_.page()
                now = page.counters()
                for key, value in before.items():
                    assert now[key] >= value, (key, value, now[key])
                for name in ("alignd_end_of_message_seconds",
                             "alignd_store_wait_seconds"):
                    page.histogram(name)
                before = now
                self.count += 1
        except Exception as trouble:  # told by the main thread
            self.trouble = trouble


class Counts(unittest.TestCase):

    def send(self, daemon):
        with daemon.session() as client:
            for _ in range(ROUNDS):
                for author, sender, _ in MESSAGES:
                    client.message(author, sender=sender)

    def check(self, page):
        for _, _, (result, policy, applied, override) in MESSAGES:
            self.assertEqual(page.value(
                "alignd_messages_total", result=result, policy=policy,
                applied=applied, override=override), CLIENTS * ROUNDS)
        total = CLIENTS * ROUNDS * len(MESSAGES)
        self.assertEqual(page.sum("alignd_messages_total"), total)
        for name in ("end_of_message", "store_wait"):
            count, seconds = page.histogram(f"alignd_{name}_seconds")
            self.assertEqual(count, total)
            self.assertGreater(seconds, 0)
        self.assertEqual(page.value("alignd_store_records_committed_total"),
                         total)
        self.assertLessEqual(page.value("alignd_store_transactions_total"),
                             total)
        for name in ("store_records_lost_total", "store_queue_entries",
                     "store_last_error_timestamp_seconds", "clock_doubted",
                     "messages_in_progress", "messages_evaluating"):
            self.assertEqual(page.value("alignd_" + name), 0, name)
        self.assertEqual(page.value("alignd_connections_total"), CLIENTS)
        # _dmarc.broken.test, asked once a message
        self.assertEqual(page.value("alignd_dns_answers_total",
                                    status="temporary"), CLIENTS * ROUNDS)

    def test_scraped_under_load(self):
        with MetricsDaemon() as daemon:
            scraper = Scraper(daemon)
            scraper.start()
            threads = [threading.Thread(target=self.send, args=(daemon,))
                       for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            scraper.is_over.set()
            scraper.join()
            self.assertIsNone(scraper.trouble)
            self.assertGreater(scraper.count, 1)
            page = daemon.page()
            self.check(page)
            self.assertEqual(page.value("alignd_scrapes_total"),
                             scraper.count + 1)
            stored, = daemon.query("SELECT sum(count) FROM result")
            self.assertEqual(stored[0], page.sum("alignd_messages_total"))

    def test_skipped_aborted_monitored(self):
        with MetricsDaemon("mode = monitor") as daemon:
            with daemon.session() as client:
                client.message("a@reject.test", sender="<a@other.test>")
                client.start("a@reject.test")
                client.abort()
                client.message("a@pass.test")
                page = daemon.page()
                self.assertEqual(page.value("alignd_connections"), 1)
            with daemon.session(ip="127.0.0.1") as client:
                client.message("a@reject.test")
            page = daemon.page()
            self.assertEqual(page.value("alignd_messages_aborted_total"), 1)
            self.assertEqual(page.value("alignd_messages_skipped_total"), 1)
            self.assertEqual(page.value("alignd_messages_monitored_total",
                                        would="reject"), 1)
            self.assertEqual(page.sum("alignd_messages_total",
                                      applied="none"), 2)
            self.assertEqual(page.value("alignd_enforcing"), 0)
            # What is not evaluated is not timed.
            self.assertEqual(
                page.histogram("alignd_end_of_message_seconds")[0], 2)

    def test_overloaded(self):
        with MetricsDaemon("max_messages = 1") as daemon:
            clients = [daemon.session() for _ in range(30)]
            for client in clients:
                client.start("a@pass.test")
            for client in clients:
                client.send(b"E")
            refused = sum(client.end_result().verdict == "tempfail"
                          for client in clients)
            for client in clients:
                client.close()
            page = daemon.page()
            self.assertEqual(page.value("alignd_messages_overloaded_total"),
                             refused)
            self.assertEqual(page.value("alignd_messages_evaluating_limit"), 1)

    def test_the_longest_wait(self):
        dns = SlowDns(1.0)
        dns.start()
        settings = f'servers = {{"127.0.0.1@{dns.port}"}} budget = 10s'
        with MetricsDaemon(dns=settings) as daemon:
            with daemon.session() as client:
                client.start("a@author.test")
                client.send(b"E")
                time.sleep(0.6)
                wait_s = daemon.page().value("alignd_longest_wait_seconds")
                self.assertTrue(0.3 <= wait_s <= 10, wait_s)
                client.end_result()
                wait_s = daemon.page().value("alignd_longest_wait_seconds")
                self.assertLess(wait_s, 0.3)

    def test_the_cache_and_the_round_trips(self):
        dns = SlowDns(0.02)
        dns.start()
        settings = f'servers = {{"127.0.0.1@{dns.port}"}} budget = 10s'
        with MetricsDaemon(dns=settings) as daemon:
            with daemon.session() as client:
                for _ in range(3):
                    client.message("a@author.test")
            page = daemon.page()
            count, seconds = page.histogram("alignd_dns_round_trip_seconds")
            sent = page.value("alignd_dns_questions_sent_total")
            hits = page.value("alignd_dns_cache_hits_total")
            misses = page.value("alignd_dns_cache_misses_total")
            self.assertEqual(count, sent)
            self.assertGreaterEqual(seconds, count * 0.015)
            self.assertGreater(hits, misses)
            self.assertEqual(hits + misses,
                             page.sum("alignd_dns_answers_total"))
            self.assertGreater(page.value("alignd_dns_cache_entries"), 0)
            self.assertGreater(page.value("alignd_dns_cache_bytes"), 0)

    def test_overrides(self):
        daemon = MetricsDaemon()
        path = os.path.join(daemon.folder, "overrides.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(LASTING % ("old", f'until = "{day(-40)}"')
                       + LASTING % ("soon", f'until = "{day(3)}"')
                       + LASTING % ("later", f'until = "{day(40)}"')
                       + LASTING % ("always", "permanent = yes"))
        with daemon:
            with daemon.session() as client:
                client.message("a@reject.test", sender="<a@other.test>")
            page = daemon.page()
            self.assertEqual(
                [page.value("alignd_overrides" + name)
                 for name in ("", "_expired", "_ending", "_applied_total")],
                [4, 1, 1, 1])
            end = page.value("alignd_overrides_next_end_timestamp_seconds")
            self.assertAlmostEqual(end, time.time() + 3.5 * 86400,
                                   delta=86400)
            self.assertEqual(page.value(
                "alignd_messages_total", result="fail", policy="reject",
                applied="none", override="local_policy"), 1)

    def test_nobody_asked_for_them(self):
        with Daemon() as daemon:
            self.assertNotIn("metrics at", daemon.log())

    @staticmethod
    def waiting(daemon):
        """The store is asked at the first scrape, and then not for five minutes."""
        page = daemon.page()
        return [page.value("alignd_" + name) for name in (
            "held_open_messages", "held_open_oldest_timestamp_seconds",
            "report_run_started_timestamp_seconds", "report_run_ended_timestamp_seconds",
            "report_run_failed")]

    def sql(self, daemon, text, *values):
        with sqlite3.connect(daemon.database, timeout=60) as store:
            rows = store.execute(text, values).fetchall()
        store.close()
        return rows

    def test_what_waits_in_the_store(self):
        daemon = MetricsDaemon('report { from = "dmarc@own.test" }\n',
                               policy="quarantine_action = hold")
        self.addCleanup(daemon.__exit__)
        with daemon.start().session() as client:
            for _ in range(2):
                client.message("a@quarantine.test", sender="<a@other.test>")
        (oldest,), _ = self.sql(daemon, "SELECT time_s FROM incident ORDER BY time_s")
        self.assertEqual(self.waiting(daemon), [2, oldest, 0, 0, 0])
        daemon.stop()
        now = int(time.time())
        self.sql(daemon, "INSERT INTO act SELECT 1, min(incident_id), 1, 'a', 'confirm', '', 0 "
                         "FROM incident")
        self.sql(daemon, "INSERT INTO report_run VALUES (1, 0, ?, ?, 'failed: no key')", now - 60,
                 now - 50)
        daemon.start()
        (later,), = self.sql(daemon, "SELECT max(time_s) FROM incident")
        self.assertEqual(self.waiting(daemon), [1, later, now - 60, now - 50, 1])
        daemon.stop()
        self.sql(daemon, "UPDATE report_run SET words = 'sent 1'")
        daemon.start()
        self.assertEqual(self.waiting(daemon)[4], 0)
        daemon.stop()
        # neither held nor sent
        daemon.write_config(policy="quarantine_action = tag")
        daemon.start()
        self.assertEqual(self.waiting(daemon), [0, 0, 0, 0, 0])

    @staticmethod
    def notices(daemon):
        page = daemon.page()
        return [[page.value("alignd_notice_" + name, channel=channel) for name in (
            "set", "run_ended_timestamp_seconds", "run_failed", "told_total")]
                for channel in ("digest", "alert")]

    def test_digests_and_alerts(self):
        daemon = MetricsDaemon('digest { mail = "ops@own.test" }\n')
        self.addCleanup(daemon.__exit__)
        daemon.start()
        self.assertEqual(self.notices(daemon), [[1, 0, 0, 0], [0, 0, 0, 0]])
        daemon.stop()
        now = int(time.time())
        for channel in ("digest", "alert"):
            self.sql(daemon, "INSERT INTO notice_run VALUES (?, ?, ?, ?, 7, 1, '', 0)", channel,
                     now - 9, now - 8, now - 8)
        daemon.start()
        self.assertEqual(self.notices(daemon), [[1, now - 8, 1, 7], [0, 0, 0, 0]])

    def test_the_store_is_off(self):
        daemon = MetricsDaemon()
        daemon.database = ""
        daemon.write_config()
        with daemon:
            with daemon.session() as client:
                client.message("a@pass.test")
            page = daemon.page()
            self.assertEqual(
                page.value("alignd_store_records_committed_total"), 0)
            self.assertEqual(
                page.histogram("alignd_store_wait_seconds")[0], 0)


class Told(threading.Thread):
    """systemd's side of NOTIFY_SOCKET."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.lines = []
        self.times = []  # of all of them, with the line

    def run(self):
        while True:
            line = self.socket.recv(8192).decode()
            self.times.append((time.monotonic(), line))
            self.lines.append(line)

    def wait(self, text):
        wait_until(f"systemd is told {text!r}", lambda: any(
            text in line for line in self.lines))
        self.lines.clear()


class Reloads(unittest.TestCase):

    def status(self, daemon):
        with open(daemon.database + ".status", encoding="ascii") as file:
            return json.load(file)

    def doctor(self, daemon, level):
        """What alignctl finds about the last reload."""
        done = subprocess.run(
            [os.path.join(TOP, "tools", "alignctl"), "doctor", "--json",
             "--config", daemon.config, "--postfix", daemon.folder],
            capture_output=True, text=True, timeout=60, check=False)
        finding, = [each for each in map(json.loads, done.stdout.splitlines())
                    if each["check"] == "reload"]
        self.assertEqual(finding["level"], level, finding)
        return finding["found"]

    def reload(self, daemon, line, count):
        daemon.signal(signal.SIGUSR1)
        daemon.wait_log("reload: " + line, count)
        # The counters' line comes last.
        daemon.wait_log("counters: ", daemon.log().count("reload: done,")
                        + daemon.log().count("reload: refused"))

    def check(self, daemon, is_good, taken, refused):
        page = daemon.page()
        name = "alignd_config_last_reload_success"
        self.assertEqual(page.value(name + "ful"), is_good)
        self.assertAlmostEqual(page.value(name + "_timestamp_seconds"),
                               self.status(daemon)["taken"])
        self.assertEqual(page.value("alignd_config_reloads_total",
                                    outcome="taken"), taken)
        self.assertEqual(page.value("alignd_config_reloads_total",
                                    outcome="refused"), refused)

    def test_a_refused_one_stays_in_sight(self):
        daemon = MetricsDaemon()
        told = Told(os.path.join(daemon.folder, "notify"))
        told.start()
        os.environ["NOTIFY_SOCKET"] = told.socket.getsockname()
        os.environ["WATCHDOG_USEC"] = "400000"
        self.addCleanup(os.environ.pop, "NOTIFY_SOCKET")
        self.addCleanup(os.environ.pop, "WATCHDOG_USEC")
        overrides = os.path.join(daemon.folder, "overrides.conf")
        with daemon:
            told.wait("waiting for mail")
            self.check(daemon, 1, 0, 0)
            status = self.status(daemon)
            self.assertIsNone(status["refusal"])
            self.assertEqual(status["pid"], daemon.process.pid)
            self.assertEqual(status["config"], daemon.config)

            daemon.write_config("mode = sometimes")
            self.reload(daemon, "refused", 1)
            told.wait("STATUS=reload refused at 20")
            told.wait("mode")  # still, with the figures of each moment
            self.check(daemon, 0, 0, 1)
            self.assertIn("mode", self.status(daemon)["refusal"])
            self.assertIn(daemon.config, self.status(daemon)["refusal"])
            self.assertEqual(daemon.page().value("alignd_enforcing"), 1)

            daemon.write_config()
            with open(overrides, "w", encoding="ascii") as file:
                file.write(LASTING % ("x", "nonsense = 1"))
            self.reload(daemon, "refused", 2)
            self.check(daemon, 0, 0, 2)
            self.assertIn("overrides.conf:1", self.status(daemon)["refusal"])

            os.unlink(overrides)
            self.assertIn("overrides.conf:1", self.doctor(daemon, "warning"))
            self.reload(daemon, "done", 1)
            self.assertIn("as it is", self.doctor(daemon, "ok"))
            told.wait("STATUS=reloaded")
            self.check(daemon, 1, 1, 2)
            self.assertIsNone(self.status(daemon)["refusal"])
            told.lines.clear()
            told.wait("STATUS=0 connections")

    def test_since_when_the_mode_is_what_it_is(self):
        daemon = MetricsDaemon()
        path = daemon.database + ".status"

        def since():
            return daemon.page().value("alignd_mode_since_timestamp_seconds")

        with daemon:
            self.assertAlmostEqual(since(), time.time(), delta=60)
            daemon.stop()
            status = self.status(daemon)
            status["mode_since"] = 1600000000
            with open(path, "w", encoding="ascii") as file:
                json.dump(status, file)
            daemon.start()
            self.assertEqual(since(), 1600000000)
            self.reload(daemon, "done", 1)
            self.assertEqual(since(), 1600000000)
            daemon.write_config("mode = monitor")
            self.reload(daemon, "done", 2)
            self.assertAlmostEqual(since(), time.time(), delta=60)
            self.assertEqual(self.status(daemon)["mode"], "monitor")
            daemon.stop()
            with open(path, "w", encoding="ascii") as file:
                file.write('{"mode":7,"mode_since":"x"}')
            daemon.start()
            self.assertAlmostEqual(since(), time.time(), delta=60)

    def test_which_defaults_held_before(self):
        """The daemon before one with other defaults is remembered."""
        daemon = MetricsDaemon()
        path = daemon.database + ".status"
        with daemon:
            fresh = self.status(daemon)
            self.assertEqual(fresh["defaults_before"], fresh["defaults"])
            daemon.stop()
            older = {"version": "0.1.0", "mode": "enforce"}
            with open(path, "w", encoding="ascii") as file:
                json.dump(older, file)
            daemon.start()
            status = self.status(daemon)
            self.assertEqual(status["defaults_before"], 0)
            self.assertAlmostEqual(status["defaults_since"], time.time(),
                                   delta=60)
            daemon.stop()
            status["defaults_since"] = 1600000000
            with open(path, "w", encoding="ascii") as file:
                json.dump(status, file)
            daemon.start()
            again = self.status(daemon)
            self.assertEqual((again["defaults_before"],
                              again["defaults_since"]), (0, 1600000000))

    def test_the_address_needs_a_restart(self):
        with MetricsDaemon() as daemon:
            section, daemon.section = daemon.section, ""
            daemon.write_config()
            daemon.signal(signal.SIGUSR1)
            daemon.wait_log(f'reload: metrics.listen was "inet:'
                            f'{daemon.metrics_port}@127.0.0.1", is "" '
                            "(needs a restart)")
            self.assertIsInstance(daemon.page(), Page)
            daemon.section = section


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
