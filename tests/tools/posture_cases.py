# SPDX-License-Identifier: BSD-2-Clause
"""posture_cases - zones, and what alignctl posture finds in them

A case: what it shows, {owner: records in the place of SOUND's}, the findings
about d.test (a name, or a name with words that it says), further arguments,
where another domain may stand first.
"unchecked" stands for something that could not be looked at.
"""

# A domain of which nothing is wrong.
SOUND = {
    "d.test": ["A 192.0.2.10", "MX 10 mx.d.test.",
               'TXT "v=spf1 mx -all"', "NS ns1.d.test.", "NS ns.other.test."],
    "ns1.d.test": "A 192.0.2.53",
    "ns.other.test": "AAAA 2001:db8::53",
    "_mta-sts.d.test": 'TXT "v=STSv1; id=20260501;"',
    "_smtp._tls.d.test": 'TXT "v=TLSRPTv1; rua=mailto:tls@d.test"',
    "mta-sts.d.test": "A 192.0.2.80",
    "mx.d.test": "A 192.0.2.25",
    "_dmarc.d.test": 'TXT "v=DMARC1; p=reject; rua=mailto:dmarc@d.test; '
                     'ruf=mailto:dmarc@d.test"',
    "other.test": ["A 192.0.2.11", "MX 10 mx.other.test."],
    "mx.other.test": "A 192.0.2.12",
    "good.example": "A 192.0.2.13",
    "two.d.test": ["A 192.0.2.14", "AAAA 2001:db8::14"],
}

# What nearly every zone has and no case is about.
UNSEEN = ("spf-tree", "dnssec-unsigned", "dnssec-unknown",
          "tlsa-missing", "dkim-unknown")

# Of the policy of MTA-STS, which test_posture_sts.py is about.
STS_KINDS = {
    "mta-sts-certificate", "mta-sts-doubled", "mta-sts-id-unchanged",
    "mta-sts-mx-cached", "mta-sts-mx-early", "mta-sts-mx-refused",
    "mta-sts-mx-unlisted", "mta-sts-no-policy", "mta-sts-no-record",
    "mta-sts-none", "mta-sts-pattern-unused", "mta-sts-policy-syntax",
    "mta-sts-redirect", "mta-sts-server-refused", "mta-sts-server-unfit",
    "mta-sts-short", "mta-sts-testing",
    "mta-sts-testing-short", "mta-sts-type", "mta-sts-withdrawn"}

PROBE = "alignd-looks-for-a-wildcard._domainkey.d.test"

NS = ["NS ns1.d.test.", "NS ns.other.test."]
MX = ["A 192.0.2.10", "MX 10 mx.d.test."]
SPF_RECORD = ['TXT "v=spf1 mx -all"']


def zone_of(changes):
    """SOUND with the lines of some owners replaced; {} is SOUND itself."""
    lines = {**SOUND, **changes}
    return "$ORIGIN .\n$TTL 300\n" + "".join(
        line if line.startswith(";!") else f"{owner}. {line}\n"
        for owner, texts in lines.items()
        for line in ([texts] if isinstance(texts, str) else texts))


def dmarc(text):
    return {"_dmarc.d.test": f'TXT "{text}"'}


def reject(more):
    """A sound record with more in it."""
    return dmarc(f"v=DMARC1; p=reject; rua=mailto:dmarc@d.test; "
                 f"ruf=mailto:dmarc@d.test; {more}")


def rua(uris):
    return dmarc(f"v=DMARC1; p=reject; rua={uris}; ruf=mailto:dmarc@d.test")


REPORTED = "rua=mailto:dmarc@d.test; ruf=mailto:dmarc@d.test"
AGREES = {"d.test._report._dmarc.other.test": 'TXT "v=DMARC1;"'}

NAMES = [
    ("a rua below a name that does not exist",
     rua("mailto:a@in.free.example"),
     [("name-registrable", "rua=", "in.free.example", "free.example does not"),
      "dmarc-address-unreachable"]),
    ("a ruf likewise",
     dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@d.test; "
           "ruf=mailto:a@free.example"),
     [("name-registrable", "ruf="), "dmarc-address-unreachable"]),
    ("a host that is gone below a name that is not",
     rua("mailto:a@gone.good.example"), ["dmarc-address-unreachable"]),
    ("below a suffix that does not exist nobody can register",
     rua("mailto:a@host.internal"), ["dmarc-address-unreachable"]),
    ("whether it exists is not known",
     {**rua("mailto:a@slow.example"),
      "slow.example": ";!FAIL slow.example * TIMEOUT\n"}, ["unchecked"]),
    ("a name of our own that is gone is nobody else's",
     rua("mailto:a@gone.d.test"), ["dmarc-address-unreachable"]),
]

DMARC = [
    ("sound", {}, []),
    ("none", {"_dmarc.d.test": []},
     [("dmarc-missing", '_dmarc.d.test. TXT "v=DMARC1; p=none; '
                        'rua=mailto:dmarc@d.test"')]),
    ("none at all below test, one of the top level counts for nothing",
     {"_dmarc.d.test": [], "_dmarc.test": 'TXT "v=DMARC1; p=reject"'},
     ["dmarc-missing"]),
    ("two", {"_dmarc.d.test": ['TXT "v=DMARC1; p=reject"',
                               'TXT "v=DMARC1; p=none"']},
     [("dmarc-several", "2 records")]),
    ("one, and another text", {"_dmarc.d.test": [
        SOUND["_dmarc.d.test"], 'TXT "site-verification=1"']}, []),
    ("no policy that could be meant", dmarc("v=DMARC1; p=rejct"),
     ["dmarc-unusable", ("dmarc-syntax", "p invalid")]),
    ("a broken policy beside a rua is p=none",
     dmarc("v=DMARC1; p=rejct; rua=mailto:dmarc@d.test; "
           "ruf=mailto:dmarc@d.test"), ["dmarc-syntax", "dmarc-none"]),
    ("each fault by itself",
     reject("adkim=x; fo=q; p=none"),
     [("dmarc-syntax", "p given twice"), ("dmarc-syntax", "adkim invalid"),
      ("dmarc-syntax", "fo invalid"), "dmarc-none"]),
    ("not what it is meant for",
     {"_dmarc.d.test": 'TXT "v=dmarc1; p=reject"'},
     [("dmarc-lookalike", "v=dmarc1"), "dmarc-missing"]),
    ("a blank in front", {"_dmarc.d.test": 'TXT " v=DMARC1; p=reject"'},
     ["dmarc-lookalike", "dmarc-missing"]),
    ("another's text that has the word",
     {"_dmarc.d.test": [SOUND["_dmarc.d.test"], 'TXT "see dmarc.example"']},
     []),
    ("at the domain itself",
     {"d.test": SOUND["d.test"] + ['TXT "v=DMARC1; p=reject"'],
      "_dmarc.d.test": []}, ["dmarc-misplaced", "dmarc-missing"]),
    ("p=none", dmarc("v=DMARC1; p=none; rua=mailto:dmarc@d.test; "
                     "ruf=mailto:dmarc@d.test; adkim=s; fo=1"),
     [("dmarc-none", '_dmarc.d.test. TXT "v=DMARC1; p=quarantine; adkim=s; '
                     'fo=1; rua=mailto:dmarc@d.test; ruf=mailto:dmarc@d.test"')
      ]),
    ("p=quarantine", dmarc("v=DMARC1; p=quarantine; rua=mailto:dmarc@d.test; "
                           "ruf=mailto:dmarc@d.test"), ["dmarc-quarantine"]),
    ("test mode", reject("t=y"),
     [("dmarc-test-mode", 'TXT "v=DMARC1; p=reject; rua=')]),
    ("no test mode", reject("t=n"), []),
    ("sp weaker", reject("sp=none"), [("dmarc-sp-weak", "sp=none")]),
    ("sp as strong", reject("sp=reject"), []),
    ("np weaker", reject("np=quarantine"), ["dmarc-np-weak"]),
    ("np as strong", reject("np=reject"), []),
    ("sp stronger than p",
     dmarc("v=DMARC1; p=quarantine; sp=reject; rua=mailto:dmarc@d.test; "
           "ruf=mailto:dmarc@d.test"), ["dmarc-quarantine"]),
    ("no rua", dmarc("v=DMARC1; p=reject"),
     [("dmarc-no-rua", "rua=mailto:dmarc@d.test"), "dmarc-no-ruf"]),
    ("no rua, and no mailbox for one", {
        "d.test": ["MX 0 ."] + NS + ['TXT "v=spf1 ip4:192.0.2.1 -all"'],
        **dmarc("v=DMARC1; p=reject")}, ["dmarc-no-rua", "dmarc-no-ruf"]),
    ("no record, and no mailbox", {
        "d.test": ["MX 0 ."] + NS + ['TXT "v=spf1 ip4:192.0.2.1 -all"'],
        "_dmarc.d.test": []},
     [("dmarc-missing", '_dmarc.d.test. TXT "v=DMARC1; p=none"')]),
    ("no ruf", dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@d.test"),
     ["dmarc-no-ruf"]),
    ("a service that is gone",
     {**rua("mailto:dmarc-rua@dmarc.service.gov.uk,mailto:dmarc@d.test"),
      "service.gov.uk": "A 192.0.2.1"},
     [("dmarc-address-gone", "dmarc-rua@dmarc.service.gov.uk")]),
    ("all that is wrong is mended in one record",
     dmarc("v=DMARC1; p=none; sp=none; np=none; t=y; pct=5; ruaa=x; fo=1; "
           "rua=mailto:x@dmarc.service.gov.uk,mailto:a@d.test,"
           "mailto:a@gone.d.test,mailto:a@d.test,https://d.test/; "
           "ruf=mailto:x@dmarc.service.gov.uk"),
     [(kind, '_dmarc.d.test. TXT "v=DMARC1; p=none; sp=none; np=none; t=y; '
             'fo=1; rua=mailto:a@d.test"')
      for kind in ("dmarc-unknown-tag",
                   "dmarc-address-gone", "dmarc-address-gone",
                   "dmarc-address-unreachable", "dmarc-address-doubled",
                   "dmarc-address-unusable", "dmarc-historic")] +
     ["dmarc-test-mode",
      ("dmarc-none", '_dmarc.d.test. TXT "v=DMARC1; p=quarantine; sp=none; '
                     'np=none; t=y; fo=1; rua=mailto:a@d.test"')]),
    ("a trial of old is one of today, and names below keep what they have",
     dmarc("v=DMARC1; p=reject; pct=0; sp=none; " + REPORTED),
     [("dmarc-historic", 'TXT "v=DMARC1; p=reject; sp=none; t=y; rua='),
      ("dmarc-sp-weak", 'TXT "v=DMARC1; p=reject; t=y; rua=')]),
    ("what mends a tag raises no policy",
     dmarc("v=DMARC1; p=none; pct=20; " + REPORTED),
     [("dmarc-historic", 'TXT "v=DMARC1; p=none; rua='),
      ("dmarc-none", 'TXT "v=DMARC1; p=quarantine; rua=')]),
    ("the end of a trial comes before a stronger policy",
     dmarc("v=DMARC1; p=quarantine; t=y; " + REPORTED),
     [("dmarc-test-mode", 'TXT "v=DMARC1; p=quarantine; rua='),
      "dmarc-quarantine"]),
    ("one of old as well", dmarc("v=DMARC1; p=quarantine; pct=50; " + REPORTED),
     [("dmarc-historic", 'TXT "v=DMARC1; p=quarantine; t=y; rua='),
      "dmarc-quarantine"]),
    ("the policy waits for reports", dmarc("v=DMARC1; p=none"),
     [("dmarc-none", 'TXT "v=DMARC1; p=none; rua=mailto:dmarc@d.test"'),
      ("dmarc-no-rua", 'TXT "v=DMARC1; p=none; rua=mailto:dmarc@d.test"'),
      "dmarc-no-ruf"]),
    ("another name of that service",
     {**rua("mailto:x@mail.service.gov.uk"),
      "mail.service.gov.uk": "A 192.0.2.1",
      "d.test._report._dmarc.mail.service.gov.uk": 'TXT "v=DMARC1;"'}, []),
    ("a host without mail",
     {**rua("mailto:a@in.d.test"), "in.d.test": 'TXT "x"'},
     [("dmarc-address-unreachable", "neither MX nor address")]),
    ("a host with an address alone takes mail",
     {**rua("mailto:a@in.d.test"), "in.d.test": "AAAA 2001:db8::1"}, []),
    ("a null MX", {**rua("mailto:a@in.d.test"), "in.d.test": "MX 0 ."},
     [("dmarc-address-unreachable", "null MX")]),
    ("whether it takes mail is not known",
     {**rua("mailto:a@in.d.test"),
      "in.d.test": ";!FAIL in.d.test MX SERVFAIL\n"}, ["unchecked"]),
    ("a host that has not agreed", rua("mailto:a@other.test"),
     [("dmarc-address-refused", "d.test._report._dmarc.other.test. TXT "
                                '"v=DMARC1;"')]),
    ("a host that has", {**rua("mailto:a@other.test"), **AGREES}, []),
    ("a host below the domain need not", {**rua("mailto:a@mx.d.test")}, []),
    ("whether it has agreed is not known",
     {**rua("mailto:a@other.test"), "d.test._report._dmarc.other.test":
      ";!FAIL d.test._report._dmarc.other.test TXT SERVFAIL\n"},
     ["unchecked"]),
    ("an address for the web", rua("https://d.test/reports"),
     ["dmarc-address-unusable"]),
    ("no URI at all", rua("dmarc@d.test"),
     [("dmarc-syntax", "rua has an invalid URI"), "dmarc-no-rua"]),
    ("an address twice", rua("mailto:dmarc@d.test,mailto:dmarc@D.test"),
     ["dmarc-address-doubled"]),
    ("an address for either kind of report", rua("mailto:dmarc@d.test"), []),
    ("a tag of no meaning", reject("ruaa=mailto:x@y.test"),
     [("dmarc-unknown-tag", "ruaa")]),
    ("tags of the old standard", reject("pct=50; ri=3600"),
     [("dmarc-historic", "pct=50"), ("dmarc-historic", "ri=3600")]),
    ("tags in upper case", dmarc(
        "v=DMARC1; P=reject; RUA=mailto:dmarc@d.test; "
        "RUF=mailto:dmarc@d.test"), []),
    ("no answer for the policy",
     {"_dmarc.d.test": ";!FAIL _dmarc.d.test TXT SERVFAIL\n"}, ["unchecked"]),
]

ABOVE = {"sub.d.test": ["MX 0 .", 'TXT "v=spf1 a -all"', "A 192.0.2.10"]}

INHERITED = [
    ("a policy from above", ABOVE, [("dmarc-inherited", "_dmarc.d.test")],
     "sub.d.test"),
    ("sp is what counts below", {**ABOVE, **reject("sp=none")},
     ["dmarc-inherited",
      ("dmarc-none", "the policy for sub.d.test is none",
       '_dmarc.d.test. TXT "v=DMARC1; p=reject; rua=')],
     "sub.d.test"),
    ("reject where SPF could not be asked for",
     {"d.test": SOUND["d.test"] + [";!FAIL d.test TXT SERVFAIL\n"]},
     ["unchecked"]),
]


def spf(*texts, **names):
    """Records of d.test in the place of its SPF record; other names with dots
    for underscores."""
    return {"d.test": MX + NS + [f'TXT "{text}"' for text in texts],
            **{name.replace("__", "."): records
               for name, records in names.items()}}


def many(count, text="a:two.d.test"):
    return " ".join([text] * count)


HOST = ("--host", "192.0.2.25")
PTR = {"25.2.0.192.in-addr.arpa": "PTR mx.d.test."}
ESP = {"spf__good__example": 'TXT "v=spf1 ip4:192.0.2.128/25 ?all"'}


def long(count):
    """A record of so many networks, in strings of ten."""
    words = ["v=spf1 "] + ["ip4:192.0.2.1 "] * count + ["-all"]
    return {"d.test": MX + NS + ["TXT " + " ".join(
        '"' + "".join(words[i:i + 10]) + '"'
        for i in range(0, len(words), 10))]}


SPF = [
    ("no SPF, with an MX", {"d.test": MX + NS},
     [("spf-missing", 'd.test. TXT "v=spf1 mx ~all"'),
      "dmarc-reject-without-spf"]),
    ("no SPF and no mail", {"d.test": ["A 192.0.2.10"] + NS},
     [("spf-missing", 'd.test. TXT "v=spf1 -all"',
       "names no MX; if it sends no mail, --parked has"), "mx-implicit",
      "dmarc-reject-without-spf"]),
    ("no SPF beside a null MX", {"d.test": ["MX 0 ."] + NS},
     [("spf-missing", 'd.test. TXT "v=spf1 -all"'),
      "dmarc-address-unreachable", "dmarc-address-unreachable",
      "dmarc-reject-without-spf"]),
    ("two", spf("v=spf1 mx -all", "v=spf1 -all"), [("spf-several", "has 2")]),
    ("one, and another text", spf("v=spf1 mx -all", "google-verification=1"),
     []),
    ("not valid", spf("v=spf1 ip4:192.0.2.300 -all"),
     [("spf-syntax", "ip4:192.0.2.300")]),
    ("meant for SPF", spf("v=spf1mx -all"),
     ["spf-missing", "dmarc-reject-without-spf", "spf-lookalike"]),
    ("Sender ID is another protocol",
     spf("v=spf1 mx -all", "spf2.0/pra mx -all"), []),
    ("all of upper case", spf("V=SPF1 MX -ALL"), []),
    ("~all is enough", spf("v=spf1 mx ~all"), []),
    ("+all", spf("v=spf1 mx +all"), [("spf-plus-all", "+all")]),
    ("all alone means +all", spf("v=spf1 all"),
     [("spf-plus-all", 'TXT "v=spf1 mx ~all"')]),
    ("which no MX would mend", {"d.test": ["A 192.0.2.10"] + NS +
                                ['TXT "v=spf1 all"']},
     [("spf-plus-all", 'TXT "v=spf1 ~all"'), "mx-implicit"]),
    ("+all where an include leads",
     spf("v=spf1 include:spf.good.example -all",
         spf__good__example='TXT "v=spf1 +all"'), ["spf-plus-all"]),
    ("+all of an include that only fails",
     spf("v=spf1 mx -include:spf.good.example ~all",
         spf__good__example='TXT "v=spf1 +all"'), []),
    ("+all where redirect leads", spf("v=spf1 redirect=_spf.d.test",
                                      _spf__d__test='TXT "v=spf1 +all"'),
     ["spf-plus-all"]),
    ("?all", spf("v=spf1 mx ?all"), ["spf-neutral-all"]),
    ("?all of an include is nobody's last word",
     spf("v=spf1 include:spf.good.example -all", **ESP), []),
    ("no all", spf("v=spf1 mx"), [("spf-missing-all", '"v=spf1 mx"')]),
    ("nothing but the version", spf("v=spf1"), ["spf-missing-all"]),
    ("all where redirect leads", spf("v=spf1 mx redirect=_spf.d.test",
                                     _spf__d__test='TXT "v=spf1 -all"'), []),
    ("no all where redirect leads",
     spf("v=spf1 redirect=_spf.d.test", _spf__d__test='TXT "v=spf1 mx"'),
     ["spf-missing-all", "spf-void"]),
    ("terms behind all", spf("v=spf1 mx -all include:spf.good.example", **ESP),
     ["spf-after-all"]),
    ("a modifier behind all", spf("v=spf1 mx -all exp=why.d.test"), []),
    ("ptr", spf("v=spf1 mx ptr -all"), ["spf-ptr"]),
    ("ten lookups", spf(f"v=spf1 {many(10)} -all"), []),
    ("eleven", spf(f"v=spf1 {many(11)} -all"),
     [("spf-lookups", "11 lookups at worst", "a:two.d.test")]),
    ("eleven by way of includes",
     spf("v=spf1 mx include:a.d.test include:b.d.test -all",
         a__d__test=f'TXT "v=spf1 {many(4)} -all"',
         b__d__test=f'TXT "v=spf1 {many(4)} -all"'),
     [("spf-lookups", "include:a.d.test (a:two.d.test, a:two.d.test")]),
    ("networks cost none", long(20), []),
    ("a record longer than fits", long(32), ["spf-long"]),
    ("one that fits", long(31), []),
    ("one void lookup", spf("v=spf1 mx a:gone.d.test -all"),
     [("spf-void", "a:gone.d.test", "no such name")]),
    ("a name of one family is none",
     spf("v=spf1 mx a:four.d.test a:six.d.test -all",
         four__d__test="A 192.0.2.1", six__d__test="AAAA 2001:db8::1"), []),
    ("three void lookups", spf("v=spf1 a:a.d.test a:b.d.test a:c.d.test -all"),
     ["spf-void", "spf-void", "spf-void", ("spf-voids", "3 for a client")]),
    ("three void lookups of one family",
     spf("v=spf1 a:four.d.test a:four.d.test a:four.d.test -all",
         four__d__test="A 192.0.2.1"),
     [("spf-voids-family", "0 for a client of IPv4, 3 of IPv6")]),
    ("a term that DNS does not answer",
     spf("v=spf1 mx a:slow.d.test -all",
         slow__d__test=";!FAIL slow.d.test A SERVFAIL\n"), ["unchecked"]),
    ("an include of a name without a record",
     spf("v=spf1 include:mx.d.test -all"),
     [("spf-include-dead", "include:mx.d.test", "no SPF record")]),
    ("an include of no name",
     spf("v=spf1 include:gone.d.test -all"),
     [("spf-include-dead", "no such name")]),
    ("an include that DNS does not answer",
     spf("v=spf1 include:slow.d.test -all",
         slow__d__test=";!FAIL slow.d.test TXT SERVFAIL\n"), ["unchecked"]),
    ("an include of two records",
     spf("v=spf1 include:two.d.test -all",
         two__d__test=['TXT "v=spf1 -all"', 'TXT "v=spf1 mx -all"']),
     [("spf-include-broken", "two.d.test has 2 SPF records")]),
    ("an include of one that is not valid",
     spf("v=spf1 include:odd.d.test -all",
         odd__d__test='TXT "v=spf1 ip4:x -all"'),
     [("spf-include-broken", "ip4:x")]),
    ("an include that leads back",
     spf("v=spf1 include:a.d.test -all",
         a__d__test='TXT "v=spf1 include:d.test -all"'),
     [("spf-loop", "include:d.test in the record of a.d.test")]),
    ("the same include twice is no loop",
     spf("v=spf1 include:spf.good.example include:spf.good.example -all",
         **ESP), []),
    ("an include below a name that anybody could register",
     spf("v=spf1 mx include:spf.free.example -all"),
     [("name-registrable", "include:spf.free.example", "free.example"),
      "spf-include-dead"]),
    ("a redirect likewise", spf("v=spf1 redirect=spf.free.example"),
     [("name-registrable", "redirect=spf.free.example"), "spf-include-dead"]),
    ("a host likewise", spf("v=spf1 mx a:mail.free.example -all"),
     ["name-registrable", "spf-void"]),
    ("a macro names none", spf("v=spf1 mx exists:%{i}.free.example -all"), []),
    ("a network too wide", spf("v=spf1 ip4:10.0.0.0/8 -all"),
     [("spf-too-wide", "ip4:10.0.0.0/8")]),
    ("one of IPv6", spf("v=spf1 ip6:2001:db8::/24 -all"), ["spf-too-wide"]),
    ("around a host", spf("v=spf1 a/8 -all"), ["spf-too-wide"]),
    ("a wide one that only softfails", spf("v=spf1 mx ~ip4:10.0.0.0/8 -all"),
     []),
    ("one's own may be a /16", spf("v=spf1 ip4:10.1.0.0/16 -all"), []),
    ("a provider's may be a /14",
     spf("v=spf1 include:spf.good.example -all",
         spf__good__example='TXT "v=spf1 ip4:10.4.0.0/14 -all"'), []),
    ("but no /13",
     spf("v=spf1 include:spf.good.example -all",
         spf__good__example='TXT "v=spf1 ip4:10.8.0.0/13 -all"'),
     [("spf-too-wide", "spf.good.example")]),
    ("a host of ours that passes", PTR, [], *HOST),
    ("one that does not", PTR,
     ["ptr-missing", ("spf-host-fails", "192.0.2.26: fail",
       'd.test. TXT "v=spf1 ip4:192.0.2.26 mx -all"')],
     "--host", "192.0.2.26", "--host", "192.0.2.25"),
    ("two that do not, and the rest of the record",
     spf("v=spf1 mx include:gone.d.test a:gone.d.test ?all"),
     ["ptr-missing", "ptr-missing"] +
     [(kind, 'TXT "v=spf1 ip4:192.0.2.26 ip6:2001:db8::1 mx ~all"')
      for kind in ("spf-host-fails", "spf-host-fails", "spf-include-dead",
                   "spf-void", "spf-neutral-all")],
     "--host", "192.0.2.26", "--host", "2001:db8::1"),
    ("what has an effect stays",
     spf("V=spf1  x=y -mx ~include:slow.d.test +ALL a:d.test exp=why.d.test",
         slow__d__test=";!FAIL slow.d.test TXT SERVFAIL\n"),
     ["unchecked", "spf-plus-all", ("spf-after-all",
       'TXT "v=spf1 x=y -mx ~include:slow.d.test ~all exp=why.d.test"')]),
    ("a redirect that leads nowhere, and no other end",
     spf("v=spf1 mx redirect=gone.d.test"),
     [("spf-include-dead", 'TXT "v=spf1 mx ~all"')]),
    ("no SPF, and a host", {"d.test": MX + NS},
     [("spf-missing", 'TXT "v=spf1 ip4:192.0.2.26 mx ~all"'),
      "dmarc-reject-without-spf", "ptr-missing"], "--host", "192.0.2.26"),
    ("one, with a long record", {**long(31), **PTR},
     ["ptr-missing", ("spf-host-fails", 'TXT "v=spf1 ip4:192.0.2.26 ip4:',
                      '" "', ' ip4:192.0.2.1 -all"')],
     "--host", "192.0.2.26"),
    ("one of IPv6", {},
     ["ptr-missing", ("spf-host-fails", 'TXT "v=spf1 ip6:2001:db8::1 mx -all"')],
     "--host", "2001:db8::1"),
    ("one of which nothing is known",
     spf("v=spf1 a:slow.d.test -all",
         slow__d__test=";!FAIL slow.d.test * SERVFAIL\n"),
     ["unchecked", "ptr-missing"], "--host", "192.0.2.26"),
    ("no answer for SPF", {"d.test": SOUND["d.test"] +
                           [";!FAIL d.test TXT SERVFAIL\n"]}, ["unchecked"]),
]



def mx(*records, **names):
    """MX records of d.test in the place of its own."""
    return {"d.test": ["A 192.0.2.10"] + [f"MX {r}" for r in records] + NS +
            ['TXT "v=spf1 ip4:192.0.2.25 -all"'],
            **{name.replace("__", "."): records
               for name, records in names.items()}}


def ns(*servers):
    return {"d.test": MX + SPF_RECORD + [f"NS {s}" for s in servers]}


HOSTS = [
    ("no MX but an address", {"d.test": ["A 192.0.2.10"] + NS +
                              ['TXT "v=spf1 a -all"']}, ["mx-implicit"]),
    ("an MX that is an alias", mx("10 in.d.test.", in__d__test="CNAME mx.d.test."),
     [("mx-cname", "in.d.test is an alias of mx.d.test")]),
    ("an MX that is an address", mx("10 192.0.2.1."),
     [("mx-literal", "192.0.2.1")]),
    ("an MX of no name", mx("10 gone.d.test."),
     [("mx-no-address", "no such name")]),
    ("an MX without address", mx("10 in.d.test.", in__d__test='TXT "x"'),
     [("mx-no-address", "neither A nor AAAA")]),
    ("an MX of IPv6 alone", mx("10 in.d.test.", in__d__test="AAAA 2001:db8::1"),
     []),
    ("an MX that DNS does not answer",
     mx("10 in.d.test.", in__d__test=";!FAIL in.d.test * SERVFAIL\n"),
     ["unchecked"]),
    ("a private address", mx("10 in.d.test.", in__d__test="A 192.168.1.1"),
     [("mx-private", "192.168.1.1")]),
    ("a private one of IPv6", mx("10 in.d.test.", in__d__test="AAAA fd00::1"),
     [("mx-private", "fd00::1")]),
    ("next to a private network", mx("10 in.d.test.",
                                     in__d__test="A 172.32.0.1"), []),
    ("a null MX beside another", mx("0 .", "10 mx.d.test."),
     [("mx-null-beside", "beside 1 more")]),
    ("an MX that anybody could register", mx("10 mx.free.example."),
     [("name-registrable", "the MX record of d.test"), "mx-no-address"]),
    ("an alias that leads to such a name",
     mx("10 in.d.test.", in__d__test="CNAME mx.free.example."),
     [("name-registrable", "the alias in.d.test"), "mx-cname",
      "mx-no-address"]),
    ("another MX than expected", {},
     [("mx-absent", "d.test. MX 10 mx2.d.test."), "mx-unexpected"],
     "--mx", "mx2.d.test"),
    ("the MX that is expected", {}, [], "--mx", "MX.d.test."),
    ("no answer for the MX", {"d.test": SOUND["d.test"] +
                              [";!FAIL d.test MX SERVFAIL\n"]}, ["unchecked"]),
    ("an alias to no name", {"alias.d.test": "CNAME gone.d.test."},
     ["spf-missing", "dmarc-reject-without-spf", "dmarc-inherited"],
     "alias.d.test"),
    ("one name server", ns("ns1.d.test."), ["ns-single"]),
    ("a name server without address", ns("ns1.d.test.", "ns2.d.test."),
     [("ns-no-address", "ns2.d.test")]),
    ("a name server that anybody could register",
     ns("ns1.d.test.", "ns.free.example."),
     [("name-registrable", "the NS record of d.test"), "ns-no-address"]),
    ("the name servers of the zone above",
     {**ABOVE, **ns("ns1.d.test.")}, ["dmarc-inherited", "ns-single"],
     "sub.d.test"),
    ("no such domain, of which nothing else is said", {}, ["domain-missing"],
     "gone.d.test"),
    ("a name of the gsi family",
     {**mx("10 mx.dept.gsi.gov.uk."), "mx.dept.gsi.gov.uk": "A 192.0.2.1"},
     [("name-gsi", "the MX record of d.test")]),
    ("the domain is one", {
        "dept.gsi.gov.uk": ["MX 0 .", "A 192.0.2.1", 'TXT "v=spf1 a -all"'],
        "_dmarc.dept.gsi.gov.uk": 'TXT "v=DMARC1; p=reject; '
                                  'rua=mailto:d@d.test; ruf=mailto:d@d.test"',
        "dept.gsi.gov.uk._report._dmarc.d.test": 'TXT "v=DMARC1;"'},
     ["name-gsi"], "dept.gsi.gov.uk"),
    ("names that only look so",
     {**mx("10 mx.notgsi.gov.uk."), "mx.notgsi.gov.uk": "A 192.0.2.1"}, []),
]

POINTERS = [
    ("a host with a name that leads back", PTR, [], *HOST),
    ("a host without", {}, [("ptr-missing", "192.0.2.25")], *HOST),
    ("a name that leads elsewhere",
     {"25.2.0.192.in-addr.arpa": "PTR ns1.d.test."},
     [("ptr-unconfirmed", "ns1.d.test")], *HOST),
    ("no answer", {"25.2.0.192.in-addr.arpa":
                   ";!FAIL 25.2.0.192.in-addr.arpa PTR SERVFAIL\n"},
     ["unchecked"], *HOST),
]


def texts(owner, *records):
    return {owner: [f'TXT "{record}"' for record in records]}


STS = "_mta-sts.d.test"
RPT = "_smtp._tls.d.test"
SIGNED = [f";!SECURE {name} *\n" for name in (
    "d.test", "_dmarc.d.test", "mx.d.test", STS, RPT, "_25._tcp.mx.d.test")]
KEY = "3 1 1 " + "ab" * 32
NEXT = "3 1 1 " + "cd" * 32


def tlsa(*records, signed=True):
    return {"_25._tcp.mx.d.test": [f"TLSA {record}" for record in records] +
            (SIGNED if signed else [])}


TLS = [
    ("no MTA-STS", {STS: []}, [("mta-sts-missing", STS)]),
    ("none where no mail is taken", {
        **mx("0 ."), "_dmarc.d.test": 'TXT "v=DMARC1; p=reject; '
        'rua=mailto:a@mx.d.test; ruf=mailto:a@mx.d.test"', STS: [], RPT: []},
     []),
    ("the policy it is nothing without",
     {STS: [], "d.test": ["A 192.0.2.10", "MX 10 mx.d.test.", "MX 20 two.d.test.",
                          *SPF_RECORD, *NS]},
     [("mta-sts-missing", '_mta-sts.d.test. TXT "v=STSv1; id=1"',
       'at https://mta-sts.d.test/.well-known/mta-sts.txt with the lines "version: '
       'STSv1", "mode: testing", "max_age: 86400", "mx: mx.d.test", "mx: two.d.test"')]),
    ("a semicolon forgotten", texts(STS, "v=STSv1 id=1"),
     [("mta-sts-syntax", 'has "v=STSv1 id=1": it does not begin with "v=STSv1;"')]),
    ("in lower case", texts(STS, "v=stsv1; id=1"), ["mta-sts-syntax"]),
    ("a semicolon forgotten there",
     texts(RPT, "v=TLSRPTv1 rua=mailto:a@d.test"),
     [("tls-rpt-syntax", 'does not begin with "v=TLSRPTv1;"')]),
    ("two", texts(STS, "v=STSv1; id=1;", "v=STSv1; id=2;"),
     ["mta-sts-several"]),
    ("one, and another text", texts(STS, "v=STSv1; id=1", "x=y"), []),
    ("without an id", texts(STS, "v=STSv1;"),
     [("mta-sts-syntax", "id is missing")]),
    ("an id of other characters", texts(STS, "v=STSv1; id=2026-05-01"),
     ["mta-sts-syntax"]),
    ("an id too long", texts(STS, "v=STSv1; id=" + "1" * 33),
     ["mta-sts-syntax"]),
    ("an id as long as may be", texts(STS, "v=STSv1; id=" + "1" * 32), []),
    ("no answer for it", {STS: f";!FAIL {STS} TXT SERVFAIL\n"}, ["unchecked"]),
    ("no host for the policy", {"mta-sts.d.test": []},
     [("mta-sts-no-policy", "mta-sts.d.test has no address")]),
    ("a host by IPv6 alone", {"mta-sts.d.test": "AAAA 2001:db8::80"}, []),
    ("an alias that somebody keeps",
     {"mta-sts.d.test": "CNAME two.d.test."}, []),
    ("an alias that anybody could register",
     {"mta-sts.d.test": "CNAME sts.free.example."},
     [("name-registrable", "the alias mta-sts.d.test"), "mta-sts-no-policy"]),
    ("whether it has one is not known",
     {"mta-sts.d.test": ";!FAIL mta-sts.d.test * SERVFAIL\n"}, ["unchecked"]),
    ("no TLS-RPT", {RPT: []},
     [("tls-rpt-missing", f'{RPT}. TXT "v=TLSRPTv1; '
                          'rua=mailto:tls-reports@d.test"')]),
    ("two of them", texts(RPT, "v=TLSRPTv1; rua=mailto:a@d.test",
                          "v=TLSRPTv1; rua=mailto:b@d.test"),
     ["tls-rpt-several"]),
    ("without rua", texts(RPT, "v=TLSRPTv1"),
     [("tls-rpt-syntax", "rua is missing")]),
    ("an address that is no URI", texts(RPT, "v=TLSRPTv1; rua=tls@d.test"),
     ["tls-rpt-syntax"]),
    ("one for the web", texts(RPT, "v=TLSRPTv1; rua=https://d.test/in"), []),
    ("TLS reports to a service that is gone",
     texts(RPT, "v=TLSRPTv1; rua=mailto:tls@d.test,"
                "mailto:tls-rua@mailcheck.service.ncsc.gov.uk"),
     [("tls-rpt-gone", "tls-rua@mailcheck.service.ncsc.gov.uk",
       '_smtp._tls.d.test. TXT "v=TLSRPTv1; rua=mailto:tls@d.test"')]),
    ("beside an address for HTTPS",
     texts(RPT, "v=TLSRPTv1; rua=https://r.other.test/in,"
                "mailto:TLS-rua@mailcheck.service.ncsc.gov.uk"),
     [("tls-rpt-gone",
       '"v=TLSRPTv1; rua=https://r.other.test/in"')]),
    ("and to no other",
     texts(RPT, "v=TLSRPTv1; "
                "rua=mailto:tls-rua@mailcheck.service.ncsc.gov.uk"),
     [("tls-rpt-gone", '"v=TLSRPTv1; rua=mailto:tls-reports@d.test"')]),
    ("to one of a service that is there",
     texts(RPT, "v=TLSRPTv1; rua=mailto:tls@other.test"), []),
    ("and to a name that anybody could register",
     texts(RPT, "v=TLSRPTv1; rua=mailto:a@free.example"),
     [("name-registrable", "the TLS-RPT record")]),
    ("DANE, with a key to come", tlsa(KEY, NEXT), []),
    ("one key alone", tlsa(KEY), [("tlsa-single", "_25._tcp.mx.d.test")]),
    ("a usage that SMTP has not", tlsa(KEY, NEXT, "1 1 1 " + "ab" * 32),
     [("tlsa-unusable", "usage")]),
    ("a digest that is cut", tlsa(KEY, NEXT, "3 1 1 abcd"),
     [("tlsa-unusable", "length")]),
    ("an unknown matching type", tlsa(KEY, NEXT, "3 1 9 abcd"),
     [("tlsa-unusable", "matching type")]),
    ("a whole key", tlsa("3 1 0 abcd", NEXT), []),
    ("a key that nobody heeds", tlsa(KEY, NEXT, signed=False),
     ["tlsa-unsigned"]),
    ("no answer for TLSA", {"_25._tcp.mx.d.test":
                            ";!FAIL _25._tcp.mx.d.test TLSA SERVFAIL\n"},
     ["unchecked"]),
    ("all signed", {"x": SIGNED}, []),
    ("signed in part", {"x": SIGNED[:1]},
     [("dnssec-partial", "MX validated", "_dmarc TXT not validated")]),
    ("a signature that fails",
     {"x": [";!FAIL _mta-sts.d.test TXT BOGUS\n"]},
     [("dnssec-bogus", "_mta-sts TXT"), "unchecked"]),
]


# Public keys whose private ones nobody has kept.
RSA_768 = (
    "MHwwDQYJKoZIhvcNAQEBBQADawAwaAJhAKrKq5HHjdlsMraWpByLvmGbopCl1rp67b"
    "mmPzFNdHXU/ZdlgWbkoDAJHkRf/XaQXpjQXTUC9TVKx4SB33MIWmNdu8FOPXQ1v8Tf"
    "I16eNu1LKbD1nincJZSPJNIEpmdx/QIDAQAB")
RSA_1024 = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC5yFUifZ/gJkNPZzvtikVgK+tBDK"
    "FnnfVYOUtGCjtomm4eNKnWqmBIKmu/r9ZiXDvMsQ4v/CIXQlte7M4qi6PB8MIkEw83"
    "J64jjH+O0lm21wls89PQXtqm+Amm4sq9GyBWMhCZfX6bGVaqCx0UBOPXLHGLPn0wyr"
    "t7uhlCP2ulGQIDAQAB")
RSA_2048 = (
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEApEHxwsmFxpR27Y6SfcSScN"
    "A8nnSR0nJKUIv3vDjFYdxVypmjyr+FB+wwMkFSGxbujAYwUxYzuNlMRyb2GeIz4MdM"
    "uJrdh2vpA1YSSkmLKpzgDwllto2aOxR/qyWfJ8gAnyLPGihWoTmONVDP9yw+RAenBj"
    "N3G08aoNKe0c1rcFrJdop3BxYj7WItPOqRAEZ5D0DaOTyv2D7Leh5BBR16pGQrVBDs"
    "I2du5Zzjp7+gtmoxp2zzy5gVrz8eOOVIOM5cf5ir3/EtKVz/IRpYTtJBq0tWWajsE5"
    "lJ50YDMlewjGWGk/pC6EC0x5nlp3m+0zs59e7Wu4oXffHUZLdUQI9/yQIDAQAB")
ED25519 = "8SWxRbNAhLQHhWAhtpd+G80FOz2leGz0YKk+418PDSM="


def key(text, name="s1._domainkey.d.test"):
    return {name: "TXT " + " ".join(f'"{text[i:i + 200]}"'
                                    for i in range(0, len(text), 200))}


NAMED = ("--selector", "s1")

KEYS = [
    ("a good key", key("v=DKIM1; k=rsa; p=" + RSA_2048), [], *NAMED),
    ("one of Ed25519", key("v=DKIM1; k=ed25519; p=" + ED25519), [], *NAMED),
    ("a key of 1024 bits", key("p=" + RSA_1024),
     [("dkim-key-weak", "1024 bits")], *NAMED),
    ("one of 768", key("p=" + RSA_768), [("dkim-key-short", "768 bits")],
     *NAMED),
    ("no key", {}, [("dkim-key-missing", "s1._domainkey.d.test")], *NAMED),
    ("no answer for it",
     {"x": [";!FAIL s1._domainkey.d.test TXT SERVFAIL\n"]}, ["unchecked"],
     *NAMED),
    ("two records", {"s1._domainkey.d.test": ['TXT "p="', 'TXT "v=DKIM1; p="']},
     [("dkim-several", "has 2")], *NAMED),
    ("no base64", key("v=DKIM1; p=???"), [("dkim-syntax", "base64")], *NAMED),
    ("a key that is cut", key("p=" + RSA_2048[:200]),
     [("dkim-syntax", "decoded")], *NAMED),
    ("another version", key("v=DKIM2; p=" + RSA_2048),
     [("dkim-syntax", "version")], *NAMED),
    ("tags that are none", key("p=" + RSA_2048 + ";;;x"), ["dkim-syntax"],
     *NAMED),
    ("another type", key("v=DKIM1; k=dsa; p=" + RSA_2048),
     [("dkim-type", "k=dsa")], *NAMED),
    ("revoked", key("v=DKIM1; p="), [("dkim-revoked", "revoked")], *NAMED),
    ("test mode", key("t=y; p=" + RSA_2048), ["dkim-testing"], *NAMED),
    ("no test mode", key("t=s; p=" + RSA_2048), [], *NAMED),
    ("kept by somebody else",
     {"s1._domainkey.d.test": "CNAME s1.good.example.",
      **key("p=" + RSA_2048, "s1.good.example")},
     [("dkim-cname", "s1.good.example")], *NAMED),
    ("by somebody who is gone",
     {"s1._domainkey.d.test": "CNAME s1.free.example."},
     [("name-registrable", "the alias s1._domainkey.d.test"), "dkim-cname",
      "dkim-key-missing"], *NAMED),
]

NO_KEYS = {"*._domainkey.d.test": 'TXT "v=DKIM1; p="'}
NO_MAIL = {"d.test": ["MX 0 ."] + NS + ['TXT "v=spf1 -all"'],
           "_dmarc.d.test": 'TXT "v=DMARC1; p=reject; sp=reject; '
           'rua=mailto:a@mx.d.test; ruf=mailto:a@mx.d.test"', **NO_KEYS}

PARKED = [
    ("no mail, and all that says so", NO_MAIL, ["parked"]),
    ("no host need send for it", NO_MAIL, ["parked"], "d.test", "--host",
     "192.0.2.26"),
    ("nor for one that should send none", NO_KEYS, ["parked-spf"], "d.test",
     "--parked", "--host", "192.0.2.26"),
    ("a policy that does not refuse",
     {**NO_MAIL, "_dmarc.d.test": 'TXT "v=DMARC1; p=none; '
      'rua=mailto:a@mx.d.test; ruf=mailto:a@mx.d.test"'},
     ["parked", ("parked-dmarc", "p=reject; sp=reject; rua=")]),
    ("one in test mode",
     {**NO_MAIL, "_dmarc.d.test": 'TXT "v=DMARC1; p=reject; t=y; '
      'rua=mailto:a@mx.d.test; ruf=mailto:a@mx.d.test"'},
     ["parked", ("parked-dmarc", "test mode")]),
    ("no policy at all", {**NO_MAIL, "_dmarc.d.test": []},
     ["parked", ("dmarc-missing", 'TXT "v=DMARC1; p=reject; sp=reject"')]),
    ("keys open", {**NO_MAIL, "*._domainkey.d.test": []},
     ["parked", ("parked-dkim", '*._domainkey.d.test. TXT "v=DKIM1; p="')]),
    ("a key for all selectors",
     {**NO_MAIL, **key("p=" + RSA_2048, "*._domainkey.d.test")},
     ["parked", "parked-dkim"]),
    ("whether they are is not known",
     {**NO_MAIL, "x": [f";!FAIL {PROBE} TXT SERVFAIL\n"]},
     ["parked", "unchecked"]),
    ("no null MX", {**NO_MAIL, "d.test": ["A 192.0.2.1"] + NS +
                    ['TXT "v=spf1 -all"']},
     ["parked", ("parked-mx", "d.test. MX 0 ."), "mx-implicit"]),
    ("one that takes mail and sends none needs no null MX",
     {**NO_MAIL, "d.test": MX + NS + ['TXT "v=spf1 -all"']}, ["parked"]),
    ("~all is no such word", {"d.test": MX + NS + ['TXT "v=spf1 ~all"']}, []),
    ("one that should send none", NO_KEYS,
     [("parked-spf", 'TXT "v=spf1 -all"')], "d.test", "--parked"),
    ("and has no SPF", {**NO_KEYS, "d.test": MX + NS},
     [("spf-missing", 'TXT "v=spf1 -all"'), "dmarc-reject-without-spf"],
     "d.test", "--parked"),
    ("and allows some, wrongly", {**NO_KEYS, **spf("v=spf1 a:x.d.test ?all")},
     [(kind, 'TXT "v=spf1 -all"') for kind in (
         "parked-spf", "spf-void", "spf-neutral-all")], "d.test", "--parked"),
]

CASES = (NAMES + DMARC + INHERITED + SPF + HOSTS + POINTERS + TLS + KEYS +
         PARKED)
