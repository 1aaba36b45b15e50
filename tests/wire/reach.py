# SPDX-License-Identifier: BSD-2-Clause
"""reach - a program that root's tests run as another user"""
import atexit
import functools
import os
import pathlib
import shutil
import tempfile


def is_closed(path):
    """Does a folder above it let its owner alone in?"""
    return any(not folder.stat().st_mode & 0o001
               for folder in pathlib.Path(path).absolute().parents)


@functools.cache
def for_all_users(program):
    """The program, or a copy of it where others reach that; until the test ends."""
    if not is_closed(program):
        return os.path.abspath(program)
    folder = tempfile.mkdtemp(prefix="alignd-reach.")
    atexit.register(shutil.rmtree, folder)
    os.chmod(folder, 0o755)
    return shutil.copy(program, folder)
