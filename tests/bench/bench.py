#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench - what alignd costs, beside what no milter can do without

usage: bench.py [--peers] [PART...]      parts: see PARTS below; none: all

With --peers the part of that name runs too, by root in namespaces of its own:
opendkim, opendmarc, policyd-spf and rspamd, those that are installed.

Prints figures and never judges them; docs/PERFORMANCE.md says what each one
means. BENCH_JSON names a file that keeps them. ALIGND names another daemon
than the one just built. Machines drift: daemons stay up and take turns in
short runs, and a ratio is the median of the pairs' ratios.
"""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading

import growth
import peers
import rig as rigs
from rig import Rig, median, ratio

PAIRS = 12
RATES = (150, 1000)  # messages a second
RELOAD_SECONDS = 0.3
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
    """Memory and threads from the first, rising turn. 2500 messages, so that
    500 connections carry as many each as ten: connecting costs too."""
    say("connections")
    kept = {}
    for daemon in (*map(rig.floor_again, rigs.FLOORS),
                   rig.alignd("alignd-anew")):
        kept[daemon.name] = connections(rig, daemon)
        daemon.stop()
    return kept


def connections(rig, daemon):
    counts = (1, 10, 100, 500)
    rig.load(daemon, messages=2000)
    results = {count: [] for count in counts}
    for turn in range(5):
        for count in counts:
            results[count].append(rig.load(
                daemon, connections=count, messages=2500, first=500 * turn))
    kept = {}
    for count, rows in results.items():
        over_ten = ratio(rows, results[10])
        most, threads = rows[0]["pss_kb"], rows[0]["threads"]
        kept[str(count)] = in_short(rows) | {
            "over_ten": over_ten, "pss_kb": most, "threads": threads}
        say(f"  {daemon.name:11s} {count:4d}  "
            f"{median(rows, 'per_second'):7.0f} msg/s  "
            f"cpu {median(rows, 'cpu_us'):5.0f} us/msg "
            f"({over_ten:.2f} of 10's)  p50 {median(rows, 'p50_ms'):7.2f}  "
            f"p99 {median(rows, 'p99_ms'):7.2f} ms  "
            f"PSS {most / MIB:.1f} MiB  threads {threads}")
    return kept


def part_rate(rig, daemons):
    kept = {}
    for rate in RATES:
        say(f"open loop, {rate} messages a second")
        results = rig.in_turns(daemons.all, 3, rate=rate, messages=4 * rate, connections=50)
        for name, rows in results.items():
            speed_row(name, rows, {})
            say(f"           p99.9 {median(rows, 'p999_ms'):6.2f} ms")
        kept[str(rate)] = {name: in_short(rows) | {"p999_ms": median(rows, "p999_ms")}
                           for name, rows in results.items()}
    return kept


@contextlib.contextmanager
def reloads(daemon):
    """The daemon reads its configuration again and again meanwhile."""
    is_over = threading.Event()

    def reload():
        while not is_over.wait(RELOAD_SECONDS):
            daemon.process.send_signal(signal.SIGHUP)

    thread = threading.Thread(target=reload)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def part_reload(rig, daemons):
    say(f"150 messages a second, a reload each {RELOAD_SECONDS} s or none, in turns")
    kept = {"none": [], "reloads": []}
    for _ in range(5):
        for name, rows in kept.items():
            with reloads(daemons.alignd) if name == "reloads" else contextlib.nullcontext():
                rows.append(rig.load(daemons.alignd, rate=150, messages=600, connections=50))
    for name, rows in kept.items():
        speed_row(name, rows, {})
    return {name: in_short(rows) for name, rows in kept.items()}


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


def part_body(_rig, _daemons):
    kept = rigs.output("bench_body")
    say("a body canonicalised and hashed, over SHA-256 alone:")
    for row in kept:
        say(f"  {row['body']}, {row['bytes']} bytes: simple "
            f"{row['simple']:.2f}, relaxed {row['relaxed']:.2f}")
    return kept


def part_spf(_rig, _daemons):
    kept = rigs.output("bench_spf")
    say("SPF, one check from memory:")
    for row in kept:
        say(f"  {row['case']}: libspf2 {row['libspf2_us']:.1f} us,"
            f" alignd {row['alignd_us']:.1f} us,"
            f" ratio {row['ratio']:.2f}")
    return kept


def part_confine(rig, _daemons):
    """The daemon confined and free, in turns; and each kind of call."""
    say("confinement: mixed mail, 10 connections, DNS warm")
    both = [rig.alignd("alignd-confined"),
            rig.alignd("alignd-free", settings="confine = no")]
    for daemon in both:
        rig.load(daemon, messages=2000)
    results = rig.in_turns(both, PAIRS)
    for name, rows in results.items():
        speed_row(name, rows, {})
    over = ratio(results["alignd-confined"], results["alignd-free"])
    say(f"  CPU a message, confined over free: {over:.3f}")
    calls = rigs.output("confine")
    for row in calls:
        say(f"  {row['calls']}: {row['free_ns']:.0f} ns free, "
            f"{row['confined_ns']:.0f} ns confined")
    for daemon in both:
        daemon.stop()
    return {"over_free": over, "calls": calls}


def part_peers(rig, daemons):
    """The same mail as in "warm", with the peers in the same turns."""
    say("peers: mixed mail, 10 connections, DNS warm")
    others = peers.start_all(rig)
    results = rig.in_turns(daemons.all + others, PAIRS // 2)
    floors = {name: results[name] for name in rigs.FLOORS}
    kept = {}
    for name, rows in results.items():
        speed_row(name, rows, floors)
        kept[name] = in_short(rows) | {
            "over_alignd": ratio(rows, results["alignd"]),
            "pss_kb": max(row["pss_kb"] for row in rows)}
    kept["policyd_spf_us"] = peers.policy_service(rig)
    if {"opendkim", "opendmarc"} <= kept.keys():
        chain = [kept[name]["over_alignd"] for name in ("opendkim",
                                                        "opendmarc")]
        kept["chain_over_alignd"] = sum(chain)
        say(f"  opendkim and opendmarc over alignd: {sum(chain):.2f}")
    if "rspamd" in kept:
        say(f"  rspamd over alignd: {kept['rspamd']['over_alignd']:.2f}")
    if kept["policyd_spf_us"] is not None:
        say(f"  policyd-spf {kept['policyd_spf_us']:.0f} us/msg")
    say("  open loop, 150 messages a second, 50 connections")
    open_loop = [daemons.alignd, *(daemon for daemon in others
                                   if daemon.name == "rspamd")]
    rates = rig.in_turns(open_loop, 5, rate=150, messages=600, connections=50)
    for name, rows in rates.items():
        speed_row(name, rows, {})
        kept["open_" + name] = in_short(rows)
    for daemon in others:
        daemon.stop()
    return kept


PARTS = {"warm": part_warm, "sizes": part_sizes, "rate": part_rate, "reload": part_reload,
         "connections": part_connections, "latency": part_latency,
         "memory": part_memory, "confine": part_confine, "store": part_store, "spf": part_spf,
         "body": part_body,
         "growth": growth.part_growth}


class Daemons:
    """The floors and alignd, up for the whole run."""

    def __init__(self, rig):
        self.alignd = rig.alignd()
        self.all = [*map(rig.floor, rigs.FLOORS), self.alignd]
        for daemon in self.all:
            rig.load(daemon, messages=2000)


def enter_own_net():
    """Begins anew where loopback and /etc/resolv.conf are ours alone."""
    if rigs.HAS_OWN_NET:
        return
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        sys.exit("bench: --peers needs root, and unshare (util-linux)")
    os.environ["ALIGND_BENCH_OWN_NET"] = "1"
    enter = ("ip link set lo up && "
             "resolv=$(mktemp) && echo nameserver 127.0.0.1 >$resolv && "
             "mount --bind $resolv /etc/resolv.conf && rm $resolv && "
             'exec "$@"')
    os.execvp("unshare", ["unshare", "-n", "-m", "sh", "-c", enter, "sh",
                          sys.executable, *sys.argv])


def main():
    wanted = [word for word in sys.argv[1:] if word != "--peers"] or list(PARTS)
    if "--peers" in sys.argv:
        enter_own_net()
        PARTS["peers"] = part_peers
        wanted.append("peers")
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
