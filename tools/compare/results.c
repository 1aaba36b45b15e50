/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * results.c - one message, alignd's results beside those of the libraries
 */
#include "tools/compare/results.h"

#include <errno.h>
#include <string.h>

#include "lib/engines/engines.h"
#include "tools/compare/engine_child.h"
#include "tools/compare/engine_process.h"

const char *compare_kind_text(enum compare_kind kind)
{
	static const char *const words[] = {"spf", "dkim", "dmarc"};

	return words[kind];
}

/* --- a library's process --- */

/* "compare --run-engine NAME", then the options that this run was given. */
static const char **arguments_of(TALLOC_CTX *mem, const struct tool *tool,
				 const char *name)
{
	const char **list =
	    mem_array(mem, const char *, 5 + 2 * tool->given_count);
	size_t count = 0;

	list[count++] = "alignctl";
	list[count++] = tool->command->name;
	list[count++] = ENGINE_CHILD_OPTION;
	list[count++] = name;
	for (size_t i = 0; i < tool->given_count; i++) {
		const struct tool_given *given = &tool->given[i];
		list[count++] = given->option->name;
		if (given->value != NULL)
			list[count++] = given->value;
	}
	return list;
}

/* `ended` tells what became of a process that gave no answer. */
static bool ask(TALLOC_CTX *mem, const struct compare *compare,
		const char *name, FILE *input, struct engine_findings *findings,
		const char **ended, struct error *err)
{
	const struct engine_process process = {
	    .arguments = arguments_of(mem, compare->tool, name),
	    .input = input,
	    .timeout_ms = engine_child_timeout_ms(compare->engine->config),
	};
	struct engine_output output;

	if (!engine_process_run(mem, &process, &output, err))
		return false;
	*ended = output.ended;
	if (output.ended == NULL &&
	    !engine_answer_read(mem, output.text, findings))
		*ended = ENGINE_NO_ANSWER;
	return true;
}

/* --- rows --- */

static struct compare_row *add_row(TALLOC_CTX *mem,
				   struct comparison *comparison,
				   enum compare_kind kind, const char *engine,
				   const char *ended)
{
	comparison->rows = mem_resize(mem, comparison->rows, struct compare_row,
				      comparison->count + 1);
	struct compare_row *row = &comparison->rows[comparison->count++];
	*row = (struct compare_row){
	    .kind = kind, .engine = engine, .ended = ended};
	return row;
}

static const char *subject_of(TALLOC_CTX *mem, const char *domain,
			      const char *selector)
{
	if (domain == NULL || selector == NULL)
		return domain;
	return mem_printf(mem, "%s, selector %s", domain, selector);
}

static struct compare_side side_of(const struct engine_finding *finding)
{
	return (struct compare_side){.has_result = true,
				     .result = finding->result,
				     .asked = finding->asked,
				     .reason = finding->reason};
}

static void judge_row(struct compare_row *row, const struct verdict *verdict)
{
	const struct compare_side *ours = &row->ours;
	const struct compare_side *theirs = &row->theirs;
	bool is_unasked = row->kind == COMPARE_DMARC && !theirs->has_result;
	bool is_same = ours->has_result == theirs->has_result &&
		       ours->result == theirs->result &&
		       ours->asked == theirs->asked;

	row->agrees = row->ended == NULL && (is_unasked || is_same);
	if (!row->agrees && row->ended == NULL)
		row->rule = compare_rule(row, verdict);
}

static bool compare_spf(TALLOC_CTX *mem, const struct compare *compare,
			FILE *spool, struct comparison *comparison,
			struct error *err)
{
	const struct evidence_spf *spf = &comparison->verdict->evidence.spf;
	struct engine_findings findings = {.count = 0};
	const char *ended;

	if (!ask(mem, compare, ENGINE_SPF2, spool, &findings, &ended, err))
		return false;
	struct compare_row *row =
	    add_row(mem, comparison, COMPARE_SPF, ENGINE_SPF2, ended);
	row->subject = spf->domain;
	row->ours = (struct compare_side){
	    .has_result = true, .result = spf->result, .reason = spf->reason};
	if (findings.count > 0)
		row->theirs = side_of(&findings.items[0]);
	comparison->spf = findings;
	return true;
}

static void add_signature(TALLOC_CTX *mem, struct comparison *comparison,
			  const struct engine_findings *findings, size_t i,
			  const char *ended)
{
	const struct evidence_signatures *dkim =
	    &comparison->verdict->evidence.dkim;
	struct compare_row *row =
	    add_row(mem, comparison, COMPARE_DKIM, ENGINE_OPENDKIM, ended);

	if (i < findings->count) {
		row->subject = subject_of(mem, findings->items[i].domain,
					  findings->items[i].selector);
		row->theirs = side_of(&findings->items[i]);
	}
	if (i < dkim->count) {
		const struct evidence_signature *one = &dkim->items[i];
		row->ours = (struct compare_side){.has_result = true,
						  .result = one->result,
						  .reason = one->reason};
		if (one->domain != NULL)
			row->subject =
			    subject_of(mem, one->domain, one->selector);
	}
}

/* Both list the fields from the top down, broken ones too. */
static bool compare_dkim(TALLOC_CTX *mem, const struct compare *compare,
			 FILE *spool, struct comparison *comparison,
			 struct error *err)
{
	size_t ours = comparison->verdict->evidence.dkim.count;
	struct engine_findings findings = {.count = 0};
	const char *ended;

	if (!ask(mem, compare, ENGINE_OPENDKIM, spool, &findings, &ended, err))
		return false;
	comparison->dkim = findings;
	size_t count = ours > findings.count ? ours : findings.count;
	for (size_t i = 0; i < count; i++)
		add_signature(mem, comparison, &findings, i, ended);
	if (count > 0)
		return true;
	struct compare_row *row =
	    add_row(mem, comparison, COMPARE_DKIM, ENGINE_OPENDKIM, ended);
	row->ours.has_result = true;
	row->theirs.has_result = ended == NULL;
	return true;
}

struct engine_dmarc_facts compare_facts(TALLOC_CTX *mem,
					const struct verdict *verdict)
{
	const struct evidence *evidence = &verdict->evidence;
	const struct record *record = verdict->discovery.record;
	struct engine_identifier *signatures =
	    mem_array(mem, struct engine_identifier, evidence->dkim.count);

	for (size_t i = 0; i < evidence->dkim.count; i++)
		signatures[i] = (struct engine_identifier){
		    .domain = evidence->dkim.items[i].domain,
		    .selector = evidence->dkim.items[i].selector,
		    .result = evidence->dkim.items[i].result};
	return (struct engine_dmarc_facts){
	    .client = verdict->client.address,
	    .author_domain = verdict->author.domain,
	    .policy_domain = verdict->discovery.policy_domain,
	    .record = record == NULL ? NULL : record->text,
	    .spf = {.domain = evidence->spf.domain,
		    .result = evidence->spf.result},
	    .is_helo = evidence->spf.is_helo,
	    .signature_count = evidence->dkim.count,
	    .signatures = signatures,
	};
}

static struct compare_side our_dmarc(const struct verdict *verdict)
{
	static const enum auth_result results[] = {
	    [DMARC_RESULT_NONE] = AUTH_NONE,
	    [DMARC_RESULT_PASS] = AUTH_PASS,
	    [DMARC_RESULT_FAIL] = AUTH_FAIL,
	    [DMARC_RESULT_TEMPERROR] = AUTH_TEMPERROR,
	    [DMARC_RESULT_PERMERROR] = AUTH_PERMERROR,
	};
	bool is_fail = verdict->result == DMARC_RESULT_FAIL;

	return (struct compare_side){
	    .has_result = true,
	    .result = results[verdict->result],
	    .asked = is_fail ? verdict->decision.asked : REQUEST_ABSENT,
	    .reason = verdict->reason,
	};
}

static FILE *spool_of(const char *text, struct error *err)
{
	FILE *spool = tmpfile();

	if (spool == NULL || fputs(text, spool) < 0 || fflush(spool) != 0) {
		if (spool != NULL)
			(void)fclose(spool);
		(void)error_errno(err, ERROR_SYSTEM, errno, "temporary file");
		return NULL;
	}
	return spool;
}

bool compare_ask_opendmarc(TALLOC_CTX *mem, const struct compare *compare,
			   const struct engine_dmarc_facts *facts,
			   struct engine_findings *findings, const char **ended,
			   struct error *err)
{
	FILE *spool = spool_of(engine_facts_write(mem, facts), err);
	bool is_done = spool != NULL && ask(mem, compare, ENGINE_OPENDMARC,
					    spool, findings, ended, err);

	if (spool != NULL)
		(void)fclose(spool);
	return is_done;
}

/* Without an author domain, or without knowing its policy, there is nothing
 * that it could be asked. */
static bool compare_dmarc(TALLOC_CTX *mem, const struct compare *compare,
			  struct comparison *comparison, struct error *err)
{
	const struct verdict *verdict = comparison->verdict;
	struct engine_dmarc_facts facts = compare_facts(mem, verdict);
	struct engine_findings findings = {.count = 0};
	const char *ended = NULL;
	bool is_asked = verdict->author.error == AUTHOR_OK &&
			verdict->discovery.is_complete;

	if (is_asked && !compare_ask_opendmarc(mem, compare, &facts, &findings,
					       &ended, err))
		return false;
	struct compare_row *row =
	    add_row(mem, comparison, COMPARE_DMARC, ENGINE_OPENDMARC, ended);
	row->subject = verdict->author.domain;
	row->ours = our_dmarc(verdict);
	if (findings.count > 0)
		row->theirs = side_of(&findings.items[0]);
	return true;
}

bool compare_message(TALLOC_CTX *mem, const struct compare *compare,
		     FILE *spool, struct comparison *comparison,
		     struct error *err)
{
	*comparison = (struct comparison){.agrees = true};
	rewind(spool);
	if (!stored_message_evaluate(mem, &compare->evaluator,
				     &compare->envelope, spool,
				     &comparison->verdict, err) ||
	    !compare_spf(mem, compare, spool, comparison, err) ||
	    !compare_dkim(mem, compare, spool, comparison, err) ||
	    !compare_dmarc(mem, compare, comparison, err) ||
	    !compare_chain_judge(mem, compare, comparison, err))
		return false;
	for (size_t i = 0; i < comparison->count; i++) {
		judge_row(&comparison->rows[i], comparison->verdict);
		comparison->agrees &= comparison->rows[i].agrees;
	}
	return true;
}
