#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl report read at its bounds: what has so much of a thing is read, what
has one more is refused with the reason (lib/base/limits.h, Aggregate reports of
others)."""
import gzip
import io
import unittest
import zipfile

from alignctl import WRAPPER
from limits import LIMITS
from test_alignctl_report_read import ReadTest, mailed, report, row, zipped

ONE = row("192.0.2.1", 3)
READ = {"192.0.2.1": (3, 0)}


def inside(name, content):
    """A report with something more before its first row."""
    return report(f"<{name}>{content}</{name}>", ONE)


class Bounds(ReadTest):

    def check(self, make, limit, words):
        """make(count) is read up to the limit."""
        self.write("r", make(limit))
        self.assertEqual(self.sums("r"), READ)
        self.refused(words, make(limit + 1))

    def test_attributes_of_an_element(self):
        limit = LIMITS["LIMIT_RECEIVED_ATTRIBUTES"]
        self.check(lambda count: inside("x " + " ".join(f'a{i}="1"' for i in range(count)), "")
                   .replace(b"</x " + b" ".join(b'a%d="1"' % i for i in range(count)), b"</x"),
                   limit, f"more than {limit} attributes")

    def test_nesting_of_elements(self):
        # the root is one of them
        limit = LIMITS["LIMIT_RECEIVED_NESTING"]
        self.check(lambda count: report("<x>" * (count - 1) + "</x>" * (count - 1), ONE),
                   limit, f"nested more than {limit} deep")

    def test_a_name_of_an_element(self):
        """One that is longer is unknown, not cut to one that is known."""
        longest = "n" * LIMITS["LIMIT_RECEIVED_ELEMENT_BYTES"]
        for name in (longest, longest + "n", longest * 100):
            with self.subTest(len(name)):
                self.write("r", inside(name, "x"))
                self.assertEqual(self.sums("r"), READ)

    def test_all_names(self):
        """Each counts once, however often it comes; libxml2 looks when it takes more room."""
        kib = LIMITS["LIMIT_RECEIVED_NAME_BYTES"] // 1024
        elements = [f"<n{i:03}{'n' * 1020}/>" for i in range(4 * kib)]
        self.write("r", report(*(elements[:kib // 2] * 8), ONE))
        self.assertEqual(self.sums("r"), READ)
        self.refused("", report(*elements, ONE))

    def test_bytes_without_a_tag(self):
        """A comment that does not end, handed on in pieces."""
        limit = LIMITS["LIMIT_RECEIVED_TAG_BYTES"]
        self.write("r", report("<!--" + "x" * (limit // 2) + "-->", ONE))
        self.assertEqual(self.sums("r"), READ)
        self.refused(f"more than {limit} bytes without a tag",
                     report("<!--" + "x" * (3 * limit) + "-->", ONE))

    def test_files_in_an_archive(self):
        limit = LIMITS["LIMIT_RECEIVED_FILES"]

        def archive(count):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as zipped_file:
                for i in range(count):
                    zipped_file.writestr(f"{i}.xml", report(ONE, name=str(i)))
            return file.getvalue()

        self.write("r", archive(limit))
        self.assertEqual(self.sums("r"), {"192.0.2.1": (3 * limit, 0)})
        self.write("r", archive(limit + 1))
        found = self.read("r", status=3)
        self.assertEqual(len(found["report"]), limit)
        self.assertIn(f"more than {limit} files", found["refused"][0]["reason"])

    def test_archives_within_archives(self):
        limit = LIMITS["LIMIT_RECEIVED_ARCHIVES"]

        def archive(depth):
            content = report(ONE)
            for _ in range(depth):
                content = zipped(content)
            return zipped(content)

        self.check(archive, limit, f"not read more than {limit} deep")

    @unittest.skipIf(WRAPPER, "64 MiB take minutes below a checker")
    def test_bytes_of_an_archive_within_an_archive(self):
        """It is held whole; as it lies in the other, not by what it unpacks to."""
        limit = LIMITS["LIMIT_RECEIVED_NESTED_BYTES"]
        inner = gzip.compress(report(ONE))

        def archive(size):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as outer:
                outer.writestr("r.xml.gz", inner + bytes(size - len(inner)))
            return file.getvalue()

        self.refused(f"an archive within an archive is larger than {limit >> 20} MiB",
                     archive(limit + 1))

    def test_mails_within_mails(self):
        limit = LIMITS["LIMIT_RECEIVED_DEPTH"]

        def mail(depth):
            inner = mailed(report(ONE))
            for _ in range(depth):
                inner = b"From: a@b.test\nContent-Type: message/rfc822\n\n" + inner
            return inner

        self.check(mail, limit, f"not read more than {limit} deep")

    def test_header_fields_of_a_mail(self):
        limit = LIMITS["LIMIT_RECEIVED_HEADER_FIELDS"]
        plain = mailed(report(ONE))
        own = plain.count(b"\nContent-") + 3    # From, Subject, MIME-Version
        self.check(lambda count: b"X: y\n" * (count - own) + plain, limit,
                   f"more than {limit} header fields")

    def test_bytes_of_a_header(self):
        limit = LIMITS["LIMIT_RECEIVED_HEADER_BYTES"]
        plain = mailed(report(ONE))
        self.write("r", b"X: " + b"y" * (limit - 1000) + b"\n" + plain)
        self.assertEqual(self.sums("r"), READ)
        self.refused("header fields, or 4 MiB of them", b"X: " + b"y" * limit + b"\n" + plain)

    @unittest.skipIf(WRAPPER, "32 MiB take minutes below a checker")
    def test_what_a_small_archive_unpacks_to(self):
        """So much of any, and so much more for each of its bytes."""
        free, ratio = LIMITS["LIMIT_RECEIVED_FREE_BYTES"], LIMITS["LIMIT_RECEIVED_RATIO"]
        whole = report(ONE)
        end = whole.index(b"<record>")

        def padded(size):
            return gzip.compress(whole[:end] + b" " * size + whole[end:], 9)

        room = free + ratio * len(padded(free))
        self.write("r", padded(room - 2 * len(whole)))
        self.assertEqual(self.sums("r"), READ)
        large = 2 * room
        self.assertLess(free + ratio * len(padded(large)), large)
        self.refused("too much for an archive of its size", padded(large))

    def test_boundaries_of_a_mail(self):
        limit = LIMITS["LIMIT_RECEIVED_BOUNDARIES"]
        plain = mailed(report(ONE))
        own = sum(line.startswith(b"--") for line in plain.splitlines())
        self.check(lambda count: plain + b"--x\n" * (count - own), limit,
                   f"more than {limit} lines that may part")

    @unittest.skipIf(WRAPPER, "a hundred thousand mails take minutes below a checker")
    def test_mails_in_a_mailbox(self):
        limit = LIMITS["LIMIT_RECEIVED_MAILS"]
        mark = b"From r Thu Jan  1 00:00:00 2026\n"
        last = mark + mailed(report(ONE))
        empty = mark + b"From: a@b.test\n\nx\n"
        self.write("r", empty * limit + last)
        found = self.read("r", status=3)
        self.assertEqual(found["source"], [])
        self.assertIn(f"more than {limit} mails", found["refused"][-1]["reason"])


if __name__ == "__main__":
    unittest.main()
