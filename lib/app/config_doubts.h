/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_CONFIG_DOUBTS_H
#define APP_CONFIG_DOUBTS_H

/*
 * config_doubts - settings that are well written and cannot do what they say
 *
 * A rule about names of ours where none is listed, a name that is never asked
 * for, mail with nobody to come from. None of it is an error: alignd runs as
 * well without, and which names are registered follows a list that changes
 * under it. It is told where a person looks: config check and doctor. Pure,
 * but for the public suffix list.
 */

#include "lib/app/config.h"

struct config_doubt {
	const char *setting; /* "policy.on_own", static */
	const char *found;   /* what is set, and why that does nothing */
	const char *fix;     /* what to write */
};

struct config_doubts {
	size_t count;
	struct config_doubt *items;
};

/* In the order of the sample file. Texts belong to `mem`. */
struct config_doubts config_doubts_find(TALLOC_CTX *mem,
					const struct config *config);

#endif
