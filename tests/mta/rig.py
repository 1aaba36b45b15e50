# SPDX-License-Identifier: BSD-2-Clause
"""rig - a private mail host for the demo and check-mta.

nsd serves a zone on a loopback port, alignd asks it, a Postfix with its own
configuration, queue and port hands its mail to alignd. Everything lives in one
temporary directory; what was started is stopped by its process id. Clients
elsewhere are played with XCLIENT, which this Postfix allows to 127.0.0.1.
"""
import glob
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time

TOP = os.environ.get("top_builddir") or os.path.join(os.path.dirname(__file__), "..", "..")
TOP = os.path.abspath(TOP)


class RigError(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, seconds, probe):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = probe()
        if value:
            return value
        time.sleep(0.05)
    raise RigError(f"{what}: not within {seconds} s")


def can_connect(port):
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def udp_answers(port):
    """One DNS question for the root's SOA; any answer will do."""
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x06\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.5)
        probe.sendto(question, ("127.0.0.1", port))
        try:
            return probe.recv(512)[:2] == b"\x12\x34"
        except OSError:
            return False


class Signer:
    """DKIM keys made for this run, and signatures by them."""

    def __init__(self):
        tool = os.path.join(TOP, "tests", "tools", "dkim-tool")
        self.tool = subprocess.Popen([tool], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, command, data=b""):
        self.tool.stdin.write(command.encode() + b"\n" + data)
        self.tool.stdin.flush()
        length = self.tool.stdout.readline()
        if not length:
            raise RigError("dkim-tool ended")
        return self.tool.stdout.read(int(length))

    def new_key(self, name, algorithm, bits=2048):
        """Makes a key; returns the text of its record."""
        return self.ask(f"key {name} {algorithm} {bits}").decode()

    def sign(self, name, domain, selector, message, tags=""):
        """The message with its signature on top; `tags` such as "t=1; x=2"."""
        return self.ask(f"sign {name} {domain} {selector} {len(message)} {tags}", message) + message

    def close(self):
        self.tool.stdin.close()
        self.tool.wait(10)
        self.tool.stdout.close()


class Rig:
    """start() in order, stop() undoes it all; use as a context."""

    def __init__(self, zone, settings=""):
        self.zone = zone
        self.settings = settings
        self.folder = None
        self.processes = []
        self.postfix_running = False

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="alignd-rig.")
        os.chmod(self.folder, 0o755)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def spawn(self, name, *command):
        log = open(self.path(name + ".log"), "ab")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   cwd=self.folder)
        log.close()
        self.processes.append((name, process))
        return process

    def log(self, name):
        with open(self.path(name + ".log"), errors="replace") as file:
            return file.read()

    # -- the parts -------------------------------------------------------

    def start(self):
        self.start_dns()
        self.start_alignd()
        self.start_mta()

    def start_dns(self):
        self.dns_port = free_port()
        self.write("zone/root.zone", "$ORIGIN .\n$TTL 60\n"
                   ". SOA ns. hostmaster. 1 3600 600 86400 60\n. NS ns.\nns. A 127.0.0.1\n"
                   + self.zone)
        config = self.write("nsd.conf", f"""
server:
    ip-address: 127.0.0.1@{self.dns_port}
    username: ""
    chroot: ""
    zonesdir: "{self.path('zone')}"
    database: ""
    pidfile: ""
    xfrdfile: "{self.path('xfrd.state')}"
    zonelistfile: "{self.path('zone.list')}"
    xfrdir: "{self.folder}"
    hide-version: yes
    server-count: 1
remote-control:
    control-enable: no
zone:
    name: "."
    zonefile: "root.zone"
""")
        process = self.spawn("nsd", "nsd", "-d", "-c", config)
        wait_until("nsd", 10, lambda: process.poll() is not None or udp_answers(self.dns_port))
        if process.poll() is not None:
            raise RigError("nsd did not start:\n" + self.log("nsd"))

    def start_alignd(self):
        self.state = self.path("state")
        os.makedirs(self.state)
        user = self.user()
        if os.getuid() == 0:
            shutil.chown(self.state, user)
        self.milter_port = free_port()
        self.config = self.write("alignd.conf", f"""
authserv_id = "mx.rig.test"
listen = "inet:{self.milter_port}@127.0.0.1"
user = "{user}"
dns {{ servers = {{"127.0.0.1@{self.dns_port}"}} }}
trust {{ networks = {{}} }}
store {{ sqlite = "{self.path('state', 'alignd.db')}" }}
log {{ target = "stderr" }}
{self.settings}
""")
        daemon = os.path.join(TOP, "milter", "alignd")
        self.alignd = self.spawn("alignd", daemon, "-f", "-c", self.config)
        wait_until("alignd", 20, lambda: self.alignd.poll() is not None
                   or can_connect(self.milter_port))
        if self.alignd.poll() is not None:
            raise RigError("alignd did not start:\n" + self.log("alignd"))

    @staticmethod
    def user():
        """Whom a daemon started by root becomes."""
        return "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    def start_mta(self):
        if os.getuid() != 0:
            raise RigError("Postfix can be started by root only")
        self.smtp_port = free_port()
        self.maildir = self.path("mail", "inbox")
        os.makedirs(self.path("mail"))
        shutil.chown(self.path("mail"), "nobody", "nogroup")
        os.makedirs(self.path("postfix-queue"))
        os.makedirs(self.path("postfix-data"))
        shutil.chown(self.path("postfix-data"), "postfix")
        nobody = pwd.getpwnam("nobody")
        self.write("postfix/main.cf", f"""
compatibility_level = 3.6
queue_directory = {self.path('postfix-queue')}
data_directory = {self.path('postfix-data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.path('postfix.log')}
maillog_file_prefixes = {self.folder}
myhostname = mx.rig.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.99/32
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = rcpt.test
virtual_mailbox_base = {self.path('mail')}
virtual_mailbox_maps = static:inbox/
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
default_transport = discard:
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_authorized_xclient_hosts = 127.0.0.1
milter_default_action = tempfail
smtpd_milters = inet:127.0.0.1:{self.milter_port}
""")
        services = open("/usr/share/postfix/master.cf.dist", encoding="utf-8").read()
        services = re.sub(r"^smtp( +)inet( +\S+ +\S+ +)\S+",
                          rf"127.0.0.1:{self.smtp_port}\1inet\g<2>n", services, flags=re.M)
        services = re.sub(r"^(\w+ +(?:unix|unix-dgram) +\S+ +\S+ +)\S+", r"\1n", services,
                          flags=re.M)
        self.write("postfix/master.cf", services)
        self.postfix("start")
        self.postfix_running = True
        wait_until("Postfix", 20, lambda: can_connect(self.smtp_port))

    def postfix(self, *command):
        done = subprocess.run(["postfix", "-c", self.path("postfix"), *command],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RigError(f"postfix {' '.join(command)}: {done.stderr}{done.stdout}")

    # -- mail --------------------------------------------------------------

    def send(self, message, client_ip, client_name="[UNAVAILABLE]", helo="client.test",
             mail_from="", rcpt="user@rcpt.test"):
        """Sends one message; returns the server's last reply, code and text."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=60) as client:
            client.ehlo("rig.test")
            code, text = client.docmd("XCLIENT", f"ADDR={client_ip} NAME={client_name}")
            if code != 220:
                raise RigError(f"XCLIENT: {code} {text.decode()}")
            client.ehlo(helo)
            code, text = client.docmd("MAIL", f"FROM:<{mail_from}>")
            if code == 250:
                code, text = client.docmd("RCPT", f"TO:<{rcpt}>")
            if code == 250:
                code, text = client.docmd("DATA")
            if code == 354:
                body = re.sub(rb"(?m)^\.", b"..", message)
                client.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
                code, text = client.getreply()
            return code, text.decode(errors="replace").replace("\n", " ")

    def delivered(self, marker, seconds=15):
        """The delivered message that holds the marker."""
        def look():
            for path in glob.glob(os.path.join(self.maildir, "new", "*")):
                with open(path, "rb") as file:
                    text = file.read()
                if marker in text:
                    return text
            return None
        return wait_until(f"delivery of {marker.decode()}", seconds, look)

    def held(self):
        """Queue ids in Postfix's hold queue."""
        return sorted(os.path.basename(path)
                      for path in glob.glob(self.path("postfix-queue", "hold", "*")))

    def alignctl(self, *arguments):
        done = subprocess.run([os.path.join(TOP, "tools", "alignctl"), "--config", self.config,
                               *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise RigError(f"alignctl {arguments[0]}: {done.stderr}")
        return done.stdout

    # -- the end -----------------------------------------------------------

    def stop(self):
        if self.postfix_running:
            subprocess.run(["postfix", "-c", self.path("postfix"), "stop"], capture_output=True)
            self.postfix_running = False
        for name, process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        if self.folder:
            if os.environ.get("RIG_KEEP"):
                print("kept:", self.folder)
            else:
                shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
