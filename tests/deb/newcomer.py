#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""newcomer - run inside a folder with a release: types the commands of a page

usage: newcomer.py ZONE ADDRESS COMMAND...

On a host whose Postfix runs and which has just installed alignd. Prints an array:
for each command what it answered, its exit status and the seconds it took. ZONE
stands for the DNS, ADDRESS is one of the host besides loopback. REF in a command
is the reference that was shown last. Process 1 is no systemd: systemctl and
journalctl are programs that do what a page asks of them.
"""
import contextlib
import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time

import host

ASKED = "/run/systemctl.test"
SYSTEMCTL = f"""#!/usr/bin/python3
import socket, sys
with socket.socket(socket.AF_UNIX) as asked:
    asked.connect("{ASKED}")
    asked.sendall(" ".join(sys.argv[1:]).encode() + b"\\n")
    sys.exit(int(asked.makefile().readline()))
"""
# All that was told before it was asked: a line of its own comes behind it.
JOURNALCTL = f"""#!/usr/bin/python3
import os, socket, time
own = f"journalctl {{os.getpid()}}"
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
    log.sendto(own.encode(), "/dev/log")
text = ""
while own not in text:
    time.sleep(0.05)
    with open("{host.LOG}", errors="replace") as file:
        text = file.read()
print(text)
"""


def add_address(address):
    """To the loopback device, the only one here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(address))
        fcntl.ioctl(probe, 0x8916, request)    # SIOCSIFADDR


def write_program(name, text):
    path = os.path.join("/usr/local/sbin", name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o755)


def reload(daemon):
    """As the unit says it; the kill of a shell, since nothing else here needs procps."""
    words = daemon.unit["ExecReload"].replace("$MAINPID", str(daemon.process.pid))
    subprocess.run(["sh", "-c", words.removeprefix("/bin/")], check=True)


def restart(daemon):
    daemon.stop()
    daemon.start()


@contextlib.contextmanager
def systemctl(daemon):
    """Answers the program systemctl."""
    verbs = {"restart alignd": restart, "reload alignd": reload}
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(ASKED)
        door.listen()

        def serve():
            while True:
                with door.accept()[0] as asked:
                    words = asked.makefile().readline().strip()
                    if not words:
                        return
                    verb = verbs.get(words)
                    if verb:
                        verb(daemon)
                    asked.sendall(b"0\n" if verb and daemon.ready else b"1\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(ASKED)
            end.sendall(b"\n")
        thread.join(10)
        os.unlink(ASKED)


def type_all(commands):
    answers, reference = [], ""
    for command in commands:
        started = time.monotonic()
        status, output = host.shell(re.sub(r"\bREF\b", reference, command))
        answers.append({"command": command, "status": status, "output": output,
                        "seconds": time.monotonic() - started})
        shown = re.search(r"\(ref ([0-9A-Z-]+)\)", output)
        reference = shown[1] if shown else reference
    return answers


def main():
    zone, address, *commands = sys.argv[1:]
    host.loopback_up()
    add_address(address)
    host.use_fixture(zone, "/etc/alignd/alignd.conf.d/90-test.conf")
    write_program("systemctl", SYSTEMCTL)
    write_program("journalctl", JOURNALCTL)
    os.chdir("/root")
    with host.postfix(), host.alignd(host.read_unit()) as daemon, systemctl(daemon):
        print(json.dumps(type_all(commands)))


main()
