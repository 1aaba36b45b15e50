/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sendmail.c - alignctl setup sendmail: the line for sendmail.mc
 *
 * Only shown: sendmail.cf is made from a file of m4 in which order has meaning.
 * Tested by test_alignctl_setup.
 */
#include "tools/setup/actions.h"

#include <stdio.h>

#include "lib/show/people.h"

int setup_sendmail(struct tool *tool)
{
	struct config *config;
	struct error err;

	if (!tool_config(tool, &config, &err))
		return tool_fail(&err);
	(void)printf(
	    "# Into /etc/mail/sendmail.mc, before any other INPUT_MAIL_FILTER "
	    "and before MAILER:\n"
	    "INPUT_MAIL_FILTER(`alignd', `S=%s, F=T, T=S:30s;R:30s;E:5m')\n"
	    "\n"
	    "# sendmail.cf anew (Debian: sendmailconfig does all three):\n"
	    "cp -p /etc/mail/sendmail.cf /etc/mail/sendmail.cf.before-alignd\n"
	    "m4 /etc/mail/sendmail.mc > /etc/mail/sendmail.cf\n"
	    "systemctl restart sendmail\n"
	    "\n"
	    "# And back: take the line out again, then the same.\n",
	    people_clean(tool->mem, config->daemon.listen));
	return TOOL_DONE;
}
