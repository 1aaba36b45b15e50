/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_PAST_DEFAULTS_H
#define APP_PAST_DEFAULTS_H

/*
 * past_defaults - what settings had for a default in earlier releases
 *
 * A list that only grows: who changes a default appends a row. A place in it,
 * from 0 to past_default_count(), is a moment between two changes; the defaults
 * of that moment are today's but for the settings of the rows from there on.
 * The daemon notes its own place (daemon_status.h), the count, so that the next
 * one knows what has changed since, whatever the two call themselves.
 * Immutable, pure.
 */

#include "lib/base/settings.h"

struct past_default {
	const char *setting; /* "policy.on_none" */
	const char *until;   /* the last release that had it; never before that
				of the row above */
	const char *initial; /* as struct setting has it */
};

size_t past_default_count(void);

/* The place before row `index` is the moment when it held; NULL past the last.
 */
const struct past_default *past_default_row(size_t index);

/* What `setting` had at a place; NULL: what it has today. */
const struct past_default *past_default_of(size_t place, const char *setting);

/* The place of a release; false where no default has changed since one called
 * so, with the releases that can be asked for. */
bool past_defaults_place(const char *release, size_t *place, struct error *err)
    __attribute__((warn_unused_result));

/* Puts the defaults of a place where no file set anything else; texts belong to
 * `mem`. */
void past_defaults_apply(TALLOC_CTX *mem,
			 const struct setting_section *sections,
			 const struct settings_origins *origins, size_t place,
			 void *values);

#endif
