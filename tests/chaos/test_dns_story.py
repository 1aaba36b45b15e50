#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""dns_story - what becomes of mail while DNS is silent, counted

Four senders whose mail passed on two days, in different ways, a newcomer whose
first mail comes during the outage, and two own domains, of one of which nothing is
known; spoofs of all of them at each step. Three stories, two of them with
policy.on_temperror = tempfail and with accept:

  sender    one sender's name servers are dead for twelve hours
  resolver  nothing answers for an hour, and alignd is restarted meanwhile
  patience  nothing answers for five days

Days and hours pass by the wall clock (clock_shift.so) with a restart, or as
records expire, which here takes a second. What must hold: no genuine mail is
refused, and no spoof let in but, with accept, of the newcomer, of whom nothing is
known. A deferred message is sent again at each step, whatever its age, and is
never refused for that. Printed is what passed and what was deferred.

DNS_STORY_LONG=1: each hour is a step, silence takes the place of SERVFAIL.
"""
import collections
import concurrent.futures
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "wire"))
from chaos_dns import ChaosDns  # noqa: E402
from daemon import TOP, Daemon  # noqa: E402

IS_LONG = os.environ.get("DNS_STORY_LONG") == "1"
CLOCK_SHIFT = os.path.abspath(
    os.path.join(TOP, "tests", "mta", "clock_shift.so"))
HOUR, DAY = 3600, 86400
STORIES = {"sender": ("tempfail", "accept"), "resolver": ("tempfail", "accept"),
           "patience": ("tempfail",)}
SPOOFER = "198.51.100.66"
EXPIRED_S = 2.2  # a TTL of a second, here and in libunbound

# author, client: what is genuine
KNOWN = {"direct.test": "203.0.113.1", "include.test": "203.0.113.2",
         "deep.test": "203.0.113.3", "news.sub.test": "203.0.113.4"}
NEW = {"new.test": "203.0.113.9"}
OWN = {"own.test": "203.0.113.5"}
QUIET = "quiet.test"  # ours too, and sends nothing: nothing is known of it
RECORDS = {
    "_dmarc.direct.test": "v=DMARC1; p=reject",
    "direct.test": "v=spf1 ip4:203.0.113.1 -all",
    "_dmarc.include.test": "v=DMARC1; p=reject; aspf=s",
    "include.test": "v=spf1 include:spf.include.test -all",
    "spf.include.test": "v=spf1 ip4:203.0.113.2 -all",
    "_dmarc.deep.test": "v=DMARC1; p=quarantine",
    "deep.test": "v=spf1 include:a.deep.test include:b.deep.test -all",
    "a.deep.test": "v=spf1 ip4:192.0.2.0/24 -all",
    "b.deep.test": "v=spf1 redirect=c.deep.test",
    "c.deep.test": "v=spf1 ip4:203.0.113.3 ?all",
    "_dmarc.sub.test": "v=DMARC1; p=none; sp=reject",
    "news.sub.test": "v=spf1 ip4:203.0.113.4 -all",
    "_dmarc.new.test": "v=DMARC1; p=reject",
    "new.test": "v=spf1 ip4:203.0.113.9 -all",
    "_dmarc.own.test": "v=DMARC1; p=reject",
    "own.test": "v=spf1 ip4:203.0.113.5 -all",
}


class StoryDns(ChaosDns):
    """Names below one of `dead` are not answered; "." is above all."""

    def __init__(self):
        super().__init__(RECORDS.get)
        self.dead = ()

    def answer(self, packet, is_udp):
        name = self.name_of(packet)
        is_dead = any(domain == "." or name == domain
                      or name.endswith("." + domain) for domain in self.dead)
        dead_mode = "silent" if IS_LONG else "failing"
        self.mode = dead_mode if is_dead else "good"
        return super().answer(packet, is_udp)

    @staticmethod
    def name_of(packet):
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]].decode("latin-1"))
            at += packet[at] + 1
        return ".".join(labels).lower()


class LateDaemon(Daemon):
    """Lives so many seconds later."""

    shift_s = 0

    def spawn(self, command, log):
        return subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "LD_PRELOAD": CLOCK_SHIFT,
                 "CLOCK_SHIFT_S": str(self.shift_s)})

    def later(self, seconds):
        self.stop()
        self.shift_s += seconds
        self.start()


class Story:

    def __init__(self, on_temperror):
        self.dns = StoryDns()
        self.on_temperror = on_temperror
        self.daemon = LateDaemon(
            'own { domains = {"own.test", "quiet.test"} }\n',
            policy=f"on_temperror = {on_temperror} on_own = reject",
            dns=f'servers = {{"127.0.0.1@{self.dns.port}"}} '
            "budget = 6s timeout = 3s")
        self.counts = collections.Counter()
        self.waiting = []
        self.retried = 0

    def __enter__(self):
        self.daemon.start()
        return self

    def __exit__(self, *_):
        self.dns.close()
        self.daemon.stop()
        self.daemon.remove()

    # -- mail ----------------------------------------------------------------

    def send(self, author, client, sender=None):
        sender = sender or author
        with self.daemon.session(client) as session:
            result = session.message(f"a@{author}", f"<a@{sender}>")
        return "held" if result.of("quarantine") else result.verdict

    def genuine(self, senders):
        """New mail, after what waits has been tried again."""
        waiting, self.waiting = self.waiting, []
        for author, client, _ in waiting:
            self.retried += 1
            self.take(author, client, True)
        for author, client in senders.items():
            self.take(author, client, False)

    def take(self, author, client, is_old):
        verdict = self.send(author, client)
        if verdict == "tempfail":
            self.waiting.append((author, client, is_old))
        if not is_old or verdict != "tempfail":
            kind = "late" if is_old else "genuine"
            self.counts[kind, verdict] += 1

    def spoofs(self, authors):
        for author in (*authors, QUIET):
            kind = "spoof new" if author in NEW else "spoof"
            for sender in (author, "spoofer.test"):
                self.counts[kind, self.send(author, SPOOFER, sender)] += 1

    # -- time ----------------------------------------------------------------

    def learn(self):
        """Two days on which all is well."""
        everyone = {**KNOWN, **OWN}
        for author, client in everyone.items():
            assert self.send(author, client) == "continue", author
        self.daemon.later(DAY)
        for author, client in everyone.items():
            assert self.send(author, client) == "continue", author

    def step(self, senders, authors):
        self.genuine(senders)
        self.spoofs(authors)

    def recover(self):
        """DNS answers; whatever waits is settled, and nothing was refused."""
        self.dns.dead = ()
        self.daemon.later(HOUR)
        self.genuine({})
        assert not self.waiting, self.waiting

    def sender(self):
        """One sender's, include.test's, for twelve hours."""
        self.learn()
        self.dns.dead = ("include.test", "new.test")
        hours = range(12) if IS_LONG else (0, 1, 11)
        everyone = {**KNOWN, **OWN, **NEW}
        for hour in hours:
            if hour == hours[-1]:
                self.daemon.later(11 * HOUR)
            else:
                time.sleep(EXPIRED_S)
            self.step(everyone, everyone)
        self.recover()

    def resolver(self):
        """Nothing answers, and the daemon is restarted half an hour later."""
        self.learn()
        time.sleep(EXPIRED_S)
        self.dns.dead = (".",)
        everyone = {**KNOWN, **OWN, **NEW}
        for _ in range(3 if IS_LONG else 1):
            self.step(everyone, everyone)
        self.daemon.later(HOUR // 2)
        for _ in range(3 if IS_LONG else 1):
            self.step(everyone, everyone)
        self.recover()

    def patience(self):
        """Nothing answers for five days: what was remembered is over by then,
        and whatever waits is told to come again, however often it has been."""
        self.learn()
        self.dns.dead = (".",)
        self.genuine({**KNOWN, **NEW})
        for _ in range(5):
            self.daemon.later(DAY)
            self.step({**KNOWN, **NEW}, {**KNOWN, **NEW})
        known = [author for author, _, _ in self.waiting if author in KNOWN]
        assert known, "what is remembered has no end"
        self.recover()

    # -- what it came to -----------------------------------------------------

    def faults(self):
        bad = [(kind, verdict) for kind in ("genuine", "late")
               for verdict in ("reject", "held")] + [("spoof", "continue")]
        if self.on_temperror == "tempfail":
            bad.append(("spoof new", "continue"))
        return [f"{kind} {verdict}: {self.counts[kind, verdict]}"
                for kind, verdict in bad if self.counts[kind, verdict]]

    def tell(self, name):
        of = self.counts
        sent = sum(count for (kind, _), count in of.items()
                   if kind == "genuine")
        passed = of["genuine", "continue"]
        spoofs = sum(count for (kind, _), count in of.items()
                     if kind == "spoof")
        new = sum(count for (kind, _), count in of.items()
                  if kind == "spoof new")
        print(f"{name}, on_temperror = {self.on_temperror}: genuine {sent}, "
              f"passed {passed} ({100 * passed // sent} %), deferred "
              f"{of['genuine', 'tempfail']}, of these passed later "
              f"{of['late', 'continue']} after {self.retried} tries, refused "
              f"{of['genuine', 'reject'] + of['late', 'reject']}; spoofs "
              f"{spoofs}, let in {of['spoof', 'continue']}, deferred "
              f"{of['spoof', 'tempfail']}, held {of['spoof', 'held']}, "
              f"refused {of['spoof', 'reject']}; "
              f"of one of whom nothing is known {new}, let in "
              f"{of['spoof new', 'continue']}", flush=True)


def live_through(name, on_temperror):
    with Story(on_temperror) as story:
        getattr(story, name)()
        story.tell(name)
        faults = story.faults()
        if faults:
            print(story.daemon.log(), file=sys.stderr)
    return [f"{name}, {on_temperror}: {fault}" for fault in faults]


def main():
    # Each waits most of the time: they go on side by side.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        stories = [pool.submit(live_through, name, on_temperror)
                   for name, settings in STORIES.items()
                   for on_temperror in settings]
    faults = [fault for story in stories for fault in story.result()]
    print("\n".join(["FAIL: " + fault for fault in faults])
          or "met dns stories: no genuine mail refused, no spoof let in")
    return 1 if faults else 0


if __name__ == "__main__":
    if not os.path.exists(CLOCK_SHIFT):
        sys.exit(77)
    sys.exit(main())
