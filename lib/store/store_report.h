/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_REPORT_H
#define STORE_STORE_REPORT_H

/*
 * store_report - reports on their way: what is owed, rendered, sent, settled
 *
 *	collected -> rendered -> (deferred) -> sent | refused | given up
 *	                 |                       skipped: nobody to send it to
 *	              invalid: a defect of ours, rendered anew by the next run
 *
 * A report has an id from its first row on and keeps it. Rendering stores the
 * compressed bytes; what is sent is read from there. Each address it goes to
 * is a row of its own (store_delivery.h); the report is settled when all
 * of them are. Until then its day's counters are not purged (store_rows.h).
 *
 * Every change is one transaction. Used by one thread at a time, beside the
 * daemon and other senders.
 */

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/store/store_db.h"

struct store_reports;
struct store_columns;

extern const struct store_columns store_report_columns;

/* For the neighbours: the connection, and its statements. */
struct store_db *store_reports_db(struct store_reports *reports);

struct store_report_sql; /* store_report_sql.h */
struct store_value;

const struct store_report_sql *
store_reports_sql(const struct store_reports *reports);

/* A transaction that what is sent rests on: store_query_end() ends it. */
bool store_reports_begin(struct store_reports *reports, struct error *err)
    __attribute__((warn_unused_result));

/* Runs a statement that may be NULL. */
bool store_reports_run(struct store_reports *reports, const char *sql,
		       const struct store_value *values, size_t count,
		       struct error *err) __attribute__((warn_unused_result));

enum store_report_kind {
	STORE_REPORT_AGGREGATE,
	STORE_REPORT_FAILURE, /* store_failure_report.h */
};

/* Texts are never NULL in rows that are read. */
struct store_report {
	const char *report_id; /* 32 hex digits */
	const char *policy_domain;
	int64_t begin_s;
	int64_t end_s;
	int64_t part;
	int64_t messages;
	const char *state;
	const char *note; /* why it is in that state; "" */
	int64_t created_s;
	int64_t give_up_s;     /* not tried after that */
	int64_t settled_s;     /* 0: not yet */
	const char *submitter; /* as in Subject and file name; once rendered */
	const char *file_name;
	const char *record; /* "" for a failure report */
	enum store_report_kind kind;
	int64_t rank; /* 0: goes before those with 1 */
	/* Of the fleet, set where one is noted down (store_round.h). */
	int64_t round;
};

#define STORE_REPORT_RANKS 2

/* Opens an existing, current store. */
bool store_reports_open(TALLOC_CTX *mem, const char *path,
			enum store_db_mode mode, struct store_reports **reports,
			struct error *err) __attribute__((warn_unused_result));

/*
 * The fleet's instead of a host's own, over a connection to PostgreSQL that was
 * opened in that mode and that it closes at its end. `day`, which it does not
 * close, is that of the reader that opens the days to report (store_day.h):
 * what is counted of such a day lies in the transaction of the open day. NULL
 * where none is reported. Times are the server's (store_round_clock()).
 */
struct store_reports *store_reports_of_fleet(TALLOC_CTX *mem,
					     enum store_db_mode mode,
					     struct store_db *db,
					     struct store_db *day);
bool store_reports_is_fleet(const struct store_reports *reports);

/* Where to list the rows that cannot be read and are left out; NULL, as it
 * begins: nowhere. The flaws outlive `reports`. */
void store_reports_list_flaws(struct store_reports *reports,
			      struct store_flaws *flaws);

/* --- what is owed --- */

/* Notes reports down as collected; those that are known already (domain, day,
 * record) are left as they are, id and all. *added: those that are new. */
bool store_reports_add(struct store_reports *reports,
		       const struct store_report *items, size_t count,
		       int64_t *added, struct error *err)
    __attribute__((warn_unused_result));

/* What decides whether a report is owed at all. */
struct store_report_counts {
	int64_t ordinary; /* messages that are not themselves report mail */
	int64_t passed;	  /* under the policy domain, since passed_since_s */
};

/* Counts a day's messages once, for store_reports_count; over the fleet those
 * of a round, within the transaction of that open day. */
bool store_reports_gather(struct store_reports *reports, int64_t begin_s,
			  int64_t end_s, int64_t round, int64_t passed_since_s,
			  struct error *err)
    __attribute__((warn_unused_result));

/* Of the day gathered. */
bool store_reports_count(struct store_reports *reports,
			 const char *policy_domain, const char *record,
			 struct store_report_counts *counts, struct error *err)
    __attribute__((warn_unused_result));

/*
 * What one organisation may have of a day: note what is owed of the day
 * gathered, set the limit, then ask of each. Those of the first rank are kept
 * first, of them those with most messages.
 */
struct store_report_owed {
	const char *org_domain; /* whose limit it is */
	const char *policy_domain;
	const char *record;
	int64_t rank;
	int64_t messages;
};

bool store_reports_owe(struct store_reports *reports,
		       const struct store_report_owed *owed, struct error *err)
    __attribute__((warn_unused_result));

bool store_reports_limit(struct store_reports *reports, long max_per_org_domain,
			 struct error *err) __attribute__((warn_unused_result));

bool store_reports_is_within(struct store_reports *reports,
			     const char *policy_domain, const char *record,
			     bool *is_within, struct error *err)
    __attribute__((warn_unused_result));

/* Which reports; zero or NULL members do not filter. */
struct store_report_filter {
	const char *policy_domain;
	const char *report_id;
	const char *state;
	int64_t begin_s;
	int64_t round;	    /* of the fleet */
	bool is_pending;    /* not settled */
	bool is_unrendered; /* collected */
	bool is_failure;    /* failure reports instead of aggregate ones */
	long limit;
};

/* By day, then domain. The texts live until `seen` returns. */
bool store_reports_list(struct store_reports *reports,
			const struct store_report_filter *filter,
			bool (*seen)(void *context,
				     const struct store_report *report),
			void *context, struct error *err)
    __attribute__((warn_unused_result));

/* --- rendering --- */

/* Sets report->report_id, below `mem`, to that of the collected report about
 * the domain, record and day that it names; NULL where there is none. Over the
 * fleet, where a day has rounds, it names the id as well. */
bool store_reports_find_collected(TALLOC_CTX *mem,
				  struct store_reports *reports,
				  struct store_report *report,
				  struct error *err)
    __attribute__((warn_unused_result));

struct store_report_part {
	const char *report_id; /* of part 0: that of the collected row */
	const char *file_name;
	struct span archive; /* the bytes as they are sent */
	int64_t messages;
	size_t address_count; /* at least one */
	const char *const *addresses;
};

struct store_report_rendering {
	const char *report_id;
	const char *submitter;
	const char *invalid; /* why it may not be sent; NULL: it may */
	size_t part_count;   /* none: the report is settled as skipped */
	const struct store_report_part *parts;
	const char *note; /* what was left out, or why there is no part */
	int64_t now_s;
};

/* Stores the bytes, a part in each transaction, then destinations and the
 * first part at once: without the last step the report is still collected.
 * Does nothing when another sender was first. */
bool store_reports_rendered(struct store_reports *reports,
			    const struct store_report_rendering *rendering,
			    struct error *err)
    __attribute__((warn_unused_result));

/* Invalid reports are collected ones again. */
bool store_reports_retry_invalid(struct store_reports *reports,
				 struct error *err)
    __attribute__((warn_unused_result));

/* The archived bytes below `mem`; *bytes is empty for a report without. */
bool store_reports_archive(TALLOC_CTX *mem, struct store_reports *reports,
			   const char *report_id, struct span *bytes,
			   struct error *err)
    __attribute__((warn_unused_result));

/* Does a commit from here on survive a power loss too? What was sent must not
 * be forgotten; all else would be done again, and waiting for the disk keeps
 * other writers waiting. */
bool store_reports_set_durable(struct store_reports *reports, bool is_durable,
			       struct error *err)
    __attribute__((warn_unused_result));

/* Brings the -wal file into the database, which makes room in it. */
void store_reports_checkpoint(struct store_reports *reports);

/* Deletes reports settled before that moment, a few in each transaction. */
bool store_reports_purge(struct store_reports *reports, int64_t before_s,
			 struct error *err) __attribute__((warn_unused_result));

/* --- runs --- */

struct store_run {
	int64_t collected_until_s; /* results before that are collected */
	int64_t started_s;	   /* the last run; 0: there was none */
	int64_t ended_s;	   /* before it started: it was cut short */
	const char *words;	   /* how it ended */
};

/* What the words of a run begin with that could not do its work. */
#define STORE_RUN_FAILED "failed: "

bool store_run_get(TALLOC_CTX *mem, struct store_reports *reports,
		   struct store_run *run, struct error *err)
    __attribute__((warn_unused_result));

/* A clock that was ahead had collected days that were to come: collected are
 * those before until_s, no more. */
bool store_run_lower(struct store_reports *reports, int64_t until_s,
		     struct error *err) __attribute__((warn_unused_result));

/* The fleet has reported the days before until_s, so a host that leaves it goes
 * on from there; only ever grows. */
bool store_run_advance(struct store_reports *reports, int64_t until_s,
		       struct error *err) __attribute__((warn_unused_result));

/* Sets it; collected_until_s only ever grows. */
bool store_run_set(struct store_reports *reports, const struct store_run *run,
		   struct error *err) __attribute__((warn_unused_result));

/* How many reports of that kind are in each state; calls `seen` for each. */
bool store_reports_states(struct store_reports *reports, const char *kind,
			  bool (*seen)(void *context, const char *state,
				       int64_t count),
			  void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
