# SPDX-License-Identifier: BSD-2-Clause
"""alignctl - what the tests of the tool share: a folder, a zone, the program"""
import json
import os
import shlex
import subprocess
import sys
import tempfile
import unittest

import schema

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(TOP, "tools", "alignctl")
RECORD_TOOL = os.path.join(TOP, "tests", "tools", "record-tool")
WRAPPER = shlex.split(os.environ.get("ALIGND_WRAPPER", ""))
NOW = 1777636800  # 2026-05-01T12:00:00Z
# What a program that was built with one calls.
SANITIZERS = (b"__asan_init", b"__tsan_init", b"__ubsan_handle")
# For what signs: so that a leak of libopendkim is seen to be one (lsan.supp).
ASAN_OPTIONS = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"),
                                      "fast_unwind_on_malloc=0")))

sys.path.insert(0, os.path.join(HERE, "..", "mta"))
from rig import Signer  # noqa: E402  pylint: disable=wrong-import-position

ZONE = """$ORIGIN .
$TTL 300
example.test            A    192.0.2.10
example.test            TXT  "v=spf1 ip4:192.0.2.5 -all"
_dmarc.example.test     TXT  "v=DMARC1; p=reject; sp=quarantine; aspf=s"
mail.example.test       A    192.0.2.5
mail.example.test       TXT  "v=spf1 a -all"
5.2.0.192.in-addr.arpa  PTR  mail.example.test
other.test              TXT  "v=spf1 ip4:203.0.113.5 -all"
_dmarc.other.test       TXT  "v=DMARC1; p=quarantine; np=reject; adkim=s"
_dmarc.none.test        TXT  "v=DMARC1; p=none"
_dmarc.trial.test       TXT  "v=DMARC1; p=reject; t=y"
_dmarc.odd.test         TXT  "v=DMARC1; p=bogus"
soft.test               TXT  "v=spf1 ~all"
_dmarc.soft.test        TXT  "v=DMARC1; p=reject"
badspf.test             TXT  "v=spf1 nonsense -all"
;!FAIL _dmarc.broken.test TXT SERVFAIL
;!FAIL deaf.test TXT TIMEOUT
_dmarc.deaf.test        TXT  "v=DMARC1; p=reject"
;!FAIL s1._domainkey.nokey.test TXT SERVFAIL
_dmarc.nokey.test       TXT  "v=DMARC1; p=reject"
"""


def has_sanitizer():
    """Memory is no measure then."""
    with open(PROGRAM, "rb") as file:
        program = file.read()
    return any(word in program for word in SANITIZERS)


def zone_record(name, text):
    strings = " ".join(f'"{text[i:i + 200]}"'
                       for i in range(0, len(text), 200))
    return f"{name} TXT {strings}\n"


class ToolTest(unittest.TestCase):
    """A folder with a configuration and a zone; paths are relative to it."""

    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(prefix="alignctl-test.")
        cls.addClassCleanup(holder.cleanup)
        cls.folder = holder.name
        cls.signer = Signer()
        cls.addClassCleanup(cls.signer.close)
        record = cls.signer.new_key("key", "rsa", 2048)
        cls.write("zone", ZONE + "".join(
            zone_record(f"s1._domainkey.{domain}", record)
            for domain in ("example.test", "other.test", "news.other.test")))
        cls.write("conf", 'authserv_id = "mx.test"\n')

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def write(cls, name, content):
        if isinstance(content, str):
            content = content.encode()
        with open(cls.path(name), "wb") as file:
            file.write(content)
        return name

    @classmethod
    def sign(cls, domain, message, tags=""):
        return cls.signer.sign("key", domain, "s1", message, tags)

    def run_tool(self, *arguments, stdin=b"", common=True, config="conf"):
        """(exit status, standard output, standard error)"""
        shared = ["--config", config, "--dns", "zone", "--now", str(NOW)]
        done = subprocess.run(
            WRAPPER + [PROGRAM] + (shared if common else []) +
            list(arguments), cwd=self.folder, input=stdin, timeout=120,
            capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def peak_kib(self, *arguments):
        """(exit status, the most memory that it had)"""
        with subprocess.Popen([PROGRAM, *arguments], cwd=self.folder,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as tool:
            _, status, used = os.wait4(tool.pid, 0)
            tool.returncode = os.waitstatus_to_exitcode(status)
        return tool.returncode, used.ru_maxrss

    def objects(self, name, *arguments, status=0, stdin=b"", config="conf",
                rules=None):
        """The objects a subcommand prints, each as its schema says."""
        got, out, err = self.run_tool(name, "--json", *arguments, stdin=stdin,
                                      config=config)
        self.assertEqual(got, status, err)
        if status == 0:
            self.assertEqual(err, "")
        values = [json.loads(line) for line in out.splitlines()]
        rules = schema.load(rules or name)
        for value in values:
            self.assertEqual(schema.faults(value, rules), [])
            self.assertEqual(schema.order_faults(value, rules), [])
        return values

    def want(self, status, words, *arguments, common=True):
        """That status, and the words on standard error."""
        got, _, err = self.run_tool(*arguments, common=common)
        self.assertEqual((got, words if words in err else err),
                         (status, words))
