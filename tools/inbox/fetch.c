/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetch.c - alignctl inbox fetch: the unread mails of a mailbox elsewhere
 *
 * Each is marked as read once its reports are committed.
 * Tested by test_alignctl_inbox_fetch.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/secret_file.h"
#include "lib/inbox/imap.h"
#include "lib/report/read/received.h"
#include "tools/inbox/actions.h"
#include "tools/inbox/item.h"

#define PASSWORD_MAX 1024
#define GROUP 20 /* mails of a commit that is waited for */

static const char *const options[] = {"--authserv-id", "--ca-file", "--json",
				      "--password-file", NULL};

struct fetch_run {
	struct inbox_taking taking;
	struct imap *imap;
	struct imap_uids uids;
	size_t marked;	/* of these, all before it */
	size_t skipped; /* of these; their uid is 0 */
};

static bool read_password(struct tool *tool, const char **password,
			  struct error *err)
{
	const struct secret_file secret = {
	    .name = "--password-file",
	    .path = tool_value(tool, "--password-file"),
	    .user = SECRET_FILE_SENDER,
	};
	struct span bytes;

	if (!secret_file_read(tool->mem, &secret, PASSWORD_MAX, &bytes, err))
		return false;
	size_t length = strcspn(bytes.data, "\r\n");
	*password = mem_strndup(tool->mem, bytes.data, length);
	return length > 0 || error_set(err, ERROR_CONFIG,
				       "--password-file: the first line "
				       "of %.120s is empty",
				       secret.path);
}

static bool take_mail(struct fetch_run *run, uint32_t *uid, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span bytes;
	bool is_whole;
	bool is_taken = false;
	bool ok = imap_fetch(mem, run->imap, *uid, &bytes, &is_whole, err);

	if (ok && is_whole) {
		ok = inbox_item_take(&run->taking,
				     mem_printf(mem, "mail %u", (unsigned)*uid),
				     bytes, &is_taken, err);
	}
	if (ok && !is_taken) {
		(void)fprintf(stderr, "alignctl: mail %u: %s\n", (unsigned)*uid,
			      is_whole ? INBOX_NOT_TAKEN
				       : "it is gone, or larger than is read: "
					 "it stays unread");
		run->skipped++;
		*uid = 0;
	}
	mem_free(mem);
	return ok;
}

static bool mark_taken(struct fetch_run *run, size_t end, struct error *err)
{
	if (!inbox_taking_commit(&run->taking, err))
		return false;
	for (; run->marked < end; run->marked++) {
		uint32_t uid = run->uids.items[run->marked];
		if (uid != 0 && !imap_mark(run->imap, uid, err))
			return false;
	}
	return true;
}

static bool take_all(struct fetch_run *run, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < run->uids.count; i++) {
		ok = take_mail(run, &run->uids.items[i], err);
		if (ok && (i + 1 == run->uids.count || (i + 1) % GROUP == 0))
			ok = mark_taken(run, i + 1, err);
	}
	return ok;
}

static bool fetch_mails(struct tool *tool, struct fetch_run *run,
			struct error *err)
{
	struct imap_place place = {
	    .url = tool->operands.items[1],
	    .ca_file = tool_value(tool, "--ca-file"),
	};

	return read_password(tool, &place.password, err) &&
	       inbox_taking_open(tool, INBOX_ELSEWHERE, false, &run->taking,
				 err) &&
	       imap_open(tool->mem, &place, &run->imap, err) &&
	       imap_unseen(tool->mem, run->imap, &run->uids, err) &&
	       take_all(run, err) && inbox_taking_end(&run->taking, err);
}

static int run_fetch(struct tool *tool)
{
	struct fetch_run run = {.skipped = 0};
	struct error err;

	if (!tool_has(tool, "--password-file"))
		return tool_usage(tool, "--password-file is missing: a file "
					"whose first line is the password");
	received_prepare();
	if (!fetch_mails(tool, &run, &err))
		return tool_fail(&err);
	return run.skipped > 0 ? TOOL_BAD_INPUT : TOOL_DONE;
}

const struct tool_action inbox_action_fetch = {
    .name = "fetch",
    .operands_min = 1,
    .operands_max = 1,
    .options = options,
    .run = run_fetch,
};
