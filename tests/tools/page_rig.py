# SPDX-License-Identifier: BSD-2-Clause
"""page_rig - a host on which the commands of README.md and OPERATIONS.md run

A folder plays the host: /etc, /var and the others that the pages name lie in it,
and bin has the programs. alignctl there is ours with the host's configuration,
zone and time. Recorded is mail of a genuine sender, of a list with a past, and of
a spoofer; the references that the pages show are of it.
"""
import os
import re
import shlex
import shutil
import sqlite3
import subprocess

from alignctl import HERE, NOW, PROGRAM, RECORD_TOOL, TOP, WRAPPER, ToolTest, zone_record

HELD = "K7QX-2M4D"
REFERENCES = {HELD: "4ZKQ0u7Mc8z1e", "B3RM-9WTA": "4ZKQ1v2Jz1z4w", "TJ4C-P8XE": "4ZKP9t4Kb5z7c"}
FOLDERS = ("etc", "var", "srv", "backup", "usr/share/alignd")
HOURS = 3600
DAYS = 24 * HOURS

ZONE = """$ORIGIN .
$TTL 300
example.com             TXT  "v=spf1 ip4:192.0.2.25 -all"
_dmarc.example.com      TXT  "v=DMARC1; p=reject; rua=mailto:dmarc@example.com; ruf=mailto:dmarc@example.com; fo=1"
mail.example.com        A    192.0.2.25
25.2.0.192.in-addr.arpa PTR  mail.example.com
partner.example         TXT  "v=spf1 ip4:192.0.2.80 -all"
_dmarc.partner.example  TXT  "v=DMARC1; p=quarantine"
b.example               TXT  "v=spf1 ip4:203.0.113.5 -all"
example.org             TXT  "v=spf1 -all"
_dmarc.example.org      TXT  "v=DMARC1; p=none"
"""


def letter(author, body="Hello.\r\n"):
    return (f"From: {author}\r\nTo: user@mx.example.org\r\nSubject: {body[:5]}\r\n"
            "Date: Fri, 01 May 2026 06:00:00 +0000\r\nMessage-ID: <1@mail.example>\r\n"
            f"\r\n{body}").encode()


class PageTest(ToolTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        key = cls.signer.new_key("page", "rsa", 2048)
        cls.write("zone", ZONE + "".join(
            zone_record(f"s1._domainkey.{domain}", key)
            for domain in ("example.com", "partner.example")))
        for name in ("bin", "mail", "etc/alignd", "etc/postfix", "var/lib/alignd", "var/log",
                     "var/mail/reports/Maildir/new", "srv/www", "backup"):
            os.makedirs(cls.path(name))
        cls.database = cls.path("var/lib/alignd/alignd.db")
        cls.write_programs()
        cls.write_old_daemons()
        cls.record()

    @classmethod
    def write_old_daemons(cls):
        """What Debian installs of the daemons that the host had before."""
        os.makedirs(cls.path("etc/postfix-policyd-spf-python"))
        for kind, folder in (("opendmarc", "etc"), ("opendkim", "etc"),
                             ("policyd-spf", "etc/postfix-policyd-spf-python")):
            shutil.copy(os.path.join(HERE, "import", f"debian-{kind}.conf"),
                        cls.path(f"{folder}/{kind}.conf"))
        os.makedirs(cls.path("var/lib/opendmarc"))
        cls.write("var/lib/opendmarc/opendmarc.dat", "".join(
            f"{line}\n" for line in (
                "job 1A2B", "reporter mx", f"received {NOW - 90 * DAYS}", "ipaddr 192.0.2.25",
                "from example.com", "mfrom example.com", "spf 0", "pdomain example.com",
                "policy 15", "p 114", "align_dkim 5", "align_spf 4", "action 2")))

    # -- programs ----------------------------------------------------------

    @classmethod
    def write_program(cls, name, script):
        cls.write("bin/" + name, "#!/bin/sh\n" + script)
        os.chmod(cls.path("bin/" + name), 0o755)

    @classmethod
    def write_programs(cls):
        config = cls.path("etc/alignd/alignd.conf")
        common = WRAPPER + [PROGRAM, "--config", config, "--dns", cls.path("zone"),
                            "--now", str(NOW)]
        wiring = f" --postfix {cls.path('etc/postfix')} --sendmail {cls.path('no.cf')}"
        plain = shlex.join(WRAPPER + [PROGRAM])
        cls.write_program("alignctl", f"""case $*,$# in
doctor,1) exec {shlex.join(common)} "$@"{wiring} ;;
doctor*) exec {plain} --config {config} "$@" ;;    # the machine's clock
*" --dns "*) exec {plain} --config {config} "$@" ;;    # a zone of its own
config*,3) exec {plain} "$@" ;;                    # it names the file itself
esac
exec {shlex.join(common)} "$@"
""")
        daemon = WRAPPER + [os.path.join(TOP, "milter", "alignd"), "-c", config]
        cls.write_program("alignd", f'exec {shlex.join(daemon)} "$@"\n')
        # the edit that the page's remark asks for
        cls.write_program("vi", "exec sed -i 's/^mode = .*/mode = enforce/' \"$1\"\n")
        # this user plays alignd-report
        cls.write_program("runuser", 'shift 3\nexec "$@"\n')
        cls.write_program("journalctl", f"cat {cls.path('var/log/mail.log')}\n")
        # tests/mta/test_pages.py has a real one
        cls.write_program("postsuper", 'echo "postsuper: $2: released from hold" >&2\n'
                          "echo postsuper: Released from hold: 1 message >&2\n")

    def type(self, command):
        """(exit status, what it printed) of a command as the page has it."""
        command = re.sub(rf"(?<![\w.])/(?=(?:{'|'.join(FOLDERS)})/)", self.folder + "/", command)
        done = subprocess.run(
            ["sh", "-c", command], cwd=self.folder, capture_output=True, check=False, timeout=300,
            stdin=subprocess.DEVNULL, env={
                **os.environ, "PATH": f"{self.path('bin')}:/usr/bin:/bin", "USER": "ann",
                "COLUMNS": "80", "LC_ALL": "C.UTF-8"})
        return done.returncode, done.stdout.decode() + done.stderr.decode()

    @classmethod
    def sign(cls, domain, message, tags=""):
        return cls.signer.sign("page", domain, "s1", message, tags)

    # -- mail --------------------------------------------------------------

    @classmethod
    def record(cls):
        plain, held = letter("Ann <ann@example.com>"), letter("Bob <bob@partner.example>")
        spoof = letter("The Boss <ceo@example.com>", "Pay at once.\r\n")
        genuine = cls.sign("example.com", plain)
        listed = cls.sign("partner.example", held).replace(b"Hello.", b"Hello.\r\n-- \r\na list")
        cls.write("message.eml", genuine)
        cls.write("mail/1.eml", genuine)
        cls.write("mail/2.eml", spoof)
        # queue id, seconds before NOW, client, MAIL FROM, message
        rows = [(f"4ZJ{day}v2Jz1z4w", day * DAYS, "198.51.100.7", "bounce@list.example",
                 cls.sign("partner.example", held)) for day in range(2, 12)]
        # The partner's own server sends with the same key.
        rows += [(f"4ZJ{day}v2Jz1z4x", day * DAYS, "192.0.2.80", "bob@partner.example",
                 cls.sign("partner.example", held)) for day in (4, 9)]
        rows += [("4ZKD4a9Qd6z3f", 30 * HOURS, "192.0.2.25", "ann@example.com", genuine),
                 ("4ZKP8s1Hx3z2a", 9 * HOURS, "192.0.2.25", "ann@example.com", genuine),
                 ("4ZKP9t4Kb5z7c", 8 * HOURS, "203.0.113.5", "x@b.example",
                  letter("no address at all")),
                 ("4ZKQ0u7Mc8z1e", 3 * HOURS, "198.51.100.7", "bounce@list.example", listed),
                 ("4ZKQ1v2Jz1z4w", 1800, "203.0.113.5", "ceo@example.com", spoof)]
        cls.write("record.conf", f"""authserv_id = "mx.example.org"
policy {{ quarantine_action = hold }}
report {{ failure_reports = redacted from = "dmarc-reports@example.org" }}
store {{ sqlite = "{cls.database}" }}
""")
        lines = ""
        for queue_id, age, client, sender, message in rows:
            cls.write(queue_id, message)
            lines += (f"{NOW - age} {client} {sender} user@mx.example.org {queue_id} helo.example "
                      f"TLSv1.3 {cls.path(queue_id)}\n")
        subprocess.run([RECORD_TOOL, cls.path("record.conf"), cls.path("zone"), cls.database],
                       input=lines, text=True, check=True, stdout=subprocess.DEVNULL, timeout=120)
        with sqlite3.connect(cls.database) as store:
            for reference, queue_id in REFERENCES.items():
                store.execute("UPDATE incident SET reference = ? WHERE queue_id = ?",
                              (reference, queue_id))
        store.close()
        shutil.move(cls.database, cls.path("recorded"))
