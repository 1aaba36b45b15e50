#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""hazard-gaps - every row of docs/HAZARDS.md has its test, or says why not

The last column of a row names what holds it: cases ("a01*"), tests by their
file's name, functions of the test named before, other rows ("as D2"), or "gap:"
and the reason. What is named must be there, and a test named without a function
must speak of the row: {"A1 ...", a function a1_..., a comment "A1:", "hazard
A1". Prints each row; exit status 1 for a row without a test or a gap, for what
is gone, and for cases and tests of no row.
"""
import glob, os, re, sys

TOP = os.environ.get("top_srcdir", ".")
TESTS = os.path.join(TOP, "tests")
CASES = os.path.join(TESTS, "replay", "cases")
ROW = re.compile(r"\| ([A-H]\d+) \| (.+) \| (.+) \| (.+) \|$")

# {"A23", ... }, {"D7 group", ...}, c17_unusable(), /* A34: ... */, hazard C1
MENTION = re.compile(r'\{"((?:[A-H]\d+ )*[A-H]\d+)\b'
                     r'|\b(?:test_)?((?:[a-h]\d+_)+)\w+\('
                     r'|(?:/\*|#|"""|\*) ((?:[A-H]\d+ )*[A-H]\d+)[: ]'
                     r'|hazard ([A-H]\d+)\b')


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_rows():
    """{row: its last column}"""
    page = read(os.path.join(TOP, "docs", "HAZARDS.md"))
    rows = [match.groups() for match in map(ROW.match, page.splitlines())
            if match]
    return {row: held for row, _, _, held in rows}, len(rows)


def read_tests():
    """{a test's file name: its text}"""
    return {os.path.basename(path): read(path)
            for folder in sorted(os.listdir(TESTS))
            for ends in ("c", "py", "sh")
            for path in glob.glob(os.path.join(TESTS, folder, "*." + ends))}


def mentions(text):
    return {row for match in MENTION.finditer(text)
            for row in re.split("[ _]", next(filter(None, match.groups())).upper())
            if row}


def cases(pattern):
    return glob.glob(os.path.join(CASES, pattern + "-*.case")) + \
        glob.glob(os.path.join(CASES, pattern.replace("*", "[a-z]-*.case")))


def faults_of(row, held, rows, tests):
    """What is wrong with one row."""
    if re.match(r"gap: \w+", held):
        return
    others = re.match(r"as ((?:[A-H]\d+(?:, )?)+)$", held)
    names = re.findall(r"`([^`]+)`", held)
    if not names and not others:
        yield "no test, and no gap stated"
    for other in re.findall(r"[A-H]\d+", others[1]) if others else ():
        if other == row or other not in rows:
            yield f"there is no row {other} to be as"
    test = None
    for name in names:
        if name.endswith("*"):
            if name != f"{row[0].lower()}{int(row[1:]):02d}*" or \
                    not cases(name[:-1]) + cases(name):
                yield f"no cases {name} of this row"
        elif "." in name:
            test = name
            if test not in tests:
                yield f"there is no {test} below tests"
            elif not re.search(rf"`{re.escape(test)}`: `", held) and \
                    row not in mentions(tests[test]):
                yield f"{test} does not speak of it"
        elif not re.search(rf"\b{re.escape(name)}\b", tests.get(test, "")):
            yield f"{test} has no {name}"


def strays(rows, tests):
    """Cases and tests of rows that the page does not have."""
    for path in sorted(glob.glob(os.path.join(CASES, "*.case"))):
        name = os.path.basename(path)
        match = re.match(r"([a-h])(\d\d)[a-z]?-", name)
        row = match and f"{match[1].upper()}{int(match[2])}"
        if row not in rows:
            yield f"{name}: HAZARDS.md has no such row"
        elif f"`{name[:3]}*`" not in rows[row]:
            yield f"{name}: not among what holds {row}"
    for name, text in tests.items():
        if name.startswith("test_"):
            for row in sorted(mentions(text) - set(rows)):
                yield f"{name}: speaks of {row}, which HAZARDS.md lacks"


def main():
    rows, count = read_rows()
    tests = read_tests()
    faults = [] if count == len(rows) else ["a row stands twice"]
    for row, held in rows.items():
        print(f"{row:4}", held.replace("`", ""))
        faults += [f"{row}: {words}"
                   for words in faults_of(row, held, rows, tests)]
    faults += strays(rows, tests)
    for fault in faults:
        print("hazard-gaps:", fault)
    gaps = sum(held.startswith("gap:") for held in rows.values())
    print(f"{len(rows)} rows, {gaps} stated gaps, {len(faults)} faults")
    return 1 if faults or len(rows) < 180 else 0


if __name__ == "__main__":
    sys.exit(main())
