#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl import config: files of OpenDMARC, OpenDKIM and policyd-spf, those
that Debian ships and usual ones; what becomes of each line, what is asked, and
what is refused since it would let in more than before."""
import ipaddress
import json
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import (  # noqa: E402
    HERE, WRAPPER, ToolTest, has_sanitizer)
from limits import LIMITS  # noqa: E402

FILES = os.path.join(HERE, "import")

# The settings that the manual pages of Debian 12's packages document.
DOCUMENTED = {
    "opendmarc": """AuthservID AuthservIDWithJobID AutoRestart AutoRestartCount
        AutoRestartRate Background BaseDirectory ChangeRootDirectory
        CopyFailuresTo DomainWhitelist DomainWhitelistFile DomainWhitelistSize
        DNSTimeout EnableCoredumps FailureReports FailureReportsBcc
        FailureReportsOnNone FailureReportsSentBy HistoryFile
        HoldQuarantinedMessages IgnoreAuthenticatedClients IgnoreHosts
        IgnoreMailFrom IgnoreMailTo MilterDebug PidFile PublicSuffixList
        RecordAllMessages RejectFailures RejectMultiValueFrom RejectString
        ReportCommand RequiredHeaders Socket SoftwareHeader SPFIgnoreResults
        SPFSelfValidate Syslog SyslogFacility TrustedAuthservIDs UMask
        UserID""",
    "opendkim": """AllowSHA1Only AlwaysAddARHeader AuthservID
        AuthservIDWithJobID AutoRestart AutoRestartCount AutoRestartRate
        Background BaseDirectory BodyLengthDB BogusKey CaptureUnknownErrors
        Canonicalization ChangeRootDirectory ClockDrift Diagnostics
        DiagnosticDirectory DisableCryptoInit DNSConnect DNSTimeout Domain
        DomainKeysCompat DontSignMailTo EnableCoredumps ExemptDomains
        ExternalIgnoreList FinalPolicyScript FixCRLF IdentityHeader
        IdentityHeaderRemove IgnoreMalformedMail Include InternalHosts
        KeepAuthResults KeepTemporaryFiles KeyFile KeyTable LDAPAuthMechanism
        LDAPAuthName LDAPAuthRealm LDAPAuthUser LDAPBindPassword LDAPBindUser
        LDAPDisableCache LDAPKeepaliveIdle LDAPKeepaliveInterval
        LDAPKeepaliveProbes LDAPTimeout LDAPUseTLS LogResults LogWhy MacroList
        MaximumHeaders MaximumSignaturesToVerify MaximumSignedBytes MilterDebug
        Minimum MinimumKeyBits Mode MTA MTACommand MultipleSignatures
        MustBeSigned Nameservers NoHeaderB OmitHeaders On-BadSignature
        On-Default On-DNSError On-InternalError On-KeyNotFound On-NoSignature
        On-Security On-SignatureError OversignHeaders PeerList PidFile
        POPDBFile Quarantine QueryCache RedirectFailuresTo RemoveARAll
        RemoveARFrom RemoveOldSignatures ReplaceHeaders ReplaceRules
        ReportAddress ReportBccAddress RequestReports RequiredHeaders
        RequireSafeKeys ResignAll ResignMailTo ResolverConfiguration
        ResolverTracing ScreenPolicyScript SelectCanonicalizationHeader
        Selector SenderHeaders SenderMacro SendReports SetupPolicyScript
        SignatureAlgorithm SignatureTTL SignHeaders SigningTable SMTPURI Socket
        SoftStart SoftwareHeader Statistics StatisticsName
        StatisticsPolicyScript StatisticsPrefix StrictHeaders StrictTestMode
        SubDomains Syslog SyslogFacility SyslogName SyslogSuccess
        TemporaryDirectory TestDNSData TestPublicKeys TrustAnchorFile
        TrustSignaturesFrom UMask UnprotectedKey UserID VBR-Certifiers
        VBR-PurgeFields VBR-TrustedCertifiers VBR-TrustedCertifiersOnly
        VBR-Type WeakSyntaxChecks""",
    "policyd-spf": """debugLevel TestOnly defaultSeedOnly HELO_reject
        HELO_pass_restriction Mail_From_reject Mail_From_pass_restriction
        No_Mail Reject_Not_Pass_Domains PermError_reject TempError_Defer
        Prospective skip_addresses Whitelist HELO_Whitelist Domain_Whitelist
        Domain_Whitelist_PTR SPF_Enhanced_Status_Codes Header_Type
        Hide_Receiver Authserv_Id Lookup_Time Whitelist_Lookup_Time Void_Limit
        Mock QueueID Reason_Message Per_User Socket PidFile UserID UMask
        InternalHosts MacroList""",
}
FATES = ("taken", "question", "refused there", "no equal", "stays",
         "not needed")

# One line that must not pass, and the words about it; in front stands a file
# that would be taken.
HOLES = [
    ("opendmarc", "RejectFailures perhaps", "neither yes nor no"),
    ("opendmarc", "RejectFailures", "the value is missing"),
    ("opendmarc", "RejectFailure true", "RejectFailures may be meant"),
    ("opendmarc", "HoldQuarantinedMessage yes",
     "HoldQuarantinedMessages may be meant"),
    ("opendmarc", "RequiredHeaders maybe", "neither yes nor no"),
    ("opendmarc", "Include /etc/opendmarc/more", "no such setting"),
    ("opendmarc", "\xfe\xff", "no clean UTF-8"),
    ("opendmarc", "IgnoreHosts hole.hosts", "a name cannot be taken out"),
    ("opendmarc", "IgnoreHosts bad.hosts", "bits set behind its prefix"),
    ("opendkim", "Include nowhere.conf", "No such file"),
    ("opendkim", "Include /dev/zero", "no plain file"),
    ("opendkim", "Include loop.conf", "the file includes itself"),
    ("opendkim", "MinimumKeyBits 8192", "goes up to 4096"),
    ("opendkim", "MinimumKeyBits many", "no number"),
    ("opendkim", "MinimumKeyBit 2048", "MinimumKeyBits may be meant"),
    ("policyd-spf", "skip_addresses = 192.0.2.0/24,!192.0.2.1/8",
     "bits set behind its prefix"),
]

# One line that is not taken, why, and that the files are written all the same.
LISTED = [
    ("opendmarc", "Frobnicate yes", "opendmarc knows no such setting"),
    ("opendmarc", "IgnoreAuthenticatedClients hm", "neither yes nor no"),
    ("opendmarc", "IgnoreHosts /nowhere/hosts", "No such file"),
    ("opendmarc", "IgnoreHosts /dev/zero", "no plain file"),
    ("opendmarc", "IgnoreHosts wide.hosts", "so wide a network"),
    ("opendmarc", "IgnoreHosts long.hosts", "larger than"),
    ("opendmarc", "RejectString no, {x}", "policy.reply_text"),
    ("opendmarc", "SyslogFacility news", "log.facility"),
    ("opendmarc", "DNSTimeout soon", "no number"),
    ("opendmarc", "DNSTimeout 500", "dns.timeout is from 1s to 30s"),
    ("opendmarc", "DomainWhitelist not a domain", "trust.arc_sealers"),
    ("opendmarc", "AuthservID mx test", "authserv_id"),
    ("opendkim", "PeerList db:/etc/peers.db", "a data set of the form db:"),
    ("opendkim", "RemoveARFrom .sister.test", "whole names"),
    ("opendkim", "Nameservers resolver.test", "dns.servers"),
    ("policyd-spf", "Whitelist 192.0.2.1", "passes over such a line"),
    ("policyd-spf", "whitelist = 192.0.2.1", "Whitelist may be meant"),
    ("policyd-spf", "Whitelist = 0.0.0.0/0", "so wide a network"),
    ("policyd-spf", "Whitelist = mail.example.com",
     "mail.example.com and all other names let nobody in"),
    ("policyd-spf", "Whitelist = .example.com,192.0.2.1",
     "example.com and all other names let nobody in"),
    ("policyd-spf", "Whitelist = ,", "nothing of the list can be taken"),
    ("policyd-spf", "Whitelist = mail.example.com",
     "nothing of the list can be taken"),
    ("policyd-spf", "Domain_Whitelist_PTR = ,",
     "nothing of the list can be taken"),
    ("policyd-spf", "skip_addresses = .example.com",
     "example.com and all other names let nobody in"),
    ("policyd-spf", "InternalHosts = csl:one.example.com",
     "a host name stood for that one host"),
    ("policyd-spf", "HELO_Whitelist = com", "com"),
]

BASE = {
    "opendmarc": "RejectFailures true\n",
    "opendkim": "Syslog yes\n",
    "policyd-spf": "debugLevel = 1\n",
}


class Import(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in os.listdir(FILES):
            shutil.copy(os.path.join(FILES, name), cls.path(name))
        cls.write("hole.hosts", "10.0.0.0/8\n!printer.example.test\n")
        cls.write("bad.hosts", "10.0.0.0/8\n!10.1.2.3/16\n")
        cls.write("long.hosts", "#" * (LIMITS["LIMIT_IMPORT_LIST_BYTES"] + 1))
        cls.write("wide.hosts", "0.0.0.0/0\n192.0.2.1\n")
        cls.write("loop.conf", "Include old.conf\n")
        cls.count = 0

    def convert(self, *files, kind=None, status=0):
        """(alignd.conf, overrides.conf, what was printed), or the words."""
        type(self).count += 1
        out = f"out{self.count}"
        arguments = ["import", "config", "--out", out]
        if kind is not None:
            arguments += ["--kind", kind]
        got, shown, err = self.run_tool(*arguments, *files, common=False)
        self.assertEqual(got, status, err)
        if status != 0:
            self.assertFalse(os.path.exists(self.path(f"{out}/alignd.conf")))
            self.assertFalse(
                os.path.exists(self.path(f"{out}/overrides.conf")))
            return err
        self.assertEqual(err, "")
        self.assertEqual(sorted(os.listdir(self.path(out))),
                         ["alignd.conf", "overrides.conf"])
        self.assertEqual(
            self.run_tool("config", "check", f"{out}/alignd.conf",
                          common=False)[0], 0)
        self.converted = f"{out}/alignd.conf"
        texts = []
        for name in ("alignd.conf", "overrides.conf"):
            with open(self.path(f"{out}/{name}"), encoding="utf-8") as file:
                texts.append(file.read())
        return *texts, " ".join(shown.split())

    def has_line(self, text, line):
        lines = [one.strip() for one in text.splitlines()]
        self.assertIn(line, lines)
        return lines[lines.index(line) - 1]  # where it comes from

    def lacks(self, text, words):
        live = [line for line in text.splitlines()
                if not line.lstrip().startswith("#")]
        self.assertNotIn(words, "\n".join(live))

    # --- the tables ---

    def test_every_documented_setting_has_a_fate(self):
        for kind, names in DOCUMENTED.items():
            status, out, _ = self.run_tool("import", "settings", kind,
                                           common=False)
            self.assertEqual(status, 0)
            rows = dict(re.findall(r"^  ([A-Za-z_-]+[A-Za-z0-9]*): (.*)$", out,
                                   re.M))
            for name in names.split():
                known = {row.lower(): fate for row, fate in rows.items()}
                self.assertIn(name.lower(), known)
                self.assertTrue(known[name.lower()].startswith(FATES), name)

    def test_every_taken_setting_is_taken(self):
        """No row says "taken" that no line of the code takes."""
        for kind, base in BASE.items():
            out = self.run_tool("import", "settings", kind,
                                common=False)[1]
            for name in re.findall(r"^  (\S+): taken", out, re.M):
                if name == "Include":
                    continue
                sign = " =" if kind == "policyd-spf" else ""
                self.write("old.conf", f"{base}{name}{sign} 1\n")
                done = self.run_tool("import", "config", "--kind", kind,
                                     "--out", f"taken-{kind}-{name}",
                                     "old.conf", common=False)
                self.assertNotIn("not taken", done[1] + done[2], name)

    # --- as Debian ships them ---

    def test_debian(self):
        conf, _, shown = self.convert("debian-opendmarc.conf")
        self.assertIn("RejectFailures, which is not set",
                      self.has_line(conf, "mode = monitor"))
        self.has_line(conf, 'networks = {"127.0.0.1/32"}')
        self.has_line(conf, "authenticated = evaluate")
        self.assertIn("read as opendmarc", shown)
        conf, _, shown = self.convert("debian-opendkim.conf")
        self.has_line(conf, "mode = monitor")
        self.assertIn("read as opendkim", shown)
        self.assertIn("goes on signing", shown)
        conf, _, shown = self.convert("debian-policyd-spf.conf")
        self.has_line(conf, "mode = enforce")
        self.has_line(conf, 'networks = {"127.0.0.0/8", "::1/128"}')
        self.assertIn("Mail_From_reject Fail", shown)
        self.assertIn("-all", shown)

    def test_debian_together(self):
        """OpenDMARC decided; the lists of the others let nobody in."""
        conf, _, shown = self.convert(
            "debian-policyd-spf.conf", "debian-opendkim.conf",
            "debian-opendmarc.conf")
        self.has_line(conf, "mode = monitor")
        self.has_line(conf, 'networks = {"127.0.0.1/32"}')
        self.assertIn("opendmarc judged the mail of these clients", shown)

    # --- usual ones ---

    def test_mx(self):
        conf, overrides, shown = self.convert("mx-opendmarc.conf")
        self.assertEqual(self.has_line(conf, "mode = enforce"),
                         "# RejectFailures true (mx-opendmarc.conf:4)")
        for line in ('authserv_id = "mx.test"', "on_reject = reject",
                     "on_quarantine = quarantine", "quarantine_action = hold",
                     "on_malformed = reject", "on_temperror = tempfail",
                     'reply_text = "refused by the policy of {domain}, ask '
                     'postmaster@mx.test"', "authenticated = skip",
                     "facility = local3", "timeout = 10s"):
            self.has_line(conf, line)
        self.has_line(
            conf, 'networks = {"192.0.2.96/27", "192.0.2.64/28", '
            '"192.0.2.88/29", "192.0.2.84/30", "192.0.2.82/31", '
            '"192.0.2.81/32", "127.0.0.1/32", "::1/128"}')
        self.has_line(overrides, 'host = {"backup.example.test"}')
        self.lacks(overrides, "partner.test")
        self.lacks(overrides, "isp.test")
        self.assertIn("IgnoreMailFrom example.test,partner.test anybody can "
                      "write", shown)
        self.assertIn("RequiredHeaders true a message without Date", shown)
        self.assertIn("alignctl import history reads the file", shown)

    def test_from_only_whitelist_is_no_hole(self):
        """A spoof of an IgnoreMailFrom domain is refused after the import; it
        was let through before."""
        self.convert("mx-opendmarc.conf")
        self.write("spoof", "From: a@example.test\r\nDate: Fri, 01 May 2026 "
                   "11:00:00 +0000\r\nSubject: s\r\n\r\nx\r\n")
        status, out, err = self.run_tool(
            "check", "--client-ip", "203.0.113.9", "--mail-from",
            "b@other.test", "spoof", config=self.converted)
        self.assertEqual(status, 0, err)
        self.assertRegex(out, r"(?m)applied +reject|550 5\.7")

    def test_trusted_hosts_are_as_before(self):
        conf = self.convert("mx-opendmarc.conf")[0]
        networks = [ipaddress.ip_network(text) for text in re.findall(
            r'"([^"]+)"', re.search(r"networks = \{(.*)\}", conf)[1])]
        for number in range(256):
            client = ipaddress.ip_address(f"192.0.2.{number}")
            self.assertEqual(any(client in network for network in networks),
                             64 <= number < 128 and number != 80, client)

    def test_lists_by_arc(self):
        conf, _, shown = self.convert("lists-opendmarc.conf")
        self.has_line(conf, 'arc_sealers = {"lists.example", "sealer.example",'
                      ' "other.example", "third.example"}')
        self.has_line(conf, "on_quarantine = none")
        self.lacks(conf, "timeout")
        self.lacks(conf, "report")
        self.assertIn("FailureReports true failure reports pass on data",
                      shown)
        self.assertIn("RejectMultiValueFrom is not set", shown)

    def test_verifier(self):
        conf, overrides, shown = self.convert("verifier-opendkim.conf")
        for line in ("mode = enforce", "min_rsa_bits = 2048",
                     "max_signatures = 5", "partial_body = ignore",
                     'servers = {"192.0.2.53", "2001:db8::53"}',
                     'authserv_ids = {"old.mx.test"}'):
            self.has_line(conf, line)
        networks = re.search(r"networks = \{(.*)\}", conf)[1]
        self.assertIn('"198.51.100.6/32"', networks)
        self.assertNotIn('"198.51.100.7/32"', networks)
        self.assertNotIn('"198.51.100.0/24"', networks)
        self.assertIn('"192.0.2.0/24"', networks)
        self.has_line(overrides, 'host = {"peer.test"}')
        self.lacks(overrides, "example.test")
        for words in ("ExemptDomains example.test anybody can write",
                      "MustBeSigned Subject a valid signature counts",
                      "On-BadSignature reject", "whole names"):
            self.assertIn(words, shown)

    def test_signer(self):
        conf, _, shown = self.convert("signer-opendkim.conf")
        self.has_line(conf, "mode = monitor")
        self.assertIn("let OpenDKIM keep what it signs (Mode s)", shown)
        self.assertIn("SigningTable refile:/etc/dkimkeys/signingtable", shown)

    def test_forwarders(self):
        conf, overrides, shown = self.convert("forwarders-policyd-spf.conf")
        for line in ("mode = enforce", "budget = 1m", "void_limit = 4",
                     'authserv_id = "mx.test"',
                     'networks = {"127.0.0.0/8", "192.0.2.0/24", "::1/128"}'):
            self.has_line(conf, line)
        for line in ('network = {"198.51.100.0/28", "203.0.113.9/32"}',
                     'host = {"forward.test"}',
                     '# \thost = {"relay.example.test"}',
                     '# \tspf = {"pobox.test"}'):
            self.has_line(overrides, line)
        self.assertEqual(overrides.count("reason = trusted_forwarder"), 4)
        for words in ("HELO_Whitelist relay.example.test HELO had to be",
                      "Domain_Whitelist pobox.test the client had to be",
                      "HELO_reject SPF_Not_Pass", "PermError_reject True",
                      "Reject_Not_Pass_Domains bank.test"):
            self.assertIn(words, shown)

    def test_a_proposal_has_what_is_a_domain(self):
        """The others are told, and what is proposed can be read."""
        self.write("old.conf", "RejectFailures true\n"
                   "IgnoreMailFrom a..b,one.test,c..d,two.test\n")
        _, overrides, shown = self.convert("old.conf")
        self.has_line(overrides, '# \tfrom = {".one.test", ".two.test"}')
        self.assertIn("a..b no domain", shown)
        self.assertIn("c..d no domain", shown)
        self.write("old.conf", "RejectFailures true\nIgnoreMailFrom a..b\n")
        _, overrides, shown = self.convert("old.conf")
        self.assertNotIn("IgnoreMailFrom", overrides)
        self.assertIn("a..b no domain", shown)

    def test_a_proposal_is_whole_or_none(self):
        for count, words in ((1000, None), (3000, "too many domains")):
            self.write("exempt", "".join(f"d{number}.example.test\n"
                                         for number in range(count)))
            self.write("old.conf", "Syslog yes\nMode v\n"
                       "ExemptDomains file:exempt\n")
            _, overrides, shown = self.convert("old.conf", kind="opendkim")
            if words is None:
                self.assertIn(f'".d{count - 1}.example.test"}}', overrides)
            else:
                self.assertNotIn("ExemptDomains", overrides)
                self.assertIn(words, shown)

    def test_a_name_alone_lets_in_none_below(self):
        """IgnoreHosts isp.test was that host; its customers are named below
        it, and their mail was judged."""
        self.write("ignore", "isp.test\n.ours.test\n")
        self.write("old.conf", "RejectFailures true\nIgnoreHosts ignore\n")
        _, overrides, shown = self.convert("old.conf")
        self.lacks(overrides, "isp.test")
        self.has_line(overrides, 'host = {"ours.test"}')
        self.has_line(overrides, '# \thost = {"isp.test"}')
        self.assertIn("IgnoreHosts ignore a host name stood for that one host",
                      shown)

    def test_forwarders_behind_opendmarc(self):
        """It judged them all the same: no override is in force."""
        _, overrides, shown = self.convert("mx-opendmarc.conf",
                                           "forwarders-policyd-spf.conf")
        self.lacks(overrides, "trusted_forwarder")
        self.assertIn('# \tspf = {"pobox.test"}', overrides)
        self.assertIn("it spared them SPF, and OpenDMARC judged", shown)

    def test_refusals_without_reject_failures(self):
        """RejectMultiValueFrom refuses by itself: no monitor mode."""
        self.write("old.conf", "RejectMultiValueFrom true\n")
        conf = self.convert("old.conf")[0]
        for line in ("mode = enforce", "on_malformed = reject",
                     "on_reject = none", "on_quarantine = none",
                     "indirect_mail = none", "on_temperror = accept"):
            self.has_line(conf, line)

    # --- bad input ---

    def test_holes(self):
        for kind, line, words in HOLES:
            with self.subTest(line=line):
                self.write("old.conf", (BASE[kind] + line + "\n").encode(
                    "latin-1"))
                err = self.convert("old.conf", kind=kind, status=2)
                self.assertIn(words, err)
                self.assertIn("nothing is written", err)

    @unittest.skipIf(WRAPPER or has_sanitizer(), "memory is no measure here")
    def test_memory_grows_with_the_list(self):
        """As many networks as are taken: not each time a list of its own."""
        self.write("many.hosts", "".join(
            f"10.{number // 256}.{number % 256}.0/24\n"
            for number in range(LIMITS["LIMIT_IMPORT_ITEMS"])))
        self.write("old.conf", "IgnoreHosts many.hosts\nRejectFailures hm\n")
        status, kib = self.peak_kib("import", "config", "--out", "many",
                                    "old.conf")
        self.assertEqual(status, 2)
        self.assertLess(kib, 150 * 1024)

    def test_listed(self):
        for kind, line, words in LISTED:
            with self.subTest(line=line):
                self.write("old.conf", BASE[kind] + line + "\n")
                shown = self.convert("old.conf", kind=kind)[2]
                self.assertIn(words, shown)

    def test_a_list_that_is_not_read(self):
        """What was not read is nowhere said to be taken as it stands."""
        self.write("old.conf", BASE["opendmarc"] + "IgnoreHosts /nowhere/hosts\n")
        conf, _, shown = self.convert("old.conf", kind="opendmarc")[:3]
        for text in (conf, shown):
            self.assertIn("as far as it could be read", " ".join(text.split()))
        conf, _, shown = self.convert("mx-opendmarc.conf")[:3]
        self.assertNotIn("as far as it could be read", conf + shown)

    def test_editors_leavings(self):
        """A byte order mark and CR LF change nothing."""
        with open(self.path("mx-opendmarc.conf"), "rb") as file:
            text = file.read()
        self.write("old.conf", b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
        plain = self.convert("mx-opendmarc.conf")
        marked = self.convert("old.conf")
        for one, other in zip(plain[:2], marked[:2]):
            self.assertEqual(one.replace("mx-opendmarc.conf", "old.conf"),
                             other)

    def test_faults(self):
        self.want(1, "import: ", "import")
        self.want(1, "import: nothing", "import", "nothing")
        self.want(1, "--out DIR is missing", "import", "config", "conf")
        self.want(1, "an operand is missing", "import", "config", "--out",
                  "x")
        self.want(1, "--out is not for import settings", "import", "settings",
                  "--out", "x")
        self.want(1, "--kind: dkim is not known", "import", "config", "--kind",
                  "dkim", "--out", "x", "debian-opendkim.conf")
        self.want(1, "do not tell whose it is", "import", "config", "--out",
                  "x", "conf")
        self.want(3, "No such file", "import", "config", "--out", "x",
                  "nowhere")
        self.want(1, "are both of opendmarc", "import", "config", "--out", "x",
                  "mx-opendmarc.conf", "debian-opendmarc.conf")
        self.want(1, "import settings: x is not known", "import", "settings",
                  "x")

    def test_nothing_is_replaced(self):
        os.mkdir(self.path("full"))
        self.write("full/overrides.conf", "# mine\n")
        self.want(1, "full/overrides.conf is there already", "import",
                  "config", "--out", "full", "debian-opendmarc.conf")
        self.assertEqual(os.listdir(self.path("full")), ["overrides.conf"])

    def test_json(self):
        shown = self.convert("mx-opendmarc.conf")[2]
        out = self.run_tool("import", "config", "--json", "--out", "json",
                            "mx-opendmarc.conf", common=False)[1]
        said = json.loads(out)
        self.assertEqual(schema.faults(said, schema.load("import_config")), [])
        self.assertIn("IgnoreMailFrom example.test,partner.test",
                      [item["text"] for item in said["questions"]])
        self.assertEqual({item["name"]: item["value"]
                          for item in said["settings"]}["mode"], "enforce")
        for group in ("questions", "refused_there", "no_equal", "not_needed"):
            for item in said[group]:
                self.assertIn(f"{item['file']}:", shown)
                self.assertIn(item["text"], shown)
        for line in self.run_tool("import", "settings", "--json",
                                  common=False)[1].splitlines():
            self.assertEqual(schema.faults(
                json.loads(line), schema.load("import_settings")), [])

    def test_odd_names_are_escaped(self):
        name = "old\x1b[2J.conf"
        self.write(name, "RejectFailures true\n")
        conf, _, shown = self.convert(name)
        self.assertNotIn("\x1b", conf + shown)


if __name__ == "__main__":
    unittest.main()
