#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""compare - two runs of the bench, figure by figure

usage: compare.py OLD NEW

OLD and NEW are files that `make bench BENCH_JSON=FILE` has written. Prints
every figure that both have, and NEW over OLD; figures of one run alone are
named at the end. Compare ratios of one run with ratios of the other first:
machines drift by more than most changes gain.
"""
import json
import sys


def figures(value, path=""):
    """"warm.alignd.cpu_us" -> 414.0, for every number in the document"""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return
    if isinstance(value, (int, float)):
        yield path, float(value)
        return
    rows = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in rows:
        yield from figures(child, f"{path}.{key}" if path else str(key))


def read(path):
    try:
        with open(path) as file:
            return dict(figures(json.load(file)))
    except (OSError, ValueError) as error:
        sys.exit(f"compare: {path}: {error}")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compare.py OLD NEW")
    old, new = map(read, sys.argv[1:])
    both = [name for name in old if name in new]
    width = max(map(len, both), default=0)
    for name in both:
        over = f"{new[name] / old[name]:8.3f}" if old[name] else "       -"
        print(f"{name:{width}s}  {old[name]:12.3f} {new[name]:12.3f} {over}")
    for path, own, other in ((sys.argv[1], old, new), (sys.argv[2], new, old)):
        alone = [name for name in own if name not in other]
        if alone:
            print(f"only in {path}: {' '.join(alone)}")


main()
