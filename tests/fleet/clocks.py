# SPDX-License-Identifier: BSD-2-Clause
"""clocks - one clock for PostgreSQL, a daemon and its forwarder, that a test moves

Programs that are started with a clock's environment live as many seconds later as
it says, also while they run. None is to be had beside a sanitizer's allocator, or
where clock_shift.so was not built.
"""
import os
import shutil
import struct
import tempfile
import time
import unittest

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
LIBRARY = os.path.join(TOP, "tests", "mta", "clock_shift.so")
HOUR = 3600


class Clock:
    """Use as a context; right until set()."""

    def __init__(self):
        self.folder = None
        self.ahead_s = 0

    def __enter__(self):
        if not os.path.exists(LIBRARY):
            raise unittest.SkipTest("clock_shift.so is not built here")
        self.folder = tempfile.mkdtemp(prefix="alignd-clock.")
        os.chmod(self.folder, 0o755)  # programs of several users look at it
        shutil.copy(LIBRARY, self.folder)
        self.set(0)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def set(self, ahead_s):
        """So many seconds from the right time, for all that go by it."""
        self.ahead_s = ahead_s
        mode = "r+b" if os.path.exists(self.path("shift")) else "wb"
        with open(self.path("shift"), mode) as file:
            file.write(struct.pack("=q", ahead_s))

    def now_s(self):
        return int(time.time()) + self.ahead_s

    def environment(self):
        return {"LD_PRELOAD": self.path("clock_shift.so"),
                "CLOCK_SHIFT_FILE": self.path("shift")}
