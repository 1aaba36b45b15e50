/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_WRITER_H
#define STORE_STORE_WRITER_H

/*
 * store_writer - the writing connection: opened, used, opened again
 *
 * Used by one thread at a time. After a failure the connection is closed and
 * the next try opens it anew, which also cures a file that was moved away. A
 * file that was cut short or emptied in place is set aside before the next
 * commit, and a new one is begun: what is written into it would be lost.
 */

#include "lib/store/store_budget.h"
#include "lib/store/store_rows.h"
#include "lib/store/store_settings.h"
#include "lib/store/store_size.h"

struct store_writer {
	char *path;
	struct store_settings settings;
	const struct clock *clock;
	struct store_passed *passed; /* filled from the file */
	struct store_paths *paths;   /* likewise, step by step */
	struct store_budget *budget; /* likewise, once */
	bool is_budget_seeded;
	struct store_db *db; /* NULL: to be opened at the next try */
	struct store_rows *rows;
	int64_t purge_due_ms;
	int64_t size_due_ms;
	int64_t paths_due_ms;
	int64_t settle_due_ms; /* what paths are worth */
	int64_t seal_due_ms;   /* segments of hours that are over */
	struct store_size bounds;
	/* of a fleet, where this host is of one (store_segments.h) */
	bool is_for_fleet;
	struct store_let_go let_go; /* past its time */
	int64_t waiting;	    /* segments, as of a minute ago, */
	int64_t waiting_hour_s;	    /* and the first hour of them; 0: none */
	bool has_shrunk;	    /* pages were given back */
	bool is_locked;	       /* by another program, when it was last opened */
	bool is_damaged;       /* as the last failure said */
	bool is_clock_doubted; /* as of the last purge that was due, */
	struct error clock_doubt; /* and why */
	int64_t size; /* of the file after the last commit, or what it will
			 have when its log is written out: it does not shrink
			 below that by itself */
};

void store_writer_init(struct store_writer *writer,
		       const struct store_settings *settings,
		       struct store_passed *passed, struct store_paths *paths,
		       struct store_budget *budget, const struct clock *clock);

/* Prepares file and schema; the words of a failure are for the operator, and
 * the next write tries again. */
bool store_writer_open(struct store_writer *writer, struct error *err)
    __attribute__((warn_unused_result));
void store_writer_done(struct store_writer *writer);

/* Writes the items, sets each one's outcome, counts the transactions. False:
 * some are lost, or the file had been moved away or cut short; err says why.
 * *left: another program holds the lock, and the items from here on are to be
 * written again; NULL when all have their outcome. */
bool store_writer_write(struct store_writer *writer, struct store_item *items,
			uint64_t *groups, struct store_item **left,
			struct error *err);

/* Gives the items up. NULL is fine. */
void store_writer_lose(struct store_item *items);

/* Until the next upkeep is due; 0 when it is. */
int64_t store_writer_upkeep_in_ms(const struct store_writer *writer);

/* A small step of what is due: deletes a batch of what is past its time, or
 * what goes before it since the file has its size, or gives free pages back.
 * Likewise some known paths are read or written. A clock in doubt is no
 * failure: nothing is past its time then, and is_clock_doubted and clock_doubt
 * say so. */
bool store_writer_upkeep(struct store_writer *writer, struct error *err);

/* At the end: what was counted of paths is written, and segments are sealed. */
bool store_writer_finish(struct store_writer *writer, struct error *err);

#endif
