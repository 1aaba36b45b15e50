/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * summary.c - what the kept reports say of a period, as plain data
 * Tested by test_alignctl_inbox_says.
 */
#include "lib/inbox/summary.h"

#include <stdlib.h>
#include <string.h>

#include "lib/report/read/cause.h"

#define PREFIX_IPV4 24
#define PREFIX_IPV6 48

struct reading {
	TALLOC_CTX *mem;
	struct inbox_summary *summary;
	size_t room;
};

/* Room for one more in a list of that many. */
#define GROW(reading, list, type, count)                                       \
	((count) < (reading)->room                                             \
	     ? (list)                                                          \
	     : mem_resize((reading)->mem, (list), type,                        \
			  ((reading)->room = (count) == 0 ? 32 : (count)*2)))

/* --- sources --- */

static const char *network_of(TALLOC_CTX *mem, const char *address)
{
	char text[NET_BLOCK_TEXT];
	struct net_address parsed;

	if (!net_address_parse(address, &parsed))
		return "";
	struct net_block block = net_block_around(
	    &parsed, parsed.family == NET_IPV4 ? PREFIX_IPV4 : PREFIX_IPV6);
	return mem_strdup(mem, net_block_text(&block, text));
}

static struct inbox_source *source_of(struct reading *reading,
				      const struct store_inbox_sum *sum)
{
	struct inbox_summary *summary = reading->summary;
	struct inbox_source *last =
	    summary->source_count == 0
		? NULL
		: &summary->sources[summary->source_count - 1];

	if (last != NULL && strcmp(last->address, sum->address) == 0 &&
	    strcmp(last->domain, sum->domain) == 0)
		return last;
	summary->sources = GROW(reading, summary->sources, struct inbox_source,
				summary->source_count);
	last = &summary->sources[summary->source_count++];
	*last = (struct inbox_source){
	    .domain = mem_strdup(reading->mem, sum->domain),
	    .address = mem_strdup(reading->mem, sum->address),
	    .network = network_of(reading->mem, sum->address),
	    .name = "",
	    .service = "",
	    .first_s = sum->first_s,
	    .last_s = sum->last_s,
	};
	return last;
}

static void add_why(TALLOC_CTX *mem, struct inbox_source *source,
		    const char *words, int64_t messages)
{
	source->whys = mem_resize(mem, source->whys, struct inbox_why,
				  source->why_count + 1);
	source->whys[source->why_count++] = (struct inbox_why){
	    .words = mem_strdup(mem, words), .messages = messages};
}

/* The sums are of 10^18 at most, each: more is cut there, not turned over. */
static int64_t add(int64_t a, int64_t b)
{
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static bool see_sum(void *context, const struct store_inbox_sum *sum)
{
	struct reading *reading = context;
	struct inbox_source *source = source_of(reading, sum);

	source->messages = add(source->messages, sum->messages);
	source->aligned = add(source->aligned, sum->aligned);
	source->dkim_aligned = add(source->dkim_aligned, sum->dkim_aligned);
	source->spf_aligned = add(source->spf_aligned, sum->spf_aligned);
	source->quarantined = add(source->quarantined, sum->quarantined);
	source->rejected = add(source->rejected, sum->rejected);
	source->before = add(source->before, sum->before);
	source->before_aligned =
	    add(source->before_aligned, sum->before_aligned);
	if (sum->messages > 0 && *sum->cause != '\0')
		add_why(reading->mem, source, sum->cause, sum->messages);
	return true;
}

static int descending(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int compare_whys(const void *a, const void *b)
{
	const struct inbox_why *left = a;
	const struct inbox_why *right = b;

	return descending(left->messages, right->messages);
}

static int64_t failing(const struct inbox_source *source)
{
	return source->messages - source->aligned;
}

static int compare_places(const struct inbox_source *left,
			  const struct inbox_source *right, int order)
{
	return order != 0 ? order : strcmp(left->address, right->address);
}

static int compare_by_failing(const void *a, const void *b)
{
	const struct inbox_source *left = a;
	const struct inbox_source *right = b;
	int order = strcmp(left->domain, right->domain);

	if (order == 0)
		order = descending(failing(left), failing(right));
	if (order == 0)
		order = descending(left->messages, right->messages);
	return compare_places(left, right, order);
}

static int compare_by_messages(const void *a, const void *b)
{
	const struct inbox_source *left = a;
	const struct inbox_source *right = b;
	int order = strcmp(left->domain, right->domain);

	if (order == 0)
		order = descending(left->messages, right->messages);
	if (order == 0)
		order = descending(failing(left), failing(right));
	return compare_places(left, right, order);
}

static bool read_sources(struct reading *reading, struct store_inbox *inbox,
			 const struct store_inbox_period *period,
			 enum inbox_order order, struct error *err)
{
	struct inbox_summary *summary = reading->summary;

	reading->room = 0;
	if (!store_inbox_sums(inbox, period, see_sum, reading, err))
		return false;
	for (size_t i = 0; i < summary->source_count; i++)
		if (summary->sources[i].why_count > 0)
			qsort(summary->sources[i].whys,
			      summary->sources[i].why_count,
			      sizeof(struct inbox_why), compare_whys);
	if (summary->source_count > 0)
		qsort(summary->sources, summary->source_count,
		      sizeof summary->sources[0],
		      order == INBOX_BY_FAILING ? compare_by_failing
						: compare_by_messages);
	return true;
}

/* --- TLS --- */

static bool see_tls(void *context, const struct store_inbox_tls_sum *sum)
{
	struct reading *reading = context;
	struct inbox_summary *summary = reading->summary;

	summary->tls = GROW(reading, summary->tls, struct inbox_tls_line,
			    summary->tls_count);
	summary->tls[summary->tls_count++] = (struct inbox_tls_line){
	    .domain = mem_strdup(reading->mem, sum->domain),
	    .reporter = mem_strdup(reading->mem, sum->reporter),
	    .policy = mem_strdup(reading->mem, sum->policy),
	    .successful = sum->successful,
	    .failed = sum->failed,
	    .first_s = sum->first_s,
	    .last_s = sum->last_s,
	};
	return true;
}

static int compare_lines(const void *a, const void *b)
{
	const struct inbox_tls_line *left = a;
	const struct inbox_tls_line *right = b;
	int order = strcmp(left->domain, right->domain);

	if (order == 0)
		order = strcmp(left->reporter, right->reporter);
	return order != 0 ? order : strcmp(left->policy, right->policy);
}

static bool see_detail(void *context,
		       const struct store_inbox_tls_detail *detail)
{
	struct reading *reading = context;
	const struct inbox_tls_line key = {.domain = detail->domain,
					   .reporter = detail->reporter,
					   .policy = detail->policy};
	struct inbox_tls_line *line =
	    bsearch(&key, reading->summary->tls, reading->summary->tls_count,
		    sizeof key, compare_lines);

	if (line == NULL)
		return true; /* its policy's row could not be read */
	line->types = mem_resize(reading->mem, line->types,
				 struct inbox_tls_type, line->type_count + 1);
	line->types[line->type_count++] = (struct inbox_tls_type){
	    .type = mem_strdup(reading->mem, detail->type),
	    .mx = mem_strdup(reading->mem, detail->mx),
	    .receiving_ip = mem_strdup(reading->mem, detail->receiving_ip),
	    .sessions = detail->sessions,
	    .first_s = detail->first_s,
	    .last_s = detail->last_s,
	};
	line->counted = add(line->counted, detail->sessions);
	return true;
}

static bool read_tls(struct reading *reading, struct store_inbox *inbox,
		     const struct store_inbox_period *period, struct error *err)
{
	struct inbox_summary *summary = reading->summary;

	reading->room = 0;
	if (!store_inbox_tls_sums(inbox, period, see_tls, reading, err))
		return false;
	if (summary->tls_count == 0)
		return true;
	qsort(summary->tls, summary->tls_count, sizeof summary->tls[0],
	      compare_lines);
	return store_inbox_tls_details(inbox, period, see_detail, reading, err);
}

/* --- the others --- */

static bool see_failure(void *context,
			const struct store_inbox_failure_sum *sum)
{
	struct reading *reading = context;
	struct inbox_summary *summary = reading->summary;
	struct store_inbox_failure_sum kept = *sum;

	kept.domain = mem_strdup(reading->mem, sum->domain);
	kept.source_ip = mem_strdup(reading->mem, sum->source_ip);
	kept.auth_failure = mem_strdup(reading->mem, sum->auth_failure);
	summary->failures =
	    GROW(reading, summary->failures, struct store_inbox_failure_sum,
		 summary->failure_count);
	summary->failures[summary->failure_count++] = kept;
	return true;
}

static bool see_reporter(void *context,
			 const struct store_inbox_reporter *reporter)
{
	struct reading *reading = context;
	struct inbox_summary *summary = reading->summary;
	struct store_inbox_reporter kept = *reporter;

	kept.kind = mem_strdup(reading->mem, reporter->kind);
	kept.domain = mem_strdup(reading->mem, reporter->domain);
	kept.reporter = mem_strdup(reading->mem, reporter->reporter);
	kept.claim = mem_strdup(reading->mem, reporter->claim);
	kept.sender = mem_strdup(reading->mem, reporter->sender);
	summary->reporters =
	    GROW(reading, summary->reporters, struct store_inbox_reporter,
		 summary->reporter_count);
	summary->reporters[summary->reporter_count++] = kept;
	return true;
}

static bool see_apart(void *context, const struct store_inbox_apart *apart)
{
	struct reading *reading = context;
	struct inbox_summary *summary = reading->summary;
	struct store_inbox_apart kept = *apart;

	kept.kind = mem_strdup(reading->mem, apart->kind);
	kept.state = mem_strdup(reading->mem, apart->state);
	kept.reporter = mem_strdup(reading->mem, apart->reporter);
	kept.ident = mem_strdup(reading->mem, apart->ident);
	kept.domain = mem_strdup(reading->mem, apart->domain);
	kept.sender = mem_strdup(reading->mem, apart->sender);
	summary->aparts = GROW(reading, summary->aparts,
			       struct store_inbox_apart, summary->apart_count);
	summary->aparts[summary->apart_count++] = kept;
	return true;
}

static bool see_aside(void *context, const struct store_inbox_aside *aside)
{
	struct reading *reading = context;
	struct inbox_summary *summary = reading->summary;
	struct store_inbox_aside kept = *aside;

	kept.name = mem_strdup(reading->mem, aside->name);
	kept.why = mem_strdup(reading->mem, aside->why);
	kept.digest = "";
	kept.sender = mem_strdup(reading->mem, aside->sender);
	kept.verdict = mem_strdup(reading->mem, aside->verdict);
	kept.bytes = span_make("", 0);
	summary->asides = GROW(reading, summary->asides,
			       struct store_inbox_aside, summary->aside_count);
	summary->asides[summary->aside_count++] = kept;
	return true;
}

static bool read_others(struct reading *reading, struct store_inbox *inbox,
			const struct store_inbox_period *period,
			struct error *err)
{
	reading->room = 0;
	if (!store_inbox_failures(inbox, period, see_failure, reading, err))
		return false;
	reading->room = 0;
	if (!store_inbox_reporters(inbox, period, see_reporter, reading, err))
		return false;
	reading->room = 0;
	if (!store_inbox_apart(inbox, period, see_apart, reading, err))
		return false;
	reading->room = 0;
	return store_inbox_asides(inbox, period, 0, see_aside, reading, err);
}

bool inbox_summary_read(TALLOC_CTX *mem, struct store_inbox *inbox,
			const struct store_inbox_period *period,
			enum inbox_order order, struct inbox_summary *summary,
			struct error *err)
{
	struct inbox_summary read = {.source_count = 0};
	struct reading reading = {.mem = mem, .summary = &read};

	if (!read_sources(&reading, inbox, period, order, err) ||
	    !read_tls(&reading, inbox, period, err) ||
	    !read_others(&reading, inbox, period, err))
		return false;
	*summary = read;
	return true;
}

/* --- names and trends --- */

/* All that passes in the words of a source. */
static struct text_list passing_domains(TALLOC_CTX *mem,
					const struct inbox_source *source)
{
	struct text_list domains = {.count = 0};
	struct span domain;

	for (size_t i = 0; i < source->why_count; i++) {
		struct span rest = span_of(source->whys[i].words);
		while (received_cause_domain(&rest, &domain)) {
			domains.items =
			    mem_resize(mem, domains.items, const char *,
				       domains.count + 1);
			domains.items[domains.count++] =
			    mem_strndup(mem, domain.data, domain.length);
		}
	}
	return domains;
}

void inbox_summary_name(TALLOC_CTX *mem, struct inbox_summary *summary,
			const struct inbox_services *services)
{
	for (size_t i = 0; i < summary->source_count; i++) {
		TALLOC_CTX *scratch = mem_context(mem);
		struct inbox_source *source = &summary->sources[i];
		struct text_list domains = passing_domains(scratch, source);
		source->service = inbox_services_find(services, source->address,
						      source->name, &domains);
		mem_free(scratch);
	}
}

struct inbox_source inbox_summary_total(const struct inbox_source *sources,
					size_t count)
{
	struct inbox_source all = {.messages = 0};

	for (size_t i = 0; i < count; i++) {
		all.messages = add(all.messages, sources[i].messages);
		all.aligned = add(all.aligned, sources[i].aligned);
		all.before = add(all.before, sources[i].before);
		all.before_aligned =
		    add(all.before_aligned, sources[i].before_aligned);
	}
	return all;
}

/* A tenth more or less is level. */
const char *inbox_source_trend(const struct inbox_source *source)
{
	int64_t tenth = source->before / 10;

	if (source->before == 0)
		return "new";
	if (source->messages == 0)
		return "gone";
	if (source->messages > source->before + tenth)
		return "up";
	return source->messages < source->before - tenth ? "down" : "level";
}
