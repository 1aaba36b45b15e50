# SPDX-License-Identifier: BSD-2-Clause
"""rig - what the bench runs: name server, delays, floors, alignd, load

Everything lives in one folder and on loopback, the measured daemons on one
core, all else on another, and is ended by its process id.
"""
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "wire"))
from ports import free_port  # noqa: E402  pylint: disable=wrong-import-position

TOP = os.path.abspath(os.environ.get("top_builddir", "."))
DELAYS_MS = (0, 10, 50)
FLOORS = ("accept", "crypto")
CORES = sorted(os.sched_getaffinity(0))
DAEMON_CORE, OTHER_CORE = CORES[0], CORES[-1]
HAS_OWN_NET = "ALIGND_BENCH_OWN_NET" in os.environ


def tool(name):
    return os.path.join(TOP, "tests", "bench", name)


def output(name, *arguments):
    """What a tool says, an object a line."""
    out = subprocess.run([tool(name), *arguments], stdout=subprocess.PIPE,
                         text=True, check=True).stdout
    return [json.loads(row) for row in out.splitlines()]


def wait_for(what, condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def end(process):
    """Asks first: nsd takes its children along."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Daemon:
    """One measured milter; `address` is its socket as libmilter names it."""

    def __init__(self, rig, name, command, address):
        self.name = name
        self.address = address
        self.path = address.removeprefix("unix:")
        self.process = rig.start(command, DAEMON_CORE, name)
        self.pid = self.process.pid
        wait_for(f"{name} listens", self.has_settled)
        if self.process.poll() is not None:
            raise RuntimeError(f"{name} did not start: see {rig.folder}")

    def has_settled(self):
        return self.process.poll() is not None or os.path.exists(self.path)

    def stop(self):
        end(self.process)
        if os.path.exists(self.path):
            os.unlink(self.path)

    def memory(self):
        """RSS and PSS in KiB, and the number of threads."""
        found = {}
        for name in ("smaps_rollup", "status"):
            with open(f"/proc/{self.pid}/{name}") as file:
                for line in file:
                    words = line.split()
                    if words[0] in ("Rss:", "Pss:", "Threads:"):
                        found[words[0][:-1].lower()] = int(words[1])
        return found


class Rig:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="alignd-bench.")
        os.chmod(self.folder, 0o755)
        self.corpus = os.path.join(self.folder, "corpus")
        self.state = os.path.join(self.folder, "state")
        os.mkdir(self.corpus)
        os.mkdir(self.state)
        self.user = "nobody" if os.geteuid() == 0 else "root"
        if os.geteuid() == 0:
            shutil.chown(self.state, self.user)
        self.processes = []
        self.ports = {}
        self.proxies = {}

    def __enter__(self):
        subprocess.run([tool("corpus"), self.corpus], check=True)
        self.start_dns()
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            end(process)
        shutil.rmtree(self.folder)

    def start(self, command, core, name, **options):
        log = open(os.path.join(self.folder, name + ".log"), "ab")
        with log:
            options.setdefault("stdout", log)
            process = subprocess.Popen(
                ["taskset", "-c", str(core), *command], stderr=log,
                stdin=subprocess.DEVNULL, **options)
        self.processes.append(process)
        return process

    # -- DNS ----------------------------------------------------------------

    def start_dns(self):
        """nsd, and the same further away. Without nsd: the zone as fixture."""
        nsd = shutil.which("nsd", path=os.environ["PATH"] + ":/usr/sbin")
        if nsd is None:
            return
        port = free_port()
        # The peers know no other port.
        usual = "  ip-address: 127.0.0.1@53\n" if HAS_OWN_NET else ""
        config = os.path.join(self.folder, "nsd.conf")
        with open(config, "w") as file:
            file.write(f"""server:
{usual}  ip-address: 127.0.0.1@{port}
  username: ""
  zonesdir: "{self.corpus}"
  zonelistfile: "{self.folder}/zone.list"
  database: ""
  pidfile: ""
  xfrdfile: "{self.folder}/xfrd.state"
  xfrdir: "{self.folder}"
  server-count: 1
  minimal-responses: yes
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "zone"
""")
        self.start([nsd, "-d", "-c", config], OTHER_CORE, "nsd",
                   process_group=0)
        for delay in DELAYS_MS:
            self.ports[delay] = free_port()
            self.proxies[delay] = self.start(
                [tool("delay"), str(self.ports[delay]), str(port), str(delay)],
                OTHER_CORE, f"delay{delay}", stdout=subprocess.PIPE, text=True)
        time.sleep(0.5)

    def questions(self, delay):
        """How many have passed this proxy."""
        self.proxies[delay].send_signal(signal.SIGUSR1)
        return int(self.proxies[delay].stdout.readline())

    # -- milters ------------------------------------------------------------

    def floor(self, mode):
        address = f"unix:{self.folder}/{mode}.sock"
        return Daemon(self, mode, [tool("floor"), address, mode], address)

    def floor_again(self, mode):
        """Another one, which nobody has used."""
        name = mode + "-anew"
        address = f"unix:{self.folder}/{name}.sock"
        return Daemon(self, name, [tool("floor"), address, mode], address)

    def alignd(self, name="alignd", delay=0, settings=""):
        base = os.path.join(self.state, name)
        address = f"unix:{base}.sock"
        dns = f'servers = {{"127.0.0.1@{self.ports[delay]}"}}' \
            if self.ports else f'fixture = "{self.corpus}/zone"'
        config = os.path.join(self.folder, name + ".conf")
        with open(config, "w") as file:
            file.write(f"""authserv_id = "mx.bench.test"
listen = "{address}"
socket_mode = "0666"
user = "{self.user}"
dns {{ {dns} }}
store {{ sqlite = "{base}.db" }}
log {{ target = stderr }}
{settings}
""")
        program = os.environ.get("ALIGND", os.path.join(TOP, "milter/alignd"))
        return Daemon(self, name, [program, "-f", "-c", config], address)

    def store_bytes(self, name="alignd"):
        return sum(os.path.getsize(os.path.join(self.state, file))
                   for file in os.listdir(self.state)
                   if file in (name + ".db", name + ".db-wal"))

    # -- load ---------------------------------------------------------------

    def load(self, daemon, letters="mixed", connections=10, messages=500,
             per_connection=5, rate=0, first=0):
        out = subprocess.run(
            self.load_command(daemon, connections, messages)
            + ["-k", str(per_connection), "-r", str(rate), "-s", str(first),
               daemon.address, os.path.join(self.corpus, letters)],
            stdout=subprocess.PIPE, text=True, check=True).stdout
        return json.loads(out)

    @staticmethod
    def load_command(daemon, connections, messages):
        # The others' fates are their own affair.
        telling = ["-v"] if daemon.name == "alignd" else []
        return ["taskset", "-c", str(OTHER_CORE), tool("load"),
                "-c", str(connections), "-n", str(messages),
                "-p", str(daemon.pid), *telling]

    def hold(self, daemon, connections):
        """Memory while so many connections, each after a message, are idle."""
        process = subprocess.Popen(
            self.load_command(daemon, connections, connections)
            + ["-i", daemon.address, os.path.join(self.corpus, "mixed")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(0.5)
        memory = daemon.memory()
        process.communicate()
        return memory

    def in_turns(self, daemons, pairs, **options):
        """name -> one result for each turn; the turns alternate."""
        results = {daemon.name: [] for daemon in daemons}
        for turn in range(pairs):
            for daemon in daemons:
                results[daemon.name].append(self.load(
                    daemon, first=turn * options.get("messages", 500),
                    **options))
        return results


def median(results, key):
    return statistics.median(result[key] for result in results)


def ratio(over, under, key="cpu_us"):
    """The median of the pairs' ratios."""
    return statistics.median(
        a[key] / b[key] for a, b in zip(over, under) if b[key])
