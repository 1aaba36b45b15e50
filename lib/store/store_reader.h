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
#include "lib/store/store_entry.h"
#include "lib/store/store_filter.h"
#include "lib/store/store_flaws.h"

struct store_db;

/* The members are this folder's. */
struct store_reader {
	struct store_db *db;
	char *path;
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

/* Where to list the rows that cannot be read and are left out; NULL, as it
 * begins: nowhere. The flaws outlive the reader. */
void store_reader_list_flaws(struct store_reader *reader,
			     struct store_flaws *flaws);

/* Calls `seen` for each until it returns false. */
bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
    __attribute__((warn_unused_result));

/* All references, in no order; some may come twice. For finding what somebody
 * meant who typed one that does not exist. */
bool store_references(struct store_reader *reader,
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
