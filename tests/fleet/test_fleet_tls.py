#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""TLS to PostgreSQL: verified without a word in the configuration

A certificate of another name, of a CA that nobody here trusts, one that has
expired, one that is not valid yet, a server without TLS: one clear line of the
forwarder, of `fleet status` and of doctor each, mail flows, and what was counted
comes when the certificate is mended. PostgreSQL listens on loopback; 0.0.0.0, by
which it is reached there too, is no address of loopback to alignd.
"""
import json
import os
import shutil
import sys
import unittest

from fleet_rig import main
from hosts import HERE, HostTest
from postgres import give

sys.path.append(os.path.join(HERE, "..", "tools"))
from smtp_tls_server import Authority  # noqa: E402  pylint: disable=wrong-import-position

NAME = "db.fleet.test"
# What is wrong, what the line says, what it tells to do.
FAULTS = (
    ("another-name", f'does not match host name "{NAME}"',
     "host= must be a name in its certificate"),
    ("of-strangers", "certificate verify failed", "sslrootcert=FILE"),
    ("expired", "certificate verify failed", "expired or not valid yet"),
    ("to-come", "certificate verify failed", "expired or not valid yet"),
)


class Tls(HostTest):

    @classmethod
    def setUpClass(cls):
        if shutil.which("openssl") is None:
            raise unittest.SkipTest("openssl is not installed")
        super().setUpClass()
        cls.folder = os.path.join(cls.server.folder, "tls")
        os.mkdir(cls.folder)
        os.chmod(cls.folder, 0o755)
        cls.make_certificates(Authority(cls.folder))
        cls.show("good")

    @classmethod
    def make_certificates(cls, own):
        own.make("good", "leaf", "root", host=NAME)
        own.make("another-name", "leaf", "root", host="other.fleet.test")
        own.make("expired", "leaf", "root", host=NAME, ends="250201000000Z")
        own.make("to-come", "leaf", "root", host=NAME, begins="400101000000Z",
                 ends="410101000000Z")
        strangers = os.path.join(cls.folder, "strangers")
        os.mkdir(strangers)
        Authority(strangers).make("of-strangers", "leaf", "root", host=NAME)
        for name in ("of-strangers.pem", "leaf.key"):
            shutil.copy(os.path.join(strangers, name), os.path.join(
                cls.folder, name if name.endswith("pem") else "of-strangers.key"))
        for name in os.listdir(cls.folder):
            if name.endswith(".key"):
                give(os.path.join(cls.folder, name))
                os.chmod(os.path.join(cls.folder, name), 0o600)
            elif name.endswith(".pem"):
                os.chmod(os.path.join(cls.folder, name), 0o644)

    @classmethod
    def show(cls, name, is_on=True):
        """The server has that certificate from now on."""
        own_key = os.path.join(cls.folder, name + ".key")
        key = own_key if os.path.exists(own_key) else os.path.join(cls.folder, "leaf.key")
        cls.server.reload(f"ssl = {'on' if is_on else 'off'}",
                          f"ssl_cert_file = '{cls.folder}/{name}.pem'", f"ssl_key_file = '{key}'")

    def far(self, host, root="root"):
        """PostgreSQL by its name, which is not this machine's."""
        trusted = f" sslrootcert={self.folder}/{root}.pem" if root else ""
        there = f"host={NAME} hostaddr=0.0.0.0 port={self.server.port} dbname=fleet{trusted}"
        host.conninfo = f"{there} user=mxa"
        host.write_config()
        host.drop_in("people.conf", f'fleet {{ people = "{there} user=op" }}')
        return host

    def assert_trouble(self, host, said, advice):
        for words in (("fleet", "forward", "--once"), ("fleet", "status")):
            status, _, err = host.tool(*words)
            self.assertEqual((status, err.count("\n")), (4, 1), err)
            self.assertIn(said, err)
            self.assertIn(advice, err)

    def assert_doctor(self, host, said):
        """A second of its own each: not of every certificate."""
        found, = self.doctor(host)
        self.assertEqual(found["level"], "problem")
        self.assertIn(said, found["found"])
        self.assertIn("certificate must be in force", found["fix"])

    def doctor(self, host):
        return [row for row in map(json.loads, host.tool("doctor", "--json")[1].splitlines())
                if row["check"] == "fleet"]

    def test_it_is_used(self):
        host = self.far(self.filled())
        self.assertEqual(host.forward(), (0, "", ""))
        self.assert_all_there(host)
        with self.tool(host.conninfo) as tool:
            self.assertEqual(tool.ask("exec SELECT ssl FROM pg_stat_ssl WHERE pid = "
                                      "pg_backend_pid()")[:2], ["done", "t"])

    def test_certificates_that_are_not_its(self):
        host = self.far(self.host())
        self.addCleanup(self.show, "good")
        host.start()
        sent = 0
        for name, said, advice in FAULTS:
            with self.subTest(name):
                self.show(name)
                host.send("a@reject.test", 5)
                sent += 5
                self.assert_trouble(host, said, advice)
                self.assertEqual(self.fleet_incidents(), 0)
        self.assert_doctor(host, said)
        host.stop()
        self.assertEqual(host.messages(), sent)
        self.show("good")
        self.assertEqual(host.forward()[0], 0)
        self.assert_all_there(host)

    def test_what_the_system_trusts(self):
        """Without sslrootcert: which has not signed this one."""
        host = self.far(self.filled(), root=None)
        self.assert_trouble(host, "certificate", "sslrootcert=FILE")
        # where no forwarder left a word doctor says what it would meet
        os.remove(host.database + ".fleet")
        self.assertTrue(any("certificate" in row["found"] for row in self.doctor(host)))

    def test_a_server_without_tls(self):
        host = self.far(self.filled())
        self.show("good", is_on=False)
        self.addCleanup(self.show, "good")
        self.assert_trouble(host, "does not support SSL", "ssl = on")


if __name__ == "__main__":
    main()
