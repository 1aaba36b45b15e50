#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl setup: what it shows for set-ups of Postfix, and what it makes of them.

A postconf of the test's own answers from a file and writes into it, so that no
Postfix is needed; tests/deb/test_package.py has a real one send mail through
what was made.
"""
import grp
import os
import pwd
import shutil
import socket
import stat
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import ToolTest  # noqa: E402

# Only what is asked for: -x all of main.cf, -h of it as it
# stands there, -F and -P of master.cf, -e a change.
POSTCONF = """#!/bin/sh
cd {folder}
case "$*" in
*-e*) for last; do :; done
	echo "$last" >>asked
	grep -v '^smtpd_milters' main >main.new
	echo "$last" >>main.new
	mv main.new main
	cat main.cf >main.tmp	# as Postfix does: a new file that all may read
	mv main.tmp main.cf
	chmod 644 main.cf ;;
*-P*) cat options ;;
*-F*) cat fields ;;
*-x*) cat main ;;
*-h*) cat written ;;
esac
"""
FIELDS = """smtp/inet/service = smtp
smtp/inet/type = inet
smtp/inet/chroot = y
smtp/inet/command = smtpd
"""


class Setup(ToolTest):

    other_group = 12345     # of nobody

    def setUp(self):
        self.user = pwd.getpwuid(os.getuid()).pw_name
        # The group that a mail server's user has by its own name.
        self.group = grp.getgrgid(os.getgid()).gr_name
        os.makedirs(self.path("bin"), exist_ok=True)
        self.program("postconf", POSTCONF.format(folder=self.folder))
        self.program("postfix", "#!/bin/sh\nexit 1\n")     # does not run
        os.environ["PATH"] = self.path("bin") + ":" + os.environ["PATH"]
        os.makedirs(self.path("queue"), exist_ok=True)
        os.makedirs(self.path("alignd.conf.d"), exist_ok=True)
        self.drop_in = self.path("alignd.conf.d/10-postfix.conf")
        self.queue = self.path("queue")
        for name in ("asked", "alignd.conf.d/10-postfix.conf", "queue/alignd/alignd.sock"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))
        self.write("alignd.conf", f'user = "{self.user}"\nlisten = "inet:8893@127.0.0.1"\n')
        for name in os.listdir(self.folder):
            if name.startswith("main.cf"):
                os.unlink(self.path(name))
        self.write("main.cf", "# the operator's\n")
        self.write("fields", FIELDS)
        self.write("options", "")
        self.postfix("")

    def program(self, name, script):
        self.write("bin/" + name, script)
        os.chmod(self.path("bin/" + name), 0o755)

    def postfix(self, milters, written=None):
        self.write("written", (milters if written is None else written) + "\n")
        self.write("main", f"config_directory = {self.folder}\nqueue_directory = {self.queue}\n"
                   f"mail_owner = {self.group}\nsmtpd_milters = {milters}\n")

    def setup_tool(self, *arguments):
        return self.run_tool("setup", *arguments, config=self.path("alignd.conf"))

    def shown(self, milters):
        """The smtpd_milters that are proposed."""
        self.postfix(milters)
        status, out, err = self.setup_tool("postfix")
        self.assertEqual((status, err), (0, ""))
        [line] = [line for line in out.splitlines() if line.startswith("postconf -e ")]
        return line.removeprefix("postconf -e 'smtpd_milters = ").removesuffix("'")

    def test_place_among_others(self):
        for before, after in (
                ("", ""),
                ("inet:127.0.0.1:8893", ""),
                ("inet:localhost:8893, inet:127.0.0.1:8891", ", inet:127.0.0.1:8891"),
                ("inet:127.0.0.1:8891 inet:127.0.0.1:8893", ", inet:127.0.0.1:8891"),
                ("{ unix:/run/other.sock, default_action=accept }",
                 ", { unix:/run/other.sock, default_action=accept }"),
                ("inet:127.0.0.1:8891, unix:alignd/alignd.sock", ", inet:127.0.0.1:8891"),
        ):
            with self.subTest(before):
                self.assertEqual(self.shown(before), "unix:alignd/alignd.sock" + after)

    def test_what_its_braces_set_stays(self):
        self.assertEqual(self.shown("{ inet:127.0.0.1:8893, content_timeout=60s }, inet:h:1"),
                         "{ unix:alignd/alignd.sock, content_timeout=60s }, inet:h:1")

    def test_braces_in_its_braces_stay(self):
        self.assertEqual(
            self.shown("{ inet:127.0.0.1:8893, { command_timeout = 30s }, default_action=accept }"),
            "{ unix:alignd/alignd.sock, { command_timeout = 30s }, default_action=accept }")

    def test_no_guess_at_what_postfix_cannot_read(self):
        self.postfix("{ inet:127.0.0.1:8893, { command_timeout = 30s }, inet:h:1")
        for arguments in (("postfix",), ("postfix", "--apply")):
            status, out, err = self.setup_tool(*arguments)
            self.assertEqual((status, out), (3, ""))
            self.assertIn("a brace without its other", err)
            self.assertIn("NAME = VALUE }", err)
        self.assertFalse(os.path.exists(self.path("asked")))
        self.assertFalse(os.path.exists(self.path("alignd.conf.d/10-postfix.conf")))

    def test_shown_only(self):
        status, out, _ = self.setup_tool("postfix")
        self.assertEqual(status, 0)
        self.assertIn(f"install -d -o '{self.user}' -g '{self.group}' -m 2750 '{self.queue}/alignd'",
                      out)
        self.assertIn(f'listen = "unix:{self.queue}/alignd/alignd.sock"', out)
        self.assertIn(f"chmod 644 '{self.path('alignd.conf.d/10-postfix.conf')}'\n", out)
        self.assertIn("# And back:", out)
        self.assertFalse(os.path.exists(self.path("asked")))
        self.assertFalse(os.path.exists(self.path("alignd.conf.d/10-postfix.conf")))

    def test_a_service_with_a_list_of_its_own_is_named(self):
        self.write("options", "smtp/inet/smtpd_milters = inet:127.0.0.1:1\n")
        _, out, _ = self.setup_tool("postfix")
        self.assertIn("# master.cf: smtp/inet has smtpd_milters of its own", out)

    def listen(self):
        """In alignd's place."""
        server = socket.socket(socket.AF_UNIX)
        self.addCleanup(server.close)
        server.bind(os.path.join(self.queue, "alignd", "alignd.sock"))
        server.listen()

    @unittest.skipIf(os.getuid() != 0, "what is made belongs to others: needs root")
    def test_applied(self):
        """Postfix is told last, once alignd answers; then nothing is left to do."""
        status, _, err = self.setup_tool("postfix", "--apply")
        self.assertEqual(status, 3)
        self.assertIn("start alignd anew, and then this command once more", err)
        self.assertFalse(os.path.exists(self.path("asked")))
        folder = os.stat(os.path.join(self.queue, "alignd"))
        self.assertEqual(stat.S_IMODE(folder.st_mode), 0o2750)
        self.assertEqual((folder.st_uid, folder.st_gid), (os.getuid(), os.getgid()))
        self.listen()
        status, out, err = self.setup_tool("postfix", "--apply")
        self.assertEqual((status, err), (0, ""))
        with open(self.path("asked"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "smtpd_milters = unix:alignd/alignd.sock\n")
        copies = [name for name in os.listdir(self.folder) if name.startswith("main.cf.")]
        self.assertEqual(copies, ["main.cf.20260501T120000Z"])
        self.assertIn("# And back:", out)
        status, out, _ = self.setup_tool("postfix", "--apply")
        self.assertEqual(status, 0)
        self.assertIn("# Nothing to change", out)

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_a_umask_takes_nothing_from_alignd(self):
        """It reads the file and its folder as its own user."""
        shutil.rmtree(self.path("alignd.conf.d"), ignore_errors=True)
        before = os.umask(0o077)
        self.addCleanup(os.umask, before)
        self.setup_tool("postfix", "--apply")
        for name, mode in (("alignd.conf.d", 0o755), ("alignd.conf.d/10-postfix.conf", 0o644)):
            with self.subTest(name):
                self.assertEqual(stat.S_IMODE(os.stat(self.path(name)).st_mode), mode)

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_main_cf_is_no_more_open_than_before_nor_is_its_copy(self):
        os.chown(self.path("main.cf"), 0, self.other_group)
        os.chmod(self.path("main.cf"), 0o640)
        self.setup_tool("postfix", "--apply")
        self.listen()
        self.assertEqual(self.setup_tool("postfix", "--apply")[0], 0)
        for name in ("main.cf", "main.cf.20260501T120000Z"):
            with self.subTest(name):
                found = os.stat(self.path(name))
                self.assertEqual((found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)),
                                 (0, self.other_group, 0o640))

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_a_later_file_has_the_last_word(self):
        os.makedirs(self.path("alignd.conf.d"), exist_ok=True)
        self.write("alignd.conf.d/20-mine.conf", 'listen = "inet:8893@127.0.0.1"\n')
        self.addCleanup(os.unlink, self.path("alignd.conf.d/20-mine.conf"))
        status, _, err = self.setup_tool("postfix", "--apply")
        self.assertEqual(status, 2)
        self.assertIn("another file sets it after", err)
        self.assertFalse(os.path.exists(self.path("asked")))
        self.assertFalse(os.path.exists(self.drop_in))

    def fail_to_edit(self):
        """Postfix's main.cf cannot be changed; alignd answers."""
        os.makedirs(self.path("queue/alignd"), exist_ok=True)
        self.listen()
        self.program("postconf", POSTCONF.format(folder=self.folder).replace(
            "*-e*)", "*-e*) echo main.cf is busy; exit 1 ;;\n*-never*)"))
        status, out, err = self.setup_tool("postfix", "--apply")
        self.assertEqual(status, 3)
        self.assertIn("main.cf is busy", err)
        return out

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_what_failed_is_put_back(self):
        """Postfix calls the old place, so alignd has to be found there."""
        self.assertNotIn("And back", self.fail_to_edit())
        self.assertFalse(os.path.exists(self.drop_in))

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_an_older_file_is_put_back(self):
        self.write("alignd.conf.d/10-postfix.conf", "# mine\n")
        os.chown(self.drop_in, 0, self.other_group)
        os.chmod(self.drop_in, 0o640)
        self.assertNotIn("And back", self.fail_to_edit())
        with open(self.drop_in, encoding="utf-8") as file:
            self.assertEqual(file.read(), "# mine\n")
        found = os.stat(self.drop_in)
        self.assertEqual((found.st_gid, stat.S_IMODE(found.st_mode)), (self.other_group, 0o640))

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_the_way_back_of_what_stands(self):
        """Each failure names what it leaves behind, and that alone."""
        _, out, _ = self.setup_tool("postfix", "--apply")       # waits for alignd
        self.assertIn(f"#   rm '{self.drop_in}'", out)
        self.assertNotIn("main.cf", out)
        self.assertIn(f"#   rm '{self.drop_in}'", self.fail_to_edit())
        self.program("postconf", POSTCONF.format(folder=self.folder))
        self.program("postfix", "#!/bin/sh\n[ $1 = status ] || exit 1\n")
        status, out, _ = self.setup_tool("postfix", "--apply")  # is told, reload fails
        self.assertEqual(status, 3)
        self.assertIn(f"#   cp -p '{self.path('main.cf.20260501T120000Z')}'", out)
        self.assertIn(f"#   rm '{self.drop_in}'", out)

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_the_old_place_is_known_at_the_second_call(self):
        """alignd was told then, and main.cf has to lose what answers no more."""
        self.postfix("{ inet:127.0.0.1:8893, content_timeout=60s }, inet:h:1")
        self.assertIn("once more", self.setup_tool("postfix", "--apply")[2])
        self.listen()
        self.assertEqual(self.setup_tool("postfix", "--apply")[0], 0)
        with open(self.path("asked"), encoding="utf-8") as file:
            self.assertEqual(file.read(), "smtpd_milters = { unix:alignd/alignd.sock, "
                             "content_timeout=60s }, inet:h:1\n")
        self.assertIn("Nothing to change", self.setup_tool("postfix")[1])

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_why_postfix_was_not_reloaded(self):
        """It does not run; or its words tell of something else."""
        os.makedirs(self.path("queue/alignd"), exist_ok=True)
        self.listen()
        self.program("postfix", "#!/bin/sh\necho 'fatal: no \033[1m service' >&2\nexit 1\n")
        status, out, err = self.setup_tool("postfix", "--apply")
        self.assertEqual((status, err), (0, ""))
        self.assertIn("# not reloaded: postfix status ended with 1: fatal: no \\x1b[1m service; one "
                      "that does not run reads main.cf when it starts\n", out)

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_a_postfix_that_says_nothing_of_it(self):
        """As its script does without a terminal."""
        os.makedirs(self.path("queue/alignd"), exist_ok=True)
        self.listen()
        self.assertIn("# not reloaded: postfix status ended with 1; one that does not run",
                      self.setup_tool("postfix", "--apply")[1])

    def test_names_are_not_replaced_by_their_values(self):
        """What main.cf says in another place is for its author to change."""
        self.postfix("inet:127.0.0.1:8893, inet:h:1", "inet:127.0.0.1:8893, $others")
        for options, wanted in (((), 0), (("--apply",), 3)):
            with self.subTest(options):
                status, out, err = self.setup_tool("postfix", *options)
                self.assertEqual(status, wanted)
                self.assertIn("smtpd_milters = inet:127.0.0.1:8893, $others,\n", out)
                self.assertIn("#   smtpd_milters = unix:alignd/alignd.sock, inet:h:1\n", out)
                self.assertNotIn("\npostconf -e", out)
                self.assertEqual("nothing was changed" in err, wanted == 3)
                self.assertFalse(os.path.exists(self.path("asked")))
                self.assertFalse(os.path.exists(self.drop_in))
        self.postfix("unix:alignd/alignd.sock", "$all")     # right as it is
        self.assertNotIn("$all", self.setup_tool("postfix")[1])

    @unittest.skipIf(os.getuid() != 0, "needs root")
    def test_no_control_character_reaches_the_terminal(self):
        hostile = "inet:h:1\x1b[31m\x9b"
        self.write("options", f"smtp/inet/smtpd_milters = {hostile}\n")
        for written in (hostile, f"$x {hostile}"):
            self.postfix(hostile, written)
            for options in ((), ("--apply",)):
                with self.subTest(written=written, options=options):
                    os.makedirs(self.path("queue/alignd"), exist_ok=True)
                    if not os.path.exists(self.path("queue/alignd/alignd.sock")):
                        self.listen()
                    _, out, err = self.setup_tool("postfix", *options)
                    self.assertIn("\\x1b[31m", out)
                    self.assertNotRegex(out + err, "[\x00-\x09\x0b-\x1f\x7f-\x9f]")

    def test_a_queue_is_quoted_as_a_file_needs_it(self):
        self.queue = self.path('qu"eue')
        self.postfix("")
        self.assertIn(f'listen = "unix:{self.path("qu")}\\"eue/alignd/alignd.sock"\n',
                      self.setup_tool("postfix")[1])
        self.queue = self.path("queue\x1b")
        self.postfix("")
        status, out, err = self.setup_tool("postfix")
        self.assertEqual((status, out), (3, ""))
        self.assertIn("has control characters", err)

    def test_no_postfix(self):
        self.program("postconf", "#!/bin/sh\necho no main.cf >&2\nexit 1\n")
        status, out, err = self.setup_tool("postfix")
        self.assertEqual((status, out), (3, ""))
        self.assertIn("no main.cf", err)

    def test_sendmail(self):
        status, out, _ = self.setup_tool("sendmail")
        self.assertEqual(status, 0)
        self.assertIn("INPUT_MAIL_FILTER(`alignd', `S=inet:8893@127.0.0.1, F=T, "
                      "T=S:30s;R:30s;E:5m')\n", out)
        self.assertIn("# And back:", out)


if __name__ == "__main__":
    unittest.main()
