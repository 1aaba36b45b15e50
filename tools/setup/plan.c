/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c - what it takes that this host's Postfix calls alignd
 * Tested by test_alignctl_setup.
 */
#include "tools/setup/plan.h"

#include <string.h>

#include "lib/base/setting.h"
#include "lib/wiring/postfix_place.h"
#include "tools/net_lookup.h"

#define PLACE "unix:alignd/alignd.sock" /* from Postfix's queue on */
#define SHOWN_MAX 64 /* of a setting of Postfix, in an error */
#define DROP_IN_HEAD                                                           \
	"# Written by alignctl setup postfix: a socket that Postfix alone "    \
	"can\n"                                                                \
	"# open, by the same name in its chroot and outside.\n"

/* "20261130T090000Z" */
static const char *stamp(TALLOC_CTX *mem, const struct clock *clock)
{
	char text[CLOCK_TEXT];
	char *packed = mem_strdup(mem, clock_text(clock_now_s(clock), text));
	char *to = packed;

	for (const char *from = packed; *from != '\0'; from++) {
		if (*from != '-' && *from != ':')
			*to++ = *from;
	}
	*to = '\0';
	return packed;
}

static void name_files(struct tool *tool, struct setup_plan *plan)
{
	TALLOC_CTX *mem = tool->mem;
	const char *config =
	    tool->config_path == NULL ? CONFIG_PATH : tool->config_path;
	const char *queue = postfix_fact(&plan->facts, "queue_directory");

	plan->main_cf =
	    mem_printf(mem, "%s/main.cf",
		       plan->main_folder != NULL
			   ? plan->main_folder
			   : postfix_fact(&plan->facts, "config_directory"));
	plan->main_copy =
	    mem_printf(mem, "%s.%s", plan->main_cf, stamp(mem, &tool->clock));
	plan->group = postfix_fact(&plan->facts, "mail_owner");
	plan->folder = mem_printf(mem, "%s/alignd", queue);
	plan->socket = mem_printf(mem, "%s/alignd.sock", plan->folder);
	plan->drop_in = mem_printf(mem, "%s.d/10-postfix.conf", config);
	plan->settings = mem_printf(
	    mem, DROP_IN_HEAD "listen = %s\n",
	    setting_quoted(mem, mem_printf(mem, "unix:%s", plan->socket)));
}

/* Compares what is with what shall be. */
static bool find_changes(struct tool *tool, const char *listen,
			 struct setup_plan *plan, struct error *err)
{
	TALLOC_CTX *mem = tool->mem;
	const char *queue = postfix_fact(&plan->facts, "queue_directory");
	const char *now = postfix_fact(&plan->facts, "smtpd_milters");
	struct mta_endpoint daemon;

	plan->is_listening_there =
	    strcmp(listen, mem_printf(mem, "unix:%s", plan->socket)) == 0;
	if (!mta_endpoint_from_listen(mem, span_of(listen), tool_net_lookup,
				      &daemon))
		daemon = (struct mta_endpoint){.path = plan->socket};
	const char *wanted = postfix_place_alignd(mem, now, PLACE, &daemon,
						  queue, tool_net_lookup);
	if (wanted == NULL)
		return error_set(
		    err, ERROR_INPUT,
		    "Postfix cannot read smtpd_milters = \"%s\": a "
		    "brace without its other, text behind one, or "
		    "no socket in braces; write { inet:HOST:PORT, "
		    "NAME = VALUE }",
		    text_escape(mem, span_of(now), SHOWN_MAX, true));
	plan->milters = strcmp(wanted, now) == 0 ? NULL : wanted;
	return true;
}

/* They become a setting and a file's owner. */
static bool check_facts(const struct postfix_facts *facts, struct error *err)
{
	const char *queue = postfix_fact(facts, "queue_directory");
	const char *owner = postfix_fact(facts, "mail_owner");

	if (*queue != '/' || *owner == '\0')
		return error_set(err, ERROR_INPUT,
				 "postconf names no queue_directory or no "
				 "mail_owner: is this a Postfix?");
	return (text_is_line(span_of(queue)) && text_is_line(span_of(owner))) ||
	       error_set(err, ERROR_INPUT,
			 "postconf's queue_directory or mail_owner has control "
			 "characters or is no UTF-8");
}

bool setup_plan_make(struct tool *tool, struct setup_plan *plan,
		     struct error *err)
{
	struct setup_plan made = {.main_folder = tool_value(tool, "--postfix")};
	struct config *config;

	if (!tool_config(tool, &config, err) ||
	    !postconf_facts(tool->mem, made.main_folder, &made.facts, err) ||
	    !postconf_written(tool->mem, made.main_folder, "smtpd_milters",
			      &made.written, err))
		return false;
	if (!check_facts(&made.facts, err))
		return false;
	made.user = config->daemon.user;
	name_files(tool, &made);
	if (!find_changes(tool, config->daemon.listen, &made, err))
		return false;
	*plan = made;
	return true;
}

bool setup_plan_has_names(const struct setup_plan *plan)
{
	return plan->milters != NULL && strchr(plan->written, '$') != NULL;
}
