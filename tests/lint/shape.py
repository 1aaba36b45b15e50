# SPDX-License-Identifier: BSD-2-Clause
"""shape - how long, branching and deep the code is: shown, never judged"""
import collections, os, re, statistics

BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")


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


def nesting_of(lines):
    depth = deepest = 0
    for line in lines:
        depth += line.count("{") - line.count("}")
        deepest = max(deepest, depth)
    return max(0, deepest - 1)


def of_functions(tree, measure):
    return [(measure(tree.code[path].splitlines()[start - 1:end]),
             f"{path}:{start} {name}") for path, name, start, end in tree.functions()]


def function_length(tree):
    show("function-length", "median 12 to 18, none past 60 is the aim",
         of_functions(tree, len), 60)


def file_length(tree):
    show("file-length", "200 typical, split past 600",
         [(text.count("\n"), path) for path, text in tree.code.items()], 600)


def complexity(tree):
    show("complexity", "4 typical", of_functions(
        tree, lambda lines: 1 + len(BRANCH.findall("\n".join(lines)))), 25)


def nesting(tree):
    show("nesting", "2 typical", of_functions(tree, nesting_of), 4)


def static_calls(tree):
    """(where, calls of it outside itself) for each static function of a .c file."""
    of_file = collections.defaultdict(list)
    for path, name, start, end in tree.functions():
        of_file[path].append((name, start, end))
    for path, functions in of_file.items():
        text = tree.code[path]
        lines = text.splitlines()
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        bodies = {name: (starts[start - 1], starts[end]) for name, start, end in functions}
        for name, start, end in functions:
            head = re.split(r"[;}]", " ".join(lines[max(0, start - 3):start]))[-1]
            if not re.search(r"\bstatic\b", head):
                continue
            own = bodies[name]
            calls = [match.start() for match in re.finditer(rf"\b{name}\s*\(", text)]
            yield f"{path}:{start} {name}", sum(
                not own[0] <= at < own[1] and
                any(first <= at < last for first, last in bodies.values())
                for at in calls)


def single_caller(tree):
    """Static functions that are called in one place only, most of all per folder."""
    shares = collections.defaultdict(lambda: [0, 0])
    for where, calls in static_calls(tree):
        for folder in ("all", os.path.dirname(where.split(":")[0])):
            shares[folder][0] += calls == 1
            shares[folder][1] += 1
    one, of = shares.pop("all", (0, 1))
    print(f"single-caller: {one} of {of} static functions, {100.0 * one / of:.1f} % "
          "(below 45 % is the aim)")
    for folder, (one, of) in sorted(shares.items()):
        print(f"  {100.0 * one / of:4.0f} %  {folder}: {one} of {of}")


def folders(tree):
    """Files and lines of each folder."""
    sizes = collections.defaultdict(lambda: [0, 0])
    for path, text in tree.raw.items():
        sizes[os.path.dirname(path)][0] += 1
        sizes[os.path.dirname(path)][1] += text.count("\n")
    files, lines = map(sum, zip(*sizes.values())) if sizes else (0, 0)
    print(f"folders: {lines} lines in {files} files of {len(sizes)} folders")
    for folder, (files, lines) in sorted(sizes.items()):
        print(f"  {lines:5d} lines {files:3d} files  {folder}")


CHECKS = {"function-length": function_length, "single-caller": single_caller,
          "file-length": file_length, "folders": folders,
          "complexity": complexity, "nesting": nesting}
