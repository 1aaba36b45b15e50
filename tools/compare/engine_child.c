/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_child.c - what a library's process does
 */
#include "tools/compare/engine_child.h"

#include <stdio.h>
#include <string.h>

#include "lib/engines/engines.h"
#include "lib/mail/eml.h"
#include "tools/compare/engine_answer.h"
#include "tools/compare/engine_process.h"
#include "tools/engine.h"
#include "tools/engine_fault.h"
#include "tools/envelope.h"

/* Beyond the message's DNS budget. */
#define EXTRA_MS 5000
#define FACTS_BYTES (1 << 20)

/* Where Debian's opendmarc reads them. */
#define SUFFIXES "/usr/share/publicsuffix/public_suffix_list.dat"

int64_t engine_child_timeout_ms(const struct config *config)
{
	return config->dns.budget_ms + EXTRA_MS;
}

/* A run of one library. */
struct run {
	TALLOC_CTX *mem;
	struct tool *tool;
	const struct evaluator *evaluator;
	struct stored_envelope envelope;
	const struct dkim_engine *opendkim; /* NULL: not asked for */
};

static struct dns_session *open_session(const struct run *run)
{
	return dns_session_new(run->mem, run->evaluator->dns,
			       run->evaluator->dns_budget_ms);
}

/* --- SPF --- */

static bool run_spf2(struct run *run, struct engine_findings *findings,
		     struct error *err)
{
	const char *given = run->envelope.mail_from;
	struct path mail_from =
	    path_parse(run->mem, span_of(given == NULL ? "<>" : given));
	struct evidence_spf found =
	    engine_spf2.check(run->mem, open_session(run), run->evaluator->spf,
			      &run->envelope.client.address,
			      run->envelope.client.helo, &mail_from);

	(void)err;
	findings->count = 1;
	findings->items = mem_new(run->mem, struct engine_finding);
	findings->items[0] = (struct engine_finding){
	    .domain = found.domain,
	    .result = found.result,
	    .reason = found.reason,
	};
	return true;
}

/* --- DKIM --- */

/* A message on its way through the engine. */
struct reading {
	const struct dkim_engine *engine;
	void *message;
	bool is_body_wanted;
};

static bool on_field(void *context, struct span name, struct span value)
{
	struct reading *reading = context;

	reading->engine->header(reading->message, name, value);
	return true;
}

static bool on_end_of_header(void *context)
{
	struct reading *reading = context;

	reading->is_body_wanted =
	    reading->engine->end_of_header(reading->message);
	return true;
}

static bool on_body(void *context, struct span chunk)
{
	struct reading *reading = context;

	if (reading->is_body_wanted)
		reading->engine->body(reading->message, chunk);
	return true;
}

static void list_signatures(TALLOC_CTX *mem,
			    const struct evidence_signatures *found,
			    struct engine_findings *findings)
{
	findings->count = found->count;
	findings->items = mem_array(mem, struct engine_finding, found->count);
	for (size_t i = 0; i < found->count; i++) {
		const struct evidence_signature *one = &found->items[i];
		findings->items[i] = (struct engine_finding){
		    .domain = one->domain,
		    .selector = one->selector,
		    .result = one->result,
		    .reason = one->reason,
		};
	}
}

static bool run_opendkim(struct run *run, struct engine_findings *findings,
			 struct error *err)
{
	struct reading reading = {.engine = NULL};
	const struct eml_handler handler = {
	    .field = on_field,
	    .end_of_header = on_end_of_header,
	    .body = on_body,
	    .context = &reading,
	};

	if (!engine_opendkim_new(NULL, &run->tool->clock, &run->opendkim, err))
		return false;
	reading.engine = run->opendkim;
	reading.message =
	    reading.engine->begin(run->mem, reading.engine, open_session(run));
	if (!eml_read(stdin, &handler, err))
		return false;
	struct evidence_signatures found =
	    reading.engine->finish(reading.message);
	list_signatures(run->mem, &found, findings);
	return true;
}

/* --- DMARC --- */

static bool run_opendmarc(struct run *run, struct engine_findings *findings,
			  struct error *err)
{
	char *text = mem_array(run->mem, char, FACTS_BYTES + 1);
	size_t length = fread(text, 1, FACTS_BYTES, stdin);
	struct engine_dmarc_facts facts;

	text[length] = '\0';
	if (!engine_facts_read(run->mem, text, &facts))
		return error_set(err, ERROR_INPUT, "no facts to judge");
	struct engine_dmarc_opinion opinion =
	    engine_opendmarc_ask(&facts, SUFFIXES);
	findings->count = 1;
	findings->items = mem_new(run->mem, struct engine_finding);
	findings->items[0] = (struct engine_finding){
	    .domain = facts.author_domain,
	    .result = opinion.result,
	    .asked = opinion.asked,
	    .reason = opinion.reason,
	};
	return true;
}

/* --- which --- */

static const struct library {
	const char *name;
	bool (*run)(struct run *run, struct engine_findings *findings,
		    struct error *err);
} libraries[] = {
    {ENGINE_SPF2, run_spf2},
    {ENGINE_OPENDKIM, run_opendkim},
    {ENGINE_OPENDMARC, run_opendmarc},
};

static const struct library *find_library(const char *name)
{
	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
		if (strcmp(libraries[i].name, name) == 0)
			return &libraries[i];
	}
	return NULL;
}

int engine_child_run(struct tool *tool, const char *name)
{
	const struct library *library = find_library(name);
	struct engine_findings findings = {.count = 0};
	struct run run = {.mem = mem_context(tool->mem), .tool = tool};
	struct engine *engine;
	struct error err;

	if (library == NULL)
		return tool_usage(tool, "%s: no such library", name);
	if (!tool_envelope(tool, &run.envelope))
		return TOOL_BAD_USAGE;
	if (!tool_engine(tool, &engine, &err))
		return tool_fail(&err);
	run.evaluator = &engine->evaluator;
	engine_process_limit(engine_child_timeout_ms(engine->config));
	engine_fault(name);
	bool has_run = library->run(&run, &findings, &err);
	if (has_run)
		(void)printf("%s\n", engine_answer_write(tool->mem, &findings));
	/* The message before what it was read by. */
	mem_free(run.mem);
	engine_opendkim_free(run.opendkim);
	engine_unref(engine);
	return has_run ? TOOL_DONE : tool_fail(&err);
}
