# SPDX-License-Identifier: BSD-2-Clause
"""differ_shapes - valid signatures of shapes that verifiers have got wrong

A signer of its own, relaxed/simple or simple/simple, that writes the field as
it is told: blanks before the sign of b=, other tags that end in b, VT and FF in
fields, names used up by h=, U-labels, times at the beginning of time.
"""
import base64
import hashlib
import re

HEAD = "From: Ann <ann@d.test>\r\nSubject: one  two\r\nX-A: 1\r\n"
BODY = b"hello\r\n"
NAMES = "from:subject:x-a"
SIGNATURE = "DKIM-Signature"
WSP = b" \t"


def relaxed(name, value):
    """RFC 6376 3.4.2: WSP is space and tab, and nothing else."""
    value = re.sub(br"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(WSP)
    return name.lower().strip(WSP) + b":" + value


def simple(name, value):
    return name + b":" + value


def chosen(fields, names):
    """RFC 6376 5.4.2: from the bottom, each once; what is used up is empty."""
    left = list(fields)
    for name in names.split(":"):
        for i in reversed(range(len(left))):
            if left[i][0].lower() == name.lower().encode():
                yield left.pop(i)
                break


def split(head):
    lines = re.split(br"\r\n(?![ \t])", head.encode("utf-8"))
    return [tuple(line.split(b":", 1)) for line in lines if line]


def sign(key, tags="", before_b="; ", b="b=", names=NAMES, head=HEAD,
         domain="d.test", canon="relaxed"):
    """The message with its signature on top; `tags` stand before h=."""
    canonical = relaxed if canon == "relaxed" else simple
    body_hash = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    value = (" v=1; a=rsa-sha256; c=%s/simple; d=%s; s=s1; %sh=%s; bh=%s%s%s"
             % (canon, domain, tags, names, body_hash, before_b, b)).encode("utf-8")
    signed = b"".join(canonical(*field) + b"\r\n"
                      for field in chosen(split(head), names))
    signed += canonical(SIGNATURE.encode(), value)
    value += key.sign(hashlib.sha256(signed).digest())
    return SIGNATURE.encode() + b":" + value + b"\r\n" + head.encode("utf-8") + b"\r\n" + BODY


def messages(key):
    """Yields (label, message); each signature is valid."""
    for canon in ("relaxed", "simple"):
        def one(**kwargs):
            return sign(key, canon=canon, **kwargs)
        yield canon + " plain", one()
        for b in ("b =", "b\t=", "b \r\n =", "b= ", "b = \r\n "):
            yield canon + " b-blank", one(b=b)
        for name in ("xb", "bb", "b_b", "ab1b", "Xb"):
            yield canon + " tag-ends-in-b", one(tags=name + "=abc; ")
        yield canon + " tag-case", one(tags="D=other.test; ")
        yield canon + " tag-case", one(tags="B=abc; ")
        for c in "\x0b\x0c":
            head = HEAD.replace("one  two", "one %s %s two%s" % (c, c, c))
            yield canon + " vt-ff", one(head=head)
        for names in (NAMES + ":dkim-signature", "dkim-signature:" + NAMES,
                      NAMES + ":DKIM-Signature:dkim-signature"):
            yield canon + " h-itself", one(names=names)
        for names in (NAMES + ":x-none", NAMES + ":from:from:subject:x-a:y"):
            yield canon + " h-used-up", one(names=names)
            yield canon + " h-used-up", one(names=names, head=HEAD + "Date: x\r\n")
        for seconds in (0, 1, 299, 300):
            yield "%s t-early %d" % (canon, seconds), one(tags="t=%d; " % seconds)
        yield canon + " h-long", one(names="".join(
            "x-%04d:" % i for i in range(900)) + NAMES)
        for i in ("\"a=40b\"@d.test", "a=40b@d.test", "a=3Db@sub.d.test",
                  "a" * 240 + "@sub.d.test", "\"a@b\"@d.test"):
            yield canon + " i-quoted", one(tags="i=%s; " % i)
        for domain in ("b\u00fccher.test", "B\u00dcCHER.test"):
            yield canon + " u-label", one(domain=domain)
        yield canon + " i-utf8", one(tags="i=m\u00fcller@d.test; ")
