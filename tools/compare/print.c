/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - a comparison for people, and for programs
 */
#include "tools/compare/results.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "tools/compare/engine_process.h"

#define WORDS_BYTES 4096

void compare_count(struct compare_sums *sums,
		   const struct comparison *comparison)
{
	bool differs[COMPARE_KINDS] = {false};

	sums->messages++;
	sums->agreeing += comparison->agrees;
	for (size_t i = 0; i < comparison->count; i++) {
		const struct compare_row *row = &comparison->rows[i];
		differs[row->kind] |= !row->agrees && row->ended == NULL;
		sums->ended +=
		    row->ended != NULL && (i == 0 || row[-1].kind != row->kind);
	}
	for (size_t kind = 0; kind < COMPARE_KINDS; kind++)
		sums->differing[kind] += differs[kind];
}

static const char *result_text(const struct compare_side *side,
			       const char *otherwise)
{
	return side->has_result ? auth_result_text(side->result) : otherwise;
}

/* "fail, asked reject (SPF pass ... is not aligned)" */
static void add_side(struct strbuf *words, const struct compare_side *side)
{
	strbuf_add_text(words, result_text(side, "not asked"));
	if (side->asked != REQUEST_ABSENT)
		strbuf_printf(words, ", asked %s", request_text(side->asked));
	if (side->reason != NULL)
		strbuf_printf(words, " (%s)", side->reason);
}

static void add_theirs(struct strbuf *words, const struct compare_row *row)
{
	if (row->ended != NULL && strcmp(row->ended, ENGINE_NO_ANSWER) == 0)
		strbuf_printf(words, "%s gave no answer", row->engine);
	else if (row->ended != NULL && strcmp(row->ended, "timeout") == 0)
		strbuf_printf(words, "%s: timeout", row->engine);
	else if (row->ended != NULL)
		strbuf_printf(words, "%s ended by %s", row->engine, row->ended);
	else if (row->agrees)
		strbuf_printf(words, "%s %s", row->engine,
			      row->theirs.has_result ? "agrees"
						     : "was not asked");
	else {
		strbuf_printf(words, "%s: ", row->engine);
		add_side(words, &row->theirs);
	}
}

/* "d.test, selector s1: no key; RFC ..." */
static const char *detail(TALLOC_CTX *mem, const struct compare_row *row)
{
	const char *const parts[] = {request_text(row->theirs.asked),
				     row->theirs.reason, row->rule};
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_BYTES);
	if (row->subject != NULL)
		strbuf_add_text(&words, row->subject);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i] != NULL)
			strbuf_printf(&words, "%s%s%s",
				      words.length == 0 ? "" : "; ",
				      i == 0 ? "asked " : "", parts[i]);
	}
	return words.length == 0 ? NULL : strbuf_text(&words);
}

/* "alignd: pass; libspf2 agrees" */
static const char *words_of(TALLOC_CTX *mem, const struct compare_row *row)
{
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_BYTES);
	if (row->subject != NULL)
		strbuf_printf(&words, "%s: ", row->subject);
	strbuf_add_text(&words, "alignd: ");
	add_side(&words, &row->ours);
	strbuf_add_text(&words, "; ");
	add_theirs(&words, row);
	return strbuf_text(&words);
}

static void put_row(struct show *show, const struct compare_row *row)
{
	static const char *const labels[] = {"SPF", "DKIM", "DMARC"};

	show_put(show, NULL, labels[row->kind],
		 value_text(words_of(show, row)));
	show_put(show, NULL, "", value_text(row->rule));
	show_data(show, "name", value_text(row->engine));
	show_data(show, "kind", value_text(compare_kind_text(row->kind)));
	show_data(show, "result", value_text(result_text(&row->theirs, NULL)));
	show_data(show, "detail", value_text(detail(show, row)));
	show_data(show, "ended", value_text(row->ended));
}

/* --- our own results, for programs --- */

static void put_spf(struct show *show, const struct evidence_spf *spf)
{
	show_data(show, "result", value_text(auth_result_text(spf->result)));
	show_data(show, "domain", value_text(spf->domain));
	show_data(show, "reason", value_text(spf->reason));
}

static void put_signature(struct show *show,
			  const struct evidence_signature *signature)
{
	show_data(show, "domain", value_text(signature->domain));
	show_data(show, "selector", value_text(signature->selector));
	show_data(show, "result",
		  value_text(auth_result_text(signature->result)));
	show_data(show, "reason", value_text(signature->reason));
}

static void put_dmarc(struct show *show, const struct verdict *verdict)
{
	show_data(show, "result",
		  value_text(dmarc_result_text(verdict->result)));
	show_data(show, "asked",
		  value_text(request_text(verdict->decision.asked)));
	show_data(show, "reason", value_text(verdict->reason));
}

static void put_ours(struct show *show, const struct verdict *verdict)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;

	put_spf(show_object(show, "spf"), &verdict->evidence.spf);
	struct show *list = show_list(show, "dkim");
	for (size_t i = 0; i < dkim->count; i++)
		put_signature(show_add(list), &dkim->items[i]);
	put_dmarc(show_object(show, "dmarc"), verdict);
}

/* --- those of before, one behind the other --- */

static void put_chain(struct show *show, const struct compare_chain *chain)
{
	const char *outcome = compare_outcome_text(chain->outcome);
	struct show *object = show_object(show, "chain");

	if (chain->by == NULL)
		show_put(object, NULL, "chain",
			 value_text(
			     mem_printf(object, "%s: %s",
					outcome == NULL ? "not known" : outcome,
					chain->why)));
	else
		show_put(object, NULL, "chain",
			 value_text(mem_printf(object, "%s by %s: %s", outcome,
					       chain->by, chain->why)));
	show_data(object, "outcome", value_text(outcome));
	show_data(object, "by", value_text(chain->by));
	show_data(object, "why", value_text(chain->why));
}

/* --- */

struct show *compare_show(TALLOC_CTX *mem, const char *file,
			  const struct comparison *comparison)
{
	struct show *show = show_new(mem);

	show_line(show, "%s: %s", text_printable(mem, file),
		  comparison->agrees ? "agrees" : "differs");
	show_data(show, "file", value_text(file));
	put_ours(show_object(show, "alignd"), comparison->verdict);
	struct show *engines = show_list(show, "engines");
	for (size_t i = 0; i < comparison->count; i++)
		put_row(show_add(engines), &comparison->rows[i]);
	put_chain(show, &comparison->chain);
	show_data(show, "agrees", value_flag(comparison->agrees));
	return show;
}

void compare_print_sums(const struct compare_sums *sums)
{
	(void)printf(
	    "%zu message%s: %zu agree, %zu differ (SPF %zu, DKIM %zu, "
	    "DMARC %zu), %zu time%s a library gave no answer\n",
	    sums->messages, sums->messages == 1 ? "" : "s", sums->agreeing,
	    sums->messages - sums->agreeing, sums->differing[COMPARE_SPF],
	    sums->differing[COMPARE_DKIM], sums->differing[COMPARE_DMARC],
	    sums->ended, sums->ended == 1 ? "" : "s");
}
