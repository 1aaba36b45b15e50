/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_change.c - a file's content changed whole, or not at all
 */
#include "lib/base/file_change.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_read.h"

#define MODE_NEW 0644

/* The file between reading and replacing. */
struct target {
	TALLOC_CTX *mem;
	const char *path; /* without symbolic links */
	const char *name; /* its last part */
	const char *beside;
	int folder; /* open and locked; names are looked up in it */
	bool exists;
	bool is_put; /* whatever was there */
	mode_t mode; /* of one that is made, or put */
	struct stat found;
};

/* "/etc/alignd/overrides.conf" may be a link into a repository. */
static const char *resolved(TALLOC_CTX *mem, const char *path)
{
	char real[PATH_MAX]; /* realpath(3) */

	return realpath(path, real) == NULL ? path : mem_strdup(mem, real);
}

static bool lock_folder(struct target *target, struct error *err)
{
	const char *slash = strrchr(target->path, '/');
	const char *folder =
	    slash == NULL ? "."
			  : mem_strndup(target->mem, target->path,
					(size_t)(slash - target->path) + 1);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, ERROR_SYSTEM, errno, "%.120s", folder);
	while (flock(fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		(void)error_errno(err, ERROR_SYSTEM, errno,
				  "cannot lock %.120s", folder);
		(void)close(fd);
		return false;
	}
	target->folder = fd;
	return true;
}

static bool look(struct target *target, struct error *err)
{
	target->exists = fstatat(target->folder, target->name, &target->found,
				 AT_SYMLINK_NOFOLLOW) == 0;
	if (!target->exists && errno != ENOENT)
		return error_errno(err, ERROR_SYSTEM, errno, "%.120s",
				   target->path);
	if (target->exists && !S_ISREG(target->found.st_mode))
		return error_set(err, ERROR_SYSTEM, "%.120s is no regular file",
				 target->path);
	return true;
}

static bool is_untouched(const struct target *target)
{
	const struct stat *old = &target->found;
	struct stat now;

	if (fstatat(target->folder, target->name, &now, AT_SYMLINK_NOFOLLOW) !=
	    0)
		return !target->exists && errno == ENOENT;
	return target->exists && now.st_ino == old->st_ino &&
	       now.st_size == old->st_size &&
	       now.st_mtim.tv_sec == old->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == old->st_mtim.tv_nsec;
}

static bool write_all(int fd, struct span bytes)
{
	while (bytes.length > 0) {
		ssize_t count = write(fd, bytes.data, bytes.length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		bytes =
		    span_make(bytes.data + count, bytes.length - (size_t)count);
	}
	return true;
}

/* By root's hand it is for whoever has the folder, who may not be root. */
static bool give_to_folder(const struct target *target, int fd)
{
	struct stat folder;

	return geteuid() != 0 || (fstat(target->folder, &folder) == 0 &&
				  fchown(fd, folder.st_uid, folder.st_gid) == 0);
}

static bool keep_owner(const struct target *target, int fd)
{
	const struct stat *old = &target->found;

	if (target->is_put)
		return give_to_folder(target, fd) &&
		       fchmod(fd, target->mode) == 0;
	if (!target->exists)
		return fchmod(fd, target->mode) == 0;
	if ((old->st_uid != geteuid() || old->st_gid != getegid()) &&
	    fchown(fd, old->st_uid, old->st_gid) != 0)
		return false;
	return fchmod(fd, old->st_mode & 07777) == 0;
}

/* What a killed predecessor left beside is nobody's: the folder is locked. */
static bool write_beside(const struct target *target, struct span changed,
			 struct error *err)
{
	(void)unlinkat(target->folder, target->beside, 0);
	int fd =
	    openat(target->folder, target->beside,
		   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot create %.120s.new", target->path);
	bool ok =
	    write_all(fd, changed) && keep_owner(target, fd) && fsync(fd) == 0;
	int number = errno;
	if (close(fd) != 0 && ok) {
		ok = false;
		number = errno;
	}
	if (!ok)
		(void)error_errno(err, ERROR_SYSTEM, number,
				  "cannot write %.120s.new with the mode%s",
				  target->path,
				  target->is_put
				      ? " that it is to have"
				      : " and owner of the old file");
	return ok;
}

static bool take_name(const struct target *target, struct error *err)
{
	if (!is_untouched(target))
		return error_set(err, ERROR_SYSTEM,
				 "%.120s was changed by another program "
				 "meanwhile; nothing is written, try again",
				 target->path);
	if (renameat(target->folder, target->beside, target->folder,
		     target->name) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "cannot replace %.120s", target->path);
	if (fsync(target->folder) != 0)
		return error_errno(err, ERROR_SYSTEM, errno,
				   "%.120s is replaced, but may be lost when "
				   "power fails now",
				   target->path);
	return true;
}

static bool change_locked(struct target *target, size_t max,
			  file_changer *change, void *context,
			  struct error *err)
{
	struct span old = {.length = 0, .data = ""};
	struct span changed;

	if (!look(target, err) ||
	    (target->exists &&
	     !file_read(target->mem, target->path, max, &old, err)) ||
	    !change(context, target->mem, old, &changed, err))
		return false;
	if (write_beside(target, changed, err) && take_name(target, err))
		return true;
	(void)unlinkat(target->folder, target->beside, 0);
	return false;
}

static struct target aim(const char *path)
{
	struct target target = {.mem = mem_context(NULL), .mode = MODE_NEW};

	target.path = resolved(target.mem, path);
	const char *slash = strrchr(target.path, '/');
	target.name = slash == NULL ? target.path : slash + 1;
	target.beside = mem_printf(target.mem, "%s.new", target.name);
	return target;
}

bool file_put(const char *path, struct span bytes, unsigned mode,
	      struct error *err)
{
	struct target target = aim(path);

	target.is_put = true;
	target.mode = (mode_t)mode;
	bool ok = lock_folder(&target, err);
	if (ok) {
		ok = look(&target, err) && write_beside(&target, bytes, err) &&
		     take_name(&target, err);
		if (!ok)
			(void)unlinkat(target.folder, target.beside, 0);
		(void)close(target.folder);
	}
	mem_free(target.mem);
	return ok;
}

bool file_change(const char *path, size_t max, file_changer *change,
		 void *context, struct error *err)
{
	struct target target = aim(path);
	bool ok = lock_folder(&target, err);
	if (ok) {
		ok = change_locked(&target, max, change, context, err);
		(void)close(target.folder);
	}
	mem_free(target.mem);
	return ok;
}
