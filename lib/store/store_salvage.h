/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SALVAGE_H
#define STORE_STORE_SALVAGE_H

/*
 * store_salvage - what is left of a damaged store, and what a file is worth
 *
 * Salvaging reads each table of the old file as far as its pages go, leaves out
 * what lies in a damaged one, goes on behind it, reads back to it from there
 * (the rest of an hour's counters, keys that were stepped over), and writes
 * what it read into a new store of the current schema. The old file is read
 * only. Rows are copied as they are: what is wrong in one is found by whoever
 * reads it (store_flaws.h), as in any store. A row that hangs on one that is
 * lost is lost with it.
 *
 * One thread. Memory does not grow with the file.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

#define STORE_SALVAGE_FAULTS 20 /* told in words, at most */

struct store_salvaged {
	const char *table;
	int64_t known; /* rows that the old file says it has; -1: it cannot */
	int64_t saved;
};

struct store_salvage {
	size_t count;
	struct store_salvaged *tables;
};

/* Makes `copy` (which must not exist; mode 0600) of the store at `path`, and
 * tells what was saved, below `mem`. False: nothing can be read, or `copy` not
 * be written; it is not there then. */
bool store_salvage(TALLOC_CTX *mem, const char *path, const char *copy,
		   struct store_salvage *salvage, struct error *err)
    __attribute__((warn_unused_result));

/* Reads the whole file and lists what is wrong with it, in SQLite's words:
 * nothing where it is sound. False where it cannot be read at all. */
bool store_examine(TALLOC_CTX *mem, const char *path, struct text_list *faults,
		   struct error *err) __attribute__((warn_unused_result));

#endif
