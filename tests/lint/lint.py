#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""lint - shows the shape of the code, refuses what breaks trust.

usage: lint.py [--top DIR] [CHECK...]     (no CHECK: all of them)

What is shown (shape.py, arrows.py) never fails. What is refused (refusals.py,
modules.py, threads.py) is printed place by place and makes the exit status 1. A check is a
function of its file's concern and a word in the CHECKS there.
"""
import argparse, sys

import arrows, modules, refusals, shape, threads
from tree import Tree

SHOWN = shape.CHECKS | arrows.CHECKS
REFUSED = {**refusals.CHECKS, **modules.CHECKS, **threads.CHECKS}


def refuse(tree, name, find):
    places = list(find(tree))
    for path, number, words in places:
        print(f"{path}:{number}: {words}")
    print(f"{name}: {len(places)} refused in {len(tree.raw)} files")
    return len(places)


def main():
    parser = argparse.ArgumentParser(usage="lint.py [--top DIR] [CHECK...]")
    parser.add_argument("--top", default=".")
    parser.add_argument("checks", nargs="*", metavar="CHECK")
    options = parser.parse_args()
    unknown = set(options.checks) - set(SHOWN) - set(REFUSED)
    if unknown:
        parser.error(f"no such check: {' '.join(sorted(unknown))} "
                     f"(there are: {' '.join([*SHOWN, *REFUSED])})")
    wanted = options.checks or [*SHOWN, *REFUSED]
    tree = Tree(options.top)
    for name, show in SHOWN.items():
        if name in wanted:
            show(tree)
    refused = sum(refuse(tree, name, find) for name, find in REFUSED.items()
                  if name in wanted)
    return 1 if refused else 0


sys.exit(main())
