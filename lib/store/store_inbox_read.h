/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_INBOX_READ_H
#define STORE_STORE_INBOX_READ_H

/*
 * store_inbox_read - what the kept reports of others add up to
 *
 * Sums of rows, as they come out of the database: two million rows in seconds,
 * in memory that grows with what is different. What fails DMARC itself, or
 * differs from what counts, is in no sum and has a list of its own. Sessions of
 * different policy types are never added: one session may be in both. Texts
 * stay until `seen` returns; it returns false to end the list.
 */

#include "lib/store/store_inbox.h"

struct store_inbox_period {
	int64_t before_s; /* where the period to compare with begins */
	int64_t since_s;
	int64_t until_s;
	const char *domain;  /* "": all */
	const char *address; /* of a source; "": all */
	/* Sums are of reports that are proved to be from whom they name alone
	 * (INBOX_PROOF_SENDER). */
	bool is_proved;
};

/* Messages of one source that are alike in why they failed. */
struct store_inbox_sum {
	const char *domain;
	const char *address;
	const char *cause; /* "": none did */
	int64_t messages;
	int64_t aligned;
	int64_t dkim_aligned;
	int64_t spf_aligned;
	int64_t quarantined;
	int64_t rejected;
	int64_t before; /* messages of the period before, and aligned ones */
	int64_t before_aligned;
	int64_t first_s; /* of the source, in all that is kept */
	int64_t last_s;
};

/* By domain, then source. */
bool store_inbox_sums(struct store_inbox *inbox,
		      const struct store_inbox_period *period,
		      bool (*seen)(void *context,
				   const struct store_inbox_sum *sum),
		      void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Reports of one kind that count, alike in whom they are from. */
struct store_inbox_reporter {
	const char *kind;
	const char *domain; /* whom they are about */
	const char *reporter;
	const char *claim;  /* the domain that they name; or "" */
	const char *sender; /* of their mail; or "" */
	enum store_inbox_proof proof;
	int64_t reports;
};

/* By reporter; those that are from another than they name first. */
bool store_inbox_reporters(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_reporter *reporter),
    void *context, struct error *err) __attribute__((warn_unused_result));

struct store_inbox_tls_sum {
	const char *domain;
	const char *reporter;
	const char *policy;
	int64_t successful;
	int64_t failed;	 /* as the summaries say */
	int64_t first_s; /* the first and the last day with a failure; or 0 */
	int64_t last_s;
};

bool store_inbox_tls_sums(struct store_inbox *inbox,
			  const struct store_inbox_period *period,
			  bool (*seen)(void *context,
				       const struct store_inbox_tls_sum *sum),
			  void *context, struct error *err)
    __attribute__((warn_unused_result));

/* Failures of what such a sum is of, alike in type and receiving host. */
struct store_inbox_tls_detail {
	const char *domain;
	const char *reporter;
	const char *policy;
	const char *type;
	const char *mx;
	const char *receiving_ip;
	int64_t sessions;
	int64_t first_s; /* the first and the last day of these */
	int64_t last_s;
};

bool store_inbox_tls_details(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_tls_detail *detail),
    void *context, struct error *err) __attribute__((warn_unused_result));

/* Failure reports of one source about one domain, and the incidents of our own
 * record with both. */
struct store_inbox_failure_sum {
	const char *domain;
	const char *source_ip;
	const char *auth_failure;
	int64_t reports;
	int64_t last_s;
	int64_t incidents;
};

bool store_inbox_failures(
    struct store_inbox *inbox, const struct store_inbox_period *period,
    bool (*seen)(void *context, const struct store_inbox_failure_sum *sum),
    void *context, struct error *err) __attribute__((warn_unused_result));

/* A report that counts nowhere: INBOX_FAILED, INBOX_DIFFERS. */
struct store_inbox_apart {
	const char *kind;
	const char *state; /* store_inbox_state_text() */
	const char *reporter;
	const char *ident;
	const char *domain;
	const char *sender;
	int64_t received_s;
	int64_t messages;
};

/* The latest first. */
bool store_inbox_apart(struct store_inbox *inbox,
		       const struct store_inbox_period *period,
		       bool (*seen)(void *context,
				    const struct store_inbox_apart *apart),
		       void *context, struct error *err)
    __attribute__((warn_unused_result));

/* What was set aside in the period, the latest first; with `id`, that one
 * alone, whenever. */
bool store_inbox_asides(struct store_inbox *inbox,
			const struct store_inbox_period *period, int64_t id,
			bool (*seen)(void *context,
				     const struct store_inbox_aside *aside),
			void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
