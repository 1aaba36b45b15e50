#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What each outcome looks like to the MTA, the log and the store."""
import sys
import unittest

import milter_client as m
from daemon import Daemon

FIELD = "Authentication-Results"


class Messages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon().start()
        cls.addClassCleanup(cls.daemon.__exit__)

    def test_outcomes(self):
        rows = (
            # author, verdict, reply begins, log has
            ("a@pass.test", "continue", None, "action=accept result=pass"),
            ("a@none.test", "continue", None, "action=accept result=fail"),
            ("a@nothing.test", "continue", None, "action=accept result=none"),
            ("a@reject.test", "reject", "550 5.7.1 ", "action=reject "),
            ("a@quarantine.test", "continue", None, "action=quarantine "),
            ("a@broken.test", "tempfail", "451 4.4.3 ", "action=tempfail "),
        )
        with self.daemon.session() as client:
            for number, (author, verdict, reply, log) in enumerate(rows):
                with self.subTest(author=author):
                    queue_id = f"OUT{number}"
                    result = client.message(author, queue_id=queue_id)
                    self.assertEqual(result.verdict, verdict)
                    if reply:
                        self.assertTrue(result.reply.startswith(reply), result)
                        self.assertIn("DMARC", result.reply)
                        self.assertIn(author[2:], result.reply)
                        self.assertEqual(result.changes, [])
                    line = self.daemon.log_line(queue_id)
                    self.assertIn(log, line)

    def test_stamps_on_top_with_its_blank(self):
        with self.daemon.session() as client:
            (index, name, value), = client.message("a@pass.test").of("insert")
        self.assertEqual((index, name), (0, FIELD))
        self.assertTrue(value.startswith(" mx.test;"), value)
        self.assertIn("spf=pass smtp.mailfrom=pass.test", value)
        self.assertIn("dmarc=pass", value)

    def test_holds_a_quarantined_message_and_keeps_its_reference(self):
        with self.daemon.session() as client:
            result = client.message("a@quarantine.test", queue_id="HOLD1")
        (reason,), = result.of("quarantine")
        row, = self.daemon.query("SELECT reference, applied, helo, "
                                 "rcpt_domains FROM incident "
                                 "WHERE queue_id = 'HOLD1'")
        self.assertIn(row[0], reason)
        self.assertIn(f"ref={row[0]} ", self.daemon.log_line("HOLD1"))
        self.assertEqual(row[1:3], ("quarantine", "mail.client.test"))
        self.assertIn("rcpt.test", row[3])
        self.assertNotIn("user", row[3])

    def test_the_reply_and_the_store_share_the_reference(self):
        with self.daemon.session() as client:
            result = client.message("a@reject.test", queue_id="REF1")
        row, = self.daemon.query("SELECT reference, reply FROM incident "
                                 "WHERE queue_id = 'REF1'")
        self.assertIn(f"(ref {row[0]})", result.reply)
        self.assertEqual(row[1], result.reply)

    def test_deletes_forged_fields_from_the_highest_down(self):
        forged = [
            (FIELD, " other.test; spf=pass"),
            (FIELD, " mx.test; dmarc=pass"),
            ("authentication-results", " MX.TEST; none"),
            (FIELD, " other.test; none"),
            (FIELD, ' "mx.test" 1;\n\tspf=pass'),
            (FIELD, " another.test; none"),
            (FIELD, " (c) mx.test; dkim=pass"),
            (FIELD, " mx.test.other.test; none"),
        ]
        with self.daemon.session() as client:
            result = client.message("a@pass.test", headers=forged,
                                    queue_id="FORGED")
        deleted = [(index, value) for index, _, value in result.of("change")]
        self.assertEqual(deleted, [(7, ""), (5, ""), (3, ""), (2, "")])
        self.assertEqual(result.changes[-1][0], "insert")
        self.assertIn(" forged=4 ", self.daemon.log_line("FORGED"))

    def test_forged_tags_go_as_well(self):
        """The one of ours comes after those that were brought along."""
        tag = "X-Alignd-Quarantine"
        with Daemon(policy="quarantine_action = tag") as daemon, \
                daemon.session() as client:
            result = client.message(
                "a@quarantine.test", queue_id="TAGS",
                headers=[(tag, " DMARC fail for a.test"), ("X-Other", " x"),
                         (tag.lower(), " none")])
            self.assertEqual(result.changes[:2], [
                ("change", 2, tag, ""), ("change", 1, tag, "")])
            self.assertEqual([change[0] for change in result.changes[2:]],
                             ["insert", "insert"])
            self.assertIn(" forged=2 ", daemon.log_line("TAGS"))

    def test_trusted_clients(self):
        """Not evaluated, not recorded, yet logged and cleaned; a tag stays,
        since another host of ours may have put it there."""
        forged = [(FIELD, " mx.test; dmarc=pass"),
                  ("X-Alignd-Quarantine", " DMARC fail for a.test")]
        rows = (
            ("127.0.0.1", None, "trusted"),
            ("::1", None, "trusted"),
            ("unix", None, "local"),
            ("203.0.113.5", {"{auth_authen}": "ann"}, "authenticated"),
        )
        for number, (ip, macros, why) in enumerate(rows):
            with self.subTest(ip=ip), self.daemon.session(ip) as client:
                queue_id = f"TRUST{number}"
                result = client.message("a@reject.test", headers=forged,
                                        macros=macros, queue_id=queue_id)
                self.assertEqual(result.verdict, "continue")
                self.assertEqual(result.changes, [("change", 1, FIELD, "")])
                line = self.daemon.log_line(queue_id)
                self.assertIn("action=skip", line)
                self.assertIn(why, line)

    def test_a_client_nobody_knows_is_not_trusted(self):
        with self.daemon.session(None) as client:
            self.assertEqual(client.message("a@reject.test").verdict, "reject")

    def test_nothing_is_carried_over(self):
        forged = [(FIELD, " mx.test; dmarc=pass")]
        with self.daemon.session() as client:
            client.start("a@reject.test", headers=forged,
                         sender="<x@reject.test>")
            client.body(b"half")
            client.abort()
            self.assertEqual(client.message("a@pass.test").of("change"), [])
            client.mail("<x@reject.test>")
            client.recipient()
            client.header("From", " x@reject.test")
            # The next MAIL without RSET: Postfix would send an abort first.
            client.abort()
            client.mail("<x@reject.test>")
            client.abort()
            result = client.message("a@pass.test", queue_id="CLEAN")
            self.assertEqual(result.verdict, "continue")
            self.assertIn("result=pass", self.daemon.log_line("CLEAN"))
            result = client.message("a@reject.test", sender="<>")
            self.assertEqual(result.verdict, "reject")

    def test_hang_up_in_the_body(self):
        for _ in range(20):
            client = self.daemon.session()
            client.start("a@pass.test")
            client.send(b"B", b"half a chunk")
            client.close()
        with self.daemon.session() as client:
            self.assertEqual(client.message("a@pass.test").verdict, "continue")

    def test_malformed_from(self):
        rows = ([("From", " a@pass.test"), ("From", " b@pass.test")],
                [], [("From", " a@pass.test, b@none.test")],
                [(f"X-{n}", " x") for n in range(1100)]
                + [("From", " a@pass.test")])
        with self.daemon.session() as client:
            for headers in rows:
                with self.subTest(count=len(headers)):
                    result = client.message(None, headers=headers)
                    self.assertEqual(result.verdict, "reject")

    def test_foreign_bytes_are_escaped(self):
        with self.daemon.client() as client:
            client.connect().helo("h\x1b[31m\nx%s")
            result = client.message('"%n\x07"@reject.test',
                                    sender="<a\nQ action=accept@b.test>",
                                    queue_id="ESC\n1")
            self.assertEqual(result.verdict, "reject")
        line = self.daemon.log_line("ESC\\x0a1")
        self.assertNotIn("Q action=accept@", line)
        for character in self.daemon.log():
            self.assertTrue(character == "\n" or " " <= character <= "~")


class Variants(unittest.TestCase):
    """One daemon, whose configuration changes on the way."""

    def reconfigure(self, daemon, settings="", policy=""):
        import signal
        before = daemon.log().count("reload: done")
        daemon.write_config(settings, policy)
        daemon.signal(signal.SIGUSR1)
        daemon.wait_log("reload: done", before + 1)

    def test_variants(self):
        with Daemon(policy='quarantine_action = tag tag_header = "X-Held"'
                    ) as daemon:
            self.check_tag(daemon)
            self.reconfigure(daemon, policy="quarantine_action = redirect "
                             'quarantine_mailbox = "held@rcpt.test"')
            self.check_redirect(daemon)
            self.reconfigure(daemon, policy='contact = "100%s sure" '
                             "on_temperror = accept")
            self.check_reply(daemon)
            self.reconfigure(daemon, settings="mode = monitor")
            self.check_monitor(daemon)

    def check_tag(self, daemon):
        with daemon.session() as client:
            result = client.message("a@quarantine.test")
        self.assertEqual(result.of("quarantine"), [])
        self.assertIn("DMARC fail for quarantine.test",
                      result.inserted("X-Held")[0])
        # Ours stands on top: it was inserted last.
        self.assertEqual(result.of("insert")[-1][1], FIELD)

    def check_redirect(self, daemon):
        recipients = ("<one@rcpt.test>", "<two@rcpt.test>")
        with daemon.session() as client:
            self.assertTrue(client.actions & m.ADDRCPT)
            self.assertTrue(client.actions & m.DELRCPT)
            result = client.message("a@quarantine.test", recipients=recipients)
        self.assertEqual(result.of("add_recipient"), [("<held@rcpt.test>",)])
        self.assertEqual([r for r, in result.of("delete_recipient")],
                         list(recipients))
        with daemon.session(actions=m.ALL_ACTIONS & ~m.DELRCPT) as client:
            result = client.message("a@quarantine.test", recipients=recipients)
        self.assertEqual(len(result.of("quarantine")), 1)

    def check_reply(self, daemon):
        with daemon.session() as client:
            self.assertFalse(client.actions & (m.ADDRCPT | m.DELRCPT))
            result = client.message("a@reject.test")
            self.assertTrue(result.reply.endswith("100%%s sure"), result)
            self.assertEqual(client.message("a@broken.test").verdict,
                             "continue")

    def check_monitor(self, daemon):
        with daemon.session() as client:
            result = client.message("a@reject.test", queue_id="MONITOR")
        self.assertEqual(result.verdict, "continue")
        self.assertIn("dmarc=fail", result.inserted(FIELD)[0])
        self.assertIn("would=reject", daemon.log_line("MONITOR"))
        rows = daemon.query("SELECT applied FROM incident "
                            "WHERE queue_id = 'MONITOR'")
        self.assertEqual(rows, [("none",)])


if __name__ == "__main__":
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
