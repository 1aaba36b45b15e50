/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ERASE_H
#define STORE_STORE_ERASE_H

/*
 * store_erase - what the store has of somebody, told and taken out
 *
 * Incidents and failures go, with what operators did about them. A counter
 * stays, so that every sum does: its tuple becomes one of "others"
 * (store_ceiling.h), without client and names. The bytes of settled reports
 * about such a day go, as they do when the file has its size; a report that is
 * not sent yet keeps what it says, and is told of.
 *
 * Beside a running daemon, in transactions of some milliseconds. What is
 * deleted is overwritten, in the database and, where no reader holds it, in its
 * log.
 */

#include "lib/store/store_entry.h"
#include "lib/store/store_personal.h"

/* What was found, or done, in one table. */
struct store_erased {
	const char *table;
	const char *what; /* "deleted", "counted as others" ... */
	bool is_kept;	  /* told of, and left alone */
	int64_t rows;
};

#define STORE_ERASED_MAX 24

struct store_erasure {
	size_t count;
	struct store_erased parts[STORE_ERASED_MAX];
	int64_t total;	     /* rows that go or change */
	bool is_log_clear;   /* no copy is left in the -wal file */
	bool is_space_given; /* nor in free pages of the file */
};

/* What a tuple that names the subject becomes; texts stay the tuple's. */
struct store_tuple store_erase_others(const struct store_tuple *tuple,
				      const struct store_subject *subject);

/* What an erasure would find. */
bool store_erase_count(TALLOC_CTX *mem, const char *path,
		       const struct store_subject *subject,
		       struct store_erasure *erasure, struct error *err)
    __attribute__((warn_unused_result));

/* Erases. *erasure says what was done, also where it failed on the way. */
bool store_erase(TALLOC_CTX *mem, const char *path,
		 const struct store_subject *subject,
		 struct store_erasure *erasure, struct error *err)
    __attribute__((warn_unused_result));

#endif
