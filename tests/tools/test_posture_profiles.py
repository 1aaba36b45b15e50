#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl posture --profile: each row with the zone that does not meet it.

A domain that meets all of all profiles is changed in one place at a time; the
rows that are then not met are named, and no others may be. Mail servers by SMTP
are test_alignctl_posture_live.py's.
"""
import json
import os
import socket
import sys
import threading
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import NOW, ToolTest  # noqa: E402
from posture_cases import (ED25519, NO_KEYS, NO_MAIL, RSA_2048,  # noqa: E402
                           SIGNED, key, zone_of)
from test_posture_sts import (HOST, Certificates, Host, answer,  # noqa: E402
                              policy)

DONE, USAGE, FINDINGS, UNCHECKED = 0, 1, 6, 7
PROFILES = ("rfc9989", "uk-gov", "ism-1799", "bsi-tr-03182", "cisa-bod-18-01")
CENTRE = "dmarc.cyber.dhs.gov"
RUA = f"rua=mailto:dmarc@d.test,mailto:reports@{CENTRE}"
# A domain that takes no mail has its reports elsewhere.
AWAY = f"rua=mailto:a@mx.d.test,mailto:reports@{CENTRE}"
APEX = ["A 192.0.2.10", "MX 10 mx.d.test.", "NS ns1.d.test.",
        "NS ns.other.test."]
STS, RPT = "_mta-sts.d.test", "_smtp._tls.d.test"
SPF, DMARC = 'TXT "v=spf1 mx -all"', "_dmarc.d.test"


def dmarc(tags):
    return {DMARC: f'TXT "v=DMARC1; {tags}"'}


# Of a domain that meets everything; over SOUND.
GOOD = {
    "d.test": APEX + [SPF],
    **dmarc(f"p=reject; {RUA}"),
    **key("v=DKIM1; k=rsa; p=" + RSA_2048),
    **key("v=DKIM1; k=ed25519; p=" + ED25519, "s2._domainkey.d.test"),
    "25.2.0.192.in-addr.arpa": "PTR mx.d.test.",
    CENTRE: ["A 192.0.2.90", "MX 10 mx.d.test."],
    f"d.test._report._dmarc.{CENTRE}": 'TXT "v=DMARC1"',
    "signed": SIGNED,
}
PARKED = {**GOOD, **NO_MAIL, **dmarc(f"p=reject; sp=reject; {AWAY}")}

# The rows of each profile about a part, by what is asked.
SPF_VALID = {"rfc9989": ["RFC 9989 5.1.1"], "uk-gov": ["guidance 9"],
             "ism-1799": ["ISM-0574"],
             "bsi-tr-03182": ["TR-03182-01-M (P: D-01, D-02)"],
             "cisa-bod-18-01": ["BOD 18-01 1.a.i"]}
SOFT = {"uk-gov": ["guidance 9"], "bsi-tr-03182": ["TR-03182-01-M (P: D-03)"]}
HARD = {"ism-1799": ["ISM-1183"]}
REJECT = {"ism-1799": ["ISM-1540"], "cisa-bod-18-01": ["BOD 18-01 1.a.iv"]}
ENFORCED = {**REJECT, "uk-gov": ["guidance 7"],
            "bsi-tr-03182": ["TR-03182-06-M (P: H-02)"]}
BELOW = {**REJECT, "bsi-tr-03182": ["TR-03182-06-M (P: H-01)"]}
RUA_LOST = {"uk-gov": ["guidance 8"],
            "bsi-tr-03182": ["TR-03182-06-M (P: H-03)"]}
RUA_NONE = {**RUA_LOST, "rfc9989": ["RFC 9989 5.1"],
            "cisa-bod-18-01": ["BOD 18-01 1.a.i", "BOD 18-01 1.a.iii"]}
KEYS = {"rfc9989": ["RFC 9989 5.1.2"], "uk-gov": ["guidance 9, 10"],
        "ism-1799": ["ISM-0861"],
        "bsi-tr-03182": ["TR-03182-04-M (P: F-03, F-04)"]}
STS_ALL = {"uk-gov": ["guidance 5"], "ism-1799": ["ISM-1589"]}


def both(*tables):
    made = {}
    for table in tables:
        for profile, rules in table.items():
            made[profile] = made.get(profile, []) + rules
    return made


# Without a record no report reaches anybody either.
DMARC_MISSING = both(ENFORCED, RUA_LOST, {
    "rfc9989": ["RFC 9989 5.1"], "uk-gov": ["guidance 7"],
    "ism-1799": ["ISM-1540"], "bsi-tr-03182": ["TR-03182-06-M (P: H-01)"],
    "cisa-bod-18-01": ["BOD 18-01 1.a.i", "BOD 18-01 1.a.iii",
                       "BOD 18-01 1.a.iv"]})

# What it shows, what is changed in GOOD, the rows that are not met, the policy
# of MTA-STS.
CASES = [
    ("all is met", {}, {}),
    ("no SPF record", {"d.test": APEX}, both(SPF_VALID, SOFT, HARD)),
    ("two SPF records", {"d.test": APEX + [SPF, 'TXT "v=spf1 -all"']},
     both(SPF_VALID, SOFT, HARD)),
    ("~all is enough but for one", {"d.test": APEX + ['TXT "v=spf1 mx ~all"']},
     HARD),
    ("-all behind a redirect", {
        "d.test": APEX + ['TXT "v=spf1 redirect=two.d.test"'],
        "two.d.test": SPF.replace("mx", "mx:d.test")}, {}),
    ("~all behind one", {
        "d.test": APEX + ['TXT "v=spf1 redirect=two.d.test"'],
        "two.d.test": 'TXT "v=spf1 mx:d.test ~all"'}, HARD),
    ("?all", {"d.test": APEX + ['TXT "v=spf1 mx ?all"']},
     both(SOFT, HARD)),
    ("no DMARC record", {DMARC: []}, DMARC_MISSING),
    ("p=none", dmarc(f"p=none; {RUA}"), ENFORCED),
    ("p=quarantine", dmarc(f"p=quarantine; {RUA}"), REJECT),
    ("below it is less", dmarc(f"p=reject; sp=none; {RUA}"), BELOW),
    ("in test mode", dmarc(f"p=reject; t=y; {RUA}"), ENFORCED),
    ("nobody has the reports", dmarc("p=reject"), RUA_NONE),
    ("the centre has none", dmarc("p=reject; rua=mailto:dmarc@d.test"),
     {"cisa-bod-18-01": ["BOD 18-01 1.a.iii"]}),
    ("the centre in capitals",
     dmarc(f"p=reject; rua=MAILTO:REPORTS@{CENTRE.upper()}"), {}),
    ("the centre in ruf", dmarc("p=reject; rua=mailto:dmarc@d.test; "
                                f"ruf=mailto:reports@{CENTRE}"),
     {"cisa-bod-18-01": ["BOD 18-01 1.a.iii"]}),
    ("reports to a service that is gone",
     {**dmarc(f"p=reject; {RUA},mailto:dmarc-rua@dmarc.service.gov.uk"),
      "dmarc.service.gov.uk": "MX 10 mx.d.test.",
      "d.test._report._dmarc.dmarc.service.gov.uk": 'TXT "v=DMARC1"'},
     RUA_LOST),
    ("a revoked key", key("v=DKIM1; k=rsa; p="),
     both(KEYS, {"bsi-tr-03182": ["TR-03182-03-M (P: F-01, F-02)"]})),
    ("one type of key", key("v=DKIM1; k=rsa; p=" + RSA_2048,
                            "s2._domainkey.d.test"),
     {"bsi-tr-03182": ["TR-03182-03-M (P: F-01, F-02)"]}),
    ("no MTA-STS", {STS: []}, STS_ALL),
    ("MTA-STS in testing", {}, {"ism-1799": ["ISM-1589"]},
     policy(mode="testing", max_age=86400)),
    ("MTA-STS without the MX", {}, STS_ALL, policy("mx: other.test")),
    ("no TLS-RPT", {RPT: []}, {"uk-gov": ["guidance 6"]}),
    ("a host without a name", {"25.2.0.192.in-addr.arpa": []},
     {"uk-gov": ["guidance 12"]}),
    ("a private MX", {"mx.d.test": ["A 192.0.2.25", "A 10.0.0.1"]},
     {"uk-gov": ["guidance 13"]}),
    ("not signed", {"signed": []}, {
        "bsi-tr-03182": ["TR-03182-01-M, 03-M, 06-M (P: B-01)"]}),
    ("a name of the gsi family",
     {"d.test": APEX + ['TXT "v=spf1 mx a:mail.x.gsi.gov.uk -all"'],
      "mail.x.gsi.gov.uk": "A 192.0.2.91"}, {"uk-gov": ["guidance 16"]}),
]

PARKED_CASES = [
    ("all is met", {}, {}),
    ("no null MX", {"d.test": APEX[:1] + APEX[2:] + ['TXT "v=spf1 -all"']},
     {"uk-gov": ["guidance 15"],
      "bsi-tr-03182": ["TR-03182-11-M (P: L-01)"]}),
    ("some SPF", {"d.test": ["MX 0 .", *APEX[2:], 'TXT "v=spf1 a:two.d.test '
                             '-all"']},
     {"uk-gov": ["guidance 15"], "ism-1799": ["ISM-0574, ISM-1183, ISM-1540"],
      "bsi-tr-03182": ["TR-03182-11-M (P: L-02, L-03)"]}),
    ("no policy of refusal", dmarc(f"p=quarantine; {AWAY}"),
     both(REJECT, {
         "uk-gov": ["guidance 15"],
         "ism-1799": ["ISM-0574, ISM-1183, ISM-1540"],
         "bsi-tr-03182": ["TR-03182-11-M (P: L-04)"]})),
    ("no reports", dmarc("p=reject; sp=reject"),
     both(RUA_NONE, {"bsi-tr-03182": ["TR-03182-11-M (P: L-05)"]})),
    ("keys are open", {owner: [] for owner in NO_KEYS},
     {"uk-gov": ["guidance 15"]}),
]

# What the DNS does not say is no fault, and is not met either: a failure, and
# how many rows of each profile it leaves open.
SILENT = [
    (DMARC, {"rfc9989": 1, "uk-gov": 4, "ism-1799": 2, "bsi-tr-03182": 4,
             "cisa-bod-18-01": 4}),
    ("s1._domainkey.d.test", {"rfc9989": 1, "uk-gov": 1, "ism-1799": 1,
                              "bsi-tr-03182": 2}),
    (STS, {"uk-gov": 1, "ism-1799": 1}),
    (RPT, {"uk-gov": 1}),
]


class Empty(threading.Thread):
    """A resolver by which all names exist and have nothing."""

    def __init__(self):
        super().__init__(daemon=True)
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
            end = question.index(b"\0", 12) + 5
            self.socket.sendto(question[:2] + b"\x81\x80" + question[4:6] +
                               bytes(6) + question[12:end], asker)


class Profiles(ToolTest):

    turn = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = Certificates(cls.path(""))
        cls.server = Host(made.make("valid", HOST, 10))
        cls.server.start()
        cls.addClassCleanup(cls.server.__exit__)
        cls.write("own.conf", 'dns { dnssec = yes }\n'
                  f'store {{ sqlite = "{cls.path("none.db")}" }}\n')

    def look(self, profile, changes, *arguments, text=None, base=None):
        """The rows about d.test"""
        self.server.answer = answer(text or policy())
        self.write("profile.zone", zone_of({**(base or GOOD), **changes}))
        status, out, err = self.run_tool(
            "posture", "--config", "own.conf", "--dns", "profile.zone",
            "--now", str(NOW), "--profile", profile, "--json",
            "--selector", "s1", "--selector", "s2", "--host", "192.0.2.25",
            "--connect", f"{HOST}:443=127.0.0.1:{self.server.port}",
            "--ca-file", self.path("ca.pem"), *arguments, "d.test",
            common=False)
        self.assertEqual(err, "")
        self.assertNotIn("\x1b", out)
        return status, self.rows(out)

    def rows(self, out):
        rules = schema.load("profile")
        rows = [json.loads(line) for line in out.splitlines()]
        for row in rows:
            self.assertEqual(schema.faults(row, rules), [])
            if row["state"] == "not met":
                self.assertIsNotNone(row["todo"], row)
        return rows

    @staticmethod
    def rules_of(rows, state):
        return sorted(row["rule"] for row in rows if row["state"] == state)

    def check(self, case, base, *arguments):
        name, changes, wanted, *text = case
        # those that are to see it, and one of the others in turn
        self.turn += 1
        for profile in PROFILES if not wanted else [
                *wanted, *[other for other in PROFILES
                           if other not in wanted][self.turn % 4:][:1]]:
            with self.subTest(name, profile=profile):
                status, rows = self.look(profile, changes, *arguments,
                                         text=text[0] if text else None,
                                         base=base)
                self.assertEqual(self.rules_of(rows, "not met"),
                                 sorted(wanted.get(profile, [])), rows)
                self.assertEqual({row["evidence"] for row in rows
                                  if row["state"] == "not checkable"} -
                                 {"mx.d.test: it was not looked at (--live)"},
                                 set())
                self.assertEqual(status == FINDINGS,
                                 profile in wanted)

    def test_each_row(self):
        for case in CASES:
            self.check(case, GOOD)

    def test_of_domains_without_mail(self):
        for case in PARKED_CASES:
            self.check(case, PARKED, "--parked")

    def test_every_row_has_a_case(self):
        for profile in PROFILES:
            _, rows = self.look(profile, {})
            wanted = {rule for case in CASES + PARKED_CASES
                      for rule in case[2].get(profile, [])}
            live = {row["rule"] for row in rows if "--live" in row["evidence"]}
            self.assertEqual({row["rule"] for row in rows} - live - wanted,
                             set(), profile)

    def test_silence_is_no_fault(self):
        for owner, counts in SILENT:
            for profile in PROFILES:
                with self.subTest(owner, profile=profile):
                    _, rows = self.look(profile, {
                        "mark": [f";!FAIL {owner} TXT SERVFAIL\n"]})
                    self.assertEqual(self.rules_of(rows, "not met"), [])
                    silent = [row for row in rows
                              if "DNS does not answer" in row["evidence"]]
                    self.assertEqual(len(silent), counts.get(profile, 0))
                    for row in silent:
                        self.assertEqual(row["state"], "not checkable")

    def test_a_domain_that_is_not_there_meets_nothing(self):
        for profile in PROFILES:
            with self.subTest(profile):
                self.write("profile.zone", zone_of(GOOD))
                status, out, _ = self.run_tool(
                    "posture", "--config", "own.conf", "--dns", "profile.zone",
                    "--profile", profile, "--json", "gone.test", common=False)
                self.assertEqual(status, UNCHECKED)
                self.assertEqual({(row["state"], row["evidence"])
                                  for row in self.rows(out)},
                                 {("not checkable",
                                   "the domain does not exist")})

    def test_status(self):
        """Nothing about mail servers is asked of these."""
        self.assertEqual(self.look("rfc9989", {})[0], DONE)
        self.assertEqual(self.look("bsi-tr-03182", {})[0], DONE)
        self.assertEqual(self.look("uk-gov", {})[0], UNCHECKED)

    def test_who_does_not_validate_is_told(self):
        self.write("plain.conf",
                   f'store {{ sqlite = "{self.path("none.db")}" }}\n')
        with Empty() as resolver:
            status, out, _ = self.run_tool(
                "posture", "--config", "plain.conf", "--profile",
                "bsi-tr-03182", "--resolver", f"127.0.0.1@{resolver.port}",
                "--json", "d.test", common=False)
        self.assertEqual(status, FINDINGS)
        row, = [row for row in self.rows(out) if "B-01" in row["rule"]]
        self.assertEqual((row["state"], row["evidence"]),
                         ("not checkable",
                          "answers are not validated: dns.dnssec = no"))

    def test_for_people(self):
        self.write("profile.zone", zone_of({
            **GOOD, **dmarc(f"p=none; {RUA}"), STS: []}))
        status, out, _ = self.run_tool(
            "posture", "--config", "own.conf", "--dns", "profile.zone",
            "--profile", "ism-1799", "d.test", common=False)
        self.assertEqual(status, FINDINGS)
        for line in (
                "d.test: profile ism-1799 (Australia, Information Security "
                "Manual)\n",
                "  not met       ISM-1540: DMARC has mail that fails rejected\n"
                "                the policy for d.test is none\n"
                "                Do: Raise the policy as the reports allow: ",
                "  not met       ISM-1589: ",
                '                record: _mta-sts.d.test. TXT "v=STSv1; id='):
            self.assertIn(line, out)
        self.assertRegex(out, r"\n\d met, 2 not met, \d not checkable, "
                              r"0 to declare\n$")

    def test_the_configuration_names_one(self):
        self.write("named.conf", "profile = cisa-bod-18-01\n"
                   f'store {{ sqlite = "{self.path("none.db")}" }}\n')
        self.write("profile.zone", zone_of(GOOD))
        for arguments in (("--profile", "d.test", "--csv"),
                          ("d.test", "--csv", "--profile"),
                          ("--csv", "d.test", "--profile=cisa-bod-18-01")):
            _, out, err = self.run_tool(
                "posture", "--config", "named.conf", "--dns", "profile.zone",
                *arguments, common=False)
            self.assertEqual(err, "")
            title, *rows = out.splitlines()
            self.assertTrue(title.startswith("domain,profile,rule,asks,state"))
            self.assertEqual(len(rows), 7)
            self.assertIn("d.test,cisa-bod-18-01,BOD 18-01", rows[0])

    def test_usage(self):
        self.want(USAGE, '--profile: "uk" is no profile (allowed: ' +
                  ", ".join(PROFILES) + ")", "posture", "--profile", "uk",
                  "d.test")
        self.want(USAGE, "--profile: makes no page", "posture", "--profile",
                  "--html", "x.html", "d.test")


if __name__ == "__main__":
    unittest.main()
