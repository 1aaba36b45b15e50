#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignd-desk as a web server, a user of the host, and somebody who wishes it no
good reach it"""
import json
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from desk_rig import (  # noqa: E402
    IS_ROOT, PROGRAM, TOKEN, Answer, Desk, DeskTest, basic, is_wrapped, wait_until)
import desk_page  # noqa: E402
from alignctl import NOW, has_sanitizer  # noqa: E402
from page_rig import HELD  # noqa: E402

PAGES = ("/", "/incidents", "/groups?by=network", "/likely", "/search?q=K7QX-2M4F",
         f"/incident/{HELD}", "/overrides", "/reports", "/nothing", "/incidents?since=x")
# Besides what belongs to a page's own kind.
HEADERS = {
    "Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Connection": "close",
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin", "Set-Cookie": None,
    "Access-Control-Allow-Origin": None,
}
PEAK_KIB = 32 * 1024
MANY = 1000


class Answers(DeskTest):

    def test_each_page_is_whole_and_closed_in(self):
        desk = self.start()
        for target in PAGES:
            answer = desk.ask(target)
            self.assertEqual(desk_page.faults(answer.text), [], target)
            for name, value in HEADERS.items():
                self.assertEqual(answer.field(name), value, target)
            policy = answer.field("Content-Security-Policy")
            self.assertTrue(policy.startswith("default-src 'none'; style-src 'sha256-"), policy)
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(int(answer.field("Content-Length")), len(answer.body))
            head = desk.ask(target, method="HEAD")
            self.assertEqual((head.status, head.body), (answer.status, b""))
        if not has_sanitizer() and not is_wrapped():
            self.assertLess(desk.peak_kib(), PEAK_KIB)

    def test_nothing_is_changed(self):
        desk = self.start()
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"):
            answer = desk.ask(f"/incident/{HELD}", method=method)
            self.assertEqual((answer.status, answer.field("Allow")), (405, "GET, HEAD"), method)

    def test_a_search_leads_to_the_incident(self):
        desk = self.start()
        answer = desk.ask("/search?q=k7qx+2m4d")
        self.assertEqual((answer.status, answer.field("Location")), (303, f"incident/{HELD}"))
        answer = desk.ask("/incidents?format=csv")
        self.assertEqual(answer.field("Content-Disposition"), 'attachment; filename="alignd.csv"')
        rows = [json.loads(line) for line in desk.ask("/incidents?format=json").text.splitlines()]
        self.assertEqual(rows, self.objects("review", "--store", self.store))

    def test_an_override_is_seen_without_a_restart(self):
        desk = self.start()
        self.assertIn("members wrote", desk.ask("/overrides").main)
        self.write("o.conf", 'override "news" { spf = {"news.example"} action = accept '
                             'owner = "sue" why = "signed up" permanent = yes }\n')
        wait_until(lambda: "signed up" in desk.ask("/overrides").text)
        self.write("alignd.conf", f'mode = nonsense store {{ sqlite = "{self.store}" }}\n')
        wait_until(lambda: desk.ask("/overrides").status == 503)
        self.assertIn("alignctl config check", desk.ask("/overrides").main)

    def test_no_figure_is_no_all_clear(self):
        desk = self.start()
        with sqlite3.connect(self.store) as store:
            store.execute("DELETE FROM result")
        self.assertIn("No message of the last 30 days is counted yet.",
                      desk.ask("/overrides").main)

    def test_parts_that_were_kept_are_shown_for_an_hour(self):
        os.makedirs(self.path("parts"), exist_ok=True)
        self.write("parts/week.part", "<p>kept some minutes ago</p>")
        desk = self.start(f'parts = "{self.path("parts")}"\n')
        self.assertIn("kept some minutes ago", desk.ask("/").main)
        self.assertRegex(desk.ask("/").main, r"As of \d{4}-")
        self.write("parts/week-json.part", '{"kept": true}\n')
        self.assertEqual(json.loads(desk.ask("/?format=json").text), {"kept": True})
        # Of all mail: not for who sees that of one domain.
        self.assertNotIn("kept some minutes ago", desk.ask("/", name="sue").main)
        self.assertNotIn("kept", desk.ask("/?format=json", name="sue").text)
        old = time.time() - 4000
        for name in ("week.part", "week-json.part"):
            os.utime(self.path("parts/" + name), (old, old))
        self.assertNotIn("kept some minutes ago", desk.ask("/").main)
        self.assertIn("generated", desk.ask("/?format=json").text)

    def test_kept_parts_lead_to_pages_of_the_desk(self):
        """They are made beside files, whose addresses are others."""
        status, _, err = self.run_tool("desk", "--out", self.path("parts"), "--config",
                                       self.path("alignd.conf"), "--now", str(NOW), common=False)
        self.assertEqual(status, 0, err)
        with open(self.path("parts/index.html"), encoding="utf-8") as file:
            self.assertIn('href="likely.html"', file.read())
        kept = ""
        for name in ("waiting", "likely"):
            with open(self.path(f"parts/{name}.part"), encoding="utf-8") as file:
                kept += file.read()
        links = re.findall(r'href="([^"]*)"', kept)
        self.assertIn("likely", links)
        self.assertIn("incidents?applied=quarantine&amp;open=yes", links)
        desk = self.start(f'parts = "{self.path("parts")}"\n')
        for link in links:
            self.assertEqual(desk.ask("/" + link.replace("&amp;", "&")).status, 200, link)

    def test_the_sender_s_address_as_an_mta_hands_it_on(self):
        with sqlite3.connect(self.store) as store:
            found, sender = store.execute(
                "SELECT reference, mail_from FROM incident WHERE mail_from LIKE "
                "'%@' || author_domain LIMIT 1").fetchone() or (HELD, None)
            sender = sender or "sue@partner.example"
            store.execute("UPDATE incident SET mail_from = ? WHERE reference = ?",
                          (f"<{sender.strip('<>')}>", found))
        store.close()
        self.leave_log()
        sender = sender.strip("<>")
        desk = self.start()
        for typed in (sender, sender.upper(), f"%3C{sender}%3E"):
            answer = desk.ask("/search?q=" + typed.replace("@", "%40"), name="bob")
            self.assertEqual(answer.status, 200)
            self.assertIn(found, answer.main, typed)
        answer = desk.ask("/search?q=nobody%40partner.example", name="bob")
        self.assertEqual(answer.status, 404)
        self.assertIn("the reference at the end of the bounce", answer.main)
        self.assertNotIn(self.store, answer.text)

    def test_two_incidents_of_one_reference_are_found(self):
        with sqlite3.connect(self.store) as store:
            store.execute("UPDATE incident SET reference = ? "
                          "WHERE reference != 'TJ4C-P8XE'", (HELD,))
        store.close()
        self.leave_log()
        desk = self.start()
        answer = desk.ask(f"/search?q={HELD}")
        self.assertEqual((answer.status, answer.field("Location")), (303, f"incident/{HELD}"))
        self.assertEqual(desk.ask(f"/incident/{HELD}").status, 200)

    def test_of_a_fleet_it_shows_this_host(self):
        words = "Shown is what this host recorded"
        desk = self.start()
        self.assertNotIn(words, desk.ask("/search").text)
        self.write("alignd.conf", 'authserv_id = "mx.example.org"\n'
                   f'store {{ sqlite = "{self.store}" postgresql = "dbname=none" }}\n')
        wait_until(lambda: words in desk.ask("/search").text)

    def test_figures_and_health(self):
        desk = self.start()
        desk.ask("/incidents")
        desk.ask("/incidents", name="eve")
        figures = desk.ask("/metrics", name=None).text
        self.assertIn("alignd_desk_requests_total 2\n", figures)
        self.assertIn("alignd_desk_refused_total 1\n", figures)
        self.assertEqual(desk.ask("/healthz", name=None).text, "ok\n")
        os.rename(self.store, self.store + ".away")
        answer = desk.ask("/healthz", name=None)
        self.assertEqual(answer.status, 503)
        self.assertIn("does not exist", answer.text)

    def test_the_log_says_who_looked_at_what(self):
        desk = self.start()
        desk.ask(f"/incident/{HELD}")
        desk.ask("/search?q=somebody%40example.com", name="bob")
        desk.ask("/search?q=somebody%40example.com%40")
        desk.ask("/incidents?from=somebody%40example.com")
        desk.ask("/x%0a", name="eve evil")
        log = desk.log()
        self.assertIn(f"user=ann role=analyst path=/incident/{HELD} status=200", log)
        self.assertIn("user=bob role=helpdesk path=/search status=404", log)
        self.assertIn("user=eve\\x20evil role=nobody", log)
        self.assertNotIn("somebody", log)


class Doors(DeskTest):

    def test_the_web_server_names_who_asks(self):
        desk = self.start()
        self.assertEqual(desk.ask("/incidents").status, 200)
        self.assertEqual(desk.ask("/incidents", name="bob").status, 403)
        answer = desk.ask("/", name="bob")
        self.assertEqual((answer.status, answer.field("Location")), (303, "search"))
        self.assertNotIn("<nav", desk.ask("/search", name="bob").text)
        self.assertEqual(desk.ask("/", name="eve").status, 403)
        self.assertEqual(desk.ask(f"/incident/{HELD}", name="bob").status, 200)
        self.assertEqual(desk.ask("/incidents", name="eve").status, 403)
        answer = desk.ask("/incidents", name=None)
        self.assertEqual(answer.status, 403)
        self.assertIn("named nobody", answer.main)
        self.assertEqual(desk.ask("/incidents", "X-Remote-User: bob").status, 400)
        self.assertEqual(desk.ask("/incidents", "X_Remote_User: ann", name="bob").status, 400)
        self.assertEqual(desk.ask("/incidents", "x_remote-user: ann", name=None).status, 400)
        self.assertNotIn("B3RM-9WTA", desk.ask("/incidents", name="sue").main)
        self.assertIn(HELD, desk.ask("/incidents", name="sue").main)

    @unittest.skipUnless(IS_ROOT, "only root can be several users")
    def test_users_of_the_host_come_by_their_own_names(self):
        desk = self.start()
        self.assertEqual(desk.socket_mode, 0o660)
        self.assertEqual(desk.ask(f"/incident/{HELD}", user="root", name=None).status, 200)
        self.assertEqual(desk.ask("/incidents", user="root", name=None).status, 403)
        self.assertEqual(desk.ask("/", user="games", name=None).status, 403)
        # Whoever is not the web server speaks for nobody else.
        for user in ("root", "games"):
            self.assertEqual(desk.ask("/", user=user, name="ann").status, 403)

    def test_other_names_and_pages_of_elsewhere(self):
        desk = self.start()
        self.assertEqual(desk.ask("/", host="evil.test").status, 421)
        self.assertEqual(desk.ask("/", host="127.0.0.1").status, 421)
        self.assertIn("<h1>Not by that name</h1>", desk.ask("/", host="evil.test").text)
        self.assertEqual(desk.ask("/", "Host: desk.test").status in (400, 421), True)
        self.assertEqual(desk.ask("/", "Origin: https://evil.test").status, 403)
        self.assertEqual(desk.ask("/", "Sec-Fetch-Site: cross-site").status, 403)
        self.assertEqual(desk.ask("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate",
                                  "Sec-Fetch-Dest: document").status, 200)
        answer = Answer(desk.send(b"GET / HTTP/1.0\r\nX-Remote-User: ann\r\n\r\n"))
        self.assertIn(answer.status, (400, 421))

    def test_loopback_wants_the_token(self):
        desk = self.start_tcp()
        self.assertIn("for trying it out", desk.log())
        answer = desk.ask("/", host="localhost")
        self.assertEqual(answer.status, 401)
        self.assertIn("<h1>Who are you?</h1>", answer.text)
        self.assertIn("any name will do", answer.text)
        self.assertTrue(answer.field("WWW-Authenticate").startswith("Basic "))
        self.assertEqual(desk.ask("/", basic("wrong" * 5), host="localhost").status, 401)
        answer = desk.ask("/", basic(TOKEN), host="localhost", name=None)
        self.assertEqual(answer.status, 200)
        self.assertIn("Tried out on loopback", answer.main)
        self.assertEqual(desk.ask("/", basic(TOKEN), host="evil.test").status, 421)

    def refused(self, settings, listen="unix:/nowhere/desk.sock"):
        desk = Desk(self.path("run"), settings, listen)
        done = subprocess.run(desk.command(), capture_output=True, text=True, check=False,
                              timeout=60)
        return done.returncode, done.stderr

    def test_a_start_that_cannot_be_meant(self):
        self.assertEqual(self.refused("")[0], 2)
        status, words = self.refused('analysts = {"ann"}')
        self.assertEqual(status, 1)
        self.assertIn("cannot listen at", words)
        status, words = self.refused(f'token_file = "{self.path("zone")}"', "inet:1@127.0.0.1")
        self.assertEqual(status, 2, words)
        status, words = self.refused('proxy = "no such user"\nanalysts = {"ann"}')
        self.assertEqual(status, 2)
        self.assertIn("proxy", words)

    def test_a_configuration_that_is_not_there_is_told_of(self):
        """And is no reason not to start: pages say it too."""
        for name, words in (("alignd.conf", ""), ("gone.conf", "gone.conf")):
            desk = Desk(self.path("run"), f'config = "{self.path(name)}"\nanalysts = {{"ann"}}',
                        "unix:/nowhere/desk.sock")
            done = subprocess.run(desk.command() + ["-t"], capture_output=True, text=True,
                                  check=False, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr == "", words == "", done.stderr)

    @unittest.skipUnless(IS_ROOT, "only root can start it as root")
    def test_it_does_not_run_as_root(self):
        desk = Desk(self.path("run"), self.settings(), f"unix:{self.path('run/root.sock')}")
        done = subprocess.run([PROGRAM, "-c", desk.config], capture_output=True, text=True,
                              check=False, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("not run as root", done.stderr)

    def test_a_socket_that_was_left_is_replaced(self):
        first = self.start()
        first.process.kill()
        first.process.wait()
        first.process = None
        second = self.start()
        self.assertEqual(second.ask("/").status, 200)
        status, words = self.refused(self.settings(), second.listen)
        self.assertEqual(status, 2)
        self.assertIn("another desk", words)

    def test_it_gives_up_what_it_does_not_need(self):
        desk = self.start()
        self.assertRegex(desk.log(), r"landlock|no landlock in this kernel")
        with open(f"/proc/{desk.process.pid}/status", encoding="ascii") as file:
            self.assertRegex(file.read(), r"Seccomp:\s+2")


class Store(DeskTest):
    """The daemon runs, is stopped, was killed, was never started."""

    def test_stopped(self):
        # -wal and -shm are there though nobody has the store open.
        self.assertEqual(sorted(os.listdir(self.path("store"))), ["t.db", "t.db-shm", "t.db-wal"])
        self.assertEqual(self.start().ask("/incidents").status, 200)

    def test_running_and_killed(self):
        script = (f"import os, sqlite3\ndb = sqlite3.connect({self.store!r})\n"
                  "db.execute(\"UPDATE incident SET reason = 'told just now'\")\ndb.commit()\n"
                  "print('ready', flush=True)\ninput()\nos.kill(os.getpid(), 9)\n")
        with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as writer:
            writer.stdout.readline()
            for name in os.listdir(self.path("store")):
                os.chmod(self.path("store/" + name), 0o644)
            desk = self.start()
            self.assertIn("told just now", desk.ask("/incidents").main)
            writer.communicate("die\n")
        self.assertIn("told just now", desk.ask("/incidents").main)
        desk.stop()
        self.assertIn("told just now", self.start().ask("/incidents").main)

    def test_never_started(self):
        for name in os.listdir(self.path("store")):
            os.remove(self.path("store/" + name))
        answer = self.start().ask("/incidents")
        self.assertEqual(answer.status, 503)
        self.assertIn("does not exist", answer.main)
        self.assertIn("is alignd running", answer.main)

    @unittest.skipUnless(IS_ROOT, "who owns the folder can write to it")
    def test_an_older_alignd_took_the_log_away(self):
        for part in ("-wal", "-shm"):
            os.remove(self.store + part)
        answer = self.start().ask("/incidents")
        self.assertEqual(answer.status, 503)
        self.assertIn("start alignd", answer.main)

    def test_another_version_or_no_database(self):
        desk = self.start()
        with sqlite3.connect(self.store) as store:
            store.execute("PRAGMA user_version = 9999")
        store.close()
        self.assertEqual(desk.ask("/").status, 503)
        with open(self.store, "wb") as file:
            file.write(b"no database" * 1000)
        for target in PAGES[:-2]:
            answer = desk.ask(target)
            self.assertEqual(answer.status, 503, target)
            self.assertEqual(desk_page.faults(answer.text), [], target)

    def test_locked_for_good(self):
        desk = self.start()
        store = sqlite3.connect(self.store, isolation_level=None)
        store.execute("PRAGMA locking_mode = EXCLUSIVE")
        store.execute("BEGIN EXCLUSIVE")
        answer = desk.ask("/incidents")
        self.assertEqual(answer.status, 503)
        self.assertIn("locked", answer.main)
        store.execute("ROLLBACK")
        store.close()

    def test_readers_keep_no_log_from_beginning_anew(self):
        """Beside a writer that purges: every page is whole, the log bounded."""
        desk = self.start()
        writer = sqlite3.connect(self.store, isolation_level=None)
        writer.execute("PRAGMA wal_autocheckpoint = 100")
        done = threading.Event()
        faults = []

        def read():
            while not done.is_set():
                answer = desk.ask("/incidents?limit=500")
                if answer.status != 200 or desk_page.faults(answer.text):
                    faults.append((answer.status, desk_page.faults(answer.text)[:3]))

        names = [row[1] for row in writer.execute("PRAGMA table_info(incident)")]
        copied = ", ".join("reference || time_s" if name == "reason" else name
                           for name in names[1:])
        # The kernel takes the thread's own user: no other one may change it.
        reader = threading.Thread(target=read)
        reader.start()
        largest = 0
        for number in range(60):
            writer.execute("BEGIN IMMEDIATE")
            writer.execute(f"INSERT INTO incident ({', '.join(names[1:])}) SELECT {copied} FROM "
                           "incident LIMIT 50")
            writer.execute("DELETE FROM incident WHERE incident_id < ?", (number * 40,))
            writer.execute("COMMIT")
            largest = max(largest, os.path.getsize(self.store + "-wal"))
            time.sleep(0.01)
        done.set()
        reader.join()
        writer.close()
        self.assertEqual(faults, [])
        print(f"bound met: -wal {largest >> 10} KiB beside readers")
        self.assertLess(largest, 8 << 20)


class Hostile(DeskTest):

    ODD = (
        b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 5000,
        b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
        b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: " + b"a" * 60000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: desk.test\r\n X-Remote-User: ann\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : desk.test\r\nX-Remote-User : ann\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: bob\r\n ann\r\n\r\n",
        b"GET / HTTP/1.1\nHost: desk.test\nX-Remote-User: eve\n\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
        b"GET /incident/..%2f..%2fx HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
        b"GET /incident/%00 HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
        b"GET http://evil.test/ HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
        b"GET /?\xff\xfe HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n",
    )

    def test_odd_requests_get_no_page(self):
        desk = self.start()
        for request in self.ODD:
            got = desk.send(request + b"")
            for part in got.split(b"HTTP/1.1 ")[1:]:
                self.assertGreaterEqual(int(part[:3]), 400, request[:80])
            self.assertNotIn(b"root:x", got)
        self.assertEqual(desk.ask("/").status, 200)

    def test_fields_that_are_not_looked_at_are_refused(self):
        """A second name behind more fields than are read would not be seen."""
        desk = self.start()
        many = [f"X-{number}: 1" for number in range(200)]
        self.assertEqual(desk.ask("/incidents", *many, "X-Remote-User: bob").status, 431)
        self.assertEqual(desk.ask("/incidents", *many[:50], "X-Remote-User: bob").status, 400)
        self.assertEqual(desk.ask("/incidents", *many[:50]).status, 200)

    def test_a_second_request_is_none(self):
        """Whatever is sent behind or within a request, one answer comes."""
        desk = self.start()
        one = b"GET /healthz HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: bob\r\n"
        smuggled = b"GET /incidents HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n"
        for request in (
                one + b"\r\n" + smuggled,
                one + b"Content-Length: %d\r\n\r\n" % len(smuggled) + smuggled,
                one + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
                one + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + smuggled,
                one + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + smuggled,
                one + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + smuggled,
                one + b"Content-Length: 0\r\nContent-Length: 10\r\n\r\n" + smuggled,
                one + b"Connection: keep-alive\r\n\r\n" + smuggled):
            got = desk.send(request)
            self.assertLessEqual(got.count(b"HTTP/1.1 "), 1, request)
            self.assertNotIn(b"B3RM-9WTA", got)

    def test_slow_clients_keep_nobody_out(self):
        desk = self.start()
        waiting = []
        try:
            for _ in range(60):
                sock = desk.connect()
                sock.sendall(b"GET / HTTP/1.1\r\nHost: ")
                waiting.append(sock)
            self.assertEqual(desk.ask("/").status, 200)
        finally:
            for sock in waiting:
                sock.close()
        self.assertEqual(desk.ask("/").status, 200)

    def test_a_thousand_connections_are_bounded(self):
        desk = self.start()
        waiting = []
        try:
            for _ in range(MANY):
                sock = desk.connect()
                sock.setblocking(False)
                waiting.append(sock)
            descriptors = len(os.listdir(f"/proc/{desk.process.pid}/fd"))
            self.assertLess(descriptors, 100)
            self.assertEqual(desk.ask("/healthz").status, 200)
        finally:
            for sock in waiting:
                sock.close()
        if not has_sanitizer() and not is_wrapped():
            print(f"bound met: {desk.peak_kib()} KiB with {MANY} connections")
            self.assertLess(desk.peak_kib(), PEAK_KIB)
        self.assertIn("alignd_desk_busy_total", desk.ask("/metrics").text)
        busy = re.search(r"busy_total (\d+)\n", desk.ask("/metrics").text)
        self.assertGreater(int(busy[1]), 0)

    def test_who_reads_slowly_holds_no_transaction(self):
        """The page is made whole before it is sent."""
        desk = self.start()
        with desk.connect() as sock:
            sock.sendall(b"GET / HTTP/1.1\r\nHost: desk.test\r\nX-Remote-User: ann\r\n\r\n")
            sock.recv(1)
            with sqlite3.connect(self.store) as store:
                store.execute("UPDATE incident SET reason = 'x'")
            store.execute("PRAGMA busy_timeout = 0")
            self.assertEqual(store.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0], 0)
            store.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
