#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Files that pose as reports of others (F23): what they may take of time and memory.

Each is read together with a good report, which must come out whole; the file
itself is refused with a reason, and the exit status is 3. Printed are seconds of
the processor and MiB of all processes together with their children's peak.
ATTACK_LONG=1 makes the files as large as alignctl takes them.
"""
import gzip
import io
import os
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tools"))
from alignctl import PROGRAM, TOP  # noqa: E402
from limits import LIMITS  # noqa: E402
from test_alignctl_report_read import mailed, report, row, zipped  # noqa: E402

LONG = os.environ.get("ATTACK_LONG") == "1"
CORPUS = os.path.join(os.environ.get("ALIGND_CORPORA", ""), "report-odd")
CPU_S = 25 if LONG else 6
MEMORY_MIB = 1100 if LONG else 300
HEAD, TAIL = report(row("192.0.2.9")).split(b"<record>", 1)[0], b"</feedback>"
MAIL = b"From: r@reporter.test\nMIME-Version: 1.0\n"


def times(short, long):
    return long if LONG else short


def damaged(packed):
    """Another check sum than its text has."""
    return packed[:-8] + struct.pack("<I", 1) + packed[-4:]


def zip_bomb(files, size):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for i in range(files):
            archive.writestr(f"{i}.xml", HEAD + b" " * size)
    return file.getvalue()


def zip_with(content, flags=0, sum_wrong=False, cut=0):
    """A zip of one file, by hand."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(content) + body.flush()
    head = struct.pack("<HHHHHIIIHH", 20, flags, 8, 0, 0, zlib.crc32(content) ^ sum_wrong,
                       len(packed), len(content), 5, 0)
    local = b"PK\3\4" + head + b"r.xml" + packed
    central = (b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) +
               b"r.xml")
    whole = local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central),
                                                        len(local), 0)
    return whole[:len(whole) - cut] if cut else whole


def nested_multipart(depth):
    mail = MAIL
    for i in range(depth):
        mail += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i)
    return mail + b"\nx\n"


def attributes(count, form=b"a%d='x'"):
    return b"<feedback>" + b"<a " + b" ".join(form % i for i in range(count)) + b"/></feedback>"


def seven(text):
    """UTF-7, in which a tag has no angle bracket."""
    return (b'<?xml version="1.0" encoding="UTF-7"?>' +
            text.replace(b"<", b"+ADw-").replace(b">", b"+AD4-"))


def files():
    """(name, what makes the bytes, words of the reason)"""
    whole = report(row("192.0.2.1", 5))
    many = times(300000, 3000000)
    return (
        ("attributes", lambda: attributes(many), "without a tag"),
        ("attributes in UTF-7", lambda: seven(attributes(many)), ""),
        ("namespaces", lambda: attributes(many, b"xmlns:a%d='x'"), "without a tag"),
        ("attributes of one tag", lambda: b"<feedback>" + attributes(900), "more than 32 attributes"),
        ("namespaces nested", lambda: b"<feedback>" + b"".join(
            b"<a " + b" ".join(b"xmlns:n%d_%d='x'" % (i, k) for k in range(30)) + b">"
            for i in range(100)) + b"<x/>" * many, "nested more than 32"),
        ("comment", lambda: b"<feedback><!--" + b"x" * (20 * many), "without a tag"),
        ("elements nested", lambda: b"<feedback>" * many, "nested more than 32"),
        ("an element again", lambda: HEAD + b"<report_metadata>" + b"<org_name>x</org_name>" * many * 2 +
         b"</report_metadata>" + TAIL, "has no rows"),
        ("rows without words", lambda: HEAD + b"<record/>" * many * 4 + TAIL, "row 1 is left out"),
        ("faults", lambda: HEAD + b"&" * many * 4 + TAIL, ""),
        ("names of elements", lambda: HEAD + b"".join(b"<n%d/>" % i for i in range(many)) + TAIL,
         "too many names"),
        ("header fields", lambda: MAIL + b"a:b\n" * times(4000000, 60000000) + b"\nbody\n",
         "header fields"),
        ("header fields of parts", lambda: MAIL + b'Content-Type: multipart/mixed; boundary="b"\n\n' +
         (b"--b\n" + b"a:b\n" * 5000 + b"\n\n") * times(200, 10000), "header fields"),
        ("parts", lambda: MAIL + b'Content-Type: multipart/mixed; boundary="b"\n\n' +
         b"--b\n\n" * times(2000000, 40000000), "may part a mail"),
        ("parts within parts", lambda: nested_multipart(9000), ""),
        ("one header field", lambda: MAIL + b"Subject: " + b"x\n " * times(5000000, 60000000) + b"\n",
         ""),
        ("parameters", lambda: MAIL + b"Content-Type: text/plain" +
         b";\n a*0=b" * times(200000, 2000000) + b"\n\nx\n", ""),
        ("gzip bomb", lambda: gzip.compress(HEAD + b" " * times(60 << 20, 255 << 20), 9),
         "too much for an archive of its size"),
        ("zip bomb", lambda: zip_bomb(times(10, 99), 16 << 20), "too much for an archive of its size"),
        ("zip of many files", lambda: zip_bomb(101, 10), "more than 100 files"),
        ("zip cut short", lambda: zip_with(whole, cut=120), "cannot be unpacked"),
        ("gzip cut short", lambda: gzip.compress(whole)[:-30], "cut short"),
        ("zip, wrong check sum", lambda: zip_with(whole, sum_wrong=True), "cannot be unpacked"),
        ("gzip, wrong check sum", lambda: damaged(gzip.compress(whole)), "cannot be unpacked"),
        ("zip, encrypted", lambda: zip_with(whole, flags=1), "cannot be unpacked"),
        ("zip of a folder", lambda: zip_with(b"").replace(b"r.xml", b"r.xm/"), "no file in the archive"),
        ("zip in zip in zip in zip", lambda: zipped(zipped(zipped(zipped(whole)))),
         "more than 2 deep"),
        ("bomb in bomb", lambda: gzip.compress(gzip.compress(HEAD + b" " * (200 << 20), 9), 9),
         "too much for an archive of its size"),
        ("gzip in mail, cut short", lambda: mailed(gzip.compress(whole)[:-30]), "cut short"),
    )


class ReportIn(unittest.TestCase):

    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="report-in.")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        self.write("good", report(row("192.0.2.77", 5)))

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content)

    def write_apart(self, name, make):
        """In a process of its own: the peak of this one's memory is its children's."""
        child = os.fork()
        if child == 0:
            self.write(name, make())
            os._exit(0)
        self.assertEqual(os.waitpid(child, 0)[1], 0)

    def read(self, *names, fault=None, before=None):
        """(status, output, errors, seconds of the processor, MiB at the peak)"""
        environment = dict(os.environ)
        if fault:
            environment["ALIGND_ENGINE_FAULT"] = "read:" + fault
        with open(os.path.join(self.folder, "out"), "w+b") as out, \
                open(os.path.join(self.folder, "err"), "w+b") as err:
            # Not waited for by the module: its end is waited for with its costs.
            child = subprocess.Popen(  # pylint: disable=consider-using-with
                [PROGRAM, "report", "read", "--json", *names], cwd=self.folder, stdout=out,
                stderr=err, env=environment, preexec_fn=before)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return (child.returncode, out.read().decode(), err.read().decode(),
                    used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)

    def refused(self, name, words, **given):
        status, out, err, seconds, memory = self.read("hostile", "good", **given)
        print(f"{name:28} {seconds:6.2f} s {memory:6.0f} MiB  "
              f"{err.splitlines()[0].partition('refused: ')[2] if err else '(nothing said)'}")
        self.assertEqual(status, 3, err)
        self.assertIn("refused: ", err)
        self.assertIn(words, err)
        self.assertTrue(all(32 <= ord(c) < 127 or c == "\n" for c in out + err))
        return out, seconds, memory

    def test_files(self):
        for name, make, words in files():
            with self.subTest(name):
                self.write_apart("hostile", make)
                out, seconds, memory = self.refused(name, words)
                self.assertEqual(out.count('"kind":"source"'), 1)
                self.assertIn('"source_ip":"192.0.2.77","messages":5', out)
                self.assertLess(seconds, CPU_S)
                self.assertLess(memory, MEMORY_MIB)

    @unittest.skipUnless(os.path.isdir(CORPUS), "no corpora here (ALIGND_CORPORA)")
    def test_found_files(self):
        for name in sorted(os.listdir(CORPUS)):
            if name == "SOURCE.txt":
                continue
            with self.subTest(name), open(os.path.join(CORPUS, name), "rb") as file:
                self.write("hostile", file.read())
                self.refused(name, "")

    def test_the_process_goes_wrong(self):
        # Whatever happens beside a library ends there: all files are refused, in turn.
        if "read" not in self.faults():
            self.skipTest("built without --enable-development")
        self.write("hostile", b"x")
        for fault, words in (("crash", "ended by signal 6"), ("babble", "can be trusted"),
                             ("flood", "can be trusted"), ("eat", "ended by signal")):
            with self.subTest(fault):
                out, _, memory = self.refused("process: " + fault, words, fault=fault)
                self.assertEqual(out.count('"kind":"refused"'), 2)
                self.assertLess(memory, 1100)

    def test_an_answer_that_is_one_line(self):
        """It is not waited for: at the bound of a line it is no answer."""
        if "read" not in self.faults():
            self.skipTest("built without --enable-development")
        self.write("hostile", b"x")
        os.environ["ALIGND_ENGINE_DRONE"] = str(LIMITS["LIMIT_RECEIVED_ANSWER_LINE"])
        self.addCleanup(os.environ.pop, "ALIGND_ENGINE_DRONE")
        self.refused("process: drone", "can be trusted", fault="drone")

    def test_the_process_can_do_nothing_else(self):
        # No program, no file, no socket: each try ends it with the status 9 of a refusal.
        if "read" not in self.faults():
            self.skipTest("built without --enable-development")
        self.write("hostile", b"x")
        for fault in ("start", "open", "connect"):
            with self.subTest(fault):
                self.refused("process: " + fault, "ended by exit 9", fault=fault)

    def faults(self):
        _, _, err, _, _ = self.read("good", fault="crash")
        return ["read"] if "signal 6" in err else []

    def test_the_process_does_not_end(self):
        if "read" not in self.faults():
            self.skipTest("built without --enable-development")
        self.write("hostile", b"x")

        def lower():
            import resource  # pylint: disable=import-outside-toplevel
            resource.setrlimit(resource.RLIMIT_CPU, (1, 2))

        begun = time.monotonic()
        _, seconds, _ = self.refused("process: spin, 1 s allowed", "seconds of the processor",
                                     fault="spin", before=lower)
        self.assertLess(seconds, 6)
        if LONG:
            self.refused("process: hang", "more than 60 seconds", fault="hang")
        self.assertLess(time.monotonic() - begun, 200)


if __name__ == "__main__":
    assert os.path.exists(PROGRAM), TOP
    unittest.main()
