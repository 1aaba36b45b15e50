/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_PRIVACY_JOURNAL_H
#define TOOLS_PRIVACY_JOURNAL_H

/*
 * journal - that something was erased, without what it was
 *
 * erasures.log beside the store: a line of JSON for each erasure, with time,
 * kind, who did it and how many rows of which table. Nothing in it leads back
 * to whose they were, not even a keyed number: who has the key could try names.
 */

#include "lib/base/json.h"

/* Where it is; below `mem`. */
const char *journal_path(TALLOC_CTX *mem, const char *store_path);

/* Appends the object as a line. A link in its place is refused. */
bool journal_add(TALLOC_CTX *mem, const char *store_path,
		 const struct json *line, struct error *err)
    __attribute__((warn_unused_result));

#endif
