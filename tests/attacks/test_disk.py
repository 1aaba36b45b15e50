#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What eight connections can add to the store (H1, H2).

Each message has an author domain, an envelope domain and ten d= that nobody
used before, comes from another network, and each key is a record of 15 KB of
control bytes. Printed are the bound that follows from the budgets, what the
files grew by, and how long a plain message takes meanwhile, beside eight
connections of plain mail and beside these. Then a genuine refusal, of a domain
that was in the flood, is found by its reference; so is a counted one.
ATTACK_LONG=1 goes on until the hour's budgets are used up, and a minute longer.
"""
import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "wire"))
from daemon import TOP, Daemon  # noqa: E402

LONG = os.environ.get("ATTACK_LONG") == "1"
ATTACKERS = 8
ROUNDS = 80 if LONG else 3  # plain and worst in turn: noise hits both
PLAIN_SECONDS = 1
SECONDS = 3
SAME = 120  # messages of one pair
BOUND_MB = 200
OWN_IP = "198.51.100.5"  # the victim's mail server
JUNK = "".join(f' "{chr(92)}{"001"}{(chr(92) + "001") * 249}"'
               for _ in range(60))
ZONE = f"""$ORIGIN .
$TTL 300
*.test.                TXT "v=DMARC1; p=reject"
*.test.                TXT {JUNK}
victim.example.        TXT "v=spf1 ip4:{OWN_IP}/32 -all"
_dmarc.victim.example. TXT "v=DMARC1; p=reject"
plain.example.         TXT "v=spf1 ip4:203.0.113.5 -all"
_dmarc.plain.example.  TXT "v=DMARC1; p=reject"
"""


def constant(name):
    """A figure of the headers: INT64_C(48) << 20, 1000, 2048."""
    for folder, file in (("store", "store_budget.h"),
                         ("store", "store_ceiling.h"),
                         ("store", "store_passed.h"), ("base", "limits.h")):
        with open(os.path.join(os.environ.get("top_srcdir", "."), "lib",
                               folder, file), encoding="ascii") as text:
            found = re.search(rf"#define {name} \(?(?:INT64_C\()?(\d+)\)?"
                              r"(?: << (\d+))?", text.read())
        if found:
            return int(found[1]) << int(found[2] or 0)
    raise AssertionError(f"no {name}")


def computed_bound():
    """Megabytes an hour; what each row of it takes at most is rounded up."""
    parts = {
        "incidents": constant("STORE_BUDGET_BYTES"),
        "incidents of pairs that passed": constant("STORE_RESERVE_BYTES"),
        "tuples": constant("STORE_CEILING_BYTES"),
        "tuples of pairs that passed": constant("STORE_CEILING_KNOWN_BYTES"),
        "others by domain": constant("STORE_CEILING_OTHERS"),
        "rows of counted ones": (2 * constant("STORE_COUNTED_ROWS") + 1) * 700,
        "pairs that passed": constant("STORE_PASSED_BUCKETS")
        * constant("STORE_PASSED_PLACES") * 48,
        "failures (100 an hour)": 100 * 40000,
    }
    for name, size in parts.items():
        print(f"  {size / 1e6:6.1f} MB  {name}")
    return sum(parts.values()) / 1e6


def files_mb(daemon):
    return sum(os.path.getsize(daemon.database + end)
               for end in ("", "-wal")
               if os.path.exists(daemon.database + end)) / 1e6


def attack(daemon, number, seconds, sent):
    """One connection after the other, each from a network of its own."""
    begun = time.monotonic()
    first = count = int(begun * 10000)  # names that no round had before
    while time.monotonic() < begun + seconds:
        count += 1
        name = f"a{number}x{count}"
        ip = f"2001:db8:{number * 8192 + count % 8192:x}::1"
        author = f"{name}.test" if count % 10 else "victim.example"
        signatures = [
            ("DKIM-Signature", f" v=1; a=rsa-sha256; d={name}s{i}.test; "
             f"s=k{i}; h=from; bh=AAAA; b=AAAA") for i in range(10)]
        with daemon.session(ip) as client:
            result = client.message(f"u@{author}", f"<b@{name}e.test>",
                                    signatures)
        if result.verdict != "reject":
            raise AssertionError(result)
    with sent.get_lock():
        sent.value += count - first


def send_plain(daemon, seconds, sent):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with daemon.session() as client:
            client.message("u@plain.example", "<b@plain.example>")
        with sent.get_lock():
            sent.value += 1


def latencies_ms(daemon, seconds):
    """Of plain messages, one every 20 ms, connection included."""
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        with daemon.session() as client:
            result = client.message("u@plain.example", "<b@plain.example>")
        found.append((time.monotonic() - begun) * 1000)
        if result.verdict != "continue":
            raise AssertionError(result)
        time.sleep(0.02)
    return sorted(found)


class Disk(unittest.TestCase):

    def beside(self, target, seconds):
        """Latencies beside eight processes; how many messages those sent."""
        sent = multiprocessing.Value("l", 0)
        processes = [multiprocessing.Process(
            target=target, args=(self.daemon, *(
                [n] if target is attack else []), seconds, sent))
            for n in range(ATTACKERS)]
        for process in processes:
            process.start()
        found = latencies_ms(self.daemon, seconds)
        for process in processes:
            process.join()
            self.assertEqual(process.exitcode, 0)
        return found, sent.value

    def explain(self, reference, *options):
        run = subprocess.run(
            [os.path.join(TOP, "tools", "alignctl"), "--config", self.daemon.config,
             "explain", *options, reference], capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def genuine_refusal(self):
        """From the network that passed before: it is found whole."""
        with self.daemon.session("198.51.100.77") as client:
            result = client.message("u@victim.example", "<b@victim.example>")
        self.assertEqual(result.verdict, "reject")
        reference = result.reply.split("(ref ")[1][:9]
        words = self.explain(reference)
        self.assertIn("victim.example", words)
        self.assertIn("198.51.100.77", words)
        self.assertNotIn("only counted", words)
        return reference

    def same_pair(self):
        """Of one network and author: the last ones are counted, and found."""
        with self.daemon.session("192.0.2.9") as client:
            for _ in range(SAME):
                result = client.message("u@victim.example", "<b@x.test>")
        reference = result.reply.split("(ref ")[1][:9]
        value = json.loads(self.explain(reference, "--json"))
        self.assertEqual(value["reference"], reference)
        self.assertEqual(value["counted"]["budget"], 50)
        self.assertIn("only counted", self.explain(reference))
        return value["counted"]["messages"]

    def flood(self):
        """Latencies beside plain mail and beside these, how many were sent."""
        plain, beside, sent = [], [], [0, 0]
        for _ in range(ROUNDS):
            found, count = self.beside(send_plain, PLAIN_SECONDS)
            plain += found
            sent[0] += count
            found, count = self.beside(attack, SECONDS)
            beside += found
            sent[1] += count
        return statistics.median(plain), statistics.median(beside), sent

    def test_disk(self):
        print("what an hour can add, at most:")
        bound = computed_bound()
        print(f"  {bound:6.1f} MB  in all")
        self.assertLessEqual(bound, BOUND_MB)
        with Daemon(zone=ZONE) as self.daemon:
            with self.daemon.session(OWN_IP) as client:
                result = client.message("u@victim.example",
                                        "<b@victim.example>")
            self.assertEqual(result.verdict, "continue")
            before = files_mb(self.daemon)
            plain_ms, beside_ms, sent = self.flood()
            grown = files_mb(self.daemon) - before
            print(f"{sent[1]} of the worst messages in {ROUNDS * SECONDS} s: "
                  f"the files grew by {grown:.1f} MB, "
                  f"{grown * 1000 / sent[1]:.1f} KB each")
            if LONG:
                mark = files_mb(self.daemon)
                _, more = self.beside(attack, 60)
                rate = (files_mb(self.daemon) - mark) * 60
                print(f"{more} more in the minute after: {rate:.1f} MB an "
                      "hour")
                self.assertLess(grown + rate, BOUND_MB)
            self.assertLess(grown, bound)
            reference = self.genuine_refusal()
            counted = self.same_pair()
            print(f"the genuine refusal {reference} is found; of {SAME} of "
                  f"one pair {counted} were counted, and are found")
            print(f"a plain message takes {plain_ms:.1f} ms beside "
                  f"{sent[0] / PLAIN_SECONDS / ROUNDS:.0f} plain ones a "
                  f"second, {beside_ms:.1f} ms beside "
                  f"{sent[1] / SECONDS / ROUNDS:.0f} of these")
            self.assertLess(beside_ms, 2 * plain_ms + 5)
            lines = self.daemon.log().count(" action=")
            (recorded,), = self.daemon.query("SELECT sum(count) FROM result")
            print(f"results on record: {recorded}, lines in the log: {lines}")
            self.assertEqual(recorded, lines)


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
