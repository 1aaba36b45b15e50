#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What goes wrong around a fleet, while mail comes: nothing lost, nothing doubled

Beside test_fleet_forward.py (the forwarder's own ends) and test_histories.py (all
of it by dice): real daemons, real files, PostgreSQL killed, a standby that was
behind, a network that hangs, stores played back, cut and copied, rows that are too
long. What was sent is compared with what PostgreSQL has. How long a message waits
meanwhile: test_fleet_mail.py.
"""
import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

from fleet_rig import main
from hosts import HostTest, end, wait_until
from traffic import Traffic

ENDS = ("", "-wal")


def copy_store(source, target):
    """As it is at this moment, under a daemon or not."""
    for suffix in ENDS:
        for path in (target + suffix, target + "-shm"):
            if os.path.exists(path):
                os.remove(path)
        if os.path.exists(source + suffix):
            shutil.copy(source + suffix, target + suffix)
            found = os.stat(source + suffix)
            os.chown(target + suffix, found.st_uid, found.st_gid)


@contextlib.contextmanager
def running(host):
    """Its daemon; stopped at the end, its files stay."""
    host.start()
    try:
        yield host
    finally:
        if host.process.poll() is None:
            host.stop()


@contextlib.contextmanager
def small_disk(where, owner_of, megabytes):
    """A file system of its own on that folder; gives what fills and empties it."""
    found = os.stat(owner_of)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "alignd-test", where],
                   check=True)
    os.chown(where, found.st_uid, found.st_gid)
    os.chmod(where, found.st_mode & 0o777)
    ballast = os.path.join(where, "ballast")

    def fill():
        with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
    try:
        yield fill, lambda: os.remove(ballast)
    finally:
        subprocess.run(["umount", "-l", where], check=False)


def can_mount():
    """Root, and of a machine that lets it: not so in many a container."""
    folder = tempfile.mkdtemp(prefix="alignd-mount.")
    try:
        with contextlib.suppress(subprocess.CalledProcessError, OSError):
            with small_disk(folder, "/", 1):
                return True
        return False
    finally:
        os.rmdir(folder)


class Faults(HostTest):

    def all_forwarded(self, *hosts):
        for host in hosts:
            status, _, said = host.forward()
            self.assertEqual(status, 0, said)

    # --- PostgreSQL ---

    def test_killed_while_it_takes(self):
        host = self.host()
        with running(host):
            forwarder = host.begin_forwarder()
            with Traffic(host):
                for _ in range(3):
                    wait_until("some come", self.fleet_incidents)
                    self.server.kill()
                    time.sleep(0.2)
                    self.server.start()
            host.stop()
            end(forwarder)
        self.all_forwarded(host)
        self.assert_all_there(host)

    def test_a_standby_that_was_behind_takes_over(self):
        host = self.filled()
        standby = self.server.standby()
        standby.catch_up()
        standby.stop()
        self.all_forwarded(host)
        self.assert_all_there(host)
        self.server.kill()
        standby.start()
        standby.promote()
        first, self.__class__.server = self.server, standby
        try:
            self.assertEqual(self.fleet_messages(), 0)
            host.conninfo = standby.conninfo("mxa", "fleet")
            host.write_config()
            status, _, said = host.forward()
            self.assertEqual(status, 0, said)
            self.assert_all_there(host)
        finally:
            self.__class__.server = first
            standby.stop()
            first.start()

    def test_away_for_several_openings(self):
        """What is counted meanwhile waits, of each opening by itself."""
        host = self.host()
        self.server.stop()
        try:
            for count in (3, 4, 5):
                with running(host):
                    host.send("a@pass.test", count)
            self.assertNotEqual(host.forward()[0], 0)
            self.assertEqual(host.waiting(), 3)
        finally:
            self.server.start()
        self.all_forwarded(host)
        self.assertEqual(self.fleet_messages(), 12)
        self.assert_all_there(host)

    @unittest.skipUnless(can_mount(), "no file system can be mounted here")
    def test_its_disk_is_full(self):
        host = self.host()
        where = os.path.join(self.server.folder, "small")
        os.mkdir(where)
        with small_disk(where, self.server.data, 40) as (fill, empty):
            self.server.query(f"CREATE TABLESPACE small LOCATION '{where}'")
            self.admin.__exit__()
            self.server.query("ALTER DATABASE fleet SET TABLESPACE small")
            with running(host):
                host.send("a@reject.test", 300)
            fill()
            status, _, said = host.forward()
            self.assertNotEqual(status, 0)
            self.assertEqual(said.count("\n"), 1, said)
            empty()
            self.all_forwarded(host)
            self.assert_all_there(host)
            self.server.query("DROP DATABASE fleet")
            self.server.query("DROP TABLESPACE small")

    def test_an_erasure_that_it_forgot(self):
        """A backup of before an erasure is played back: the person is not."""
        host = self.filled()
        self.all_forwarded(host)
        self.server.save("named")
        status, out, said = host.tool("privacy", "erase", "reject.test", "--json")
        self.assertEqual(status, 0, said)
        rows = str(json.loads(out)["rows"])
        self.assertEqual(host.tool("privacy", "erase", "reject.test", "--count", rows)[0], 0)
        for _ in range(2):
            self.all_forwarded(host)
            self.assertEqual(self.named("reject.test"), (0, 0))
            self.assertEqual(self.fleet_messages(), host.messages())
            self.server.play_back("named")
            self.assertEqual(self.named("reject.test"), (3, 3))
        self.all_forwarded(host)
        self.assertEqual(self.named("reject.test"), (0, 0))
        self.assertEqual(self.fleet_messages(), host.messages())

    def named(self, domain):
        """Messages of counters, and incidents."""
        return (self.number("SELECT sum(count) FROM alignd.result JOIN alignd.tuple USING "
                            f"(tuple_no) WHERE author_domain = '{domain}'"),
                self.number("SELECT count(*) FROM alignd.incident WHERE author_domain = "
                            f"'{domain}'"))

    # --- the store ---

    @unittest.skipUnless(can_mount(), "no file system can be mounted here")
    def test_the_hosts_disk_is_full(self):
        """Mail flows, what is lost is counted; what is in the file gets there."""
        host = self.host()
        state = os.path.dirname(host.database)
        with small_disk(state, state, 4) as (fill, empty):
            with running(host):
                host.send("a@reject.test", 20)
                fill()
                host.send("a@pass.test", 5)
                status, _, said = host.forward()
                self.assertTrue(status == 0 or "full" in said, said)
                empty()
                host.send("a@pass.test", 5)
            self.all_forwarded(host)
            self.all_forwarded(host)
            self.assertGreaterEqual(host.messages(), 25)
            self.assert_all_there(host)

    def test_a_store_of_yesterday(self):
        host = self.host()
        with running(host):
            host.send("a@reject.test", 4)
            saved = host.database + ".saved"
            copy_store(host.database, saved)
            host.send("a@reject.test", 5)
            self.all_forwarded(host)
        self.all_forwarded(host)
        copy_store(saved, host.database)
        with running(host):
            host.send("a@reject.test", 6)
        self.all_forwarded(host)
        self.assertEqual(self.fleet_messages(), 15)
        self.assertEqual(self.fleet_incidents(), 15)
        self.assertEqual(host.waiting(), 0)

    def test_a_log_that_was_cut(self):
        """Power is lost: what was streamed stays, what was not is gone here and
        there, and nothing comes twice."""
        host = self.host()
        with running(host):
            host.send("a@reject.test", 6)
            self.all_forwarded(host)
            host.send("a@reject.test", 6)
            cut = host.database + ".cut"
            copy_store(host.database, cut)
            host.kill()
        os.truncate(cut + "-wal", os.path.getsize(cut + "-wal") * 2 // 3)
        copy_store(cut, host.database)
        left = host.messages()
        with running(host):
            host.send("a@reject.test", 2)
        self.all_forwarded(host)
        self.assertEqual(self.fleet_messages(), left + 2)
        self.assertEqual(self.fleet_incidents(), max(left, 6) + 2)
        self.assertEqual(host.waiting(), 0)

    def test_a_running_host_is_cloned(self):
        host, clone = self.host("mxa.test"), self.host("mxb.test")
        with running(host):
            host.send("a@reject.test", 5)
            copy_store(host.database, clone.database)
            with running(clone):
                host.send("a@reject.test", 3)
                clone.send("a@reject.test", 4)
                self.all_forwarded(host, clone)
            self.all_forwarded(clone)
        self.all_forwarded(host, clone)
        self.assertEqual(self.fleet_messages(), 12)
        self.assertEqual(self.fleet_incidents(), 12)
        self.assertEqual((host.waiting(), clone.waiting()), (0, 0))

    # --- rows ---

    def test_a_record_of_64_kilobytes(self):
        host = self.filled()
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE tuple SET record = hex(zeroblob(32768))")
        self.all_forwarded(host)
        self.assert_all_there(host)
        self.assertEqual(self.number("SELECT max(length(record)) FROM alignd.tuple"), 65536)

    def test_a_row_that_is_refused(self):
        """It is set aside; the others are there, and it is not tried for ever."""
        host = self.filled()
        with sqlite3.connect(host.database) as store:
            store.execute("UPDATE incident SET reference = hex(zeroblob(40)) WHERE "
                          "incident_id = (SELECT min(incident_id) FROM incident)")
        status, _, said = host.forward()
        self.assertEqual(status, 0, said)
        self.assertIn("set aside", said)
        self.assertEqual(self.fleet_messages(), host.messages())
        self.assertEqual(self.fleet_incidents(), host.incidents() - 1)
        self.assertEqual(self.number("SELECT count(*) FROM alignd.aside"), 1)
        self.assertEqual(host.waiting(), 0)
        self.assertEqual(host.forward(), (0, "", ""))

    # --- hosts ---

    def test_a_host_that_leaves_and_returns(self):
        host = self.filled()
        self.all_forwarded(host)
        self.sql("UPDATE alignd.host SET state = 'removed'")
        with running(host):
            host.send("a@pass.test", 4)
        self.assertNotEqual(host.forward()[0], 0)
        self.assertEqual(host.waiting(), 1)
        self.sql("UPDATE alignd.host SET state = 'live'")
        self.all_forwarded(host)
        self.assert_all_there(host)


if __name__ == "__main__":
    main()
