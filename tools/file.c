/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - files that are whole or not there
 * Tested by test_alignctl_check.
 */
#include "tools/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MODE 0644

static bool write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, text, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		text += written;
		length -= (size_t)written;
	}
	return true;
}

/* mkstemp() made it 0600. */
static bool give_mode(int fd)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return fchmod(fd, FILE_MODE & ~mask) == 0;
}

static bool write_and_close(const char *path, const char *text, size_t length,
			    int fd, struct error *err)
{
	bool ok =
	    write_all(fd, text, length) && give_mode(fd) && fsync(fd) == 0;
	int number = errno;

	if (close(fd) != 0 && ok) {
		ok = false;
		number = errno;
	}
	return ok || error_errno(err, ERROR_INPUT, number,
				 "cannot write %.120s", path);
}

/* "/dev/stdout" is a link that root could replace, to everybody's harm. */
static bool check_place(const char *path, struct error *err)
{
	struct stat found;

	if (lstat(path, &found) != 0 || S_ISREG(found.st_mode))
		return true;
	return error_set(err, ERROR_INPUT,
			 "cannot write %.120s: it is no plain file; name "
			 "another, or - for standard output",
			 path);
}

bool tool_file_write(TALLOC_CTX *mem, const char *path, const char *text,
		     size_t length, struct error *err)
{
	char *beside = mem_printf(mem, "%s.XXXXXX", path);

	/* main() looks at what became of standard output. */
	if (strcmp(path, "-") == 0) {
		(void)fwrite(text, 1, length, stdout);
		return true;
	}
	if (!check_place(path, err))
		return false;
	int fd = mkstemp(beside);
	if (fd < 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot make a file beside %.120s", path);
	if (!write_and_close(path, text, length, fd, err)) {
		(void)unlink(beside);
		return false;
	}
	if (rename(beside, path) == 0)
		return true;
	int number = errno;
	(void)unlink(beside);
	return error_errno(err, ERROR_INPUT, number, "cannot write %.120s",
			   path);
}
