#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The Containerfile, built on a folder's Debian and run: mail, health, stop.

The base image is the folder that debian/root makes: nothing is pulled. Where
podman cannot run a program from it this skips, with its words. Networks and control
groups are the machine's; where those are of two versions at once, which podman
refuses, podman sees version 2 alone, in mounts of its own. Images lie in
build-deb/containers (CONTAINER_STORE) until the test ends; RIG_KEEP=1 leaves them,
and the next build has its layers.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "wire"))

import milter_client  # noqa: E402

RELEASE = os.environ.get("CONTAINER_RELEASE", "bookworm")
ROOTS = os.path.join(TOP, "build-deb", "roots")
STORE = os.environ.get("CONTAINER_STORE", os.path.join(TOP, "build-deb", "containers"))
OWN_MOUNTS = "CONTAINER_OWN_MOUNTS"
GROUPS = "/sys/fs/cgroup"
UID = 9890                  # the Containerfile's
SPOOFER = "203.0.113.66"
ZONE = """example.com. TXT "v=spf1 -all"
_dmarc.example.com. TXT "v=DMARC1; p=reject"
"""
CONF = """mode = enforce
listen = {listen}
dns {{ fixture = "zone" }}
"""


def cannot(words):
    print(f"SKIP: test_container: {words}")
    raise SystemExit(77)


# --- podman, as it can be had here ---------------------------------------------

def enter_own_mounts():
    """Once more, where mounts are nobody else's; then without mixed groups."""
    if os.environ.get(OWN_MOUNTS) != "1":
        if os.geteuid() != 0 or not shutil.which("podman"):
            cannot("podman is not installed, or this is not root")
        os.execvpe("unshare", ["unshare", "--mount", sys.executable, *sys.argv],
                   {**os.environ, OWN_MOUNTS: "1"})
    if os.path.isdir(os.path.join(GROUPS, "unified")):
        subprocess.run(["umount", "-R", "-l", GROUPS], check=True)
        subprocess.run(["mount", "-t", "cgroup2", "none", GROUPS], check=True)


def podman(*words, check=True, timeout=120, **options):
    driver = os.environ.get("CONTAINER_DRIVER", "overlay")
    return subprocess.run(
        ["podman", "--root", os.path.join(STORE, "root"), "--runroot",
         os.path.join(STORE, "run"), "--storage-driver", driver,
         "--cgroup-manager", "cgroupfs", *words],
        check=check, timeout=timeout, text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options})


def import_base():
    """The folder as an image, and a program of it run; skips where that fails."""
    folder = os.path.join(ROOTS, RELEASE)
    made = subprocess.run([os.path.join(TOP, "debian", "root"), "make", folder, RELEASE],
                          check=False)
    if made.returncode == 77:
        cannot("there is no folder with the release")
    made.check_returncode()
    with subprocess.Popen(
            ["tar", "-c", "-C", folder, "--one-file-system",
             "--exclude=./var/cache/apt/archives/*.deb", "."],
            stdout=subprocess.PIPE) as tar:
        done = podman("import", "-", "localhost/alignd-base:latest", check=False,
                      stdin=tar.stdout, timeout=300)
    if done.returncode == 0:
        done = podman("run", "--rm", *AS_HERE, "--network", "none",
                      "localhost/alignd-base:latest", "true", check=False)
    if done.returncode != 0:
        cannot("podman cannot run here: " + done.stdout.strip().splitlines()[-1])


# No more than a process here has, and no group of its own.
AS_HERE = ["--cgroups", "disabled", "--ulimit", "nofile=8192:8192",
           "--ulimit", "nproc=4096:4096"]


def build_image():
    with tempfile.TemporaryDirectory() as clone:
        files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=TOP,
                               check=True, capture_output=True).stdout
        subprocess.run(["cp", "-a", "--parents",
                        *[name for name in files.decode().split("\0")
                          if os.path.lexists(os.path.join(TOP, name)) and name], clone],
                       cwd=TOP, check=True)
        done = podman("build", "--format", "docker", "--network", "host", "--isolation",
                      "chroot", "--layers", "--build-arg", "BASE=localhost/alignd-base",
                      "--tag", "localhost/alignd", clone, check=False, timeout=1800)
    if done.returncode != 0:
        raise SystemExit(f"the image could not be built: {done.stdout[-4000:]}")


def forget_images():
    if os.environ.get("RIG_KEEP") == "1":
        return
    podman("rmi", "--all", "--force", check=False)
    subprocess.run(["umount", "-l", os.path.join(STORE, "root", "overlay")], check=False,
                   stderr=subprocess.DEVNULL)
    shutil.rmtree(STORE)


# --- a container ----------------------------------------------------------------

class Container:
    """alignd in one, with a folder of settings, one of sockets, one of state."""

    def __init__(self, name, listen="unix:/run/alignd/alignd.sock", network="none"):
        self.name, self.network = name, network
        self.folder = tempfile.mkdtemp(prefix="alignd-container-")
        os.chmod(self.folder, 0o755)
        for volume in ("conf", "run", "state"):
            os.mkdir(os.path.join(self.folder, volume), 0o755)
        for volume in ("run", "state"):
            os.chown(os.path.join(self.folder, volume), UID, UID)
        self.write("alignd.conf", CONF.format(listen=listen))
        self.write("zone", ZONE)

    def write(self, name, text):
        with open(os.path.join(self.folder, "conf", name), "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        volumes = [word for inside, volume, mode in (
            ("/etc/alignd", "conf", "ro"), ("/run/alignd", "run", "rw"),
            ("/var/lib/alignd", "state", "rw"))
            for word in ("-v", f"{self.folder}/{volume}:{inside}:{mode}")]
        podman("run", "--detach", "--name", self.name, *AS_HERE, "--network", self.network,
               *volumes, "localhost/alignd")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        podman("rm", "--force", "--time", "5", self.name, check=False)
        shutil.rmtree(self.folder)

    def log(self):
        return podman("logs", self.name).stdout

    def run(self, *command, check=True):
        return podman("exec", self.name, *command, check=check).stdout

    def is_healthy(self):
        return podman("healthcheck", "run", self.name, check=False).returncode == 0

    def wait_health(self, wanted):
        end = time.monotonic() + 120
        while self.is_healthy() != wanted:
            if time.monotonic() > end:
                raise AssertionError(f"healthy is not {wanted}: {self.log()}")
            time.sleep(0.2)


def send_spoof(address):
    with milter_client.MilterClient(address) as client:
        client.connect(SPOOFER)
        client.helo()
        return client.message("a@example.com", sender="<a@example.com>")


class Contained(unittest.TestCase):

    def test_mail_health_and_stop(self):
        with Container("alignd-unix") as alignd:
            alignd.wait_health(True)
            self.assertEqual(alignd.run("id", "-u").strip(), str(UID))
            sock = os.path.join(alignd.folder, "run", "alignd.sock")
            result = send_spoof(sock)
            self.assertEqual(result.verdict, "reject", result)
            incident, = [json.loads(line) for line in
                         alignd.run("alignctl", "review", "--json").splitlines()]
            self.assertIn(incident["reference"], result.reply)
            self.lose_health(alignd)
            self.stop_and_start(alignd, incident["reference"])

    def lose_health(self, alignd):
        """A daemon that stands still is not healthy; one that goes on is again."""
        podman("kill", "--signal", "STOP", alignd.name)
        alignd.wait_health(False)
        podman("kill", "--signal", "CONT", alignd.name)
        alignd.wait_health(True)

    def stop_and_start(self, alignd, reference):
        """Whatever it held lies in the volume, and the next one has it."""
        podman("stop", "--time", "60", alignd.name)
        status = podman("inspect", "--format", "{{.State.ExitCode}}", alignd.name).stdout
        self.assertEqual(status.strip(), "0", alignd.log())
        podman("start", alignd.name)
        alignd.wait_health(True)
        self.assertIn(reference, alignd.run("alignctl", "review"))

    def test_a_port(self):
        port = 18892
        with Container("alignd-inet", f"inet:{port}@127.0.0.1", "host") as alignd:
            alignd.wait_health(True)
            self.assertEqual(send_spoof(("127.0.0.1", port)).verdict, "reject")

    def test_a_faulty_file_starts_nothing(self):
        with Container("alignd-faulty") as alignd:
            alignd.wait_health(True)
            alignd.write("alignd.conf", "mode = bogus\n")
            podman("stop", "--time", "60", alignd.name)
            podman("start", alignd.name, check=False)
            status = podman("wait", alignd.name).stdout
            self.assertEqual(status.strip(), "2", alignd.log())
            self.assertIn("/etc/alignd/alignd.conf:1", alignd.log())


def main():
    enter_own_mounts()
    os.makedirs(STORE, exist_ok=True)
    import_base()
    try:
        build_image()
        result = unittest.main(exit=False).result
    finally:
        forget_images()
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
