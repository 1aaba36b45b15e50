#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl inbox: every report of the corpora, and the sums of a recount that shares no line with it.

Here they are unpacked by email, zipfile and zlib, and read by ElementTree and json.
"""
import collections
import email
import glob
import io
import ipaddress
import json
import os
import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from inbox_rig import InboxTest  # noqa: E402

CORPORA = os.environ.get("ALIGND_CORPORA", "")
DMARC = os.path.join(CORPORA, "report-parsedmarc")
TLS = os.path.join(CORPORA, "report-tls")


# What is no report, and why; all others are taken.
REFUSED = {
    "empty.xml": "it is empty",
    "exim_plain_text_only_no_arf_part.eml": "the mail carries no report",
    "report_with_upper_cased_pass.xml": 'policy_evaluated/dkim is "Pass" (allowed: pass, fail)',
}
# The mark-up is broken where the id of the report stands: it has none.
WITHOUT_ID = "invalid_xml.xml"
# Another content under the key of one that came before: shown, not counted.
DIFFERING = ["invalid_utf_8.xml"]


def unpack(content):
    """The reports that lie in the bytes, as bytes of XML or JSON."""
    start = content.lstrip()[:1]
    if content[:2] == b"\x1f\x8b":
        yield from unpack(zlib.decompressobj(wbits=31).decompress(content))
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from unpack(archive.read(name))
    elif start == b"{" or b"<feedback" in content:
        yield content
    elif re.match(rb"[A-Za-z-]+:", content):
        for part in email.message_from_bytes(content).walk():
            if not part.is_multipart() and part.get_content_type() != "text/plain":
                yield from unpack(part.get_payload(decode=True))


def sound(content):
    """Its element tree; of XML that is none, what can be read of it."""
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError:
        words = content.decode("utf-8", "replace").lstrip("\ufeff")
        fields = "|".join(("feedback", "report_metadata", "org_name", "report_id", "date_range",
                           "begin", "end", "policy_published", "domain", "record", "row",
                           "source_ip", "count", "policy_evaluated", "dkim", "spf"))
        tags = re.findall(rf"<(/?(?:{fields}))>([^<]*)", words)
        closed = "".join(f"<{tag}>{re.sub('[^ -%a-z0-9.:_-]', '', value)}" for tag, value in tags)
        return ElementTree.fromstring(closed + ("" if "</feedback>" in closed else "</feedback>"))


def text(element, path):
    return (element.findtext(path) or "").strip()


def read_dmarc(content):
    """(key of the report, [(source, messages, is aligned)])"""
    root = sound(content)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    domain = text(root, "policy_published/domain").lower()
    key = ("dmarc", domain, *(text(root, f"report_metadata/{name}") for name in (
        "org_name", "report_id", "date_range/begin", "date_range/end")))
    rows = []
    for record in root.iter("record"):
        source = str(ipaddress.ip_address(text(record, "row/source_ip")))
        verdicts = [text(record, f"row/policy_evaluated/{name}").lower()
                    for name in ("dkim", "spf")]
        rows.append(((domain, source), int(text(record, "row/count")), "pass" in verdicts))
    return key, rows


def read_tls(content):
    """(key of the report, [((domain, reporter, policy), sessions, failed)])"""
    report = json.loads(content)
    who = report["organization-name"]
    dates = report["date-range"]
    rows = []
    for each in report["policies"]:
        summary = each["summary"]
        key = (each["policy"]["policy-domain"], who, each["policy"]["policy-type"])
        rows.append((key, summary["total-successful-session-count"],
                     summary["total-failure-session-count"]))
    return ("tls", rows[0][0][0], who, report["report-id"], *dates.values()), rows


def files_of(folder):
    return sorted(path for path in glob.glob(os.path.join(glob.escape(folder), "**"),
                                             recursive=True)
                  if os.path.isfile(path) and os.path.basename(path) != "SOURCE.txt")


@unittest.skipUnless(os.path.isdir(DMARC) and os.path.isdir(TLS),
                     "no corpora here (ALIGND_CORPORA): nothing is recounted")
class Recount(InboxTest):

    def recount(self, files):
        """{kind: {key: [sums]}}; each report once, whatever it is packed in."""
        sums = {"dmarc": collections.defaultdict(lambda: [0, 0]),
                "tls": collections.defaultdict(lambda: [0, 0])}
        seen = set()
        for path in files:
            with open(path, "rb") as file:
                content = file.read()
            for one in unpack(content):
                key, rows = (read_tls if one.lstrip()[:1] == b"{" else read_dmarc)(one)
                if os.path.basename(path) == WITHOUT_ID:
                    key = (WITHOUT_ID,)
                if key in seen:
                    continue
                seen.add(key)
                kind = "tls" if one.lstrip()[:1] == b"{" else "dmarc"
                for place, count, other in rows:
                    sums[kind][place][0] += count
                    sums[kind][place][1] += other if kind == "tls" else count * other
        return sums

    def test_sums(self):
        files = files_of(DMARC) + files_of(TLS)
        self.assertGreater(len(files), 30)
        got, out, err = self.run_tool("inbox", "scan", "--json", *files)
        self.assertEqual((got, err), (0, ""))
        counts = json.loads(out)
        self.assertEqual((counts["items"], counts["aside"], counts["differs"]),
                         (len(files), len(REFUSED), len(DIFFERING)))
        said = json.loads(self.run_tool("inbox", "summary", "--json", "--since", "@1")[1])
        self.same_sums(said, self.recount([path for path in files
                                           if os.path.basename(path) not in REFUSED]))
        aside = {os.path.basename(item["name"]): item["why"]
                 for item in said["kept_apart"] if item["state"] == "aside"}
        self.assertEqual(set(aside), set(REFUSED))
        for name, why in REFUSED.items():
            self.assertIn(why, aside[name])

    def same_sums(self, said, sums):
        self.assertGreater(len(sums["dmarc"]), 1000)
        found = {(item["domain"], item["source"]): [item["messages"], item["aligned"]]
                 for item in said["dmarc"]}
        self.assertEqual({key: value for key, value in found.items()
                          if sums["dmarc"].get(key) != value}, {})
        self.assertEqual(set(found), set(sums["dmarc"]))
        # Without a policy nothing failed, whatever the summary says.
        self.assertEqual(
            {(item["domain"], item["reporter"], item["policy"]): [
                item["successful"], item["failed"] or item["no_policy"] and
                item["no_policy"] - item["successful"]] for item in said["tls"]}, sums["tls"])


if __name__ == "__main__":
    unittest.main()
