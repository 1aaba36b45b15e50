# SPDX-License-Identifier: BSD-2-Clause
"""client - an SMTP session, step by step, with the server's own words.

Postfix takes the client's address from XCLIENT; another MTA sees where the
connection really comes from, which may be any address of 127.0.0.0/8.
"""
import re
import smtplib


class Refused(Exception):
    """A reply that ends a message before its content."""

    def __init__(self, code, text):
        super().__init__(f"{code} {text}")
        self.reply = code, text


class Client(smtplib.SMTP):

    def __init__(self, port, ip=None, name="[UNAVAILABLE]", helo="client.test",
                 login=None, source="127.0.0.1", host="127.0.0.1"):
        super().__init__(host, port, local_hostname=helo, timeout=90,
                         source_address=(source, 0))
        self.command_encoding = "utf-8"
        if ip:
            self.ehlo("rig.test")
            address = f"IPV6:{ip}" if ":" in ip else ip
            self.step("XCLIENT", f"ADDR={address} NAME={name}"
                      + (f" LOGIN={login}" if login else ""), want=220)
        self.ehlo(helo)

    def __exit__(self, kind, error, trace):
        # After a failure the server may be in the middle of something.
        if kind is None:
            super().__exit__(kind, error, trace)
        else:
            self.close()

    def step(self, verb, words="", want=250):
        code, text = self.docmd(verb, words)
        if code != want:
            raise Refused(code, flat(text))

    def begin(self, mail_from="", rcpt="user@rcpt.test", options=""):
        """Up to where the message's content is wanted."""
        self.step("MAIL", f"FROM:<{mail_from}>{options}")
        self.step("RCPT", f"TO:<{rcpt}>")
        self.step("DATA", want=354)

    def content(self, message):
        """Ends the message; returns the server's answer, code and text."""
        body = re.sub(rb"(?m)^\.", b"..", message)
        self.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        code, text = self.getreply()
        return code, flat(text)

    def deliver(self, message, mail_from="", rcpt="user@rcpt.test", options=""):
        """One message; returns the reply that decided it, code and text."""
        try:
            self.begin(mail_from, rcpt, options)
        except Refused as refused:
            return refused.reply
        return self.content(message)


def flat(text):
    return text.decode(errors="replace").replace("\n", " ")
