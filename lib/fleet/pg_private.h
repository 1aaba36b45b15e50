/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_PG_PRIVATE_H
#define FLEET_PG_PRIVATE_H

/*
 * pg_private - what pg.c and pg_connect.c share
 */

#include <libpq-fe.h>

#include "lib/fleet/pg.h"

#define PG_SQLSTATE 5

struct pg {
	PGconn *handle; /* NULL: closed */
	int64_t wait_ms;
	char sqlstate[PG_SQLSTATE + 1];
};

/* Waits until the server's socket is ready or the deadline (monotonic) is over;
 * then it is false. */
bool pg_wait_socket(PGconn *handle, bool writes, int64_t deadline_ms);

/* What a state means. */
enum pg_kind pg_kind_of_state(const char *sqlstate);

/* The first line of what a server or libpq said, safe to show. */
char *pg_words(TALLOC_CTX *mem, const char *message);

#endif
