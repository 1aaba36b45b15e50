#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Reports are never lost and never sent twice: kills, a full disk, several
senders."""
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from report_rig import ReportTest, can_stop  # noqa: E402

ALL = ["a@two.test", "agg@one.test", "b@two.test"]
# In the order in which a run comes by them.
POINTS = ("collecting", "collected", "rendered", "claimed", "authorised",
          "before-mail", "after-mail", "settled")


class Faults(ReportTest):

    def by_address(self):
        """{address: [id]} of the mails that arrived."""
        found = {}
        for mail in self.mails():
            found.setdefault(mail.recipient, []).append(mail.id)
        return found

    def assert_each_once(self):
        self.assertEqual(self.recipients(), ALL)

    def row(self, sql):
        with sqlite3.connect(self.path("store.db")) as store:
            return store.execute(sql).fetchone()

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_f1_killed_at_every_step(self):
        for point in POINTS:
            with self.subTest(point):
                self.setUp()
                self.assertEqual(self.report("send", stop_at=point)[0], -9)
                ids = self.row("SELECT group_concat(report_id) FROM report")[0]
                self.send()
                found = self.by_address()
                self.assertEqual(sorted(found), ALL)
                for address, copies in found.items():
                    self.assertEqual(len(set(copies)), 1, address)
                    self.assertIn(copies[0], ids or copies[0])
                    if point != "after-mail":
                        self.assertEqual(len(copies), 1, address)
                self.assertEqual(len(self.server.mails),
                                 4 if point == "after-mail" else 3)

    @unittest.skipUnless(can_stop(), "built without --enable-development")
    def test_f1_killed_again_and_again(self):
        for point in POINTS:
            self.report("send", stop_at=point)
        self.send()
        for copies in self.by_address().values():
            self.assertEqual(len(set(copies)), 1)
        self.assertEqual(sorted(self.by_address()), ALL)

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.d{i}.test TXT "v=DMARC1; p=none; '
            f'rua=mailto:r@d{i}.test"\n' for i in range(30))

    def test_two_senders_at_once(self):
        self.MAIL = [(f"d{i}.test", "192.0.2.1", "x.test", 1)
                     for i in range(30)]
        self.setUp()
        senders = [subprocess.Popen(self.arguments("send"), cwd=self.folder,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE)
                   for _ in range(3)]
        for sender in senders:
            _, err = sender.communicate(timeout=120)
            self.assertEqual((sender.returncode, err), (0, b""))
        self.assertEqual(len(self.recipients()), 30)
        self.assertEqual(len(set(self.recipients())), 30)

    def test_f1_disk_full_before_and_after(self):
        """No file may grow past a size: the store cannot take a byte more."""
        size = os.path.getsize(self.path("store.db"))
        for allowed in range(size, size + 200000, 1024):
            status, _, err = self.report("send", file_size=allowed)
            if status == 0:
                break
            self.assertEqual((status, len(err.splitlines())), (4, 1), err)
            self.assertIn("store.db", err)
        self.send()
        self.assert_each_once()


if __name__ == "__main__":
    unittest.main()
