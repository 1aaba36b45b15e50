# SPDX-License-Identifier: BSD-2-Clause
"""modules - which tests hold which file of the code

tests/unit/test_NAME.c is the test of NAME.c, test_NAME_... a further one; in a
folder within a folder NAME may begin with the folder's. What is tested by another
says so at the end of its first comment: "Tested by test_x, test_y." Where two
folders have a file of that name, it is the test of the one it includes. A file
without a header of its own is part of the module whose name it begins with, whose
name its folder has, or whose header it includes first. The commands of alignctl,
and what makes, sends and reads reports or adds up, have scripts of their names.

Prints each file with its tests. Refused are a file without any, a unit test of no
module's name and a test that is not there.
"""
import glob, os, re

# What scripts of a name run whole: folder or file, and the scripts.
BY_SCRIPT = [
    (r"tools/cmd_(\w+?)(?:_\w+)?\.c", "tests/*/test_alignctl_{}*"),
    (r"tools/(\w+)/", "tests/*/test_alignctl_{}*"),
    (r"lib/(report|stats)/", "tests/*/test_alignctl_{}*"),
]
SAID = re.compile(r"\bTested by ((?:\w+(?:, | and )?)+)\.")


def stem(path):
    return os.path.basename(path).rsplit(".", 1)[0]


def names(path):
    """By which a test may call this file."""
    parts = path.split("/")
    yield stem(path)
    if len(parts) > 2 or parts[0] == "tools":
        yield f"{parts[-2]}_{stem(path)}"
    if len(parts) > 3:
        yield f"{parts[-3]}_{parts[-2]}_{stem(path)}"
        yield f"{parts[-3]}_{stem(path)}"


def first_comment(text):
    return re.sub(r"\n \* ?", " ", " ".join(re.findall(r"/\*.*?\*/", text, re.S)[:2]))


class Tests:
    def __init__(self, tree):
        self.tree = tree
        self.faults = []
        found = [path for ends in ("c", "py", "sh")
                 for path in glob.glob(os.path.join(tree.top, "tests", "*", "*." + ends))]
        self.by_stem = {stem(path): os.path.relpath(path, tree.top)
                        for path in sorted(found)}
        self.of_file = {path: [] for path in tree.raw}
        self.share_out()

    def share_out(self):
        """Each unit test to the file of the longest name that it begins with."""
        called = {}
        for path in self.tree.raw:
            for name in names(path):
                called.setdefault(name, []).append(path)
        for test, path in self.by_stem.items():
            if not re.match(r"tests/unit/test_\w+\.c$", path):
                continue
            own = [name for name in called
                   if (test + "_").startswith(f"test_{name}_")]
            if not own:
                self.faults.append((path, 1, "no module has this test's name"))
                continue
            for file in self.included(path, called[max(own, key=len)]):
                self.of_file[file].append(test)

    def included(self, test, files):
        """Of files of one name in many folders, those that the test is about."""
        if len({path[:-2] for path in files}) == 1:
            return files
        text = self.tree.read(test)
        text += "".join(self.tree.read(head) for head in
                        re.findall(r'#include "(tests/[^"]+)"', text))
        return [path for path in files if f'"{path[:-2]}.h"' in text]

    def said(self, path):
        match = SAID.search(first_comment(self.tree.raw.get(path, "")))
        tests = re.split(", | and ", match[1]) if match else []
        for test in tests:
            if test not in self.by_stem:
                self.faults.append((path, 1, f"there is no {test} below tests"))
        return tests

    def module(self, path):
        """The header of the module that a file without one is part of."""
        folder, name = os.path.split(path[:-2])
        heads = [head for head in self.tree.raw
                 if head.endswith(".h") and os.path.dirname(head) == folder]
        begins = [head for head in heads if (name + "_").startswith(stem(head) + "_")]
        if begins:
            return max(begins, key=len)
        for head in heads:
            if stem(head) == os.path.basename(folder):
                return head
        return next((head for head in
                     re.findall(r'#include "([^"]+)"', self.tree.raw[path])
                     if head in heads), None)

    def directly(self, path):
        """Of a file and the header of its name."""
        pair = [path[:-2] + ".c", path[:-2] + ".h"]
        own = [test for file in pair for test in self.of_file.get(file, [])]
        return list(dict.fromkeys(own)), [test for file in pair for test in self.said(file)]

    def by_script(self, path):
        for pattern, scripts in BY_SCRIPT:
            match = re.match(pattern, path)
            if match:
                found = glob.glob(os.path.join(self.tree.top, scripts.format(match[1])))
                yield from sorted({stem(file) for file in found
                                   if file.endswith((".py", ".sh"))})

    def of(self, path):
        """(its own, those it is tested by)"""
        own, said = self.directly(path)
        if not own and not said:
            head = self.module(path)
            said = sum(self.directly(head), []) if head else []
        return own, said if own else said + list(self.by_script(path))


def modules(tree):
    tests = Tests(tree)
    for path in sorted(tree.raw):
        if not path.endswith(".c"):
            continue
        own, by = tests.of(path)
        words = [", ".join(own)] if own else []
        words += ["tested by " + ", ".join(dict.fromkeys(by))] if by else []
        print(f"  {path}: {'; '.join(words)}")
        if not words:
            tests.faults.append((path, 1, "no test_" + stem(path) +
                                 ', nor "Tested by test_x." in its first comment'))
    yield from sorted(set(tests.faults))


CHECKS = {"modules": modules}
