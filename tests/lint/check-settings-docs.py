#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-settings-docs - settings table = alignd.conf(5) = conf/alignd.conf

The table speaks through `alignctl config defaults`. Each setting must stand in
the manual page, in its section and in the same order, with its default; what
the table allows must be named there, and the word restart where it is due. The shipped file must be the program's
own output, and both must load. Prints each difference; exit status 1 for any.
"""
import os, re, subprocess, sys

TOP = os.environ.get("top_srcdir", ".")
TOOL = os.path.join(os.environ.get("top_builddir", "."), "tools", "alignctl")
MAN = os.path.join(TOP, "docs", "alignd.conf.5")
SAMPLE = os.path.join(TOP, "conf", "alignd.conf")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def program_defaults():
    """The output, with the state directory where the shipped files have it."""
    text = subprocess.run([TOOL, "config", "defaults"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return re.sub(r'"[^"\n]*/lib/alignd/', '"/var/lib/alignd/', text)


def table(text):
    """[(full name, default, words the page must have)] of a commented file."""
    rows, section, comment = [], "", []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("#"):
            comment.append(line.lstrip("# "))
            continue
        if line.endswith(" {"):
            section = line[:-1].strip() + "."
        elif line == "}":
            section = ""
        elif " = " in line:
            name, value = line.split(" = ", 1)
            words = re.search(r"Allowed: (.*?)(?: A change needs|$)",
                              " ".join(comment))
            needed = words.group(1).split(", ") if words else []
            if "A change needs a restart." in comment:
                needed.append("restart")
            rows.append((section + name, value, needed))
        comment = []
    return rows


def manual(text):
    """{full name: (default, words below it)}, in the page's order."""
    items, section, name = {}, None, None
    for line in text.replace("\\(dq", '"').splitlines():
        heading = re.match(r"\.S[sh] (?:Section (\w+)|(Top level)|.*)", line)
        item = re.match(r"\.It Ic (\w+) Pq Li (.*)", line)
        if heading:
            section = "" if heading[2] else heading[1] and heading[1] + "."
            name = None
        elif item and section is not None:
            name = section + item[1]
            items[name] = (item[2], "")
        elif name:
            items[name] = (items[name][0], items[name][1] + " " + line)
    return items


def manual_faults(rows, items):
    names = [name for name, _, _ in rows]
    for name in items:
        if name not in names:
            yield f"{MAN}: {name} is no setting"
    for name, value, needed in rows:
        if name not in items:
            yield f"{MAN}: {name} is missing"
            continue
        default, words = items[name]
        if default != value:
            yield f"{MAN}: {name}: default {default}, the table has {value}"
        if re.search(r"\brestart\b", words) and "restart" not in needed:
            yield f"{MAN}: {name}: needs no restart"
        for word in needed:
            if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", words):
                yield f"{MAN}: {name}: does not name {word}"
    if list(items) != names and set(items) == set(names):
        yield f"{MAN}: the settings stand in another order than in the table"


def sample_faults(text):
    shipped = read(SAMPLE).splitlines()
    for number, (mine, theirs) in enumerate(
            zip(shipped, text.splitlines()), 1):
        if mine != theirs:
            yield f"{SAMPLE}:{number}: {mine!r}, the program has {theirs!r}"
            return
    if len(shipped) != len(text.splitlines()):
        yield f"{SAMPLE}: not as long as the program's output"


def loads(path):
    return subprocess.run([TOOL, "config", "check", path],
                          stdout=subprocess.DEVNULL).returncode == 0


def main():
    text = program_defaults()
    rows = table(text)
    faults = list(manual_faults(rows, manual(read(MAN))))
    faults += sample_faults(text)
    if not loads(SAMPLE):
        faults.append(f"{SAMPLE}: alignctl config check refuses it")
    print("\n".join(faults + [f"{len(rows)} settings, "
                              f"{len(faults)} differences"]))
    return 1 if faults or not rows else 0


sys.exit(main())
