#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""differ - alignd's DKIM and SPF beside dkimpy's and pyspf's

Makes a few thousand cases, the same in every run, and lets both judge them.
Every disagreement must be one that known.txt explains. DIFFER_SEED and
DIFFER_SCALE make other and more cases; DIFFER_SHOW=N prints N of the
unexplained ones whole.
"""
import os
import random
import re
import subprocess
import sys

SKIP = 77
HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("top_builddir", ".")

try:
    import differ_dkim
    import differ_spf
except ImportError as e:
    print("SKIP: needs Debian's python3-dkim, python3-nacl and python3-spf "
          "(%s)" % e)
    sys.exit(SKIP)


class Known:
    """A line "KIND | LABEL | ALIGND | OTHER | REASON" of regular expressions;
    LABEL may be anywhere in the case's, the answers must match whole."""

    def __init__(self, line):
        parts = [part.strip() for part in line.split(" | ", 4)]
        self.kind, self.label, self.ours, self.theirs, self.reason = parts
        self.count = 0

    def matches(self, kind, label, ours, theirs):
        return (kind == self.kind and re.search(self.label, label)
                and re.fullmatch(self.ours, ours)
                and re.fullmatch(self.theirs, theirs))


def read_known():
    with open(os.path.join(HERE, "known.txt"), encoding="utf-8") as f:
        return [Known(line) for line in f
                if line.strip() and not line.startswith("#")]


def drive(requests):
    """alignd's answers, one line for each request."""
    wrapper = os.environ.get("ALIGND_WRAPPER", "").split()
    driver = os.path.join(BUILD, "tests/differ/differ-driver")
    done = subprocess.run(wrapper + [driver], input=b"".join(requests),
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode("utf-8").splitlines()
    if len(answers) != len(requests):
        sys.exit("%d answers for %d cases" % (len(answers), len(requests)))
    return answers


def dkim_cases(rng, scale):
    requests, others = [], []
    tool = os.path.join(BUILD, "tests/tools/dkim-tool")
    for label, zone, message, theirs in differ_dkim.cases(
            rng, int(1000 * scale), tool):
        zone = zone.encode()
        requests.append(b"dkim %d %d %d\n" % (differ_dkim.NOW, len(zone),
                                              len(message)) + zone + message)
        others.append((label, theirs, message.decode("utf-8", "replace")))
    return requests, others


def spf_cases(rng, scale):
    requests, others = [], []
    for label, client, sender, helo, zone, theirs in differ_spf.cases(
            rng, int(6000 * scale)):
        zone = zone.encode("utf-8")
        requests.append(b"spf %s %d %d %d\n" % (client.encode(), len(sender),
                                                len(helo), len(zone))
                        + sender.encode() + helo.encode() + zone)
        others.append((label, theirs, zone.decode("utf-8")))
    return requests, others


def agrees(kind, ours, theirs):
    word = ours.split(" ", 1)[0]
    if kind == "dkim":  # what dkimpy's errors would be called is not said
        return (word == "pass") == (theirs == "pass")
    return word == theirs.split(" ", 1)[0]


def compare(kind, requests, others, known):
    """Returns how many disagreements nothing explains."""
    show = int(os.environ.get("DIFFER_SHOW", "0"))
    agreed = explained = unknown = 0
    for ours, (label, theirs, whole) in zip(drive(requests), others):
        if agrees(kind, ours, theirs):
            agreed += 1
            continue
        lines = [k for k in known if k.matches(kind, label, ours, theirs)]
        if lines:
            lines[0].count += 1
            explained += 1
            continue
        unknown += 1
        if unknown <= 20:
            print("NEW %s: %s\n  alignd: %s\n  other:  %s"
                  % (kind, label[:1000], ours, theirs))
        if unknown <= show:
            print(whole)
    print("%s: %d cases, %d agree, %d differ as known.txt explains, %d new"
          % (kind, len(requests), agreed, explained, unknown))
    return unknown


def main():
    # valgrind needs thirty times as long
    usual = "0.1" if os.environ.get("ALIGND_WRAPPER") else "1"
    scale = float(os.environ.get("DIFFER_SCALE", usual))
    seed = int(os.environ.get("DIFFER_SEED", "1"))
    known = read_known()
    failures = 0
    for kind, make in (("dkim", dkim_cases), ("spf", spf_cases)):
        requests, others = make(random.Random(seed), scale)
        failures += compare(kind, requests, others, known)
    for k in known:
        if k.count == 0:
            print("not met in this run: %s | %s | %s | %s" % (
                k.kind, k.label, k.ours, k.theirs))
    sys.exit(1 if failures else 0)


main()
