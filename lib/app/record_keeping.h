/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_RECORD_KEEPING_H
#define APP_RECORD_KEEPING_H

/*
 * record_keeping - a verdict as the store's rows
 */

#include "lib/eval/verdict.h"
#include "lib/store/store.h"

/* The entry for an evaluated message; texts belong to `mem`. `queue_id` and
 * `host` may be NULL. */
struct store_entry record_entry(TALLOC_CTX *mem, const struct verdict *verdict,
				const char *queue_id, const char *host);

/* The incident that a verdict would be, whether it is one or not: what
 * explains a stored incident explains any message. */
struct store_incident record_incident(TALLOC_CTX *mem,
				      const struct verdict *verdict);

#endif
