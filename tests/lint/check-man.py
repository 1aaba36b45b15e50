#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""check-man - the manual pages tell what the programs have

Subcommands and options as --help prints them, the keys of the log line, the
counters, and the members of the JSON schemas stand in the pages, what to do
about each alert in OPERATIONS.md; no option
stands there that the program lacks; mandoc finds no fault, where it is
installed. Prints each difference; exit status 1 for any.
"""
import glob, json, os, re, shutil, subprocess, sys

TOP = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
TOOL = os.path.join(BUILD, "tools", "alignctl")
DAEMON = os.path.join(BUILD, "milter", "alignd")
DESK = os.path.join(BUILD, "desk", "alignd-desk")
# What "common" in the synopsis stands for.
COMMON = {"-config", "-dns", "-resolver", "-now", "-local", "-help",
          "-version"}


def read(*path):
    with open(os.path.join(TOP, *path), encoding="utf-8") as file:
        return file.read()


def output(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def has_macro(page, macro, word):
    """`.It Li a , b` and `.Op Fl -x` name a, b and -x; so does a text line."""
    return re.search(rf"^\.(?:.*[ ])?{macro} (?:[\w.-]+ , )*"
                     rf"{re.escape(word)}(?: |$)", page, re.M)


def synopsis_options(page):
    """The options of each subcommand's forms in the SYNOPSIS."""
    synopsis = page.split(".Sh SYNOPSIS")[1].split("\n.Sh ")[0]
    options = {}
    for form in synopsis.split("\n.Nm\n"):
        command = re.search(r"^\.Cm (\w+)", form, re.M)
        if command:
            form = form[command.start():]
            found = re.findall(r"\bFl (-[a-z-]+)", form)
            options.setdefault(command[1], set()).update(found)
            if "options of Cm check" in form:
                options[command[1]] |= options["check"]
    return options


def tool_faults(page):
    text = output(TOOL, "--help")
    commands = re.findall(r"^  (\w+) ", text, re.M)
    options = set(re.findall(r"-(-[a-z-]+)", text))
    synopsis = synopsis_options(page)
    for command in commands:
        usage = output(TOOL, command, "--help")
        # the last line is the summary
        forms = "\n".join(usage.splitlines()[:-1])
        own = set(re.findall(r"-(-[a-z-]+)", forms))
        options |= own
        for option in sorted(own - synopsis.get(command, set()) - COMMON):
            yield (f"alignctl.8: -{option} is missing from the synopsis of "
                   f"{command}")
        if not re.search(rf"^\.Ss alignctl {command}$", page, re.M):
            yield f"alignctl.8: no section for {command}"
    if not commands or len(options) < 5:
        yield "alignctl --help lists too little"
    items = set(re.findall(r"^\.It Fl (-[a-z-]+)", page, re.M))
    for option in sorted(options - items):
        yield f"alignctl.8: -{option} is not explained"
    for option in sorted(items - options):
        yield f"alignctl.8: alignctl has no -{option}"
    for option in sorted(options - COMMON):
        if not re.search(rf"^\.(Op )?Fl {option}\b", page, re.M):
            yield f"alignctl.8: -{option} is missing from the synopsis"


def daemon_faults(page):
    options = set(re.findall(r"^  -(\w)", output(DAEMON, "-h"), re.M))
    items = set(re.findall(r"^\.It Fl (\w)", page, re.M))
    if options != items or not options:
        yield f"alignd.8: options {sorted(items)}, alignd has {sorted(options)}"
    keys = re.findall(r" (\w+)=%?",
                      " ".join(re.findall(r'"(.*?)"',
                                          read("lib", "eval",
                                               "verdict_log.c"))))
    counters = re.findall(r'(?:COUNTER|LOGGED)\(\s*"(\w+)"',
                          read("milter", "metrics.c"))
    if len(set(keys)) < 10 or len(counters) < 10:
        yield "too few keys or counters found in the sources"
    for word in sorted(set(keys) | set(counters)):
        if not has_macro(page, "Li", word):
            yield f"alignd.8: {word} is not explained"
    yield from metric_faults(page)


def metric_faults(page):
    pattern = r"\b(?:alignd|process)_\w+"
    known = set()
    for name in ("metrics.c", "metrics_page.c"):
        known |= set(re.findall(f'"({pattern})"', read("milter", name)))
    told = set(re.findall(pattern, " ".join(
        re.findall(r"^\.It Li (.*)", page, re.M))))
    for name in sorted(known - told):
        yield f"alignd.8: the metric {name} is not explained"
    for name in sorted(told - known):
        yield f"alignd.8: there is no metric {name}"
    if len(known) < 30:
        yield "too few metrics found in the sources"


def alert_faults(page):
    alerts = re.findall(r"alert: (\w+)", read("docs", "alerts",
                                              "alignd.rules.yml"))
    for name in alerts:
        if f"`{name}`" not in page:
            yield f"OPERATIONS.md: the alert {name} is not told of"
    if len(alerts) < 10:
        yield "too few alerts found in the rules"


def desk_faults(page):
    """Options, settings, figures and addresses of alignd-desk."""
    options = set(re.findall(r"^  -(\w)", output(DESK, "-h"), re.M))
    if options != set(re.findall(r"^\.It Fl (\w)", page, re.M)) or not options:
        yield f"alignd-desk.8: its options are {sorted(options)}"
    names = re.findall(r'\.name = "(\w+)"', read("desk", "settings.c"))
    names += re.findall(r'"(alignd_desk_\w+)"', read("desk", "service.c"))
    if len(names) < 14:
        yield "too few settings and figures of the desk found"
    for name in names:
        if not re.search(rf"^\.(It Ic|Li) (\w+ , )*{name}\b", page, re.M):
            yield f"alignd-desk.8: {name} is not explained"
    for path in re.findall(r'^    \{"(\w+)/?",', read("lib", "desk", "desk.c"), re.M):
        if f"/{path}" not in page:
            yield f"alignd-desk.8: /{path} is not told of"


def members(schema):
    for name, child in schema.get("properties", {}).items():
        yield name
        yield from members(child)
    yield from members(schema["items"]) if "items" in schema else ()


def json_faults(page):
    for path in sorted(glob.glob(os.path.join(TOP, "tests", "tools",
                                              "*.schema.json"))):
        with open(path, encoding="ascii") as file:
            names = set(members(json.load(file)))
        for name in sorted(names):
            if not has_macro(page, "Li", name):
                yield f"alignctl.8: member {name} is not explained"


def form_faults(pages):
    if not shutil.which("mandoc"):
        print("mandoc is not installed: the form of the pages is unchecked")
        return
    for page in pages:
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page],
                              text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        # Without an index of the host's pages it says so, of no page.
        yield from (line for line in done.stdout.splitlines()
                    if "mandoc.db" not in line)


def main():
    pages = sorted(glob.glob(os.path.join(TOP, "docs", "*.[58]")))
    faults = list(tool_faults(read("docs", "alignctl.8")))
    faults += daemon_faults(read("docs", "alignd.8"))
    faults += desk_faults(read("docs", "alignd-desk.8"))
    faults += json_faults(read("docs", "alignctl.8"))
    faults += alert_faults(read("docs", "OPERATIONS.md"))
    faults += form_faults(pages)
    print("\n".join(faults + [f"{len(pages)} pages, {len(faults)} faults"]))
    return 1 if faults or len(pages) < 3 else 0


sys.exit(main())
