/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read.c - alignctl report read: what others say about our domains
 *
 * Sums the aggregate reports of files and mailboxes per sending source, and
 * tells for each that fails why; of TLS reports each policy as it comes.
 * Nothing is kept, nothing is asked of the net.
 * Each file is read by a process of its own.
 */
#include <inttypes.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/report/read/source_sums.h"
#include "lib/show/show.h"
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
	enum show_form form;
	long limit;  /* sources shown of each domain */
	size_t left; /* rows, reports and refusals that may still come */
	size_t read;
	size_t repeated;
	size_t refused;
	int64_t begin_s; /* of all reports; 0 while none */
	int64_t end_s;
	TALLOC_CTX *tls_mem;
	struct show **policies; /* of the TLS report to come */
	size_t policy_count;
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

/* For programs; people hear of faults only. */
static void print_report(const char *name, const struct received_report *report,
			 const struct text_list *notes, bool is_repeated)
{
	struct show *show = show_new(NULL);

	show_data(show, "kind", value_text("report"));
	show_data(show, "file", value_text(name));
	show_data(show, "org_name", value_text(report->org_name));
	show_data(show, "report_id", value_text(report->report_id));
	show_data(show, "domain", value_text(report->domain));
	show_data(show, "begin", value_number(report->begin_s));
	show_data(show, "end", value_number(report->end_s));
	show_data(show, "p", value_text(report->p));
	show_data(show, "repeated", value_flag(is_repeated));
	show_data(show, "notes", value_list(notes, ""));
	show_write(stdout, SHOW_JSON, show);
	mem_free(show);
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
	if (run->form == SHOW_JSON) {
		print_report(name, report, notes, !is_new);
		return;
	}
	for (size_t i = 0; i < notes->count; i++)
		(void)fprintf(stderr, "alignctl: %s: %s\n",
			      text_printable(run->tool->mem, name),
			      notes->items[i]);
}

/* --- TLS reports --- */

static void drop_policies(struct run *run)
{
	mem_free(run->tls_mem);
	run->tls_mem = mem_context(run->tool->mem);
	run->policies = NULL;
	run->policy_count = 0;
}

static void put_failures(struct show *show,
			 const struct received_tls_policy *policy)
{
	struct show *list = show_list(show, "failures");

	for (size_t i = 0; i < policy->failure_count; i++) {
		const struct received_tls_failure *failure =
		    &policy->failures[i];
		struct show *item = show_add(list);
		show_line(show, "    %" PRId64 " %s at %s %s",
			  failure->sessions, failure->result_type,
			  failure->mx_hostname, failure->receiving_ip);
		show_data(item, "type", value_text(failure->result_type));
		show_data(item, "sessions", value_number(failure->sessions));
		show_data(item, "mx", value_text(failure->mx_hostname));
		show_data(item, "mx_helo", value_text(failure->mx_helo));
		show_data(item, "receiving_ip",
			  value_text(failure->receiving_ip));
		show_data(item, "sending_ip", value_text(failure->sending_ip));
		show_data(item, "reason", value_text(failure->reason));
	}
}

static void see_policy(void *context, const struct received_tls_policy *policy)
{
	struct run *run = context;
	struct show *show = show_new(run->tls_mem);

	show_line(
	    show, "  %s of %s: %" PRId64 " sessions well, %" PRId64 " failed",
	    policy->type, policy->domain, policy->successful, policy->failed);
	show_data(show, "kind", value_text("tls"));
	show_data(show, "domain", value_text(policy->domain));
	show_data(show, "policy", value_text(policy->type));
	show_data(show, "successful", value_number(policy->successful));
	show_data(show, "failed", value_number(policy->failed));
	put_failures(show, policy);
	run->policies = mem_resize(run->tls_mem, run->policies, struct show *,
				   run->policy_count + 1);
	run->policies[run->policy_count++] = show;
}

static void see_tls_report(void *context, const char *name,
			   const struct received_tls_report *report,
			   const struct text_list *notes)
{
	struct run *run = context;

	run->read++;
	if (run->form == SHOW_TEXT)
		(void)printf("TLS report %s of %s (%s)\n", report->report_id,
			     report->org_name,
			     text_printable(run->tls_mem, name));
	for (size_t i = 0; i < notes->count; i++)
		(void)fprintf(stderr, "alignctl: %s: %s\n",
			      text_printable(run->tls_mem, name),
			      notes->items[i]);
	for (size_t i = 0; i < run->policy_count; i++) {
		show_data(run->policies[i], "reporter",
			  value_text(report->org_name));
		show_data(run->policies[i], "report_id",
			  value_text(report->report_id));
		show_data(run->policies[i], "begin",
			  value_number(report->begin_s));
		show_data(run->policies[i], "end", value_number(report->end_s));
		show_write(stdout, run->form, run->policies[i]);
	}
	drop_policies(run);
}

static void see_refused(void *context, const char *name, const char *why)
{
	struct run *run = context;
	struct show *show;

	source_sums_drop(run->sums);
	drop_policies(run);
	run->refused++;
	(void)fprintf(stderr, "alignctl: %s: refused: %s\n",
		      text_printable(run->tool->mem, name),
		      text_printable(run->tool->mem, why));
	if (run->form != SHOW_JSON)
		return;
	show = show_new(run->tool->mem);
	show_data(show, "kind", value_text("refused"));
	show_data(show, "file", value_text(name));
	show_data(show, "reason", value_text(why));
	show_write(stdout, SHOW_JSON, show);
	mem_free(show);
}

/* A message is no sum, and says more of people than this is for. */
static void see_failure(void *context, const char *name,
			const struct received_failure *failure)
{
	(void)failure;
	see_refused(context, name,
		    "it is a failure report about one message; only "
		    "aggregate reports are summed");
}

/* --- afterwards --- */

static void put_causes(struct show *show, const struct source_sum *source)
{
	struct show *list = show_list(show, "causes");

	for (size_t i = 0; i < source->cause_count; i++) {
		struct show *cause = show_add(list);
		const char *words = source->causes[i].words;
		int64_t messages = source->causes[i].messages;
		show_data(cause, "words", value_text(words));
		show_data(cause, "messages", value_number(messages));
		if (i < CAUSES_SHOWN)
			show_line(show, "      %" PRId64 "  %s", messages,
				  words);
	}
	if (source->cause_count > CAUSES_SHOWN)
		show_line(show,
			  "      and %zu further causes (--json lists all)",
			  source->cause_count - CAUSES_SHOWN);
}

static void print_source(enum show_form form, const struct source_sum *source)
{
	struct show *show = show_new(NULL);

	show_line(show,
		  "  %-39s %9" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64
		  " %9" PRId64,
		  source->source_ip, source->messages, source->passed,
		  source->messages - source->passed, source->quarantined,
		  source->rejected);
	show_data(show, "kind", value_text("source"));
	show_data(show, "domain", value_text(source->domain));
	show_data(show, "source_ip", value_text(source->source_ip));
	show_data(show, "messages", value_number(source->messages));
	show_data(show, "passed", value_number(source->passed));
	show_data(show, "dkim_aligned", value_number(source->dkim_aligned));
	show_data(show, "spf_aligned", value_number(source->spf_aligned));
	show_data(show, "quarantined", value_number(source->quarantined));
	show_data(show, "rejected", value_number(source->rejected));
	put_causes(show, source);
	show_write(stdout, form, show);
	mem_free(show);
}

static void print_total(const struct run *run, const struct source_total *total)
{
	bool is_text = run->form == SHOW_TEXT;
	size_t shown = total->count;

	if (is_text && shown > (size_t)run->limit)
		shown = (size_t)run->limit;
	if (is_text)
		(void)printf(
		    "\n%s: %" PRId64
		    " messages from %zu sources, %.1f %% pass\n"
		    "  %-39s %9s %9s %9s %9s %9s\n",
		    total->domain[0] == '\0' ? "(no domain)" : total->domain,
		    total->messages, total->count,
		    100.0 * (double)total->passed / (double)total->messages,
		    "source", "messages", "pass", "fail", "held", "refused");
	for (size_t i = 0; i < shown; i++)
		print_source(run->form, &total->sources[i]);
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

/* --- the command --- */

static int read_reports(struct tool *tool)
{
	struct run run = {
	    .tool = tool,
	    .sums = source_sums_new(tool->mem),
	    .form = tool_form(tool),
	    .limit = SOURCES_SHOWN,
	    .left = LIMIT_RECEIVED_ENTRIES,
	};

	const struct received_reader reader = {
	    .row = see_row,
	    .report = see_report,
	    .tls_policy = see_policy,
	    .tls_report = see_tls_report,
	    .failure = see_failure,
	    .refused = see_refused,
	    .context = &run,
	};

	if (!tool_limit(tool, LIMIT_MAX, &run.limit))
		return TOOL_BAD_USAGE;
	drop_policies(&run);
	received_prepare();
	for (size_t i = 1; i < tool->operands.count; i++)
		read_process_run(tool->mem, tool->operands.items[i], &reader,
				 &run.left);
	struct source_list list = source_sums_list(run.sums);
	if (run.form == SHOW_TEXT)
		print_heading(&run);
	for (size_t i = 0; i < list.count; i++)
		print_total(&run, &list.items[i]);
	return run.refused > 0 ? TOOL_BAD_INPUT : TOOL_DONE;
}

const struct tool_action report_action_read = {
    .name = "read",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .options = options,
    .run = read_reports,
};
