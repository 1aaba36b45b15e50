/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_IMPORT_HISTORY_TUPLE_H
#define TOOLS_IMPORT_HISTORY_TUPLE_H

/*
 * history_tuple - a message of OpenDMARC's history as a tuple of the store
 *
 * What OpenDMARC did not record stays empty, and `imported` says what that is.
 */

#include "lib/import/history.h"
#include "lib/store/store_entry.h"

/* What `imported` says: the record's text with np, t and pct; evidence of
 * indirect mail, ARC among it; the client's confirmed name; TLS. */
extern const char history_unknown[];

/* Its texts are below `mem` or the message's. */
struct store_tuple history_tuple(TALLOC_CTX *mem,
				 const struct history_message *message);

/* The same for the same message, wherever it is read from; below `mem`. */
const char *history_identity(TALLOC_CTX *mem,
			     const struct history_message *message);

#endif
