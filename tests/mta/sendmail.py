# SPDX-License-Identifier: BSD-2-Clause
"""sendmail - the rig with a private Sendmail.

Debian's sendmail cannot be installed beside Postfix, so its packages are
fetched with apt (which checks them) and unpacked below the build directory.
The configuration comes from Sendmail's own m4 files. Sendmail has no XCLIENT:
its clients are on loopback, where SPF says "none", and differ by DKIM.
"""
import glob
import os
import pwd
import shutil
import subprocess

import rig

CACHE = os.path.join(rig.TOP, "build-sendmail")
ROOT = os.path.join(CACHE, "root")
PROGRAM = os.path.join(ROOT, "usr", "libexec", "sendmail", "sendmail")
CF = os.path.join(ROOT, "usr", "share", "sendmail", "cf")
PACKAGES = ("sendmail-bin", "sendmail-cf")
# What sendmail-bin links; fetched as well where it is not installed.
LIBRARIES = ("libdb5.3", "libldap-2.5-0", "liblockfile1", "libnsl2", "libsasl2-2", "libtirpc3",
             "libwrap0")

CONFIGURATION = """divert(-1)
define(`_CF_DIR_', `{cf}/')
include(`{cf}/m4/cf.m4')
divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mx.rig.test')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`confPID_FILE', `{folder}/sendmail.pid')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/switch')dnl
define(`confTRUSTED_USER', `root')dnl
define(`confDEF_USER_ID', `{uid}:{gid}')dnl
define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_IDENT', `0')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confBAD_RCPT_THROTTLE', `0')dnl
define(`STATUS_FILE')dnl
define(`HELP_FILE')dnl
define(`ALIAS_FILE')dnl
define(`LOCAL_MAILER_PATH', `/bin/sh')dnl
define(`LOCAL_MAILER_ARGS', `sh {folder}/deliver $u')dnl
define(`LOCAL_MAILER_FLAGS', `n')dnl
MODIFY_MAILER_FLAGS(`LOCAL', `-wA5')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port={port}')dnl
INPUT_MAIL_FILTER(`alignd', `S=inet:{milter}@127.0.0.1, F=T, T={times}')dnl
MAILER(`local')dnl
MAILER(`smtp')dnl
LOCAL_CONFIG
Cwrcpt.test
"""

# Into a maildir; the mailer gets the message on standard input.
DELIVER = """box={folder}/mail/$1
umask 022
mkdir -p "$box/tmp" "$box/new" || exit 75
file=$(mktemp "$box/tmp/XXXXXXXXXX") || exit 75
cat >"$file" && mv "$file" "$box/new" || exit 75
"""


def run(*words, **options):
    return subprocess.run(words, capture_output=True, text=True, timeout=300, **options)


def is_installed(package):
    return "ok installed" in run("dpkg-query", "-W", "-f=${Status}", package).stdout


def library_path(root=ROOT):
    return ":".join([*glob.glob(os.path.join(root, "usr", "lib", "*-linux-gnu*")),
                     *glob.glob(os.path.join(root, "lib", "*-linux-gnu*")),
                     os.path.join(root, "usr", "lib")])


def environment(root=ROOT):
    return {**os.environ, "LD_LIBRARY_PATH": library_path(root)}


def command(*arguments):
    """A host name without a dot makes Sendmail wait a minute for a better one:
    it gets one that nobody else sees, where that is allowed."""
    named = ["unshare", "--uts", "sh", "-c", 'hostname mx.rig.test && exec "$0" "$@"']
    is_allowed = run(*named, "true").returncode == 0
    return [*(named if is_allowed else []), PROGRAM, *arguments]


def fetch():
    """Puts Sendmail's programs below the build directory, once; returns why
    that cannot be done here, or None."""
    for tool in ("apt-get", "dpkg-deb", "dpkg-query", "m4"):
        if not shutil.which(tool):
            return f"not installed: {tool}"
    if not os.path.exists(PROGRAM):
        reason = unpack([*PACKAGES, *(name for name in LIBRARIES if not is_installed(name))])
        if reason:
            return reason
    missing = [line.split()[0] for line in run("ldd", PROGRAM, env=environment()).stdout
               .splitlines() if "not found" in line]
    return f"libraries are missing: {' '.join(missing)}" if missing else None


def unpack(packages, root=ROOT):
    """All or nothing: an interrupted fetch leaves no half of it in the root."""
    cache, fresh = os.path.dirname(root), root + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    try:
        done = run("apt-get", "-q", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20",
                   "download", *packages, cwd=cache)
    except subprocess.TimeoutExpired:
        return "apt does not get Debian's packages in time"
    if done.returncode != 0:
        return "apt cannot get Debian's packages: " + last_line(done.stderr)
    for package in glob.glob(os.path.join(cache, "*.deb")):
        done = run("dpkg-deb", "-x", package, fresh)
        if done.returncode != 0:
            return "dpkg-deb: " + last_line(done.stderr)
        os.remove(package)
    # The loader ignores LD_LIBRARY_PATH for a program with a set-group-id bit.
    if os.path.exists(program := PROGRAM.replace(ROOT, fresh, 1)):
        os.chmod(program, 0o755)
    shutil.rmtree(root, ignore_errors=True)
    os.rename(fresh, root)
    # Root runs this in somebody's tree: "make clean" is that user's.
    run("chown", "-R", f"--reference={rig.TOP}", cache)
    return None


def last_line(text):
    return (text.strip().splitlines() or ["no reason given"])[-1]


class Sendmail(rig.Rig):

    times = "S:30s;R:30s;E:5m"  # how long it waits for alignd

    def rewire(self, times):
        """Sendmail anew, as patient as that."""
        self.times = times
        self.end(self.sendmail)
        self.start_mta()

    def start_mta(self):
        os.makedirs(self.path("queue"), mode=0o700, exist_ok=True)
        self.write("switch", "hosts files\naliases files\npasswd files\n")
        self.write("deliver", DELIVER.format(folder=self.folder))
        nobody = pwd.getpwnam("nobody")
        source = self.write("sendmail.mc", CONFIGURATION.format(
            cf=CF, folder=self.folder, port=self.smtp_port, milter=self.milter_port, times=self.times,
            uid=nobody.pw_uid, gid=nobody.pw_gid))
        done = run("m4", source)
        if done.returncode != 0:
            raise rig.RigError("m4: " + done.stderr)
        self.cf = self.write("sendmail.cf", done.stdout)
        self.sendmail = self.spawn("sendmail", *command(
            f"-C{self.cf}", "-bD", f"-X{self.path('smtp.log')}"), env=environment())
        rig.wait_until("Sendmail", 100, lambda: self.sendmail.poll() is not None
                       or rig.can_connect(self.smtp_port))
        if self.sendmail.poll() is not None:
            raise rig.RigError("Sendmail did not start:\n" + self.log("sendmail"))

    def stop_mta(self):
        """Its process is one of the rig's own."""

    def queue(self, prefix):
        """Queue ids of the files that begin with the prefix: qf queued, hf held."""
        return sorted(os.path.basename(path)[2:]
                      for path in glob.glob(self.path("queue", prefix + "*")))

    def held(self):
        return self.queue("hf")

    def release(self, queue_id):
        """What an operator does: out of quarantine, then a queue run."""
        for words in (["-qQ", "-Q", f"-qI{queue_id}"], [f"-qI{queue_id}"]):
            done = run(*command(f"-C{self.cf}", *words), env=environment())
            if done.returncode != 0:
                raise rig.RigError(f"sendmail {' '.join(words)}: {done.stderr}{done.stdout}")
