# SPDX-License-Identifier: BSD-2-Clause
"""support - what test_postfix.py and test_sendmail.py share."""
import email.utils
import json
import os
import shutil
import signal
import sys
import unittest

import cases
import postfix

# What the MTA puts on top of a message when it goes into the mailbox.
AT_DELIVERY = ("Return-Path", "X-Original-To", "Delivered-To")
NEEDED = ("postfix", "nsd", "postcat", "postsuper")


def missing():
    """Why these tests cannot run here, or None."""
    if os.getuid() != 0:
        return "an MTA can be started by root only"
    absent = [name for name in NEEDED if not shutil.which(name)]
    if absent or not os.path.exists(postfix.MASTER_CF):
        return "not installed: " + " ".join(absent or ["Debian's postfix"])
    return None


def run(name, reason):
    """Runs the calling script's tests; speaks as automake does."""
    if reason:
        print(f"SKIP: {name}: {reason}\n# SKIP: 1")
        return 77
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        result = unittest.main(exit=False, testRunner=unittest.TextTestRunner(
            stream=sys.stdout, verbosity=2, descriptions=False)).result
    finally:
        # Not done by unittest when it is interrupted.
        unittest.doModuleCleanups()
    # A test fails once, however many of its parts do.
    bad = {str(getattr(test, "test_case", test)) for test, _ in result.failures + result.errors}
    for test in sorted(bad):
        print(f"FAIL: {name}: {test}")
    print(f"# PASS: {result.testsRun - len(bad) - len(result.skipped)}\n"
          f"# FAIL: {len(bad)}\n# SKIP: {len(result.skipped)}")
    return 0 if result.wasSuccessful() else 1


def start(make_host):
    """What setUpModule() does: make_host(keys) is the rig of the module's tests."""
    MtaTest.keys = cases.Keys()
    unittest.addModuleCleanup(MtaTest.keys.close)
    MtaTest.host = make_host(MtaTest.keys)
    MtaTest.host.__enter__()
    unittest.addModuleCleanup(MtaTest.host.stop)
    unittest.addModuleCleanup(MtaTest.stop_alignd)


class MtaTest(unittest.TestCase):
    """Tests of one configuration of alignd; the MTA goes on from class to class."""

    host = None        # the rig, set by the module
    keys = None
    settings = ""
    sections = {}
    count = 0

    @classmethod
    def setUpClass(cls):
        cls.restart(cls.settings, **cls.sections)

    @classmethod
    def restart(cls, settings="", **sections):
        cls.stop_alignd()
        cls.host.start_alignd(settings, **sections)

    @classmethod
    def stop_alignd(cls):
        """Sanitizers speak at the exit."""
        if cls.host.alignd is not None and cls.host.stop_alignd() != 0:
            raise AssertionError("alignd did not end well:\n" + cls.host.log("alignd"))

    def setUp(self):
        self.offset = len(self.host.log("alignd"))
        self.held_before = set(self.host.held())

    def tearDown(self):
        """The daemon ends as it should, whatever the test did to it."""
        alive = self.host.alignd
        self.assertTrue(alive is None or alive.poll() is None, self.host.log("alignd"))

    @classmethod
    def message(cls, headers, body="Hello.\r\n", sign=()):
        """A message and the marker that finds it again."""
        MtaTest.count += 1
        marker = f"<message-{MtaTest.count}@mta.test>"
        text = (f"{headers}\r\nTo: user@rcpt.test\r\nMessage-ID: {marker}\r\n"
                f"Date: {email.utils.formatdate()}\r\nSubject: test\r\n\r\n{body}").encode()
        for key, domain, selector in sign:
            text = cls.keys.signer.sign(key, domain, selector, text)
        return text, marker

    def new_log(self):
        """What alignd said since the test began."""
        return self.host.log("alignd")[self.offset:]

    def verdict(self, word):
        """The keys of the one log line since the test began that holds the word."""
        self.host.wait_log("alignd", word, self.offset)
        lines = [line for line in self.new_log().splitlines() if word in line]
        self.assertEqual(len(lines), 1, lines)
        return dict(part.split("=", 1) for part in lines[0].split() if "=" in part)

    def held(self):
        """Queue ids that came on hold since the test began."""
        return set(self.host.held()) - self.held_before

    def review(self):
        return [json.loads(line) for line in self.host.alignctl("review", "--json").splitlines()]

    def fields(self, text, name="Authentication-Results"):
        """The unfolded values of a header field, from the top down."""
        found = []
        for line in text.split("\n\n", 1)[0].split("\n"):
            if line[:1] in (" ", "\t") and found:
                found[-1] += " " + line.strip()
            elif ":" in line:
                found.append(line)
        prefix = name.lower() + ":"
        return [" ".join(field.split(":", 1)[1].split()) for field in found
                if field.lower().startswith(prefix)]

    def assert_on_top(self, text, *others):
        """Above the MTA's own Received: stand our field, then at most the others."""
        names = cases.field_names(text)
        above = [name for name in names[:names.index("Received")] if name not in AT_DELIVERY]
        self.assertEqual(above, ["Authentication-Results", *others])
        self.assertTrue(self.fields(text)[0].startswith("mx.rig.test;"), text)
