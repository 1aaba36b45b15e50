#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""desk.py - how long pages of the desk take, and what its readers cost the mail

    tests/bench/desk.py pages [INCIDENTS [COUNTERS]]
    tests/bench/desk.py readers
    tests/bench/desk.py hour MINUTES

pages: the best of five over a million incidents and nine million messages, and the
desk's memory; fails past what issue and PERFORMANCE promise. readers: the p99 of
messages with fifty readers and without, in turns; daemon and senders on one core,
desk and readers on another. hour: fifty readers beside traffic for so long; fails
where a page does, or the store's log grows past its bound.
"""
import collections
import importlib.util
import os
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for part in ("tools", "desk"):
    sys.path.insert(0, os.path.join(HERE, "..", part))
import desk_rig  # noqa: E402
import desk_store  # noqa: E402


def load_rig():
    """tests/mta has a module of that name as well, and alignctl.py means that one."""
    spec = importlib.util.spec_from_file_location("bench_rig", os.path.join(HERE, "rig.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


rigs = load_rig()

INCIDENTS, COUNTERS = 1_000_000, 1_800_000
READERS = 50
PAGE_MS, START_MS, PEAK_KIB = 50, 300, 32 * 1024
WAL_BYTES = 72 << 20  # the limit that keep_log() sets, and the pages of a commit
RATE = 100  # messages a second
TURNS = 5
NAMES = 'helpdesk = {"bob"}\nanalysts = {"ann", "sue:sender7.example"}\nhosts = {"desk.test"}\n'


class Bench:
    """A rig with a daemon over a store that was filled, and a desk beside it."""

    def __init__(self, rig, incidents, counters):
        self.rig = rig
        self.base = os.path.join(rig.state, "alignd")
        rig.alignd().stop()  # makes the tables
        desk_store.fill(self.base + ".db", incidents, counters)
        self.daemon = rig.alignd()
        os.chmod(rig.state, 0o755)
        self.give_away()
        self.pages = os.path.join(rig.folder, "pages")
        self.desk = None

    def give_away(self):
        """Desk and daemon are one user here, and a log of ours is his."""
        for name in os.listdir(self.rig.state):
            if os.geteuid() == 0 and name.startswith("alignd.db"):
                os.chown(os.path.join(self.rig.state, name),
                         *(desk_rig.pwd.getpwnam(desk_rig.DESK_USER)[2:4]))

    def keep_pages(self):
        """As the timer does; the seconds that it took."""
        begun = time.monotonic()
        subprocess.run([os.path.join(rigs.TOP, "tools", "alignctl"), "--config",
                        os.path.join(self.rig.folder, "alignd.conf"), "desk", "--out", self.pages],
                       check=True, stderr=subprocess.DEVNULL)
        self.give_away()
        return time.monotonic() - begun

    def start_desk(self, with_parts=True):
        parts = self.pages if with_parts else ""
        self.desk = desk_rig.Desk(
            self.rig.state, f'config = "{self.rig.folder}/alignd.conf"\nparts = "{parts}"\n'
            f'proxy = "{desk_rig.PROXY_USER}"\n{NAMES}', f"unix:{self.rig.state}/desk.sock").start()
        os.sched_setaffinity(self.desk.process.pid, {rigs.OTHER_CORE})
        for thread in os.listdir(f"/proc/{self.desk.process.pid}/task"):
            os.sched_setaffinity(int(thread), {rigs.OTHER_CORE})

    def wal_bytes(self):
        return os.path.getsize(self.base + ".db-wal")

    def load_command(self, messages):
        return ["taskset", "-c", str(rigs.DAEMON_CORE), rigs.tool("load"), "-c", "10",
                "-n", str(messages), "-p", str(self.daemon.pid), "-v", "-k", "5", "-r", str(RATE),
                self.daemon.address, os.path.join(self.rig.corpus, "mixed")]


def targets_of(bench):
    """What people ask for: one incident, searches, lists."""
    import sqlite3  # pylint: disable=import-outside-toplevel
    with sqlite3.connect(f"file:{bench.base}.db?mode=ro", uri=True) as store:
        row = store.execute(
            "SELECT reference, queue_id, from_address, client_ip, author_domain, time_s, incident_id "
            "FROM incident WHERE incident_id = (SELECT max(incident_id) / 2 FROM incident)").fetchone()
    store.close()
    reference, queue_id, address, client, domain, time_s, number = row
    return {
        "one incident, its neighbours": f"/incident/{reference}",
        "search by reference": f"/search?q={reference}",
        "search by a misheard reference": f"/search?q={reference[:8]}{'A' if reference[8] != 'A' else 'B'}",
        "search by queue id": f"/search?q={queue_id}",
        "search by address": "/search?q=" + address.replace("@", "%40"),
        "search by client": f"/search?q={client}",
        "search by domain": f"/search?q={domain}",
        "the newest 100": "/incidents",
        "100 behind any row": f"/incidents?before={time_s}.{number}",
    }


# -- pages ------------------------------------------------------------------


def best_ms(desk, target, name="ann"):
    took = []
    for _ in range(5):
        begun = time.monotonic()
        answer = desk.ask(target, name=name)
        took.append((time.monotonic() - begun) * 1000)
        assert answer.status in (200, 303, 404), (target, answer.status, answer.main)
    return min(took)


def judge(kept, most):
    faults = 0
    for words, (took, may) in kept.items():
        is_late = may is not None and took > may
        faults += is_late
        print(f"  {took:7.1f} ms  {words}" + (f"  (more than {may} ms)" if is_late else ""))
    print(f"  {most / 1024:7.1f} MiB of the desk at most")
    return faults + (most > PEAK_KIB)


def measure_pages(incidents=INCIDENTS, counters=COUNTERS):
    with rigs.Rig() as rig:
        bench = Bench(rig, incidents, counters)
        print(f"{incidents:,} incidents, {counters * desk_store.EACH:,} messages, "
              f"{os.path.getsize(bench.base + '.db') / 1e6:.0f} MB; "
              f"alignctl desk took {bench.keep_pages():.0f} s")
        bench.start_desk()
        kept = {words: (best_ms(bench.desk, target), PAGE_MS)
                for words, target in targets_of(bench).items()}
        kept["start"] = (best_ms(bench.desk, "/"), START_MS)
        kept["start as JSON"] = (best_ms(bench.desk, "/?format=json"), START_MS)
        kept["start of one domain"] = (best_ms(bench.desk, "/", "sue"), START_MS)
        kept["likely legitimate, live"] = (best_ms(bench.desk, "/likely"), None)
        bench.desk.stop()
        bench.start_desk(with_parts=False)
        kept["start, nothing kept"] = (best_ms(bench.desk, "/"), None)
        for target in ("/groups?by=from&since=1d", "/incidents?limit=500"):
            kept[target] = (best_ms(bench.desk, target), None)
        bench.desk.ask("/groups?by=ip", name="ann")  # ends for its time
        most = bench.desk.peak_kib()
        bench.desk.stop()
        return judge(kept, most)


# -- readers ----------------------------------------------------------------


class Readers:
    """Fifty people, each with a page every so often."""

    def __init__(self, bench, pause_s=1.0):
        self.bench = bench
        self.targets = [*targets_of(bench).values(), "/", "/incidents?format=csv&limit=100"]
        self.pause_s = pause_s
        self.ended = threading.Event()
        self.statuses = collections.Counter()
        self.threads = [threading.Thread(target=self.read, args=(i,)) for i in range(READERS)]

    def __enter__(self):
        os.sched_setaffinity(0, {rigs.OTHER_CORE})
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        os.sched_setaffinity(0, set(rigs.CORES))

    def read(self, number):
        count = number
        self.ended.wait(self.pause_s * number / READERS)
        while not self.ended.is_set():
            answer = self.bench.desk.ask(self.targets[count % len(self.targets)], name="ann")
            self.statuses[answer.status] += 1
            count += 1
            self.ended.wait(self.pause_s)


def p99_of(bench, messages):
    out = subprocess.run(bench.load_command(messages), stdout=subprocess.PIPE, text=True,
                         check=True).stdout
    return rigs.json.loads(out)


def measure_readers():
    with rigs.Rig() as rig:
        bench = Bench(rig, 100_000, 180_000)
        bench.keep_pages()
        bench.start_desk()
        p99_of(bench, 500)  # warm
        alone, beside = [], []
        for _ in range(TURNS):
            alone.append(p99_of(bench, 1000))
            with Readers(bench) as readers:
                beside.append(p99_of(bench, 1000))
        bench.desk.stop()
        for name in ("p50_ms", "p99_ms", "cpu_us"):
            print(f"  {name}: alone {rigs.median(alone, name):.2f}, beside {READERS} readers "
                  f"{rigs.median(beside, name):.2f}: {rigs.ratio(beside, alone, name) - 1:+.1%}")
        print("  pages of the last turn:", dict(readers.statuses))
    return 0


# -- an hour ----------------------------------------------------------------


def watch(bench, readers, until):
    most = 0
    while time.monotonic() < until:
        time.sleep(0.5)
        most = max(most, bench.wal_bytes())
        if bench.desk.process.poll() is not None:
            sys.exit("the desk ended: " + bench.desk.log()[-500:])
    return most, sum(readers.statuses.values())


def last(minutes):
    with rigs.Rig() as rig:
        bench = Bench(rig, 100_000, 180_000)
        bench.keep_pages()
        bench.start_desk()
        seconds = int(minutes * 60)
        traffic = subprocess.Popen(bench.load_command(seconds * RATE), stdout=subprocess.PIPE)
        with Readers(bench) as readers:
            most, pages = watch(bench, readers, time.monotonic() + seconds)
        traffic.communicate()
        peak = bench.desk.peak_kib()
        bench.desk.stop()
    faults = sum(count for status, count in readers.statuses.items() if status >= 500)
    print(f"{minutes:g} minutes: {pages} pages for {READERS} readers {dict(readers.statuses)}, "
          f"{seconds * RATE} messages; -wal {most / 1e6:.1f} MB at most, the desk "
          f"{peak / 1024:.1f} MiB")
    return int(faults > 0 or most > WAL_BYTES or traffic.returncode != 0)


def main():
    what, *numbers = sys.argv[1:]
    if what == "pages":
        return int(measure_pages(*map(int, numbers)) > 0)
    if what == "readers":
        return measure_readers()
    return last(float(numbers[0]))


if __name__ == "__main__":
    sys.exit(main())
