/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DRAFT_H
#define STORE_STORE_DRAFT_H

/*
 * store_draft - a copy of a store that is whole or not there
 *
 * It is written as "COPY.part", mode 0600 since its rows name people, and gets
 * its name when it is on the disk. No file's place is taken.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"

/* Makes the empty draft of `copy`, whose path goes to *draft, below `mem`. */
bool store_draft_begin(TALLOC_CTX *mem, const char *copy, const char **draft,
		       struct error *err) __attribute__((warn_unused_result));

/* `is_whole`: gives the draft its name; else, and where that fails, the draft
 * is removed, and false returned. */
bool store_draft_end(TALLOC_CTX *mem, const char *draft, const char *copy,
		     bool is_whole, struct error *err)
    __attribute__((warn_unused_result));

#endif
