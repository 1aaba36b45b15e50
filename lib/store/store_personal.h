/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PERSONAL_H
#define STORE_STORE_PERSONAL_H

/*
 * store_personal - every column of the store, and of whom it tells
 *
 * The inventory of personal data is code: who asks what the store has of
 * somebody, or wants it gone, looks in the columns that this table names, and a
 * column that is in no row of it fails tests/tools/test_alignctl_privacy.py.
 * docs/PRIVACY.md has it in words.
 */

#include "lib/base/net.h"
#include "lib/base/strbuf.h"
#include "lib/store/store_db.h"

/* How a column can name somebody; a sum of these, and 0: not at all. */
enum store_names {
	STORE_NAMES_MAILBOX =
	    1,			/* an address of a person, or texts with such */
	STORE_NAMES_DOMAIN = 2, /* a domain or host name, or texts with such */
	STORE_NAMES_CLIENT = 4, /* an address of a host, or a network */
};

struct store_personal {
	const char *table;
	const char *column;
	unsigned names;
	bool is_json;	  /* fit to be put into a document as it is */
	const char *what; /* a few words */
	const char *look; /* SQL for what of it is searched; NULL: all */
};

/* In the order of tables and columns; a NULL table ends it. */
extern const struct store_personal store_personal_columns[];

/* Whom it is about. */
struct store_subject {
	enum store_names kind;
	const char *text; /* in the form that is recorded */
};

/* "ann@a.example", "a.example" (with all below it), "192.0.2.7",
 * "2001:db8::/32". Below `mem`; the words of false say what is allowed. */
bool store_subject_read(TALLOC_CTX *mem, const char *text,
			struct store_subject *subject, struct error *err)
    __attribute__((warn_unused_result));

/* "address", "domain", "client" */
const char *store_subject_kind(const struct store_subject *subject);

/* Does a text name the subject? */
bool store_subject_is_in(const struct store_subject *subject, const char *text);

/* Adds a condition of SQL on a row of the table: it names the subject, whose
 * text is the parameter `at`; false where no column of the table can. */
void store_personal_condition(struct strbuf *sql, const char *table,
			      const struct store_subject *subject, int at);

/* What such a condition calls; for every connection that has one. */
bool store_personal_functions(struct store_db *db, struct error *err)
    __attribute__((warn_unused_result));

#endif
