# SPDX-License-Identifier: BSD-2-Clause
"""growth - CPU of a message against what may grow: its size, its signatures,
the answers in the cache, what the store holds; and at its bounds
"""
import os
import sqlite3
import time

import dearest
import rig as rigs
from rig import median

SIZES = {"2k": 200, "30k": 200, "300k": 60, "3m": 10, "10m": 4}
SIGNATURES = (0, 1, 2, 5, 10)
MESSAGES_EACH = 100  # of one tuple and hour
STORED = (0, 10_000, 100_000, 1_000_000)  # tuples


def line(what, kept):
    row = "  ".join(f"{name} {value:.0f}" for name, value in kept.items())
    print(f"  {what:>16s}  {row} us/msg", flush=True)


def by_size(rig, daemons):
    kept = {}
    for size, messages in SIZES.items():
        results = rig.in_turns(daemons.all, 3, letters=size, connections=4,
                               messages=messages)
        kept[size] = {name: median(rows, "cpu_us")
                      for name, rows in results.items()}
        line(size, kept[size])
    return kept


def by_signatures(rig, daemons):
    kept = {}
    for count in SIGNATURES:
        rows = [rig.load(daemons.alignd, letters=f"s{count}", messages=400)
                for _ in range(3)]
        kept[str(count)] = {"alignd": median(rows, "cpu_us")}
        line(f"{count} signatures", kept[str(count)])
    return kept


def fill(path, tuples):
    """So many tuples that differ, a hundred messages each, and a tenth as many
    incidents, all by the columns that the daemon's own schema has."""
    with sqlite3.connect(path) as db:
        def row(table, special):
            columns = [(name, kind) for _, name, kind, *_ in
                       db.execute(f"PRAGMA table_info({table})")]
            values = ", ".join(
                special.get(name, "n" if kind == "INTEGER"
                            else "'value-' || n || '.example'")
                for name, kind in columns)
            return (f"INSERT INTO {table} ({', '.join(c for c, _ in columns)})"
                    " WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT"
                    f" n + 1 FROM seq WHERE n < ?) SELECT {values} FROM seq")
        # As scattered as a fingerprint is.
        mixed = "(n * 2654435761) % 4294967296 * 1048576 + n"
        # Of the last three weeks: what is older is purged meanwhile.
        hour = f"{int(time.time()) // 3600 * 3600} - 3600 * (n % 500)"
        db.execute(row("tuple", {"fingerprint": mixed}), (tuples,))
        db.execute(row("result", {"tuple_id": "n", "hour_s": hour,
                                  "count": str(MESSAGES_EACH)}), (tuples,))
        db.execute(row("incident", {
            "author_key": f"'k' || ({mixed})", "reference": f"'r' || ({mixed})",
            "time_s": hour}), (max(tuples // 10, 1),))
    db.close()


def by_store(rig):
    """A daemon on a store that holds so much already."""
    kept = {}
    for tuples in STORED:
        name = f"stored{tuples}"
        path = os.path.join(rig.state, name + ".db")
        rig.alignd(name).stop()  # makes the tables
        if tuples > 0:
            fill(path, tuples)
        daemon = rig.alignd(name)
        rig.load(daemon, messages=2000)
        rows = [rig.load(daemon, messages=2000) for _ in range(3)]
        daemon.stop()
        kept[str(tuples * MESSAGES_EACH)] = {
            "alignd": median(rows, "cpu_us"),
            "megabytes": os.path.getsize(path) / 1e6}
        line(f"{tuples * MESSAGES_EACH:,} stored",
             kept[str(tuples * MESSAGES_EACH)])
        os.unlink(path)
    return kept


def part_growth(rig, daemons):
    print("growth: CPU of a message")
    return {"size": by_size(rig, daemons),
            "signatures": by_signatures(rig, daemons),
            "store": by_store(rig), "cache": by_cache(),
            "bounds": at_bounds()}


def at_bounds():
    """Signatures, keys at a selector, distinct l=, size and the rest, each to
    its end; bench-dearest judges the same."""
    print("  at the bounds: size, CPU of a plain message and of this")
    return dearest.measure(["-l"])


def by_cache():
    """One answer from a cache of so many, in nanoseconds."""
    out = rigs.output("bench_cache")
    kept = {}
    for row in out:
        kept[str(row["entries"])] = {"find_ns": row["find_ns"]}
        print(f"  {row['entries']:>9,} answers  {row['find_ns']:.0f} ns for one,"
              f" {row['bytes'] / 1e6:.1f} MB")
    return kept
