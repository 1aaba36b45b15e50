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
               'TXT "v=spf1 mx -all"'],
    "mx.d.test": "A 192.0.2.25",
    "_dmarc.d.test": 'TXT "v=DMARC1; p=reject; rua=mailto:dmarc@d.test; '
                     'ruf=mailto:dmarc@d.test"',
    "other.test": ["A 192.0.2.11", "MX 10 mx.other.test."],
    "mx.other.test": "A 192.0.2.12",
    "good.example": "A 192.0.2.13",
    "two.d.test": ["A 192.0.2.14", "AAAA 2001:db8::14"],
}

# What nearly every zone has and no case is about.
UNSEEN = ("spf-tree",)


def dmarc(text):
    return {"_dmarc.d.test": f'TXT "{text}"'}


def reject(more):
    """A sound record with more in it."""
    return dmarc(f"v=DMARC1; p=reject; rua=mailto:dmarc@d.test; "
                 f"ruf=mailto:dmarc@d.test; {more}")


def rua(uris):
    return dmarc(f"v=DMARC1; p=reject; rua={uris}; ruf=mailto:dmarc@d.test")


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
    ("no ruf", dmarc("v=DMARC1; p=reject; rua=mailto:dmarc@d.test"),
     ["dmarc-no-ruf"]),
    ("a service that is gone",
     {**rua("mailto:dmarc-rua@dmarc.service.gov.uk,mailto:dmarc@d.test"),
      "service.gov.uk": "A 192.0.2.1"},
     [("dmarc-address-gone", "dmarc-rua@dmarc.service.gov.uk")]),
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

ABOVE = {"sub.d.test": ["A 192.0.2.10", 'TXT "v=spf1 -all"']}

INHERITED = [
    ("a policy from above", ABOVE, [("dmarc-inherited", "_dmarc.d.test")],
     "sub.d.test"),
    ("sp is what counts below", {**ABOVE, **reject("sp=none")},
     ["dmarc-inherited", ("dmarc-none", "the policy for sub.d.test is none")],
     "sub.d.test"),
    ("reject where SPF could not be asked for",
     {"d.test": SOUND["d.test"] + [";!FAIL d.test TXT SERVFAIL\n"]},
     ["unchecked"]),
]


def spf(*texts, **names):
    """Records of d.test in the place of its SPF record; other names with dots
    for underscores."""
    return {"d.test": SOUND["d.test"][:2] + [f'TXT "{text}"' for text in texts],
            **{name.replace("__", "."): records
               for name, records in names.items()}}


def many(count, text="a:two.d.test"):
    return " ".join([text] * count)


ESP = {"spf__good__example": 'TXT "v=spf1 ip4:192.0.2.128/25 ?all"'}


def long(count):
    """A record of so many networks, in strings of ten."""
    words = ["v=spf1 "] + ["ip4:192.0.2.1 "] * count + ["-all"]
    return {"d.test": SOUND["d.test"][:2] + ["TXT " + " ".join(
        '"' + "".join(words[i:i + 10]) + '"'
        for i in range(0, len(words), 10))]}


SPF = [
    ("no SPF, with an MX", {"d.test": SOUND["d.test"][:2]},
     [("spf-missing", 'd.test. TXT "v=spf1 mx ~all"'),
      "dmarc-reject-without-spf"]),
    ("no SPF and no mail", {"d.test": "A 192.0.2.10"},
     [("spf-missing", 'd.test. TXT "v=spf1 -all"'),
      "dmarc-reject-without-spf"]),
    ("no SPF beside a null MX", {"d.test": "MX 0 ."},
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
    ("all alone means +all", spf("v=spf1 all"), ["spf-plus-all"]),
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
     [("spf-voids", "0 for a client of IPv4, 3 of IPv6")]),
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
    ("a host of ours that passes", {}, [], "--host", "192.0.2.25"),
    ("one that does not", {},
     [("spf-host-fails", "192.0.2.26: fail",
       'd.test. TXT "v=spf1 ip4:192.0.2.26 mx -all"')],
     "--host", "192.0.2.26", "--host", "192.0.2.25"),
    ("one of IPv6", {},
     [("spf-host-fails", 'TXT "v=spf1 ip6:2001:db8::1 mx -all"')],
     "--host", "2001:db8::1"),
    ("one of which nothing is known",
     spf("v=spf1 a:slow.d.test -all",
         slow__d__test=";!FAIL slow.d.test * SERVFAIL\n"), ["unchecked"],
     "--host", "192.0.2.26"),
    ("no answer for SPF", {"d.test": SOUND["d.test"] +
                           [";!FAIL d.test TXT SERVFAIL\n"]}, ["unchecked"]),
]

CASES = NAMES + DMARC + INHERITED + SPF
