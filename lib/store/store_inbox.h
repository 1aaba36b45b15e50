/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_INBOX_H
#define STORE_STORE_INBOX_H

/*
 * store_inbox - reports of others about our own domains, kept once
 *
 * A report is known by its kind, who made it, its own id, its period and its
 * domain: by a number of these under the store's key, so that one whose names
 * were erased is known still, when it is read again. Another content under that
 * key is kept beside and flagged; only one of them counts: the first, or the
 * one whose mail passed DMARC where the first one's did not. A report whose own
 * mail fails DMARC is kept apart and counts nowhere.
 *
 * Written beside a running daemon in transactions of some milliseconds: a long
 * report is there as a partial one, which nobody sums, until its last row is.
 * What is left of a partial one goes with the next purge. All of them together
 * have LIMIT_INBOX_BYTES (store_inbox_size.h), whoever sends them.
 *
 * Texts are clean (lib/report/read). Times of a report are a stranger's word.
 * One thread.
 */

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/store/store_db.h"
#include "lib/store/store_flaws.h"
#include "lib/store/store_inbox_report.h"

enum store_inbox_outcome { INBOX_ADDED, INBOX_KNOWN, INBOX_FLAGGED };

/* What was no report, or a damaged one. */
struct store_inbox_aside {
	int64_t id; /* once it is kept */
	int64_t received_s;
	const char *name;
	const char *why;
	const char *digest; /* of all its bytes */
	const char *sender;
	const char *verdict;
	int64_t size;
	struct span bytes; /* the first ones */
};

const char *store_inbox_kind_text(enum store_inbox_kind kind);
const char *store_inbox_state_text(enum store_inbox_state state);

struct store_inbox;

/* A store that exists and is of this version. */
bool store_inbox_open(TALLOC_CTX *mem, const char *path,
		      enum store_db_mode mode, struct store_inbox **inbox,
		      struct error *err) __attribute__((warn_unused_result));

void store_inbox_list_flaws(struct store_inbox *inbox,
			    struct store_flaws *flaws);

/* Keeps it, once. Where that is too much others go, or it goes again: what
 * counts nowhere first, then what did not pass DMARC, the oldest first. */
bool store_inbox_add(struct store_inbox *inbox,
		     const struct store_inbox_report *report,
		     enum store_inbox_outcome *outcome, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise; the same bytes for the same reason are kept once. */
bool store_inbox_set_aside(struct store_inbox *inbox,
			   const struct store_inbox_aside *aside,
			   struct error *err)
    __attribute__((warn_unused_result));

/* How many things are aside of those bytes for a reason that begins so. */
bool store_inbox_count_aside(struct store_inbox *inbox, const char *digest,
			     const char *why, int64_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* What was added since stays, whatever happens to the machine: only then may
 * its mail go. */
bool store_inbox_sync(struct store_inbox *inbox, int64_t now_s,
		      struct error *err) __attribute__((warn_unused_result));

/* What came before that time goes, if the clock is believed (store_clock.h): at
 * least twice as many as came since the last call. Whatever the clock says,
 * what several have added that is too much. */
bool store_inbox_purge(struct store_inbox *inbox, const struct clock *clock,
		       int64_t before_s, struct error *err)
    __attribute__((warn_unused_result));

/* This folder's. */
struct store_db *store_inbox_db(struct store_inbox *inbox);

#endif
