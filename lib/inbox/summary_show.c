/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary_show.c - a summary for people, for programs and as rows
 * Tested by test_alignctl_inbox_says.
 */
#include "lib/inbox/summary_show.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/inbox/tls_meaning.h"
#include "lib/stats/number.h"

#define WHYS_SHOWN 3
#define TYPES_SHOWN 5
#define APART_SHOWN 20

/* Who reports, as he calls himself. */
static const char *reporter_name(const char *reporter)
{
	return *reporter == '\0' ? "an unnamed reporter" : reporter;
}

/* --- DMARC --- */

static void put_whys(struct show *item, const struct inbox_source *source,
		     size_t shown)
{
	struct show *why = show_quiet(show_object(item, "why"));

	for (size_t i = 0; i < source->why_count; i++) {
		show_data(why, source->whys[i].words,
			  value_number(source->whys[i].messages));
		if (i < shown)
			show_line(item, "      %s failed: %s",
				  stats_count(item, source->whys[i].messages),
				  source->whys[i].words);
	}
	if (source->why_count > shown)
		show_line(item, "      and %s",
			  stats_counted(item,
					(int64_t)(source->why_count - shown),
					"further reason", "further reasons"));
}

static const char *known_as(const struct inbox_source *source)
{
	if (*source->service != '\0')
		return source->service;
	return *source->name != '\0' ? source->name : "";
}

static void tell_source(struct show *item, const struct inbox_source *source)
{
	char first[CLOCK_TEXT];
	char last[CLOCK_TEXT];

	show_line(item, "  %-39s %9s %8s  %-5s  %-10s  %-10s  %s",
		  source->address,
		  stats_count(item, source->messages),
		  stats_share(item, source->aligned, source->messages),
		  inbox_source_trend(source),
		  clock_day_text(source->first_s, first),
		  clock_day_text(source->last_s, last), known_as(source));
}

void inbox_source_heads(struct show *show)
{
	show_line(show, "  %-39s %9s %8s  %-5s  %-10s  %-10s  %s", "source",
		  "messages", "aligned", "trend", "first seen", "last seen",
		  "known as");
}

void inbox_source_put(struct show *list, const struct inbox_source *source,
		      size_t whys_shown)
{
	struct show *item = show_add(list);

	tell_source(item, source);
	show_data(item, "domain", value_text(source->domain));
	show_data(item, "source", value_text(source->address));
	show_data(item, "network", value_text(source->network));
	show_data(item, "name", value_given(source->name));
	show_data(item, "service", value_given(source->service));
	show_data(item, "messages", value_number(source->messages));
	show_data(item, "aligned", value_number(source->aligned));
	show_data(item, "dkim_aligned", value_number(source->dkim_aligned));
	show_data(item, "spf_aligned", value_number(source->spf_aligned));
	show_data(item, "quarantined", value_number(source->quarantined));
	show_data(item, "rejected", value_number(source->rejected));
	put_whys(item, source, whys_shown);
	show_data(item, "first", value_time(source->first_s));
	show_data(item, "last", value_time(source->last_s));
	show_data(item, "before", value_number(source->before));
	show_data(item, "before_aligned", value_number(source->before_aligned));
	show_data(item, "trend", value_text(inbox_source_trend(source)));
}

const char *inbox_summary_words(TALLOC_CTX *mem, int64_t messages,
				int64_t aligned, size_t sources)
{
	const char *of =
	    sources == 0
		? ""
		: mem_printf(mem, " of %s",
			     stats_counted(mem, (int64_t)sources, "source",
					   "sources"));
	const char *counted =
	    stats_counted(mem, messages, "message", "messages");

	if (messages == 0)
		return mem_printf(mem, "no messages%s", of);
	return mem_printf(mem, "%s%s, %s aligned", counted, of,
			  stats_share(mem, aligned, messages));
}

/* Sources of one domain, from `at` on. */
static size_t count_domain(const struct inbox_summary *summary, size_t at)
{
	size_t count = 1;

	while (at + count < summary->source_count &&
	       strcmp(summary->sources[at].domain,
		      summary->sources[at + count].domain) == 0)
		count++;
	return count;
}

static int64_t add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static void tell_domain(struct show *show, const struct inbox_source *sources,
			size_t count)
{
	struct inbox_source all = inbox_summary_total(sources, count);

	show_space(show);
	show_line(show, "%s: %s; in the period before: %s",
		  *sources->domain == '\0' ? "(no domain)" : sources->domain,
		  inbox_summary_words(show, all.messages, all.aligned, count),
		  inbox_summary_words(show, all.before, all.before_aligned, 0));
	inbox_source_heads(show);
}

static void put_sources(struct show *show, const struct inbox_view *view)
{
	const struct inbox_summary *summary = view->summary;
	struct show *list = show_list(show, "dmarc");
	size_t count;

	for (size_t at = 0; at < summary->source_count; at += count) {
		count = count_domain(summary, at);
		tell_domain(list, &summary->sources[at], count);
		for (size_t i = 0; i < count; i++) {
			const struct inbox_source *source =
			    &summary->sources[at + i];
			if (i < view->limit)
				inbox_source_put(list, source, WHYS_SHOWN);
			else if (!view->is_for_people)
				inbox_source_put(show_quiet(list), source, 0);
		}
		if (count > view->limit)
			show_line(list, "  and %s (--limit)",
				  stats_counted(list,
						(int64_t)(count - view->limit),
						"further source",
						"further sources"));
	}
}

/* --- TLS --- */

static int compare_types(const void *a, const void *b)
{
	const struct inbox_tls_type *left = a;
	const struct inbox_tls_type *right = b;

	return strcmp(left->type, right->type);
}

/* {"certificate-expired": 3}, whatever hosts they are of. */
static void put_type_sums(struct show *item, const struct inbox_tls_line *line)
{
	struct show *types = show_quiet(show_object(item, "types"));
	struct inbox_tls_type *sorted =
	    mem_array(item, struct inbox_tls_type, line->type_count);
	int64_t sessions = 0;

	for (size_t i = 0; i < line->type_count; i++)
		sorted[i] = line->types[i];
	if (line->type_count > 0)
		qsort(sorted, line->type_count, sizeof sorted[0],
		      compare_types);
	for (size_t i = 0; i < line->type_count; i++) {
		bool is_first =
		    i == 0 || compare_types(&sorted[i - 1], &sorted[i]) != 0;
		sessions = add(is_first ? 0 : sessions, sorted[i].sessions);
		show_data(types, sorted[i].type, value_number(sessions));
	}
}

static void put_details(struct show *item, const struct inbox_tls_line *line)
{
	struct show *list = show_list(item, "details");

	for (size_t i = 0; i < line->type_count; i++) {
		const struct inbox_tls_type *type = &line->types[i];
		struct inbox_tls_meaning meaning =
		    inbox_tls_meaning(type->type);
		struct show *detail = show_add(list);
		show_data(detail, "type", value_text(type->type));
		show_data(detail, "sessions", value_number(type->sessions));
		show_data(detail, "mx", value_given(type->mx));
		show_data(detail, "receiving_ip",
			  value_given(type->receiving_ip));
		show_data(detail, "meaning", value_text(meaning.words));
		show_data(detail, "act",
			  value_text(inbox_actor_text(meaning.actor)));
		if (i >= TYPES_SHOWN)
			continue;
		show_line(item, "      %s  %s at %s %s (to act: %s)",
			  stats_count(item, type->sessions), type->type,
			  *type->mx == '\0' ? "an unnamed host" : type->mx,
			  type->receiving_ip, inbox_actor_text(meaning.actor));
		show_sentence(item, 8, meaning.words);
	}
}

static void tell_line(struct show *item, const struct inbox_tls_line *line)
{
	const char *differs =
	    line->counted == line->failed || line->type_count == 0
		? ""
		: mem_printf(item, " (its details add up to %s)",
			     stats_count(item, line->counted));

	if (inbox_tls_is_policy(line->policy))
		show_line(item, "  %s, %s: %s well, %s failed%s",
			  reporter_name(line->reporter), line->policy,
			  stats_counted(item, line->successful, "session",
					"sessions"),
			  stats_count(item, line->failed), differs);
	else
		show_line(item,
			  "  %s, %s: %s, which is no failure",
			  reporter_name(line->reporter),
			  inbox_tls_policy_text(line->policy),
			  stats_counted(item,
					add(line->successful, line->failed),
					"session", "sessions"));
}

static void put_line(struct show *list, const struct inbox_tls_line *line)
{
	struct show *item = show_add(list);
	bool is_policy = inbox_tls_is_policy(line->policy);

	tell_line(item, line);
	show_data(item, "domain", value_text(line->domain));
	show_data(item, "reporter", value_text(line->reporter));
	show_data(item, "policy", value_text(line->policy));
	show_data(item, "successful", value_number(line->successful));
	show_data(item, "failed", value_number(is_policy ? line->failed : 0));
	show_data(item, "counted", value_number(line->counted));
	show_data(
	    item, "no_policy",
	    value_number(is_policy ? 0 : add(line->successful, line->failed)));
	put_type_sums(item, line);
	put_details(item, line);
}

static void put_tls(struct show *show, const struct inbox_summary *summary)
{
	struct show *list = show_list(show, "tls");

	for (size_t i = 0; i < summary->tls_count; i++) {
		const struct inbox_tls_line *line = &summary->tls[i];
		if (i == 0 ||
		    strcmp(line->domain, summary->tls[i - 1].domain) != 0) {
			show_space(list);
			show_line(list, "TLS to %s, by who reports and policy:",
				  *line->domain == '\0' ? "(no domain)"
							: line->domain);
		}
		put_line(list, line);
	}
}

/* --- failure reports --- */

static void put_failures(struct show *show, const struct inbox_summary *summary)
{
	struct show *list = show_list(show, "failures");

	if (summary->failure_count > 0) {
		show_space(list);
		show_line(list, "Failure reports about single messages:");
	}
	for (size_t i = 0; i < summary->failure_count; i++) {
		const struct store_inbox_failure_sum *sum =
		    &summary->failures[i];
		struct show *item = show_add(list);
		show_line(item,
			  "  %s from %s: %s (%s), %s of ours", sum->domain,
			  *sum->source_ip == '\0' ? "an unnamed source"
						  : sum->source_ip,
			  stats_counted(item, sum->reports, "report",
					"reports"),
			  sum->auth_failure,
			  stats_counted(item, sum->incidents, "incident",
					"incidents"));
		show_data(item, "domain", value_text(sum->domain));
		show_data(item, "source", value_given(sum->source_ip));
		show_data(item, "type", value_text(sum->auth_failure));
		show_data(item, "reports", value_number(sum->reports));
		show_data(item, "last", value_time(sum->last_s));
		show_data(item, "incidents", value_number(sum->incidents));
	}
}

/* --- whose reports they are --- */

static const char *proof_words(enum store_inbox_proof proof)
{
	static const char *const words[] = {
	    [INBOX_PROOF_NONE] = "not-proved",
	    [INBOX_PROOF_SENDER] = "proved",
	    [INBOX_PROOF_OTHER] = "another",
	};

	return words[proof];
}

static void put_reporter(struct show *list,
			 const struct store_inbox_reporter *reporter)
{
	struct show *item = show_add(list);

	if (reporter->proof == INBOX_PROOF_OTHER)
		show_line(item,
			  "  sent by %s, says it is from %s (%s): %s about %s",
			  reporter->sender, reporter->claim,
			  reporter_name(reporter->reporter),
			  stats_counted(item, reporter->reports, "report",
					"reports"),
			  reporter->domain);
	show_data(item, "kind", value_text(reporter->kind));
	show_data(item, "domain", value_text(reporter->domain));
	show_data(item, "reporter", value_text(reporter->reporter));
	show_data(item, "claim", value_given(reporter->claim));
	show_data(item, "sender", value_given(reporter->sender));
	show_data(item, "proof", value_text(proof_words(reporter->proof)));
	show_data(item, "reports", value_number(reporter->reports));
}

static int64_t count_reports(const struct inbox_summary *summary,
			     enum store_inbox_proof proof)
{
	int64_t count = 0;

	for (size_t i = 0; i < summary->reporter_count; i++) {
		if (summary->reporters[i].proof == proof)
			count = add(count, summary->reporters[i].reports);
	}
	return count;
}

static void tell_reporters(struct show *list,
			   const struct inbox_summary *summary)
{
	int64_t proved = count_reports(summary, INBOX_PROOF_SENDER);
	int64_t other = count_reports(summary, INBOX_PROOF_OTHER);
	int64_t unknown = count_reports(summary, INBOX_PROOF_NONE);

	show_space(list);
	show_line(list,
		  "From whom: %s; proved to be from whom they name: %s; sent "
		  "by another: %s; not known: %s",
		  stats_counted(list, add(add(proved, other), unknown),
				"report", "reports"),
		  stats_count(list, proved), stats_count(list, other),
		  stats_count(list, unknown));
}

static void put_reporters(struct show *show,
			  const struct inbox_summary *summary)
{
	struct show *list = show_list(show, "reporters");

	if (summary->reporter_count > 0)
		tell_reporters(list, summary);
	for (size_t i = 0; i < summary->reporter_count; i++)
		put_reporter(i < APART_SHOWN ? list : show_quiet(list),
			     &summary->reporters[i]);
}

/* --- what counts nowhere --- */

static const char *state_words(const char *state)
{
	return strcmp(state, "failed") == 0
		   ? "its own mail failed DMARC: anybody may have sent it"
		   : "another content under the key of one that counts";
}

static void put_apart(struct show *list, const struct store_inbox_apart *apart)
{
	struct show *item = show_add(list);

	show_line(item, "  %s report %s of %s about %s: %s", apart->kind,
		  apart->ident, reporter_name(apart->reporter), apart->domain,
		  state_words(apart->state));
	show_data(item, "state", value_text(apart->state));
	show_data(item, "kind", value_text(apart->kind));
	show_data(item, "reporter", value_text(apart->reporter));
	show_data(item, "id", value_text(apart->ident));
	show_data(item, "domain", value_text(apart->domain));
	show_data(item, "sender", value_given(apart->sender));
	show_data(item, "received", value_time(apart->received_s));
	show_data(item, "messages", value_number(apart->messages));
	show_data(item, "why", value_text(state_words(apart->state)));
}

static void put_aside(struct show *list, const struct store_inbox_aside *aside)
{
	struct show *item = show_add(list);

	show_line(item, "  item %" PRId64 ", %s: %s", aside->id, aside->name,
		  aside->why);
	show_data(item, "state", value_text("aside"));
	show_data(item, "item", value_number(aside->id));
	show_data(item, "name", value_text(aside->name));
	show_data(item, "sender", value_given(aside->sender));
	show_data(item, "received", value_time(aside->received_s));
	show_data(item, "size", value_number(aside->size));
	show_data(item, "why", value_text(aside->why));
}

static void put_uncounted(struct show *show,
			  const struct inbox_summary *summary)
{
	struct show *list = show_list(show, "kept_apart");
	size_t count = summary->apart_count + summary->aside_count;

	if (count > 0) {
		show_space(list);
		show_line(list, "Kept apart, counted nowhere: %zu", count);
	}
	for (size_t i = 0; i < count; i++) {
		struct show *shown = i < APART_SHOWN ? list : show_quiet(list);
		if (i < summary->apart_count)
			put_apart(shown, &summary->aparts[i]);
		else
			put_aside(shown,
				  &summary->asides[i - summary->apart_count]);
	}
	if (count > APART_SHOWN)
		show_line(list, "  and %zu more (--json lists all)",
			  count - APART_SHOWN);
}

/* --- all of it --- */

void inbox_summary_show(struct show *show, const struct inbox_view *view)
{
	const struct store_inbox_period *period = view->period;
	char since[CLOCK_TEXT];
	char until[CLOCK_TEXT];

	show_line(show, "Reports of others, days from %s to %s",
		  clock_day_text(period->since_s, since),
		  clock_day_text(period->until_s, until));
	show_data(show, "since", value_time(period->since_s));
	show_data(show, "until", value_time(period->until_s));
	put_sources(show, view);
	put_tls(show, view->summary);
	put_failures(show, view->summary);
	put_reporters(show, view->summary);
	put_uncounted(show, view->summary);
}

/* --- rows --- */

static const struct table_column columns[] = {
    {.csv = "domain"},	   {.csv = "source"},	{.csv = "network"},
    {.csv = "name"},	   {.csv = "service"},	{.csv = "messages"},
    {.csv = "aligned"},	   {.csv = "rejected"}, {.csv = "quarantined"},
    {.csv = "before"},	   {.csv = "first"},	{.csv = "last"},
    {.csv = "main_cause"}, TABLE_END,
};

void inbox_summary_rows(FILE *file, const struct inbox_summary *summary)
{
	struct rows rows = {.file = file, .form = SHOW_CSV, .columns = columns};

	rows_begin(&rows);
	for (size_t i = 0; i < summary->source_count; i++) {
		const struct inbox_source *source = &summary->sources[i];
		const struct value cells[] = {
		    value_text(source->domain),
		    value_text(source->address),
		    value_text(source->network),
		    value_text(source->name),
		    value_text(source->service),
		    value_number(source->messages),
		    value_number(source->aligned),
		    value_number(source->rejected),
		    value_number(source->quarantined),
		    value_number(source->before),
		    value_time(source->first_s),
		    value_time(source->last_s),
		    value_text(source->why_count > 0 ? source->whys[0].words
						     : ""),
		};
		rows_add(&rows, cells, COUNT_OF(cells));
	}
}
