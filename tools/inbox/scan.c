/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.c - alignctl inbox scan: mailboxes and files
 *
 * A mail of a Maildir is marked as read once its reports are committed. A
 * mailbox file (mbox) and a file are left as they are: what is read again is
 * known. No operand is followed where it is a link: whoever may write its folder
 * could have root read anything.
 * Tested by test_alignctl_inbox.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/report/read/received.h"
#include "tools/inbox/actions.h"
#include "tools/inbox/item.h"
#include "tools/inbox/maildir.h"

static const char *const options[] = {"--authserv-id", "--json", NULL};

struct scan_run {
	struct inbox_taking taking;
	size_t skipped;
};

static void see_skipped(void *context, const char *name, const char *why)
{
	struct scan_run *run = context;
	TALLOC_CTX *mem = mem_context(NULL);

	run->skipped++;
	(void)fprintf(stderr, "alignctl: %s: %s\n", text_printable(mem, name),
		      text_printable(mem, why));
	mem_free(mem);
}

static bool take_mail(void *context, const char *name, struct span bytes,
		      bool *is_taken, struct error *err)
{
	struct scan_run *run = context;

	if (!inbox_item_take(&run->taking, name, bytes, is_taken, err))
		return false;
	if (!*is_taken)
		see_skipped(run, name, INBOX_NOT_TAKEN);
	return true;
}

static bool commit(void *context, struct error *err)
{
	struct scan_run *run = context;

	return inbox_taking_commit(&run->taking, err);
}

static bool is_folder(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool read_bytes(TALLOC_CTX *mem, const char *path, struct span *bytes,
		       struct error *err)
{
	if (strcmp(path, "-") == 0)
		return file_read_stream(mem, stdin, "standard input",
					LIMIT_RECEIVED_FILE_BYTES, bytes, err);
	return file_read_plain(mem, path, LIMIT_RECEIVED_FILE_BYTES, bytes,
			       err);
}

static bool scan_file(struct scan_run *run, const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct error unread;
	struct span bytes;
	bool is_taken = true;
	bool ok = true;

	if (read_bytes(mem, path, &bytes, &unread))
		ok = inbox_file_take(&run->taking, path, bytes, &is_taken, err);
	else
		see_skipped(run, path, unread.words);
	if (ok && !is_taken)
		see_skipped(run, path, INBOX_NOT_TAKEN);
	mem_free(mem);
	return ok;
}

static bool scan_one(struct scan_run *run, const char *path, struct error *err)
{
	const struct maildir_reader reader = {take_mail, commit, see_skipped,
					      run};

	if (!is_folder(path))
		return scan_file(run, path, err);
	if (maildir_is_one(path))
		return maildir_read(path, &reader, err);
	see_skipped(run, path,
		    "it is a folder and no Maildir: there is neither new nor "
		    "cur in it (allowed: a Maildir, a file, - for standard "
		    "input)");
	return true;
}

static int run_scan(struct tool *tool)
{
	struct scan_run run = {.skipped = 0};
	struct error err;

	received_prepare();
	bool ok =
	    inbox_taking_open(tool, INBOX_THROUGH_ALIGND, false, &run.taking,
			      &err);
	for (size_t i = 1; ok && i < tool->operands.count; i++)
		ok = scan_one(&run, tool->operands.items[i], &err);
	if (!ok || !inbox_taking_end(&run.taking, &err))
		return tool_fail(&err);
	return run.skipped > 0 ? TOOL_BAD_INPUT : TOOL_DONE;
}

const struct tool_action inbox_action_scan = {
    .name = "scan",
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .options = options,
    .run = run_scan,
};
