/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * replace.c - a recovered store in the place of the damaged one
 */
#include "tools/store/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/app/daemon_status.h"
#include "lib/store/store_file.h"

bool replace_is_possible(TALLOC_CTX *mem, const char *path, struct error *err)
{
	struct store_settings store = {.sqlite = path};
	struct daemon_status status;
	struct error ignored;

	if (!daemon_status_read(mem, daemon_status_path(mem, &store), &status,
				&ignored) ||
	    !daemon_status_is_running(&status))
		return true;
	return error_set(
	    err, ERROR_STORE,
	    "alignd runs (pid %lld) and writes to %.100s: stop it, "
	    "or give --out NEW",
	    (long long)status.pid, path);
}

/* The folder is the daemon's user's: what stands there under the copy's name
 * must be what was just made. */
static bool is_ours(int fd)
{
	struct stat made;

	if (fstat(fd, &made) != 0)
		return false;
	errno = EPERM;
	return S_ISREG(made.st_mode) && made.st_nlink == 1 &&
	       made.st_uid == geteuid();
}

static bool take_over(const char *path, const char *copy, struct error *err)
{
	struct stat old;
	int fd = open(copy, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ok = fd >= 0 && is_ours(fd) && lstat(path, &old) == 0 &&
		  S_ISREG(old.st_mode) &&
		  fchown(fd, old.st_uid, old.st_gid) == 0 &&
		  fchmod(fd, old.st_mode & 0777) == 0;
	int failed = errno;

	if (fd >= 0)
		(void)close(fd);
	return ok || error_errno(err, ERROR_STORE, failed,
				 "cannot give %.100s the owner and mode of the "
				 "store; it stays where it is",
				 copy);
}

bool replace_store(TALLOC_CTX *mem, const char *path, const char *copy,
		   int64_t now_s, const char **remains, struct error *err)
{
	if (!take_over(path, copy, err) ||
	    !store_file_set_aside(mem, path, now_s, remains, err))
		return false;
	return rename(copy, path) == 0 ||
	       error_errno(err, ERROR_STORE, errno,
			   "cannot put %.80s in its place; the damaged file is "
			   "%.100s",
			   copy, *remains);
}
