/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_ENTRY_H
#define STORE_STORE_ENTRY_H

/*
 * store_entry - what is recorded of a message, as plain data; all of this
 * folder stands on it
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/limits.h"
#include "lib/base/net.h"
#include "lib/base/reference.h"
#include "lib/base/text.h"

#define STORE_HOUR_S 3600

/* The distinct tuple of a result row. Texts are never NULL ("" for nothing),
 * valid UTF-8, clean for print. */
struct store_tuple {
	const char *author_domain;
	const char *author_error;
	const char *policy_domain;
	const char *org_domain;
	const char *discovery; /* "treewalk" "psl" */
	const char *record;
	int author_exists; /* -1 not asked, 0 no, 1 yes */
	const char *client_ip;
	const char *client_name;      /* confirmed */
	const char *mail_from_domain; /* "" for the null reverse-path */
	const char *spf_result;
	const char *spf_domain;
	const char *spf_scope; /* "mfrom" "helo" */
	const char *dkim;      /* JSON list */
	const char *arc;       /* JSON object */
	const char *dmarc_result;
	int is_dkim_aligned;
	int is_spf_aligned;
	const char *indirect; /* "none" "body_changed" "arc"; both: "arc
				 body_changed"; a signed header that does not
				 count, and why: "none old" */
	int is_known_path;    /* mail of the author that came the same way used
				 to pass, and one more might be spared */
	int is_to_postmaster; /* to postmaster@ or abuse@ of own.domains alone,
				 and one more might be let in */
	/* JSON list: for each group of recipients {"rules": [names of overrides
	 * with an rcpt list in whose scope the mail was]}; {"more": true}: more
	 * than are told apart; "": none. No address. */
	const char *rcpt_rules;
	const char *policy; /* p, sp or np in force before t and pct */
	const char *asked;  /* "" without a policy */
	const char *applied;
	const char *override_type;
	const char *override_comment;
	const char *tls_version;
	int is_report_mail;    /* a report, or a bounce of one of ours */
	const char *rests_on;  /* "stale" "remembered": not on what DNS said
				  then; "" */
	const char *imported;  /* "" for our own; else what the filter that
				  recorded it did not know (store_import.h) */
	const char *lookalike; /* "" or how and whom the author's domain looks
				  like: "homoglyph example.com" */
	const char *iprev;     /* RFC 8601: "pass" "fail" "temperror"
				  "permerror" (no PTR); "": not recorded */
};

/* One row per incident; review --json shows it. */
struct store_incident {
	const char *reference;
	int64_t time_s;
	const char *queue_id;
	const char *host;
	const char *client_ip;
	const char *client_name;
	const char *helo;
	const char *mail_from;
	const char *author_domain;
	const char *author_error;
	const char *policy_domain;
	const char *spf_result;
	const char *spf_domain;
	const char *dkim; /* JSON list */
	const char *dmarc_result;
	const char *asked;
	const char *applied;
	const char *override_type;
	const char *override_comment;
	const char *reason;
	const char *reply;
	const char *rcpt_domains; /* JSON list */
	const char *tls_version;
	const char *verdict;  /* JSON: alignctl check's object and "explain" */
	const char *queries;  /* JSON list of DNS questions and answers */
	const char *indirect; /* what counted; "none" before schema 2 */
	const char *list_id;  /* List-Id's identifier: anybody can write one */

	int64_t id; /* the store's; set by reading alone */
};

/* What a failure report about one message needs. Clean text throughout, and
 * nothing that names a recipient; lists are lines ended by LF. */
struct store_failure {
	int64_t time_s;
	const char *reference; /* "" when it is no incident */
	const char *auth_failure;
	const char *policy_domain;
	const char *author_domain;
	const char *record;
	const char *source_ip;
	const char *identity_alignment;
	const char *delivery_result;
	const char *authres;
	const char *mail_from;
	const char *rcpt_to; /* list */
	const char *dkim_domain;
	const char *dkim_identity;
	const char *dkim_selector;
	const char *spf_dns; /* list */
	const char *subject;
	const char *header; /* list: "Name: value"; "" when none is kept */
};

/* How many failures of one hour are kept; others are counted in them. */
struct store_failure_limits {
	int64_t per_domain; /* policy domain */
	int64_t per_hour;
};

/* What an incident got that asked for a place (store_budget.h). */
struct store_place {
	bool is_counted; /* in a row of its pair and hour, and not kept */
	int64_t hour_s;
	/* of that row; "" otherwise */
	char reference[REFERENCE_TEXT];
	char network[NET_BLOCK_TEXT];		    /* "": any */
	char author_domain[LIMIT_DOMAIN_BYTES + 1]; /* "": any */
	long budget;
	/* the budget's own */
	bool is_reserve;
	int64_t taken_bytes;
};

/* A row of incidents that were only counted. */
#define STORE_DISPOSITIONS 5 /* none, tag, quarantine, reject, tempfail */
extern const char *const store_dispositions[STORE_DISPOSITIONS];

struct store_counted {
	const char *reference; /* each of their messages was answered with it */
	const char *network;   /* "192.0.2.0/24"; "": of any */
	const char *author_domain; /* with all below it; "": any */
	int64_t hour_s;
	int64_t budget; /* of a pair in that hour */
	int64_t first_s;
	int64_t last_s;
	int64_t messages;
	int64_t applied[STORE_DISPOSITIONS]; /* of them */
};

/* What DNS said of a policy domain whose mail passes: bytes that mean nothing
 * here. */
struct store_remembered {
	const char *policy_domain;
	int64_t days;	  /* on which its mail passed */
	int64_t last_day; /* since 1970 */
	const char *gone; /* a domain to be forgotten for it; "" */
	struct span answers;
};

struct store_entry {
	int64_t time_s;
	struct store_tuple tuple;
	bool has_incident; /* to be kept */
	struct store_incident incident;
	/* Of an incident: addresses that it is found by, in small letters; ""
	 * or NULL: none. */
	const char *from_address;
	const char *sender_address; /* of MAIL FROM, where it is another */
	bool is_counted; /* an incident that got no place */
	struct store_place place;
	bool has_failure;
	struct store_failure failure;
	struct store_failure_limits failure_limits;
	bool has_remembered;
	struct store_remembered remembered;
};

enum store_outcome {
	STORE_COMMITTED,
	STORE_LATE,  /* not committed within the wait; it may be, later: a slow
			disk, or another program that holds the lock */
	STORE_LOST,  /* the queue is full, or writing failed */
	STORE_ENDED, /* by store_end(): not taken */
};

#endif
