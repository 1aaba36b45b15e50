/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_NOTICE_H
#define STORE_STORE_NOTICE_H

/*
 * store_notice - what was told to whom, so that it is told once
 *
 * A digest and an alert have a channel each; a place is where something went.
 * Facts and places are numbers under the store's key (store_key.h): what they
 * name (a domain, an address, the secret in a webhook's path) is not kept, and
 * nothing of it is personal data. A row is written once its fact was handed
 * over, never before.
 *
 * Written beside a running daemon, one short transaction. One thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_db.h"

struct store_notice;

/* The schema must be the current one. Freed with `mem`. */
bool store_notice_open(TALLOC_CTX *mem, const char *path,
		       enum store_db_mode mode, struct store_notice **store,
		       struct error *err) __attribute__((warn_unused_result));

/* The fleet's instead of a host's own, over a connection to PostgreSQL that it
 * closes at its end: what one host told, no other one tells. A claim ends by
 * its lease alone, and times are to be that server's. */
bool store_notice_of_fleet(TALLOC_CTX *mem, struct store_db *db,
			   struct store_notice **store, struct error *err)
    __attribute__((warn_unused_result));
bool store_notice_is_fleet(const struct store_notice *store);

/* Where to list the rows that cannot be read and are left out. */
void store_notice_list_flaws(struct store_notice *store,
			     struct store_flaws *flaws);

/* The number of a fact, or of a place. */
int64_t store_notice_number(const struct store_notice *store, const char *text);

/* --- what was told --- */

/* Of one channel and place. */
struct store_notice_mark {
	int64_t fact;	  /* store_notice_number() */
	const char *kind; /* a word of ours */
	int64_t level;	  /* how much of it: what is above is news */
	int64_t told_s;
	int64_t seen_s; /* it stood there last */
};

struct store_notice_marks {
	size_t count;
	struct store_notice_mark *items; /* by fact */
};

/* All of it, LIMIT_NOTICE_MARKS at most, below `mem`. */
bool store_notice_marks(TALLOC_CTX *mem, struct store_notice *store,
			const char *channel, int64_t place,
			struct store_notice_marks *marks, struct error *err)
    __attribute__((warn_unused_result));

/* Sets these marks, all or none, and forgets those of the channel that stood
 * there last before forget_s. */
bool store_notice_settle(struct store_notice *store, const char *channel,
			 int64_t place, const struct store_notice_mark *marks,
			 size_t count, int64_t forget_s, struct error *err)
    __attribute__((warn_unused_result));

/* --- runs --- */

struct store_notice_run {
	int64_t started_s; /* 0: there was none */
	int64_t ended_s;   /* before it started: it was cut short */
	int64_t handed_s;  /* when something was handed over last */
	int64_t told;	   /* facts so far */
	bool has_failed;   /* the one that ended last */
};

/* Takes the channel for this run. *is_taken is false where another run has it:
 * one whose owner, for `is_gone`, is still there. A claim that ended at lease_s
 * is nobody's. */
bool store_notice_claim(struct store_notice *store, const char *channel,
			const char *owner, int64_t now_s, int64_t lease_s,
			bool (*is_gone)(const char *owner, int64_t lease_s,
					int64_t now_s),
			bool *is_taken, struct error *err)
    __attribute__((warn_unused_result));

/* Holds the claim until then. *is_ours is false where it is another run's by
 * now: then nothing more is told. */
bool store_notice_renew(struct store_notice *store, const char *channel,
			const char *owner, int64_t lease_s, bool *is_ours,
			struct error *err) __attribute__((warn_unused_result));

/* The run is over: so much was told, nothing where it failed or all was quiet;
 * the claim is given back. */
bool store_notice_end(struct store_notice *store, const char *channel,
		      const char *owner, int64_t now_s, int64_t told,
		      bool is_handed, bool has_failed, struct error *err)
    __attribute__((warn_unused_result));

bool store_notice_last_run(struct store_notice *store, const char *channel,
			   struct store_notice_run *run, struct error *err)
    __attribute__((warn_unused_result));

/* All 0 where there was none. */
bool store_notice_run_read(struct store_db *db, const char *channel,
			   struct store_notice_run *run, struct error *err)
    __attribute__((warn_unused_result));

#endif
