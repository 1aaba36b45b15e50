# SPDX-License-Identifier: BSD-2-Clause
"""scrape - a daemon with metrics, and its page read strictly

A page is refused here that Prometheus might take: every sample must follow the
HELP and TYPE of its name, once, and every label value must be of the sets that
alignd.8 lists, for a stranger may never add one.
"""
import http.client
import re
import subprocess

from daemon import PROGRAM, Daemon
from ports import free_port

NAME = r"[a-z][a-z0-9_]*"
SAMPLE = re.compile(rf'({NAME})(?:{{((?:{NAME}="[^"\\]*",?)*)}})? '
                    r"(\d+(?:\.\d+)?)")
LABELS = {
    "result": "none pass fail temperror permerror",
    "policy": "absent none quarantine reject",
    "applied": "none tag quarantine reject tempfail",
    "override": "none local_policy mailing_list other policy_test_mode "
                "trusted_forwarder",
    "would": "tag quarantine reject tempfail",
    "status": "ok nodata nxdomain temporary bogus",
    "outcome": "taken refused",
    "channel": "digest alert",
    "basis": "stale remembered",
    "le": "0.0001 0.00025 0.0005 0.001 0.0025 0.005 0.01 0.025 0.05 0.1 0.25 "
          "0.5 1 2.5 5 10 20 30 +Inf",
}
LABELS = {name: set(values.split()) for name, values in LABELS.items()}
# Of "alignd 0.1.0"
LABELS["version"] = set(subprocess.run(
    [PROGRAM, "-V"], capture_output=True, text=True,
    check=True).stdout.split()[1:])


def family(name):
    """The name that HELP and TYPE tell of."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


class Page:
    """{(name, ((label, value), ...)): number} in `samples`."""

    def __init__(self, text):
        self.text = text
        self.types = {}
        self.samples = {}
        helped, last = set(), None
        for line in text.splitlines():
            words = line.split(" ", 3)
            if words[:2] == ["#", "HELP"]:
                assert words[2] not in helped and words[3], line
                helped.add(words[2])
            elif words[:2] == ["#", "TYPE"]:
                assert words[2] in helped, line
                last = words[2]
                self.types[last] = words[3]
            else:
                self.take(line, last)
        assert helped == set(self.types)

    def take(self, line, last):
        match = SAMPLE.fullmatch(line)
        assert match, line
        name, labels, value = match.groups()
        assert last in (name, family(name)), line
        pairs = tuple(re.findall(r'(\w+)="([^"]*)"', labels or ""))
        for label, text in pairs:
            assert text in LABELS[label], line
        assert (name, pairs) not in self.samples, line
        self.samples[name, pairs] = float(value)

    def names(self):
        return {name for name, _ in self.samples} | set(self.types)

    def value(self, name, **labels):
        return self.samples[name, tuple(labels.items())]

    def sum(self, name, **labels):
        """Over all samples that have these labels."""
        return sum(value for (each, pairs), value in self.samples.items()
                   if each == name and labels.items() <= dict(pairs).items())

    def counters(self):
        """All that may only grow."""
        return {key: value for key, value in self.samples.items()
                if self.types[family(key[0]) if family(key[0]) in self.types
                              else key[0]] != "gauge"}

    def histogram(self, name):
        """(count, sum) of one whose parts agree."""
        buckets = [value for (each, _), value in self.samples.items()
                   if each == name + "_bucket"]
        count = self.value(name + "_count")
        assert len(buckets) == len(LABELS["le"]), buckets
        assert buckets == sorted(buckets), buckets
        assert buckets[-1] == count, (buckets, count)
        return count, self.value(name + "_sum")


class MetricsDaemon(Daemon):
    """One whose metrics are switched on."""

    def __init__(self, settings="", host="127.0.0.1", **arguments):
        self.metrics_port = free_port()
        family_word = "inet6" if ":" in host else "inet"
        self.metrics_host = host
        self.section = (f'metrics {{ listen = "{family_word}:'
                        f'{self.metrics_port}@{host}" }}\n')
        super().__init__(settings, **arguments)

    def write_config(self, settings="", policy=""):
        super().write_config(self.section + settings, policy)

    def ask(self, path="/metrics", method="GET", headers=None, timeout=10):
        """(status, headers, body) of one request."""
        connection = http.client.HTTPConnection(
            self.metrics_host, self.metrics_port, timeout=timeout)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), \
                answer.read().decode("ascii")
        finally:
            connection.close()

    def page(self):
        status, _, body = self.ask()
        assert status == 200, status
        return Page(body)
