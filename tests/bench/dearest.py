#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""dearest - what the dearest messages cost beside plain ones of their size

usage: dearest.py [-l] [ROW...]          -l: the long rows too

Each row is a message that takes some bound of lib/base/limits.h to its end
(dear.c makes it, price.c sends it). Prints what it costs and fails when one
costs over 20 times a plain message of its size.

What is judged is the CPU time of the process, in turns with the plain message,
not instructions: how much of a message is SHA-256, and how much is arithmetic
with large numbers, decides the ratio, and both cost what this processor makes
of them; and the kernel's part, pages and the store's writes, belongs to it.
The plain message goes before and after each dear one, and the median of the
turns' ratios counts. A row that comes out too dear is measured up to four times
more, and the lowest figure is judged: what else runs on the machine adds to a
figure, what the code costs is in each of them.

No message holds its worker beyond dns.budget either, here 200 ms: each is sent
once while no name server answers, and HELD_MS are allowed.
"""
import json
import os
import subprocess
import sys
import tempfile

import rig as rigs

ALLOWED = 20
AGAIN = 4
TURNS = 10  # and two before: dear.c makes as many new letters
BUDGET_MS = 200  # price.c
HELD_MS = BUDGET_MS + 1000


def outcome(row):
    dkim = " ".join(f"{count} {word}" for word, count in row["dkim"].items())
    return (f"dkim {dkim or 'none'}, spf {row['spf']}, arc {row['arc']}, "
            f"dmarc {row['dmarc']}")


def show(row):
    print(f"  {row['row']:18s} {row['bytes'] / 1000:7.0f} KB "
          f"{row['plain_us']:8.0f} {row['us']:9.0f} us {row['ratio']:7.2f} x  "
          f"{row['questions']:3d} DNS ({row['unknown']:3d} new)  "
          f"{row['peak_kb']:6d} KiB  held {row['held_ms']:4d} ms  "
          f"{outcome(row)}", flush=True)


def price(folder, names):
    """The rows as they come."""
    process = subprocess.Popen(
        [rigs.tool("price"), folder, str(TURNS), *names],
        stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        row = json.loads(line)
        show(row)
        yield row
    if process.wait() != 0:
        sys.exit("dearest: the run failed")


def measure(arguments):
    """name -> row, shown on the way; the cheapest measure of each row"""
    with tempfile.TemporaryDirectory(prefix="alignd-bench.") as folder:
        made = subprocess.run([rigs.tool("dear"), folder, *arguments],
                              stdout=subprocess.PIPE, text=True, check=True)
        kept = {row["row"]: row for row in price(folder, made.stdout.split())}
        for _ in range(AGAIN):
            again = [name for name, row in kept.items()
                     if row["ratio"] > ALLOWED]
            if not again:
                break
            print(f"over {ALLOWED} times, once more:")
            for row in price(folder, again):
                kept[row["row"]] = min(kept[row["row"]], row,
                                       key=lambda row: row["ratio"])
    return kept


def judge(kept):
    dearest = max(kept.values(), key=lambda row: row["ratio"])
    longest = max(kept.values(), key=lambda row: row["held_ms"])
    print(f"bench-dearest: {dearest['row']} costs {dearest['ratio']:.2f} times"
          f" a plain message of its size; {ALLOWED} are allowed; held at most"
          f" {longest['held_ms']} ms with dns.budget at {BUDGET_MS} ms")
    over = [name for name, row in kept.items()
            if row["ratio"] > ALLOWED or row["held_ms"] > HELD_MS]
    if over:
        print(f"FAIL bench-dearest: past what is allowed: {' '.join(over)}")
        sys.exit(1)
    print("# PASS:  1")


def main():
    print("messages at the bounds: size, CPU of a plain one and of this")
    kept = measure(sys.argv[1:])
    if not kept:
        sys.exit("dearest: no such row; tests/bench/dear -n names them")
    if os.environ.get("BENCH_JSON"):
        with open(os.environ["BENCH_JSON"], "w") as file:
            json.dump({"dearest": kept}, file, indent=1)
            file.write("\n")
    judge(kept)


if __name__ == "__main__":
    main()
