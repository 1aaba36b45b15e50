# SPDX-License-Identifier: BSD-2-Clause
"""differ_spf - SPF records with their zones, and what pyspf says

A case is a small world: some domains with records of random terms, hosts,
MX and PTR records, names that fail, one client and one sender.
"""
import ipaddress

import spf

ZONE_HEAD = "$ORIGIN .\n$TTL 300\n"
DOMAINS = ["d%d.test" % i for i in range(5)]
HOSTS = ["h%d.test" % i for i in range(6)]
CLIENTS = ["192.0.2.1", "192.0.2.77", "198.51.100.9", "2001:db8::1",
           "2001:db8:7::9"]
SENDERS = ["a@d0.test", "a.b+c@d0.test", "<>", "x-y-z@d0.test", "@d0.test",
           "Ann@D0.Test"]
HELOS = ["d0.test", "mail.d0.test", "h1.test", "bad_helo", "[192.0.2.1]"]
MACROS = ["%{i}", "%{ir}", "%{s}", "%{l}", "%{o}", "%{d}", "%{d1}", "%{d1r}",
          "%{h}", "%{v}", "%{p}", "%{l1r-}", "%{L}", "%{d2}", "%{lr+}", "%%",
          "%_", "%-", "%{d3}"]
BAD_TERMS = ["foo", "foo:bar", "ip4", "ip4:1.2.3", "ip4:1.2.3.4/33",
             "ip4:1.2.3.4/024", "ip4:1.2.3.4:5", "ip6:1.2.3.4", "ip6::",
             "ip6:2001:db8::/129", "a/33", "a//129", "a:", "mx:", "include",
             "include:", "exists", "exists:", "exists:h1.test/24", "all:x",
             "ptr:", "a:%{z}.test", "a:%{d", "a:%d.test", "a:1.2.3.4",
             "a:h1", "-all.", "redirect=", "a:h1.test/", "mx//", "all/8",
             "a:%(d).test", "a:%{d0}.test", "++all", "exp=", "v=spf1",
             "a:h1..test", "include:%{c}.test", "a:%{t}.test", "\u00fcall"]
ODD_TERMS = ["a:H1.Test", "a:h1.test.", "A", "iP4:192.0.2.0/24", "moo=cow",
             "a/0", "a//0", "mx/0", "ip4:192.0.2.1/0", "ip6:::/0", "foo=%{d}",
             "exp=e.test", "unknown-mod_1.x=y", "a/32//128",
             "ip6:::ffff:192.0.2.1", "ip4:0.0.0.0/0", "x=%{z}", "exp=%{r}.t"]


def target(rng):
    pick = rng.random()
    if pick < 0.35:
        return rng.choice(DOMAINS)
    if pick < 0.75:
        return rng.choice(HOSTS)
    if pick < 0.85:
        return "fail.test"
    if pick < 0.92:
        return "nothing%d.test" % rng.randrange(3)
    return "%s.%s" % (rng.choice(MACROS), rng.choice(["m.test", "%{d}"]))


def cidr(rng):
    return rng.choice(["", "", "", "/24", "/32", "//64", "/24//32", "/8"])


def other_than(rng, own, names):
    """A name that is not `own`, whose include pyspf refuses unread."""
    return rng.choice([n for n in names if n != own or rng.random() < 0.1])


def term(rng, own):
    kind = rng.randrange(13)
    if kind <= 1:
        return "include:" + other_than(rng, own, DOMAINS + [
            "fail.test", "h1.test", "nothing.test"])
    if kind <= 3:
        return "a" + rng.choice(["", ":" + target(rng)]) + cidr(rng)
    if kind <= 5:
        return "mx" + rng.choice(["", ":" + target(rng)]) + cidr(rng)
    if kind == 6:
        return "ptr" + rng.choice(["", "", ":d0.test", ":h1.test"])
    if kind <= 8:
        return rng.choice(["ip4:192.0.2.1", "ip4:192.0.2.64/26",
                           "ip4:203.0.113.0/24", "ip6:2001:db8::/48",
                           "ip6:2001:db8:7::9", "ip6:2001:db8::1/128"])
    if kind <= 10:
        return "exists:" + target(rng)
    return rng.choice(ODD_TERMS) if kind == 11 else "exists:" + "".join(
        rng.choice(MACROS) + rng.choice([".", "-", ""]) for _ in range(2)
    ) + ".m.test"


def record(rng, own):
    terms = [rng.choice(["", "", "-", "~", "?", "+"]) + term(rng, own)
             for _ in range(rng.choice([0, 1, 2, 2, 3, 4, 12]))]
    if rng.random() < 0.05:
        terms.insert(rng.randrange(len(terms) + 1), rng.choice(BAD_TERMS))
    end = rng.random()
    if end < 0.55:
        terms.append(rng.choice(["-", "~", "?", "+", ""]) + "all")
    elif end < 0.7:
        terms.insert(rng.randrange(len(terms) + 1),
                     "redirect=" + other_than(rng, own,
                                               DOMAINS + ["h1.test"]))
    gap = rng.choice([" ", " ", "  "])
    head = rng.choice(["v=spf1"] * 60 + ["V=SPF1", "v=spf10", "v=spf1\t"])
    return head + "".join(gap + t for t in terms) + rng.choice(["", "", " "])


def world(rng):
    """{(name, type): [data]}; a name of None in `failing` never answers."""
    zone = {}
    for name in DOMAINS:
        count = rng.choice([1] * 40 + [0, 2])
        zone[name, "TXT"] = [record(rng, name) for _ in range(count)] + \
            rng.choice([[], ["other text"]])
    for name in HOSTS + DOMAINS[:2]:
        if rng.random() < 0.8:
            zone[name, "A"] = rng.sample(["192.0.2.1", "192.0.2.77",
                                          "203.0.113.4", "198.51.100.200"],
                                         rng.choice([1, 1, 2]))
        if rng.random() < 0.4:
            zone[name, "AAAA"] = [rng.choice(["2001:db8::1", "2001:db8::2"])]
    exchanges = ["x%d.test" % i for i in range(12)]
    for i, name in enumerate(exchanges):
        zone[name, "A"] = ["203.0.113.%d" % i]
        zone[name, "AAAA"] = ["2001:db8:3::%d" % i]
    for name in DOMAINS:
        count = rng.choice([0, 1, 2, 2, 10, 11])
        zone[name, "MX"] = rng.sample(rng.choice([exchanges, exchanges,
                                                  exchanges + HOSTS]), count)
    if rng.random() < 0.5:
        zone["*.m.test", "A"] = ["127.0.0.2"]
    for client in CLIENTS:
        names = rng.sample(HOSTS + DOMAINS + ["far.test"],
                           rng.choice([0, 1, 2, 3]))
        zone[ipaddress.ip_address(client).reverse_pointer, "PTR"] = names
    return {key: sorted(set(data)) for key, data in zone.items() if data}


def quoted(text):
    return '"' + "".join("\\%03d" % b if b < 33 or b > 126 or b in b'"\\;'
                         else chr(b) for b in text.encode("utf-8")) + '"'


def zone_text(zone):
    lines = [ZONE_HEAD, ";!FAIL fail.test * SERVFAIL\n"]
    for (name, kind), data in sorted(zone.items()):
        for item in data:
            if kind == "TXT":
                raw = item.encode("utf-8")
                item = " ".join(quoted(raw[i:i + 200].decode("utf-8"))
                                for i in range(0, len(raw), 200))
            elif kind == "MX":
                item = "10 %s." % item
            elif kind == "PTR":
                item += "."
            lines.append("%s. %s %s\n" % (name, kind, item))
    return "".join(lines)


def lookup_in(zone):
    def lookup(name, kind, strict=True, timeout=20):
        name = name.lower().rstrip(".")
        if name == "fail.test" or name.endswith(".fail.test"):
            raise spf.TempError("DNS fail")
        data = zone.get((name, kind))
        if data is None and name.endswith(".m.test"):
            data = zone.get(("*.m.test", kind))
        if kind == "TXT":
            data = [(text.encode("utf-8"),) for text in data or []]
        elif kind == "MX":
            data = [(10, host) for host in data or []]
        return [((name, kind), item) for item in data or []]
    return lookup


class Query(spf.query):
    """pyspf counts each name that is not found; RFC 7208 4.6.4 limits "the
    number of terms" for which that happens, so they are counted here."""

    is_term_void = False

    def check_lookups(self):
        self.is_term_void = False
        return super().check_lookups()

    def dns(self, name, kind, cnames=None, ignore_void=False):
        found = super().dns(name, kind, cnames, ignore_void=True)
        is_name = all(0 < len(label) < 64
                      for label in str(name).rstrip(".").split("."))
        if found or not is_name or ignore_void or self.is_term_void:
            return found
        self.is_term_void = True
        self.void_lookups += 1
        if self.void_lookups > spf.MAX_VOID_LOOKUPS:
            raise spf.PermError("Void lookup limit exceeded")
        return found


def ask_pyspf(zone, client, sender, helo):
    spf.DNSLookup = lookup_in(zone)
    sender = "" if sender == "<>" else sender
    try:
        query = Query(i=client, s=sender, h=helo, strict=True)
        answer = query.check()
    except Exception as e:  # what it lets through is an answer, too
        return "raises %s" % type(e).__name__
    return "%s (%s)" % (answer[0], answer[2])


def cases(rng, count):
    """Yields (label, client, sender, helo, zone, pyspf's answer)."""
    for _ in range(count):
        zone = world(rng)
        client = rng.choice(CLIENTS)
        sender = rng.choice(SENDERS)
        helo = rng.choice(HELOS)
        label = "%s %s %s %s" % (client, sender, helo, "; ".join(
            "%s: %s" % (name, " | ".join(data))
            for (name, kind), data in sorted(zone.items()) if kind == "TXT"))
        yield (label, client, sender, helo, zone_text(zone),
               ask_pyspf(zone, client, sender, helo))
