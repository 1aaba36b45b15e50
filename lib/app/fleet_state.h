/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef APP_FLEET_STATE_H
#define APP_FLEET_STATE_H

/*
 * fleet_state - how the forwarder of this host fares, for who reads it here
 *
 * A small file beside the store (fleet_files.h), one JSON object on one line,
 * replaced as a whole: doctor, the daemon's metrics and the alarms read it,
 * also while PostgreSQL is away. Of the forwarder's own it keeps what must
 * outlast a start. Times are seconds since 1970 by this host's clock.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_settings.h"

struct fleet_state {
	int64_t written_s;
	int64_t pid;
	int64_t heard_s;  /* when PostgreSQL last answered; 0: never */
	int64_t pushed_s; /* when it last took a segment; 0: never */
	int64_t pushed;	  /* segments that it took */
	int64_t again;	  /* of them, that it had lost, or had less of */
	int64_t aside;	  /* rows that it refused: set aside, not tried again */
	int64_t offset_ms; /* this clock, before PostgreSQL's */
	int64_t overrides; /* the version of the fleet's that lies here */
	int64_t overrides_newest;
	int64_t compared_day;	  /* since 1970, of the last whole comparison */
	int64_t reported_until_s; /* the fleet reports days before it */
	const char *kind;  /* of the last round's trouble: "away" "denied"
			      "schema" "tls" "string" "refused" "local"; "" */
	const char *fault; /* its words, "" */
	int64_t fault_s;   /* since when it lasts */
	/* Lasting trouble with the overrides beside it: "" */
	const char *overrides_fault;
};

bool fleet_state_write(const char *path, const struct fleet_state *state,
		       struct error *err) __attribute__((warn_unused_result));

/* Texts belong to `mem`; what is absent is "" or 0. */
bool fleet_state_read(TALLOC_CTX *mem, const char *path,
		      struct fleet_state *state, struct error *err)
    __attribute__((warn_unused_result));

/* What the forwarder left beside that store; false: nothing that can be read,
 * or no fleet. */
bool fleet_state_find(TALLOC_CTX *mem, const struct store_settings *store,
		      struct fleet_state *state);

#endif
