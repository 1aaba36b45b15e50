/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_file.c - what the operator must know about the database's file
 * Tested by test_store_faults.
 */
#include "lib/store/store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

#define FILE_MODE 0660 /* writers by group, nobody else: rows name senders */

static bool check_directory(const char *directory, struct error *err)
{
	struct stat found;

	if (stat(directory, &found) != 0)
		return error_errno(err, ERROR_STORE, errno,
				   "the store's directory %.90s: create it and "
				   "give it to the user that runs alignd "
				   "(uid %ld)",
				   directory, (long)geteuid());
	if (!S_ISDIR(found.st_mode))
		return error_set(err, ERROR_STORE,
				 "%.90s is no directory; the store needs one",
				 directory);
	if (faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) != 0)
		return error_errno(err, ERROR_STORE, errno,
				   "the store's directory %.90s must be "
				   "writable for uid %ld (database, -wal, "
				   "-shm); chown or chmod it",
				   directory, (long)geteuid());
	return true;
}

static bool make_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);

	/* Never opened here when it exists: closing a second descriptor would
	 * drop the POSIX locks of this process's other connections. */
	if (fd < 0 && errno == EEXIST)
		return true;
	if (fd < 0)
		return error_errno(err, ERROR_STORE, errno,
				   "cannot create %.120s", path);
	int failed = fchmod(fd, FILE_MODE) == 0 ? 0 : errno;
	(void)close(fd);
	if (failed != 0)
		return error_errno(err, ERROR_STORE, failed,
				   "cannot set the mode of %.120s", path);
	return true;
}

static bool check_file(const char *path, int access_mode, const char *what,
		       struct error *err)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return error_errno(err, ERROR_STORE, errno, "%.120s", path);
	if (!S_ISREG(found.st_mode))
		return error_set(err, ERROR_STORE,
				 "%.120s is no regular file; store.sqlite must "
				 "name the database file",
				 path);
	if (faccessat(AT_FDCWD, path, access_mode, AT_EACCESS) != 0)
		return error_errno(err, ERROR_STORE, errno,
				   "%.90s (owner uid %ld, mode %04o) must be "
				   "%s for uid %ld",
				   path, (long)found.st_uid,
				   (unsigned)found.st_mode & 07777U, what,
				   (long)geteuid());
	return true;
}

bool store_file_prepare(const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = check_directory(text_folder(mem, path), err) &&
		  make_file(path, err) &&
		  check_file(path, R_OK | W_OK, "readable and writable", err);

	mem_free(mem);
	return ok;
}

/* A WAL database is read through its -wal and -shm files: a running alignd
 * keeps them; without them SQLite makes them, for reading too. */
static bool check_companions(const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *directory = text_folder(mem, path);
	bool ok = (access(mem_printf(mem, "%s-wal", path), R_OK) == 0 &&
		   access(mem_printf(mem, "%s-shm", path), R_OK) == 0) ||
		  faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0;

	if (!ok)
		(void)error_set(err, ERROR_STORE,
				"%.60s: without its -wal and -shm files, %.60s "
				"must be writable to read it; start alignd, or "
				"read it as the user that runs alignd",
				path, directory);
	mem_free(mem);
	return ok;
}

bool store_file_readable(const char *path, struct error *err)
{
	if (path[0] == '\0')
		return error_set(err, ERROR_STORE,
				 "nothing is recorded: store.sqlite is empty; "
				 "name a file there, and reload alignd");
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return error_set(
		    err, ERROR_STORE,
		    "%.120s does not exist; alignd makes the file that "
		    "store.sqlite names when it starts, and no other",
		    path);
	return check_file(path, R_OK, "readable", err) &&
	       check_companions(path, err);
}

bool store_file_is_possible(const char *path, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *directory = text_folder(mem, path);
	struct stat found;
	bool ok = true;

	if (stat(directory, &found) != 0 && errno == ENOENT)
		ok = error_set(err, ERROR_STORE,
			       "store.sqlite: there is no folder %.120s",
			       directory);
	else if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
		ok = error_set(err, ERROR_STORE,
			       "%.120s is no regular file; store.sqlite must "
			       "name the database file",
			       path);
	mem_free(mem);
	return ok;
}

const char *store_file_place(TALLOC_CTX *mem, const char *path)
{
	char real[PATH_MAX]; /* realpath(3) */
	const char *slash = strrchr(path, '/');

	if (realpath(text_folder(mem, path), real) == NULL)
		return path;
	return mem_printf(mem, "%s/%s", real, slash == NULL ? path : slash + 1);
}

int64_t store_file_size(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 ? (int64_t)found.st_size : -1;
}

/* SQLite's file format, 1.3: "SQLite format 3", at 68 the application_id. */
#define HEAD_BYTES 72
#define HEAD_ID_AT 68

bool store_file_is_ours(const char *path)
{
	char head[HEAD_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool is_read = read(fd, head, sizeof head) == (ssize_t)sizeof head;
	(void)close(fd);
	return is_read && memcmp(head, "SQLite format 3", 16) == 0 &&
	       memcmp(head + HEAD_ID_AT, "algn", 4) == 0;
}

static void rename_companions(TALLOC_CTX *mem, const char *from, const char *to)
{
	static const char *const ends[] = {"-wal", "-journal"};

	for (size_t i = 0; i < COUNT_OF(ends); i++)
		(void)rename(mem_printf(mem, "%s%s", from, ends[i]),
			     mem_printf(mem, "%s%s", to, ends[i]));
}

bool store_file_set_aside(TALLOC_CTX *mem, const char *path, int64_t now_s,
			  const char **remains, struct error *err)
{
	const char *name =
	    mem_printf(mem, "%s.damaged-%lld", path, (long long)now_s);

	/* Left there, it would be read into the new file. */
	rename_companions(mem, path, name);
	if (rename(path, name) != 0) {
		int failed = errno;
		rename_companions(mem, name, path);
		return error_errno(err, ERROR_STORE, failed,
				   "cannot set %.100s aside", path);
	}
	(void)unlink(mem_printf(mem, "%s-shm", path));
	*remains = name;
	return true;
}
