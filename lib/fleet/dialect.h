/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_DIALECT_H
#define FLEET_DIALECT_H

/*
 * dialect - a statement of lib/store as PostgreSQL takes it
 *
 * The statements are written for SQLite, and most of their words are both's.
 * Parameters become $1, $2 ..., and the few words that PostgreSQL has not, or
 * has otherwise, stand in one table. What is a function is no affair of this
 * table: schema alignd_read has those of SQLite that PostgreSQL lacks
 * (sql/read.sql). What stands in quotes is left alone.
 */

#include <stddef.h>

#include "lib/base/mem.h"

#define DIALECT_PARAMETERS_MAX 64

/* The statement, below `mem`; *parameters is the highest number among them. */
char *dialect_statement(TALLOC_CTX *mem, const char *sql, size_t *parameters);

#endif
