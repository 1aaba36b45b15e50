/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_REPLAY_SETTINGS_H
#define APP_REPLAY_SETTINGS_H

/*
 * replay_settings - which changed settings a replay cannot speak about
 *
 * The record holds what was found about a message. A setting that changes what
 * is found (which DNS is asked, which signature counts) would have led to
 * another record, and nobody can tell to which.
 */

#include "lib/app/config.h"

/* A setting that differs and that a replay leaves out, in whole or in part. */
struct replay_gap {
	const char *setting; /* "spf.term_limit" */
	const char *running; /* as a file spells it */
	const char *new;
	const char *why; /* one clause of ours */
};

/* Calls `seen` for each, in the order of the sample file; the texts live until
 * it returns. */
void replay_gaps(const struct config *running, const struct config *new,
		 void (*seen)(void *context, const struct replay_gap *gap),
		 void *context);

#endif
