#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Options, starts that must fail, and the end with messages in flight."""
import contextlib
import glob
import grp
import os
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import unittest

from daemon import Daemon, PROGRAM
from ports import free_port


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True,
                          text=True, timeout=60, check=False)


class SlowDns(threading.Thread):
    """A name server that answers every question, late, with "no such name"."""

    def __init__(self, delay_s):
        super().__init__(daemon=True)
        self.delay_s = delay_s
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.asked = threading.Event()

    def run(self):
        while True:
            packet, client = self.socket.recvfrom(4096)
            self.asked.set()
            header = packet[:2] + struct.pack(">HHHHH", 0x8183, 1, 0, 0, 0)
            end = packet.index(b"\0", 12) + 5
            threading.Timer(self.delay_s, self.socket.sendto,
                            (header + packet[12:end], client)).start()


class Options(unittest.TestCase):

    def test_help_and_version(self):
        self.assertIn("usage: alignd", run("-h").stdout)
        self.assertRegex(run("-V").stdout, r"^alignd \d")
        self.assertEqual(run("-x").returncode, 1)
        self.assertEqual(run("word").returncode, 1)

    def test_says_why_it_cannot_listen(self):
        """libmilter's reason stands on standard error, and ours behind it."""
        daemon = Daemon()
        self.addCleanup(daemon.remove)
        with socket.socket() as other:
            other.bind(daemon.address)
            other.listen()
            done = run("-f", "-c", daemon.config)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, f"{daemon.listen}: Address already in use\n(.*\n)*"
                                      f'alignd: cannot listen at "{daemon.listen}"')

    def test_tests_a_configuration(self):
        daemon = Daemon()
        self.addCleanup(daemon.remove)
        done = run("-t", "-c", daemon.config)
        overrides = os.path.join(daemon.folder, "overrides.conf")
        self.assertEqual((done.returncode, done.stdout), (
            0, f"configuration ok: enforce mode by {daemon.config}; "
            f"overrides: none ({overrides} is absent)\n"), done.stderr)
        with open(overrides, "w", encoding="ascii"):
            pass
        os.mkdir(daemon.config + ".d")
        daemon.drop_in("10-mode.conf", "mode = monitor")
        done = run("-t", "-c", daemon.config)
        self.assertEqual((done.returncode, done.stdout), (
            0, f"configuration ok: monitor mode by {daemon.config} and 1 of "
            f"{daemon.config}.d; overrides: none ({overrides} is blank)\n"))
        daemon.drop_in("10-mode.conf", "mode = sometimes")
        done = run("-t", "-c", daemon.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{daemon.config}.d/10-mode.conf:1: mode", done.stderr)
        daemon.drop_in("10-mode.conf", "")
        daemon.write_config("mode = sometimes")
        done = run("-t", "-c", daemon.config)
        self.assertEqual(done.returncode, 2)
        self.assertIn(daemon.config, done.stderr)
        self.assertIn("mode", done.stderr)


class Refused(unittest.TestCase):
    """A start that cannot be: words, exit status, no socket."""

    def refused(self, settings="", change=lambda daemon: None):
        daemon = Daemon(settings, is_unix=True)
        self.addCleanup(daemon.remove)
        change(daemon)
        done = run("-f", "-c", daemon.config)
        return daemon, done

    def test_bad_configuration(self):
        rows = ("mode = sometimes", "nonsense = 1", "mode = monitor mode =",
                'socket_mode = "rw"', 'socket_group = "no-such-group-here"')
        for settings in rows:
            with self.subTest(settings=settings):
                daemon, done = self.refused(settings)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.startswith("alignd: "))
                self.assertFalse(os.path.exists(daemon.address))

    def test_no_file(self):
        daemon, done = self.refused(
            change=lambda daemon: os.unlink(daemon.config))
        self.assertEqual(done.returncode, 2)
        self.assertIn(daemon.config, done.stderr)

    def test_bad_zone(self):
        daemon, done = self.refused(
            change=lambda daemon: os.unlink(daemon.zone))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(daemon.zone, done.stderr)

    def test_unusable_store(self):
        def make_folder(daemon):
            os.mkdir(daemon.database)
        daemon, done = self.refused(change=make_folder)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(daemon.database, done.stderr)


class FaultyStore(unittest.TestCase):
    """A store that is not there at the start is no reason to stop the mail."""

    def lost_then(self, spoil, words, mend):
        """One message is answered and counted as lost; once it is mended,
        without a restart, the next one is kept."""
        daemon = self.spoiled(spoil)
        try:
            self.assertIn(words, daemon.log())
            self.assertIn("mail flows on", daemon.log())
            self.assertEqual(pass_one(daemon), "reject")
            self.assertIn("the store lost a record", daemon.log())
            mend(daemon)
            before = daemon.query("SELECT count(*) FROM incident")[0][0] if \
                os.path.exists(daemon.database) else 0
            self.assertEqual(pass_one(daemon), "reject")
            after = daemon.query("SELECT count(*) FROM incident")[0][0]
            self.assertEqual(after, before + 1)
        finally:
            daemon.stop()
            daemon.remove()

    @staticmethod
    def spoiled(spoil):
        daemon = Daemon()
        daemon.start()
        pass_one(daemon)
        daemon.stop()
        spoil(daemon)
        return daemon.start()

    def test_garbage(self):
        def spoil(daemon):
            with open(daemon.database, "wb") as file:
                file.write(b"no database at all " * 1000)
        self.lost_then(spoil, "not a SQLite database",
                       lambda daemon: os.rename(daemon.database,
                                                daemon.database + ".bad"))

    def test_newer_schema(self):
        def set_version(daemon, version):
            database = sqlite3.connect(daemon.database)
            old = database.execute("PRAGMA user_version").fetchone()[0]
            database.execute(f"PRAGMA user_version = {version}")
            database.commit()
            database.close()
            return old
        versions = []
        self.lost_then(
            lambda daemon: versions.append(set_version(daemon, 9999)),
            "its schema is version 9999",
            lambda daemon: set_version(daemon, versions[0]))

    def test_damage(self):
        def spoil(daemon):
            size = os.path.getsize(daemon.database)
            with open(daemon.database, "r+b") as file:
                file.seek(100)
                file.write(b"\xff" * (size - 100))

        daemon = self.spoiled(spoil)
        try:
            self.assertEqual(pass_one(daemon), "reject")
            self.assertEqual(
                daemon.query("PRAGMA integrity_check")[0][0], "ok")
            self.assertEqual(
                daemon.query("SELECT count(*) FROM incident")[0][0], 1)
            self.assertTrue(any(".damaged-" in name
                                for name in os.listdir(daemon.state)))
        finally:
            daemon.stop()
            daemon.remove()

    def test_no_right_to_write(self):
        self.lost_then(lambda daemon: os.chmod(daemon.state, 0o555),
                       "must be writable",
                       lambda daemon: os.chmod(daemon.state, 0o755))

    def test_cut_short_while_in_use(self):
        with Daemon() as daemon:
            self.assertEqual(pass_one(daemon), "reject")
            os.truncate(daemon.database, 0)
            self.assertEqual(pass_one(daemon), "reject")
            self.assertEqual(
                daemon.query("PRAGMA integrity_check")[0][0], "ok")
            self.assertGreaterEqual(
                daemon.query("SELECT count(*) FROM incident")[0][0], 1)

    def test_locked_by_another(self):
        """Longer than two tries of a second each."""
        with Daemon() as daemon:
            self.assertEqual(pass_one(daemon), "reject")
            other = sqlite3.connect(daemon.database, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            start = time.monotonic()
            self.assertEqual(pass_one(daemon), "reject")
            self.assertLess(time.monotonic() - start, 8)
            self.assertIn("was late to commit", daemon.log())
            other.execute("ROLLBACK")
            other.close()
            self.assertEqual(pass_one(daemon), "reject")
            self.assertEqual(
                daemon.query("SELECT count(*) FROM incident")[0][0], 3)


def pass_one(daemon):
    with daemon.session() as client:
        return client.message("a@reject.test").verdict


class Noted(Daemon):
    """It writes its process's id."""

    def spawn(self, command, log):
        return super().spawn([*command, "-p", os.path.join(self.folder, "pid")], log)


class ProcessId(unittest.TestCase):
    """What an init script stops the daemon by."""

    def read(self, daemon):
        with open(os.path.join(daemon.folder, "pid"), encoding="utf-8") as file:
            return file.read()

    def first(self, daemon):
        """It takes mail; its socket may have been there before that."""
        pass_one(daemon)
        return self.read(daemon)

    def test_written_at_the_start(self):
        with Noted() as daemon:
            self.assertEqual(self.first(daemon), f"{daemon.process.pid}\n")
            place = os.path.join(daemon.folder, "pid")
            held = [os.path.realpath(fd) for fd in
                    glob.glob(f"/proc/{daemon.process.pid}/fd/*")]
            self.assertNotEqual(held, [])
            self.assertNotIn(os.path.realpath(place), held)

    def wait_gone(self, place):
        end = time.monotonic() + 60
        while os.path.exists(place):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def test_gone_with_the_daemon(self):
        """However it went; its number may be another process's afterwards."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number), Noted() as daemon:
                self.assertNotEqual(self.first(daemon), "")
                daemon.process.send_signal(number)
                daemon.process.wait(60)
                self.wait_gone(os.path.join(daemon.folder, "pid"))
                daemon.start()
                self.assertEqual(self.first(daemon), f"{daemon.process.pid}\n")

    @staticmethod
    def keepers():
        """Those that still wait for a daemon's end, by what they call themselves."""
        found = set()
        for path in glob.glob("/proc/[0-9]*/comm"):
            with contextlib.suppress(OSError), open(path, encoding="utf-8") as file:
                if file.read() == "alignd-pid-file\n":
                    found.add(path)
        return found

    def test_what_names_another_stays(self):
        before = self.keepers()
        with Noted() as daemon:
            self.assertNotEqual(self.first(daemon), "")
            keeper, = self.keepers() - before
            place = os.path.join(daemon.folder, "pid")
            with open(place, "w", encoding="utf-8") as file:
                file.write("1\n")
            daemon.stop()
            self.wait_gone(keeper)
            self.assertEqual(self.read(daemon), "1\n")

    def test_a_start_that_fails_names_nobody(self):
        """Neither where another runs, nor with a configuration that is none."""
        with Noted(is_unix=True) as daemon:
            mine = self.first(daemon)
            self.assertNotEqual(mine, "")
            place = os.path.join(daemon.folder, "pid")
            bad = os.path.join(daemon.folder, "bad.conf")
            with open(bad, "w", encoding="utf-8") as file:
                file.write("nonsense = 1\n")
            for config, status in ((daemon.config, 1), (bad, 2)):
                done = run("-f", "-c", config, "-p", place)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertEqual(self.read(daemon), mine)

    def test_no_place_for_it(self):
        with Daemon() as daemon:
            absent = os.path.join(daemon.folder, "absent", "pid")
            done = run("-f", "-c", daemon.config, "-p", absent)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(absent, done.stderr)


class SecondStart(unittest.TestCase):
    """Whoever listens keeps the socket; what a killed one left is no hurdle."""

    def test_unix_socket_in_use(self):
        with Daemon(is_unix=True) as daemon:
            done = run("-f", "-c", daemon.config)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("listens at " + daemon.address, done.stderr)
            with daemon.session() as client:
                result = client.message("a@reject.test")
            self.assertEqual(result.verdict, "reject")

    def test_no_folder_for_the_socket(self):
        """As where a person starts it by hand: one line, with what to set."""
        with Daemon(is_unix=True) as daemon:
            place = os.path.join(os.path.dirname(daemon.address), "absent", "alignd.sock")
            with open(daemon.config, encoding="utf-8") as file:
                settings = file.read().replace(daemon.address, place)
            with open(daemon.config, "w", encoding="utf-8") as file:
                file.write(settings)
            done = run("-f", "-c", daemon.config)
        self.assertEqual(done.returncode, 1, done.stderr)
        [line] = [line for line in done.stderr.splitlines() if place in line]
        self.assertIn('set listen = "unix:/PATH" or "inet:PORT@127.0.0.1"', line)

    def test_stale_unix_socket(self):
        with Daemon(is_unix=True) as daemon:
            daemon.kill()
            self.assertTrue(os.path.exists(daemon.address))
            daemon.start()
            with daemon.session() as client:
                result = client.message("a@reject.test")
            self.assertEqual(result.verdict, "reject")


class Streamless(Daemon):
    """Standard input, output and error are closed."""

    def spawn(self, command, log):
        return subprocess.Popen(["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-',
                                 "sh", *command])

    def has_settled(self):
        if self.process.poll() is not None:
            return True
        try:
            self.client().close()
        except OSError:
            return False
        return True


class Streams(unittest.TestCase):

    def test_none_is_open(self):
        place = f"inet:{free_port()}@127.0.0.1"
        with Streamless(f'metrics {{ listen = "{place}" }}') as daemon:
            pass_one(daemon)


class Unprivileged(Daemon):
    """As its unit starts it: neither root nor in the MTA's group."""

    def spawn(self, command, log):
        return subprocess.Popen(command, stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL, user=self.user,
                                group="nogroup", extra_groups=[])


def keeps_others_out():
    """Is a folder above the daemon closed, as those of mktemp -d are?"""
    return os.geteuid() == 0 and subprocess.run(
        ["test", "-x", PROGRAM], user="nobody", group="nogroup", extra_groups=[],
        check=False).returncode != 0


@unittest.skipIf(os.geteuid() != 0, "needs root, to become somebody else")
@unittest.skipIf(keeps_others_out(), f"other users cannot reach {PROGRAM} (chmod go+x)")
class SocketGroup(unittest.TestCase):

    def setUp(self):
        self.daemon = Unprivileged('socket_group = "daemon"', is_unix=True)
        self.addCleanup(self.daemon.__exit__)
        shutil.chown(self.daemon.state, group="daemon")

    def test_the_folder_gives_it(self):
        os.chmod(self.daemon.state, 0o2750)
        self.daemon.start()
        self.assertEqual(os.stat(self.daemon.address).st_gid,
                         grp.getgrnam("daemon").gr_gid)
        pass_one(self.daemon)

    def test_nobody_gives_it(self):
        with self.assertRaisesRegex(AssertionError, r"chmod g\+s"):
            self.daemon.start()
        self.daemon.process = None


class Endings(unittest.TestCase):

    def test_socket_mode(self):
        with Daemon('socket_mode = "0600"', is_unix=True) as daemon:
            self.assertEqual(os.stat(daemon.address).st_mode & 0o777, 0o600)
            path = daemon.address
            daemon.stop()
            self.assertFalse(os.path.exists(path))

    @unittest.skipIf(os.geteuid() != 0, "needs root to give it up")
    def test_root_is_given_up(self):
        with Daemon() as daemon:
            with open(f"/proc/{daemon.process.pid}/status",
                      encoding="ascii") as file:
                status = dict(line.rstrip("\n").split(":\t", 1)
                              for line in file if ":\t" in line)
            self.assertNotIn("0", status["Uid"].split())
            self.assertNotIn("0", status["Gid"].split())
            self.assertEqual(status["Groups"].strip(), "")

    def test_background(self):
        daemon = Daemon()
        self.addCleanup(daemon.remove)
        done = run("-c", daemon.config)
        self.assertEqual(done.returncode, 0, done.stderr)
        with daemon.session() as client:
            self.assertEqual(client.message("a@reject.test").verdict, "reject")
        pid = self.pid_of(daemon.config)
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + 30
        while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
            if self.is_zombie(pid):
                break
            time.sleep(0.05)
        self.assertTrue(not os.path.exists(f"/proc/{pid}")
                        or self.is_zombie(pid))
        daemon.write_config("mode = sometimes")
        self.assertEqual(run("-c", daemon.config).returncode, 2)

    @staticmethod
    def is_zombie(pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"

    @staticmethod
    def pid_of(config):
        """The process whose command line names this test's own file."""
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    if config.encode() in file.read().split(b"\0"):
                        return int(name)
            except OSError:
                continue
        raise AssertionError("no daemon in the background")

    def stop_in_flight(self, number):
        dns = SlowDns(1.5)
        dns.start()
        settings = (f'servers = {{"127.0.0.1@{dns.port}"}} budget = 10s')
        with Daemon(dns=settings) as daemon:
            clients = [daemon.session() for _ in range(5)]
            for client in clients:
                client.start(f"a@slow{id(client)}.test")
                client.send(b"E")
            self.assertTrue(dns.asked.wait(10))
            time.sleep(0.3)
            daemon.signal(number)
            for client in clients:
                self.assertEqual(client.end_result().verdict, "continue")
                client.close()
            self.assertEqual(daemon.process.wait(30), 0)
            self.assertIn("stopped; ", daemon.log())
            (count,), = daemon.query("SELECT sum(count) FROM result")
            self.assertEqual(count, 5)

    def test_term_with_messages_in_flight(self):
        self.stop_in_flight(signal.SIGTERM)

    def test_int_with_messages_in_flight(self):
        self.stop_in_flight(signal.SIGINT)

    def test_term_in_the_middle_of_a_message(self):
        """What does not end is cut; the daemon goes all the same."""
        with Daemon() as daemon:
            client = daemon.session()
            client.start("a@pass.test")
            time.sleep(0.3)
            daemon.stop()
            self.assertIn("with messages unfinished", daemon.log())
            client.close()


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
