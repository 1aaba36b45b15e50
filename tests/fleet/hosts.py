# SPDX-License-Identifier: BSD-2-Clause
"""hosts - mail servers of a fleet: an alignd each, with its forwarder

Each host has a name, a store and a role of its own; all share the PostgreSQL of
the test file. What PostgreSQL then has is compared with what the stores have.
"""
import contextlib
import os
import pwd
import shlex
import signal
import sqlite3
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "wire"))
from daemon import Daemon, TOP, wait_until  # noqa: E402  pylint: disable=wrong-import-position
from reach import for_all_users  # noqa: E402  pylint: disable=wrong-import-position
from fleet_rig import FleetTest, Tool  # noqa: E402  pylint: disable=wrong-import-position

TOOL = for_all_users(os.path.join(TOP, "tools", "alignctl"))
WRAPPER = shlex.split(os.environ.get("ALIGND_WRAPPER", ""))
DATABASE = "fleet"
TEMPLATE = "fleet_made"


def can_stop():
    """Is it built with --enable-development?"""
    with open(TOOL, "rb") as file:
        return b"ALIGND_STOP_AT" in file.read()


class Host(Daemon):
    """One mail server; its daemon runs from start() to stop()."""

    def __init__(self, name, conninfo, settings="", clock=None):
        self.name = name
        self.conninfo = conninfo
        self.clock = clock
        super().__init__(settings)

    def write_config(self, settings="", policy=""):
        self.store = f'postgresql = "{self.conninfo}"'
        super().write_config(f"fleet {{ name = \"{self.name}\" addresses = "
                             f"{{\"{self.own_address()}\"}} }}\n{settings}", policy)
        with open(self.config, encoding="ascii") as file:
            text = file.read()
        with open(self.config, "w", encoding="ascii") as file:
            file.write(text.replace('"mx.test"', f'"{self.name}"', 1))

    def remove(self):
        if os.path.isdir(self.folder):
            super().remove()

    def own_address(self):
        return f"198.51.100.{ord(self.name[2])}"

    def as_user(self):
        """The forwarder is not root: what it writes alignd must be able to read."""
        if self.user == "root":
            return {}
        found = pwd.getpwnam(self.user)
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}

    def environment(self):
        """libpq looks into the home that it is told of, and not into root's."""
        clock = self.clock.environment() if self.clock else {}
        return {**os.environ, "HOME": self.folder, **clock}

    def spawn(self, command, log):
        return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                env=self.environment())

    def tool(self, *arguments, stop_at=None, config=None):
        environment = {**self.environment(), "SUDO_USER": "ann"}
        if stop_at is not None:
            environment["ALIGND_STOP_AT"] = stop_at
        done = subprocess.run(
            [*WRAPPER, TOOL, "--config", config or self.config, *arguments],
            capture_output=True, timeout=120, check=False, cwd="/",
            env=environment, **self.as_user())
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def forward(self, stop_at=None):
        return self.tool("fleet", "forward", "--once", stop_at=stop_at)

    def begin_paused(self, point, *arguments):
        """Stopped at that point (SIGSTOP) when it is given."""
        process = subprocess.Popen(
            [*WRAPPER, TOOL, "--config", self.config, *arguments], cwd="/",
            env={**self.environment(), "ALIGND_PAUSE_AT": point}, **self.as_user())
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), status
        return process

    def begin_forwarder(self, stop_at=None):
        environment = self.environment()
        if stop_at is not None:
            environment["ALIGND_STOP_AT"] = stop_at
        return self.begin("fleet", "forward", environment=environment)

    def begin(self, *arguments, environment=None):
        """A command that goes on by itself."""
        return subprocess.Popen(
            [*WRAPPER, TOOL, "--config", self.config, *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/",
            env=environment or self.environment(), **self.as_user())

    def send(self, author, count=1):
        with self.session() as client:
            for _ in range(count):
                client.message(author)

    def ask(self, sql):
        with contextlib.closing(sqlite3.connect(self.database)) as store:
            return store.execute(sql).fetchall()

    def number(self, sql):
        return self.ask(sql)[0][0] or 0

    def messages(self):
        return self.number("SELECT sum(count) FROM result")

    def incidents(self):
        return self.number("SELECT count(*) FROM incident")

    def waiting(self):
        return self.number("SELECT count(*) FROM segment WHERE pushed_s = 0 AND "
                           "ident IS NOT NULL AND segment_id > 0")


class HostTest(FleetTest):
    """A fleet whose hosts are made by `host()`."""

    @classmethod
    def setUpClass(cls):
        """A fleet is made once, and copied for each test."""
        super().setUpClass()
        with Tool(cls.server.make_database(TEMPLATE)) as admin:
            made = admin.ask("init")
        if made != ["done", "before 0"]:
            raise AssertionError(made)
        cls.server.query("CREATE ROLE op LOGIN IN ROLE alignd_operator;"
                         "CREATE ROLE eye LOGIN IN ROLE alignd_reader")

    def setUp(self):
        self.server.query(f"DROP DATABASE IF EXISTS {DATABASE} (FORCE);"
                          f"CREATE DATABASE {DATABASE} TEMPLATE {TEMPLATE}")
        self.admin = self.tool(self.server.conninfo(database=DATABASE))

    def sql(self, text):
        return self.server.query(text, database=DATABASE)

    def number(self, text):
        return int(self.sql(f"SELECT coalesce(({text}), 0)")[0][0])

    def make_role(self, role, group):
        self.sql(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object "
                 f"THEN NULL; END $$; GRANT {group} TO {role}")

    def host(self, name="mxa.test", settings="", people="op", clock=None, **where):
        role = name.split(".", maxsplit=1)[0]
        self.make_role(role, "alignd_host")
        self.sql("INSERT INTO alignd.host (name, role) VALUES "
                 f"('{name}', '{role}') ON CONFLICT DO NOTHING")
        host = Host(name, self.server.conninfo(role, DATABASE, **where), settings,
                    clock)
        host.drop_in("people.conf", 'fleet { people = "'
                     f'{self.server.conninfo(people, DATABASE)}" }}')
        self.addCleanup(host.remove)
        return host

    def fleet_messages(self):
        return self.number("SELECT sum(count) FROM alignd.result")

    def fleet_incidents(self):
        return self.number("SELECT count(*) FROM alignd.incident")

    def assert_all_there(self, *hosts):
        """Nothing lost, nothing doubled."""
        self.assertEqual(self.fleet_messages(), sum(host.messages() for host in hosts))
        self.assertEqual(self.fleet_incidents(), sum(host.incidents() for host in hosts))
        self.assertEqual([host.waiting() for host in hosts], [0] * len(hosts))

    def filled(self, name="mxa.test", count=20):
        """A host that has counted and kept something, and has ended."""
        host = self.host(name)
        host.start()
        host.send("a@pass.test", count)
        host.send("a@reject.test", 3)
        host.stop()
        return host


def end(process):
    """A signal, a clean end: what it said."""
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


__all__ = ["HostTest", "can_stop", "end", "wait_until"]
