# SPDX-License-Identifier: BSD-2-Clause
"""daemon - one alignd for one test, in a folder of its own

It runs in the foreground as the user who runs the tests (root's becomes
"nobody"), answers from a zone file, and is ended by its process id.
"""
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from milter_client import MilterClient
from ports import free_port

TOP = os.environ.get("top_builddir", ".")
PROGRAM = os.path.abspath(os.path.join(TOP, "milter", "alignd"))
IP = "203.0.113.5"

ZONE = """$ORIGIN .
$TTL 300
pass.test.             TXT "v=spf1 ip4:203.0.113.5 -all"
_dmarc.pass.test.      TXT "v=DMARC1; p=reject"
_dmarc.reject.test.    TXT "v=DMARC1; p=reject"
_dmarc.quarantine.test. TXT "v=DMARC1; p=quarantine"
_dmarc.none.test.      TXT "v=DMARC1; p=none"
s1._domainkey.pass.test. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
;!FAIL _dmarc.broken.test TXT SERVFAIL
"""


def wait_until(what, condition, seconds=20, pause_s=0.02):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause_s)


class Daemon:
    """`settings` is put into the file; `policy` into its section."""

    def __init__(self, settings="", policy="", is_unix=False, zone=ZONE,
                 dns=None, store=""):
        self.folder = tempfile.mkdtemp(prefix="alignd-wire.")
        os.chmod(self.folder, 0o755)
        self.state = os.path.join(self.folder, "state")
        os.mkdir(self.state)
        self.user = "root"
        if os.geteuid() == 0:
            self.user = "nobody"
            shutil.chown(self.state, self.user)
        self.database = os.path.join(self.state, "alignd.db")
        self.config = os.path.join(self.folder, "alignd.conf")
        self.zone = os.path.join(self.folder, "zone")
        with open(self.zone, "w", encoding="ascii") as file:
            file.write(zone)
        port = free_port()
        self.address = ("127.0.0.1", port)
        self.listen = f"inet:{port}@127.0.0.1"
        if is_unix:
            self.address = os.path.join(self.state, "sock")
            self.listen = f"unix:{self.address}"
        self.store = store
        self.dns = dns or f'fixture = "{self.zone}"'
        self.log_path = os.path.join(self.folder, "log")
        self.process = None
        self.write_config(settings, policy)

    def write_config(self, settings="", policy=""):
        with open(self.config, "w", encoding="ascii") as file:
            file.write(f"""authserv_id = "mx.test"
listen = "{self.listen}"
user = "{self.user}"
dns {{ {self.dns} }}
store {{ sqlite = "{self.database}" {self.store} }}
log {{ target = stderr }}
policy {{ {policy} }}
{settings}
""")

    def drop_in(self, name, text):
        folder = self.config + ".d"
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text + "\n")

    # -- life --------------------------------------------------------------

    def start(self):
        wrapper = shlex.split(os.environ.get("ALIGND_WRAPPER", ""))
        # What an earlier start of this daemon said is past.
        with open(self.log_path, "wb") as log:
            self.process = self.spawn(
                [*wrapper, PROGRAM, "-f", "-c", self.config], log)
        wait_until("alignd listens", self.has_settled, 60)
        if self.process.poll() is not None:
            raise AssertionError("alignd did not start:\n" + self.log())
        return self

    def spawn(self, command, log):
        return subprocess.Popen(command, stdout=log, stderr=log,
                                stdin=subprocess.DEVNULL)

    def has_settled(self):
        return self.process.poll() is not None or "listens at" in self.log()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind=None, *_):
        if kind is not None:
            print("alignd's log:\n" + self.log(), file=sys.stderr)
        try:
            if self.process is not None:
                self.stop()
        finally:
            self.remove()

    def stop(self):
        """A clean end, or the test fails: sanitizers speak at exit."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("alignd does not stop:\n" + self.log())
        if status != 0:
            raise AssertionError(f"alignd ended with {status}:\n" + self.log())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def remove(self):
        shutil.rmtree(self.folder)

    def signal(self, number):
        self.process.send_signal(number)

    def is_alive(self):
        return self.process.poll() is None

    # -- looking -----------------------------------------------------------

    def log(self):
        with open(self.log_path, encoding="ascii") as file:
            return file.read()

    def log_line(self, queue_id):
        lines = [line for line in self.log().splitlines()
                 if line.startswith(f"alignd: {queue_id} ")]
        if len(lines) != 1:
            raise AssertionError(f"{len(lines)} lines for {queue_id}:\n"
                                 + self.log())
        return lines[0]

    def wait_log(self, text, count=1, seconds=20):
        wait_until(f"{count} x {text!r} in the log",
                   lambda: self.log().count(text) >= count, seconds)

    def query(self, sql):
        with sqlite3.connect(f"file:{self.database}", uri=True) as base:
            rows = base.execute(sql).fetchall()
        base.close()
        return rows

    def client(self, **offers):
        return MilterClient(self.address, **offers)

    def session(self, ip=IP, **offers):
        """A client that has said hello."""
        return self.client(**offers).connect(ip).helo()
