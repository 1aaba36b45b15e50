/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_COLUMNS_H
#define STORE_STORE_COLUMNS_H

/*
 * store_columns - the members of a tuple and of an incident as tables
 *
 * One row per member; column and member share their name. Copying, comparing,
 * binding and reading walk these tables, so a new member is one line here, one
 * in store.h and one migration.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/siphash.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_db.h"

/* What a member is, and what may stand in its column: a row that holds
 * something else is not sound (store_db.h). */
enum store_column_type {
	/* const char * */
	STORE_TEXT,    /* one line of clean text */
	STORE_LINES,   /* lines of it */
	STORE_OBJECT,  /* JSON, or "": json_has_shape() */
	STORE_OBJECTS, /* a list of objects */
	STORE_TEXTS,   /* a list of texts */
	STORE_ID,      /* of a report: 32 digits, 0 to f */
	STORE_TEXT_TYPES,
	/* int, or an enum from 0 on */
	STORE_FLAG, /* 0 or 1; -1: not known */
	STORE_WORD, /* an enum, recorded as one of the column's words */
	/* int64_t */
	STORE_TIME,
	STORE_UNTIL, /* a time, or INT64_MAX: for good */
	STORE_COUNT,
};

struct store_column {
	const char *name;
	enum store_column_type type;
	size_t offset;
	const char *const *words; /* of a STORE_WORD, by value */
	size_t word_count;
};

/* The member of a row of that type; and the words of a STORE_WORD. */
#define STORE_COLUMN(row, t, m)                                                \
	.name = #m, .type = t, .offset = offsetof(struct row, m)
#define STORE_WORDS(array) .words = array, .word_count = COUNT_OF(array)

struct store_columns {
	const struct store_column *items;
	size_t count;
};

extern const struct store_columns store_tuple_columns;
extern const struct store_columns store_incident_columns;
extern const struct store_columns store_failure_columns;

/* A member of a row by its column: is it a text? That text, never NULL; the
 * number. */
bool store_column_is_text(const struct store_column *column);
const char *store_column_text(const struct store_column *column,
			      const void *row);
int64_t store_column_number(const struct store_column *column, const void *row);

/* Bytes that the row's texts need, their NULs included; NULL counts as "". */
size_t store_columns_bytes(const struct store_columns *columns,
			   const void *row);

/* Copies the row's texts to `room` and points the row there; returns the first
 * byte behind. What the column's type has no place for becomes "?": control
 * characters, bytes that are no UTF-8. What is written can be read. */
char *store_columns_pack(const struct store_columns *columns, void *row,
			 char *room);

/* A copy of the row of that size, and its texts, below `mem`. */
void *store_columns_copy(TALLOC_CTX *mem, const struct store_columns *columns,
			 const void *row, size_t size);

bool store_columns_equal(const struct store_columns *columns, const void *a,
			 const void *b);

/* A number that equal rows share under one key. Different rows may share it
 * too, though nobody without the key can make such: compare as well. */
uint64_t store_columns_fingerprint(const struct store_columns *columns,
				   const void *row,
				   const struct siphash_key *key);

/* Adds the names, each with `before` in front and `between` two of them. */
void store_columns_names(const struct store_columns *columns,
			 const char *before, const char *between,
			 struct strbuf *sql);

/* Binds the row to the parameters from `at` on. */
void store_columns_bind(const struct store_columns *columns, const void *row,
			struct store_statement *statement, int at);

/* Fills the row from the statement's columns from `at` on; the texts stay
 * until its next step. Ask store_db_is_sound() before it is used. */
void store_columns_read(const struct store_columns *columns,
			struct store_statement *statement, int at, void *row);

/* The Author Domain backwards with a dot behind it: "example.com" gives
 * "moc.elpmaxe.". The domain and all below it are one range of such keys. */
char *store_author_key(TALLOC_CTX *mem, const char *domain);

#endif
