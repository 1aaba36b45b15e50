/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_SCHEMA_H
#define STORE_STORE_SCHEMA_H

/*
 * store_schema - the tables, and how an older file becomes a current one
 *
 * The version is the database's user_version. Step N leads from version N to
 * N + 1; step 0 starts from an empty file. Steps are never changed once
 * released: a change of the schema is one more step (store_schema_steps.c).
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/error.h"
#include "lib/store/store_db.h"

struct store_schema {
	const char *const *steps; /* SQL */
	size_t version;		  /* how many there are */
};

extern const struct store_schema store_schema_current;

/* Migrates forward, all or nothing. Refuses a newer version, and a database
 * that is another program's. */
bool store_schema_migrate(struct store_db *db,
			  const struct store_schema *schema, struct error *err)
    __attribute__((warn_unused_result));

/* For a reader, which migrates nothing: is it the version we know? */
bool store_schema_check(struct store_db *db, const struct store_schema *schema,
			struct error *err) __attribute__((warn_unused_result));

#endif
