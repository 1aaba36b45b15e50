# SPDX-License-Identifier: BSD-2-Clause
"""old_chain - policyd-spf, OpenDKIM and OpenDMARC as Debian packages them.

They are unpacked below the build directory; nothing is installed. Each runs with
a configuration as it stands but for what is about a host: sockets, users, where
files are. Postfix's part is ours: the policy protocol, and two milters one after
the other, the second of which sees what the first did to the header.
"""
import email.utils
import os
import re
import subprocess

import milter_client
import rig
import sendmail

ROOT = os.path.join(rig.TOP, "build-old-chain", "root")
PACKAGES = ("opendkim", "opendmarc", "postfix-policyd-spf-python", "python3-spf-engine",
            "python3-authres", "libopendmarc2", "libspf2-2", "libmemcached11", "libhashkit2",
            "libopendbx1", "librbl1", "libvbr2", "liblua5.3-0", "libbsd0", "libldap-2.5-0",
            "libdb5.3", "libsasl2-2")
MX = "mx.test"
RCPT = "user@rcpt.test"

# Of a host, not of what is done with mail; and what would write elsewhere.
OF_A_HOST = re.compile(r"^\s*(Socket|PidFile|UserID|UMask|Syslog\w*|AutoRestart\w*|HistoryFile|"
                       r"Background|TrustAnchorFile|KeyFile|Domain|Selector)\b", re.IGNORECASE)


def fetch():
    """Why they cannot be had here, or None."""
    if os.path.exists(os.path.join(ROOT, "usr", "sbin", "opendmarc")):
        return None
    return sendmail.unpack(PACKAGES, ROOT)


def strip(path, target):
    """The file without what is about a host."""
    with open(path, encoding="utf-8") as source, open(target, "w", encoding="utf-8") as file:
        file.writelines(line for line in source if not OF_A_HOST.match(line))


class PolicydSpf:
    """Answers at RCPT: a field that goes on top, or a refusal."""

    def __init__(self, host, config):
        program = os.path.join(ROOT, "usr", "bin", "policyd-spf")
        packages = os.path.join(ROOT, "usr", "lib", "python3", "dist-packages")
        with open(host.path("policyd-spf.log"), "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/python3", program, config], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=log, start_new_session=True, text=True,
                env={**os.environ, "PYTHONPATH": packages})
        host.processes.append(self.process)
        self.host = host

    def ask(self, mail):
        """(verdict, what Postfix would do): "accept" with a field or "",
        "reject" or "tempfail" with its words."""
        request = {
            "request": "smtpd_access_policy", "protocol_state": "RCPT", "protocol_name": "ESMTP",
            "client_address": mail.ip, "client_name": mail.name or "unknown",
            "reverse_client_name": mail.name or "unknown", "helo_name": mail.helo,
            "sender": mail.mail_from, "recipient": RCPT, "recipient_count": "0",
            "queue_id": "", "instance": f"i.{mail.number}", "sasl_username": mail.user or ""}
        self.process.stdin.write("".join(f"{k}={v}\n" for k, v in request.items()) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise rig.RigError("policyd-spf ended:\n" + self.host.log("policyd-spf"))
        self.process.stdout.readline()
        action, _, words = answer.strip().removeprefix("action=").partition(" ")
        if action[:1] == "5" or action.lower() == "reject":
            return "reject", words
        if action[:1] == "4" or action.startswith("defer"):
            return "tempfail", words
        return "accept", words if action == "prepend" else ""

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.host.end(self.process)


class OldMilter:
    """opendkim or opendmarc, in the foreground beside its configuration."""

    def __init__(self, host, name, config, settings):
        self.host, self.path = host, host.path("sock", name)
        with open(config, "a", encoding="utf-8") as file:
            file.write(f"\nSocket local:{self.path}\nUserID nobody\nSyslog no\nUMask 000\n"
                       + settings)
        program = os.path.join(ROOT, "usr", "sbin", name)
        with open(host.path(name + ".log"), "ab") as log:
            self.process = subprocess.Popen(
                [program, "-f", "-c" if name == "opendmarc" else "-x", config],
                cwd=os.path.dirname(config), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, env=sendmail.environment(ROOT))
        host.processes.append(self.process)
        rig.wait_until(name, 20, lambda: os.path.exists(self.path)
                       or self.process.poll() is not None)
        if self.process.poll() is not None:
            raise rig.RigError(f"{name} did not start:\n" + host.log(name))

    def close(self):
        self.process.kill()  # they would take five seconds to hear of their end
        self.host.end(self.process)
        if os.path.exists(self.path):
            os.unlink(self.path)


def split(text):
    """The fields, [name, value with its blank], folded by LF; and the body."""
    head, _, body = text.partition(b"\r\n\r\n")
    fields = []
    for line in head.decode("latin-1").split("\r\n"):
        if line[:1] in " \t" and fields:
            fields[-1][1] += "\n" + line
        else:
            name, _, value = line.partition(":")
            fields.append([name, value])
    return fields, body


def apply(fields, changes):
    """What a milter asked for at the end of the message, as an MTA does it."""
    fields = [list(field) for field in fields]
    for kind, *words in changes:
        if kind == "add":
            fields.append([words[0], " " + words[1].lstrip(" ")])
        elif kind == "insert":
            fields.insert(max(words[0] - 1, 0), [words[1], " " + words[2].lstrip(" ")])
        elif kind == "change":
            at = [i for i, field in enumerate(fields)
                  if field[0].lower() == words[1].lower()][words[0] - 1:words[0]]
            for i in at:
                fields[i:i + 1] = [[words[1], " " + words[2]]] if words[2] else []
    return fields


def milter_session(address, mail, fields, body):
    """One message in a connection of its own; its Result. A refusal before the
    end of the message is one, too."""
    client = milter_client.MilterClient(address)
    with client:
        try:
            client.connect(mail.ip, mail.name or f"[{mail.ip}]",
                           {"j": MX, "{daemon_name}": MX, "v": "Postfix 3.7"})
            client.helo(mail.helo)
            macros = {"i": f"Q{mail.number}", "{mail_addr}": mail.mail_from}
            if mail.user:
                macros.update({"{auth_authen}": mail.user, "{auth_type}": "PLAIN"})
            client.mail(f"<{mail.mail_from}>", macros)
            client.recipient(f"<{RCPT}>")
            client.data()
            for name, value in fields:
                client.header(name, value)
            client.end_of_header()
            client.body(body)
            return client.end_of_message(f"Q{mail.number}")
        except milter_client.ProtocolError as early:
            verdict = re.search(r"answer to b'\w': b'(.)'", str(early))
            words = {"a": "accept", "r": "reject", "y": "reject", "t": "tempfail"}
            if not verdict or verdict[1] not in words:
                raise
            return milter_client.Result(words[verdict[1]], None, [])


def fate(result):
    if result.verdict in ("reject", "tempfail"):
        return result.verdict
    return "hold" if result.of("quarantine") else "accept"


class Chain:
    """The three, or those of them whose configuration stands in the folder."""

    def __init__(self, host, folder, resolver):
        self.host, self.folder, self.resolver = host, folder, resolver
        self.policy = self.dkim = self.dmarc = None

    def __enter__(self):
        os.makedirs(self.host.path("sock"), exist_ok=True)
        os.chmod(self.host.path("sock"), 0o777)
        where = {name: os.path.join(self.folder, name + ".conf")
                 for name in ("policyd-spf", "opendkim", "opendmarc")}
        if os.path.exists(where["policyd-spf"]):
            self.policy = PolicydSpf(self.host, where["policyd-spf"])
        if os.path.exists(where["opendkim"]):
            self.dkim = OldMilter(self.host, "opendkim", where["opendkim"], self.of_this_host())
        if os.path.exists(where["opendmarc"]):
            self.dmarc = OldMilter(self.host, "opendmarc", where["opendmarc"], "")
        return self

    def __exit__(self, *_):
        for daemon in (self.policy, self.dkim, self.dmarc):
            if daemon:
                daemon.close()

    def of_this_host(self):
        """What OpenDKIM needs here: without Nameservers it would ask the root's
        own; without a table of keys it signs with one, though no mail is its."""
        with open(os.path.join(self.folder, "opendkim.conf"), encoding="utf-8") as file:
            text = file.read()
        settings = "RequireSafeKeys no\n"
        if "Nameservers" not in text:
            settings += f"Nameservers {self.resolver}\n"
        if "KeyTable" not in text:
            key = self.host.path("opendkim.key")
            subprocess.run(["openssl", "genrsa", "-out", key, "1024"], check=True,
                           capture_output=True)
            os.chmod(key, 0o644)
            settings += f"Domain host.invalid\nSelector s\nKeyFile {key}\n"
        return settings

    def judge(self, mail):
        """[(daemon, "reject" "tempfail" "hold", words)] of those who kept it out.
        Each is asked, whatever the one before it said."""
        out = []
        fields, body = split(mail.text)
        fields.insert(0, ["Received", f" from {mail.helo} by {MX}; {email.utils.formatdate()}"])
        if self.policy:
            verdict, words = self.policy.ask(mail)
            if verdict != "accept":
                out.append(("policyd-spf", verdict, words))
            elif words:
                name, _, value = words.partition(":")
                fields.insert(0, [name, " " + value.strip()])
        for name, daemon in (("opendkim", self.dkim), ("opendmarc", self.dmarc)):
            if daemon:
                result = milter_session(daemon.path, mail, fields, body)
                fields = apply(fields, result.changes)
                if fate(result) != "accept":
                    out.append((name, fate(result), result.reply or ""))
        return out
