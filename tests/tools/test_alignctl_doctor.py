#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl doctor: each wiring mistake, made on purpose, is found with its fix.

Postfix's own postconf reads the set-ups that are wrong; it needs no running
Postfix. What listens in place of alignd and of the resolver are ours.
"""
import base64
import contextlib
import datetime
import grp
import json
import os
import pwd
import re
import shutil
import socket
import socketserver
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import schema  # noqa: E402
from alignctl import (ASAN_OPTIONS, NOW, RECORD_TOOL, ToolTest,  # noqa: E402
                      zone_record)
from ports import free_port  # noqa: E402

DAY = 86400
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RULES = schema.load("doctor")
os.environ["ASAN_OPTIONS"] = ASAN_OPTIONS
POSTCONF = shutil.which("postconf", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
MASTER = """smtp inet n - n - - smtpd
submission inet n - n - - smtpd -o smtpd_milters=
"""
MAIN = """compatibility_level = 3.6
myhostname = mx.test
queue_directory = {queue}
smtpd_milters = inet:127.0.0.1:{port}
"""


class DatagramAnswer(socketserver.BaseRequestHandler):
    """NXDOMAIN to everything."""

    def handle(self):
        query, sock = self.request
        sock.sendto(answer_to(query), self.client_address)


class StreamAnswer(socketserver.StreamRequestHandler):

    def handle(self):
        length = self.rfile.read(2)
        if len(length) == 2:
            reply = answer_to(self.rfile.read(struct.unpack("!H", length)[0]))
            self.wfile.write(struct.pack("!H", len(reply)) + reply)


def answer_to(query):
    """The question and nothing behind it; NXDOMAIN, recursion available."""
    end = query.index(b"\0", 12) + 5
    return query[:2] + struct.pack("!HHHHH", 0x8183, 1, 0, 0, 0) + query[12:end]


def serve(test, server):
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    test.addCleanup(server.server_close)
    test.addCleanup(server.shutdown)
    return server.server_address[1]


def macros():
    """Those that alignd asks for, as its header has them."""
    with open(os.path.join(SOURCES, "lib", "app", "mta_macros.h"), encoding="ascii") as file:
        return [line.encode() for line in re.findall(r'#define \w+ "(.*)"', file.read())]


MACROS = macros()


class Milter(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Negotiates as a milter that asks for those macros; None: says nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, wanted):
        self.address_family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.wanted = wanted
        super().__init__(address, MilterAnswer)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()
        if self.address_family == socket.AF_UNIX:
            os.unlink(self.server_address)


class MilterAnswer(socketserver.BaseRequestHandler):

    def handle(self):
        wanted = self.server.wanted
        if len(self.request.recv(17, socket.MSG_WAITALL)) == 17 and wanted is not None:
            answer = b"O" + struct.pack("!III", 6, 0x1ff, 0) + b"".join(
                struct.pack("!I", stage) + macros + b"\0"
                for stage, macros in enumerate(wanted))
            self.request.sendall(struct.pack("!I", len(answer)) + answer)
        self.request.recv(5)


class Doctor(ToolTest):

    # -- our own reports ---------------------------------------------------

    def make_key(self, mode=0o600):
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out",
                        self.path("key.pem")], check=True,
                       capture_output=True)
        os.chmod(self.path("key.pem"), mode)
        self.setup(f"""report {{ from = "r@own.test" sign_selector = "s"
            sign_key = "{self.path('key.pem')}" }}
            store {{ sqlite = "{self.path('store.db')}" }}""")

    def test_reports_that_nobody_would_take(self):
        self.expect("report.from", "note", "no reports are sent")
        self.make_key()
        self.write("zone", "$ORIGIN .\n")
        self.expect("report.from", "warning", "has no DMARC record",
                    fix="_dmarc.own.test")
        der = subprocess.run(["openssl", "pkey", "-in", self.path("key.pem"),
                              "-pubout", "-outform", "DER"], check=True,
                             capture_output=True).stdout
        policy = '$ORIGIN .\n_dmarc.own.test 300 TXT "v=DMARC1; p=reject"\n'
        self.write("zone", policy)
        self.expect("report.from", "warning", "does not verify",
                    fix="publish the public key")
        self.write("zone", policy + zone_record(
            "s._domainkey.own.test", "v=DKIM1; k=ed25519; p=" +
            base64.b64encode(der[-32:]).decode()))
        self.expect("report.from", "ok", "fits the key")

    def test_a_secret_that_systemd_hands_over(self):
        for place, level, words in (
                ("/run/credentials/absent.service/password", "note", "while its unit runs"),
                ("/run/absent/password", "problem", "cannot read")):
            self.setup(f"""report {{ from = "r@own.test"
                smtp_password_file = "{place}" }}
                store {{ sqlite = "{self.path('store.db')}" }}""")
            self.expect("report.smtp_password_file", level, words)

    def test_secrets_that_others_may_read(self):
        for mode, words in ((0o644, "everybody"), (0o660, "its group")):
            self.make_key(mode)
            self.expect("report.sign_key", "problem", words,
                        fix="chmod 0400")
        self.make_key()
        nobody = pwd.getpwnam("nobody")
        if os.geteuid() == 0:
            os.chown(self.path("key.pem"), nobody.pw_uid, nobody.pw_gid)
            self.setup(f"""report {{ from = "r@own.test"
                smtp_password_file = "{self.path('key.pem')}" }}
                store {{ sqlite = "{self.path('store.db')}" }}""",
                       user="nobody")
            self.expect("report.smtp_password_file", "warning",
                        "the user that parses strangers' mail")

    def setUp(self):
        self.listener = Milter(("127.0.0.1", 0), MACROS)
        self.addCleanup(self.listener.close)
        self.port = self.listener.server_address[1]
        self.setup()
        self.main()

    def setup(self, more="", listen=None, name="mx.test", user=None):
        listen = listen or f"inet:{self.port}@127.0.0.1"
        user = user or pwd.getpwuid(os.getuid()).pw_name
        self.write("conf", f"""authserv_id = "{name}"
listen = "{listen}"
user = "{user}"
{more if 'store' in more else more + 'store { sqlite = "' + self.path('store.db') + '" }'}
""")
        os.utime(self.path("conf"), (NOW, NOW))

    def main(self, more="", master=MASTER, text=MAIN):
        os.makedirs(self.path("postfix"), exist_ok=True)
        self.write("postfix/main.cf",
                   text.format(port=self.port, queue=self.path("queue")) + more)
        self.write("postfix/master.cf", master)
        for name in ("main.cf", "master.cf"):
            # Postfix waits until a file that was just written has cooled down.
            os.utime(self.path(f"postfix/{name}"), (NOW, NOW))

    def findings(self, *arguments, zone=True):
        """{rule: [finding]} and the exit status."""
        shared = ["--config", "conf", "--now", str(NOW)]
        if "--postfix" not in arguments:
            shared += ["--postfix", "postfix"]
        if zone:
            shared += ["--dns", "zone"]
        status, out, err = self.run_tool("doctor", "--json", *shared, *arguments, common=False)
        self.assertEqual(err, "")
        found = {}
        for line in out.splitlines():
            finding = json.loads(line)
            self.assertEqual(schema.faults(finding, RULES), [])
            self.assertEqual(schema.order_faults(finding, RULES), [])
            self.assertEqual(finding["fix"] is not None,
                             finding["level"] in ("warning", "problem"), finding)
            found.setdefault(finding["check"], []).append(finding)
        return found, status

    def expect(self, check, level, words, *arguments, fix="", zone=True, status=None):
        """One finding of that check has that level and those words."""
        found, got = self.findings(*arguments, zone=zone)
        fitting = [finding for finding in found.get(check, [])
                   if finding["level"] == level and words in finding["found"] and
                   fix in (finding["fix"] or "")]
        self.assertEqual(len(fitting), 1, json.dumps(found, indent=1))
        if status is not None:
            self.assertEqual(got, status)

    # --- the file and what it says ---

    # -- the desk ----------------------------------------------------------

    def write_desk(self, more="", mode=0o640):
        os.makedirs(self.path("etc/alignd"), exist_ok=True)
        self.write("etc/alignd/desk.conf", f'listen = "unix:{self.path("desk.sock")}"\n'
                   f'config = "{self.path("conf")}"\nparts = "{self.path("parts")}"\n'
                   'helpdesk = {"ann"}\n' + more)
        os.chmod(self.path("etc/alignd/desk.conf"), mode)
        self.addCleanup(shutil.rmtree, self.path("etc/alignd"), True)

    def expect_desk(self, level, words, fix=""):
        self.expect("desk", level, words, "--etc", "etc", fix=fix)

    @contextlib.contextmanager
    def a_desk_that_says(self, answer):
        """Once, to whoever asks for its health."""
        got = []
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(self.path("desk.sock"))
            sock.listen()

            def serve():
                with sock.accept()[0] as client:
                    got.append(client.recv(1000))
                    client.sendall(answer)

            thread = threading.Thread(target=serve)
            thread.start()
            yield
            thread.join()
        os.remove(self.path("desk.sock"))
        self.assertTrue(got[0].startswith(b"GET /healthz HTTP/1.1\r\nHost: "), got)

    def test_a_desk_that_answers_or_not(self):
        self.write_desk()
        self.expect_desk("problem", "does not answer", fix="enable --now alignd-desk")
        with self.a_desk_that_says(b"HTTP/1.1 200 OK\r\n\r\nok\n"):
            self.expect_desk("ok", "can read the store")
        with self.a_desk_that_says(b"HTTP/1.1 503 No\r\n\r\nstore: cannot open \x1b[1m"):
            self.expect_desk("problem", "store: cannot open", fix="alignd-read")
        with self.a_desk_that_says(b""):
            self.expect_desk("problem", "no answer of HTTP")

    def test_a_desk_of_a_fleet(self):
        """What it reads is no file of this host."""
        self.write_desk('postgresql = "host=/run/postgresql dbname=alignd"\n')
        with self.a_desk_that_says(b"HTTP/1.1 200 OK\r\n\r\nok\n"):
            self.expect_desk("ok", "can read the fleet's record")
        with self.a_desk_that_says(b"HTTP/1.1 503 No\r\n\r\nfleet: PostgreSQL: away\n"):
            self.expect_desk("problem", "fleet: PostgreSQL: away", fix="A desk for all hosts")

    def test_files_of_the_desk(self):
        self.write("token", "0123456789abcdef0123\n")
        os.chmod(self.path("token"), 0o440)
        os.makedirs(self.path("parts"), exist_ok=True)
        self.write("parts/index.html", "")
        os.utime(self.path("parts/index.html"), (NOW - 1400, NOW - 1400))
        self.write_desk(f'token_file = "{self.path("token")}"\n', mode=0o644)
        self.expect_desk("warning", "desk.conf has mode 0644", fix="0640")
        self.expect_desk("warning", "token has mode 0440", fix="0400")
        self.expect_desk("warning", "every ten minutes", fix="alignd-desk-pages.timer")
        os.chmod(self.path("token"), 0o400)
        os.utime(self.path("parts/index.html"), (NOW - 1200, NOW - 1200))
        self.write_desk(f'token_file = "{self.path("token")}"\n')
        found, _ = self.findings("--etc", "etc")
        self.assertNotIn("warning", {finding["level"] for finding in found["desk"]})
        self.write_desk("nonsense = yes\n")
        self.expect_desk("problem", "nonsense", fix="alignd-desk -t")

    def test_a_faulty_file_is_the_only_finding(self):
        self.write("conf", "mode = bogus\n")
        found, status = self.findings()
        self.assertEqual((list(found), status), (["configuration"], 2))
        self.assertIn("goes on with what it read before", found["configuration"][0]["found"])

    def test_settings_that_do_nothing(self):
        for text, setting, words, fix in (
                ("policy { on_own = reject }", "policy.on_own",
                 "it holds for no mail", "own.domains"),
                ('digest { mail = "boss@example.com" }', "digest.mail",
                 "report.from is empty", "set report.from"),
                ('protect { lookalikes_known = {"www.examp1e.com"} }',
                 "protect.lookalikes_known", "is below the registered name",
                 "write examp1e.com")):
            with self.subTest(setting):
                self.setup(text + "\n")
                self.expect(setting, "warning", words, fix=fix)
        self.setup()
        self.assertNotIn("policy.on_own", self.findings()[0])

    def test_trusted_networks(self):
        for network, level, words in (
                ("0.0.0.0/0", "problem", "swallows"), ("::/0", "problem", "swallows"),
                ("128.0.0.0/1", "problem", "swallows"), ("198.48.0.0/12", "warning", "wide"),
                ("2001:d00::/24", "warning", "wide")):
            with self.subTest(network):
                self.setup(f'trust {{ networks = {{"{network}"}} }}\n')
                self.expect("trust.networks", level, words)
        for network in ("10.0.0.0/8", "192.0.2.0/24", "2001:db8::/32", "fd00::/8"):
            with self.subTest(network):
                self.setup(f'trust {{ networks = {{"{network}"}} }}\n')
                self.expect("trust.networks", "ok", "none of them wide")

    def test_overrides(self):
        self.write("overrides.conf", """
override "past" { dkim = {"a.test"} owner = "o" why = "w" until = "2026-04-30" }
override "soon" { dkim = {"b.test"} owner = "o" why = "w" until = "2026-05-10" }
override "open" { from = {"c.test"} unsafe = yes owner = "o" why = "w" until = "2027-01-01" }
""")
        self.addCleanup(os.unlink, self.path("overrides.conf"))
        self.expect("overrides", "warning", '"past" ended on 2026-04-30', fix="ask o")
        self.expect("overrides", "note", '"soon" ends on 2026-05-10')
        self.expect("overrides", "note", '"open" goes by From alone')

    def test_files_are_named(self):
        conf = self.path("conf")
        self.expect("configuration", "ok", "conf is good: enforce mode")
        self.expect("overrides", "ok", "none (overrides.conf is absent)")
        self.status(overrides=3)
        self.expect("overrides", "warning", "none (overrides.conf is absent); alignd holds 3",
                    fix="put the file back")
        self.status()
        self.write("overrides.conf", "\n")
        self.addCleanup(os.unlink, self.path("overrides.conf"))
        self.expect("overrides", "warning", "none (overrides.conf is blank); alignd holds 0",
                    fix="put the file back")
        os.mkdir(conf + ".d")
        self.addCleanup(shutil.rmtree, conf + ".d")
        self.write("conf.d/10-mode.conf", "mode = monitor")
        self.expect("configuration", "ok", "conf and 1 of conf.d is good: monitor mode")
        self.status()
        os.utime(conf, (NOW - 9, NOW - 9))
        os.utime(conf + ".d/10-mode.conf", (NOW + 1, NOW + 1))
        self.expect("reload", "warning", "10-mode.conf has changed since", fix="reload")
        os.utime(conf + ".d/10-mode.conf", (NOW - 9, NOW - 9))
        os.utime(conf + ".d", (NOW + 1, NOW + 1))
        self.expect("reload", "warning", "conf.d has changed since", fix="reload")

    # --- monitor mode ---

    def record(self, days, mode):
        self.setup(f"mode = {mode}\n")
        self.write("m", "From: a@example.test\r\nSubject: s\r\n\r\nx\r\n")
        subprocess.run([RECORD_TOOL, "conf", "zone", "store.db"], cwd=self.folder, check=True,
                       input=f"{NOW - days * DAY} 203.0.113.5 b@other.test r@mx.test Q h TLS m\n",
                       text=True, capture_output=True)

    def forget(self):
        for name in ("store.db", "store.db-wal", "store.db-shm", "store.db.status"):
            if os.path.exists(self.path(name)):
                os.unlink(self.path(name))

    def suffixes(self, now):
        _, out, _ = self.run_tool("doctor", "--json", "--config", "conf", "--dns", "zone",
                                  "--postfix", "postfix", "--now", str(now), common=False)
        found, = (finding for finding in map(json.loads, out.splitlines())
                  if finding["check"] == "suffixes")
        return found["level"], found["found"]

    def test_suffix_list_of_last_year(self):
        """Whichever list this machine has: by its own date."""
        _, words = self.suffixes(NOW)
        made = datetime.datetime.fromisoformat(
            re.search(r"is of (\d{4}-\d\d-\d\d)", words)[1] + "T00:00:00+00:00").timestamp()
        self.assertEqual(self.suffixes(int(made) + 364 * DAY)[0], "ok")
        level, words = self.suffixes(int(made) + 367 * DAY)
        self.assertEqual(level, "warning")
        self.assertIn("more than a year old", words)

    def test_engines(self):
        self.expect("engines", "ok", "itself")
        self.setup('dkim { engine = "libopendkim" }\nspf { engine = "libspf2" }\n')
        self.expect("dkim.engine", "warning", "libopendkim judges the mail",
                    fix="alignctl compare")
        self.expect("spf.engine", "warning", "libspf2 judges the mail")

    def test_monitor_mode(self):
        self.addCleanup(self.forget)
        self.setup("mode = monitor\n")
        self.expect("mode", "note", "monitor")
        self.record(10, "monitor")
        self.expect("mode", "note", "monitor")
        self.record(31, "monitor")
        self.expect("mode", "warning", "more than 30 days", fix="whatif")

    def test_monitor_mode_begun_anew(self):
        self.addCleanup(self.forget)
        self.record(40, "monitor")
        self.record(20, "enforce")
        self.setup("mode = monitor\n")
        self.expect("mode", "note", "monitor")

    # --- the socket ---

    def test_alignd_answers(self):
        self.expect("listen", "ok", "alignd answers")

    def answer_with(self, wanted):
        self.listener.close()
        self.listener = Milter(("127.0.0.1", self.port), wanted)
        self.addCleanup(self.listener.close)

    def test_another_milter(self):
        self.answer_with([b"i", b"{mail_addr}"])
        self.expect("listen", "problem", "another milter", fix="ss -lp", status=2)
        self.answer_with([])
        self.expect("listen", "problem", "another milter")

    def test_no_milter(self):
        self.answer_with(None)
        self.expect("listen", "problem", "does not answer as a milter does")
        self.expect("listen", "problem", "within 500 ms", "--quick", status=2)

    def test_open_to_the_network(self):
        self.setup(listen=f"inet:{self.port}@0.0.0.0")
        self.expect("listen", "warning", "open to whoever reaches", fix="127.0.0.1")

    def test_a_group_that_the_unit_cannot_give(self):
        path = self.path("group.sock")
        self.addCleanup(Milter(path, MACROS).close)
        name = grp.getgrgid(next(group.gr_gid for group in grp.getgrall()
                                 if group.gr_gid not in os.getgrouplist(
                                     "nobody", pwd.getpwnam("nobody").pw_gid)
                                 and group.gr_gid != os.stat(path).st_gid)).gr_name
        self.setup(f'socket_group = "{name}"\n', listen=f"unix:{path}", user="nobody")
        self.expect("socket_group", "problem", "cannot give the socket", fix="g+s")
        if os.getuid() == 0:
            folder = os.stat(self.folder)
            self.addCleanup(os.chown, self.folder, folder.st_uid, folder.st_gid)
            self.addCleanup(os.chmod, self.folder, folder.st_mode & 0o7777)
            os.chown(self.folder, -1, grp.getgrnam(name).gr_gid)
            os.chmod(self.folder, 0o2755)
            self.assertNotIn("socket_group", self.findings()[0])
        self.setup('socket_group = "no-such-group"\n', listen=f"unix:{path}")
        self.expect("socket_group", "problem", "no-such-group")

    # --- alive? ---

    def test_quick(self):
        self.addCleanup(self.forget)
        self.record(1, "enforce")
        found, status = self.findings("--quick")
        self.assertEqual({(name, finding["level"]) for name in found for finding in found[name]
                          if name != "configuration"},
                         {("listen", "ok"), ("store", "ok"), ("resolver", "ok")})
        self.assertEqual(status, 0)

    def test_quick_finds_each_dead(self):
        self.addCleanup(self.forget)
        self.expect("store", "problem", "unable to open", "--quick", status=4)
        self.record(1, "enforce")
        self.setup('dns { servers = {"127.0.0.1@9"} }\n')
        start = time.monotonic()
        self.expect("resolver", "problem", "no answer within", "--quick", zone=False, status=5)
        self.assertLess(time.monotonic() - start, 60)
        self.listener.close()
        self.expect("listen", "problem", "does not answer", "--quick", status=2)
        self.write("conf", "mode = bogus\n")
        self.expect("configuration", "problem", "bogus", "--quick", status=2)

    def test_quick_ends_with_its_time(self):
        """A store that is locked for long."""
        self.addCleanup(self.forget)
        self.record(1, "enforce")
        with contextlib.closing(sqlite3.connect(self.path("store.db"),
                                                isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.expect("store", "problem", "", "--quick", status=4)

    def test_nothing_listens(self):
        self.listener.close()
        self.expect("listen", "problem", "Connection refused", fix="systemctl start", status=2)

    def test_socket_closed_to_the_mta(self):
        if "postfix" not in [entry.pw_name for entry in pwd.getpwall()]:
            self.skipTest("there is no user postfix on this host")
        path = self.path("alignd.sock")
        self.addCleanup(Milter(path, MACROS).close)
        self.setup(listen=f"unix:{path}")
        os.chmod(self.folder, 0o755)
        os.chmod(path, 0o600)
        self.expect("listen", "problem", f"may not use {path}", fix="socket_group")
        os.chmod(path, 0o666)
        self.expect("listen", "ok", "alignd answers")
        os.chmod(self.folder, 0o700)
        self.expect("listen", "problem", f"may not use {self.folder}", fix="enter the folder")

    # --- Postfix ---

    def needs_postconf(self):
        if POSTCONF is None:
            self.skipTest("postconf is not installed")

    def postfix(self, check, level, words, fix="", more="", **how):
        self.needs_postconf()
        self.main(more, **how)
        self.expect(check, level, words, fix=fix)

    def test_wired_rightly(self):
        self.postfix("smtpd_milters", "ok", "service smtp calls alignd first")
        found, _ = self.findings()
        levels = {finding["level"] for name in ("authserv_id", "milter_default_action",
                                                "milter_protocol", "smtpd_milters")
                  for finding in found[name]}
        self.assertEqual(levels, {"ok"})

    def test_exempt_address_that_is_many(self):
        """A milter sees an address before Postfix makes many of it."""
        self.write("virtual", "postmaster@own.test root\nabuse@own.test ann@own.test\n"
                              "desk@own.test ann@own.test, bob@own.test\n")
        self.write("aliases", "root ann, bob,\teve\n")
        maps = "".join(f"{name}_maps = texthash:{self.path(file)}\n" for name, file in
                       (("virtual_alias", "virtual"), ("alias", "aliases")))
        self.setup('own { domains = {"own.test"} }\n')
        self.postfix("exempt", "warning", "postmaster@own.test is exempt "
                     "(policy.postmaster_exempt), and an alias of several: Postfix makes 3",
                     fix="policy.postmaster_exempt = no", more=maps)
        found, _ = self.findings()
        self.assertEqual(len(found["exempt"]), 1)
        self.write("rcpt", 'override "desk" { rcpt = {"desk@own.test", "own.test"} unsafe = yes '
                           'owner = "a" why = "w" permanent = yes }\n'
                           'override "strict" { rcpt = {"root@own.test"} unsafe = yes '
                           'action = reject owner = "a" why = "w" permanent = yes }\n')
        self.setup(f'overrides = "{self.path("rcpt")}"\n')
        self.postfix("exempt", "warning", 'desk@own.test is exempt (override "desk")',
                     fix="take it out", more=maps)
        self.setup('own { domains = {"own.test"} }\npolicy { postmaster_exempt = no }\n')
        found, _ = self.findings()
        self.assertNotIn("exempt", found)
        self.setup('own { domains = {"other.test"} }\n')
        self.postfix("exempt", "ok", "(2 looked up)", more=maps)

    def test_no_milters_line(self):
        self.postfix("smtpd_milters", "problem", 'its smtpd_milters is ""',
                     fix=f"smtpd_milters = inet:127.0.0.1:{self.port}",
                     more="smtpd_milters =\n")

    def test_another_port(self):
        self.postfix("smtpd_milters", "problem", "does not call alignd",
                     more="smtpd_milters = inet:127.0.0.1:1\n")

    def test_other_spellings_of_the_socket(self):
        for value in ("inet:localhost:{0}", "{{ inet:127.0.0.1:{0}, connect_timeout=9s }}",
                      "$other\nother = inet:127.0.0.1:{0}"):
            with self.subTest(value):
                self.postfix("smtpd_milters", "ok", "alignd first",
                             more=f"smtpd_milters = {value.format(self.port)}\n")

    def test_the_other_loopback(self):
        for value in ("inet:[::1]:{0}", "inet:127.0.0.2:{0}", "inet6:[::1]:{0}"):
            with self.subTest(value):
                self.postfix("smtpd_milters", "problem", "call", fix="inet:127.0.0.1",
                             more=f"smtpd_milters = {value.format(self.port)}\n")

    def test_emptied_in_master(self):
        self.postfix("smtpd_milters", "problem", "service 2525 does not call alignd",
                     fix="master.cf",
                     master=MASTER + "2525 inet n - n - - smtpd -o smtpd_milters=\n")

    def test_order(self):
        self.postfix("smtpd_milters", "warning", "calls inet:127.0.0.1:8891 before alignd",
                     fix="first",
                     more=f"smtpd_milters = inet:127.0.0.1:8891, inet:127.0.0.1:{self.port}\n")

    def test_accept_under_enforce(self):
        self.postfix("milter_default_action", "problem", "although alignd enforces",
                     fix="tempfail", more="milter_default_action = accept\n")

    def test_accept_of_one_milter(self):
        self.postfix("milter_default_action", "problem", "although alignd enforces", more=(
            f"smtpd_milters = {{ inet:127.0.0.1:{self.port}, default_action=accept }}\n"))

    def test_accept_in_braces_of_its_own(self):
        self.postfix("milter_default_action", "problem", "although alignd enforces", more=(
            f"smtpd_milters = {{ inet:127.0.0.1:{self.port}, {{ command_timeout = 30s }}, "
            "{ default_action = accept } }\n"))

    def test_braces_that_do_not_match(self):
        self.postfix("smtpd_milters", "problem", "cannot read its smtpd_milters",
                     fix="NAME = VALUE }",
                     more=f"smtpd_milters = {{ inet:127.0.0.1:{self.port}, {{ a = b }}\n")

    def test_accept_under_monitor(self):
        self.setup("mode = monitor\n")
        self.postfix("milter_default_action", "warning", "unjudged",
                     more="milter_default_action = accept\n")

    def test_another_name(self):
        self.setup(name="mail.other.test")
        self.postfix("authserv_id", "warning", 'Postfix calls itself "mx.test"',
                     fix='authserv_id = "mx.test"')

    def test_old_protocol(self):
        self.postfix("milter_protocol", "note", "fewer round trips",
                     more="milter_protocol = 2\n")
        self.postfix("milter_protocol", "problem", "no milter does",
                     more="milter_protocol = 1\n")

    def test_impatient(self):
        self.postfix("milter_content_timeout", "problem", "waits 10s for alignd",
                     more="milter_content_timeout = 10s\n")

    def test_local_mail(self):
        self.postfix("non_smtpd_milters", "warning", "starts on this host",
                     more="non_smtpd_milters = $smtpd_milters\n")

    def test_no_milters_at_all(self):
        self.postfix("smtpd_milters", "problem", "calls no milter at all",
                     more="receive_override_options = no_milters\n")

    def test_predecessors(self):
        self.postfix("smtpd_recipient_restrictions", "warning", "SPF policy service", more=(
            "smtpd_recipient_restrictions = check_policy_service unix:private/policyd-spf\n"))

    def test_chroot(self):
        self.setup(listen=f"unix:{self.path('run.sock')}")
        self.postfix("smtpd_milters", "problem", "runs in a chroot", fix="alignd/alignd.sock",
                     master="smtp inet n - y - - smtpd\n",
                     more=f"smtpd_milters = unix:{self.path('run.sock')}\n")

    def test_below_the_queue(self):
        self.setup(listen=f"unix:{self.path('queue')}/alignd/sock")
        for chroot, path in (("y", "/alignd/sock"), ("n", "alignd/sock"),
                             ("n", self.path("queue") + "/alignd/sock")):
            with self.subTest(f"{chroot} {path}"):
                self.postfix("smtpd_milters", "ok", "alignd first",
                             master=f"smtp inet n - {chroot} - - smtpd\n",
                             more=f"smtpd_milters = unix:{path}\n")

    def test_hostile_values_stay_off_the_terminal(self):
        self.postfix("smtpd_milters", "problem", "\\x1b", more="smtpd_milters = inet:\x1b[2J:1\n")

    def test_a_folder_that_is_not_there(self):
        self.needs_postconf()
        self.expect("postfix", "problem", "No such file", "--postfix", "nowhere",
                    fix="main.cf", status=3)

    def test_an_etc_that_is_not_there(self):
        self.expect("etc", "problem", "nowhere", "--etc", "nowhere", fix="--etc", status=3)

    def test_opendkim_behind_us(self):
        os.makedirs(self.path("etc"), exist_ok=True)
        self.addCleanup(shutil.rmtree, self.path("etc"))
        milters = f"smtpd_milters = inet:127.0.0.1:{self.port} inet:127.0.0.1:8891\n"
        self.needs_postconf()
        self.main(milters)
        for text, is_amiss in (
                ("Socket inet:8891@127.0.0.1\n", True),
                ("# Mode s\nmode\tsv # both\nSocket inet:8891@127.0.0.1\n", True),
                ("Socket inet:8891@127.0.0.1\nMode s\n", False),
                ("Socket inet:8891@127.0.0.1\nAuthservID other.test\n", False),
                ("Socket inet:8892@127.0.0.1\n", False)):
            with self.subTest(text):
                self.write("etc/opendkim.conf", text)
                found, _ = self.findings("--etc", "etc")
                self.assertEqual([finding["level"] for finding in found.get("opendkim", [])],
                                 ["problem"] if is_amiss else [])
        self.main(milters + "smtpd_milters = inet:127.0.0.1:{port} unix:/run/opendkim/x\n".replace(
            "{port}", str(self.port)))
        os.unlink(self.path("etc/opendkim.conf"))
        self.expect("opendkim", "note", "was not found", "--etc", "etc")

    # --- Sendmail ---

    def sendmail(self, level, words, text):
        self.write("sendmail.cf", text.format(port=self.port))
        self.expect("InputMailFilters", level, words, "--sendmail", "sendmail.cf")

    def test_a_sendmail_that_is_not_there(self):
        self.expect("sendmail", "problem", "none.cf", "--sendmail", "none.cf",
                    fix="sendmail.cf", status=3)
        if not os.path.exists("/etc/mail/sendmail.cf"):
            self.expect("sendmail", "note", "no Sendmail was looked at")

    def test_sendmail(self):
        line = "Xalignd, S=inet:{port}@127.0.0.1, F=T, T=S:30s;R:30s;E:5m\n"
        self.sendmail("ok", "alignd first", "O InputMailFilters=alignd\n" + line)
        self.sendmail("warning", "other milters before",
                      "O InputMailFilters=spam, alignd\n" + line)
        self.sendmail("problem", "does not call alignd", line)
        self.sendmail("problem", "does not call alignd",
                      "O InputMailFilters=alignd\nXalignd, S=inet:1@127.0.0.1, F=T\n")
        self.sendmail("problem", "takes mail unjudged",
                      "O InputMailFilters=alignd\n" + line.replace(" F=T,", ""))
        self.sendmail("problem", "waits 20s for alignd's verdict",
                      "O InputMailFilters=alignd\n" + line.replace("E:5m", "E:20s"))
        self.sendmail("problem", "waits 10s for alignd's verdict (R:)",
                      "O InputMailFilters=alignd\n" + line.replace(", T=S:30s;R:30s;E:5m", ""))
        self.sendmail("warning", "refuses mail for good",
                      "O InputMailFilters=alignd\n" + line.replace("F=T", "F=R"))

    # --- resolver ---

    def resolver(self, tcp):
        socketserver.TCPServer.allow_reuse_address = True
        port = serve(self, socketserver.ThreadingUDPServer(("127.0.0.1", free_port()),
                                                           DatagramAnswer))
        if tcp:
            serve(self, socketserver.ThreadingTCPServer(("127.0.0.1", port), StreamAnswer))
        self.setup(f'dns {{ servers = {{"127.0.0.1@{port}"}} }}\n')

    def test_resolver(self):
        self.resolver(tcp=True)
        self.expect("resolver", "ok", "answers within", zone=False)

    def test_resolver_without_tcp(self):
        self.resolver(tcp=False)
        self.expect("resolver", "problem", "does not answer over TCP", zone=False, status=5)

    def test_resolver_dead(self):
        self.setup('dns { servers = {"127.0.0.1@9"} timeout = 1s budget = 1s }\n')
        self.expect("resolver", "problem", "no answer about example.com", zone=False, status=5)

    def test_zone_file_in_place_of_dns(self):
        self.setup(f'dns {{ fixture = "{self.path("zone")}" }}\n')
        self.expect("resolver", "warning", "not from the DNS", zone=False)

    # --- store and clock ---

    def test_no_store_yet(self):
        self.expect("store", "problem", "does not exist", fix="start alignd", status=4)

    def test_the_key_of_marks(self):
        path = self.path("mark.key")
        me = pwd.getpwuid(os.geteuid()).pw_name
        settings = f"store {{ sqlite = \"{self.path('store.db')}\" }}"
        self.setup(settings, user=me)
        self.expect("mark.key", "note", "alignd makes it when it starts")
        self.write("mark.key", "ab" * 32 + "\n")
        self.addCleanup(os.unlink, path)
        self.expect("mark.key", "warning", "open to everybody", fix="delete it")
        os.chmod(path, 0o600)
        self.expect("mark.key", "ok", "knows its own fields")
        if os.geteuid() == 0:
            self.setup(settings, user="nobody")
            self.expect("mark.key", "warning", "belongs to uid 0", fix="chown nobody")
        self.setup(settings, user=me)
        self.write("mark.key", "nonsense\n")
        os.chmod(path, 0o600)
        self.expect("mark.key", "warning", "one to 4 keys")

    def test_store_switched_off(self):
        self.setup('store { sqlite = "" }\n')
        self.expect("store", "warning", "switched off")

    def test_store_of_another_version(self):
        self.addCleanup(self.forget)
        self.record(1, "enforce")
        subprocess.run(["sqlite3", self.path("store.db"), "PRAGMA user_version = 99"], check=True)
        self.expect("store", "problem", "version 99", status=4)

    def test_store_closed_to_the_daemon(self):
        if os.getuid() != 0:
            self.skipTest("needs root, who may read what others may not")
        self.addCleanup(self.forget)
        self.record(1, "enforce")
        os.chmod(self.path("store.db"), 0o600)
        os.chmod(self.folder, 0o755)
        self.setup(user="nobody")
        self.expect("store", "problem", "may not write",
                    fix=f"chown nobody {self.path('store.db')}*", status=4)
        os.chmod(self.folder, 0o700)
        self.expect("store", "problem", "may not write",
                    fix=f"chown nobody {self.folder} {self.path('store.db')}*", status=4)

    def test_store_fine(self):
        self.addCleanup(self.forget)
        self.record(1, "enforce")
        found, _ = self.findings()
        self.assertNotIn("problem", [finding["level"] for finding in found["store"]])

    def test_clock_behind_the_record(self):
        self.addCleanup(self.forget)
        self.record(-3, "enforce")
        self.expect("clock", "problem", "already holds mail of 2026-05-04")

    def test_clock_behind_the_files(self):
        os.utime(self.path("conf"), (NOW + DAY, NOW + DAY))
        self.expect("clock", "problem", "younger", fix="chrony")

    # --- the last reload ---

    def status(self, **changes):
        """What a running alignd leaves beside the store; this test runs."""
        status = {"version": "0.1.0", "pid": os.getpid(), "started": NOW, "config": "conf",
                  "taken": NOW, "tried": NOW, "refusal": None, "mode": "enforce",
                  "mode_since": NOW, **changes}
        self.write("store.db.status", json.dumps(status))
        self.addCleanup(self.forget)

    def test_reload_unknown(self):
        self.expect("reload", "note", "not known")

    def test_reload_good(self):
        self.status()
        self.expect("reload", "ok", "as it is, at 2026-05-01T12:00:00Z")

    def test_reload_refused(self):
        self.status(tried=NOW + 60, refusal="conf:3: mode: \x1b[31mbogus")
        self.expect("reload", "warning", "at 2026-05-01T12:01:00Z alignd refused what it was to "
                    "read, and goes on with what it read at 2026-05-01T12:00:00Z: conf:3: mode: "
                    "\\x1b[31mbogus", fix="reload")

    def test_file_changed_since(self):
        self.status(taken=NOW - 60, tried=NOW - 60)
        self.expect("reload", "warning", "conf has changed since", fix="reload")

    def test_overrides_changed_since(self):
        self.status()
        self.write("overrides.conf", "")
        self.addCleanup(os.unlink, self.path("overrides.conf"))
        os.utime(self.path("overrides.conf"), (NOW + 1, NOW + 1))
        self.expect("reload", "warning", "overrides.conf has changed since", fix="reload")

    def test_reload_of_a_daemon_that_ended(self):
        ended = subprocess.Popen(["true"])
        ended.wait()
        self.status(pid=ended.pid, refusal="conf:3: mode")
        self.expect("reload", "note", "has ended")
        for pid in (0, -1, 1 << 40, "x"):
            self.status(pid=pid, refusal="conf:3: mode")
            self.expect("reload", "note", "has ended")

    # --- what it has given up ---

    def test_confinement(self):
        self.expect("confinement", "note", "not known")
        self.status(confinement="landlock (ABI 7), seccomp; no AppArmor")
        self.expect("confinement", "ok", "confined by landlock (ABI 7), seccomp; no AppArmor")
        self.status(confinement="no landlock in this kernel, seccomp; no AppArmor")
        self.expect("confinement", "note", "no landlock in this kernel")
        for words in ("no landlock, no seccomp; no AppArmor", "no landlock, seccomp; no AppArmor",
                      "landlock (ABI 7), no seccomp; no AppArmor"):
            self.status(confinement=words)
            self.expect("confinement", "warning", words, fix="confine = yes")

    def test_monitor_mode_by_the_daemons_word(self):
        self.setup("mode = monitor\n")
        self.status(mode="monitor", mode_since=NOW - 29 * DAY)
        self.expect("mode", "note", "monitor")
        self.status(mode="monitor", mode_since=NOW - 31 * DAY)
        self.expect("mode", "warning", "more than 30 days")

    # --- for people ---

    def test_text_ends_with_what_is_worst(self):
        self.listener.close()
        _, out, _ = self.run_tool("doctor", "--config", "conf", "--now", str(NOW), "--dns",
                                  "zone", "--postfix", "nowhere", common=False)
        lines = out.splitlines()
        self.assertRegex(lines[0], r"^ok +configuration")
        self.assertRegex(lines[-1], r"^\d+ problems, \d+ warnings$")
        self.assertIn("fix: ", "\n".join(lines[-4:-1]))

    def test_arguments(self):
        self.want(1, "one argument too many", "doctor", "x")


if __name__ == "__main__":
    unittest.main()
