/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.c - one report for people: whom it goes to, what it says
 */
#include "tools/report/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"
#include "tools/print.h"

#define LARGEST 10
#define NAME_SHOWN 60

struct entry {
	int64_t count;
	char *line;
};

struct largest {
	TALLOC_CTX *mem;
	size_t count;
	struct entry entries[LARGEST]; /* by count, the largest first */
};

static char *line_of(TALLOC_CTX *mem, const struct aggregate_row *row)
{
	return mem_printf(
	    mem, "%10" PRId64 "  %-15s  %-10s  %-4s  %-4s  %s", row->count,
	    row->client_ip, aggregate_disposition_text(row->disposition),
	    row->is_dkim_aligned ? "pass" : "fail",
	    row->is_spf_aligned ? "pass" : "fail",
	    text_escape(mem, span_of(row->header_from), NAME_SHOWN, false));
}

/* Keeps the row when it is among the largest; equal ones stay in order. */
static bool on_row(void *context, const struct aggregate_row *row)
{
	struct largest *largest = context;
	size_t at = largest->count;

	while (at > 0 && largest->entries[at - 1].count < row->count)
		at--;
	if (at == LARGEST)
		return true;
	if (largest->count == LARGEST)
		mem_free(largest->entries[--largest->count].line);
	memmove(&largest->entries[at + 1], &largest->entries[at],
		(largest->count - at) * sizeof largest->entries[0]);
	largest->entries[at] = (struct entry){
	    .count = row->count, .line = line_of(largest->mem, row)};
	largest->count++;
	return true;
}

static void print_largest(const struct largest *largest, int64_t rows)
{
	(void)printf("%10s  %-15s  %-10s  %-4s  %-4s  %s\n", "messages",
		     "client", "reported", "dkim", "spf", "from");
	for (size_t i = 0; i < largest->count; i++)
		(void)printf("%s\n", largest->entries[i].line);
	if (rows > (int64_t)largest->count)
		(void)printf("%10s  %" PRId64 " smaller records\n", "and",
			     rows - (int64_t)largest->count);
}

static void print_head(TALLOC_CTX *mem, const struct aggregate_report *report,
		       const struct aggregate_rendered *rendered)
{
	char day[CLOCK_TEXT];

	(void)printf("%s, %.10s\n", report->policy_domain,
		     clock_text(report->begin_s, day));
	tool_print_member("record", report->record);
	for (size_t i = 0; i < report->rua.count; i++)
		tool_print_member(i == 0 ? "reported to" : "",
				  text_escape(mem,
					      span_of(report->rua.items[i]),
					      400, false));
	tool_print_words(mem, "messages",
			 "%" PRId64 ", of these %" PRId64 " passed, %" PRId64
			 " were refused",
			 report->messages, report->passed, report->refused);
	tool_print_words(mem, "report",
			 "%" PRId64 " records, %" PRId64 " bytes of XML, "
			 "%zu part%s",
			 rendered->rows, rendered->bytes, rendered->parts,
			 rendered->parts == 1 ? "" : "s");
	if (rendered->left_out > 0)
		tool_print_words(mem, "left out", "%" PRId64 " records",
				 rendered->left_out);
}

bool report_print_summary(struct aggregate_day *day,
			  const struct aggregate_report *report,
			  const struct aggregate_rendered *rendered,
			  struct error *err)
{
	struct largest largest = {.mem = mem_context(NULL)};
	bool ok = aggregate_rows(day, report, on_row, &largest, NULL, err);

	if (ok) {
		print_head(largest.mem, report, rendered);
		print_largest(&largest, rendered->rows);
	}
	mem_free(largest.mem);
	return ok;
}
