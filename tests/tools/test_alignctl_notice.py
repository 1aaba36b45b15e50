#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl digest and alert: what is told, to whom, once.

The text and the page of a mail are compared byte by byte. How they are handed over:
test_alignctl_notice_handed.py.
"""
import html
import os
import re
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW  # noqa: E402
from limits import LIMITS  # noqa: E402
from notice_rig import (DAY, HOUR, REFERENCE, NoticeTest, dmarc, letter, row,  # noqa: E402
                        tls)
from inbox_rig import detail  # noqa: E402

DONE = 0
TO = 'digest { mail = "ops@own.test" }\nalert { mail = "ops@own.test" }\n'
SIGNED = 'sign_selector = "r1"\n\tsign_key = "own.pem"'

# (heading, [(fact, why, command)])
DIGEST = [
    ("Held mail that waits", [
        ("3 messages on hold on which nobody has acted, since 2026-04-29 10:00 UTC", None,
         "alignctl review --open --applied quarantine")]),
    ("Likely errors: refused or held, maybe good", [
        ("1 message of example.test from 198.51.100.7 was held, since 2026-05-01 07:00 UTC",
         "spf list[.]test has forwarded mail of other organisations since 2026-04-21 "
         "(messages: 9)", "alignctl review allow REFE-RENCE --owner YOU")]),
    ("New sources that fail in your names", [
        ("120 messages of 120 from 192.0.2.77 in the name of example.test failed, since "
         "2026-04-30 00:00 UTC", "From example[.]test: SPF not reported; no DKIM signature (no "
         "report of it is proved to be from whom it names)",
         "alignctl inbox explain 192.0.2.77")]),
    ("TLS to your mail servers, as others report it", [
        ("3 sessions for example.test at mx.example.test failed by sts: certificate-expired "
         "(1 reporter), since 2026-04-30 00:00 UTC",
         "The certificate has expired: renew it, and restart what serves it.",
         "alignctl inbox summary --domain example.test")]),
    ("Records of your domains", [
        ("1 medium finding about example.test: p=none: nothing that fails is held or refused, "
         "since 2026-04-29 12:00 UTC", "Read the reports, then raise the policy to p=quarantine",
         "alignctl posture example.test")]),
    ("Overrides that end", [
        ('1 override "old list" ends; its last day is 2026-05-09',
         "ask its owner, J\\xc3\\xb6rg <joerg@own[.]test>, whether it is still wanted: see "
         "http[:]//wiki[.]own[.]test/lists", "alignctl override list")]),
    ("Addresses that take no report", [
        ("3 reports refused by agg@dead[.]test, since 2026-04-30 12:00 UTC",
         "550 5.1.1 see http[:]//dead[.]test/why", "alignctl report status")]),
    ("Report runs", [
        ("1 report run, the last, could not do its work, since 2026-05-01 11:00 UTC",
         "failed: no key", "alignctl report status")]),
]
SUBJECT = "alignd digest of mx.test: 8 to look at"
PERIOD = "from 2026-04-24 12:00 UTC to 2026-05-01 12:00 UTC"
PRE = ('<pre style="margin:4px 0 0;padding:4px 8px;background:#f0f0f0;color:#222;font:13px '
       'monospace;white-space:pre-wrap;overflow-wrap:anywhere">\n')
SOFT = '<p style="margin:2px 0 0;color:#555">'


def text_of(parts, subject=SUBJECT, period=PERIOD):
    text = f"{subject}\n{period}\n"
    for heading, facts in parts:
        text += f"\n{heading}\n"
        for fact, why, command in facts:
            text += f"  {fact}\n"
            text += f"      why:  {why}\n" if why else ""
            text += f"      type: {command}\n" if command else ""
    return text


def html_of(parts):
    page = ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">\n'
            '<meta name="format-detection" content="telephone=no, address=no, email=no, '
            f'url=no">\n<title>{SUBJECT}</title></head>\n'
            '<body style="margin:16px auto;max-width:640px;padding:0 12px;font:15px sans-serif;'
            'color:#222;background:#fff">\n'
            f'<h1 style="font-size:20px;margin:0;overflow-wrap:anywhere">\n{SUBJECT}</h1>\n'
            f"{SOFT}{PERIOD}</p>\n")
    for heading, facts in parts:
        page += (f'<h2 style="font-size:16px;margin:20px 0 8px">{heading}</h2>\n'
                 '<ul style="margin:0;padding:0 0 0 20px">\n')
        for fact, why, command in facts:
            page += ('<li style="margin:0 0 12px;overflow-wrap:anywhere">\n'
                     f"{html.escape(fact)}\n")
            page += f"{SOFT}\n{html.escape(why)}</p>\n" if why else ""
            page += f"{PRE}{html.escape(command)}</pre>\n</li>\n"
        page += "</ul>\n"
    return page + "</body></html>\n"


class Digest(NoticeTest):

    def test_each_byte(self):
        self.write_conf(TO, overrides="overrides.conf", report=SIGNED)
        self.fill()
        self.assertEqual(self.text_of("digest"), text_of(DIGEST))
        out, err = self.tool("digest")
        self.assertEqual((out, err), ("mail to ops@own.test: handed over, 8 to tell\n", ""))
        told, = self.told()
        self.assertEqual(REFERENCE.sub("REFE-RENCE", told.text), text_of(DIGEST))
        self.assertEqual(REFERENCE.sub("REFE-RENCE", told.html), html_of(DIGEST))
        self.assertEqual((told.sender, told.recipient), ("reports@own.test", "ops@own.test"))
        message = told.message
        self.assertEqual(message["Subject"], SUBJECT)
        self.assertIn(b'From: "Own Ltd" <reports@own.test>\r\n', told.bytes)
        self.assertIn(b"\r\nTo: <ops@own.test>\r\n", told.bytes)
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertEqual(message.get_content_type(), "multipart/alternative")
        self.assertLess(max(map(len, told.bytes.split(b"\r\n"))), 998)
        self.assertNotIn(b"\n", told.bytes.replace(b"\r\n", b""))
        self.write("told.eml", told.bytes)
        found, = self.objects("check", self.path("told.eml"), "--client-ip", "192.0.2.99",
                              rules="check")
        self.assertEqual([s["result"] for s in found["dkim"]], ["pass"])

    def test_no_line_without_something_to_do(self):
        """As a person reads it: a fact, a count, since when, a command or a reason."""
        self.write_conf(overrides="overrides.conf")
        self.fill()
        self.spoof(60)
        for channel in ("digest", "alert"):
            told = self.json_of(channel)
            self.assertEqual(schema.faults(told, schema.load("notice")), [])
            self.assertEqual(schema.order_faults(told, schema.load("notice")), [])
            for fact in told["facts"]:
                self.assertTrue(fact["command"] or fact["reason"], fact)
                self.assertTrue(fact["count"] > 0, fact)
                self.assertTrue(fact["since"] or fact["kind"] == "override", fact)
                if fact["command"] and "--owner YOU" not in fact["command"]:
                    status, _, err = self.run_tool(*fact["command"].split()[1:])
                    self.assertIn(status, (DONE, 6, 7), fact["command"] + err)

    def test_told_once_and_what_waits(self):
        self.write_conf(TO, overrides="overrides.conf")
        self.fill()
        self.tool("digest")
        later = NOW + DAY
        self.assertEqual(self.kinds("digest", now=later),
                         ["held", "likely", "tls", "posture", "override", "destination", "run"])
        facts = {fact["kind"]: fact for fact in self.json_of("digest", now=later)["facts"]}
        self.assertEqual(facts["tls"]["text"], "1 told before, and no later report tells of it, "
                         "since 2026-04-30 00:00 UTC")
        self.assertEqual(facts["likely"]["text"],
                         "1 told before, on which nobody has acted, since 2026-05-01 07:00 UTC")
        self.assertIn("findings told before that still stand", facts["posture"]["text"])
        self.assertIn(PERIOD[-20:], self.text_of("digest", now=later).splitlines()[1])
        # To another all of it is news, and so it is to who asks since a time.
        self.assertEqual(self.json_of("digest", "--mail", "b@own.test")["text"], SUBJECT)
        self.assertEqual(self.json_of("digest", "--since", "7d")["text"], SUBJECT)
        self.assertNotIn("source", self.kinds("digest", "--since", "1h"))

    def test_posture_that_is_mended_and_comes_back(self):
        self.write_conf(TO)
        insert = "INSERT INTO posture_finding VALUES ('example.test', 'dmarc-none', '', ?, ?)"
        self.ask(insert, NOW - DAY, NOW)
        self.tool("digest")
        self.ask("DELETE FROM posture_finding")
        self.ask("INSERT INTO posture_past (domain, finding, detail, first_s, closed_s) VALUES "
                 "('example.test', 'dmarc-none', '', ?, ?)", NOW - DAY, NOW + HOUR)
        told, = self.json_of("digest", now=NOW + DAY)["facts"]
        self.assertEqual((told["text"], told["reason"]),
                         ("1 medium finding about example.test is gone: p=none: nothing that fails "
                          "is held or refused, since 2026-05-01 13:00 UTC",
                          "it was mended, or is no longer found"))
        self.tool("digest", now=NOW + DAY)
        self.assertEqual(self.kinds("digest", now=NOW + 2 * DAY), [])
        self.ask(insert, NOW + 2 * DAY, NOW + 2 * DAY)
        told, = self.json_of("digest", now=NOW + 3 * DAY)["facts"]
        self.assertIn("medium finding about example.test: p=none", told["text"])

    def test_quiet(self):
        self.write_conf(TO)
        self.tool("digest")
        told, = self.told()
        self.assertEqual(told.text, "alignd digest of mx.test: nothing to tell\n" + PERIOD +
                         "\n\nNothing to tell.\n")
        self.write_conf('digest { mail = "ops@own.test" quiet = no }')
        self.assertEqual(self.tool("digest", now=NOW + DAY)[0],
                         "mail to ops@own.test: nothing handed over, 0 to tell\n")
        self.assertEqual(self.tool("digest", "--quiet", now=NOW + DAY)[0], "")
        self.assertEqual(len(self.server.mails), 1)

    def test_a_late_report_is_not_lost(self):
        """Its day was over before the digest that came first."""
        self.write_conf(TO)
        self.tool("digest")
        self.take(dmarc(row("192.0.2.77")))
        self.assertEqual(self.kinds("digest", now=NOW + HOUR), ["source"])

    def test_tls_that_goes_on(self):
        self.write_conf(TO)
        self.take(tls(("sts", 5, 3, [detail("certificate-expired", 3)])))
        self.tool("digest")
        self.take(tls(("sts", 5, 4, [detail("certificate-expired", 4)]), name="2",
                      day="2026-05-02"))
        told, = self.json_of("digest", now=NOW + 3 * DAY)["facts"]
        self.assertIn("7 sessions for example.test", told["text"])
        self.assertEqual(told["since"], "2026-04-30T00:00:00Z")
        # A reporter without details is counted by its summary.
        self.take(tls(("sts", 5, 9, []), name="3", org="other.test"))
        self.assertIn("9 sessions for example.test failed by sts: without details (1 reporter), "
                      "since 2026-04-30", self.text_of("digest", now=NOW + 3 * DAY))

    def test_a_flood_of_made_up_sources(self):
        """By a report that anybody sent: the real source is told, and none is lost."""
        self.write_conf(TO, own='"a.test", "example.test"')
        self.take(dmarc(*(row(f"198.51.{i // 200}.{i % 200 + 1}", count=10**6 + i,
                              header_from="a.test") for i in range(300)), domain="a.test"))
        self.take(dmarc(*(row(f"203.0.113.{i}", count=10**6 + i) for i in range(100)), name="2"))
        self.take(dmarc(row("192.0.2.77", count=120), name="3"))
        self.ask("UPDATE inbox_report SET proof = 1 WHERE ident = '3'")
        for channel in ("digest", "alert"):
            first = self.json_of(channel)["facts"][0]
            self.assertEqual(first["command"], "alignctl inbox explain 192.0.2.77")
            self.assertNotIn("proved", first["reason"])
        self.ask("UPDATE inbox_report SET proof = 0")
        seen = set()
        for run in range(25):
            out = self.tool("digest", now=NOW + run * HOUR)[0]
            seen |= set(re.findall(r"from (\d\S+) in", self.told()[-1].text))
            if " 0 to tell" in out:
                break
            self.assertNotIn("nothing to tell", self.told()[-1].text)
        self.assertEqual(len(seen), 401)
        self.assertIn("192.0.2.77", seen)

    def test_a_report_that_is_dated_back(self):
        """It keeps nobody from being told of whom it names."""
        self.write_conf(TO)
        self.take(dmarc(row("192.0.2.77", count=10**6), day_s=NOW // DAY * DAY - 30 * DAY))
        self.assertEqual((self.kinds("digest"), self.kinds("alert")), ([], []))
        self.take(dmarc(row("192.0.2.77", count=1200), name="2"))
        for channel, since in (("digest", "2026-04-24T12"), ("alert", "2026-04-27T12")):
            fact, = self.json_of(channel)["facts"]
            self.assertEqual(fact["command"], "alignctl inbox explain 192.0.2.77")
            self.assertIn(since, fact["since"])
        self.assertEqual(self.kinds("digest", "--since", "3d"), ["source"])

    def test_a_source_that_grows(self):
        """Far past what was told it is news again."""
        self.write_conf(TO)
        self.take(dmarc(row("192.0.2.77", count=100)))
        told = []
        for run, count in enumerate((0, 700, 500, 10**6)):
            if count:
                self.take(dmarc(row("192.0.2.77", count=count), name=f"more{run}"))
            for channel in ("digest", "alert"):
                self.server.mails.clear()
                self.tool(channel, now=NOW + 2 * HOUR * run)
                told.append("192.0.2.77" in "".join(m.text for m in self.told()))
        self.assertEqual(told, [True, True, False, False, True, True, True, True])

    def test_what_was_left_out_stays_in_the_period(self):
        """However long the digests take to tell all of it."""
        self.write_conf(TO)
        self.take(dmarc(*(row(f"203.0.113.{i}", count=10**5) for i in range(120))))
        self.take(dmarc(row("192.0.2.77", count=120), name="2"))
        told = []
        for day in range(8):
            self.server.mails.clear()
            self.tool("digest", now=NOW + day * DAY)
            told.append(self.told()[0].text)
        self.assertEqual([text.splitlines()[0].split(": ")[1] for text in told],
                         [f"{count} to look at" for count in range(121, 0, -20)] +
                         ["nothing to tell"])
        self.assertIn("192.0.2.77", told[6])
        begins = [text.splitlines()[1][5:15] for text in told]
        self.assertEqual(begins, ["2026-04-24"] * 7 + ["2026-05-07"])

    def test_a_digest_since_a_time_loses_nothing(self):
        """What another left out stays in the period."""
        self.write_conf(TO)
        self.take(dmarc(*(row(f"203.0.113.{i}", count=10**5) for i in range(30))))
        self.tool("digest")
        self.tool("digest", "--since", "1h", now=NOW + 6 * DAY)
        self.assertEqual(self.kinds("digest", now=NOW + 7 * DAY), ["source"] * 10)

    def test_domains_come_in_turn(self):
        self.write_conf(TO, own='"a.test", "example.test"')
        self.take(dmarc(*(row(f"198.51.100.{i}", count=10**6, header_from="a.test")
                          for i in range(1, 50)), domain="a.test"))
        self.take(dmarc(row("192.0.2.77", count=120), name="2"))
        self.assertIn("192.0.2.77", self.json_of("digest")["facts"][1]["command"])

    def test_many(self):
        """A person reads twenty; the others come next, and none is told again."""
        self.write_conf(TO)
        count = LIMITS["LIMIT_NOTICE_LINES"] + 7
        self.take(dmarc(*(row(f"192.0.2.{i}") for i in range(count))))
        told = self.json_of("digest")
        self.assertEqual((len(told["facts"]), told["left_out"]),
                         (LIMITS["LIMIT_NOTICE_LINES"], {"source": 7}))
        self.assertIn("  7 more\n      type: alignctl inbox sources --new\n",
                      self.text_of("digest"))
        self.tool("digest")
        self.assertEqual(self.kinds("digest", now=NOW + HOUR), ["source"] * 7)
        self.tool("digest", now=NOW + HOUR)
        self.assertEqual(self.kinds("digest", now=NOW + 2 * HOUR), [])

    def test_past_what_is_gathered(self):
        self.write_conf(TO)
        limit = LIMITS["LIMIT_NOTICE_FACTS"]
        with sqlite3.connect(self.store) as store:
            store.executemany("INSERT INTO posture_finding VALUES "
                              "('example.test', 'dmarc-syntax', ?, ?, ?)",
                              ((f"d{i:05}", NOW, NOW) for i in range(limit + 5)))
        store.close()
        told = self.json_of("digest")
        self.assertEqual(told["left_out"]["posture"], limit + 5 - LIMITS["LIMIT_NOTICE_LINES"])
        self.tool("digest")
        self.assertEqual(self.ask("SELECT count(*) FROM notice_told WHERE kind = 'posture'"),
                         [(LIMITS["LIMIT_NOTICE_LINES"],)])
        *news, before = [f["text"] for f in self.json_of("digest", now=NOW + HOUR)["facts"]]
        self.assertEqual((len(news), before[:31]),
                         (LIMITS["LIMIT_NOTICE_LINES"], "20 findings told before that st"))

    def test_marks_are_bounded(self):
        self.write_conf(TO)
        limit = LIMITS["LIMIT_NOTICE_MARKS"]
        place = self.only_place()
        with sqlite3.connect(self.store) as store:
            store.executemany("INSERT INTO notice_told VALUES ('digest', ?, ?, 'source', 0, ?, ?)",
                              ((place, i, NOW - i, NOW - i) for i in range(1, limit + 10)))
        store.close()
        self.tool("digest", now=NOW + 1)
        kept, oldest = self.ask("SELECT count(*), min(seen_s) FROM notice_told "
                                "WHERE place = ?", place)[0]
        self.assertEqual((kept, oldest), (limit, NOW - limit + 1))
        self.tool("digest", now=NOW + 200 * DAY)
        self.assertEqual(self.ask("SELECT count(*) FROM notice_told"), [(1,)])

    def only_place(self):
        self.tool("digest")
        (place,), = self.ask("SELECT DISTINCT place FROM notice_told")
        return place

    def test_a_path_that_broke(self):
        self.write_conf(TO)
        for number, author, since, reference in (
                (7, "a1.test", NOW - HOUR, "K7QX-2M4D"), (8, "example.test", NOW - 2 * HOUR, ""),
                (9, "old.test", NOW - 20 * DAY, "")):
            self.ask("INSERT INTO path (number, kind, client, network, subject, dkim, days, "
                     "last_day, broken_s, refused, reference) VALUES (?, 1, 'forward.test', "
                     "'192.0.2.0/24', ?, 4, 4, 20573, ?, 2, ?)", number, author, since, reference)
        for channel in ("digest", "alert"):
            facts = [fact for fact in self.json_of(channel)["facts"] if fact["kind"] == "path"]
            self.assertEqual(len(facts), 2, channel)
            self.assertEqual(
                (facts[0]["text"], facts[0]["command"], facts[0]["reason"]),
                ("2 messages of a1[.]test by way of forward[.]test refused or held, since "
                 "2026-05-01 11:00 UTC", "alignctl explain K7QX-2M4D",
                 "passed on 4 days, last on 2026-04-30 (SPF 0, a signature alone 4); if it is "
                 "genuine: alignctl review allow K7QX-2M4D --owner YOU"))
            self.assertIn("of example.test by way of", facts[1]["text"])
            self.assertEqual(facts[1]["command"], "alignctl paths --broken")
            self.tool(channel)
            self.assertNotIn("path", self.kinds(channel))

    def test_nothing_personal_is_kept(self):
        self.write_conf(TO)
        self.fill()
        self.tool("digest")
        rows = self.ask("SELECT * FROM notice_told") + self.ask("SELECT * FROM notice_run")
        self.assertGreater(len(rows), 5)
        self.assertEqual({v for r in rows for v in r if isinstance(v, str)} -
                         {"digest", "likely", "source", "tls", "posture", "destination", "run",
                          "held"}, {""})


class Hostile(NoticeTest):
    """What strangers wrote is shown, and does nothing."""

    WORDS = ["\x1b[2J\x1b]0;owned\x07", "\u202egnp.exe", "http://evil.test/?a=b&c",
             "www.evil.test", "<img src=x onerror=alert(1)>", "\"'><script>",
             "$(reboot)", "`reboot`", "; rm -rf /", "a" * 65536, "\u00e9" * 65536, '"' * 65536]

    def assert_harmless(self, text):
        self.assertRegex(text, r"\A[\n -~]*\Z")
        self.assertNotRegex(text, r"(?i)https?://|www\.[a-z]|mailto:|evil\.test")
        self.assertLess(max(map(len, text.splitlines())), LIMITS["LIMIT_NOTICE_LINE_BYTES"])

    def test_texts(self):
        self.write_conf(TO)
        words = [w.replace("\x1b", "x").replace("\x07", "") for w in self.WORDS]
        with sqlite3.connect(self.store) as store:
            for i, word in enumerate(words):
                store.execute("INSERT INTO report_health VALUES (?, ?, 0, ?, ?, 3, ?, '')",
                              (f"{i}{word}@evil.test", word, NOW - DAY, word, NOW + DAY))
                store.execute("INSERT INTO posture_finding VALUES ('example.test', "
                              "'dmarc-syntax', ?, ?, ?)", (f"{i}{word}", NOW - DAY, NOW))
        store.close()
        self.tool("digest")
        told, = self.told()
        self.assertEqual(len(self.json_of("digest", "--mail", "c@own.test")["facts"]),
                         2 * len(words))
        self.assert_harmless(told.text)
        most = LIMITS["LIMIT_NOTICE_TEXT"]
        self.assertIn("a" * (most - 3) + "...\n", told.text)
        self.assertNotIn("a" * most, told.text)
        self.assertTrue(told.html.endswith("</body></html>\n"))
        self.assertLess(len(told.html), LIMITS["LIMIT_NOTICE_BYTES"])
        self.assertIn("http[:]//evil[.]test", told.text)
        self.assertIn("\\xe2\\x80\\xaegnp[.]exe", told.text)
        self.assertNotRegex(told.html, r"<(?!/?(?:!DOCTYPE|html|head|meta|title|body|h1|h2|ul|li|"
                                       r"p|pre)\b)")
        self.assertNotRegex(told.html, r"(?i)<[^>]*\b(?:href|src|on\w+|url\()")
        self.assertLess(max(map(len, told.bytes.split(b"\r\n"))), 998)

    def test_escapes_in_the_store(self):
        """Rows that alignd does not write are left out, and told of."""
        self.ask("INSERT INTO report_health VALUES (?, '', 0, ?, ?, 3, ?, '')",
                 "r@\x1b[2J.test", NOW - DAY, "\x1b]0;x\x07", NOW + DAY)
        out, err = self.tool("digest", "--print")
        self.assertNotIn("\x1b", out + err)
        self.assertIn("left out: report_health", err)
        self.assertIn("Nothing to tell", out)

    def test_what_is_typed(self):
        """A command holds only what was read as an address, a name, a reference."""
        self.take(dmarc(row("192.0.2.1"), domain="x.example.test"))
        self.ask("UPDATE inbox_source SET address = '1; reboot'")
        self.take(tls(("sts", 0, 3, [detail("$(reboot)", 3, host="`reboot`.test")])))
        self.ask("UPDATE inbox_tls SET domain = '$(reboot).example.test'")
        genuine = self.sign("example.test", letter("example.test"))
        self.record([(30, "192.0.2.5", "x@example.test", letter("example.test")),
                     (1, "192.0.2.5", "<>", genuine.replace(b"hello", b"bye"))])
        self.ask("UPDATE incident SET reference = '`reboot`'")
        commands = {fact["kind"]: fact["command"] for fact in self.json_of("digest")["facts"]}
        self.assertEqual(commands["source"], "alignctl inbox sources --new")
        self.assertEqual(commands["tls"], "alignctl inbox summary")
        for command in commands.values():
            self.assertNotRegex(command, r"[$`;]")

    def test_domains_of_others(self):
        """A report about a domain that is not ours tells nobody anything."""
        self.take(dmarc(row("192.0.2.1", header_from="evil.test"), domain="evil.test"))
        self.assertEqual(self.kinds("digest"), [])
        self.write_conf(own="")
        fact, = self.json_of("digest")["facts"]
        self.assertIn("evil[.]test", fact["text"])


class Alert(NoticeTest):

    def test_each(self):
        self.write_conf(TO)
        self.fill()
        self.spoof(49)
        self.assertEqual(self.kinds("alert"), ["held", "source"])
        self.spoof(11)
        self.assertEqual(self.kinds("alert"), ["held", "wave", "source"])
        self.tool("alert")
        told, = self.told()
        self.assertEqual(told.text.splitlines()[:7], [
            "alignd alert of mx.test: 3 to look at", "at 2026-05-01 12:00 UTC", "",
            "Held mail that waits",
            "  2 messages on hold for more than a day on which nobody has acted, since "
            "2026-04-29 10:00 UTC",
            "      type: alignctl review --open --applied quarantine", ""])
        self.assertIn("  60 messages in the name of example.test failed DMARC within two hours, "
                      "since 2026-05-01 11:00 UTC\n"
                      "      why:  two hours of the week before had 0 on average\n", told.text)
        # Once.
        for minutes in (5, 10, 65):
            self.assertEqual(self.tool("alert", now=NOW + 60 * minutes)[0],
                             "mail to ops@own.test: nothing handed over, 0 to tell\n")
        self.assertEqual(len(self.server.mails), 1)

    def test_what_is_usual_is_no_wave(self):
        self.write_conf(TO)
        for day in range(1, 8):
            self.spoof(100, hours=24 * day)
        self.spoof(50)
        self.assertEqual(self.kinds("alert"), ["wave"])  # 8 in two hours, on average
        for day in range(1, 8):
            self.spoof(200, hours=24 * day - 5)
        self.assertEqual(self.kinds("alert"), [])

    def test_a_wave_that_comes_again(self):
        self.write_conf(TO)
        self.spoof(300)
        self.tool("alert")
        self.spoof(300, hours=-5)
        self.assertEqual(self.kinds("alert", now=NOW + 5 * HOUR), [])
        # It was away for more than six hours, and is larger than before.
        self.spoof(900, hours=-24)
        self.assertEqual(self.kinds("alert", now=NOW + 24 * HOUR + HOUR / 2), ["wave"])

    def test_a_wave_told_by_a_clock_that_was_ahead(self):
        self.write_conf(TO)
        self.spoof(300, hours=-24 * 300)
        self.tool("alert", now=NOW + 300 * DAY)
        self.assertEqual(len(self.server.mails), 1)
        self.spoof(500)
        self.assertEqual(self.kinds("alert"), ["wave"])

    def test_small_and_old_sources_are_none(self):
        self.take(dmarc(row("192.0.2.1", count=99), row("192.0.2.2", count=100),
                        row("192.0.2.3", count=500, dkim="pass")))
        facts = self.json_of("alert")["facts"]
        self.assertEqual([f["command"] for f in facts], ["alignctl inbox explain 192.0.2.2"])
        self.assertEqual(self.kinds("alert", now=NOW + 12 * DAY), [])

    def test_more_that_is_held(self):
        """It is told again when there is more, and once an hour."""
        self.write_conf(TO)
        self.hold(25)
        self.tool("alert")
        self.hold(24.3)
        for minutes, count in ((30, 0), (55, 0), (61, 1), (66, 0), (200, 0)):
            self.server.mails.clear()
            self.tool("alert", now=NOW + 60 * minutes)
            self.assertEqual(len(self.server.mails), count, minutes)

    def test_pace(self):
        self.write_conf('alert { mail = "ops@own.test" pace = 4 }')
        self.take(dmarc(*(row(f"192.0.2.{i}", count=200) for i in range(5))))
        told = []
        for minutes in (0, 5, 30, 61, 70, 130, 200):
            self.tool("alert", now=NOW + 60 * minutes)
            told.append([re.findall(r"from (192\S+) in", m.text) for m in self.told()])
            self.server.mails.clear()
        self.assertEqual([sum(map(len, t)) for t in told], [2, 0, 0, 2, 0, 1, 0])
        self.assertEqual(len({address for t in told for m in t for address in m}), 5)
        self.write_conf("alert { pace = 4 }")
        text = self.text_of("alert")
        self.assertIn("3 more alarms wait, since an hour has its bound (alert.pace)\n"
                      "      type: alignctl alert --print\n", text)

    def test_reports_of_strangers_keep_nothing_else_back(self):
        self.write_conf('alert { mail = "ops@own.test" pace = 2 }')
        self.take(dmarc(*(row(f"192.0.2.{i}", count=10**9) for i in range(5))))
        self.tool("alert")
        self.hold(25)
        self.spoof(500)
        self.server.mails.clear()
        self.tool("alert", now=NOW + 300)
        told, = self.told()
        self.assertIn("Held mail that waits", told.text)
        self.assertIn("in the name of example.test failed DMARC", told.text)
        self.assertNotIn("from 192", told.text)

    def test_broken_paths_keep_nothing_else_back(self):
        self.write_conf('alert { mail = "ops@own.test" pace = 4 }')
        for i in range(30):
            self.ask("INSERT INTO path (number, kind, client, network, subject, dkim, days, "
                     "last_day, broken_s, refused, reference) VALUES (?, 1, 'forward.test', "
                     "'192.0.2.0/24', ?, 4, 4, 20573, ?, 2, '')", i, f"a{i}.test", NOW - 600 - i)
        self.tool("alert")
        self.assertEqual(self.told()[0].text.count("by way of"), 2)
        self.spoof(500)
        self.take(dmarc(row("192.0.2.77", count=1200)))
        self.hold(25)
        self.tool("alert", now=NOW + 300)
        for words in ("in the name of example.test failed DMARC", "from 192.0.2.77 in", "on hold"):
            self.assertIn(words, self.told()[1].text)
        self.assertNotIn("by way of", self.told()[1].text)

    def test_clients_come_in_turn(self):
        """One whose paths break by the dozen hides no other's."""
        for i, client in enumerate(["forward.test"] * 30 + ["other.test"] * 2):
            self.ask("INSERT INTO path (number, kind, client, network, subject, dkim, days, "
                     "last_day, broken_s, refused, reference) VALUES (?, 1, ?, '192.0.2.0/24', ?, "
                     "4, 4, 20573, ?, 2, '')", i, client, f"a{i}.test", NOW - 600 - i)
        for channel in ("digest", "alert"):
            self.assertEqual([fact["text"].split("by way of ")[1].split("[")[0]
                              for fact in self.json_of(channel)["facts"]][:5],
                             ["forward", "other", "forward", "other", "forward"])


if __name__ == "__main__":
    unittest.main()
