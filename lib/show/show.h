/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHOW_SHOW_H
#define SHOW_SHOW_H

/*
 * show - what a command says of one thing, to programs and to people at once
 *
 * A show is built once and then written in the form asked for: as an object of
 * JSON, or as lines. What programs read are members, `json`, kept in the order
 * in which they were put.
 * What people read are items: lines, members with a label, sentences, tables.
 * All that is put is copied, and dies with the show's context.
 *
 * An example: an object {"domain": ..., "exists": true, "mode": {"name": ...}}
 * and the lines "example.test" and "  exists  yes".
 *
 *	show_line(show, "%s", domain);
 *	show_data(show, "domain", value_text(domain));
 *	show_put(show, "exists", "exists", value_flag(exists));
 *	show_data(show_object(show, "mode"), "name", value_text(mode));
 */

#include <stdio.h>

#include "lib/show/rows.h"

enum show_kind { SHOW_LINE, SHOW_MEMBER, SHOW_SENTENCE, SHOW_TABLE };

struct show_item {
	enum show_kind kind;
	int column;	   /* of a sentence */
	const char *label; /* of a member */
	const char *text;
	const struct table *table;
};

struct show_items {
	size_t count;
	struct show_item *items;
};

struct show {
	struct json *json;
	struct show_items *people; /* NULL: they are told nothing */
};

struct show *show_new(TALLOC_CTX *mem);

/* A member: `key` for programs, `label` for people. With NULL for one, it is
 * for the other alone; people see none whose value is silent. */
void show_put(struct show *show, const char *key, const char *label,
	      struct value value);

/* A member for programs alone. */
void show_data(struct show *show, const char *key, struct value value);

/* --- for people alone --- */

void show_line(struct show *show, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void show_member(struct show *show, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void show_space(struct show *show); /* an empty line */
/* At `column`, broken where it is long. */
void show_sentence(struct show *show, int column, const char *text);

/* --- parts --- */

/* The rows of a table, below `key` (NULL: for people alone). Where it has any,
 * people see an empty line, the heading (NULL: none) and the table. */
struct table *show_table(struct show *show, const char *key,
			 const char *heading,
			 const struct table_column *columns);

/* An object below `key`; what it tells people stands among the show's own. */
struct show *show_object(struct show *show, const char *key);

/* A list below `key`, and an object at its end. */
struct show *show_list(struct show *show, const char *key);
struct show *show_add(struct show *list);

/* The same object, without a word to people. */
struct show *show_quiet(struct show *show);

/* The same object, whose words to people wait until they are joined: where
 * programs read in another order. */
struct show *show_apart(struct show *show);
void show_join(struct show *show, const struct show *apart);

/* Writes it, JSON as one line. */
void show_write(FILE *file, enum show_form form, const struct show *show);

#endif
