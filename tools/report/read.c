/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read.c - alignctl report read: what others say about our domains
 *
 * Sums the aggregate reports of files and mailboxes per sending source, and
 * tells for each that fails why. Nothing is kept, nothing is asked of the net.
 * Each file is read by a process of its own.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/report/read/source_sums.h"
#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/read_process.h"

#define SOURCES_SHOWN 25
#define CAUSES_SHOWN 3
#define LIMIT_MAX 1000000

static const char *const options[] = {"--json", "--limit", NULL};

/* What one run gathers. */
struct run {
	struct tool *tool;
	struct source_sums *sums;
	bool is_json;
	long limit;  /* sources shown of each domain */
	size_t left; /* rows, reports and refusals that may still come */
	size_t read;
	size_t repeated;
	size_t refused;
	int64_t begin_s; /* of all reports; 0 while none */
	int64_t end_s;
};

/* --- while reading --- */

static void see_row(void *context, const struct received_report *report,
		    const struct received_row *row)
{
	struct run *run = context;

	source_sums_add(run->sums, report, row);
}

static void widen_period(struct run *run, const struct received_report *report)
{
	if (report->begin_s > 0 &&
	    (run->begin_s == 0 || report->begin_s < run->begin_s))
		run->begin_s = report->begin_s;
	if (report->end_s > run->end_s)
		run->end_s = report->end_s;
}

static struct json *notes_json(struct run *run, const struct text_list *notes)
{
	struct json *list = json_new_array(run->tool->mem);

	for (size_t i = 0; i < notes->count; i++)
		json_add_text(list, notes->items[i]);
	return list;
}

static void print_report_json(struct run *run, const char *name,
			      const struct received_report *report,
			      const struct text_list *notes, bool is_repeated)
{
	TALLOC_CTX *mem = mem_context(run->tool->mem);
	struct json *object = json_new_object(mem);

	json_put_text(object, "kind", "report");
	json_put_text(object, "file", name);
	json_put_text(object, "org_name", report->org_name);
	json_put_text(object, "report_id", report->report_id);
	json_put_text(object, "domain", report->domain);
	json_put_number(object, "begin", report->begin_s);
	json_put_number(object, "end", report->end_s);
	json_put_text(object, "p", report->p);
	json_put_flag(object, "repeated", is_repeated);
	json_put(object, "notes", notes_json(run, notes));
	(void)printf("%s\n", json_text(mem, object));
	mem_free(mem);
}

static void see_report(void *context, const char *name,
		       const struct received_report *report,
		       const struct text_list *notes)
{
	struct run *run = context;
	bool is_new = source_sums_keep(run->sums, report);

	if (is_new)
		widen_period(run, report);
	run->read += is_new;
	run->repeated += !is_new;
	if (run->is_json) {
		print_report_json(run, name, report, notes, !is_new);
		return;
	}
	for (size_t i = 0; i < notes->count; i++)
		(void)fprintf(stderr, "alignctl: %s: %s\n",
			      text_printable(run->tool->mem, name),
			      notes->items[i]);
}

static void see_refused(void *context, const char *name, const char *why)
{
	struct run *run = context;
	struct json *object;

	source_sums_drop(run->sums);
	run->refused++;
	(void)fprintf(stderr, "alignctl: %s: refused: %s\n",
		      text_printable(run->tool->mem, name),
		      text_printable(run->tool->mem, why));
	if (!run->is_json)
		return;
	object = json_new_object(run->tool->mem);
	json_put_text(object, "kind", "refused");
	json_put_text(object, "file", name);
	json_put_text(object, "reason", why);
	(void)printf("%s\n", json_text(run->tool->mem, object));
}

/* --- afterwards --- */

static void print_source_json(TALLOC_CTX *mem, const struct source_sum *source)
{
	struct json *object = json_new_object(mem);
	struct json *causes = json_new_array(mem);

	for (size_t i = 0; i < source->cause_count; i++) {
		struct json *cause = json_new_object(mem);
		json_put_text(cause, "words", source->causes[i].words);
		json_put_number(cause, "messages", source->causes[i].messages);
		json_add(causes, cause);
	}
	json_put_text(object, "kind", "source");
	json_put_text(object, "domain", source->domain);
	json_put_text(object, "source_ip", source->source_ip);
	json_put_number(object, "messages", source->messages);
	json_put_number(object, "passed", source->passed);
	json_put_number(object, "dkim_aligned", source->dkim_aligned);
	json_put_number(object, "spf_aligned", source->spf_aligned);
	json_put_number(object, "quarantined", source->quarantined);
	json_put_number(object, "rejected", source->rejected);
	json_put(object, "causes", causes);
	(void)printf("%s\n", json_text(mem, object));
}

static void print_source(const struct source_sum *source)
{
	(void)printf("  %-39s %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64
		     " %9" PRId64 "\n",
		     source->source_ip, source->messages, source->passed,
		     source->messages - source->passed, source->quarantined,
		     source->rejected);
	for (size_t i = 0; i < source->cause_count && i < CAUSES_SHOWN; i++)
		(void)printf("      %" PRId64 "  %s\n",
			     source->causes[i].messages,
			     source->causes[i].words);
	if (source->cause_count > CAUSES_SHOWN)
		(void)printf("      and %zu further causes (--json lists "
			     "all)\n",
			     source->cause_count - CAUSES_SHOWN);
}

static void print_total(const struct run *run, const struct source_total *total)
{
	size_t shown = total->count < (size_t)run->limit ? total->count
							 : (size_t)run->limit;

	(void)printf("\n%s: %" PRId64 " messages from %zu sources, %.1f %% "
		     "pass\n",
		     total->domain[0] == '\0' ? "(no domain)" : total->domain,
		     total->messages, total->count,
		     100.0 * (double)total->passed / (double)total->messages);
	(void)printf("  %-39s %9s %9s %9s %9s %9s\n", "source", "messages",
		     "pass", "fail", "held", "refused");
	for (size_t i = 0; i < shown; i++)
		print_source(&total->sources[i]);
	if (shown < total->count)
		(void)printf("  and %zu further sources (--limit)\n",
			     total->count - shown);
}

static void print_heading(const struct run *run)
{
	char begin[CLOCK_TEXT];
	char end[CLOCK_TEXT];

	(void)printf("%zu reports read, %zu of them seen twice and counted "
		     "once, %zu refused\n",
		     run->read + run->repeated, run->repeated, run->refused);
	if (run->begin_s > 0)
		(void)printf("from %s to %s\n", clock_text(run->begin_s, begin),
			     clock_text(run->end_s, end));
}

static void print_sums(struct run *run)
{
	struct source_list list = source_sums_list(run->sums);

	if (!run->is_json)
		print_heading(run);
	for (size_t i = 0; i < list.count; i++) {
		const struct source_total *total = &list.items[i];
		if (!run->is_json) {
			print_total(run, total);
			continue;
		}
		for (size_t k = 0; k < total->count; k++) {
			TALLOC_CTX *mem = mem_context(run->tool->mem);
			print_source_json(mem, &total->sources[k]);
			mem_free(mem);
		}
	}
}

/* --- the command --- */

static void read_one(struct run *run, const char *path)
{
	const struct received_reader reader = {
	    .row = see_row,
	    .report = see_report,
	    .refused = see_refused,
	    .context = run,
	};

	read_process_run(run->tool->mem, path, &reader, &run->left);
}

static int read_reports(struct tool *tool)
{
	struct run run = {
	    .tool = tool,
	    .sums = source_sums_new(tool->mem),
	    .is_json = tool_has(tool, "--json"),
	    .limit = SOURCES_SHOWN,
	    .left = LIMIT_RECEIVED_ENTRIES,
	};

	if (!tool_limit(tool, LIMIT_MAX, &run.limit))
		return TOOL_BAD_USAGE;
	received_prepare();
	for (size_t i = 1; i < tool->operands.count; i++)
		read_one(&run, tool->operands.items[i]);
	print_sums(&run);
	return run.refused > 0 ? TOOL_BAD_INPUT : TOOL_DONE;
}

const struct tool_action report_action_read = {
    .name = "read",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .options = options,
    .run = read_reports,
};
