#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl review and explain of what monitor mode let in: what enforce mode
would have done, recorded under the rules of that moment."""
import csv
import io
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402

# queue id, client, From, what enforce mode would have done
RECORDED = [
    ("REFUSED", "203.0.113.5", "a@example.test", "reject"),
    ("SUBDOMAIN", "192.0.2.9", "a@mail.example.test", "quarantine"),
    ("NONE", "198.51.100.7", "a@none.test", "none"),
    ("TRIAL", "198.51.100.8", "a@trial.test", "quarantine"),
    ("BROKEN", "198.51.100.9", "a@broken.test", "tempfail"),
    ("MALFORMED", "198.51.100.9", "nobody", "reject"),
]
WOULD = {row[0]: row[3] for row in RECORDED}


class Monitored(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        store = f'store {{ sqlite = "{cls.path("store.db")}" }}\n'
        cls.write("monitor", f'authserv_id = "mx.test"\nmode = monitor\n{store}')
        # Since then the host enforces, and would tag where it refused.
        cls.write("conf", f'authserv_id = "mx.test"\n{store}'
                          "policy { on_reject = tag }\n")
        # A past, for what is likely legitimate.
        cls.write("PASSED", "From: a@mail.example.test\r\n\r\nx\r\n")
        lines = "".join(
            f"{NOW - hours * 3600} 192.0.2.5 a@mail.example.test b@mx.test "
            f"PASSED h - {cls.path('PASSED')}\n" for hours in (60, 50))
        for queue_id, client, address, _ in RECORDED:
            cls.write(queue_id, f"From: {address}\r\nSubject: s\r\n\r\nx\r\n")
            lines += (f"{NOW} {client} x@other.test b@mx.test {queue_id} h - "
                      f"{cls.path(queue_id)}\n")
        done = subprocess.run(
            [RECORD_TOOL, cls.path("monitor"), cls.path("zone"),
             cls.path("store.db")], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)
        cls.references = dict(zip(WOULD, done.stdout.split()[2:]))

    def test_each_has_what_would_have_been(self):
        values = self.objects("review")
        self.assertEqual({v["queue_id"]: v["would"] for v in values}, WOULD)
        self.assertEqual({v["applied"] for v in values}, {"none"})

    def test_filter(self):
        for would in ("none", "tag", "quarantine", "reject", "tempfail"):
            values = self.objects("review", "--would", would)
            self.assertEqual({v["queue_id"] for v in values},
                             {q for q, w in WOULD.items() if w == would})
        self.assertEqual(self.objects("review", "--would", "reject",
                                      "--applied", "reject"), [])

    def test_for_people(self):
        _, out, _ = self.run_tool("review", "--would", "tempfail")
        self.assertEqual(out.splitlines()[1].split()[2:5],
                         ["none", "tempfail", "198.51.100.9"])
        _, out, _ = self.run_tool("review", self.references["REFUSED"])
        self.assertIn("\n  applied        none\n  would          reject\n", out)
        _, out, _ = self.run_tool("review", self.references["NONE"])
        self.assertNotIn("would", out)

    def test_csv(self):
        _, out, _ = self.run_tool("review", "--csv")
        self.assertEqual({row["queue_id"]: row["would"]
                          for row in csv.DictReader(io.StringIO(out))}, WOULD)

    def test_groups(self):
        group, *_ = self.objects("review", "--group-by", "override",
                                 rules="groups")
        self.assertEqual(group["would"], {
            "none": 0, "tag": 0, "quarantine": 2, "reject": 2, "tempfail": 1})
        _, out, _ = self.run_tool("review", "--group-by", "override")
        self.assertEqual([line.split()[-2:] for line in out.splitlines()],
                         [["spared", "override"], ["5", "local_policy"],
                          ["0", "-"]])
        _, out, _ = self.run_tool("review", "--group-by", "override", "--csv")
        row = next(csv.DictReader(io.StringIO(out)))
        self.assertEqual((row["none"], row["would_reject"]), ("5", "2"))

    def test_likely(self):
        for arguments, wanted in (([], {"SUBDOMAIN"}),
                                  (["--would", "quarantine"], {"SUBDOMAIN"}),
                                  (["--would", "reject"], set())):
            with self.subTest(arguments):
                values = self.objects("review", "--likely-legitimate",
                                      *arguments, rules="likely")
                self.assertEqual({v["queue_id"] for v in values}, wanted)
                for value in values:
                    self.assertEqual(value["would"],
                                     WOULD[value["queue_id"]])
        _, out, _ = self.run_tool("review", "--likely-legitimate")
        self.assertIn("  none (would: quarantine)  client 192.0.2.9", out)

    def test_explain_offers_an_override(self):
        """Before a team enforces is when it wants to know."""
        for queue_id, offered in (("REFUSED", True), ("SUBDOMAIN", True),
                                  ("NONE", False), ("BROKEN", False)):
            reference = self.references[queue_id]
            value, = self.objects("explain", reference)
            said = " ".join(value["steps"][-1]["lines"])
            self.assertEqual(f"alignctl review allow {reference}" in said,
                             offered, said)
        self.assertIn("policy.on_temperror = accept", said)


if __name__ == "__main__":
    unittest.main()
