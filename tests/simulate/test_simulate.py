#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""test_simulate - the tables of what rules spare are what a run gives

The short form, one seed: docs/TESTING.md has its figures. The table by which an
operator chooses, of the long form, names the same settings; `make simulate`
holds its figures. Where a rule changes on purpose:

    test_simulate.py --write && make simulate SIMULATE=--write
"""
import os, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import simulate

# Every game that is played for somebody's trust: who plays it, under which
# setting, and how many of its spoofs get past the refusal at most, and why.
INDIRECT = "`policy.indirect_mail = quarantine`"
LISTS = "overrides of lists, named by a person"
FORWARDERS = "overrides of forwarders, named by a person"
SERVICES = "overrides of services, named by a person"
PATH = "`policy.known_path = quarantine`"
PROPOSED = "`alignctl override propose`, all of it taken each week"
ARCHIVE = "`rcpt` of a program's address, accepted"
STAFF = "`rcpt` of an alias of 50, accepted"
POSTMASTER = "`policy.postmaster_exempt = yes`"
OWN = "`policy.on_own = reject`"
UNAUTHENTICATED = "`policy.on_unauthenticated = reject`"
INSTALLED = "as installed"
GAMES = (
    ("replay", INDIRECT, 3, "three organisations may bring one signed header"),
    ("replay", INSTALLED, 3, "likewise"),
    ("replay", LISTS, 0, "a signature that a list has not made names none"),
    ("newsletter spoof", PATH, 0, "credit is not bought with 25 newsletters"),
    ("newsletter spoof", PROPOSED, 0, "nor proposed"),
    ("signer spoof", PATH, 0, "nor with domains of his own"),
    ("signer spoof", PROPOSED, 3, "three domains of one's own look as a forwarder does: all of "
                                  "it, which is why a person reads what is proposed"),
    ("rented neighbour", PATH, 0, "a network that others share has none"),
    ("wave", PATH, 0, "strays have no past"),
    ("wave", INSTALLED, 0, "nothing speaks for it"),
    ("wave", FORWARDERS, 0, "strays are nobody's hosts"),
    ("newsletter spoof", INSTALLED, 0, "good mail that was passed on buys nothing"),
    ("newsletter spoof", FORWARDERS, 0, "nobody named his host"),
    ("signer spoof", INSTALLED, 0, "his own domains buy nothing"),
    ("signer spoof", FORWARDERS, 0, "nobody named his host"),
    ("rented neighbour", INSTALLED, 0, "its network speaks for nothing"),
    ("rented neighbour", LISTS, 0, "a list's signature is not had beside it"),
    ("forwarded spoof", INSTALLED, 0, "a forwarder's name speaks for nothing by itself"),
    ("forwarded spoof", LISTS, 0, "it is no list"),
    ("second recipient", INSTALLED, 0, "a second recipient changes nothing"),
    ("second recipient", ARCHIVE, 0, "the other recipient is not exempt"),
    ("second recipient", POSTMASTER, 0, "postmaster is not the only one"),
    ("alias", ARCHIVE, 0, "it is not the address that was named"),
    ("alias", POSTMASTER, 0, "it is no postmaster"),
    ("exempt recipient", POSTMASTER, 0, "likewise"),
    ("wave", POSTMASTER, 0, "it went to others"),
    ("alias", INSTALLED, 0, "no recipient is exempt by itself"),
    ("exempt recipient", INSTALLED, 0, "likewise"),
)

faults = []


def check(is_so, words):
    if not is_so:
        faults.append(words)


def check_pages(run):
    new = simulate.table("short", [run])
    if "--write" in sys.argv:
        simulate.write(simulate.TESTING, new)
    old = simulate.find(simulate.TESTING)[1]
    check(old == new, f"docs/TESTING.md has\n{old}and a run gives\n{new}"
                      "test_simulate.py --write puts it there")
    check(list(simulate.rows(simulate.find(simulate.OPERATIONS)[1])) == list(run),
          "docs/OPERATIONS.md has other settings: make simulate SIMULATE=--write")


def fate(run, setting, actor, *fates):
    return sum(run[setting][actor][1][name] for name in fates)


def check_games(run):
    for actor, setting, most, why in GAMES:
        past = fate(run, "no rule", actor, "refused") - fate(run, setting, actor, "refused")
        check(past <= most, f"{actor} under {setting}: {past} past the refusal, at most {most}: {why}")
        check(fate(run, "no rule", actor, "refused") > 0, f"{actor}: none was refused before")


def check_recipients(run):
    """What an exempt address costs, and who gets it."""
    check(fate(run, POSTMASTER, "appeal", "refused") == 0, "an appeal does not arrive")
    check(fate(run, POSTMASTER, "postmaster spoof", "delivered") == 0,
          "a spoof to postmaster has no tag")
    check(fate(run, ARCHIVE, "exempt recipient", "refused") == 0, "a detail is not stripped")
    mailboxes = run[STAFF]["alias"][2]["delivered"]
    messages = run[STAFF]["alias"][1]["delivered"]
    check(messages > 0 and mailboxes == 50 * messages, "an exempt alias is not all of its people")


def check_names(run):
    """The settings that are stricter than what was published."""
    for actor, setting in (("own name", OWN), ("name without policy", UNAUTHENTICATED)):
        check(fate(run, "no rule", actor, "refused") == 0, f"{actor}: refused before")
        check(fate(run, setting, actor, "delivered", "tagged", "held") == 0,
              f"{actor} under {setting}: gets in")
    check(fate(run, OWN, "own service", "delivered") > 0, "what signs for us is refused")


def check_sense(run):
    """What must hold of any figures: the harness reaches what it measures."""
    plain = run["no rule"]
    check(simulate.total(plain, "genuine", "refused") > 50, "nothing genuine is in need")
    check(simulate.total(plain, "spoof", "refused") > 300, "nothing is refused")
    check(simulate.total(plain, "genuine", "delivered") > 1000, "genuine mail does not pass")
    held = run["`policy.on_reject = quarantine`"]
    check(simulate.total(held, "genuine", "refused") == 0, "on_reject = quarantine refuses")
    named = run["overrides of lists, named by a person"]
    check(fate(run, "overrides of lists, named by a person", "list", "refused") == 0,
          "named lists are refused")
    check(simulate.total(named, "spoof", "refused") == simulate.total(plain, "spoof", "refused"),
          "an override of lists let a spoof past")
    every = {tuple(sum(messages.values()) for _, messages, _ in actors.values())
             for actors in run.values()}
    check(len(every) == 1, "not all settings got the same mail")


def main():
    run = simulate.run("short", 1)
    check_pages(run)
    check_sense(run)
    check_games(run)
    check_recipients(run)
    check_names(run)
    print("\n".join(faults) or "the tables are right")
    return 1 if faults else 0


sys.exit(main())
