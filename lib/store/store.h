/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_H
#define STORE_STORE_H

/*
 * store - the record of what was decided
 *
 * Results are counters: one row per hour and distinct tuple; the tuple holds
 * every input of decide(). Incidents are one row per message that was not
 * plainly fine. Never a body, never a recipient's local part.
 *
 * One writer thread owns the writing connection and commits in groups;
 * store_record() hands an entry over and waits for its commit. A killed
 * process therefore loses nothing that was answered. If the store cannot take
 * an entry within the bound, the mail flows on: the caller counts and logs it.
 *
 * Readers (alignctl) open the same file beside a running daemon. The schema is
 * versioned; an older file is migrated forward by a writer, a newer one is
 * refused. Times are seconds since 1970, UTC. A file is not trusted further
 * than that: a row that alignd cannot have written is left out by all readers,
 * which name and count it (store_flaws.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/error.h"
#include "lib/base/json.h"
#include "lib/base/limits.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"
#include "lib/base/reference.h"
#include "lib/base/settings.h"
#include "lib/store/store_flaws.h"

enum store_durability { DURABILITY_COMMIT, DURABILITY_SYNC };

struct store_settings {
	const char *sqlite; /* path of the database; "" switches it off */
	int durability;	    /* enum store_durability */
	int64_t keep_incidents_ms;
	int64_t keep_results_ms;
	long max_size;		 /* MiB; 0: no bound, store_size.h */
	long incidents_per_pair; /* an hour, store_budget.h; 0: all are kept */
};

extern const struct setting store_setting_rows[];

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
	const char *policy;   /* p, sp or np in force before t and pct */
	const char *asked;    /* "" without a policy */
	const char *applied;
	const char *override_type;
	const char *override_comment;
	const char *tls_version;
	int is_report_mail; /* a report, or a bounce of one of ours */
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

struct store_entry {
	int64_t time_s;
	struct store_tuple tuple;
	bool has_incident; /* to be kept */
	struct store_incident incident;
	bool is_counted; /* an incident that got no place */
	struct store_place place;
	bool has_failure;
	struct store_failure failure;
	struct store_failure_limits failure_limits;
};

enum store_outcome {
	STORE_COMMITTED,
	STORE_LATE,  /* not committed within the wait; it may be, later: a slow
			disk, or another program that holds the lock */
	STORE_LOST,  /* the queue is full, or writing failed */
	STORE_ENDED, /* by store_end(): not taken */
};

struct store_statistics {
	uint64_t committed; /* entries */
	uint64_t groups;    /* transactions */
	uint64_t lost;
	uint64_t queued;	/* now */
	uint64_t oldest_ms;	/* how long the first of them has waited */
	uint64_t last_error_s;	/* when writing last failed; 0: never */
	uint64_t counted;	/* incidents that were only counted */
	uint64_t others;	/* results counted with less detail */
	uint64_t kept_bytes;	/* of the texts of what was committed */
	uint64_t file_bytes;	/* the database, its log left out */
	uint64_t used_bytes;	/* of these; as of a minute ago */
	uint64_t max_bytes;	/* they may be, 0: no bound */
	uint64_t shed;		/* rows, or parts, that went before their time */
	uint64_t clock_doubted; /* 1: nothing is purged on its word */
};

struct store;

/* Opens for writing, migrates, starts the writer thread. `host` names this
 * machine in the rows. Errors say what to do about file and directory. */
bool store_open(const struct store_settings *settings, const char *host,
		const struct clock *clock, struct store **store,
		struct error *err) __attribute__((warn_unused_result));

/* Likewise for a daemon: what is wrong with the file (a full disk, no right to
 * write, damage, a newer schema, to which nothing is written then) does not
 * keep it from starting. `fault` says it, ERROR_NONE when all is well; each
 * record tries again, and is lost and counted until it can be written. False:
 * the setting is wrong, `err` says how. */
bool store_start(const struct store_settings *settings, const char *host,
		 const struct clock *clock, struct store **store,
		 struct error *fault, struct error *err)
    __attribute__((warn_unused_result));

/* Takes nothing more, commits what is queued, ends the thread. What other
 * threads may ask of the store they may still ask. NULL is fine, and so is the
 * second time. */
void store_end(struct store *store);

/* Ends it and frees it. NULL is fine. */
void store_close(struct store *store);

/* Takes a place for the incident that a message is, before it is answered. The
 * place goes with its entry to store_record(). From any thread. */
void store_take_place(struct store *store, int64_t time_s,
		      const char *client_ip, const char *author_domain,
		      struct store_place *place);

/* Records one message; waits at most `wait_ms` for the commit. The entry's
 * texts are copied. From any thread. */
enum store_outcome store_record(struct store *store,
				const struct store_entry *entry,
				int64_t wait_ms);

void store_get_statistics(struct store *store,
			  struct store_statistics *statistics);

/* Why nothing is purged on the clock's word; false where it is believed. Says
 * so once in an hour. */
bool store_clock_doubt(struct store *store, struct error *err);

/* Why the last writing failed, and when; false when none has. */
bool store_last_error(struct store *store, struct error *err, int64_t *time_s);

/* --- reading --- */

struct store_reader;

bool store_reader_open(TALLOC_CTX *mem, const char *path,
		       struct store_reader **reader, struct error *err)
    __attribute__((warn_unused_result));

/* Where to list the rows that cannot be read and are left out; NULL, as it
 * begins: nowhere. The flaws outlive the reader. */
void store_reader_list_flaws(struct store_reader *reader,
			     struct store_flaws *flaws);

/* Which incidents; zero or NULL members do not filter. Newest first. */
struct store_filter {
	int64_t since_s;
	int64_t until_s;
	const char *author_domain; /* the domain and all below it */
	const char *client_ip;	   /* an address, or a network "192.0.2.0/24" */
	const char *client_name;   /* the name and all below it */
	const char *applied;
	const char *reference;
	const char *dmarc_result;
	const char *asked; /* "" finds those without a policy */
	const char *override_type;
	const char *reason; /* part of it; ASCII case does not matter */
	const char *host;   /* that received it */
	const char *queue_id;
	bool is_open; /* nobody has acted on it (store_acts.h) */
	long limit;   /* 0: all */
};

/* Calls `seen` for each until it returns false. */
bool store_incidents(struct store_reader *reader,
		     const struct store_filter *filter,
		     bool (*seen)(void *context,
				  const struct store_incident *incident),
		     void *context, struct error *err)
    __attribute__((warn_unused_result));

/* All references, in no order; some may come twice. For finding what somebody
 * meant who typed one that does not exist. */
bool store_references(struct store_reader *reader,
		      bool (*seen)(void *context, const char *reference),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Result rows in a period, oldest first. */
bool store_results(struct store_reader *reader, int64_t since_s,
		   int64_t until_s,
		   bool (*seen)(void *context, int64_t hour_s, int64_t count,
				const struct store_tuple *tuple),
		   void *context, struct error *err)
    __attribute__((warn_unused_result));

/* What passed DMARC in the name of an author domain: each distinct tuple with
 * its messages and its last hour, the latest first, at most `limit`. */
bool store_passes(struct store_reader *reader, const char *author_domain,
		  long limit,
		  bool (*seen)(void *context, int64_t last_hour_s,
			       int64_t count, const struct store_tuple *tuple),
		  void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Likewise for all author domains, with the first hour of each tuple instead
 * of its last; those seen last come first. */
bool store_all_passes(struct store_reader *reader, long limit,
		      bool (*seen)(void *context, int64_t first_hour_s,
				   int64_t count,
				   const struct store_tuple *tuple),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
