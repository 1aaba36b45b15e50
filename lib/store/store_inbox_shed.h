/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_INBOX_SHED_H
#define STORE_STORE_INBOX_SHED_H

/*
 * store_inbox_shed - reports of others go, a part at a time
 *
 * For those who purge them (store_inbox.h) and for the daemon, where the store
 * is larger than it may be (store_size.h): what strangers left goes before
 * anything that alignd has recorded. Within the caller's transaction, some
 * milliseconds a call. One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/store/store_db.h"

/* Of inbox_report, what goes first: what counts nowhere, what did not pass
 * DMARC, what is old. What another writes now is not whole, and stays. */
#define STORE_INBOX_FIRST                                                      \
	"state <> 'partial' ORDER BY state = 'kept', verdict = 'pass', "       \
	"received_s"

/* Nobody sums that report from now on; the texts of its rows that no other has
 * go with them. */
bool store_inbox_shed_part(struct store_db *db, int64_t id, bool *is_gone,
			   struct error *err)
    __attribute__((warn_unused_result));

/* What was set aside, then a part of the report that goes first; *has_moved is
 * false when there is none. */
bool store_inbox_shed_first(struct store_db *db, bool *has_moved,
			    struct error *err)
    __attribute__((warn_unused_result));

#endif
