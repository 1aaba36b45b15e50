/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_inbox.c - facts out of the reports of others about our domains
 *
 * A report comes a day or two after its day, so the days before the period are
 * looked at as well; what was told of them is remembered.
 * Tested by test_alignctl_notice.
 */
#include <inttypes.h>
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

static void add_source(const struct gathering *gathering, TALLOC_CTX *mem,
		       const struct inbox_source *source)
{
	const char *why = source->why_count == 0 ? "the reports give no reason"
						 : source->whys[0].words;

	gather_add(
	    gathering,
	    &(struct notice_fact){
		.kind = NOTICE_SOURCE,
		.key = mem_printf(mem, "source %s %s", source->domain,
				  source->address),
		.words = mem_printf(
		    mem, "of %" PRId64 " from %s in the name of %s failed",
		    source->messages,
		    notice_plain(mem, source->address, LIMIT_NOTICE_TEXT),
		    notice_domain(mem, gathering->sources->own,
				  source->domain)),
		.count = source->messages - source->aligned,
		.since_s = source->first_s,
		.command = explain_command(mem, source->address),
		.reason = notice_plain(mem, why, LIMIT_NOTICE_TEXT)});
}

static bool is_new_and_failing(const struct gathering *gathering,
			       const struct inbox_source *source,
			       int64_t since_s, int64_t least)
{
	return source->first_s >= since_s &&
	       source->messages - source->aligned >= least &&
	       notice_is_own(gathering->sources->own, source->domain);
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

/* A sender that tells no details is counted all the same. */
static void take_line(struct failure *failures, size_t *count,
		      const struct inbox_tls_line *line)
{
	struct failure wanted = {.domain = line->domain,
				 .policy = line->policy,
				 .type = "without details",
				 .mx = ""};

	for (size_t i = 0; i < line->type_count; i++) {
		wanted.type = line->types[i].type;
		wanted.mx = line->types[i].mx;
		struct failure *found = find_failure(failures, count, &wanted);
		if (found == NULL)
			return;
		found->sessions += line->types[i].sessions;
		found->reporters++;
	}
	if (line->type_count > 0 || line->failed == 0)
		return;
	struct failure *found = find_failure(failures, count, &wanted);
	if (found == NULL)
		return;
	found->sessions += line->failed;
	found->reporters++;
}

static const char *summary_command(TALLOC_CTX *mem, const struct text_list *own,
				   const char *domain)
{
	if (own->count == 0 || !domain_is_valid(domain))
		return notice_kinds[NOTICE_TLS].more;
	return mem_printf(mem, "alignctl inbox summary --domain %s", domain);
}

static void add_failure(const struct gathering *gathering, TALLOC_CTX *mem,
			const struct failure *failure, int64_t since_s)
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
		.is_standing = true,
		.words = mem_printf(
		    mem, "for %s%s failed by %s: %s (%" PRId64 " reporter%s)",
		    notice_domain(mem, own, failure->domain), at,
		    notice_plain(mem, failure->policy, LIMIT_NOTICE_TEXT),
		    notice_plain(mem, failure->type, LIMIT_NOTICE_TEXT),
		    failure->reporters, failure->reporters == 1 ? "" : "s"),
		.count = failure->sessions,
		.since_s = since_s,
		.command = summary_command(mem, own, failure->domain),
		.reason =
		    notice_plain(mem, inbox_tls_meaning(failure->type).words,
				 LIMIT_NOTICE_LINE_BYTES)});
}

static void add_failures(const struct gathering *gathering, TALLOC_CTX *mem,
			 const struct inbox_summary *summary, int64_t since_s)
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
			add_failure(gathering, mem, &failures[i], since_s);
}

/* --- both --- */

bool gather_inbox(const struct gathering *gathering, int64_t failing_least,
		  bool has_tls, struct error *err)
{
	const struct notice_sources *sources = gathering->sources;
	int64_t since_s = gathering->since_s - (int64_t)NOTICE_LATE_S;
	const struct store_inbox_period period = {
	    .before_s = since_s - 1,
	    .since_s = since_s,
	    .until_s = sources->now_s + 1,
	    .domain = "",
	    .address = "",
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct inbox_summary summary = {.source_count = 0};
	bool ok = inbox_summary_read(mem, sources->inbox, &period,
				     INBOX_BY_FAILING, &summary, err);

	for (size_t i = 0; ok && i < summary.source_count; i++)
		if (is_new_and_failing(gathering, &summary.sources[i], since_s,
				       failing_least))
			add_source(gathering, mem, &summary.sources[i]);
	if (ok && has_tls)
		add_failures(gathering, mem, &summary, since_s);
	mem_free(mem);
	return ok;
}
