/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_COUNTED_H
#define STORE_STORE_COUNTED_H

/*
 * store_counted - incidents that were only counted, a row an hour and pair
 */

#include "lib/store/store_budget.h"
#include "lib/store/store_db.h"
#include "lib/store/store_reader.h"

/* --- for the writer's thread, within its transaction --- */

/* Adds one incident to the row of its place in that segment, by the statement
 * of store_counted_sql, which a flood runs for nearly every message. */
extern const char store_counted_sql[];
bool store_counted_write(struct store_statement *statement,
			 const struct store_entry *entry, int64_t segment_id,
			 struct error *err) __attribute__((warn_unused_result));

/* Tells the budget of the incidents of this hour that are in the file. */
bool store_counted_seed(struct store_db *db, struct store_budget *budget,
			int64_t now_s, struct error *err)
    __attribute__((warn_unused_result));

/* --- reading --- */

/* The columns of a row, as they are read. False: it is not sound. */
#define STORE_COUNTED_COLUMNS                                                  \
	"counted_id, reference, hour_s, network, author_domain, budget, "      \
	"first_s, last_s, messages, none, tag, quarantine, reject, tempfail"
bool store_counted_read(struct store_statement *statement,
			struct store_counted *counted);

/* The columns of a row, as they are read. False: it is not sound. */
#define STORE_COUNTED_COLUMNS                                                  \
	"counted_id, reference, hour_s, network, author_domain, budget, "      \
	"first_s, last_s, messages, none, tag, quarantine, reject, tempfail"
bool store_counted_read(struct store_statement *statement,
			struct store_counted *counted);

/* Can the rows answer such a filter? They know hour, network, author domain,
 * reference and disposition, nothing else. */
bool store_counted_knows(const struct store_filter *filter);

/* Those that may hold incidents of the filter, the latest first; its limit is
 * not looked at. Calls `seen` for each until it returns false. */
bool store_counted(struct store_reader *reader,
		   const struct store_filter *filter,
		   bool (*seen)(void *context,
				const struct store_counted *counted),
		   void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
