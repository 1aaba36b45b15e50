/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maildir.c - the unread mails of a Maildir, each marked once it is taken
 * Tested by test_alignctl_inbox, test_maildir, test_root_hands.
 */
#include "tools/inbox/maildir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_name.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"

#define FLAGS_MARK ":2,"

#define GROUP 50 /* mails of a commit that is waited for */

static bool is_folder(const char *path, const char *name)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct stat info;
	bool is_one = stat(mem_printf(mem, "%s/%s", path, name), &info) == 0 &&
		      S_ISDIR(info.st_mode);

	mem_free(mem);
	return is_one;
}

bool maildir_is_one(const char *path)
{
	return is_folder(path, "new") || is_folder(path, "cur");
}

/* --- names --- */

static bool is_seen(const char *name)
{
	const char *flags = strstr(name, FLAGS_MARK);

	return flags != NULL && strchr(flags, 'S') != NULL;
}

/* With the flag S, in the order of the alphabet as all flags are. */
static char *seen_name(TALLOC_CTX *mem, const char *name)
{
	const char *flags = strstr(name, FLAGS_MARK);

	if (flags == NULL)
		return mem_printf(mem, "%s" FLAGS_MARK "S", name);
	flags += sizeof FLAGS_MARK - 1;
	while (*flags != '\0' && *flags < 'S')
		flags++;
	return mem_printf(mem, "%.*sS%s", (int)(flags - name), name, flags);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All at once: renaming while a folder is read may show a file twice. Takes the
 * descriptor over. */
static bool list_unread(TALLOC_CTX *mem, int fd, const char *folder,
			struct text_list *names, struct error *err)
{
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	size_t room = 0;

	if (dir == NULL)
		return error_errno(err, ERROR_INPUT, errno, "%.150s", folder);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' || is_seen(entry->d_name))
			continue;
		if (names->count == room) {
			room = room == 0 ? 64 : room * 2;
			names->items =
			    mem_resize(mem, names->items, const char *, room);
		}
		names->items[names->count++] = mem_strdup(mem, entry->d_name);
	}
	(void)closedir(dir);
	if (names->count > 0)
		qsort(names->items, names->count, sizeof names->items[0],
		      compare_names);
	return true;
}

/* --- mails --- */

struct walk {
	const char *folder; /* new or cur, for people */
	int from;	    /* that */
	int cur;	    /* -1: there is none */
	const struct maildir_reader *reader;
	struct text_list names;
	size_t marked; /* of the names, all before it */
};

static bool is_gone(const struct walk *walk, const char *name)
{
	struct stat info;

	return fstatat(walk->from, name, &info, AT_SYMLINK_NOFOLLOW) != 0 &&
	       errno == ENOENT;
}

/* Over nobody's mail. File systems that cannot rename so, NFS among them, have
 * links. */
static bool move_mail(const struct walk *walk, const char *name,
		      const char *marked)
{
	return file_name_take_at(walk->from, name, walk->cur, marked) ||
	       (errno == EINVAL &&
		linkat(walk->from, name, walk->cur, marked, 0) == 0 &&
		unlinkat(walk->from, name, 0) == 0);
}

static void mark_mail(const struct walk *walk, const char *name)
{
	TALLOC_CTX *mem = mem_context(NULL);

	if (!move_mail(walk, name, seen_name(mem, name)) &&
	    !is_gone(walk, name))
		walk->reader->skipped(
		    walk->reader->context,
		    mem_printf(mem, "%s/%s", walk->folder, name),
		    "it was taken and cannot be marked as read, as where cur "
		    "has a mail of that name: it will be known the next time");
	mem_free(mem);
}

/* Names that were passed over are NULL. */
static bool mark_taken(struct walk *walk, size_t end, struct error *err)
{
	if (!walk->reader->commit(walk->reader->context, err))
		return false;
	for (; walk->marked < end; walk->marked++)
		if (walk->names.items[walk->marked] != NULL)
			mark_mail(walk, walk->names.items[walk->marked]);
	return true;
}

static bool take_mail(struct walk *walk, const char **name, struct error *err)
{
	const struct maildir_reader *reader = walk->reader;
	TALLOC_CTX *mem = mem_context(NULL);
	const char *file = mem_printf(mem, "%s/%s", walk->folder, *name);
	struct error unread;
	struct span bytes;
	bool is_taken = false;
	bool ok = true;

	if (file_read_plain_at(mem, walk->from, *name, file,
			       LIMIT_RECEIVED_FILE_BYTES, &bytes, &unread))
		ok = reader->take(reader->context, file, bytes, &is_taken, err);
	else if (!is_gone(walk, *name))
		reader->skipped(reader->context, file, unread.words);
	if (!is_taken)
		*name = NULL;
	mem_free(mem);
	return ok;
}

static bool take_all(struct walk *walk, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < walk->names.count; i++) {
		ok = take_mail(walk, &walk->names.items[i], err);
		if (ok && (i + 1 == walk->names.count || (i + 1) % GROUP == 0))
			ok = mark_taken(walk, i + 1, err);
	}
	return ok;
}

/* Whose Maildir it is may put a link there, and root may be who reads. */
static int open_folder(int place, const char *name)
{
	return openat(place, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static bool read_folder(const char *path, int place, int cur, const char *part,
			const struct maildir_reader *reader, struct error *err)
{
	int from = open_folder(place, part);
	if (from < 0)
		return errno == ENOENT || error_errno(err, ERROR_INPUT, errno,
						      "%.150s/%s", path, part);

	TALLOC_CTX *mem = mem_context(NULL);
	struct walk walk = {
	    .folder = mem_printf(mem, "%s/%s", path, part),
	    .from = from,
	    .cur = cur,
	    .reader = reader,
	};
	bool ok = list_unread(mem, dup(from), walk.folder, &walk.names, err) &&
		  take_all(&walk, err);
	(void)close(from);
	mem_free(mem);
	return ok;
}

/* With a "/" at its end it would be followed where it is a link. */
static int open_maildir(const char *path)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	int place = open_folder(AT_FDCWD, mem_strndup(mem, path, length));
	int number = errno;
	mem_free(mem);
	errno = number;
	return place;
}

bool maildir_read(const char *path, const struct maildir_reader *reader,
		  struct error *err)
{
	int place = open_maildir(path);
	if (place < 0)
		return error_errno(err, ERROR_INPUT, errno,
				   "%.150s, which must be a folder and no link",
				   path);

	int cur = open_folder(place, "cur");
	bool ok = read_folder(path, place, cur, "cur", reader, err) &&
		  read_folder(path, place, cur, "new", reader, err);
	if (cur >= 0)
		(void)close(cur);
	(void)close(place);
	return ok;
}
