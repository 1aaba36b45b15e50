# SPDX-License-Identifier: BSD-2-Clause
"""over_mail - generated messages for old filters and alignd beside each other.

The same seed gives the same messages, but for the keys of a run. Every message
is a draw from the tables below: who connects, what it says in HELO and MAIL FROM,
whose name stands in From and under which policy, what is signed and what of it
was changed, and how the header is malformed.
"""
import dataclasses
import email.utils
import random

import cases

GENUINE_IP = "192.0.2.10"      # what the senders' SPF records name
CLIENTS = {                    # address: (confirmed name, what it is)
    GENUINE_IP: ("mail.rej.example", "genuine"),
    "203.0.113.66": ("spam.bad.example", "a stranger"),
    "203.0.113.67": (None, "a stranger without a name"),
    "192.0.2.70": ("app.lan.example", "ignored"),
    "192.0.2.72": ("guest.lan.example", "taken out of what is ignored"),
    "198.51.100.5": ("fw.other.example", "a forwarder by its address"),
    "198.51.100.20": ("out.forward.example", "a forwarder by its name"),
    "198.51.100.35": ("peer.other.example", "a peer"),
    "198.51.100.50": ("mx.pobox.example", "a forwarder by its SPF record"),
    "198.51.100.60": ("relay.helo.example", "a forwarder by HELO"),
    "198.51.100.70": ("mx.backup.example", "a backup by its name"),
    "127.0.0.1": ("localhost", "this host"),
}
SPF = {
    "rej.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "news.rej.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "soft.example": f"v=spf1 ip4:{GENUINE_IP} ~all",
    "neutral.example": f"v=spf1 ip4:{GENUINE_IP} ?all",
    "quar.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "none.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "strict.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "mail.strict.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "split.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "splitrej.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "open.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "wrong.example": "v=spf1 nonsense:x -all",
    "nomail.example": "v=spf1 -all",
    "bank.example": f"v=spf1 ip4:{GENUINE_IP} ?all",
    "partner.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "pobox.example": "v=spf1 ip4:198.51.100.50 -all",
    "bad.example": "v=spf1 ip4:203.0.113.64/29 ip4:198.51.100.0/24 -all",
    "mail.rej.example": f"v=spf1 ip4:{GENUINE_IP} -all",
    "relay.helo.example": "v=spf1 ip4:198.51.100.60 -all",
}
DMARC = {
    "rej.example": "p=reject", "soft.example": "p=reject", "neutral.example": "p=reject",
    "quar.example": "p=quarantine", "none.example": "p=none", "strict.example": "p=reject; adkim=s; aspf=s",
    "split.example": "p=reject; sp=none", "splitrej.example": "p=none; sp=reject",
    "wrong.example": "p=reject", "bank.example": "p=reject", "partner.example": "p=reject",
    "nomail.example": "p=reject", "odd.example": "p=nonsense",
}
AUTHORS = (*SPF, "sub.rej.example", "sub.split.example", "sub.splitrej.example", "sub.quar.example", "odd.example",
           "bare.example", "rej.example", "rej.example", "quar.example")
STRANGERS = ("bad.example", "open.example", "bare.example", "soft.example", "wrong.example")
HELOS = ("mail.rej.example", "nomail.example", "bare.example", "bad.example", "[203.0.113.66]",
         "relay.helo.example", "soft.example")
SIGNED = ("rej.example", "quar.example", "soft.example", "strict.example", "split.example", "partner.example",
          "bank.example", "bad.example", "none.example", "sealer.example")


@dataclasses.dataclass
class Mail:
    number: int
    ip: str
    name: str        # of the client, or None
    helo: str
    mail_from: str   # "" is the null sender
    user: str        # who logged in, or None
    text: bytes      # with CRLF
    what: list       # in words, for a message about it

    @property
    def is_complete(self):
        """Each field that RFC 5322 wants is there once, From left out."""
        return not {"no Date", "two Subjects"} & set(self.what)


def zone(keys):
    lines = [f'{name}. TXT "{record}"\n{name}. A {GENUINE_IP}' for name, record in SPF.items()]
    lines += [f'_dmarc.{name}. TXT "v=DMARC1; {record}"' for name, record in DMARC.items()]
    lines += [f"{name}. A {GENUINE_IP}" for name in AUTHORS
              if name not in SPF and name != "rej.example"]
    for name in SIGNED:
        lines += [f"s1._domainkey.{name}. TXT {cases.txt(keys['s1'])}",
                  f"short._domainkey.{name}. TXT {cases.txt(keys['short'])}"]
    for ip, (name, _) in CLIENTS.items():
        if name and name != "localhost":
            lines.append(".".join(reversed(ip.split("."))) + f".in-addr.arpa. PTR {name}.")
            if name not in SPF:
                lines.append(f"{name}. A {ip}")
    lines.append("relay.helo.example. A 198.51.100.60")
    return "\n".join(lines) + "\n"


def make_keys(signer):
    """The records by selector."""
    return {"s1": signer.new_key("s1", "rsa"), "short": signer.new_key("short", "rsa", 1024)}


def organization(domain):
    return ".".join(domain.split(".")[-2:])


class Maker:
    """The messages of one seed."""

    def __init__(self, seed, signer):
        self.draw = random.Random(seed)
        self.signer = signer
        self.now = email.utils.formatdate()  # evidence of a list must be young

    def messages(self, count):
        return [self.message(number) for number in range(count)]

    def message(self, number):
        ip = self.draw.choice((GENUINE_IP, GENUINE_IP, "203.0.113.66", "203.0.113.66",
                               *CLIENTS))
        author = self.draw.choice(AUTHORS)
        mail_from = self.envelope_sender(author)
        helo = self.draw.choice((CLIENTS[ip][0] or "bare.example", *HELOS))
        user = "ann" if self.draw.random() < 0.06 else None
        what = [f"from {CLIENTS[ip][1]} {ip}", f"HELO {helo}", f"MAIL FROM <{mail_from}>",
                f"author {author}"] + ([f"logged in as {user}"] if user else [])
        text = self.sign(self.header(number, author, what) + b"\r\nhello\r\nworld\r\n", author,
                         what)
        return Mail(number, ip, CLIENTS[ip][0], helo, mail_from, user, text, what)

    def envelope_sender(self, author):
        draw = self.draw.random()
        if draw < 0.45:
            return f"bounce@{author}"
        if draw < 0.6:
            return f"bounce@{organization(author)}"
        return "" if draw < 0.7 else f"x@{self.draw.choice(STRANGERS)}"

    def header(self, number, author, what):
        """The fields, From among them, in one of its shapes."""
        good = f"From: Ann <ann@{author}>\r\n"
        shapes = {
            "plain": (12, good),
            "two From fields": (1, good + "From: x@bad.example\r\n"),
            "two authors, one domain": (1, f"From: ann@{author}, bob@{author}\r\n"),
            "two authors": (1, f"From: x@bad.example, ann@{author}\r\n"),
            "no From": (1, ""),
            "an empty From": (1, "From: \r\n"),
            "From without an address": (1, "From: Ann\r\n"),
            "a From that lies in its name": (1, f'From: "ann@rej.example" <x@{author}>\r\n'),
        }
        shape = self.draw.choices(list(shapes), [weight for weight, _ in shapes.values()])[0]
        fields = [shapes[shape][1], "To: user@rcpt.test\r\n", f"Subject: message {number}\r\n",
                  f"Date: {self.now}\r\n", f"Message-ID: <{number}@gen.example>\r\n"]
        if shape != "plain":
            what.append(shape)
        draw = self.draw.random()
        if draw < 0.05:
            what.append("no Date")
            del fields[3]
        elif draw < 0.1:
            what.append("two Subjects")
            fields.append("Subject: again\r\n")
        return "".join(fields).encode()

    def sign(self, text, author, what):
        kind = self.draw.choices(("no signature", "aligned", "broken", "of another", "short key",
                                  "sealed", "of a key that is not there"),
                                 (5, 4, 2, 2, 1, 1, 1))[0]
        domain = author if author in SIGNED else organization(author)
        if kind == "of another" or domain not in SIGNED:
            domain = "bad.example"
        if kind != "no signature":
            what.append(f"signed by {domain}: {kind}")
        if kind == "sealed":
            return self.signer.seal("s1", "sealer.example", "s1", text)
        if kind == "no signature":
            return text
        selector = {"short key": "short", "of a key that is not there": "gone"}.get(kind, "s1")
        key = "s1" if selector == "gone" else selector
        text = self.signer.sign(key, domain, selector, text)
        return text.replace(b"hello\r\n", b"hullo\r\n") if kind == "broken" else text
