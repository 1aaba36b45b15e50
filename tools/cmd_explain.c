/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmd_explain.c - alignctl explain: an evaluation step by step, in words
 *
 * A reference is explained from the store alone; a file is evaluated first,
 * as alignctl check does. Both then take the same way.
 */
#include "tools/tool.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/store/store_path_read.h"
#include "lib/app/record_keeping.h"
#include "lib/explain/explain.h"
#include "lib/review/counted.h"
#include "lib/store/store.h"
#include "tools/engine.h"
#include "tools/envelope.h"
#include "lib/review/reference.h"
#include "tools/store.h"
#include "tools/known_store.h"

#define SHOWN_MAX 60

/* One run of the subcommand; engine and reader come with the first operand
 * that wants them. */
struct run {
	struct tool *tool;
	enum show_form form;
	size_t seen;		     /* operands */
	const struct config *config; /* NULL: refused */
	const char *store_path;
	const char *fleet; /* known_store.h */
	struct engine *engine;
	struct store_reader *reader;
	struct store_path_list *paths; /* of the reader; NULL: not read */
	struct stored_envelope envelope;
};

static void print_subject(const struct run *run,
			  const struct explain_subject *subject)
{
	static const struct text_list nobody;
	TALLOC_CTX *mem = mem_context(NULL);
	const struct config *config = run->config;
	struct explain_today today = {
	    .origins = config == NULL ? NULL : config->origins,
	    .overrides = config == NULL ? NULL : config->overrides,
	    .is_unknown = config == NULL,
	    .paths = subject->file == NULL ? run->paths : NULL,
	    .now_s = clock_now_s(&run->tool->clock),
	};

	if (config != NULL) {
		today.own = identity_names(mem, &config->own.domains, &nobody);
		today.protected =
		    identity_names(mem, &config->protect.names, &nobody);
	}
	const struct explanation *explanation = explain_incident(
	    mem, subject->incident, &today, subject->file == NULL);

	show_write(stdout, run->form, explain_show(mem, subject, explanation));
	mem_free(mem);
}

static const struct tool_option own_options[] = {
    TOOL_ENVELOPE_OPTIONS,
    KNOWN_STORE_OPTION,
    {.name = NULL},
};

/* --- a reference --- */

/* Told over the telephone, it is typed in lower case as often as not. NULL:
 * it does not look like one. */
static const char *reference_of(TALLOC_CTX *mem, const char *operand)
{
	static const char form[] = "XXXX-XXXX";

	if (strlen(operand) != strlen(form))
		return NULL;
	for (size_t i = 0; form[i] != '\0'; i++) {
		bool is_letter =
		    ascii_is_alpha(operand[i]) || ascii_is_digit(operand[i]);
		if (form[i] == '-' ? operand[i] != '-' : !is_letter)
			return NULL;
	}
	return review_reference(mem, operand);
}

struct found {
	struct run *run;
	size_t count;
};

static bool print_incident(void *context, const struct store_incident *incident)
{
	struct found *found = context;
	struct explain_subject subject = {.incident = incident};

	if (found->count++ > 0 && found->run->form == SHOW_TEXT)
		(void)printf("\n");
	print_subject(found->run, &subject);
	return true;
}

static bool open_store(struct run *run, struct error *err)
{
	if (!tool_record_reader(run->tool, run->fleet, run->store_path,
				&run->reader, err))
		return false;
	run->paths = mem_new(run->tool->mem, struct store_path_list);
	return store_path_list_read(run->tool->mem, run->reader,
				    clock_now_s(&run->tool->clock), run->paths,
				    err);
}

static bool explain_reference(struct run *run, const char *reference,
			      struct error *err)
{
	const struct store_filter filter = {.reference = reference};
	const char *path = tool_record_name(run->fleet, run->store_path);
	struct found found = {.run = run};

	if (run->reader == NULL && !open_store(run, err))
		return false;
	if (!store_incidents(run->reader, &filter, print_incident, &found, err))
		return false;
	const struct review_reading counted = {.file = stdout,
					       .form = run->form,
					       .reader = run->reader,
					       .filter = filter};
	bool is_found = found.count > 0;
	if (!is_found && !review_counted_tell(&counted, &is_found, err))
		return false;
	return is_found || review_reference_missing(run->tool->mem, run->reader,
						    path, reference, err);
}

/* --- a file --- */

static const char *note_of(struct run *run)
{
	const struct client *client = &run->envelope.client;
	const char *reason =
	    trust_reason(&run->engine->trust, &client->address, client->user);

	return reason == NULL
		   ? NULL
		   : mem_printf(run->tool->mem,
				"alignd would not judge mail from this client "
				"at all (%s); what follows is what it would "
				"say if it did.",
				reason);
}

static bool explain_file(struct run *run, const char *name, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct verdict *verdict;
	bool ok = tool_evaluate(mem, &run->engine->evaluator, &run->envelope,
				name, &verdict, err);

	if (ok) {
		struct store_incident incident = record_incident(mem, verdict);
		struct explain_subject subject = {
		    .file = name,
		    .note = note_of(run),
		    .incident = &incident,
		};
		print_subject(run, &subject);
	}
	mem_free(mem);
	return ok;
}

/* --- operands --- */

/* "no such file" alone would not help who mistyped a reference. */
static bool check_file_name(const char *name, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool is_there = strcmp(name, "-") == 0 || access(name, F_OK) == 0;

	if (!is_there)
		(void)error_set(
		    err, ERROR_INPUT,
		    "%s: neither a reference (they look like K7QX-2M4D) nor a "
		    "file that is there",
		    text_escape(mem, span_of(name), SHOWN_MAX, true));
	mem_free(mem);
	return is_there;
}

static bool explain_operand(void *context, const char *operand,
			    struct error *err)
{
	struct run *run = context;
	const char *reference = reference_of(run->tool->mem, operand);

	if (run->seen++ > 0 && run->form == SHOW_TEXT)
		(void)printf("\n");
	if (reference != NULL)
		return explain_reference(run, reference, err);
	return check_file_name(operand, err) && explain_file(run, operand, err);
}

static bool has_file(struct tool *tool)
{
	for (size_t i = 0; i < tool->operands.count; i++) {
		if (reference_of(tool->mem, tool->operands.items[i]) == NULL)
			return true;
	}
	return false;
}

/* An engine costs threads and a resolver, and a configuration that is whole;
 * references need none of these. */
static bool prepare(struct run *run, bool has_files, struct error *err)
{
	const char *given = tool_value(run->tool, "--store");
	struct known_store place;

	if (!has_files) {
		if (!tool_known_store(run->tool,
				      "what it says today of settings and "
				      "overrides",
				      &place, err))
			return false;
		run->config = place.config;
		run->store_path = place.path;
		run->fleet = place.fleet;
		return true;
	}
	if (!tool_engine(run->tool, &run->engine, err))
		return false;
	run->config = run->engine->config;
	run->store_path = given != NULL ? given : run->config->store.sqlite;
	run->fleet = tool_fleet(run->tool, run->config);
	return true;
}

static int run_explain(struct tool *tool)
{
	struct run run = {.tool = tool, .form = tool_form(tool)};
	bool has_files = has_file(tool);
	struct error err;

	if (tool->operands.count == 0)
		return tool_usage(tool, "explain: a REF or FILE is wanted");
	if (has_files && !tool_envelope(tool, &run.envelope))
		return TOOL_BAD_USAGE;
	if (!prepare(&run, has_files, &err))
		return tool_fail(&err);
	int status = tool_each_file(tool, explain_operand, &run);
	engine_unref(run.engine);
	return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "Explain a verdict step by step, in words: a recorded one, or "
	       "that of a stored message.",
    .usage = "[--json] [--store FILE] REF | --client-ip IP [--client-name N] "
	     "[--helo N] "
	     "[--mail-from ADDR] [--rcpt ADDR]... [--auth-user U] "
	     "[--tls-version V] [--json] FILE...",
    .options = own_options,
    .run = run_explain,
};
