/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source_sums.c - rows of received reports, summed per source
 */
#include "lib/report/read/source_sums.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "lib/report/read/cause.h"

/* One row: its source, why it failed ("" when it passed), what it counts. */
struct sum_row {
	const char *domain;
	const char *source_ip;
	const char *cause;
	int64_t messages;
	int64_t passed;
	int64_t dkim_aligned;
	int64_t spf_aligned;
	int64_t quarantined;
	int64_t rejected;
};

struct source_sums {
	size_t count;
	size_t kept; /* of these */
	size_t room;
	struct sum_row *entries;
	TALLOC_CTX *pending; /* texts of entries behind `kept` */
	void *reports;	     /* tsearch(3): keys of those kept */
};

static void keep_key(void *key)
{
	(void)key; /* belongs to the sums */
}

static int end_sums(struct source_sums *sums)
{
	tdestroy(sums->reports, keep_key);
	return 0;
}

struct source_sums *source_sums_new(TALLOC_CTX *mem)
{
	struct source_sums *sums = mem_new(mem, struct source_sums);

	talloc_set_destructor(sums, end_sums);
	sums->pending = mem_context(sums);
	return sums;
}

/* --- adding --- */

static int64_t when(bool is_so, int64_t count)
{
	return is_so ? count : 0;
}

void source_sums_add(struct source_sums *sums,
		     const struct received_report *report,
		     const struct received_row *row)
{
	TALLOC_CTX *mem = sums->pending;
	bool is_pass = row->is_dkim_aligned || row->is_spf_aligned;

	if (sums->count == sums->room) {
		sums->room = sums->room == 0 ? 256 : sums->room * 2;
		sums->entries =
		    mem_resize(sums, sums->entries, struct sum_row, sums->room);
	}
	sums->entries[sums->count++] = (struct sum_row){
	    .domain = mem_strdup(mem, report->domain),
	    .source_ip = mem_strdup(mem, row->source_ip),
	    .cause = received_cause(mem, row),
	    .messages = row->count,
	    .passed = when(is_pass, row->count),
	    .dkim_aligned = when(row->is_dkim_aligned, row->count),
	    .spf_aligned = when(row->is_spf_aligned, row->count),
	    .quarantined =
		when(strcmp(row->disposition, "quarantine") == 0, row->count),
	    .rejected =
		when(strcmp(row->disposition, "reject") == 0, row->count),
	};
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_new(struct source_sums *sums,
		   const struct received_report *report)
{
	char *key = mem_printf(sums, "%s\n%s\n%s\n%lld", report->org_name,
			       report->domain, report->report_id,
			       (long long)report->begin_s);
	char *const *found = tsearch(key, &sums->reports, compare_keys);

	if (found == NULL || *found == key)
		return true;
	mem_free(key);
	return false;
}

bool source_sums_keep(struct source_sums *sums,
		      const struct received_report *report)
{
	if (!is_new(sums, report)) {
		source_sums_drop(sums);
		return false;
	}
	/* the domain may stand behind the rows */
	for (size_t i = sums->kept; i < sums->count; i++)
		sums->entries[i].domain =
		    mem_strdup(sums->pending, report->domain);
	sums->kept = sums->count;
	sums->pending = mem_context(sums);
	return true;
}

void source_sums_drop(struct source_sums *sums)
{
	sums->count = sums->kept;
	mem_free(sums->pending);
	sums->pending = mem_context(sums);
}

/* --- summing --- */

static int compare_entries(const void *a, const void *b)
{
	const struct sum_row *left = a;
	const struct sum_row *right = b;
	int order = strcmp(left->domain, right->domain);

	if (order == 0)
		order = strcmp(left->source_ip, right->source_ip);
	return order != 0 ? order : strcmp(left->cause, right->cause);
}

static int descending(int64_t left, int64_t right)
{
	return (left < right) - (left > right);
}

static int compare_causes(const void *a, const void *b)
{
	const struct source_cause *left = a;
	const struct source_cause *right = b;

	return descending(left->messages, right->messages);
}

static int compare_sources(const void *a, const void *b)
{
	const struct source_sum *left = a;
	const struct source_sum *right = b;
	int order = descending(left->messages - left->passed,
			       right->messages - right->passed);

	if (order == 0)
		order = descending(left->messages, right->messages);
	return order != 0 ? order : strcmp(left->source_ip, right->source_ip);
}

static int compare_totals(const void *a, const void *b)
{
	const struct source_total *left = a;
	const struct source_total *right = b;
	int order = descending(left->messages, right->messages);

	return order != 0 ? order : strcmp(left->domain, right->domain);
}

/* The entries that are alike, sorted by cause. */
static void sum_causes(TALLOC_CTX *mem, struct source_sum *sum,
		       const struct sum_row *entries, size_t count)
{
	struct source_cause *causes =
	    mem_array(mem, struct source_cause, count);
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (entries[i].cause[0] == '\0')
			continue;
		if (used == 0 ||
		    strcmp(causes[used - 1].words, entries[i].cause) != 0)
			causes[used++].words = entries[i].cause;
		causes[used - 1].messages += entries[i].messages;
	}
	qsort(causes, used, sizeof causes[0], compare_causes);
	sum->cause_count = used;
	sum->causes = causes;
}

static struct source_sum sum_source(TALLOC_CTX *mem,
				    const struct sum_row *entries, size_t count)
{
	struct source_sum sum = {
	    .domain = entries[0].domain,
	    .source_ip = entries[0].source_ip,
	};

	for (size_t i = 0; i < count; i++) {
		sum.messages += entries[i].messages;
		sum.passed += entries[i].passed;
		sum.dkim_aligned += entries[i].dkim_aligned;
		sum.spf_aligned += entries[i].spf_aligned;
		sum.quarantined += entries[i].quarantined;
		sum.rejected += entries[i].rejected;
	}
	sum_causes(mem, &sum, entries, count);
	return sum;
}

static bool is_same_source(const struct sum_row *a, const struct sum_row *b)
{
	return strcmp(a->source_ip, b->source_ip) == 0;
}

static bool is_same_domain(const struct sum_row *a, const struct sum_row *b)
{
	return strcmp(a->domain, b->domain) == 0;
}

/* How many of the first entries are alike. */
static size_t run_length(const struct sum_row *entries, size_t count,
			 bool (*is_same)(const struct sum_row *a,
					 const struct sum_row *b))
{
	size_t length = 1;

	while (length < count && is_same(&entries[0], &entries[length]))
		length++;
	return length;
}

static struct source_total
sum_domain(TALLOC_CTX *mem, const struct sum_row *entries, size_t count)
{
	struct source_total total = {.domain = entries[0].domain};
	struct source_sum *sources = mem_array(mem, struct source_sum, count);

	for (size_t i = 0; i < count;) {
		size_t length =
		    run_length(entries + i, count - i, is_same_source);
		sources[total.count] = sum_source(mem, entries + i, length);
		total.messages += sources[total.count].messages;
		total.passed += sources[total.count].passed;
		total.count++;
		i += length;
	}
	qsort(sources, total.count, sizeof sources[0], compare_sources);
	total.sources = sources;
	return total;
}

struct source_list source_sums_list(struct source_sums *sums)
{
	struct source_list list = {.count = 0};
	struct source_total *totals = NULL;

	if (sums->kept == 0)
		return list;
	qsort(sums->entries, sums->kept, sizeof sums->entries[0],
	      compare_entries);
	for (size_t i = 0; i < sums->kept;) {
		size_t length = run_length(sums->entries + i, sums->kept - i,
					   is_same_domain);
		totals = mem_resize(sums, totals, struct source_total,
				    list.count + 1);
		totals[list.count++] =
		    sum_domain(sums, sums->entries + i, length);
		i += length;
	}
	qsort(totals, list.count, sizeof totals[0], compare_totals);
	list.items = totals;
	return list;
}
