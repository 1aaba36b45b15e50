#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Two users over one store: who parses mail knows no secret, who sends reports
can write, who may only read can read. Needs root, to become them."""
import os
import shutil
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import (DAY, NOW, YESTERDAY, RECORD_TOOL, WRAPPER,  # noqa: E402
                        ReportTest, bounce)

# Numbers that nobody has.
DAEMON, SENDER, READER, STRANGER = 61001, 61002, 61003, 61004
STORE, READERS, ALONE = 61010, 61020, 61030
STATE = "state"


class Users(ReportTest):
    SETTINGS = 'smtp_user = "ann"'

    def setUp(self):
        os.chmod(self.folder, 0o755)
        shutil.rmtree(self.path(STATE), ignore_errors=True)
        os.mkdir(self.path(STATE))
        os.chown(self.path(STATE), DAEMON, STORE)
        os.chmod(self.path(STATE), 0o2770)
        self.write("password", "secret\n")
        os.chmod(self.path("password"), 0o400)
        os.chown(self.path("password"), SENDER, ALONE)
        super().setUp()
        self.server.password = "ann secret"

    @classmethod
    def path(cls, name):
        return super().path(os.path.join(STATE, name)
                            if name.startswith("store.db") else name)

    def write_conf(self, more=""):
        super().write_conf(
            f'smtp_password_file = "{self.path("password")}" {more}')

    def record(self, mails, time_s=YESTERDAY + 3600, **_):
        """As alignd's user does, with the umask of its unit."""
        lines = ""
        for i, (domain, client, sender, count) in enumerate(mails):
            self.write(f"mail{i}", f"From: a@{domain}\r\n\r\nx\r\n")
            lines += (f"{time_s} {client} bounce@{sender} r@mx.test Q{i} "
                      f"helo.{domain} - {self.path(f'mail{i}')}\n") * count
        done = self.run_as(DAEMON, STORE, [
            RECORD_TOOL, self.path("conf"), self.path("report-zone"),
            self.path("store.db")], lines)
        self.assertEqual(done.returncode, 0, done.stderr)

    def run_as(self, user, group, line, stdin=""):
        return subprocess.run(line, cwd=self.folder, input=stdin, text=True,
                              capture_output=True, check=False, timeout=120,
                              user=user, group=group, extra_groups=[],
                              umask=0o077)

    def report_as(self, user, group, *arguments, now=NOW, stdin=""):
        return self.run_as(user, group, self.arguments(*arguments, now=now),
                           stdin)

    def hand_over(self, name, user):
        """As systemd lays a credential where file systems have lists: root's, in a
        folder of root's, and one user on the list of each."""
        folder = self.path("credentials")
        os.makedirs(folder, exist_ok=True)
        place = os.path.join(folder, name)
        os.rename(self.path(name), place)
        os.chown(place, 0, 0)
        for path, mode, rights in ((place, 0o400, 4), (folder, 0o500, 5)):
            os.chmod(path, mode)
            entries = ((0x01, rights, 0xFFFFFFFF), (0x02, rights, user),
                       (0x04, 0, 0xFFFFFFFF), (0x10, rights, 0xFFFFFFFF),
                       (0x20, 0, 0xFFFFFFFF))
            value = struct.pack("<I", 2) + b"".join(
                struct.pack("<HHI", *entry) for entry in entries)
            try:
                os.setxattr(path, "system.posix_acl_access", value)
            except OSError as error:
                self.skipTest(f"no access lists here: {error}")
        return place

    def test_a_credential_of_systemd(self):
        """LoadCredential= hands over what is root's; others do not have it."""
        place = self.hand_over("password", SENDER)
        self.addCleanup(shutil.rmtree, self.path("credentials"))
        with open(self.path("conf"), encoding="ascii") as file:
            conf = file.read()
        self.write("conf", conf.replace(self.path("password"), place))
        self.assertEqual(stat.S_IMODE(os.stat(place).st_mode), 0o440)
        done = self.run_as(DAEMON, STORE, ["cat", place])
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        done = self.report_as(SENDER, STORE, "send")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.server.mails), 3)

    def look(self, name):
        found = os.stat(os.path.join(self.folder, STATE, name))
        return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)

    def test_each_does_its_own(self):
        self.assertEqual(self.look("store.db"), (DAEMON, STORE, 0o660))
        done = self.report_as(SENDER, STORE, "send")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(self.server.mails), 3)
        names = os.listdir(self.path(STATE))
        for name in names:
            owner, group, mode = self.look(name)
            wanted = ({SENDER}, 0o600) if name == "report-bounce.key" \
                else ({DAEMON, SENDER}, 0o660)
            self.assertEqual((owner in wanted[0], group, mode),
                             (True, STORE, wanted[1]), name)
        self.assertIn("report-bounce.key", names)
        # alignd goes on with what the other made.
        self.record(self.MAIL, NOW)
        done = self.report_as(SENDER, STORE, "send", now=NOW + DAY)
        self.assertIn("3 sent", done.stdout, done.stderr)

    def test_confined_sender_finds_the_server_by_its_name(self):
        port = self.server.port
        with open(self.path("conf"), encoding="ascii") as file:
            conf = file.read()
        for i, url in enumerate((f"smtp://localhost:{port}",
                                 f"SMTP://localhost:{port}/client.test",
                                 f"smtp://127.0.0.1:{port}/")):
            self.record(self.MAIL, YESTERDAY + 3600 + i * DAY)
            self.write("conf", conf.replace(f"smtp://127.0.0.1:{port}", url))
            done = self.report_as(SENDER, STORE, "send", now=NOW + i * DAY)
            self.assertIn("3 sent", done.stdout, done.stderr)
            self.assertNotIn("confine", done.stderr)

    @unittest.skipIf(WRAPPER, "the wrapper is another process")
    def test_bounces_are_read_confined(self):
        """They are strangers' words, and it is the user with the keys."""
        self.assertEqual(self.report_as(SENDER, STORE, "send").returncode, 0)
        with subprocess.Popen(self.arguments("bounce"), cwd=self.folder,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, user=SENDER,
                              group=STORE, extra_groups=[]) as process:
            end = time.monotonic() + 20
            while not self.is_filtered(process.pid):
                self.assertLess(time.monotonic(), end)
                self.assertIsNone(process.poll())
                time.sleep(0.01)
            out, err = process.communicate(bounce(self.mails()[0]))
        self.assertIn("bounced", out, err)
        self.assertEqual(err, "")

    @staticmethod
    def is_filtered(pid):
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return "\nSeccomp:\t2\n" in file.read()

    def test_who_parses_mail_knows_no_secret(self):
        self.assertEqual(self.report_as(SENDER, STORE, "send").returncode, 0)
        for path in (self.path("password"),
                     os.path.join(self.path(STATE), "report-bounce.key")):
            done = self.run_as(DAEMON, STORE, ["cat", path])
            self.assertEqual((done.returncode, done.stdout), (1, ""))
        mail = self.mails()[0]
        done = self.report_as(DAEMON, STORE, "bounce", stdin=bounce(mail))
        self.assertEqual(done.returncode, 75, done.stdout)
        self.assertIn("report-bounce.key", done.stderr)
        self.record(self.MAIL, NOW)
        done = self.report_as(DAEMON, STORE, "send", now=NOW + DAY)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(self.server.mails), 3)
        done = self.report_as(SENDER, STORE, "bounce", stdin=bounce(mail))
        self.assertIn("bounced", done.stdout)

    def test_readers_read_and_strangers_do_not(self):
        self.assertEqual(self.report_as(SENDER, STORE, "send").returncode, 0)
        done = self.report_as(STRANGER, ALONE, "status")
        self.assertEqual(done.returncode, 4, done.stdout)
        self.give_to_readers()
        # What is made from here on has the list, as with a new host.
        for name in ("store.db", "store.db-wal", "store.db-shm"):
            os.unlink(self.path(name))
        self.record(self.MAIL, NOW)
        # As a running alignd has it.
        store = sqlite3.connect(self.path("store.db"))
        self.addCleanup(store.close)
        store.execute("SELECT count(*) FROM report").fetchone()
        done = self.report_as(READER, READERS, "status", now=NOW + DAY)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.report_as(READER, READERS, "suppress", "a@two.test")
        self.assertNotEqual(done.returncode, 0)

    def give_to_readers(self):
        """By the line of systemd/alignd.tmpfiles."""
        source = os.path.join(os.environ.get("top_srcdir", "."), "systemd",
                              "alignd.tmpfiles")
        with open(source, encoding="ascii") as file:
            line = next(line for line in file if line.startswith("a+"))
        line = line.replace("/var/lib/alignd", self.path(STATE))
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(line.replace("alignd-read", str(READERS)))
            file.flush()
            done = subprocess.run(["systemd-tmpfiles", "--create", file.name],
                                  capture_output=True, text=True, check=False)
        if done.returncode != 0 or "not supported" in done.stderr:
            self.skipTest(f"no access lists here: {done.stderr}")


if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: needs root, to become other users")
        sys.exit(77)
    if subprocess.run(["test", "-x", RECORD_TOOL], user=STRANGER, group=ALONE,
                      extra_groups=[], check=False).returncode != 0:
        print(f"skipped: other users cannot reach {RECORD_TOOL}: a folder above it is "
              "closed to them (chmod go+x)")
        sys.exit(77)
    unittest.main()
