#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench - what alignd costs, beside what no milter can do without

usage: bench.py [PART...]        parts: see PARTS below; none: all of them

Prints figures and never judges them; docs/PERFORMANCE.md says what each one
means. BENCH_JSON names a file that keeps them. ALIGND names another daemon
than the one just built. Machines drift: daemons stay up and take turns in
short runs, and a ratio is the median of the pairs' ratios.
"""
import json
import os
import shutil
import signal
import subprocess
import sys

import rig as rigs
from rig import Rig, median, ratio

PAIRS = 12
MIB = 1024


def say(line=""):
    print(line, flush=True)


def speed_row(name, results, floors):
    """One line: `floors` are the results to compare with."""
    ratios = "  ".join(f"{ratio(results, floor):6.2f} x {floor_name}"
                       for floor_name, floor in floors.items())
    say(f"  {name:8s} {median(results, 'per_second'):7.0f} msg/s  "
        f"cpu {median(results, 'cpu_us'):7.0f} us/msg  "
        f"p50 {median(results, 'p50_ms'):6.2f}  "
        f"p99 {median(results, 'p99_ms'):6.2f} ms  {ratios}")


def in_short(results):
    return {key: median(results, key)
            for key in ("per_second", "cpu_us", "p50_ms", "p99_ms")}


def speed(rig, daemons, **options):
    """alignd beside the floors; what is kept of it."""
    results = rig.in_turns(daemons.all, options.pop("pairs", PAIRS), **options)
    floors = {name: results[name] for name in rigs.FLOORS}
    kept = {}
    for name, rows in results.items():
        speed_row(name, rows, floors)
        kept[name] = in_short(rows)
    for name, floor in floors.items():
        kept["over_" + name] = ratio(results["alignd"], floor)
    kept["wrong"] = sum(row["wrong"] for row in results["alignd"])
    return kept


# --- the parts --------------------------------------------------------------

def part_warm(rig, daemons):
    say("mixed mail (mean 30 KB), 10 connections, DNS warm, store on")
    kept = speed(rig, daemons)
    if rig.proxies:
        before = rig.questions(0)
        rig.load(daemons.alignd, messages=2000)
        kept["questions"] = (rig.questions(0) - before) / 2000
        say(f"  DNS questions per message: {kept['questions']:.3f}")
    say(f"  fates other than expected: {kept['wrong']}")
    return kept


def part_sizes(rig, daemons):
    kept = {}
    for size, messages in (("2k", 400), ("30k", 300), ("300k", 80)):
        say(f"messages of {size}")
        kept[size] = speed(rig, daemons, pairs=7, letters=size,
                           messages=messages)
    return kept


def part_connections(rig, _daemons):
    """A daemon of its own; memory and threads from the first, rising turn."""
    say("connections (alignd)")
    counts = (1, 10, 100, 500)
    daemon = rig.alignd("connections")
    rig.load(daemon, messages=2000)
    results = {count: [] for count in counts}
    for turn in range(7):
        for count in counts:
            results[count].append(rig.load(
                daemon, connections=count, messages=600, first=600 * turn))
    daemon.stop()
    kept = {}
    for count, rows in results.items():
        over_ten = ratio(rows, results[10])
        most, threads = rows[0]["pss_kb"], rows[0]["threads"]
        kept[str(count)] = in_short(rows) | {
            "over_ten": over_ten, "pss_kb": most, "threads": threads}
        say(f"  {count:4d}  {median(rows, 'per_second'):7.0f} msg/s  "
            f"cpu {median(rows, 'cpu_us'):5.0f} us/msg "
            f"({over_ten:.2f} of 10's)  p50 {median(rows, 'p50_ms'):7.2f}  "
            f"p99 {median(rows, 'p99_ms'):7.2f} ms  "
            f"PSS {most / MIB:.1f} MiB  threads {threads}")
    return kept


def part_rate(rig, daemons):
    say("open loop, 150 messages a second")
    results = rig.in_turns(daemons.all, 3, rate=150, messages=300,
                           connections=50)
    for name, rows in results.items():
        speed_row(name, rows, {})
    return {name: in_short(rows) for name, rows in results.items()}


def part_latency(rig, daemons):
    """Each message from another domain; the same again finds all answers."""
    kept = {}
    if not rig.proxies:
        say("latency: no nsd, left out")
        return kept
    say("one connection, DNS further away; cold: 60 domains not asked before")
    for delay in rigs.DELAYS_MS:
        daemon = rig.alignd(f"far{delay}", delay)
        before = rig.questions(delay)
        cold = rig.load(daemon, letters="cold", connections=1, messages=60,
                        per_connection=1)
        asked = (rig.questions(delay) - before) / 60
        warm = rig.load(daemon, letters="cold", connections=1, messages=60,
                        per_connection=1)
        daemon.stop()
        kept[str(delay)] = {"cold": in_short([cold]), "warm": in_short([warm]),
                            "questions_cold": asked}
        say(f"  {delay:3d} ms  cold p50 {cold['p50_ms']:7.2f} "
            f"p99 {cold['p99_ms']:7.2f} ms ({asked:.1f} questions a message)  "
            f"warm p50 {warm['p50_ms']:6.2f} p99 {warm['p99_ms']:6.2f} ms")
    return kept


def part_memory(rig, _daemons):
    """A daemon of its own, which has not been grown by other parts."""
    daemon = rig.alignd("memory")
    kept = {"fresh": daemon.memory()}
    rig.load(daemon, messages=200)
    for count in (100, 500):
        kept[str(count)] = rig.hold(daemon, count)
    say("memory (alignd), connections idle after a message each")
    for name, found in kept.items():
        say(f"  {name:>6s}  PSS {found['pss'] / MIB:6.1f} MiB  "
            f"RSS {found['rss'] / MIB:6.1f} MiB  threads {found['threads']}")
    each = (kept["500"]["pss"] - kept["100"]["pss"]) / 400
    say(f"  {each:.1f} KiB for each further connection")
    streamed = rig.load(daemon, letters="10m", connections=1, messages=2)
    growth = streamed["peak_kb"] - streamed["rss_before_kb"]
    say(f"  a message of 10 MB streamed: resident size grows by {growth} KiB,"
        f" {streamed['p50_ms']:.0f} ms")
    daemon.stop()
    return kept | {"each_kb": each, "streamed_growth_kb": growth}


def part_store(rig, _daemons):
    """What is stored is counters for each hour and tuple, and a row for each
    message that was not plainly fine."""
    sizes = []
    for messages in (2000, 6000):
        daemon = rig.alignd("store")
        result = rig.load(daemon, messages=messages)
        daemon.stop()  # which leaves all in one file
        sizes.append(rig.store_bytes("store"))
    grown = sizes[1] - sizes[0]
    share = 1 - result["accept"] / result["messages"]
    say(f"store: {grown / 6000:.0f} MB for a million messages, of "
        f"which {share:.0%} are refused or held and more fail (mixed mail)")
    out = subprocess.run([rigs.tool("bench_store"), rig.folder],
                         stdout=subprocess.PIPE, text=True).stdout
    for line in out.splitlines():
        say("  " + line)
    return {"bytes_per_message": grown / 6000, "bench_store": out.splitlines()}


def part_spf(_rig, _daemons):
    out = subprocess.run([rigs.tool("bench_spf")], stdout=subprocess.PIPE,
                         text=True, check=True).stdout
    kept = [json.loads(line) for line in out.splitlines()]
    say("SPF, one check from memory:")
    for row in kept:
        say(f"  {row['case']}: libspf2 alone {row['alone_us']:.1f} us,"
            f" through the guard {row['guarded_us']:.1f} us,"
            f" ratio {row['ratio']:.2f}")
    return kept


PARTS = {"warm": part_warm, "sizes": part_sizes, "rate": part_rate,
         "connections": part_connections, "latency": part_latency,
         "memory": part_memory, "store": part_store, "spf": part_spf}


class Daemons:
    """The floors and alignd, up for the whole run."""

    def __init__(self, rig):
        self.alignd = rig.alignd()
        self.all = [*map(rig.floor, rigs.FLOORS), self.alignd]
        for daemon in self.all:
            rig.load(daemon, messages=2000)


def main():
    wanted = sys.argv[1:] or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.exit(f"bench: no such part: {' '.join(unknown)}; there are: "
                 + " ".join(PARTS))
    if shutil.which("taskset") is None:
        sys.exit("bench: taskset (util-linux) is needed")
    # An end from outside must end the daemons too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    kept = {}
    with Rig() as rig:
        daemons = Daemons(rig)
        for name in wanted:
            kept[name] = PARTS[name](rig, daemons)
            say()
    if os.environ.get("BENCH_JSON"):
        with open(os.environ["BENCH_JSON"], "w") as file:
            json.dump(kept, file, indent=1)
            file.write("\n")


main()
