# SPDX-License-Identifier: BSD-2-Clause
"""fleet_rig - a test file's PostgreSQL, and fleet-tool on it"""
import os
import subprocess
import sys
import unittest

from postgres import Postgres, folder_of_programs

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
TOOL = os.path.join(TOP, "tests", "fleet", "fleet-tool")


class Tool:
    """fleet-tool: commands in, lines out."""

    def __init__(self, conninfo=None, wait_ms=30000):
        self.process = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if conninfo is not None:
            done = self.connect(conninfo, wait_ms)
            if done != "done":
                raise RuntimeError(done)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(30)

    def ask(self, command):
        """The lines of the answer."""
        self.process.stdin.write(" ".join(command.split("\n")).encode() + b"\n")
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline().decode()
            if not line:
                raise RuntimeError(f"fleet-tool ended at {command!r}")
            if line == ".\n":
                return lines
            lines.append(line.rstrip("\n"))

    def connect(self, conninfo, wait_ms=30000):
        return self.ask(f"connect {wait_ms} {conninfo}")[0]


class FleetTest(unittest.TestCase):
    """One PostgreSQL a class, `server`."""

    @classmethod
    def make_server(cls):
        return Postgres()

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClass(cls.make_server())

    @classmethod
    def enterClass(cls, context):  # of Python 3.11, and before it
        value = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        return value

    def tool(self, conninfo=None, wait_ms=30000):
        tool = Tool(conninfo, wait_ms)
        self.addCleanup(tool.__exit__)
        return tool


def main():
    if folder_of_programs() is None:
        print("skipped: PostgreSQL is not installed (Debian: postgresql)")
        sys.exit(77)
    unittest.main()
