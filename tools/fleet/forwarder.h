/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_FLEET_FORWARDER_H
#define TOOLS_FLEET_FORWARDER_H

/*
 * forwarder - what the steps of alignctl fleet forward share
 *
 * A round (round.c) is a row of steps, each of which may be ended at any place,
 * by kill -9 too, and done again: by this forwarder or by another beside it.
 * What PostgreSQL has is marked in the store once its commit is known, and not
 * before. Memory: a batch of rows at a time, of FORWARD_BATCH_BYTES and one row
 * more.
 *
 * A step that fails says what kind of trouble it was (fleet_state.h) and has
 * words; the round ends there, and the next one begins anew.
 */

#include <signal.h>
#include <sys/stat.h>

#include "lib/app/fleet_state.h"
#include "lib/fleet/push.h"
#include "lib/store/store_segments.h"
#include "tools/tool.h"

#define FORWARD_WAIT_MS 10000	    /* of one call of PostgreSQL */
#define FORWARD_ROWS 500	    /* of a batch */
#define FORWARD_BATCH_BYTES 1000000 /* of a batch */

/* How far the incidents of an open segment were sent: the store is told once a
 * minute. */
struct stream {
	uint8_t ident[STORE_SEGMENT_IDENT];
	int64_t incident_id;
	int64_t marked_ms;
};
#define FORWARD_STREAMS 16

struct forwarder {
	struct tool *tool;
	bool is_once; /* one round, by hand: its trouble is told at the end */
	TALLOC_CTX *config_mem;
	const struct config *config;
	sigset_t signals; /* blocked: those that end it, and that reload */

	TALLOC_CTX *store_mem;
	struct store_segments *segments; /* NULL: not open */

	TALLOC_CTX *pg_mem;
	struct pg *pg; /* NULL: not connected */
	struct fleet_push *push;
	struct fleet_answer answer; /* to the last heartbeat */
	int64_t heartbeat_ms;	    /* when that was, monotonic; 0: none yet */
	bool is_named;		    /* the role is this host's, likewise */
	bool is_compared;	    /* the ledger, since it connected */
	bool has_pushed;	    /* since the last heartbeat */
	bool must_erase_all;	    /* the fleet has lost something */
	int64_t hosts_ms;	    /* when its hosts were last asked for */
	int64_t paths_day; /* of which day paths were brought; 0: none */
	int64_t maintained_ms;
	pid_t maintainer; /* a process; 0: none */

	/* Of the overrides that lie here, as the fleet has it of its own, and
	 * the file as it was when that was found. */
	uint8_t overrides_digest[FLEET_DIGEST];
	struct stat overrides_file;
	/* A version that is not taken is not asked for in each round. */
	uint8_t refused_digest[FLEET_DIGEST];
	int64_t refused_ms; /* monotonic; 0: none */
	struct stream streams[FORWARD_STREAMS];
	struct fleet_state state;
	const char *trouble; /* the kind of it, of the step that failed */
};

/* Has a signal come that ends it? */
bool forward_is_stopping(const struct forwarder *forwarder);

int64_t forward_now_s(const struct forwarder *forwarder);
int64_t forward_now_ms(void); /* monotonic */

/* A line of the log. */
void forward_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The trouble of a call: true where there was none. A connection that does not
 * serve any more is dropped. */
bool forward_pg(struct forwarder *forwarder, enum pg_kind kind);
bool forward_local(struct forwarder *forwarder, bool is_done);

/* confine.c: what it does not need it gives up; before it connects. */
void forward_confine(const struct forwarder *forwarder);

/* --- the steps --- */

/* compare.c: what PostgreSQL has lost waits again. */
bool forward_compare(struct forwarder *forwarder, struct error *err);

/* segment.c: one that waits; and the incidents of one that is open. */
bool forward_segment(struct forwarder *forwarder,
		     const struct store_segment *segment, struct error *err);
bool forward_stream(struct forwarder *forwarder,
		    const struct store_segment *segment, struct error *err);

/* erased.c: what was erased here goes there. */
bool forward_erased(struct forwarder *forwarder, struct error *err);

/* heartbeat.c: how this host fares, and what the fleet has. */
bool forward_heartbeat(struct forwarder *forwarder, struct error *err);

/* bring.c: the fleet's overrides and hosts, to where alignd reads them. Trouble
 * with their content is noted in the state and no failure. */
void forward_look_at_overrides(struct forwarder *forwarder);
bool forward_bring(struct forwarder *forwarder, struct error *err);

/* paths.c: the known paths, once a day. */
bool forward_paths(struct forwarder *forwarder, struct error *err)
    __attribute__((warn_unused_result));

/* maintain.c: the fleet's tables are kept in order, by a process of its own. */
bool forward_maintain(struct forwarder *forwarder, struct error *err);
void forward_end_maintainer(struct forwarder *forwarder);

/* round.c: all of it once. */
bool forward_round(struct forwarder *forwarder, struct error *err);
void forward_disconnect(struct forwarder *forwarder);

#endif
