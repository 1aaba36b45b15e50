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

#include "lib/app/record_keeping.h"
#include "lib/base/json.h"
#include "lib/explain/explain.h"
#include "lib/store/store.h"
#include "tools/counted.h"
#include "tools/engine.h"
#include "tools/envelope.h"
#include "tools/print.h"
#include "tools/reference.h"
#include "tools/store.h"

#define REFERENCE_HALF 4
#define SHOWN_MAX 60

/* One run of the subcommand; engine and reader come with the first operand
 * that wants them. */
struct run {
	struct tool *tool;
	bool is_json;
	const struct config *config;
	struct engine *engine;
	struct store_reader *reader;
	struct stored_envelope envelope;
};

/* What is explained, in its heading. */
struct subject {
	const char *file; /* NULL: an incident of the store */
	const char *note; /* NULL: none */
	const struct store_incident *incident;
	const struct explanation *explanation;
};

/* --- output --- */

static struct json *lines_json(TALLOC_CTX *mem, const struct text_list *lines)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < lines->count; i++)
		json_add_text(list, lines->items[i]);
	return list;
}

static struct json *steps_json(TALLOC_CTX *mem,
			       const struct explanation *explanation)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < explanation->count; i++) {
		const struct explanation_step *step = &explanation->steps[i];
		struct json *object = json_new_object(mem);
		json_put_text(object, "name", step->name);
		json_put_text(object, "title", step->title);
		json_put(object, "lines", lines_json(mem, &step->lines));
		json_add(list, object);
	}
	return list;
}

static void put_or_null(TALLOC_CTX *mem, struct json *object, const char *key,
			const char *text)
{
	bool is_there = text != NULL && text[0] != '\0';

	json_put_text(object, key, is_there ? text_printable(mem, text) : NULL);
}

static struct json *decider_json(TALLOC_CTX *mem,
				 const struct explanation_decider *decider)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "name", decider->name);
	json_put_text(object, "value", decider->value);
	json_put_text(object, "file", decider->file);
	if (decider->line == 0)
		json_put_null(object, "line");
	else
		json_put_number(object, "line", decider->line);
	json_put_text(object, "text", decider->text);
	return object;
}

static void print_json(TALLOC_CTX *mem, const struct subject *subject)
{
	const struct store_incident *incident = subject->incident;
	struct json *object = json_new_object(mem);
	char time[CLOCK_TEXT];

	put_or_null(mem, object, "file", subject->file);
	put_or_null(mem, object, "reference",
		    subject->file == NULL ? incident->reference : NULL);
	json_put_text(object, "time", clock_text(incident->time_s, time));
	put_or_null(mem, object, "queue_id", incident->queue_id);
	put_or_null(mem, object, "host", incident->host);
	put_or_null(mem, object, "author_domain", incident->author_domain);
	put_or_null(mem, object, "result", incident->dmarc_result);
	put_or_null(mem, object, "asked", incident->asked);
	put_or_null(mem, object, "applied", incident->applied);
	json_put(object, "decided_by",
		 decider_json(mem, &subject->explanation->decider));
	put_or_null(mem, object, "note", subject->note);
	json_put(object, "steps", steps_json(mem, subject->explanation));
	(void)printf("%s\n", json_text(mem, object));
}

static void print_heading(TALLOC_CTX *mem, const struct subject *subject)
{
	const struct store_incident *incident = subject->incident;
	char time[CLOCK_TEXT];

	(void)clock_text(incident->time_s, time);
	if (subject->file != NULL) {
		(void)printf("%s, evaluated at %s\n",
			     text_printable(mem, subject->file), time);
	} else {
		(void)printf("%s, %s", text_printable(mem, incident->reference),
			     time);
		if (incident->queue_id[0] != '\0')
			(void)printf(", queue id %s",
				     text_printable(mem, incident->queue_id));
		if (incident->host[0] != '\0')
			(void)printf(" on %s",
				     text_printable(mem, incident->host));
		(void)printf("\n");
	}
	if (subject->note != NULL)
		tool_print_sentence(subject->note, 0);
}

/* A line that begins with blanks is set in by them. */
static void print_line(const char *line)
{
	size_t blanks = strspn(line, " ");

	tool_print_sentence(line + blanks, 3 + (int)blanks);
}

static void print_text(TALLOC_CTX *mem, const struct subject *subject)
{
	const struct explanation *explanation = subject->explanation;

	print_heading(mem, subject);
	for (size_t i = 0; i < explanation->count; i++) {
		const struct explanation_step *step = &explanation->steps[i];
		(void)printf("\n%2zu. %s\n", i + 1, step->title);
		for (size_t k = 0; k < step->lines.count; k++)
			print_line(step->lines.items[k]);
	}
}

static void print_subject(const struct run *run, struct subject *subject)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct explain_today today = {
	    .origins = run->config->origins,
	    .overrides = run->config->overrides,
	    .now_s = clock_now_s(&run->tool->clock),
	};

	subject->explanation = explain_incident(mem, subject->incident, &today,
						subject->file == NULL);
	if (run->is_json)
		print_json(mem, subject);
	else
		print_text(mem, subject);
	mem_free(mem);
}

/* --- a reference --- */

/* Told over the telephone, it is typed in lower case as often as not. NULL:
 * it does not look like one. */
static const char *reference_of(TALLOC_CTX *mem, const char *operand)
{
	static const char form[] = "XXXX-XXXX";
	char *reference = mem_strdup(mem, operand);

	if (strlen(operand) != strlen(form))
		return NULL;
	for (size_t i = 0; reference[i] != '\0'; i++) {
		bool is_letter = ascii_is_alpha(reference[i]);
		if (form[i] == '-'
			? reference[i] != '-'
			: !is_letter && !ascii_is_digit(reference[i]))
			return NULL;
		if (reference[i] >= 'a' && reference[i] <= 'z')
			reference[i] = (char)(reference[i] - 'a' + 'A');
	}
	return reference;
}

struct found {
	struct run *run;
	size_t count;
};

static bool on_incident(void *context, const struct store_incident *incident)
{
	struct found *found = context;
	struct subject subject = {.incident = incident};

	if (found->count++ > 0 && !found->run->is_json)
		(void)printf("\n");
	print_subject(found->run, &subject);
	return true;
}

static bool explain_reference(struct run *run, const char *reference,
			      struct error *err)
{
	const struct store_filter filter = {.reference = reference};
	const char *path = run->config->store.sqlite;
	struct found found = {.run = run};

	if (run->reader == NULL &&
	    !tool_store_reader(run->tool, path, &run->reader, err))
		return false;
	if (!store_incidents(run->reader, &filter, on_incident, &found, err))
		return false;
	bool is_found = found.count > 0;
	if (!is_found && !tool_counted_tell(run->reader, reference,
					    run->is_json, &is_found, err))
		return false;
	return is_found || tool_reference_missing(run->tool->mem, run->reader,
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
		struct subject subject = {
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

static bool explain_operand(struct run *run, const char *operand,
			    struct error *err)
{
	const char *reference = reference_of(run->tool->mem, operand);

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

/* What cannot be explained is told; the others are all the same. */
static int explain_operands(struct run *run)
{
	const struct text_list *operands = &run->tool->operands;
	int status = TOOL_DONE;

	for (size_t i = 0; i < operands->count; i++) {
		struct error err;
		if (i > 0 && !run->is_json)
			(void)printf("\n");
		if (!explain_operand(run, operands->items[i], &err))
			status = tool_fail(&err);
	}
	return status;
}

/* An engine costs threads and a resolver; references need none. */
static bool prepare(struct run *run, bool has_files, struct error *err)
{
	struct config *config = NULL;

	if (has_files ? !tool_engine(run->tool, &run->engine, err)
		      : !tool_config(run->tool, &config, err))
		return false;
	run->config = has_files ? run->engine->config : config;
	return true;
}

static int run_explain(struct tool *tool)
{
	struct run run = {.tool = tool, .is_json = tool_has(tool, "--json")};
	bool has_files = has_file(tool);
	struct error err;

	if (tool->operands.count == 0)
		return tool_usage(tool, "explain: a REF or FILE is wanted");
	if (has_files && !tool_envelope(tool, &run.envelope))
		return TOOL_BAD_USAGE;
	if (!prepare(&run, has_files, &err))
		return tool_fail(&err);
	int status = explain_operands(&run);
	engine_unref(run.engine);
	return status;
}

const struct command command_explain = {
    .name = "explain",
    .summary = "Explain a verdict step by step, in words: a recorded one, or "
	       "that of a stored message.",
    .usage = "[--json] REF | --client-ip IP [--client-name N] [--helo N] "
	     "[--mail-from ADDR] [--rcpt ADDR]... [--auth-user U] "
	     "[--tls-version V] [--json] FILE...",
    .options = tool_envelope_options,
    .run = run_explain,
};
