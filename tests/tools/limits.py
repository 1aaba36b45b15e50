# SPDX-License-Identifier: BSD-2-Clause
"""limits - the figures of lib/base/limits.h, for tests at a bound"""
import os
import re

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")


def values():
    """{name: its value} of those that are plain arithmetic."""
    with open(os.path.join(TOP, "lib/base/limits.h"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    found = {}
    for name, rest in re.findall(r"^#define (LIMIT_\w+) +(.+?) *$", text, re.M):
        rest = re.sub(r"\(size_t\)|(?<=\d)L\b", "", rest)
        rest = re.sub(r"LIMIT_\w+", lambda match: str(found.get(match[0], "?")), rest)
        if re.fullmatch(r"[\d\s()*+<-]+", rest):
            found[name] = eval(rest)  # pylint: disable=eval-used
    return found


LIMITS = values()
