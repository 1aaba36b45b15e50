/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_DELIVERY_H
#define STORE_STORE_DELIVERY_H

/*
 * store_delivery - one report on its way to one address
 *
 *	unchecked -> waiting -> sent | refused | given-up
 *	    |-> unauthorised      |-> waiting again, later (deferred)
 *	    |-> skipped: the address is excluded, or suppressed for good
 *
 * While an address pauses, what is for it keeps its state and waits for a later
 * day, until the report's end.
 *
 * A delivery is claimed before it is tried, so that of two senders one has it;
 * an owner that died gives his claims back, over the fleet when their lease is
 * over. Each change names the owner, who must be a token that nobody else has.
 *When the last delivery of a report is settled, so is the report.
 */

#include "lib/store/store_health.h"
#include "lib/store/store_report.h"

enum store_delivery_state {
	DELIVERY_UNCHECKED,
	DELIVERY_WAITING,
	DELIVERY_SENT,
	DELIVERY_REFUSED,
	DELIVERY_GIVEN_UP,
	DELIVERY_UNAUTHORISED,
	DELIVERY_SKIPPED,
};

/* As it is recorded: "unchecked" ... "given-up" ... */
const char *store_delivery_state_text(enum store_delivery_state state);

/* One report on its way to one address. */
struct store_delivery {
	const char *report_id;
	const char *address;
	int64_t position; /* in the published order, from 0 */
	enum store_delivery_state state;
	int64_t tries;
	int64_t next_try_s;
	int64_t last_try_s;
	const char *reply; /* the last one, or why it is in that state */
	const char *owner; /* who is trying it now; "" */
	int64_t lease_s;
	int64_t rank; /* as the report's */
};

struct store_claim {
	const char *owner;
	int64_t now_s;
	int64_t lease_s;	   /* the claim's end */
	const char *policy_domain; /* NULL: any */
	int64_t begin_s;	   /* 0: any day */
};

/* Takes the delivery that is due longest, of the first rank that has one;
 * *delivery and *report are NULL when there is none. Below `mem`. */
bool store_reports_claim(TALLOC_CTX *mem, struct store_reports *reports,
			 const struct store_claim *claim,
			 struct store_delivery **delivery,
			 struct store_report **report, struct error *err)
    __attribute__((warn_unused_result));

/* Gives back what owners hold for whom `is_gone` says so. */
bool store_reports_release(struct store_reports *reports,
			   bool (*is_gone)(void *context, const char *owner,
					   int64_t lease_s),
			   void *context, struct error *err)
    __attribute__((warn_unused_result));

/* The address may be sent to, or others stand in for it (an overriding rua).
 * Still claimed when it stays; else the others wait unclaimed. */
bool store_reports_authorised(struct store_reports *reports,
			      const struct store_delivery *delivery,
			      const struct text_list *instead, int64_t now_s,
			      struct error *err)
    __attribute__((warn_unused_result));

/* May the mail go out? Over the fleet it takes its share of the limits first,
 * and the claim holds for lease_s seconds from then; a host by itself counts
 * what it sent (store_reports_sent_to). */
enum store_mail_leave {
	STORE_MAIL_GO,
	STORE_MAIL_LOST, /* the claim was somebody else's meanwhile */
	STORE_MAIL_DAY_FULL,
	STORE_MAIL_ADDRESS_FULL,
};

struct store_mail_limits {
	int64_t lease_s;
	int64_t per_day;
	int64_t per_address;
};

bool store_reports_begin_mail(struct store_reports *reports,
			      const struct store_delivery *delivery,
			      const struct store_mail_limits *limits,
			      enum store_mail_leave *leave, struct error *err)
    __attribute__((warn_unused_result));

/* What became of a try. */
struct store_attempt {
	enum store_delivery_state state; /* the new one */
	const char *reply;
	bool is_counted;    /* as a try */
	int64_t next_try_s; /* while it is waiting */
	int64_t now_s;
	/* What becomes known of the address for the policy domain, and for
	 * all; NULL leaves it alone. */
	const struct store_health *health;
	const struct store_health *whole;
};

/* Ends the claim, sets delivery, health and, when that was the last one, the
 * report's own state. Where the claim was lost meanwhile, nothing but that it
 * was sent is noted down. */
bool store_reports_attempted(struct store_reports *reports,
			     const struct store_delivery *delivery,
			     const struct store_attempt *attempt,
			     struct error *err)
    __attribute__((warn_unused_result));

/* Settles what is past its give-up time: reports never rendered, addresses
 * never reached. *count of them. */
bool store_reports_give_up(struct store_reports *reports, int64_t now_s,
			   int64_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* Lets settled deliveries be tried again, with the same id and bytes: of one
 * report, or all of a policy domain (the other is NULL). */
bool store_reports_resend(struct store_reports *reports, const char *report_id,
			  const char *policy_domain, int64_t now_s,
			  int64_t give_up_s, int64_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* Of the report, or of all whose id begins so. */
bool store_deliveries_list(struct store_reports *reports, const char *id_begins,
			   bool (*seen)(void *context,
					const struct store_delivery *delivery),
			   void *context, struct error *err)
    __attribute__((warn_unused_result));

/* A delivery that was sent came back: it is refused, and the address has that
 * health from now on for the report's policy domain, and `whole`, if it is not
 * NULL, for all; without `health` it is as well as before. *is_new is false,
 * and nothing changes, when it is known already. */
bool store_reports_bounced(struct store_reports *reports, const char *report_id,
			   const char *address,
			   const struct store_health *health,
			   const struct store_health *whole, const char *words,
			   bool *is_new, struct error *err)
    __attribute__((warn_unused_result));

/* When the next delivery is due; 0: nothing waits. */
bool store_reports_next_try(struct store_reports *reports, int64_t *time_s,
			    struct error *err)
    __attribute__((warn_unused_result));

/* What store_reports_claim would take next and is unchecked: `limit` of them,
 * or until `seen` returns false. */
bool store_reports_due(struct store_reports *reports,
		       const struct store_claim *claim, long limit,
		       bool (*seen)(void *context, const char *policy_domain,
				    const char *address),
		       void *context, struct error *err)
    __attribute__((warn_unused_result));

/* How many were sent to an address since a moment: counted once for all, then
 * kept up by whoever sends. */
bool store_reports_count_day(struct store_reports *reports, int64_t since_s,
			     struct error *err)
    __attribute__((warn_unused_result));
bool store_reports_count_sent(struct store_reports *reports,
			      const char *address, struct error *err)
    __attribute__((warn_unused_result));
bool store_reports_sent_to(struct store_reports *reports, const char *address,
			   int64_t since_s, int64_t *count, struct error *err)
    __attribute__((warn_unused_result));

/* Sent since that moment, for the cap of a day. */
bool store_reports_sent_since(struct store_reports *reports, int64_t since_s,
			      int64_t *count, struct error *err)
    __attribute__((warn_unused_result));

#endif
