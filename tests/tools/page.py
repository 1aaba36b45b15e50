# SPDX-License-Identifier: BSD-2-Clause
"""page - what can be said of an HTML page without a browser

faults(text) lists tags that do not pair, attributes and ids given twice, ids
that are referred to and missing, headings that skip a level, cells of a head
without scope, and whatever would leave the page or run: references, scripts,
handlers, styles the policy does not allow.
"""
import base64
import hashlib
import html.parser
import re

VOID = {"meta", "br", "hr", "wbr"}
# Inline SVG shapes are written as empty elements.
REFERENCES = {"aria-labelledby", "aria-describedby", "for", "headers"}
LEAVING = {"src", "href", "xlink:href", "srcset", "action", "formaction",
           "data", "poster", "background", "ping", "cite", "style"}


class Page(html.parser.HTMLParser):

    def __init__(self, text):
        super().__init__()
        self.faults = []
        self.open = []
        self.ids = []
        self.referred = []
        self.level = 0
        self.texts = []
        self.styles = []
        self.policy = None
        self.tags = set()
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append(f"not closed: {self.open}")
        self.check()

    def handle_starttag(self, tag, attrs):
        self.look_at(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.look_at(tag, attrs)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.styles.append(data)
        elif data.strip():
            self.texts.append(data.strip())

    def look_at(self, tag, attrs):
        names = [name for name, _ in attrs]
        values = dict(attrs)
        self.tags.add(tag)
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        for name, value in attrs:
            if name.startswith("on") or name in LEAVING:
                self.faults.append(f"<{tag} {name}={value!r}>")
            if name in REFERENCES:
                self.referred += value.split()
        if "id" in values:
            self.ids.append(values["id"])
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag == "th" and values.get("scope") not in ("col", "row"):
            self.faults.append(f"<th> without scope at {self.getpos()}")
        if re.fullmatch("h[1-6]", tag):
            if int(tag[1]) > self.level + 1:
                self.faults.append(f"<{tag}> below <h{self.level}>")
            self.level = int(tag[1])

    def check(self):
        style = "".join(self.styles)
        digest = base64.b64encode(
            hashlib.sha256(style.encode()).digest()).decode()
        if len(set(self.ids)) != len(self.ids):
            self.faults.append("an id stands twice")
        for name in set(self.referred) - set(self.ids):
            self.faults.append(f"id {name} is missing")
        for reference in re.findall(r"url\(([^)]*)\)", style):
            if reference.lstrip("#") not in self.ids or reference[0] != "#":
                self.faults.append(f"url({reference})")
        if re.search(r"@import|image-set|src\(|expression|https?:|//", style):
            self.faults.append("the style sheet refers to something")
        wanted = ("default-src 'none'; style-src 'sha256-" + digest +
                  "'; base-uri 'none'; form-action 'none'")
        if self.policy != wanted:
            self.faults.append(f"policy {self.policy}, not {wanted}")
        for tag in {"script", "img", "iframe", "link", "object", "embed",
                    "base", "form", "use", "image", "foreignobject",
                    "animate", "set", "a"} & self.tags:
            self.faults.append(f"<{tag}>")
