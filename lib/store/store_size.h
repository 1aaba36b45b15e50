/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SIZE_H
#define STORE_STORE_SIZE_H

/*
 * store_size - what goes before its time when the file has its size
 *
 * Above the bound, in this order, the oldest first:
 *
 *   1. what strangers sent: the inbox (store_inbox_shed.h); known paths and
 *      remembered answers beyond a sixteenth of the bound each
 *   2. the detail of incidents (verdict and DNS answers; their other columns
 *      stay, and say how long the two were)
 *   3. the bytes of reports that are settled
 *   4. incidents, and rows of those that were only counted
 *   5. counters that no report needs any more
 *   6. failures that are not reported yet
 *   7. counters that a report still needs
 *
 * One is begun when the one before it has nothing left. A step is a small
 * transaction, so that messages wait for none; what it frees goes back to the
 * file system in small steps as well, where the file was made for it
 * (auto_vacuum), and is used again in any case.
 *
 * The writer thread's alone, within no transaction, but for the last.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_purge.h"

struct store_size {
	int64_t max_bytes;   /* 0: no bound */
	int64_t used_bytes;  /* of the file, free pages left out */
	int64_t file_bytes;  /* free pages included, as of the last commit */
	uint64_t shed;	     /* rows that went before their time, or parts */
	int64_t detail_done; /* incidents up to here have none any more */
	bool can_shrink;
	bool is_full;	   /* above the bound, and nothing is left to go */
	bool is_for_fleet; /* what goes before the fleet has it is counted: */
	struct store_let_go let_go;
};

/* What is used now. */
bool store_size_read(struct store_size *size, struct store_db *db,
		     struct error *err) __attribute__((warn_unused_result));

/* One step, when there is too much; `hold_s`: from when on reports need the
 * counters. *has_more: another one is due. */
bool store_size_shed(struct store_size *size, struct store_db *db,
		     int64_t hold_s, bool *has_more, struct error *err)
    __attribute__((warn_unused_result));

/* Gives some free pages back. *has_more likewise. */
bool store_size_shrink(struct store_size *size, struct store_db *db,
		       bool *has_more, struct error *err)
    __attribute__((warn_unused_result));

/* --- beside the daemon, any thread --- */

/* Gives all free pages of the store at `path` back, in steps as small as the
 * writer's, and tells its bytes before and after. False also for a file of old,
 * which cannot do so: the words say what to do. */
bool store_size_shrink_file(const char *path, int64_t *before, int64_t *after,
			    struct error *err)
    __attribute__((warn_unused_result));

#endif
