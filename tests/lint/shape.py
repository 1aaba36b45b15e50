# SPDX-License-Identifier: BSD-2-Clause
"""shape - how long, branching and deep the code is: shown, never judged"""
import re, statistics

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
    show("function-length", "20 typical, say why past 100", of_functions(tree, len), 60)


def file_length(tree):
    show("file-length", "200 typical, split past 600",
         [(text.count("\n"), path) for path, text in tree.code.items()], 600)


def complexity(tree):
    show("complexity", "4 typical", of_functions(
        tree, lambda lines: 1 + len(BRANCH.findall("\n".join(lines)))), 25)


def nesting(tree):
    show("nesting", "2 typical", of_functions(tree, nesting_of), 4)


CHECKS = {"function-length": function_length, "file-length": file_length,
          "complexity": complexity, "nesting": nesting}
