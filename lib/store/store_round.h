/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ROUND_H
#define STORE_STORE_ROUND_H

/*
 * store_round - which segments of a day the fleet's reports are made of
 *
 *	taken -> collected -> rendered
 *
 * Round 1 of a day takes all its segments as soon as every host that is alive
 * has said that it holds none back, or when it was waited for long enough; what
 * arrives later forms a further round, with reports of its own, up to
 * LIMIT_REPORT_ROUNDS, behind which it is let go and counted. A round is worked
 * at by one host at a time, which holds it by a lease; another one goes on
 * where that ended.
 *
 * For what store_reports_of_fleet() opened. One thread.
 */

#include "lib/store/store_report.h"

struct store_round_limits {
	int64_t wait_s;	  /* for a host, from the day's end */
	int64_t margin_s; /* of a day's end, whoever has spoken */
	int64_t pause_s;  /* between two rounds of a day */
	int64_t days;	  /* older ones are let go */
};

/* The time by PostgreSQL. */
bool store_round_clock(struct store_reports *reports, int64_t *now_s,
		       struct error *err) __attribute__((warn_unused_result));

/* The days before that are reported by the fleet, for the host whose role asks;
 * 0: it is none of the fleet's, or has not said yet what it reported itself. */
bool store_round_taken_until(struct store_reports *reports, int64_t *until_s,
			     struct error *err)
    __attribute__((warn_unused_result));

/* The key that is the fleet's alone, 32 bytes below `mem`. */
bool store_round_key(TALLOC_CTX *mem, struct store_reports *reports,
		     struct span *key, struct error *err)
    __attribute__((warn_unused_result));

/* Takes each round whose time has come; how many. While PostgreSQL's clock is
 * in doubt (ahead_s below) no day is let go. Segments that a transaction
 * holds are left to a later round; STORE_ROUNDS_HELD: somebody holds all of
 * them, and nothing was taken. */
#define STORE_ROUNDS_HELD (-1)
bool store_rounds_take(struct store_reports *reports,
		       const struct store_round_limits *limits, int64_t *count,
		       struct error *err) __attribute__((warn_unused_result));

struct store_round {
	int64_t day_s;
	int64_t round; /* 0: there is none */
	bool is_collected;
};

/* The oldest one that is not rendered and nobody works at. */
bool store_round_claim(struct store_reports *reports, const char *owner,
		       int64_t lease_s, struct store_round *round,
		       struct error *err) __attribute__((warn_unused_result));

enum store_round_step {
	STORE_ROUND_GOES_ON,   /* the lease begins anew */
	STORE_ROUND_COLLECTED, /* likewise */
	STORE_ROUND_RENDERED,  /* its end */
	STORE_ROUND_LEFT,      /* for another run */
};

/* *is_ours is false where somebody else has it meanwhile: then let go. */
bool store_round_keep(struct store_reports *reports,
		      const struct store_round *round, const char *owner,
		      int64_t lease_s, enum store_round_step step,
		      bool *is_ours, struct error *err)
    __attribute__((warn_unused_result));

/* How the fleet stands with its days. */
struct store_round_figures {
	int64_t reported_until_s; /* days before are in a round */
	int64_t unrendered;	  /* rounds */
	int64_t late;		  /* segments of such days, in no round */
	int64_t missing; /* hosts that were not waited for, last time */
	int64_t let_go_segments;
	int64_t let_go_messages;
	int64_t standbys_unsure; /* that a commit does not wait for */
	int64_t ahead_s;	 /* PostgreSQL's clock, of all that hosts
				    have said; 0: it is in no doubt */
};

bool store_round_figures(struct store_reports *reports,
			 struct store_round_figures *figures, struct error *err)
    __attribute__((warn_unused_result));

/* May the fleet have one more failure report of that hour about the domain? It
 * is counted either way. */
bool store_round_admit_failure(struct store_reports *reports, int64_t time_s,
			       const char *policy_domain, int64_t per_domain,
			       int64_t per_hour, bool *is_in, struct error *err)
    __attribute__((warn_unused_result));

#endif
