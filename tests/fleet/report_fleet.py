# SPDX-License-Identifier: BSD-2-Clause
"""report_fleet - hosts of one fleet that send reports

Each host has a folder with a store and a configuration of its own; what they
counted is put into PostgreSQL as rows, by the hour. A mail server on loopback
keeps what they send. The time is PostgreSQL's, which a test sets: it is seven in
the morning of today until it is made later.
"""
import atexit
import collections
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from fleet_rig import FleetTest, Tool
from postgres import Postgres

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "tools"))
# pylint: disable=wrong-import-position
from alignctl import ASAN_OPTIONS, PROGRAM, RECORD_TOOL, WRAPPER  # noqa: E402
from report_rig import Mail, Server, can_stop  # noqa: E402,F401

DAY = 86400
HOSTS = ("mx1", "mx2", "mx3")
# In the order in which a run comes by them; those of the rounds first.
POINTS = ("taken", "round-claimed", "collecting", "collected", "rendered", "claimed",
          "authorised", "before-mail", "after-mail", "settled")
TUPLE = """INSERT INTO alignd.tuple (hash, layout, trait_no, author_exists, is_dkim_aligned,
    is_spf_aligned, is_report_mail, is_known_path, is_to_postmaster, author_domain,
    author_error, policy_domain, org_domain, discovery, record, client_ip, client_name,
    mail_from_domain, spf_result, spf_domain, spf_scope, dkim, arc, dmarc_result, indirect,
    policy, asked, applied, override_type, override_comment, tls_version, imported, iprev,
    rests_on, lookalike, rcpt_rules)
SELECT md5(d || ip)::uuid, 1, 0, 1, 0, 1, 0, 0, 0, d, 'none', d, d, 'treewalk', r, ip, '', d, 'pass',
    d, 'mfrom', '[]', 'none', 'pass', '[]', 'none', 'none', 'none', '', '', '', '', '', '', '',
    '' FROM (VALUES {rows}) AS v (d, ip, r) ON CONFLICT DO NOTHING;"""


class FleetReports(FleetTest):
    DOMAINS = 3
    SETTINGS = ""
    shared = None

    @classmethod
    def make_server(cls):
        """One for all classes of a file, and on it the fleet that each test copies."""
        if FleetReports.shared is None:
            FleetReports.shared = Postgres()
            FleetReports.shared.__enter__()
            atexit.register(FleetReports.shared.__exit__)
        return contextlib.nullcontext(FleetReports.shared)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = cls.enterClass(tempfile.TemporaryDirectory(prefix="fleet-reports."))
        cls.today = int(time.time()) // DAY * DAY
        cls.day = cls.today - DAY
        if not cls.server.query("SELECT 1 FROM pg_database WHERE datname = 'made'"):
            cls.make_fleet()
        cls.make_store()
        cls.database = "fleet"

    @classmethod
    def make_fleet(cls):
        cls.database = "made"
        cls.server.make_database("made")
        with Tool(cls.server.conninfo(database="made")) as admin:
            if admin.ask("init")[0] != "done":
                raise RuntimeError("no fleet")
        cls.add_hosts()

    def setUp(self):
        self.mailer = Server()
        self.addCleanup(self.mailer.close)
        self.server.query("DROP DATABASE IF EXISTS fleet (FORCE)")
        self.server.query("CREATE DATABASE fleet TEMPLATE made")
        self.domains = [f"d{i}.test" for i in range(self.DOMAINS)]
        self.set_time(self.today + 7 * 3600)
        self.write_zone()
        self.write_confs()

    # --- the database ---

    @classmethod
    def sql(cls, text):
        return cls.server.query(text, database=cls.database)

    def one(self, text):
        return self.sql(text)[0][0]

    def set_time(self, now_s):
        """PostgreSQL's, from now on."""
        self.ahead = now_s - int(time.time())
        self.sql(f"""CREATE OR REPLACE FUNCTION alignd_report.now_s() RETURNS bigint
            LANGUAGE sql VOLATILE AS $$
            SELECT floor(extract(epoch FROM clock_timestamp()))::bigint + {self.ahead} $$""")

    def later(self, seconds):
        self.set_time(int(time.time()) + self.ahead + seconds)

    @classmethod
    def add_hosts(cls):
        for host in HOSTS:
            cls.sql(f"""DO $$ BEGIN CREATE ROLE {host} LOGIN;
                EXCEPTION WHEN duplicate_object THEN NULL; END $$;
                GRANT alignd_host, alignd_sender TO {host};
                INSERT INTO alignd.host (name, role) VALUES ('{host}', '{host}');""")
            cls.beat(host, cls.today)

    @classmethod
    def beat(cls, host, until_s, reported_s=0):
        """A heartbeat: nothing of before that moment is left on the host."""
        cls.sql(f"""UPDATE alignd.host SET seen_s = extract(epoch FROM now()),
            sealed_until_s = {until_s},
            reported_until_s = coalesce(reported_until_s, {reported_s})
            WHERE name = '{host}'""")

    @staticmethod
    def record(domain):
        return f"v=DMARC1; p=none; rua=mailto:a@{domain},mailto:b@{domain}"

    def count(self, host, hour_s, count=1, domains=None):
        """A sealed segment of the host: `count` messages of each domain."""
        domains = domains or self.domains
        rows = ", ".join(f"('{d}', '192.0.2.{HOSTS.index(host) + 1}', '{self.record(d)}')"
                         for d in domains)
        self.sql("SET ROLE alignd_owner; DO $$ BEGIN PERFORM alignd_push.make_day("
                 f"{hour_s}); END $$; RESET ROLE;" + TUPLE.format(rows=rows) + f"""
            WITH s AS (INSERT INTO alignd.segment (ident, host_no, hour_s, layout, is_open,
                is_stray, results, messages)
                SELECT gen_random_uuid(), host_no, {hour_s}, 1, false, false, {len(domains)},
                    {len(domains) * count} FROM alignd.host WHERE name = '{host}'
                RETURNING segment_no)
            INSERT INTO alignd.result (segment_no, tuple_no, hour_s, count)
            SELECT s.segment_no, t.tuple_no, {hour_s}, {count} FROM s, alignd.tuple t,
                (VALUES {rows}) AS v (d, ip, r)
            WHERE t.hash = md5(v.d || v.ip)::uuid;""")

    def all_is_due(self):
        """And no claim holds any more."""
        self.later(3600)
        self.sql("UPDATE alignd_report.report_destination SET next_try_s = 0")

    # --- hosts ---

    @classmethod
    def path(cls, *names):
        return os.path.join(cls.folder, *names)

    @classmethod
    def make_store(cls):
        """An empty one, for hosts to begin with."""
        with open(cls.path("none"), "w", encoding="utf-8") as conf:
            conf.write('authserv_id = "mx.test"\n')
        open(cls.path("zone"), "w", encoding="utf-8").close()
        cls.put_mail(cls.path("none"), cls.path("empty.db"), "")

    def write_zone(self):
        with open(self.path("zone"), "w", encoding="utf-8") as zone:
            zone.write("$ORIGIN .\n$TTL 300\n" + "".join(
                f'_dmarc.{d} TXT "{self.record(d)}"\n' for d in self.domains))

    def conninfo(self, host):
        return self.server.conninfo(host, self.database)

    def write_confs(self, more=""):
        for host in HOSTS:
            os.makedirs(self.path(host), exist_ok=True)
            store = self.path(host, "store.db")
            for suffix in ("-wal", "-shm"):
                if os.path.exists(store + suffix):
                    os.unlink(store + suffix)
            shutil.copy(self.path("empty.db"), store)
            with open(self.path(host, "conf"), "w", encoding="utf-8") as conf:
                conf.write(f"""authserv_id = "{host}.test"
store {{
	sqlite = "{store}"
	postgresql = "{self.conninfo(host)}"
}}
report {{
	from = "dmarc@own.test"
	smtp_url = "smtp://127.0.0.1:{self.mailer.port}"
	pace = 0s
	run_time = 10m
	{self.SETTINGS}
	{more}
}}
""")

    @classmethod
    def put_mail(cls, conf, store, lines):
        """Into a host's own store, in record-tool's words."""
        subprocess.run([RECORD_TOOL, conf, cls.path("zone"), store], input=lines, text=True,
                       check=True, timeout=120, stdout=subprocess.DEVNULL)

    def arguments(self, host, command, *arguments):
        return WRAPPER + [PROGRAM, "--config", self.path(host, "conf"), "--dns",
                          self.path("zone"), "--now", str(int(time.time()) + self.ahead),
                          command, *arguments]

    def begin(self, host, *arguments, stop_at=None, command="report"):
        environment = {**os.environ, "ASAN_OPTIONS": ASAN_OPTIONS}
        environment.pop("ALIGND_STOP_AT", None)
        if stop_at:
            environment["ALIGND_STOP_AT"] = stop_at
        return subprocess.Popen(self.arguments(host, command, *arguments), env=environment,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def report(self, host, *arguments, status=0, stop_at=None, command="report"):
        """What it said."""
        run = self.begin(host, *arguments, stop_at=stop_at, command=command)
        out, err = run.communicate(timeout=300)
        self.assertEqual(run.returncode, -signal.SIGKILL if stop_at else status, out + err)
        return out + err

    def send(self, host="mx1", **more):
        return self.report(host, "send", **more)

    # --- what was sent ---

    def mails(self):
        return [Mail(mail) for mail in list(self.mailer.mails)]

    def by_address(self):
        """{address: [id]}"""
        found = collections.defaultdict(list)
        for mail in self.mails():
            found[mail.recipient].append(mail.id)
        return found

    def addresses(self):
        return sorted(f"{who}@{d}" for d in self.domains for who in "ab")

    def assert_each_once(self):
        found = self.by_address()
        self.assertEqual(sorted(found), self.addresses())
        self.assertEqual({a: len(ids) for a, ids in found.items() if len(ids) != 1}, {})
        self.assert_all_settled()

    def assert_all_settled(self):
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.report WHERE "
                                  "settled_s = 0 OR state <> 'sent'"), "0")
