/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.c - what a process that reads a file of reports tells the one
 * that started it
 */
#include "lib/report/read/answer.h"

#include <inttypes.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/net.h"

#define TEXTS_MAX 14
/* Names grow with each mail and file; a reason holds several types. */
#define TEXT_BYTES (2 * LIMIT_RECEIVED_VALUE_BYTES + 1)

static const char flag_words[][5] = {"fail", "pass"};

/* --- writing --- */

static void write_row(void *context, const struct received_report *report,
		      const struct received_row *row)
{
	FILE *file = context;

	(void)report;
	for (size_t i = 0; i < row->result_count; i++) {
		const struct received_result *result = &row->results[i];
		(void)fprintf(file, "%s\t%s\t%s\t%s\t%s\n",
			      result->is_dkim ? "dkim" : "spf", result->domain,
			      result->selector, result->scope, result->result);
	}
	(void)fprintf(file, "row\t%s\t%" PRId64 "\t%s\t%s\t%s\t%s\t%s\t%s\n",
		      row->source_ip, row->count, row->disposition,
		      flag_words[row->is_dkim_aligned],
		      flag_words[row->is_spf_aligned], row->reason,
		      row->header_from, row->envelope_from);
}

static void write_notes(FILE *file, const struct text_list *notes)
{
	for (size_t i = 0; i < notes->count; i++)
		(void)fprintf(file, "note\t%s\n", notes->items[i]);
}

static void write_report(void *context, const char *name,
			 const struct received_report *report,
			 const struct text_list *notes)
{
	FILE *file = context;

	write_notes(file, notes);
	(void)fprintf(file,
		      "report\t%s\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64
		      "\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
		      name, report->org_name, report->email, report->report_id,
		      report->begin_s, report->end_s, report->domain, report->p,
		      report->sp, report->np, report->adkim, report->aspf,
		      report->pct, report->testing);
}

static void write_refused(void *context, const char *name, const char *why)
{
	(void)fprintf(context, "refused\t%s\t%s\n", name, why);
}

static void write_policy(void *context,
			 const struct received_tls_policy *policy)
{
	FILE *file = context;

	for (size_t i = 0; i < policy->failure_count; i++) {
		const struct received_tls_failure *failure =
		    &policy->failures[i];
		(void)fprintf(file,
			      "tlsfailure\t%s\t%s\t%s\t%s\t%s\t%" PRId64
			      "\t%s\t%s\n",
			      failure->result_type, failure->sending_ip,
			      failure->mx_hostname, failure->mx_helo,
			      failure->receiving_ip, failure->sessions,
			      failure->reason, failure->information);
	}
	(void)fprintf(file, "tlspolicy\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\n",
		      policy->type, policy->domain, policy->mx_hosts,
		      policy->successful, policy->failed);
}

static void write_tls_report(void *context, const char *name,
			     const struct received_tls_report *report,
			     const struct text_list *notes)
{
	FILE *file = context;

	write_notes(file, notes);
	(void)fprintf(file, "tls\t%s\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\n",
		      name, report->org_name, report->contact,
		      report->report_id, report->begin_s, report->end_s);
}

static void write_failure(void *context, const char *name,
			  const struct received_failure *failure)
{
	(void)fprintf(context,
		      "failure\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", name,
		      failure->type, failure->domain, failure->source_ip,
		      failure->auth_failure, failure->identity_alignment,
		      failure->delivery_result, failure->mail_from_domain,
		      failure->dkim_domain, failure->dkim_selector);
}

struct received_reader received_answer_writer(FILE *file)
{
	return (struct received_reader){
	    .row = write_row,
	    .report = write_report,
	    .tls_policy = write_policy,
	    .tls_report = write_tls_report,
	    .failure = write_failure,
	    .refused = write_refused,
	    .context = file,
	};
}

bool received_answer_close(FILE *file)
{
	(void)fputs("end\n", file);
	return fflush(file) == 0 && ferror(file) == 0;
}

/* --- taking --- */

struct received_answer {
	const char *path;
	const struct received_reader *reader;
	TALLOC_CTX *row_mem;	/* of the results of the row to come */
	TALLOC_CTX *report_mem; /* of the notes of the report to come */
	size_t result_count;
	struct received_result results[LIMIT_RECEIVED_RESULTS];
	TALLOC_CTX *policy_mem; /* of the failures of the policy to come */
	struct text_list notes;
	size_t failure_count;
	struct received_tls_failure failures[LIMIT_RECEIVED_FAILURES];
	size_t entries;
	bool is_whole;
};

static void begin_row(struct received_answer *answer)
{
	mem_free(answer->row_mem);
	answer->row_mem = mem_context(answer);
	answer->result_count = 0;
}

static void begin_policy(struct received_answer *answer)
{
	mem_free(answer->policy_mem);
	answer->policy_mem = mem_context(answer);
	answer->failure_count = 0;
}

static void begin_report(struct received_answer *answer)
{
	begin_row(answer);
	begin_policy(answer);
	mem_free(answer->report_mem);
	answer->report_mem = mem_context(answer);
	answer->notes = (struct text_list){.count = 0};
}

struct received_answer *
received_answer_new(TALLOC_CTX *mem, const char *path,
		    const struct received_reader *reader)
{
	struct received_answer *answer = mem_new(mem, struct received_answer);

	answer->path = path;
	answer->reader = reader;
	begin_report(answer);
	return answer;
}

/* The texts of a line, in row_mem until the next row. */
struct texts {
	const char *items[TEXTS_MAX];
};

static bool take_dkim(struct received_answer *answer, const struct texts *texts)
{
	if (answer->result_count == LIMIT_RECEIVED_RESULTS)
		return false;
	answer->results[answer->result_count++] = (struct received_result){
	    .is_dkim = true,
	    .domain = texts->items[0],
	    .selector = texts->items[1],
	    .scope = texts->items[2],
	    .result = texts->items[3],
	};
	return true;
}

static bool take_spf(struct received_answer *answer, const struct texts *texts)
{
	if (!take_dkim(answer, texts))
		return false;
	answer->results[answer->result_count - 1].is_dkim = false;
	return true;
}

static bool take_flag(const char *text, bool *is_pass)
{
	*is_pass = strcmp(text, flag_words[true]) == 0;
	return *is_pass || strcmp(text, flag_words[false]) == 0;
}

static bool take_row(struct received_answer *answer, const struct texts *texts)
{
	static const struct received_report unknown = {
	    "", "", "", 0, 0, "", "", "", "", "", "", "", ""};
	struct net_address address;
	struct received_row row = {
	    .source_ip = texts->items[0],
	    .disposition = texts->items[2],
	    .reason = texts->items[5],
	    .header_from = texts->items[6],
	    .envelope_from = texts->items[7],
	    .result_count = answer->result_count,
	    .results = answer->results,
	};

	if (!net_address_parse(row.source_ip, &address) ||
	    !text_number64(span_of(texts->items[1]), 1, RECEIVED_COUNT_MAX,
			   &row.count) ||
	    !take_flag(texts->items[3], &row.is_dkim_aligned) ||
	    !take_flag(texts->items[4], &row.is_spf_aligned))
		return false;
	answer->entries++;
	answer->reader->row(answer->reader->context, &unknown, &row);
	begin_row(answer);
	return true;
}

static bool take_note(struct received_answer *answer, const struct texts *texts)
{
	struct text_list *notes = &answer->notes;

	if (notes->count > LIMIT_RECEIVED_NOTES)
		return false;
	notes->items = mem_resize(answer->report_mem, notes->items,
				  const char *, notes->count + 1);
	notes->items[notes->count++] =
	    mem_strdup(answer->report_mem, texts->items[0]);
	return true;
}

/* A name goes on behind the file's, or is that. */
static bool is_name(const char *text)
{
	return text[0] == '\0' || strncmp(text, ": ", 2) == 0;
}

static bool take_time(const char *text, int64_t *time_s)
{
	return text_number64(span_of(text), 0, RECEIVED_TIME_MAX, time_s);
}

static const char *full_name(struct received_answer *answer, const char *name)
{
	return mem_printf(answer->row_mem, "%s%s", answer->path, name);
}

static bool take_report(struct received_answer *answer,
			const struct texts *texts)
{
	const char *const *items = texts->items;
	struct received_report report = {
	    .org_name = items[1],
	    .email = items[2],
	    .report_id = items[3],
	    .domain = items[6],
	    .p = items[7],
	    .sp = items[8],
	    .np = items[9],
	    .adkim = items[10],
	    .aspf = items[11],
	    .pct = items[12],
	    .testing = items[13],
	};

	if (!is_name(items[0]) || !take_time(items[4], &report.begin_s) ||
	    !take_time(items[5], &report.end_s))
		return false;
	answer->entries++;
	answer->reader->report(answer->reader->context,
			       full_name(answer, items[0]), &report,
			       &answer->notes);
	begin_report(answer);
	return true;
}

/* Texts that stay until the policy comes. */
static const char *keep(struct received_answer *answer, const char *text)
{
	return mem_strdup(answer->policy_mem, text);
}

static bool is_address_or_none(const char *text)
{
	struct net_address address;

	return text[0] == '\0' || net_address_parse(text, &address);
}

static bool take_sessions(const char *text, int64_t min, int64_t *sessions)
{
	return text_number64(span_of(text), min, RECEIVED_COUNT_MAX, sessions);
}

static bool take_tls_failure(struct received_answer *answer,
			     const struct texts *texts)
{
	const char *const *items = texts->items;
	struct received_tls_failure failure = {
	    .result_type = keep(answer, items[0]),
	    .sending_ip = keep(answer, items[1]),
	    .mx_hostname = keep(answer, items[2]),
	    .mx_helo = keep(answer, items[3]),
	    .receiving_ip = keep(answer, items[4]),
	    .reason = keep(answer, items[6]),
	    .information = keep(answer, items[7]),
	};

	if (answer->failure_count == LIMIT_RECEIVED_FAILURES ||
	    items[0][0] == '\0' || !is_address_or_none(items[1]) ||
	    !is_address_or_none(items[4]) ||
	    !take_sessions(items[5], 1, &failure.sessions))
		return false;
	answer->failures[answer->failure_count++] = failure;
	begin_row(answer);
	return true;
}

static bool take_tls_policy(struct received_answer *answer,
			    const struct texts *texts)
{
	const char *const *items = texts->items;
	struct received_tls_policy policy = {
	    .type = items[0],
	    .domain = items[1],
	    .mx_hosts = items[2],
	    .failure_count = answer->failure_count,
	    .failures = answer->failures,
	};

	if (items[0][0] == '\0' ||
	    !take_sessions(items[3], 0, &policy.successful) ||
	    !take_sessions(items[4], 0, &policy.failed))
		return false;
	answer->entries += 1 + policy.failure_count;
	answer->reader->tls_policy(answer->reader->context, &policy);
	begin_policy(answer);
	begin_row(answer);
	return true;
}

static bool take_tls(struct received_answer *answer, const struct texts *texts)
{
	const char *const *items = texts->items;
	struct received_tls_report report = {
	    .org_name = items[1],
	    .contact = items[2],
	    .report_id = items[3],
	};

	if (!is_name(items[0]) || !take_time(items[4], &report.begin_s) ||
	    !take_time(items[5], &report.end_s))
		return false;
	answer->entries++;
	answer->reader->tls_report(answer->reader->context,
				   full_name(answer, items[0]), &report,
				   &answer->notes);
	begin_report(answer);
	return true;
}

static bool take_failure(struct received_answer *answer,
			 const struct texts *texts)
{
	const char *const *items = texts->items;
	struct received_failure failure = {
	    .type = items[1],
	    .domain = items[2],
	    .source_ip = items[3],
	    .auth_failure = items[4],
	    .identity_alignment = items[5],
	    .delivery_result = items[6],
	    .mail_from_domain = items[7],
	    .dkim_domain = items[8],
	    .dkim_selector = items[9],
	};

	if (!is_name(items[0]) || items[1][0] == '\0' || items[2][0] == '\0' ||
	    !is_address_or_none(items[3]))
		return false;
	answer->entries++;
	answer->reader->failure(answer->reader->context,
				full_name(answer, items[0]), &failure);
	begin_report(answer);
	return true;
}

static bool take_refused(struct received_answer *answer,
			 const struct texts *texts)
{
	if (!is_name(texts->items[0]) || texts->items[1][0] == '\0')
		return false;
	answer->entries++;
	answer->reader->refused(answer->reader->context,
				full_name(answer, texts->items[0]),
				texts->items[1]);
	begin_report(answer);
	return true;
}

static bool take_end(struct received_answer *answer, const struct texts *texts)
{
	(void)texts;
	answer->is_whole = true;
	return true;
}

static const struct kind {
	const char *word;
	size_t texts;
	bool (*take)(struct received_answer *answer, const struct texts *texts);
} kinds[] = {
    {"dkim", 4, take_dkim},
    {"spf", 4, take_spf},
    {"row", 8, take_row},
    {"note", 1, take_note},
    {"report", 14, take_report},
    {"refused", 2, take_refused},
    {"tlsfailure", 8, take_tls_failure},
    {"tlspolicy", 5, take_tls_policy},
    {"tls", 6, take_tls},
    {"failure", 10, take_failure},
    {"end", 0, take_end},
};

static bool is_clean(struct span text)
{
	return text_is_ascii(text) && text.length <= TEXT_BYTES;
}

static bool cut_texts(struct received_answer *answer, struct span rest,
		      size_t count, struct texts *texts)
{
	bool is_more = true;
	struct span text;

	for (size_t i = 0; i < count; i++) {
		is_more = span_cut(rest, '\t', &text, &rest);
		if (is_more != (i + 1 < count) || !is_clean(text))
			return false;
		texts->items[i] =
		    mem_strndup(answer->row_mem, text.data, text.length);
	}
	return rest.length == 0;
}

bool received_answer_take(struct received_answer *answer, struct span line)
{
	struct texts texts;
	struct span word;
	struct span rest;
	bool has_texts = span_cut(line, '\t', &word, &rest);

	if (answer->is_whole)
		return false;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		const struct kind *kind = &kinds[i];
		if (span_equals(word, kind->word))
			return has_texts == (kind->texts > 0) &&
			       cut_texts(answer, rest, kind->texts, &texts) &&
			       kind->take(answer, &texts);
	}
	return false;
}

size_t received_answer_entries(const struct received_answer *answer)
{
	return answer->entries;
}

bool received_answer_is_whole(const struct received_answer *answer)
{
	return answer->is_whole;
}
