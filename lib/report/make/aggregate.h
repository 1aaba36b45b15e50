/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_H
#define REPORT_MAKE_AGGREGATE_H

/*
 * aggregate - what a UTC day owes to the domains that asked (RFC 9990 3.1)
 *
 * A report is about one policy domain, one policy configuration (the text of
 * its record) and one UTC day. Subdomains that used the record are rows of it.
 * A record that changed within the day makes two reports.
 *
 *	open a day -> list its reports -> rows of each (or aggregate_xml.h)
 *
 * aggregate_open() gathers the day once, in a temporary table of the reader's
 * connection, which may lie on disk; after that, listing and each report cost
 * what they show and no more. One day at a time on one reader. What is shown
 * does not change while the day is open, whatever is recorded meanwhile. The
 * order of reports and rows depends on their content alone: the same stored
 * results give the same rows in the same order, on every run.
 *
 * Not reported: mail without a policy, records without a valid rua, mail whose
 * author domain or policy could not be found, and mail that was told to come
 * again after a temporary error (it is counted when it does). Mail of trusted
 * clients is not in the store. Refused mail is.
 *
 * What cannot be shown (an address that is none: a damaged store) is left out
 * and named through a struct aggregate_notes; the others go on (hazard F13).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/auth/evidence.h"
#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/policy/decide.h"
#include "lib/store/store.h"

#define AGGREGATE_DAY_S 86400

struct aggregate_day;

/* Texts live until the callback that shows the report returns. */
struct aggregate_report {
	int64_t number;		   /* within the open day, 1 on */
	const char *policy_domain; /* as policy_published/domain */
	const char *record;	   /* as the store has it, escaped for print */
	const char *discovery;	   /* "treewalk" "psl"; "" when both occur */
	struct text_list rua; /* valid URIs as published, in order: schemes,
				 duplicates, %2C are the sender's affair */
	int64_t begin_s;      /* 00:00:00 of the day, UTC */
	int64_t end_s;	      /* 23:59:59 of the day, UTC */
	int64_t messages;
	int64_t passed;	 /* of these: DMARC pass */
	int64_t refused; /* of these: rejected */
	int64_t others;	 /* of these: of senders past the store's ceiling of an
			    hour, in no row (lib/store/store_ceiling.h) */
};

/* One DKIM result, as auth_results/dkim. Texts as the store has them: not
 * cleaned. */
struct aggregate_signature {
	const char *domain;
	const char *selector; /* "" where none is known */
	enum auth_result result;
	const char *reason; /* "" for none */
	bool is_aligned;
};

#define AGGREGATE_SIGNATURES_MAX 100 /* RFC 9990 3.1.3, a row */

/* RFC 9990 3.1.1.8; the old format has no pass. */
enum aggregate_disposition {
	AGGREGATE_NONE,
	AGGREGATE_PASS, /* under a policy that asks for something */
	AGGREGATE_QUARANTINE,
	AGGREGATE_REJECT,
};

/* "none" "pass" "quarantine" "reject" */
const char *aggregate_disposition_text(enum aggregate_disposition disposition);

/* One distinct (address, results, identifiers). */
struct aggregate_row {
	int64_t count;
	const char *client_ip;	   /* RFC 5952, or dotted */
	const char *header_from;   /* author domain */
	const char *envelope_from; /* domain; "" for the null path */
	bool is_null_path;
	bool has_spf;
	const char *spf_domain; /* HELO name for the null path; may be "" */
	enum auth_result spf_result;
	bool is_dkim_aligned; /* DMARC's results, before any override */
	bool is_spf_aligned;
	enum aggregate_disposition disposition;
	enum override_type reason;
	const char *reason_comment; /* "" for none */
	size_t signature_count;	    /* best first, at most the maximum */
	const struct aggregate_signature *signatures;
};

/* Told of what was left out, in clean words; NULL `said` is fine. */
struct aggregate_notes {
	void (*said)(void *context, const char *words);
	void *context;
};

/* 00:00:00 UTC of the day that holds the time. */
int64_t aggregate_day_of(int64_t time_s);

/*
 * Gathers the day that holds `time_s`; with a `policy_domain` (normalized;
 * else NULL) only its reports. Owned by `mem`, which must end before the
 * reader does. A day without results is an open day without reports.
 */
bool aggregate_open(TALLOC_CTX *mem, struct store_reader *reader,
		    int64_t time_s, const char *policy_domain,
		    struct aggregate_day **day, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise of what the fleet took as one round of the day (store_round.h); a
 * host's own record has none. */
bool aggregate_open_round(TALLOC_CTX *mem, struct store_reader *reader,
			  int64_t time_s, const char *policy_domain,
			  int64_t round, struct aggregate_day **day,
			  struct error *err)
    __attribute__((warn_unused_result));

/* The reports of the day by policy domain, then record; calls `seen` for each
 * until it returns false. `seen` may render. */
bool aggregate_list(struct aggregate_day *day,
		    bool (*seen)(void *context,
				 const struct aggregate_report *report),
		    void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The rows of a report, sorted by what they show; `seen` may stop by
 * returning false. Streams: memory does not grow with the rows. */
bool aggregate_rows(struct aggregate_day *day,
		    const struct aggregate_report *report,
		    bool (*seen)(void *context,
				 const struct aggregate_row *row),
		    void *context, const struct aggregate_notes *notes,
		    struct error *err) __attribute__((warn_unused_result));

/* The days (00:00:00) that have results, oldest first; with a policy domain,
 * results under its policy. */
bool aggregate_days(struct store_reader *reader, const char *policy_domain,
		    bool (*seen)(void *context, int64_t day_s), void *context,
		    struct error *err) __attribute__((warn_unused_result));

#endif
