/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_inbox.c - facts out of the reports of others about our domains
 *
 * A report comes a day or two after its day, so the days before the period are
 * looked at as well; what was told of them is remembered.
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/inbox/summary.h"
#include "lib/inbox/tls_meaning.h"
#include "lib/notice/gather_private.h"

/* --- sources --- */

/* What is typed is made of what was read as an address, and of nothing else. */
static const char *explain_command(TALLOC_CTX *mem, const char *source)
{
	char text[NET_ADDRESS_TEXT];
	struct net_address address;

	if (!net_address_parse(source, &address))
		return notice_kinds[NOTICE_SOURCE].more;
	return mem_printf(mem, "alignctl inbox explain %s",
			  net_address_text(&address, text));
}

/* A source that is to be told. Anybody can send a report, and name in it as
 * many as he likes: those of proved reports come first, and the domains in
 * turn. */
struct pick {
	const struct inbox_source *source;
	bool is_proved;
	size_t rank; /* among those of its domain */
};

/* Ten times as many as were told are news again, or about that: the decimal
 * digits. */
static int64_t level_of(int64_t failing)
{
	int64_t digits = 0;

	for (; failing > 0; failing /= 10)
		digits++;
	return digits;
}

static void add_source(const struct gathering *gathering, TALLOC_CTX *mem,
		       const struct pick *pick)
{
	const struct inbox_source *source = pick->source;
	const char *why = source->why_count == 0 ? "the reports give no reason"
						 : source->whys[0].words;
	int64_t failing = source->messages - source->aligned;
	int64_t since_s = gathering->since_s;

	if (source->first_s > since_s - (int64_t)NOTICE_LATE_S)
		since_s = source->first_s;
	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_SOURCE,
		.key = mem_printf(mem, "source %s %s", source->domain,
				  source->address),
		.level = level_of(failing),
		.words = mem_printf(
		    mem, "of %" PRId64 " from %s in the name of %s failed",
		    source->messages,
		    notice_plain(mem, source->address, LIMIT_NOTICE_TEXT),
		    notice_domain(mem, gathering->sources->own,
				  source->domain)),
		.count = failing,
		.since_s = since_s,
		.command = explain_command(mem, source->address),
		.reason = mem_printf(
		    mem, "%s%s", notice_plain(mem, why, LIMIT_NOTICE_TEXT),
		    pick->is_proved ? ""
				    : " (no report of it is proved to be from "
				      "whom it names)")});
}

/* New is what was not told (choose.h). When a source was first seen is what
 * anybody's report may claim, so that nobody need be told of it. */
static bool is_failing(const struct gathering *gathering,
		       const struct inbox_source *source, int64_t least)
{
	return source->messages - source->aligned >= least &&
	       notice_is_own(gathering->sources->own, source->domain);
}

static int by_name(const void *a, const void *b)
{
	const struct inbox_source *left = a;
	const struct inbox_source *right = b;
	int order = strcmp(left->domain, right->domain);

	return order != 0 ? order : strcmp(left->address, right->address);
}

static int by_turn(const void *a, const void *b)
{
	const struct pick *left = a;
	const struct pick *right = b;

	if (left->is_proved != right->is_proved)
		return left->is_proved ? -1 : 1;
	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return by_name(left->source, right->source);
}

static bool is_proved(const struct inbox_summary *proved,
		      const struct inbox_source *source, int64_t least)
{
	const struct inbox_source *found =
	    proved->source_count == 0
		? NULL
		: bsearch(source, proved->sources, proved->source_count,
			  sizeof *source, by_name);

	return found != NULL && found->messages - found->aligned >= least;
}

/* The sources come by domain, those that fail most first. */
static void add_sources(const struct gathering *gathering, TALLOC_CTX *mem,
			const struct inbox_summary *all,
			struct inbox_summary *proved, int64_t least)
{
	struct pick *picks = mem_array(mem, struct pick, all->source_count);
	size_t ranks[2] = {0, 0};
	size_t count = 0;

	if (proved->source_count > 0)
		qsort(proved->sources, proved->source_count,
		      sizeof proved->sources[0], by_name);
	for (size_t i = 0; i < all->source_count; i++) {
		const struct inbox_source *source = &all->sources[i];
		if (i > 0 && strcmp(source->domain, source[-1].domain) != 0)
			ranks[0] = ranks[1] = 0;
		if (!is_failing(gathering, source, least))
			continue;
		bool is_sure = is_proved(proved, source, least);
		picks[count++] =
		    (struct pick){source, is_sure, ranks[is_sure]++};
	}
	if (count > 0)
		qsort(picks, count, sizeof picks[0], by_turn);
	for (size_t i = 0; i < count; i++)
		add_source(gathering, mem, &picks[i]);
}

/* --- TLS --- */

/* Sessions that failed alike, whoever reports them. */
struct failure {
	const char *domain;
	const char *policy;
	const char *type;
	const char *mx;
	int64_t sessions;
	int64_t reporters;
	int64_t first_s; /* the days of the reports */
	int64_t last_s;
};

static struct failure *find_failure(struct failure *failures, size_t *count,
				    const struct failure *wanted)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(failures[i].domain, wanted->domain) == 0 &&
		    strcmp(failures[i].policy, wanted->policy) == 0 &&
		    strcmp(failures[i].type, wanted->type) == 0 &&
		    strcmp(failures[i].mx, wanted->mx) == 0)
			return &failures[i];
	}
	if (*count == LIMIT_NOTICE_FACTS)
		return NULL;
	failures[*count] = *wanted;
	return &failures[(*count)++];
}

static bool count_failure(struct failure *failures, size_t *count,
			  const struct failure *wanted)
{
	struct failure key = *wanted;

	key.sessions = key.reporters = 0;
	struct failure *found = find_failure(failures, count, &key);
	if (found == NULL)
		return false;
	found->sessions += wanted->sessions;
	found->reporters++;
	if (wanted->first_s < found->first_s)
		found->first_s = wanted->first_s;
	if (wanted->last_s > found->last_s)
		found->last_s = wanted->last_s;
	return true;
}

/* A sender that tells no details is counted all the same. */
static void take_line(struct failure *failures, size_t *count,
		      const struct inbox_tls_line *line)
{
	struct failure wanted = {.domain = line->domain,
				 .policy = line->policy,
				 .type = "without details",
				 .mx = "",
				 .sessions = line->failed,
				 .first_s = line->first_s,
				 .last_s = line->last_s};

	for (size_t i = 0; i < line->type_count; i++) {
		const struct inbox_tls_type *type = &line->types[i];
		wanted.type = type->type;
		wanted.mx = type->mx;
		wanted.sessions = type->sessions;
		wanted.first_s = type->first_s;
		wanted.last_s = type->last_s;
		if (!count_failure(failures, count, &wanted))
			return;
	}
	if (line->type_count == 0 && line->failed > 0)
		(void)count_failure(failures, count, &wanted);
}

static const char *summary_command(TALLOC_CTX *mem, const struct text_list *own,
				   const char *domain)
{
	if (own->count == 0 || !domain_is_valid(domain))
		return notice_kinds[NOTICE_TLS].more;
	return mem_printf(mem, "alignctl inbox summary --domain %s", domain);
}

static void add_failure(const struct gathering *gathering, TALLOC_CTX *mem,
			const struct failure *failure)
{
	const struct text_list *own = gathering->sources->own;
	const char *at = *failure->mx == '\0'
			     ? ""
			     : mem_printf(mem, " at %s",
					  notice_domain(mem, own, failure->mx));

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_TLS,
		.key = mem_printf(mem, "tls %s %s %s %s", failure->domain,
				  failure->policy, failure->type, failure->mx),
		.level = failure->last_s, /* a later report is news */
		.words = mem_printf(
		    mem, "for %s%s failed by %s: %s (%" PRId64 " reporter%s)",
		    notice_domain(mem, own, failure->domain), at,
		    notice_plain(mem, failure->policy, LIMIT_NOTICE_TEXT),
		    notice_plain(mem, failure->type, LIMIT_NOTICE_TEXT),
		    failure->reporters, failure->reporters == 1 ? "" : "s"),
		.count = failure->sessions,
		.since_s = failure->first_s,
		.command = summary_command(mem, own, failure->domain),
		.reason =
		    notice_plain(mem, inbox_tls_meaning(failure->type).words,
				 LIMIT_NOTICE_LINE_BYTES)});
}

static void add_failures(const struct gathering *gathering, TALLOC_CTX *mem,
			 const struct inbox_summary *summary)
{
	struct failure *failures =
	    mem_array(mem, struct failure, LIMIT_NOTICE_FACTS);
	size_t count = 0;

	for (size_t i = 0; i < summary->tls_count; i++) {
		const struct inbox_tls_line *line = &summary->tls[i];
		if (inbox_tls_is_policy(line->policy) &&
		    notice_is_own(gathering->sources->own, line->domain))
			take_line(failures, &count, line);
	}
	for (size_t i = 0; i < count; i++)
		if (failures[i].sessions > 0)
			add_failure(gathering, mem, &failures[i]);
}

/* --- both --- */

bool gather_inbox(const struct gathering *gathering, int64_t failing_least,
		  bool has_tls, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	int64_t since_s = gathering->since_s - (int64_t)NOTICE_LATE_S;
	struct store_inbox_period period = {
	    .before_s = since_s - 1,
	    .since_s = since_s,
	    .until_s = sources->now_s + 1,
	    .domain = "",
	    .address = "",
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct inbox_summary all = {.source_count = 0};
	struct inbox_summary proved = {.source_count = 0};
	bool ok = inbox_summary_read(mem, sources->inbox, &period,
				     INBOX_BY_FAILING, &all, err);

	period.is_proved = true;
	ok = ok && inbox_summary_read(mem, sources->inbox, &period,
				      INBOX_BY_FAILING, &proved, err);
	if (ok)
		add_sources(gathering, mem, &all, &proved, failing_least);
	if (ok && has_tls)
		add_failures(gathering, mem, &all);
	mem_free(mem);
	return ok;
}
