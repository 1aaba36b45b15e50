#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The page of alignctl stats in a real browser, at desk and phone width.

STATS_PICTURES names a folder to leave screenshots in, for eyes.
"""
import os
import random
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser  # noqa: E402
from alignctl import NOW, WRAPPER, ToolTest  # noqa: E402
from counted import make_store  # noqa: E402

# Elements that stand out to the right; what scrolls within itself may.
WIDE = """return [...document.querySelectorAll("body *")].filter(
    e => !e.closest("details") &&
         e.getBoundingClientRect().right > arguments[0] + 0.5).map(
    e => e.outerHTML.slice(0, 80))"""
COLOURS = """const of = (e, p) => getComputedStyle(e)[p];
return [of(document.body, "backgroundColor"), of(document.body, "color"),
        of(document.querySelector(".f-pass"), "fill")]"""
# The contrast (WCAG 2.1) of each text with what lies behind it, the least.
CONTRAST = """
const parts = c => c.match(/[\\d.]+/g).map(Number);
const light = c => parts(c).slice(0, 3).map(v => (v /= 255) <= 0.03928 ?
    v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce(
    (sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const ground = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return "rgb(255,255,255)" };
let worst = [99, ""];
for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())
        || e.closest("title, desc, .hidden")) continue;
    const style = getComputedStyle(e), inDrawing = e.closest("svg");
    const a = light(inDrawing ? style.fill : style.color);
    const b = light(ground(inDrawing ? inDrawing.parentElement : e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 80)];
} return worst"""


def month_of_mail():
    chance = random.Random(3)
    long_name = ".".join(["a-long-label-that-some-kit-made-up"] * 6)
    senders = [("example.com", "pass", "reject", "none", "TLSv1.3"),
               ("other.example", "pass", "quarantine", "none", "TLSv1.2"),
               ("plain.example", "none", "", "none", ""),
               ("bank.example", "fail", "reject", "reject", ""),
               (long_name + ".example", "fail", "reject", "reject", "TLSv1"),
               ("news.example", "fail", "quarantine", "quarantine", ""),
               ("slow.example", "temperror", "reject", "tempfail", "TLSv1.3")]
    for hour in range(30 * 24):
        for place, sender in enumerate(senders):
            yield (NOW - 3600 * hour, chance.randrange(1, 900 >> place * 2 | 2),
                   {"author_domain": sender[0], "dmarc_result": sender[1],
                    "policy": sender[2], "applied": sender[3],
                    "tls_version": sender[4],
                    "client_ip": f"198.51.{place}.7",
                    "override_type": "local_policy" if place == 5 else "",
                    "override_comment": "x" * 200 if place == 5 else ""})


class StatsPage(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.config = make_store(cls, "month", month_of_mail())
        cls.empty = make_store(cls, "empty", [])
        cls.window = browser.Browser()
        cls.addClassCleanup(cls.window.close)

    def make(self, config):
        path = self.path(config + ".html")
        self.assertEqual(self.run_tool("stats", "--html", path, config=config),
                         (0, "", ""))
        return path

    def look(self, width, height, scheme, page, name):
        window = self.window
        window.pose_as(width, height, scheme)
        window.show(page)
        self.assertEqual(window.complaints(), [])
        self.assertEqual(window.run(WIDE, width), [])
        self.assertEqual(window.run("return [innerWidth, document."
                                    "documentElement.scrollWidth]"),
                         [width, width])
        ratio, where = window.run(CONTRAST)
        self.assertGreaterEqual(ratio, 4.5, where)
        if os.environ.get("STATS_PICTURES"):
            window.picture(os.path.join(os.environ["STATS_PICTURES"], name))
        return window

    def test_desk(self):
        window = self.look(1280, 900, "light", self.make(self.config),
                           "desk-light.png")
        light = window.run(COLOURS)
        window.pose_as(1280, 900, "dark")
        dark = window.run(COLOURS)
        for one, other in zip(light, dark):
            self.assertNotEqual(one, other)
        ratio, where = window.run(CONTRAST)
        self.assertGreaterEqual(ratio, 4.5, where)
        if os.environ.get("STATS_PICTURES"):
            window.picture(os.path.join(os.environ["STATS_PICTURES"],
                                        "desk-dark.png"))
        # Each column is drawn within its plot, and a key opens the figures.
        self.assertEqual(window.run(
            "return [...document.querySelectorAll('.plot')].map(p => {"
            "const r = p.getBoundingClientRect(); return r.width > 300 &&"
            " r.height > 100 })"), [True] * 4)
        self.assertTrue(window.run(
            "const d = document.querySelector('details'); d.firstChild"
            ".focus(); d.firstChild.click(); return d.open && document"
            ".activeElement.tagName == 'SUMMARY'"))

    def test_phone(self):
        window = self.look(390, 844, "dark", self.make(self.config),
                           "phone-dark.png")
        # Letters in the scaled drawings stay readable.
        self.assertGreaterEqual(window.run(
            "return Math.min(...[...document.querySelectorAll('.plot text')]"
            ".map(t => t.getBoundingClientRect().height))"), 11)

    def test_small_phone_and_nothing_recorded(self):
        window = self.look(360, 740, "light", self.make(self.config),
                           "phone-light.png")
        window.show(self.make(self.empty))
        self.assertIn("Nothing is recorded",
                      window.run("return document.body.innerText"))
        self.assertEqual(window.run(WIDE, 360), [])


if __name__ == "__main__":
    if browser.programs() is None:
        print("skipped: chromium and chromedriver are not installed")
        sys.exit(77)
    if WRAPPER:
        print("skipped: the browser is not run under", WRAPPER[0])
        sys.exit(77)
    unittest.main()
