#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""instructions - how many instructions and blocks of memory a message takes,
against kept figures

usage: instructions.py KEPT [--functions]

Fifty letters go through the daemon's session under callgrind, once twice and
once four times; the difference is the cost of a message when everything is
warm, without start and end. OpenSSL and glibc choose their code by the
processor; both are told to take what every x86-64 has, so that the figure is
the same on any machine with the same libraries. Blocks are the calls of
malloc, calloc and realloc, whoever makes them. KEPT holds a line "MACHINE
INSTRUCTIONS BLOCKS"; fails when a message takes over 5 % more of either.
"""
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
LETTERS = 50
ROUNDS = (2, 4)
ALLOWED = 1.05
ALLOCATORS = ("malloc", "calloc", "realloc")
PLAIN_PROCESSOR = {
    # SSE2 and SSSE3, nothing later
    "OPENSSL_ia32cap": "0x20007800000:0x0",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=" + ",".join(
        "-" + name for name in (
            "AVX", "AVX2", "AVX_Fast_Unaligned_Load", "AVX512F", "AVX512VL",
            "AVX512BW", "BMI1", "BMI2", "ERMS", "FSRM", "LZCNT", "MOVBE", "POPCNT", "RTM", "SSE4_1",
            "SSE4_2"))
    + ":glibc.cpu.x86_non_temporal_threshold=0xc0000",
}


def tool(name):
    return os.path.join(TOP, "tests", "bench", name)


def skip(why):
    print(f"SKIP bench-instructions: {why}\n# SKIP:  1")
    sys.exit(0)


def own_costs(path, key):
    """Instructions by object ("ob") or function ("fn"), callees left out.

    A line "calls=..." is followed by one with the callee's cost.
    """
    names, costs, now, is_callee = {}, Counter(), "?", False
    with open(path, encoding="latin-1") as file:
        for line in file:
            found = re.match(r"(ob|fn)=\((\d+)\)(?: (.*))?", line)
            if found and found[1] == key:
                if found[3] is not None:
                    names[found[2]] = found[3]
                now = names[found[2]]
            elif line.startswith(("cob=", "cfn=")) and line[1:3] == key:
                found = re.match(r"c..=\((\d+)\) (.*)", line)
                if found:
                    names[found[1]] = found[2]
            elif line.startswith("calls="):
                is_callee = True
            elif line[0] in "+-*0123456789":
                if not is_callee:
                    costs[now] += int(line.split()[1])
                is_callee = False
    return costs


def count_blocks(path):
    """The calls of what hands out memory."""
    names, callee, blocks = {}, "?", 0
    with open(path, encoding="latin-1") as file:
        for line in file:
            found = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?", line)
            if found:
                name = names.setdefault(found[2], found[3])
                callee = name if found[1] else callee
            elif line.startswith("calls=") and callee in ALLOCATORS:
                blocks += int(line[6:].split()[0])
    return blocks


def count(folder, rounds, key):
    out = os.path.join(folder, f"callgrind.{rounds}")
    for name in os.listdir(folder):
        if name.startswith("db"):
            os.unlink(os.path.join(folder, name))
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "-q", "--callgrind-out-file=" + out,
         tool("instructions"), folder, str(rounds)],
        env=os.environ | PLAIN_PROCESSOR, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    if run.returncode != 0:
        sys.exit(run.stdout + "bench-instructions: the run failed")
    return own_costs(out, key), count_blocks(out)


def measure(key="ob"):
    """Instructions of one warm message, by name, and its blocks."""
    with tempfile.TemporaryDirectory(prefix="alignd-bench.") as folder:
        subprocess.run([tool("corpus"), folder, "fifty"], check=True)
        (few, few_blocks), (many, many_blocks) = (
            count(folder, rounds, key) for rounds in ROUNDS)
    messages = LETTERS * (ROUNDS[1] - ROUNDS[0])
    costs = {name: (many[name] - few[name]) / messages for name in many}
    return costs, (many_blocks - few_blocks) / messages


def show(costs, most):
    ranked = sorted(costs.items(), key=lambda item: -item[1])
    for name, cost in ranked[:most]:
        print(f"  {cost:10.0f}  {os.path.basename(name)}")
    print(f"  {sum(costs.values()):10.0f}  a message in all")


def kept_figures(path):
    with open(path) as file:
        for line in file:
            words = line.split()
            if words and words[0] == platform.machine():
                return [int(word) for word in words[1:]]
    return None


def judge(found, kept, path):
    name = "tests/bench/" + os.path.basename(path)
    line = platform.machine() + "".join(f" {figure:.0f}" for figure in found)
    for figure, before, what in zip(found, kept, ("instructions", "blocks")):
        print(f"bench-instructions: {figure:.0f} {what} a message, "
              f"{before} kept: {figure / before - 1:+.1%}")
    if any(figure > before * ALLOWED for figure, before in zip(found, kept)):
        print(f"FAIL bench-instructions: over 5 % more than {name} has. "
              "Find what grew with --functions; if it is worth it, put\n"
              f"    {line}\n"
              "there in the same commit and say why in its message.")
        sys.exit(1)
    if any(figure * ALLOWED < before for figure, before in zip(found, kept)):
        print(f"  over 5 % less: put \"{line}\" into {name}")
    print("# PASS:  1")


def main():
    if shutil.which("valgrind") is None:
        skip("valgrind is not installed")
    kept = kept_figures(sys.argv[1])
    if "--functions" in sys.argv:
        show(measure("fn")[0], 60)
        return
    costs, blocks = measure()
    print("instructions of a message, by where they are executed:")
    show(costs, 12)
    if kept is None:
        skip(f"no figure is kept for {platform.machine()}")
    judge((sum(costs.values()), blocks), kept, sys.argv[1])


main()
