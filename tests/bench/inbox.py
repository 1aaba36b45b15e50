#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""inbox.py - what it takes to keep a thousand reports, and to sum two million records

    tests/bench/inbox.py [REPORTS [RECORDS]]

Prints seconds of the processor and the most memory of any process; fails past
20 s and 64 MiB for a thousand reports of 20 KB, and past 20 s for the sums.
"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from alignctl import PROGRAM, RECORD_TOOL  # noqa: E402
from inbox_rig import dmarc, mailed, row  # noqa: E402

KEEP_S, KEEP_KIB, SUM_S = 20, 64 * 1024, 20
DAY_S = 86400


def run(folder, *arguments):
    """(seconds of the processor, the most KiB)"""
    with subprocess.Popen([PROGRAM, "--config", "conf", "inbox", *arguments], cwd=folder,
                          stdout=subprocess.DEVNULL) as tool:
        _, status, used = os.wait4(tool.pid, 0)
        tool.returncode = os.waitstatus_to_exitcode(status)
    if tool.returncode != 0:
        sys.exit(f"alignctl inbox {arguments[0]}: exit status {tool.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def fresh_store(folder):
    for name in os.listdir(folder):
        if name.startswith("store.db"):
            os.unlink(os.path.join(folder, name))
    subprocess.run([RECORD_TOOL, "conf", "zone", os.path.join(folder, "store.db")], cwd=folder,
                   input=b"", check=True)


def write_mails(folder, count, chance):
    for part in ("new", "cur", "tmp"):
        os.makedirs(os.path.join(folder, "mails", part))
    size = 0
    for number in range(count):
        rows = [row(f"192.0.{chance.randrange(256)}.{chance.randrange(256)}",
                    chance.randrange(1, 100), dkim=chance.choice(("pass", "fail")),
                    results=f"<spf><domain>esp{chance.randrange(50)}.test</domain>"
                    "<result>pass</result></spf>") for _ in range(43)]
        mail = mailed(dmarc(*rows, name=str(number)))
        size += len(mail)
        with open(os.path.join(folder, "mails/new", str(number)), "wb") as file:
            file.write(mail)
    return size // count


def fill_store(folder, records, chance):
    """As many rows as that, a hundred a report, of 50,000 sources."""
    now_s = int(time.time())
    with sqlite3.connect(os.path.join(folder, "store.db")) as store:
        store.executemany("INSERT INTO inbox_source VALUES (?, ?, ?, ?, ?)", (
            (i, f"d{i % 20}.test", f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", now_s - 99 * DAY_S,
             now_s) for i in range(1, 50001)))
        store.executemany("INSERT INTO inbox_cause VALUES (?, ?)", (
            (i, "" if i == 1 else f"From d.test: SPF passes for esp{i}.test, which is not "
             "aligned; no DKIM signature") for i in range(1, 301)))
        reports = records // 100
        store.executemany(
            "INSERT INTO inbox_report (fingerprint, kind, reporter, ident, begin_s, end_s, "
            "domain, digest, state, day_s, received_s, messages, size, sender, verdict, claim, "
            "proof, policy, notes) "
            "VALUES (?1, 'dmarc', 'r', ?1, 0, 0, '', '', 'kept', ?, ?, 1, 25000, '', '', '', 0, '', '')",
            ((str(i), now_s - i % 60 * DAY_S, now_s) for i in range(1, reports + 1)))
        store.executemany(
            "INSERT INTO inbox_row VALUES (?, ?, ?, ?, 0, 0, ?)",
            ((report, source, cause, int(cause == 1), chance.randrange(1, 50))
             for report in range(1, reports + 1)
             for source in chance.sample(range(1, 50001), 100)
             for cause in (1 if chance.random() < .7 else chance.randrange(2, 301),)))
    store.close()


def main():
    reports, records = (int(word) for word in (sys.argv[1:] + ["1000", "2000000"][len(sys.argv) - 1:]))
    chance = random.Random(14)
    folder = tempfile.mkdtemp(prefix="bench-inbox.")
    try:
        with open(os.path.join(folder, "conf"), "w", encoding="ascii") as file:
            file.write(f'store {{ sqlite = "{folder}/store.db" }}\n')
        with open(os.path.join(folder, "zone"), "w", encoding="ascii"):
            pass
        fresh_store(folder)
        size = write_mails(folder, reports, chance)
        kept_s, kept_kib = run(folder, "scan", "mails")
        print(f"kept:   {reports} reports of {size} bytes in {kept_s:.1f} s, {kept_kib} KiB")
        fresh_store(folder)
        fill_store(folder, records, chance)
        sum_s, sum_kib = run(folder, "summary")
        print(f"summed: {records} records in {sum_s:.1f} s, {sum_kib} KiB")
    finally:
        shutil.rmtree(folder)
    return int(kept_s > KEEP_S * reports / 1000 or kept_kib > KEEP_KIB or
               sum_s > SUM_S * records / 2000000)


if __name__ == "__main__":
    sys.exit(main())
