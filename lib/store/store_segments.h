/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SEGMENTS_H
#define STORE_STORE_SEGMENTS_H

/*
 * store_segments - what the fleet takes of a store, segment by segment
 *
 * A segment is what one opening of the file counted in one hour
 * (store_segment.h). It is open while its writer counts into it, and never
 * changes once it is sealed, but for what an erasure or the purge takes out. Its name is 16
 * random bytes; the number, `id`, is this file's alone and means nothing
 * elsewhere. Of a file that was copied or played back two states of one segment
 * can come to be: one is a beginning of the other, and the greater one is it.
 *
 * Used by the forwarder and its tests, beside the daemon or without it; one
 * thread at a time. Every call is a short transaction of its own: what one
 * segment has is asked for in pieces, and a sealed segment does not change
 * between them. Marks go by the segment's name, so that a file that was played
 * back meanwhile is not marked for what it does not have. A mark wakes the
 * daemon's cache (each commit of another program makes it ask for tuples anew):
 * one for a sealed segment, one a minute for those of an open one is plenty,
 * for what was sent may be sent again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_acts.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_segment.h"

/* What a segment has, as of the moment in which it was sealed: rows that were
 * purged or erased since are in them. Of an open one they are 0. */
struct store_segment_sums {
	int64_t results;   /* rows: distinct tuples */
	int64_t messages;  /* in them */
	int64_t incidents; /* rows that were kept */
	int64_t counted;   /* messages whose incident was only counted */
	int64_t acts;
};

struct store_segment {
	int64_t id;
	uint8_t ident[STORE_SEGMENT_IDENT];
	int64_t hour_s;
	int64_t opened_s;
	int64_t sealed_s;	/* 0: it is open */
	int64_t pushed_s;	/* 0: not yet, as far as this file knows */
	int64_t sent_incident;	/* the id up to which an open one's were sent */
	int64_t first_incident; /* its incidents have higher ids */
	int64_t restated; /* erasures that changed its rows: the sums are the
			     same, tuples are not. Of two states of a name the
			     one with more of them replaces the other */
	struct store_segment_sums sums;
};

struct store_segments;

/* Opens the store at `path` for reading and marking; the schema must be the
 * current one. Freed with `mem`. */
bool store_segments_open(TALLOC_CTX *mem, const char *path,
			 struct store_segments **segments, struct error *err)
    __attribute__((warn_unused_result));

/* Was the file renamed, deleted or replaced since? Then open it again. */
bool store_segments_was_moved(struct store_segments *segments);

/* --- which --- */

/* Sealed ones that are not pushed, or are to be pushed anew, the oldest hour
 * first; at most `limit`. Calls `seen` until it returns false. */
bool store_segments_waiting(struct store_segments *segments, long limit,
			    bool (*seen)(void *context,
					 const struct store_segment *segment),
			    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Those that are open: their incidents can be sent before the counters. */
bool store_segments_unsealed(struct store_segments *segments,
			     bool (*seen)(void *context,
					  const struct store_segment *segment),
			     void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The ledger: sealed ones with an hour at or after `since_s` (0: all), in the
 * order of their ids from `after_id` on (0: from the first), at most `limit`.
 * Compare `sums` with what the fleet has taken of each name: where the fleet
 * has less, push it anew. */
bool store_segments_ledger(struct store_segments *segments, int64_t since_s,
			   int64_t after_id, long limit,
			   bool (*seen)(void *context,
					const struct store_segment *segment),
			   void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Every segment of an hour below *hour_s is sealed: what the heartbeat says. */
bool store_segments_closed_below(struct store_segments *segments, int64_t now_s,
				 int64_t *hour_s, struct error *err)
    __attribute__((warn_unused_result));

/* --- what one has --- */

/* Messages of the counters that are still here: less than in its sums once the
 * purge is at it, which may happen between any two of these calls. */
bool store_segments_held(struct store_segments *segments,
			 const struct store_segment *segment, int64_t *messages,
			 struct error *err) __attribute__((warn_unused_result));

/* Its counters with their tuples, in the order of the tuples' ids from
 * `after_tuple_id` on (0: from the first), at most `limit`. A tuple that cannot
 * have been written by alignd is left out and counted in *unsound. */
bool store_segments_results(struct store_segments *segments,
			    const struct store_segment *segment,
			    int64_t after_tuple_id, long limit,
			    bool (*seen)(void *context, int64_t tuple_id,
					 int64_t count,
					 const struct store_tuple *tuple),
			    void *context, int64_t *unsound, struct error *err)
    __attribute__((warn_unused_result));

/* Its rows of incidents that were only counted; the fleet knows one by segment
 * and reference. There are at most a few thousand. */
bool store_segments_counted(struct store_segments *segments,
			    const struct store_segment *segment,
			    bool (*seen)(void *context,
					 const struct store_counted *counted),
			    void *context, int64_t *unsound, struct error *err)
    __attribute__((warn_unused_result));

/* Its incidents above `after_id`, in the order of their ids (incident->id), at
 * most `limit`; the fleet knows one by segment and id. */
bool store_segments_incidents(
    struct store_segments *segments, const struct store_segment *segment,
    int64_t after_id, long limit,
    bool (*seen)(void *context, const struct store_incident *), void *context,
    int64_t *unsound, struct error *err) __attribute__((warn_unused_result));

/* Its acts. An act has a segment of its own, sealed as it is made; the incident
 * is that of another segment, by its name and id there. All zero: it is of
 * before the fleet, which does not have it. */
struct store_segment_act {
	int64_t id;
	uint8_t incident_ident[STORE_SEGMENT_IDENT];
	int64_t incident_id;
	struct store_act act;
};
bool store_segments_acts(struct store_segments *segments,
			 const struct store_segment *segment,
			 bool (*seen)(void *context,
				      const struct store_segment_act *act),
			 void *context, int64_t *unsound, struct error *err)
    __attribute__((warn_unused_result));

/* --- marks --- */

/* The fleet has all of the segment as it was read. Once it is marked, the purge
 * need not hold it; an erasure since it was read makes it wait again. */
bool store_segments_mark_pushed(struct store_segments *segments,
				const struct store_segment *segment,
				int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

/* The fleet has lost it: it waits again. */
bool store_segments_mark_lost(struct store_segments *segments,
			      const struct store_segment *segment,
			      struct error *err)
    __attribute__((warn_unused_result));

/* Incidents of the segment up to that id were sent. */
bool store_segments_mark_sent(struct store_segments *segments,
			      const struct store_segment *segment,
			      int64_t incident_id, struct error *err)
    __attribute__((warn_unused_result));

/* Seals what is open though its hour has been over for some minutes: a daemon
 * would have done so, hence there is none. Were there one, it would begin a new
 * segment; nothing can go wrong. *sealed: how many. */
bool store_segments_seal(struct store_segments *segments, int64_t now_s,
			 int64_t *sealed, struct error *err)
    __attribute__((warn_unused_result));

/* --- erasures --- */

/* Incidents that an erasure took out of segments that the fleet may have, above
 * `after_id`, in the order of their ids, at most `limit`; to be deleted there,
 * with their acts, as often as one likes. `untold`: only those not marked; all
 * are wanted where the fleet has lost something (a backup of old played back
 * has them again). */
struct store_erased_incident {
	int64_t id; /* of this row */
	uint8_t ident[STORE_SEGMENT_IDENT];
	int64_t incident_id;
};
bool store_segments_erased(
    struct store_segments *segments, int64_t after_id, bool untold, long limit,
    bool (*seen)(void *context, const struct store_erased_incident *erased),
    void *context, struct error *err) __attribute__((warn_unused_result));

/* The fleet has deleted those up to that row. */
bool store_segments_mark_erased(struct store_segments *segments, int64_t id,
				int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

/* --- how it stands --- */

struct store_segments_lag {
	int64_t waiting;       /* sealed and not pushed */
	int64_t oldest_hour_s; /* of them; 0: none */
	int64_t unsent;	       /* incidents of open ones, about */
	int64_t let_go; /* messages and incidents that went unpushed, ever */
};
bool store_segments_lag(struct store_segments *segments,
			struct store_segments_lag *lag, struct error *err)
    __attribute__((warn_unused_result));

#endif
