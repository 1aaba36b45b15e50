#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""differ - alignd's DKIM and SPF beside those of four others

Makes a few thousand cases, the same in every run, and lets alignd, dkimpy and
libopendkim judge the messages, and alignd, pyspf and libspf2 the SPF worlds.
Every disagreement with alignd must be one that known.txt explains. DIFFER_SEED and
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


def drive_some(requests, engine):
    """What one process answers, and how it ended: 0, or -SIGNAL."""
    wrapper = os.environ.get("ALIGND_WRAPPER", "").split()
    driver = os.path.join(BUILD, "tests/differ/differ-driver")
    done = subprocess.run(
        wrapper + [driver], input=b"".join(requests), stdout=subprocess.PIPE,
        check=False, env=dict(os.environ, ALIGND_ENGINE=engine))
    return done.stdout.decode("utf-8").splitlines(), done.returncode


def drive(requests, engine):
    """One line for each request. A library that dies at one has that for its
    answer, and another process takes up the rest; alignd must not die."""
    answers = []
    while len(answers) < len(requests):
        more, status = drive_some(requests[len(answers):], engine)
        answers += more
        if len(answers) < len(requests):
            if engine == "alignd" or status >= 0:
                sys.exit("%s: %d answers for %d cases, status %d" % (
                    engine, len(answers), len(requests), status))
            answers.append("ended by signal %d" % -status)
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
    word, other = ours.split(" ", 1)[0], theirs.split(" ", 1)[0]
    if kind.startswith("dkim"):  # the words for a failure are each one's own
        return (word == "pass") == (other == "pass")
    return word == other


def compare(kind, answers, others, known):
    """Returns how many disagreements nothing explains."""
    show = int(os.environ.get("DIFFER_SHOW", "0"))
    agreed = explained = unknown = 0
    for ours, (label, theirs, whole) in zip(answers, others):
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
          % (kind, len(answers), agreed, explained, unknown))
    return unknown


def main():
    # valgrind needs thirty times as long
    usual = "0.1" if os.environ.get("ALIGND_WRAPPER") else "1"
    scale = float(os.environ.get("DIFFER_SCALE", usual))
    seed = int(os.environ.get("DIFFER_SEED", "1"))
    known = read_known()
    failures = 0
    for kind, make, library in (("dkim", dkim_cases, "libopendkim"),
                                ("spf", spf_cases, "libspf2")):
        requests, others = make(random.Random(seed), scale)
        answers = drive(requests, "alignd")
        failures += compare(kind, answers, others, known)
        theirs = [(label, answer, whole) for answer, (label, _, whole)
                  in zip(drive(requests, library), others)]
        failures += compare(kind + "-" + library, answers, theirs, known)
    for k in known:
        if k.count == 0:
            print("not met in this run: %s | %s | %s | %s" % (
                k.kind, k.label, k.ours, k.theirs))
    sys.exit(1 if failures else 0)


main()
