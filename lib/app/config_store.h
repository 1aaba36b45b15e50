/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_CONFIG_STORE_H
#define APP_CONFIG_STORE_H

/*
 * config_store - where a configuration that was refused has its store
 *
 * Whoever looks at what was recorded needs nothing else of it, and does so most
 * of all when something is wrong. Only store.sqlite is looked for, over
 * whatever fault stands elsewhere in the files; no other setting is ever taken
 * from a configuration that is not whole.
 */

#include "lib/base/error.h"
#include "lib/base/mem.h"

struct config_store {
	const char *path; /* store.sqlite */
	const char *file; /* where it stands; NULL: nowhere soundly, and `path`
			     is the default */
	int line;
};

/* NULL `path`: the usual configuration. What a later file of its folder says
 * holds. False: a file cannot be read, so that nothing is known. */
bool config_store_find(TALLOC_CTX *mem, const char *path,
		       struct config_store *store, struct error *err)
    __attribute__((warn_unused_result));

#endif
