# SPDX-License-Identifier: BSD-2-Clause
"""sender - a private Postfix elsewhere, which sends to the rig's and tries again.

It queues what is put off, and asks again after three seconds, each time in a session
of its own: one that the test's clock jumps over twice has timed out. Its mail comes from an
address of this machine, not a loopback one, which no SPF record speaks of.
"""
import os
import re

import postfix
import rig
from client import Client


class Sender(postfix.Postfix):

    def __init__(self, address, to_port):
        super().__init__("")
        self.address, self.to_port = address, to_port

    def start_dns(self):
        pass

    def start_alignd(self, *_, **__):
        pass

    def make_mailboxes(self):
        pass

    def write_main(self):
        self.write("postfix/main.cf", f"""
compatibility_level = 3.6
queue_directory = {self.path('postfix-queue')}
data_directory = {self.path('postfix-data')}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {self.path('postfix.log')}
maillog_file_prefixes = {self.folder}
myhostname = out.rig.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{self.to_port}
smtp_bind_address = {self.address}
smtp_dns_support_level = disabled
smtp_tls_security_level = none
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
enable_long_queue_ids = yes
transport_retry_time = 1s
default_destination_concurrency_failed_cohort_limit = 0
smtp_connection_cache_on_demand = no
queue_run_delay = 1s
minimal_backoff_time = 3s
maximal_backoff_time = 3s
""")

    def submit(self, message, mail_from, rcpt="user@rcpt.test"):
        """Gives it a message; returns the queue id."""
        with Client(self.smtp_port) as session:
            code, text = session.deliver(message, mail_from, rcpt)
        if code != 250:
            raise rig.RigError(f"the sender's Postfix: {code} {text}")
        return re.search(r"queued as (\w+)", text)[1]

    def fates(self):
        """Of each queue id, what became of each try: sent, deferred, bounced."""
        found = {}
        if os.path.exists(self.path("postfix.log")):
            for queue_id, fate in re.findall(r" (\w+): to=<.*? status=(\w+)", self.log("postfix")):
                found.setdefault(queue_id, []).append(fate)
        return found

    def tried(self, queue_ids, seconds=60):
        """Waits for a try of each; returns the first fates."""
        rig.wait_until("a try of each", seconds, lambda: set(queue_ids) <= set(self.fates()))
        fates = self.fates()
        return [fates[queue_id][0] for queue_id in queue_ids]

    def settled(self, queue_ids, seconds=60):
        """Waits until nothing of them is queued; returns the last fates."""
        rig.wait_until("the end of the queue", seconds, lambda: all(
            self.fates().get(queue_id, ["deferred"])[-1] != "deferred" for queue_id in queue_ids))
        fates = self.fates()
        return [fates[queue_id][-1] for queue_id in queue_ids]
