/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * config_files.c - which files make a configuration, and which those name
 * Tested by test_config, test_wire_life, test_wire_reload.
 */
#include "lib/app/config_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"

#define SUFFIX ".conf"

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool config_file_is_absent(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

/* The files of an open folder, behind those that are in `files`. */
static bool list_folder(DIR *folder, const char *name, struct text_list *files,
			TALLOC_CTX *mem, struct error *err)
{
	const struct dirent *entry;
	size_t first = files->count;

	while ((errno = 0, entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    !span_ends(span_of(entry->d_name), SUFFIX))
			continue;
		if (files->count - first == LIMIT_CONFIG_FILES)
			return error_set(err, ERROR_CONFIG,
					 "%s: more than %d files *" SUFFIX,
					 name, LIMIT_CONFIG_FILES);
		files->items = mem_resize(mem, files->items, const char *,
					  files->count + 1);
		files->items[files->count++] =
		    mem_printf(mem, "%s/%s", name, entry->d_name);
	}
	if (errno != 0)
		return error_errno(err, ERROR_CONFIG, errno, "%s", name);
	if (files->count > first)
		qsort(files->items + first, files->count - first,
		      sizeof files->items[0], compare_paths);
	return true;
}

bool config_files_find(TALLOC_CTX *mem, const char *path,
		       struct text_list *files, struct error *err)
{
	const char *name = mem_printf(mem, "%s.d", path);
	struct text_list found = {.count = 1};
	DIR *folder = opendir(name);

	found.items = mem_array(mem, const char *, 1);
	found.items[0] = path;
	if (folder == NULL && errno != ENOENT && errno != ENOTDIR)
		return error_errno(err, ERROR_CONFIG, errno, "%s", name);
	if (folder != NULL) {
		bool is_good = list_folder(folder, name, &found, mem, err);
		(void)closedir(folder);
		if (!is_good)
			return false;
	}
	*files = found;
	return true;
}
