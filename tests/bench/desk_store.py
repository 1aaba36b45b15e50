# SPDX-License-Identifier: BSD-2-Clause
"""desk_store - a store as large as the desk's figures are about

fill(path, incidents, counters) adds to a store that has its tables: incidents of
the last 90 days from 20,000 author domains, of which the last week has 2,000, and counters of five messages each
of the last seven days, forty for each way that mail took.
"""
import sqlite3
import time

DAY_S = 86400
DOMAINS = 20_000
KEPT_DAYS = 90
WEEK_S = 7 * DAY_S
OF_WEEK = 2000
EACH = 5  # messages of a counter
COUNTERS_OF_A_TUPLE = 40
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

# As scattered as what comes in, and the same each time.
MIXED = "(n * 2654435761 % 4294967296)"
DOMAIN = f"'sender' || ({MIXED} % {DOMAINS}) || '.example'"
CLIENT = f"'10.' || ({MIXED} >> 8 & 63) || '.' || ({MIXED} >> 16 & 255) || '.' || ({MIXED} & 255)"
ADDRESS = f"'user' || ({MIXED} % 50) || '@' || {DOMAIN}"
FATE = f"CASE {MIXED} % 4 WHEN 0 THEN 'quarantine' WHEN 1 THEN 'none' ELSE 'reject' END"
ALIKE = {
    "author_domain": DOMAIN, "policy_domain": DOMAIN, "org_domain": DOMAIN,
    "mail_from_domain": DOMAIN, "spf_domain": DOMAIN, "client_ip": CLIENT,
    "client_name": f"'mx.' || {DOMAIN}", "record": "'v=DMARC1; p=reject'",
    "spf_result": "'fail'", "spf_scope": "'mfrom'", "dkim": "'[]'", "arc": "'{}'",
    "rcpt_rules": "'[]'", "discovery": "'tree'", "indirect": "'none'",
    "policy": "'p'", "asked": "'reject'", "rcpt_domains": "'[\"own.example\"]'",
    "verdict": "'{}'", "queries": "'[]'", "tls_version": "'TLSv1.3'",
    "reason": "'SPF fail, no DKIM signature'", "host": "'mx1.example.org'",
    "mail_from": f"'<' || {ADDRESS} || '>'", "from_address": ADDRESS,
    "helo": f"'mx.' || {DOMAIN}", "reply": "'550 5.7.1 rejected'",
}


def reference():
    """Eight letters of the number, as a reference has them."""
    picked = [f"substr('{LETTERS}', ({MIXED} * 7 + n >> {5 * i}) % 32 + 1, 1)" for i in range(8)]
    return " || ".join([*picked[:4], "'-'", *picked[4:]])


def insert(db, table, count, special):
    columns = [(name, kind) for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(special.get(name, ALIKE.get(name, "0" if kind == "INTEGER" else "''"))
                       for name, kind in columns)
    db.execute(f"INSERT INTO {table} ({', '.join(name for name, _ in columns)})"
               " WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < ?)"
               f" SELECT {values} FROM seq", (count,))


def fill(path, incidents, counters):
    now_s = int(time.time())
    hour_s = now_s // 3600 * 3600
    tuples = max(counters // COUNTERS_OF_A_TUPLE, 1)
    with sqlite3.connect(path) as db:
        db.create_function("reverse", 1, lambda text: text[::-1], deterministic=True)
        insert(db, "incident", incidents, {
            "incident_id": "n", "reference": reference(), "queue_id": "'4Z' || n",
            "author_key": f"reverse({DOMAIN}) || '.'", "applied": FATE,
            "dmarc_result": "'fail'",
            "time_s": f"CASE WHEN n > {incidents - OF_WEEK} THEN {now_s - WEEK_S} "
                      f"+ (n - {incidents - OF_WEEK}) * 300 ELSE "
                      f"{now_s - KEPT_DAYS * DAY_S} + n * {KEPT_DAYS * DAY_S - WEEK_S} "
                      f"/ {incidents} END"})
        insert(db, "tuple", tuples, {
            "tuple_id": "n", "fingerprint": MIXED, "iprev": "'pass'",
            "applied": f"CASE {MIXED} % 9 WHEN 0 THEN 'reject' ELSE 'none' END",
            "dmarc_result": f"CASE {MIXED} % 9 WHEN 0 THEN 'fail' ELSE 'pass' END"})
        insert(db, "result", counters, {
            "tuple_id": f"n % {tuples} + 1", "count": str(EACH),
            "hour_s": f"{hour_s} - 3600 * (n / {tuples} * 4 + n % 4)"})
    db.close()
