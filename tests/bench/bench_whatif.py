#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What alignctl whatif costs: seconds and memory over stores of ten million
messages. Prints figures, never judges them.

bench_whatif.py [DIRECTORY]: stores of up to 2 GB are made there and removed.
BENCH_SHARE=0.01 makes all of it smaller.
"""
import json
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
PROGRAM = os.path.join(TOP, "tools", "alignctl")
RECORD_TOOL = os.path.join(TOP, "tests", "tools", "record-tool")
SHARE = float(os.environ.get("BENCH_SHARE", "1"))
NOW = 1777636800
HOURS = 7 * 24
MESSAGES = 10_000_000
OVERRIDES = 1000

# name, author domains, distinct tuples, rows (hour, tuple); a tuple is a
# domain from one source with one result
STORES = [
    ("usual", 20_000, 60_000, 1_000_000),
    ("harsh", 200_000, 500_000, 3_000_000),
    ("every row a tuple of its own", 500_000, 2_000_000, 2_000_000),
]

SIGNATURE = ('[{{"domain":"{d}","selector":"s1","algorithm":"rsa-sha256",'
             '"key_bits":2048,"result":"{r}","reason":null,"aligned":{a}}}]')
COLUMNS = ("tuple_id fingerprint author_domain author_error policy_domain "
           "org_domain discovery record author_exists client_ip client_name "
           "mail_from_domain spf_result spf_domain spf_scope dkim arc "
           "dmarc_result is_dkim_aligned is_spf_aligned indirect policy asked "
           "applied override_type override_comment tls_version").split()


def tuple_row(number, domains, rng):
    """Three of ten fail; of those half ask for a reject."""
    domain = f"sender{number % domains}.example.com"
    fails = rng.random() < 0.3
    policy = rng.choice(("reject", "reject", "quarantine", "none"))
    monitored = fails and policy != "none"
    other = f"list{rng.randrange(5000)}.example.net"
    return (
        number + 1, rng.getrandbits(62), domain, "", domain, domain,
        "treewalk", f"v=DMARC1; p={policy}; rua=mailto:dmarc@{domain}", -1,
        f"192.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}",
        f"mx{number % 97}.{domain}", other if fails else domain, "pass",
        other if fails else domain, "mfrom",
        SIGNATURE.format(d=other if fails else domain, r="pass",
                         a="false" if fails else "true"),
        '{"result":"none","sealers":[]}', "fail" if fails else "pass",
        0 if fails else 1, 0 if fails else 1, "none", policy, policy, "none",
        "local_policy" if monitored else "",
        "monitor mode" if monitored else "", "TLSv1.3")


def rows_of(tuples, rows, rng):
    """Counts that add up to MESSAGES, each row of another hour."""
    per_tuple = -(-rows // tuples)
    left = rows
    for number in range(tuples):
        for hour in rng.sample(range(HOURS), min(per_tuple, left)):
            left -= 1
            yield (NOW - (HOURS - hour) * 3600, number + 1,
                   -(-int(MESSAGES * SHARE) // rows))


def make_store(folder, domains, tuples, rows):
    rng = random.Random(1)
    path = os.path.join(folder, "store.db")
    for name in ("store.db", "store.db-wal", "store.db-shm"):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    subprocess.run([RECORD_TOOL, os.path.join(folder, "new.conf"), "-", path],
                   input=b"", check=True)
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    marks = ", ".join("?" * len(COLUMNS))
    database.executemany(
        f"INSERT INTO tuple ({', '.join(COLUMNS)}) VALUES ({marks})",
        (tuple_row(n, domains, rng) for n in range(tuples)))
    database.executemany("INSERT INTO result VALUES (?, ?, 0, ?)",
                         sorted(rows_of(tuples, rows, rng)))
    database.commit()
    database.close()


def write_configurations(folder, path):
    with open(os.path.join(folder, "overrides.conf"), "w",
              encoding="ascii") as file:
        for i in range(OVERRIDES):
            file.write(f'override "list {i}" {{ owner = "bench" '
                       f'reason = "mailing_list" why = "a list" '
                       f'action = "accept" permanent = yes '
                       f'dkim = {{"list{i}.example.net"}} }}\n')
    for name, mode in (("old.conf", "monitor"), ("new.conf", "enforce")):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(f'mode = {mode}\nstore {{ sqlite = "{path}" }}\n')


def measure(folder, arguments):
    """(seconds, CPU seconds, MiB, the object)"""
    start = time.monotonic()
    with subprocess.Popen(
            [PROGRAM, "--config", "old.conf", "--now", str(NOW), "whatif",
             "--config", "new.conf", "--json", *arguments], cwd=folder,
            stdout=subprocess.PIPE) as child:
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"alignctl left with {child.returncode}")
    return (time.monotonic() - start, usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / 1024, json.loads(out))


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="bench-whatif.",
                                     dir=base) as folder:
        path = os.path.join(folder, "store.db")
        write_configurations(folder, path)
        for name, *sizes in STORES:
            domains, tuples, rows = (max(10, int(n * SHARE)) for n in sizes)
            # a process of its own, whose size alignctl does not inherit
            maker = multiprocessing.Process(
                target=make_store, args=(folder, domains, tuples, rows))
            maker.start()
            maker.join()
            for turn in range(3):
                seconds, cpu, size, found = measure(folder, [])
                print(f"store={name!r} turn={turn} "
                      f"messages={found['messages']} rows={rows} "
                      f"tuples={found['tuples']} changed={found['changed']} "
                      f"file_mb={os.path.getsize(path) / 1e6:.0f} "
                      f"seconds={seconds:.2f} cpu={cpu:.2f} "
                      f"rss_mib={size:.0f}", flush=True)


if __name__ == "__main__":
    main()
