/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_NOTICE_TELL_H
#define TOOLS_NOTICE_TELL_H

/*
 * tell - one run of a digest or an alert: gathered, chosen, handed over, marked
 *
 * Place by place. What a place took is marked as told to it at once, in the
 * store; a crash between the two tells it again, once. Of two runs of a channel
 * one works.
 */

#include "tools/tool.h"

extern const char notice_digest[]; /* channels */
extern const char notice_alert[];

/* Returns the exit status. */
int notice_run(struct tool *tool, const char *channel);

#endif
