/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * print.c - what alignctl whatif found, for people
 */
#include "tools/whatif/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/base/clock.h"
#include "tools/print.h"
#include "tools/table.h"

#define HOUR_S 3600

/* What becomes of mail, in one word of the postmaster's. */
static const char *fate(enum disposition disposition)
{
	static const char *const words[] = {
	    [DISPOSITION_NONE] = "delivered",
	    [DISPOSITION_TAG] = "tagged",
	    [DISPOSITION_QUARANTINE] = "held",
	    [DISPOSITION_REJECT] = "refused",
	    [DISPOSITION_TEMPFAIL] = "deferred",
	};

	return words[disposition];
}

static const char *fate_named(const char *text)
{
	enum disposition disposition;

	return replay_disposition(text, &disposition) ? fate(disposition)
						      : text;
}

static const char *number(TALLOC_CTX *mem, int64_t value)
{
	return mem_printf(mem, "%" PRId64, value);
}

static const char *period_text(TALLOC_CTX *mem,
			       const struct store_hours *period)
{
	char first[CLOCK_TEXT];
	char end[CLOCK_TEXT];

	if (period->is_empty)
		return "nothing";
	return mem_printf(mem, "%s to %s", clock_text(period->first_s, first),
			  clock_text(period->last_s + HOUR_S, end));
}

/* --- the heading --- */

static void print_config(TALLOC_CTX *mem, const char *label,
			 const struct whatif_config *shown)
{
	tool_print_words(mem, label, "%s: mode %s, %s", shown->path,
			 shown->config->daemon.mode == MODE_MONITOR ? "monitor"
								    : "enforce",
			 whatif_overrides_text(mem, shown->config));
}

/* A copy of the file elsewhere has lost its overrides without a word. */
static bool has_lost_overrides(const struct whatif_report *report)
{
	const struct config *running = report->running.config;

	return running != NULL && running->overrides != NULL &&
	       running->overrides->count > 0 &&
	       report->new.config->overrides_path == NULL;
}

static void print_heading(TALLOC_CTX *mem, const struct whatif_report *report)
{
	print_config(mem, "new", &report->new);
	if (has_lost_overrides(report))
		tool_print_member("", "none of the running configuration's "
				      "overrides: --overrides FILE names them");
	if (report->running.config != NULL)
		print_config(mem, "running", &report->running);
	else
		tool_print_words(mem, "running", "not known: %s",
				 report->running_problem);
	tool_print_member("store", report->store);
	tool_print_member("recorded", period_text(mem, &report->recorded));
}

/* --- the totals --- */

static void print_matrix(TALLOC_CTX *mem, const struct whatif_counts *counts)
{
	static const char *const titles[] = {"was", "would be", ">messages",
					     NULL};
	struct tool_table *table = tool_table_new(mem, titles);

	for (int i = 0; i < DISPOSITIONS * DISPOSITIONS; i++) {
		int from = i / DISPOSITIONS;
		int to = i % DISPOSITIONS;
		if (from == to || counts->matrix[from][to] == 0)
			continue;
		const char *const cells[] = {
		    fate((enum disposition)from), fate((enum disposition)to),
		    number(mem, counts->matrix[from][to])};
		tool_table_add(table, cells);
	}
	(void)printf("\n");
	tool_table_print(table);
}

static void print_totals(TALLOC_CTX *mem, const struct whatif_counts *counts)
{
	tool_print_member("messages", number(mem, counts->messages));
	tool_print_member("unchanged",
			  number(mem, counts->messages - counts->changed -
					  counts->unreadable - counts->others));
	for (int to = 0; to < DISPOSITIONS; to++) {
		int64_t newly = whatif_newly(counts, (enum disposition)to);
		if (newly > 0)
			tool_print_member(
			    mem_printf(mem, "newly %s",
				       fate((enum disposition)to)),
			    number(mem, newly));
	}
	if (counts->changed > 0)
		print_matrix(mem, counts);
}

/* What must be known to read the numbers. */
static void print_notes(TALLOC_CTX *mem, const struct whatif_counts *counts)
{
	const struct {
		int64_t count; /* below 1: nothing to say */
		const char *words;
	} notes[] = {
	    {counts->was_monitored,
	     "of those that change were let through by monitor mode when they "
	     "were recorded"},
	    {counts->as_running,
	     "of those that change would fare so under the running "
	     "configuration as well: the record is older than it"},
	    {counts->by_mode_alone,
	     "of those that change differ by the mode alone: with it, the "
	     "running configuration would do the same"},
	    {counts->skipped,
	     "would not be evaluated at all: trust.networks names their "
	     "source"},
	    {counts->sampled,
	     "stand under a pct between 1 and 99, by which dmarc.honor_pct = "
	     "full draws lots: counted by expected share"},
	    {counts->unreadable,
	     "left out: their rows hold words that alignd never writes"},
	    {counts->others,
	     "left out: they were counted without their senders, past what is "
	     "told apart in an hour"},
	};

	(void)printf("\n");
	for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
		if (notes[i].count > 0)
			tool_print_words(mem, number(mem, notes[i].count), "%s",
					 notes[i].words);
	}
}

/* --- the lists --- */

static void print_left_out(long left_out, const char *what)
{
	if (left_out > 0)
		(void)printf("  and %ld more %s: --limit N shows N of them\n",
			     left_out, what);
}

static void print_domains(TALLOC_CTX *mem, const struct whatif_changes *domains)
{
	static const char *const titles[] = {
	    "author domain", "was", "would be", ">messages", ">sources", NULL};
	struct tool_table *table = tool_table_new(mem, titles);

	for (size_t i = 0; i < domains->count; i++) {
		const struct store_change *change = &domains->items[i];
		const char *const cells[] = {
		    tool_or_dash(change->author_domain),
		    fate_named(change->applied), fate_named(change->outcome),
		    number(mem, change->messages),
		    number(mem, change->sources)};
		tool_table_add(table, cells);
	}
	(void)printf("\nBy author domain\n");
	tool_table_print(table);
	print_left_out(domains->left_out, "lines");
}

static const char *joined(TALLOC_CTX *mem, const struct text_list *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->count; i++)
		text = mem_printf(mem, "%s%s%s", text, i == 0 ? "" : " ",
				  list->items[i]);
	return text;
}

static void print_sources(TALLOC_CTX *mem, const struct whatif_changes *sources)
{
	static const char *const titles[] = {
	    "author domain", "source",	  "confirmed name", "was",
	    "would be",	     ">messages", "incidents",	    NULL};
	struct tool_table *table = tool_table_new(mem, titles);

	for (size_t i = 0; i < sources->count; i++) {
		const struct store_change *change = &sources->items[i];
		const char *const cells[] = {
		    tool_or_dash(change->author_domain),
		    change->client_ip,
		    tool_or_dash(change->client_name),
		    fate_named(change->applied),
		    fate_named(change->outcome),
		    number(mem, change->messages),
		    tool_or_dash(joined(mem, &sources->references[i]))};
		tool_table_add(table, cells);
	}
	(void)printf("\nBy source\n");
	tool_table_print(table);
	print_left_out(sources->left_out, "lines");
}

static bool has_reference(const struct whatif_changes *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		if (sources->references[i].count > 0)
			return true;
	}
	return false;
}

static void print_changes(TALLOC_CTX *mem, const struct whatif_report *report)
{
	print_domains(mem, &report->domains);
	print_sources(mem, &report->sources);
	if (has_reference(&report->sources))
		(void)printf("\nto see one: alignctl explain REF\n");
	else
		(void)printf("\nno incident stands behind these: plainly fine "
			     "mail leaves none, others are purged\n");
}

/* --- what cannot be said --- */

static void print_gaps(const struct whatif_report *report)
{
	if (report->gap_count == 0)
		return;
	(void)printf("\nNot answered: these settings differ too, and the "
		     "record cannot tell what they would do\n");
	for (size_t i = 0; i < report->gap_count; i++) {
		const struct replay_gap *gap = &report->gaps[i];
		(void)printf("  %s: %s -> %s\n    %s\n", gap->setting,
			     gap->running, gap->new, gap->why);
	}
}

static void print_empty(TALLOC_CTX *mem, const struct whatif_report *report)
{
	if (report->whole.is_empty)
		(void)printf("\nno results are recorded in this store yet\n");
	else
		(void)printf("\nno results in that period; recorded is %s\n",
			     period_text(mem, &report->whole));
}

void whatif_print(TALLOC_CTX *mem, const struct whatif_report *report)
{
	(void)printf("recorded mail under %s\n", report->new.path);
	print_heading(mem, report);
	if (report->recorded.is_empty) {
		print_empty(mem, report);
		return;
	}
	print_totals(mem, &report->counts);
	print_notes(mem, &report->counts);
	if (report->counts.changed > 0)
		print_changes(mem, report);
	else
		(void)printf("\nnothing would change\n");
	print_gaps(report);
}
