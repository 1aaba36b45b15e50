# SPDX-License-Identifier: BSD-2-Clause
"""tree - the sources that lint looks at"""
import json, os, re, subprocess

FOLDERS = ("lib", "milter", "desk", "tools")


def sources(top):
    for folder in FOLDERS:
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


class Tree:
    """raw and code have each file's text by its path, code without comments."""

    def __init__(self, top):
        self.top = top
        self.raw = {path: self.read(path) for path in sources(top)}
        self.code = {path: bare(text) for path, text in self.raw.items()}
        self._functions = None

    def read(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as file:
            return file.read()

    def functions(self):
        """[(path, name, first line, last line)]; ends come from ctags."""
        if self._functions is None:
            out = subprocess.run(
                ["ctags", "--languages=C", "--kinds-C=f", "--fields=+ne",
                 "--output-format=json", "-f", "-"] +
                [path for path in self.code if path.endswith(".c")],
                cwd=self.top, capture_output=True, text=True, check=True).stdout
            tags = [json.loads(line) for line in out.splitlines()]
            self._functions = [(tag["path"], tag["name"], tag["line"], tag["end"])
                               for tag in tags
                               if tag.get("_type") == "tag" and "end" in tag]
        return self._functions
