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
}

# What nearly every zone has and no case is about.
UNSEEN = ()


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
    ("reject without SPF", {"d.test": SOUND["d.test"][:2]},
     ["dmarc-reject-without-spf"]),
    ("reject where SPF could not be asked for",
     {"d.test": SOUND["d.test"] + [";!FAIL d.test TXT SERVFAIL\n"]},
     ["unchecked"]),
]

CASES = NAMES + DMARC + INHERITED
