#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Look-alikes among real names, and those that a maker of them thinks of.

Real: who maintains Debian's packages and where these live, from the lists that
apt has on this machine, and the public suffix list's own names. None of them
looks like one of those that are protected. Made: by dnstwist, which knows
nothing of our rules.
"""
import collections
import glob
import os
import random
import re
import shutil
import subprocess
import unittest

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
TOOL = os.path.join(TOP, "tests", "tools", "lookalike-tool")
SUFFIXES = "/usr/share/publicsuffix/public_suffix_list.dat"
HELPER = "/usr/lib/apt/apt-helper"
HAM = 30000
MADE, SHARE = 500, 0.95
# How somebody makes them who does not add words, and how many of each name.
# One list is drawn from at random; homoglyphs, ten times all others, from one
# of their own.
WAYS = {
    "addition,bitsquatting,hyphenation,insertion,omission,repetition,replacement,"
    "transposition,vowel-swap": 110,
    "homoglyph": 20,
}
LONG = ("departmentofhealth.gov.uk", "northernhospital.org.uk",
        "cityofexampleton.gov.uk", "example-insurance.co.uk")
SHORT = ("examplebank.com", "paypal-example.com")
OURS = 200


def compare(ours, names):
    """(name, kind, ours) of each."""
    out = subprocess.run([TOOL, *ours], input="\n".join(names) + "\n", text=True,
                         stdout=subprocess.PIPE, check=True, timeout=120).stdout
    return [tuple(line.split(" ")) for line in out.splitlines()]


def packages():
    """What apt's lists say of packages, one list after the other."""
    for path in glob.glob("/var/lib/apt/lists/*_Packages*"):
        yield subprocess.run([HELPER, "cat-file", path], stdout=subprocess.PIPE,
                             check=True, timeout=60).stdout.decode("utf-8", "replace")


def real_names():
    """Those of maintainers, and all."""
    maintainers, names = set(), set()
    for text in packages():
        maintainers |= set(re.findall(r"^Maintainer: .*@([\w.-]+)>", text, re.M))
        names |= set(re.findall(r"^Homepage: https?://([\w.-]+)", text, re.M))
    with open(SUFFIXES, encoding="utf-8") as file:
        names |= {line.strip() for line in file
                  if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+\n", line)}
    return sorted(name.lower() for name in maintainers), sorted(names | maintainers)


def make(name, ways, count):
    out = subprocess.run(["dnstwist", "--format", "list", "--fuzzers", ways, name],
                         stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    made = sorted(set(out.stdout.split()) - {name})
    return random.Random(name).sample(made, min(count, len(made)))


@unittest.skipUnless(os.path.exists(HELPER) and glob.glob("/var/lib/apt/lists/*_Packages*")
                     and os.path.exists(SUFFIXES), "no lists of apt on this machine")
class Real(unittest.TestCase):

    def test_none_of_them_passes_for_another(self):
        maintainers, names = real_names()
        ours = random.Random(1).sample(maintainers, min(OURS, len(maintainers)))
        mail = [host + name for host in ("", "mail.", "news.lists.") for name in names]
        self.assertGreaterEqual(len(mail), HAM)
        found = {(name, kind, of) for name, kind, of in compare(ours, mail)
                 if kind != "none"}
        print(f"{len(mail)} names of real mail beside {len(ours)} that are protected: "
              f"{len(found)} found")
        self.assertEqual(found, set())


@unittest.skipUnless(shutil.which("dnstwist"), "dnstwist is not installed")
class Made(unittest.TestCase):

    def share(self, names):
        """Of the made ones that are found; and how many were made."""
        kinds = collections.Counter()
        for name in names:
            for ways, count in WAYS.items():
                kinds.update(kind for _, kind, _
                             in compare([name], make(name, ways, count)))
        made = kinds.total()
        print(f"{' '.join(names)}: {made - kinds['none']} of {made} are found: {dict(kinds)}")
        return 1 - kinds["none"] / made, made

    def test_most_of_them_are_found(self):
        share, made = self.share(LONG)
        self.assertGreaterEqual(made, MADE)
        self.assertGreaterEqual(share, SHARE)

    def test_names_that_are_not_long(self):
        """One letter more or fewer of these is often somebody else's name."""
        share, _ = self.share(SHORT)
        self.assertGreater(share, 0.4)


if __name__ == "__main__":
    unittest.main()
