# SPDX-License-Identifier: BSD-2-Clause
"""axe - what axe-core finds wrong for those who see or move otherwise

A pinned version, fetched once by npm into a folder of the build, and compared with
a kept hash. Without npm or the network there is none, and script() says so.
"""
import hashlib
import os
import shutil
import subprocess
import tarfile

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
VERSION = "4.10.2"
SHA256 = "9ea2d2d6917da998122bdacfd3b473e31ead53f4b87146c716a12edf89158100"
FETCH_S = 60
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  found => done(found.violations.map(one => one.id + ": " + one.help + " at " +
    one.nodes.slice(0, 3).map(node => node.target.join(" ")).join(", "))),
  fault => done(["axe: " + fault]));
"""


def fetch(folder):
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        subprocess.run([npm, "pack", "--silent", f"axe-core@{VERSION}"], cwd=folder, check=True,
                       capture_output=True, timeout=FETCH_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return None
    return os.path.join(folder, f"axe-core-{VERSION}.tgz")


def script():
    """(the script, None), or (None, why there is none)"""
    folder = os.path.join(TOP, "build-axe")
    os.makedirs(folder, exist_ok=True)
    archive = os.path.join(folder, f"axe-core-{VERSION}.tgz")
    if not os.path.exists(archive) and fetch(folder) is None:
        return None, f"no axe-core {VERSION}: npm or the network is absent"
    with open(archive, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if digest != SHA256:
        os.remove(archive)
        raise AssertionError(f"axe-core {VERSION} has the hash {digest}, not {SHA256}")
    with tarfile.open(archive) as packed:
        with packed.extractfile("package/axe.min.js") as file:
            return file.read().decode(), None
