#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of messages in a real Sendmail, from a client on loopback.

SPF says "none" there, so genuine mail is signed. Quarantined mail stays in the
queue as hf files until an operator releases it.
"""
import json
import os
import signal
import sys
import threading

sys.dont_write_bytecode = True

import cases  # noqa: E402
import rig  # noqa: E402
import sendmail  # noqa: E402
import shared_tests  # noqa: E402
import storms  # noqa: E402
import support  # noqa: E402

SPOOF = "From: The Boss <ceo@example.test>"
GENUINE = "From: Ann <ann@example.test>"
SIGNED = [("rsa", "example.test", "s1")]
SESSIONS = 20


def setUpModule():
    support.start(lambda keys: sendmail.Sendmail(shared_tests.zone(keys)))


class SendmailTest(support.MtaTest):

    def send(self, headers, mail_from="x@spoofer.test", **parts):
        """The reply to a message, code and text, and its marker."""
        text, marker = self.message(headers, **parts)
        return (*self.host.send(text, None, mail_from), marker)


class Fates(SendmailTest):

    def test_genuine(self):
        for signature in (("rsa", "example.test", "s1"), ("ed25519", "example.test", "e1")):
            with self.subTest(signature[0]):
                code, reply, marker = self.send(GENUINE, sign=[signature])
                self.assertEqual(code, 250, reply)
                got = self.host.delivered(marker)
                self.assert_on_top(got)
                self.assertIn("dkim=pass header.d=example.test", self.fields(got)[0])
                self.assertIn("dmarc=pass", self.fields(got)[0])

    def test_spoof_is_refused(self):
        code, reply, _ = self.send(SPOOF)
        self.assertEqual(code, 550)
        self.assertTrue(reply.startswith("5.7.26 Email rejected per DMARC policy for example.test"),
                        reply)
        reference = reply.split("(ref ", 1)[1].split(")", 1)[0]
        rows = [row for row in self.review() if row["reference"] == reference]
        self.assertEqual([(row["client_ip"], row["applied"]) for row in rows],
                         [("127.0.0.1", "reject")])

    def test_malformed_is_refused(self):
        for headers in ("From: a@a.test\r\nFrom: b@b.test", "From: a@a.test, b@b.test",
                        "Subject: no author"):
            with self.subTest(headers):
                code, reply, _ = self.send(headers)
                self.assertEqual(code, 550, reply)
                self.assertIn("DMARC", reply)

    def test_quarantine_is_held_until_released(self):
        code, _, marker = self.send("From: x@quarantine.test")
        self.assertEqual(code, 250)
        queue_id, = self.held()
        row = self.review()[0]
        self.assertEqual((row["queue_id"], row["applied"]), (queue_id, "quarantine"))
        with open(self.host.path("queue", "hf" + queue_id), "rb") as file:
            self.assertIn(f"\nqDMARC fail for quarantine.test (ref {row['reference']})\n".encode(),
                          file.read())
        self.assertEqual([m for m in self.host.messages() if marker.encode() in m], [])
        self.host.release(queue_id)
        got = self.host.delivered(marker)
        self.assert_on_top(got)
        self.assertIn("dmarc=fail", self.fields(got)[0])

    def test_changed_by_a_list(self):
        """Evidence of indirect mail: held, though the policy asks for a reject."""
        text, _ = self.message(GENUINE, sign=SIGNED)
        code, _ = self.host.send(text + b"-- \r\nlist footer\r\n", None, "list@list.test")
        self.assertEqual((code, len(self.held())), (250, 1))
        self.assertEqual(self.review()[0]["override"]["type"], "local_policy")

    def test_unknown_for_now(self):
        code, reply, _ = self.send("From: x@broken.test")
        self.assertEqual(code, 451)
        self.assertTrue(reply.startswith("4.4.3 "), reply)

    def test_large(self):
        code, _, marker = self.send(GENUINE, body=("z" * 900 + "\r\n") * 5500, sign=SIGNED)
        self.assertEqual(code, 250)
        got = self.host.delivered(marker)
        self.assertIn("dkim=pass", self.fields(got)[0])
        self.assertGreater(len(got), 4900000)


class Fields(shared_tests.FieldTests):
    pass


class Reply(shared_tests.ReplyTests):
    pass


class Tag(shared_tests.TagTests):
    pass


class Redirect(shared_tests.RedirectTests):
    pass


class Sessions(SendmailTest):

    def test_messages_of_a_session_are_strangers(self):
        with self.host.client() as session:
            signed, first = self.message(GENUINE, sign=SIGNED)
            self.assertEqual(session.deliver(signed, "b@list.test")[0], 250)
            self.assertEqual(session.deliver(self.message(SPOOF)[0], "b@list.test")[0], 550)
            session.step("MAIL", "FROM:<ann@example.test>")
            session.step("RSET")
            self.assertEqual(session.deliver(self.message(SPOOF)[0])[0], 550)
            plain, last = self.message("From: x@nopolicy.test")
            self.assertEqual(session.deliver(plain, "x@nopolicy.test")[0], 250)
        self.assertIn("dkim=pass", self.fields(self.host.delivered(first))[0])
        self.assertIn("dkim=none", self.fields(self.host.delivered(last))[0])
        senders = [line.split(" mfrom=")[1].split()[0] for line in self.new_log().splitlines()
                   if " mfrom=" in line]
        self.assertEqual(senders, ["<b@list.test>", "<b@list.test>", "<>", "<x@nopolicy.test>"])

    def test_cut_in_the_content(self):
        before, queue = self.review(), self.host.queue("?f")
        session = self.host.client()
        session.begin("x@spoofer.test")
        session.send(self.message(SPOOF)[0])
        session.close()
        self.host.delivered(self.send(GENUINE, sign=SIGNED)[2])
        rig.wait_until("the queue as it was", 10, lambda: self.host.queue("?f") == queue)
        self.assertEqual(self.verdict(" action=")["result"], "pass")
        self.assertEqual(self.review(), before)

    def test_many_at_once(self):
        texts = [self.message(*((GENUINE, "Hi.\r\n", SIGNED) if n % 2 else (SPOOF,)))[0]
                 for n in range(SESSIONS)]
        codes = [None] * SESSIONS

        def play(number):
            codes[number] = self.host.send(texts[number], None, f"n{number}@spoofer.test")[0]

        threads = [threading.Thread(target=play, args=(n,)) for n in range(SESSIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(90)
        self.assertEqual(codes, [250 if n % 2 else 550 for n in range(SESSIONS)])


class Trusted(SendmailTest):
    sections = {"trust": ""}

    def test_loopback_is_skipped_by_default(self):
        code, _, marker = self.send("Authentication-Results: mx.rig.test; dmarc=pass\r\n"
                                    "Authentication-Results: f.test; dmarc=pass\r\n" + SPOOF)
        self.assertEqual(code, 250)
        self.assertEqual(self.fields(self.host.delivered(marker)), ["f.test; dmarc=pass"])
        verdict = self.verdict(" action=")
        self.assertEqual((verdict["action"], verdict["reason"], verdict["forged"]),
                         ("skip", "trusted\\x20network", "1"))


class Life(SendmailTest):

    def test_reload(self):
        for mode, code in (("monitor", 250), ("enforce", 550)):
            offset = len(self.host.log("alignd"))
            self.host.configure(f"mode = {mode}")
            os.kill(self.host.alignd.pid, signal.SIGUSR1)
            self.host.wait_log("alignd", "reload: done", offset)
            self.assertEqual(self.send(SPOOF)[0], code)

    def test_down_and_up_again(self):
        """F=T in the milter's line: the client is told to come again."""
        self.assertEqual(self.host.stop_alignd(), 0)
        self.assertEqual(self.send(GENUINE, sign=SIGNED)[0], 451)
        self.host.start_alignd()
        code, _, marker = self.send(GENUINE, sign=SIGNED)
        self.assertEqual(code, 250)
        self.host.delivered(marker)


class Patience(SendmailTest):
    """What doctor says of T= in sendmail.cf, held against a slow DNS."""
    sections = {"dns": "budget = 3s timeout = 2s"}

    @classmethod
    def tearDownClass(cls):
        cls.host.rewire("S:30s;R:30s;E:5m")

    def see(self, times, signer):
        """Was the verdict waited for? And does doctor find fault?"""
        self.host.rewire(times)
        self.send("From: x@nopolicy.test")  # its policy is known from then on
        with self.host.silent_dns():
            code, _, _ = self.send("From: x@nopolicy.test", sign=[("rsa", signer, "s1")])
        done = self.host.run_alignctl("doctor", "--json", "--sendmail", self.host.cf)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return code == 250, "problem" in [
            finding["level"] for finding in found if finding["check"] == "InputMailFilters"]

    def test_verdict_is_waited_for(self):
        for count, (times, is_patient) in enumerate((
                ("S:30s;R:30s;E:1s", False), ("S:30s;R:1s;E:5m", False),
                ("S:30s;R:30s;E:30s", True))):
            with self.subTest(times):
                self.assertEqual(self.see(times, f"slow-{count}.test"),
                                 (is_patient, not is_patient))


class Storms(storms.StormTests):
    pass


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_sendmail.py", support.missing() or sendmail.fetch()))
