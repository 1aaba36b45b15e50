/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_IMPORT_H
#define STORE_STORE_IMPORT_H

/*
 * store_import - messages that another filter recorded, into the counters
 *
 * Each message has an identity, which the store remembers as a keyed number as
 * long as it keeps counters: what comes a second time changes nothing. Its
 * tuple says in `imported` what the other filter did not know; such tuples are
 * in no report (store_day.c), and never one with a tuple of our own.
 *
 * Written beside a running daemon, in transactions of a tenth of a second. What
 * an hour may add is bounded as for the daemon (store_ceiling.h); pairs of
 * which mail passed (store_passed.h) are not learnt from it.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_entry.h"

struct store_import;

/* A store that exists and is of this version. `mem` frees it, and loses what
 * was not flushed. */
bool store_import_open(TALLOC_CTX *mem, const char *path,
		       struct store_import **import, struct error *err)
    __attribute__((warn_unused_result));

/* `identity` is the same for the same message, and for no other. Texts are
 * copied. */
bool store_import_add(struct store_import *import, const char *identity,
		      int64_t time_s, const struct store_tuple *tuple,
		      struct error *err) __attribute__((warn_unused_result));

/* Writes what is left. */
bool store_import_flush(struct store_import *import, struct error *err)
    __attribute__((warn_unused_result));

/* Of those that were written. */
struct store_import_counts {
	int64_t added;
	int64_t known; /* had been imported before */
};
struct store_import_counts
store_import_counts(const struct store_import *import);

#endif
