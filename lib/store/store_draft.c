/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_draft.c - a copy of a store that is whole or not there
 * Tested by test_alignctl_store.
 */
#include "lib/store/store_draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/file_name.h"
#include "lib/base/text.h"

#define DRAFT_MODE 0600

bool store_draft_begin(TALLOC_CTX *mem, const char *copy, const char **draft,
		       struct error *err)
{
	*draft = mem_printf(mem, "%s.part", copy);
	if (access(copy, F_OK) == 0)
		return error_set(err, ERROR_INPUT,
				 "%.200s exists, and no file's place is taken",
				 copy);
	int fd =
	    open(*draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		 DRAFT_MODE);
	if (fd < 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot make %.200s", *draft);
	(void)close(fd);
	return true;
}

static bool sync_path(const char *path, int flags, struct error *err)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	bool is_out = fd >= 0 && fsync(fd) == 0;
	int failed = errno;

	if (fd >= 0)
		(void)close(fd);
	return is_out || error_errno(err, ERROR_INPUT, failed,
				     "cannot write out %.200s", path);
}

/* A name that somebody took meanwhile keeps what he put there. Some file
 * systems cannot promise that when renaming, others have no links. */
static bool give_name(const char *draft, const char *copy, struct error *err)
{
	return file_name_take(draft, copy) ||
	       (errno == EINVAL && link(draft, copy) == 0) ||
	       error_errno(err, ERROR_INPUT, errno, "cannot make %.200s", copy);
}

bool store_draft_end(TALLOC_CTX *mem, const char *draft, const char *copy,
		     bool is_whole, struct error *err)
{
	bool ok = is_whole && sync_path(draft, O_NOFOLLOW | O_NONBLOCK, err) &&
		  give_name(draft, copy, err) &&
		  sync_path(text_folder(mem, copy), O_DIRECTORY, err);

	(void)unlink(draft);
	return ok;
}
