#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl whatif: a recorded week under other configurations, against the
same week recorded under them; the lists, the incidents, the words, faults."""
import os
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from alignctl import NOW, RECORD_TOOL, ToolTest  # noqa: E402

# queue id, hours before NOW, client, MAIL FROM, From, how often
WEEK = [
    ("SPOOF", 100, "203.0.113.5", "b@other.test", "a@example.test", 5),
    ("SPOOF2", 99, "203.0.113.6", "b@other.test", "a@example.test", 2),
    ("SUB", 30, "203.0.113.5", "b@other.test", "a@mail.example.test", 3),
    ("GOOD", 28, "192.0.2.5", "a@example.test", "a@example.test", 4),
    ("NONE", 20, "198.51.100.7", "b@none.test", "a@none.test", 2),
    ("BARE", 14, "198.51.100.9", "b@bare.test", "a@bare.test", 2),
    ("TRIAL", 13, "2001:db8::7", "b@other.test", "a@trial.test", 1),
    ("BROKEN", 11, "198.51.100.9", "b@other.test", "a@broken.test", 1),
    ("MALFORMED", 2, "198.51.100.9", "b@other.test", "nobody", 1),
]
MESSAGES = sum(row[5] for row in WEEK)

PARTNER = """override "other's lists" {
  spf = {"other.test"}
  owner = "ann"  why = "a partner"  action = accept  permanent = yes
  from = {".example.test", "example.test"}
}
"""

# Configurations to ask about: their lines, and overrides.
VARIANTS = {
    "enforce": ("mode = enforce", ""),
    "softer": ('policy { on_reject = quarantine on_malformed = tag }', ""),
    "stricter": ('policy { on_none = reject on_temperror = accept }', ""),
    "partner": ("mode = enforce", PARTNER),
    "monitor": ("mode = monitor", ""),
}


class WhatIf(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.configure("conf", "mode = monitor", "store.db")
        cls.answers = cls.record("conf", "store.db")
        for name, (lines, overrides) in VARIANTS.items():
            cls.write(f"{name}.overrides", overrides)
            cls.configure(name, f'{lines}\noverrides = "{name}.overrides"',
                          "store.db")

    @classmethod
    def configure(cls, name, lines, store):
        cls.write(name, f'authserv_id = "mx.test"\n{lines}\n'
                        f'store {{ sqlite = "{cls.path(store)}" }}\n')

    @classmethod
    def record(cls, config, store):
        """The queue id of each reference."""
        lines = ""
        names = []
        for queue_id, hours, client, sender, address, count in WEEK:
            cls.write(queue_id, f"From: {address}\r\nSubject: s\r\n\r\nx\r\n")
            for number in range(count):
                names.append(f"{queue_id}-{number}")
                lines += (f"{NOW - hours * 3600 + number} {client} {sender} "
                          f"rcpt@mx.test {queue_id}-{number} helo.test "
                          f"TLSv1.3 {cls.path(queue_id)}\n")
        done = subprocess.run(
            [RECORD_TOOL, cls.path(config), cls.path("zone"),
             cls.path(store)], input=lines, text=True, check=True,
            stdout=subprocess.PIPE, timeout=120)
        return dict(zip(done.stdout.split(), names))

    def whatif(self, *arguments, config="conf"):
        return self.objects("whatif", *arguments, config=config)[0]

    @staticmethod
    def flows(found):
        return {(cell["from"], cell["to"]): cell["messages"]
                for cell in found["matrix"]}

    def test_as_if_it_had_been_recorded_so(self):
        """The same messages recorded under each configuration."""
        for name in VARIANTS:
            with self.subTest(name):
                self.record(name, f"{name}.db")
                self.configure(
                    f"{name}.again",
                    f'{VARIANTS[name][0]}\noverrides = "{name}.overrides"',
                    f"{name}.db")
                recorded = self.whatif("--config", f"{name}.again",
                                       config=f"{name}.again")
                replayed = self.whatif("--config", name)
                self.assertEqual(recorded["changed"], 0)
                self.assertEqual(recorded["messages"], MESSAGES)
                self.assertEqual(replayed["messages"], MESSAGES)
                wanted = {to: n for (_, to), n in self.flows(recorded).items()}
                found = {to: n for (_, to), n in self.flows(replayed).items()}
                self.assertEqual(found, wanted)

    def test_enforce(self):
        found = self.whatif("--config", "enforce")
        self.assertEqual(self.flows(found), {
            ("none", "none"): 8, ("none", "quarantine"): 4,
            ("none", "reject"): 8, ("none", "tempfail"): 1})
        self.assertEqual((found["changed"], found["unchanged"]), (13, 8))
        self.assertEqual(found["newly"], {
            "none": 0, "tag": 0, "quarantine": 4, "reject": 8, "tempfail": 1})
        self.assertEqual(
            (found["was_monitored"], found["as_running"],
             found["by_mode_alone"]), (13, 0, 13))
        self.assertEqual(found["domains"][0], {
            "author_domain": "example.test", "from": "none", "to": "reject",
            "messages": 7, "sources": 2})
        source = found["sources"][0]
        self.assertEqual(
            (source["client_ip"], source["messages"]), ("203.0.113.5", 5))
        self.assertEqual(
            [self.answers[r] for r in source["references"]],
            ["SPOOF-4", "SPOOF-3", "SPOOF-2", "SPOOF-1", "SPOOF-0"])
        malformed = [s for s in found["sources"]
                     if s["author_domain"] is None]
        self.assertEqual([self.answers[r] for r in malformed[0]["references"]],
                         ["MALFORMED-0"])
        self.assertEqual(found["not_replayed"], [])

    def test_overrides(self):
        spared = {("none", "none"): 16, ("none", "quarantine"): 1,
                  ("none", "reject"): 3, ("none", "tempfail"): 1}
        self.assertEqual(self.flows(self.whatif("--config", "partner")),
                         spared)
        self.write("separate", PARTNER)
        found = self.whatif("--config", "enforce", "--overrides", "separate")
        self.assertEqual(self.flows(found), spared)
        self.assertEqual((found["new"]["overrides"],
                          found["new"]["overrides_file"]), (1, "separate"))
        self.write("expired", PARTNER.replace('permanent = yes',
                                              'until = "2026-04-30"'))
        found = self.whatif("--config", "enforce", "--overrides", "expired")
        self.assertEqual(found["changed"], 13)

    def test_overrides_left_behind(self):
        _, out, _ = self.run_tool("whatif", "--config", "enforce",
                                  config="partner")
        self.assertNotIn("names them", out)
        self.configure("copy", "mode = enforce", "store.db")
        _, out, _ = self.run_tool("whatif", "--config", "copy",
                                  config="partner")
        self.assertIn("--overrides FILE names them\n", out)

    def test_trusted_network(self):
        self.configure("trusting", 'mode = enforce\n'
                       'trust { networks = {"203.0.113.5"} }', "store.db")
        found = self.whatif("--config", "trusting")
        self.assertEqual(found["not_evaluated"], 8)
        self.assertEqual(found["newly"]["reject"], 3)
        self.assertEqual([gap["setting"] for gap in found["not_replayed"]],
                         ["trust.networks"])

    def test_limit_and_period(self):
        found = self.whatif("--config", "enforce", "--limit", "1")
        self.assertEqual((len(found["domains"]), found["domains_left_out"]),
                         (1, 4))
        self.assertEqual((len(found["sources"]), found["sources_left_out"]),
                         (1, 5))
        found = self.whatif("--config", "enforce", "--since", "1d", "--until",
                            f"@{NOW - 11 * 3600}")
        self.assertEqual(found["messages"], 5)
        self.assertEqual(found["period"], {"from": "2026-04-30T16:00:00Z",
                                           "to": "2026-05-01T00:00:00Z"})
        self.assertEqual(found["recorded"]["from"], "2026-04-27T08:00:00Z")

    def test_the_store_of_the_running_configuration(self):
        self.write("small", "mode = enforce\n")
        found = self.whatif("--config", "small")
        self.assertEqual((found["changed"], found["store"]),
                         (13, self.path("store.db")))

    def test_running_unknown(self):
        status, out, err = self.run_tool(
            "whatif", "--now", str(NOW), "--config", "enforce", common=False)
        self.assertEqual((status, err), (0, ""))
        self.assertIn("not known: no ", out)
        self.assertIn("newly refused  8\n", out)

    def test_what_cannot_be_replayed(self):
        self.configure("other", 'mode = enforce\nspf { term_limit = 5 }\n'
                       'dmarc { org_domain_method = psl }', "store.db")
        found = self.whatif("--config", "other")
        self.assertEqual(
            [(gap["setting"], gap["running"], gap["new"])
             for gap in found["not_replayed"]],
            [("spf.term_limit", "10", "5"),
             ("dmarc.org_domain_method", "treewalk", "psl")])
        _, out, _ = self.run_tool("whatif", "--config", "other")
        self.assertIn("Not answered", out)
        self.assertIn("  spf.term_limit: 10 -> 5\n", out)

    def test_one_setting_more(self):
        """What on_own would have refused of our own: before it is set."""
        found = self.whatif("--set", "mode=enforce", "--set",
                            "policy.on_own=reject", "--set",
                            "own.domains=bare.test, broken.test")
        self.assertEqual(found["set"], [
            "mode=enforce", "policy.on_own=reject",
            "own.domains=bare.test, broken.test"])
        self.assertEqual(found["own"], 3)
        self.assertEqual(
            {(d["author_domain"], d["to"]): d["messages"]
             for d in found["domains"]
             if d["author_domain"] in ("bare.test", "broken.test")},
            {("bare.test", "reject"): 2, ("broken.test", "reject"): 1})
        self.assertEqual([gap["setting"] for gap in found["not_replayed"]],
                         ["own.domains"])
        _, out, _ = self.run_tool(
            "whatif", "--set", "policy.on_unauthenticated=quarantine",
            "--set", "mode=enforce")
        self.assertRegex(out, "with +policy.on_unauthenticated=quarantine, "
                              "mode=enforce\n")
        found = self.whatif("--set", "policy.on_unauthenticated=quarantine",
                            "--set", "mode=enforce")
        self.assertEqual(
            [d["messages"] for d in found["domains"]
             if d["author_domain"] == "bare.test"], [2])
        self.assertEqual(found["own"], 0)

    def test_another_profile(self):
        """Its defaults, and what is given beside it, wherever that stands."""
        asked = ("newly", "matrix", "domains")
        given = self.whatif("--set", "profile=ism-1799",
                            "--set", "mode=enforce")  # the file has monitor
        alone = self.whatif("--set", "mode=enforce", *(
            word for name, value in (
                ("on_quarantine", "reject"), ("on_none", "reject"),
                ("indirect_mail", "reject"), ("on_own", "reject"))
            for word in ("--set", f"policy.{name}={value}")))
        self.assertGreater(given["newly"]["reject"], 0)
        self.assertEqual({key: given[key] for key in asked},
                         {key: alone[key] for key in asked})
        for order in ((0, 1), (1, 0)):
            words = [("profile=ism-1799", "policy.on_none=none")[i]
                     for i in order]
            found = self.whatif("--set", "mode=enforce", "--set", words[0],
                                "--set", words[1])
            self.assertLess(found["newly"]["reject"],
                            given["newly"]["reject"])
            self.assertGreater(found["newly"]["reject"], 0)

    def test_settings_that_cannot_be_set(self):
        for given, words in (
                ("policy.on_own", "is no NAME=VALUE"),
                ("policy.on_owl=reject", "policy.on_owl: no setting"),
                ("overrides=x", "overrides: no setting"),
                ("policy.on_own=none", "policy.on_own: "),
                ("own.domains=a.test,B", "own.domains: ")):
            self.want(1, words, "whatif", "--set", given)
        self.want(2, "policy.known_path: quarantine with", "whatif", "--set",
                  "policy.quarantine_action=tag", "--set",
                  "policy.known_path=quarantine")

    def test_for_people(self):
        status, out, err = self.run_tool("whatif", "--config", "softer",
                                         "--since", "2d")
        self.assertEqual((status, err), (0, ""))
        references = {name: r for r, name in self.answers.items()}
        self.assertEqual(out, f"""recorded mail under softer
  new            softer: mode enforce, overrides: none (softer.overrides is blank)
  running        conf: mode monitor, overrides: none (overrides.conf is absent)
  store          {self.path('store.db')}
  recorded       2026-04-30T06:00:00Z to 2026-05-01T11:00:00Z
  messages       14
  unchanged      8
  newly tagged   1
  newly held     4
  newly deferred 1

  was        would be  messages
  delivered  tagged           1
  delivered  held             4
  delivered  deferred         1

  6              of those that change were let through by monitor mode when they were recorded
  5              of those that change differ by the mode alone: with it, the running configuration
                 would do the same

By author domain
  author domain      was        would be  messages  sources
  mail.example.test  delivered  held             3        1
  -                  delivered  tagged           1        1
  broken.test        delivered  deferred         1        1
  trial.test         delivered  held             1        1

By source
  author domain      source        confirmed name  was        would be  messages  incidents
  mail.example.test  203.0.113.5   -               delivered  held             3  {references['SUB-2']} {references['SUB-1']} {references['SUB-0']}
  -                  198.51.100.9  -               delivered  tagged           1  {references['MALFORMED-0']}
  broken.test        198.51.100.9  -               delivered  deferred         1  {references['BROKEN-0']}
  trial.test         2001:db8::7   -               delivered  held             1  {references['TRIAL-0']}

to see one: alignctl explain REF
""")
        _, out, _ = self.run_tool("whatif", "--config", "monitor")
        self.assertIn("\nnothing would change\n", out)
        for form in ([], ["--json"]):
            self.assertEqual(self.run_tool(
                "whatif", "--config", "monitor", "--quiet", *form), (0, "", ""))
        # A change is told as ever, and so is what cannot be answered.
        self.assertIn("By source", self.run_tool(
            "whatif", "--config", "enforce", "--quiet")[1])

    def test_defaults_of_a_release(self):
        found = self.whatif("--defaults", "0.1.0")
        self.assertEqual(found["defaults"], "0.1.0")
        self.assertEqual(found["changed_defaults"], [
            {"setting": "listen", "running": '"inet:8893@127.0.0.1"',
             "new": '"unix:/run/alignd/alignd.sock"'}])
        self.assertEqual(found["messages"], MESSAGES)
        self.assertEqual((found["changed"], found["unlike_running"]), (0, 0))
        _, out, _ = self.run_tool("whatif", "--defaults", "0.1.0")
        self.assertIn("conf: mode monitor, overrides: none (overrides.conf is absent), defaults of "
                      "0.1.0\n", out)
        self.assertIn('listen was "inet:8893@127.0.0.1", is '
                      '"unix:/run/alignd/alignd.sock"\n', out)
        self.configure("listens", 'mode = monitor\nlisten = "inet:1@127.0.0.1"',
                       "store.db")
        found = self.whatif("--defaults", "0.1.0", config="listens")
        self.assertEqual(found["changed_defaults"], [])
        _, out, _ = self.run_tool("whatif", "--defaults", "0.1.0",
                                  config="listens")
        self.assertIn("every setting has the value it had: what changes below comes of "
                      "overrides and files\n", out)
        # The answer, where it is none too.
        self.assertRegex(out, r"\n  0 +of all fare otherwise than under those "
                         r"defaults\n")
        self.assertNotIn("under those defaults", self.run_tool(
            "whatif", "--config", "enforce")[1])
        found = self.whatif("--config", "enforce")
        self.assertEqual((found["defaults"], found["changed_defaults"],
                          found["unlike_running"]), (None, [], None))

    def test_nothing_in_the_period(self):
        _, out, _ = self.run_tool("whatif", "--config", "enforce", "--since",
                                  "1h")
        self.assertIn("no results in that period; recorded is "
                      "2026-04-27T08:00:00Z to 2026-05-01T11:00:00Z\n", out)
        found = self.whatif("--config", "enforce", "--since", "1h")
        self.assertEqual((found["messages"], found["period"]), (0, None))

    def test_store_stays_as_it_is(self):
        with open(self.path("store.db"), "rb") as file:
            before = file.read()
        self.whatif("--config", "enforce")
        with open(self.path("store.db"), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_store_of_another_version(self):
        with open(self.path("store.db"), "rb") as file:
            self.write("newer.db", file.read())
        database = sqlite3.connect(self.path("newer.db"))
        database.execute("PRAGMA user_version = 99")
        database.close()
        with open(self.path("newer.db"), "rb") as file:
            before = file.read()
        self.configure("newer", "mode = monitor", "newer.db")
        status, _, err = self.run_tool("whatif", "--config", "enforce",
                                       config="newer")
        self.assertEqual(status, 4)
        self.assertIn("version 99", err)
        with open(self.path("newer.db"), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_exit_status(self):
        self.write("bad", "mode = enforce\npolicy { on_reject = explode }\n")
        self.want(2, "bad:2", "whatif", "--config", "bad")
        self.want(2, "no-such", "whatif", "--config", "no-such")
        self.write("bad.overrides", 'override "x" { who = "ann" }\n')
        self.want(2, "bad.overrides:1", "whatif", "--config", "enforce",
                  "--overrides", "bad.overrides")
        self.want(2, "bad:2", "--config", "bad", "whatif", "--config",
                  "enforce", common=False)
        self.configure("gone", "mode = enforce", "gone.db")
        self.want(4, "gone.db does not exist", "whatif", "--config", "gone",
                  common=False)
        self.want(1, "--config NEW is missing", "whatif", common=False)
        self.want(1, "more than twice", "whatif", "--config", "enforce",
                  "--config", "enforce")
        self.want(1, "one --config", "whatif", "--config", "enforce",
                  "--defaults", "0.1.0")
        self.want(1, "0.0.9 is no release whose defaults differ",
                  "whatif", "--defaults", "0.0.9")
        self.want(1, "takes no operands", "whatif", "--config", "enforce",
                  "x")
        for option, value in (("--since", "yesterday"), ("--limit", "0"),
                              ("--until", "1w")):
            self.want(1, option, "whatif", "--config", "enforce", option,
                      value)


if __name__ == "__main__":
    unittest.main()
