/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - files that are whole or not there
 * Tested by test_alignctl_check, test_alignctl_setup.
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
#define MODE_BITS 07777

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

/* mkstemp() made it 0600; an owner who is given it may lose bits of the mode.
 */
static bool give_rights(int fd, const struct tool_file_rights *rights)
{
	return fchown(fd, rights->user, rights->group) == 0 &&
	       fchmod(fd, rights->mode) == 0;
}

static bool write_and_close(const char *path, struct span text,
			    const struct tool_file_rights *rights, int fd,
			    struct error *err)
{
	bool ok = write_all(fd, text.data, text.length) &&
		  give_rights(fd, rights) && fsync(fd) == 0;
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

bool tool_file_write_as(TALLOC_CTX *mem, const char *path, struct span text,
			const struct tool_file_rights *rights,
			struct error *err)
{
	char *beside = mem_printf(mem, "%s.XXXXXX", path);

	if (!check_place(path, err))
		return false;
	int fd = mkstemp(beside);
	if (fd < 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot make a file beside %.120s", path);
	if (!write_and_close(path, text, rights, fd, err)) {
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

bool tool_file_write(TALLOC_CTX *mem, const char *path, const char *text,
		     size_t length, struct error *err)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	const struct tool_file_rights own = {
	    .mode = FILE_MODE & ~mask,
	    .user = (uid_t)-1,
	    .group = (gid_t)-1,
	};
	/* main() looks at what became of standard output. */
	if (strcmp(path, "-") == 0) {
		(void)fwrite(text, 1, length, stdout);
		return true;
	}
	return tool_file_write_as(mem, path, span_make(text, length), &own,
				  err);
}

bool tool_file_give(const char *path, const struct tool_file_rights *rights,
		    struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool ok = fd >= 0 && give_rights(fd, rights);
	int number = errno;

	if (fd >= 0)
		(void)close(fd);
	return ok ||
	       error_errno(err, ERROR_INPUT, number,
			   "cannot give %.120s its owner and mode back", path);
}

bool tool_file_rights(const char *path, struct tool_file_rights *rights,
		      struct error *err)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return error_errno(err, ERROR_INPUT, errno, "%.120s", path);
	*rights = (struct tool_file_rights){
	    .mode = found.st_mode & MODE_BITS,
	    .user = found.st_uid,
	    .group = found.st_gid,
	};
	return true;
}
