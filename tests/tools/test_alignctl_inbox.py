#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl inbox take and scan: what is kept, once, and what is set aside."""
import base64
import glob
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, PROGRAM, WRAPPER  # noqa: E402
from inbox_rig import (DAY_S, SENT_S, InboxTest, detail, dmarc, failure, fault,  # noqa: E402
                       has_faults, in_every_form, judged, landlock_abi, mailed, row, tls)
import limits  # noqa: E402

CORPORA = os.environ.get("ALIGND_CORPORA", "")


class TakeTest(InboxTest):

    # --- kinds ---

    def test_each_kind_is_known(self):
        self.assertEqual(self.take(mailed(gzip.compress(dmarc(row("192.0.2.1"))))),
                         {"items": 1, "kept": 1})
        self.assertEqual(self.take(mailed(gzip.compress(tls(("sts", 5, 0, []))))),
                         {"items": 1, "kept": 1})
        self.assertEqual(self.take(failure()), {"items": 1, "kept": 1})
        self.assertEqual(self.take(b"From: a@b.test\nSubject: buy\n\nthis\n"),
                         {"items": 1, "aside": 1})
        self.assertEqual(self.states(), {"dmarc": ["kept"], "tls": ["kept"], "failure": ["kept"]})
        self.assertEqual(self.asides(), ["the mail carries no report"])

    def test_one_report_in_every_form_is_one(self):
        for content in (dmarc(row("192.0.2.1", 3)), tls(("sts", 5, 0, []))):
            for number, (name, mail) in enumerate(in_every_form(content)):
                with self.subTest(name):
                    self.assertEqual(self.take(mail),
                                     {"items": 1, "kept" if number == 0 else "known": 1})
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_report"), [(2,)])

    def test_what_is_kept_of_rows(self):
        self.take(dmarc(
            row("192.0.2.1", 3, dkim="pass"), row("192.0.2.1", 4, dkim="pass"),
            row("192.0.2.2", 5, disposition="quarantine"),
            row("2001:DB8:0::1", 6, disposition="reject")))
        self.assertEqual(self.ask(
            "SELECT domain, address, dkim, spf, applied, messages, first_s, last_s FROM inbox_row "
            "JOIN inbox_source USING (source_id) ORDER BY address"), [
                ("example.test", "192.0.2.1", 1, 0, 0, 7, SENT_S, SENT_S),
                ("example.test", "192.0.2.2", 0, 0, 1, 5, SENT_S, SENT_S),
                ("example.test", "2001:db8::1", 0, 0, 2, 6, SENT_S, SENT_S)])

    def test_what_is_kept_of_a_failure_names_nobody(self):
        self.take(failure())
        with open(self.store, "rb") as file:
            content = file.read()
        with open(self.store + "-wal", "rb") if os.path.exists(self.store + "-wal") else open(
                os.devnull, "rb") as file:
            content += file.read()
        self.assertIn(b"bounce.test", content)
        for word in (b"secret.person", b"Secret", b"somebody.else", b"confidential", b"body words"):
            self.assertNotIn(word, content)

    # --- once ---

    def test_another_content_is_flagged_and_does_not_count(self):
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 3))), {"items": 1, "kept": 1})
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4))), {"items": 1, "differs": 1})
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4))), {"items": 1, "known": 1})
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4), org="other.test")),
                         {"items": 1, "kept": 1})
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4), day_s=SENT_S - DAY_S)),
                         {"items": 1, "kept": 1})
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4), domain="b.test")),
                         {"items": 1, "kept": 1})
        self.assertEqual(self.states()["dmarc"], ["kept", "differs", "kept", "kept", "kept"])

    def test_what_passes_counts_before_what_nobody_vouches_for(self):
        forged, real = (mailed(dmarc(row("192.0.2.1", count))) for count in (900, 3))
        self.take(forged)
        self.assertEqual(self.take(judged(real, "pass")), {"items": 1, "kept": 1})
        self.assertEqual(self.take(judged(forged, "pass")), {"items": 1, "known": 1})
        self.assertEqual(self.states()["dmarc"], ["differs", "kept"])

    # --- the sender's own DMARC ---

    def test_a_report_that_fails_is_kept_apart(self):
        mail = mailed(dmarc(row("192.0.2.1", 3)))
        self.assertEqual(self.take(judged(mail, "fail")), {"items": 1, "failed": 1})
        self.assertEqual(self.ask("SELECT state, sender, verdict FROM inbox_report"),
                         [("failed", "reporter.test", "fail")])
        # It made no source one that was seen before: nothing of what it says is kept.
        self.assertEqual(self.ask("SELECT * FROM inbox_row, inbox_source"), [])
        self.assertEqual(self.take(judged(mailed(tls(("sts", 1, 1, [detail("x", 1)]))), "fail")),
                         {"items": 1, "failed": 1})
        self.assertEqual(self.ask("SELECT messages FROM inbox_report"), [(3,), (2,)])
        self.assertEqual(self.ask("SELECT * FROM inbox_tls"), [])
        # The same, in a mail that passes, is the report.
        self.assertEqual(self.take(judged(mail, "pass")), {"items": 1, "kept": 1})
        self.assertEqual(self.states()["dmarc"], ["kept"])

    def test_whose_word_is_taken(self):
        mail = mailed(dmarc(row("192.0.2.1")))
        for name, content in (("another host", judged(mail, "fail", name="mx.elsewhere.test")),
                              ("none", mail), ("temperror", judged(mail, "temperror")),
                              ("below ours", judged(judged(mail, "fail"), "none"))):
            with self.subTest(name):
                self.take(content)
                self.assertEqual(self.states(), {"dmarc": ["kept"]})
                self.ask("DELETE FROM inbox_row")
                self.ask("DELETE FROM inbox_report")

    def test_what_never_came_through_alignd_vouches_for_nobody(self):
        real, forged = (mailed(dmarc(row("192.0.2.1", count))) for count in (3, 900))
        for options, state in ((("--authserv-id", "none"), "differs"),
                               (("--authserv-id", "imap.test"), "differs"), ((), "kept")):
            with self.subTest(options):
                self.take(real)
                self.take(judged(forged, "pass"), *options)
                self.assertEqual(self.states()["dmarc"][1], state)
                self.ask("DELETE FROM inbox_row")
                self.ask("DELETE FROM inbox_report")
        self.take(judged(judged(real, "fail", name="imap.test"), "pass"),
                  "--authserv-id", "IMAP.test")
        self.assertEqual(self.states()["dmarc"], ["failed"])

    def test_a_body_that_looks_like_a_mail_of_its_own(self):
        real = mailed(dmarc(row("192.0.2.1", 3), org="known.test"))
        forged = judged(mailed(gzip.compress(dmarc(row("192.0.2.66", 900), org="known.test"))),
                        "pass", "known.test")
        self.take(real)
        for number, mark in enumerate((b"\nFrom x\n", b"\n\nFrom x Thu Jan  1 00:00:00 2026\n",
                                       b"\r\n\r\nFrom x Thu Jan  1 00:00:00 2026\r\n")):
            with self.subTest(mark):
                mail = judged(b"From: m@evil.test\nSubject: %d\n\nhello" % number + mark + forged,
                              "fail", "evil.test")
                # As a pipe gets it, with the line of a mailbox and without.
                for content in (b"From m@evil.test Thu Apr 30 00:00:00 2026\n" + mail, mail):
                    self.assertEqual(self.take(content), {"items": 1, "aside": 1})
        self.assertEqual(self.states()["dmarc"], ["kept"])
        self.assertEqual(self.ask("SELECT DISTINCT sender, verdict FROM inbox_aside"),
                         [("evil.test", "fail")])

    def test_a_line_of_the_text_does_not_cost_the_report(self):
        mail = mailed(gzip.compress(dmarc(row("192.0.2.1", 3)))).replace(
            b"\n\n", b"\n\nFrom here on:\nFrom us\n\n", 1)
        self.assertIn(b"\nFrom us\n", mail)
        self.assertEqual(self.take(b"From r Thu Jan  1 00:00:00 2026\n" + judged(mail, "pass")),
                         {"items": 1, "kept": 1})

    # --- a reader that breaks off ---

    @unittest.skipUnless(has_faults(), "built without faults")
    def test_a_mail_whose_reader_breaks_off_comes_again(self):
        mail = mailed(dmarc(row("192.0.2.1", 3)))
        with fault("read:crash"):
            self.assertEqual(self.take(mail, status=75, words="tried again"), {})
        self.assertEqual(self.states(), {})
        self.assertEqual(self.take(mail), {"items": 1, "kept": 1})

    @unittest.skipUnless(has_faults(), "built without faults")
    def test_what_breaks_each_reader_does_not_come_for_ever(self):
        tries = limits.LIMITS["LIMIT_INBOX_TRIES"]
        with fault("read:crash"):
            for _ in range(tries - 1):
                self.take(b"From: a@b.test\n\nx\n", status=75)
            for _ in range(2):
                self.assertEqual(self.take(b"From: a@b.test\n\nx\n"), {"items": 1, "aside": 1})
        for number, why in enumerate(self.asides(), 1):
            self.assertIn(f"not read, try {number} of {tries}: the process that read it", why)
        self.assertEqual(len(self.asides()), tries)

    @unittest.skipUnless(has_faults(), "built without faults")
    def test_where_nothing_can_be_confined_nothing_is_lost(self):
        mail = mailed(dmarc(row("192.0.2.1", 3)))
        with fault("confine:refuse"):
            for _ in range(limits.LIMITS["LIMIT_INBOX_TRIES"] + 1):
                self.take(mail, status=75, words="cannot be confined")
        self.assertEqual((self.states(), self.asides()), ({}, []))

    @unittest.skipUnless(has_faults() and landlock_abi() > 0,
                         "built without faults, or no landlock in this kernel")
    @unittest.skipIf(WRAPPER, "the wrapper is another process")
    def test_take_gives_up_all_files_but_the_store(self):
        """What reads the pipe of a mail server; who has been given files or a
        server to read from keeps them."""
        self.write("mail", b"x")
        with fault("take:open"):
            got, _, err = self.run_tool("inbox", "take", stdin=b"x")
            self.assertEqual((got, err), (9, ""))  # it could not
            self.assertEqual(self.run_tool("inbox", "scan", "mail")[0], 0)
            with open(self.path("conf"), "a", encoding="ascii") as file:
                file.write("confine = no\n")
            self.assertEqual(self.run_tool("inbox", "take", stdin=b"x")[0], 0)

    # --- what is no report ---

    def test_hostile_ones_are_set_aside_with_the_reason(self):
        for content, why in (
                (b"", "it is empty"),
                (b"x", "neither XML nor gzip"),
                (gzip.compress(b"<feedback>" + b" " * (300 << 20)), "unpacks to more than"),
                (b"<!DOCTYPE x [<!ENTITY a 'b'>]><feedback/>", "document type"),
                (b'{"policies":' + b"[" * 1000, "nested more than 16 deep"),
                (mailed(b"PK\x03\x04damaged"), "cannot be unpacked")):
            with self.subTest(why):
                self.assertEqual(self.take(content), {"items": 1, "aside": 1})
                self.assertIn(why, self.asides()[-1])
        self.assertEqual(len(self.asides()), 6)

    def test_what_is_set_aside_is_bounded_and_there_once(self):
        bound = limits.LIMITS["LIMIT_INBOX_ASIDE_BYTES"]
        for _ in range(2):
            self.take(b"no report" * bound)
        self.assertEqual(self.ask("SELECT length(bytes), size FROM inbox_aside"),
                         [(bound, 9 * bound)])
        most = limits.LIMITS["LIMIT_INBOX_ASIDE"]
        with sqlite3.connect(self.store) as store:
            store.executemany(
                "INSERT INTO inbox_aside (received_s, name, why, digest, sender, verdict, size, "
                "bytes) VALUES (?, '', '', ?, '', '', 1, x'00')",
                [(NOW, str(number)) for number in range(most + 5)])
        store.close()
        self.take(b"one more")
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_aside"), [(most,)])
        self.assertIn("neither XML", self.asides()[-1])

    def test_what_was_set_aside_can_be_looked_at(self):
        self.take(b"not \x1b[2J a report\n")
        got, out, err = self.run_tool("inbox", "aside", "1")
        self.assertEqual((got, out, err), (0, "not \x1b[2J a report\n", ""))
        _, out, _ = self.run_tool("inbox", "aside", "--json", "1")
        self.assertEqual(json.loads(out)["begin"], "not \\x1b[2J a report\\x0a")
        primary, terminal = os.openpty()
        subprocess.run([PROGRAM, "--config", "conf", "inbox", "aside", "1"], cwd=self.folder,
                       stdout=terminal, check=True)
        self.assertEqual(os.read(primary, 100).strip(), b"not \\x1b[2J a report")
        self.want(3, "there is no item 2", "inbox", "aside", "2")
        self.want(1, "an item is a number", "inbox", "aside", "x")

    @unittest.skipIf(WRAPPER, "so many rows take minutes below a checker")
    def test_of_one_mail_so_many_rows_are_read(self):
        most, part = limits.LIMITS["LIMIT_INBOX_ITEM_ROWS"], 60000
        one = row("192.0.2.1")
        parts = "".join(
            "--b\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n" +
            base64.encodebytes(gzip.compress(dmarc(*[one] * part, name=str(number)), 1)).decode()
            for number in range(most // part + 1))
        got = self.take(b"From: a@b.test\nMIME-Version: 1.0\n"
                        b"Content-Type: multipart/mixed; boundary=b\n\n" + parts.encode() +
                        b"--b--\n")
        self.assertEqual(got, {"items": 1, "kept": most // part, "aside": 1})
        self.assertEqual(self.asides(), [f"more than {most} rows in one mail"])

    def test_nothing_that_was_good_is_lost_by_what_is_damaged(self):
        mail = (b"From: a@b.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
                b"--b\nContent-Type: text/xml\n\n" + dmarc(row("192.0.2.1")) +
                b"\n--b\nContent-Type: text/xml\n\n<feedback></feedback>\n--b--\n")
        self.assertEqual(self.take(mail), {"items": 1, "kept": 1, "aside": 1})

    def test_dates_that_nobody_can_mean_count_on_the_day_they_came(self):
        ahead = NOW + limits.LIMITS["LIMIT_INBOX_DATE_AHEAD_S"]
        back = NOW - limits.LIMITS["LIMIT_INBOX_DATE_BACK_S"]
        for day_s, want in ((253402300000, NOW), (ahead + 1, NOW), (ahead, ahead), (1, NOW),
                            (back - 1, NOW), (back, back)):
            self.take(dmarc(row("192.0.2.1"), name=str(day_s), day_s=day_s))
            self.assertEqual(self.ask("SELECT day_s FROM inbox_report WHERE ident = ?",
                                      str(day_s)), [(want,)])

    def test_what_was_amiss_is_bounded(self):
        self.take(dmarc(row("192.0.2.1"), *(row("x" * 900) for _ in range(30))))
        (notes,), = self.ask("SELECT notes FROM inbox_report")
        self.assertIn("row 2 is left out", notes)
        self.assertLessEqual(len(notes), limits.LIMITS["LIMIT_INBOX_NOTES"])

    def test_of_a_failure_report_the_begin_is_read(self):
        most = limits.LIMITS["LIMIT_RECEIVED_ARF_BYTES"]
        self.take(failure(extra="X-Long: " + "\n ".join(["x" * 60] * (most // 60)) +
                          "\nDKIM-Domain: late.test\n"))
        self.take(failure(extra="DKIM-Domain: early.test\n"))
        self.assertEqual(self.ask("SELECT dkim_domain FROM inbox_failure ORDER BY report_id"),
                         [("",), ("early.test",)])

    # --- an end ---

    def test_what_is_old_goes_where_the_clock_is_believed(self):
        self.take(dmarc(row("192.0.2.1")))
        self.take(tls(("sts", 1, 1, [detail("certificate-expired", 1)])))
        self.take(failure())
        self.take(b"x")
        self.ask("UPDATE inbox_report SET received_s = received_s - 401 * 86400")
        self.ask("UPDATE inbox_aside SET received_s = received_s - 401 * 86400")
        self.ask("INSERT OR REPLACE INTO clock VALUES (1, ?)", NOW - 90 * DAY_S)
        self.take(dmarc(row("192.0.2.2"), name="2"))
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_report"), [(4,)])
        self.ask("INSERT OR REPLACE INTO clock VALUES (1, ?)", NOW)
        self.take(dmarc(row("192.0.2.2"), name="2"))
        left = {table: self.ask(f"SELECT count(*) FROM inbox_{table}")[0][0] for table in (
            "report", "row", "source", "cause", "tls", "tls_failure", "failure", "aside")}
        self.assertEqual(left, {"report": 1, "row": 1, "source": 1, "cause": 1, "tls": 0,
                                "tls_failure": 0, "failure": 0, "aside": 0})

    def test_what_is_not_whole_counts_nowhere_and_goes(self):
        self.ask("INSERT OR REPLACE INTO clock VALUES (1, ?)", NOW)
        self.take(dmarc(row("192.0.2.1")))
        self.ask("UPDATE inbox_report SET state = 'partial', digest = 'x', received_s = ?",
                 NOW - 2 * DAY_S)
        self.assertEqual(self.take(dmarc(row("192.0.2.1"))), {"items": 1, "kept": 1})
        self.assertEqual(self.states()["dmarc"], ["kept"])

    def test_a_long_report_is_whole(self):
        rows = [row(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", 2) for i in range(20000)]
        self.assertEqual(self.take(gzip.compress(dmarc(*rows))), {"items": 1, "kept": 1})
        self.assertEqual(self.ask("SELECT count(*), sum(messages) FROM inbox_row"),
                         [(20000, 40000)])

    def fill(self, ident, missing):
        """That report takes all the room but so much."""
        self.ask("UPDATE inbox_report SET size = ? - (SELECT total(size) FROM inbox_report WHERE "
                 "ident <> ?1) WHERE ident = ?1".replace("?1", f"'{ident}'"),
                 limits.LIMITS["LIMIT_INBOX_BYTES"] - missing)

    def idents(self):
        return [name for name, in self.ask("SELECT ident FROM inbox_report ORDER BY report_id")]

    def test_the_oldest_unvouched_goes_where_there_is_too_much(self):
        self.take(judged(mailed(dmarc(row("192.0.2.1"), name="old")), "pass"))
        self.take(mailed(dmarc(row("192.0.2.1"), name="stranger")))
        self.take(judged(mailed(dmarc(row("192.0.2.1"), name="forged")), "fail"))
        self.take(mailed(dmarc(row("192.0.2.2"), name="stranger")))
        self.fill("old", 0)
        new = judged(mailed(dmarc(row("192.0.2.1"), name="new")), "pass")
        self.take(new)
        self.assertEqual(self.idents(), ["old", "stranger", "new"])
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_report WHERE state <> 'kept'"),
                         [(0,)])
        self.fill("old", 100)
        self.take(judged(mailed(dmarc(row("192.0.2.1"), name="newer")), "pass"))
        self.assertEqual(self.idents(), ["old", "new", "newer"])

    def test_what_one_mail_brings_makes_room_for_itself(self):
        """However many reports it has, and where no clock is believed."""
        self.take(judged(mailed(dmarc(row("192.0.2.1"), name="old")), "pass"))
        self.fill("old", 3000)
        self.write("mbox", b"".join(
            b"From r Thu Jan  1 00:00:00 2026\n" + mailed(dmarc(row("192.0.2.1"), name=str(number)))
            + b"\n" for number in range(60)))
        self.run_tool("inbox", "scan", "mbox")
        (total,), = self.ask("SELECT sum(size) FROM inbox_report")
        self.assertLessEqual(total, limits.LIMITS["LIMIT_INBOX_BYTES"])
        self.assertEqual(self.idents()[0], "old")
        self.assertGreater(len(self.idents()), 1)

    def test_every_kind_takes_what_it_takes(self):
        """Rows and texts are counted; of details of TLS some are kept, and it is said."""
        most = limits.LIMITS["LIMIT_INBOX_TLS_FAILURES"]
        details = [dict(detail(f"type {number}", 1), **{"additional-information": "x" * 900})
                   for number in range(most + 20)]
        for name, content in (("dmarc", dmarc(*(row(f"192.0.{i >> 8}.{i & 255}")
                                                for i in range(2000)))),
                              ("tls", tls(("sts", 5, most + 20, details),
                                          ("tlsa", 5, 1, details[:1]))),
                              ("failure", failure())):
            with self.subTest(name):
                before = self.file_size()
                self.assertEqual(self.take(content), {"items": 1, "kept": 1})
                (size,), = self.ask("SELECT size FROM inbox_report WHERE kind = ?", name)
                self.assertGreater(size + 10 * 4096, self.file_size() - before)
                self.assertLess(size, 4 * (self.file_size() - before) + 10 * 4096)
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_tls_failure"), [(most + 1,)])
        self.assertEqual(self.ask("SELECT notes FROM inbox_report WHERE kind = 'tls'"),
                         [("20 details of failures are not kept",)])

    def file_size(self):
        (pages,), = self.ask("SELECT page_count - freelist_count FROM pragma_page_count, "
                             "pragma_freelist_count")
        return pages * 4096

    def test_one_mail_brings_no_more_than_so_much(self):
        most = limits.LIMITS["LIMIT_INBOX_ITEM_REPORTS"]
        parts = b"".join(b"--b\nContent-Type: text/xml\n\n" + dmarc(
            row("192.0.2.1"), name=str(number)) + b"\n" for number in range(most + 3))
        head = b"From: a@b.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        self.assertEqual(self.take(head + parts + b"--b--\n"),
                         {"items": 1, "kept": most, "aside": 3})
        self.assertEqual(self.asides(), [
            f"its mail or file has more than {most} reports, or 128 MiB of them"])

    def test_one_mail_brings_no_more_bytes_than_so_many(self):
        """A cause of a kilobyte in each row: 90 MB of XML that pack to little."""
        long = "<spf><domain>%s.test</domain><result>pass</result></spf>" % ("x" * 240)
        rows = [row(f"10.{i >> 16}.{i >> 8 & 255}.{i & 255}", results=long) for i in range(3000)]
        self.take(gzip.compress(dmarc(*rows)))
        (size,), = self.ask("SELECT size FROM inbox_report")
        self.assertGreater(size, 3000 * 480)
        reports = 1 + limits.LIMITS["LIMIT_INBOX_ITEM_BYTES"] // size
        self.assertLess(reports, limits.LIMITS["LIMIT_INBOX_ITEM_REPORTS"])
        parts = b"".join(
            b"--b\nContent-Type: application/gzip\nContent-Transfer-Encoding: base64\n\n" +
            base64.encodebytes(gzip.compress(dmarc(*rows, name=f"n{number}"), 1)) + b"\n"
            for number in range(reports))
        head = b"From: a@b.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        got = self.take(head + parts + b"--b--\n")
        self.assertEqual(got, {"items": 1, "kept": reports - 1, "aside": 1})

    def test_what_is_old_goes_faster_than_new_comes(self):
        self.ask("INSERT OR REPLACE INTO clock VALUES (1, ?)", NOW)
        self.write("mbox", b"".join(
            b"From r Thu Jan  1 00:00:00 2026\n" + mailed(dmarc(row("192.0.2.1"), name=str(number)))
            + b"\n" for number in range(60)))
        self.run_tool("inbox", "scan", "mbox")
        self.ask("UPDATE inbox_report SET received_s = received_s - 401 * 86400")
        self.write("mbox", b"".join(
            b"From r Thu Jan  1 00:00:00 2026\n" + mailed(dmarc(row("192.0.2.1"), name=str(number)))
            + b"\n" for number in range(60, 120)))
        self.run_tool("inbox", "scan", "mbox")
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_report"), [(60,)])

    def test_texts_go_with_their_rows(self):
        """Of a source with more rows than go at a time too."""
        rows = [row("192.0.2.1", results=f"<spf><domain>a{number}.test</domain>"
                    "<result>pass</result></spf>") for number in range(1200)]
        self.ask("INSERT OR REPLACE INTO clock VALUES (1, ?)", NOW)
        self.take(dmarc(*rows))
        self.assertEqual(self.ask("SELECT count(*) FROM inbox_cause"), [(1200,)])
        self.ask("UPDATE inbox_report SET received_s = received_s - 401 * 86400")
        self.take(b"x")
        for table in ("report", "row", "source", "cause"):
            self.assertEqual(self.ask(f"SELECT count(*) FROM inbox_{table}"), [(0,)])

    # --- to be tried again ---

    def test_what_is_not_ready_is_tried_again(self):
        mail = dmarc(row("192.0.2.1"))
        (version,), = self.ask("PRAGMA user_version")
        self.ask("PRAGMA user_version = 9")
        self.assertEqual(self.take(mail, status=75, words="start alignd once"), {})
        self.ask(f"PRAGMA user_version = {version}")
        os.rename(self.store, self.store + ".away")
        self.assertEqual(self.take(mail, status=75, words="does not exist"), {})
        os.rename(self.store + ".away", self.store)
        self.write("conf", "nonsense = 1\n")
        self.assertEqual(self.take(mail, status=75, words="nonsense"), {})


class ScanTest(InboxTest):

    def scan(self, *operands, status=0, words=""):
        got, out, err = self.run_tool("inbox", "scan", *operands)
        self.assertEqual(got, status, err)
        self.assertIn(words, err)
        return out

    def files(self, name):
        return sorted(os.path.relpath(path, self.path(name))
                      for path in glob.glob(self.path(f"{name}/*/*")))

    def test_maildir_is_marked_once_it_is_kept(self):
        name = self.maildir("box", a=dmarc(row("192.0.2.1")), b=mailed(dmarc(
            row("192.0.2.2"), name="2")), c=b"no report")
        self.write(f"{name}/cur/d:2,FR", dmarc(row("192.0.2.3"), name="3"))
        self.write(f"{name}/cur/e:2,S", dmarc(row("192.0.2.4"), name="4"))
        self.write(f"{name}/tmp/f", dmarc(row("192.0.2.5"), name="5"))
        os.symlink(self.path("zone"), self.path(f"{name}/new/link"))
        os.mkfifo(self.path(f"{name}/new/pipe"))
        out = self.scan(name, status=3, words="link")
        self.assertIn("reports kept   3", out)
        self.assertIn("set aside      1", out)
        self.assertEqual(self.files(name), [
            "cur/a:2,S", "cur/b:2,S", "cur/c:2,S", "cur/d:2,FRS", "cur/e:2,S", "new/link",
            "new/pipe", "tmp/f"])
        self.assertIn("0 items read", self.scan(name, status=3))

    @unittest.skipUnless(has_faults(), "built without faults")
    def test_what_was_not_read_is_not_marked(self):
        name = self.maildir("broken", a=dmarc(row("192.0.2.1")), b=mailed(dmarc(
            row("192.0.2.2"), name="2")))
        with fault("read:crash"):
            self.assertIn("0 items read", self.scan(name, status=3, words="broken/new/b: the "))
        self.assertEqual(self.files(name), ["new/a", "new/b"])
        self.scan(name)
        self.assertEqual(self.files(name), ["cur/a:2,S", "cur/b:2,S"])

    def test_a_mail_that_has_the_name_stays(self):
        name = self.maildir("names", a=dmarc(row("192.0.2.1")))
        self.write(f"{name}/cur/a:2,S", b"precious")
        self.scan(name, status=3, words="cur has a mail of that name")
        self.assertEqual(self.files(name), ["cur/a:2,S", "new/a"])
        with open(self.path(f"{name}/cur/a:2,S"), "rb") as file:
            self.assertEqual(file.read(), b"precious")
        self.assertEqual(self.states(), {"dmarc": ["kept"]})

    def test_nothing_of_others_is_read_or_moved_by_a_link(self):
        os.makedirs(self.path("theirs"))
        self.write("theirs/secret", b"secret words")
        self.write("theirs/report", dmarc(row("192.0.2.1")))
        for part, other in (("new", "cur"), ("cur", "new")):
            with self.subTest(part):
                os.makedirs(self.path(f"linked_{part}/{other}"))
                os.symlink(self.path("theirs"), self.path(f"linked_{part}/{part}"))
                self.scan(f"linked_{part}", status=3, words=f"linked_{part}/{part}")
                self.assertEqual(sorted(os.listdir(self.path("theirs"))), ["report", "secret"])
        self.assertEqual((self.states(), self.asides()), ({}, []))

    def test_no_operand_is_followed(self):
        self.write("secret", b"secret words")
        os.symlink(self.path("secret"), self.path("link"))
        os.symlink(self.path(self.maildir("real", a=b"secret words")), self.path("box-link"))
        self.scan("link", status=3, words="a plain file")
        for operand in ("box-link", "box-link/"):
            self.scan(operand, status=3, words="a folder and no link")
        self.assertEqual(self.files("real"), ["new/a"])
        self.assertEqual(self.asides(), [])

    def test_nothing_is_marked_where_nothing_is_kept(self):
        name = self.maildir("locked", a=dmarc(row("192.0.2.1")))
        (version,), = self.ask("PRAGMA user_version")
        self.ask("PRAGMA user_version = 9")
        self.scan(name, status=4, words="start alignd once")
        self.ask(f"PRAGMA user_version = {version}")
        self.assertEqual(self.files(name), ["new/a"])
        self.ask("DROP TABLE inbox_state")
        self.scan(name, status=4, words="inbox_state")
        self.assertEqual(self.files(name), ["new/a"])

    def test_mailbox_files_and_streams(self):
        box = b"".join(b"From r Thu Jan  1 00:00:00 2026\n" + mailed(dmarc(
            row("192.0.2.1"), name=str(number))) + b"\n" for number in range(5))
        self.write("mbox", box)
        before = os.stat(self.path("mbox"))
        self.assertIn("reports kept   5", self.scan("mbox"))
        self.assertEqual(os.stat(self.path("mbox")).st_mtime_ns, before.st_mtime_ns)
        self.assertIn("known          5", self.scan("mbox"))
        got, out, _ = self.run_tool("inbox", "scan", "-", stdin=dmarc(row("192.0.2.1"), name="9"))
        self.assertEqual((got, "reports kept   1" in out), (0, True))

    def test_each_mail_of_a_mailbox_has_its_own_verdict(self):
        mails = [judged(mailed(dmarc(row("192.0.2.1"), name="1")), "fail"),
                 judged(mailed(dmarc(row("192.0.2.1"), name="2")), "pass")]
        self.write("two", b"".join(b"From r Thu Jan  1 00:00:00 2026\n" + mail + b"\n"
                                   for mail in mails))
        self.scan("two")
        self.assertEqual(self.states()["dmarc"], ["failed", "kept"])

    def test_a_maildir_of_another_server(self):
        name = self.maildir("elsewhere", a=judged(mailed(dmarc(row("192.0.2.1"))), "pass"))
        self.scan("--authserv-id", "none", name)
        self.assertEqual(self.ask("SELECT state, sender, verdict FROM inbox_report"),
                         [("kept", "", "")])

    def test_in_a_mailbox_nobody_vouches_for_himself(self):
        real, forged = (mailed(dmarc(row("192.0.2.1", count))) for count in (3, 900))
        mark = b"From r Thu Jan  1 00:00:00 2026\n"
        self.write("doubted", mark + real + b"\n" + mark + judged(
            b"From: m@evil.test\n\nhello\n", "fail", "evil.test") + b"\n" + mark +
                   judged(forged, "pass"))
        self.scan("doubted")
        self.assertEqual(self.ask("SELECT state, sender, verdict FROM inbox_report"),
                         [("kept", "", ""), ("differs", "", "")])

    def test_what_cannot_be_read_is_named(self):
        self.scan("absent", status=3, words="absent")
        os.makedirs(self.path("folder"))
        self.scan("folder", status=3, words="neither new nor cur")

    @unittest.skipUnless(os.path.isdir(CORPORA), "the corpora are not here")
    def test_corpora(self):
        files = [path for folder in ("report-parsedmarc/*/*", "report-tls/*", "report-arf/*",
                                     "report-odd/*")
                 for path in sorted(glob.glob(os.path.join(CORPORA, folder)))
                 if not path.endswith("SOURCE.txt")]
        self.scan(*files)
        refused = {os.path.basename(name.split(": ")[0]): why for name, why in self.ask(
            "SELECT name, why FROM inbox_aside")}
        self.assertEqual(set(refused), {
            "report_with_upper_cased_pass.xml", "exim_plain_text_only_no_arf_part.eml",
            "damaged-zip-in-silence.zip"})
        kinds = {kind: len(states) for kind, states in self.states().items()}
        self.assertEqual(kinds, {"dmarc": 21, "tls": 5, "failure": 7})


class RecoverTest(InboxTest):
    """What `store recover` leaves of reports, where pages of a store are lost."""

    def setUp(self):
        super().setUp()
        for name in "123":
            self.take(dmarc(row("192.0.2.1", 500), row(f"192.0.2.{name}9", 500), name=name))
        for name in "45":
            self.take(tls(("sts", 5, 2, [detail("certificate-expired", 2)]), name=name))
        for source in ("192.0.2.66", "192.0.2.67"):
            self.take(failure(source))

    def recover(self, *losses):
        for sql in losses:
            self.ask(sql)
        self.store = self.path("copy.db")
        if os.path.exists(self.store):
            os.unlink(self.store)
        got, _, err = self.run_tool("store", "recover", "--out", self.store)
        self.assertEqual(got, 0, err)
        self.write("conf", f'authserv_id = "mx.test"\nstore {{ sqlite = "{self.store}" }}\n')
        self.assertEqual(self.ask("PRAGMA foreign_key_check"), [])

    def messages(self):
        return self.ask("SELECT total(inbox_row.messages) FROM inbox_row JOIN inbox_report "
                        "USING (report_id) WHERE state = 'kept'")[0][0]

    def test_nothing_is_left_of_a_report_that_is_lost(self):
        """Its id is the next one's."""
        self.recover("DELETE FROM inbox_report WHERE report_id >= 3")
        for table, left in (("row", 4), ("tls", 0), ("tls_failure", 0), ("failure", 0)):
            self.assertEqual(self.ask(f"SELECT count(*) FROM inbox_{table}"), [(left,)], table)
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 4), name="7"))["kept"], 1)
        self.assertEqual(self.messages(), 2004)
        self.assertEqual(self.take(failure("192.0.2.68"))["kept"], 1)

    def test_a_report_without_some_of_its_rows_is_not_summed(self):
        self.recover("DELETE FROM inbox_row WHERE report_id = 2 AND source_id = 1")
        self.assertEqual(self.messages(), 2000)
        self.assertEqual(self.take(dmarc(row("192.0.2.1", 500), row("192.0.2.29", 500),
                                         name="2"))["kept"], 1)
        self.assertEqual(self.messages(), 3000)

    def test_a_text_that_is_lost_takes_its_rows_along(self):
        self.recover("DELETE FROM inbox_source WHERE address = '192.0.2.19'",
                     "UPDATE inbox_row SET cause_id = 99 WHERE report_id = 3")
        self.assertEqual(self.messages(), 1000)
        self.assertEqual(self.ask("SELECT address FROM inbox_source ORDER BY 1"),
                         [("192.0.2.1",), ("192.0.2.29",)])


if __name__ == "__main__":
    unittest.main()
