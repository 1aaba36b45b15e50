/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_answer - any bytes as the answer of the process that reads a file of
 * reports
 *
 * Properties: what is handed on is clean and within its bounds; written down
 * and taken again it is the same; nothing is taken behind the end.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/report/read/answer.h"

struct told {
	struct received_reader writer;
	size_t entries;
};

static void require_clean(const char *text)
{
	require(strlen(text) <= 2 * LIMIT_RECEIVED_VALUE_BYTES + 1);
	for (; *text != '\0'; text++)
		require(*text >= 0x20 && *text < 0x7f);
}

static void see_row(void *context, const struct received_report *report,
		    const struct received_row *row)
{
	struct told *told = context;
	struct net_address address;

	require(net_address_parse(row->source_ip, &address));
	require(row->count >= 1 && row->count <= RECEIVED_COUNT_MAX);
	require(row->result_count <= LIMIT_RECEIVED_RESULTS);
	require_clean(row->header_from);
	for (size_t i = 0; i < row->result_count; i++) {
		require_clean(row->results[i].domain);
		require_clean(row->results[i].result);
	}
	told->entries++;
	told->writer.row(told->writer.context, report, row);
}

static void see_report(void *context, const char *name,
		       const struct received_report *report,
		       const struct text_list *notes)
{
	struct told *told = context;

	require_clean(name);
	require_clean(report->domain);
	require(report->begin_s >= 0 && report->end_s <= RECEIVED_TIME_MAX);
	require(notes->count <= LIMIT_RECEIVED_NOTES + 1);
	told->entries++;
	told->writer.report(told->writer.context, name, report, notes);
}

static void see_policy(void *context, const struct received_tls_policy *policy)
{
	struct told *told = context;

	require_clean(policy->domain);
	require(policy->type[0] != '\0');
	require(policy->successful >= 0 &&
		policy->successful <= RECEIVED_COUNT_MAX);
	require(policy->failure_count <= LIMIT_RECEIVED_FAILURES);
	for (size_t i = 0; i < policy->failure_count; i++) {
		require_clean(policy->failures[i].result_type);
		require_clean(policy->failures[i].information);
		require(policy->failures[i].sessions >= 1);
	}
	told->entries += 1 + policy->failure_count;
	told->writer.tls_policy(told->writer.context, policy);
}

static void see_tls(void *context, const char *name,
		    const struct received_tls_report *report,
		    const struct text_list *notes)
{
	struct told *told = context;

	require_clean(name);
	require_clean(report->org_name);
	require(report->begin_s >= 0 && report->end_s <= RECEIVED_TIME_MAX);
	told->entries++;
	told->writer.tls_report(told->writer.context, name, report, notes);
}

static void see_failure(void *context, const char *name,
			const struct received_failure *failure)
{
	struct told *told = context;

	require_clean(name);
	require_clean(failure->domain);
	require(failure->domain[0] != '\0');
	told->entries++;
	told->writer.failure(told->writer.context, name, failure);
}

static void see_refused(void *context, const char *name, const char *why)
{
	struct told *told = context;

	require_clean(name);
	require_clean(why);
	require(why[0] != '\0');
	told->entries++;
	told->writer.refused(told->writer.context, name, why);
}

/* What is made of the lines before the first that is none, written down. */
static char *take(struct span lines, size_t *length)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char *text = NULL;
	FILE *file = open_memstream(&text, length);
	struct told told = {.writer = received_answer_writer(file)};
	const struct received_reader reader = {
	    .row = see_row,
	    .report = see_report,
	    .tls_policy = see_policy,
	    .tls_report = see_tls,
	    .failure = see_failure,
	    .refused = see_refused,
	    .context = &told,
	};
	struct received_answer *answer = received_answer_new(mem, "", &reader);
	struct span line;

	while (lines.length > 0) {
		bool is_over = received_answer_is_whole(answer);
		(void)span_cut(lines, '\n', &line, &lines);
		if (!received_answer_take(answer, line))
			break;
		require(!is_over);
	}
	require(received_answer_entries(answer) == told.entries);
	require(received_answer_close(file));
	(void)fclose(file);
	mem_free(mem);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t lengths[2];
	char *first = take(span_make((const char *)data, size), &lengths[0]);
	char *again = take(span_make(first, lengths[0]), &lengths[1]);

	require(lengths[0] == lengths[1] &&
		memcmp(first, again, lengths[0]) == 0);
	free(first);
	free(again);
	return 0;
}
