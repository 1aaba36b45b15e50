# SPDX-License-Identifier: BSD-2-Clause
"""cases - the messages of the demo, each with the fate it ought to meet."""
import dataclasses
import email.utils
import json
import re

import rig

SENDER_IP = "192.0.2.10"     # the genuine host of example.test
LIST_IP = "198.51.100.7"     # forwards and lists
SPOOFER_IP = "203.0.113.66"  # nobody's friend


class Keys:
    """Keys made for one run."""

    def __init__(self):
        self.signer = rig.Signer()
        self.rsa = self.signer.new_key("rsa", "rsa")
        self.ed25519 = self.signer.new_key("ed25519", "ed25519")

    def close(self):
        self.signer.close()


def zone(keys):
    return f"""
example.test. TXT "v=spf1 ip4:{SENDER_IP} -all"
_dmarc.example.test. TXT "v=DMARC1; p=reject; sp=quarantine; np=reject; rua=mailto:d@example.test"
s1._domainkey.example.test. TXT {txt(keys.rsa)}
e1._domainkey.example.test. TXT {txt(keys.ed25519)}
news.example.test. A {SENDER_IP}
bounces.example.test. TXT "v=spf1 ip4:{SENDER_IP} -all"
mail.example.test. A {SENDER_IP}
mail.example.test. TXT "v=spf1 a -all"
10.2.0.192.in-addr.arpa. PTR mail.example.test.
quarantine.test. TXT "v=spf1 -all"
_dmarc.quarantine.test. TXT "v=DMARC1; p=quarantine"
monitor.test. TXT "v=spf1 -all"
_dmarc.monitor.test. TXT "v=DMARC1; p=none"
list.test. TXT "v=spf1 ip4:{LIST_IP} -all"
spoofer.test. TXT "v=spf1 ip4:{SPOOFER_IP} -all"
nopolicy.test. TXT "v=spf1 ip4:{SPOOFER_IP} -all"
"""


def txt(text):
    """A record as strings of at most 250 bytes."""
    return " ".join(f'"{text[i:i + 250]}"' for i in range(0, len(text), 250))


@dataclasses.dataclass
class Case:
    name: str
    ip: str
    mail_from: str
    headers: str                 # "From: ..." lines
    code: int                    # what the client must see at the end of DATA
    applied: str
    asked: str = None
    outcome: str = "delivered"   # delivered, held, refused
    dmarc: str = ""              # result in the delivered header
    sign: tuple = ()             # (key, domain, selector)
    helo: str = "client.test"
    change_body: bool = False    # after signing, as a mailing list does
    reply_has: tuple = ()
    delivered_has: tuple = ()
    delivered_lacks: tuple = ()


CASES = [
    Case("aligned DKIM", SENDER_IP, "bounce@list.test", "From: Ann <ann@example.test>",
         250, "none", "reject", dmarc="pass", sign=("rsa", "example.test", "s1")),
    Case("aligned SPF only", SENDER_IP, "ann@example.test", "From: Ann <ann@example.test>",
         250, "none", "reject", dmarc="pass"),
    Case("relaxed subdomain", SENDER_IP, "b@bounces.example.test",
         "From: News <n@news.example.test>", 250, "none", "quarantine", dmarc="pass"),
    Case("ed25519 signature", LIST_IP, "ann@list.test", "From: Ann <ann@example.test>",
         250, "none", "reject", dmarc="pass", sign=("ed25519", "example.test", "e1")),
    Case("forwarded: SPF fails, DKIM passes", LIST_IP, "ann@example.test",
         "From: Ann <ann@example.test>", 250, "none", "reject", dmarc="pass",
         sign=("rsa", "example.test", "s1"), delivered_has=("spf=fail", "dkim=pass")),
    Case("p=none failing", SPOOFER_IP, "x@spoofer.test", "From: x@monitor.test",
         250, "none", "none", dmarc="fail"),
    Case("p=quarantine failing", SPOOFER_IP, "x@spoofer.test", "From: x@quarantine.test",
         250, "quarantine", "quarantine", outcome="held"),
    Case("p=reject spoof", SPOOFER_IP, "x@spoofer.test", "From: The Boss <ceo@example.test>",
         550, "reject", "reject", outcome="refused",
         reply_has=("5.7.1", "DMARC", "example.test", "ref ")),
    Case("subdomain under sp", SPOOFER_IP, "x@spoofer.test", "From: x@news.example.test",
         250, "quarantine", "quarantine", outcome="held"),
    Case("non-existent subdomain under np", SPOOFER_IP, "x@spoofer.test",
         "From: x@nowhere.example.test", 550, "reject", "reject", outcome="refused",
         reply_has=("DMARC", "nowhere.example.test")),
    Case("list changed the body under p=reject", LIST_IP, "list@list.test",
         "From: Ann <ann@example.test>", 250, "quarantine", "reject", outcome="held",
         sign=("rsa", "example.test", "s1"), change_body=True),
    Case("two From fields", SPOOFER_IP, "x@spoofer.test",
         "From: x@spoofer.test\r\nFrom: ceo@example.test", 550, "reject", None,
         outcome="refused", reply_has=("DMARC", "From")),
    Case("two authors in one From", SPOOFER_IP, "x@spoofer.test",
         "From: x@spoofer.test, ceo@example.test", 550, "reject", None, outcome="refused",
         reply_has=("DMARC", )),
    Case("forged Authentication-Results", SPOOFER_IP, "x@nopolicy.test",
         "Authentication-Results: mx.rig.test; dmarc=pass header.from=forged-one.test\r\n"
         "Authentication-Results: other.test; dmarc=pass header.from=foreign.test\r\n"
         "Authentication-Results: (c) \"MX.rig.test\" 1; dkim=pass header.d=forged-two.test\r\n"
         "From: x@nopolicy.test", 250, "none", None, dmarc="none",
         delivered_has=("foreign.test", ), delivered_lacks=("forged-one", "forged-two")),
    Case("null sender", SENDER_IP, "", "From: MAILER-DAEMON@mail.example.test",
         250, "none", "quarantine", dmarc="pass", helo="mail.example.test",
         delivered_has=("smtp.helo=mail.example.test", )),
]


@dataclasses.dataclass
class Fate:
    code: int
    text: str
    asked: str
    applied: str
    outcome: str
    delivered: str = ""


def message(case, keys, marker):
    text = (f"{case.headers}\r\nTo: user@rcpt.test\r\nSubject: {case.name}\r\n"
            f"Date: {email.utils.formatdate()}\r\n"
            f"Message-ID: {marker}\r\n\r\nHello,\r\n{case.name}.\r\n").encode()
    if case.sign:
        key, domain, selector = case.sign
        text = keys.signer.sign(key, domain, selector, text)
    if case.change_body:
        text += b"-- \r\nlist footer\r\n"
    return text


def play(host, case, keys):
    """Sends the case's message and finds out what became of it."""
    marker = f"<case-{CASES.index(case)}@demo.test>"
    before = host.held()
    offset = len(host.log("alignd"))
    code, text = host.send(message(case, keys, marker), case.ip, case.mail_from, helo=case.helo)
    line = host.wait_log("alignd", " action=", offset)
    words = dict(word.split("=", 1) for word in line.split() if "=" in word)
    fate = Fate(code, text, None if words.get("asked") == "-" else words.get("asked"),
                words.get("applied", ""), "refused")
    if code == 250 and len(host.held()) > len(before):
        fate.outcome = "held"
    elif code == 250:
        fate.delivered = host.delivered(marker)
        fate.outcome = "delivered"
    return fate


def judge(case, fate):
    """What is not as it ought to be, in words."""
    problems = []
    for key in ("code", "asked", "applied", "outcome"):
        if getattr(fate, key) != getattr(case, key):
            problems.append(f"{key} is {getattr(fate, key)}, not {getattr(case, key)}")
    problems += [f"the reply lacks {word!r}" for word in case.reply_has if word not in fate.text]
    if fate.outcome == "delivered":
        names = field_names(fate.delivered)
        if "Authentication-Results: mx.rig.test;" not in fate.delivered or \
                names[names.index("Received") - 1] != "Authentication-Results":
            problems.append("our Authentication-Results does not stand above Received")
        flat = " ".join(fate.delivered.split())
        if f"dmarc={case.dmarc}" not in flat:
            problems.append(f"the delivered message lacks dmarc={case.dmarc}")
        problems += [f"the delivered message lacks {w!r}" for w in case.delivered_has
                     if w not in flat]
        problems += [f"the delivered message has {w!r}" for w in case.delivered_lacks
                     if w in flat]
    return problems


def field_names(text):
    """Names of the header fields from the top down."""
    return re.findall(r"(?m)^([A-Za-z0-9-]+):", text.split("\n\n", 1)[0])


def review(host):
    return [json.loads(line) for line in host.alignctl("review", "--json").splitlines()]
