# SPDX-License-Identifier: BSD-2-Clause
"""shared_tests - what must be the same in every MTA: header fields and replies.

Letters with a number, such as E1, name kinds of input that broke other milters.
"""
import cases
import support

# As long as a name may be with a selector before it.
LONG_AUTHOR = ".".join(["c" * 63] * 3 + ["d" * 42, "test"])
TAG = "X-Alignd-Quarantine"


def zone(keys):
    key = cases.txt(keys.rsa)
    return cases.zone(keys) + "".join(f"{selector}._domainkey.{LONG_AUTHOR}. TXT {key}\n"
                                      for selector in ("s1", "s2", "s3"))


class FieldTests(support.MtaTest):

    def deliver(self, headers, sign=()):
        """The delivered message of a sender without a policy, or a signed one."""
        text, marker = self.message(headers, sign=sign)
        code, reply = self.host.send(text, cases.SPOOFER_IP, "x@nopolicy.test")
        self.assertEqual(code, 250, reply)
        return self.host.delivered(marker)

    def test_forged_among_foreign(self):
        """E1: eight fields, ours at 2, 3 and 5; the others stay, in order."""
        ours = ("mx.rig.test", "MX.Rig.Test", '"mx.rig.test"')
        ids = ["f1.test", ours[0], ours[1], "f4.test", ours[2], "f6.test", "f7.test", "f8.test"]
        got = self.deliver("\r\n".join(
            [f"Authentication-Results: {name};\r\n\tdmarc=pass header.from=n{number}.test"
             for number, name in enumerate(ids, 1)] + ["From: x@nopolicy.test"]))
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
                got = self.deliver(f"authentication-RESULTS: {value}\r\nFrom: x@nopolicy.test")
                self.assertEqual(len(self.fields(got)), 1, got)
                self.assertIn("dmarc=none", self.fields(got)[0])

    def test_long_field(self):
        """E5: names as long as they come; the field is folded, never cut."""
        got = self.deliver(f"From: x@{LONG_AUTHOR}", [
            ("rsa", LONG_AUTHOR, selector) for selector in ("s1", "s2", "s3")])
        self.assert_on_top(got)
        field = self.fields(got)[0]
        self.assertGreater(len(field), 1024)
        self.assertEqual(field.count(f"dkim=pass header.d={LONG_AUTHOR} "), 3, field)
        self.assertIn(f"header.from={LONG_AUTHOR}", field)
        self.assertTrue(all(len(line) < 998 for line in got.split("\n")))


class ReplyTests(support.MtaTest):
    settings = 'policy { contact = "50% of 100%s; see https://mx.rig.test/?a=%41%%" }'

    def test_percent_signs(self):
        """E6: what is a format to an MTA reaches the client as it is written."""
        code, reply = self.host.send(self.message("From: ceo@example.test")[0], cases.SPOOFER_IP,
                                     "x@spoofer.test")
        self.assertEqual(code, 550)
        self.assertTrue(reply.endswith(") 50% of 100%s; see https://mx.rig.test/?a=%41%%"), reply)


class TagTests(support.MtaTest):
    settings = "policy { quarantine_action = tag }"

    def test_tagged(self):
        text, marker = self.message(f"From: x@quarantine.test\r\n{TAG}: forged")
        code, _ = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual((code, self.held()), (250, set()))
        got = self.host.delivered(marker)
        self.assert_on_top(got, TAG)
        field, = self.fields(got, TAG)
        self.assertIn("DMARC fail for quarantine.test", field)
        self.assertEqual(self.review()[0]["applied"], "quarantine")


class RedirectTests(support.MtaTest):
    settings = """policy { quarantine_action = redirect
                           quarantine_mailbox = "quarantine@rcpt.test" }"""

    def boxes(self, marker):
        return [box for box in ("user", "quarantine")
                if any(marker.encode() in text for text in self.host.messages(box))]

    def test_redirected(self):
        text, marker = self.message("From: x@quarantine.test")
        code, _ = self.host.send(text, cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual((code, self.held()), (250, set()))
        got = self.host.delivered(marker, "quarantine")
        self.assert_on_top(got, TAG)
        self.assertEqual(len(self.fields(got, TAG)), 1)
        self.assertEqual(self.boxes(marker), ["quarantine"])

    def test_plain_mail_goes_where_it_should(self):
        text, marker = self.message("From: ann@example.test", sign=[("rsa", "example.test", "s1")])
        self.host.send(text, cases.SENDER_IP, "ann@example.test")
        self.host.delivered(marker)
        self.assertEqual(self.boxes(marker), ["user"])
