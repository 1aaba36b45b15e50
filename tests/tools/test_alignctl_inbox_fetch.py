#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl inbox fetch, from a mail server of the test's own."""
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inbox_rig import (InboxTest, dmarc, fault, has_faults, judged, mailed,  # noqa: E402
                       row)
from limits import LIMITS  # noqa: E402


class Server:
    """IMAP over TLS, as much of it as is asked for; `misdeed` says what it does wrong."""

    def __init__(self, certificate, key, mails):
        self.mails = dict(mails)  # uid: bytes
        self.seen = set()
        self.log = []             # commands, without their tags
        self.misdeed = None
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # ends accept()
        except OSError:
            pass
        self.socket.close()

    def accept(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as secure:
                file = secure.makefile("rwb")
                file.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
                file.flush()
                for line in iter(file.readline, b""):
                    tag, command = line.decode().strip().split(" ", 1)
                    self.log.append(command)
                    self.answer(file, tag, command)
                    file.flush()
        except (OSError, ValueError):
            pass

    def answer(self, file, tag, command):
        word = command.upper().split()[0:2]
        if command.upper().startswith("LOGIN"):
            good = "right" in command
            file.write(f"{tag} {'OK' if good else 'NO'} login\r\n".encode())
        elif word[0] == "CAPABILITY":
            file.write(f"* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n".encode())
        elif word[0] == "SELECT":
            good = command == 'SELECT "INBOX"'
            file.write(f"* {len(self.mails)} EXISTS\r\n{tag} {'OK' if good else 'NO'} s\r\n".encode())
        elif word == ["UID", "SEARCH"]:
            self.search(file, tag)
        elif word == ["UID", "FETCH"]:
            self.fetch(file, tag, int(command.split()[2]))
        elif word == ["UID", "STORE"]:
            if self.misdeed == "refuse to mark":
                file.write(f"{tag} NO read only\r\n".encode())
                return
            self.seen.add(int(command.split()[2]))
            file.write(f"{tag} OK\r\n".encode())
        else:
            file.write(f"{tag} OK\r\n".encode())

    def search(self, file, tag):
        uids = sorted(set(self.mails) - self.seen)
        if self.misdeed == "a line without an end":
            file.write(b"* SEARCH" + b" 1" * LIMITS["LIMIT_IMAP_LINE_BYTES"] + b"\r\n")
        elif self.misdeed == "lines without an end":
            file.write(b"* 1 EXISTS\r\n" * (LIMITS["LIMIT_IMAP_LINES"] + 1))
        elif self.misdeed == "many mails":
            uids = range(1, LIMITS["LIMIT_IMAP_UIDS"] + 9)
        elif self.misdeed == "hang up":
            raise OSError
        file.write(f"* SEARCH {' '.join(map(str, uids))}\r\n{tag} OK\r\n".encode())

    def fetch(self, file, tag, uid):
        if self.misdeed == "a huge mail":
            file.write(f"* 1 FETCH (UID {uid} BODY[] {{4294967295}}\r\n".encode())
            raise OSError
        if self.misdeed == "a mail past the bound":
            size = LIMITS["LIMIT_IMAP_MAIL_BYTES"] + 1
            file.write(f"* 1 FETCH (UID {uid} BODY[] {{{size}}}\r\n".encode())
            file.write(b"x" * size + b")\r\n")
        elif uid in self.mails and self.misdeed != "many mails":
            mail = self.mails[uid]
            file.write(f"* 1 FETCH (FLAGS (a) UID {uid} BODY[] {{{len(mail)}}}\r\n".encode())
            file.write(mail + b")\r\n* 2 EXISTS\r\n")
        file.write(f"{tag} OK\r\n".encode())


class FetchTest(InboxTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, host in (("server", "localhost"), ("other", "other.test")):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", f"/CN={host}",
                 "-addext", f"subjectAltName=DNS:{host}", "-keyout", cls.path(f"{name}.key"),
                 "-out", cls.path(f"{name}.crt")], check=True, capture_output=True)

    def setUp(self):
        super().setUp()
        self.password("right")
        self.server = Server(self.path("server.crt"), self.path("server.key"), {
            3: mailed(dmarc(row("192.0.2.1"))), 5: mailed(dmarc(row("192.0.2.1"), name="2")),
            9: b"From: a@b.test\r\n\r\nno report\r\n"})
        self.addCleanup(self.server.close)

    def password(self, text, mode=0o600):
        self.write("password", text + "\n")
        os.chmod(self.path("password"), mode)

    def fetch(self, status=0, words="", user="us@", path="", ca="server.crt", url=None,
              options=()):
        url = url or f"imaps://{user}localhost:{self.server.port}{path}"
        got, out, err = self.run_tool("inbox", "fetch", "--password-file", "password",
                                      "--ca-file", ca, *options, url)
        self.assertEqual(got, status, err)
        self.assertIn(words, err)
        return out

    def test_what_is_unread_is_kept_and_marked(self):
        out = self.fetch()
        self.assertIn("reports kept   2", out)
        self.assertIn("set aside      1", out)
        self.assertEqual(self.server.seen, {3, 5, 9})
        # None is marked by being looked at.
        fetches = [command for command in self.server.log if "FETCH" in command]
        self.assertEqual(fetches, [f"UID FETCH {uid} BODY.PEEK[]" for uid in (3, 5, 9)])
        self.assertIn("0 items read", self.fetch())

    def test_our_own_name_is_nothing_to_another_server(self):
        real, forged = (mailed(dmarc(row("192.0.2.1", count))) for count in (3, 900))
        self.write("conf", f'authserv_id = "mx.test"\ntrust {{ authserv_ids = {{"mx2.test"}} }}\n'
                   f'store {{ sqlite = "{self.store}" }}\n')
        self.server.mails = {1: real, 2: judged(forged, "pass"),
                             3: judged(forged, "pass", name="mx2.test")}
        self.fetch()
        self.assertEqual(self.ask("SELECT state, verdict FROM inbox_report"),
                         [("kept", ""), ("differs", "")])
        # Whose word counts is said, and then ours is none.
        self.server.mails[4] = judged(judged(mailed(dmarc(row("192.0.2.2"), name="2")), "fail",
                                             name="imap.test"), "pass")
        self.fetch(options=("--authserv-id", "imap.test"))
        self.assertEqual(self.ask("SELECT state, verdict FROM inbox_report WHERE ident = '2'"),
                         [("failed", "fail")])

    def test_nothing_is_marked_where_nothing_is_kept(self):
        self.ask("DROP TABLE inbox_state")
        self.fetch(status=4, words="inbox_state")
        self.assertEqual(self.server.seen, set())

    @unittest.skipUnless(has_faults(), "built without faults")
    def test_what_was_not_read_is_not_marked(self):
        with fault("read:crash"):
            self.fetch(status=3, words="mail 3: the process that read it broke off")
        self.assertEqual(self.server.seen, set())
        self.assertIn("reports kept   2", self.fetch())

    def test_where_marking_fails_it_is_known_the_next_time(self):
        self.server.misdeed = "refuse to mark"
        self.fetch(status=3, words="read only")
        self.server.misdeed = None
        self.assertIn("known          2", self.fetch())

    def test_who_and_where(self):
        self.fetch(status=3, words="refuses SELECT", path="/Other")
        self.fetch(status=1, words="names no user", user="")
        self.fetch(status=1, words="put it into a file", user="us:right@")
        for url in ("imap://us@localhost/", "http://us@localhost/", "file:///etc/passwd", "x"):
            self.fetch(status=1, words="allowed: imaps://USER@HOST", url=url)
        self.password("wrong")
        self.fetch(status=3, words="localhost: ")
        self.password("right", mode=0o644)
        self.fetch(status=2, words="--password-file")
        self.assertEqual(self.server.seen, set())

    def test_certificates_are_looked_at(self):
        self.fetch(status=3, words="certificate", ca="other.crt")
        stranger = Server(self.path("other.crt"), self.path("other.key"), {})
        self.addCleanup(stranger.close)
        self.fetch(status=3, words="localhost: ", ca="other.crt",
                   url=f"imaps://us@localhost:{stranger.port}")
        self.assertEqual(stranger.log, [])

    def test_a_server_that_misbehaves(self):
        for misdeed, words in (
                ("a line without an end", "a line of more than"),
                ("lines without an end", "lines to one command"),
                ("hang up", "the connection was closed"),
                ("a huge mail", "the connection was closed")):
            with self.subTest(misdeed):
                self.server.misdeed = misdeed
                self.fetch(status=3, words=words)
        self.assertEqual(self.server.seen, set())

    def test_what_is_too_large_or_gone_stays_unread(self):
        self.server.mails = {3: b""}
        self.server.misdeed = "a mail past the bound"
        self.fetch(status=3, words="mail 3: it is gone, or larger")
        self.server.misdeed = "many mails"
        self.fetch(status=3, words="mail 9: it is gone")
        fetched = len([command for command in self.server.log
                       if re.match(r"UID FETCH", command)])
        self.assertEqual(fetched, 1 + LIMITS["LIMIT_IMAP_UIDS"])
        self.assertEqual(self.server.seen, set())


if __name__ == "__main__":
    unittest.main()
