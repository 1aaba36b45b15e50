/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * take.c - alignctl inbox take: one mail or report from standard input
 *
 * For a mail server's pipe, which takes 0 for done, 75 for later and all else
 * for a failure that bounces: what the mail holds is never the reason for one,
 * what is not ready here always is a reason to come again.
 * Tested by test_alignctl_inbox.
 */
#include <stdio.h>

#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/report/read/received.h"
#include "tools/inbox/actions.h"
#include "tools/inbox/item.h"

static const char *const options[] = {"--authserv-id", "--json", NULL};

static bool take_input(struct tool *tool, struct error *err)
{
	struct inbox_taking taking;
	struct span bytes;
	bool is_taken;

	received_prepare();
	return inbox_taking_open(tool, INBOX_THROUGH_ALIGND, true, &taking,
				 err) &&
	       file_read_stream(tool->mem, stdin, "the mail",
				LIMIT_RECEIVED_FILE_BYTES, &bytes, err) &&
	       inbox_item_take(&taking, "mail", bytes, &is_taken, err) &&
	       (is_taken || error_set(err, ERROR_SYSTEM, INBOX_NOT_TAKEN)) &&
	       inbox_taking_end(&taking, err);
}

static int run_take(struct tool *tool)
{
	struct error err;

	if (take_input(tool, &err))
		return TOOL_DONE;
	(void)tool_fail(&err);
	return TOOL_TRY_AGAIN;
}

const struct tool_action inbox_action_take = {
    .name = "take",
    .options = options,
    .run = run_take,
};
