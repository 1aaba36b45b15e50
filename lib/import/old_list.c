/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * old_list.c - the items of a list that a setting of the old daemons names
 * Tested by test_old_conf.
 */
#include "lib/import/old_list.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/text.h"

static bool add_item(TALLOC_CTX *mem, struct old_list *list, struct span text,
		     const char *file, int line, struct error *err)
{
	if (!text_is_line(text))
		return error_set(err, ERROR_INPUT,
				 "%.100s:%d: no clean UTF-8 text", file, line);
	if (list->count == LIMIT_IMPORT_ITEMS)
		return error_set(err, ERROR_INPUT,
				 "%.100s:%d: more than %d items", file, line,
				 LIMIT_IMPORT_ITEMS);
	list->items =
	    mem_resize(mem, list->items, struct old_item, list->count + 1);
	list->items[list->count++] = (struct old_item){
	    .text = mem_strndup(mem, text.data, text.length),
	    .file = file,
	    .line = line,
	};
	return true;
}

static struct span first_word(struct span line)
{
	size_t i = 0;

	while (i < line.length && !ascii_is_blank(line.data[i]))
		i++;
	return span_make(line.data, i);
}

static bool read_file(TALLOC_CTX *mem, const char *path, struct old_list *list,
		      struct error *err)
{
	struct span file;
	struct span line;
	struct stat found;
	int number = 0;

	if (!old_file_read(mem, path, LIMIT_IMPORT_LIST_BYTES, &file, &found,
			   err))
		return false;
	if (span_starts(file, "\xef\xbb\xbf"))
		file = span_from(file, 3);
	while (file.length > 0) {
		number++;
		(void)span_cut(file, '\n', &line, &file);
		(void)span_cut(line, '#', &line, &(struct span){0});
		line = first_word(span_trim(line));
		if (line.length > 0 &&
		    !add_item(mem, list, line, path, number, err))
			return false;
	}
	return true;
}

static bool read_commas(TALLOC_CTX *mem, const char *text,
			const struct old_line *from, struct old_list *list,
			struct error *err)
{
	struct span left = span_of(text);
	struct span item;

	while (left.length > 0) {
		(void)span_cut(left, ',', &item, &left);
		item = span_trim(item);
		if (item.length > 0 &&
		    !add_item(mem, list, item, from->file, from->line, err))
			return false;
	}
	return true;
}

/* What is no file and no list of items. */
static const char *foreign_prefix(const char *value)
{
	static const char *const prefixes[] = {
	    "db:",  "dsn:",	 "ldap:",   "ldaps:", "ldapi:",
	    "lua:", "memcache:", "erlang:", "mdb:",
	};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		if (span_starts(span_of(value), prefixes[i]))
			return prefixes[i];
	}
	return span_ends(span_of(value), ".db") ? ".db" : NULL;
}

static bool read_dataset(TALLOC_CTX *mem, const struct old_conf *conf,
			 const struct old_line *line, struct old_list *list,
			 struct error *err)
{
	const char *value = line->value;
	const char *foreign = foreign_prefix(value);

	if (foreign != NULL)
		return error_set(err, ERROR_INPUT,
				 "a data set of the form %s cannot be read "
				 "here; write its entries to a file",
				 foreign);
	if (span_starts(span_of(value), "csl:"))
		return read_commas(mem, value + strlen("csl:"), line, list,
				   err);
	if (span_starts(span_of(value), "refile:"))
		value += strlen("refile:");
	else if (span_starts(span_of(value), "file:"))
		value += strlen("file:");
	else if (value[0] != '/')
		return read_commas(mem, value, line, list, err);
	return read_file(mem, old_conf_path(mem, conf, line, value), list, err);
}

bool old_list_read(TALLOC_CTX *mem, const struct old_conf *conf,
		   const struct old_line *line, enum old_list_form form,
		   struct old_list *list, struct error *err)
{
	switch (form) {
	case OLD_LIST_FILE:
		return read_file(mem,
				 old_conf_path(mem, conf, line, line->value),
				 list, err);
	case OLD_LIST_COMMAS:
		return read_commas(mem, line->value, line, list, err);
	case OLD_LIST_DATASET:
		break;
	}
	return read_dataset(mem, conf, line, list, err);
}
