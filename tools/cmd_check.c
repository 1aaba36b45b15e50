/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_check.c - alignctl check: evaluate stored messages
 *
 * Whatever section trust says, the message is evaluated. A verdict is no
 * error: the exit status tells only whether the files could be read.
 */
#include "tools/alignctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/app/stored_message.h"
#include "tools/tool_engine.h"

static const struct tool_option own_options[] = {
    {.name = "--client-ip", .value = "IP"},
    {.name = "--client-name", .value = "N"},
    {.name = "--helo", .value = "N"},
    {.name = "--mail-from", .value = "ADDR"},
    {.name = "--rcpt", .value = "ADDR", .is_repeatable = true},
    {.name = "--auth-user", .value = "U"},
    {.name = "--tls-version", .value = "V"},
    {.name = "--json"},
    {.name = NULL},
};

/* False: usage, which has been printed. */
static bool read_envelope(struct tool *tool, struct stored_envelope *envelope)
{
	const char *address = tool_value(tool, "--client-ip");

	if (address == NULL) {
		(void)tool_usage(tool, "check: --client-ip IP is missing");
		return false;
	}
	if (!net_address_parse(address, &envelope->client.address)) {
		(void)tool_usage(
		    tool, "check: --client-ip: \"%s\" is no IP address",
		    text_escape(tool->mem, span_of(address), 60, true));
		return false;
	}
	envelope->client.name = tool_value(tool, "--client-name");
	envelope->client.helo = tool_value(tool, "--helo");
	envelope->client.user = tool_value(tool, "--auth-user");
	envelope->client.tls_version = tool_value(tool, "--tls-version");
	envelope->mail_from = tool_value(tool, "--mail-from");
	envelope->rcpts = tool_values(tool, "--rcpt");
	return true;
}

static void print_json(TALLOC_CTX *mem, const char *file,
		       const struct verdict *verdict)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "file", file);
	verdict_put_json(mem, verdict, object);
	(void)printf("%s\n", json_text(mem, object));
}

static void print_signatures(const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	if (dkim->count == 0)
		(void)printf("  DKIM           none\n");
	for (size_t i = 0; i < dkim->count; i++) {
		const struct evidence_signature *s = &dkim->items[i];
		(void)printf(
		    "  DKIM           %s for %s, selector %s, %s, %s",
		    auth_result_text(s->result), tool_or_dash(s->domain),
		    tool_or_dash(s->selector), tool_or_dash(s->algorithm),
		    verdict->is_aligned[i] ? "aligned" : "not aligned");
		(void)printf(s->reason == NULL ? "\n" : ": %s\n", s->reason);
	}
}

static void print_policy(const struct verdict *verdict)
{
	const struct discovery *found = &verdict->discovery;

	(void)printf("  policy         %s", tool_or_dash(found->policy_domain));
	if (found->record != NULL)
		(void)printf(": %s", found->record->text);
	(void)printf("\n  org. domain    %s (%s)\n",
		     tool_or_dash(found->org_domain),
		     tree_method_text(verdict->method));
}

static void print_decision(const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;

	(void)printf("  asked          %s\n",
		     tool_or_dash(request_text(decision->asked)));
	(void)printf("  applied        %s (decided by %s)\n",
		     disposition_text(decision->applied), decision->decided_by);
	if (decision->override != OVERRIDE_NONE)
		(void)printf("  override       %s: %s\n",
			     override_type_text(decision->override),
			     tool_or_dash(decision->comment));
	(void)printf("  reply          %s\n", verdict->reply == NULL
						  ? "250 (accepted)"
						  : verdict->reply);
}

static void print_text(const char *file, const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;
	const char *author = verdict->author.domain;

	(void)printf("%s\n", file);
	(void)printf("  author domain  %s\n",
		     author != NULL ? author
				    : author_error_text(verdict->author.error));
	(void)printf("  SPF            %s for %s (%s)\n",
		     auth_result_text(evidence->spf.result),
		     tool_or_dash(evidence->spf.domain),
		     evidence->spf.is_helo ? "HELO" : "MAIL FROM");
	print_signatures(verdict);
	(void)printf("  reverse DNS    %s %s\n",
		     auth_result_text(evidence->iprev.result),
		     tool_or_dash(evidence->iprev.name));
	(void)printf("  DMARC          %s", dmarc_result_text(verdict->result));
	(void)printf(verdict->reason == NULL ? "\n" : ": %s\n",
		     verdict->reason);
	print_policy(verdict);
	print_decision(verdict);
	(void)printf("  Authentication-Results:%s\n", verdict->header);
}

/* A run of the subcommand. */
struct check {
	const struct evaluator *evaluator;
	struct stored_envelope envelope;
	bool is_json;
};

static bool check_stream(const struct check *check, const char *name,
			 FILE *file, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct verdict *verdict;
	bool ok = stored_message_evaluate(
	    mem, check->evaluator, &check->envelope, file, &verdict, err);

	if (ok && check->is_json)
		print_json(mem, name, verdict);
	else if (ok)
		print_text(name, verdict);
	mem_free(mem);
	return ok || error_wrap(err, "%s", name);
}

static bool check_file(const struct check *check, const char *name,
		       struct error *err)
{
	if (strcmp(name, "-") == 0)
		return check_stream(check, name, stdin, err);
	FILE *file = fopen(name, "rb");
	if (file == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%s", name);
	bool ok = check_stream(check, name, file, err);
	(void)fclose(file);
	return ok;
}

/* An unreadable file is told; the others are evaluated all the same. */
static int check_files(const struct check *check, const struct text_list *names)
{
	int status = TOOL_DONE;

	for (size_t i = 0; i < names->count; i++) {
		struct error err;
		if (!check_file(check, names->items[i], &err))
			status = tool_fail(&err);
	}
	return status;
}

static int run(struct tool *tool)
{
	static const char *standard_input[] = {"-"};
	const struct text_list alone = {.count = 1, .items = standard_input};
	struct check check = {.is_json = tool_has(tool, "--json")};
	struct engine *engine;
	struct error err;

	if (!read_envelope(tool, &check.envelope))
		return TOOL_BAD_USAGE;
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	check.evaluator = &engine->evaluator;
	int status = check_files(
	    &check, tool->operands.count == 0 ? &alone : &tool->operands);
	engine_unref(engine);
	return status;
}

const struct command command_check = {
    .name = "check",
    .summary = "Evaluate stored messages as the daemon would.",
    .usage = "--client-ip IP [--client-name N] [--helo N] [--mail-from ADDR] "
	     "[--rcpt ADDR]... [--auth-user U] [--tls-version V] [--json] "
	     "[FILE...]",
    .options = own_options,
    .run = run,
};
