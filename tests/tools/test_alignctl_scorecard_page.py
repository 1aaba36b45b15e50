#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page of alignctl scorecard in a real browser: desk, phone, paper.

SCORECARD_PICTURES names a folder to leave screenshots and the print in, for
eyes.
"""
import base64
import os
import re
import sqlite3
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402
from alignctl import WRAPPER, ToolTest  # noqa: E402
from counted import make_store  # noqa: E402
from test_alignctl_scorecard import APRIL, DAY, HOUR  # noqa: E402
from test_alignctl_stats_page import CONTRAST  # noqa: E402

# What stands out to the right; what scrolls within itself may.
WIDE = """return [...document.querySelectorAll("body *")].filter(
    e => !e.closest(".scroll") &&
         e.getBoundingClientRect().right > arguments[0] + 0.5).map(
    e => e.outerHTML.slice(0, 80))"""
A4 = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
PICTURES = os.environ.get("SCORECARD_PICTURES")


def month_of_mail():
    long_name = ".".join(["a-long-label-that-some-kit-made-up"] * 6)
    senders = [("example.org", "pass", "none", "pass"),
               ("hmrc.gov.uk", "pass", "none", "pass"),
               ("trust.nhs.uk", "none", "none", "fail"),
               ("partner.test", "fail", "quarantine", "permerror"),
               (long_name + ".example", "fail", "reject", ""),
               ("", "permerror", "reject", "temperror")]
    for day in range(28):
        for place, (domain, result, applied, iprev) in enumerate(senders):
            yield (APRIL + DAY * day + 5 * HOUR, 1 + 90000 // (place + 1), {
                "author_domain": domain, "dmarc_result": result,
                "applied": applied, "asked": applied, "iprev": iprev,
                "client_ip": f"198.51.100.{place}"})


class CardPage(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.write("public-sector-suffixes.conf", "gov.uk\nnhs.uk\n")
        cls.write("partners.conf", "partner.test\n")
        cls.config = make_store(cls, "month", month_of_mail())
        cls.empty = make_store(cls, "empty", [])
        with open(cls.path(cls.config), "a", encoding="ascii") as file:
            file.write('own { domains = {"example.org", "parked.test"} }\n')
        with sqlite3.connect(cls.path("month.db")) as store:
            store.executemany(
                "INSERT INTO posture_finding VALUES ('example.org', ?, ?, ?, ?)",
                [("name-registrable", "include:" + "long." * 30 + "test",
                  APRIL, APRIL + DAY), ("dmarc-none", "", APRIL, APRIL + DAY)])
            store.execute("INSERT INTO posture_past VALUES ('example.org', "
                          "'spf-plus-all', '', ?, ?)", (APRIL, APRIL + DAY))
            store.execute("INSERT INTO posture_look VALUES ('example.org', "
                          "?, ?, ?)", (APRIL, APRIL + DAY, APRIL + DAY))
        store.close()
        cls.window = browser.Browser()
        cls.addClassCleanup(cls.window.close)

    def make(self, config):
        path = self.path(config + ".html")
        self.assertEqual(self.run_tool("scorecard", "--html", path,
                                       config=config), (0, "", ""))
        return path

    def look(self, width, scheme, page):
        window = self.window
        window.pose_as(width, 900, scheme)
        window.show(page)
        self.assertEqual(window.complaints(), [])
        self.assertEqual(window.run(WIDE, width), [])
        self.assertEqual(window.run(
            "return document.documentElement.scrollWidth"), width)
        ratio, where = window.run(CONTRAST)
        self.assertGreaterEqual(ratio, 4.5, where)
        if PICTURES:
            window.picture(os.path.join(PICTURES, f"card-{width}-{scheme}.png"))
        return window.run("return document.body.innerText")

    def test_widths(self):
        page = self.make(self.config)
        for width in (1280, 390, 360):
            for scheme in ("light", "dark"):
                with self.subTest((width, scheme)):
                    text = self.look(width, scheme, page)
                    for words in ("Public sector", "trust.nhs.uk",
                                  "Evidence for auditors", "Not shown:"):
                        self.assertIn(words, text)

    def test_nothing_recorded(self):
        self.assertIn("no message at all",
                      self.look(390, "light", self.make(self.empty)))

    def test_paper(self):
        """Dark letters, whatever the screen's; all pages, nothing cut off."""
        window = self.window
        window.pose_as(1280, 900, "dark")
        window.show(self.make(self.config))
        pdf = base64.b64decode(window.command("Page.printToPDF", A4)["data"])
        if PICTURES:
            with open(os.path.join(PICTURES, "card.pdf"), "wb") as file:
                file.write(pdf)
        self.assertGreater(len(re.findall(rb"/Type */Page\b", pdf)), 3)
        window.command("Emulation.setEmulatedMedia", {
            "media": "print", "features": [
                {"name": "prefers-color-scheme", "value": "dark"}]})
        self.addCleanup(window.command, "Emulation.setEmulatedMedia",
                        {"media": ""})
        window.command("Emulation.setDeviceMetricsOverride", {
            "width": 718, "height": 1000, "mobile": False,
            "deviceScaleFactor": 1})
        self.assertEqual(window.run(
            "const s = getComputedStyle(document.body); return [s.color, "
            "s.backgroundColor]"), ["rgb(23, 32, 43)", "rgb(255, 255, 255)"])
        self.assertEqual(window.run(WIDE, 718), [])
        self.assertEqual(window.run(
            "return [...document.querySelectorAll('.scroll')].filter(e => "
            "e.scrollWidth > e.clientWidth + 1).length"), 0)


if __name__ == "__main__":
    if browser.programs() is None:
        print("skipped: chromium and chromedriver are not installed")
        sys.exit(77)
    if WRAPPER:
        print("skipped: the browser is not run under", WRAPPER[0])
        sys.exit(77)
    unittest.main()
