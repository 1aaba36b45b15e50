/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret_file.c - a file that only its owner may read
 *
 * Asked of the open file, so that it cannot be exchanged in between.
 * Tested by test_alignctl_doctor, test_alignctl_report_manners.
 */
#include "lib/base/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/account.h"
#include "lib/base/file_name.h"

#define ROOT_GROUP 0
#define FILE_MODE 0600

static bool check_mode(const struct secret_file *secret,
		       const struct stat *found, struct error *err)
{
	unsigned mode = (unsigned)found->st_mode & 07777U;
	const char *whom = NULL;

	if (!S_ISREG(found->st_mode))
		return error_set(err, ERROR_CONFIG,
				 "%s: %.90s is no regular file", secret->name,
				 secret->path);
	if ((mode & (S_IROTH | S_IWOTH)) != 0)
		whom = "everybody";
	else if ((mode & S_IWGRP) != 0 ||
		 ((mode & S_IRGRP) != 0 && found->st_gid != ROOT_GROUP))
		whom = "its group";
	return whom == NULL ||
	       error_set(err, ERROR_CONFIG,
			 "%s: %.60s (uid %ld, gid %ld, mode %04o) is open to "
			 "%s; chown it to %s, who needs it, and chmod 0400 it",
			 secret->name, secret->path, (long)found->st_uid,
			 (long)found->st_gid, mode, whom, secret->user);
}

/* Reads to the end or to `max`; -1 and errno when it failed. */
static ssize_t read_bytes(int fd, char *bytes, size_t max)
{
	size_t length = 0;

	while (length < max) {
		ssize_t got = read(fd, bytes + length, max - length);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

bool secret_file_read(TALLOC_CTX *mem, const struct secret_file *secret,
		      size_t max, struct span *bytes, struct error *err)
{
	/* O_NONBLOCK: a pipe would hold us up before it is seen to be one. */
	int fd =
	    open(secret->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat found;

	if (fd < 0)
		return error_errno(err, ERROR_CONFIG, errno,
				   "%s: cannot read %.100s as uid %ld",
				   secret->name, secret->path, (long)geteuid());
	char *text = mem_array(mem, char, max + 1);
	ssize_t length = -1;
	bool ok = fstat(fd, &found) == 0;
	bool is_closed = ok && check_mode(secret, &found, err);
	if (is_closed)
		length = read_bytes(fd, text, max);
	int number = errno;
	(void)close(fd);
	if (!ok || (is_closed && length < 0))
		return error_errno(err, ERROR_CONFIG, number,
				   "%s: cannot read %.100s", secret->name,
				   secret->path);
	if (!is_closed)
		return false;
	text[length] = '\0';
	*bytes = span_make(text, (size_t)length);
	return true;
}

/* --- making one --- */

static bool fill_file(int fd, struct span bytes, const char *user)
{
	struct account_ids owner;
	struct error unknown;

	if (geteuid() == 0 && account_find_user(user, &owner, &unknown) &&
	    fchown(fd, owner.user, (gid_t)-1) != 0)
		return false;
	return fchmod(fd, FILE_MODE) == 0 &&
	       write(fd, bytes.data, bytes.length) == (ssize_t)bytes.length &&
	       fsync(fd) == 0;
}

/* A name that no draft bears which a crash has left: in a container each process
 * has the same number. */
static const char *name_draft(TALLOC_CTX *mem, const char *path)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return mem_printf(mem, "%s.%ld.%lld.%ld", path, (long)getpid(),
			  (long long)now.tv_sec, now.tv_nsec);
}

/* Renamed where there is none: a confined process makes no link. */
bool secret_file_make(const char *path, struct span bytes, const char *user,
		      bool *is_new, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *draft = name_draft(mem, path);
	int fd =
	    open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	bool ok = fd >= 0 && fill_file(fd, bytes, user);
	int number = errno;
	bool is_there = false;

	if (fd >= 0)
		(void)close(fd);
	if (ok && !file_name_take(draft, path)) {
		number = errno;
		is_there = errno == EEXIST;
		ok = is_there;
	}
	if (fd >= 0)
		(void)unlink(draft);
	mem_free(mem);
	if (!ok)
		return error_errno(err, ERROR_SYSTEM, number,
				   "cannot make %.150s", path);
	*is_new = !is_there;
	return true;
}
