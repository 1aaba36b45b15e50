# SPDX-License-Identifier: BSD-2-Clause
"""postfix - the rig with a private Postfix.

Its configuration, queue, log and mailboxes lie in the rig's directory; the
machine's own Postfix is neither read nor touched. Clients elsewhere are played
with XCLIENT, which this Postfix allows to 127.0.0.1.
"""
import glob
import os
import pwd
import re
import shutil
import subprocess

import rig

MASTER_CF = "/usr/share/postfix/master.cf.dist"


class Postfix(rig.Rig):

    can_xclient = True
    is_running = False

    def start_mta(self):
        if os.getuid() != 0:
            raise rig.RigError("Postfix can be started by root only")
        os.makedirs(self.path("postfix-queue"))
        os.makedirs(self.path("postfix-data"))
        shutil.chown(self.path("postfix-data"), "postfix")
        self.write_main()
        self.write_master()
        # Set before: what "start" left half done must be stopped as well.
        self.is_running = True
        self.postfix("start")
        rig.wait_until("Postfix", 20, lambda: rig.can_connect(self.smtp_port))

    def write_main(self):
        nobody = pwd.getpwnam("nobody")
        mailboxes = self.write("postfix/mailboxes", "".join(
            f"{name}@rcpt.test {name}/\n" for name in rig.MAILBOXES))
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
myhostname = mx.rig.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = all
mynetworks = 127.0.0.99/32
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = rcpt.test
virtual_mailbox_base = {self.path('mail')}
virtual_mailbox_maps = texthash:{mailboxes}
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody.pw_uid}
virtual_gid_maps = static:{nobody.pw_gid}
default_transport = discard:
message_size_limit = 20000000
smtputf8_enable = yes
smtpd_peername_lookup = no
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
smtpd_authorized_xclient_hosts = 127.0.0.1
milter_default_action = tempfail
milter_connect_timeout = 5s
smtpd_milters = inet:127.0.0.1:{self.milter_port}
""")

    def write_master(self):
        """Debian's own, with our port, and no service in a chroot."""
        with open(MASTER_CF, encoding="utf-8") as file:
            services = file.read()
        services = re.sub(r"^smtp( +)inet( +\S+ +\S+ +)\S+",
                          rf"127.0.0.1:{self.smtp_port}\1inet\g<2>n", services, flags=re.M)
        services = re.sub(r"^(\w+ +(?:unix|unix-dgram) +\S+ +\S+ +)\S+", r"\1n", services,
                          flags=re.M)
        self.write("postfix/master.cf", services)

    def extend(self, files):
        """Adds to files of the configuration, and has them read."""
        for name, text in files.items():
            with open(self.path("postfix", name), "a", encoding="utf-8") as file:
                file.write(text)
            os.chmod(self.path("postfix", name), 0o644)
        self.postfix("reload")

    def postfix(self, *command):
        done = subprocess.run(["postfix", "-c", self.path("postfix"), *command],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise rig.RigError(f"postfix {' '.join(command)}: {done.stderr}{done.stdout}")

    def stop_mta(self):
        if self.is_running:
            self.is_running = False
            subprocess.run(["postfix", "-c", self.path("postfix"), "stop"], capture_output=True)

    def queue(self, name):
        """Queue ids in one of Postfix's queues."""
        return sorted(os.path.basename(path) for path in
                      glob.glob(self.path("postfix-queue", name, "**"), recursive=True)
                      if os.path.isfile(path))

    def held(self):
        return self.queue("hold")

    def queued_text(self, queue_id):
        """A queued message as Postfix would send it."""
        done = subprocess.run(["postcat", "-c", self.path("postfix"), "-qhb", queue_id],
                              capture_output=True, text=True, check=True)
        return done.stdout
