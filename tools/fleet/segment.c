/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segment.c - one segment on its way: a sealed one whole, in one transaction;
 * of an open one its incidents
 *
 * A batch is read from the store, copied and handed over; then the next one is
 * asked for, from where that one ended. A sealed segment does not change
 * between them, but for the purge: counters that take the place of others are
 * looked at once more before they do. Tested by test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "lib/report/send/stop_point.h"
#include "lib/store/store_columns.h"

#define MARK_EVERY_MS 60000
#define ALL_ROWS INT32_MAX /* a batch ends by itself */

/* Rows of one kind, and where they end. */
struct batch {
	TALLOC_CTX *mem;
	size_t bytes;
	size_t count;
	int64_t last; /* the id of the last row, its own kind's */
	union {
		struct fleet_counter counters[FORWARD_ROWS];
		struct store_counted counted[FORWARD_ROWS];
		struct store_incident incidents[FORWARD_ROWS];
		struct fleet_act acts[FORWARD_ROWS];
	} rows;
};

/* What is on its way, where to. */
struct carrying {
	struct forwarder *forwarder;
	const struct store_segment *segment;
	struct batch *batch;
	enum fleet_wanted wanted;
	int64_t held; /* messages of its counters, before they were read */
	bool is_purged; /* some of them went meanwhile */
	int64_t unsound;
	struct error *err;
};

static void begin_batch(struct batch *batch)
{
	mem_free(batch->mem);
	batch->mem = mem_context(batch);
	batch->bytes = 0;
	batch->count = 0;
}

/* One row more; is there room for a further one? */
static bool add_row(struct batch *batch, size_t bytes)
{
	batch->bytes += bytes;
	return ++batch->count < FORWARD_ROWS &&
	       batch->bytes < FORWARD_BATCH_BYTES;
}

/* --- reading --- */

static bool see_result(void *context, int64_t tuple_id, int64_t count,
		       const struct store_tuple *tuple)
{
	struct batch *batch = context;
	const struct store_tuple *copy = store_columns_copy(
	    batch->mem, &store_tuple_columns, tuple, sizeof *tuple);

	batch->rows.counters[batch->count] = (struct fleet_counter){
	    .tuple = *copy, .count = count, .tuple_id = tuple_id};
	batch->last = tuple_id;
	return add_row(batch, store_columns_bytes(&store_tuple_columns, tuple));
}

static bool see_incident(void *context, const struct store_incident *incident)
{
	struct batch *batch = context;
	struct store_incident *copy = &batch->rows.incidents[batch->count];

	*copy = *(const struct store_incident *)store_columns_copy(
	    batch->mem, &store_incident_columns, incident, sizeof *incident);
	copy->id = incident->id;
	batch->last = incident->id;
	return add_row(batch,
		       store_columns_bytes(&store_incident_columns, incident));
}

/* --- handing over --- */

static bool push_results(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;
	struct batch *batch = carrying->batch;

	batch->last = 0;
	do {
		begin_batch(batch);
		if (!forward_local(forwarder,
				   store_segments_results(
				       forwarder->segments, carrying->segment,
				       batch->last, ALL_ROWS, see_result, batch,
				       &carrying->unsound, carrying->err)))
			return false;
		if (batch->count > 0 &&
		    !forward_pg(forwarder,
				fleet_push_results(
				    forwarder->push, batch->rows.counters,
				    batch->count, carrying->err)))
			return false;
	} while (batch->count > 0 && !forward_is_stopping(forwarder));
	return true;
}

static bool push_incidents(struct carrying *carrying, int64_t after)
{
	struct forwarder *forwarder = carrying->forwarder;
	struct batch *batch = carrying->batch;

	batch->last = after;
	do {
		begin_batch(batch);
		if (!forward_local(forwarder,
				   store_segments_incidents(
				       forwarder->segments, carrying->segment,
				       batch->last, ALL_ROWS, see_incident,
				       batch, &carrying->unsound,
				       carrying->err)))
			return false;
		if (batch->count > 0 &&
		    !forward_pg(forwarder,
				fleet_push_incidents(
				    forwarder->push, batch->rows.incidents,
				    batch->count, carrying->err)))
			return false;
	} while (batch->count > 0 && !forward_is_stopping(forwarder));
	return true;
}

/* Counted rows and acts are few: they are handed over while they are read. */
static bool hand_counted(struct carrying *carrying)
{
	struct batch *batch = carrying->batch;
	bool is_done =
	    batch->count == 0 ||
	    forward_pg(carrying->forwarder,
		       fleet_push_counted(carrying->forwarder->push,
					  batch->rows.counted, batch->count,
					  carrying->err));

	begin_batch(batch);
	return is_done;
}

static bool see_counted(void *context, const struct store_counted *counted)
{
	struct carrying *carrying = context;
	struct batch *batch = carrying->batch;
	struct store_counted *copy = &batch->rows.counted[batch->count];

	*copy = *counted;
	copy->reference = mem_strdup(batch->mem, counted->reference);
	copy->network = mem_strdup(batch->mem, counted->network);
	copy->author_domain = mem_strdup(batch->mem, counted->author_domain);
	return add_row(batch, sizeof *copy) || hand_counted(carrying);
}

static bool push_counted(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;

	begin_batch(carrying->batch);
	forwarder->trouble = "";
	return forward_local(forwarder,
			     store_segments_counted(
				 forwarder->segments, carrying->segment,
				 see_counted, carrying, &carrying->unsound,
				 carrying->err)) &&
	       *forwarder->trouble == '\0' && hand_counted(carrying);
}

static bool hand_acts(struct carrying *carrying)
{
	struct batch *batch = carrying->batch;
	bool is_done = batch->count == 0 ||
		       forward_pg(carrying->forwarder,
				  fleet_push_acts(carrying->forwarder->push,
						  batch->rows.acts,
						  batch->count, carrying->err));

	begin_batch(batch);
	return is_done;
}

static bool see_act(void *context, const struct store_segment_act *act)
{
	struct carrying *carrying = context;
	struct batch *batch = carrying->batch;
	struct fleet_act *copy = &batch->rows.acts[batch->count];

	*copy = (struct fleet_act){
	    .id = act->id,
	    .incident_id = act->incident_id,
	    .time_s = act->act.time_s,
	    .who = mem_strdup(batch->mem, act->act.who),
	    .kind = store_act_kind_text(act->act.kind),
	    .note = mem_strdup(batch->mem, act->act.note),
	};
	memcpy(copy->incident_ident, act->incident_ident, FLEET_IDENT);
	return add_row(batch, sizeof *copy + strlen(act->act.note)) ||
	       hand_acts(carrying);
}

static bool push_acts(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;

	begin_batch(carrying->batch);
	forwarder->trouble = "";
	return forward_local(forwarder,
			     store_segments_acts(forwarder->segments,
						 carrying->segment, see_act,
						 carrying, &carrying->unsound,
						 carrying->err)) &&
	       *forwarder->trouble == '\0' && hand_acts(carrying);
}

/* --- a sealed one --- */

static struct fleet_segment claim_of(const struct store_segment *segment,
				     int64_t held)
{
	struct fleet_segment claim = {
	    .hour_s = segment->hour_s,
	    .held = held,
	    .sums = {.results = segment->sums.results,
		     .messages = segment->sums.messages,
		     .incidents = segment->sums.incidents,
		     .counted = segment->sums.counted,
		     .acts = segment->sums.acts,
		     .restated = segment->restated},
	};

	memcpy(claim.ident, segment->ident, FLEET_IDENT);
	return claim;
}

static bool read_held(struct carrying *carrying, int64_t *held)
{
	return forward_local(carrying->forwarder,
			     store_segments_held(carrying->forwarder->segments,
						 carrying->segment, held,
						 carrying->err));
}

/* Those that take the place of others must be as many as were told. */
static bool push_counters(struct carrying *carrying)
{
	int64_t held = carrying->held;

	if (carrying->wanted == FLEET_TAKES_REST)
		return true;
	if (!push_results(carrying) ||
	    (carrying->wanted == FLEET_TAKES_AGAIN &&
	     !read_held(carrying, &held)))
		return false;
	carrying->is_purged = held < carrying->held;
	return true;
}

static bool carry_all(struct carrying *carrying)
{
	stop_point("fleet-begun");
	if (!push_counters(carrying))
		return false;
	stop_point("fleet-results");
	return push_counted(carrying) && push_incidents(carrying, 0) &&
	       push_acts(carrying);
}

/* What was refused is there no more to be tried: it is counted, and told. */
static void note_aside(struct forwarder *forwarder)
{
	int64_t aside = fleet_push_aside(forwarder->push);

	if (aside == 0)
		return;
	forwarder->state.aside += aside;
	forward_log("%" PRId64 " rows were refused and set aside: %s", aside,
		    fleet_push_aside_words(forwarder->push));
}

/* Its transaction; left by a signal, or by the purge, it is as if it had not
 * begun. */
static bool carry_in_one(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;
	bool is_done = carry_all(carrying);

	if (!is_done || carrying->is_purged || forward_is_stopping(forwarder)) {
		if (forwarder->pg != NULL)
			fleet_push_abandon(forwarder->push);
		return is_done;
	}
	stop_point("fleet-before-commit");
	if (!forward_pg(forwarder,
			fleet_push_end(forwarder->push, carrying->err)))
		return false;
	stop_point("fleet-after-commit");
	note_aside(forwarder);
	return true;
}

static bool mark(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;
	int64_t now_s = forward_now_s(forwarder);

	if (forward_is_stopping(forwarder))
		return true;
	if (!forward_local(forwarder,
			   store_segments_mark_pushed(forwarder->segments,
						      carrying->segment, now_s,
						      carrying->err)))
		return false;
	stop_point("fleet-marked");
	forwarder->state.pushed_s = now_s;
	forwarder->state.pushed++;
	forwarder->has_pushed = true;
	return true;
}

/* One that PostgreSQL will never take, of an hour that is none: those behind it
 * go on. */
static bool set_aside(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;

	forwarder->state.aside++;
	forward_log("a segment of %" PRId64 " messages was refused and set "
		    "aside: %s",
		    carrying->segment->sums.messages, carrying->err->words);
	return mark(carrying);
}

/* What the fleet will not have of it, in the log. */
static void tell_wanted(const struct carrying *carrying)
{
	int64_t hour_s = carrying->segment->hour_s;

	if (carrying->wanted == FLEET_HAS_MORE)
		forward_log("what was erased of the hour %" PRId64
			    " stays in the fleet: a copy of this store has "
			    "brought more of that segment",
			    hour_s);
	if (carrying->wanted == FLEET_OTHERS)
		forward_log("a segment of the hour %" PRId64
			    " is another host's: is this store a copy of its?",
			    hour_s);
	if (carrying->wanted == FLEET_TAKES_REST)
		forward_log("the counters of the hour %" PRId64
			    " stay in the fleet as they were: some are past "
			    "their time here. alignctl privacy erase --fleet "
			    "erases them there",
			    hour_s);
}

static bool takes_rows(enum fleet_wanted wanted)
{
	return wanted <= FLEET_TAKES_REST;
}

/* Once, as the store is now. */
static bool carry_once(struct carrying *carrying)
{
	struct forwarder *forwarder = carrying->forwarder;

	carrying->is_purged = false;
	if (!read_held(carrying, &carrying->held))
		return false;
	const struct fleet_segment claim =
	    claim_of(carrying->segment, carrying->held);
	enum pg_kind kind = fleet_push_begin(
	    forwarder->push, &claim, &carrying->wanted, carrying->err);
	if (kind == PG_REFUSED)
		return set_aside(carrying);
	if (!forward_pg(forwarder, kind))
		return false;
	tell_wanted(carrying);
	if (takes_rows(carrying->wanted) && !carry_in_one(carrying))
		return false;
	return carrying->is_purged || mark(carrying);
}

/* The purge may overtake it: then what is left is told, and does not take the
 * place of what is whole. */
static bool carry_sealed(struct carrying *carrying)
{
	do {
		if (!carry_once(carrying))
			return false;
	} while (carrying->is_purged &&
		 !forward_is_stopping(carrying->forwarder));
	return true;
}

static void tell_unsound(const struct carrying *carrying)
{
	if (carrying->unsound > 0)
		forward_log("%" PRId64 " rows of the store cannot be read and "
			    "stay here: alignd does not write such",
			    carrying->unsound);
}

bool forward_segment(struct forwarder *forwarder,
		     const struct store_segment *segment, struct error *err)
{
	struct batch *batch = mem_new(NULL, struct batch);
	struct carrying carrying = {
	    .forwarder = forwarder,
	    .segment = segment,
	    .batch = batch,
	    .err = err,
	};
	bool is_done = carry_sealed(&carrying);

	tell_unsound(&carrying);
	mem_free(batch);
	return is_done;
}

/* --- an open one --- */

/* The place of its stream, from where the store was told; the one that was not
 * marked longest makes room. */
static struct stream *stream_of(struct forwarder *forwarder,
				const struct store_segment *segment)
{
	struct stream *oldest = &forwarder->streams[0];

	for (size_t i = 0; i < FORWARD_STREAMS; i++) {
		struct stream *stream = &forwarder->streams[i];
		if (memcmp(stream->ident, segment->ident, FLEET_IDENT) == 0)
			return stream;
		if (stream->marked_ms < oldest->marked_ms)
			oldest = stream;
	}
	*oldest = (struct stream){.incident_id = segment->sent_incident};
	memcpy(oldest->ident, segment->ident, FLEET_IDENT);
	return oldest;
}

static bool note_sent(struct carrying *carrying, struct stream *stream)
{
	struct forwarder *forwarder = carrying->forwarder;
	int64_t now_ms = forward_now_ms();

	if (stream->incident_id <= carrying->segment->sent_incident ||
	    (stream->marked_ms > 0 &&
	     now_ms - stream->marked_ms < MARK_EVERY_MS))
		return true;
	stream->marked_ms = now_ms;
	return forward_local(
	    forwarder,
	    store_segments_mark_sent(forwarder->segments, carrying->segment,
				     stream->incident_id, carrying->err));
}

static bool has_unsent(struct carrying *carrying, const struct stream *stream)
{
	begin_batch(carrying->batch);
	return forward_local(carrying->forwarder,
			     store_segments_incidents(
				 carrying->forwarder->segments,
				 carrying->segment, stream->incident_id, 1,
				 see_incident, carrying->batch,
				 &carrying->unsound, carrying->err)) &&
	       carrying->batch->count > 0;
}

static bool send_unsent(struct carrying *carrying, struct stream *stream)
{
	struct forwarder *forwarder = carrying->forwarder;
	enum fleet_wanted wanted;

	if (!forward_pg(forwarder, fleet_push_open(forwarder->push,
						   carrying->segment->ident,
						   carrying->segment->hour_s,
						   &wanted, carrying->err)))
		return false;
	if (wanted != FLEET_OPEN)
		return true;
	if (!push_incidents(carrying, stream->incident_id) ||
	    !forward_pg(forwarder,
			fleet_push_end(forwarder->push, carrying->err)))
		return false;
	stop_point("fleet-streamed");
	note_aside(forwarder);
	stream->incident_id = carrying->batch->last;
	return note_sent(carrying, stream);
}

bool forward_stream(struct forwarder *forwarder,
		    const struct store_segment *segment, struct error *err)
{
	struct batch *batch = mem_new(NULL, struct batch);
	struct stream *stream = stream_of(forwarder, segment);
	struct carrying carrying = {
	    .forwarder = forwarder,
	    .segment = segment,
	    .batch = batch,
	    .err = err,
	};

	forwarder->trouble = "";
	bool is_done = !has_unsent(&carrying, stream)
			   ? *forwarder->trouble == '\0'
			   : send_unsent(&carrying, stream);
	mem_free(batch);
	return is_done;
}
