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
#include "lib/show/show.h"
#include "tools/engine.h"
#include "tools/envelope.h"

#define WORDS_MAX 4096

static void say_spf(struct show *show, const struct evidence_spf *spf)
{
	const char *result = auth_result_text(spf->result);
	const char *colon = spf->reason == NULL ? "" : ": ";
	const char *reason = spf->reason == NULL ? "" : spf->reason;

	if (spf->domain == NULL)
		show_member(show, "SPF", "%s%s%s", result, colon, reason);
	else
		show_member(show, "SPF", "%s for %s (%s)%s%s", result,
			    spf->domain, spf->is_helo ? "HELO" : "MAIL FROM",
			    colon, reason);
}

/* "pass for example.com, selector s1, rsa-sha256, 2048 bits, aligned" */
static void say_signature(struct show *show,
			  const struct evidence_signature *signature,
			  bool is_aligned)
{
	struct strbuf words;

	strbuf_init(&words, show, WORDS_MAX);
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
	show_put(show, NULL, "DKIM", value_text(strbuf_text(&words)));
}

/* "fail: no record", "pass" */
static void say_with_reason(struct show *show, const char *label,
			    const char *word, const char *between,
			    const char *reason)
{
	show_member(show, label, "%s%s%s", word, reason == NULL ? "" : between,
		    reason == NULL ? "" : reason);
}

static void say_evidence(struct show *show, const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;

	say_spf(show, &evidence->spf);
	if (evidence->dkim.count == 0)
		show_member(show, "DKIM", "no signature");
	for (size_t i = 0; i < evidence->dkim.count; i++)
		say_signature(show, &evidence->dkim.items[i],
			      verdict->is_aligned[i]);
	say_with_reason(show, "reverse DNS",
			auth_result_text(evidence->iprev.result), ", ",
			evidence->iprev.name);
	say_with_reason(show, "DMARC", dmarc_result_text(verdict->result), ": ",
			verdict->reason);
}

/* Says of a message with an author domain where its policy stands. */
static void say_policy(struct show *show, const struct verdict *verdict)
{
	const struct discovery *found = &verdict->discovery;

	if (verdict->author.error != AUTHOR_OK)
		return;
	show_member(show, "policy domain", "%s",
		    !found->is_complete ? "unknown, DNS did not answer"
		    : found->policy_domain == NULL ? "none publishes a policy"
						   : found->policy_domain);
	if (found->record != NULL)
		show_put(show, NULL, "record", value_text(found->record->text));
	if (found->org_domain != NULL)
		show_member(show, "org. domain", "%s (%s)", found->org_domain,
			    tree_method_text(verdict->method));
}

static void say_decision(struct show *show, const struct verdict *verdict)
{
	const struct decision *decision = &verdict->decision;
	const char *applied = disposition_text(decision->applied);
	const char *reason = decide_reason_text(decision->decided_by);

	if (decision->asked != REQUEST_ABSENT)
		show_put(show, NULL, "asked",
			 value_text(request_text(decision->asked)));
	if (decision->enforced != decision->applied)
		show_member(show, "applied",
			    "%s, in enforce mode %s (decided by %s)", applied,
			    disposition_text(decision->enforced), reason);
	else
		show_member(show, "applied", "%s (decided by %s)", applied,
			    reason);
	if (decision->override != OVERRIDE_NONE)
		say_with_reason(show, "override",
				override_type_text(decision->override), ": ",
				verdict->comment);
	show_put(show, NULL, "reply",
		 value_text(verdict->reply == NULL ? "250 (accepted)"
						   : verdict->reply));
}

/* Its folds, indented. */
static void say_header(struct show *show, const char *value)
{
	struct span rest = span_of(value);
	struct span line;
	bool is_first = true;

	do {
		(void)span_cut(rest, '\n', &line, &rest);
		const char *text = mem_strndup(show, line.data, line.length);
		if (is_first)
			show_line(show, "  Authentication-Results:%s", text);
		else
			show_line(show, "      %s", text + (*text == '\t'));
		is_first = false;
	} while (rest.length > 0);
}

static struct show *show_verdict(TALLOC_CTX *mem, const char *file,
				 const struct verdict *verdict)
{
	const char *author = verdict->author.domain;
	struct show *show = show_new(mem);

	show_data(show, "file", value_text(file));
	json_put_members(show->json, verdict_json(mem, verdict));
	show_line(show, "%s", text_printable(mem, file));
	show_member(show, "author domain", "%s",
		    author != NULL ? author
				   : author_error_text(verdict->author.error));
	say_evidence(show, verdict);
	say_policy(show, verdict);
	say_decision(show, verdict);
	say_header(show, verdict->header);
	return show;
}

/* A run of the subcommand. */
struct check {
	const struct evaluator *evaluator;
	struct stored_envelope envelope;
	enum show_form form;
};

static bool check_file(void *context, const char *name, struct error *err)
{
	const struct check *check = context;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct verdict *verdict;
	bool ok = tool_evaluate(mem, check->evaluator, &check->envelope, name,
				&verdict, err);

	if (ok)
		show_write(stdout, check->form,
			   show_verdict(mem, name, verdict));
	mem_free(mem);
	return ok;
}

static int run_check(struct tool *tool)
{
	struct check check = {.form = tool_form(tool)};
	struct engine *engine;
	struct error err;

	if (!tool_envelope(tool, &check.envelope))
		return TOOL_BAD_USAGE;
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	check.evaluator = &engine->evaluator;
	int status = tool_each_file(tool, check_file, &check);
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
    .run = run_check,
};
