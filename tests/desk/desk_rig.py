# SPDX-License-Identifier: BSD-2-Clause
"""desk_rig - an alignd-desk over the record of tests/tools/page_rig.py

As root the desk runs as nobody and the test plays the web server's user for the
moment in which it connects; otherwise all of them are who runs the test.
"""
import base64
import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
for part in ("tools", "wire"):
    sys.path.insert(0, os.path.join(HERE, "..", part))
from alignctl import NOW, TOP, WRAPPER  # noqa: E402
from page_rig import PageTest  # noqa: E402
from ports import free_port  # noqa: E402

PROGRAM = os.path.join(TOP, "desk", "alignd-desk")
IS_ROOT = os.geteuid() == 0
DESK_USER = "nobody" if IS_ROOT else pwd.getpwuid(os.geteuid()).pw_name
PROXY_USER = "daemon" if IS_ROOT else DESK_USER
TOKEN = "0123456789abcdefTOKEN"
WAIT_S = 60
OVERRIDE = """override "lists" { dkim = {"list.example"} action = accept owner = "ann"
  why = "members wrote" permanent = yes }
"""


def is_wrapped():
    return bool(WRAPPER)


ACTING = threading.Lock()  # a process is one user, whichever thread says so


@contextlib.contextmanager
def acting_as(user):
    """The kernel notes who connects at that moment."""
    with ACTING:
        if IS_ROOT:
            os.seteuid(pwd.getpwnam(user).pw_uid)
        try:
            yield
        finally:
            if IS_ROOT:
                os.seteuid(0)


def wait_until(condition, words="it did not happen"):
    end = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(words)
        time.sleep(0.05)


class Answer:

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.1 (\d+)", lines[0])
        self.status = int(found[1]) if found else None
        self.fields = [line.partition(": ")[::2] for line in lines[1:]]
        self.text = self.body.decode("utf-8", "replace")
        # What the page says, without its style.
        self.main = self.text[self.text.find("<main"):]

    def field(self, name):
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else None


class Desk:
    """A running alignd-desk."""

    def __init__(self, folder, settings, listen):
        self.folder = folder
        self.listen = listen
        self.config = os.path.join(folder, "desk.conf")
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f'listen = "{listen}"\n{settings}\n')
        self.log_path = os.path.join(folder, "desk.log")
        self.process = None
        self.socket_mode = None

    def command(self):
        command = WRAPPER + [PROGRAM, "-f", "-c", self.config]
        if IS_ROOT:
            ids = pwd.getpwnam(DESK_USER)
            command = ["setpriv", f"--reuid={ids.pw_uid}", f"--regid={ids.pw_gid}",
                       "--clear-groups"] + command
        return command

    def start(self):
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log,
                                            cwd="/", env={**os.environ, "TMPDIR": self.folder})
        wait_until(lambda: "serves at" in self.log() or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise AssertionError(self.log())
        if self.listen.startswith("unix:"):
            place = self.listen[len("unix:"):]
            self.socket_mode = stat.S_IMODE(os.stat(place).st_mode)
            if IS_ROOT:  # instead of a group of both users
                os.chmod(place, 0o666)
        return self

    def log(self):
        with open(self.log_path, encoding="utf-8") as file:
            return file.read()

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])

    def stop(self):
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(WAIT_S)
        self.process = None
        return status

    # -- asking ------------------------------------------------------------

    def connect(self, user=PROXY_USER):
        if self.listen.startswith("unix:"):
            sock = socket.socket(socket.AF_UNIX)
            with acting_as(user):
                sock.connect(self.listen[len("unix:"):])
        else:
            sock = socket.create_connection(("127.0.0.1", int(self.listen[5:].split("@")[0])))
        sock.settimeout(WAIT_S)
        return sock

    def send(self, data, user=PROXY_USER):
        """What comes back until the desk closes."""
        with self.connect(user) as sock:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(data)
            return self.read(sock)

    @staticmethod
    def read(sock):
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while True:
                part = sock.recv(65536)
                if not part:
                    break
                got += part
        return got

    def ask(self, target, *fields, user=PROXY_USER, name="ann", method="GET", host="desk.test"):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}"]
        if name is not None:
            lines.append(f"X-Remote-User: {name}")
        request = "\r\n".join([*lines, *fields, "", ""]).encode("latin-1")
        return Answer(self.send(request, user))


def basic(token):
    return "Authorization: Basic " + base64.b64encode(f"desk:{token}".encode()).decode()


class DeskTest(PageTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A folder that the desk's user may read, and one of its own.
        os.chmod(cls.folder, 0o755)
        os.makedirs(cls.path("run"))
        os.makedirs(cls.path("store"))
        if IS_ROOT:
            os.chown(cls.path("run"), pwd.getpwnam(DESK_USER).pw_uid, -1)

    def setUp(self):
        self.use_record()
        self.write("o.conf", OVERRIDE)
        self.write("alignd.conf",
                   f'authserv_id = "mx.example.org"\noverrides = "o.conf"\n'
                   f'dns {{ fixture = "zone" }}\nstore {{ sqlite = "{self.store}" }}\n')

    def use_record(self, name="t.db"):
        for left in os.listdir(self.path("store")):
            os.remove(self.path("store/" + left))
        self.store = self.path("store/" + name)
        shutil.copy(self.path("recorded"), self.store)
        os.chmod(self.store, 0o644)
        self.leave_log()

    def leave_log(self):
        """A writer of ours leaves what readers need; Python's takes it away."""
        status, _, err = self.run_tool("review", "confirm", "TJ4C-P8XE", "--store", self.store)
        self.assertEqual(status, 0, err)

    def settings(self, more=""):
        return (f'config = "{self.path("alignd.conf")}"\nproxy = "{PROXY_USER}"\n'
                'hosts = {"desk.test"}\nhelpdesk = {"bob", "root"}\n'
                'analysts = {"ann", "sue:partner.example"}\n' + more)

    def start(self, more="", listen=None):
        desk = Desk(self.path("run"), self.settings(more),
                    listen or f"unix:{self.path('run/desk.sock')}")
        self.addCleanup(desk.stop)
        return desk.start()

    def start_tcp(self):
        self.write("run/token", TOKEN + "\n")
        if IS_ROOT:
            os.chown(self.path("run/token"), pwd.getpwnam(DESK_USER).pw_uid, -1)
        os.chmod(self.path("run/token"), 0o400)
        desk = self.start(f'token_file = "{self.path("run/token")}"\n',
                          listen=f"inet:{free_port()}@127.0.0.1")
        os.remove(self.path("run/token"))
        return desk


__all__ = ["Answer", "Desk", "DeskTest", "DESK_USER", "IS_ROOT", "NOW", "PROXY_USER", "TOKEN",
           "basic", "free_port", "is_wrapped", "wait_until"]
