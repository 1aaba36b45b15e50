/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_REPORT_KEY_H
#define TOOLS_REPORT_KEY_H

/*
 * key - a key that signs reports: where it is, and whether the DNS has it
 *
 * The settings name the one in use. Others are known by their selector: the key
 * of SELECTOR is SELECTOR.pem beside the one in use, so that the next one and
 * the last one have a place each.
 */

#include "tools/engine.h"
#include "tools/report/alignment.h"

struct report_key {
	const char *selector;
	const char *domain; /* d= */
	const char *name;   /* SELECTOR._domainkey.DOMAIN */
	const char *path;
	bool is_in_use;			 /* the settings name it */
	struct report_settings settings; /* as if they named it */
};

/* That of the selector, or of the settings where it is NULL. `file`, unless
 * NULL, is where it is kept instead. Below `mem`. */
bool report_key_find(TALLOC_CTX *mem, const struct config *config,
		     const char *selector, const char *file,
		     struct report_key *key, struct error *err)
    __attribute__((warn_unused_result));

/* Signs with it and verifies by what the DNS has. */
bool report_key_check(TALLOC_CTX *mem, const struct engine *engine,
		      const struct report_key *key,
		      struct report_alignment *alignment, struct error *err)
    __attribute__((warn_unused_result));

/* The key is in use: whatever was noted for its retiring is forgotten. */
void report_key_keep(struct tool *tool, const struct report_key *key);

/* alignctl report key --retire: the key of a selector that is no longer in use
 * goes, when mail that it signed has arrived. Returns the exit status. */
int report_key_retire(struct tool *tool, const struct engine *engine,
		      const struct report_key *key);

#endif
