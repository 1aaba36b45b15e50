#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""fleet.py - what PostgreSQL takes for a fleet's counters, and how fast it reads

    tests/bench/fleet.py [SCALE]

First counters by fleet-tool, as a forwarder pushes them: rows a second of the
server's processor, and bytes of its log a row. Then a record of three days is made
within PostgreSQL, SCALE (0.02) times 15 million counters and 20 million incidents
a day, which are a tenth of a fleet of 100 hosts at 10^9 messages a day with an
incident of every fifth; summed, and asked. Fails past what is wanted. SCALE 1
wants 40 GB of free disk, and is skipped with words where there are fewer.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fleet"))
from fleet_rig import Tool  # noqa: E402
from postgres import Postgres, folder_of_programs  # noqa: E402

HOUR, DAY = 3600, 86400
ALIGNCTL = os.path.abspath(os.path.join("tools", "alignctl"))
COUNTERS, INCIDENTS, DAYS = 15_000_000, 20_000_000, 3
DISK_BYTES = 40 * 1000 ** 3
ROWS_A_CPU_SECOND, LOG_BYTES_A_ROW, READ_MS, SUM_S = 300_000, 200, 50, 20
MOST_S = 6 * 3600  # of one statement that makes a record
TICKS = os.sysconf("SC_CLK_TCK")

failed = []


def say(what, got, unit, wanted=None, is_least=False):
    bound = ""
    if wanted is not None:
        is_met = got >= wanted if is_least else got <= wanted
        bound = f"  (wanted: {'at least' if is_least else 'at most'} {wanted:,})"
        if not is_met:
            failed.append(what)
    print(f"bench-fleet: {what:<42} {got:>12,.1f} {unit}{bound}", flush=True)


def cpu_s(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Bench:
    def __init__(self, server):
        self.server = server
        server.make_database("fleet")
        with Tool(server.conninfo(database="fleet")) as tool:
            assert tool.ask("init")[0] == "done"
        self.sql("CREATE ROLE mx LOGIN; GRANT alignd_host TO mx; "
                 "INSERT INTO alignd.host (name, role) VALUES ('mx.example.test', 'mx')")
        self.now = int(time.time()) // HOUR * HOUR
        self.tool = Tool(server.conninfo("mx", "fleet"), 600000)
        self.reader = Tool(server.conninfo(database="fleet"), 600000)
        self.pid = int(self.tool.ask("exec SELECT pg_backend_pid()")[1])

    def sql(self, text):
        return self.server.query(text, database="fleet", seconds=MOST_S)

    def number(self, text):
        return float(self.sql(text)[0][0])

    def log_bytes(self):
        return self.number("SELECT pg_current_wal_insert_lsn() - '0/0'")

    def push(self, rows, seed, hour):
        answer = self.tool.ask(f"segment {uuid.uuid4().hex} {hour} rows={rows} seed={seed}")[0]
        assert answer.startswith("done take aside 0"), answer

    # --- counters ---

    def counters(self, rows=200_000, segments=5):
        """Distinct tuples first, then hours in which each comes again."""
        before, log = cpu_s(self.pid), self.log_bytes()
        self.push(rows, 0, self.now)
        say("rows of new tuples a CPU second", rows / (cpu_s(self.pid) - before), "")
        say("log of a new tuple and its counter", (self.log_bytes() - log) / rows, "bytes")
        self.sql("VACUUM ANALYZE alignd.tuple")
        self.sql("CHECKPOINT")
        before, log = cpu_s(self.pid), self.log_bytes()
        for at in range(segments):
            self.push(rows, 0, self.now - at * HOUR)
        took = cpu_s(self.pid) - before
        say("counters a CPU second", rows * segments / took, "", ROWS_A_CPU_SECOND, True)
        say("log of a counter", (self.log_bytes() - log) / rows / segments, "bytes",
            LOG_BYTES_A_ROW)
        say("disk of a counter", self.number(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE "
            "inhparent = 'alignd.result'::regclass") / self.number(
                "SELECT count(*) FROM alignd.result"), "bytes")

    def incidents(self, rows=50_000):
        """With the verdict of a line."""
        before, log = cpu_s(self.pid), self.log_bytes()
        answer = self.tool.ask(f"segment {uuid.uuid4().hex} {self.now} incidents={rows}")[0]
        assert answer.startswith("done take aside 0"), answer
        say("incidents a CPU second", rows / (cpu_s(self.pid) - before), "")
        say("log of an incident, its short wide part too", (self.log_bytes() - log) / rows, "bytes")

    # --- a record ---

    def make(self, scale):
        counters, incidents = int(COUNTERS * scale), int(INCIDENTS * scale)
        day = (self.now - 2 * HOUR) // DAY * DAY - DAYS * DAY  # those that are summed
        self.sql("TRUNCATE alignd.segment, alignd.result, alignd.tuple, alignd.trait CASCADE")
        tuples = max(1000, counters // 8)
        self.sql(f"""INSERT INTO alignd.trait (hash, author_domain, author_error, client_ip,
            client_name, dmarc_result, policy, asked, applied, override_type, override_comment,
            tls_version, iprev, lookalike)
            SELECT md5('t' || n)::uuid, 'd' || n % 50000 || '.example', '', '192.0.' || n % 250
            || '.' || n % 240, 'mail.d' || n % 50000 || '.example', (ARRAY['pass', 'fail'])
            [1 + n % 2], 'reject', 'reject', 'none', '', '', 'TLSv1.3', 'pass', ''
            FROM generate_series(1, {tuples}) n;
            INSERT INTO alignd.tuple (hash, layout, trait_no, author_exists, is_dkim_aligned,
            is_spf_aligned, is_report_mail, is_known_path, is_to_postmaster, author_domain,
            author_error, policy_domain, org_domain, discovery, record, client_ip, client_name,
            mail_from_domain, spf_result, spf_domain, spf_scope, dkim, arc, dmarc_result,
            indirect, policy, asked, applied, override_type, override_comment, tls_version,
            imported, iprev, rests_on, lookalike, rcpt_rules)
            SELECT hash, 1, trait_no, 1, 1, 1, 0, 0, 0, author_domain, '', author_domain,
            author_domain, 'treewalk', 'v=DMARC1; p=reject; rua=mailto:r@' || author_domain,
            client_ip, client_name, author_domain, 'pass', author_domain, 'mfrom',
            '[{{"domain": "' || author_domain || '", "selector": "s1", "result": "pass"}}]', '{{}}',
            dmarc_result, 'none', policy, asked, applied, '', '', tls_version, '', iprev, '', '',
            '' FROM alignd.trait; ANALYZE alignd.tuple, alignd.trait""")
        first = self.number("SELECT min(tuple_no) FROM alignd.tuple")
        for at in range(DAYS):
            of_day = day + at * DAY
            self.sql(f"""SET search_path = alignd;
            SELECT alignd_push.make_day({of_day});
            INSERT INTO segment (ident, host_no, hour_s, layout, is_open, is_stray, results)
            SELECT gen_random_uuid(), 1, {of_day} + h * 3600, 1, false, false, 1
            FROM generate_series(0, 23) h, generate_series(1, 10);
            INSERT INTO result SELECT s.segment_no, {int(first)} + (s.segment_no * 7919 +
            n * 13) % {tuples}, s.hour_s, 1 + n % 9 FROM segment s,
            generate_series(1, {counters // 240}) n WHERE s.hour_s >= {of_day};
            INSERT INTO incident (incident_no, segment_no, own_id, hour_s, time_s, author_key,
            reference, client_ip, applied, dmarc_result, asked, would, override_type,
            override_comment, host, queue_id, author_domain, author_error, policy_domain,
            client_name, mail_from, spf_result, spf_domain, reason, indirect, list_id)
            SELECT nextval('incident_number'), s.segment_no, n, s.hour_s, s.hour_s + n % 3600,
            reverse(d) || '.', upper(substr(md5(s.segment_no || '-' || n), 1, 12)), '198.51.' ||
            (n * 31) % 250 || '.' || (n + s.segment_no) % 250, (ARRAY['reject', 'quarantine',
            'none'])[1 + n % 3], 'fail', 'reject', 'reject', '', '', 'mx1.example.test',
            '4F' || n, d, '', d, 'host.' || d, 'bounce@' || d, 'fail', d,
            'neither SPF nor DKIM vouches for the author domain', 'none', ''
            FROM segment s, generate_series(1, {incidents // 240}) n,
            LATERAL (SELECT 'd' || (n * 7 + s.segment_no * 11) % 50000 || '.example' AS d) x
            WHERE s.hour_s >= {of_day};""")
        self.sql("ANALYZE alignd.incident, alignd.result")
        say("incidents", self.number("SELECT count(*) FROM alignd.incident"), "rows")
        say("disk of a narrow incident", self.number(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE "
            "inhparent = 'alignd.incident'::regclass") / self.number(
                "SELECT count(*) FROM alignd.incident"), "bytes")
        say("counters", self.number("SELECT count(*) FROM alignd.result"), "rows")

    def sum_days(self):
        """Each step of the upkeep until none is left; what they took, by kind."""
        took = {}
        while True:
            begun = time.monotonic()
            answer = self.tool.ask("exec SELECT alignd_push.maintain(1)")
            assert answer[0] == "done", answer
            did = answer[1].split()[0] if len(answer) > 1 and answer[1] else ""
            if did == "":
                break
            took.setdefault(did, []).append(time.monotonic() - begun)
        for did, what in (("added", "adding an hour's figures"), ("named", "names of a day"),
                          ("summed", "summing a day")):
            say(what, statistics.median(took[did]), "s")
        for parent in ("hour_kind", "hour_name", "day_name", "hour_result", "day_result"):
            say(f"rows of {parent} a day", self.number(
                f"SELECT count(*) FROM alignd.{parent}") / DAYS, "")

    # --- as people ask ---

    def alignctl(self, folder, what, wanted_s, *arguments):
        conf = os.path.join(folder, "fleet.conf")
        with open(conf, "w", encoding="utf-8") as file:
            file.write('authserv_id = "mx.example.test"\n'
                       f'store {{ sqlite = "{folder}/none.db"\n postgresql = '
                       f'"{self.server.conninfo(database="fleet")}" }}\n')
        begun = time.monotonic()
        done = subprocess.run([ALIGNCTL, "--config", conf, *arguments], check=True,
                              stdout=subprocess.PIPE, text=True)
        say(what, time.monotonic() - begun, "s", wanted_s)
        assert done.stdout
        return done.stdout

    def asked(self):
        """Over whole days, which are all summed."""
        with tempfile.TemporaryDirectory() as folder:
            self.alignctl(folder, f"stats of {DAYS} days", SUM_S, "stats", "--since", "30d")
            for by in ("domain", "network", "reason"):
                self.alignctl(folder, f"stats of {DAYS} days by {by}", SUM_S, "stats",
                              "--since", "30d", "--by", by, "--json")
            self.alignctl(folder, f"what-if of {DAYS} days", SUM_S, "whatif", "--since", "7d",
                          "--set", "mode=monitor")

    def ask(self, what, sql, times=9):
        """The middle of several over one connection, whose first has warmed it."""
        took = []
        for at in range(times):
            begun = time.monotonic()
            answer = self.reader.ask("exec " + sql(at))
            took.append((time.monotonic() - begun) * 1000)
            assert answer[0] == "done" and len(answer) > 2, (what, answer)
        say(what, statistics.median(took[1:]), "ms", READ_MS)

    def reads(self):
        view = ("SELECT incident_id, reference, time_s, author_domain, client_ip, applied "
                "FROM alignd_read.incident ")
        tail = " ORDER BY time_s DESC, incident_id DESC LIMIT 100"
        reference = self.sql("SELECT reference FROM alignd.incident OFFSET 1000 LIMIT 1")[0][0]
        self.ask("newest 100", lambda at: view + tail)
        self.ask("by reference", lambda at: f"{view} WHERE reference = '{reference}'{tail}")
        some = self.sql("SELECT author_key, client_ip FROM alignd.incident OFFSET 50000 LIMIT 9")
        self.ask("by author domain", lambda at: f"{view} WHERE author_key >= '{some[at][0]}' AND "
                 f"author_key < '{some[at][0][:-1]}/'{tail}")
        self.ask("by address", lambda at: f"{view} WHERE client_ip = '{some[at][1]}'{tail}")
        begun = time.monotonic()
        self.sql("SELECT author_domain, dmarc_result, applied, sum(count) FROM alignd.hour_result "
                 "JOIN alignd.trait USING (trait_no) GROUP BY 1, 2, 3")
        say(f"sums of {DAYS} days by author, of hours x traits", time.monotonic() - begun, "s",
            SUM_S)
        begun = time.monotonic()
        self.sql("SELECT count(*), sum(s) FROM (SELECT tuple_no, sum(count) AS s FROM "
                 "alignd.day_result GROUP BY 1) d JOIN alignd.tuple USING (tuple_no)")
        say(f"sums of {DAYS} days by tuple, of days x tuples", time.monotonic() - begun, "s",
            SUM_S)
        say("log written in all", self.log_bytes() / 1e9, "GB")


def main():
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.02
    if folder_of_programs() is None:
        print("skipped: PostgreSQL is not installed (Debian: postgresql)")
        return 77
    if scale >= 1 and shutil.disk_usage("/tmp").free < DISK_BYTES:
        print("skipped: fewer than 40 GB of disk are free")
        return 77
    with Postgres(durable=True, settings=["max_wal_size = 2GB", "work_mem = 64MB",
                                          "shared_buffers = 256MB",
                                          "maintenance_work_mem = 256MB"]) as server:
        bench = Bench(server)
        with bench.tool, bench.reader:
            bench.counters()
            bench.incidents()
            bench.make(scale)
            bench.sum_days()
            bench.reads()
            bench.asked()
    for what in failed:
        print(f"bench-fleet: past what is wanted: {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
