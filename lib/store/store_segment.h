/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SEGMENT_H
#define STORE_STORE_SEGMENT_H

/*
 * store_segment - which opening of the file counted what: the writer's part
 *
 * A fleet that adds up what its hosts counted must not count twice where a file
 * is played back from a backup, copied to another host, or cut short by a power
 * loss. So counting is done in segments: a segment is what one opening of the
 * file counted in one hour, under a name of 16 random bytes. Two rules make it
 * safe, and each is kept within the transaction that counts:
 *
 *   - An opening never goes on with the segment of an earlier one, so that all
 *     states of a segment, wherever they come to be, are beginnings of one
 *     history, of which the greatest is right.
 *   - A segment that is sealed takes nothing more, whoever sealed it. What
 * comes for its hour begins another.
 *
 * All that are open are sealed when the file is opened, by a commit that waits
 * for the disk; those of hours that are over a while later; the rest at a clean
 * stop. An operator's act and an import have segments of their own, sealed in
 * the transaction that makes them: of a host that does not run nothing is open
 * that could grow in two copies of its file.
 *
 * store_segments.h is what the fleet takes of it. Used by one thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/store/store_db.h"

#define STORE_SEGMENT_IDENT 16 /* bytes of its name */

/* Entries are told within the seconds after they were counted; then their hour
 * is sealed. */
#define STORE_SEGMENT_GRACE_S 30

/* Hours that have one open behind a commit. Usually it is one; a clock that
 * jumps makes more, and then those that were used least lately are sealed. */
#define STORE_SEGMENTS_OPEN 8

struct store_segment_open {
	int64_t id;
	int64_t hour_s;
	int64_t incidents; /* that were committed */
	int64_t pending;   /* that this transaction added */
	bool is_new;	   /* opened by this transaction */
	bool is_sealed;	   /* sealed by it */
};

struct store_segment_writer {
	struct store_db *db;
	const struct clock *clock;
	struct store_statement *statements[3];
	struct store_segment_open *open; /* that used last comes first */
	size_t count;
	size_t room;
};

/* For a database of the current schema. */
bool store_segment_begin(struct store_segment_writer *writer,
			 struct store_db *db, const struct clock *clock,
			 struct error *err) __attribute__((warn_unused_result));

/* One that was never begun, all zero, is fine. Seals nothing. */
void store_segment_end(struct store_segment_writer *writer);

/* --- within the caller's transaction, which holds the lock --- */

/* Another program has committed since: what it sealed is open no more. */
bool store_segment_look(struct store_segment_writer *writer, struct error *err)
    __attribute__((warn_unused_result));

/* The segment of an entry of that time; begins one where none is open. */
bool store_segment_of(struct store_segment_writer *writer, int64_t time_s,
		      int64_t *id, struct error *err)
    __attribute__((warn_unused_result));

/* An incident was added to the segment that store_segment_of() gave. */
void store_segment_note_incident(struct store_segment_writer *writer,
				 int64_t id);

/* Behind all that the transaction counts: seals those that are open beyond
 * `may_stay`. */
bool store_segment_settle(struct store_segment_writer *writer, size_t may_stay,
			  struct error *err)
    __attribute__((warn_unused_result));

/* The transaction was committed; or rolled back, and with it what it began. */
void store_segment_committed(struct store_segment_writer *writer);
void store_segment_undone(struct store_segment_writer *writer);

/* --- outside of one --- */

/* How many sealed ones the fleet has not taken, and the first hour of them; 0:
 * there is none. */
bool store_segment_waiting(struct store_db *db, int64_t *waiting,
			   int64_t *hour_s, struct error *err)
    __attribute__((warn_unused_result));

/* --- transactions of their own --- */

/* Seals what earlier openings left, and waits for the disk; `synchronous` is
 * what the connection goes on with. For a connection that has counted
 * nothing. */
bool store_segment_seal_left(struct store_db *db, const struct clock *clock,
			     const char *synchronous, struct error *err)
    __attribute__((warn_unused_result));

/* Seals those whose hour is over, and those of the future, as a clock leaves
 * that was set back; of whoever they are. */
bool store_segment_seal_over(struct store_segment_writer *writer,
			     struct error *err)
    __attribute__((warn_unused_result));

/* Likewise beside the daemon, `grace_s` behind the hour; *sealed: how many. */
bool store_segment_seal_unheld(struct store_db *db, int64_t now_s,
			       int64_t grace_s, int64_t *sealed,
			       struct error *err)
    __attribute__((warn_unused_result));

/* At the end: seals the writer's own. */
bool store_segment_seal_own(struct store_segment_writer *writer,
			    struct error *err)
    __attribute__((warn_unused_result));

#endif
