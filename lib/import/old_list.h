/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IMPORT_OLD_LIST_H
#define IMPORT_OLD_LIST_H

/*
 * old_list - the items of a list that a setting of the old daemons names
 *
 * OpenDMARC names files, or has commas between the items; OpenDKIM has data
 * sets: "file:", "refile:" and paths are files with an item a line, "csl:" and
 * everything else has commas; databases, LDAP and scripts cannot be read from
 * here. Of a line of a file the first word is the item. A pattern of a refile
 * comes as it is, with its asterisks.
 */

#include "lib/import/old_conf.h"

enum old_list_form {
	OLD_LIST_FILE,	 /* the value is a path */
	OLD_LIST_COMMAS, /* the value has the items */
	OLD_LIST_DATASET,
};

struct old_item {
	const char *text; /* clean, never "" */
	const char *file;
	int line;
};

struct old_list {
	size_t count;
	struct old_item *items;
};

/* Adds the items that the line names to the list, below `mem`. False: there are
 * items that cannot be known; those before it are in the list. */
bool old_list_read(TALLOC_CTX *mem, const struct old_conf *conf,
		   const struct old_line *line, enum old_list_form form,
		   struct old_list *list, struct error *err)
    __attribute__((warn_unused_result));

#endif
