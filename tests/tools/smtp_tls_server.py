# SPDX-License-Identifier: BSD-2-Clause
"""smtp_tls_server - mail servers for one test, and their certificates

A server says what it is told to, offers the TLS it is told to, and notes what
clients say; it takes no mail.
"""
import os
import socket
import ssl
import struct
import subprocess
import threading


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Authority:
    """Certificates in a folder, each signed by an intermediate one."""

    def __init__(self, folder):
        self.folder = folder
        self.new_key("ec")  # of authorities
        self.new_key("leaf")
        self.new_key("rsa", "rsa:2048")
        self.new_key("short", "rsa:1024")
        self.root = self.make("root", "ec", None, is_authority=True)
        self.between = self.make("between", "ec", "root", is_authority=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def new_key(self, name, kind="ec"):
        options = (["-algorithm", "EC", "-pkeyopt",
                    "ec_paramgen_curve:P-256"] if kind == "ec" else
                   ["-algorithm", "RSA", "-pkeyopt",
                    "rsa_keygen_bits:" + kind.split(":")[1]])
        openssl("genpkey", *options, "-out", self.path(name + ".key"))

    def make(self, name, key, issuer, is_authority=False, begins=None,
             ends=None, host="mx.d.test"):
        """Times are texts as openssl ca has them, YYMMDDHHMMSSZ."""
        with open(self.path(name + ".cnf"), "w", encoding="ascii") as file:
            file.write(
                "[ca]\ndefault_ca = all\n[all]\n"
                f"new_certs_dir = {self.folder}\n"
                f"database = {self.path(name + '.db')}\n"
                "rand_serial = yes\ndefault_md = sha256\npolicy = any\n"
                "unique_subject = no\nx509_extensions = ext\n"
                "[any]\ncommonName = supplied\n"
                "[req]\nprompt = no\ndistinguished_name = name\n"
                f"[name]\nCN = {name}\n[ext]\n" +
                ("basicConstraints = critical, CA:TRUE\n" if is_authority else
                 f"subjectAltName = DNS:{host}\n"))
        with open(self.path(name + ".db"), "w", encoding="ascii"):
            pass
        config = ["-config", self.path(name + ".cnf")]
        openssl("req", "-new", *config, "-key", self.path(key + ".key"),
                "-out", self.path(name + ".csr"))
        by = (["-selfsign", "-keyfile", self.path(key + ".key")]
              if issuer is None else
              ["-cert", self.path(issuer + ".pem"), "-keyfile",
               self.path("ec.key")])
        openssl("ca", "-batch", "-notext", *config, *by,
                "-in", self.path(name + ".csr"),
                "-out", self.path(name + ".pem"),
                "-startdate", begins or "250101000000Z",
                "-enddate", ends or "280101000000Z")
        return self.path(name + ".pem")

    def chain(self, *names):
        """One file of several certificates, in that order."""
        path = self.path("-".join(names) + ".chain")
        with open(path, "w", encoding="ascii") as file:
            for name in names:
                with open(self.path(name + ".pem"), encoding="ascii") as one:
                    file.write(one.read())
        return path

    def tlsa(self, name, usage, selector, matching):
        """The record's data for that certificate."""
        source = ["-in", self.path(name + ".pem")]
        data = subprocess.run(
            ["openssl", "x509", *source, "-outform", "DER"] if selector == 0
            else ["sh", "-c", 'openssl x509 -in "$0" -noout -pubkey | '
                  'openssl pkey -pubin -outform DER', source[1]],
            check=True, capture_output=True).stdout
        if matching:
            data = subprocess.run(
                ["openssl", "dgst", "-binary", ("", "-sha256", "-sha512")[
                    matching]], input=data, check=True,
                capture_output=True).stdout
        return f"{usage} {selector} {matching} {data.hex()}"


class Server(threading.Thread):
    """One client after the other, until the end of the test."""

    def __init__(self, chain=None, key=None, versions=(), ciphers=None,
                 greeting=b"220 mx.d.test ESMTP\r\n",
                 offers=b"250-mx.d.test\r\n250 STARTTLS\r\n",
                 answer=b"220 go ahead\r\n", is_rude=False,
                 address="127.0.0.1"):
        super().__init__(daemon=True)
        self.greeting, self.offers, self.answer = greeting, offers, answer
        self.is_rude = is_rude  # tears each connection down once it is secure
        self.said = []  # by clients, before TLS
        self.inside = []  # and in it
        self.clients = 0
        self.contexts = None
        self.pending = []
        if chain:
            self.contexts = self.make_context(chain, key, versions, ciphers)
        self.socket = socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else
            socket.AF_INET)
        self.port = self.socket.getsockname()[1]

    @staticmethod
    def make_context(chain, key, versions, ciphers):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(ciphers or "ALL:!aNULL:!eNULL:@SECLEVEL=0")
        context.minimum_version = versions[0]
        context.maximum_version = versions[-1]
        context.load_cert_chain(chain, key)
        return context

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.join()
        self.socket.close()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.clients += 1
            try:
                self.serve(client)
            except (OSError, ValueError):
                client.close()

    def serve(self, client):
        if self.greeting is None:
            self.pending.append(client)  # and nothing is ever said
            return
        client.sendall(self.greeting)
        self.hear(client)
        client.sendall(self.offers)
        if self.hear(client) != b"STARTTLS":
            client.close()
            return
        client.sendall(self.answer)
        if self.contexts is None:
            self.pending.append(client)
            return
        with self.contexts.wrap_socket(client, server_side=True) as inside:
            if self.is_rude:
                inside.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))
                return
            self.inside.append(inside.recv(4096))

    def hear(self, client):
        line = b""
        while not line.endswith(b"\n"):
            more = client.recv(1)
            if not more:
                raise ValueError("gone")
            line += more
        self.said.append(line.strip())
        return line.strip()
