/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_REMEMBERED_H
#define STORE_STORE_REMEMBERED_H

/*
 * store_remembered - what DNS said of domains whose mail passes, for the next
 * start
 *
 * A row a policy domain: the days on which its mail passed, and bytes that
 * lib/dns/dns_memory.h gave and reads back, which believes none of them. A row
 * goes with the domain that takes its place, and after STORE_REMEMBERED_DAYS
 * without mail that passed.
 */

#include "lib/store/store_db.h"
#include "lib/store/store_entry.h"
#include "lib/store/store_reader.h"

#define STORE_REMEMBERED_DAYS (LIMIT_REMEMBERED_S / 86400)

/* On its way to the writer: the bytes that its texts take, and those copied to
 * `room`, of that size. */
size_t store_remembered_bytes(const struct store_remembered *remembered);
void store_remembered_pack(struct store_remembered *remembered, char *room);

/* Within the writer's transaction. */
bool store_remembered_write(struct store_db *db,
			    const struct store_remembered *remembered,
			    struct error *err)
    __attribute__((warn_unused_result));
bool store_remembered_purge(struct store_db *db, int64_t now_s,
			    struct error *err)
    __attribute__((warn_unused_result));

/* Those with most days first, LIMIT_REMEMBERED_DOMAINS at most, until `seen`
 * returns false. */
bool store_remembered_each(struct store_reader *reader,
			   bool (*seen)(void *context,
					const struct store_remembered *row),
			   void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
