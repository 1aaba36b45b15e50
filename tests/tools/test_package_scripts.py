#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What the Debian package's scripts find and say, beside programs that answer
as a host's would; tests/deb/test_package.py installs and removes it for real.
"""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import PROGRAM, ToolTest  # noqa: E402

SCRIPTS = os.path.join(os.path.abspath(os.environ.get("top_srcdir", ".")), "debian")
# The words of a version whose default was the port: today's, with that default.
# As 0.1.0 printed it: the default behind a value that is another, and no more.
OLD_ALIGNCTL = """#!/bin/sh
{program} --config {folder}/etc/alignd/alignd.conf "$@" | sed \\
	-e 's,   # [^;]*; default: ,   # default: ,' -e '/# default: /!s,   # .*,,' \\
	-e 's,^listen = "unix:/run/alignd/alignd.sock"$,listen = "inet:8893@127.0.0.1",' \\
	-e 's,# default: "unix:/run/alignd/alignd.sock",# default: "inet:8893@127.0.0.1",'
"""
NEW_ALIGNCTL = """#!/bin/sh
exec {program} --config {folder}/etc/alignd/alignd.conf "$@"
"""
# -h is asked for: the value alone; -x with parameters expanded; -P of master.cf.
POSTCONF = """#!/bin/sh
case "$*" in
*-P*) cat {folder}/options ;;
*queue_directory*) echo /var/spool/postfix ;;
*myhostname*) echo mx.rig.test ;;
*x*) cat {folder}/expanded ;;
*) cat {folder}/milters ;;
esac
"""


class Scripts(ToolTest):

    def setUp(self):
        os.makedirs(self.path("bin"), exist_ok=True)
        os.makedirs(self.path("etc/alignd"), exist_ok=True)
        self.drop_in = self.path("etc/alignd/alignd.conf.d/00-listen.conf")
        if os.path.exists(self.drop_in):
            os.unlink(self.drop_in)

    def program(self, name, script):
        self.write("bin/" + name, script.format(program=PROGRAM, folder=self.folder))
        os.chmod(self.path("bin/" + name), 0o755)

    def script(self, name, *arguments):
        """Standard output and errors of one that must go well."""
        with open(os.path.join(SCRIPTS, name), encoding="utf-8") as file:
            text = file.read().replace("/etc/alignd", self.path("etc/alignd"))
        self.write(name, text)
        done = subprocess.run(
            ["sh", self.path(name), *arguments], cwd=self.folder, capture_output=True,
            text=True, check=False, env={"PATH": self.path("bin") + ":/usr/bin:/bin"})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout + done.stderr


class Preinst(Scripts):

    def upgrade(self, settings, program=OLD_ALIGNCTL):
        """Was the port of before written down?"""
        self.program("alignctl", program)
        self.write("etc/alignd/alignd.conf", settings)
        said = self.script("alignd.preinst", "upgrade", "0.1.0")
        self.assertEqual("as before" in said, os.path.exists(self.drop_in), said)
        return os.path.exists(self.drop_in)

    def test_a_default_that_was_in_force_stays(self):
        self.assertTrue(self.upgrade('mode = "monitor"\n'))
        with open(self.drop_in, encoding="utf-8") as file:
            self.assertIn('\nlisten = "inet:8893@127.0.0.1"\n', file.read())

    def test_the_listen_of_a_section_is_another(self):
        self.assertTrue(self.upgrade('metrics {\n\tlisten = "inet:9893@127.0.0.1"\n}\n'))

    def test_what_was_set_stays(self):
        for settings in ('listen = "inet:8894@127.0.0.1"\n', 'mode="enforce" listen="inet:1@::1"\n',
                         'listen = "unix:/run/alignd/alignd.sock2"\n'):
            with self.subTest(settings):
                self.assertFalse(self.upgrade(settings))

    def test_a_version_with_the_new_default(self):
        for settings in ("", 'listen = "inet:8893@127.0.0.1"\n'):
            with self.subTest(settings):
                self.assertFalse(self.upgrade(settings, NEW_ALIGNCTL))


class Prerm(Scripts):

    def setUp(self):
        super().setUp()
        self.program("alignctl", NEW_ALIGNCTL)
        self.program("postconf", POSTCONF)
        self.write("etc/alignd/alignd.conf", 'listen = "unix:/var/spool/postfix/alignd/alignd.sock"\n')
        self.write("inet:1", "a file that a pattern would find\n")
        self.write("options", "")

    def remove(self, milters, expanded=None):
        self.write("milters", milters + "\n")
        self.write("expanded", (expanded or milters) + "\n")
        return self.script("alignd.prerm", "remove")

    def test_a_plain_list_without_ours(self):
        for milters, rest in (("unix:alignd/alignd.sock", ""),
                              ("unix:alignd/alignd.sock, inet:h:1", "inet:h:1"),
                              ("inet:h:1,unix:/var/spool/postfix/alignd/alignd.sock inet:?",
                               "inet:h:1, inet:?")):
            with self.subTest(milters):
                self.assertIn(f"    postconf -e 'smtpd_milters = {rest}'\n",
                              self.remove(milters))

    def test_what_is_more_than_a_list_is_for_its_author(self):
        ours = "unix:alignd/alignd.sock"
        for milters, expanded in ((f"{{ {ours}, default_action=accept }}, inet:h:1", None),
                                  (f"{{{ours}}} inet:h:1", None),
                                  (f"{ours}, {{ inet:h:1, default_action=accept }}", None),
                                  ("$our_milters", ours),
                                  (f"{ours}, $others", f"{ours}, inet:h:1")):
            with self.subTest(milters):
                said = self.remove(milters, expanded)
                self.assertIn("take alignd out of smtpd_milters", said)
                self.assertNotIn("postconf -e", said)

    def test_our_own_socket_alone(self):
        """Not that of another host, nor one whose path ends alike."""
        unix = "unix:/var/spool/postfix/alignd/alignd.sock"
        own = (("inet:8893@127.0.0.1", "inet:127.0.0.1:8893"),
               ("inet:8893@127.0.0.1", "inet:localhost:8893"),
               ("inet6:8893@::1", "inet:[::1]:8893"),
               ("inet:8893@0.0.0.0", "inet:127.0.0.1:8893"),
               ("inet:8893@0.0.0.0", "inet:mx.rig.test:8893"),
               ("inet:8893@192.0.2.1", "inet:192.0.2.1:8893"),
               (unix, "unix:/alignd/alignd.sock"), (unix, unix))
        others = (("inet:8893@127.0.0.1", "inet:otherhost:8893"),
                  ("inet:8893@127.0.0.1", "inet:192.0.2.1:8893"),
                  ("inet:8893@127.0.0.1", "inet:127.0.0.1:18893"),
                  ("inet:8893@192.0.2.1", "inet:127.0.0.1:8893"),
                  ("inet:8893@0.0.0.0", "inet:otherhost:8893"),
                  (unix, "unix:/srv/alignd/alignd.sock"), (unix, "inet:127.0.0.1:8893"))
        for pairs, is_told in ((own, True), (others, False)):
            for listen, called in pairs:
                with self.subTest(called, listen=listen):
                    self.write("etc/alignd/alignd.conf", f'listen = "{listen}"\n')
                    said = self.remove(f"inet:h:1, {called}")
                    self.assertEqual("postconf -e 'smtpd_milters = inet:h:1'" in said, is_told, said)
                    if not is_told:
                        self.assertEqual(said, "")

    def test_master_cf(self):
        for called, is_told in (("unix:alignd/alignd.sock", True), ("unix:b/alignd.sock", False)):
            self.write("options", f"smtp/inet/smtpd_milters = {called}\n")
            self.assertEqual("master.cf names alignd" in self.remove("inet:h:1"), is_told)

    def test_others_alone(self):
        for milters in ("", "inet:h:1", "{ unix:other/other.sock, default_action=accept }"):
            with self.subTest(milters):
                self.assertEqual(self.remove(milters), "")


if __name__ == "__main__":
    unittest.main()
