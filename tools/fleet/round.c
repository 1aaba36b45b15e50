/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * round.c - all that alignctl fleet forward does, once
 * Tested by test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <string.h>

#include "lib/fleet/fleet_hosts.h"

#define SEGMENTS_AT_ONCE 100

/* --- the two ends --- */

static void close_store(struct forwarder *forwarder)
{
	mem_free(forwarder->store_mem);
	forwarder->store_mem = NULL;
	forwarder->segments = NULL;
}

/* Opened anew where another file took the name: one of yesterday's backup. */
static bool open_store(struct forwarder *forwarder, struct error *err)
{
	if (forwarder->segments != NULL &&
	    !store_segments_was_moved(forwarder->segments))
		return true;
	close_store(forwarder);
	forwarder->store_mem = mem_context(NULL);
	return forward_local(
	    forwarder, store_segments_open(forwarder->store_mem,
					   forwarder->config->store.sqlite,
					   &forwarder->segments, err));
}

void forward_disconnect(struct forwarder *forwarder)
{
	mem_free(forwarder->pg_mem);
	forwarder->pg_mem = NULL;
	forwarder->pg = NULL;
	forwarder->push = NULL;
}

static bool connect_fleet(struct forwarder *forwarder, struct error *err)
{
	if (forwarder->pg != NULL && pg_is_usable(forwarder->pg))
		return true;
	forward_disconnect(forwarder);
	forwarder->pg_mem = mem_context(NULL);
	struct pg *pg;
	enum pg_kind kind =
	    pg_connect(forwarder->pg_mem, forwarder->config->store.postgresql,
		       FORWARD_WAIT_MS, &pg, err);
	if (kind != PG_DONE)
		return forward_pg(forwarder, kind);
	forwarder->pg = pg;
	forwarder->push = fleet_push_new(forwarder->pg_mem, pg);
	forwarder->heartbeat_ms = 0;
	forwarder->is_named = false;
	forwarder->is_compared = false;
	return true;
}

/* A machine that was copied has the role of the one it was copied from. */
static bool refuse_name(struct forwarder *forwarder, const char *found,
			struct error *err)
{
	forwarder->trouble = pg_kind_text(PG_DENIED);
	return error_set(err, ERROR_CONFIG,
			 "fleet.name is \"%.80s\", and the role of "
			 "store.postgresql is that of the host \"%.80s\": "
			 "nothing is brought in another's name",
			 forwarder->config->fleet.name, found);
}

static bool check_name(struct forwarder *forwarder, struct error *err)
{
	const char *wanted = forwarder->config->fleet.name;
	const char *found = "";

	if (*wanted == '\0' || forwarder->is_named)
		return true;
	if (!forward_pg(forwarder, fleet_hosts_own(forwarder->pg_mem,
						   forwarder->pg, &found, err)))
		return false;
	if (!text_equals_nocase(found, wanted))
		return refuse_name(forwarder, found, err);
	forwarder->is_named = true;
	return true;
}

/* --- segments --- */

struct some {
	size_t count;
	struct store_segment items[SEGMENTS_AT_ONCE];
};

static bool see_segment(void *context, const struct store_segment *segment)
{
	struct some *some = context;

	some->items[some->count++] = *segment;
	return some->count < SEGMENTS_AT_ONCE;
}

static bool seal(struct forwarder *forwarder, struct error *err)
{
	int64_t sealed;

	return forward_local(forwarder,
			     store_segments_seal(forwarder->segments,
						 forward_now_s(forwarder),
						 &sealed, err));
}

static bool push_some(struct forwarder *forwarder, struct some *some,
		      struct error *err)
{
	some->count = 0;
	if (!forward_local(forwarder, store_segments_waiting(
					  forwarder->segments, SEGMENTS_AT_ONCE,
					  see_segment, some, err)))
		return false;
	for (size_t i = 0; i < some->count && !forward_is_stopping(forwarder);
	     i++) {
		if (!forward_segment(forwarder, &some->items[i], err) ||
		    !forward_heartbeat(forwarder, err))
			return false;
	}
	return true;
}

/* A day's outage is caught up with in one round, a page of segments at a time.
 */
static bool push_waiting(struct forwarder *forwarder, struct error *err)
{
	struct some *some = mem_new(NULL, struct some);
	bool is_done;

	do
		is_done = push_some(forwarder, some, err);
	while (is_done && some->count == SEGMENTS_AT_ONCE &&
	       !forward_is_stopping(forwarder));
	mem_free(some);
	return is_done;
}

static bool stream_open(struct forwarder *forwarder, struct error *err)
{
	struct some *some = mem_new(NULL, struct some);
	bool is_done = forward_local(
	    forwarder, store_segments_unsealed(forwarder->segments, see_segment,
					       some, err));

	for (size_t i = 0;
	     is_done && i < some->count && !forward_is_stopping(forwarder); i++)
		is_done = forward_stream(forwarder, &some->items[i], err);
	mem_free(some);
	return is_done;
}

/* --- the round --- */

/* Who waits for a day to be whole need not wait for the next one. */
static bool tell_pushed(struct forwarder *forwarder, struct error *err)
{
	if (forwarder->has_pushed)
		forwarder->heartbeat_ms = 0;
	return forward_heartbeat(forwarder, err);
}

/* What was erased goes before what it changed is put in its place: a fail-over
 * that forgets the one has forgotten the other, and the ledger says so. */
bool forward_round(struct forwarder *forwarder, struct error *err)
{
	bool (*const steps[])(struct forwarder *, struct error *) = {
	    open_store,	       seal,
	    connect_fleet,     check_name,
	    forward_heartbeat, forward_compare,
	    forward_erased,    push_waiting,
	    stream_open,       tell_pushed,
	    forward_bring,     forward_paths,
	    forward_maintain,
	};

	forwarder->trouble = "";
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		if (forward_is_stopping(forwarder))
			return true;
		if (!steps[i](forwarder, err))
			return false;
	}
	return true;
}
