/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.c - alignctl inbox sources, explain: who sends in our names
 * Tested by test_alignctl_inbox_says.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/report/read/cause.h"
#include "lib/stats/number.h"
#include "tools/inbox/actions.h"
#include "tools/inbox/question.h"

#define DAY_S 86400
#define SOURCES_DAYS 7
#define EXPLAIN_DAYS 90

static const char *const sources_options[] = {
    "--by", "--domain", "--json", "--limit", "--names", "--new", "--since",
    NULL};
static const char *const explain_options[] = {"--domain", "--json", "--since",
					      NULL};

static int64_t days_ago(const struct tool *tool, int64_t days)
{
	return clock_now_s(&tool->clock) - days * DAY_S;
}

/* --- sources --- */

/* Never seen before the period, in all that is kept, and failing. */
static bool is_new(const struct inbox_question *question,
		   const struct inbox_source *source)
{
	return source->first_s >= question->period.since_s &&
	       source->aligned < source->messages;
}

static void write_source(struct tool *tool, const struct inbox_source *source)
{
	struct show *show = show_new(NULL);
	struct show *list = show_list(show, "sources");

	inbox_source_put(list, source, 1);
	if (tool_form(tool) == SHOW_TEXT)
		show_write(stdout, SHOW_TEXT, show);
	else
		(void)printf("%s\n",
			     json_text(show, json_item(show, list->json, 0)));
	mem_free(show);
}

/* Of the sources of one domain, for people. */
static void write_heads(struct tool *tool, const char *domain)
{
	struct show *show = show_new(NULL);

	if (tool_form(tool) == SHOW_TEXT) {
		show_line(show, "%s", *domain == '\0' ? "(no domain)" : domain);
		inbox_source_heads(show);
		show_write(stdout, SHOW_TEXT, show);
	}
	mem_free(show);
}

static int run_sources(struct tool *tool)
{
	struct inbox_question question;
	bool is_new_wanted = tool_has(tool, "--new");
	long shown = 0;
	const char *domain = NULL; /* of the heads above */
	int status = inbox_question_ask(tool, "", days_ago(tool, SOURCES_DAYS),
					INBOX_BY_FAILING, &question);

	for (size_t i = 0; status == TOOL_DONE && shown < question.limit &&
			   i < question.summary.source_count;
	     i++) {
		const struct inbox_source *source =
		    &question.summary.sources[i];
		if (source->messages == 0 ||
		    (is_new_wanted && !is_new(&question, source)))
			continue;
		if (domain == NULL || strcmp(domain, source->domain) != 0)
			write_heads(tool, source->domain);
		domain = source->domain;
		write_source(tool, source);
		shown++;
	}
	if (status == TOOL_DONE && shown == 0 && tool_form(tool) == SHOW_TEXT)
		(void)printf(is_new_wanted ? "no new source fails\n"
					   : "no source\n");
	return status;
}

const struct tool_action inbox_action_sources = {
    .name = "sources",
    .options = sources_options,
    .run = run_sources,
};

/* --- explain --- */

static bool is_disputed(const struct inbox_source *source)
{
	for (size_t i = 0; i < source->why_count; i++)
		if (received_cause_is_disputed(source->whys[i].words))
			return true;
	return false;
}

/* Where all of it passes. */
static const char *advice_of_good(const struct inbox_source *source)
{
	if (source->dkim_aligned >= source->messages)
		return "All of it passes: this is a sender of yours, and it "
		       "is set up well.";
	return "All of it passes: this is a sender of yours. What has no "
	       "aligned signature passes by SPF alone and fails once somebody "
	       "forwards it: let all of it sign with your domain (DKIM).";
}

/* own.hosts has it: no stranger's, whatever the reports say. */
static bool is_own_host(const struct text_list *hosts, const char *address)
{
	struct net_address wanted;
	struct net_address host;

	if (!net_address_parse(address, &wanted))
		return false;
	for (size_t i = 0; i < hosts->count; i++)
		if (net_address_parse(hosts->items[i], &host) &&
		    net_address_equals(&wanted, &host))
			return true;
	return false;
}

static const char *advice_of_own(const struct inbox_source *source)
{
	if (source->aligned > 0)
		return "This is a server of yours (own.hosts), and not all of "
		       "its mail passes: mend what the reasons above name "
		       "before you raise the policy.";
	return "This is a server of yours (own.hosts), and none of its mail "
	       "passes: let it sign with your domain (DKIM), and name it in "
	       "the SPF record, before you raise the policy: under "
	       "quarantine or reject all of it is lost.";
}

/* Whose affair it is, as far as reports can tell. */
static const char *advice_of(const struct inbox_source *source,
			     const struct text_list *hosts)
{
	if (source->messages == 0)
		return "Nothing came from there in this period.";
	if (source->aligned == source->messages)
		return advice_of_good(source);
	if (is_own_host(hosts, source->address))
		return advice_of_own(source);
	if (source->aligned > 0)
		return "Some of it passes: a sender of yours of which a part "
		       "is not set up, or mail that was forwarded. The "
		       "reasons above say which part.";
	if (is_disputed(source))
		return "The report lists a pass of your own domain and counts "
		       "it as failed all the same: that is a sender of yours "
		       "rather than a forger. Nothing is to be set up; ask "
		       "whoever made the report.";
	if (*source->service != '\0')
		return "None of it passes, and it comes from a service: if "
		       "you use it, let it sign with your domain (DKIM) or "
		       "send with a return path of yours; if nobody does, "
		       "somebody uses your name there.";
	return "None of it passes. If you know this host, it sends for you and "
	       "was never set up: let it sign with your domain (DKIM), or name "
	       "it in your SPF record and send with a return path of yours, "
	       "before you raise the policy. If you do not, it is a forger or "
	       "a forwarder: nothing is to be set up, and a policy of reject "
	       "has it refused.";
}

static void put_source(struct show *list, const struct inbox_source *source,
		       const struct text_list *hosts)
{
	show_line(list,
		  "%s: %" PRId64 " of %s aligned (DKIM %" PRId64
		  ", SPF %" PRId64 "), %" PRId64 " refused, %" PRId64 " held",
		  source->domain, source->aligned,
		  stats_counted(list, source->messages, "message", "messages"),
		  source->dkim_aligned, source->spf_aligned, source->rejected,
		  source->quarantined);
	inbox_source_heads(list);
	inbox_source_put(list, source, 20);
	show_sentence(list, 2, advice_of(source, hosts));
}

static void put_failures(struct show *show, const struct inbox_summary *summary)
{
	struct show *list = show_list(show, "failures");

	for (size_t i = 0; i < summary->failure_count; i++) {
		const struct store_inbox_failure_sum *sum =
		    &summary->failures[i];
		struct show *item = show_add(list);
		show_line(item,
			  "%s: %s (%s); incidents of our own from there: "
			  "%" PRId64,
			  sum->domain,
			  stats_counted(item, sum->reports, "failure report",
					"failure reports"),
			  sum->auth_failure, sum->incidents);
		show_data(item, "domain", value_text(sum->domain));
		show_data(item, "type", value_text(sum->auth_failure));
		show_data(item, "reports", value_number(sum->reports));
		show_data(item, "incidents", value_number(sum->incidents));
	}
}

static const char *source_address(struct tool *tool, struct error *err)
{
	struct net_address address;
	const char *text = tool->operands.items[1];

	if (net_address_parse(text, &address))
		return net_address_copy(tool->mem, &address);
	(void)error_set(err, ERROR_USAGE,
			"\"%.60s\" is no source (allowed: an IPv4 or IPv6 "
			"address, as \"alignctl inbox sources\" shows them)",
			text_printable(tool->mem, text));
	return NULL;
}

static int run_explain(struct tool *tool)
{
	struct inbox_question question;
	struct error err;
	const char *address = source_address(tool, &err);

	if (address == NULL)
		return tool_fail(&err);
	int status = inbox_question_ask(
	    tool, address, days_ago(tool, EXPLAIN_DAYS), INBOX_BY_MESSAGES,
	    &question);
	if (status != TOOL_DONE)
		return status;
	struct show *show = show_new(tool->mem);
	const struct inbox_summary *summary = &question.summary;
	show_data(show, "source", value_text(address));
	struct show *list = show_list(show, "domains");
	for (size_t i = 0; i < summary->source_count; i++)
		put_source(list, &summary->sources[i],
			   &question.config->own.hosts);
	put_failures(show, summary);
	if (summary->source_count == 0 && summary->failure_count == 0)
		show_line(show, "no report names %s in this period (--since)",
			  address);
	show_write(stdout, tool_form(tool), show);
	return TOOL_DONE;
}

const struct tool_action inbox_action_explain = {
    .name = "explain",
    .operands_min = 1,
    .operands_max = 1,
    .options = explain_options,
    .run = run_explain,
};
