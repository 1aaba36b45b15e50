#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""alignctl doctor on real wirings, each answer held against mail.

A case is a main.cf and a master.cf that a real Postfix runs. A spoof and a
genuine message go through it; what became of both is what doctor owes: nothing
where the spoof was refused and the genuine one arrived with our field, a finding
of the case's rule where not. The rows stand in docs/TESTING.md.
"""
import contextlib
import dataclasses
import os
import re
import shutil
import socket
import sys
import time

sys.dont_write_bytecode = True

import cases  # noqa: E402
import rig  # noqa: E402
import support  # noqa: E402
import wirings  # noqa: E402

SMTP = "smtp inet n - n - - smtpd"
TAKES_BACK = "127.0.0.1:10025 inet n - n - - smtpd -o content_filter="
AFTER = "content_filter = smtp:[127.0.0.1]:10024\n"
BEFORE = SMTP + " -o smtpd_proxy_filter=127.0.0.1:10024 "
SCREEN = "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd"
SPAWN = "{name} unix - n n - 0 spawn user=nobody argv=/bin/sh {{folder}}/policyd-spf"
BESIDE = "smtpd_milters = inet:127.0.0.1:{port}, unix:{folder}/sock/beside.sock\n"
XCLIENT = "-o smtpd_authorized_xclient_hosts=127.0.0.1"

# What mail shows, and how bad that is.
MARKED = "right, by the mark"
LOST = "mail lost"
RIGHT = "right"                       # the spoof refused, the other one marked by us
OWED = {RIGHT: (), MARKED: ("note",), LOST: ("problem",), "spoof taken": ("problem",), "field lost": ("problem",),
        "kept out": ("problem",), "refused for good": ("warning",),
        "taken while away": ("problem",), "given up early": ("problem",),
        "sister's field believed": ("warning",), "forwarded mail refused": ("warning",), "open to strangers": ("warning",), 
        "stranger": ("note",), "not judged": ()}


@dataclasses.dataclass
class Case:
    name: str
    main: str = ""
    master: str = SMTP
    shows: str = RIGHT       # what mail is expected to show
    rule: str = "smtpd_milters"
    listen: str = ""         # of alignd; else its usual port
    trust: str = 'networks = {"127.0.0.0/8", "::1/128"}'
    settings: str = ""
    has_store: bool = True
    filter: tuple = ()       # (port to hand back to, speaks XCLIENT)
    probe: str = "mail"
    opendkim: str = None     # what its file says, where it stands behind alignd
    rspamd: str = None       # likewise, local.d/milter_headers.conf of rspamd
    runs: str = "root"       # who starts alignd: root, the unit, nobody
    milter: tuple = ()       # (socket, what it says) of another one
    port: int = 25
    before: str = ""         # what a proxy says first
    words: str = ""          # in the finding
    besides: tuple = ()      # checks that find fault whatever mail shows


PAGES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs")

CASES = [
    Case("smtpd on port 25"),
    Case("emptied for the service", master=SMTP + " -o smtpd_milters=", shows="spoof taken"),
    Case("no_milters where mail comes in",
         "receive_override_options = no_milters\n", shows="spoof taken"),
    # -- filters --
    Case("after-queue filter, back by -o smtpd_milters=", AFTER,
         f"{SMTP}\n{TAKES_BACK} -o smtpd_milters=", rule="content_filter", filter=(10025, False)),
    Case("after-queue filter, back by no_milters", AFTER,
         f"{SMTP}\n{TAKES_BACK} -o receive_override_options=no_milters,no_unknown_recipient_checks",
         rule="content_filter", filter=(10025, False)),
    Case("after-queue filter, alignd called again", AFTER, f"{SMTP}\n{TAKES_BACK}",
         MARKED, "content_filter", filter=(10025, False), words="by the mark"),
    Case("filter of one service, alignd called again", "",
         f"{SMTP} -o content_filter=smtp:[127.0.0.1]:10024\n{TAKES_BACK}",
         MARKED, "content_filter", filter=(10025, False), words="by the mark"),
    Case("after-queue filter, alignd called again without a store", AFTER,
         f"{SMTP}\n{TAKES_BACK}", "field lost", "content_filter", filter=(10025, False),
         has_store=False, words="without a store"),
    Case("after-queue filter, alignd called again without marks", AFTER,
         f"{SMTP}\n{TAKES_BACK}", "field lost", "content_filter", filter=(10025, False),
         trust="marks = no", words="trust.marks is no"),
    Case("after-queue filter that is a stranger, alignd called again", AFTER,
         f"{SMTP}\n{TAKES_BACK}", LOST, "content_filter", filter=(10025, False),
         trust='networks = {"10.0.0.0/8"}', words="127.0.0.1"),
    Case("before-queue filter, alignd before it", "",
         f"{BEFORE}\n127.0.0.1:10025 inet n - n - - smtpd -o smtpd_milters=",
         "spoof taken", "smtpd_proxy_filter", filter=(10025, False)),
    Case("before-queue filter, alignd behind it", "",
         f"{BEFORE} -o smtpd_milters=\n127.0.0.1:10025 inet n - n - - smtpd "
         "-o smtpd_authorized_xforward_hosts=127.0.0.1",
         "spoof taken", "smtpd_proxy_filter", filter=(10025, False)),
    Case("before-queue filter that speaks XCLIENT, alignd behind it", "",
         f"{BEFORE} -o smtpd_milters=\n127.0.0.1:10025 inet n - n - - smtpd {XCLIENT}",
         rule="smtpd_proxy_filter", filter=(10025, True)),
    # -- postscreen, proxies --
    Case("postscreen", master=SCREEN),
    Case("postscreen, emptied for smtpd pass", master=SCREEN + " -o smtpd_milters=",
         shows="spoof taken", words="service smtpd"),
    Case("postscreen, emptied for postscreen itself", master=SCREEN.replace(
        "postscreen", "postscreen -o smtpd_milters=")),
    Case("haproxy before a loopback port", "",
         f"{SMTP}\n127.0.0.1:2525 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy",
         port=2525, before="PROXY TCP4 {ip} 192.0.2.25 4000 25\r\n"),
    Case("haproxy before a loopback port, emptied there", "",
         f"{SMTP}\n127.0.0.1:2525 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy "
         "-o smtpd_milters=", "spoof taken", words="127.0.0.1:2525",
         port=2525, before="PROXY TCP4 {ip} 192.0.2.25 4000 25\r\n"),
    Case("haproxy before postscreen", "", SMTP + "\n127.0.0.1:2525" + SCREEN[4:].replace(
        "postscreen", "postscreen -o postscreen_upstream_proxy_protocol=haproxy"),
         port=2525, before="PROXY TCP4 {ip} 192.0.2.25 4000 25\r\n"),
    Case("haproxy before postscreen, emptied for smtpd pass", "",
         SMTP + "\n127.0.0.1:2525" + SCREEN[4:].replace(
             "postscreen", "postscreen -o postscreen_upstream_proxy_protocol=haproxy")
         + " -o smtpd_milters=", "spoof taken", words="service smtpd",
         port=2525, before="PROXY TCP4 {ip} 192.0.2.25 4000 25\r\n"),
    Case("a proxy that speaks XCLIENT to a loopback port", "",
         f"{SMTP}\n127.0.0.1:2525 inet n - n - - smtpd {XCLIENT}", port=2525, before="XCLIENT"),
    Case("a proxy that speaks XCLIENT, emptied there", "",
         f"{SMTP}\n127.0.0.1:2525 inet n - n - - smtpd {XCLIENT} -o smtpd_milters=",
         "spoof taken", words="127.0.0.1:2525", port=2525, before="XCLIENT"),
    Case("XCLIENT for all the world", "smtpd_authorized_xclient_hosts = 0.0.0.0/0\n",
         shows="spoof taken", rule="smtpd_authorized_xclient_hosts", probe="login"),
    # -- the service's own settings --
    Case("-o milter_protocol=2", "smtpd_authorized_xclient_hosts = 203.0.113.66\n",
         SMTP + " -o milter_protocol=2", rule="milter_protocol"),
    Case("-o milter_protocol=2, a user who logged in",
         "smtpd_authorized_xclient_hosts = 203.0.113.66\n", SMTP + " -o milter_protocol=2",
         "not judged", "milter_protocol", probe="user"),
    Case("-o milter_protocol=2 without {auth_authen}, a user who logged in",
         "smtpd_authorized_xclient_hosts = 203.0.113.66\n"
         "milter_mail_macros = i\n", SMTP + " -o milter_protocol=2",
         "not judged", "milter_protocol", probe="user"),
    Case("-o milter_protocol=1", master=SMTP + " -o milter_protocol=1", rule="milter_protocol",
         shows="kept out"),
    Case("-o milter_default_action=accept", master=SMTP + " -o milter_default_action=accept",
         rule="milter_default_action", shows="taken while away", probe="away"),
    Case("-o milter_default_action=reject", master=SMTP + " -o milter_default_action=reject",
         rule="milter_default_action", shows="refused for good", probe="away"),
    Case("-o milter_default_action=tempfail", "milter_default_action = accept\n",
         SMTP + " -o milter_default_action=tempfail", rule="milter_default_action", probe="away"),
    Case("default_action=accept of the one milter",
         "smtpd_milters = {{ inet:127.0.0.1:{port}, default_action=accept }}\n",
         rule="milter_default_action", shows="taken while away", probe="away"),
    Case("the same in braces of its own",
         "smtpd_milters = {{ inet:127.0.0.1:{port}, {{ command_timeout = 30s }}, "
         "{{ default_action = accept }} }}\n",
         rule="milter_default_action", shows="taken while away", probe="away"),
    Case("default_action set twice, the last is accept",
         "smtpd_milters = {{ inet:127.0.0.1:{port}, default_action=tempfail, "
         "{{ default_action = accept }} }}\n",
         rule="milter_default_action", shows="taken while away", probe="away"),
    Case("-o milter_content_timeout=1s", master=SMTP + " -o milter_content_timeout=1s",
         rule="milter_content_timeout", shows="given up early", probe="slow"),
    Case("content_timeout=1s of the one milter",
         "smtpd_milters = {{ inet:127.0.0.1:{port}, content_timeout=1s }}\n",
         rule="milter_content_timeout", shows="given up early", probe="slow"),
    Case("milter_content_timeout above dns.budget", master=SMTP + " -o milter_content_timeout=5s",
         rule="milter_content_timeout", probe="slow"),
    # -- the socket --
    Case("the other loopback", "smtpd_milters = inet:[::1]:{port}\n", shows="kept out",
         words="another loopback"),
    Case("the other loopback, alignd on ::1", listen="inet6:{port}@::1", shows="kept out",
         words="another loopback"),
    Case("::1 for both", "smtpd_milters = inet:[::1]:{port}\n", listen="inet6:{port}@::1"),
    Case("::, Postfix calls 127.0.0.1", listen="inet6:{port}@::", besides=("listen",)),
    Case("0.0.0.0, Postfix calls ::1", "smtpd_milters = inet:[::1]:{port}\n",
         listen="inet:{port}@0.0.0.0", shows="kept out"),
    Case("localhost", "smtpd_milters = inet:localhost:{port}\n"),
    Case("localhost, alignd on ::1", "smtpd_milters = inet:localhost:{port}\n",
         listen="inet6:{port}@::1", shows=""),  # as /etc/hosts has it
    Case("localhost with inet_protocols = ipv4, alignd on ::1",
         "smtpd_milters = inet:localhost:{port}\ninet_protocols = ipv4\n",
         listen="inet6:{port}@::1", shows="kept out"),
    Case("another address of 127.0.0.0/8", "smtpd_milters = inet:127.0.0.2:{port}\n",
         shows="kept out"),
    Case("inet6: in smtpd_milters", "smtpd_milters = inet6:[::1]:{port}\n",
         listen="inet6:{port}@::1", shows="kept out"),
    Case("chroot, the host's path", "smtpd_milters = unix:{folder}/sock/alignd.sock\n",
         "smtp inet n - y - - smtpd", "kept out", listen="unix:{folder}/sock/alignd.sock",
         words="chroot"),
    Case("no chroot, the host's path", "smtpd_milters = unix:{folder}/sock/alignd.sock\n",
         listen="unix:{folder}/sock/alignd.sock"),
    Case("chroot, a path below the queue", "smtpd_milters = unix:alignd/alignd.sock\n",
         "smtp inet n - y - - smtpd", listen="unix:{queue}/alignd/alignd.sock"),
    Case("no chroot, a path below the queue", "smtpd_milters = unix:alignd/alignd.sock\n",
         listen="unix:{queue}/alignd/alignd.sock"),
    Case("chroot, the host's path of a socket below the queue",
         "smtpd_milters = unix:{queue}/alignd/alignd.sock\n", "smtp inet n - y - - smtpd",
         "kept out", listen="unix:{queue}/alignd/alignd.sock", words="chroot"),
    # -- what alignd replaces, and other milters --
    *(Case(f"an SPF policy service in {name}",
           f"smtpd_{name}_restrictions = check_policy_service unix:private/policyd-spf"
           + (", reject_unauth_destination\n" if name == "relay" else "\n"),
           SMTP + "\n" + SPAWN.format(name="policyd-spf"), "forwarded mail refused",
           f"smtpd_{name}_restrictions", probe="forwarded")
      for name in ("client", "helo", "sender", "relay", "recipient", "data", "end_of_data")),
    Case("an SPF policy service in etrn", "smtpd_etrn_restrictions = check_policy_service "
         "unix:private/policyd-spf\n", SMTP + "\n" + SPAWN.format(name="policyd-spf"),
         rule="smtpd_etrn_restrictions", probe="forwarded"),
    Case("an SPF policy service under another name",
         "smtpd_sender_restrictions = check_policy_service {{ unix:private/checks, timeout=9s }}\n",
         SMTP + "\n" + SPAWN.format(name="checks"), "forwarded mail refused",
         "smtpd_sender_restrictions", probe="forwarded"),
    Case("an SPF policy service in a restriction class",
         "smtpd_restriction_classes = strict\nstrict = check_policy_service unix:private/"
         "policyd-spf\nsmtpd_client_restrictions = check_client_access static:strict\n",
         SMTP + "\n" + SPAWN.format(name="policyd-spf"), "forwarded mail refused",
         "smtpd_restriction_classes", probe="forwarded"),
    Case("an SPF policy service of the service", "",
         SMTP + " -o smtpd_sender_restrictions=check_policy_service,unix:private/policyd-spf\n"
         + SPAWN.format(name="policyd-spf"), "forwarded mail refused",
         "smtpd_sender_restrictions", probe="forwarded"),
    Case("no policy service", probe="forwarded"),
    Case("OpenDMARC behind alignd",
         "smtpd_milters = inet:127.0.0.1:{port}, unix:{folder}/sock/opendmarc.sock\n",
         shows="forwarded mail refused", probe="forwarded", milter=(
             "{folder}/sock/opendmarc.sock", (b"r",))),
    Case("OpenDMARC before alignd",
         "smtpd_milters = unix:{folder}/sock/opendmarc.sock, inet:127.0.0.1:{port}\n",
         shows="forwarded mail refused", probe="forwarded", words="OpenDMARC as well", milter=(
             "{folder}/sock/opendmarc.sock", (b"r",))),
    Case("another milter before alignd",
         "smtpd_milters = unix:{folder}/sock/other.sock, inet:127.0.0.1:{port}\n",
         shows="forwarded mail refused", probe="forwarded", words="before alignd",
         milter=("{folder}/sock/other.sock", wirings.NEW_SUBJECT)),
    Case("another milter behind alignd",
         "smtpd_milters = inet:127.0.0.1:{port}, unix:{folder}/sock/other.sock\n",
         probe="forwarded", milter=("{folder}/sock/other.sock", wirings.NEW_SUBJECT)),
    *(Case(f"OpenDKIM behind alignd, {name}", BESIDE, shows=shows, rule="opendkim",
           opendkim=settings)
      for name, settings, shows in (
          ("Mode sv, the same authserv-id", "Mode sv\nAuthservID mx.rig.test", "field lost"),
          ("Mode v, no AuthservID", "Mode v", "field lost"),
          ("Mode as it is by default", "", "field lost"),
          ("Mode sv, another authserv-id", "Mode sv\nAuthservID dkim.rig.test", RIGHT),
          ("Mode s", "Mode s\nAuthservID mx.rig.test", RIGHT))),
    *(Case(f"rspamd behind alignd, {name}", BESIDE.replace("beside", "rspamd"), shows=shows,
           rule="rspamd", rspamd=settings)
      for name, settings, shows in (
          ("milter_headers with authentication-results", 'use = ["authentication-results"];\n'
           "skip_local = false;\n", "field lost"),
          ("milter_headers with it, remove = false", 'use [\n"x-spamd-bar",\n'
           '"authentication-results"\n]\nroutines { authentication-results { remove = false; } }\n',
           "field lost"),
          ("milter_headers without it", 'use = ["x-spamd-bar"];\n'
           "# use = [authentication-results]\n"
           "routines { authentication-results { add_smtp_user = false; } }\n", RIGHT),
          ("milter_headers as it is by default", "", RIGHT))),
    # -- where alignd listens --
    Case("another milter at alignd's port", shows="spoof taken", rule="listen", runs="nobody",
         milter=("{port}", (b"c",)), words="another milter"),
    Case("nobody at alignd's port", shows="kept out", rule="listen", runs="nobody"),
    Case("alignd on 0.0.0.0", listen="inet:{port}@0.0.0.0", shows="open to strangers",
         rule="listen", probe="open"),
    Case("alignd on 127.0.0.1", rule="listen", probe="open"),
    Case("socket_group that the unit cannot give", "smtpd_milters = unix:{folder}/own/sock\n",
         listen="unix:{folder}/own/sock", settings='socket_group = "postfix"', runs="unit",
         shows="kept out", rule="socket_group"),
    Case("socket_group of a folder with the setgid bit",
         "smtpd_milters = unix:{folder}/sock/alignd.sock\n",
         listen="unix:{folder}/sock/alignd.sock", settings='socket_group = "postfix"',
         runs="unit", rule="socket_group"),
    # -- hosts that take mail for the same domains --
    Case("an MX beside this one", "relay_domains = fleet.test\n", shows="sister's field believed",
         rule="trust.authserv_ids", probe="sister", words="mx2.rig.test"),
    Case("an MX beside this one, named in trust.authserv_ids", "relay_domains = fleet.test\n",
         trust='networks = {"127.0.0.0/8", "::1/128"} authserv_ids = {"MX2.rig.test"}',
         rule="trust.authserv_ids", probe="sister"),
    Case("MX of others alone", "relay_domains = elsewhere.test\n", rule="trust.authserv_ids"),
    # -- who is a stranger --
    Case("mynetworks wider than trust.networks", "mynetworks = 127.0.0.0/8 10.0.0.0/8\n",
         shows="stranger", rule="mynetworks", probe="lan", words="10.0.0.0/8"),
    Case("mynetworks within trust.networks", "mynetworks = 127.0.0.0/8 10.0.0.0/24\n",
         trust='networks = {"127.0.0.0/8", "::1/128", "10.0.0.0/8"}', shows="not judged",
         rule="mynetworks", probe="lan"),
]


def row(case):
    owed = OWED[case.shows][0] if case.shows and OWED[case.shows] else "no fault"
    says = owed if owed == "no fault" else f"{owed} of `{case.rule}`"
    return f"| {case.name} | {case.shows or 'as `/etc/hosts` has it'} | {says} |"


def zone(keys):
    return cases.zone(keys) + """
fleet.test. MX 10 mx.rig.test.
fleet.test. MX 20 mx2.rig.test.
elsewhere.test. MX 10 mx.provider.test.
elsewhere.test. MX 20 mx2.provider.test.
"""


def setUpModule():
    support.start(lambda keys: wirings.Host(zone(keys)))


class Wirings(support.MtaTest):

    @classmethod
    def setUpClass(cls):
        cls.running = None

    def prepare(self, case):
        host = self.host
        host.listen = case.listen.format(**host.names()) or None
        wanted = (host.listen, case.runs, case.trust, case.settings, case.has_store,
                  case.name if case.probe == "slow" else "")
        if type(self).running != wanted or host.alignd is None:
            self.stop_alignd()
            for folder, mode in (("sock", 0o2755), ("postfix-queue/alignd", 0o2755),
                                 ("own", 0o755)):
                os.makedirs(host.path(folder), exist_ok=True)
                shutil.chown(host.path(folder), host.user(),
                             "postfix" if mode & 0o2000 else "nogroup")
                os.chmod(host.path(folder), mode)
            host.set_runner(case.runs)
            host.start_alignd(case.settings or 'socket_mode = "0666"', trust=case.trust,
                              has_store=case.has_store,
                              dns="budget = 2s timeout = 1s" if case.probe == "slow" else "")
            type(self).running = wanted
        host.wire(case.main, case.master)
        host.reload()

    # -- what mail shows --

    def send(self, case, ip, mail_from, headers="From: Ann <ann@example.test>", **how):
        text, marker = self.message(headers)
        before = case.before.format(ip=ip)
        if before == "XCLIENT":
            before, how["xclient"] = "", ip
        where = {"host": "127.0.0.1"} if case.port != 25 else {}
        code, reply = self.host.deliver_from(ip, text, mail_from, port=case.port, before=before,
                                             **where, **how)
        return code, reply, marker

    def genuine(self, case):
        return self.send(case, cases.SENDER_IP, "ann@example.test")

    def spoof(self, case, **how):
        return self.send(case, cases.SPOOFER_IP, "x@spoofer.test", "From: ceo@example.test", **how)

    def see_mail(self, case):
        code, reply, _ = self.spoof(case)
        spoofed = code
        code, reply, marker = self.genuine(case)
        if code != 250:
            return "kept out"
        if spoofed == 250:
            return "spoof taken"
        if case.shows == LOST:
            self.host.wait_log("alignd", "client=127.0.0.1", self.case_offset, 60)
            rig.wait_until("an empty queue", 60, lambda: not any(
                self.host.queue(name) for name in ("incoming", "active", "deferred")))
            return LOST if not self.host.has(marker) else RIGHT
        fields = self.fields(self.host.delivered(marker))
        ours = [field for field in fields if field.startswith("mx.rig.test;")]
        if len(ours) != 1 or "dmarc=pass" not in ours[0]:
            return "field lost"
        return MARKED if " kept=1" in self.host.log("alignd")[self.case_offset:] else RIGHT

    def see_sister(self, case):
        """Does what a stranger writes in the name of mx2.rig.test arrive?"""
        _, _, marker = self.send(case, cases.SENDER_IP, "ann@example.test",
                                 "From: Ann <ann@example.test>\r\nAuthentication-Results: "
                                 "mx2.rig.test; dmarc=pass header.from=bank.test")
        fields = self.fields(self.host.delivered(marker))
        return "sister's field believed" if len(fields) > 1 else RIGHT

    def see_login(self, case):
        return "spoof taken" if self.spoof(case, login="ann")[0] == 250 else RIGHT

    def see_forwarded(self, case):
        text, marker = self.message("From: Ann <ann@example.test>",
                                    sign=[("rsa", "example.test", "s1")])
        code, _ = self.host.deliver_from(cases.LIST_IP, text, "ann@example.test")
        if code != 250:
            return "forwarded mail refused"
        fields = self.fields(self.host.delivered(marker))
        return RIGHT if fields and "dmarc=pass" in fields[0] else "field lost"

    def see_user(self, case):
        return "not judged" if self.spoof(case, login="ann")[0] == 250 else "user judged"

    def see_open(self, case):
        """Does a stranger reach the milter's port at the host's own address?"""
        with socket.socket() as stranger:
            stranger.bind((cases.SPOOFER_IP, 0))
            is_open = stranger.connect_ex((wirings.MX_IP, self.host.milter_port)) == 0
        return "open to strangers" if is_open else RIGHT

    def see_lan(self, case):
        code, _, _ = self.send(case, wirings.LAN_IP, "x@spoofer.test", "From: ceo@example.test")
        return "not judged" if code == 250 else "stranger"

    def see_away(self, case):
        self.stop_alignd()
        code, _, _ = self.genuine(case)
        return {2: "taken while away", 4: RIGHT, 5: "refused for good"}[code // 100]

    def see_slow(self, case):
        with self.host.silent_dns():
            _, reply, _ = self.genuine(case)
        return RIGHT if "DMARC" in reply else "given up early"

    # -- what doctor says of it --

    def judge(self, case, shows, found):
        """What is not as it ought to be, in words."""
        wanted = OWED[shows]
        worst = {finding["level"] for check in found.keys() - set(case.besides)
                 for finding in found[check]}
        mine = [finding for finding in found.get(case.rule, [])
                if case.words in finding["found"]]
        if shows != (case.shows or shows):
            return f"mail shows {shows}, not {case.shows}"
        if shows in (RIGHT, MARKED, "not judged", "stranger") and worst & {"problem", "warning"}:
            return f"mail shows {shows}, doctor finds fault"
        if wanted and not any(finding["level"] in wanted for finding in mine):
            return f"no {' or '.join(wanted)} of {case.rule}"
        return None

    @contextlib.contextmanager
    def beside(self, case):
        others = []
        if case.filter:
            others.append(wirings.Filter(10024, *case.filter))
        if case.opendkim is not None:
            others.append(wirings.OpenDkim(self.host, self.host.path("sock", "beside.sock"),
                                           case.opendkim))
        if case.rspamd is not None:
            others.append(wirings.Rspamd(self.host, self.host.path("sock", "rspamd.sock"),
                                         case.rspamd))
        if case.milter:
            path, verdict = case.milter
            path = path.format(**self.host.names())
            others.append(wirings.Impostor(
                ("127.0.0.1", int(path)) if path.isdigit() else path, verdict))
        try:
            yield
        finally:
            for other in others:
                other.close()

    def play(self, case):
        """What is wrong with doctor's answer, or None."""
        start = time.monotonic()
        self.prepare(case)
        self.case_offset = len(self.host.log("alignd"))
        with self.beside(case):
            found = self.host.doctor()
            shows = getattr(self, "see_" + case.probe)(case)
        fault = self.judge(case, shows, found)
        print(f"{case.name}: {shows} {time.monotonic() - start:.1f}s {fault or ''}")
        return fault, [finding for findings in found.values() for finding in findings]

    def test_cases(self):
        only = os.environ.get("DOCTOR_CASE", "")
        wrong = 0
        for case in [case for case in CASES if re.search(only, case.name)]:
            absent = (case.opendkim is not None and wirings.OpenDkim.missing
                      or case.rspamd is not None and wirings.Rspamd.missing)
            if absent:
                print(f"not run: {case.name}: {absent}")
                continue
            with self.subTest(case.name):
                wrong += 1
                fault, found = self.play(case)
                self.assertIsNone(fault, found)
                wrong -= 1
        print(f"{len(CASES)} wirings, {wrong} wrong")

    def test_table(self):
        """docs/TESTING.md has a row for each case, and no other."""
        with open(os.path.join(PAGES, "TESTING.md"), encoding="utf-8") as file:
            part = file.read().split("## Wirings that doctor judges\n", 1)[1].split("\n## ", 1)[0]
        found = [line for line in part.splitlines() if line.startswith("| ")][1:]
        self.assertEqual(found, [row(case) for case in CASES])


def missing():
    reason = support.missing()
    if not reason:
        wirings.OpenDkim.fetch()  # while there is a way out
    return reason or wirings.enter_namespace(
        (wirings.MX_IP, wirings.LAN_IP, cases.SENDER_IP, cases.LIST_IP, cases.SPOOFER_IP))


if __name__ == "__main__":
    sys.exit(support.run("tests/mta/test_doctor.py", missing()))
