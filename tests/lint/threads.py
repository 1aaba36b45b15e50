# SPDX-License-Identifier: BSD-2-Clause
"""threads - the table of threads in ARCHITECTURE against what starts them"""
import re

DOCUMENT = "docs/ARCHITECTURE.md"
STARTS = re.compile(r"\b(pthread_create|MHD_start_daemon|ub_ctx_async|smfi_main)\s*\(")


def table(tree):
    """[(line, file)] of the second column."""
    lines = tree.read(DOCUMENT).splitlines()
    start = lines.index("| thread | where | does |") + 2
    for number, line in enumerate(lines[start:], start + 1):
        if not line.startswith("|"):
            return
        for path in re.findall(r"`([^`]+)`", line.split("|")[2]):
            yield number, path


def threads(tree):
    starters = {path: text[:match.start()].count("\n") + 1
                for path, text in tree.code.items() if not path.startswith("tools/")
                if (match := STARTS.search(text))}
    told = list(table(tree))
    for path in sorted(set(starters) - {path for _, path in told}):
        yield path, starters[path], f"starts a thread that the table in {DOCUMENT} lacks"
    for number, path in told:
        if path not in starters:
            yield DOCUMENT, number, f"{path} starts no thread"


CHECKS = {"threads": threads}
