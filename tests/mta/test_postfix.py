#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of messages in a real Postfix: fates, header fields, actions.

Letters with a number, such as E1, name kinds of input that broke other milters.
"""
import subprocess
import sys

sys.dont_write_bytecode = True

import cases  # noqa: E402
import postfix  # noqa: E402
import support  # noqa: E402

SPOOF = "From: The Boss <ceo@example.test>"
# As long as a name may be, and as long as one with a selector before it may be.
LONG_SENDER = ".".join(["a" * 63] * 3 + ["b" * 56, "test"])
LONG_AUTHOR = ".".join(["c" * 63] * 3 + ["d" * 42, "test"])
BOOKS = "xn--bcher-kva.test"


def zone(keys):
    key = cases.txt(keys.rsa)
    return cases.zone(keys) + f"""
{LONG_SENDER}. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
s1._domainkey.{LONG_AUTHOR}. TXT {key}
s2._domainkey.{LONG_AUTHOR}. TXT {key}
s3._domainkey.{LONG_AUTHOR}. TXT {key}
{BOOKS}. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
_dmarc.{BOOKS}. TXT "v=DMARC1; p=reject"
six.test. TXT "v=spf1 ip6:2001:db8::/32 -all"
_dmarc.six.test. TXT "v=DMARC1; p=reject"
"""


def setUpModule():
    support.start(lambda keys: postfix.Postfix(zone(keys)))


class Fates(support.MtaTest):

    def test_cases(self):
        for case in cases.CASES:
            with self.subTest(case.name):
                fate = cases.play(self.host, case, self.keys)
                self.assertEqual(cases.judge(case, fate), [], fate)

    def test_every_incident_is_on_record_once(self):
        code, text = self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual(code, 550)
        reference = text.split("(ref ", 1)[1].split(")", 1)[0]
        rows = [row for row in self.review() if row["reference"] == reference]
        self.assertEqual(len(rows), 1)
        self.assertEqual((rows[0]["client_ip"], rows[0]["author_domain"], rows[0]["applied"]),
                         (cases.SPOOFER_IP, "example.test", "reject"))
        self.assertEqual(self.verdict(" action=")["ref"], reference)

        self.assertIn("spoofer.test", self.host.alignctl("review", reference))

    def test_ipv6_client(self):
        text, marker = self.message("From: x@six.test")
        self.assertEqual(self.host.send(text, "2001:db8::7", "x@six.test")[0], 250)
        self.assertIn("dmarc=pass", self.fields(self.host.delivered(marker))[0])
        text, _ = self.message("From: x@six.test")
        self.assertEqual(self.host.send(text, "2001:db9::7", "x@six.test")[0], 550)

    def test_client_name(self):
        """The name that Postfix confirmed, for iprev and the record."""
        text, marker = self.message("From: ann@example.test")
        self.host.send(text, cases.SENDER_IP, "ann@example.test", name="mail.example.test")
        self.assertIn("iprev=pass", self.fields(self.host.delivered(marker))[0])
        self.host.send(self.message(SPOOF)[0], cases.SENDER_IP, "x@spoofer.test",
                       name="mail.example.test")
        self.assertEqual(self.review()[0]["client_name"], "mail.example.test")

    def test_smtputf8(self):
        """A U-label in From is judged as its A-label."""
        text, marker = self.message("From: Bücher <x@bücher.test>")
        code, reply = self.host.send(text, cases.SENDER_IP, f"x@{BOOKS}", options=" SMTPUTF8")
        self.assertEqual(code, 250, reply)
        field = self.fields(self.host.delivered(marker))[0]
        self.assertIn("dmarc=pass", field)
        self.assertIn(f"header.from={BOOKS}", field)
        text, _ = self.message("From: Bücher <x@bücher.test>")
        code, reply = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test",
                                     options=" SMTPUTF8")
        self.assertEqual(code, 550, reply)
        self.assertIn(BOOKS, reply)


class Fields(support.MtaTest):

    def test_forged_among_foreign(self):
        """E1: eight fields, ours at 2, 3 and 5; the others stay, in order."""
        ours = ("mx.rig.test", "MX.Rig.Test", '"mx.rig.test"')
        ids = ["f1.test", ours[0], ours[1], "f4.test", ours[2], "f6.test", "f7.test", "f8.test"]
        text, marker = self.message("\r\n".join(
            [f"Authentication-Results: {name};\r\n\tdmarc=pass header.from=n{number}.test"
             for number, name in enumerate(ids, 1)] + ["From: x@nopolicy.test"]))
        self.assertEqual(self.host.send(text, cases.SPOOFER_IP, "x@nopolicy.test")[0], 250)
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        self.assertEqual(self.fields(got)[1:],
                         [f"{name}; dmarc=pass header.from=n{number}.test"
                          for number, name in enumerate(ids, 1) if name not in ours])
        self.assertEqual(self.verdict(" action=")["forged"], "3")

    def test_forged_spellings(self):
        """E2: whatever could be read as our name goes, and so does no name."""
        for value in ("(c) mx.rig.test 1; dmarc=pass", "\r\n mx.rig.test; dmarc=pass", "",
                      "; dmarc=pass", "mx.rig.test\t;dmarc=pass", '"MX.RIG.TEST" ; dmarc=pass'):
            with self.subTest(value):
                text, marker = self.message(f"authentication-RESULTS: {value}\r\n"
                                            "From: x@nopolicy.test")
                self.host.send(text, cases.SPOOFER_IP, "x@nopolicy.test")
                fields = self.fields(self.host.delivered(marker))
                self.assertEqual(len(fields), 1, fields)
                self.assertIn("dmarc=none", fields[0])

    def test_long_field(self):
        """E5: names as long as they come; the field is folded, never cut."""
        text, marker = self.message(f"From: x@{LONG_AUTHOR}", sign=[
            ("rsa", LONG_AUTHOR, selector) for selector in ("s1", "s2", "s3")])
        code, reply = self.host.send(text, cases.SENDER_IP, f"x@{LONG_SENDER}")
        self.assertEqual(code, 250, reply)
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        field = self.fields(got)[0]
        self.assertGreater(len(field), 1024)
        self.assertIn(f"spf=pass smtp.mailfrom={LONG_SENDER};", field)
        self.assertEqual(field.count(f"dkim=pass header.d={LONG_AUTHOR} "), 3, field)
        self.assertIn(f"header.from={LONG_AUTHOR}", field)
        self.assertTrue(all(len(line) < 998 for line in got.split("\n")))

    def test_only_one_of_ours(self):
        text, marker = self.message("From: ann@example.test",
                                    sign=[("rsa", "example.test", "s1")])
        self.host.send(text, cases.LIST_IP, "x@list.test")
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        self.assertEqual(len(self.fields(got)), 1)


class Hold(support.MtaTest):

    def test_held_until_released(self):
        text, marker = self.message("From: x@quarantine.test")
        code, reply = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual(code, 250)
        queue_id = reply.rsplit(" ", 1)[1]
        self.assertEqual(self.held(), {queue_id})
        self.assertEqual(self.review()[0]["queue_id"], queue_id)
        self.assertIn(queue_id, self.host.alignctl("review", self.review()[0]["reference"]))
        queued = self.host.queued_text(queue_id)
        self.assert_on_top(queued)
        self.assertIn("dmarc=fail", self.fields(queued)[0])
        self.host.postfix("flush")
        self.assertEqual([m for m in self.host.messages() if marker.encode() in m], [])
        subprocess.run(["postsuper", "-c", self.host.path("postfix"), "-H", queue_id],
                       check=True, capture_output=True)
        self.host.postfix("flush")
        self.assertEqual(self.fields(self.host.delivered(marker)), self.fields(queued))


class Tag(support.MtaTest):
    settings = "policy { quarantine_action = tag }"

    def test_tagged(self):
        text, marker = self.message("From: x@quarantine.test\r\nX-Alignd-Quarantine: forged")
        code, _ = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual((code, self.held()), (250, set()))
        got = self.host.delivered(marker)
        self.assert_on_top(got, "X-Alignd-Quarantine")
        tags = self.fields(got, "X-Alignd-Quarantine")
        self.assertIn("DMARC fail for quarantine.test", tags[0])
        self.assertEqual(self.review()[0]["applied"], "quarantine")


class Redirect(support.MtaTest):
    settings = """policy { quarantine_action = redirect
                           quarantine_mailbox = "quarantine@rcpt.test" }"""

    def test_redirected(self):
        text, marker = self.message("From: x@quarantine.test")
        code, _ = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual((code, self.held()), (250, set()))
        got = self.host.delivered(marker, "quarantine")
        self.assert_on_top(got, "X-Alignd-Quarantine")
        self.assertEqual(len(self.fields(got, "X-Alignd-Quarantine")), 1)
        self.assertEqual([m for m in self.host.messages() if marker.encode() in m], [])

    def test_plain_mail_goes_where_it_should(self):
        text, marker = self.message("From: ann@example.test")
        self.host.send(text, cases.SENDER_IP, "ann@example.test")
        self.host.delivered(marker)
        self.assertEqual([m for m in self.host.messages("quarantine") if marker.encode() in m],
                         [])


class Monitor(support.MtaTest):
    settings = "mode = monitor"

    def test_nothing_is_refused_or_held(self):
        for headers in (SPOOF, "From: x@quarantine.test", "From: a@a.test\r\nFrom: b@b.test",
                        "From: x@broken.test"):
            with self.subTest(headers):
                text, marker = self.message(headers)
                code, reply = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
                self.assertEqual((code, self.held()), (250, set()), reply)
                got = self.host.delivered(marker)
                self.assert_on_top(got)
                self.assertNotIn("dmarc=pass", self.fields(got)[0])
                self.assertEqual(self.review()[0]["applied"], "none")

    def test_what_would_have_been_is_logged(self):
        self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        verdict = self.verdict(" action=")
        self.assertEqual((verdict["asked"], verdict["applied"], verdict["would"]),
                         ("reject", "none", "reject"))


class Trusted(support.MtaTest):
    sections = {"trust": 'networks += {"198.51.100.0/24"}'}

    def assert_skipped(self, ip, reason, **client):
        text, marker = self.message("Authentication-Results: mx.rig.test; dmarc=pass\r\n"
                                    "Authentication-Results: f.test; dmarc=pass\r\n" + SPOOF)
        code, reply = self.host.send(text, ip, "x@spoofer.test", **client)
        self.assertEqual(code, 250, reply)
        self.assertEqual(self.fields(self.host.delivered(marker)), ["f.test; dmarc=pass"])
        verdict = self.verdict(" action=")
        self.assertEqual((verdict["action"], verdict["reason"], verdict["forged"]),
                         ("skip", reason, "1"))
        self.assertEqual(self.review(), [])

    def test_authenticated_user(self):
        self.assert_skipped(cases.SPOOFER_IP, "authenticated\\x20user", login="ann")

    def test_trusted_network(self):
        self.assert_skipped(cases.LIST_IP, "trusted\\x20network")

    def test_loopback(self):
        """E15: both families, though only other networks were added."""
        self.assert_skipped("127.0.0.9", "trusted\\x20network")

    def test_loopback6(self):
        self.assert_skipped("::1", "trusted\\x20network")


class AuthenticatedAsOthers(support.MtaTest):
    settings = ""
    sections = {"trust": "networks = {} authenticated = evaluate"}

    def test_evaluated(self):
        code, _ = self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test",
                                 login="ann")
        self.assertEqual(code, 550)


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_postfix.py", support.missing()))
