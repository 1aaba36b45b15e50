#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl report preview: the XML in both formats, held against the schemas
of the RFCs and read by Mail::DMARC, which we did not write; the summaries, and
what is refused."""
import collections
import json
import os
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest, zone_record  # noqa: E402
import schema  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
TODAY = NOW - NOW % 86400
DAY = "2026-05-01"
NEW_NAME = "{urn:ietf:params:xml:ns:dmarc-2.0}"
SCHEMAS = {"rfc9990": "dmarc-xml-0.2.xsd",
           "rfc7489": "rfc7489-appendix-c.no-namespace.xsd"}
OUR_SCHEMAS = os.path.join(HERE, "..", "..", "lib", "report", "make")

RUA = "rua=mailto:a@org.test!10m,mailto:b@org.test"
ZONE = f"""$ORIGIN .
$TTL 300
org.test          TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"
_dmarc.org.test   TXT "v=DMARC1; p=reject; sp=quarantine; {RUA}"
sub.org.test      TXT "v=spf1 ip4:192.0.2.0/24 -all"
helo.org.test     TXT "v=spf1 ip4:192.0.2.0/24 -all"
trial.test        TXT "v=spf1 -all"
_dmarc.trial.test TXT "v=DMARC1; p=reject; t=y; fo=1:d; {RUA}"
_dmarc.quiet.test TXT "v=DMARC1; p=none"
_dmarc.odd.test   TXT "v=DMARC1; p=none; x=]]>&<b>; rua=mailto:a@odd.test,no"
_dmarc.xn--mnchen-3ya.test TXT "v=DMARC1; p=none; {RUA}"
;!FAIL s1._domainkey.late.test TXT SERVFAIL
"""

# times, days before today, client, MAIL FROM, HELO, From, file's signature
RECORDED = [
    (7, 0, "192.0.2.5", "a@org.test", "helo.org.test", "a@org.test", None),
    (2, 0, "192.0.2.5", "a@org.test", "helo.org.test", "a@sub.org.test", None),
    (1, 0, "2001:db8::5", "a@org.test", "helo.org.test", "a@org.test", "org"),
    (1, 0, "192.0.2.6", "<>", "helo.org.test", "a@org.test", None),
    (3, 0, "203.0.113.9", "a@org.test", "x.test", "a@org.test", None),
    (1, 0, "203.0.113.9", "a@org.test", "[203.0.113.9]", "a@sub.org.test",
     "changed"),
    (1, 0, "203.0.113.9", "<>", "[203.0.113.9]", "a@org.test", "two"),
    (4, 1, "192.0.2.5", "a@org.test", "helo.org.test", "a@org.test", None),
    (5, 0, "203.0.113.9", "a@trial.test", "x.test", "a@trial.test", None),
    (1, 0, "203.0.113.9", "a@quiet.test", "x.test", "a@quiet.test", None),
    (2, 0, "203.0.113.9", "a@odd.test", "x.test", "a@odd.test", None),
    (1, 0, "203.0.113.9", "a@x.test", "x.test", "a@M\u00fcnchen.test", None),
]


class Report(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = cls.signer.new_key("org", "rsa", 2048)
        cls.write("zone", ZONE + zone_record("s1._domainkey.org.test", key))
        for name in SCHEMAS:
            cls.write(name, f"""authserv_id = "mx.test"
store {{ sqlite = "{cls.path('store.db')}" }}
report {{ org_name = "Our <Org> & Co" from = "dmarc@mx.test"
contact = "https://mx.test/?a=1&b=2" schema = {name} }}
""")
        lines = ""
        for i, row in enumerate(RECORDED):
            lines += cls.lines_of(f"m{i}", *row)
        subprocess.run(
            [RECORD_TOOL, cls.path("rfc9990"), cls.path("zone"),
             cls.path("store.db")], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)

    @classmethod
    def lines_of(cls, name, times, days, client, mail_from, helo, author,
                 signed):
        message = f"From: {author}\r\nSubject: s\r\n\r\nx\r\n".encode()
        if signed in ("org", "changed"):
            message = cls.signer.sign("org", "org.test", "s1", message)
        if signed == "changed":
            message += b"footer\r\n"
        if signed == "two":
            message = cls.sign("late.test", cls.sign("none.test", message))
        cls.write(name, message)
        return times * (f"{NOW - days * 86400} {client} {mail_from} r@mx.test "
                        f"{name} {helo} TLSv1.3 {cls.path(name)}\n")

    def preview(self, domain, *arguments, form="rfc9990", status=0):
        got, out, err = self.run_tool("report", "preview", domain, *arguments,
                                      config=form)
        self.assertEqual(got, status, err)
        return out if status == 0 else err

    def tree(self, domain, form="rfc9990", day=DAY):
        return ElementTree.fromstring(
            self.preview(domain, "--day", day, form=form).encode())

    def records(self, domain, form="rfc9990"):
        """(count, source, disposition, dkim, spf, header_from) of each."""
        prefix = NEW_NAME if form == "rfc9990" else ""
        found = []
        for record in self.tree(domain, form).iter(f"{prefix}record"):
            text = {child.tag[len(prefix):]: child.text
                    for part in ("row", "row/policy_evaluated", "identifiers")
                    for child in record.find("/".join(
                        prefix + step for step in part.split("/")))}
            found.append((int(text["count"]), text["source_ip"],
                          text["disposition"], text["dkim"], text["spf"],
                          text["header_from"]))
        return sorted(found)

    def test_counts_what_was_recorded(self):
        wanted = sorted([
            (7, "192.0.2.5", "pass", "fail", "pass", "org.test"),
            (2, "192.0.2.5", "pass", "fail", "pass", "sub.org.test"),
            (1, "2001:db8::5", "pass", "pass", "pass", "org.test"),
            (1, "192.0.2.6", "pass", "fail", "pass", "org.test"),
            (3, "203.0.113.9", "reject", "fail", "fail", "org.test"),
            (1, "203.0.113.9", "quarantine", "fail", "fail", "sub.org.test"),
            (1, "203.0.113.9", "reject", "fail", "fail", "org.test")])
        self.assertEqual(self.records("org.test"), wanted)
        old = [(count, source.replace("::", ":0:0:0:0:0:"),
                disposition.replace("pass", "none"), *rest)
               for count, source, disposition, *rest in wanted]
        self.assertEqual(self.records("org.test", "rfc7489"), sorted(old))

    def test_tells_policy_and_period(self):
        tree = self.tree("trial.test")
        text = {child.tag[len(NEW_NAME):]: child.text for child in tree.iter()}
        self.assertEqual(
            (text["org_name"], text["email"], text["extra_contact_info"],
             text["begin"], text["end"], text["p"], text["sp"], text["fo"],
             text["testing"], text["type"], text["discovery_method"]),
            ("Our <Org> & Co", "dmarc@mx.test", "https://mx.test/?a=1&b=2",
             str(TODAY), str(TODAY + 86399), "reject", "reject", "1:d", "y",
             "policy_test_mode", "treewalk"))

    # F7: the host's zone has no say
    def test_days_are_utc(self):
        wanted = self.preview("org.test", "--day", DAY)
        for zone in ("Pacific/Apia", "XYZ-13", "Europe/Berlin"):
            os.environ["TZ"] = zone
            try:
                self.assertEqual(self.preview("org.test", "--day", DAY),
                                 wanted)
            finally:
                del os.environ["TZ"]

    def test_all_days_without_one(self):
        out = self.preview("org.test")
        self.assertEqual(out, self.preview("org.test", "--day", "2026-04-30") +
                         self.preview("org.test", "--day", DAY))
        self.assertEqual(out, self.preview("ORG.Test."))
        self.assertEqual(out, self.preview("org.test", "--xml"))

    def xmllint(self, path, rules):
        done = subprocess.run(
            ["xmllint", "--noout", "--nonet", "--schema", rules, path],
            stderr=subprocess.PIPE, check=False, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    # F2 F16: as the RFCs' own schemas have it
    def test_validates_with_xmllint(self):
        if shutil.which("xmllint") is None:
            self.skipTest("xmllint is not installed (libxml2-utils)")
        folder = os.path.join(os.environ.get("ALIGND_CORPORA", ""),
                              "report-xsd")
        for form, name in SCHEMAS.items():
            for domain in ("org.test", "trial.test", "odd.test",
                           "m\u00fcnchen.test"):
                path = self.path(self.write(
                    f"{form}.xml", self.preview(domain, "--day", DAY,
                                                form=form)))
                self.xmllint(path, os.path.join(OUR_SCHEMAS, f"{form}.xsd"))
                if os.path.isdir(folder):
                    self.xmllint(path, os.path.join(folder, name))
        if not os.path.isdir(folder):
            self.skipTest("no ALIGND_CORPORA/report-xsd: own schemas only")

    def read_by_others(self, domain, form):
        text = self.preview(domain, "--day", DAY, form=form)
        # Mail::DMARC looks for names without a namespace.
        path = self.write(f"{form}.mail-dmarc.xml", text.replace(
            ' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"', ""))
        done = subprocess.run(
            ["perl", os.path.join(HERE, "mail_dmarc.pl"), self.path(path)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            timeout=60)
        if done.returncode == 77:
            self.skipTest("Mail::DMARC is not installed "
                          "(libmail-dmarc-perl)")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        return json.loads(done.stdout)

    # F3 F4 F6: another reader comes to the same counts
    def test_mail_dmarc_reads_the_same(self):
        if shutil.which("perl") is None:
            self.skipTest("perl is not installed")
        for form in SCHEMAS:
            for domain in ("org.test", "trial.test"):
                got = self.read_by_others(domain, form)
                found = sorted(
                    (r["count"], r["source_ip"], r["disposition"], r["dkim"],
                     r["spf"], r["header_from"]) for r in got["records"])
                # It knows no "pass" and reads it as the old format has it.
                wanted = sorted((*r[:2], r[2].replace("pass", "none"), *r[3:])
                                for r in self.records(domain, form))
                self.assertEqual(found, wanted)
                self.assertEqual(
                    (got["domain"], got["begin"], got["end"], got["email"]),
                    (domain, TODAY, TODAY + 86399, "dmarc@mx.test"))

    # F5 F6: raw results as they were, the null path by its HELO name
    def test_mail_dmarc_reads_raw_results(self):
        if shutil.which("perl") is None:
            self.skipTest("perl is not installed")
        got = self.read_by_others("org.test", "rfc7489")
        raw = collections.defaultdict(list)
        for record in got["records"]:
            raw[record["source_ip"]].append(
                (record["envelope_from"], record["auth_dkim"],
                 record["auth_spf"]))
        self.assertEqual(raw["192.0.2.6"],
                         [("", [], ["helo.org.test=pass"])])
        self.assertEqual(raw["2001:db8:0:0:0:0:0:5"],
                         [("org.test", ["org.test/s1=pass"],
                           ["org.test=pass"])])
        # Of two signatures it reads the first twice; ours are both there.
        self.assertIn(("", ["late.test/s1=temperror"] * 2, ["unknown=none"]),
                      raw["203.0.113.9"])
        self.assertEqual(
            [tuple(child.text for child in signature)[:3]
             for signature in self.tree("org.test", "rfc7489").iter("dkim")
             if signature.find("result") is not None
             and signature.findtext("domain") != "org.test"],
            [("late.test", "s1", "temperror"),
             ("none.test", "s1", "permerror")])

    # F2: what a stranger's record says does not become markup
    def test_hostile_record(self):
        text = self.preview("odd.test", "--day", DAY)
        self.assertNotIn("]]>", text)
        self.assertIn("<error>rua has an invalid URI</error>", text)
        self.assertIn("<domain>xn--mnchen-3ya.test</domain>",
                      self.preview("m\u00fcnchen.test", "--day", DAY))

    def test_json(self):
        rules = schema.load("report_preview")
        values = [json.loads(line) for line in
                  self.preview("org.test", "--json").splitlines()]
        for value in values:
            self.assertEqual(schema.faults(value, rules), [])
            self.assertEqual(schema.order_faults(value, rules), [])
        self.assertEqual([value["day"] for value in values],
                         ["2026-04-30", DAY])
        value = values[1]
        self.assertEqual(value.pop("bytes"),
                         len(self.preview("org.test", "--day", DAY)))
        self.assertEqual(value, {
            "day": DAY, "policy_domain": "org.test",
            "record": f"v=DMARC1; p=reject; sp=quarantine; {RUA}",
            "discovery": "treewalk",
            "rua": ["mailto:a@org.test", "mailto:b@org.test"],
            "messages": 16, "passed": 11, "refused": 4, "parts": 1,
            "records": 7, "left_out": 0, "fault": None})

    def test_text(self):
        lines = self.preview("org.test", "--day", DAY, "--text").splitlines()
        self.assertEqual(lines[0], "org.test, 2026-05-01")
        self.assertIn("  reported to    mailto:a@org.test", lines)
        self.assertIn("  messages       16, of these 11 passed, "
                      "4 were refused", lines)
        self.assertEqual(lines[-7:-5], [
            "         7  192.0.2.5        pass        fail  pass  org.test",
            "         3  203.0.113.9      reject      fail  fail  org.test"])

    # F13: the row is named, the others go on
    def test_a_bad_row(self):
        if shutil.which("sqlite3") is None:
            self.skipTest("sqlite3 is not installed")
        for name in os.listdir(self.folder):
            if name.startswith("store.db"):
                shutil.copy(self.path(name),
                            self.path(name.replace("store", "bad")))
        subprocess.run(
            ["sqlite3", self.path("bad.db"), "UPDATE tuple SET client_ip = "
             "'<>' WHERE policy_domain = 'org.test' AND client_ip = "
             "'192.0.2.6'"], check=True, timeout=60)
        self.write("bad", f'store {{ sqlite = "{self.path("bad.db")}" }}\n')
        status, out, err = self.run_tool("report", "preview", "org.test",
                                         "--day", DAY, config="bad")
        self.assertEqual(status, 0)
        self.assertEqual(out.count("<record>"), 6)
        self.assertRegex(err, r'^alignctl: left out of the report to org.test:'
                              r' tuple \d+: "<>" is no client address\n$')

    def test_without_report_settings(self):
        self.write("bare", 'authserv_id = "mx.test"\n'
                   f'store {{ sqlite = "{self.path("store.db")}" }}\n')
        out = self.preview("org.test", form="bare")
        self.assertIn("<org_name>mx.test</org_name>", out)
        self.assertIn("<email>postmaster@mx.test</email>", out)

    def test_nothing_to_report(self):
        for domain, arguments, words in (
                ("quiet.test", (), "nothing to report to quiet.test in "),
                ("sub.org.test", (), "no message came under a record of that "
                                     "policy domain that has a valid rua"),
                ("org.test", ("--day", "2026-04-01"), " on 2026-04-01 in ")):
            self.assertIn(words, self.preview(domain, *arguments, status=3))

    def test_bad_usage(self):
        for words, *arguments in (
                ("what to do is missing",),
                ("reprot is not known (allowed: ", "reprot"),
                ("--lift is not for report list", "list", "--lift"),
                ("an operand is missing", "preview"),
                ("one operand too many: b.test", "preview", "a.test",
                 "b.test"),
                ('"a..b" is no domain name', "preview", "a..b"),
                ("--day: \"soon\" is no time", "preview", "a.test", "--day",
                 "soon"),
                ("one of --xml, --json and --text", "preview", "a.test",
                 "--json", "--text")):
            self.want(1, words, "report", *arguments)

    def test_no_store(self):
        self.write("gone", f'store {{ sqlite = "{self.path("no.db")}" }}\n')
        self.want(4, "no.db does not exist", "report", "preview", "a.test",
                  "--config", self.path("gone"), common=False)


if __name__ == "__main__":
    unittest.main()
