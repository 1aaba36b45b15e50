# SPDX-License-Identifier: BSD-2-Clause
"""demo_desk - the record of a rig in a browser, until a key is pressed.

alignd-desk on a port of loopback, with a token made for this one time; it runs
as the user that the rig's alignd runs as, who may read the store.
"""
import os
import pwd
import secrets
import sys
import termios
import tty

import rig


def write_token(host, token):
    """Of its user alone, as the desk wants it."""
    path = host.write("desk.token", token + "\n")
    os.chmod(path, 0o400)
    if os.getuid() == 0:
        os.chown(path, pwd.getpwnam(host.user()).pw_uid, -1)
    return path


def command(host, config):
    program = [os.path.join(rig.TOP, "desk", "alignd-desk"), "-f", "-c", config]
    if os.getuid() != 0:
        return program
    ids = pwd.getpwnam(host.user())
    return ["setpriv", f"--reuid={ids.pw_uid}", f"--regid={ids.pw_gid}", "--clear-groups",
            *program]


def open_desk(host):
    """Starts it; returns the address, with name and token, for a browser."""
    token, port = secrets.token_hex(16), rig.free_port()
    config = host.write("desk.conf", f'listen = "inet:{port}@127.0.0.1"\n'
                        f'config = "{host.config}"\nparts = ""\n'
                        f'token_file = "{write_token(host, token)}"\n')
    desk = host.spawn("desk", *command(host, config))
    rig.wait_until("alignd-desk", 20, lambda: desk.poll() is not None
                   or "serves at" in host.log("desk"))
    if desk.poll() is not None:
        raise rig.RigError("alignd-desk did not start:\n" + host.log("desk"))
    return f"http://demo:{token}@localhost:{port}/"


def wait_for_key():
    """A key of the terminal; without one a line, or the end, of the input."""
    if not sys.stdin.isatty():
        os.read(0, 1)
        return
    before = termios.tcgetattr(0)
    try:
        tty.setcbreak(0)
        os.read(0, 1)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def show(host):
    address = open_desk(host)
    print(f"\nThe desk shows this record in a browser of this machine, until you press a key:\n"
          f"  {address}", flush=True)
    wait_for_key()
