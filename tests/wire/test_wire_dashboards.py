#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The dashboard and the alert rules ask for what the daemon really gives.

promtool judges the daemon's page and the rules; a Prometheus of Debian's
package, on a loopback port of its own, scrapes a daemon and answers every
question of the dashboard.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from daemon import wait_until
from ports import free_port
from scrape import LABELS, MetricsDaemon

TOP = os.path.abspath(os.environ.get("top_srcdir", "."))
RULES = os.path.join(TOP, "docs", "alerts", "alignd.rules.yml")
RULES_TESTS = [os.path.join(TOP, "tests", "wire", f"alignd.rules.{name}test.yml")
               for name in ("", "weeks.")]
DASHBOARD = os.path.join(TOP, "docs", "grafana", "alignd.json")
# What an alert tells its reader to type.
COMMAND = r'"(alignctl|systemctl|journalctl|ss) [^"]+"'
NAMES = re.compile(r"\b(?:alignd|process)_[a-z0-9_]+")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def expressions(node):
    """Every question in the dashboard."""
    if isinstance(node, dict):
        if "expr" in node:
            yield node["expr"]
        for child in node.values():
            yield from expressions(child)
    elif isinstance(node, list):
        for child in node:
            yield from expressions(child)


def promtool(*arguments, text=None):
    done = subprocess.run(["promtool", *arguments], input=text, text=True,
                          capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


class Rules(unittest.TestCase):

    def test_promtool_takes_them(self):
        status, words = promtool("check", "rules", RULES)
        self.assertEqual(status, 0, words)

    def test_they_fire_when_they_should(self):
        status, words = promtool("test", "rules", *RULES_TESTS)
        self.assertEqual(status, 0, words)

    def test_each_is_tested_and_says_what_to_do(self):
        text, tests = read(RULES), "".join(map(read, RULES_TESTS))
        alerts = text.split("- alert: ")[1:]
        self.assertGreater(len(alerts), 10)
        for alert in alerts:
            name = alert.split()[0]
            self.assertIn(f'alertname="{name}"', tests)
            for word in ("severity:", "summary:", "description:"):
                self.assertIn(word, alert, name)
            self.assertRegex(" ".join(alert.split("description:")[1].split()),
                             COMMAND, name)


class Running(unittest.TestCase):
    """Against a daemon that has seen one of everything."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = MetricsDaemon()
        with open(os.path.join(cls.daemon.folder, "overrides.conf"), "w",
                  encoding="ascii") as file:
            file.write('override "x" { spf = {"pass.test"} '
                       'from = {"none.test"} action = reject '
                       "owner = a why = b permanent = yes }\n")
        cls.daemon.start()
        cls.addClassCleanup(cls.daemon.__exit__)
        with cls.daemon.session() as client:
            for author in ("pass", "reject", "quarantine", "none", "broken"):
                client.message(f"a@{author}.test")
        cls.page = cls.daemon.page()
        cls.dashboard = json.loads(read(DASHBOARD))

    def panels(self):
        return [panel for panel in self.dashboard["panels"]
                if panel["type"] != "row"]

    def test_promtool_likes_the_page(self):
        status, words = promtool("check", "metrics", text=self.page.text)
        self.assertEqual((status, words), (0, ""))

    def test_every_name_exists(self):
        for path in (RULES, DASHBOARD):
            asked = set(NAMES.findall(read(path))) - {"alignd_rules"}
            self.assertGreater(len(asked), 10)
            self.assertEqual(asked - self.page.names(), set(), path)

    def test_every_label_exists(self):
        text = " ".join(expressions(self.dashboard)) + read(RULES)
        known = {**LABELS, "job": {"alignd"}, "instance": {"$instance"}}
        matchers = re.findall(r'(\w+)(?:=|!=|=~|!~)"([^"]*)"', text)
        self.assertGreater(len(matchers), 50)
        for label, values in matchers:
            for value in values.split("|"):
                self.assertIn(value, known[label], label)

    def test_every_figure_is_used(self):
        """What nobody looks at need not be counted."""
        used = read(RULES) + read(DASHBOARD)
        for name in self.page.types:
            if name not in ("alignd_scrapes_total",
                            "process_start_time_seconds"):
                self.assertIn(name, used)

    def test_the_dashboard_is_whole(self):
        ids = [panel["id"] for panel in self.dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        cells = set()
        for panel in self.dashboard["panels"]:
            place = panel["gridPos"]
            for x in range(place["x"], place["x"] + place["w"]):
                self.assertLess(x, 24)
                for y in range(place["y"], place["y"] + place["h"]):
                    self.assertNotIn((x, y), cells, panel["title"])
                    cells.add((x, y))
        for panel in self.panels():
            self.assertTrue(panel["title"])
            self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
            self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            for target in panel["targets"]:
                self.assertIn('instance=~"$instance"', target["expr"])
        self.assertEqual([each["name"] for each in
                          self.dashboard["templating"]["list"]],
                         ["datasource", "instance"])


class Prometheus:
    """A server in a folder of its own that scrapes one daemon."""

    def __init__(self, daemon):
        self.folder = tempfile.mkdtemp(prefix="alignd-prometheus.")
        self.port = free_port()
        config = os.path.join(self.folder, "prometheus.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"""global: {{scrape_interval: 500ms}}
rule_files: ["{RULES}"]
scrape_configs:
  - job_name: alignd
    static_configs: [{{targets: ["127.0.0.1:{daemon.metrics_port}"]}}]
""")
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}",
             f"--storage.tsdb.path={self.folder}/data",
             f"--web.listen-address=127.0.0.1:{self.port}"],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def __enter__(self):
        try:
            wait_until("Prometheus has scraped", lambda: float(
                self.value("count_over_time(alignd_enforcing[1m])")) >= 3, 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        self.log.close()
        shutil.rmtree(self.folder)

    def get(self, path, **query):
        url = (f"http://127.0.0.1:{self.port}/api/v1/{path}?"
               + urllib.parse.urlencode(query))
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as trouble:
            raise AssertionError(f"{query}: {trouble.read()}") from trouble

    def ask(self, expression):
        return self.get("query", query=expression)["result"]

    def value(self, expression):
        """0 while there is none, or no server yet."""
        try:
            return (self.ask(expression) or [{"value": [0, "0"]}])[0][
                "value"][1]
        except (OSError, AssertionError):
            assert self.process.poll() is None, "Prometheus has ended"
            time.sleep(0.1)
            return "0"


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed")
class Scraped(unittest.TestCase):

    def test_every_question_is_answered(self):
        Running.setUpClass()
        self.addCleanup(Running.doClassCleanups)
        with Prometheus(Running.daemon) as prometheus:
            for expression in expressions(Running.dashboard):
                text = (expression.replace("$__rate_interval", "30s")
                        .replace("$__range", "30s").replace("$instance", ".*"))
                with self.subTest(expression=expression):
                    rows = prometheus.ask(text)
                    # "> 0" leaves out what has not happened.
                    if "> 0" not in text:
                        self.assertTrue(rows)
            groups = prometheus.get("rules")["groups"]
            self.assertGreater(len(groups[0]["rules"]), 10)


if __name__ == "__main__":
    if not shutil.which("promtool"):
        print("promtool is not installed (Debian's package prometheus)")
        sys.exit(77)
    sys.exit(not unittest.main(exit=False).result.wasSuccessful())
