#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""posture.py - what it takes to look at five hundred domains

    tests/bench/posture.py [DOMAINS]

nsd serves a zone of that many domains on loopback, each with DMARC, SPF of three
includes, two MX, and the records of MTA-STS and TLS-RPT. Prints seconds by the
clock and of the processor and the most memory; fails past 30 s for five hundred,
and where a domain was not looked at whole.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "tools"), os.path.join(HERE, "..", "wire")]
from alignctl import PROGRAM  # noqa: E402
from ports import free_port  # noqa: E402

LOOK_S = 30
HEAD = """$ORIGIN .
$TTL 300
.        SOA ns.test. x.test. 1 2 3 4 300
.        NS  ns.test.
ns.test. A   127.0.0.1
"""
DOMAIN = """d{i}.test. A 192.0.2.10
d{i}.test. NS ns1.d{i}.test.
d{i}.test. NS ns2.d{i}.test.
ns1.d{i}.test. A 192.0.2.53
ns2.d{i}.test. A 192.0.2.54
d{i}.test. MX 10 mx1.d{i}.test.
d{i}.test. MX 20 mx2.d{i}.test.
mx1.d{i}.test. A 192.0.2.25
mx2.d{i}.test. AAAA 2001:db8::25
d{i}.test. TXT "v=spf1 mx include:a.d{i}.test include:b.d{i}.test include:c.d{i}.test -all"
a.d{i}.test. TXT "v=spf1 ip4:192.0.2.64/26 -all"
b.d{i}.test. TXT "v=spf1 a:mx1.d{i}.test -all"
c.d{i}.test. TXT "v=spf1 ip6:2001:db8::/56 -all"
_dmarc.d{i}.test. TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@d{i}.test"
_mta-sts.d{i}.test. TXT "v=STSv1; id=1"
_smtp._tls.d{i}.test. TXT "v=TLSRPTv1; rua=mailto:tls@d{i}.test"
"""


def serve(nsd, folder, domains):
    """(nsd, its port), once it answers."""
    port = free_port()
    with open(os.path.join(folder, "zone"), "w", encoding="ascii") as file:
        file.write(HEAD)
        for i in range(domains):
            # No cut: what has its own NS is here all the same.
            file.write("".join(line + "\n" for line in DOMAIN.format(i=i).splitlines()
                               if " NS " not in line))
    with open(os.path.join(folder, "nsd.conf"), "w", encoding="ascii") as file:
        file.write(f"""server:
  ip-address: 127.0.0.1@{port}
  username: ""
  zonesdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  database: ""
  pidfile: ""
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "zone"
""")
    server = subprocess.Popen([nsd, "-d", "-c", "nsd.conf"], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            time.sleep(0.05)
    sys.exit("nsd does not answer")


def look(folder, port, domains):
    """(seconds by the clock, of the processor, KiB, objects)"""
    with open(os.path.join(folder, "list"), "w", encoding="ascii") as file:
        file.write("".join(f"d{i}.test\n" for i in range(domains)))
    with open(os.path.join(folder, "conf"), "w", encoding="ascii") as file:
        file.write(f'store {{ sqlite = "{folder}/none.db" }}\n'
                   f'dns {{ servers = {{"127.0.0.1@{port}"}} }}\n')
    began = time.monotonic()
    with open(os.path.join(folder, "said"), "wb") as said, \
            subprocess.Popen([PROGRAM, "--config", "conf", "posture", "--json", "--file", "list"],
                             cwd=folder, stdout=said) as tool:
        _, status, used = os.wait4(tool.pid, 0)
        tool.returncode = os.waitstatus_to_exitcode(status)
    if tool.returncode not in (0, 6):
        sys.exit(f"alignctl posture: exit status {tool.returncode}")
    with open(os.path.join(folder, "said"), encoding="ascii") as file:
        found = [json.loads(line) for line in file]
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss, found


def main():
    domains = int((sys.argv[1:] + ["500"])[0])
    nsd = shutil.which("nsd", path=os.environ["PATH"] + ":/usr/sbin")
    if nsd is None:
        print("no nsd on this machine: left out")
        return 77
    folder = tempfile.mkdtemp(prefix="bench-posture.")
    try:
        server, port = serve(nsd, folder, domains)
        try:
            took_s, used_s, kib, found = look(folder, port, domains)
        finally:
            server.terminate()
            server.wait()
    finally:
        shutil.rmtree(folder)
    whole = [each for each in found if each.get("not_checkable") == []]
    if any(each.get("finding") == "dmarc-missing" for each in found):
        sys.exit("the zone is not what was looked at")
    print(f"looked at: {len(whole)} of {domains} domains in {took_s:.1f} s ({used_s:.1f} s of the "
          f"processor), {kib} KiB, {len(found) - len(whole)} findings")
    return int(took_s > LOOK_S * domains / 500 or len(whole) != domains)


if __name__ == "__main__":
    sys.exit(main())
