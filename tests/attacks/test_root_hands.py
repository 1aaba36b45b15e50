#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What root's hands do to files when the daemon's user, whose folders these
are, puts links in their way (hazard H7): nothing to anybody else's."""
import contextlib
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import unittest

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
BUILT = os.path.abspath(os.environ.get("top_builddir", "."))
for folder in ("tests/mta", "tests/wire"):
    sys.path.insert(0, os.path.join(TOP, folder))

import support                                                  # noqa: E402
from daemon import Daemon                                       # noqa: E402

ALIGNCTL = os.path.join(BUILT, "tools", "alignctl")
ROUNDS = 100 if os.environ.get("ATTACK_LONG") == "1" else 12
GROUP = "games"      # any that the daemon's user is not in


def look(path):
    """Owner, mode, and what is in it."""
    found = os.lstat(path)
    text = b""
    if stat.S_ISREG(found.st_mode):
        with open(path, "rb") as file:
            text = file.read()
    return (found.st_uid, found.st_gid, found.st_mode,
            hashlib.sha256(text).hexdigest())


class Hands(unittest.TestCase):

    def setUp(self):
        self.daemon = Daemon(f'socket_group = "{GROUP}"', is_unix=True)
        self.addCleanup(shutil.rmtree, self.daemon.folder, True)
        # Root's own, beside the folder of the daemon's user.
        self.own = os.path.join(self.daemon.folder, "root")
        os.mkdir(self.own, 0o755)
        self.file = os.path.join(self.own, "file")
        with open(self.file, "w", encoding="ascii") as file:
            file.write("root's\n")
        os.chmod(self.file, 0o600)

    def fails_to_start(self, *words):
        with self.assertRaises(AssertionError) as failed:
            self.daemon.start()
        for word in words:
            self.assertIn(word, str(failed.exception))

    @contextlib.contextmanager
    def running(self):
        """It stops, and leaves its folder."""
        self.daemon.start()
        try:
            yield self.daemon
        finally:
            self.daemon.stop()

    def user_id(self):
        return os.stat(self.daemon.state).st_uid

    def alignctl(self, *arguments, **options):
        return subprocess.run(
            [ALIGNCTL, "--config", self.daemon.config, *arguments],
            capture_output=True, text=True, timeout=60, check=False, **options)


class Socket(Hands):

    def test_it_is_the_users_and_the_groups(self):
        with self.running() as daemon:
            found = os.stat(daemon.address)
            self.assertEqual(found.st_uid, self.user_id())
            self.assertEqual(found.st_gid, shutil._get_gid(GROUP))
            self.assertEqual(stat.S_IMODE(found.st_mode), 0o660)
            with open(f"/proc/{daemon.process.pid}/status",
                      encoding="ascii") as file:
                status = file.read()
            # Nothing of root, nor of the group, is left to the process.
            self.assertRegex(status, r"\nGroups:\s*\n")
            self.assertRegex(status, r"\nCapEff:\s*0+\n")
            self.assertRegex(status, r"\nCapPrm:\s*0+\n")
            for name in ("Uid", "Gid"):
                ids = re.search(rf"\n{name}:\s*(.*)\n", status)[1].split()
                self.assertEqual(len(set(ids)), 1)
                self.assertNotEqual(ids[0], "0")
        self.assertFalse(os.path.exists(self.daemon.address))

    def test_h7_a_link_to_a_file(self):
        os.symlink(self.file, self.daemon.address)
        before = look(self.file)
        self.fails_to_start("cannot listen")
        self.assertEqual(look(self.file), before)

    def test_h7_a_link_to_nothing(self):
        made = os.path.join(self.own, "made")
        os.symlink(made, self.daemon.address)
        self.fails_to_start("cannot listen")
        self.assertFalse(os.path.lexists(made))

    def test_h7_a_link_to_anothers_socket(self):
        place = os.path.join(self.own, "sock")
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(place)
        before = look(place)
        os.symlink(place, self.daemon.address)
        with self.running():
            self.assertEqual(look(place), before)

    def test_h7_a_folder_that_is_a_link(self):
        """Root would have made, and given away, a socket among its files."""
        os.symlink(self.own, os.path.join(self.daemon.state, "sub"))
        self.daemon.listen = f"unix:{self.daemon.state}/sub/sock"
        self.daemon.write_config(f'socket_group = "{GROUP}"')
        place = os.path.join(self.own, "sock")
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(place)
        before = look(place)
        self.fails_to_start("needs a folder that uid")
        self.assertEqual(look(place), before)
        self.assertEqual(sorted(os.listdir(self.own)), ["file", "sock"])

    def test_h7_a_link_at_the_worst_moment(self):
        """As soon as the socket is there, a link takes its place."""
        before = look(self.file)
        link = os.path.join(self.daemon.state, "link")
        is_over = threading.Event()
        swaps = 0

        def swap():
            nonlocal swaps
            while not is_over.is_set():
                try:
                    if stat.S_ISSOCK(os.lstat(self.daemon.address).st_mode):
                        os.symlink(self.file, link)
                        os.rename(link, self.daemon.address)
                        swaps += 1
                except FileNotFoundError:
                    pass

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for _ in range(ROUNDS):
                try:
                    self.daemon.start()
                    self.daemon.stop()
                except AssertionError:      # the link was there first
                    self.daemon.process.wait(30)
                self.assertEqual(look(self.file), before)
                if os.path.lexists(self.daemon.address):
                    os.unlink(self.daemon.address)
        finally:
            is_over.set()
            thread.join()
        self.assertGreater(swaps, 0)
        print(f"bound met: {swaps} links put in the socket's place in {ROUNDS} "
              "starts, root changed nothing behind them")


class Tool(Hands):
    """alignctl as root, in the folder of the daemon's user."""

    def fill(self):
        with self.running() as daemon, daemon.session() as client:
            self.assertEqual(client.message(
                "a@reject.test", sender="<a@other.test>").verdict, "reject")
        reference = self.alignctl("review", "--json")
        return re.search(r'"reference": ?"([^"]+)"', reference.stdout)[1]

    def test_a_store_that_is_a_link(self):
        reference = self.fill()
        place = os.path.join(self.own, "store.db")
        os.rename(self.daemon.database, place)
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.daemon.database + suffix):
                os.unlink(self.daemon.database + suffix)
        os.chown(place, 0, 0)
        os.symlink(place, self.daemon.database)
        before = look(place)
        for arguments in (["review"], ["review", "confirm", reference],
                          ["stats"], ["report", "status"]):
            done = self.alignctl(*arguments)
            self.assertNotEqual(done.returncode, 0, arguments)
            self.assertIn("a link, which root does not follow", done.stderr)
        self.assertEqual(look(place), before)
        self.assertEqual(sorted(os.listdir(self.own)), ["file", "store.db"])

    def test_companions_that_are_links(self):
        reference = self.fill()
        made = os.path.join(self.own, "made")
        before = look(self.file)
        for suffix in ("-wal", "-shm"):
            for target in (self.file, made):
                name = self.daemon.database + suffix
                if os.path.lexists(name):
                    os.unlink(name)
                os.symlink(target, name)
                self.alignctl("review", "confirm", reference)
                self.assertEqual(look(self.file), before)
                self.assertFalse(os.path.lexists(made))
                if os.path.lexists(name):
                    os.unlink(name)

    def test_what_root_leaves_is_the_users(self):
        reference = self.fill()
        for suffix in ("-wal", "-shm"):
            if os.path.exists(self.daemon.database + suffix):
                os.unlink(self.daemon.database + suffix)
        # A reader beside keeps -wal and -shm from going with alignctl's end.
        reader = sqlite3.connect(self.daemon.database)
        self.addCleanup(reader.close)
        done = self.alignctl("review", "confirm", reference)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in os.listdir(self.daemon.state):
            found = os.lstat(os.path.join(self.daemon.state, name))
            self.assertEqual(found.st_uid, self.user_id(), name)

    def test_overrides_with_a_link_beside(self):
        """In the worst place: a folder that the user may write."""
        path = os.path.join(self.daemon.state, "overrides.conf")
        self.daemon.write_config(f'overrides = "{path}"')
        before = look(self.file)
        with open(path, "w", encoding="ascii") as file:
            file.write("# none\n")
        shutil.chown(path, self.user_id())
        os.symlink(self.file, path + ".new")
        done = self.alignctl(
            "override", "add", "--name", "n", "--spf", "a.test", "--owner",
            "o", "--why", "w", "--permanent", "--action", "accept")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(look(self.file), before)
        self.assertFalse(os.path.lexists(path + ".new"))
        self.assertEqual(os.lstat(path).st_uid, self.user_id())

    def scan(self, box):
        """What root keeps of a Maildir that is another's: (status, asides)."""
        done = self.alignctl("inbox", "scan", box)
        with sqlite3.connect(self.daemon.database) as store:
            found = store.execute("SELECT name, bytes FROM inbox_aside").fetchall()
        store.close()
        return done, found

    def test_a_maildir_of_links(self):
        """Its owner would have root read, and hand him, what is root's."""
        with self.running():
            pass
        before = look(self.file)
        for linked in ("new", "cur", "both", "mail", "whole"):
            box = os.path.join(self.daemon.state, f"box-{linked}")
            if linked == "whole":
                os.mkdir(os.path.join(self.own, "new"))
                os.link(self.file, os.path.join(self.own, "new", "file"))
                os.symlink(self.own, box)
            else:
                os.mkdir(box)
                for part in ("new", "cur"):
                    place = os.path.join(box, part)
                    if linked in (part, "both"):
                        os.symlink(self.own, place)
                    else:
                        os.mkdir(place)
                        os.symlink(self.file, os.path.join(place, "mail"))
            done, found = self.scan(box)
            with self.subTest(linked=linked):
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertEqual(found, [])
                self.assertEqual(look(self.file), before)
        self.assertEqual(sorted(os.listdir(self.own)), ["file", "new"])
        self.assertEqual(os.listdir(os.path.join(self.own, "new")), ["file"])

    def test_a_maildir_at_the_worst_moment(self):
        """"new" is a folder and a link in turn, while root reads it."""
        with self.running():
            pass
        box = os.path.join(self.daemon.state, "box")
        place, away, link = (os.path.join(box, name) for name in ("new", "away", "link"))
        os.makedirs(place)
        os.mkdir(os.path.join(box, "cur"))
        os.symlink(self.own, link)
        before = look(self.file)
        is_over = threading.Event()
        swaps = 0

        def swap():
            nonlocal swaps
            while not is_over.is_set():
                os.rename(place, away)
                os.rename(link, place)
                os.rename(place, link)
                os.rename(away, place)
                swaps += 1

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for _ in range(ROUNDS):
                _, found = self.scan(box)
                self.assertEqual(found, [])
        finally:
            is_over.set()
            thread.join()
        self.assertEqual(look(self.file), before)
        self.assertEqual(os.listdir(self.own), ["file"])
        self.assertGreater(swaps, 0)
        print(f"bound met: \"new\" was a link {swaps} times in {ROUNDS} scans, root read and "
              "moved nothing behind it")


if __name__ == "__main__":
    sys.exit(support.run(
        "tests/attacks/test_root_hands.py",
        None if os.geteuid() == 0 else "root's hands are root's"))
