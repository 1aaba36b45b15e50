#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl inbox summary, sources, explain: sums equal to a recount, and what they mean."""
import collections
import csv
import glob
import html.parser
import io
import json
import os
import random
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW  # noqa: E402
from inbox_rig import (DAY_S, InboxTest, detail, dmarc, failure, judged, mailed,  # noqa: E402
                       row, tls)

CORPUS = os.path.join(os.environ.get("ALIGND_CORPORA", ""), "report-tls")
ESP = "<spf><domain>mail.esp.test</domain><result>pass</result></spf>"
PASSES = "From example.test: SPF passes for mail.esp.test, which is not aligned; no DKIM signature"
NOTHING = "From example.test: SPF not reported; no DKIM signature"


class SaysTest(InboxTest):

    def says(self, action, *arguments, status=0):
        got, out, err = self.run_tool("inbox", action, *arguments)
        self.assertEqual(got, status, err)
        return out

    def summary(self, *arguments):
        return json.loads(self.says("summary", "--json", *arguments))

    def sources(self, *arguments):
        return {(source["domain"], source["source"]): source
                for source in self.summary(*arguments)["dmarc"]}


class Dmarc(SaysTest):

    def test_the_members_that_are_promised(self):
        self.take(dmarc(row("192.0.2.1", 5, dkim="pass"), row("192.0.2.1", 3, results=ESP,
                                                              disposition="reject")))
        self.take(tls(("sts", 5, 2, [detail("certificate-expired", 2)])))
        self.take(b"no report")
        said = self.summary()
        source, = said["dmarc"]
        for key, value in {
                "domain": "example.test", "source": "192.0.2.1", "network": "192.0.2.0/24",
                "name": None, "service": None, "messages": 8, "aligned": 5, "rejected": 3,
                "why": {PASSES: 3}, "first": "2026-04-30T00:00:00Z",
                "last": "2026-04-30T00:00:00Z", "trend": "new"}.items():
            self.assertEqual(source[key], value, key)
        line, = said["tls"]
        self.assertEqual({key: line[key] for key in (
            "domain", "reporter", "policy", "successful", "failed", "types")}, {
                "domain": "example.test", "reporter": "reporter.test", "policy": "sts",
                "successful": 5, "failed": 2, "types": {"certificate-expired": 2}})
        self.assertEqual([item["why"] for item in said["kept_apart"]],
                         ["it is neither XML nor gzip, zip, JSON, a mail or a mailbox"])

    def test_sums_are_those_of_a_recount(self):
        chance = random.Random(14)
        want = collections.defaultdict(collections.Counter)
        for number in range(30):
            domain = chance.choice(("a.test", "b.test"))
            day_s = NOW - chance.randrange(1, 59) * DAY_S
            is_now = day_s >= NOW - 30 * DAY_S
            rows = []
            for _ in range(12):
                address = f"192.0.2.{chance.randrange(6)}"
                count, dkim, spf = chance.randrange(1, 50), chance.random() < .5, chance.random() < .5
                rows.append(row(address, count, dkim="pass" if dkim else "fail",
                                spf="pass" if spf else "fail"))
                sums = want[domain, address]
                sums["messages" if is_now else "before"] += count
                if dkim or spf:
                    sums["aligned" if is_now else "before_aligned"] += count
                if is_now:
                    sums["dkim_aligned"] += count * dkim
                    sums["spf_aligned"] += count * spf
            self.take(dmarc(*rows, name=str(number), domain=domain, day_s=day_s))
        found = self.sources()
        self.assertEqual(set(found), set(want))
        for key, sums in want.items():
            for name in ("messages", "aligned", "before", "before_aligned", "dkim_aligned",
                         "spf_aligned"):
                self.assertEqual(found[key][name], sums[name], (key, name))
        only = self.sources("--domain", "b.test")
        self.assertEqual(only, {key: value for key, value in found.items() if key[0] == "b.test"})

    def test_what_counts_nowhere(self):
        self.take(judged(mailed(dmarc(row("192.0.2.1", 900), name="forged")), "fail", "evil.test"))
        self.take(dmarc(row("192.0.2.2", 3)))
        self.take(dmarc(row("192.0.2.2", 4)))
        said = self.summary()
        self.assertEqual([(source["source"], source["messages"]) for source in said["dmarc"]],
                         [("192.0.2.2", 3)])
        self.assertEqual([(item["state"], item["id"], item["sender"], item["messages"])
                          for item in said["kept_apart"]],
                         [("differs", "1", None, 4), ("failed", "forged", "evil.test", 900)])
        out = self.says("summary")
        self.assertIn("its own mail failed DMARC: anybody may have sent it", out)
        self.assertIn("Kept apart, counted nowhere: 2", out)

    def test_trends(self):
        for address, before, now in (("192.0.2.1", 0, 5), ("192.0.2.2", 10, 100),
                                     ("192.0.2.3", 100, 10), ("192.0.2.4", 100, 105),
                                     ("192.0.2.5", 9, 0)):
            for name, count, age in (("b", before, 10), ("n", now, 2)):
                if count:
                    self.take(dmarc(row(address, count), name=address + name,
                                    day_s=NOW - age * DAY_S))
        self.assertEqual([source["trend"] for _, source in sorted(self.sources(
            "--since", "7d").items())], ["new", "up", "down", "level", "gone"])

    def test_the_biggest_first_or_what_fails_most(self):
        for address, count, dkim in (("192.0.2.1", 2, "fail"), ("192.0.2.2", 9, "pass"),
                                     ("192.0.2.3", 4, "fail"), ("192.0.2.4", 9, "fail")):
            self.take(dmarc(row(address, count, dkim=dkim), name=address))
        biggest = ["192.0.2.4", "192.0.2.2", "192.0.2.3", "192.0.2.1"]
        failing = ["192.0.2.4", "192.0.2.3", "192.0.2.1", "192.0.2.2"]
        for options, wanted in (((), biggest), (("--by", "messages"), biggest),
                                (("--by", "failing"), failing)):
            said = [source["source"] for source in self.summary(*options)["dmarc"]]
            self.assertEqual(said, wanted)
        lines = self.says("sources", "--by", "messages").splitlines()
        self.assertEqual([line.split()[0] for line in lines if "192.0.2." in line], biggest)
        self.assertEqual(lines[:2], [
            "example.test", "  " + "source".ljust(39) + "  messages  aligned  trend  first seen  "
            "last seen   known as"])
        lines = self.says("sources").splitlines()
        self.assertEqual([line.split()[0] for line in lines if "192.0.2." in line], failing)
        self.says("summary", "--by", "size", status=1)

    def test_one_is_one(self):
        self.take(dmarc(row("192.0.2.1", 1), day_s=NOW - 40 * DAY_S))
        self.take(dmarc(row("192.0.2.1", 1), name="2"))
        self.take(failure())
        out = self.says("summary", "--limit", "1")
        self.assertIn("example.test: 1 message of 1 source, 0 % aligned; in the period before: "
                      "1 message, 0 % aligned", out)
        self.assertIn("1 report (dmarc), 0 incidents", out)
        self.take(dmarc(row("192.0.2.2", 1), name="3"))
        self.assertIn("  and 1 further source (--limit)", self.says("summary", "--limit", "1"))

    def test_huge_counts_are_no_negative_ones(self):
        for number in range(3):
            self.take(dmarc(*(row(f"192.0.2.{i}", 10**12) for i in range(250)), name=str(number)))
        self.ask("UPDATE inbox_row SET messages = 4000000000000000000")
        for source in self.summary()["dmarc"]:
            self.assertGreater(source["messages"], 10**18)
        self.says("summary")

    def test_csv_is_a_row_a_source(self):
        self.take(dmarc(row("192.0.2.1", 3, results=ESP)))
        self.ask("UPDATE inbox_cause SET words = '=cmd()'")
        read, = csv.DictReader(io.StringIO(self.says("summary", "--csv")))
        self.assertEqual((read["domain"], read["source"], read["messages"]),
                         ("example.test", "192.0.2.1", "3"))
        self.assertFalse(read["main_cause"].startswith("="))

    def test_a_page_that_a_stranger_cannot_change(self):
        self.take(dmarc(row("192.0.2.1", 3, results=ESP), domain="&lt;script&gt;x.test"))
        self.take(tls(("sts", 5, 2, [detail("<img src=x>", 2, host="a\"b")])))
        self.says("summary", "--html", "page.html")
        with open(self.path("page.html"), encoding="ascii") as file:
            page = file.read()
        tags = []
        parser = html.parser.HTMLParser()
        parser.handle_starttag = lambda tag, attributes: tags.append(tag)
        parser.feed(page)
        self.assertEqual({"script", "img"} & set(tags), set())
        self.assertIn("&lt;img", page)
        self.assertIn("default-src 'none'", page)
        self.assertEqual(re.findall(r"(?:src|href)=\"[^\"]*\"", page), [])
        self.says("summary", "--html", "a", "--json", status=1)


    def test_a_page_says_the_totals_and_wraps_the_reasons(self):
        self.take(dmarc(row("192.0.2.1", 3, results=ESP), row("192.0.2.2", 1, dkim="pass")))
        self.says("summary", "--html", "page.html")
        with open(self.path("page.html"), encoding="ascii") as file:
            page = file.read()
        self.assertIn("<p>4 messages of 2 sources, 25.0 % aligned; in the period before: no "
                      "messages</p>", page)
        self.assertIn(f'class="why">{PASSES}</td>', page)
        self.assertIn(".why{white-space:normal", page)
        self.assertNotIn('<div class="scroll">', page)


class Usage(SaysTest):

    def test_fits_a_terminal(self):
        commands = re.findall(r"^  ([a-z]+) ", self.run_tool("--help")[1], re.M)
        self.assertIn("inbox", commands)
        for command in commands:
            status, out, _ = self.run_tool(command, "--help")
            self.assertEqual(status, 0)
            for line in out.splitlines()[:-1]:  # the last tells what it is for
                self.assertLessEqual(len(line), 79, command)
        self.assertIn("--password-file FILE", self.run_tool("inbox", "--help")[1])


class Sources(SaysTest):

    def setUp(self):
        super().setUp()
        old = NOW - 20 * DAY_S
        self.take(dmarc(row("192.0.2.1", 5), name="old", day_s=old))
        self.take(dmarc(row("192.0.2.1", 5), row("192.0.2.2", 7, results=ESP),
                        row("192.0.2.3", 2, dkim="pass"), name="new"))
        self.take(judged(mailed(dmarc(row("192.0.2.9", 5), name="forged")), "fail"))

    def listed(self, *arguments):
        return [json.loads(line)["source"]
                for line in self.says("sources", "--json", *arguments).splitlines()]

    def test_new_ones_that_fail(self):
        self.assertEqual(self.listed("--new"), ["192.0.2.2"])
        self.assertEqual(self.listed(), ["192.0.2.2", "192.0.2.1", "192.0.2.3"])
        self.assertEqual(self.listed("--new", "--since", "30d"), ["192.0.2.1", "192.0.2.2"])
        self.assertEqual(self.listed("--new", "--domain", "other.test"), [])
        self.assertIn("no new source fails", self.says("sources", "--new", "--domain",
                                                       "other.test"))
        self.assertIn("192.0.2.2", self.says("sources", "--new"))

    def test_what_a_forged_report_names_was_not_seen(self):
        """A stranger cannot make a source an old one before it begins."""
        self.take(dmarc(row("192.0.2.9", 5), name="real"))
        self.assertEqual(self.listed("--new"), ["192.0.2.2", "192.0.2.9"])

    def test_explain(self):
        self.take(failure("192.0.2.2"))
        out = self.says("explain", "192.0.2.2")
        for words in ("example.test: 0 of 7 messages aligned", PASSES, "None of it passes",
                      "1 failure report (dmarc); incidents of our own from there: 0"):
            self.assertIn(words, out)
        self.assertIn("it is set up well", self.says("explain", "192.0.2.3"))
        said = json.loads(self.says("explain", "--json", "192.0.2.2"))
        self.assertEqual((said["source"], said["domains"][0]["messages"],
                          said["failures"][0]["reports"]), ("192.0.2.2", 7, 1))
        self.assertIn("no report names 192.0.2.77", self.says("explain", "192.0.2.77"))
        self.says("explain", "nobody", status=1)

    def test_what_passes_by_spf_alone_is_not_set_up_well(self):
        self.take(dmarc(row("192.0.2.5", 2, spf="pass"), name="spf"))
        out = self.says("explain", "192.0.2.5")
        self.assertIn("passes by SPF alone", " ".join(out.split()))
        self.assertNotIn("set up well", out)

    def test_a_host_of_our_own_is_no_forger(self):
        """Nor is one that its reader knows, of which nothing passes."""
        with open(self.path("conf"), "a", encoding="ascii") as file:
            file.write('own { hosts = {"192.0.2.2", "192.0.2.3", "2001:db8:0::1"} }\n')
        self.take(dmarc(row("192.0.2.3", 2), row("2001:db8::1", 3), name="own"))
        for source, words in (("192.0.2.2", "and none of its mail passes: let it sign"),
                              ("2001:db8::1", "and none of its mail passes: let it sign"),
                              ("192.0.2.3", "and not all of its mail passes")):
            out = " ".join(self.says("explain", source).split())
            self.assertIn("This is a server of yours (own.hosts), " + words, out)
            self.assertNotIn("forger", out)
        self.assertIn("If you know this host, it sends for you and was never set up",
                      " ".join(self.says("explain", "192.0.2.1").split()))

    def test_a_pass_of_the_domain_in_from_is_no_forger(self):
        """Whatever the reporter makes of it, and wherever it stands."""
        foreign, own = (f"<dkim><domain>{domain}</domain><result>pass</result></dkim>"
                        for domain in ("esp.test", "Example.Test"))
        self.take(dmarc(row("192.0.2.5", 2, results=foreign + own), name="own"))
        out = " ".join(self.says("explain", "192.0.2.5").split())
        self.assertIn("DKIM passes for example.test, the domain in From, but the report counts "
                      "that as failed", out.replace("Example.Test", "example.test"))
        self.assertIn("a sender of yours rather than a forger", out)
        for untrue in ("not aligned", "a forger or a forwarder"):
            self.assertNotIn(untrue, out)

    def test_names_and_services(self):
        self.write("zone", """$ORIGIN .
$TTL 300
2.2.0.192.in-addr.arpa PTR out.big.test
out.big.test A 192.0.2.2
1.2.0.192.in-addr.arpa PTR liar.big.test
liar.big.test A 203.0.113.1
""")
        self.write("services.conf", "# ours\nBig = big.test\nNet Three = 192.0.2.3/32 # one\n"
                   "ESP = esp.test\n")
        found = self.sources("--names")
        self.assertEqual({address: (source["name"], source["service"])
                          for (_, address), source in found.items()},
                         {"192.0.2.2": ("out.big.test", "Big"), "192.0.2.1": (None, None),
                          "192.0.2.3": (None, "Net Three")})
        # Without a name, what authenticated there tells.
        self.assertEqual(self.sources()["example.test", "192.0.2.2"]["service"], "ESP")
        self.assertIn("it comes from a service", self.says("explain", "192.0.2.2"))
        self.write("services.conf", "no service\n")
        got, _, err = self.run_tool("inbox", "summary")
        self.assertEqual((got, "services.conf:1" in err), (2, True))
        os.unlink(self.path("services.conf"))

    def test_the_table_that_is_installed_can_be_read(self):
        top = os.environ.get("top_srcdir", ".")
        with open(os.path.join(top, "conf/services.conf"), "rb") as file:
            self.write("services.conf", file.read())
        self.assertEqual(len(self.sources()), 3)
        os.unlink(self.path("services.conf"))


class Tls(SaysTest):

    def lines(self):
        return {(line["reporter"], line["policy"]): line for line in self.summary()["tls"]}

    def test_policies_are_never_added(self):
        """One session is in the sts block and in the tlsa block."""
        both = [("sts", 10, 2, [detail("certificate-expired", 2)]),
                ("tlsa", 10, 2, [detail("tlsa-invalid", 2)])]
        self.take(tls(*both))
        self.take(tls(*both, name="2"))
        self.assertEqual({key: (line["successful"], line["failed"], line["types"])
                          for key, line in self.lines().items()}, {
            ("reporter.test", "sts"): (20, 4, {"certificate-expired": 4}),
            ("reporter.test", "tlsa"): (20, 4, {"tlsa-invalid": 4})})
        self.assertEqual(self.ask("SELECT DISTINCT messages FROM inbox_report"), [(12,)])

    def test_no_policy_is_no_failure(self):
        self.take(tls(("no-policy-found", 10, 3, [])))
        line = self.lines()["reporter.test", "no-policy-found"]
        self.assertEqual((line["failed"], line["no_policy"]), (0, 13))
        self.assertIn("reporter.test, no policy: 13 sessions, which is no failure",
                      self.says("summary"))
        self.says("summary", "--html", "page.html")
        with open(self.path("page.html"), encoding="ascii") as file:
            self.assertIn("<td>no policy</td>", file.read())

    def test_a_sum_that_differs_is_shown_beside(self):
        self.take(tls(("sts", 10, 9, [detail("certificate-expired", 4),
                                      detail("starttls-not-supported", 1)])))
        line = self.lines()["reporter.test", "sts"]
        self.assertEqual((line["failed"], line["counted"]), (9, 5))
        self.assertIn("9 failed (its details add up to 5)", self.says("summary"))

    def test_what_it_means_and_who_must_act(self):
        kinds = ("starttls-not-supported", "certificate-host-mismatch", "certificate-expired",
                 "certificate-not-trusted", "validation-failure", "tlsa-invalid",
                 "dnssec-invalid", "dane-required", "sts-policy-fetch-error",
                 "sts-policy-invalid", "sts-webpki-invalid")
        self.take(tls(("sts", 1, 12, [detail(kind, 1) for kind in kinds + ("made-up",)])))
        found = {item["type"]: (item["act"], item["meaning"])
                 for item in self.lines()["reporter.test", "sts"]["details"]}
        self.assertEqual(len({meaning for _, meaning in found.values()}), 12)
        self.assertEqual((found["certificate-expired"][0], found["validation-failure"][0],
                          found["made-up"][0]), ("ours", "either", "theirs"))
        self.assertIn("at mx.example.test 192.0.2.9 (to act: ours)", self.says("summary"))

    def test_reporters_apart_and_hosts_apart(self):
        self.take(tls(("sts", 1, 1, [detail("certificate-expired", 1)])))
        self.take(tls(("sts", 2, 3, [detail("certificate-expired", 1),
                                     detail("certificate-expired", 2, "mx2.example.test")]),
                      org="other.test"))
        lines = self.lines()
        self.assertEqual(lines["other.test", "sts"]["types"], {"certificate-expired": 3})
        self.assertEqual([(item["mx"], item["sessions"])
                          for item in lines["other.test", "sts"]["details"]],
                         [("mx2.example.test", 2), ("mx.example.test", 1)])

    @unittest.skipUnless(os.path.isdir(CORPUS), "the corpora are not here")
    def test_corpus_by_a_recount(self):
        want = collections.Counter()
        for name in glob.glob(os.path.join(CORPUS, "*.json")):
            with open(name, encoding="utf-8") as file:
                report = json.load(file)
            with open(name, "rb") as file:
                self.take(file.read())
            for policy in report["policies"]:
                key = (policy["policy"]["policy-domain"], report["organization-name"],
                       policy["policy"]["policy-type"])
                want[key] += policy["summary"]["total-successful-session-count"]
        found = {(line["domain"], line["reporter"], line["policy"]): line["successful"]
                 for line in self.summary("--since", "@1")["tls"]}
        self.assertEqual(found, want)


class Reporters(SaysTest):
    """Whom a report says it is from, and who sent its mail."""

    def proofs(self, *arguments):
        return {item["reporter"]: (item["claim"], item["sender"], item["proof"], item["reports"])
                for item in self.summary(*arguments)["reporters"]}

    def take_from(self, sender, verdict, org, email="who@contact.test", name="1"):
        content = dmarc(row("192.0.2.1", 1), name=name, org=org)
        content = re.sub(b"<email>[^<]*</email>", b"", content).replace(
            b"</org_name>", f"</org_name><email>{email}</email>".encode())
        self.take(judged(mailed(content), verdict, sender) if verdict else content)

    def test_who_is_proved(self):
        for sender, verdict, org, email, wanted in (
                ("one.test", "pass", "one.test", "a@b.test", ("one.test", "proved")),
                ("mail.two.test", "pass", "Reports.Two.test", "", ("reports.two.test", "proved")),
                ("three.test", "pass", "Three Inc.", "dmarc@in.three.test",
                 ("in.three.test", "proved")),
                ("four.test", "none", "four.test", "", ("four.test", "not-proved")),
                ("five.test", "", "five.test", "", ("five.test", "not-proved")),
                ("six.test", "pass", "Six Inc.", "nowhere", (None, "not-proved")),
                ("evil.test", "pass", "seven.test", "a@evil.test", ("seven.test", "another")),
                ("evil.test", "pass", "Eight", "a@eight.test", ("eight.test", "another"))):
            with self.subTest(org):
                self.take_from(sender, verdict, org, email)
                claim, said, proof, count = self.proofs()[org]
                self.assertEqual((claim, proof, count), (*wanted, 1))
                self.assertEqual(said, sender if verdict else None)
        out = self.says("summary")
        self.assertIn("  sent by evil.test, says it is from seven.test (seven.test): 1 report "
                      "about example.test", out)
        self.assertIn("From whom: 8 reports; proved to be from whom they name: 3; sent by "
                      "another: 2; not known: 3", out)
        self.assertNotIn("sent by one.test", out)

    def test_one_that_has_another_domain(self):
        """inbox.reporters, the installed table and one that names no domain."""
        top = os.environ.get("top_srcdir", ".")
        yahoo = "dmarc.yahoo.com", "pass", "Yahoo", "dmarchelp@yahooinc.com"
        self.take_from(*yahoo)
        self.assertEqual(self.proofs()["Yahoo"][2], "another")
        with open(os.path.join(top, "conf/reporters.conf"), encoding="utf-8") as file:
            self.write("reporters.conf", file.read() + "Nine = nine.test in.eleven.test\n")
        self.addCleanup(os.unlink, self.path("reporters.conf"))
        for sender, verdict, org, email, wanted in (
                ("dmarc.yahoo.com", "pass", "Yahoo!", yahoo[3], "proved"),
                ("yahoo.com", "pass", "Y!", yahoo[3], "another"),
                ("dmarc.yahoo.com", "none", "Y?", yahoo[3], "not-proved"),
                ("in.eleven.test", "pass", "9", "a@mail.nine.test", "proved"),
                ("eleven.test", "pass", "11", "a@nine.test", "another"),
                ("nine.test", "pass", "12", yahoo[3], "another")):
            with self.subTest(org):
                self.take_from(sender, verdict, org, email)
                self.assertEqual(self.proofs()[org][2], wanted)
        self.write("reporters.conf", "# ours\nTen = 192.0.2.0/24\n")
        self.take(b"", status=75, words='reporters.conf:2: "192.0.2.0/24" is no domain')

    def test_of_tls_reports_and_of_a_domain(self):
        mail = mailed(tls(("sts", 5, 0, []), org="Big Inc.").replace(
            b'"contact-info": null', b'"contact-info": "mailto:tls@big.test"'))
        self.take(judged(mail, "pass", "out.big.test"))
        self.assertEqual(self.proofs(), {"Big Inc.": ("big.test", "out.big.test", "proved", 1)})
        self.assertEqual(self.proofs("--domain", "other.test"), {})
        self.assertIn("From whom: 1 report; proved to be from whom they name: 1", self.says("summary"))

    def test_one_without_a_name(self):
        for address in "192.0.2.1", "192.0.2.2":
            self.take(dmarc(row(address, 1), org=""))
        self.assertIn("dmarc report 1 of an unnamed reporter about example.test: another content",
                      self.says("summary"))

    def test_what_fails_is_nobodys(self):
        self.take_from("one.test", "fail", "one.test")
        self.assertEqual(self.proofs(), {})
        self.assertNotIn("From whom", self.says("summary"))


class Schemas(SaysTest):
    """Each object that is printed, member by member and in their order."""

    def test_each_object(self):
        said, = self.objects("inbox", "take", rules="inbox_take",
                             stdin=dmarc(row("192.0.2.1", 5, results=ESP),
                                         row("192.0.2.2", 1, dkim="pass")))
        self.assertEqual(said["kept"], 1)
        self.write("mail", tls(("sts", 5, 2, [detail("certificate-expired", 2, "", "")]),
                               ("no-policy-found", 1, 0, [])))
        for content in (judged(mailed(dmarc(row("192.0.2.1", 1), name="2")), "fail"),
                        judged(mailed(dmarc(row("192.0.2.1", 1), name="3")), "pass"),
                        dmarc(row("192.0.2.1", 9)), b"none", failure("192.0.2.1")):
            self.take(content)
        self.objects("inbox", "scan", "mail", rules="inbox_take")
        summary, = self.objects("inbox", "summary", rules="inbox_summary")
        for name in ("dmarc", "tls", "failures", "reporters"):
            self.assertTrue(summary[name], name)
        self.assertEqual({item["state"] for item in summary["kept_apart"]},
                         {"aside", "differs", "failed"})
        self.assertEqual(len(self.objects("inbox", "sources", rules="inbox_sources")), 2)
        explained, = self.objects("inbox", "explain", "192.0.2.1", rules="inbox_explain")
        self.assertTrue(explained["domains"] and explained["failures"])
        item = summary["kept_apart"][-1]["item"]
        aside, = self.objects("inbox", "aside", str(item), rules="inbox_aside")
        self.assertEqual(aside["begin"], "none")

    def test_an_empty_store(self):
        self.objects("inbox", "summary", rules="inbox_summary")
        self.objects("inbox", "explain", "192.0.2.1", rules="inbox_explain")


class Failures(SaysTest):

    def test_beside_the_incidents(self):
        for number in range(3):
            self.take(failure("192.0.2.66", extra=f"X-Number: {number}\n"))
        said = self.summary()["failures"]
        self.assertEqual([(item["domain"], item["source"], item["reports"], item["incidents"])
                          for item in said], [("example.test", "192.0.2.66", 3, 0)])
        self.assertIn("example.test from 192.0.2.66: 3 reports (dmarc), 0 incidents of ours",
                      self.says("summary"))


if __name__ == "__main__":
    unittest.main()
