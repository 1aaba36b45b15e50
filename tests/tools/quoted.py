# SPDX-License-Identifier: BSD-2-Clause
"""quoted - what README.md, OPERATIONS.md and the manuals give their reader to type

A block is what stands indented by four, up to an empty line. One that begins
with a program is commands, one on each line; `$ ` before a command says that
what stands below it is what it prints. Inline, a command begins with a program,
or with a subcommand of alignctl and a word more. Everything else is no command,
and whoever asks must know each block by its first line. Of a manual only displays
that begin with `$ ` are read, and not what they print.
"""
import os
import re

TOP = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
PAGES = ("README.md", "docs/OPERATIONS.md", "docs/PRIVACY.md", "docs/UPKEEP.md")
MANUALS = ("docs/alignctl.8", "docs/alignd.8")

PROGRAMS = set("""./bootstrap ./configure alignctl alignd apt base64 cat chgrp chmod chown cp
    createdb curl deluser grep groupadd install journalctl jq kill mailq make man mv openssl postcat
    postconf postfix postqueue postsuper printf promtool rm runuser sed sendmail setfacl sh
    sqlite3 ss sudo systemctl systemd-sysusers systemd-tmpfiles useradd usermod
    vi""".split())
SUBCOMMANDS = set("""check compare config doctor explain import lookup override privacy report
    review stats whatif""".split())


class Block:
    """Lines without their indent."""

    def __init__(self, lines):
        self.lines = lines
        self.first = lines[0]
        self.is_commands = is_command(lines[0].removeprefix("$ "))

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"

    def commands(self):
        """(command, what it prints below it, or None)"""
        found = []
        if self.first.startswith("$ "):
            for part in re.split(r"^\$ ", self.text, flags=re.M)[1:]:
                part = re.sub(r"\\\n\s*|(?<=\|)\n\s*", " ", part)
                command, output = part.split("\n", 1)
                found.append((re.sub(" +", " ", command), output))
            return found
        for line in re.sub(r"\\\n\s*", "", self.text).splitlines():
            if not line.lstrip().startswith("#"):
                found.append((without_remark(line), None))
        return found


def without_remark(line):
    return re.sub(r"\s+# .*$", "", line).strip()


def is_command(text):
    return text.split()[0] in PROGRAMS


def inline_command(span):
    """What a span of code has to be typed as, or None."""
    words = span.split()
    if len(words) > 1 and words[0] in PROGRAMS:
        return " ".join(words)
    if len(words) > 1 and words[0] in SUBCOMMANDS and "=" not in words[1]:
        return "alignctl " + " ".join(words)
    return None


def displays(manual):
    """Its displays of commands, as blocks of a page."""
    found = re.findall(r"^\.Bd -literal.*\n((?:\$ .*\n)(?:.*\n)*?)^\.Ed", manual, re.M)
    text = "\n".join(found).replace(r"\&", "").replace(r"\e", "\\")
    return re.sub(r"^(?=.)", "    ", text, flags=re.M)


def read(page):
    with open(os.path.join(TOP, page), encoding="utf-8") as file:
        return displays(file.read()) if page in MANUALS else file.read()


def blocks(text):
    """(offset, block)"""
    for match in re.finditer(r"(?:^    .*\n)+", text, re.M):
        yield match.start(), Block([line[4:] for line in match[0].splitlines()])


def commands(page):
    """[(command, output or None)] of a page, each once, from the top down."""
    text = read(page)
    found = []
    for offset, block in blocks(text):
        if block.is_commands:
            found += [(offset, *each) for each in block.commands()]
    # blocks are blanked, so that their bytes keep their place
    prose = re.sub(r"^    .*$", lambda line: " " * len(line[0]), text, flags=re.M)
    for match in re.finditer(r"`([^`]+)`", prose):
        command = inline_command(match[1])
        if command:
            found.append((match.start(), command, None))
    found.sort(key=lambda each: each[0])
    once = {}
    for _, command, output in found:
        if once.get(command) is None:
            once[command] = None if page in MANUALS else output
    return list(once.items())


def section(page, heading):
    """The commands of the blocks of a section, each as often as it stands there."""
    text = read(page).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [command for _, block in blocks(text) if block.is_commands
            for command, _ in block.commands()]


def texts(page):
    """{first line: text} of the blocks that are no commands."""
    return {block.first: block.text for _, block in blocks(read(page)) if not block.is_commands}
