# SPDX-License-Identifier: BSD-2-Clause
"""refusals - what no file of the code may have

Each yields (path, line, words) of every place that is refused. The include
rules are the two tables of docs/ARCHITECTURE.md: change them there.
"""
import os, re

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
    "opendmarc_policy_fetch_ruf opendmarc_xml_parse": "not safe with what strangers write",
}
ALLOWED = {("malloc calloc realloc free strdup", path)
           for path in ("lib/base/mem.c", "milter/malloc.c")}


def banned(tree):
    for path, text in tree.code.items():
        for words, instead in BANNED.items():
            if (words, path) in ALLOWED or (words == "exit" and path.endswith("main.c")):
                continue
            pattern = r"(?<![\w.>])(?:" + "|".join(words.split()) + r")\s*\("
            for match in re.finditer(pattern, text):
                yield (path, text.count("\n", 0, match.start()) + 1,
                       f"{match.group(0)[:-1].strip()}: {instead}")


def conditionals(tree):
    for path, text in tree.code.items():
        depth = 0
        for number, line in enumerate(text.splitlines(), 1):
            if line.startswith("#"):
                if (depth > 0 and path.endswith(".c") and
                        re.match(r"#\s*(if|ifdef|ifndef|else|elif)\b", line)):
                    yield path, number, "an #if inside a function: a second file instead"
                continue
            depth += line.count("{") - line.count("}")


def todo(tree):
    for path, raw in tree.raw.items():
        for number, line in enumerate(raw.splitlines(), 1):
            if re.search(r"\b(TO[D]O|FIX[M]E|X[X]X)\b", line):
                yield path, number, "an unfinished mark: an issue instead"


def tables(tree):
    """folder -> folders it may include; third-party header -> its files."""
    may, owners = {}, {}
    for line in tree.read("docs/ARCHITECTURE.md").splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        if re.fullmatch(r"(lib(/\w+)+|milter|desk|tools(/\w+)?)", cells[0]) and len(cells) >= 2:
            may[cells[0]] = set(cells[1].replace(",", " ").split())
        elif cells[0].endswith(".h") and len(cells) >= 2:
            for header in cells[0].split(","):
                owners[header.strip()] = set(cells[1].replace(",", " ").split())
    return may, owners


def includes(tree):
    may, owners = tables(tree)
    for path, raw in tree.raw.items():
        folder = os.path.dirname(path)
        allowed = may.get(folder, set())
        for number, line in enumerate(raw.splitlines(), 1):
            match = re.match(r'#\s*include\s*"([^"]+)"', line)
            if match and match.group(1) not in allowed and \
                    os.path.dirname(match.group(1)) not in allowed | {folder}:
                yield path, number, f"{folder} may not include {match.group(1)}"
            match = re.match(r"#\s*include\s*<([^>]+)>", line)
            if match and match.group(1) in owners and path not in owners[match.group(1)]:
                yield (path, number, f"<{match.group(1)}> belongs to "
                       f"{' '.join(sorted(owners[match.group(1)]))}")


CHECKS = {"banned": banned, "includes": includes, "conditionals": conditionals,
          "todo": todo}
