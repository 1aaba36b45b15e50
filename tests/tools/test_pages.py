#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every command that README.md, OPERATIONS.md and the manuals quote runs as it stands there.

The pages are read from the top down, and each command is typed on the host of
page_rig.py, in that order. What cannot run there is in EXCUSED with the reason,
and what is only spoken of in NAMED, where --help answers for it. Their settings
go into the host's files from the pages as well. A command that is in no table
and does not end as it should fails, and so does one of a table that the pages
no longer have.
"""
import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import quoted  # noqa: E402
from page_rig import HELD, PageTest  # noqa: E402

# So many run there, or more.
README_RUNS = 17
OPERATIONS_RUNS = 79
PRIVACY_RUNS = 8
UPKEEP_RUNS = 12
MANUALS_RUN = 23

THE_BUILD = "builds this tree; make check-dist installs and leaves a release"
USERS = "changes the machine's users; systemd/check-unit.sh reads the files that make them"
SYSTEMD = "systemd is no part of the tests; systemd/check-unit.sh reads the units"
FLEET = "needs a PostgreSQL; make check-fleet starts one"
BY_MTA = "needs a Postfix; tests/mta/test_pages.py runs it"
BY_PACKAGE = "needs Debian's package and Postfix; tests/deb/test_package.py runs it"
EXCUSED = {
    "./bootstrap demo": "builds and starts a Postfix; make check-mta sends the same messages",
    "./bootstrap demo --desk": "likewise, and waits for a key; what it keeps up is tried there",
    "./bootstrap check": "runs this test",
    "./bootstrap build": THE_BUILD,
    "./bootstrap deb": "builds packages; make check-deb does, and tries one",
    "./configure --prefix=/usr --sysconfdir=/etc --localstatedir=/var && make": THE_BUILD,
    "make install": THE_BUILD,
    "sudo -i": "a shell of root's; the tests are root, or do without",
    "alignctl posture --live": "asks others' servers; test_alignctl_posture_live "
                               "has its own",
    "man alignd": "a pager; tests/lint/check-man.py reads the manuals",
    "man alignctl": "a pager, likewise",
    "man alignd.conf": "a pager, likewise",
    "systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload": USERS,
    "systemd-sysusers && systemd-tmpfiles --create": USERS,
    "systemd-tmpfiles --create": USERS,
    "usermod -aG alignd-read ann": USERS,
    "usermod -aG alignd-desk www-data": USERS,
    "cp /usr/share/doc/alignd/examples/desk.conf /etc/alignd/desk.conf":
        "of an installed alignd; test_desk_server.py has settings of its own",
    "groupadd -r alignd-store; groupadd -r alignd-read": USERS,
    "useradd -r -G alignd-store -s /usr/sbin/nologin alignd": USERS,
    "useradd -r -G alignd-store -s /usr/sbin/nologin alignd-report": USERS,
    "install -d -m 2770 -o alignd -g alignd-store /var/lib/alignd": USERS,
    "setfacl -m g:alignd-read:rx,d:g:alignd-read:r /var/lib/alignd": USERS,
    "chgrp alignd-store /var/lib/alignd/alignd.db*": USERS,
    "chmod 660": "a part of the command before",
    "chown alignd-report": "of a command above",
    "chmod 400": "of a command above",
    "systemctl daemon-reload": SYSTEMD,
    "systemctl enable --now alignd": SYSTEMD,
    "systemctl reload alignd": SYSTEMD,
    "systemctl restart alignd": SYSTEMD,
    "systemctl edit alignd": SYSTEMD,
    "systemctl status alignd": SYSTEMD,
    "systemctl enable --now alignd-report.timer": SYSTEMD,
    "systemctl status alignd-forward": SYSTEMD,
    "systemctl list-timers alignd-report.timer": SYSTEMD,
    "systemctl enable --now alignd-desk-pages.timer": SYSTEMD,
    "systemctl enable --now alignd-desk": SYSTEMD,
    "systemctl enable --now alignd-digest.timer alignd-alert.timer": SYSTEMD,
    "systemctl list-timers alignd-digest.timer": SYSTEMD,
    "journalctl -u alignd --since -1d | grep would=reject": BY_MTA,
    "postcat -qh QUEUEID": BY_MTA,
    "postsuper -d QUEUEID": BY_MTA,
    "alignctl setup postfix": BY_PACKAGE,
    "alignctl setup postfix --apply": BY_PACKAGE,
    "apt install ./alignd_*.deb curl": BY_PACKAGE,
    "apt install ./alignd_*.deb": BY_PACKAGE,
    "chown alignd:alignd-store /var/lib/alignd/alignd.db": USERS,
    "systemctl start alignd": SYSTEMD,
    "systemctl stop alignd": SYSTEMD,
    "systemctl disable --now alignd-report.timer": SYSTEMD,
    "apt remove alignd": BY_PACKAGE,
    "apt purge alignd": BY_PACKAGE,
    "curl -sv smtp://192.0.2.25/pc.example.net --mail-from boss@example.com "
    "--mail-rcpt postmaster -T spoof.eml 2>&1 | grep '^< 5'": BY_PACKAGE,
    "journalctl -t alignd --since -10min | grep action=reject": BY_PACKAGE,
    "postconf -X smtpd_milters": BY_PACKAGE,
    "postfix reload": BY_PACKAGE,
    "mailq -qQ": "Sendmail's",
    "sendmail -qQ -Q -qIQUEUEID": "Sendmail's",
    "promtool check rules": "test_wire_dashboards.py runs it on the rules",
    "alignctl lookup --resolver 192.0.2.53 example.com":
        "asks the net; test_alignctl_lookup.py asks a resolver on loopback",
    "cp /srv/moved/*.conf /etc/alignd/": "what follows needs the settings of this host; "
                                         "test_alignctl_import.py has them read back",
    "alignctl override check && systemctl reload alignd": SYSTEMD,
    "alignd -f -c ./test.conf": "a daemon that stays; tests/wire starts many",
    "alignctl compare --client-ip 203.0.113.5 --json mail/*.eml | jq -r "
    "'select(.agrees | not) | .file'": "jq need not be there; compare.schema.json has the members",
    "alignctl report key --retire reports": "refused until the settings name the next key; "
                                            "test_alignctl_report_key.py does it",
    "alignctl review confirm --all --open --since 1d --from example.com":
        "asks on a terminal; test_alignctl_acts.py answers",
    "journalctl --vacuum-time": "shortens the machine's own journal",
    "alignctl inbox fetch --password-file /etc/alignd/imap.pass imaps://reports@imap.example.org":
        "asks a mail server; test_alignctl_inbox_fetch.py has one",
    "alignctl fleet status": FLEET,
    "alignctl fleet init --upgrade": FLEET,
    "alignctl privacy erase --fleet ceo@example.com": FLEET,
    "ss -lntp": "shows the machine's own sockets",
}
# Spoken of, not typed as they stand.
NAMED = {"alignctl whatif", "alignctl compare", "alignctl lookup", "alignctl override add",
         "alignctl report preview", "alignctl report resend", "alignctl report suppress",
         "alignctl review allow REF", "alignctl review release", "alignctl review confirm"}
# What a name of the page is on this host.
PLACEHOLDERS = {
    r"\bREF\b": HELD, r"\bFILE\b": "etc/alignd/alignd.conf", r"\bNEW\b": "etc/alignd/new.conf",
    r"\bADDRESS\b": "dmarc@example.com", r" \.\.\. ": " 203.0.113.5 ",
    r"failures 12\b": "failures 1",
}
# Where the exit status tells what was found, as it should be here.
STATUS = {"alignctl doctor": 2,    # no daemon answers
          "alignctl posture --profile": 7,  # a domain that is not there
          "alignctl doctor --profile uk-gov": 6,  # mode = monitor
          "alignctl posture": 6, "alignctl posture partner.example": 6,
          "alignctl posture example.org": 6}

# The blocks that are no commands, by their first line: where they go.
CONF = "etc/alignd/alignd.conf"
TEXTS = {
    "mode = monitor": CONF,
    "policy {": CONF,
    "protect {": CONF,
    'trust { arc_sealers = {"lists.example"} }': CONF,
    'metrics { listen = "inet:9893@127.0.0.1" }   # alignd.conf; needs a restart': CONF,
    "report {": CONF,
    'own { domains = {"example.com", "parked.example"} }': CONF,
    'digest { mail = "postmaster@example.org" }': CONF,
    'override "lists at example" {': "etc/alignd/overrides.conf",
    "# /etc/postfix/main.cf": "etc/postfix/main.cf",
    "# /etc/rsyslog.d/alignd.conf": None,           # test_wire_json.py
    "INPUT_MAIL_FILTER(`alignd', `S=unix:/run/alignd/alignd.sock, F=T, T=S:30s;R:30s;E:5m')": None,
    "4ZKQ1v2Jz1z4w action=reject result=fail from=example.com org=example.com": None,
    "alignd-inbox unix - n n - 1 pipe": None,       # these five: tests/mta/test_pages.py
    "dmarc-rua@example.org alignd-inbox:": None,
    "alignd-bounce unix - n n - 1 pipe": None,
    "dmarc-bounces@example.org alignd-bounce:": None,
    "dmarc-reports@example.org dmarc-bounces@example.org, postmaster@example.org": None,
    "ssh -L 8080:/run/alignd-desk/desk.sock mx.example.com": None,
    "upstream desk { server unix:/run/alignd-desk/desk.sock; }": None,  # test_desk_nginx.py
    "server { listen 443 ssl; server_name desk.example.com;": None,
    "# prometheus.yml": None,                       # test_wire_dashboards.py
    "# /etc/spamassassin/alignd.cf": None,          # tests/replay/test_readers.py
    'require ["fileinto"];': None,                  # likewise
}


class Pages(PageTest):

    def setUp(self):
        """The store as it was recorded; files as an operator takes them from the page."""
        for name in os.listdir(self.path("var/lib/alignd")):
            os.unlink(self.path("var/lib/alignd/" + name))
        shutil.copy(self.path("recorded"), self.database)
        files = {CONF: f"""authserv_id = "mx.example.org"
overrides = "{self.path('etc/alignd/overrides.conf')}"
store {{ sqlite = "{self.database}" }}
"""}
        for first, text in quoted.texts("docs/OPERATIONS.md").items():
            path = TEXTS.get(first)
            if path:
                files[path] = files.get(path, "") + text.replace('"/etc/', f'"{self.folder}/etc/')
        for path, text in files.items():
            self.write(path, text)
        self.write("etc/alignd/new.conf", files[CONF].replace("monitor", "enforce"))
        self.write("var/lib/alignd/report-bounce.key", bytes(32))
        os.chmod(self.path("var/lib/alignd/report-bounce.key"), 0o600)
        status, report = self.type("alignctl report preview example.com")
        self.assertEqual(status, 0, report)
        self.write("var/mail/dmarc-reports",
                   "From r@reporter.example Thu Jan  1 00:00:00 2026\nFrom: r@reporter.example\n"
                   f"MIME-Version: 1.0\nContent-Type: application/xml\n\n{report}\n")
        self.write("var/log/mail.log", "")

    def run_page(self, page):
        """How many commands of it ran."""
        ran = 0
        for command, output in quoted.commands(page):
            if command in EXCUSED:
                print(f"not run: {command}: {EXCUSED[command]}")
                continue
            typed = command + " --help" if command in NAMED else command
            for name, value in PLACEHOLDERS.items():
                typed = re.sub(name, value, typed)
            status, said = self.type(typed)
            with self.subTest(command):
                self.assertEqual(status, STATUS.get(command, 0), said)
                if output is not None:
                    self.assertEqual(output, said)
            ran += 1
        print(f"{page}: {ran} commands run")
        return ran

    def test_readme(self):
        self.assertGreaterEqual(self.run_page("README.md"), README_RUNS)

    def test_operations(self):
        self.assertGreaterEqual(self.run_page("docs/OPERATIONS.md"), OPERATIONS_RUNS)

    def test_privacy(self):
        self.assertGreaterEqual(self.run_page("docs/PRIVACY.md"), PRIVACY_RUNS)

    def test_upkeep(self):
        self.assertGreaterEqual(self.run_page("docs/UPKEEP.md"), UPKEEP_RUNS)

    def test_backup_and_restore(self):
        """What was recorded is there again."""
        status, before = self.type("alignctl stats --since 400d --json")
        for command in ("alignctl store backup /backup/again.db",
                        "mv /var/lib/alignd/alignd.db /var/lib/alignd/alignd.db.old",
                        "rm -f /var/lib/alignd/alignd.db-wal /var/lib/alignd/alignd.db-shm",
                        "cp /backup/again.db /var/lib/alignd/alignd.db"):
            status, said = self.type(command)
            self.assertEqual(status, 0, said)
        self.assertEqual(self.type("alignctl stats --since 400d --json"), (0, before))

    def test_manuals(self):
        self.assertGreaterEqual(sum(map(self.run_page, quoted.MANUALS)), MANUALS_RUN)

    def test_what_bootstrap_check_runs(self):
        """TESTING.md names the targets that tests/check-all has."""
        script, page = quoted.read("tests/check-all"), quoted.read("docs/TESTING.md")
        targets = re.search(r'^targets="([^"]+)"', script, re.M)[1].replace("+", " ").split()
        told = re.search(r"^`./bootstrap check` runs ([^;]*);", page, re.M)[1]
        self.assertEqual(re.findall(r"[a-z]+(?:-[a-z]+)*", told.replace(" for a\nminute", "")
                                    .replace(" beside ", ", ").replace(" and ", ", ")), targets)

    def test_tables_fit_the_pages(self):
        """Nothing is excused that is not there; no block or program is unknown."""
        found, firsts = set(), set()
        for page in quoted.PAGES + quoted.MANUALS:
            found |= {command for command, _ in quoted.commands(page)}
            firsts |= set(quoted.texts(page))
        self.assertEqual(set(EXCUSED) - found, set())
        self.assertEqual(NAMED - found, set())
        self.assertEqual(firsts, set(TEXTS))
        with open(os.path.join(quoted.TOP, BY_MTA.split()[-3]), encoding="utf-8") as file:
            mta = file.read()
        for command in (command for command, reason in EXCUSED.items() if reason == BY_MTA):
            self.assertIn(f'"{command}"', mta)
        for command in found:
            for part in re.split(r"\s*(?:&&|;|\|)\s*", re.sub(r'"[^"]*"|\'[^\']*\'', "", command)):
                self.assertTrue(quoted.is_command(part), command)


if __name__ == "__main__":
    unittest.main()
