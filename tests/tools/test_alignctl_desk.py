#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl review at the operator's desk: groups, CSV, the likely legitimate
ones, and the acts release, confirm and allow."""
import csv
import io
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, PROGRAM, RECORD_TOOL, WRAPPER, ToolTest  # noqa: E402

REST = ("Subject: s\r\nDate: Mon, 27 Apr 2026 12:00:00 +0000\r\n"
        "\r\nhello\r\n")
BAD = "203.0.113.5"     # SPF pass of other.test
GOOD = "192.0.2.5"      # mail.example.test, SPF pass of example.test
SENDER = "bounce@other.test"

ZONE = """
_dmarc.soft.test        TXT  "v=DMARC1; p=reject"
_dmarc.hold.test        TXT  "v=DMARC1; p=quarantine"
_dmarc.strict.test      TXT  "v=DMARC1; p=reject; adkim=s; aspf=s"
out.strict.test         A    198.51.100.40
out.strict.test         TXT  "v=spf1 ip4:198.51.100.40 -all"
40.100.51.198.in-addr.arpa PTR out.strict.test
"""


def letter(author, extra=""):
    return f"From: a@{author}\r\n{extra}" + REST


def some(rows):
    """All of them; the first ones where each run takes a second."""
    return rows[:3] if WRAPPER else rows


class Desk(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.path("zone"), "a", encoding="ascii") as zone:
            zone.write(ZONE)
        plain = letter("example.test").encode()
        signed = cls.sign("other.test", plain)
        changed = cls.sign("example.test", plain).replace(
            b"hello", b"hello\r\n-- \r\na list")
        listed = letter("none.test", "List-Id: \"A <list>\" <l.other.test>\r\n")
        # queue id, hours before NOW, client, MAIL FROM, message
        cls.recorded = [
            ("PASS1", 200, GOOD, "a@example.test", letter("example.test")),
            ("PASS2", 100, GOOD, "a@example.test", letter("example.test")),
            ("SPOOF1", 30, BAD, SENDER, letter("example.test")),
            ("SPOOF2", 29, "203.0.113.77", SENDER, letter("soft.test")),
            ("=CMD", 28, BAD, "=2+3@other.test", letter("example.test")),
            ("CHANGED", 20, "198.51.100.9", SENDER, changed),
            ("SAMEIP", 19, GOOD, SENDER, letter("example.test")),
            ("SIGNED", 18, "198.51.100.9", SENDER, signed),
            ("HELD01", 17, BAD, SENDER, letter("hold.test")),
            ("HELD02", 16, BAD, SENDER, letter("hold.test")),
            ("STRICT", 15, "198.51.100.40", "a@out.strict.test",
             letter("strict.test")),
            ("LISTED", 14, BAD, SENDER, listed),
            ("BARE", 13, "198.51.100.200", "a@nothing.test",
             letter("example.test")),
            ("NOFROM", 12, BAD, SENDER, REST),
            ("LOCAL", 11, "127.0.0.1", "a@nothing.test",
             letter("example.test")),
        ]

        cls.configure()
        lines = ""
        for queue_id, hours, client, sender, message in cls.recorded:
            cls.write("m." + queue_id, message)
            lines += (f"{NOW - hours * 3600} {client} {sender} rcpt@mx.test "
                      f"{queue_id} helo.test TLSv1.3 "
                      f"{cls.path('m.' + queue_id)}\n")
        subprocess.run([RECORD_TOOL, cls.path("conf"), cls.path("zone"),
                        cls.path("store.db")], input=lines, text=True,
                       check=True, stdout=subprocess.DEVNULL, timeout=120)
        shutil.copy(cls.path("store.db"), cls.path("recorded"))

    @classmethod
    def configure(cls):
        cls.write("conf", f"""authserv_id = "mx.test"
overrides = "{cls.path('overrides.conf')}"
store {{ sqlite = "{cls.path('store.db')}" }}
""")
        cls.write("overrides.conf", "# kept\n")

    def setUp(self):
        self.configure()
        for name in os.listdir(self.folder):
            if name.startswith("store.db"):
                os.unlink(self.path(name))
        shutil.copy(self.path("recorded"), self.path("store.db"))
        self.ids = {v["queue_id"]: v["reference"]
                    for v in self.objects("review")}

    def tool(self, *arguments, status=0, **more):
        """What a subcommand prints; standard error when it fails."""
        environ = {**os.environ, "USER": "ann", **more}
        environ.pop("SUDO_USER", None)
        environ.update(more)
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--dns", "zone", "--now",
                       str(NOW)] + list(arguments), cwd=self.folder,
            capture_output=True, check=False, timeout=120, env=environ)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return (done.stdout if status == 0 else done.stderr).decode()

    def records(self, name, *arguments):
        """Objects, each as the schema of that name says."""
        values = [json.loads(line)
                  for line in self.tool(*arguments).splitlines()]
        rules = schema.load(name)
        for value in values:
            self.assertEqual(schema.faults(value, rules), [])
            self.assertEqual(schema.order_faults(value, rules), [])
        return values

    def whole(self, queue_id):
        return self.records("incident", "review", "--json",
                            self.ids[queue_id])[0]

    def queue_ids(self, *arguments):
        return [v["queue_id"] for v in self.objects("review", *arguments)]

    def overrides(self):
        with open(self.path("overrides.conf"), encoding="utf-8") as file:
            return file.read()

    # --- lists ---

    def test_further_filters(self):
        self.assertEqual(self.queue_ids("--result", "permerror"), ["NOFROM"])
        self.assertEqual(self.queue_ids("--policy", "quarantine"),
                         ["HELD02", "HELD01"])
        self.assertEqual(self.queue_ids("--policy", "absent"), ["NOFROM"])
        self.assertEqual(self.queue_ids("--reason", "UNREADABLE FROM"), [])
        self.assertEqual(self.queue_ids("--reason", "no from"), ["NOFROM"])
        self.assertEqual(self.queue_ids("--client", "strict.test"),
                         ["STRICT"])
        self.assertEqual(self.queue_ids("--queue-id", "BARE"), ["BARE"])
        self.assertEqual(self.queue_ids("--host", "mx2.test"), [])
        self.assertEqual(self.queue_ids("--override", "local_policy"),
                         ["CHANGED"])
        for option, value in some([
                ("--result", "bad"), ("--policy", "p"), ("--override", "mine"),
                ("--client", "a..b"), ("--group-by", "sender")]):
            self.want(1, option, "review", option, value)

    def test_groups(self):
        groups = self.records("groups", "review", "--group-by", "network",
                              "--json")
        self.assertEqual(
            [(g["key"], g["count"], g["sources"]) for g in groups][:2],
            [("203.0.113.0/24", 7, 2), ("198.51.100.0/24", 4, 3)])
        self.assertEqual(groups[0]["applied"], {
            "none": 1, "tag": 0, "quarantine": 2, "reject": 4, "tempfail": 0})
        self.assertEqual(groups[0]["would"], groups[0]["applied"])
        self.assertEqual((groups[0]["first"], groups[0]["last"]),
                         ("2026-04-30T06:00:00Z", "2026-05-01T00:00:00Z"))
        self.assertEqual(
            [g["key"] for g in self.records(
                "groups", "review", "--group-by", "from", "--applied",
                "quarantine", "--json")], ["hold.test", "example.test"])
        for key in some(["ip", "client", "reason", "policy", "result",
                         "override", "host"]):
            total = sum(g["count"] for g in self.records(
                "groups", "review", "--group-by", key, "--json"))
            self.assertEqual(total, len(self.ids), key)
        text = self.tool("review", "--group-by", "from", "--limit", "1")
        self.assertEqual(text, (
            "  count  sources  first seen            last seen             "
            "      none         tag  quarantine      reject    tempfail"
            "   spared  from\n"
            "      7        5  2026-04-30T06:00:00Z  2026-05-01T01:00:00Z  "
            "         0           0           1           6           0        0  "
            "example.test\n"))
        rows = list(csv.reader(io.StringIO(
            self.tool("review", "--group-by", "policy", "--csv"))))
        self.assertEqual(rows[0], [
            "policy", "count", "first", "last", "sources", "none", "tag",
            "quarantine", "reject", "tempfail", "would_none", "would_tag",
            "would_quarantine", "would_reject", "would_tempfail"])
        self.assertIn("nothing matches", self.tool(
            "review", "--group-by", "ip", "--from", "gone.test"))

    def test_csv(self):
        text = self.tool("review", "--csv")
        self.assertEqual(text.count("\r\n"), text.count("\n"))
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual([r["queue_id"].lstrip("'") for r in rows],
                         self.queue_ids())
        command = next(r for r in rows if r["queue_id"] == "'=CMD")
        self.assertEqual(command["mail_from"], "'=2+3@other.test")
        for row in rows:
            for cell in row.values():
                self.assertNotIn(cell[:1], ("=", "+", "-", "@", "\t", "\r"))
        signed = next(r for r in rows if r["queue_id"] == "SIGNED")
        self.assertEqual(signed["dkim"], "pass other.test")
        self.assertIn(", ", signed["reason"])
        self.assertEqual(
            len(self.tool("review", "--csv", self.ids["BARE"]).splitlines()),
            2)

    def test_usage(self):
        for words, arguments in some([
                ("--owner is not for review", ["--owner", "x"]),
                ("--note is not for review allow",
                 ["allow", "REF", "--note", "x"]),
                ("--json is not for review confirm",
                 ["confirm", "REF", "--json"]),
                ("--open is not for review REF", ["K7QX-2M4D", "--open"]),
                ("review allow: REF is missing", ["allow"]),
                ("review REF: one REF at most", ["a", "b"]),
                ("--json or --csv", ["--json", "--csv"]),
                ("--group-by is not for", ["--group-by", "ip", "K7QX-2M4D"]),
                ("--likely-legitimate is not for",
                 ["--likely-legitimate", "--group-by", "ip"])]):
            self.want(1, words, "review", *arguments)

    # --- references ---

    def test_reference_as_people_type_it(self):
        reference = self.ids["BARE"]
        for typed in (reference.lower(), reference.replace("-", ""),
                      reference.replace("-", " "), f" {reference}"):
            self.assertIn(f"{reference}\n", self.tool("review", typed))

    def test_near_reference_is_offered(self):
        reference = self.ids["BARE"]
        for typed in ("0" + reference[1:], reference[:3] + "I-O" +
                      reference[6:], reference[:-1]):
            words = self.tool("review", typed, status=3)
            self.assertIn(f"did you mean {reference}", words)
            self.assertIn("no incident", words)
        words = self.tool("review", "confirm", "0000-0000", status=3)
        self.assertIn("never 0, 1, I or O", words)
        self.assertIn("purged", self.tool("review", "2222-2222", status=3))
        self.assertIn("no incident", self.tool("review", "x" * 500, status=3))

    # --- one whole ---

    def test_whole(self):
        value = self.whole("LISTED")
        self.assertEqual(value["list_id"], "l.other.test")
        self.assertEqual(value["rcpt_domains"], ["mx.test"])
        self.assertEqual(value["acts"], [])
        self.assertEqual(value["verdict"]["verdict"]["applied"], "none")
        self.assertEqual(value["queries"][0]["name"], "_dmarc.none.test")
        self.assertEqual(self.whole("CHANGED")["indirect"], "body_changed")
        self.assertIn("  list id        l.other.test\n",
                      self.tool("review", self.ids["LISTED"]))

    def test_list_ids(self):
        """The identifier alone, bounded, whatever stands in the field."""
        rows = [("plain.id", "plain.id"), ("A \"<x>\" <b.test>", "b.test"),
                (" < c.test > ", "c.test"), ("open <d.test", "open <d.test"),
                ("<e.test>\r\nList-Id: <f.test>", "e.test"), ("", None),
                ("<>", None), ("<\x01\xe9>", "\\x01\\xc3\\xa9"),
                ("x" * 400, "x" * 252 + "..."), ("g.test>", "g.test")]
        lines = ""
        for i, (value, _) in enumerate(rows):
            self.write(f"m.list{i}", letter("none.test",
                                            f"List-Id: {value}\r\n"))
            lines += (f"{NOW + i} {BAD} {SENDER} rcpt@mx.test LIST{i} h.test "
                      f"- {self.path(f'm.list{i}')}\n")
        subprocess.run([RECORD_TOOL, self.path("conf"), self.path("zone"),
                        self.path("store.db")], input=lines, text=True,
                       check=True, stdout=subprocess.DEVNULL, timeout=120)
        self.ids = {v["queue_id"]: v["reference"]
                    for v in self.objects("review")}
        for i, (value, want) in enumerate(rows):
            with self.subTest(value):
                self.assertEqual(self.whole(f"LIST{i}")["list_id"], want)

    def test_rows_that_somebody_else_wrote(self):
        """Nothing in the store reaches the terminal as it stands there."""
        with sqlite3.connect(self.path("store.db")) as store:
            store.execute("UPDATE incident SET reason = ?, helo = ?, "
                          "author_domain = ? WHERE queue_id = 'BARE'",
                          ("\x1b[2J", "\x9b\xe9", "a\nb"))
        store.close()
        for arguments, status in ((["--queue-id", "BARE"], 0),
                                  ([self.ids["BARE"]], 3),
                                  (["--group-by", "reason"], 0),
                                  (["--group-by", "from"], 0)):
            out = self.tool("review", *arguments, status=status)
            self.assertTrue(out.replace("\n", "").isprintable(), out)
            self.assertNotIn("BARE", out.replace(self.ids["BARE"], ""))
        out = self.tool("review", self.ids["BARE"], status=3)
        self.assertIn("left out: incident ", out)

    # --- acts ---

    def test_confirm(self):
        reference = self.ids["SPOOF1"]
        out = self.tool("review", "confirm", reference.lower(), "--note",
                        "caf\u00e9, called them", SUDO_USER="bob")
        self.assertEqual(out, f"{reference} is marked as a spoof\n")
        self.assertEqual(self.whole("SPOOF1")["acts"], [{
            "time": "2026-05-01T12:00:00Z", "who": "bob", "kind": "confirm",
            "note": "caf\u00e9, called them"}])
        self.assertIn("  confirm        2026-05-01T12:00:00Z by bob: "
                      "caf\u00e9, called them\n",
                      self.tool("review", reference))
        self.assertNotIn("SPOOF1", self.queue_ids("--open"))
        self.assertEqual(len(self.queue_ids("--open")), len(self.ids) - 1)
        for note in ("two\nlines", "\x1b[2J", "x" * 301):
            self.assertIn("--note", self.tool(
                "review", "confirm", reference, "--note", note, status=1))

    def postsuper(self, script):
        os.makedirs(self.path("bin"), exist_ok=True)
        self.write("bin/postsuper", "#!/bin/sh\n" + script)
        os.chmod(self.path("bin/postsuper"), 0o755)
        return self.path("bin") + ":/usr/bin:/bin"

    def test_release(self):
        path = self.postsuper(f'echo "$@" >>{self.path("calls")}\n'
                              'echo "postsuper: $2: released from hold" >&2\n'
                              'echo "postsuper: Released from hold: 1 message"'
                              ' >&2\n')
        reference = self.ids["HELD01"]
        out = self.tool("review", "release", reference, "--note", "wanted",
                        PATH=path)
        self.assertIn("message HELD01 is released from hold", out)
        with open(self.path("calls"), encoding="ascii") as calls:
            self.assertEqual(calls.read(), "-H HELD01\n")
        acts = self.whole("HELD01")["acts"]
        self.assertEqual([(a["kind"], a["who"], a["note"]) for a in acts],
                         [("release", "ann", "message HELD01: wanted")])

    def test_release_that_does_nothing(self):
        path = self.postsuper(
            "echo postsuper: Released from hold: 0 messages >&2\n")
        self.assertIn("is not on hold here", self.tool(
            "review", "release", self.ids["HELD02"], status=3, PATH=path))
        path = self.postsuper("echo fatal: no rights >&2; exit 1\n")
        self.assertIn("(exit status 1): fatal: no rights", self.tool(
            "review", "release", self.ids["HELD02"], status=3, PATH=path))
        self.assertEqual(self.whole("HELD02")["acts"], [])
        self.assertIn("was not held (applied: reject)", self.tool(
            "review", "release", self.ids["SPOOF1"], status=3, PATH=path))

    # --- the likely legitimate ---

    def test_likely(self):
        values = self.records("likely", "review", "--likely-legitimate",
                              "--json")
        scores = {v["queue_id"]: v["score"] for v in values}
        self.assertEqual([v["score"] for v in values],
                         sorted(scores.values(), reverse=True))
        # Same organisation: the client's name and SPF; same address and
        # its name. A changed body alone is what a spoofer can have, too.
        self.assertEqual(scores, {"STRICT": 70, "SAMEIP": 65})
        words = {v["queue_id"]: " | ".join(e["words"] for e in v["evidence"])
                 for v in values}
        self.assertIn("2 messages of example.test passed from the same "
                      "address, last on 2026-04-27", words["SAMEIP"])
        self.assertIn("confirmed name mail.example.test belongs to "
                      "example.test", words["SAMEIP"])
        self.assertIn("SPF passed for out.strict.test", words["STRICT"])
        # Nothing of STRICT ever passed: it is shown, not proposed.
        self.assertEqual({v["queue_id"]: v["next"] for v in values}, {
            "STRICT": None, "SAMEIP": "alignctl review allow "
            f"{self.ids['SAMEIP']} --owner YOU"})
        text = self.tool("review", "--likely-legitimate", "--limit", "1")
        self.assertIn(f"{self.ids['STRICT']}  score 70  ", text)
        self.assertIn("next  nothing of it has a past to be known by", text)
        self.assertEqual(text.count("score"), 1)
        self.assertIn(f"alignctl review allow {self.ids['SAMEIP']} --owner "
                      "YOU   (known by host mail.example.test)",
                      self.tool("review", "--likely-legitimate"))
        rows = list(csv.DictReader(io.StringIO(
            self.tool("review", "--likely-legitimate", "--csv"))))
        self.assertEqual([r["score"] for r in rows], ["70", "65"])

    def test_likely_by_the_past_of_others(self):
        """Passes from the network, by the same way, signed alike; ARC."""
        signature = ('[{"domain":"other.test","selector":"s","algorithm":null,'
                     '"key_bits":null,"result":"pass","reason":null,'
                     '"aligned":false}]')
        with sqlite3.connect(self.path("store.db")) as store:
            store.execute(
                "UPDATE tuple SET client_ip = '203.0.113.200', spf_domain = "
                "'other.test', dkim = ? WHERE dmarc_result = 'pass'",
                (signature,))
            store.execute("UPDATE incident SET indirect = 'arc', list_id = "
                          "'l.test' WHERE queue_id IN ('BARE', 'LISTED')")
        store.close()
        found = {v["queue_id"]: [e["points"] for e in v["evidence"]]
                 for v in self.records("likely", "review",
                                       "--likely-legitimate", "--json")}
        self.assertEqual(found, {
            "STRICT": [35, 35], "BARE": [40],
            "SAMEIP": [35], "SPOOF1": [15, 20], "=CMD": [15, 20],
            "SIGNED": [20]})
        # What was let through is asked for by name.
        values = self.records("likely", "review", "--likely-legitimate",
                              "--applied", "none", "--json")
        self.assertEqual([v["queue_id"] for v in values], ["LISTED"])

    def test_likely_leaves_out_what_is_settled(self):
        self.tool("review", "confirm", self.ids["STRICT"])
        values = self.records("likely", "review", "--likely-legitimate",
                              "--json")
        self.assertEqual([v["queue_id"] for v in values],
                         ["SAMEIP"])
        self.assertIn("nothing that was refused", self.tool(
            "review", "--likely-legitimate", "--from", "soft.test"))

    # --- allow ---

    def allow(self, queue_id, *more, **environ):
        return self.tool("review", "allow", self.ids[queue_id], "--owner",
                         "ann@mx.test", *more, **environ)

    def expect(self, queue_id, scope, reason="local_policy", until=
               "2026-07-30", why="legitimate"):
        reference = self.ids[queue_id]
        lines = "".join(f"\t{line}\n" for line in scope)
        return (f"# kept\n\noverride \"allow {reference}\" {{\n{lines}"
                f"\taction = accept\n\treason = {reason}\n"
                f"\towner = \"ann@mx.test\"\n"
                f"\twhy = \"{reference}: {why}\"\n"
                f"\tuntil = \"{until}\"\n}}\n")

    def test_allow_by_what_authenticated(self):
        example = 'from = {"example.test"}'
        for queue_id, scope, reason in (
                ("SIGNED", ['dkim = {"other.test"}', example], "local_policy"),
                ("SPOOF1", ['spf = {"other.test"}', example],
                 "local_policy"),
                ("CHANGED", ['network = {"198.51.100.9"}', example],
                 "mailing_list"),
                ("BARE", ['network = {"198.51.100.200"}', example],
                 "local_policy")):
            with self.subTest(queue_id):
                self.write("overrides.conf", "# kept\n")
                out = self.allow(queue_id, "--i-know")
                self.assertIn("systemctl reload alignd", out)
                self.assertEqual(self.overrides(),
                                 self.expect(queue_id, scope, reason))
                note = self.whole(queue_id)["acts"][0]["note"]
                self.assertIn(f'override "allow {self.ids[queue_id]}" by ',
                              note)
                # It does what it says for the next such message.
                row = next(r for r in self.recorded if r[0] == queue_id)
                value = self.objects(
                    "check", "--client-ip", row[2], "--mail-from", row[3],
                    "m." + queue_id)[0]
                self.assertEqual(value["verdict"]["applied"], "none")
                self.assertEqual(value["verdict"]["override"]["type"], reason)

    def test_allow_options(self):
        self.allow("SAMEIP", "--by", "host", "--for", "10d", "--why",
                   "ticket \"7\"")
        self.assertEqual(self.overrides(), self.expect(
            "SAMEIP", ['host = {"mail.example.test"}',
                       'from = {"example.test"}'], until="2026-05-11",
            why="ticket \\\"7\\\""))
        self.assertIn("stands here again", self.allow("SAMEIP", status=2))
        self.allow("SAMEIP", "--name", "second", "--until", "2026-05-01",
                   "--from-any")
        self.assertIn('override "second" {\n\thost = {"mail.example.test"}\n'
                      '\taction', self.overrides())
        self.assertEqual(len(self.whole("SAMEIP")["acts"]), 2)

    def test_allow_refuses(self):
        before = self.overrides()
        for words, status, arguments in some([
                ("nothing authenticated", 3, ["LOCAL"]),
                ("host did not authenticate", 3, ["BARE", "--by", "host"]),
                ("from did not authenticate", 3, ["BARE", "--by", "from"]),
                ("has no single author domain (no From field)", 3,
                 ["NOFROM"]),
                ("is over", 1, ["BARE", "--i-know", "--until", "2026-04-30"]),
                ("is no date", 1, ["BARE", "--until", "soon"]),
                ("no length of time", 1, ["BARE", "--for", "soon"]),
                ("at least 1d", 1, ["BARE", "--for", "1h"]),
                ("not both", 1, ["BARE", "--for", "1d", "--until",
                                 "2026-06-01"])]):
            with self.subTest(words):
                self.assertIn(words, self.allow(*arguments, status=status))
        self.assertIn("--owner is missing", self.tool(
            "review", "allow", self.ids["BARE"], status=1))
        self.assertEqual(self.overrides(), before)
        self.assertEqual(self.whole("BARE")["acts"], [])
        # What passes for itself has no past for that: a person must know it.
        for queue_id, handle in (("SIGNED", "dkim other.test"),
                                 ("BARE", "network 198.51.100.200")):
            words = self.allow(queue_id, status=3)
            self.assertIn(f"the only record of {handle} is such", words)
            self.assertIn("--i-know", words)
        self.assertEqual(self.overrides(), before)
        self.allow("NOFROM", "--from-any", "--i-know")
        self.assertNotIn("from =", self.overrides())

    # --- override add, remove ---

    def test_override_add_and_remove(self):
        os.chmod(self.path("overrides.conf"), 0o640)
        out = self.tool(
            "override", "add", "--name", "lists", "--dkim", "list.test",
            "--dkim", "l2.test", "--from", ".a.test", "--action",
            "quarantine", "--reason", "mailing_list", "--unless-indirect",
            "--owner", "ann", "--why", "ticket 1", "--until", "2026-12-31")
        self.assertIn("overrides.conf: added\n", out)
        self.assertIn("systemctl reload alignd", out)
        value = json.loads(self.tool("override", "list", "--json"))
        self.assertEqual(
            (value["name"], value["dkim"], value["from"], value["action"],
             value["reason"], value["unless_indirect"], value["until"]),
            ("lists", ["l2.test", "list.test"], [".a.test"], "quarantine",
             "mailing_list", True, "2026-12-31"))
        self.assertIn("no override \"list\"", self.tool(
            "override", "remove", "list", status=3))
        self.assertIn("removed", self.tool("override", "remove", "lists"))
        self.assertEqual(self.overrides(), "# kept\n")
        mode = os.stat(self.path("overrides.conf")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o640)

    def test_override_add_refuses(self):
        full = {"--name": "n", "--spf": "a.test", "--owner": "ann", "--why":
                "w", "--until": "2026-12-31"}
        for words, change in some([
                ("names nobody", {"--spf": None}),
                ("from alone", {"--spf": None, "--from": "a.test"}),
                ("owner is missing", {"--owner": None}),
                ("why is missing", {"--why": None}),
                ("until is missing", {"--until": None}),
                ("is no date", {"--until": "never"}),
                ("is over", {"--until": "2026-04-30"}),
                ("holds everybody", {"--spf": "test"}),
                ("bits set behind its prefix", {"--network": "192.0.2.1/24"}),
                ("accept, quarantine, reject", {"--action": "drop"}),
                ("local_policy, mailing_list", {"--reason": "x"}),
                ("--name is missing", {"--name": None}),
                ("one line", {"--why": "a\nb"}),
                ("its name has 101 bytes", {"--name": "n" * 101})]):
            given = {k: v for k, v in {**full, **change}.items() if v}
            arguments = [word for pair in given.items() for word in pair]
            with self.subTest(words):
                found = self.tool("override", "add", *arguments, status=1)
                self.assertIn(words, found)
        self.assertEqual(self.overrides(), "# kept\n")
        self.write("conf", 'overrides = ""\n')
        self.assertIn("overrides is empty", self.tool(
            "override", "remove", "x", status=2))

    def test_override_file_that_is_not_there_yet(self):
        self.write("conf", "")
        os.unlink(self.path("overrides.conf"))
        self.assertIn("no override", self.tool("override", "remove", "n",
                                               status=3))
        self.assertIn("added; the file is new", self.tool(
            "override", "add", "--name", "n", "--spf", "a.test", "--owner",
            "o", "--why", "w", "--permanent"))
        self.assertEqual(self.overrides(), (
            'override "n" {\n\tspf = {"a.test"}\n\taction = accept\n'
            '\treason = local_policy\n\towner = "o"\n\twhy = "w"\n'
            '\tpermanent = yes\n}\n'))
        mode = os.stat(self.path("overrides.conf")).st_mode
        self.assertEqual(stat.S_IMODE(mode), 0o644)

    def test_override_file_that_was_lost(self):
        """One that is blank, or gone where alignd held some: a file with the
        new one alone would be all that a reload finds."""
        add = ("override", "add", "--name", "n", "--spf", "a.test", "--owner",
               "o", "--why", "w", "--permanent")
        for text in ("", " \n\n"):
            self.write("overrides.conf", text)
            words = self.tool(*add, status=2)
            self.assertIn("nothing is written: ", words)
            self.assertIn("overrides.conf is gone or blank", words)
            self.assertIn("--new", words)
            self.assertEqual(self.overrides(), text)
        self.write("overrides.conf", "# none\n")
        self.tool(*add)
        self.tool("override", "remove", "n")
        os.unlink(self.path("overrides.conf"))
        self.write("conf", f'store {{ sqlite = "{self.path("store.db")}" }}')
        self.write("store.db.status", '{"overrides":1}')
        self.assertIn("is gone or blank", self.tool(*add, status=2))
        self.assertFalse(os.path.exists(self.path("overrides.conf")))
        self.assertIn("the file is new", self.tool(*add, "--new"))
        self.assertIn("--new is not for override list", self.tool(
            "override", "list", "--new", status=1))

    def test_two_at_a_time_wait_for_each_other(self):
        running = [subprocess.Popen(
            WRAPPER + [PROGRAM, "--config", "conf", "override", "add",
                       "--name", f"n{i}", "--spf", "a.test", "--owner", "o",
                       "--why", "w", "--permanent"], cwd=self.folder,
            stdout=subprocess.DEVNULL) for i in range(8)]
        self.assertEqual([one.wait(120) for one in running], [0] * 8)
        self.assertEqual(self.overrides().count("override "), 8)


if __name__ == "__main__":
    unittest.main()
