/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * domain_list.c - a file of domains, one a line
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/domain_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/domain.h"
#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/base/text.h"

#define SHOWN_MAX 60

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_line(TALLOC_CTX *mem, struct span line,
		     struct domain_list *list, struct error *err)
{
	const char *domain = domain_normalize(mem, line);

	if (domain == NULL)
		return error_set(err, ERROR_CONFIG,
				 "\"%s\" is no domain (allowed: one a line; "
				 "\"#\" begins a comment)",
				 text_escape(mem, line, SHOWN_MAX, true));
	if ((list->count & (list->count - 1)) == 0)
		list->items =
		    mem_resize(mem, list->items, const char *,
			       list->count == 0 ? 1 : 2 * list->count);
	list->items[list->count++] = domain;
	return true;
}

static bool add_lines(TALLOC_CTX *mem, struct span file,
		      struct domain_list *list, struct error *err)
{
	struct span line;
	struct span comment;

	for (size_t number = 1; file.length > 0; number++) {
		(void)span_cut(file, '\n', &line, &file);
		(void)span_cut(line, '#', &line, &comment);
		line = span_trim(line);
		if (line.length > 0 && !add_line(mem, line, list, err))
			return error_wrap(err, "%.100s:%zu", list->path,
					  number);
	}
	return true;
}

static void sort(struct domain_list *list)
{
	size_t kept = 0;

	if (list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, compare);
	for (size_t i = 0; i < list->count; i++) {
		if (kept == 0 ||
		    strcmp(list->items[kept - 1], list->items[i]) != 0)
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

bool domain_list_load(TALLOC_CTX *mem, const char *path,
		      struct domain_list *list, struct error *err)
{
	struct domain_list made = {.path = path};
	struct span file;

	made.is_there =
	    *path != '\0' && (access(path, F_OK) == 0 || errno != ENOENT);
	if (made.is_there &&
	    (!file_read(mem, path, LIMIT_CONFIG_BYTES, &file, err) ||
	     !add_lines(mem, file, &made, err)))
		return false;
	sort(&made);
	*list = made;
	return true;
}

struct domain_list domain_list_of(TALLOC_CTX *mem,
				  const struct text_list *names)
{
	struct domain_list made = {
	    .path = "",
	    .is_there = true,
	    .count = names->count,
	    .items = mem_array(mem, const char *, names->count)};

	for (size_t i = 0; i < names->count; i++)
		made.items[i] = names->items[i];
	sort(&made);
	return made;
}

bool domain_list_covers(const struct domain_list *list, const char *domain)
{
	for (; domain != NULL && list->count > 0;
	     domain = domain_parent(domain)) {
		if (bsearch(&domain, list->items, list->count,
			    sizeof *list->items, compare) != NULL)
			return true;
	}
	return false;
}
