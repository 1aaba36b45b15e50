/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_PG_H
#define FLEET_PG_H

/*
 * pg - a thin layer over libpq, the only place that knows it
 *
 * Of alignctl alone: the daemon neither links libpq nor waits for a network.
 * One connection belongs to one thread at a time.
 *
 * Every call ends in time: it is sent and awaited without blocking, and what
 * takes longer than the connection's wait closes it; each further call then
 * says PG_AWAY at once. Whether the server has done what such a call asked is
 * not known, so whoever writes through this does it so that it may be repeated.
 * (One thing is libc's own affair: looking up the server's name in the DNS,
 * which ends when the system's resolver gives up.)
 *
 * No prepared statements, no LISTEN, no locks or settings of a session: a
 * connection may be one of pgbouncer's in transaction mode, where each
 * transaction can meet another server process.
 *
 * Texts and numbers go as parameters with their types, never within a
 * statement. What comes back is foreign: it was written by hosts that face
 * strangers. A result is held whole, so a statement of many rows has a LIMIT or
 * a cursor.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* How a call ended, and so what is to be done. */
enum pg_kind {
	PG_DONE,
	PG_AWAY,    /* not there, not in time, no room, a standby, a deadlock, a
		       lock: the same call may do later */
	PG_REFUSED, /* PostgreSQL does not take this row: it never will */
	PG_DENIED,  /* role, password or right: somebody has to grant it */
	PG_SCHEMA,  /* a schema is missing, older or newer than this program */
	PG_TLS,	    /* the connection cannot be made secure */
	PG_STRING,  /* the connection string is wrong */
};

/* "away", "refused", ...: for people and programs. */
const char *pg_kind_text(enum pg_kind kind);

struct pg;

/*
 * Connects by a connection string of libpq ("host=db.example.org dbname=alignd
 * user=mx1", or "postgresql://...") and waits for at most `wait_ms`, which is
 * then what each call has. Where the string names no sslmode and the server is
 * neither behind a unix socket nor on loopback, TLS is demanded and verified
 * (verify-full), by the certificates that the system trusts where the string
 * names no sslrootcert. *pg is closed with `mem`. Not PG_DONE: *pg is
 * untouched, and the words are one line that says what to do.
 */
enum pg_kind pg_connect(TALLOC_CTX *mem, const char *conninfo, int64_t wait_ms,
			struct pg **pg, struct error *err)
    __attribute__((warn_unused_result));

/* A string that is not store.postgresql's, for the words that say what to do. */
struct pg_login {
	const char *conninfo;
	const char *setting; /* what people mend where it is wrong */
	const char *denied;  /* what to do where the role is turned away; NULL:
				what a host's role wants */
};

/* pg_connect() by that. */
enum pg_kind pg_connect_as(TALLOC_CTX *mem, const struct pg_login *login,
			   int64_t wait_ms, struct pg **pg, struct error *err)
    __attribute__((warn_unused_result));

/* Is it a connection string at all? Asks nobody. */
bool pg_string_is_sound(const char *conninfo, struct error *err)
    __attribute__((warn_unused_result));

/* The same string without its password, for people; below `mem`. */
char *pg_string_shown(TALLOC_CTX *mem, const char *conninfo);

/* What a connection by it takes for "host", "port", "sslrootcert" ...: of the
 * string, else of the environment or libpq's own; "" where nothing says. What
 * stands in a service's file is not looked for. Below `mem`. */
const char *pg_string_option(TALLOC_CTX *mem, const char *conninfo,
			     const char *word);

/* How long each further call may take. */
void pg_set_wait(struct pg *pg, int64_t wait_ms);

/* Does the connection still serve? */
bool pg_is_usable(const struct pg *pg);

/* The version of the server, as 150018 for 15.18. */
int pg_server_version(const struct pg *pg);

/* --- calls --- */

enum pg_type {
	PG_NULL,
	PG_NUMBER,  /* bigint */
	PG_TEXT,    /* text; UTF-8 without NUL */
	PG_BYTES,   /* bytea */
	PG_UUID,    /* 16 bytes */
	PG_NUMBERS, /* bigint[] */
	PG_TEXTS,   /* text[] */
	PG_UUIDS,   /* uuid[], 16 bytes each, one behind the other */
};

#define PG_UUID_BYTES 16

/* What it points to must stay for the call. */
struct pg_param {
	enum pg_type type;
	int64_t number;
	struct span bytes; /* PG_TEXT, PG_BYTES, PG_UUID */
	const void *array; /* of int64_t, const char *, or bytes */
	size_t count;
};

struct pg_param pg_null(void);
struct pg_param pg_number(int64_t number);
struct pg_param pg_text(const char *text); /* NULL is PG_NULL */
struct pg_param pg_bytes(struct span bytes);
struct pg_param pg_uuid(const uint8_t bytes[PG_UUID_BYTES]);
struct pg_param pg_numbers(const int64_t *numbers, size_t count);
struct pg_param pg_texts(const char *const *texts, size_t count);
struct pg_param pg_uuids(const uint8_t *bytes, size_t count);

struct pg_result;

/* Runs one statement with parameters $1... and takes all of its rows, as text.
 * *result belongs to `pg` until it is freed; where `result` is NULL nobody
 * wants it. Not PG_DONE: nothing is given. An open transaction has failed then,
 * and wants a ROLLBACK. */
enum pg_kind pg_exec(struct pg *pg, const char *sql,
		     const struct pg_param *params, size_t count,
		     struct pg_result **result, struct error *err)
    __attribute__((warn_unused_result));

/* Parameters as a list and their number. */
#define PG_PARAMS(...)                                                         \
	((const struct pg_param[]){__VA_ARGS__}),                              \
	    COUNT_OF(((const struct pg_param[]){__VA_ARGS__}))

/* Runs statements without parameters, of which no rows are wanted. */
enum pg_kind pg_run(struct pg *pg, const char *sql, struct error *err)
    __attribute__((warn_unused_result));

/* Rolls back what is open; what cannot be rolled back is closed. */
void pg_rollback(struct pg *pg);

/* The state of the last call that failed, five characters; "" without one. */
const char *pg_sqlstate(const struct pg *pg);

/* --- rows --- */

void pg_result_free(struct pg_result *result); /* NULL is fine */
size_t pg_rows(const struct pg_result *result);
size_t pg_columns(const struct pg_result *result);
const char *pg_column_name(const struct pg_result *result, size_t column);
unsigned pg_column_type(const struct pg_result *result, size_t column);

/* Ended by NUL, which is not counted; `data` is NULL for SQL's NULL. Stays with
 * the result. */
struct span pg_value(const struct pg_result *result, size_t row, size_t column);

/* A whole number; 0 for NULL and for what is none. */
int64_t pg_value_number(const struct pg_result *result, size_t row,
			size_t column);

/* Rows that INSERT, UPDATE, DELETE or SELECT touched. */
int64_t pg_affected(const struct pg_result *result);

#endif
