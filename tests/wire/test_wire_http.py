#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whatever is done to the metrics' port, mail and Prometheus do not notice."""
import os
import socket
import sys
import time
import unittest

from daemon import Daemon, wait_until
from scrape import MetricsDaemon, Page
from test_wire_life import run

FLOOD = 200


class Starts(unittest.TestCase):

    def refused(self, value):
        daemon = Daemon(f'metrics {{ listen = "{value}" }}', is_unix=True)
        self.addCleanup(daemon.remove)
        done = run("-f", "-c", daemon.config)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("metrics.listen", done.stderr)
        self.assertFalse(os.path.exists(daemon.address))
        return done.stderr

    def test_no_place_to_listen_at(self):
        for value in ("9893", "inet:9893", "inet:0@127.0.0.1", "inet:1@::1",
                      "inet6:1@127.0.0.1", "inet:65536@127.0.0.1",
                      "inet:9893@localhost", "unix:/run/x", "inet:1@",
                      "inet:x@127.0.0.1"):
            with self.subTest(value=value):
                self.assertIn("inet:PORT@IPV4-ADDRESS", self.refused(value))

    def test_the_port_is_taken(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            words = self.refused(f"inet:{other.getsockname()[1]}@127.0.0.1")
            self.assertIn("Address already in use", words)

    def test_no_address_of_this_host(self):
        self.assertIn("Cannot assign", self.refused("inet:9893@192.0.2.1"))

    def test_an_address_that_others_reach(self):
        with MetricsDaemon(host="0.0.0.0") as daemon:
            self.assertIn("warning: metrics at inet:", daemon.log())
            self.assertIn("no password", daemon.log())
        with MetricsDaemon() as daemon:
            self.assertNotIn("no password", daemon.log())

    def test_ipv6(self):
        try:
            with socket.socket(socket.AF_INET6) as probe:
                probe.bind(("::1", 0))
        except OSError:
            self.skipTest("no ::1 here")
        with MetricsDaemon(host="::1") as daemon:
            self.assertIsInstance(daemon.page(), Page)
            self.assertNotIn("no password", daemon.log())


class Requests(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.daemon = MetricsDaemon().start()
        cls.addClassCleanup(cls.daemon.__exit__)

    def setUp(self):
        self.addCleanup(self.still_well)

    def still_well(self):
        with self.daemon.session() as client:
            self.assertEqual(client.message("a@reject.test",
                             sender="<a@other.test>").verdict, "reject")
        self.assertIsInstance(self.daemon.page(), Page)

    def open(self):
        connection = socket.create_connection(
            (self.daemon.metrics_host, self.daemon.metrics_port), 20)
        self.addCleanup(connection.close)
        return connection

    def raw(self, data):
        """All that comes back until the daemon hangs up."""
        connection = self.open()
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while more := connection.recv(65536):
                answer += more
        except OSError as trouble:
            if isinstance(trouble, TimeoutError):
                raise
        return answer

    def test_get_and_head(self):
        status, headers, body = self.daemon.ask()
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        self.assertEqual(headers["Connection"], "close")
        self.assertEqual(int(headers["Content-Length"]), len(body))
        status, headers, body = self.daemon.ask(method="HEAD")
        self.assertEqual((status, body), (200, ""))
        self.assertGreater(int(headers["Content-Length"]), 1000)
        self.assertEqual(self.daemon.ask("/healthz")[::2], (200, "ok\n"))
        self.assertEqual(self.daemon.ask("/metrics?name[]=up")[0], 200)

    def test_everything_else(self):
        for path in ("/", "/metrics/", "/metricsx", "//metrics", "/..",
                     "/%00", "/healthz/x", "/favicon.ico", "*"):
            self.assertIn(self.daemon.ask(path)[0], (400, 404), path)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW",
                       "get"):
            status, headers, _ = self.daemon.ask(method=method)
            self.assertEqual((status, headers.get("Allow")),
                             (405, "GET, HEAD"), method)

    def test_a_body_nobody_wants(self):
        head = b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: "
        answer = self.raw(head + b"10000000\r\n\r\n" + b"x" * 200000)
        self.assertIn(answer[:12], (b"HTTP/1.1 405", b""))
        self.assertEqual(self.raw(head + b"-1\r\n\r\n")[:10], b"HTTP/1.1 4")

    def test_what_is_no_http(self):
        for data in (b"\r\n" * 1000, b"\0" * 1000, b"\x16\x03\x01\x02\0",
                     b"GET\r\n\r\n", b"GET /metrics\r\n\r\n",
                     b"GET /metrics HTTP/9.9\r\n\r\n", os.urandom(3000)):
            answer = self.raw(data + b"\r\n\r\n")
            self.assertNotIn(b"alignd_build_info", answer, data)

    def test_huge_lines(self):
        for data in (b"GET /" + b"a" * 1000000 + b" HTTP/1.1\r\n\r\n",
                     b"GET /metrics HTTP/1.1\r\nX: " + b"b" * 1000000,
                     b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * 100000):
            self.assertRegex(self.raw(data)[:12],
                             rb"^(HTTP/1.1 4(13|14|31)|)$")

    def test_one_request_on_a_connection(self):
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        self.assertEqual(self.raw(request * 3).count(b"ok\n"), 1)

    def test_who_is_silent_is_cut_off(self):
        connection = self.open()
        connection.sendall(b"GET /met")
        start = time.monotonic()
        try:
            while connection.recv(4096):
                pass
        except ConnectionResetError:
            pass
        self.assertLess(time.monotonic() - start, 15)

    def test_the_slow_do_not_keep_others_out(self):
        slow = [self.open() for _ in range(40)]
        for byte in b"GET /metrics HT":
            for connection in slow:
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    pass
            self.assertIsInstance(self.daemon.page(), Page)

    def test_many_at_once(self):
        request = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        flood = []
        for _ in range(FLOOD):
            connection = self.open()
            flood.append(connection)
            try:
                connection.sendall(request)  # and never reads the answer
            except OSError:
                pass
        self.still_well()
        for connection in flood:
            connection.close()

    def test_hung_up_in_the_middle(self):
        for data in (b"", b"GET", b"GET /metrics HTTP/1.1\r\n",
                     b"GET /metrics HTTP/1.1\r\n\r\n"):
            for _ in range(20):
                connection = self.open()
                connection.sendall(data)
                connection.close()


class Ends(unittest.TestCase):

    def test_nobody_holds_up_the_end(self):
        with MetricsDaemon() as daemon:
            held = [socket.create_connection(
                ("127.0.0.1", daemon.metrics_port)) for _ in range(5)]
            held[0].sendall(b"GET /metrics HTTP/1.1\r\n")
            daemon.page()
            start = time.monotonic()
            daemon.stop()
            self.assertLess(time.monotonic() - start, 10)
            for connection in held:
                connection.close()
            # The next one finds the port.
            daemon.start()
            self.assertIsInstance(daemon.page(), Page)

    def test_answers_until_the_last_message(self):
        with MetricsDaemon() as daemon:
            with daemon.session() as client:
                client.start("a@pass.test")
                daemon.page()
                client.end_of_message()
                wait_until("the message has left", lambda: daemon.page().value(
                    "alignd_messages_in_progress") == 0)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
