#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""host - run inside a folder with a release: mail through what is installed there

usage: host.py FIXTURE|- [COMMAND]     prints one JSON object

Its Postfix and its alignd are started, mail is sent, both are stopped. Process 1
here is no systemd: alignd is started with what the installed unit says of user,
groups, umask, folders and command, and told of its being ready by the socket
that systemd would give it. FIXTURE are the lines of a zone that stand for the
DNS; with "-" alignd has the configuration that the package brought, and no DNS
answers. COMMAND is run for the shell once alignd is ready, before Postfix is
started.
"""
import contextlib
import fcntl
import grp
import json
import os
import pwd
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

from client import Client

UNIT = "/lib/systemd/system/alignd.service"
SPOOFER, SENDER = "203.0.113.66", "192.0.2.10"
LOG = "/var/log/alignd.test"
NOTIFY = "/run/notify.test"


def loopback_up():
    """A network of one's own has its loopback down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        name = struct.pack("16sh", b"lo", 0x1 | 0x40)   # IFF_UP, IFF_RUNNING
        fcntl.ioctl(probe, 0x8914, name)                # SIOCSIFFLAGS


def wait_until(what, seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = probe()
        if value:
            return value
        time.sleep(0.05)
    raise SystemExit(f"{what}: not within {seconds} s")


# --- alignd, as its unit has it ----------------------------------------------

def read_unit(path=UNIT):
    """The [Service] section; the last of several values counts."""
    service, here = {}, False
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = line.strip()
            if line.startswith("["):
                here = line == "[Service]"
            elif here and "=" in line and not line.startswith("#"):
                key, value = line.split("=", 1)
                service[key] = value
    return service


def groups_of(unit):
    """What systemd gives besides Group: the user's own, and the unit's."""
    user = unit["User"]
    own = [group.gr_gid for group in grp.getgrall() if user in group.gr_mem]
    named = [grp.getgrnam(name).gr_gid for name in unit.get("SupplementaryGroups", "").split()]
    return sorted({grp.getgrnam(unit["Group"]).gr_gid, *own, *named})


def make_folders(unit):
    for kind, parent in (("State", "/var/lib"), ("Runtime", "/run")):
        path = os.path.join(parent, unit[f"{kind}Directory"])
        os.makedirs(path, exist_ok=True)
        shutil.chown(path, unit["User"], unit["Group"])
        os.chmod(path, int(unit[f"{kind}DirectoryMode"], 8))


def as_unit(unit, command):
    """The words that become the unit's user, and then the command."""
    return ["setpriv", "--reuid", str(pwd.getpwnam(unit["User"]).pw_uid),
            "--regid", str(grp.getgrnam(unit["Group"]).gr_gid),
            "--groups", ",".join(map(str, groups_of(unit))),
            "--no-new-privs", "--bounding-set", "-all", "--inh-caps", "-all", *command.split()]


@contextlib.contextmanager
def syslog(log):
    """Takes the place of the daemon that has the log; each line goes to `log`."""
    place = "/dev/log"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(place)
        os.chmod(place, 0o666)

        def copy():
            while line := told.recv(8192):
                log.write(line + b"\n")
                log.flush()

        thread = threading.Thread(target=copy, daemon=True)
        thread.start()
        try:
            yield
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"", place)    # nothing: no line is empty
            thread.join(10)
            os.unlink(place)


@contextlib.contextmanager
def notified():
    """The socket that systemd would give a service to say that it is ready."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(NOTIFY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(NOTIFY)
        os.chmod(NOTIFY, 0o666)
        told.settimeout(30)
        yield told


class Daemon:
    """alignd, as often as it is started."""

    def __init__(self, unit, log, told):
        self.unit, self.told, self.process = unit, told, None
        self.ready = None    # what it told once it was
        self.options = {"stdout": log, "stderr": log, "umask": int(unit["UMask"], 8), "cwd": "/"}

    def start(self):
        make_folders(self.unit)
        subprocess.run(as_unit(self.unit, self.unit["ExecStartPre"]), check=False, **self.options)
        self.process = subprocess.Popen(as_unit(self.unit, self.unit["ExecStart"]),
                                        env={**os.environ, "NOTIFY_SOCKET": NOTIFY},
                                        **self.options)
        self.ready = self.wait_ready()

    def wait_ready(self):
        """The words among which that was; None once it has ended."""
        while self.process.poll() is None:
            with contextlib.suppress(TimeoutError):
                words = self.told.recv(4096).decode()
                if "READY=1" in words:
                    return words
        return None

    def stop(self):
        self.process.terminate()
        self.process.wait(60)


@contextlib.contextmanager
def alignd(unit):
    """Yields it once it is ready."""
    with open(LOG, "wb") as log, syslog(log), notified() as told:
        daemon = Daemon(unit, log, told)
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.stop()


# --- Postfix -----------------------------------------------------------------

@contextlib.contextmanager
def postfix():
    """As Debian sets it up; XCLIENT plays the clients elsewhere."""
    subprocess.run(["postconf", "-e", "smtpd_authorized_xclient_hosts = 127.0.0.1",
                    "maillog_file = /var/log/mail.log", "mydestination = mx.rig.test",
                    "myhostname = mx.rig.test", "smtpd_peername_lookup = no"], check=True)
    subprocess.run(["postfix", "start"], check=True, stdout=sys.stderr)
    try:
        wait_until("Postfix", 20, answers)
        yield
    finally:
        subprocess.run(["postfix", "stop"], check=False, stdout=sys.stderr)


def answers():
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", 25)) == 0


def send(ip, mail_from, marker):
    text = (f"From: ceo@example.test\r\nTo: user@mx.rig.test\r\nSubject: {marker}\r\n"
            f"Message-ID: <{marker}@test>\r\nDate: Mon, 30 Nov 2026 09:00:00 +0000\r\n\r\nHi.\r\n")
    with Client(25, ip) as session:
        return session.deliver(text.encode(), mail_from, "user@mx.rig.test")


def delivered(marker):
    def look():
        with contextlib.suppress(FileNotFoundError), open("/var/mail/user") as file:
            text = file.read()
            return text if marker in text else None
    return wait_until("delivery of " + marker, 20, look)


def send_both():
    """What a spoof and a genuine message met."""
    spoof = send(SPOOFER, "x@spoofer.test", f"spoof-{os.getpid()}")
    marker = f"genuine-{time.time_ns()}"
    genuine = send(SENDER, "ceo@example.test", marker)
    field = None
    if genuine[0] == 250:
        head = delivered(marker).split(f"Subject: {marker}")[0].rsplit("\nFrom ", 1)[-1]
        field = re.findall(r"^Authentication-Results: (.*(?:\n[ \t].*)*)", head, flags=re.M)
    return {"spoof": spoof, "genuine": genuine, "fields": field}


# --- --------------------------------------------------------------------------

def alignctl(*words):
    return subprocess.run(["alignctl", *words], capture_output=True, text=True, check=False).stdout


def shell(words):
    """Status and output."""
    done = subprocess.run(["sh", "-c", words + " 2>&1"], stdout=subprocess.PIPE, text=True,
                          check=False)
    return done.returncode, done.stdout


def use_fixture(lines, settings="/etc/alignd/alignd.conf"):
    """The zone, by the setting dns.fixture, in a file of its own."""
    with open("/etc/alignd/test.zone", "w", encoding="utf-8") as file:
        file.write(lines)
    with open(settings, "a", encoding="utf-8") as file:
        file.write('dns { fixture = "/etc/alignd/test.zone" }\n')


def main():
    loopback_up()
    if sys.argv[1] != "-":
        use_fixture(sys.argv[1])
    subprocess.run(["useradd", "-m", "user"], check=False, stderr=subprocess.DEVNULL)
    unit = read_unit()
    answer = {}
    with alignd(unit) as daemon:
        if len(sys.argv) > 2:
            answer["command"] = shell(sys.argv[2])
        with postfix():
            answer.update(ready=daemon.ready, **send_both())
        answer["review"] = [json.loads(line) for line in
                            alignctl("review", "--json").splitlines()]
        answer["doctor"] = alignctl("doctor")
    with open(LOG, encoding="utf-8", errors="replace") as file:
        answer["log"] = file.read()
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
