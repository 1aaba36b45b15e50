# SPDX-License-Identifier: BSD-2-Clause
"""differ_dkim - DKIM messages, whole and broken, and what dkimpy says

Each case is a signed message, then perhaps one change to it or to its key
record; its label tells which.
"""
import re
import subprocess

import dkim

import differ_shapes
from differ_keys import Ed25519, Rsa

NOW = 1767225600
DOMAIN = "d.test"
ZONE_HEAD = "$ORIGIN .\n$TTL 300\n"
CANONS = (b"simple", b"relaxed")

dkim.time = type("time", (), {"time": staticmethod(lambda: NOW)})


class Signer(dkim.DKIM):
    """dkimpy's signer, whose tags can be changed before it signs."""

    change = None

    def gen_header(self, fields, *args, **kwargs):
        if self.change is not None:
            self.change(fields)
        return super().gen_header(fields, *args, **kwargs)


def put(fields, tag, value):
    for i, (name, _) in enumerate(fields):
        if name == tag:
            fields[i] = (tag, value)
            return
    fields.insert(len(fields) - 1, (tag, value))


def take(fields, tag):
    fields[:] = [field for field in fields if field[0] != tag]


def at(seconds):
    return b"%d" % (NOW + seconds)


# How the tags of a signature are changed: label, change.
TAG_CHANGES = [
    ("x-future", lambda f: put(f, b"x", at(86400))),
    ("x-past", lambda f: put(f, b"x", at(-100)) or put(f, b"t", at(-500))),
    ("x-long-past",
     lambda f: put(f, b"x", at(-90000)) or put(f, b"t", at(-100000))),
    ("x-before-t", lambda f: put(f, b"x", at(-1000))),
    ("t-ahead", lambda f: put(f, b"t", at(200))),
    ("t-far-ahead", lambda f: put(f, b"t", at(200000))),
    ("t-absent", lambda f: take(f, b"t")),
    ("t-word", lambda f: put(f, b"t", b"now")),
    ("q-absent", lambda f: take(f, b"q")),
    ("q-list", lambda f: put(f, b"q", b"dns/txt:dns/other")),
    ("q-unknown", lambda f: put(f, b"q", b"http/get")),
    ("i-absent", lambda f: take(f, b"i")),
    ("i-below", lambda f: put(f, b"i", b"a@sub.d.test")),
    ("i-outside", lambda f: put(f, b"i", b"@notd.test")),
    ("i-above", lambda f: put(f, b"i", b"@test")),
    ("v-absent", lambda f: take(f, b"v")),
    ("v-2", lambda f: put(f, b"v", b"2")),
    ("d-absent", lambda f: take(f, b"d")),
    ("s-absent", lambda f: take(f, b"s")),
    ("h-absent", lambda f: take(f, b"h")),
    ("bh-absent", lambda f: take(f, b"bh")),
    ("d-upper", lambda f: put(f, b"d", b"D.TEST")),
    ("s-upper", lambda f: put(f, b"s", b"S1")),
    ("d-bracket", lambda f: put(f, b"d", b"(.d.test")),
    ("a-upper", lambda f: put(f, b"a", b"RSA-SHA256")),
    ("a-unknown", lambda f: put(f, b"a", b"rsa-sha999")),
    ("c-absent", lambda f: take(f, b"c")),
    ("c-half", lambda f: put(f, b"c", b"relaxed")),
    ("c-unknown", lambda f: put(f, b"c", b"nowsp/simple")),
    ("unknown-tag", lambda f: f.insert(1, (b"foo", b"bar_1"))),
    ("z", lambda f: f.insert(1, (b"z", b"From:a=20b|To:c"))),
    ("d-twice", lambda f: f.insert(1, (b"d", b"d.test"))),
    ("s-twice", lambda f: f.insert(1, (b"s", b"other"))),
    ("blanks", lambda f: f.__setitem__(
        slice(None), [(b" " + n + b"\t" if n != b"b" else n,
                       b" " + v if n != b"b" else v) for n, v in f])),
    ("order", lambda f: f.insert(0, f.pop(3))),
    ("l-beyond", lambda f: put(f, b"l", b"999999")),
    ("l-zero", lambda f: put(f, b"l", b"0")),
    ("l-negative", lambda f: put(f, b"l", b"-1")),
]

# What stands at the selector: label, record from the key's base64.
KEY_CHANGES = [
    ("bare", "p=%s"), ("k", "v=DKIM1; k=rsa; p=%s"),
    ("k-ed25519", "v=DKIM1; k=ed25519; p=%s"),
    ("k-unknown", "v=DKIM1; k=dsa; p=%s"),
    ("s-email", "v=DKIM1; s=email; p=%s"), ("s-any", "v=DKIM1; s=*; p=%s"),
    ("s-tlsrpt", "v=DKIM1; s=tlsrpt; p=%s"),
    ("s-list", "v=DKIM1; s=other:email; p=%s"),
    ("h-sha256", "v=DKIM1; h=sha256; p=%s"),
    ("h-sha1", "v=DKIM1; h=sha1; p=%s"),
    ("h-both", "v=DKIM1; h=sha1:sha256; p=%s"),
    ("t-y", "v=DKIM1; t=y; p=%s"), ("t-s", "v=DKIM1; t=s; p=%s"),
    ("v-late", "k=rsa; v=DKIM1; p=%s"), ("v-2", "v=DKIM2; p=%s"),
    ("v-lower", "v=dkim1; p=%s"),
    ("revoked", "v=DKIM1; p="), ("no-p", "v=DKIM1; k=rsa"),
    ("note", "v=DKIM1; n=hello there; p=%s"), ("g", "v=DKIM1; g=*; p=%s"),
    ("semicolon", "v=DKIM1; p=%s;"), ("blanks", "v = DKIM1 ; p = %s "),
    ("unknown-tag", "v=DKIM1; foo=bar; p=%s"),
    ("p-twice", "v=DKIM1; p=AAAA; p=%s"), ("spf", "v=spf1 -all"),
    ("garbage", "v=DKIM1; p=@@@@"), ("cut", "v=DKIM1; p=MIGfMA0GCSqGSIb3"),
]


def text_line(owner, data):
    parts = [data[i:i + 200] for i in range(0, len(data), 200)] or [""]
    return '%s. TXT %s\n' % (owner, " ".join(
        '"%s"' % part.replace("\\", "\\\\").replace('"', '\\"')
        for part in parts))


WORDS = ["hello", "a", "Gr\u00fc\u00dfe", "=?utf-8?q?x?=", "", "(c)", "x" * 90]


def field_value(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randrange(1, 6))]
    gap = rng.choice([" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t ", " \r\n  "])
    text = rng.choice(["", " ", "  ", "\t"]) + gap.join(words)
    return text + rng.choice(["", "", " ", "\t "])


def make_fields(rng):
    fields = [("From", " Ann <ann@d.test>")]
    for name in ("To", "Subject", "Date", "Message-ID", "X-Odd_Name", "Cc"):
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            fields.append((rng.choice([name, name.lower(), name.upper()]),
                           field_value(rng)))
    rng.shuffle(fields)
    return fields


BODY_LINES = ["hello", "", " ", "\t", "a  b", "trailing ", "trailing \t", ".",
              "..", "From x", "\u00fc\u00df", "x" * 500, " lead", "a\tb"]


def make_body(rng):
    lines = [rng.choice(BODY_LINES) for _ in range(rng.randrange(0, 8))]
    body = "".join(line + "\r\n" for line in lines)
    kind = rng.randrange(8)
    if kind == 0:
        return ""
    if kind == 1:
        return body + "no end"
    if kind == 2:
        return body + "\r\n" * rng.randrange(1, 5)
    return body


def make_message(fields, body):
    head = "".join("%s:%s\r\n" % field for field in fields)
    return (head + "\r\n" + body).encode("utf-8")


def header_list(rng, fields):
    names = [name.lower() for name, _ in fields]
    chosen = [name for name in names if rng.random() < 0.7]
    chosen += rng.choice([[], [], ["from"], ["x-absent"], ["subject", "cc"]])
    if "from" not in chosen:
        chosen.append("from")
    rng.shuffle(chosen)
    return [name.encode() for name in chosen]


# Changes to a message after it was signed; the signature is the first field.

def cut(message):
    head, body = message.split(b"\r\n\r\n", 1)
    return re.split(br"\r\n(?![ \t])", head), body


def join(fields, body):
    return b"\r\n".join(fields) + b"\r\n\r\n" + body


def change_body(function):
    def change(rng, message):
        fields, body = cut(message)
        return join(fields, function(body))
    return change


def change_field(function):
    """One field that is not the signature."""
    def change(rng, message):
        fields, body = cut(message)
        i = rng.randrange(1, len(fields))
        fields[i] = function(fields[i])
        return join(fields, body)
    return change


def add_field(line, on_top):
    def change(rng, message):
        fields, body = cut(message)
        fields.insert(0 if on_top else len(fields), line)
        return join(fields, body)
    return change


def swap_fields(rng, message):
    fields, body = cut(message)
    i = rng.randrange(1, len(fields))
    fields.append(fields.pop(i))
    return join(fields, body)


def drop_field(rng, message):
    fields, body = cut(message)
    del fields[rng.randrange(1, len(fields))]
    return join(fields, body)


def change_signature(function):
    def change(rng, message):
        fields, body = cut(message)
        fields[0] = function(fields[0])
        return join(fields, body)
    return change


def flip_hash(field):
    start = field.rindex(b"b=")
    old = field[start + 4:start + 5]
    return (field[:start + 4] + (b"A" if old != b"A" else b"B")
            + field[start + 5:])


def is_signed(message, changed):
    """Is the first field that a change touched one of those in h=? Fields of
    one name are signed from the bottom up (RFC 6376 5.4.2)."""
    before, after = cut(message)[0], cut(changed)[0]
    i = next((i for i, pair in enumerate(zip(before, after))
              if pair[0] != pair[1]), 0)
    names = [f.split(b":", 1)[0].strip().lower() for f in before]
    tags = re.sub(br"\s", b"", before[0]).split(b";")
    listed = next(t for t in tags if t.startswith(b"h="))[2:].split(b":")
    return names[i:].count(names[i]) <= listed.count(names[i])


MESSAGE_CHANGES = [
    ("body-append", change_body(lambda b: b + b"more\r\n")),
    ("body-blank-lines", change_body(lambda b: b + b"\r\n\r\n")),
    ("body-trailing-blank",
     change_body(lambda b: b.replace(b"\r\n", b" \t\r\n", 1))),
    ("body-double-blank", change_body(lambda b: b.replace(b" ", b"  "))),
    ("body-tab", change_body(lambda b: b.replace(b" ", b"\t"))),
    ("body-gone", change_body(lambda b: b"")),
    ("body-case", change_body(lambda b: b.swapcase())),
    ("body-end-cut", change_body(lambda b: b.rstrip(b"\r\n"))),
    ("field-case", change_field(
        lambda f: f.split(b":", 1)[0].swapcase() + b":"
        + f.split(b":", 1)[1])),
    ("field-blank", change_field(lambda f: f.replace(b" ", b"  "))),
    ("field-fold", change_field(lambda f: f.replace(b" ", b"\r\n "))),
    ("field-unfold", change_field(lambda f: f.replace(b"\r\n", b""))),
    ("field-end-blank", change_field(lambda f: f + b" \t")),
    ("field-start-blank", change_field(lambda f: f.replace(b":", b": ", 1))),
    ("field-text", change_field(lambda f: f + b"x")),
    ("field-name-blank", change_field(lambda f: f.replace(b":", b" :", 1))),
    ("field-swap", swap_fields),
    ("field-drop", drop_field),
    ("add-top", add_field(b"X-New: 1", True)),
    ("add-subject-top", add_field(b"Subject: other", True)),
    ("add-to-end", add_field(b"To: other", False)),
    ("add-from-top", add_field(b"From: eve@x.test", True)),
    ("b-flip", change_signature(flip_hash)),
    ("b-fold", change_signature(lambda f: f + b"\r\n ")),
    ("b-semicolon", change_signature(lambda f: f + b";")),
    ("sig-case", change_signature(
        lambda f: f.replace(b"DKIM-Signature", b"dkim-SIGNATURE"))),
    ("sig-blank", change_signature(lambda f: f.replace(b"; ", b";  "))),
    ("sig-unfold", change_signature(lambda f: f.replace(b"\r\n", b""))),
]


class Tool:
    """tests/tools/dkim-tool, a signer that shares no code with dkimpy."""

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.record = self.ask(b"key k rsa 1024\n").decode()

    def ask(self, request):
        self.process.stdin.write(request)
        self.process.stdin.flush()
        return self.process.stdout.read(int(self.process.stdout.readline()))

    def sign(self, message):
        return self.ask(b"sign k d.test s1 %d\n" % len(message) + message)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def sign(rng, key, change=None, canon=None, length=False):
    """A message with its signature on top, and its label."""
    fields = make_fields(rng)
    message = make_message(fields, make_body(rng))
    canon = canon or (rng.choice(CANONS), rng.choice(CANONS))
    signer = Signer(message, signature_algorithm=key.algorithm)
    signer.change = change
    names = header_list(rng, fields)
    signature = signer.sign(b"s1", b"d.test", key.private, canonicalize=canon,
                            include_headers=names, length=length)
    label = "c=" + b"/".join(canon).decode() + (" l" if length else "")
    return signature + message, label


U_LABEL = "s1._domainkey.xn--bcher-kva.test"


def zone_of(*records):
    """What stands at the selector, and the last of it for the U-label."""
    return ZONE_HEAD + "".join(
        text_line("s1._domainkey." + DOMAIN, record) for record in records
    ) + text_line(U_LABEL, records[-1])


def ask_dkimpy(message, record):
    def lookup(name, timeout=5):
        return (record.encode() if name.lower() in (
            b"s1._domainkey.d.test.", U_LABEL.encode() + b".") else None)
    try:
        verifier = dkim.DKIM(message, minkey=1024)
        return "pass" if verifier.verify(0, dnsfunc=lookup) else "fail"
    except (dkim.DKIMException, KeyError, ValueError, TypeError,
            AttributeError) as e:
        return "error %s" % type(e).__name__


def cases(rng, count, tool_path):
    """Yields (label, zone, message, dkimpy's answer)."""
    key = Rsa(1024, 1)
    record = "v=DKIM1; p=" + key.public

    def case(label, message, text=record):
        return (label, zone_of(text), message, ask_dkimpy(message, text))

    def changed(label, message, name, change, text=record):
        other = change(rng, message)
        if name.startswith("field-"):
            name += " signed" if is_signed(message, other) else " unsigned"
        return case("%s %s" % (label, name), other, text)

    for _ in range(count):
        message, label = sign(rng, key, length=rng.random() < 0.15)
        yield case(label, message)
        for name, change in rng.sample(MESSAGE_CHANGES, 3):
            yield changed(label, message, name, change)
    for name, change in TAG_CHANGES:
        for _ in range(3):
            try:
                message, label = sign(rng, key, change)
            except (KeyError, IndexError):
                continue
            yield case("%s tag:%s" % (label, name), message)
    for name, text in KEY_CHANGES:
        for _ in range(2):
            message, label = sign(rng, key)
            text_now = text % key.public if "%s" in text else text
            yield case("%s key:%s" % (label, name), message, text_now)
            yield case("%s tag:i-below key:%s" % (label, name), sign(
                rng, key, dict(TAG_CHANGES)["i-below"])[0], text_now)
    yield from other_keys(rng, case)
    yield from shapes(key, case)
    yield from other_signer(rng, case, changed, count // 4, tool_path)


def other_keys(rng, case):
    small, short, large, edwards = (Rsa(512, 2), Rsa(768, 3), Rsa(2048, 4),
                                    Ed25519(5))
    for name, key in (("512", small), ("768", short), ("2048", large)):
        for _ in range(4):
            message, label = sign(rng, key)
            yield case("%s bits:%s" % (label, name), message,
                       "v=DKIM1; p=" + key.public)
            yield case("%s bits:%s pkcs1" % (label, name), message,
                       "v=DKIM1; p=" + key.pkcs1)
    for _ in range(10):
        message, label = sign(rng, edwards)
        text = "v=DKIM1; k=ed25519; p=" + edwards.public
        yield case(label + " ed25519", message, text)


def shapes(key, case):
    other, odd = Rsa(1024, 6), Rsa(1017, 7)
    record, second = ("v=DKIM1; p=" + k.public for k in (key, other))
    for label, message in differ_shapes.messages(key):
        yield case("shape " + label, message, record)
    message = differ_shapes.sign(odd)
    yield case("shape bits:1017", message, "v=DKIM1; p=" + odd.public)
    for k in (key, other):
        message = differ_shapes.sign(k)
        yield ("shape two-keys", zone_of(record, second), message,
               ask_dkimpy(message, "v=DKIM1; p=" + k.public))
    both = differ_shapes.sign(key).split(b"\r\n", 1)[0] + b"\r\n" + \
        differ_shapes.sign(other)
    yield ("shape two-signatures", zone_of(record, second), both,
           ask_dkimpy(both, record))


def other_signer(rng, case, changed, count, tool_path):
    tool = Tool(tool_path)
    for _ in range(count):
        message = make_message(make_fields(rng), make_body(rng))
        message = tool.sign(message) + message
        yield case("tool c=relaxed/relaxed", message, tool.record)
        name, change = rng.choice(MESSAGE_CHANGES)
        yield changed("tool c=relaxed/relaxed", message, name, change,
                      tool.record)
    tool.close()
