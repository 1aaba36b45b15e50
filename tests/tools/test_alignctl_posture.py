#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl posture: each finding with the zone that has it, and the one beside it
that only looks like it.

A case is a zone, the domain d.test, and the findings that it has exactly. What
most zones need stands in SOUND; a case takes names from it or gives them anew.
"""
import itertools
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, RECORD_TOOL, ToolTest, zone_record  # noqa: E402
import inbox_rig  # noqa: E402
from inbox_rig import (DAY_S, SENT_S, InboxTest, judged,  # noqa: E402
                       mailed, row)
from limits import LIMITS  # noqa: E402
from page import Page  # noqa: E402
from posture_cases import (CASES, SIGNED, SOUND, UNSEEN, dmarc,  # noqa: E402
                           STS_KINDS, key, zone_of)

KINDS = os.path.join(os.path.dirname(__file__), "..", "..", "lib", "posture",
                     "kinds.c")
DONE, USAGE, INPUT, STORE, FINDINGS, UNCHECKED = 0, 1, 3, 4, 6, 7
# What each sentence of the guidance is about, by its number.
GUIDANCE = (
    "enforce|p=(reject|quarantine) is", "SPF|DKIM", r"TLS 1\.2",
    "[Nn]ever refuse|never refused|No inbound mail is refused",
    "MTA-STS", "TLS-RPT|TLS reports|reports? of others",
    "DMARC.*(p=none|published|reports)|policy has risen|reports of others",
    "record names|who is named", "SPF", "DKIM keys", "footer",
    "A and PTR|names and addresses|Forward and reverse", "MX records",
    "[Cc]ertificates",
    "send(s)? no mail", "gsi family", "exceptions",
    "knows? whom to", "disruption", "reports", "alerts|told at once",
    "[Ee]xceptions are", "partners")
# Findings that ask for a stronger policy.
STEPS = ("dmarc-none", "dmarc-none-long", "dmarc-test-mode", "dmarc-sp-weak",
         "dmarc-np-weak")
KEY_NAME = "s1._domainkey.d.test"


class Holding(threading.Thread):
    """A resolver for which no name exists. It answers once questions about so
    many domains wait, or when it has had enough of waiting."""

    PATIENCE_S = 25  # less than alignctl waits for an answer

    def __init__(self, wanted):
        super().__init__(daemon=True)
        self.wanted = wanted
        self.is_open = False
        self.until = None
        self.domains = set()
        self.held = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.socket.sendto(b"", ("127.0.0.1", self.port))
        self.join()
        self.socket.close()

    def run(self):
        while True:
            question, asker = self.socket.recvfrom(4096)
            if not question:
                return
            self.held.append((question, asker))
            found = re.search(rb"\x02d\d|\x03d\d\d", question)
            self.domains |= {found[0]} if found else set()
            self.until = self.until or time.monotonic() + self.PATIENCE_S
            is_late = time.monotonic() > self.until
            self.is_open = self.is_open or (
                not is_late and len(self.domains) >= self.wanted)
            while self.held and (self.is_open or is_late):
                question, asker = self.held.pop()
                # QR, RD, RA, NXDOMAIN; the question alone.
                end = question.index(b"\0", 12) + 5
                self.socket.sendto(
                    question[:2] + b"\x81\x83" + question[4:6] +
                    bytes(6) + question[12:end], asker)


class Posture(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.signer.new_key("mine", "rsa", 2048)
        cls.write("own.conf", f'store {{ sqlite = "{cls.path("none.db")}" }}\n')

    def posture(self, zone, *arguments, status=None, config="own.conf"):
        """(findings, domains), each as its schema says"""
        self.write("posture.zone", zone)
        got, out, err = self.run_tool(
            "posture", "--config", config, "--dns", "posture.zone", "--json",
            *arguments, common=False)
        if status is not None:
            self.assertEqual((got, err), (status, ""))
        findings, domains = [], []
        for value in map(json.loads, out.splitlines()):
            kind, into = (("posture", findings) if "finding" in value
                          else ("posture_domain", domains))
            rules = schema.load(kind)
            self.assertEqual(schema.faults(value, rules), [])
            self.assertEqual(schema.order_faults(value, rules), [])
            into.append(value)
        return findings, domains

    def test_cases(self):
        for name, changes, wanted, *arguments in CASES:
            with self.subTest(name):
                if not arguments or arguments[0].startswith("-"):
                    arguments.insert(0, "d.test")
                findings, (domain,) = self.posture(zone_of(changes),
                                                   *arguments)
                got = [f["finding"] for f in findings
                       if f["finding"] not in UNSEEN]
                want = [w if isinstance(w, str) else w[0] for w in wanted]
                self.assertEqual(sorted(got), sorted(
                    w for w in want if w != "unchecked"))
                self.assertEqual(bool(domain["not_checkable"]),
                                 "unchecked" in want, domain)
                for each in wanted:
                    if not isinstance(each, str):
                        self.said(findings, *each)
                self.pasted_once(findings)

    def pasted_once(self, findings):
        """One record a name and type: the second pasted undoes no first. A
        stronger policy is one of its own, to be pasted later."""
        records = {}
        for found in findings:
            if found["fix"] and found["severity"] != "info":
                for line in found["fix"].splitlines():
                    owner, kind, _ = line.split(" ", 2)
                    records.setdefault((owner, kind, found["finding"] in STEPS),
                                       set()).add(line)
        for name, lines in records.items():
            self.assertEqual(len(lines), 1, (name, lines))

    def said(self, findings, kind, *words):
        """Does one finding of that kind say all of it?"""
        texts = [" ".join(filter(None, (f["seen"], f["fix"])))
                 for f in findings if f["finding"] == kind]
        self.assertTrue(any(all(word in text for word in words)
                            for text in texts), (kind, words, texts))

    def test_every_finding_has_a_case(self):
        with open(KINDS, encoding="ascii") as file:
            kinds = {line.split('"')[1] for line in file
                     if line.startswith("\tROW(") and '"live-' not in line}
        self.assertGreater(len(kinds), 20)
        wanted = {w if isinstance(w, str) else w[0]
                  for case in CASES for w in case[2]}
        self.assertEqual(kinds - wanted - set(UNSEEN) - STS_KINDS,
                         {"dkim-key-gone", "subdomain-unlisted",
                          "dmarc-none-long"})

    def test_tables_of_the_guidance(self):
        """Each test, command and finding that OPERATIONS.md names is there."""
        top = os.environ.get("top_srcdir", ".")
        with open(os.path.join(top, "docs/OPERATIONS.md"),
                  encoding="utf-8") as file:
            text = file.read()
        begin = text.index("## Your own domains")
        rows = [line.split("|")[1:-1] for line in
                text[begin:text.index("## To be told")].splitlines()
                if line.startswith("| ")]
        self.assertGreater(len(rows), 35)
        commands = set(re.findall(r"^  ([a-z]+) ", self.run_tool(
            "--help", common=False)[1], re.M))
        _, out, _ = self.run_tool("posture", "--kinds", "--json", common=False)
        kinds = {json.loads(line)["finding"] for line in out.splitlines()}
        for asked, *cells in rows:
            for words in re.findall("`([^`]*)`", " ".join(cells)):
                with self.subTest(asked, words=words):
                    if words.startswith("tests/"):
                        self.assertTrue(os.path.exists(
                            os.path.join(top, words)))
                    elif words.startswith("alignctl "):
                        self.assertIn(words.split()[1], commands)
                    elif re.fullmatch("[a-z0-9]+(-[a-z0-9]+)+", words):
                        self.assertIn(words, kinds)

    def test_numbers_of_the_guidance(self):
        """Who reads "guidance 7" finds under that number what it speaks of."""
        top = os.path.join(os.path.dirname(KINDS), "..", "..")

        def text_of(name):
            with open(os.path.join(top, name), encoding="utf-8") as file:
                return file.read()

        page = text_of("docs/OPERATIONS.md")
        begin = page.index("### What guidance for public bodies asks, all of")
        asked = re.findall(r"^\| (\d+) \| ([^|]*) \|", page[begin:], re.M)
        self.assertEqual([int(number) for number, _ in asked],
                         list(range(1, len(GUIDANCE) + 1)))
        for (_, words), about in zip(asked, GUIDANCE):
            self.assertRegex(words, about)
        rules = re.findall(r'UK_GOV,(?: [A-Z_]+,)* "guidance ([0-9, to]+)",'
                           r'\s*"([^"]*)"', text_of("lib/profile/rows.c"))
        shown = re.findall(r'\{GUIDANCE,\s*"([0-9, ]+)",\s*"([^"]*)"',
                           text_of("lib/scorecard/evidence.c"))
        self.assertGreater(len(rules), 20)
        self.assertGreater(len(shown), 15)
        for numbers, words in rules + shown:
            with self.subTest(numbers, words=words):
                first, *more = map(int, re.findall(r"\d+", numbers))
                about = "|".join(GUIDANCE[n - 1] for n in (first, *more))
                if "to" not in numbers:
                    self.assertRegex(words, about)
                self.assertLessEqual(max([first] + more), len(asked))

    def test_kinds(self):
        """Who filters findings by name can look the name up."""
        with open(KINDS, encoding="ascii") as file:
            kinds = [line.split('"')[1] for line in file
                     if line.startswith("\tROW(")]
        _, out, _ = self.run_tool("posture", "--kinds", "--json", common=False)
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(sorted(row["finding"] for row in rows), sorted(kinds))
        for row in rows:
            self.assertTrue(all(row.values()), row)
        _, out, _ = self.run_tool("posture", "--kinds", "--csv", common=False)
        self.assertEqual(out.split("\r\n")[0],
                         "finding,severity,title,rule,advice")
        got, out, _ = self.run_tool("posture", "--kinds", common=False)
        self.assertEqual(got, DONE)
        self.assertIn("high     dmarc-missing: no DMARC record\n", out)
        self.want(USAGE, "looks at no domain", "posture", "--kinds", "d.test",
                  common=False)

    def test_the_page_names_findings_that_there_are(self):
        """The table of what guidance asks for."""
        page = os.path.join(os.path.dirname(KINDS), "..", "..", "docs",
                            "OPERATIONS.md")
        with open(page, encoding="utf-8") as file:
            table = file.read().split("| asked | finding |")[1].split("\n\n")[0]
        with open(KINDS, encoding="ascii") as file:
            kinds = file.read()
        named = re.findall(r"`([a-z]+(?:-[a-z]+)+)`", table)
        self.assertGreater(len(named), 30)
        for name in named:
            self.assertIn(f'"{name}"', kinds)

    def test_sound(self):
        findings, (domain,) = self.posture(zone_of({}), "D.Test.", status=DONE)
        self.assertEqual({f["severity"] for f in findings} - {"info"}, set())
        self.assertEqual((domain["domain"], domain["grade"], domain["next"]),
                         ("d.test", "A", "Nothing."))

    def test_grade_and_order(self):
        """The worst first; what is to be done is what stands first."""
        zone = zone_of({"_dmarc.d.test": 'TXT "v=DMARC1; p=none; '
                        'rua=mailto:a@free.example"'})
        findings, (domain,) = self.posture(zone, "d.test", status=FINDINGS)
        ranks = ["critical", "high", "medium", "low", "info"]
        order = [ranks.index(f["severity"]) for f in findings]
        self.assertEqual(order, sorted(order))
        self.assertEqual(findings[0]["finding"], "name-registrable")
        self.assertEqual(domain["grade"], "F")
        self.assertIn(findings[0]["advice"], domain["next"])

    def test_status(self):
        lost = zone_of({"_dmarc.d.test": ";!FAIL _dmarc.d.test TXT SERVFAIL\n"})
        _, (domain,) = self.posture(lost, "d.test", status=UNCHECKED)
        self.assertEqual(domain["grade"], "A")
        self.assertIn("Look again later", domain["next"])
        both = zone_of({"_dmarc.d.test": ";!FAIL _dmarc.d.test TXT SERVFAIL\n",
                        "bare.test": "A 192.0.2.1"})
        _, domains = self.posture(both, "d.test", "bare.test", status=FINDINGS)
        self.assertEqual([d["domain"] for d in domains],
                         ["d.test", "bare.test"])

    def test_lists(self):
        self.write("posture.zone", zone_of({}))
        self.write("list", "# ours\nd.test\n\n D.TEST # again\nbare.test\n")
        _, domains = self.posture(zone_of({}), "--file", "list")
        self.assertEqual([d["domain"] for d in domains],
                         ["d.test", "bare.test"])
        self.write("list.conf", 'own { domains = {"d.test"} }\n')
        got, out, _ = self.run_tool(
            "posture", "--config", "list.conf", "--dns", "posture.zone",
            common=False)
        self.assertEqual((got, out.splitlines()[0]), (DONE, "d.test: grade A"))
        self.write("bad", "d.test\n..\n")
        self.want(USAGE, 'bad:2: ".." is no domain name', "posture", "--file",
                  "bad")
        self.want(INPUT, "none.list", "posture", "--file",
                  "none.list")
        self.want(USAGE, "no domain: name one", "posture")
        many = LIMITS["LIMIT_POSTURE_DOMAINS"] + 1
        self.write("many", "".join(f"d{i}.test\n" for i in range(many)))
        self.want(USAGE, f"more than {many - 1} domains", "posture", "--file",
                  "many")

    def test_hosts_are_those_of_own_domains(self):
        """A partner need not let hosts of ours pass, unless we say so."""
        self.write("hosts.conf", 'own { domains = {"d.test"} '
                   'hosts = {"192.0.2.26"} }\n')
        zone = zone_of({"p.test": SOUND["d.test"]})

        def about_hosts(*arguments):
            findings, _ = self.posture(zone, "d.test", "p.test", *arguments,
                                       config="hosts.conf")
            return [(f["domain"], f["finding"]) for f in findings
                    if f["finding"] in ("spf-host-fails", "ptr-missing")]

        kinds = ["spf-host-fails", "ptr-missing"]
        self.assertEqual(about_hosts(), [("d.test", kind) for kind in kinds])
        self.assertEqual(about_hosts("--host", "192.0.2.27"),
                         [(domain, kind) for domain in ("d.test", "p.test")
                          for kind in kinds])

    def test_no_record_to_paste_weakens_a_policy(self):
        """For the domain, names below it, and names that do not exist."""
        requests = ["", "none", "quarantine", "reject"]
        published = {}
        for i, (p, sp, np, t) in enumerate(itertools.product(
                requests[1:], requests, requests, "ny")):
            published[f"d{i}.test"] = {"p": p, "sp": sp, "np": np, "t": t}
        zone, names = {}, []
        for domain, tags in published.items():
            zone[f"_dmarc.{domain}"] = 'TXT "v=DMARC1; ' + "; ".join(
                f"{tag}={value}" for tag, value in tags.items() if value
            ) + f'; rua=mailto:a@{domain}"'
            zone[domain] = zone["sub." + domain] = "A 192.0.2.1"
            names += [domain, "sub." + domain, "none." + domain]
        self.write("names", "\n".join(names))
        findings, _ = self.posture(zone_of(zone), "--file", "names")

        def strength(tags):
            p, sp, np = (requests.index(tags.get(tag, ""))
                         for tag in ("p", "sp", "np"))
            return [max(0, each - (tags.get("t") == "y"))
                    for each in (p, sp or p, np or sp or p)]

        pasted = 0
        for found in findings:
            record = re.search(r'^_dmarc\.(\S+)\. TXT "v=DMARC1; (.*)"$',
                               found["fix"] or "")
            if record and record[1] in published:
                pasted += 1
                tags = dict(tag.split("=", 1) for tag in record[2].split("; "))
                for old, new in zip(strength(published[record[1]]),
                                    strength(tags)):
                    self.assertGreaterEqual(new, old, found)
        self.assertGreater(pasted, len(published))

    def test_tree(self):
        """What a check costs at worst, and what it takes of a stranger."""
        zone = zone_of({"d.test": SOUND["d.test"][:2] + [
            'TXT "v=spf1 mx include:spf.good.example a:mx.d.test -all"'],
            "spf.good.example": 'TXT "v=spf1 ip4:240.0.0.0/16 '
                                'a:two.d.test a:two.d.test -all"'})
        findings, _ = self.posture(zone, "d.test")
        self.said(findings, "spf-tree", "5 of 10 lookups at worst: mx, "
                  "include:spf.good.example (a:two.d.test, a:two.d.test), "
                  "a:mx.d.test; for a client that no term names it takes 2 "
                  "by IPv4, 5 by IPv6")
        findings, _ = self.posture(zone_of({"d.test": SOUND["d.test"][:2] + [
            'TXT "v=spf1 ip4:192.0.2.25 -all"']}), "d.test")
        self.said(findings, "spf-tree", "nothing: all of it stands in")
        room = LIMITS["LIMIT_POSTURE_SPF_RECORDS"]
        deep = zone_of({"d.test": 'TXT "v=spf1 include:s0.d.test -all"', **{
            f"s{i}.d.test": f'TXT "v=spf1 include:s{i + 1}.d.test -all"'
            for i in range(room + 3)}})
        findings, _ = self.posture(deep, "d.test")
        self.said(findings, "spf-lookups", f"more than {room} lookups")

    def test_no_more_names_than_the_most(self):
        """Who writes the record does not choose how much is asked for it."""
        room = LIMITS["LIMIT_POSTURE_SPF_TERMS"]
        for count in (room, room + 2):
            terms = " ".join(f'"a:n{i}.free{i}.example "' for i in range(count))
            zone = zone_of({"d.test": f'TXT "v=spf1 " {terms} "-all"',
                            "x.example": "A 192.0.2.1"})
            findings, told = self.posture(zone, "d.test")
            asked = [f for f in findings if f["finding"] == "name-registrable"]
            self.assertEqual(len(asked), room)
            self.assertEqual(f"{room} terms are asked for" in json.dumps(told), count > room)

    def test_notes(self):
        """What is said of nearly every domain."""
        findings, _ = self.posture(zone_of({}), "d.test")
        self.said(findings, "dnssec-unsigned", "d.test")
        signed = zone_of({"x": SIGNED})
        findings, _ = self.posture(signed, "d.test")
        self.said(findings, "tlsa-missing", "_25._tcp.mx.d.test")
        self.assertNotIn("dnssec-unsigned", [f["finding"] for f in findings])

    def test_traffic(self):
        """Keys and names that recorded mail shows; forgeries show nothing."""
        keys = {"a.d.test": "A 192.0.2.1"}
        for domain in ("d.test", "a.d.test"):
            text = zone_record("", self.key)[len(" TXT "):].strip()
            keys[f"s1._domainkey.{domain}"] = f"TXT {text}"
        zone = zone_of(keys)
        self.record(zone, [("d.test", "d.test"), ("a.d.test", "a.d.test"),
                           ("forged.d.test", "other.test")])
        gone = zone_of({"a.d.test": "A 192.0.2.1", **key("p=", KEY_NAME)})
        findings, _ = self.posture(gone, "d.test", config="store.conf")
        self.said(findings, "dkim-key-gone", KEY_NAME, "revoked")
        self.said(findings, "dkim-key-gone", "s1._domainkey.a.d.test")
        self.assertEqual([f["seen"] for f in findings
                          if f["finding"] == "subdomain-unlisted"],
                         ["a.d.test"])
        findings, _ = self.posture(gone, "d.test", "a.d.test",
                                   config="store.conf")
        self.assertNotIn("subdomain-unlisted",
                         [f["finding"] for f in findings])
        # What is named should be there.
        findings, _ = self.posture(gone, "d.test", "--selector", "s1",
                                   config="store.conf")
        self.said(findings, "dkim-revoked", KEY_NAME)
        self.write("no.conf", f'store {{ sqlite = "{self.path("list")}" }}\n')
        self.write("list", "no store\n")
        self.want(STORE, "list", "posture", "--config", "no.conf", "--dns",
                  "posture.zone", "d.test", common=False)

    def test_memory(self):
        """Own domains are remembered: since when, until it is mended."""
        self.record(zone_of({}), [("d.test", "d.test")])
        with open(self.path("store.conf"), "a", encoding="ascii") as file:
            file.write('own { domains = {"d.test"} }\n')
        bad = zone_of({**dmarc("v=DMARC1; p=none; rua=mailto:dmarc@d.test; "
                               "ruf=mailto:dmarc@d.test"),
                       "other.test": ["A 192.0.2.11"]})
        lost = zone_of({"x": [";!FAIL _dmarc.d.test TXT SERVFAIL\n"]})
        day = 86400

        def since(zone, days, *domains):
            findings, _ = self.posture(zone, *domains, "--now",
                                       str(NOW + days * day),
                                       config="store.conf")
            return {f["finding"]: f["since"] for f in findings
                    if f["finding"].startswith("dmarc-")}

        first = "2026-05-01T12:00:00Z"
        self.assertEqual(since(bad, 0), {"dmarc-none": first})
        self.assertEqual(since(bad, 29), {"dmarc-none": first})
        self.assertEqual(since(lost, 30), {})
        self.assertEqual(since(bad, 30), {
            "dmarc-none-long": "2026-05-31T12:00:00Z", "dmarc-none": first})
        self.assertEqual(since(bad, 31, "other.test"),
                         {"dmarc-missing": None})
        self.assertEqual(since(zone_of({}), 32), {})
        self.assertEqual(since(bad, 33),
                         {"dmarc-none": "2026-06-03T12:00:00Z"})
        # Who may only read is told, and leaves nothing.
        os.environ["ALIGND_REAL_TIME_ONLY"] = "1"
        self.addCleanup(os.environ.pop, "ALIGND_REAL_TIME_ONLY", None)
        self.assertEqual(since(zone_of({}), 34), {})
        self.assertEqual(since(bad, 35),
                         {"dmarc-none": "2026-06-03T12:00:00Z"})

    def test_memory_of_what_was_mended(self):
        self.record(zone_of({}), [("d.test", "d.test")])
        with open(self.path("store.conf"), "a", encoding="ascii") as file:
            file.write('own { domains = {"d.test"} }\n')
        lost = zone_of({"x": [";!FAIL _dmarc.d.test TXT SERVFAIL\n"]})
        day = 86400

        def look(zone, days):
            self.posture(zone, "--now", str(NOW + days * day),
                         config="store.conf")

        def rows(sql):
            with sqlite3.connect(self.path("posture.db")) as database:
                return database.execute(sql).fetchall()
        closed = ("SELECT first_s, closed_s FROM posture_past WHERE "
                  "finding = 'dmarc-missing' ORDER BY closed_s")
        look(zone_of({"_dmarc.d.test": []}), 0)
        look(lost, 1)  # not seen is not mended
        self.assertEqual(rows(closed), [])
        self.assertEqual(rows("SELECT * FROM posture_look"),
                         [("d.test", NOW, NOW + day, NOW)])
        look(zone_of({}), 2)
        look(zone_of({"_dmarc.d.test": []}), 3)
        look(zone_of({}), 4)
        self.assertEqual(rows(closed), [(NOW, NOW + 2 * day),
                                        (NOW + 3 * day, NOW + 4 * day)])
        self.assertEqual(rows("SELECT * FROM posture_look"),
                         [("d.test", NOW, NOW + 4 * day, NOW + 4 * day)])
        look(zone_of({}), LIMITS["LIMIT_POSTURE_PAST_DAYS"] + 3)
        self.assertEqual(rows(closed), [(NOW + 3 * day, NOW + 4 * day)])

    def test_memory_of_others(self):
        """A row that alignd cannot have written is left out and told."""
        self.record(zone_of({}), [("d.test", "d.test")])
        with open(self.path("store.conf"), "a", encoding="ascii") as file:
            file.write('own { domains = {"d.test"} }\n')
        zone = zone_of({"_dmarc.d.test": []})
        self.posture(zone, "d.test", config="store.conf")
        with sqlite3.connect(self.path("posture.db")) as database:
            database.execute("UPDATE posture_finding SET first = -1")
        self.write("posture.zone", zone)
        got, out, err = self.run_tool("posture", "--config", "store.conf",
                                      "--dns", "posture.zone", common=False)
        self.assertEqual(got, FINDINGS)
        self.assertIn("posture_finding", err)
        self.assertNotIn("since", out)

    def test_traffic_bounds(self):
        room = LIMITS["LIMIT_POSTURE_LEARNED"]
        names = [f"n{i}.d.test" for i in range(room + 3)]
        self.record(zone_of({f"s1._domainkey.{name}": "TXT " + zone_record(
            "", self.key)[len(" TXT "):].strip() for name in names}),
                    [(name, name) for name in names])
        findings, _ = self.posture(zone_of({}), "d.test", config="store.conf")
        for kind in "subdomain-unlisted", "dkim-key-gone":
            self.assertEqual(
                sum(f["finding"] == kind for f in findings), room)

    def record(self, zone, mail):
        """A store with mail of (author domain, who signs)."""
        self.write("record.zone", zone)
        store = self.path("posture.db")
        for suffix in "", "-wal", "-shm":
            if os.path.exists(store + suffix):
                os.unlink(store + suffix)
        self.write("store.conf", f'store {{ sqlite = "{store}" }}\n')
        lines = ""
        for i, (author, signer) in enumerate(mail):
            message = (f"From: a@{author}\r\nTo: b@here.test\r\n"
                       "Date: Fri, 01 May 2026 12:00:00 +0000\r\n"
                       f"Message-ID: <{i}@x>\r\nSubject: x\r\n\r\nhello\r\n")
            self.write(f"m{i}", self.signer.sign("mine", signer, "s1",
                                               message.encode(), ""))
            lines += (f"{NOW} 192.0.2.99 <a@{author}> <b@here.test> Q{i} x - "
                      f"{self.path(f'm{i}')}\n")
        done = subprocess.run(
            [RECORD_TOOL, self.path("store.conf"), self.path("record.zone"),
             store], input=lines.encode(), capture_output=True, check=True)
        self.assertEqual(len(done.stdout.splitlines()), len(mail))

    def test_page(self):
        zone = zone_of({"_dmarc.d.test": 'TXT "v=DMARC1; p=none; '
                        'rua=mailto:dmarc@d.test; x=<b>"',
                        "bare.test": "A 192.0.2.1"})
        self.write("posture.zone", zone)
        got, out, err = self.run_tool(
            "posture", "--config", "own.conf", "--dns", "posture.zone",
            "--now", str(NOW), "d.test", "bare.test", "--html", "page.html",
            common=False)
        self.assertEqual((got, out, err), (FINDINGS, "", ""))
        with open(self.path("page.html"), encoding="ascii") as file:
            text = file.read()
        page = Page(text)
        # The worst first, in a colour of its own; a name breaks at its dots.
        self.assertEqual(re.findall(r'<tr><th scope="row">(.*?)</th><td>'
                                    r'<span class="badge (\w+)">(\w)', text),
                         [("bare.<wbr>test", "bad", "D"),
                          ("d.<wbr>test", "monitor", "C")])
        self.assertLess(text.index("</span> bare.test</h2>"),
                        text.index("</span> d.test</h2>"))
        self.assertEqual(page.faults, [])
        texts = " ".join(page.texts)
        for words in ("d.test", "bare.test", "2026-05-01T12:00:00Z",
                      "Publish a DMARC record", "x=<b>",
                      '_dmarc.d.test. TXT "v=DMARC1; p=quarantine; '
                      'rua=mailto:dmarc@d.test"'):
            self.assertIn(words, texts)
        self.assertEqual(
            [page.texts[i + 1] for i, text in enumerate(page.texts)
             if text.startswith("Grade ")], ["0", "0", "1", "1", "0"])
        self.want(USAGE, "one of them at most", "posture", "d.test", "--html",
                  "page.html", "--json")

    def test_questions_in_flight(self):
        """A server that answers nothing before it was asked of so many
        domains; whoever asks for one after the other waits in vain."""
        self.write("slow.conf",
                   f'store {{ sqlite = "{self.path("none.db")}" }}\n'
                   'dns { timeout = 30s budget = 30s }\n')
        with Holding(8) as server:
            got, out, _ = self.run_tool(
                "posture", "--config", "slow.conf", "--resolver",
                f"127.0.0.1@{server.port}", "--json",
                *(f"d{i}.test" for i in range(20)), common=False)
        self.assertTrue(server.is_open, out)
        self.assertEqual((got, out.count('"grade"')), (FINDINGS, 20))

    def test_bounds(self):
        """So many addresses of a record are looked at, no more."""
        room = LIMITS["LIMIT_POSTURE_ADDRESSES"]
        for more in range(2):
            uris = ",".join([f"mailto:r{i}@d.test"
                             for i in range(room - 1 + more)] +
                            ["mailto:a@free.example"])
            texts = "v=DMARC1; p=reject; rua=" + uris
            strings = " ".join(f'"{texts[i:i + 200]}"'
                               for i in range(0, len(texts), 200))
            findings, _ = self.posture(
                zone_of({"_dmarc.d.test": f"TXT {strings}"}), "d.test")
            self.assertEqual("name-registrable" in
                             [f["finding"] for f in findings], not more)
        room = LIMITS["LIMIT_POSTURE_HOSTS"]
        for more in range(2):
            hosts = [f"MX {i + 10} mx.d.test." for i in range(room - 1 + more)]
            zone = zone_of({"d.test": hosts + ["MX 999 mx.free.example."] +
                            SOUND["d.test"][2:]})
            findings, _ = self.posture(zone, "d.test")
            self.assertEqual("name-registrable" in
                             [f["finding"] for f in findings], not more)

    def test_forms(self):
        zone = zone_of({"_dmarc.d.test": 'TXT "v=DMARC1; p=none; '
                        'rua=mailto:dmarc@d.test; x\\001=<b>"'})
        self.write("posture.zone", zone)
        shared = ["posture", "--config", "conf", "--dns", "posture.zone",
                  "d.test"]
        got, out, _ = self.run_tool(*shared, common=False)
        self.assertEqual(got, FINDINGS)
        self.assertIn("d.test: grade C\n", out)
        self.assertIn('record: _dmarc.d.test. TXT "v=DMARC1; p=quarantine; '
                      'rua=mailto:dmarc@d.test"\n', out)
        self.assertNotIn("\1", out)
        _, out, _ = self.run_tool(*shared, "--csv", common=False)
        head, *rows = out.split("\r\n")
        self.assertEqual(head, "domain,finding,severity,seen,rule,fix,since,"
                               "title,advice")
        self.assertTrue(rows[0].startswith("d.test,dmarc-none,medium,"))
        self.want(USAGE, "one of them at most", *shared, "--csv", "--json",
                  common=False)


class Reported(InboxTest):
    """What kept reports say of a step to a stronger policy."""

    def seen(self, zone):
        self.write("posture.zone", zone)
        _, out, err = self.run_tool("posture", "--dns", "posture.zone",
                                    "--config", "conf", "--now", str(NOW),
                                    "--json", "d.test", common=False)
        return err, {f["finding"]: f["seen"] for f in
                     map(json.loads, out.splitlines()) if "finding" in f}

    def test_evidence(self):
        zone = zone_of(dmarc("v=DMARC1; p=none; rua=mailto:dmarc@d.test; "
                             "ruf=mailto:dmarc@d.test"))
        plain = "the policy for d.test is none"
        self.assertEqual(self.seen(zone), ("", {**self.seen(zone)[1],
                                                "dmarc-none": plain}))
        rows = [row("192.0.2.25", 9990, dkim="pass"), row("192.0.2.66", 4),
                row("192.0.2.67", 3), row("192.0.2.68", 2),
                row("192.0.2.69", 1), row("192.0.2.66", 1, dkim="pass")]
        # Anybody may have written these.
        self.take(inbox_rig.dmarc(*rows, domain="d.test", name="4"))
        self.take(judged(mailed(inbox_rig.dmarc(
            *rows, domain="d.test", name="5", org="other.test")), "pass"))
        self.assertEqual(
            self.seen(zone)[1]["dmarc-none"], plain + "; in the last 30 days 2 "
            "reports came, and nothing proves that any is from whom it names: "
            "no evidence")
        for name, mail in ("1", rows[:3]), ("6", rows[3:]):
            self.take(judged(mailed(inbox_rig.dmarc(
                *mail, domain="d.test", name=name)), "pass"))
        self.take(judged(mailed(inbox_rig.dmarc(
            row("192.0.2.70", 5000), domain="e.test")), "pass"))
        # Kept apart: its own mail fails.
        self.take(judged(mailed(inbox_rig.dmarc(
            row("192.0.2.71", 9000), domain="d.test", name="2")), "fail"))
        # Older than what is asked for.
        self.take(judged(mailed(inbox_rig.dmarc(
            row("192.0.2.72", 900), domain="d.test", name="3",
            day_s=SENT_S - 40 * DAY_S)), "pass"))
        _, seen = self.seen(zone)
        self.assertEqual(
            seen["dmarc-none"], plain + "; in the last 30 days 2 proved reports "
            "counted 10001 messages, 99.90 % of them aligned; not those of "
            "192.0.2.66 (4), 192.0.2.67 (3), 192.0.2.68 (2) and 1 more; not "
            "counted: 2 that nothing proves to be from whom they name")

    def test_all_aligned(self):
        self.take(judged(mailed(inbox_rig.dmarc(
            row("192.0.2.25", 7, dkim="pass"), domain="d.test")), "pass"))
        zone = zone_of(dmarc("v=DMARC1; p=quarantine; rua=mailto:dmarc@d.test; "
                             "ruf=mailto:dmarc@d.test"))
        self.assertEqual(
            self.seen(zone)[1]["dmarc-quarantine"],
            "the policy for d.test is quarantine; in the last 30 days 1 proved "
            "report counted 7 messages, 100.00 % of them aligned")


if __name__ == "__main__":
    unittest.main()
