/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_READER_H
#define STORE_STORE_READER_H

/*
 * store_reader - the record, read beside a running daemon
 *
 * A row that alignd cannot have written is left out by all readers, which name
 * and count it (store_flaws.h).
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_db.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_filter.h"
#include "lib/store/store_flaws.h"

/* The members are this folder's. */
struct store_reader {
	struct store_db *db;
	char *path; /* of the file; what another database is called */
	/* Of a fleet's record: that of the host's own file, which has what the
	 * fleet does not share (known paths); NULL where there is none. */
	struct store_reader *own;
	bool is_page; /* within the transaction of a page */
};

bool store_reader_open(TALLOC_CTX *mem, const char *path,
		       struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

/* For a page: all that is read from here on is of one moment, and fails once
 * `limit_ms` have passed. The reader is freed at the page's end, and with it
 * the transaction. */
bool store_reader_begin_page(struct store_reader *reader, int64_t limit_ms,
			     struct error *err)
    __attribute__((warn_unused_result));

/* Reads the fleet's record by a connection that another opened, and closes it;
 * messages call it `name`. `own` is the host's own file, or NULL, and outlives
 * it. */
struct store_reader *store_reader_over(TALLOC_CTX *mem, struct store_db *db,
				       const char *name,
				       struct store_reader *own);

/* Where to list the rows that cannot be read and are left out; NULL, as it
 * begins: nowhere. The flaws outlive the reader. */
void store_reader_list_flaws(struct store_reader *reader,
			     struct store_flaws *flaws);

/* Whose SQL it reads by: not SQLite's, for a fleet's record. */
enum store_db_kind store_reader_kind(const struct store_reader *reader);

/* Calls `seen` for each until it returns false. */
bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The references that somebody may have meant who typed one that does not
 * exist, in no order; some may come twice. Of a file all are looked at, but not
 * for a page (begin_page); there, and of a fleet's record, which may have
 * hundreds of millions, those that an index leads to: a slip away
 * (reference_slips), or with the same first half. */
bool store_references(struct store_reader *reader, const char *typed,
		      bool (*seen)(void *context, const char *reference),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

/* What passed DMARC in the name of an author domain: each distinct tuple with
 * its messages and its last hour, the latest first, at most `limit`. */
bool store_passes(struct store_reader *reader, const char *author_domain,
		  long limit,
		  bool (*seen)(void *context, int64_t last_hour_s,
			       int64_t count, const struct store_tuple *tuple),
		  void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise for all author domains, with the first hour of each tuple instead
 * of its last; those seen last come first. */
bool store_all_passes(struct store_reader *reader, long limit,
		      bool (*seen)(void *context, int64_t first_hour_s,
				   int64_t count,
				   const struct store_tuple *tuple),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
