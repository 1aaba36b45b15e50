/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_INBOX_QUESTION_H
#define TOOLS_INBOX_QUESTION_H

/*
 * question - what is asked of the kept reports, as the options have it
 *
 * --since, --domain, --by, --limit, --names. The period ends now; the one before, to
 * compare with, is as long.
 */

#include "lib/inbox/summary_show.h"
#include "tools/tool.h"

struct inbox_question {
	struct config *config;
	struct store_inbox *inbox;
	struct store_inbox_period period;
	struct inbox_summary summary;
	enum inbox_order order;
	long limit;
};

/* Reads options, configuration and store. TOOL_DONE, or the exit status: the
 * fault was printed. `address`: of that source alone, with its name; "" for
 * all. `order`: where --by is not given. */
int inbox_question_ask(struct tool *tool, const char *address, int64_t since_s,
		       enum inbox_order order, struct inbox_question *question);

#endif
