# SPDX-License-Identifier: BSD-2-Clause
"""peers - the milters that people run today, set up for the bench's letters

opendkim and opendmarc with its own SPF check, which are run one after the other
as a chain: each is measured by itself and the chain is the sum. (opendmarc is
not told what opendkim found; it costs the same, but its fates mean nothing
here.) Debian's policyd-spf, a policy service, does SPF in other set-ups and is
asked as Postfix would ask. rspamd has SPF, DKIM, ARC and DMARC only. They log
nothing, and ask the name server of /etc/resolv.conf, which bench.py --peers has
put in place in namespaces of its own.
"""
import glob
import os
import shutil
import subprocess

import rig as rigs

SBIN = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
# Neither takes the public suffix list's rule for names that it does not list.
SUFFIXES = "// ===BEGIN ICANN DOMAINS===\nexample\ntest\n"

OPENDKIM = """Mode v
Syslog no
Background no
AutoRestart no
AuthservID mx.bench.test
Socket local:{base}/opendkim.sock
UMask 000
Nameservers 127.0.0.1
"""

OPENDMARC = """AuthservID mx.bench.test
TrustedAuthservIDs mx.bench.test
SPFIgnoreResults true
SPFSelfValidate true
RejectFailures true
HoldQuarantinedMessages true
Syslog false
Background false
AutoRestart false
PublicSuffixList {base}/suffixes
IgnoreHosts {base}/nobody
Socket local:{base}/opendmarc.sock
UMask 000
"""

RSPAMD = """options {{
  filters = "dkim"; pidfile = "{base}/rspamd.pid";
  cache_file = "{base}/symbols"; dynamic_conf = "{base}/dynamic";
  history_file = "{base}/history"; hyperscan_cache_dir = "{base}/";
  control_socket = "{base}/control mode=0600"; url_tld = "{base}/suffixes";
  local_addrs = [192.168.0.0/16];
  dns {{ nameserver = ["127.0.0.1"]; timeout = 1s; retransmits = 5; }}
}}
logging {{ type = "file"; filename = "{base}/rspamd.log"; level = "error"; }}
actions {{ reject = 1000; add_header = 900; greylist = null;
  quarantine = {{ flags = ["no_threshold"]; }} }}
worker "rspamd_proxy" {{
  bind_socket = "{base}/rspamd.sock mode=0666"; count = 1; milter = yes;
  timeout = 120s; quarantine_on_reject = false;
  upstream "local" {{ default = yes; self_scan = yes; }}
}}
spf {{ spf_cache_size = 2k; }}
dkim {{ dkim_cache_size = 2k; time_jitter = 50000000; }}
dmarc {{ actions = {{ quarantine = "quarantine"; reject = "reject"; }} }}
modules {{ {modules} }}
"""


def which(name):
    return shutil.which(name, path=SBIN)


def write(base, name, text):
    with open(os.path.join(base, name), "w") as file:
        file.write(text)
    return os.path.join(base, name)


def start(rig, base, name, command):
    address = f"unix:{base}/{name}.sock"
    return rigs.Daemon(rig, name, command, address)


def opendkim(rig, base):
    return start(rig, base, "opendkim", [
        which("opendkim"), "-f", "-x",
        write(base, "opendkim.conf", OPENDKIM.format(base=base))])


def opendmarc(rig, base):
    write(base, "nobody", "")
    write(base, "suffixes", SUFFIXES)
    return start(rig, base, "opendmarc", [
        which("opendmarc"), "-f", "-c",
        write(base, "opendmarc.conf", OPENDMARC.format(base=base))])


def rspamd(rig, base):
    plugins = "/usr/share/rspamd/plugins"
    modules = " ".join(f'path = "{plugins}/{name}.lua";'
                       for name in ("spf", "dmarc", "arc"))
    write(base, "suffixes", SUFFIXES)
    return start(rig, base, "rspamd", [
        which("rspamd"), "-f", "-i", "-c", write(
            base, "rspamd.conf", RSPAMD.format(base=base, modules=modules))])


MILTERS = (opendkim, opendmarc, rspamd)


def start_all(rig):
    """Those that are installed, each with a warm cache."""
    daemons = []
    for milter in MILTERS:
        name = milter.__name__
        if which(name) is None:
            print(f"  {name} is not installed: left out")
            continue
        base = os.path.join(rig.folder, "peer-" + name)
        os.mkdir(base)
        daemon = milter(rig, base)
        rig.load(daemon, messages=2000)
        daemon.pid = busiest(daemon.pid)
        daemons.append(daemon)
    return daemons


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat") as file:
        words = file.read().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def busiest(pid):
    """rspamd's worker does the work, not its parent."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        for path in glob.glob(f"/proc/{found[-1]}/task/*/children"):
            with open(path) as file:
                left += map(int, file.read().split())
    return max(found, key=cpu_ticks)


def envelopes(path, count):
    """"IP HELO <MAIL-FROM>" of the first letters of a file."""
    with open(path, "rb") as file:
        for _ in range(count):
            words = file.readline().decode().split()
            file.seek(int(words[4]), os.SEEK_CUR)
            yield words[:3]


def policy_service(rig, count=300):
    """CPU microseconds that policyd-spf takes for a message, or None."""
    if which("policyd-spf") is None:
        return None
    process = subprocess.Popen(
        ["taskset", "-c", str(rigs.DAEMON_CORE), which("policyd-spf")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    letters = envelopes(os.path.join(rig.corpus, "mixed"), count)
    for number, (ip, helo, sender) in enumerate(letters):
        if number == 20:  # by then all is loaded
            before = cpu_ticks(process.pid)
        process.stdin.write(
            "request=smtpd_access_policy\nprotocol_state=RCPT\n"
            f"instance={number}\nclient_address={ip}\nhelo_name={helo}\n"
            f"sender={sender.strip('<>')}\nrecipient=someone@bench.test\n\n")
        process.stdin.flush()
        while process.stdout.readline().strip():
            pass
    used = cpu_ticks(process.pid) - before
    process.stdin.close()
    process.wait()
    return used / os.sysconf("SC_CLK_TCK") * 1e6 / (count - 20)
