#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-limits - a limit says why, and what happens past it

Each limit of lib/base/limits.h has a comment with the word "past" or "likewise"
and a reason beside it, and the product uses it. Each limit that a document
names stands there, with the figure that the document gives before it; and lib
and milter define no LIMIT_... elsewhere. How many of them no test names is
printed, and may not grow. Exit status 1 for any fault.
"""
import glob, os, re, sys

TOP = os.environ.get("top_srcdir", ".")
sys.path.insert(0, os.path.join(TOP, "tests", "tools"))
from limits import LIMITS  # noqa: E402  pylint: disable=wrong-import-position

UNNAMED_KEPT = 3  # limits that no test names; lower it with each that one does
FEWEST = 140       # limits there are: fewer found means that none was read


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def text_of(*patterns):
    """All files of the patterns, limits.h left out."""
    paths = {path for pattern in patterns
             for path in glob.glob(os.path.join(TOP, pattern), recursive=True)}
    return "\n".join(read(path) for path in sorted(paths)
                     if not path.endswith("lib/base/limits.h"))


def limits():
    """(name, words of its comment)"""
    text = read(os.path.join(TOP, "lib/base/limits.h"))
    for name, rest in re.findall(r"^#define (LIMIT_\w+) (.*?)(?=^#|^$)", text,
                                 re.M | re.S):
        comment = re.search(r"/\*(.*?)\*/", rest, re.S)
        yield name, " ".join(comment[1].split()) if comment else ""


def comment_fault(words):
    reason = re.split(r"[;:]? ?\b(?:past|likewise)\b", words)[0]
    if not re.search(r"\bpast\b|\blikewise\b", words):
        return "says nothing of what happens past it"
    if len(words.split()) < 3 or not reason and "likewise" not in words:
        return "gives no reason"
    return None


def figures(words):
    """The numbers that a text gives, with their units."""
    numbers = {"three": 3, "a day": 86400, "a million": 1000000}
    found = {number for word, number in numbers.items() if re.search(rf"\b{word}\b", words)}
    for digits, unit in re.findall(r"(\d[\d,]*)( [KM]B)?", words):
        number = int(digits.replace(",", ""))
        found.add(number * {" KB": 1024, " MB": 1024 * 1024}.get(unit, 1))
    return found


def wrong_figures(path):
    """Where "65,536 (`LIMIT_PACKET_BYTES`)" has another figure than limits.h."""
    for line in re.sub(r"(?<!\|)\n(?![\n|])", " ", read(path)).splitlines():
        for before, name in re.findall(r"([^|;`]*)\(`(LIMIT_\w+)`\)", line):
            if LIMITS.get(name) not in figures(before):
                yield f"{os.path.basename(path)}: {name} is {LIMITS.get(name)}, not as in: {before.strip()}"


def names_in(text):
    return set(re.findall(r"\bLIMIT_[A-Z0-9_]+\b", text))


def faults(known, tests):
    for name, words in known.items():
        fault = comment_fault(words)
        if fault:
            yield f"limits.h: {name} {fault}"
    code = names_in(text_of(*(f"{folder}/**/*.[ch]"
                              for folder in ("lib", "milter", "desk", "tools"))))
    # some stand for others, in limits.h itself
    inner = names_in(re.sub(r"^#define LIMIT_\w+|/\*.*?\*/", "",
                            read(os.path.join(TOP, "lib/base/limits.h")),
                            flags=re.M | re.S))
    for name in sorted(set(known) - code - inner):
        yield f"limits.h: nothing uses {name}"
    documents = text_of("docs/*.md", "docs/*.[58]", "README.md")
    for name in sorted(names_in(documents) - set(known)):
        yield f"docs: {name} does not stand in limits.h"
    for path in glob.glob(os.path.join(TOP, "docs/*.md")):
        yield from wrong_figures(path)
    # in tools it is the word for what --limit says
    for name in re.findall(r"^#\s*define (LIMIT_\w+)",
                           text_of("lib/**/*.[ch]", "milter/*.[ch]", "desk/*.[ch]"), re.M):
        yield f"{name} is defined outside of limits.h"
    unnamed = sorted(set(known) - names_in(tests))
    print(f"{len(known)} limits, {len(unnamed)} of them named by no test "
          f"(at most {UNNAMED_KEPT})")
    if len(unnamed) > UNNAMED_KEPT:
        yield "no test names one of: " + " ".join(unnamed)
    if len(known) < FEWEST:
        yield f"limits.h: {len(known)} limits found, {FEWEST} are expected"


def main():
    known = {name: words for name, words in limits()
             if not name.startswith("LIMIT_WORD_OF") and name != "LIMIT_WORD"}
    found = list(faults(known, text_of("tests/**/*.[ch]", "tests/**/*.py",
                                       "tests/**/*.sh", "tests/**/*.case")))
    for fault in found:
        print(fault)
    return 1 if found else 0


sys.exit(main())
