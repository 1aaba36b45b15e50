#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Forged bounces must not silence anybody's reports.

One processor's address takes the reports of many domains. Whoever forges
bounces of them, knowing report ids and addresses, or the token of his own
delivery, must end nothing but that. Prints how many were believed.
"""
import os
import secrets
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "tools"))
from report_rig import DAY, NOW, Reports, bounce  # noqa: E402

DATE = "Fri May  1 12:00:00 2026"
VICTIMS = 20
GUESSES = 20000 if os.environ.get("ATTACK_LONG") else 2000


class Forged(Reports):
    OWN = ["evil.test", "a.evil.test", "b.evil.test"]  # the forger's
    DOMAINS = [f"victim{i}.test" for i in range(VICTIMS)] + OWN
    MAIL = [(domain, "192.0.2.1", domain, 1) for domain in DOMAINS]
    SETTINGS = 'bounce_delimiter = "+"'

    def zone(self):
        return super().zone() + "".join(
            f'_dmarc.{d} TXT "v=DMARC1; p=none; rua=mailto:in@processor.test"'
            f'\n{d} TXT "v=spf1 ip4:192.0.2.1 -all"\n' for d in self.DOMAINS
        ) + '*._report._dmarc.processor.test TXT "v=DMARC1"\n'

    def forgeries(self, mails, own):
        """All that can be written without the token of the delivery."""
        for mail in mails:
            yield bounce(mail, message_id=f"{mail.id}@own.test")
            yield bounce(mail, message_id=own.message_id)
            yield bounce(mail, message_id="x", to=f"dmarc+{mail.id}@own.test")
            yield bounce(mail, message_id="x",
                         to=f"dmarc+{mail.id}-0@own.test")
            # Even with it: what is no failure for good of that address.
            for action in ("delayed", "relayed", "expanded", "delivered"):
                yield bounce(mail, action=action)
            yield bounce(mail, kind="multipart/mixed")
            yield ("Subject: away\nAuto-Submitted: auto-replied\n"
                   f"To: {mail.sender}\nIn-Reply-To: <{mail.message_id}>\n\n"
                   f"Action: failed\nFinal-Recipient: {mail.recipient}\n")
            yield bounce(mail, action=f"delivered\n\n"
                         "Final-Recipient: rfc822; other@x.test\n"
                         "Action: failed")
        for _ in range(GUESSES):
            mail = secrets.choice(mails)
            yield bounce(mail, message_id="x", to="dmarc+" + mail.id[:12] +
                         secrets.token_hex(10) + "@own.test")

    def test_forged_bounces(self):
        self.send()
        mails = self.mails()
        own = [m for m in mails
               if m.message["Subject"].split()[2] in self.OWN]
        others = [m for m in mails if m not in own]
        self.assertEqual(len(others), VICTIMS)
        texts = [text for text in self.forgeries(others, own[0])
                 if own[0].message_id not in text]
        self.write("box", "".join(f"From x {DATE}\n{t}\n" for t in texts))
        begun = time.monotonic()
        results = [v["result"] for v in self.objects_of("bounce", "box")]
        spent = time.monotonic() - begun
        self.assertEqual(len(results), len(texts))
        print(f"{len(texts)} forged bounces in {spent:.1f} s: "
              f"{results.count('bounced')} believed")
        self.assertEqual(set(results), {"ignored"})

        # His own tokens, under the names of all others.
        text = "".join(
            f"From x {DATE}\n{bounce(m, message_id=o.message_id)}\n"
            for o in own for m in others)
        self.write("box", text)
        results = [v["result"] for v in self.objects_of("bounce", "box")]
        print(f"{len(results)} with tokens of his own {len(own)} deliveries: "
              f"{results.count('bounced')} believed")
        self.assertEqual(results.count("bounced"), len(own))
        self.record(self.MAIL, NOW)
        self.send(now=NOW + DAY)
        later = [m.message["Subject"].split()[2]
                 for m in self.mails()[len(mails):]]
        print(f"the next day {len(later)} of {VICTIMS} others get their "
              f"reports, {len(set(later) & set(self.OWN))} of his")
        self.assertEqual(sorted(later), sorted(self.DOMAINS[:VICTIMS]))


if __name__ == "__main__":
    unittest.main()
