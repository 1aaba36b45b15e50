#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A package's life in a folder with its release: installed, upgraded, purged.

usage: test_package.py here|bookworm|trixie

The package is what debian/build made. Nothing is installed on the machine.
"here" is the machine's own release, built on it, without what needs a second
package: the upgrade from v0.1.0 (or from the commit DEB_OLD_TREE). The folders
lie in build-deb/roots and are made anew for each test; RIG_KEEP=1 leaves them.
What runs inside is host.py, which says how alignd is started there, and newcomer.py,
which types what OPERATIONS.md quotes.
"""
import glob
import json
import os
import shutil
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(TOP, "tests", folder) for folder in ("mta", "tools")]

import quoted  # noqa: E402
import support  # noqa: E402

ROOTS = os.path.join(TOP, "build-deb", "roots")
ROOT = os.path.join(TOP, "debian", "root")
SECONDS = os.environ.get("ROOT_SECONDS", "600")
OLD = os.environ.get("DEB_OLD_TREE", "v0.1.0")
# The setting that Postfix's package asks for, and what a host has before alignd.
NEEDED = "postfix python3 adduser"
ZONE = """
example.test. TXT "v=spf1 ip4:192.0.2.10 -all"
_dmarc.example.test. TXT "v=DMARC1; p=reject"
spoofer.test. TXT "v=spf1 ip4:203.0.113.66 -all"
"""
PAGE = "docs/OPERATIONS.md"
TEN_MINUTES = 600
# What the DNS has of the domain that the page forges.
PAGE_ZONE = """
example.com. TXT "v=spf1 -all"
_dmarc.example.com. TXT "v=DMARC1;p=reject;sp=reject;adkim=s;aspf=s"
"""
# What OpenDMARC left behind.
HISTORY = f"""job 1A2B
reporter mx
received {int(time.time()) - 90 * 86400}
ipaddr 192.0.2.80
from example.com
mfrom example.com
spf 0
pdomain example.com
policy 15
p 114
align_dkim 5
align_spf 4
action 2
"""


class Cannot(Exception):
    """It cannot be had here; the words say why."""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def demand(*command):
    """What needs the network or this machine's leave; 77 says that it has none."""
    done = run(*command)
    if done.returncode == 77:
        raise Cannot(done.stderr.strip().splitlines()[-1])
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stderr}{done.stdout}")
    return done.stdout


class Host:
    """A folder with the release, Postfix in it, and nothing of ours."""

    def __init__(self, release, name):
        self.folder = os.path.join(ROOTS, f"{release}-{name}")
        demand(ROOT, "copy", ready_root(release), self.folder)
        for path in (os.path.join(HERE, "host.py"), os.path.join(HERE, "newcomer.py"),
                     os.path.join(TOP, "tests", "mta", "client.py")):
            shutil.copy(path, self.path("srv"))

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run(self, *command, alone=False):
        return run(ROOT, "run-alone" if alone else "run", self.folder, *command)

    def shell(self, words):
        """Output and errors of a line that must go well."""
        done = self.run("sh", "-c", words + " 2>&1")
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def fetch(self, words):
        """A line that asks a mirror; one that is slow or gone is no fault of the package."""
        done = self.run("sh", "-c", "DEBIAN_FRONTEND=noninteractive "
                        f"timeout {SECONDS} {words} 2>&1")
        if done.returncode == 124 or "Failed to fetch" in done.stdout:
            raise unittest.SkipTest(f"{words}: the mirror is slow or does not answer")
        if done.returncode != 0:
            raise AssertionError(f"{words}: {done.stdout}")
        return done.stdout

    def apt(self, words):
        return self.fetch(f"apt-get -q -y {words}")

    def install(self, package, words=""):
        shutil.copy(package, self.path("srv"))
        return self.apt(f"install {words} /srv/{os.path.basename(package)}")

    def write(self, path, text):
        os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
        with open(self.path(path), "w", encoding="utf-8") as file:
            file.write(text)

    def mail(self, zone="-", command=None):
        """What host.py found."""
        done = self.run("python3", "/srv/host.py", zone, *([command] if command else []),
                        alone=True)
        if done.returncode != 0:
            raise AssertionError(f"host.py: {done.stderr}{done.stdout}")
        return json.loads(done.stdout.splitlines()[-1])

    def gone(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def ready_root(release):
    """With what a mail server has before alignd comes; kept."""
    base = os.path.join(ROOTS, release)
    ready = base + "-ready"
    demand(ROOT, "make", base, release)
    if os.path.exists(ready + ".made") and (os.path.getmtime(ready + ".made")
                                            >= os.path.getmtime(base + ".made")):
        return ready
    demand(ROOT, "copy", base, ready)
    done = run(ROOT, "run", ready, "sh", "-c",
               "printf 'postfix postfix/main_mailer_type select Internet Site\n"
               "postfix postfix/mailname string mx.rig.test\n' | debconf-set-selections && "
               f"DEBIAN_FRONTEND=noninteractive timeout {SECONDS} apt-get -qq -y install {NEEDED}")
    if done.returncode != 0:
        raise Cannot("Postfix and Python could not be had for the folder")
    open(ready + ".made", "w", encoding="utf-8").close()
    return ready


def package(release, commit=""):
    """The .deb of that release; DEB_BUILT=1 takes the one that was built last."""
    folder = release + (f"-{commit}" if commit else "")
    if not os.environ.get("DEB_BUILT"):
        print(demand(os.path.join(TOP, "debian", "build"), release,
                     *([commit] if commit else [])), flush=True)
    return glob.glob(os.path.join(TOP, "build-deb", folder, "alignd_*.deb"))[0]


class Package(unittest.TestCase):

    new = None          # path of the package
    release = None

    def start(self, name):
        host = Host(self.release, name)
        if not os.environ.get("RIG_KEEP"):
            self.addCleanup(host.gone)
        return host

    def assert_judged(self, told):
        """Refused and let in as they ought to be, and on record."""
        self.assertIsNotNone(told["ready"], told["log"])
        self.assertEqual(told["spoof"][0], 550, told)
        self.assertIn("5.7.1", told["spoof"][1])
        self.assertEqual(told["genuine"][0], 250, told)
        self.assertEqual(len(told["fields"]), 1, told)
        self.assertIn("dmarc=pass", told["fields"][0])
        reference = told["spoof"][1].split("(ref ", 1)[1].split(")", 1)[0]
        self.assertIn(reference, [row["reference"] for row in told["review"]])
        return reference


class Life(Package):

    def test_from_install_to_purge(self):
        host = self.start("life")
        host.install(self.new)
        self.check_empty_configuration(host)
        reference = self.check_setup(host)
        self.check_remove(host)
        host.install(self.new)
        self.assertIn(reference, host.shell("alignctl review"))
        self.check_purge(host)

    def check_empty_configuration(self, host):
        """Good as it was installed; without DNS nothing is judged, nor let in."""
        self.assertIn("configuration ok", host.shell("alignd -t"))
        owners = host.shell("stat -c '%U:%G %a' /var/lib/alignd")
        self.assertEqual(owners.strip(), "alignd:alignd-store 2770")
        told = host.mail()
        self.assertIsNotNone(told["ready"], told["log"])

    def check_setup(self, host):
        """Of the two steps Postfix's is taken when alignd answers; then its smtpd
        finds the socket in a chroot and outside."""
        before = host.shell("postconf -n")
        self.assertIn("postconf -e 'smtpd_milters = unix:alignd/alignd.sock'",
                      host.shell("alignctl setup postfix"))
        done = host.run("alignctl", "setup", "postfix", "--apply")
        self.assertIn("start alignd anew", done.stderr)
        self.assertEqual(host.shell("postconf -n"), before)
        host.shell("postconf -F smtp/inet/chroot=y")
        told = host.mail(ZONE, "alignctl setup postfix --apply")
        self.assertEqual(told["command"][0], 0, told)
        owners = host.shell("stat -c '%U:%G %a' /var/spool/postfix/alignd")
        self.assertEqual(owners.strip(), "alignd:postfix 2750")
        self.assert_judged(told)
        host.shell("postconf -F smtp/inet/chroot=n")
        told = host.mail(command="alignctl setup postfix --apply")
        self.assertIn("Nothing to change", told["command"][1])
        return self.assert_judged(told)

    def check_remove(self, host):
        """What to take out of smtpd_milters is said before anything goes."""
        host.shell("postconf -e 'smtpd_milters = unix:alignd/alignd.sock, inet:127.0.0.1:8891'")
        said = host.apt("remove alignd")
        self.assertIn("postconf -e 'smtpd_milters = inet:127.0.0.1:8891'", said)
        self.assertFalse(os.path.exists(host.path("usr/sbin/alignd")))
        self.assertTrue(os.path.exists(host.path("var/lib/alignd/alignd.db")))
        self.assertTrue(os.path.exists(host.path("etc/alignd/alignd.conf")))

    def check_purge(self, host):
        host.write("etc/alignd/reports.pem", "the operator's\n")
        said = host.apt("purge alignd")
        self.assertIn("deleting /var/lib/alignd", said)
        self.assertIn("reports.pem", said)
        self.assertFalse(os.path.exists(host.path("var/lib/alignd")))
        self.assertFalse(os.path.exists(host.path("etc/alignd/alignd.conf")))
        self.assertTrue(os.path.exists(host.path("etc/alignd/reports.pem")))


class Newcomer(Package):
    """OPERATIONS.md, from the package at hand to the first spoof refused, and back."""

    # What these find wrong is of the folder: its clock, its missing resolver.
    MAY_FIND = "alignctl doctor"

    def test_the_first_ten_minutes(self):
        host = self.start("newcomer")
        self.write_old_daemons(host)
        install, *rest = quoted.section(PAGE, "The first ten minutes")
        self.assertTrue(install.startswith("apt install ./alignd_*.deb"), install)
        wire, back = rest[:rest.index("alignctl explain REF") + 1], rest[-3:]
        seconds = self.install_as_quoted(host, install)
        done = host.run("python3", "/srv/newcomer.py", PAGE_ZONE, "192.0.2.25", *wire,
                        *quoted.section(PAGE, "Moving over from OpenDMARC"), *back, alone=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = json.loads(done.stdout.splitlines()[-1])
        # setup is typed twice: the first time it waits for alignd to be started anew.
        for answer in {each["command"]: each for each in answers}.values():
            if answer["command"] != self.MAY_FIND:
                self.assertEqual(answer["status"], 0, answer)
        seconds += sum(answer["seconds"] for answer in answers[:len(wire)])
        print(f"met newcomer {self.release}: installed, wired, a spoof refused, seen and "
              f"explained in {seconds:.0f} s", flush=True)
        self.assertLess(seconds, TEN_MINUTES)
        self.check_wired({answer["command"]: answer["output"] for answer in answers[:len(wire)]})
        self.check_moved({answer["command"]: answer["output"] for answer in answers[len(wire):]})
        self.assertNotIn("smtpd_milters", host.shell("postconf -n"))
        self.assertFalse(os.path.exists(host.path("usr/sbin/alignd")))

    def write_old_daemons(self, host):
        kept = os.path.join(TOP, "tests", "tools", "import")
        for kind, path in (("opendmarc", "etc/opendmarc.conf"), ("opendkim", "etc/opendkim.conf"),
                           ("policyd-spf", "etc/postfix-policyd-spf-python/policyd-spf.conf")):
            with open(os.path.join(kept, f"debian-{kind}.conf"), encoding="utf-8") as file:
                host.write(path, file.read())
        host.write("var/lib/opendmarc/opendmarc.dat", HISTORY)

    def install_as_quoted(self, host, command):
        """Seconds; apt's question is answered by a file."""
        host.write("etc/apt/apt.conf.d/91yes", 'APT::Get::Assume-Yes "true";\n')
        shutil.copy(self.new, host.path("root"))
        started = time.monotonic()
        host.fetch(f"sh -c 'cd /root && {command}'")
        return time.monotonic() - started

    def check_wired(self, said):
        """The spoof met its fate, and is found by its reference."""
        reply = next(output for command, output in said.items() if command.startswith("curl"))
        self.assertRegex(reply, r"^< 550 5\.7\.26 Email rejected per DMARC policy for example\.com")
        reference = reply.split("(ref ", 1)[1].split(")", 1)[0]
        journal = next(output for command, output in said.items()
                       if command.startswith("journalctl"))
        for text in (said["alignctl review"], journal, said["alignctl explain REF"]):
            self.assertIn(reference, text)
        self.assertIn("example.com", said["alignctl explain REF"])
        for rule in ("configuration", "listen", "smtpd_milters", "store", "milter_default_action"):
            self.assertNotRegex(said["alignctl doctor"], rf"(?m)^problem +{rule} ")

    def check_moved(self, said):
        imported = next(output for command, output in said.items()
                        if command.startswith("alignctl import config"))
        self.assertIn("/srv/moved/alignd.conf", imported)
        self.assertRegex(said["alignctl stats --since 400d"], "example.com")


class Upgrade(Package):

    old = None

    def test_from_and_to_an_older_version(self):
        if not self.old:
            self.skipTest("an older tree's package is built by make check-deb-releases")
        host = self.start("upgrade")
        host.install(self.old)
        host.shell("postconf -e 'smtpd_milters = inet:127.0.0.1:8893' "
                   "'milter_default_action = tempfail'")
        before = self.assert_judged(host.mail(ZONE))
        self.assertIn("as before", host.install(self.new))
        told = host.mail()    # main.cf has the port, which is no default any more
        self.assert_judged(told)
        self.assertIn(before, [row["reference"] for row in told["review"]])
        self.assertIn("'smtpd_milters = unix:alignd/alignd.sock'",
                      host.shell("alignctl setup postfix"))
        host.install(self.old, "--allow-downgrades")
        self.check_downgraded(host.mail())

    def check_downgraded(self, told):
        """Mail flows; where the store's shape is newer, the daemon says so."""
        self.assertEqual(told["spoof"][0], 550, told)
        self.assertEqual(told["genuine"][0], 250, told)
        if not told["review"]:
            self.assertIn("newer", told["log"])


def set_up():
    """Why this cannot be tried here, or None."""
    wanted = sys.argv.pop() if len(sys.argv) > 1 else "here"
    try:
        with open("/etc/os-release", encoding="utf-8") as file:
            own = dict(line.strip().split("=", 1) for line in file if "=" in line)
        Package.release = own.get("VERSION_CODENAME") if wanted == "here" else wanted
        ready_root(Package.release)
        Package.new = package(wanted)
        if wanted != "here" and os.path.exists(os.path.join(TOP, ".git")):
            Upgrade.old = package(wanted, OLD)
    except Cannot as reason:
        return str(reason)
    return None


if __name__ == "__main__":
    sys.exit(support.run("tests/deb/test_package.py", set_up()))
