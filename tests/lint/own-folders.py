#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""own-folders - what a test makes has a name that nobody knows before

hazard G10: whoever may write to /tmp puts a link where a test is known to
write. A name there ends in the X's of mkdtemp or mkstemp, which the file calls;
what only makes up a name is refused. Exit status 1 for any fault.
"""
import glob, os, re, sys

TOP = os.environ.get("top_srcdir", ".")
ENDS = (".c", ".h", ".py", ".sh", ".mk")
FIXED = re.compile(r"""["' =>](/(?:var/)?tmp/[\w.%/{}$-]*)""")
GUESSED = re.compile(r"\b(?:tmpnam|tempnam|tempfile\.mktemp|mktemp -u)\b")


def is_source(path):
    if path.endswith(ENDS):
        return not os.path.samefile(path, __file__)
    with open(path, "rb") as file:
        return file.read(2) == b"#!"


def sources():
    for path in sorted(glob.glob(os.path.join(TOP, "tests", "**", "*"), recursive=True)):
        if os.path.isfile(path) and is_source(path):
            yield path


def faults(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    makes = re.search(r"\bmk[ds]temp\b|\bmkostemp\b", text)
    for name in FIXED.findall(text):
        if not (name.endswith("XXXXXX") and makes):
            yield f"{path}: {name}: known beforehand; make a folder with mkdtemp"
    for name in GUESSED.findall(text):
        yield f"{path}: {name}: gives a name and makes nothing; use mkdtemp"


def main():
    paths = list(sources())
    found = [fault for path in paths for fault in faults(path)]
    print("\n".join(found + [f"{len(paths)} files of tests, {len(found)} faults"]))
    return 1 if found or len(paths) < 350 else 0


sys.exit(main())
