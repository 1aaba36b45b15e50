# SPDX-License-Identifier: BSD-2-Clause
"""rig - a private mail host for the demo and check-mta.

nsd serves a zone on a loopback port, alignd asks it, an MTA with its own
configuration, queue and port hands its mail to alignd. Everything lives in one
temporary directory; what was started is stopped by its process id. The MTAs
are in postfix.py and sendmail.py.
"""
import contextlib
import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from client import Client

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "wire"))
from ports import free_port  # noqa: E402  pylint: disable=wrong-import-position

TOP = os.environ.get("top_builddir") or os.path.join(os.path.dirname(__file__), "..", "..")
TOP = os.path.abspath(TOP)
# nsd and Postfix lie in a folder that few users have in their path.
os.environ["PATH"] += ":/usr/sbin:/sbin"

# The recipients at rcpt.test.
MAILBOXES = ("user", "quarantine")


class RigError(Exception):
    pass


def adopt_orphans():
    """What daemons leave behind becomes ours to wait for, not init's."""
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def bury_orphans(seconds=5):
    """Waits for adopted children that are on their way out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.02)
        except ChildProcessError:
            return


def wait_until(what, seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = probe()
        if value:
            return value
        time.sleep(0.02)
    raise RigError(f"{what}: not within {seconds} s")


def can_connect(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def udp_answers(port):
    """One DNS question for the root's SOA; any answer will do."""
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        probe.sendto(question, ("127.0.0.1", port))
        try:
            return probe.recv(512)[:2] == b"\x12\x34"
        except OSError:
            return False


class Signer:
    """DKIM keys made for this run, and signatures by them."""

    def __init__(self):
        tool = os.path.join(TOP, "tests", "tools", "dkim-tool")
        self.tool = subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     start_new_session=True)

    def ask(self, command, data=b""):
        self.tool.stdin.write(command.encode() + b"\n" + data)
        self.tool.stdin.flush()
        length = self.tool.stdout.readline()
        if not length:
            raise RigError("dkim-tool ended")
        return self.tool.stdout.read(int(length))

    def new_key(self, name, algorithm, bits=2048):
        """Makes a key; returns the text of its record."""
        return self.ask(f"key {name} {algorithm} {bits}").decode()

    def sign(self, name, domain, selector, message, tags=""):
        """The message with its signature on top; `tags` such as "t=1; x=2"."""
        return self.ask(f"sign {name} {domain} {selector} {len(message)} {tags}", message) + message

    def seal(self, name, domain, selector, message):
        """The message with a first ARC Set on top."""
        return self.ask(f"seal {name} {domain} {selector} {len(message)}", message) + message

    def cover(self, length):
        """The next signature has that l=."""
        self.tool.stdin.write(f"covered {length}\n".encode())

    def close(self):
        self.tool.stdin.close()
        self.tool.wait(10)
        self.tool.stdout.close()


class Rig:
    """Use as a context: what it started is gone at the end, and its files."""

    can_xclient = False
    listen = None  # where alignd does; else milter_port on 127.0.0.1

    def __init__(self, zone):
        self.zone = zone
        self.folder = None
        self.processes = []
        self.alignd = None

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="alignd-rig.")
        os.chmod(self.folder, 0o755)
        try:
            self.milter_port = free_port()
            self.smtp_port = free_port()
            self.start_dns()
            self.start_alignd()
            self.make_mailboxes()
            self.start_mta()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o644)
        return path

    # -- processes ---------------------------------------------------------

    def spawn(self, name, *command, **options):
        """A child in a process group of its own: Ctrl-C is for us to act on."""
        with open(self.path(name + ".log"), "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       cwd=self.folder, start_new_session=True, **options)
        self.processes.append(process)
        return process

    def end(self, process, seconds=30):
        """Stops it; returns its exit status, negative for a signal."""
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.processes.remove(process)
        return process.returncode

    def log(self, name):
        with open(self.path(name + ".log"), errors="replace") as file:
            return file.read()

    def wait_log(self, name, text, offset=0, seconds=10):
        """The line of a log that holds the text."""
        return wait_until(f"{text!r} in the log of {name}", seconds, lambda: next(
            (line for line in self.log(name)[offset:].splitlines() if text in line), None))

    # -- DNS ---------------------------------------------------------------

    def choose_dns(self):
        """The port at 127.0.0.1, and all places that nsd listens at."""
        port = free_port()
        return port, [f"127.0.0.1@{port}"]

    def start_dns(self):
        """broken.test has no zone file: all its names answer SERVFAIL."""
        self.dns_port, places = self.choose_dns()
        addresses = "".join(f"    ip-address: {place}\n" for place in places)
        self.write("zone/root.zone", "$ORIGIN .\n$TTL 60\n"
                   ". SOA ns. hostmaster. 1 3600 600 86400 60\n. NS ns.\nns. A 127.0.0.1\n"
                   + self.zone)
        config = self.write("nsd.conf", f"""
server:
{addresses}    username: ""
    chroot: ""
    zonesdir: "{self.path('zone')}"
    database: ""
    pidfile: ""
    xfrdfile: "{self.path('xfrd.state')}"
    zonelistfile: "{self.path('zone.list')}"
    xfrdir: "{self.folder}"
    hide-version: yes
    server-count: 1
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "root.zone"
zone:
    name: "broken.test"
    zonefile: "absent.zone"
""")
        self.nsd = self.spawn("nsd", "nsd", "-d", "-c", config)
        wait_until("nsd", 10, lambda: self.nsd.poll() is not None or udp_answers(self.dns_port))
        if self.nsd.poll() is not None:
            raise RigError("nsd did not start:\n" + self.log("nsd"))

    @contextlib.contextmanager
    def silent_dns(self):
        """Meanwhile every question to the name server stays unanswered."""
        os.killpg(self.nsd.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.nsd.pid, signal.SIGCONT)

    # -- alignd ------------------------------------------------------------

    def configure(self, settings="", dns="", trust="networks = {}", has_store=True):
        """Writes alignd's configuration."""
        self.config = self.write("alignd.conf", f"""
authserv_id = "mx.rig.test"
listen = "{self.listen or f'inet:{self.milter_port}@127.0.0.1'}"
user = "{self.user()}"
dns {{ servers = {{"127.0.0.1@{self.dns_port}"}} {dns} }}
trust {{ {trust} }}
store {{ sqlite = "{self.path('state', 'alignd.db') if has_store else ''}" }}
log {{ target = stderr }}
{settings}
""")

    def clear_state(self):
        """An empty folder for the store."""
        shutil.rmtree(self.path("state"), ignore_errors=True)
        os.makedirs(self.path("state"))
        if os.getuid() == 0:
            shutil.chown(self.path("state"), self.user())

    def start_alignd(self, settings="", is_fresh=True, environment=None, **sections):
        """An alignd, with an empty store when it is to be fresh."""
        self.configure(settings, **sections)
        if is_fresh:
            self.clear_state()
        daemon = os.path.join(TOP, "milter", "alignd")
        offset = len(self.log("alignd")) if os.path.exists(self.path("alignd.log")) else 0
        self.alignd = self.spawn("alignd", daemon, "-f", "-c", self.config,
                                 env={**os.environ, **(environment or {})})
        wait_until("alignd", 20, lambda: self.alignd.poll() is not None
                   or "listens at" in self.log("alignd")[offset:])
        if self.alignd.poll() is not None:
            raise RigError("alignd did not start:\n" + self.log("alignd"))

    def stop_alignd(self):
        """Returns its exit status."""
        process, self.alignd = self.alignd, None
        return self.end(process)

    @staticmethod
    def user():
        """Whom a daemon started by root becomes."""
        return "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    def run_alignctl(self, *arguments, environment=None):
        """However it ends."""
        return subprocess.run([os.path.join(TOP, "tools", "alignctl"), "--config", self.config,
                               *arguments], capture_output=True, text=True,
                              env={**os.environ, **(environment or {})})

    def alignctl(self, *arguments):
        done = self.run_alignctl(*arguments)
        if done.returncode != 0:
            raise RigError(f"alignctl {arguments[0]}: {done.stderr}")
        return done.stdout

    # -- mail --------------------------------------------------------------

    def client(self, ip=None, **options):
        return Client(self.smtp_port, ip if self.can_xclient else None, **options)

    def send(self, message, ip, mail_from="", rcpt="user@rcpt.test", options="", **client):
        """One message in a session of its own; returns the last reply."""
        with self.client(ip, **client) as session:
            return session.deliver(message, mail_from, rcpt, options)

    def make_mailboxes(self):
        os.makedirs(self.path("mail"))
        shutil.chown(self.path("mail"), "nobody", "nogroup")

    def messages(self, mailbox="user"):
        """What lies in a mailbox, as bytes."""
        found = []
        for path in glob.glob(self.path("mail", mailbox, "new", "*")):
            with open(path, "rb") as file:
                found.append(file.read())
        return found

    def has(self, marker, mailbox="user"):
        """Does a mailbox hold the message with the marker now?"""
        return any(marker.encode() in text for text in self.messages(mailbox))

    def delivered(self, marker, mailbox="user", seconds=20):
        """The delivered message that holds the marker, as text."""
        text = wait_until(f"delivery of {marker}", seconds, lambda: next(
            (text for text in self.messages(mailbox) if marker.encode() in text), None))
        return text.decode(errors="replace").replace("\r\n", "\n")

    # -- the end -----------------------------------------------------------

    def stop(self):
        """Undoes it all, also when only half of it was started."""
        try:
            self.stop_mta()
        finally:
            for process in reversed(self.processes.copy()):
                self.end(process)
            if os.environ.get("RIG_KEEP"):
                print("kept:", self.folder)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)

    def start_mta(self):
        raise NotImplementedError

    def stop_mta(self):
        raise NotImplementedError

    def held(self):
        """Queue ids of what the MTA holds back."""
        raise NotImplementedError
