#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of messages in a real Postfix: fates, header fields, actions."""
import base64
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.dont_write_bytecode = True

import cases  # noqa: E402
import demo_desk  # noqa: E402
import postfix  # noqa: E402
import rig  # noqa: E402
import shared_tests  # noqa: E402
import support  # noqa: E402

SPOOF = "From: The Boss <ceo@example.test>"
# As long as a name may be.
LONG_SENDER = ".".join(["a" * 63] * 3 + ["b" * 56, "test"])
BOOKS = "xn--bcher-kva.test"


def zone(keys):
    return shared_tests.zone(keys) + f"""
{LONG_SENDER}. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
{BOOKS}. TXT "v=spf1 ip4:{cases.SENDER_IP} -all"
_dmarc.{BOOKS}. TXT "v=DMARC1; p=reject"
six.test. TXT "v=spf1 ip6:2001:db8::/32 -all"
_dmarc.six.test. TXT "v=DMARC1; p=reject"
"""


def setUpModule():
    support.start(lambda keys: postfix.Postfix(zone(keys)))


class ForgedFields(support.MtaTest):
    """In monitor mode all is let in, and each removal costs cleanup a way
    through the header."""

    settings = "mode = monitor"
    FORGED = "Authentication-Results: mx.rig.test; dmarc=pass\r\n"

    def send(self, forged, others):
        text, marker = self.message(SPOOF)
        head = "X: y\r\n" * others + self.FORGED * forged
        start = time.monotonic()
        code, _ = self.host.send(head.encode() + text, cases.SPOOFER_IP, "x@spoofer.test")
        seconds = time.monotonic() - start
        print(f"{forged} forged fields of {forged + others}: {code} after {seconds:.1f} s")
        self.assertLess(seconds, 30)
        return code, marker

    def test_as_many_as_are_removed(self):
        for forged, others in ((950, 0), (4, 200000)):
            code, marker = self.send(forged, others)
            self.assertEqual(code, 250)
            self.assertEqual(len(self.fields(self.host.delivered(marker))), 1)

    def test_two_hundred_thousand(self):
        """Postfix passes them all on: header_size_limit is one field's."""
        self.assertEqual(self.send(150000, 50000)[0], 550)


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


class Fields(shared_tests.FieldTests):

    def test_longest_sender(self):
        """E5: 253 octets in the MAIL FROM."""
        text, marker = self.message("From: x@nopolicy.test")
        self.host.send(text, cases.SENDER_IP, f"x@{LONG_SENDER}")
        self.assertIn(f"spf=pass smtp.mailfrom={LONG_SENDER};",
                      self.fields(self.host.delivered(marker))[0])

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
        self.release(self.review()[0]["reference"], queue_id)
        self.host.postfix("flush")
        self.assertEqual(self.fields(self.host.delivered(marker)), self.fields(queued))

    def release(self, reference, queue_id):
        """alignctl finds the Postfix of the rig as postsuper(1) does."""
        command = [os.path.join(rig.TOP, "tools", "alignctl"), "--config",
                   self.host.config, "review"]
        environ = {**os.environ, "MAIL_CONFIG": self.host.path("postfix")}
        for arguments, want, words in (
                (["release", reference], 0, f"message {queue_id} is released from hold"),
                (["release", reference], 3, f"{queue_id} is not on hold here"),
                ([reference], 0, f"message {queue_id}")):
            done = subprocess.run(command + arguments, env=environ, capture_output=True,
                                  text=True)
            self.assertEqual((done.returncode, words in done.stdout + done.stderr),
                             (want, True), done)


class Reply(shared_tests.ReplyTests):
    pass


class Tag(shared_tests.TagTests):
    pass


class Redirect(shared_tests.RedirectTests):
    pass


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


class DemoDesk(support.MtaTest):
    """What ./bootstrap demo --desk keeps up."""

    def ask(self, address, token=None):
        """Status and text of a page, by the name and token of the address or others."""
        parts = urllib.parse.urlsplit(address)
        name = f"{parts.username}:{token or parts.password}"
        request = urllib.request.Request(
            f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}",
            headers={"Authorization": "Basic " + base64.b64encode(name.encode()).decode()})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def test_record_is_shown(self):
        code, reply = self.host.send(self.message(SPOOF)[0], cases.SPOOFER_IP, "x@spoofer.test")
        self.assertEqual(code, 550)
        reference = reply.split("(ref ")[1].split(")")[0]
        self.assertIn(reference, self.host.alignctl("review"))
        address = demo_desk.open_desk(self.host)
        for page, words in (("", "example.test"), ("incidents", reference),
                            (f"incident/{reference}", cases.SPOOFER_IP)):
            status, text = self.ask(address + page)
            self.assertEqual(status, 200)
            self.assertIn(words, text)
        self.assertEqual(self.ask(address, "another")[0], 401)


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_postfix.py", support.missing()))
