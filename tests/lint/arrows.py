# SPDX-License-Identifier: BSD-2-Clause
"""arrows - what runs up and in circles within a folder: shown, never judged

A module is a .c with its .h (and its _private.h); an arrow is an include. A
circle is a set of modules that all reach each other. Within one, a module's
storey is one above the highest that its header includes, and an arrow to the
same storey or a higher one runs up.
"""
import os, re


def module(path):
    return re.sub(r"(_private)?\.[ch]$", "", path)


def modules(raw):
    """module -> modules of its folder that it includes, and that its header does."""
    every, headers = {}, {}
    for path, text in raw.items():
        name = module(path)
        every.setdefault(name, set())
        headers.setdefault(name, set())
        for target in re.findall(r'^#\s*include "([^"]+)"', text, flags=re.M):
            other = module(target)
            if os.path.dirname(target) == os.path.dirname(path) and other != name:
                every[name].add(other)
                if path.endswith(".h") and not path.endswith("_private.h"):
                    headers[name].add(other)
    return every, headers


def reach(graph, start):
    seen, todo = set(), [start]
    while todo:
        for other in graph.get(todo.pop(), ()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen


def circles(graph):
    """Sets of modules that reach each other, largest first."""
    reached = {name: reach(graph, name) for name in graph}
    found = {frozenset(other for other in reached[name] if name in reached.get(other, ()))
             for name in graph if name in reached[name]}
    return sorted(found, key=lambda circle: (-len(circle), min(circle)))


def arrows(tree):
    every, headers = modules(tree.raw)
    found = circles(every)
    up = []
    for circle in found:
        print(f"  circle: {' '.join(sorted(circle))}")
        storey = {}
        while len(storey) < len(circle):
            ready = [name for name in circle if name not in storey
                     and not (headers[name] & circle) - set(storey)]
            level = max(storey.values(), default=-1) + 1
            storey.update((name, level) for name in ready)
        up += [(name, other) for name in sorted(circle) for other in sorted(every[name] & circle)
               if storey[other] >= storey[name]]
    for name, other in up:
        print(f"  up: {name} -> {os.path.basename(other)}")
    print(f"arrows: {len(up)} run up, {len(found)} circles, "
          f"{sum(map(len, every.values()))} within folders")


CHECKS = {"arrows": arrows}
