# SPDX-License-Identifier: BSD-2-Clause
"""counted - stores whose counters a test chose, row by row

record-tool makes the file, so that the schema is the program's own; the rows
come from here, any texts in them, and quicker than messages would.
"""
import sqlite3
import subprocess

from alignctl import RECORD_TOOL

TUPLE = {
    "fingerprint": 0, "author_domain": "example.test", "author_error": "",
    "policy_domain": "example.test", "org_domain": "example.test",
    "discovery": "treewalk", "record": "v=DMARC1; p=reject",
    "author_exists": -1, "client_ip": "192.0.2.7", "client_name": "",
    "mail_from_domain": "example.test", "spf_result": "pass",
    "spf_domain": "example.test", "spf_scope": "mfrom", "dkim": "[]",
    "arc": "{}", "dmarc_result": "pass", "is_dkim_aligned": 0,
    "is_spf_aligned": 1, "indirect": "none", "policy": "reject",
    "asked": "reject", "applied": "none", "override_type": "",
    "override_comment": "", "tls_version": "TLSv1.3", "iprev": "", "lookalike": "",
}


def make_store(test, name, rows):
    """A configuration for a store with rows (hour_s, count, {column: value});
    equal tuples are one."""
    config = test.write(f"{name}.conf", f"""authserv_id = "mx.test"
store {{ sqlite = "{test.path(name + '.db')}" }}
""")
    subprocess.run([RECORD_TOOL, test.path(config), test.path("zone"),
                    test.path(name + ".db")], input="", text=True, check=True,
                   stdout=subprocess.DEVNULL, timeout=120)
    database = sqlite3.connect(test.path(name + ".db"))
    ids = {}
    for hour_s, count, members in rows:
        values = tuple({**TUPLE, **members}.values())
        if values not in ids:
            ids[values] = database.execute(
                f"INSERT INTO tuple ({', '.join(TUPLE)}) VALUES "
                f"({', '.join('?' * len(TUPLE))})", values).lastrowid
        database.execute(
            "INSERT INTO result VALUES (?, ?, 0, ?) ON CONFLICT DO UPDATE SET "
            "count = count + excluded.count", (hour_s, ids[values], count))
    database.commit()
    database.close()
    return config
