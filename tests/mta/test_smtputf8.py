#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""SMTPUTF8 mail in a real Postfix (RFC 6531, RFC 8616).

U-labels in MAIL FROM, From, d=, s= and i= count as their A-labels: so is the
DNS asked, and so is stamped and recorded what was found.
"""
import socket
import sqlite3
import sys
import threading

sys.dont_write_bytecode = True

import cases  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402

# Each name as a person writes it and as the DNS knows it.
BOOKS, BOOKS_A = "bücher.test", "xn--bcher-kva.test"
OTHER, OTHER_A = "köln.test", "xn--kln-sna.test"
SELECTOR, SELECTOR_A = "schlüssel", "xn--schlssel-95a"
KEY_NAME = f"{SELECTOR_A}._domainkey.{BOOKS_A}"
FROM = f"From: Jürgen <jürgen@{BOOKS}>"
FROM_A = f"From: Jürgen <jürgen@{BOOKS_A}>"


def zone(keys):
    return cases.zone(keys) + f"""
{BOOKS_A}. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
_dmarc.{BOOKS_A}. TXT "v=DMARC1; p=reject"
{KEY_NAME}. TXT {cases.txt(keys.rsa)}
{OTHER_A}. TXT "v=spf1 ip4:{cases.LIST_IP} -all"
{SELECTOR_A}._domainkey.{OTHER_A}. TXT {cases.txt(keys.ed25519)}
"""


class AskedDns(threading.Thread):
    """Stands before nsd and keeps the names it is asked for, as they came."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.upstream = ("127.0.0.1", port)
        self.names = []
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]

    def run(self):
        while True:
            question, client = self.door.recvfrom(4096)
            if not question:
                return
            self.names.append(self.name_of(question))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nsd:
                nsd.settimeout(5)
                nsd.sendto(question, self.upstream)
                self.door.sendto(nsd.recv(65535), client)

    @staticmethod
    def name_of(question):
        """Its name as bytes, lower case, without the dot at the end."""
        labels, at = [], 12
        while question[at] != 0:
            labels.append(question[at + 1:at + 1 + question[at]].lower())
            at += 1 + question[at]
        return b".".join(labels)

    def stop(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
            end.sendto(b"", ("127.0.0.1", self.port))
        self.join()
        self.door.close()


class Host(postfix.Postfix):
    """alignd asks nsd through AskedDns."""

    asked = None

    def start_dns(self):
        super().start_dns()
        self.asked = AskedDns(self.dns_port)
        self.asked.start()
        self.dns_port = self.asked.port

    def stop(self):
        super().stop()
        if self.asked:
            self.asked.stop()
            self.asked = None


def setUpModule():
    support.start(lambda keys: Host(zone(keys)))


class SmtpUtf8(support.MtaTest):

    def setUp(self):
        self.begin_afresh()
        super().setUp()

    def begin_afresh(self):
        """A daemon with nothing in its cache and its store: all is asked for."""
        self.restart()
        self.host.asked.names.clear()

    def send(self, text, ip, mail_from):
        return self.host.send(text, ip, mail_from, options=" SMTPUTF8")

    def deliver(self, message, ip, mail_from):
        """The value that alignd stamped; it is ASCII in lines that may be sent."""
        text, marker = message
        code, reply = self.send(text, ip, mail_from)
        self.assertEqual(code, 250, reply)
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        field, = self.fields(got)
        self.assertTrue(field.isascii(), field)
        self.assertTrue(all(len(line.encode()) <= 998 for line in got.split("\n")))
        return field

    def signed(self, headers, domain=BOOKS, selector=SELECTOR, key="rsa", tags="",
               body="Grüße.\r\n"):
        text, marker = self.message(headers, body)
        return self.keys.signer.sign(key, domain, selector, text, tags), marker

    def assert_asked(self, *names):
        asked = self.host.asked.names
        self.assertEqual([name for name in asked if not name.isascii()], [])
        for name in names:
            self.assertIn(name.encode(), asked)

    def stored(self):
        """The one tuple that was counted."""
        with sqlite3.connect(self.host.path("state", "alignd.db"), timeout=10) as store:
            store.row_factory = sqlite3.Row
            row, = store.execute("SELECT * FROM tuple").fetchall()
            return dict(row)

    def test_spf_of_a_u_label(self):
        """SPF alone passes, and aligns with the U-label in From."""
        field = self.deliver(self.message(FROM), cases.SENDER_IP, f"jürgen@{BOOKS}")
        self.assertIn("dmarc=pass", field)
        self.assertIn(f"header.from={BOOKS_A}", field)
        self.assertRegex(field, rf"spf=pass smtp\.mailfrom=(\S+@)?{BOOKS_A}")
        self.assert_asked(BOOKS_A, f"_dmarc.{BOOKS_A}")
        row = self.stored()
        self.assertEqual((row["author_domain"], row["mail_from_domain"], row["spf_domain"],
                          row["spf_result"], row["is_spf_aligned"], row["dmarc_result"]),
                         (BOOKS_A, BOOKS_A, BOOKS_A, "pass", 1, "pass"))

    def assert_signature_counts(self, message):
        field = self.deliver(message, cases.SPOOFER_IP, f"jürgen@{BOOKS}")
        self.assertIn("dmarc=pass", field)
        self.assertIn("spf=fail", field)
        self.assertRegex(field, rf"dkim=pass[^;]* header\.d={BOOKS_A}[ ;]")
        self.assertRegex(field, rf"dkim=pass[^;]* header\.s={SELECTOR_A}[ ;]")
        self.assert_asked(KEY_NAME, BOOKS_A, f"_dmarc.{BOOKS_A}")
        row = self.stored()
        self.assertEqual((row["author_domain"], row["is_dkim_aligned"], row["dmarc_result"]),
                         (BOOKS_A, 1, "pass"))
        self.assertIn(BOOKS_A, row["dkim"])
        self.assertIn(SELECTOR_A, row["dkim"])
        self.assertTrue(row["dkim"].isascii(), row["dkim"])

    def test_signature_with_u_labels(self):
        for tags in (f"i=jürgen@{BOOKS}", f"i=ü@post.{BOOKS}", f"i=jürgen@{BOOKS_A}", ""):
            with self.subTest(tags):
                self.begin_afresh()
                self.assert_signature_counts(self.signed(FROM, tags=tags))

    def test_signature_with_a_labels(self):
        for headers in (FROM, FROM_A):
            with self.subTest(headers):
                self.begin_afresh()
                self.assert_signature_counts(self.signed(
                    headers, BOOKS_A, SELECTOR_A, tags=f"i=j@{BOOKS_A}"))

    def test_mixed_labels(self):
        """d= and From in different spellings name the same domain."""
        self.assert_signature_counts(self.signed(FROM_A, tags=f"i=jürgen@{BOOKS}"))

    def assert_row(self, applied, spf_domain, dkim):
        row = self.review()[0]
        self.assertEqual((row["author_domain"], row["spf_domain"], row["applied"]),
                         (BOOKS_A, spf_domain, applied))
        self.assertEqual([(d["result"], d["domain"], d["selector"]) for d in row["dkim"]], dkim)
        self.assertIn(BOOKS_A, self.host.alignctl("explain", row["reference"]))

    def assert_refused(self, text, dkim):
        """A spoof from a host that may send for the other domain only."""
        code, reply = self.send(text, cases.LIST_IP, f"ö@{OTHER}")
        self.assertEqual(code, 550, reply)
        self.assertIn(BOOKS_A, reply)
        self.assertTrue(reply.isascii(), reply)
        self.assert_row("reject", OTHER_A, dkim)

    def test_spoofed(self):
        self.assert_refused(self.message(FROM)[0], [])
        self.assert_asked(OTHER_A, f"_dmarc.{BOOKS_A}")

    def test_changed_after_signing(self):
        """As a list changes it: held, not refused."""
        text, _ = self.signed(FROM, tags=f"i=jürgen@{BOOKS}")
        code, reply = self.send(text + b"Mehr.\r\n", cases.LIST_IP, f"ö@{OTHER}")
        self.assertEqual((code, len(self.held())), (250, 1), reply)
        self.assert_row("quarantine", OTHER_A, [("fail", BOOKS_A, SELECTOR_A)])

    def test_signed_by_somebody_else(self):
        """What passes for another domain of U-labels aligns with none but that."""
        text, _ = self.signed(FROM, OTHER, key="ed25519", tags=f"i=ö@{OTHER}")
        self.assert_refused(text, [("pass", OTHER_A, SELECTOR_A)])
        self.assert_asked(f"{SELECTOR_A}._domainkey.{OTHER_A}")

    def test_identity_of_somebody_else(self):
        """i= is held against d= after both became A-labels."""
        text, _ = self.signed(FROM, tags=f"i=ö@{OTHER}")
        self.assert_refused(text, [("permerror", BOOKS_A, SELECTOR_A)])

    def sealed(self):
        text, marker = self.message("From: ö@nopolicy.test", "Grüße.\r\n")
        return self.keys.signer.seal("ed25519", OTHER, SELECTOR, text), marker

    def test_arc_with_u_labels(self):
        field = self.deliver(self.sealed(), cases.LIST_IP, f"ö@{OTHER}")
        self.assertIn("arc=pass", field)
        self.assert_asked(f"{SELECTOR_A}._domainkey.{OTHER_A}")
        self.assertIn(OTHER_A, self.stored()["arc"])

    def test_arc_changed_after_sealing(self):
        text, marker = self.sealed()
        field = self.deliver((text + b"Mehr.\r\n", marker), cases.LIST_IP, f"ö@{OTHER}")
        self.assertIn("arc=fail", field)

    def test_not_a_name(self):
        """Bytes that IDNA 2008 refuses: no question, no pass, no crash."""
        text, _ = self.signed(FROM, "bü\u2028cher.test")
        self.assert_refused(text, [("permerror", None, SELECTOR_A)])
        self.assert_asked(f"_dmarc.{BOOKS_A}")


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_smtputf8.py", support.missing()))
