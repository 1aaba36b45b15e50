#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl review: each filter, the order, one incident whole, faults."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402

MIDNIGHT = NOW - NOW % 86400
SENDER = "bounce@other.test"

# queue id, hours before NOW, client, From; None: no incident
RECORDED = [
    ("OLD", 50, "203.0.113.5", "a@example.test", "reject"),
    ("SUB", 30, "203.0.113.6", "a@mail.example.test", "quarantine"),
    ("LIKE", 20, "198.51.100.7", "a@notexample.test", None),
    ("NONE", 20, "198.51.100.7", "a@none.test", "none"),
    ("TRIAL", 13, "2001:db8::7", "a@trial.test", "quarantine"),
    ("BROKEN", 11, "198.51.100.9", "a@broken.test", "tempfail"),
    ("MALFORMED", 2, "198.51.100.9", "nobody", "reject"),
    ("NEW", 0, "203.0.113.5", "a@example.test", "reject"),
]
INCIDENTS = [row for row in RECORDED if row[4]]


class Review(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("conf", f"""authserv_id = "mx.test"
store {{ sqlite = "{cls.path('store.db')}" }}
""")
        lines = ""
        for queue_id, hours, client, address, _ in RECORDED:
            cls.write(queue_id, f"From: {address}\r\nSubject: s\r\n\r\nx\r\n")
            lines += (f"{NOW - hours * 3600} {client} {SENDER} rcpt@mx.test "
                      f"{queue_id} helo.{queue_id.lower()}.test TLSv1.3 "
                      f"{cls.path(queue_id)}\n")
        # Recorded in another order than the one of time.
        lines = "".join(sorted(lines.splitlines(True), key=hash_of))
        done = subprocess.run(
            [RECORD_TOOL, cls.path("conf"), cls.path("zone"),
             cls.path("store.db")], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)
        cls.answers = done.stdout.split()

    def queue_ids(self, *arguments):
        return [value["queue_id"]
                for value in self.objects("review", *arguments)]

    def reference(self, queue_id):
        return next(value["reference"] for value in self.objects("review")
                    if value["queue_id"] == queue_id)

    def test_incidents_only_newest_first(self):
        self.assertEqual(self.queue_ids(),
                         [row[0] for row in reversed(INCIDENTS)])
        self.assertEqual(self.answers.count("-"), 1)

    def test_applied(self):
        for wanted in ("none", "quarantine", "reject", "tempfail"):
            self.assertEqual(
                self.queue_ids("--applied", wanted),
                [row[0] for row in reversed(INCIDENTS) if row[4] == wanted])
        self.assertEqual(self.queue_ids("--applied", "tag"), [])

    def test_times(self):
        for since, wanted in (
                ("0s", ["NEW"]), ("7200s", ["NEW", "MALFORMED"]),
                ("119m", ["NEW"]), ("2h", ["NEW", "MALFORMED"]),
                ("1d", ["NEW", "MALFORMED", "BROKEN", "TRIAL", "NONE"]),
                ("2026-05-01", ["NEW", "MALFORMED", "BROKEN"]),
                ("2026-05-01T10:00:00Z", ["NEW", "MALFORMED"]),
                ("2026-05-01T10:00:01Z", ["NEW"]),
                (f"@{NOW}", ["NEW"]), (f"@{NOW + 1}", [])):
            with self.subTest(since):
                self.assertEqual(self.queue_ids("--since", since), wanted)
        self.assertEqual(self.queue_ids("--until", "2026-04-30"), ["OLD"])
        self.assertEqual(
            self.queue_ids("--since", "2026-04-30", "--until", "2026-05-01"),
            ["TRIAL", "NONE", "SUB"])
        self.assertEqual(self.queue_ids("--until", f"@{NOW}")[0],
                         "MALFORMED")

    def test_author_domain_and_all_below(self):
        self.assertEqual(self.queue_ids("--from", "Example.Test."),
                         ["NEW", "SUB", "OLD"])
        self.assertEqual(self.queue_ids("--from", "mail.example.test"),
                         ["SUB"])
        self.assertEqual(self.queue_ids("--from", "ample.test"), [])

    def test_client(self):
        self.assertEqual(self.queue_ids("--ip", "203.0.113.5"),
                         ["NEW", "OLD"])
        self.assertEqual(self.queue_ids("--ip", "203.0.113.0/24"),
                         ["NEW", "SUB", "OLD"])
        self.assertEqual(self.queue_ids("--ip", "2001:DB8:0::7"), ["TRIAL"])
        self.assertEqual(self.queue_ids("--ip", "2001:db8::/32"), ["TRIAL"])

    def test_limit_counts_after_the_filters(self):
        self.assertEqual(self.queue_ids("--limit", "2"), ["NEW", "MALFORMED"])
        self.assertEqual(
            self.queue_ids("--limit", "1", "--ip", "198.51.100.0/24",
                           "--until", f"@{NOW - 7200}"), ["BROKEN"])
        self.assertEqual(
            self.queue_ids("--limit", "2", "--from", "example.test"),
            ["NEW", "SUB"])

    def test_members(self):
        value = self.objects("review", "--limit", "1")[0]
        reference = value.pop("reference")
        self.assertIn(reference, self.answers)
        self.assertEqual(value, {
            "time": "2026-05-01T12:00:00Z", "queue_id": "NEW",
            "host": "mx.test", "client_ip": "203.0.113.5",
            "client_name": None, "helo": "helo.new.test",
            "mail_from": SENDER, "author_domain": "example.test",
            "policy_domain": "example.test", "spf": "pass",
            "spf_domain": "other.test", "dkim": [], "dmarc": "fail",
            "asked": "reject", "applied": "reject", "would": "reject",
            "override": None,
            "reason": "SPF pass for other.test is not aligned (strict), no "
                      "DKIM signature",
            "tls_version": "TLSv1.3"})

    def test_members_of_the_odd_ones(self):
        values = {v["queue_id"]: v for v in self.objects("review")}
        malformed = values["MALFORMED"]
        self.assertEqual(
            (malformed["author_domain"], malformed["policy_domain"],
             malformed["dmarc"], malformed["asked"]),
            (None, None, "permerror", None))
        self.assertEqual(values["TRIAL"]["override"],
                         {"type": "policy_test_mode", "comment": None})
        self.assertEqual(values["BROKEN"]["dmarc"], "temperror")

    def test_one_whole(self):
        reference = self.reference("NEW")
        for typed in (reference, reference.lower()):
            status, out, err = self.run_tool("review", typed)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(out, f"""{reference}
  time           2026-05-01T12:00:00Z
  queue id       NEW
  host           mx.test
  client         203.0.113.5
  HELO           helo.new.test
  MAIL FROM      {SENDER}
  recipients at  mx.test
  TLS            TLSv1.3
  author domain  example.test
  policy domain  example.test
  SPF            pass for other.test
  DMARC          fail
  reason         SPF pass for other.test is not aligned (strict), no DKIM signature
  asked          reject
  applied        reject
  reply          550 5.7.1 Email rejected per DMARC policy for example.test (ref {reference})
  DNS answers it was decided on
    TXT   _dmarc.example.test       ok, 1 record, ttl 300 s
            v=DMARC1; p=reject; sp=quarantine; aspf=s
    TXT   _dmarc.test               nxdomain
    TXT   other.test                ok, 1 record, ttl 300 s
            v=spf1 ip4:203.0.113.5 -all
    PTR   5.113.0.203.in-addr.arpa  nxdomain
""")
        for more in ([], ["--ip", "203.0.113.5"]):
            value, = self.objects("review", reference, *more,
                                  rules="incident")
            self.assertEqual(value["queue_id"], "NEW")

    def test_list_for_people(self):
        status, out, _ = self.run_tool("review", "--limit", "2")
        self.assertEqual((status, out), (0, (
            "reference  time                  applied     would       "
            "client           "
            "from                  reason\n"
            f"{self.reference('NEW')}  2026-05-01T12:00:00Z  reject      "
            "reject      203.0.113.5      example.test          SPF pass for other.test "
            "is not aligned (strict), no DKIM signature\n"
            f"{self.reference('MALFORMED')}  2026-05-01T10:00:00Z  reject    "
            "  reject      198.51.100.9     -                     unreadable From field"
            "\n")))
        self.assertEqual(
            self.run_tool("review", "--applied", "tag")[:2],
            (0, f"nothing matches in {self.path('store.db')}\n"))

    def test_no_personal_data(self):
        """Neither a body nor the local part of a recipient is kept."""
        for name in os.listdir(self.folder):
            if name.startswith("store.db"):
                with open(self.path(name), "rb") as file:
                    self.assertNotIn(b"rcpt@", file.read())

    def test_exit_status(self):
        self.want(3, "no incident 2222-2222 in ", "review", "2222-2222")
        self.want(3, "no incident 2222-2222 in ", "review", "--json",
                  "2222-2222")
        self.want(3, "left out: by the other options (name it alone)", "review",
                  self.reference("NEW"), "--from", "elsewhere.test")
        self.want(1, "review REF: one REF at most", "review", "a", "b")
        for option, value in (("--since", "yesterday"), ("--until", "1w"),
                              ("--since", "2026-13-01"), ("--ip", "1.2.3"),
                              ("--from", "a..b"), ("--applied", "bounce"),
                              ("--would", "bounce"),
                              ("--limit", "0"), ("--limit", "-1")):
            self.want(1, option, "review", option, value)
        self.write("no-store",
                   f'store {{ sqlite = "{self.path("gone.db")}" }}\n')
        self.want(4, "gone.db does not exist", "review", "--config",
                  "no-store", common=False)
        self.write("off", 'store { sqlite = "" }\n')
        self.want(4, "store.sqlite is empty", "review", "--config", "off",
                  common=False)
        self.write("rubbish.db", "this is no database, whatever it says\n")
        self.write("rubbish",
                   f'store {{ sqlite = "{self.path("rubbish.db")}" }}\n')
        self.want(4, "rubbish.db", "review", "--config", "rubbish",
                  common=False)
        self.want(2, "no-conf", "review", "--config", "no-conf", common=False)


def hash_of(line):
    """The same disorder in every run."""
    return sum(line.encode()) * 7919 % 101


if __name__ == "__main__":
    unittest.main()
