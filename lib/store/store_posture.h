/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_POSTURE_H
#define STORE_STORE_POSTURE_H

/*
 * store_posture - since when something is wrong with an own domain
 *
 * A row for each finding that stands: when it was first and last seen. What is
 * no longer seen moves to what stood once (posture_past), so that it begins
 * anew should it come back. Likewise the policies of MTA-STS that senders may
 * still hold. Written beside a running daemon, short transactions for each
 * domain. One thread.
 */

#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/store/store_db.h"
#include "lib/store/store_flaws.h"

/* One finding; the texts are clean lines. */
struct store_posture_mark {
	const char *finding;
	const char *detail; /* which of its kind; "" where there is but one */
	int64_t first_s;    /* set by the calls below; 0: not known */
};

struct store_posture;

/* The schema must be the current one. Freed with `mem`. */
bool store_posture_open(TALLOC_CTX *mem, const char *path,
			enum store_db_mode mode, struct store_posture **store,
			struct error *err) __attribute__((warn_unused_result));

/* The fleet's instead of a host's own, over a connection to PostgreSQL that it
 * closes at its end. *may_write: the role may note something. */
bool store_posture_of_fleet(TALLOC_CTX *mem, struct store_db *db,
			    struct store_posture **store, bool *may_write,
			    struct error *err)
    __attribute__((warn_unused_result));

/* Where to list the rows that cannot be read and are left out. */
void store_posture_list_flaws(struct store_posture *store,
			      struct store_flaws *flaws);

/* These are what stands now, of a domain; with `is_whole`, all that stands:
 * what else stood of it is mended (posture_past), but for `unseen`, findings
 * that were not looked for: their names, a blank before and behind each. A
 * writer's.
 */
bool store_posture_note(struct store_posture *store, const char *domain,
			const struct store_posture_mark *marks, size_t count,
			int64_t now_s, bool is_whole, const char *unseen,
			struct error *err) __attribute__((warn_unused_result));

/* A policy of MTA-STS that was offered. */
struct store_posture_sts {
	const char *domain;
	const char *id;	    /* of the record that went with it */
	const char *policy; /* lines: what it says, always in one form */
	int64_t first_s;    /* seen by us */
	int64_t last_s;
	int64_t until_s; /* who fetched it then may hold it so long */
};

/* It is offered at last_s. Those of the domain that nobody holds any longer
 * are forgotten, and past LIMIT_STS_KEPT the oldest. A writer's. */
bool store_posture_note_sts(struct store_posture *store,
			    const struct store_posture_sts *seen,
			    struct error *err)
    __attribute__((warn_unused_result));

/* All of them, by domain; texts stay until `seen` returns. */
bool store_posture_list_sts(struct store_posture *store,
			    void (*seen)(void *context,
					 const struct store_posture_sts *sts),
			    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* When each of them was first seen. */
bool store_posture_recall(struct store_posture *store, const char *domain,
			  struct store_posture_mark *marks, size_t count,
			  struct error *err)
    __attribute__((warn_unused_result));

/* --- what became of findings --- */

/* store_posture_note() keeps what no longer stands for LIMIT_POSTURE_PAST_DAYS,
 * and that somebody looked: so a month that is over has its findings still,
 * and none found is told from nobody looked. */
struct store_posture_span {
	const char *domain;
	const char *finding;
	const char *detail;
	int64_t first_s;
	int64_t closed_s; /* 0: it stands */
};

struct store_posture_look {
	const char *domain;
	int64_t first_s;
	int64_t last_s;
	int64_t whole_s; /* the last one that left nothing out; 0: none */
};

struct store_posture_past {
	/* By domain; the texts stay until it returns. */
	void (*span)(void *context, const struct store_posture_span *span);
	void (*look)(void *context, const struct store_posture_look *look);
	void *context;
};

/* Spans, then looks, of one moment. */
bool store_posture_read_past(struct store_posture *store,
			     const struct store_posture_past *past,
			     struct error *err)
    __attribute__((warn_unused_result));

#endif
