/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ENGINE_H
#define STORE_STORE_ENGINE_H

/*
 * store_engine - what runs the statements of store_db.h
 *
 * For those who make one: SQLite's is store_sqlite.c, the only one that the
 * daemon has. Another comes with whoever links it (alignctl has PostgreSQL's);
 * this folder knows none of them.
 *
 * An engine's connection and its statements begin with the structs below,
 * which belong to store_db.c, but for the `engine` and `db` of a new one. Its
 * calls are those of store_db.h, whose rules hold; what they all have in
 * common (what may stand in a column, flaws) is done before and after them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/text.h"
#include "lib/store/store_db.h"

#define STORE_FLAW_WORDS 160

struct store_engine;

struct store_db {
	const struct store_engine *engine;
	struct store_flaws *flaws; /* may be NULL */
};

struct store_statement {
	const struct store_engine *engine;
	struct store_db *db;
	bool has_failed;	     /* the last step */
	char flaw[STORE_FLAW_WORDS]; /* of the row at hand; "": it is sound */
};

/* What a column of the row at hand holds. */
enum store_type {
	STORE_TYPE_NULL,
	STORE_TYPE_NUMBER, /* a whole one, of 64 bits */
	STORE_TYPE_TEXT,
	STORE_TYPE_BYTES,
	STORE_TYPE_OTHER
};

/* Why the last call failed, as far as callers differ. */
enum store_fault {
	STORE_FAULT_OTHER,
	STORE_FAULT_BUSY,    /* somebody else's lock; the same may succeed */
	STORE_FAULT_CORRUPT, /* what is kept is damaged */
	STORE_FAULT_REFUSED  /* the table does not take such a row */
};

struct store_engine {
	enum store_db_kind kind;

	void (*close)(struct store_db *db);
	bool (*run)(struct store_db *db, const char *sql, struct error *err);
	enum store_fault (*fault)(struct store_db *db);
	void (*rollback)(struct store_db *db);
	int64_t (*changes)(struct store_db *db);
	void (*limit_time)(struct store_db *db, int64_t ms);

	bool (*prepare)(struct store_db *db, const char *sql,
			struct store_statement **statement, struct error *err);
	void (*finish)(struct store_statement *statement);
	void (*bind_text)(struct store_statement *statement, int at,
			  const char *text);
	void (*bind_number)(struct store_statement *statement, int at,
			    int64_t number);
	void (*bind_bytes)(struct store_statement *statement, int at,
			   struct span bytes);
	enum store_step (*step)(struct store_statement *statement,
				struct error *err);
	void (*reset)(struct store_statement *statement);

	/* The row at hand; text and bytes are asked of a column that holds
	 * such, and stay until the next step. A NUL follows a text. A number
	 * that is none is 0. */
	enum store_type (*column_type)(struct store_statement *statement,
				       int at);
	int64_t (*column_number)(struct store_statement *statement, int at);
	struct span (*column_text)(struct store_statement *statement, int at);
	struct span (*column_bytes)(struct store_statement *statement, int at);
	const char *(*column_name)(struct store_statement *statement, int at);
};

#endif
