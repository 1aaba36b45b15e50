#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Names of people: who is taken for one, and who passes for one unseen

The names are made. False alarms: people with other names, of which many share a
given or a family name with somebody who is listed; told is only a namesake. Beside
them stand who maintains Debian's packages, from the lists that apt has here. Found:
a name written as somebody would who wants a reader to take him for that person.
"""
import base64
import glob
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_lookalikes_real as real  # noqa: E402

TOOL = os.path.join(real.TOP, "tests", "tools", "people-tool")
LISTED, OTHERS = 200, 30000
SHARE = 0.95
GIVEN = """Ada Aisha Alan Amelia Amir Ana Anders Andrea Anna Arjun Astrid Bao Beatriz Ben Carla
Carlos Chen Chloe Claire Daniel David Deepa Diego Elena Elif Emil Emma Erik Eva Farah Felix Fiona
Francois Freya George Grace Greta Hana Hans Hassan Helen Hiro Hugo Ines Ingrid Irina Isla Ivan Jack
James Jan Jana Jin Joana Jonas Julia Kai Karim Katja Kenji Lars Laura Layla Lena Leo Lina Lucia
Luis Maeve Magnus Maria Marta Mateo Maya Mehmet Mia Mikael Mina Nadia Naomi Nils Noah Nora Olga
Oliver Omar Oscar Paula Pavel Peter Petra Priya Quentin Rafael Rosa Ruth Samir Sara Sofia Sven Tara
Theo Tomas Uma Viktor Wanda Wei Xenia Yara Yusuf Zoe""".split()
ROOTS = """Adam Ander Bach Bauer Berg Black Blake Brandt Brown Carl Carter Chan Clark Costa Dahl
Dixon Duran Eder Ellis Engel Fisch Ford Fox Frank Garcia Gold Gray Gruber Haas Hall Hart Hill Hoff
Holm Huber Ito Jung Kaiser Keller Kent Khan King Klein Koch Lang Larsen Lee Linde Lopez Marsh Maier
Moor Mori Nagy Neu North Novak Ober Olsen Park Patel Perez Popov Quinn Rao Reed Reyes Rossi Roth
Sato Scholz Silva Singh Smith Stein Stone Sund Tanaka Thorn Urban Vogel Wagner Wang Weber West Wolf
Wood Young Zimmer""".split()
ENDS = ["", "", "", "son", "mann", "ov", "ez", "ley", "sen", "er"]
LIKE = {"A": "\u0410", "E": "\u0415", "O": "\u041e", "a": "\u0430", "e": "\u0435", "o": "\u043e",
        "i": "\u0456", "c": "\u0441", "p": "\u0440"}


def make_people(count, seed):
    """(given, family), each once."""
    draw, made = random.Random(seed), {}
    while len(made) < count:
        made[draw.choice(GIVEN), draw.choice(ROOTS) + draw.choice(ENDS)] = True
    return list(made)


def plain(name):
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold())
                   if not unicodedata.combining(c))


def encoded(text):
    return "=?utf-8?b?" + base64.b64encode(text.encode()).decode() + "?="


def swap_letters(text, draw):
    """One of its letters becomes one of another script."""
    places = [i for i, c in enumerate(text) if c in LIKE]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + LIKE[text[place]] + text[place + 1:]


def in_circles(text):
    """Letters of ASCII."""
    return "".join(chr(ord(c) + (0x24d0 - 0x61 if c.islower() else 0x24b6 - 0x41)) for c in text)


WAYS = {
    "as it is": lambda g, f, d: f"{g} {f}",
    "last name first": lambda g, f, d: f'"{f}, {g}"',
    "capitals": lambda g, f, d: f"{g} {f}".upper(),
    "small letters": lambda g, f, d: f"{g} {f}".lower(),
    "a title": lambda g, f, d: f'"Dr. {g} {f}"',
    "an office": lambda g, f, d: f'"{g} {f} (Director)"',
    "the office first": lambda g, f, d: f'"Office of the CEO | {g} {f}"',
    "an initial": lambda g, f, d: f'"{g} {d.choice("BDKMT")}. {f}"',
    "with the address": lambda g, f, d: f'"{g} {f} <{g}.{f}@example.org>"'.replace("<", "(")
    .replace(">", ")"),
    "without a blank": lambda g, f, d: f"{g}{f}",
    "dots": lambda g, f, d: f'"{g}.{f}"',
    "letters apart": lambda g, f, d: " ".join(g) + "   " + " ".join(f),
    "encoded": lambda g, f, d: encoded(f"{g} {f}"),
    "another script": lambda g, f, d: encoded(swap_letters(f"{g} {f}", d)),
    "a digit": lambda g, f, d: f'"{g} {f}"'.replace("o", "0").replace("l", "1"),
    "a mark": lambda g, f, d: encoded(f"{g} {f}".replace("a", "\u00e1")),
    "not shown": lambda g, f, d: encoded(f"{g[:1]}\u200b{g[1:]} {f[:2]}\u00ad{f[2:]}"),
    "a blank that is a letter": lambda g, f, d: encoded(f"{g}\u3164{f}"),
    "in circles": lambda g, f, d: encoded(in_circles(g) + " " + f),
    "turned round": lambda g, f, d: encoded(f"\u202e{f[::-1]} {g[::-1]}"),
    "a word in brackets between": lambda g, f, d: f'"{g} (CEO) {f}"',
    "initials before": lambda g, f, d: "x " * 40 + f"{g} {f}",
    "put together": lambda g, f, d: encoded(f"{g}\u200b{f}"),
    "as a comment": lambda g, f, d: f"office@evil.test ({g} {f})",
    # These two are not found, and said not to be.
    "an initial alone": lambda g, f, d: f'"{g[0]}. {f}"',
    "another middle name": lambda g, f, d: f'"{g} Quentina {f}"',
}
UNSEEN = {"an initial alone", "another middle name"}


class People(unittest.TestCase):

    def compare(self, people, values):
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("".join(f"{given} {family} <p{i}@example.org>\n"
                               for i, (given, family) in enumerate(people)))
            file.flush()
            out = subprocess.run([*os.environ.get("ALIGND_WRAPPER", "").split(), TOOL, file.name],
                                 input="\n".join(values) + "\n", text=True, encoding="utf-8",
                                 stdout=subprocess.PIPE, check=True, timeout=600).stdout
        self.assertEqual(out.count("\n"), len(values))
        return out.splitlines()

    def test_others_are_let_be(self):
        made = make_people(LISTED + OTHERS // 10, 1)
        listed, others = made[:LISTED], made[LISTED:]
        draw = random.Random(2)
        mail = [draw.choice(list(WAYS.values()))(*draw.choice(others), draw)
                for _ in range(OTHERS)]
        found = self.compare(listed, [value if "@evil.test (" in value else
                                      f"{value} <x@other.test>" for value in mail])
        wrong = {value for value, who in zip(mail, found) if who != "-"}
        print(f"{len(mail)} names of others beside {LISTED} people: {len(wrong)} found")
        self.assertEqual(wrong, set())

    def test_most_who_pass_for_one_are_found(self):
        people = make_people(LISTED, 3)
        draw = random.Random(4)
        shares = {}
        for way, write in WAYS.items():
            values = [write(given, family, draw) for given, family in people]
            found = self.compare(people, [value if "@evil.test (" in value else
                                          f"{value} <office@evil.test>" for value in values])
            right = sum(who == f"p{i}@example.org" for i, who in enumerate(found))
            shares[way] = right / len(people)
        print(", ".join(f"{way} {share:.1%}" for way, share in shares.items()))
        seen = [share for way, share in shares.items() if way not in UNSEEN]
        self.assertGreaterEqual(sum(seen) / len(seen), SHARE)
        self.assertGreaterEqual(min(seen), 0.9)
        self.assertEqual({shares[way] for way in UNSEEN}, {0})

    @unittest.skipUnless(os.path.exists(real.HELPER)
                         and glob.glob("/var/lib/apt/lists/*_Packages*"),
                         "no lists of apt on this machine")
    def test_none_of_real_people_is_taken_for_another(self):
        names = set()
        for text in real.packages():
            names |= set(re.findall(r'^Maintainer: "?([^"<\n]*[^"<\n ])"? <', text, re.M))
        names = sorted(name for name in names if re.fullmatch(r"[^\W\d_]+ [^\W\d_]+", name))
        draw = random.Random(5)
        listed = draw.sample(names, min(LISTED, len(names) // 2))
        people = [tuple(name.split(" ")) for name in listed]
        others = [name for name in names if name not in listed]
        found = self.compare(people, [f"{encoded(name)} <x@other.test>" for name in others])
        wrong = {name: people[int(who[1:].split("@")[0])]
                 for name, who in zip(others, found) if who != "-"}
        print(f"{len(others)} maintainers beside {len(people)}: {wrong}")
        # Who writes himself with and without an accent is one and the same.
        self.assertEqual([name for name, whose in wrong.items()
                          if plain(name) != plain(" ".join(whose))], [])

    def test_hostile_values_take_no_time(self):
        """As long as a From may be, whatever it holds; the program answers each."""
        people = make_people(5000, 6)
        values = ["a " * 4000, "=?utf-8?q?a?= " * 550, "(" * 8000, "\u0300" * 4000,
                  "\ufdfa" * 2600, "=?utf-8?q?" + "=EF=B7=BA" * 880 + "?=", '"' + "\\" * 8000,
                  "\u1e9e" * 2600, "a, " * 2600, "=?gb18030?b?" + "gTCBMA==" * 900 + "?="]
        start = time.monotonic()
        found = self.compare(people, [value[:8100] + " <x@other.test>" for value in values] * 20)
        self.assertEqual(set(found) - {"-", "?"}, set())
        print(f"{len(found)} of them in {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    unittest.main()
