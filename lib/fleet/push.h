/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLEET_PUSH_H
#define FLEET_PUSH_H

/*
 * push - what a host gives to the fleet, and asks of it
 *
 * The calls of lib/fleet/sql/push.sql, by a host's role. A sealed segment is
 *one transaction:
 *
 *	fleet_push_begin()	-> what is wanted of it
 *	fleet_push_results(), _counted(), _incidents(), _acts()	each any number
 *				of times, FLEET_ROWS at most at once
 *	fleet_push_end()	-> COMMIT
 *
 * So are incidents of a segment that its host still counts into, with
 * fleet_push_open() at the front. All of it may be repeated after any end, and
 * by two forwarders at once: nothing is counted twice.
 *
 * Every call gives a kind (pg.h). Whatever is not PG_DONE has rolled back the
 * whole transaction: PG_AWAY and PG_SCHEMA are tried again later. A row that
 * PostgreSQL refuses does not end it: it is found by pushing halves, set aside
 * there, and counted (fleet_push_aside()).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/fleet/pg.h"
#include "lib/store/store_entry.h"

#define FLEET_IDENT 16	/* bytes: the name of a segment */
#define FLEET_ROWS 1000 /* of one call; push.sql has the same */

/* What its host claims of a segment (store_segments.h). */
struct fleet_sums {
	int64_t results;
	int64_t messages;
	int64_t incidents;
	int64_t counted;
	int64_t acts;
	int64_t restated; /* erasures that are in its rows */
};

struct fleet_segment {
	uint8_t ident[FLEET_IDENT];
	int64_t hour_s;
	struct fleet_sums sums;
	int64_t held; /* messages of the counters that its host still has: less
			 than in the sums once the purge is at it */
};

enum fleet_wanted {
	FLEET_TAKES,	   /* all of it */
	FLEET_TAKES_MORE,  /* all of it, to add what is beyond a lesser state */
	FLEET_TAKES_AGAIN, /* all of it, in place of what is there */
	FLEET_TAKES_REST,  /* likewise, but for counters: there they are whole */
	FLEET_HAS,	   /* nothing: this state or a greater one is there */
	FLEET_HAS_MORE, /* nothing of a restated one: a greater state is there,
			   of which it cannot be told what was erased */
	FLEET_OPEN,	/* of an open one: its incidents */
	FLEET_SEALED,	/* of an open one nothing: it is there, sealed, */
	FLEET_OTHERS,	/* or of another host's name */
};

struct fleet_push;

/* The connection must stay; freed with `mem`. */
struct fleet_push *fleet_push_new(TALLOC_CTX *mem, struct pg *pg);

/* Begins the transaction of a sealed segment. Where the fleet wants nothing,
 * the transaction has ended. */
enum pg_kind fleet_push_begin(struct fleet_push *push,
			      const struct fleet_segment *segment,
			      enum fleet_wanted *wanted, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise of one that is open. */
enum pg_kind fleet_push_open(struct fleet_push *push,
			     const uint8_t ident[FLEET_IDENT], int64_t hour_s,
			     enum fleet_wanted *wanted, struct error *err)
    __attribute__((warn_unused_result));

struct fleet_counter {
	struct store_tuple tuple;
	int64_t count;
	int64_t tuple_id; /* the host's, for what is set aside */
};
enum pg_kind fleet_push_results(struct fleet_push *push,
				const struct fleet_counter *rows, size_t count,
				struct error *err)
    __attribute__((warn_unused_result));

enum pg_kind fleet_push_counted(struct fleet_push *push,
				const struct store_counted *rows, size_t count,
				struct error *err)
    __attribute__((warn_unused_result));

/* Known by their ids. */
enum pg_kind fleet_push_incidents(struct fleet_push *push,
				  const struct store_incident *rows,
				  size_t count, struct error *err)
    __attribute__((warn_unused_result));

struct fleet_act {
	int64_t id;
	uint8_t incident_ident[FLEET_IDENT];
	int64_t incident_id;
	int64_t time_s;
	const char *who;
	const char *kind;
	const char *note;
};
enum pg_kind fleet_push_acts(struct fleet_push *push,
			     const struct fleet_act *rows, size_t count,
			     struct error *err)
    __attribute__((warn_unused_result));

/* Commits. */
enum pg_kind fleet_push_end(struct fleet_push *push, struct error *err)
    __attribute__((warn_unused_result));

/* Lets the transaction go. */
void fleet_push_abandon(struct fleet_push *push);

/* Rows that were set aside since fleet_push_begin() or _open(), and the words
 * of the last of them ("" without any). */
int64_t fleet_push_aside(const struct fleet_push *push);
const char *fleet_push_aside_words(const struct fleet_push *push);

/* --- outside of such a transaction --- */

/* Tuples (struct store_tuple) that counters shall name, those that are there
 * left out; by a host's role, or by an operator's, which makes counters those of
 * others (fleet_erase.h). At most FLEET_ROWS. */
enum pg_kind fleet_tuples_add(struct pg *pg, const void *const *tuples,
			      size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* What the fleet has of segments: sums[i] of the i-th name; all -1 where it has
 * none of it. At most FLEET_ROWS. */
enum pg_kind fleet_ledger(struct pg *pg, const uint8_t (*idents)[FLEET_IDENT],
			  size_t count, struct fleet_sums *sums,
			  struct error *err)
    __attribute__((warn_unused_result));

/* Incidents that their host has erased. */
struct fleet_erased {
	uint8_t ident[FLEET_IDENT];
	int64_t incident_id;
};
enum pg_kind fleet_erase(struct pg *pg, const struct fleet_erased *rows,
			 size_t count, struct error *err)
    __attribute__((warn_unused_result));

/* What a host says of itself, now and then. Texts are cut at 8 KiB there. */
struct fleet_heartbeat {
	const char *version;
	int64_t sealed_until_s;	  /* no segment below is unsealed or unpushed */
	int64_t reported_until_s; /* days before it the host reported itself */
	int64_t waiting;	  /* sealed segments that are not pushed */
	int64_t oldest_s;	  /* the hour of the oldest; 0: none */
	int64_t let_go; /* messages and incidents, purged before they came */
	int64_t aside;
	int64_t journal_bytes;
	int64_t now_ms;		  /* the host's clock */
	int64_t override_version; /* that it applies */
	const char *last_error;
	int64_t last_error_s;
	const char *authserv_id;
	const char *addresses; /* separated by blanks */
};

#define FLEET_DIGEST 32

struct fleet_answer {
	int64_t now_ms; /* PostgreSQL's clock */
	int schema;
	int64_t keep_results_s;	  /* older segments are none of the ledger's */
	int64_t override_version; /* the newest; 0: none */
	uint8_t override_digest[FLEET_DIGEST];
	int64_t taken_until_s; /* days before it the fleet reports; 0: none */
};
enum pg_kind fleet_heartbeat(struct pg *pg,
			     const struct fleet_heartbeat *heartbeat,
			     struct fleet_answer *answer, struct error *err)
    __attribute__((warn_unused_result));

/* The text of that version of the overrides, below `mem`; NULL: there is none.
 */
enum pg_kind fleet_override_text(TALLOC_CTX *mem, struct pg *pg,
				 int64_t version, const char **text,
				 struct error *err)
    __attribute__((warn_unused_result));

/* By an operator's role: the version behind `parent`. *version is 0 where
 * somebody else changed them meanwhile. */
enum pg_kind fleet_override_put(struct pg *pg, int64_t parent, const char *text,
				const char *who, int64_t *version,
				struct error *err)
    __attribute__((warn_unused_result));

/* A step of what keeps the fleet's tables in order: sums of a day that is over,
 * what is past its time. *is_done: there is no further step for now. May take
 * minutes: give the connection that wait. */
enum pg_kind fleet_maintain(struct pg *pg, bool *is_done, struct error *err)
    __attribute__((warn_unused_result));

#endif
