/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - a comparison for people, and for programs
 */
#include "tools/compare/results.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "tools/compare/engine_process.h"
#include "tools/print.h"

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

/* "fail, asked reject (SPF pass ... is not aligned)" */
static void add_side(struct strbuf *words, const struct compare_side *side)
{
	strbuf_add_text(words,
			side->result == NULL ? "not asked" : side->result);
	if (side->asked != NULL)
		strbuf_printf(words, ", asked %s", side->asked);
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
			      row->theirs.result == NULL ? "was not asked"
							 : "agrees");
	else {
		strbuf_printf(words, "%s: ", row->engine);
		add_side(words, &row->theirs);
	}
}

static void print_row(TALLOC_CTX *mem, const struct compare_row *row)
{
	static const char *const labels[] = {"SPF", "DKIM", "DMARC"};
	struct strbuf words;

	strbuf_init(&words, mem, WORDS_BYTES);
	if (row->subject != NULL)
		strbuf_printf(&words, "%s: ", row->subject);
	strbuf_add_text(&words, "alignd: ");
	add_side(&words, &row->ours);
	strbuf_add_text(&words, "; ");
	add_theirs(&words, row);
	tool_print_member(labels[row->kind], strbuf_text(&words));
	if (row->rule != NULL)
		tool_print_member("", row->rule);
}

void compare_print_text(TALLOC_CTX *mem, const char *file,
			const struct comparison *comparison)
{
	(void)printf("%s: %s\n", text_printable(mem, file),
		     comparison->agrees ? "agrees" : "differs");
	for (size_t i = 0; i < comparison->count; i++)
		print_row(mem, &comparison->rows[i]);
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

/* --- JSON --- */

/* "d.test, selector s1: no key; RFC ..." */
static const char *detail(TALLOC_CTX *mem, const struct compare_row *row)
{
	const char *const parts[] = {row->theirs.asked, row->theirs.reason,
				     row->rule};
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

static struct json *row_json(TALLOC_CTX *mem, const struct compare_row *row)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "name", row->engine);
	json_put_text(object, "kind", compare_kind_text(row->kind));
	json_put_text(object, "result", row->theirs.result);
	json_put_text(object, "detail", detail(mem, row));
	json_put_text(object, "ended", row->ended);
	return object;
}

static struct json *spf_json(TALLOC_CTX *mem, const struct evidence_spf *spf)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "result", auth_result_text(spf->result));
	json_put_text(object, "domain", spf->domain);
	json_put_text(object, "reason", spf->reason);
	return object;
}

static struct json *dkim_json(TALLOC_CTX *mem,
			      const struct evidence_signatures *dkim)
{
	struct json *list = json_new_array(mem);

	for (size_t i = 0; i < dkim->count; i++) {
		const struct evidence_signature *one = &dkim->items[i];
		struct json *object = json_new_object(mem);
		json_put_text(object, "domain", one->domain);
		json_put_text(object, "selector", one->selector);
		json_put_text(object, "result", auth_result_text(one->result));
		json_put_text(object, "reason", one->reason);
		json_add(list, object);
	}
	return list;
}

static struct json *dmarc_json(TALLOC_CTX *mem, const struct verdict *verdict)
{
	struct json *object = json_new_object(mem);

	json_put_text(object, "result", dmarc_result_text(verdict->result));
	json_put_text(object, "asked", request_text(verdict->decision.asked));
	json_put_text(object, "reason", verdict->reason);
	return object;
}

void compare_print_json(TALLOC_CTX *mem, const char *file,
			const struct comparison *comparison)
{
	const struct verdict *verdict = comparison->verdict;
	struct json *object = json_new_object(mem);
	struct json *ours = json_new_object(mem);
	struct json *engines = json_new_array(mem);

	json_put(ours, "spf", spf_json(mem, &verdict->evidence.spf));
	json_put(ours, "dkim", dkim_json(mem, &verdict->evidence.dkim));
	json_put(ours, "dmarc", dmarc_json(mem, verdict));
	for (size_t i = 0; i < comparison->count; i++)
		json_add(engines, row_json(mem, &comparison->rows[i]));
	json_put_text(object, "file", file);
	json_put(object, "alignd", ours);
	json_put(object, "engines", engines);
	json_put_flag(object, "agrees", comparison->agrees);
	(void)printf("%s\n", json_text(mem, object));
}
