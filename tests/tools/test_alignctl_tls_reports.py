#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""TLS reports as they come: what deviates is read, what is hostile is refused."""
import copy
import gzip
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import ToolTest  # noqa: E402
from limits import LIMITS  # noqa: E402
from test_alignctl_report_read import mailed, zipped  # noqa: E402

CORPUS = os.path.join(os.environ.get("ALIGND_CORPORA", ""), "report-tls")
DAY_S = 1767225600  # 2026-01-01T00:00:00Z

REPORT = {
    "organization-name": "Reporter", "contact-info": "mailto:tls@reporter.test",
    "date-range": {"start-datetime": "2026-01-01T00:00:00Z",
                   "end-datetime": "2026-01-01T23:59:59Z"},
    "report-id": "1",
    "policies": [{
        "policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: enforce"],
                   "policy-domain": "example.test", "mx-host": ["*.example.test"]},
        "summary": {"total-successful-session-count": 7, "total-failure-session-count": 3},
        "failure-details": [{
            "result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
            "receiving-mx-hostname": "mx.example.test", "receiving-mx-helo": "mx.example.test",
            "receiving-ip": "192.0.2.9", "failed-session-count": 3,
            "additional-information": "https://reporter.test/1"}]}]}


def changed(change):
    """The report after change(report, policy, its policy object, its detail)."""
    made = copy.deepcopy(REPORT)
    block = made["policies"][0]
    change(made, block, block["policy"], block["failure-details"][0])
    return json.dumps(made).encode()


def at(value, *path):
    """A change that puts the value there, or with `del` takes it away."""
    def change(report, block, policy, detail):
        place = {"report": report, "block": block, "policy": policy, "detail": detail}[path[0]]
        for key in path[1:-1]:
            place = place[key]
        if value is del_:
            del place[path[-1]]
        else:
            place[path[-1]] = value
    return change


del_ = object()

# Each was seen in somebody's reports.
DEVIATIONS = {
    "no policy-domain": (at(del_, "policy", "policy-domain"), {"domain": ""}),
    "no sending-mta-ip": (at(del_, "detail", "sending-mta-ip"), {"sending_ip": ""}),
    "sending-mta-ip null": (at(None, "detail", "sending-mta-ip"), {"sending_ip": ""}),
    "no failure-details": (at(del_, "block", "failure-details"), {"failures": []}),
    "failure-details null": (at(None, "block", "failure-details"), {"failures": []}),
    "no policy-string": (at(del_, "policy", "policy-string"), {}),
    "policy-string null": (at(None, "policy", "policy-string"), {}),
    "policy-string a text": (at("version: STSv1", "policy", "policy-string"), {}),
    "contact null": (at(None, "report", "contact-info"), {}),
    "mx-host a text": (at("*.example.test", "policy", "mx-host"), {}),
    "mx-host an empty list": (at([], "policy", "mx-host"), {}),
    "mx-host an empty text": (at("", "policy", "mx-host"), {}),
    "no mx-host": (at(del_, "policy", "mx-host"), {}),
    "counts as texts": (at("3", "block", "summary", "total-failure-session-count"),
                        {"failed": 3}),
    "a whole EHLO": (at("250-MX.example.test at your service\r\n250-SIZE 1\r\n250 HELP",
                        "detail", "receiving-mx-helo"), {"mx_helo": "mx.example.test"}),
    "an EHLO without codes": (at("mx.example.test ESMTP\nSTARTTLS", "detail",
                                 "receiving-mx-helo"), {"mx_helo": "mx.example.test"}),
    "details not in a list": (lambda _report, block, _policy, detail:
                              block.update({"failure-details": detail}),
                              {"type": "certificate-expired"}),
    "no policy-type": (at(del_, "policy", "policy-type"), {"policy": "unknown"}),
}

TIMES = {"2026-01-01T00:00:00": DAY_S, "2026-01-01T00:00:00Z": DAY_S, "2026-01-01": DAY_S,
         "2026-01-01 00:00:00": DAY_S, "2026-01-01T00:00:00.000Z": DAY_S,
         "2026-01-01T02:00:00+02:00": DAY_S, "2025-12-31T16:00:00-0800": DAY_S,
         "2024-02-29T12:00:00Z": 1709208000, "yesterday": 0, "2026-13-01T00:00:00Z": 0,
         "2026-01-01T00:00:00 Nowhere": 0, "99999-01-01": 0, "": 0}


class TlsTest(ToolTest):

    def read(self, content, status=0, words=""):
        """The policies of what those bytes report."""
        self.write("report", content)
        got, out, err = self.run_tool("report", "read", "--json", "report")
        self.assertEqual(got, status, err)
        self.assertIn(words, err)
        return [value for value in map(json.loads, out.splitlines()) if value["kind"] == "tls"]

    def refused(self, words, content):
        self.assertEqual(self.read(content, status=3, words=words), [])

    # --- what is read ---

    def test_every_packing_gives_the_same(self):
        plain = json.dumps(REPORT).encode()
        mail = mailed(gzip.compress(plain))
        for content in (plain, b"\xef\xbb\xbf \n" + plain, gzip.compress(plain), zipped(plain), mail,
                        b"From: a@b.test\nContent-Type: message/rfc822\n\n" + mail,
                        zipped(gzip.compress(plain), "r.json.gz")):
            policy, = self.read(content)
            self.assertEqual((policy["domain"], policy["policy"], policy["successful"],
                              policy["failed"], policy["reporter"]),
                             ("example.test", "sts", 7, 3, "Reporter"))
            failure, = policy["failures"]
            self.assertEqual(failure, {
                "type": "certificate-expired", "sessions": 3, "mx": "mx.example.test",
                "mx_helo": "mx.example.test", "receiving_ip": "192.0.2.9",
                "sending_ip": "192.0.2.1", "reason": ""})

    def test_deviations_are_read(self):
        for name, (change, want) in DEVIATIONS.items():
            with self.subTest(name):
                policy, = self.read(changed(change))
                self.assertEqual(policy["successful"], 7)
                failure = dict(policy["failures"][0]) if policy["failures"] else {}
                for key, value in want.items():
                    self.assertEqual({**policy, **failure}[key], value)

    def test_dates(self):
        for text, want in TIMES.items():
            with self.subTest(text):
                content = changed(at(text, "report", "date-range", "start-datetime"))
                policy, = self.read(content, words="" if want else "start-datetime is")
                self.assertEqual(policy["begin"], want)

    def test_what_cannot_be_counted_is_left_out(self):
        for number in (-1, 10**13, 10**30, 1.5, "many", None, [3]):
            detail = changed(at(number, "detail", "failed-session-count"))
            total = changed(at(number, "block", "summary", "total-successful-session-count"))
            with self.subTest(number):
                if number == 10**30:  # no JSON that a program could hold
                    self.refused("damaged JSON", detail)
                    continue
                policy, = self.read(detail, words="the detail is left out")
                self.assertEqual(policy["failures"], [])
                self.refused("the policy is left out", total)

    # --- what is refused ---

    def test_hostile(self):
        values = LIMITS["LIMIT_RECEIVED_JSON_VALUES"]
        nesting = LIMITS["LIMIT_RECEIVED_JSON_NESTING"]
        size = LIMITS["LIMIT_RECEIVED_JSON_BYTES"]
        policies = b'{"policies":[' + b"{}," * values + b"{}]}"
        deep = b'{"policies":' + b"[" * nesting + b"]" * nesting + b"}"
        self.refused("a policy has no summary", deep.replace(b"[", b"", 1).replace(b"]", b"", 1))
        for words, content in (
                (f"nested more than {nesting} deep", deep),
                (f"nested more than {nesting} deep", b'{"policies":' + b"[" * 100000),
                (f"more than {values} values", policies),
                ("more than 16 MiB of JSON", b'{"policies":"' + b"a" * size + b'"}'),
                ("more than 16 MiB of JSON", gzip.compress(b"{" + b" " * size + b"}")),
                ("with a NUL in it", b'{"policies":[]\0}'),
                ("damaged JSON", b'{"policies":[}'),
                ("damaged JSON", b'{"policies":[],"policies":[]}'),
                ("damaged JSON", b'{"policies":["\xff"]}'),
                ("no TLS report", b'{"a":1}'), ("no TLS report", b'{"policies":1}'),
                ("it has no policies", b'{"policies":[]}')):
            with self.subTest(words):
                self.refused(words, content)

    def test_too_many_are_told_and_not_read(self):
        report = copy.deepcopy(REPORT)
        most = LIMITS["LIMIT_RECEIVED_POLICIES"]
        report["policies"] *= most + 1
        self.assertEqual(len(self.read(json.dumps(report).encode(), words="1 of its policies")), most)
        report["policies"] = report["policies"][:1]
        report["policies"][0]["failure-details"] *= LIMITS["LIMIT_RECEIVED_FAILURES"] + 2
        policy, = self.read(json.dumps(report).encode(), words="2 of the failure details")
        self.assertEqual(len(policy["failures"]), LIMITS["LIMIT_RECEIVED_FAILURES"])

    def test_names_are_shown_as_ascii(self):
        policy, = self.read(changed(at("a\x1b[2J\u202eb", "policy", "policy-domain")))
        self.assertEqual(policy["domain"], "a\\x1b[2j\\xe2\\x80\\xaeb")

    def test_for_people(self):
        self.write("report", json.dumps(REPORT).encode())
        _, out, _ = self.run_tool("report", "read", "report")
        self.assertIn("sts of example.test: 7 sessions well, 3 failed", out)
        self.assertIn("3 certificate-expired at mx.example.test 192.0.2.9", out)

    @unittest.skipUnless(os.path.isdir(CORPUS), "the corpora are not here")
    def test_corpus(self):
        want = {"google.json": [1, 0], "microsoft.json": [4, 0], "no-policy.json": [1, 0],
                "pm-google.com_smtp_tls_report.eml": [48, 0], "pm-rfc8460.json": [5326, 303]}
        for name in sorted(set(os.listdir(CORPUS)) - {"SOURCE.txt"}):
            with self.subTest(name), open(os.path.join(CORPUS, name), "rb") as file:
                found = self.read(file.read())
                self.assertEqual([sum(policy["successful"] for policy in found),
                                  sum(policy["failed"] for policy in found)], want[name])


if __name__ == "__main__":
    unittest.main()
