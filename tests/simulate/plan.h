/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_PLAN_H
#define TESTS_SIMULATE_PLAN_H

/*
 * plan - one message to come: who sends it, what it is, what is done to it
 *
 * Actors (genuine.c, handlers.c, hostile.c) put plans down, day by day;
 * compose.c makes the message of a plan when its turn comes. Two plans of the
 * same author, number and time of writing are copies of one message, with the
 * same signature.
 */

#include "tests/simulate/traffic.h"
#include "tests/simulate/world.h"

#define DAY_S 86400
#define FIRST_HOST 10 /* of whoever sends; .10 to .13 of a provider */
#define RENTED_HOST 200

/* What became of the message behind its author's server. */
enum change {
	CHANGE_NONE,
	CHANGE_FOOTER,
	CHANGE_PERSONAL, /* a footer with the subscriber's number */
	CHANGE_TAG,	 /* a footer, and a mark in Subject */
	CHANGE_BANNER,	 /* lines at the top */
	CHANGE_BODY,	 /* another body under the same header */
};

struct plan {
	int64_t time_s;	 /* when it comes */
	size_t sequence; /* of that day: what comes first at one moment */
	enum actor actor;
	enum truth truth;

	unsigned network;
	unsigned host;
	bool is_ipv6;
	const char *helo;
	const char *mail_from; /* "" for the null sender */
	const char *rcpts[2];  /* the second may be NULL */

	const char *from; /* the address; NULL: info@AUTHOR */
	const char *author;
	const char *to;
	const char *cc; /* NULL: none */
	int64_t written_s;
	unsigned number;
	const char *signer; /* d= of the author's server; NULL: no signature */
	bool is_key_wrong;

	enum change change;
	unsigned personal;   /* whose lines, or which body */
	const char *handler; /* d= of whoever handled it; NULL: none signs */
	const char *list_id; /* NULL: none */
	bool is_sealed;	     /* by the handler (ARC) */
};

/* The day that is being planned. */
struct planner {
	TALLOC_CTX *mem; /* of the day */
	const struct world *world;
	const struct traffic_form *form;
	unsigned day;
	struct dice dice; /* of the actor and the day */
	enum actor actor;
	enum truth truth;
	struct plan *plans;
	size_t count;
};

/* One kind of traffic. `plan` is called that often a day, `per_day_tenths`
 * divided by ten, for 100 percent. */
struct actor_row {
	const char *name;
	enum truth truth;
	unsigned per_day_tenths;
	void (*plan)(struct planner *planner);
};

extern const struct actor_row actor_rows[ACTORS];

/* A plan with what most have in common: a moment of the day, the actor's
 * truth, a recipient, a number of its own, written a moment before. */
struct plan plan_begin(struct planner *planner);
void plan_add(struct planner *planner, const struct plan *plan);

/* The author's own, ready to leave: From, envelope sender, HELO, signature and
 * client as its shape has them, with the fault of the day. */
void plan_author(struct planner *planner, struct plan *plan,
		 const struct domain *domain);
bool domain_has_fault(const struct domain *domain, unsigned day);

/* Does a service write in its name that its records forget? */
bool domain_has_service(const struct world *world, const struct domain *domain);

/* A host of the provider. */
void plan_provider(struct planner *planner, struct plan *plan,
		   const struct provider *provider);

/* Somebody of ours: mostly a person, now and then RECIPIENT_ARCHIVE or
 * RECIPIENT_STAFF. */
const char *plan_recipient(struct planner *planner);

/* Genuine mail. */
void plan_direct(struct planner *planner);
void plan_relay(struct planner *planner);
void plan_newsletter(struct planner *planner);
void plan_unconfigured(struct planner *planner);
void plan_bare(struct planner *planner);
void plan_own_service(struct planner *planner);
void plan_appeal(struct planner *planner);

/* Mail that others handled. */
void plan_list(struct planner *planner);
void plan_forwarded(struct planner *planner);

/* Spoofs, and what prepares them. */
void plan_background(struct planner *planner);
void plan_wave(struct planner *planner);
void plan_neighbour(struct planner *planner);
void plan_forwarded_spoof(struct planner *planner);
void plan_newsletter_credit(struct planner *planner);
void plan_newsletter_spoof(struct planner *planner);
void plan_signer_credit(struct planner *planner);
void plan_signer_spoof(struct planner *planner);
void plan_replay(struct planner *planner);
void plan_second_recipient(struct planner *planner);
void plan_postmaster_spoof(struct planner *planner);
void plan_exempt_spoof(struct planner *planner);
void plan_alias_spoof(struct planner *planner);
void plan_own_spoof(struct planner *planner);
void plan_bare_spoof(struct planner *planner);

#endif
