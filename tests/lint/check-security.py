#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-security - what SECURITY.md and ARCHITECTURE.md name is there

A promise is as good as the test and the bound it names, and a map as its names.
Each file, folder, test, LIMIT_ name, setting, function, metric and alert named
in these pages must exist under just that name; a file without its folder must be
the only one so called. A function that stands "in" a file, or in a table's row
that begins with a file, is one of that file. Prints each that is gone; exit
status 1 for any.
"""
import glob, os, re, sys

TOP = os.environ.get("top_srcdir", ".")
PAGES = ("SECURITY.md", "ARCHITECTURE.md")
FOLDERS = ("lib", "milter", "desk", "tools", "tests", "docs", "conf", "systemd")
ENDS = (".c", ".h")

PATH = re.compile(r"(?<![\w/.-])(?:%s)/[\w./*-]*[\w/*]" % "|".join(FOLDERS))
NAME = re.compile(r"(?<![\w/.*-])[\w-]+\.(?:c|h|py|sh|case|md)\b")
TEST = re.compile(r"`(test_\w+)`")
LIMIT = re.compile(r"\bLIMIT_\w+")
CALL = re.compile(r"`(\w+)\(\)`")
METRIC = re.compile(r"\balignd_[a-z]\w+")
ALERT = re.compile(r"\bAlignd[A-Z]\w+")
SETTING = re.compile(r"`((?:%s)\.\w+)`")
CALLS_IN = re.compile(r"((?:`\w+\(\)`(?:, | and )?)+)\s+in\s+`([\w/]+\.c)`")
ROW = re.compile(r"^\| (?:&nbsp;)* ?`([\w/]+\.c)`[^|]*\| ([^|]*)\|", re.M)


def read(*parts):
    with open(os.path.join(TOP, *parts), encoding="utf-8") as file:
        return file.read()


def tree():
    """{name of a file: its paths}"""
    found = {}
    for folder in FOLDERS:
        for base, _, names in os.walk(os.path.join(TOP, folder)):
            for name in names:
                found.setdefault(name, []).append(os.path.join(base, name))
    return found


def settings():
    """The full names in the shipped file, and its sections."""
    names, section = set(), ""
    for line in read("conf", "alignd.conf").splitlines():
        match = re.match(r"\s*(\w+) ([{=])", line)
        if match and match[2] == "{":
            section = match[1]
        elif match:
            names.add(f"{section}.{match[1]}")
    return names, {name.split(".")[0] for name in names if name[0] != "."}


def strays(text):
    """Functions that are not in the file that is said to have them."""
    pairs = [(path, calls) for calls, path in CALLS_IN.findall(text)]
    for path, calls in pairs + ROW.findall(text):
        code = read(path) if os.path.exists(os.path.join(TOP, path)) else ""
        for name in re.findall(r"`(\w+)\(\)`", calls):
            if not re.search(rf"^(?:\w.*[ *])?{name}\(", code, re.M):
                yield f"{path}: has no {name}()"


def faults(page, text):
    files = tree()
    code = "".join(read(os.path.relpath(path, TOP))
                   for paths in files.values() for path in paths
                   if path.endswith(ENDS) and "/tests/" not in path)
    limits = read("lib", "base", "limits.h")
    alerts = "".join(read(os.path.relpath(path, TOP)) for path in
                     glob.glob(os.path.join(TOP, "docs", "alerts", "*.yml")))
    known, sections = settings()
    setting = re.compile(SETTING.pattern % "|".join(sorted(sections)))

    def gone(pattern, is_there, words):
        for name in sorted(set(pattern.findall(text))):
            if not is_there(name):
                yield f"{page}: {name}: {words}"

    yield from gone(PATH, lambda path: glob.glob(os.path.join(TOP, path)),
                    "no such file")
    yield from gone(NAME, lambda name: len(files.get(name, [])) == 1,
                    "no such file, or several")
    yield from gone(TEST, lambda name: any(f.split(".")[0] == name
                                           for f in files), "no such test")
    yield from gone(LIMIT, lambda name: f"#define {name} " in limits,
                    "not in lib/base/limits.h")
    yield from gone(CALL, lambda name: f"{name}(" in code, "no such function")
    yield from gone(METRIC, lambda name: f'"{name[7:]}' in code or name in code,
                    "no such metric")
    yield from gone(ALERT, lambda name: f"alert: {name}\n" in alerts,
                    "no such alert")
    yield from gone(setting, lambda name: name in known, "no such setting")


def main():
    # but for the libraries' headers, which a table names in its first column
    texts = {page: re.sub(r"^\| [\w/., -]+\.h \|", "|", read("docs", page), flags=re.M)
             for page in PAGES}
    found = [fault for page, text in texts.items()
             for fault in [*faults(page, text), *strays(text)]]
    lines = [f"{page}: {len(text.splitlines())} lines" for page, text in texts.items()]
    print("\n".join(found + lines + [f"{len(found)} names that are gone"]))
    return 1 if found or not all(texts.values()) else 0


sys.exit(main())
