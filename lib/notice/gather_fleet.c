/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_fleet.c - facts about the hosts of a fleet
 *
 * As each said it with its last heartbeat, and when PostgreSQL heard that. A
 * host that is missing says nothing of what waits there: it is told alone.
 * Tested by test_fleet_notice.
 */
#include <inttypes.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/limits.h"
#include "lib/notice/gather_private.h"
#include "lib/store/store_purge.h"

#define HOUR_S 3600

/* Of one host. */
struct host_facts {
	const struct gathering *gathering;
	TALLOC_CTX *mem;
	const struct fleet_host *host;
	const struct fleet_host_list *list;
	const char *name;
	int64_t renewed_s;
};

static void add(const struct host_facts *facts, const char *key,
		struct notice_fact fact)
{
	fact.kind = NOTICE_FLEET;
	fact.key =
	    mem_printf(facts->mem, "fleet %s %s", key, facts->host->name);
	fact.command = notice_kinds[NOTICE_FLEET].more;
	gather_add(facts->gathering, &fact);
}

/* Its own last words, while they are about what is told. */
static const char *fault_words(const struct host_facts *facts,
			       const char *otherwise)
{
	if (*facts->host->fault == '\0')
		return otherwise;
	return mem_printf(
	    facts->mem, "it says: %s",
	    notice_plain(facts->mem, facts->host->fault, LIMIT_NOTICE_TEXT));
}

static void tell_missing(const struct host_facts *facts)
{
	add(facts, "missing",
	    (struct notice_fact){
		.words = mem_printf(
		    facts->mem, "host was not heard of again: %s", facts->name),
		.count = 1,
		.since_s = facts->host->seen_s,
		.renewed_s = facts->renewed_s,
		.reason = "its forwarder does not run, or does not reach "
			  "PostgreSQL; reports of its days wait for it"});
}

/* When what has waited longest goes unseen; while it is in time, nothing. */
static const char *let_go_words(const struct host_facts *facts)
{
	int64_t keep_s = facts->gathering->sources->keep_s;
	int64_t end_s = facts->host->oldest_s + keep_s;
	char text[CLOCK_TEXT];

	if (end_s > facts->list->now_s)
		return "nothing is lost, and mail flows";
	return mem_printf(facts->mem,
			  "it is past its time there, and goes untaken from %s",
			  clock_day_text(end_s + STORE_FLEET_HOLD_S, text));
}

/* That it may be let go is news beside that it is behind. */
static void tell_behind(const struct host_facts *facts)
{
	const struct fleet_host *host = facts->host;
	int64_t now_s = facts->list->now_s;
	int64_t keep_s = facts->gathering->sources->keep_s;

	if (host->oldest_s == 0 ||
	    host->oldest_s + HOUR_S + NOTICE_BEHIND_S > now_s)
		return;
	add(facts, host->oldest_s + keep_s > now_s ? "behind" : "bound",
	    (struct notice_fact){
		.words = mem_printf(facts->mem,
				    "hours that the fleet has not got from %s",
				    facts->name),
		.count = host->waiting,
		.since_s = host->oldest_s,
		.renewed_s = facts->renewed_s,
		.reason = fault_words(facts, let_go_words(facts))});
}

static void tell_lost(const struct host_facts *facts)
{
	const struct fleet_host *host = facts->host;

	if (host->let_go > 0)
		add(facts, "lost",
		    (struct notice_fact){
			.words = mem_printf(
			    facts->mem,
			    "segments that went before the fleet had them, "
			    "of %s",
			    facts->name),
			.count = host->let_go,
			.level = host->let_go,
			.reason = "they were past their time for a week, or "
				  "the store has store.max_size: allow more, "
				  "or mend the forwarder"});
	if (host->aside > 0)
		add(facts, "aside",
		    (struct notice_fact){
			.words = mem_printf(
			    facts->mem, "rows of %s that PostgreSQL refused",
			    facts->name),
			.count = host->aside,
			.level = host->aside,
			.reason = "SELECT * FROM alignd.aside says why; they "
				  "stay on the host"});
}

/* A version that was made just now is on its way. */
static void tell_overrides(const struct host_facts *facts)
{
	const struct fleet_host *host = facts->host;
	const struct fleet_host_list *list = facts->list;

	if (host->overrides == list->overrides ||
	    list->overrides_s + NOTICE_UNTAKEN_S > list->now_s)
		return;
	add(facts,
	    mem_printf(facts->mem, "overrides %" PRId64, list->overrides),
	    (struct notice_fact){
		.words = mem_printf(
		    facts->mem,
		    "host has version %" PRId64 " of the fleet's overrides, "
		    "not %" PRId64 ": %s",
		    host->overrides, list->overrides, facts->name),
		.count = 1,
		.since_s = list->overrides_s,
		.renewed_s = facts->renewed_s,
		.reason = fault_words(facts, "it has not fetched that one")});
}

static void tell_host(const struct host_facts *facts)
{
	const char *state = facts->host->state;

	if (strcmp(state, "missing") == 0)
		tell_missing(facts);
	if (strcmp(state, "live") != 0)
		return;
	tell_behind(facts);
	tell_lost(facts);
	tell_overrides(facts);
}

void gather_fleet(const struct gathering *gathering, int64_t renewed_s)
{
	const struct fleet_host_list *list = gathering->sources->hosts;

	for (size_t i = 0; list != NULL && i < list->count; i++) {
		const struct fleet_host *host = &list->items[i];
		struct host_facts facts = {
		    .gathering = gathering,
		    .mem = mem_context(NULL),
		    .host = host,
		    .list = list,
		    .renewed_s = renewed_s,
		};
		facts.name = notice_domain(facts.mem, gathering->sources->own,
					   host->name);
		tell_host(&facts);
		mem_free(facts.mem);
	}
}
