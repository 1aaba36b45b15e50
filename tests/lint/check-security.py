#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-security - what docs/SECURITY.md names is there

A promise is as good as the test and the bound it names. Each file, folder,
test, LIMIT_ name, setting, function, metric and alert named in that page must
exist under just that name; a file without its folder must be the only one so
called. Prints each that is gone; exit status 1 for any.
"""
import glob, os, re, sys

TOP = os.environ.get("top_srcdir", ".")
PAGE = os.path.join(TOP, "docs", "SECURITY.md")
FOLDERS = ("lib", "milter", "tools", "tests", "docs", "conf", "systemd")
ENDS = (".c", ".h")

PATH = re.compile(r"(?<![\w/.-])(?:%s)/[\w./*-]*[\w/*]" % "|".join(FOLDERS))
NAME = re.compile(r"(?<![\w/.*-])[\w-]+\.(?:c|h|py|sh|case|md)\b")
TEST = re.compile(r"`(test_\w+)`")
LIMIT = re.compile(r"\bLIMIT_\w+")
CALL = re.compile(r"`(\w+)\(\)`")
METRIC = re.compile(r"\balignd_[a-z]\w+")
ALERT = re.compile(r"\bAlignd[A-Z]\w+")
SETTING = re.compile(r"`((?:%s)\.\w+)`")


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


def faults(text):
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
                yield f"{PAGE}: {name}: {words}"

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
    text = read("docs", "SECURITY.md")
    found = list(faults(text))
    print("\n".join(found + [f"{len(text.splitlines())} lines, "
                             f"{len(found)} names that are gone"]))
    return 1 if found or not text else 0


sys.exit(main())
