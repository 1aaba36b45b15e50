/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_SEND_RUN_H
#define REPORT_SEND_RUN_H

/*
 * run - one run of sending: what its steps share
 *
 *	report_collect   which domains are owed a report for which day
 *	report_render    XML, validated, compressed, archived
 *	report_deliver   authorised, mailed, settled, address by address
 *
 * In a fleet report_rounds (round.h) does the first two.
 *
 * Each step commits as it goes and takes up what a run before it left, so a
 * run may end anywhere. One thread; several runs may go on at the same time.
 */

#include "lib/app/report_settings.h"
#include "lib/base/clock.h"
#include "lib/base/random.h"
#include "lib/dmarc/tree.h"
#include "lib/report/make/fleet_key.h"
#include "lib/report/send/signer.h"
#include "lib/report/send/smtp.h"
#include "lib/store/store_round.h"

/* The mail server as a seam. */
struct report_transport {
	struct smtp_reply (*send)(void *context, TALLOC_CTX *mem,
				  const char *sender, const char *recipient,
				  struct span message);
	void *context;
};

/* Who is told what goes on; any member may be NULL. */
struct report_watcher {
	void (*said)(void *context, const char *words);
	void (*moved)(void *context, const char *step, int64_t done);
	/* Shall the run end as soon as it can? */
	bool (*is_stopping)(void *context);
	void *context;
};

struct report_totals {
	int64_t collected;
	int64_t rendered;
	int64_t invalid;
	int64_t sent;
	int64_t deferred;
	int64_t refused;
	int64_t given_up;
	int64_t left_out;  /* unauthorised, suppressed for good, excluded */
	int64_t postponed; /* to a later day, untried: the address pauses */
};

struct report_sender {
	struct store_reports *reports; /* a host's own, or the fleet's */
	struct store_reader *reader;
	struct dns *dns;
	int64_t dns_budget_ms;	/* of one destination */
	int64_t dns_timeout_ms; /* of one question */
	enum tree_method method;
	const struct report_settings *settings;
	const struct clock *clock;
	const struct random_source *random;
	const struct report_signer *signer; /* NULL: the mail server signs */
	const struct delivery_key *key;	    /* of the deliveries' tokens */
	struct report_transport transport;
	struct report_watcher watcher;
	const char *owner;	 /* report_owner_self() */
	const char *only_domain; /* NULL: all */
	int64_t only_day_s;	 /* 0: all */
	int64_t render_until_ms; /* by the monotonic clock; 0: no end */
	int64_t deliver_until_ms;
	struct report_totals totals;

	/* Of a fleet; else NULL. */
	const struct fleet_key *fleet_key;
	struct store_reports *own;	 /* has the failures of this host */
	const struct store_round *round; /* that is worked at (round.h) */
	int64_t round_kept_ms;
};

/* Has the watcher been told to end the run? */
bool report_sender_is_stopping(const struct report_sender *sender);

/* Begins the time of report.run_time; rendering may take half of it, so that
 * what is rendered also gets out. */
void report_sender_begin(struct report_sender *sender);

/* Is that moment over? 0 never is. */
bool report_sender_is_past(const struct report_sender *sender,
			   int64_t until_ms);

void report_sender_say(const struct report_sender *sender, const char *words);

/* Tells the watcher how far a step has come. */
void report_sender_moved(const struct report_sender *sender, const char *step,
			 int64_t done);

#endif
