#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Others read Authentication-Results as alignd writes it, for every message of the cases.

SpamAssassin's AuthRes and SPF plugins, Perl's Mail::AuthenticationResults, Python's
authres, rspamd's parser, Dovecot's Sieve: what each made of the field is held
against the verdict. One that is not installed is named and skipped. The table
"Who reads the field" of docs/TESTING.md is of this test.
"""
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
import quoted  # noqa: E402

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
REPLAY = os.path.join(TOP, "tests", "replay", "replay")
FOLDERS = [os.path.join(HERE, "cases"), os.path.join(HERE, "arc"),
           os.path.join(HERE, "..", "regress")]
# By the names in the blocks of OPERATIONS.md.
RULES, SIEVE = "# /etc/spamassassin/alignd.cf", 'require ["fileinto"];'
DOVECOT_2_3 = "mail_location = mbox:{0}/mail\n"
DOVECOT = """dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = mbox
mail_path = {0}/mail
"""
DOVECOT_USER = "mail_uid = {1}\nmail_gid = {2}\nmail_home = {0}\nssl = no\n"
REST = ("Received: from mail.sender.test (mail.sender.test [203.0.113.5])\n"
        "\tby mx.test (Postfix) with ESMTP id 4ZKQ1v2Jz1z4w; Fri, 1 May 2026 12:00:00 +0000\n"
        "From: ann@d.test\nTo: user@mx.test\nSubject: x\n\nhello\n")


def verdicts():
    """What `replay -j` prints of all cases that have a field, each field once."""
    done = subprocess.run([REPLAY, "-j", *FOLDERS], capture_output=True, text=True, check=True)
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    return list({"\n\t".join(each["field"]): each for each in objects if each["field"]}.values())


def message(verdict):
    return "Authentication-Results:" + "\n\t".join(verdict["field"]) + "\n" + REST


def with_mark(verdict):
    """The same field as it is in mail: with a mark (lib/eval/mark.h)."""
    *lines, last = verdict["field"]
    mark = "alignd-mark t=1764510000 m=" + "0123456789abcdef" * 2 + ")"
    return {**verdict, "field": [*lines, last[:-1] + ",", mark] if last.endswith(")")
            else [*lines, last, "(" + mark]}


def of_page(first):
    """A block of OPERATIONS.md for the host mx.test."""
    return quoted.texts("docs/OPERATIONS.md")[first].replace("mx.example.org", "mx.test")


def given(**values):
    return {name.replace("_", ".", 1): value for name, value in values.items()
            if value is not None}


def expected(verdict):
    """[method, result, properties] of each result, from the verdict."""
    dmarc, spf = verdict["dmarc"], verdict["spf"]
    identity = "smtp_helo" if spf["scope"] == "helo" else "smtp_mailfrom"
    found = [["dmarc", dmarc["result"], given(header_from=verdict["author_domain"],
                                              policy_dmarc=dmarc["asked"])],
             ["spf", spf["result"], given(**{identity: spf["domain"]})]]
    found += [["dkim", each["result"], given(header_d=each["domain"], header_s=each["selector"],
                                             header_a=each["algorithm"])]
              for each in verdict["dkim"]] or [["dkim", "none", {}]]
    found += [[name, verdict[name]["result"], {}] for name in ("arc", "iprev")
              if verdict[name]["result"] != "none"]
    return in_order(found)


def in_order(results):
    """Only the properties that the verdict has too."""
    known = ("header.from", "policy.dmarc", "smtp.helo", "smtp.mailfrom", "header.d", "header.s",
             "header.a")
    return sorted(([method, result, {name: value for name, value in sorted(properties.items())
                                     if name in known}]
                   for method, result, properties in results), key=str)


def run(command, messages, **options):
    """The reader's answer; a reader that is not there skips its test."""
    try:
        done = subprocess.run(command, input=json.dumps(messages), capture_output=True, text=True,
                              check=False, **options)
    except FileNotFoundError as absent:
        raise unittest.SkipTest(f"{command[0]} is not installed") from absent
    if done.returncode == 77:
        raise unittest.SkipTest(f"{os.path.basename(command[1])} finds no {command[-1]}")
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def read_by_perl(name):
    return lambda messages: run(["perl", os.path.join(HERE, "read_field.pl"), name], messages)


def read_by_python(messages):
    return run(["/usr/bin/python3", os.path.join(HERE, "read_field.py")], messages)


def read_by_rspamd(messages):
    """Its parts as results: of a part the pair that no dot is in names the method."""
    values = [re.match(r"[^:]*:((?:.*\n\t)*.*)", each)[1].replace("\n\t", " ")
              for each in messages]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"fields": values}, file)
        file.flush()
        answer = run(["rspamadm", "lua", os.path.join(HERE, "read_field.lua")], None,
                     env={**os.environ, "READ_FIELD_INPUT": file.name})
    return [[[next(name for name in part if "." not in name),
              next(value for name, value in part.items() if "." not in name),
              {name: value for name, value in part.items() if "." in name}]
             for part in parts] for parts in answer]


class Readers(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.verdicts = verdicts()
        # What is left out of a field is in no reader's answer.
        cls.whole = [each for each in cls.verdicts if "left out" not in each["field"][-1]]

    def test_there_are_enough(self):
        """Many results of every method, and all that the writer quotes."""
        self.assertGreaterEqual(len(self.whole), 250)
        kinds = {(method, result) for each in self.whole
                 for method, result, _ in expected(each)}
        self.assertGreaterEqual(len(kinds), 21, kinds)
        fields = " ".join(message(each) for each in self.whole)
        for part in ('="', "\\(", "override=", "smtp.helo=", "header.oldest-pass="):
            self.assertIn(part, fields)

    def held_against(self, read):
        """As it is written, and with the mark that the daemon puts behind it."""
        both = self.whole + [with_mark(each) for each in self.whole]
        answers = read([message(each) for each in both])
        for verdict, answer in zip(both, answers, strict=True):
            with self.subTest("\n\t".join(verdict["field"])):
                self.assertEqual(in_order(answer), expected(verdict))
        print(f"{len(answers)} fields")

    def test_spamassassin(self):
        self.held_against(read_by_perl("spamassassin"))

    def test_mail_authenticationresults(self):
        self.held_against(read_by_perl("mail"))

    def test_python_authres(self):
        self.held_against(read_by_python)

    def test_rspamd(self):
        self.held_against(read_by_rspamd)

    def test_spamassassin_spf(self):
        """Its SPF plugin takes the result over, and asks no DNS."""
        answers = read_by_perl("spf")([message(each) for each in self.whole])
        for verdict, answer in zip(self.whole, answers, strict=True):
            with self.subTest("\n\t".join(verdict["field"])):
                self.assertEqual(answer, [["spf", verdict["spf"]["result"], {}]])

    def of_each_kind(self):
        """One of mx.test for each set of results: programs that read one at a time."""
        return list({str([each[:2] for each in expected(verdict)]): verdict
                     for verdict in self.whole
                     if verdict["field"][0].strip().startswith("mx.test;")}.values())

    def test_spamassassin_rule(self):
        """The rule of the page, and that it believes no other host's field."""
        kinds = self.of_each_kind()
        messages = [message(each) for each in kinds]
        foreign = [each.replace(" mx.test;", " other.test;", 1) for each in messages]
        answers = run(["perl", os.path.join(HERE, "read_field.pl"), "rules"], messages + foreign,
                      env={**os.environ, "READ_FIELD_RULES": of_page(RULES)})
        for verdict, answer in zip(kinds, answers):
            with self.subTest("\n\t".join(verdict["field"])):
                self.assertEqual("ALIGND_DMARC_FAIL" in answer,
                                 verdict["dmarc"]["result"] == "fail")
        self.assertNotIn("ALIGND_DMARC_FAIL", sum(answers[len(kinds):], []))

    def test_sieve(self):
        """The script of the page, by Dovecot's sieve-test."""
        if not shutil.which("sieve-test"):
            self.skipTest("sieve-test is not installed")
        with tempfile.TemporaryDirectory(prefix="alignd-sieve.") as folder:
            os.chmod(folder, 0o777)
            for name, text in (("dovecot.conf", self.dovecot_conf(folder)),
                               ("page.sieve", of_page(SIEVE))):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text)
            for verdict in self.of_each_kind():
                with self.subTest("\n\t".join(verdict["field"])):
                    self.assertEqual(self.sieve_folder(folder, message(verdict)),
                                     "Junk" if verdict["dmarc"]["result"] == "fail" else "INBOX")

    def dovecot_conf(self, folder):
        """For whoever runs the test; root becomes nobody."""
        user = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
        program = shutil.which("dovecot", path=os.environ["PATH"] + ":/usr/sbin")
        version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                 check=True).stdout
        own = DOVECOT_2_3 if version.startswith("2.3.") else DOVECOT
        return (own + DOVECOT_USER).format(folder, user.pw_uid, user.pw_gid)

    def sieve_folder(self, folder, text):
        with open(os.path.join(folder, "message"), "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(["sieve-test", "-c", os.path.join(folder, "dovecot.conf"),
                               os.path.join(folder, "page.sieve"),
                               os.path.join(folder, "message")],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done)
        return re.search(r"store message in folder: (\S+)", done.stdout)[1]


if __name__ == "__main__":
    unittest.main()
