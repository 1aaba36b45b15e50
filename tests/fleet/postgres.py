# SPDX-License-Identifier: BSD-2-Clause
"""postgres - a private PostgreSQL, its standby, pgbouncer, and a network that hangs

A server lives in a temporary folder, listens on a unix socket there and on a port
of loopback, and is ended by the process id that it was started with. PostgreSQL
does not run as root: then it is an unprivileged user's. Started once a test file:

    with Postgres() as server:
        server.make_database("fleet")
        server.query("SELECT 1", database="fleet")         -> [["1"]]
        server.conninfo(user="mx1", database="fleet")      -> for store.postgresql
"""
import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "wire"))
from ports import free_port  # noqa: E402  pylint: disable=wrong-import-position

ADMIN = "postgres"  # the superuser of the private server
SECONDS = 120       # a machine under valgrind is slow


class PostgresError(Exception):
    pass


def folder_of_programs():
    """Of the newest PostgreSQL here, or of PGBIN; None without any."""
    given = os.environ.get("PGBIN")
    if given:
        return given
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"),
                   key=lambda path: int(path.split("/")[4]))
    return found[-1] if found else None


def unprivileged():
    """Arguments for Popen: root's children become a user of no rights."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresError("no unprivileged user")


def give(path):
    """To whom the server runs as."""
    whom = unprivileged()
    if whom:
        os.chown(path, whom["user"], whom["group"])


def wait_until(what, probe, seconds=SECONDS):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = probe()
        if value:
            return value
        time.sleep(0.02)
    raise PostgresError(f"{what}: not within {seconds} s")


class Postgres:
    """Use as a context. `durable`: its commits reach the disk; `clock`: of clocks.py."""

    def __init__(self, durable=False, settings=(), clock=None):
        self.durable = durable
        self.clock = clock
        self.settings = list(settings)
        self.programs = folder_of_programs()
        self.folder = None
        self.port = None
        self.process = None
        self.others = contextlib.ExitStack()  # standbys, bouncers, proxies

    # --- life ---

    def __enter__(self):
        if self.programs is None:
            raise PostgresError("PostgreSQL is not installed")
        self.make_folder()
        try:
            self.run("initdb", "--no-sync", "-U", ADMIN, "-A", "trust", "-E", "UTF8",
                     "--locale=C", "-D", self.data)
            self.configure()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.others.close()
        self.kill()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def make_folder(self):
        self.folder = tempfile.mkdtemp(prefix="alignd-pg.")
        os.chmod(self.folder, 0o755)
        give(self.folder)
        self.port = free_port()

    @property
    def data(self):
        return os.path.join(self.folder, "data")

    @property
    def log(self):
        return os.path.join(self.folder, "log")

    def program(self, name):
        return os.path.join(self.programs, name)

    def run(self, name, *arguments):
        done = subprocess.run([self.program(name), *arguments], cwd=self.folder,
                              capture_output=True, timeout=SECONDS, check=False,
                              **unprivileged())
        if done.returncode != 0:
            raise PostgresError(f"{name}: {done.stderr.decode()}")
        return done.stdout.decode()

    def configure(self):
        lines = [f"port = {self.port}", "listen_addresses = '127.0.0.1'",
                 f"unix_socket_directories = '{self.folder}'", "max_connections = 60",
                 "shared_buffers = 64MB", "wal_level = replica", "max_wal_senders = 4",
                 "max_wal_size = 512MB", "log_min_messages = warning",
                 "timezone = UTC"]
        if not self.durable:
            lines += ["fsync = off", "full_page_writes = off"]
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write("\n".join(lines + self.settings) + "\n")

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program("postgres"), "-D", self.data], cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **(self.clock.environment() if self.clock else {})},
                **unprivileged())
        wait_until("PostgreSQL", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                raise PostgresError("PostgreSQL ended: " + file.read()[-2000:])
        return subprocess.run([self.program("pg_isready"), "-q", "-h", self.folder, "-p",
                               str(self.port)], check=False).returncode == 0

    def stop(self, how=signal.SIGINT):
        """SIGINT: what is open is rolled back; SIGQUIT: as if power had failed."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(SECONDS)
            self.process = None

    def children(self):
        with contextlib.suppress(OSError):
            path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
            with open(path, encoding="utf-8") as file:
                return [int(pid) for pid in file.read().split()]
        return []

    def kill(self):
        """kill -9 of the server and each process of it."""
        if self.process is None:
            return
        pids = self.children()
        self.process.kill()
        self.process.wait(SECONDS)
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        self.process = None
        with contextlib.suppress(OSError):
            os.remove(os.path.join(self.data, "postmaster.pid"))

    # --- asking ---

    def conninfo(self, user=ADMIN, database="postgres", port=None, tcp=False):
        host = "127.0.0.1" if tcp or port else self.folder
        return f"host={host} port={port or self.port} user={user} dbname={database}"

    def query(self, sql, user=ADMIN, database="postgres", port=None, seconds=SECONDS):
        """The rows as lists of texts; PostgresError with the server's words."""
        done = subprocess.run(
            [self.program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\x1f", "-R",
             "\x1e", "-d", self.conninfo(user, database, port)], input=sql.encode(),
            capture_output=True, timeout=seconds, check=False,
            env={**os.environ, "PGOPTIONS": ""})
        if done.returncode != 0:
            raise PostgresError(done.stderr.decode().strip())
        text = done.stdout.decode()
        return [row.split("\x1f") for row in text.rstrip("\n").split("\x1e")] if text else []

    def value(self, sql, **where):
        return self.query(sql, **where)[0][0]

    def make_database(self, name):
        """In place of one of that name."""
        self.query(f"DROP DATABASE IF EXISTS {name} (FORCE)")
        self.query(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.conninfo(database=name)

    def reload(self, *settings):
        """Adds settings that need no new start."""
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write("\n".join(settings) + "\n")
        self.process.send_signal(signal.SIGHUP)

    # --- others beside it ---

    def standby(self):
        """A streaming standby, read-only until promote()."""
        return self.others.enter_context(Standby(self))

    def bouncer(self, database):
        """pgbouncer in transaction mode before that database."""
        return self.others.enter_context(Bouncer(self, database))

    def proxy(self):
        return self.others.enter_context(Proxy(self.port))

    def save(self, name="saved"):
        """A backup, as of the end of this call; see play_back()."""
        self.run("pg_basebackup", "-h", self.folder, "-p", str(self.port), "-U", ADMIN,
                 "-D", os.path.join(self.folder, name), "-X", "stream", "-c", "fast",
                 "--no-sync")

    def play_back(self, name="saved"):
        """The server is again what save() found."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.data)
        # As the owner that it must have.
        subprocess.run(["cp", "-a", os.path.join(self.folder, name), self.data], check=True)
        self.start()


class Standby(Postgres):
    def __init__(self, primary):
        super().__init__(primary.durable, clock=primary.clock)
        self.primary = primary

    def __enter__(self):
        self.make_folder()
        try:
            self.run("pg_basebackup", "-h", self.primary.folder, "-p", str(self.primary.port),
                     "-U", ADMIN, "-D", self.data, "-X", "stream", "-c", "fast", "-R",
                     "--no-sync")
            self.configure()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def configure(self):
        super().configure()
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write("cluster_name = 'standby'\n")

    def has_caught_up(self):
        place = self.primary.value("SELECT pg_current_wal_flush_lsn()")
        return self.value(f"SELECT pg_last_wal_replay_lsn() >= '{place}'") == "t"

    def catch_up(self):
        wait_until("the standby", self.has_caught_up)

    def promote(self):
        self.run("pg_ctl", "promote", "-w", "-D", self.data)


class Bouncer:
    """pgbouncer in transaction mode."""

    def __init__(self, server, database):
        self.server = server
        self.database = database
        self.port = free_port()
        self.process = None

    def __enter__(self):
        """Another may take a port between its choice and its use: then another. One
        that runs stays: the server's own, which a test ends sooner by `with`."""
        if self.process is not None:
            return self
        for _ in range(5):
            with contextlib.suppress(PostgresError):
                self.start()
                return self
            self.__exit__()  # one that was only slow goes as well
            self.port = free_port()
        raise PostgresError("pgbouncer ended, five times")

    def start(self):
        path = os.path.join(self.server.folder, f"bouncer-{self.port}.ini")
        users = path + ".users"
        with open(users, "w", encoding="utf-8") as file:
            file.writelines(f'"{row[0]}" ""\n' for row in self.server.query(
                "SELECT rolname FROM pg_roles WHERE rolcanlogin"))
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"[databases]\n{self.database} = host={self.server.folder} "
                       f"port={self.server.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
                       f"listen_port = {self.port}\nunix_socket_dir =\nauth_type = trust\n"
                       f"auth_file = {users}\npool_mode = transaction\n"
                       "max_client_conn = 60\ndefault_pool_size = 2\n"
                       f"logfile = {path}.log\n")
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self.process = subprocess.Popen([program, path], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, **unprivileged())
        wait_until("pgbouncer", self.listens)

    def listens(self):
        if self.process.poll() is not None:
            raise PostgresError("pgbouncer ended")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def __exit__(self, *_):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(SECONDS)
            self.process = None

    def conninfo(self, user=ADMIN):
        return self.server.conninfo(user, self.database, port=self.port)


class Proxy:
    """Loopback to a port, byte for byte; freeze() makes it a network that hangs:
    nothing is refused and nothing arrives. cut() ends each connection."""

    def __init__(self, port):
        self.target = port
        self.port = None
        self.listener = None
        self.flows = threading.Event()
        self.flows.set()
        self.is_closed = False
        self.pairs = []

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.is_closed = True
        self.thaw()
        self.listener.close()
        self.cut()

    def serve(self):
        while not self.is_closed:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                continue
            self.pairs.append((client, server))
            for ends in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()

    def carry(self, source, sink):
        with contextlib.suppress(OSError):
            while True:
                data = source.recv(65536)
                self.flows.wait()
                if not data:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def freeze(self):
        self.flows.clear()

    def thaw(self):
        self.flows.set()

    def cut(self):
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
