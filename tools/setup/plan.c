/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.c - what it takes that this host's Postfix calls alignd
 * Tested by test_alignctl_setup.
 */
#include "tools/setup/plan.h"

#include <string.h>

#include "lib/base/file_read.h"
#include "lib/base/setting.h"
#include "lib/wiring/postfix_place.h"
#include "tools/net_lookup.h"

#define PLACE "unix:alignd/alignd.sock" /* from Postfix's queue on */
#define DROP_IN_MAX (64 * 1024)
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

#define BEFORE "# Before: " /* and where alignd listened then */

/* What the drop-in says of a call before this one, which had to wait until
 * alignd was started anew: main.cf still has that place. "" for none. */
static const char *read_before(TALLOC_CTX *mem, const char *drop_in)
{
	struct span rest;
	struct span line;
	struct error absent;

	if (!file_read(mem, drop_in, DROP_IN_MAX, &rest, &absent))
		return "";
	while (rest.length > 0) {
		(void)span_cut(rest, '\n', &line, &rest);
		if (!span_starts(line, BEFORE))
			continue;
		line = span_from(line, strlen(BEFORE));
		return mem_strndup(mem, line.data, line.length);
	}
	return "";
}

static const char *write_settings(TALLOC_CTX *mem,
				  const struct setup_plan *plan)
{
	const char *before =
	    *plan->before == '\0' || !text_is_line(span_of(plan->before))
		? ""
		: mem_printf(mem, BEFORE "%s\n", plan->before);

	return mem_printf(
	    mem, DROP_IN_HEAD "%slisten = %s\n", before,
	    setting_quoted(mem, mem_printf(mem, "unix:%s", plan->socket)));
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
}

/* The list with alignd in its place, and not where `listen` is; NULL: Postfix
 * cannot read it. */
static const char *place_instead(TALLOC_CTX *mem, const char *milters,
				 const char *listen,
				 const struct setup_plan *plan)
{
	struct mta_endpoint daemon;

	if (!mta_endpoint_from_listen(mem, span_of(listen), tool_net_lookup,
				      &daemon))
		daemon = (struct mta_endpoint){.path = plan->socket};
	return postfix_place_alignd(
	    mem, milters, PLACE, &daemon,
	    postfix_fact(&plan->facts, "queue_directory"), tool_net_lookup);
}

/* Compares what is with what shall be. */
static bool find_changes(struct tool *tool, const char *listen,
			 struct setup_plan *plan, struct error *err)
{
	TALLOC_CTX *mem = tool->mem;
	const char *now = postfix_fact(&plan->facts, "smtpd_milters");

	plan->is_listening_there =
	    strcmp(listen, mem_printf(mem, "unix:%s", plan->socket)) == 0;
	plan->before =
	    plan->is_listening_there ? read_before(mem, plan->drop_in) : listen;
	plan->settings = write_settings(mem, plan);
	const char *wanted = place_instead(mem, now, listen, plan);
	if (wanted != NULL && *plan->before != '\0')
		wanted = place_instead(mem, wanted, plan->before, plan);
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
