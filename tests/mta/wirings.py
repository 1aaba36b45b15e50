# SPDX-License-Identifier: BSD-2-Clause
"""wirings - the rig for set-ups that doctor judges, and what mail shows of them.

It lies in a network namespace of its own, whose loopback has the addresses of a
mail host, of senders elsewhere and of a LAN: clients are real, on port 25, and
nothing leaves the namespace. Postfix goes on from case to case; its banner has
the case's number, so that a reload is known to be through, and what served the case
before must be gone: until it notices it takes connections beside its successor, on
any port. Postfix has no log file: its master could wait for the logger that it has
just ended, and nobody else starts one.
"""
import contextlib
import ctypes
import json
import os
import re
import shutil
import socket
import socketserver
import subprocess
import threading

import client
import postfix
import rig
import sendmail

MX_IP = "192.0.2.25"
LAN_IP = "10.0.0.9"
CLONE_NEWNET = 0x40000000
# Of doctor's rules those that are about the machine and not about the wiring.
OTHER_RULES = ("configuration", "mode", "trust.networks", "overrides", "engines", "resolver",
               "store", "mark.key", "suffixes", "report.from", "reload", "confinement", "clock", "sendmail")


def enter_namespace(addresses):
    """Why that cannot be done here, or None. For the rest of this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        return "no network namespace: " + os.strerror(ctypes.get_errno())
    for words in (["link", "set", "lo", "up"],
                  *(["addr", "add", f"{address}/32", "dev", "lo"] for address in addresses)):
        try:
            done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            return "not installed: iproute2"
        if done.returncode != 0:
            return "ip: " + done.stderr.strip()
    return None


class Filter(socketserver.ThreadingTCPServer):
    """A content filter: takes mail by SMTP and hands it to a port of Postfix.

    Where `tells_client` is set it says there by XCLIENT what it was told by
    XFORWARD.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port, back, tells_client=False):
        super().__init__(("127.0.0.1", port), FilterSession)
        self.back = back
        self.tells_client = tells_client
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class FilterSession(socketserver.StreamRequestHandler):

    def say(self, code, text=b"ok"):
        self.wfile.write(b"%d %s\r\n" % (code, text))

    def upstream(self, told):
        back = client.Client(self.server.back)
        if self.server.tells_client and "ADDR" in told:
            back.step("XCLIENT", f"NAME=[UNAVAILABLE] ADDR={told['ADDR']}", want=220)
            back.ehlo("filter.test")
        return back

    def handle(self):
        told, back = {}, None
        self.say(220, b"filter ESMTP")
        while True:
            line = self.rfile.readline()
            verb = line[:4].upper()
            if not line or verb == b"QUIT":
                self.say(221)
                return
            if verb in (b"EHLO", b"HELO"):
                self.wfile.write(b"250-filter\r\n250-XFORWARD NAME ADDR PORT PROTO HELO SOURCE\r\n"
                                 b"250 8BITMIME\r\n")
            elif verb == b"XFOR":
                told.update(part.split("=", 1) for part in line.decode().split()[1:])
                self.say(250)
            elif verb == b"RSET":
                back = None
                self.say(250)
            else:
                back = back or self.upstream(told)
                self.say(*back.docmd(line.decode().strip()))
                if verb == b"DATA":
                    self.content(back)

    def content(self, back):
        text = b"X-Filter: was here\r\n"
        while not text.endswith(b"\r\n.\r\n"):
            text += self.rfile.readline()
        back.send(text)
        self.say(*back.getreply())


class OpenDkim:
    """Debian's own, unpacked below the build directory: nothing is installed."""

    ROOT = os.path.join(rig.TOP, "build-opendkim", "root")
    PROGRAM = os.path.join(ROOT, "usr", "sbin", "opendkim")
    PACKAGES = ("opendkim", "libmemcached11", "libhashkit2", "libopendbx1", "librbl1", "libvbr2",
                "liblua5.3-0", "libbsd0", "libldap-2.5-0", "libdb5.3", "libsasl2-2")

    missing = None  # why it cannot be had here

    @classmethod
    def fetch(cls):
        if not os.path.exists(cls.PROGRAM):
            cls.missing = sendmail.unpack(cls.PACKAGES, cls.ROOT)

    def __init__(self, host, path, settings):
        key = host.path("opendkim.key")
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True,
                       capture_output=True)
        shutil.chown(key, "nobody")
        config = host.write("etc/opendkim.conf", f"""{settings}
Socket local:{path}
UserID nobody
Syslog no
UMask 000
Domain rcpt.test
Selector s
KeyFile {key}
RequireSafeKeys no
""")
        self.host, self.path = host, path
        self.process = host.spawn("opendkim", self.PROGRAM, "-f", "-x", config,
                                  env=sendmail.environment(self.ROOT))
        rig.wait_until("opendkim", 20, lambda: os.path.exists(path))

    def close(self):
        self.process.kill()  # it would take five seconds to hear of its end
        self.host.end(self.process)
        os.unlink(self.path)


class Rspamd:
    """Debian's, with nothing but its module that writes header fields."""

    missing = None if shutil.which("rspamd") else "not installed: rspamd"

    def __init__(self, host, path, headers):
        """`headers`: what stands in local.d/milter_headers.conf."""
        host.write("etc/rspamd/local.d/milter_headers.conf", headers)
        folder = host.path("rspamd")
        os.makedirs(folder, exist_ok=True)
        shutil.chown(folder, "nobody")
        config = host.write("rspamd.conf", f"""
options {{
    filters = "";
    pidfile = "{folder}/pid";
    url_tld = "{host.write('tld', 'test' + chr(10))}";
    hs_cache_dir = "{folder}";
    control_socket = "{folder}/control mode=0600";
    dns {{ nameserver = ["127.0.0.1:{host.dns_port}"]; }}
}}
logging {{ type = "console"; level = "warning"; }}
worker "rspamd_proxy" {{
    bind_socket = "{path} mode=0666 owner=nobody";
    milter = yes; count = 1;
    upstream "local" {{ default = yes; self_scan = yes; }}
}}
metric {{ name = "default"; actions {{ reject = 150; }} }}
milter_headers {{
    .include "{host.path('etc/rspamd/local.d/milter_headers.conf')}"
}}
modules {{ path = "/usr/share/rspamd/plugins/milter_headers.lua"; }}
""")
        self.host, self.path = host, path
        self.process = host.spawn("rspamd", "rspamd", "-f", "-c", config, "-u", "nobody",
                                  "-g", "nogroup")
        rig.wait_until("rspamd", 60, lambda: self.process.poll() is not None
                       or os.path.exists(path) and answers(path))

    def close(self):
        self.host.end(self.process)
        shutil.rmtree(self.host.path("etc", "rspamd"))
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)


def answers(path):
    """Does somebody take connections there?"""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(path) == 0


NEW_SUBJECT = (b"m\0\0\0\1Subject\0another one\0", b"c")


class Impostor(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A milter that is not ours: negotiates, then says the same of all mail."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, verdict=(b"c",)):
        self.address_family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.verdict = verdict
        super().__init__(address, ImpostorSession)
        if isinstance(address, str):
            os.chmod(address, 0o666)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
        if self.address_family == socket.AF_UNIX:
            os.unlink(self.server_address)


class ImpostorSession(socketserver.StreamRequestHandler):
    OPTNEG = b"O\0\0\0\6\0\0\0\x1f\0\0\0\0"

    def handle(self):
        while len(head := self.rfile.read(5)) == 5:
            self.rfile.read(int.from_bytes(head[:4], "big") - 1)
            if head[4:] == b"Q":
                return
            answers = {b"O": (self.OPTNEG,), b"E": self.server.verdict}.get(head[4:], (b"c",))
            for answer in answers if head[4:] not in b"DA" else ():
                self.wfile.write(len(answer).to_bytes(4, "big") + answer)


# What SPF policy services do with forwarded mail, whatever signed it.
POLICY = """while read line; do
[ -n "$line" ] || printf 'action=550 5.7.23 SPF fail - not authorized\\n\\n'
done
"""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/postfix-queue
data_directory = {folder}/postfix-data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.rig.test
mydestination =
inet_interfaces = all
inet_protocols = all
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = rcpt.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/postfix/mailboxes
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
default_transport = discard:
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_banner = case {number}
postscreen_access_list = static:permit
service_throttle_time = 1s
milter_default_action = tempfail
milter_connect_timeout = 2s
smtpd_milters = inet:127.0.0.1:{port}
"""


class Host(postfix.Postfix):

    can_xclient = False
    number = 0
    runner = "root"
    services = ""  # Debian's own, without those that listen

    def start_mta(self):
        self.smtp_port = 25
        super().start_mta()

    def write_main(self):
        with open(postfix.MASTER_CF, encoding="utf-8") as file:
            services = re.sub(r"(?m)^(smtp +inet|#).*\n", "", file.read())
        self.services = re.sub(r"(?m)^(\w+ +(?:unix|unix-dgram) +\S+ +\S+ +)\S+", r"\1n", services)
        self.write("postfix/mailboxes", "user@rcpt.test user/\n")
        self.write("policyd-spf", POLICY)
        os.makedirs(self.path("etc"))
        self.wire()

    def write_master(self):
        """Written with main.cf."""

    def set_runner(self, who):
        """Who starts the next alignd: "root", "nobody" at all, or the "unit",
        which has no root and no right to give files away."""
        self.runner = who

    def start_alignd(self, settings="", **sections):
        if self.runner == "nobody":
            self.configure(settings, **sections)
            return
        try:
            super().start_alignd(settings, **sections)
        except rig.RigError:
            if self.runner != "unit":
                raise
            self.end(self.alignd)
            self.alignd = None

    def spawn(self, name, *command, **options):
        if name == "alignd" and self.runner == "unit":
            command = ["setpriv", "--reuid", self.user(), "--regid", "nogroup", "--clear-groups",
                       *command]
        return super().spawn(name, *command, **options)

    def wire(self, main="", master="smtp inet n - n - - smtpd"):
        """Writes that set-up; what is given goes before what every case has."""
        self.number += 1
        self.write("postfix/main.cf", MAIN.format(folder=self.folder, number=self.number,
                                                  port=self.milter_port)
                   + main.format(**self.names()))
        self.write("postfix/master.cf", master.format(**self.names()) + "\n" + self.services)
        for name in ("main.cf", "master.cf"):
            # Postfix waits until a file that was just written has cooled down.
            os.utime(self.path("postfix", name), (1, 1))

    def names(self):
        return {"folder": self.folder, "port": self.milter_port,
                "queue": self.path("postfix-queue")}

    def reload(self):
        before = self.servers()
        self.postfix("reload")
        try:
            rig.wait_until("reload", 10, self.is_reloaded)
        except rig.RigError:
            # A postscreen that is to end was seen to keep its successor from the port.
            self.postfix("stop")
            self.postfix("start")
            rig.wait_until("start", 60, self.is_reloaded)
        rig.wait_until("the end of the case before", 60, lambda: not before & self.servers())

    def servers(self):
        """The processes of Postfix that take connections from outside."""
        with open(self.path("postfix-queue", "pid", "master.pid"), encoding="ascii") as file:
            master = file.read().strip()
        done = subprocess.run(["pgrep", "-P", master, "-x", "smtpd|postscreen"],
                              capture_output=True, text=True, check=False)
        return set(done.stdout.split())

    def is_reloaded(self):
        with socket.socket() as probe:
            probe.settimeout(5)
            try:
                probe.connect((MX_IP, 25))
                return f"case {self.number}".encode() in probe.recv(200)
            except OSError:
                return False

    def delivered(self, marker, mailbox="user", seconds=2):
        """A reload may end the queue manager with its wake-up, or before it did
        anything, which master takes for a fault and throttles."""
        with contextlib.suppress(rig.RigError):
            return super().delivered(marker, mailbox, seconds)
        self.postfix("flush")
        return super().delivered(marker, mailbox)

    def deliver_from(self, ip, message, mail_from, port=25, host=MX_IP, before="", login=None,
                     xclient=None):
        """One message from a real address; the reply that decided it."""
        if before:
            return self.deliver_raw(port, host, before, message, mail_from)
        try:
            with client.Client(port, xclient, source="127.0.0.1" if xclient else ip,
                               host=host) as session:
                if login:
                    session.step("XCLIENT", f"LOGIN={login}", want=220)
                    session.ehlo("client.test")
                return session.deliver(message, mail_from)
        except client.smtplib.SMTPConnectError as refused:
            return refused.smtp_code, client.flat(refused.smtp_error)

    def deliver_raw(self, port, host, before, message, mail_from):
        """The same behind a proxy, which says first whose connection it is."""
        session = client.smtplib.SMTP()
        session.__class__ = client.Client
        session.command_encoding = "utf-8"
        session.timeout, session._host = 30, host
        session.sock = socket.create_connection((host, port), 30)
        session.sock.sendall(before.encode())
        session.getreply()
        session.ehlo("client.test")
        reply = session.deliver(message, mail_from)
        session.close()
        return reply

    def doctor(self, *more):
        """What doctor says of the wiring, {rule: [finding]}."""
        done = self.run_alignctl("doctor", "--json", "--postfix", self.path("postfix"),
                                 "--etc", self.path("etc"), *more)
        found = {}
        for line in done.stdout.splitlines():
            finding = json.loads(line)
            if finding["check"] not in OTHER_RULES:
                found.setdefault(finding["check"], []).append(finding)
        return found
