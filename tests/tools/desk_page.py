# SPDX-License-Identifier: BSD-2-Clause
"""desk_page - what can be said of a page of the desk without a browser

faults(text) is what page.py finds, with what these pages have besides: links
and forms that stay below the desk, fields with labels, and two style sheets.
words(text) are the page's texts, with blanks as one, for comparing.
"""
import base64
import hashlib
import re

from page import Page

STAYS = re.compile(r"(#[a-z0-9-]+|(\.\./|\./)?[A-Za-z0-9./%_-]*(\?[A-Za-z0-9%=&._-]*)?)")
ALLOWED = {"a", "form"}


class DeskPage(Page):

    def __init__(self, text):
        self.fields = []
        self.labels = []
        self.links = []
        super().__init__(text)

    def handle_starttag(self, tag, attrs):
        if tag == "input":  # it has no end
            self.look_at(tag, attrs)
        else:
            super().handle_starttag(tag, attrs)

    def look_at(self, tag, attrs):
        values = dict(attrs)
        for name in ("href", "action"):
            if name in values and STAYS.fullmatch(values[name]):
                self.links.append(values[name])
                attrs = [pair for pair in attrs if pair[0] != name]
        if tag == "label":
            self.labels.append(values.get("for"))
        if tag in ("input", "select") and values.get("type") != "hidden":
            self.fields.append(values.get("id"))
        super().look_at(tag, attrs)

    def check(self):
        styles = self.styles
        self.styles = ["".join(styles)]
        super().check()
        digests = " ".join("'sha256-" + base64.b64encode(hashlib.sha256(
            style.encode()).digest()).decode() + "'" for style in styles)
        wanted = (f"default-src 'none'; style-src {digests}; base-uri 'none'; "
                  "form-action 'self'")
        self.faults = [fault for fault in self.faults
                       if not fault.startswith("policy ")
                       and fault not in {f"<{tag}>" for tag in ALLOWED}]
        if self.policy != wanted:
            self.faults.append(f"policy {self.policy}, not {wanted}")
        for field in self.fields:
            if field not in self.labels:
                self.faults.append(f"the field {field} has no label")


def faults(text):
    return DeskPage(text).faults


def links(text):
    return DeskPage(text).links


def words(text):
    """What is read, a text behind the other."""
    return re.sub(r"\s+", " ", " ".join(DeskPage(text).texts))
