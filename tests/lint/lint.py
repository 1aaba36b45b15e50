#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""lint - shows the shape of the code, refuses what breaks trust.

usage: lint.py [--top DIR] [CHECK...]     (no CHECK: all of them)

Shape (function-length, file-length, complexity, nesting) is printed and never
fails. The refusals (banned, includes, conditionals, todo) print each place and
make the exit status 1. Function ends come from universal-ctags. The include
rules are the two tables of docs/ARCHITECTURE.md: change them there.
"""
import argparse, json, os, re, statistics, subprocess, sys

BANNED = {
    "strcpy strcat sprintf vsprintf strncpy strncat stpcpy": "use strbuf",
    "strtok gets scanf": "use the span parsers",
    "atoi atol atof": "use text_number",
    "alloca": "use mem.h",
    "system popen": "nothing may run a shell",
    "localtime gmtime ctime asctime strerror inet_ntoa gethostbyname": "use the reentrant form",
    "rand random": "use random.h",
    "signal": "signals belong to milter/signals.c",
    "malloc calloc realloc free strdup": "use mem.h",
    "exit": "only main may end the program",
}
ALLOWED = {("malloc calloc realloc free strdup", path)
           for path in ("lib/base/mem.c", "milter/malloc.c")}
BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")


def sources(top):
    for folder in ("lib", "milter", "tools"):
        for path, _, names in os.walk(os.path.join(top, folder)):
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    yield os.path.relpath(os.path.join(path, name), top)


def bare(text):
    """The code without comments and literals, line numbers kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
                  blank, text, flags=re.S)


def functions(top, files):
    out = subprocess.run(
        ["ctags", "--languages=C", "--kinds-C=f", "--fields=+ne",
         "--output-format=json", "-f", "-"] + [f for f in files if f.endswith(".c")],
        cwd=top, capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag" and "end" in tag:
            yield tag["path"], tag["name"], tag["line"], tag["end"]


def show(title, mark, rows, past):
    """Ten worst, median, p90 and the share past the mark."""
    rows.sort(key=lambda row: -row[0])
    values = [row[0] for row in rows] or [0]
    p90 = values[int(len(values) * 0.1)]
    share = 100.0 * sum(v > past for v in values) / len(values)
    print(f"{title}: median {statistics.median(values):g}, p90 {p90}, max {values[0]}; "
          f"{share:.1f} % past {past} ({mark})")
    for value, where in rows[:10]:
        print(f"  {value:5d}  {where}")


def nesting(lines):
    depth = deepest = 0
    for line in lines:
        depth += line.count("{") - line.count("}")
        deepest = max(deepest, depth)
    return max(0, deepest - 1)


def shape(top, code, wanted):
    rows = {"function-length": [], "complexity": [], "nesting": []}
    for path, name, start, end in functions(top, code):
        lines = code[path].splitlines()[start - 1:end]
        where = f"{path}:{start} {name}"
        rows["function-length"].append((end - start + 1, where))
        rows["complexity"].append((1 + len(BRANCH.findall("\n".join(lines))), where))
        rows["nesting"].append((nesting(lines), where))
    rows["file-length"] = [(text.count("\n"), path) for path, text in code.items()]
    for title, mark, past in (("function-length", "20 typical, say why past 100", 60),
                              ("file-length", "200 typical, split past 600", 600),
                              ("complexity", "4 typical", 25), ("nesting", "2 typical", 4)):
        if title in wanted:
            show(title, mark, rows[title], past)


def banned(path, text):
    for words, instead in BANNED.items():
        if (words, path) in ALLOWED or (words == "exit" and path.endswith("main.c")):
            continue
        pattern = r"(?<![\w.>])(?:" + "|".join(words.split()) + r")\s*\("
        for match in re.finditer(pattern, text):
            yield text.count("\n", 0, match.start()) + 1, f"{match.group(0)[:-1].strip()}: {instead}"


def conditionals(path, text):
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            if depth > 0 and re.match(r"#\s*(if|ifdef|ifndef|else|elif)\b", line) and path.endswith(".c"):
                yield number, "an #if inside a function: a second file instead"
            continue
        depth += line.count("{") - line.count("}")


def todo(path, raw):
    for number, line in enumerate(raw.splitlines(), 1):
        if re.search(r"\b(TO[D]O|FIX[M]E|X[X]X)\b", line):
            yield number, "an unfinished mark: an issue instead"


def tables(top):
    """folder -> folders it may include; third-party header -> its files."""
    may, owners = {}, {}
    for line in open(os.path.join(top, "docs/ARCHITECTURE.md"), encoding="utf-8"):
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        if re.fullmatch(r"(lib/\w+|milter|tools(/\w+)?)", cells[0]) and len(cells) >= 2:
            may[cells[0]] = set(cells[1].replace(",", " ").split())
        elif cells[0].endswith(".h") and len(cells) >= 2:
            for header in cells[0].split(","):
                owners[header.strip()] = set(cells[1].replace(",", " ").split())
    return may, owners


def includes(path, raw, may, owners):
    folder = os.path.dirname(path)
    for number, line in enumerate(raw.splitlines(), 1):
        match = re.match(r'#\s*include\s*"([^"]+)"', line)
        if match:
            target = match.group(1)
            if os.path.dirname(target) not in may.get(folder, set()) | {folder} \
                    and target not in may.get(folder, set()):
                yield number, f"{folder} may not include {target}"
        match = re.match(r"#\s*include\s*<([^>]+)>", line)
        if match and match.group(1) in owners and path not in owners[match.group(1)]:
            yield number, f"<{match.group(1)}> belongs to {' '.join(sorted(owners[match.group(1)]))}"


def main():
    parser = argparse.ArgumentParser(usage="lint.py [--top DIR] [CHECK...]")
    parser.add_argument("--top", default=".")
    parser.add_argument("checks", nargs="*")
    options = parser.parse_args()
    wanted = set(options.checks) or {"function-length", "file-length", "complexity", "nesting",
                                     "banned", "includes", "conditionals", "todo"}
    raw = {path: open(os.path.join(options.top, path), encoding="utf-8").read()
           for path in sources(options.top)}
    code = {path: bare(text) for path, text in raw.items()}
    shape(options.top, code, wanted)
    may, owners = tables(options.top)
    refused = 0
    for name, find in (("banned", lambda p: banned(p, code[p])),
                       ("conditionals", lambda p: conditionals(p, code[p])),
                       ("todo", lambda p: todo(p, raw[p])),
                       ("includes", lambda p: includes(p, raw[p], may, owners))):
        if name not in wanted:
            continue
        places = [(path, number, words) for path in raw for number, words in find(path)]
        for path, number, words in places:
            print(f"{path}:{number}: {words}")
        print(f"{name}: {len(places)} refused in {len(raw)} files")
        refused += len(places)
    return 1 if refused else 0


sys.exit(main())
