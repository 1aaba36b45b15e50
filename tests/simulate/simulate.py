#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""simulate - what each setting spares, and what it lets in

    simulate.py             the long form of five seeds: the table of
                            docs/OPERATIONS.md; fails where the page has another
    simulate.py --write     puts it there
    simulate.py --actors    besides, for each setting and actor, what became of
                            its mail with the first seed
    simulate.py --only WORD...
                            of the settings those alone whose name has a word

A table shows the worst of its seeds, in each figure by itself.
"""
import collections, os, re, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "../..")
BUILD = os.environ.get("top_builddir", TOP)
SEEDS = {"long": (1, 2, 3, 4, 5), "short": (1,)}
JOBS = int(os.environ.get("JOBS", os.cpu_count() or 1))
DAYS = {"long": 60, "short": 24}
FATES = ("delivered", "tagged", "held", "refused", "later")
OPERATIONS = (os.path.join(TOP, "docs/OPERATIONS.md"), "## What a rule spares, and what it lets in")
TESTING = (os.path.join(TOP, "docs/TESTING.md"), "## What a rule spares, in short")
HEADS = ("setting", "genuine refused", "genuine spared",
         "spoofs past the refusal, for each genuine spared", "spoofs held a day",
         "spoofs delivered")


def program(*words):
    return subprocess.run([os.path.join(BUILD, "tests/simulate/simulate"), *words],
                          check=True, text=True, stdout=subprocess.PIPE).stdout


def run(form, seed, words=()):
    """setting -> actor -> (truth, messages of each fate, mailboxes likewise)"""
    found = collections.defaultdict(dict)
    with tempfile.TemporaryDirectory() as folder:
        text = program(form, str(seed), folder, *words)
    for line in text.splitlines():
        setting, truth, actor, *figures = line.split("\t")
        figures = [int(figure) for figure in figures]
        found[setting][actor] = (truth, dict(zip(FATES, figures[::2])),
                                 dict(zip(FATES, figures[1::2])))
    return found


def run_all(form, words=()):
    with ThreadPoolExecutor(JOBS) as pool:
        return list(pool.map(lambda seed: run(form, seed, words), SEEDS[form]))


def total(actors, truth, *fates):
    return sum(messages[fate] for of, messages, _ in actors.values() if of == truth
               for fate in fates)


def figures(actors, plain, days):
    """One seed's figures of a setting beside those without a rule."""
    spared = total(plain, "genuine", "refused") - total(actors, "genuine", "refused")
    past = total(plain, "spoof", "refused") - total(actors, "spoof", "refused")
    return (total(actors, "genuine", "refused"), spared,
            past / spared if spared > 0 else None, total(actors, "spoof", "held") / days,
            total(actors, "spoof", "delivered", "tagged"))


def worst(rows):
    refused, spared, past, held, delivered = zip(*rows)
    some = [figure for figure in past if figure is not None]
    return (str(max(refused)), str(min(spared)), f"{max(some):.2f}" if some else "-",
            f"{max(held):.1f}", str(max(delivered)))


def table(form, runs):
    lines = ["| " + " | ".join(HEADS) + " |", "|---" * len(HEADS) + "|"]
    for setting in runs[0]:
        rows = [figures(one[setting], one["no rule"], DAYS[form]) for one in runs]
        lines.append(f"| {setting} | " + " | ".join(worst(rows)) + " |")
    return "\n".join(lines) + "\n"


def find(page):
    """(before, table, behind) of the page: the first table below the heading."""
    path, heading = page
    with open(path, encoding="utf-8") as file:
        text = file.read()
    start = text.index(heading)
    match = re.compile(r"^(\|.*\n)+", re.M).search(text, start)
    return text[:match.start()], match[0], text[match.end():]


def write(page, new):
    before, _, behind = find(page)
    with open(page[0], "w", encoding="utf-8") as file:
        file.write(before + new + behind)


def rows(text):
    """setting -> line of a table"""
    return {line.split(" | ")[0][2:]: line for line in text.splitlines()[2:]}


def order():
    """All settings, in the order of tests/simulate/settings.c."""
    return program("settings").splitlines()


def put_into(old, new):
    """The old table with the lines of the new one, a new setting where its own
    run has it."""
    lines = {**rows(old), **rows(new)}
    return "".join(line + "\n" for line in new.splitlines()[:2] +
                   [lines[name] for name in order() if name in lines])


def show_actors(run_of_seed):
    for setting, actors in run_of_seed.items():
        print(f"\n{setting}")
        for actor, (truth, messages, _) in actors.items():
            counts = ", ".join(f"{count} {fate}" for fate, count in messages.items() if count)
            print(f"    {truth:8} {actor:20} {counts}")


def main():
    only = sys.argv[sys.argv.index("--only") + 1:] if "--only" in sys.argv else []
    runs = run_all("long", only)
    new = table("long", runs)
    print(new, end="")
    if "--actors" in sys.argv:
        show_actors(runs[0])
    old = find(OPERATIONS)[1]
    new = put_into(old, new)
    if "--write" in sys.argv:
        write(OPERATIONS, new)
    elif old != new:
        print("docs/OPERATIONS.md has other figures; simulate.py --write puts these there")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
