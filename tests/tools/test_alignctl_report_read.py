#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl report read: others' reports, summed; hostile ones refused (F14)."""
import base64
import glob
import gzip
import io
import json
import os
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import PROGRAM, WRAPPER, ToolTest  # noqa: E402
from limits import LIMITS  # noqa: E402

CORPUS = os.path.join(os.environ.get("ALIGND_CORPORA", ""), "report-parsedmarc")


def row(address, count=1, dkim="fail", spf="fail", disposition="none", results="",
        header_from="example.test"):
    return (f"<record><row><source_ip>{address}</source_ip><count>{count}</count>"
            f"<policy_evaluated><disposition>{disposition}</disposition><dkim>{dkim}</dkim>"
            f"<spf>{spf}</spf></policy_evaluated></row><identifiers><header_from>{header_from}"
            f"</header_from></identifiers><auth_results>{results}</auth_results></record>")


def report(*rows, name="1", domain="example.test", head=""):
    return (f'<?xml version="1.0"?>{head}<feedback><report_metadata><org_name>reporter.test'
            f"</org_name><email>r@reporter.test</email><report_id>{name}</report_id><date_range>"
            "<begin>1700006400</begin><end>1700092799</end></date_range></report_metadata>"
            f"<policy_published><domain>{domain}</domain><p>reject</p></policy_published>"
            f"{''.join(rows)}</feedback>").encode()


def zipped(content, name="report.xml"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def mailed(content):
    body = base64.encodebytes(content).decode()
    return ("From: r@reporter.test\nSubject: Report Domain: example.test\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n'
            "A report.\n--b\nContent-Type: application/octet-stream\n"
            f"Content-Transfer-Encoding: base64\n\n{body}--b--\n").encode()


class ReadTest(ToolTest):
    """Files, and what is read of them."""

    def read(self, *files, status=0):
        """{kind: [object]} of those files."""
        got, out, err = self.run_tool("report", "read", "--json", *files)
        self.assertEqual(got, status, err)
        kinds = {"report": [], "refused": [], "source": []}
        for line in out.splitlines():
            value = json.loads(line)
            kinds[value["kind"]].append(value)
        return kinds

    def sums(self, *files):
        return {source["source_ip"]: (source["messages"], source["passed"])
                for source in self.read(*files)["source"]}

    def refused(self, words, content):
        self.write("bad", content)
        found = self.read("bad", status=3)
        self.assertEqual((found["report"], found["source"]), ([], []))
        self.assertIn(words, found["refused"][0]["reason"])


class ReportRead(ReadTest):

    # --- what is read ---

    def test_every_packing_gives_the_same(self):
        xml = report(row("192.0.2.1", 3, dkim="pass"), row("192.0.2.2", 4))
        want = {"192.0.2.1": (3, 3), "192.0.2.2": (4, 0)}
        mail = mailed(gzip.compress(xml))
        forwarded = (b"From: a@example.test\nContent-Type: message/rfc822\n\n" + mail)
        for name, content in (
                ("xml", xml), ("bom", b"\xef\xbb\xbf" + xml), ("gz", gzip.compress(xml)),
                ("zip", zipped(xml)), ("wrong-name.zip", gzip.compress(xml)), ("eml", mail),
                ("crlf", mail.replace(b"\n", b"\r\n")), ("zip.eml", mailed(zipped(xml))),
                ("xml.eml", mailed(xml)), ("forwarded", forwarded),
                ("mbox", b"From r@reporter.test Thu Jan  1 00:00:00 2026\n" + mail)):
            with self.subTest(name):
                self.write(name, content)
                self.assertEqual(self.sums(name), want)

    def test_mailbox_of_many(self):
        box = b"".join(b"From r Thu Jan  1 00:00:00 2026\n" + mailed(gzip.compress(
            report(row(f"192.0.2.{i}", i), name=str(i)))) + b"\n" for i in range(1, 6))
        self.write("mbox", box)
        self.assertEqual(self.sums("mbox"), {f"192.0.2.{i}": (i, 0) for i in range(1, 6)})

    def test_a_report_seen_twice_counts_once(self):
        self.write("one", report(row("192.0.2.1", 5)))
        self.write("two", gzip.compress(report(row("192.0.2.1", 5))))
        self.write("other", report(row("192.0.2.1", 7), name="2"))
        found = self.read("one", "two", "other")
        self.assertEqual([value["repeated"] for value in found["report"]], [False, True, False])
        self.assertEqual(found["source"][0]["messages"], 12)

    def test_why_a_source_fails(self):
        passing = "<spf><domain>esp.test</domain><result>pass</result></spf>"
        signed = ("<dkim><domain>esp.test</domain><selector>s</selector><result>pass</result>"
                  "</dkim>")
        broken = "<dkim><domain>example.test</domain><result>fail</result></dkim>"
        self.write("r", report(
            row("192.0.2.1", 9, results=signed + passing),
            row("192.0.2.1", 2, results=broken),
            row("192.0.2.1", 5, dkim="pass", disposition="none")))
        source = self.read("r")["source"][0]
        self.assertEqual((source["messages"], source["passed"]), (16, 5))
        self.assertEqual([(cause["messages"], cause["words"]) for cause in source["causes"]], [
            (9, "From example.test: SPF passes for esp.test, which is not aligned; "
                "DKIM passes for esp.test, which is not aligned"),
            (2, "From example.test: SPF not reported; DKIM fail for example.test")])

    def test_results_past_the_bound_change_none_before(self):
        other = "<dkim><domain>other.test</domain><result>none</result></dkim>"
        signed = "<dkim><domain>esp.test</domain><result>pass</result></dkim>"
        late = "<dkim><domain>late.test</domain><result>fail</result></dkim>"
        self.write("r", report(row("192.0.2.1", results=100 * other + signed + late)))
        words = self.read("r")["source"][0]["causes"][0]["words"]
        self.assertIn("DKIM passes for esp.test", words)
        self.assertNotIn("late.test", words)

    def test_text(self):
        self.write("r", report(row("192.0.2.1", 3, disposition="reject"), row("2001:db8::1", 1)))
        status, out, _ = self.run_tool("report", "read", "r")
        self.assertEqual(status, 0)
        self.assertIn("example.test: 4 messages from 2 sources, 0.0 % pass", out)
        self.assertRegex(out, r"192\.0\.2\.1 +3 +0 +3 +0 +3\n")
        status, out, _ = self.run_tool("report", "read", "--limit", "1", "r")
        self.assertIn("and 1 further sources", out)

    # --- faults that are lived with ---

    def test_a_bad_row_is_left_out_and_named(self):
        self.write("r", report(row("192.0.2.1", 3), row("not an address"), row("192.0.2.2", 0),
                               row("192.0.2.3", "9" * 30), row("192.0.2.4", 4)))
        found = self.read("r")
        self.assertEqual({source["source_ip"] for source in found["source"]},
                         {"192.0.2.1", "192.0.2.4"})
        notes = found["report"][0]["notes"]
        self.assertEqual(len(notes), 3)
        self.assertIn('row 2 is left out: row/source_ip is "not an address"', notes[0])

    def test_damage_is_noted(self):
        self.write("r", report(row("192.0.2.1", 3, header_from="a<b.test")))
        found = self.read("r")
        self.assertIn("is damaged", found["report"][0]["notes"][0])
        self.assertEqual(found["source"][0]["messages"], 3)

    def test_namespaces_and_wrappers(self):
        xml = report(row("192.0.2.1", 3)).replace(
            b"<feedback>", b'<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">')
        self.write("r", xml)
        self.assertEqual(self.sums("r"), {"192.0.2.1": (3, 0)})
        self.write("r", report(row("192.0.2.1", 3), head="<xs:schema>"))
        self.assertEqual(self.sums("r"), {"192.0.2.1": (3, 0)})

    # --- hostile files ---

    @unittest.skipIf(WRAPPER, "256 MiB take minutes below a checker")
    def test_f14_zip_bomb(self):
        # F14: what unpacks without end is stopped, and nothing of it counts.
        row_bytes = row("192.0.2.1").encode()
        limit = LIMITS["LIMIT_RECEIVED_XML_BYTES"]
        big = report()[:-len(b"</feedback>")] + b" " * limit + row_bytes + b"</feedback>"
        self.refused("too much for an archive of its size", gzip.compress(big, 9))
        # The more there is of it, the more may come out, to a limit.
        big = gzip.compress(big, 9) + gzip.compress(os.urandom(2 << 20))
        self.refused(f"unpacks to more than {limit >> 20} MiB", big)

    def test_f14_one_byte_and_none(self):
        self.refused("neither XML nor gzip", b"x")
        self.refused("it is empty", b"")

    def test_f14_no_final_nul_or_end(self):
        whole = report(row("192.0.2.1", 2), row("192.0.2.2", 3))
        self.write("cut", whole[:-20])
        self.assertIn("192.0.2.1", self.sums("cut"))
        packed = gzip.compress(whole)
        self.refused("cut short", packed[:len(packed) // 2])
        # One bit of a text that is stored as it is: the check sum tells.
        plain = bytearray(gzip.compress(whole, 0))
        plain[plain.index(b"<count>3") + 7] ^= 1
        self.refused("incorrect data check", bytes(plain))

    def test_f14_entities(self):
        for kind in ('<!DOCTYPE feedback [<!ENTITY a "b">]>',
                     '<!DOCTYPE feedback SYSTEM "file:///etc/passwd">',
                     '<!DOCTYPE feedback [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
                     '<!DOCTYPE f [<!ENTITY a "' + "x" * 999 + '"><!ENTITY b "' +
                     "&a;" * 99 + '"><!ENTITY c "' + "&b;" * 99 + '">]>'):
            with self.subTest(kind[:40]):
                self.refused("document type", report(row("192.0.2.1", header_from="&a;"),
                                                     head=kind))

    def test_wrong_words(self):
        self.refused('policy_evaluated/dkim is "Pass" (allowed: pass, fail)',
                     report(row("192.0.2.1", dkim="Pass")))
        self.refused("its root is not <feedback>", b"<html><body/></html>")
        self.refused("it has no rows", report())
        self.refused("carries no report", b"From: a@b.test\nSubject: s\n\ntext\n")
        self.refused("cannot be unpacked", b"PK\x03\x04 and then nonsense")

    def test_deep_nesting(self):
        self.refused("", b"<feedback>" * 5000)

    def test_nothing_hostile_reaches_the_terminal(self):
        self.write("r", report(row("192.0.2.1", results="<spf><domain>\xc2\x9b31m&#x7f;evil"
                                   "</domain><result>fail</result></spf>"),
                               name="&#x202e;"))
        self.write("\x1b[31m", b"x")
        for arguments in (["r"], ["--json", "r"], ["\x1b[31m"],
                          ["--json", "\x1b[31m"], ["\x1bmissing"]):
            _, out, err = self.run_tool("report", "read", *arguments)
            self.assertTrue(all(32 <= ord(c) < 127 or c == "\n" for c in out + err), out)

    @unittest.skipIf(WRAPPER, "255 MiB take minutes below a checker")
    def test_a_file_without_end(self):
        found = self.read("/dev/zero", status=3)
        self.assertIn(f"larger than {LIMITS['LIMIT_RECEIVED_FILE_BYTES']} bytes",
                      found["refused"][0]["reason"])

    def test_a_bad_mail_does_not_hide_the_others(self):
        mark = b"From r Thu Jan  1 00:00:00 2026\n"
        bad = mark + b"From: a@b.test\n" + b"a:b\n" * 20000 + b"\nx\n"
        self.write("mbox", mark + mailed(report(row("192.0.2.1", 3))) + b"\n" + bad + b"\n" +
                   mark + mailed(report(row("192.0.2.2", 4), name="2")))
        found = self.read("mbox", status=3)
        self.assertEqual([one["file"] for one in found["refused"]], ["mbox: mail 2"])
        self.assertIn("header fields", found["refused"][0]["reason"])
        self.assertEqual(sum(one["messages"] for one in found["source"]), 7)

    def test_what_is_not_looked_at_is_told(self):
        inner = mailed(report(row("192.0.2.1", 3)))
        for _ in range(6):
            inner = b"From: a@b.test\nContent-Type: message/rfc822\n\n" + inner
        self.refused("not read more than 4 deep", inner)
        self.write("r", report(row("192.0.2.1"), *[row("none")] * 30))
        notes = self.read("r")["report"][0]["notes"]
        self.assertEqual((len(notes), notes[-1]), (21, "10 further rows are left out"))

    def test_f23_what_is_read(self):
        xml = report(row("192.0.2.1", 3))
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("r.xml", xml)
            archive.writestr("__MACOSX/._r.xml", b"\0\5\x16\7\0\2\0\0Mac OS X")
        wide = xml.decode().replace('"1.0"?', '"1.0" encoding="UTF-16"?')
        for name, content in (("zip in zip", zipped(zipped(xml))), ("a Mac's", file.getvalue()),
                              ("gzip in zip", zipped(gzip.compress(xml), "r.xml.gz")),
                              ("UTF-16", wide.encode("utf-16")),
                              ("UTF-16, zipped", zipped(wide.encode("utf-16-be")))):
            with self.subTest(name):
                self.write("r", content)
                self.assertEqual(self.sums("r"), {"192.0.2.1": (3, 0)})

    def test_f25_nothing_is_passed_over(self):
        self.refused("no file in the archive", zipped(b"", "folder/"))

    def test_another_encoding(self):
        latin = report(row("192.0.2.1", 3), name="\u00e9").decode().replace(
            '"1.0"?', '"1.0" encoding="ISO-8859-1"?').encode("latin-1")
        self.write("r", latin)
        self.assertEqual(self.sums("r"), {"192.0.2.1": (3, 0)})
        # iconv's table of this one is no file any more when it is needed.
        self.write("r", report(row("192.0.2.1", 3), name="\u20ac").decode().replace(
            '"1.0"?', '"1.0" encoding="windows-1252"?').encode("windows-1252"))
        self.assertEqual(self.read("r")["report"][0]["report_id"], "\\xe2\\x82\\xac")

    def test_a_file_that_is_not_there(self):
        self.write("r", report(row("192.0.2.1", 3)))
        found = self.read("none", "r", status=3)
        self.assertEqual(len(found["refused"]), 1)
        self.assertEqual(found["source"][0]["messages"], 3)

    def test_arguments(self):
        self.want(1, "an operand is missing", "report", "read")
        self.want(1, '--limit: "0" (allowed: 1 to 1000000)', "report", "read", "--limit", "0", "r")


@unittest.skipUnless(os.path.isdir(CORPUS), "no corpora here (ALIGND_CORPORA)")
class Corpus(unittest.TestCase):
    """Reports that others collected, against sums made with another parser."""

    def files(self, folder):
        return sorted(glob.glob(os.path.join(glob.escape(CORPUS), folder, "*")))

    def read(self, files):
        done = subprocess.run(WRAPPER + [PROGRAM, "report", "read", "--json", *files],
                              capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]

    def other_sums(self, files):
        sums = {}
        for file in files:
            try:
                root = ElementTree.parse(file).getroot()
            except ElementTree.ParseError:
                continue
            for element in root.iter():
                element.tag = element.tag.rpartition("}")[2]
            for record in root.iter("record"):
                key = record.findtext("row/source_ip").strip()
                count = int(record.findtext("row/count"))
                passed = "pass" in (record.findtext("row/policy_evaluated/dkim"),
                                    record.findtext("row/policy_evaluated/spf"))
                messages, good = sums.get(key, (0, 0))
                sums[key] = (messages + count, good + count * passed)
        return sums

    def test_sums(self):
        files = [file for file in self.files("aggregate") if file.endswith(".xml")]
        good = [file for file in files if self.other_sums([file])]
        self.assertGreater(len(good), 10)
        status, values = self.read(good)
        self.assertEqual(status, 0)
        got = {}
        for value in values:
            if value["kind"] == "source":
                messages, passed = got.get(value["source_ip"], (0, 0))
                got[value["source_ip"]] = (messages + value["messages"],
                                           passed + value["passed"])
        # the RFC's own sample writes an address in another spelling
        self.assertEqual({key: got.get(key) for key in self.other_sums(good)},
                         self.other_sums(good))

    def test_all_of_aggregate_is_read(self):
        for file in self.files("aggregate") + self.files("extract_report"):
            with self.subTest(os.path.basename(file)):
                status, values = self.read([file])
                self.assertEqual((status, values[0]["kind"]), (0, "report"))

    def test_invalid_is_refused_with_a_reason(self):
        for file in self.files("aggregate_invalid") + [os.path.join(CORPUS, "empty.xml")] + \
                self.files("failure"):
            with self.subTest(os.path.basename(file)):
                status, values = self.read([file])
                self.assertEqual((status, {value["kind"] for value in values}), (3, {"refused"}))
                self.assertGreater(len(values[0]["reason"]), 10)


if __name__ == "__main__":
    unittest.main()
