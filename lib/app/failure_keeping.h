/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_FAILURE_KEEPING_H
#define APP_FAILURE_KEEPING_H

/*
 * failure_keeping - what a failure report needs of a message, for the store
 *
 * The daemon keeps it here and never sends: alignctl report send does. Of the
 * recipients only the domains stay, of the header what redact.h lets through,
 * of the body nothing.
 */

#include "lib/app/config.h"
#include "lib/eval/verdict.h"
#include "lib/store/store.h"

/* Adds the failure to the entry when a report is owed (failure_due.h) and the
 * configuration has them on; texts belong to `mem`. */
void failure_keep(TALLOC_CTX *mem, const struct verdict *verdict,
		  const struct config *config, const char *authserv_id,
		  struct store_entry *entry);

#endif
