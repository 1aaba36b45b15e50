/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder.c - the folder that alignctl desk keeps
 * Tested by test_alignctl_pages.
 */
#include "tools/desk/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/file.h"

#define MARK ".alignd-desk"
#define INCIDENTS "incident"
#define PAGE ".html"
#define PART ".part"

struct desk_folder {
	const char *path;
	size_t count; /* pages that were written */
	const char **names;
	size_t room;
};

static const char *place_of(TALLOC_CTX *mem, const struct desk_folder *folder,
			    const char *name)
{
	return mem_printf(mem, "%s/%s", folder->path, name);
}

/* --- opening --- */

static bool make_folder(const char *path, struct error *err)
{
	struct stat found;

	if (mkdir(path, 0755) == 0)
		return true;
	int failed = errno;
	if (failed != EEXIST || stat(path, &found) != 0)
		return error_errno(err, ERROR_INPUT, failed,
				   "cannot make %.120s", path);
	return S_ISDIR(found.st_mode) ||
	       error_set(err, ERROR_INPUT, "%.120s is no folder", path);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_blank(const char *path, struct error *err)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool is_empty = true;

	if (dir == NULL)
		return error_errno(err, ERROR_INPUT, errno,
				   "cannot read %.120s", path);
	while (is_empty && (entry = readdir(dir)) != NULL)
		is_empty = is_dots(entry->d_name);
	(void)closedir(dir);
	return is_empty ||
	       error_set(err, ERROR_INPUT,
			 "%.120s holds files that alignctl desk did not write: "
			 "name a folder of its own",
			 path);
}

static bool has_mark(TALLOC_CTX *mem, const struct desk_folder *folder)
{
	struct stat found;

	return lstat(place_of(mem, folder, MARK), &found) == 0 &&
	       S_ISREG(found.st_mode);
}

static bool set_mark(TALLOC_CTX *mem, const struct desk_folder *folder,
		     struct error *err)
{
	static const char words[] =
	    "alignctl desk keeps this folder: other files in it are removed\n";

	return tool_file_write(mem, place_of(mem, folder, MARK), words,
			       sizeof words - 1, err);
}

bool desk_folder_open(TALLOC_CTX *mem, const char *path,
		      struct desk_folder **folder, struct error *err)
{
	struct desk_folder *made = mem_new(mem, struct desk_folder);

	made->path = mem_strdup(made, path);
	if (!make_folder(path, err) ||
	    (!has_mark(made, made) &&
	     (!is_blank(path, err) || !set_mark(made, made, err))) ||
	    !make_folder(place_of(made, made, INCIDENTS), err))
		return false;
	*folder = made;
	return true;
}

/* --- writing --- */

bool desk_folder_takes(const char *name)
{
	return *name != '\0' &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
		   strlen(name);
}

bool desk_folder_write(struct desk_folder *folder, const char *name,
		       struct span bytes, struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	bool ok = tool_file_write(mem, place_of(mem, folder, name), bytes.data,
				  bytes.length, err);

	mem_free(mem);
	if (!ok)
		return false;
	if (folder->count == folder->room) {
		folder->room = 2 * folder->room + 64;
		folder->names = mem_resize(folder, folder->names, const char *,
					   folder->room);
	}
	folder->names[folder->count++] = mem_strdup(folder, name);
	return true;
}

/* --- the end --- */

static int by_name(const void *first, const void *second)
{
	return strcmp(*(const char *const *)first,
		      *(const char *const *)second);
}

static bool is_written(const struct desk_folder *folder, const char *name)
{
	return folder->count > 0 &&
	       bsearch(&name, folder->names, folder->count,
		       sizeof folder->names[0], by_name) != NULL;
}

static bool ends_as(const char *name, const char *end)
{
	size_t length = strlen(name);

	return length > strlen(end) &&
	       strcmp(name + length - strlen(end), end) == 0;
}

/* Pages below `part` ("" or "incident/") alone: a page of an older version has
 * another name. */
static bool sweep(const struct desk_folder *folder, const char *part,
		  struct error *err)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *path = place_of(mem, folder, part);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool ok = dir != NULL;

	while (ok && (entry = readdir(dir)) != NULL) {
		const char *name = mem_printf(mem, "%s%s", part, entry->d_name);
		if ((ends_as(name, PAGE) || ends_as(name, PART)) &&
		    !is_written(folder, name))
			ok = unlink(place_of(mem, folder, name)) == 0 ||
			     errno == ENOENT;
	}
	if (!ok)
		(void)error_errno(err, ERROR_SYSTEM, errno,
				  "cannot remove old pages in %.120s", path);
	if (dir != NULL)
		(void)closedir(dir);
	mem_free(mem);
	return ok;
}

bool desk_folder_finish(struct desk_folder *folder, struct error *err)
{
	if (folder->count > 0)
		qsort(folder->names, folder->count, sizeof folder->names[0],
		      by_name);
	return sweep(folder, "", err) && sweep(folder, INCIDENTS "/", err);
}
