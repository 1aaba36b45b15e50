/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * journal.c - that something was erased, without what it was
 * Tested by test_alignctl_privacy.
 */
#include "tools/privacy/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever may write the store, as the folder's group has it. */
#define FILE_MODE 0660

const char *journal_path(TALLOC_CTX *mem, const char *store_path)
{
	return mem_printf(mem, "%s/erasures.log", text_folder(mem, store_path));
}

static bool append(int fd, const char *text, size_t length)
{
	struct stat found;

	if (fstat(fd, &found) != 0)
		return false;
	if (!S_ISREG(found.st_mode) || found.st_nlink != 1) {
		errno = EPERM;
		return false;
	}
	/* A first line: whatever the umask, others of the group write here. */
	if (found.st_size == 0 && fchmod(fd, FILE_MODE) != 0)
		return false;
	return write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
}

bool journal_add(TALLOC_CTX *mem, const char *store_path,
		 const struct json *line, struct error *err)
{
	const char *path = journal_path(mem, store_path);
	const char *text = mem_printf(mem, "%s\n", json_text(mem, line));
	int fd = open(path,
		      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
			  O_CLOEXEC,
		      FILE_MODE);
	bool ok = fd >= 0 && append(fd, text, strlen(text));
	int number = errno;

	if (fd >= 0)
		(void)close(fd);
	return ok || error_errno(err, ERROR_STORE, number,
				 "cannot record an erasure in %.120s", path);
}
