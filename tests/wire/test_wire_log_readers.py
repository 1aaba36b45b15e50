#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What reads logs reads alignd's: fail2ban finds spoofs and no list or
forwarder, logwatch sums up, pflogsumm says the same as without alignd.

The lines are a daemon's own, of mail that a fake MTA sent.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from daemon import Daemon

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
CONF = os.path.join(TOP, "conf")
SHARED = "/usr/share/logwatch/scripts/shared"
SIGNATURE = (" v=1; a=rsa-sha256; d=list.test; s=s1; h=from; "
             "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA")
SEAL = [("ARC-Seal", " i=1; a=rsa-sha256; t=1; cv=none; d=forward.test; s=s1; b=AAAA"),
        ("ARC-Message-Signature", " i=1; a=rsa-sha256; d=forward.test; s=s1; h=from; "
         "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA"),
        ("ARC-Authentication-Results", " i=1; forward.test; dmarc=pass")]
SPOOFS = ["198.51.100.7", "2001:db8::7", "198.51.100.8"]
# client, author, envelope sender, further fields
MAILS = [
    *((client, "a@reject.test", "b@other.test", []) for client in SPOOFS),
    ("203.0.113.80", "a@reject.test", "bounces@list.test", [("DKIM-Signature", SIGNATURE)]),
    ("203.0.113.81", "a@reject.test", "srs@forward.test", SEAL),
    ("203.0.113.5", "a@pass.test", "a@pass.test", []),
    ("203.0.113.82", "a@quarantine.test", "b@other.test", []),
    ("203.0.113.83", "a@none.test", "client=198.51.100.99@other.test", []),
    ("203.0.113.84", "a@broken.test", "b@other.test", []),
]
POSTFIX = """May  1 12:00:01 mx postfix/smtpd[7]: connect from a.test[203.0.113.5]
May  1 12:00:01 mx postfix/smtpd[7]: Q5: client=a.test[203.0.113.5]
May  1 12:00:01 mx postfix/cleanup[8]: Q5: message-id=<1@a.test>
May  1 12:00:02 mx postfix/qmgr[9]: Q5: from=<a@pass.test>, size=300, nrcpt=1 (queue active)
May  1 12:00:02 mx postfix/local[10]: Q5: to=<r@mx.test>, relay=local, delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)
May  1 12:00:02 mx postfix/qmgr[9]: Q5: removed
"""


def run(*command, text=None, **options):
    done = subprocess.run(command, input=text, text=True, capture_output=True, timeout=120,
                          check=False, **options)
    return done.returncode, done.stdout + done.stderr


class Readers(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="alignd-log.")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with Daemon() as daemon:
            for number, (client, author, mail_from, headers) in enumerate(MAILS):
                with daemon.client() as mta:
                    mta.connect(client).helo()
                    mta.message(author, f"<{mail_from}>", headers, queue_id=f"Q{number}")
            daemon.stop()
            log = daemon.log()
        cls.lines = [line.split(": ", 1)[1] for line in log.splitlines()
                     if line.startswith("alignd: ")]
        cls.syslog = "".join(f"May  1 12:00:{n:02} mx alignd[123]: {line}\n"
                             for n, line in enumerate(cls.lines))
        with open(cls.path("mail.log"), "w", encoding="ascii") as file:
            file.write(cls.syslog)

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    def action(self, number):
        line, = [line for line in self.lines if line.startswith(f"Q{number} ")]
        return re.search(r" action=(\w+)", line)[1], line

    def test_the_lines_are_what_is_meant(self):
        for number in range(len(SPOOFS) + 2):
            self.assertEqual(self.action(number)[0], "reject", self.action(number)[1])
        self.assertEqual(self.action(len(SPOOFS) + 2)[0], "accept")

    @unittest.skipUnless(shutil.which("fail2ban-regex"), "fail2ban is not installed")
    def test_fail2ban_finds_spoofs_alone(self):
        status, out = run("fail2ban-regex", "--out=ip", self.path("mail.log"),
                          os.path.join(CONF, "fail2ban", "filter.conf"))
        self.assertEqual(status, 0, out)
        self.assertEqual(sorted(out.split()), sorted(SPOOFS))

    @unittest.skipUnless(shutil.which("fail2ban-client"), "fail2ban is not installed")
    def test_fail2ban_takes_the_jail(self):
        settings = self.path("fail2ban")
        shutil.copytree("/etc/fail2ban", settings)
        shutil.rmtree(os.path.join(settings, "jail.d"))
        os.mkdir(os.path.join(settings, "jail.d"))
        shutil.copy(os.path.join(CONF, "fail2ban", "filter.conf"),
                    os.path.join(settings, "filter.d", "alignd.conf"))
        shutil.copy(os.path.join(CONF, "fail2ban", "jail.conf"),
                    os.path.join(settings, "jail.d", "alignd.conf"))
        status, out = run("fail2ban-client", "-c", settings, "-d")
        self.assertEqual(status, 0, out)
        self.assertIn("['add', 'alignd', 'systemd']", out)
        self.assertIn("'alignd', 'maxretry', 20", out)

    def test_logwatch_sums_up(self):
        script = os.path.join(CONF, "logwatch", "alignd")
        text = "".join(line + "\n" for line in self.lines) + "error: it broke\n" * 2
        status, out = run("perl", "-w", script, text=text,
                          env={**os.environ, "LOGWATCH_DETAIL_LEVEL": "10"})
        self.assertEqual(status, 0, out)
        for words in (r"^ +5  reject$", r"^ +2  accept$", r"^ +5  reject\.test$",
                      r"^ +1  quarantine\.test$",
                      r"^ +1  reject\.test from 2001:db8::7$", r"^ +2  it broke$"):
            self.assertRegex(out, re.compile(words, re.M))
        brief = run("perl", "-w", script, text=text)[1]
        self.assertNotIn("2001:db8::7", brief)

    @unittest.skipUnless(os.path.isdir(SHARED), "logwatch is not installed")
    def test_logwatch_hands_it_such_lines(self):
        """By the two filters of its own that service.conf asks for."""
        text = POSTFIX + self.syslog
        for name, *arguments in (("onlyservice", "alignd"), ("removeheaders", "")):
            status, text = run("perl", os.path.join(SHARED, name), *arguments, text=text)
            self.assertEqual(status, 0, text)
        self.assertEqual(text.splitlines(), self.lines)

    @unittest.skipUnless(shutil.which("pflogsumm"), "pflogsumm is not installed")
    def test_pflogsumm_says_the_same(self):
        status, without = run("pflogsumm", text=POSTFIX)
        self.assertEqual(status, 0, without)
        self.assertIn("1   delivered", without)
        self.assertEqual(run("pflogsumm", text=POSTFIX + self.syslog), (0, without))


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
