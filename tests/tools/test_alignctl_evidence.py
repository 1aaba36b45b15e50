#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a stranger can bring about must not make alignctl speak for him.

hazard H4: a genuine header over a body of his own, with a valid signature and
a List-Id of his. And the real list beside him, which has a past.
"""
import contextlib
import json
import sqlite3
import subprocess
import unittest

from alignctl import NOW, PROGRAM, RECORD_TOOL, WRAPPER, ToolTest

ZONE = """
_dmarc.a1.test      TXT "v=DMARC1; p=reject"
_dmarc.a2.test      TXT "v=DMARC1; p=reject"
_dmarc.a3.test      TXT "v=DMARC1; p=reject"
a1.test             TXT "v=spf1 ip4:192.0.2.1 -all"
a2.test             TXT "v=spf1 ip4:198.18.0.2 -all"
a3.test             TXT "v=spf1 ip4:198.18.1.3 -all"
list.test           TXT "v=spf1 ip4:198.51.100.7 -all"
spoofer.test        TXT "v=spf1 ip4:203.0.113.66 -all"
_dmarc.spoofer.test TXT "v=DMARC1; p=none; psd=y"
"""
LIST = "198.51.100.7"
SPOOFER = "203.0.113.66"
DAY = 24
DAYS = (10, 5, 2)
OWN = {1: "192.0.2.1", 2: "198.18.0.2", 3: "198.18.1.3"}


def letter(author, subject):
    return (f"From: a@{author}\r\nTo: b@mx.test\r\nSubject: {subject}\r\n"
            "Date: Thu, 30 Apr 2026 12:00:00 +0000\r\n\r\nhello\r\n").encode()


class Evidence(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.path("zone"), encoding="ascii") as file:
            zone = file.read()
        key = next(line.split(" ", 1)[1] for line in zone.splitlines()
                   if line.startswith("s1._domainkey.example.test"))
        with open(cls.path("zone"), "a", encoding="ascii") as file:
            file.write(ZONE)
            for name in ("a1", "a2", "a3", "spoofer", "list", "b1.spoofer",
                         "b2.spoofer", "b3.spoofer"):
                file.write(f"s1._domainkey.{name}.test {key}\n")
        cls.write("overrides.conf", "# kept\n")
        cls.write("conf", f"""authserv_id = "mx.test"
overrides = "{cls.path('overrides.conf')}"
store {{ sqlite = "{cls.path('store.db')}" }}
""")
        cls.record()
        cls.ids = {v["queue_id"]: v["reference"] for v in cls.objects_of(
            "review", "--json")}

    @classmethod
    def record(cls):
        """Ten days of a list that changes nothing; then one footer, and the
        same header over the spoofer's words."""
        genuine = cls.sign("example.test", letter("example.test", "genuine"))
        replay = genuine.replace(b"hello\r\n", b"pay at once\r\n")
        replay = b"List-Id: <talk.list.test>\r\n" + replay
        posts = {i: cls.sign(f"a{i}.test", letter(f"a{i}.test", "post"))
                 for i in OWN}
        rows = [(f"LIST{i}{day}", day * DAY, LIST, "bounce@list.test",
                 posts[i]) for i in OWN for day in DAYS]
        # What the list brings also comes from the authors' own servers.
        rows += [(f"DIRECT{i}{day}", day * DAY + 1, OWN[i], f"x@a{i}.test",
                  posts[i]) for i in OWN for day in DAYS]
        # Who sends genuine mail again has no past with its author by that.
        rows += [(f"AGAIN{day}", day * DAY, SPOOFER, "x@spoofer.test",
                  cls.sign("spoofer.test", genuine)) for day in DAYS]
        rows += [
            ("FOOTER", 5, LIST, "bounce@list.test",
             genuine + b"-- \r\na list\r\n"),
            ("REPLAY", 4, SPOOFER, "x@spoofer.test",
             cls.sign("spoofer.test", replay)),
            # His own domains pass for themselves as often as he likes.
            *((f"OWN{i}", i * DAY, SPOOFER, "x@spoofer.test",
               cls.sign("spoofer.test", letter("spoofer.test", "mine")))
              for i in range(1, 20)),
            # By psd=y each name below his is an organizational domain.
            *((f"BELOW{i}{day}", day * DAY, SPOOFER, "x@spoofer.test",
               cls.sign(f"b{i}.spoofer.test",
                        letter(f"b{i}.spoofer.test", "mine")))
              for i in (1, 2, 3) for day in (10, 2)),
        ]
        lines = ""
        for queue_id, hours, client, sender, message in rows:
            cls.write("m." + queue_id, message)
            lines += (f"{NOW - hours * 3600} {client} {sender} rcpt@mx.test "
                      f"{queue_id} helo.test - {cls.path('m.' + queue_id)}\n")
        subprocess.run([RECORD_TOOL, cls.path("conf"), cls.path("zone"),
                        cls.path("store.db")], input=lines, text=True,
                       check=True, stdout=subprocess.DEVNULL, timeout=120)

    @classmethod
    def tool(cls, *arguments):
        done = subprocess.run(
            WRAPPER + [PROGRAM, "--config", "conf", "--dns", "zone", "--now",
                       str(NOW), *arguments], cwd=cls.folder, timeout=120,
            capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    @classmethod
    def objects_of(cls, *arguments):
        status, out, err = cls.tool(*arguments)
        if status != 0:
            raise AssertionError(err)
        return [json.loads(line) for line in out.splitlines()]

    def test_h4_the_spoofer_is_not_proposed(self):
        values = self.objects_of("review", "--likely-legitimate", "--json")
        self.assertEqual([v["queue_id"] for v in values], ["FOOTER"])
        found, = values
        self.assertEqual([e["points"] for e in found["evidence"]], [15, 40])
        self.assertIn("spf list.test has forwarded mail of other "
                      "organisations since 2026-04-21 (messages: 9)",
                      found["evidence"][0]["words"])
        self.assertEqual(found["next"], "alignctl review allow "
                         f"{self.ids['FOOTER']} --owner YOU")
        text = self.tool("review", "--likely-legitimate")[1]
        self.assertNotIn("spoofer", text)
        self.assertIn("(known by spf list.test)", text)

    def test_a_lookalike_is_not_listed_like_anybody(self):
        """Whatever speaks for it: who registered such a name saw to that."""
        def look(kind):
            with contextlib.closing(sqlite3.connect(self.path("store.db"))) as store:
                store.execute("UPDATE incident SET verdict = json_set(verdict, '$.lookalike', "
                              "json(?)) WHERE queue_id = 'FOOTER'", (kind,))
                store.commit()

        look('{"kind": "homoglyph", "name": "example-bank.test"}')
        try:
            self.assertEqual(self.objects_of("review", "--likely-legitimate", "--json"), [])
            text = self.tool("review", "--likely-legitimate")[1]
        finally:
            look("null")
        self.assertIn("left out: 1 whose author passes for one of your names or people", text)
        self.assertEqual(len(self.objects_of("review", "--likely-legitimate", "--json")), 1)

    def test_h4_allowing_the_spoofer_is_refused(self):
        for by, handle in ((None, "dkim spoofer.test"),
                           ("dkim", "dkim spoofer.test"),
                           ("spf", "spf spoofer.test"),
                           ("network", "network " + SPOOFER)):
            status, out, err = self.tool(
                "review", "allow", self.ids["REPLAY"], "--owner", "ann",
                *(() if by is None else ("--by", by)))
            self.assertEqual((status, out), (3, ""), err)
            self.assertIn(f"the only record of {handle} is such incidents: "
                          "no mail of example.test ever passed with it", err)
            self.assertIn("--i-know", err)
        with open(self.path("overrides.conf"), encoding="ascii") as file:
            self.assertEqual(file.read(), "# kept\n")

    def test_what_has_a_past_is_allowed(self):
        status, out, err = self.tool("review", "allow", self.ids["FOOTER"],
                                     "--owner", "ann")
        self.assertEqual(status, 0, err)
        self.assertIn("systemctl reload", out)
        with open(self.path("overrides.conf"), encoding="ascii") as file:
            self.assertIn('spf = {"list.test"}', file.read())
        self.write("overrides.conf", "# kept\n")

    def test_explain_says_which_condition_failed(self):
        genuine = self.sign("example.test", letter("example.test", "genuine"))
        body = genuine.replace(b"hello\r\n", b"pay\r\n")
        for words, message in (
                ("within policy.evidence_age", body),
                ("a Subject field stands in the message that the signature "
                 "does not cover", b"Subject: pay\r\n" + body)):
            self.write("m.explained", message)
            status, out, err = self.tool("explain", "m.explained",
                                         "--client-ip", SPOOFER,
                                         "--mail-from", "x@spoofer.test")
            self.assertEqual(status, 0, err)
            self.assertIn(words, " ".join(out.split()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
