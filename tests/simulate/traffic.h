/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_TRAFFIC_H
#define TESTS_SIMULATE_TRAFFIC_H

/*
 * traffic - the mail that comes to us in some weeks, genuine and forged
 *
 * It was frozen before any rule was measured with it: test_traffic holds the
 * hash of what it gives. Whoever changes it measures everything anew, and says
 * so. The same seed and form give the same bytes on every machine.
 */

#include "tests/simulate/world.h"

#define TRAFFIC_START_S ((int64_t)1767225600) /* 2026-01-01T00:00:00Z */

enum truth {
	TRUTH_GENUINE, /* its author, or his service, wrote it to us */
	TRUTH_SPOOF,
	/* genuine mail that an attacker passes on, or mail of his own, so that
	 * his hosts get a good name */
	TRUTH_CREDIT,
};

enum actor {
	ACTOR_DIRECT,
	ACTOR_RELAY,
	ACTOR_NEWSLETTER,
	ACTOR_UNCONFIGURED, /* a service that the author's records forget */
	ACTOR_BARE,	    /* no SPF, no DKIM, no policy */
	ACTOR_OWN_SERVICE,  /* a service that writes in our name */
	ACTOR_APPEAL,	    /* to postmaster, of somebody who was refused */
	ACTOR_LIST,
	ACTOR_FORWARDED,

	ACTOR_BACKGROUND,
	ACTOR_WAVE,
	ACTOR_NEIGHBOUR, /* hosts rented beside those of others */
	ACTOR_FORWARDED_SPOOF,
	ACTOR_NEWSLETTER_CREDIT,
	ACTOR_NEWSLETTER_SPOOF,
	ACTOR_SIGNER_CREDIT,
	ACTOR_SIGNER_SPOOF,
	ACTOR_REPLAY, /* genuine headers over other bodies */
	ACTOR_SECOND_RECIPIENT,
	ACTOR_POSTMASTER_SPOOF,
	ACTOR_EXEMPT_SPOOF,
	ACTOR_ALIAS_SPOOF,
	ACTOR_OWN_SPOOF,
	ACTOR_BARE_SPOOF, /* of names that have no policy */
	ACTORS,
};

#define RECIPIENT_POSTMASTER "postmaster@" OWN_DOMAIN
#define RECIPIENT_ABUSE "abuse@" OWN_DOMAIN
#define RECIPIENT_ARCHIVE "archive@" OWN_DOMAIN /* a program reads it */
#define RECIPIENT_STAFF "staff@" OWN_DOMAIN	/* an alias of many */
#define RECIPIENT_ARCHIVE_DETAIL "archive+x@" OWN_DOMAIN
#define RECIPIENT_STAFF_DETAIL "staff+x@" OWN_DOMAIN
#define STAFF_MAILBOXES 50

struct mail {
	int64_t time_s;
	enum actor actor;
	enum truth truth;
	const char *client; /* an address */
	const char *helo;
	const char *mail_from; /* "<a@b>" */
	struct text_list rcpts;
	unsigned mailboxes;  /* that it reaches, behind our aliases */
	const char *author;  /* the domain in From */
	struct span message; /* CRLF line ends */
};

struct traffic_form {
	unsigned days;
	unsigned domains;
	unsigned percent;     /* of the long form's messages */
	unsigned subscribers; /* of ours, to each list */
	bool is_lists_only;
};

/* What is measured, what `make check` has time for, and lists alone. */
extern const struct traffic_form traffic_long;
extern const struct traffic_form traffic_short;
extern const struct traffic_form traffic_lists;
extern const struct traffic_form traffic_lists_long;

struct traffic;

struct traffic *traffic_new(TALLOC_CTX *mem, uint64_t seed,
			    const struct traffic_form *form);

/* Who is who, for whoever names things by hand. */
const struct world *traffic_world(const struct traffic *traffic);

/* The next one in order of time, valid until the next call; NULL: the end. */
const struct mail *traffic_next(struct traffic *traffic);

/* "direct", "second recipient" ... */
const char *actor_text(enum actor actor);
enum truth actor_truth(enum actor actor);

/* "genuine" "spoof" "credit" */
const char *truth_text(enum truth truth);

/* SHA-256 of zones and all mail, as 64 hex digits. */
#define TRAFFIC_HASH 65
void traffic_hash(uint64_t seed, const struct traffic_form *form,
		  char hash[TRAFFIC_HASH]);

#endif
