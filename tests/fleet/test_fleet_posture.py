#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is found about own domains, remembered once for a fleet: whichever host looks"""
import json
import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from report_fleet import DAY, FleetReports  # noqa: E402
from fleet_rig import main  # noqa: E402

READER = "posture_reader"
FOUND = 6  # the status where something grave is
TABLES = ("posture_finding", "posture_past", "posture_look", "posture_sts")


class Posture(FleetReports):

    def setUp(self):
        super().setUp()
        for host in ("mx1", "mx2", "mx3"):
            with open(self.path(host, "conf"), "a", encoding="utf-8") as conf:
                conf.write('own { domains = { "d0.test" } }\n')

    def look(self, host, *arguments):
        """{finding: since}, as the host is told."""
        run = self.begin(host, "--json", "d0.test", *arguments, command="posture")
        out, err = run.communicate(timeout=300)
        self.assertIn(run.returncode, (0, FOUND), err)
        rows = map(json.loads, out.splitlines())
        return {row["finding"]: row["since"] for row in rows if "finding" in row}

    def publish(self, record):
        with open(self.path("zone"), "w", encoding="utf-8") as zone:
            zone.write(f'$ORIGIN .\n$TTL 300\n_dmarc.d0.test TXT "{record}"\n'
                       'd0.test TXT "v=spf1 -all"\n')

    def history(self, *hosts):
        """What hosts are told, one after the other: a record, a better one, the
        former again."""
        told = []
        for at, record in enumerate(("v=DMARC1; p=none", "v=DMARC1; p=none",
                                     "v=DMARC1; p=reject; rua=mailto:a@d0.test",
                                     "v=DMARC1; p=none")):
            self.publish(record)
            told.append(self.look(hosts[at % len(hosts)],
                                  *([] if len(hosts) > 1 else ["--local"])))
            self.later(DAY)
        return told

    def test_one_memory(self):
        """Three hosts are told what one is that looks alone, by its own store."""
        fleet = self.history("mx1", "mx2", "mx3")
        self.later(-4 * DAY)
        local = self.history("mx1")
        self.assertEqual([sorted(look) for look in fleet], [sorted(look) for look in local])
        changed = [name for name in fleet[0] if name not in fleet[2]]
        self.assertTrue(changed)
        for name in changed:
            self.assertEqual(fleet[0][name], fleet[1][name])
            self.assertGreater(fleet[3][name], fleet[0][name])
            self.assertEqual([look.get(name, "")[:10] for look in fleet],
                             [look.get(name, "")[:10] for look in local])
        with sqlite3.connect(self.path("mx1", "store.db")) as store:
            for table in TABLES:
                what = "domain" if table in TABLES[2:] else "domain, finding, detail"
                query = f"SELECT {what} FROM {{}}{table}"
                self.assertEqual(
                    sorted(map(list, store.execute(query.format("")))),
                    sorted(map(list, self.sql(query.format("alignd_report.")))), table)
            self.assertGreater(store.execute("SELECT count(*) FROM posture_past").fetchone()[0],
                               len(changed) - 1)

    def test_a_digest_and_a_scorecard_tell_of_it(self):
        self.publish("v=DMARC1; p=none")
        self.look("mx1")
        facts = json.loads(self.report("mx2", "--print", "--json", command="digest"))["facts"]
        self.assertIn("posture", {fact["kind"] for fact in facts})
        facts = json.loads(self.report("mx2", "--print", "--json", "--local",
                                       command="digest"))["facts"]
        self.assertNotIn("posture", {fact["kind"] for fact in facts})

    def test_who_may_only_read_notes_nothing(self):
        self.sql(f"DO $$ BEGIN CREATE ROLE {READER} LOGIN; EXCEPTION WHEN duplicate_object "
                 f"THEN NULL; END $$; GRANT alignd_reader TO {READER}")
        with open(self.path("mx3", "conf"), "a", encoding="utf-8") as conf:
            conf.write(f'fleet {{ people = "{self.conninfo(READER)}" }}\n')
        self.publish("v=DMARC1; p=none")
        self.look("mx1")
        first = self.look("mx1")
        seen = [self.sql(f"SELECT * FROM alignd_report.{table}") for table in TABLES]
        self.later(DAY)
        self.assertEqual(self.look("mx3"), first)
        self.assertEqual([self.sql(f"SELECT * FROM alignd_report.{table}")
                          for table in TABLES], seen)

    def test_an_mta_sts_policy_and_a_long_detail(self):
        """No index has what a record says."""
        self.sql("INSERT INTO alignd_report.posture_sts VALUES ('d0.test', '1', "
                 "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 2000) n), 1, 1, "
                 "1); INSERT INTO alignd_report.posture_finding VALUES ('d0.test', 'x', "
                 "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 2000) n), 1, 1)")
        self.publish("v=DMARC1; p=none")
        self.look("mx1")
        self.assertEqual(self.one("SELECT count(*) FROM alignd_report.posture_finding WHERE "
                                  "finding = 'x'"), "0")


if __name__ == "__main__":
    main()
