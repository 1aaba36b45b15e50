#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What policyd-spf, OpenDKIM and OpenDMARC kept out, alignd keeps out with the
configuration that alignctl import made of theirs, but for what the import
lists.

A configuration is a folder of over/, or Debian's own three files. Each message is
shown to each of the old daemons, also when one before it refused it.
"""
import ctypes
import dataclasses
import json
import os
import shutil
import socket
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "wire")]
import old_chain  # noqa: E402
import over_mail  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402
import wirings  # noqa: E402

DEBIAN = os.path.join(HERE, "..", "tools", "import")
CONFIGURATIONS = ("debian", "edge", "small", "lists", "watch", "nodmarc")
MESSAGES = 200
RESOLVER_IP = "192.0.2.53"
CLONE_NEWNS, CLONE_NEWUTS = 0x20000, 0x4000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000


class OverHost(rig.Rig):
    """nsd at port 53 of the namespace, an alignd for each configuration."""

    def choose_dns(self):
        return 53, ["127.0.0.1@53", RESOLVER_IP + "@53"]

    def make_mailboxes(self):
        pass

    def start_alignd(self, *_, **__):
        pass

    def stop_mta(self):
        pass

    def start_mta(self):
        resolver = self.write("resolv.conf", f"nameserver {RESOLVER_IP}\n")
        libc = ctypes.CDLL(None, use_errno=True)
        place = os.path.realpath("/etc/resolv.conf").encode()
        if libc.mount(resolver.encode(), place, None, MS_BIND, None) != 0:
            raise rig.RigError("resolv.conf: " + os.strerror(ctypes.get_errno()))

    def import_config(self, files, folder):
        """What alignctl says of it, as an object."""
        done = subprocess.run(
            [os.path.join(rig.TOP, "tools", "alignctl"), "import", "config", "--json", "--out",
             folder, *files], capture_output=True, text=True)
        if done.returncode != 0:
            raise rig.RigError("import: " + done.stderr)
        return json.loads(done.stdout)

    def start_imported(self, folder):
        """The imported files as they are, and a drop-in about this host."""
        self.clear_state()
        os.makedirs(os.path.join(folder, "alignd.conf.d"), exist_ok=True)
        self.socket = self.path("state", "sock")
        with open(os.path.join(folder, "alignd.conf.d", "90-host.conf"), "w",
                  encoding="utf-8") as file:
            file.write(f'listen = "unix:{self.socket}"\nuser = "{self.user()}"\n'
                       f'store {{ sqlite = "{self.path("state", "alignd.db")}" }}\n'
                       "log { target = stderr }\n")
        self.alignd = self.spawn("alignd", os.path.join(rig.TOP, "milter", "alignd"), "-f", "-c",
                                 os.path.join(folder, "alignd.conf"))
        rig.wait_until("alignd", 20, lambda: self.alignd.poll() is not None
                       or os.path.exists(self.socket))
        if self.alignd.poll() is not None:
            raise rig.RigError("alignd did not start:\n" + self.log("alignd"))


def files_of(name):
    if name == "debian":
        return {kind: os.path.join(DEBIAN, f"debian-{kind}.conf")
                for kind in ("opendmarc", "opendkim", "policyd-spf")}
    folder = os.path.join(HERE, "over", name)
    return {kind: path for kind in ("opendmarc", "opendkim", "policyd-spf")
            if os.path.exists(path := os.path.join(folder, kind + ".conf"))}


def causes(daemon, how, words):
    """The settings of which one had that as its effect."""
    if daemon == "opendkim":
        return ("On-",)
    if daemon == "policyd-spf":
        if "Permanent Error" in words:
            return ("PermError_reject",)
        return ("HELO_reject",) if "s=helo" in words else ("Mail_From_reject", "No_Mail",
                                                           "Reject_Not_Pass_Domains")
    # OpenDMARC has words for what a policy refuses, and for nothing else.
    return (POLICY,) if how == "hold" or "policy" in words else ("RequiredHeaders",)


POLICY = "what SPF and DKIM found"


@dataclasses.dataclass
class Tally:
    """Of one configuration, in messages."""

    refused: int = 0    # by one of the three
    both: int = 0       # and here
    held: int = 0       # and held here
    listed: int = 0     # and accepted here, as the import says
    holes: list = dataclasses.field(default_factory=list)

    def row(self, name):
        return (f"| {name} | {MESSAGES} | {self.refused} | {self.both} | {self.held} "
                f"| {self.listed} | {len(self.holes)} |")


class Over(unittest.TestCase):

    maxDiff = None
    host = None
    signer = None

    def prepare(self, name):
        """What the import said, and the folder for the old daemons."""
        files = files_of(name)
        there = self.host.path(name, "there")
        if name == "debian":
            os.makedirs(there)
        else:
            shutil.copytree(os.path.join(HERE, "over", name), there)
        told = self.host.import_config(files.values(), self.host.path(name, "here"))
        for kind, path in files.items():
            old_chain.strip(path, os.path.join(there, kind + ".conf"))
        subprocess.run(["chmod", "-R", "a+rX", self.host.path(name)], check=True)
        return told, there

    def compare(self, name):
        told, there = self.prepare(name)
        tally = Tally()
        self.host.start_imported(self.host.path(name, "here"))
        try:
            with old_chain.Chain(self.host, there, RESOLVER_IP) as chain:
                for mail in over_mail.Maker(name, self.signer).messages(MESSAGES):
                    self.judge(told, chain.judge(mail), mail, tally)
        finally:
            self.host.stop_alignd()
        return tally

    def judge(self, told, kept_out, mail, tally):
        """Kept out by one of the old ones, as (daemon, how, words), and here?"""
        kept_out = [cause for cause in kept_out if cause[1] != "tempfail"]
        if not kept_out:
            return
        fields, body = old_chain.split(mail.text)
        ours = old_chain.milter_session(self.host.socket, mail, fields, body)
        fate = old_chain.fate(ours)
        tally.refused += 1
        tally.both += fate == "reject"
        tally.held += fate == "hold"
        if fate == "accept":
            holes = [cause for cause in kept_out if not self.is_listed(told, cause, mail, ours)]
            tally.listed += not holes
            if holes:
                tally.holes.append(f"{mail.number}: {holes}: {', '.join(mail.what)}")
        self.assertNotEqual(fate, "tempfail", mail)

    @staticmethod
    def is_listed(told, cause, mail, ours):
        """Does the import say so, and is it so of this message?"""
        settings = causes(*cause)
        is_pass = any("dmarc=pass" in field
                      for field in ours.inserted("Authentication-Results"))
        if (settings == (POLICY,) and not is_pass) or (
                settings == ("RequiredHeaders",) and mail.is_complete):
            return False
        return any(item["text"].startswith(settings)
                   for item in (*told["refused_there"], *told["questions"]))


class Configurations(Over):

    def test_what_was_kept_out_is(self):
        """And the table of TESTING.md says how many."""
        rows = []
        for name in CONFIGURATIONS:
            tally = self.compare(name)
            rows.append(tally.row(name))
            with self.subTest(name):
                self.assertEqual(tally.holes, [])
                self.assertGreater(tally.refused, MESSAGES // 5)
        with open(os.path.join(HERE, "..", "..", "docs", "TESTING.md"), encoding="utf-8") as file:
            part = file.read().split("## The way over\n", 1)[1].split("\n## ", 1)[0]
        self.assertEqual([line for line in part.splitlines() if line.startswith("| ")][1:], rows)


def enter_host():
    """Its name and files of its own, for the rest of this process; else why not."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWUTS) != 0 or libc.mount(
            None, b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return "no namespace: " + os.strerror(ctypes.get_errno())
    socket.sethostname(old_chain.MX)
    return None


def missing():
    return (support.missing() or old_chain.fetch()  # while there is a way out
            or wirings.enter_namespace((RESOLVER_IP,)) or enter_host())


def setUpModule():
    Over.signer = rig.Signer()
    unittest.addModuleCleanup(Over.signer.close)
    Over.host = OverHost(over_mail.zone(over_mail.make_keys(Over.signer)))
    Over.host.__enter__()
    unittest.addModuleCleanup(Over.host.stop)


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_over.py", missing()))
