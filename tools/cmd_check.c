/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_check.c - alignctl check: evaluate stored messages
 *
 * Whatever section trust says, the message is evaluated. A verdict is no
 * error: the exit status tells only whether the files could be read.
 */
#include "tools/tool.h"

#include <stdio.h>

#include "lib/base/strbuf.h"
#include "tools/engine.h"
#include "tools/envelope.h"
#include "tools/print.h"

static void print_json(TALLOC_CTX *mem, const char *file,
		       const struct verdict *verdict)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "file", file);
	verdict_put_json(mem, verdict, object);
	(void)printf("%s\n", json_text(mem, object));
}

static void print_spf(TALLOC_CTX *mem, const struct evidence_spf *spf)
{
	const char *reason = spf->reason;

	if (spf->domain == NULL)
		tool_print_words(
		    mem, "SPF", "%s%s%s", auth_result_text(spf->result),
		    reason == NULL ? "" : ": ", reason == NULL ? "" : reason);
	else
		tool_print_words(mem, "SPF", "%s for %s (%s)%s%s",
				 auth_result_text(spf->result), spf->domain,
				 spf->is_helo ? "HELO" : "MAIL FROM",
				 reason == NULL ? "" : ": ",
				 reason == NULL ? "" : reason);
}

/* "pass for example.com, selector s1, rsa-sha256, 2048 bits, aligned" */
static void print_signature(TALLOC_CTX *mem,
			    const struct evidence_signature *signature,
			    bool is_aligned)
{
	struct strbuf words;

	strbuf_init(&words, mem, 4096);
	strbuf_add_text(&words, auth_result_text(signature->result));
	if (signature->domain != NULL)
		strbuf_printf(&words, " for %s", signature->domain);
	if (signature->selector != NULL)
		strbuf_printf(&words, ", selector %s", signature->selector);
	if (signature->algorithm != NULL)
		strbuf_printf(&words, ", %s", signature->algorithm);
	if (signature->key_bits != 0)
		strbuf_printf(&words, ", %u bits", signature->key_bits);
	if (signature->domain != NULL)
		strbuf_add_text(&words,
				is_aligned ? ", aligned" : ", not aligned");
	if (signature->reason != NULL)
		strbuf_printf(&words, ": %s", signature->reason);
	tool_print_member("DKIM", strbuf_text(&words));
}

static void print_evidence(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;

	print_spf(mem, &evidence->spf);
	if (evidence->dkim.count == 0)
		tool_print_member("DKIM", "no signature");
	for (size_t i = 0; i < evidence->dkim.count; i++)
		print_signature(mem, &evidence->dkim.items[i],
				verdict->is_aligned[i]);
	tool_print_words(mem, "reverse DNS", "%s%s%s",
			 auth_result_text(evidence->iprev.result),
			 evidence->iprev.name == NULL ? "" : ", ",
			 evidence->iprev.name == NULL ? ""
						      : evidence->iprev.name);
}

/* Says of a message with an author domain where its policy stands. */
static void print_policy(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct discovery *found = &verdict->discovery;

	if (verdict->author.error != AUTHOR_OK)
		return;
	if (!found->is_complete)
		tool_print_member("policy domain",
				  "unknown, DNS did not answer");
	else
		tool_print_member("policy domain",
				  found->policy_domain == NULL
				      ? "none publishes a policy"
				      : found->policy_domain);
	if (found->record != NULL)
		tool_print_member("record", found->record->text);
	if (found->org_domain != NULL)
		tool_print_words(mem, "org. domain", "%s (%s)",
				 found->org_domain,
				 tree_method_text(verdict->method));
}

static void print_decision(TALLOC_CTX *mem, const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;

	if (decision->asked != REQUEST_ABSENT)
		tool_print_member("asked", request_text(decision->asked));
	if (decision->enforced != decision->applied)
		tool_print_words(mem, "applied",
				 "%s, in enforce mode %s "
				 "(decided by %s)",
				 disposition_text(decision->applied),
				 disposition_text(decision->enforced),
				 decide_reason_text(decision->decided_by));
	else
		tool_print_words(mem, "applied", "%s (decided by %s)",
				 disposition_text(decision->applied),
				 decide_reason_text(decision->decided_by));
	if (decision->override != OVERRIDE_NONE)
		tool_print_words(mem, "override", "%s%s%s",
				 override_type_text(decision->override),
				 verdict->comment == NULL ? "" : ": ",
				 verdict->comment == NULL ? ""
							  : verdict->comment);
	tool_print_member("reply", verdict->reply == NULL ? "250 (accepted)"
							  : verdict->reply);
}

static void print_text(TALLOC_CTX *mem, const char *file,
		       const struct verdict *verdict)
{
	const char *author = verdict->author.domain;

	(void)printf("%s\n", text_printable(mem, file));
	tool_print_member(
	    "author domain",
	    author != NULL ? author : author_error_text(verdict->author.error));
	print_evidence(mem, verdict);
	tool_print_words(mem, "DMARC", "%s%s%s",
			 dmarc_result_text(verdict->result),
			 verdict->reason == NULL ? "" : ": ",
			 verdict->reason == NULL ? "" : verdict->reason);
	print_policy(mem, verdict);
	print_decision(mem, verdict);
	tool_print_field("Authentication-Results", verdict->header);
}

/* A run of the subcommand. */
struct check {
	const struct evaluator *evaluator;
	struct stored_envelope envelope;
	bool is_json;
};

static bool check_file(const struct check *check, const char *name,
		       struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct verdict *verdict;
	bool ok = tool_evaluate(mem, check->evaluator, &check->envelope, name,
				&verdict, err);

	if (ok && check->is_json)
		print_json(mem, name, verdict);
	else if (ok)
		print_text(mem, name, verdict);
	mem_free(mem);
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

	if (!tool_envelope(tool, &check.envelope))
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
    .options = tool_envelope_options,
    .run = run,
};
