# SPDX-License-Identifier: BSD-2-Clause
"""path_world - a store in which a forwarder is known, and a stranger is not

Three organizations send from servers of their own, and a forwarder brings the
same signatures from his. On the last day he puts a footer under one. A stranger
has a rented host, signatures of his own, and a newsletter from those who send
for everybody.
"""
import subprocess

from alignctl import NOW, RECORD_TOOL, ToolTest

DAY = 86400
FORWARDER = "198.51.100.7"
STRANGER = "203.0.113.66"
PROVIDER = "192.88.99.9"
OWN = {"a1.test": "192.0.2.11", "a2.test": "198.18.0.12",
       "a3.test": "198.18.1.13"}
ZONE = """
forward.test        TXT "v=spf1 ip4:198.51.100.7 -all"
7.100.51.198.in-addr.arpa PTR mx.forward.test
mx.forward.test     A 198.51.100.7
stranger.test       TXT "v=spf1 ip4:203.0.113.66 -all"
_dmarc.stranger.test TXT "v=DMARC1; p=none"
"""


def letter(author, subject):
    return (f"From: a@{author}\r\nTo: b@mx.test\r\nSubject: {subject}\r\n"
            "Date: Thu, 30 Apr 2026 12:00:00 +0000\r\n\r\nhello\r\n").encode()


class PathTest(ToolTest):

    now = NOW

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.path("zone"), encoding="ascii") as file:
            key = next(line.split(" ", 1)[1] for line in file
                       if line.startswith("s1._domainkey.example.test"))
        senders = OWN | {f"news{i}.test": PROVIDER for i in range(4)}
        with open(cls.path("zone"), "a", encoding="ascii") as file:
            file.write(ZONE)
            for name, client in senders.items():
                file.write(f's1._domainkey.{name} {key}'
                           f'_dmarc.{name} TXT "v=DMARC1; p=reject"\n'
                           f'{name} TXT "v=spf1 ip4:{client} -all"\n')
            file.write(f"s1._domainkey.stranger.test {key}")
        cls.write("overrides.conf", "# kept\n")
        cls.write("conf", f"""authserv_id = "mx.test"
overrides = "{cls.path('overrides.conf')}"
policy {{ indirect_mail = reject }}
store {{ sqlite = "{cls.path('store.db')}" }}
""")
        cls.references = cls.record(cls.rows(senders))

    @classmethod
    def rows(cls, senders):
        """(name, time, client, envelope sender, message)"""
        signed = {name: cls.sign(name, letter(name, "post"))
                  for name in senders}
        own = cls.sign("stranger.test", letter("stranger.test", "mine"))
        for days in (9, 5, 2, 1):
            time = cls.now - days * DAY
            for name, client in senders.items():
                yield (f"{name}{days}", time, client, "x@" + name,
                       signed[name])
            for name in OWN:
                yield (f"F{name}{days}", time + 60, FORWARDER,
                       "x@forward.test", signed[name])
            for name in senders:
                if name not in OWN:
                    yield (f"N{name}{days}", time + 60, STRANGER,
                           "x@stranger.test", signed[name])
            yield (f"OWN{days}", time, STRANGER, "x@stranger.test", own)
        yield ("FOOTER", cls.now - 3600, FORWARDER, "x@forward.test",
               signed["a1.test"] + b"-- \r\na footer\r\n")
        yield ("SPOOF", cls.now - 3000, STRANGER, "x@stranger.test",
               letter("a2.test", "pay at once"))

    @classmethod
    def record(cls, rows):
        """{name: reference}"""
        names, lines = [], ""
        for name, time, client, sender, message in rows:
            cls.write("m." + name, message)
            names.append(name)
            lines += (f"{time} {client} {sender} rcpt@mx.test {name} "
                      f"helo.test - {cls.path('m.' + name)}\n")
        done = subprocess.run(
            [RECORD_TOOL, cls.path("conf"), cls.path("zone"),
             cls.path("store.db")], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)
        return dict(zip(names, done.stdout.split()))
