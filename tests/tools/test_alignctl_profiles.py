#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Profiles: their defaults, what wins, and where each setting comes from.

What a profile sets is read from the table in docs/OPERATIONS.md, by which an
operator chooses one.
"""
import json
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import ToolTest  # noqa: E402

SOURCE = os.environ.get("top_srcdir", ".")
PROFILES = ("rfc9989", "uk-gov", "ism-1799", "bsi-tr-03182", "cisa-bod-18-01")
# For a setting that a profile sets, another value that is allowed.
OTHERS = {"mode": "monitor", "policy.on_reject": "tag",
          "policy.on_quarantine": "tag", "policy.on_none": "tag",
          "policy.indirect_mail": "none", "spf.engine": "libspf2",
          "dkim.engine": "libopendkim", "dns.dnssec": "no",
          "policy.quarantine_action": "tag", "policy.on_own": "tag",
          "policy.postmaster_exempt": "yes",
          "report.failure_reports": "redacted"}


def documented():
    """{profile: {setting: value}} of the page."""
    with open(os.path.join(SOURCE, "docs", "OPERATIONS.md"),
              encoding="utf-8") as file:
        rows = re.findall(r"^\| ([a-z0-9-]+) \| `([a-z_.]+)` \| (\w+) \|",
                          file.read(), flags=re.M)
    table = {profile: {} for profile in PROFILES}
    for profile, setting, value in rows:
        table[profile][setting] = value
    return table


def as_file(settings):
    return "".join(
        f"{name.split('.')[0]} {{ {name.split('.')[1]} = {value} }}\n"
        if "." in name else f"{name} = {value}\n"
        for name, value in settings)


class Profiles(ToolTest):

    def shown(self, text, *arguments):
        self.write("profiled", text)
        rows = self.objects("config", "show", *arguments, config="profiled",
                            rules="config_show")
        return {row["setting"]: row for row in rows}

    def test_each_default_of_each_profile(self):
        table = documented()
        self.assertEqual(sum(map(bool, table.values())), 3)
        for profile, settings in table.items():
            with self.subTest(profile):
                rows = self.shown(f"profile = {profile}\n")
                by_profile = {name: row["value"] for name, row in rows.items()
                              if row["source"] == "profile"}
                self.assertEqual(by_profile, settings)
                for name, row in rows.items():
                    if row["source"] == "default":
                        self.assertEqual(row["value"], row["default"], name)
                        self.assertEqual((row["file"], row["line"]),
                                         (None, None))

    def test_what_a_file_sets_wins(self):
        for profile, settings in documented().items():
            for name, value in settings.items():
                with self.subTest(profile=profile, setting=name):
                    other = OTHERS[name]
                    row = self.shown(f"profile = {profile}\n" +
                                     as_file([(name, other)]))[name]
                    self.assertEqual(
                        (row["value"], row["source"], row["line"],
                         row["profile_value"]), (other, "file", 2, value))

    def test_a_drop_in_wins_and_is_named(self):
        self.write("profiled", "")
        os.makedirs(self.path("profiled.d"), exist_ok=True)
        self.addCleanup(os.rmdir, self.path("profiled.d"))
        self.write("profiled.d/50.conf",
                   "profile = ism-1799 policy {\n on_none = none }\n")
        self.addCleanup(os.unlink, self.path("profiled.d/50.conf"))
        rows = self.shown("")
        self.assertEqual(
            (rows["policy.on_none"]["value"], rows["policy.on_none"]["source"],
             rows["policy.on_none"]["line"]), ("none", "drop-in", 2))
        self.assertEqual(rows["policy.indirect_mail"]["source"], "profile")
        self.assertEqual(rows["dns.fixture"]["source"], "command line")

    def test_for_people(self):
        self.write("profiled", "profile = ism-1799\npolicy { on_none = none }\n")
        got, out, _ = self.run_tool("config", "show", config="profiled")
        self.assertEqual(got, 0)
        for line in (
                "mode = enforce   # profile ism-1799\n",
                "profile = ism-1799   # profiled:1; default: rfc9989\n",
                "\ton_none = none   # profiled:2; profile ism-1799: reject\n",
                "\tindirect_mail = reject   # profile ism-1799; default: "
                "quarantine\n",
                "\ton_temperror = tempfail   # default\n"):
            self.assertIn(line, out)
        self.write("again", out)
        self.assertEqual(self.run_tool("config", "check", config="again")[0], 0)

    def test_an_unknown_profile(self):
        self.write("profiled", "\nprofile = uk_gov\n")
        got, _, err = self.run_tool("config", "show", config="profiled")
        self.assertEqual(got, 2)
        self.assertIn("profiled:2: profile: uk_gov is not known (allowed: " +
                      ", ".join(PROFILES) + ")", err)

    def test_check_says_what_stands_in_the_way(self):
        self.write("profiled", "profile = ism-1799\npolicy { on_none = none }\n")
        got, out, _ = self.run_tool("config", "check", config="profiled")
        self.assertEqual(got, 0)
        self.assertIn("policy.on_none: profile ism-1799 has reject, but "
                      "profiled:2 sets none, which holds\n", out)
        self.assertIn("policy.indirect_mail = reject (ISM-1799: incoming mail "
                      "that does not pass DMARC is rejected, indirect mail "
                      "included) is against RFC 9989 7.4: a receiver MUST NOT "
                      "reject solely because of p=reject", out)
        # what is stricter than asked, and what no profile asked for
        for text in ("profile = uk-gov\npolicy { on_quarantine = reject }\n",
                     "policy { on_none = reject }\n"):
            self.write("profiled", text)
            self.assertEqual(self.run_tool("config", "check",
                                           config="profiled")[1],
                             "profiled: ok\n")

    def test_the_verdict_follows_and_explain_says_so(self):
        self.write("mail", "From: ann@none.test\nSubject: x\n\nhello\n")
        for profile, word in (("rfc9989", "none"), ("ism-1799", "reject"),
                              ("cisa-bod-18-01", "none")):
            with self.subTest(profile):
                self.write("profiled", f'authserv_id = "mx.test"\n'
                                       f'profile = {profile}\n')
                value, = self.objects(
                    "check", "mail", "--client-ip", "198.51.100.7",
                    config="profiled")
                self.assertEqual(value["verdict"]["applied"], word)
        self.write("profiled", 'authserv_id = "mx.test"\nprofile = ism-1799\n')
        value, = self.objects("explain", "mail", "--client-ip", "198.51.100.7",
                              config="profiled")
        self.assertEqual(
            {key: value["decided_by"][key] for key in ("name", "line", "by")},
            {"name": "policy.on_none", "line": None,
             "by": "profile ism-1799"})
        _, out, _ = self.run_tool("explain", "mail", "--client-ip",
                                  "198.51.100.7", config="profiled")
        self.assertIn("policy.on_none = reject (the default of profile "
                      "ism-1799, not set in profiled)",
                      " ".join(out.split()))


class Host(ToolTest):
    """doctor --profile"""

    # For each profile, what meets each of its rows about the host, and the rows
    # that are not met where one line is changed or left out.
    MET = {
        "rfc9989": (['report { from = "r@mx.test" }'], []),
        "uk-gov": (['report { from = "r@mx.test" }',
                    'own { domains = {"mx.test"} }',
                    'policy { contact = "help@mx.test" }',
                    'digest { webhook = "https://mx.test/x" }',
                    'alert { mail = "call@mx.test" }'], []),
        "ism-1799": (['own { domains = {"mx.test"} }'], []),
        "bsi-tr-03182": (['report { from = "r@mx.test" }',
                          'own { domains = {"mx.test"} }'], []),
        "cisa-bod-18-01": ([], []),
    }
    # (setting, what does not meet it, what is another way to)
    STRICTER = [("uk-gov", "policy { on_quarantine = reject }"),
                ("bsi-tr-03182", "policy { on_quarantine = reject }"),
                ("bsi-tr-03182", "policy { quarantine_action = tag }"),
                ("bsi-tr-03182", "report { failure_reports = redacted from = "
                                 '"r@mx.test" }'),
                ("rfc9989", "policy { indirect_mail = none }"),
                ("uk-gov", "spf { engine = libspf2 }")]

    def rows(self, profile, lines, zone="", *arguments):
        self.write("host", "".join(line + "\n" for line in lines))
        self.write("host.zone", f"$ORIGIN .\n$TTL 300\n{zone}")
        status, out, err = self.run_tool(
            "doctor", "--config", "host", "--dns", "host.zone", "--json",
            "--profile", *([profile] if profile else []), *arguments,
            common=False)
        self.assertEqual(err, "")
        rules = schema.load("profile")
        rows = [json.loads(line) for line in out.splitlines()]
        for row in rows:
            self.assertEqual(schema.faults(row, rules), [])
        return status, rows

    @staticmethod
    def rules_of(rows, state):
        return [row["rule"] for row in rows if row["state"] == state]

    SECURE = "example.com A 192.0.2.1\n;!SECURE example.com A\n"

    def test_all_is_met(self):
        for profile, (lines, _) in self.MET.items():
            with self.subTest(profile):
                status, rows = self.rows(
                    None, [f"profile = {profile}", *lines], self.SECURE)
                self.assertEqual(self.rules_of(rows, "not met"), [])
                self.assertEqual(status, 0)

    def test_each_setting(self):
        """Each that a profile sets, set otherwise."""
        for profile, settings in documented().items():
            for name in settings:
                with self.subTest(profile=profile, setting=name):
                    status, rows = self.rows(
                        profile, [f"profile = {profile}",
                                  as_file([(name, OTHERS[name])])],
                        self.SECURE)
                    met = name in ("policy.quarantine_action",
                                   "report.failure_reports") or (
                        OTHERS[name] in ("libspf2", "libopendkim") and
                        (profile, name) != ("bsi-tr-03182", "dkim.engine"))
                    row, = [row for row in rows if row["evidence"].startswith(
                        f"{name} = {OTHERS[name]} (")]
                    self.assertEqual(
                        (row["state"], row["evidence"]),
                        ("met" if met else "not met",
                         f"{name} = {OTHERS[name]} (host:2)"))
                    if not met:
                        self.assertEqual(status, 6)
                        self.assertIsNotNone(row["todo"])

    def test_what_is_stricter_meets_it(self):
        for profile, line in self.STRICTER:
            with self.subTest(profile=profile, line=line):
                _, rows = self.rows(profile, [f"profile = {profile}", line],
                                    self.SECURE)
                section, name = re.findall(r"\w+", line)[:2]
                row, = [row for row in rows
                        if f"{section}.{name} = " in row["evidence"]]
                self.assertEqual(row["state"], "met", row)

    def test_what_must_be_given(self):
        for profile, (lines, _) in self.MET.items():
            for left_out in lines:
                with self.subTest(profile=profile, left_out=left_out):
                    status, rows = self.rows(
                        profile, [f"profile = {profile}",
                                  *[line for line in lines
                                    if line != left_out]], self.SECURE)
                    row, = [row for row in rows if row["state"] == "not met"]
                    section = left_out.split()[0]
                    self.assertTrue(row["evidence"].startswith(section + "."))
                    self.assertIn("(the default)", row["evidence"])
                    self.assertEqual(status, 6)

    def test_the_resolver(self):
        for zone, lines, state, status in (
                (self.SECURE, [], "met", 0),
                ("example.com A 192.0.2.1\n", [], "not met", 6),
                (";!FAIL example.com A BOGUS\n", [], "not met", 6),
                (";!FAIL example.com A SERVFAIL\n", [], "not checkable", 7),
                (self.SECURE, ["dns { dnssec = no }"], "not met", 6)):
            with self.subTest(zone=zone, lines=lines):
                got, rows = self.rows(
                    None, ["profile = bsi-tr-03182",
                           *self.MET["bsi-tr-03182"][0], *lines], zone)
                row, = [row for row in rows if "B-01" in row["rule"]]
                self.assertEqual((row["state"], got), (state, status))

    def test_both_sentences(self):
        _, rows = self.rows("ism-1799", [])
        against = {row["asks"]: row["against"] for row in rows
                   if row["against"]}
        self.assertEqual(len(against), 2)
        self.assertIn("RFC 9989 7.4: a receiver MUST NOT reject solely because "
                      "of p=reject; without other knowledge it treats the mail "
                      "as quarantined", against.values())
        got, out, _ = self.run_tool("doctor", "--config", "host", "--profile",
                                    "ism-1799", common=False)
        self.assertEqual(got, 6)
        words = " ".join(out.split())
        for part in ("incoming mail that does not pass DMARC is rejected, "
                     "indirect mail included policy.indirect_mail = quarantine "
                     "(the default) Do: Set policy.indirect_mail = reject",
                     "This is against RFC 9989 7.4: a receiver MUST NOT "
                     "reject solely because of p=reject",
                     "This is against RFC 9989 5.4: a policy of p=none MUST "
                     "NOT change how mail is handled.",
                     "more are about your domains: alignctl posture --profile "
                     "ism-1799"):
            self.assertIn(part, words)

    def test_failure_reports_come_with_a_warning(self):
        _, rows = self.rows("bsi-tr-03182", [])
        row, = [row for row in rows if "J-02" in row["rule"]]
        self.assertIn("personal data", row["warning"])
        self.assertEqual([row["rule"] for row in rows if row["warning"]],
                         [row["rule"]])

    def test_an_unknown_profile(self):
        self.want(1, '--profile: "bsi" is no profile (allowed: ' +
                  ", ".join(PROFILES) + ")", "doctor", "--profile", "bsi")
        self.want(1, "--profile: given twice", "doctor", "--profile", "uk-gov",
                  "--profile")


if __name__ == "__main__":
    unittest.main()
