# SPDX-License-Identifier: BSD-2-Clause
"""A port to name before it is bound.

The kernel gives clients and sockets bound to port 0 a number of one range; a
port of that range is anybody's the moment it is let go, and one taken there
for UDP may be a client's for TCP. So ours lie below it, free for both.
"""
import contextlib
import random
import socket

LOWEST = 10000
CLIENTS = 32768  # net.ipv4.ip_local_port_range begins there


def is_free(port):
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            probe = stack.enter_context(socket.socket(socket.AF_INET, kind))
            probe.bind(("127.0.0.1", port))
        return True
    return False


def free_port():
    """Still free when a daemon that was stopped wants it again."""
    while True:
        port = random.randrange(LOWEST, CLIENTS)
        if is_free(port):
            return port
