/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.c - one report: whom it goes to, what it says
 */
#include "tools/report/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/clock.h"

#define LARGEST 10
#define NAME_SHOWN 60
#define ADDRESS_SHOWN 400

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
static bool keep_largest(void *context, const struct aggregate_row *row)
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

static void say_largest(struct show *show, const struct largest *largest,
			int64_t rows)
{
	show_line(show, "%10s  %-15s  %-10s  %-4s  %-4s  %s", "messages",
		  "client", "reported", "dkim", "spf", "from");
	for (size_t i = 0; i < largest->count; i++)
		show_line(show, "%s", largest->entries[i].line);
	if (rows > (int64_t)largest->count)
		show_line(show, "%10s  %" PRId64 " smaller records", "and",
			  rows - (int64_t)largest->count);
}

void report_put_summary(struct show *show,
			const struct aggregate_report *report,
			const struct aggregate_rendered *rendered)
{
	char day[CLOCK_TEXT];

	show_line(show, "%s, %s", report->policy_domain,
		  clock_day_text(report->begin_s, day));
	show_data(show, "day", value_day(report->begin_s));
	show_data(show, "policy_domain", value_text(report->policy_domain));
	show_put(show, "record", "record", value_text(report->record));
	show_data(show, "discovery", value_given(report->discovery));
	show_data(show, "rua", value_list(&report->rua, ""));
	for (size_t i = 0; i < report->rua.count; i++)
		show_put(
		    show, NULL, i == 0 ? "reported to" : "",
		    value_text(text_escape(show, span_of(report->rua.items[i]),
					   ADDRESS_SHOWN, false)));
	show_member(show, "messages",
		    "%" PRId64 ", of these %" PRId64 " passed, %" PRId64
		    " were refused",
		    report->messages, report->passed, report->refused);
	show_member(show, "report",
		    "%" PRId64 " records, %" PRId64 " bytes of XML, %zu part%s",
		    rendered->rows, rendered->bytes, rendered->parts,
		    rendered->parts == 1 ? "" : "s");
	if (rendered->left_out > 0)
		show_member(show, "left out", "%" PRId64 " records",
			    rendered->left_out);
	show_data(show, "messages", value_number(report->messages));
	show_data(show, "passed", value_number(report->passed));
	show_data(show, "refused", value_number(report->refused));
	show_data(show, "parts", value_number((int64_t)rendered->parts));
	show_data(show, "records", value_number(rendered->rows));
	show_data(show, "bytes", value_number(rendered->bytes));
	show_data(show, "left_out", value_number(rendered->left_out));
}

bool report_say_largest(struct show *show, struct aggregate_day *day,
			const struct aggregate_report *report, int64_t rows,
			struct error *err)
{
	struct largest largest = {.mem = show};

	if (!aggregate_rows(day, report, keep_largest, &largest, NULL, err))
		return false;
	say_largest(show, &largest, rows);
	return true;
}
