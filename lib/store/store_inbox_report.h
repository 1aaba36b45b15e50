/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_INBOX_REPORT_H
#define STORE_STORE_INBOX_REPORT_H

/*
 * store_inbox_report - a report of others, as it is kept (plain data)
 *
 * Texts are clean (lib/report/read) and its maker's. Times of a report are a
 * stranger's word, in seconds.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum store_inbox_kind { INBOX_DMARC, INBOX_TLS, INBOX_FAILURE };

/* What counts; the words of the column are store_inbox_state_text(). */
enum store_inbox_state {
	INBOX_KEPT,
	INBOX_FAILED,  /* its own mail fails DMARC */
	INBOX_DIFFERS, /* another one under its key counts */
	INBOX_PARTIAL, /* not yet whole */
	INBOX_LEAVING, /* no longer */
};

/* Is it from whom it says? */
enum store_inbox_proof {
	INBOX_PROOF_NONE,   /* nobody knows */
	INBOX_PROOF_SENDER, /* its mail passed DMARC for whom it names */
	INBOX_PROOF_OTHER,  /* its mail names another */
};

enum store_inbox_applied {
	INBOX_APPLIED_NONE,
	INBOX_APPLIED_QUARANTINE,
	INBOX_APPLIED_REJECT,
};

/* Messages of one source, alike in all of it. */
struct store_inbox_row {
	const char *address; /* RFC 5952, or dotted */
	const char *cause;   /* why they failed; "" where they passed */
	bool is_dkim_aligned;
	bool is_spf_aligned;
	enum store_inbox_applied applied;
	int64_t messages;
};

struct store_inbox_tls_failure {
	const char *type;
	const char *mx; /* the host name, else its HELO */
	const char *receiving_ip;
	const char *sending_ip;
	int64_t sessions;
	const char *reason;
	const char *information;
};

struct store_inbox_tls {
	const char *policy;
	const char *domain;
	const char *mx_hosts;
	int64_t successful;
	int64_t failed;
	size_t failure_count;
	const struct store_inbox_tls_failure *failures;
};

struct store_inbox_failure {
	const char *source_ip;
	const char *auth_failure;
	const char *alignment;
	const char *delivery;
	const char *mail_from_domain;
	const char *dkim_domain;
	const char *dkim_selector;
};

struct store_inbox_report {
	enum store_inbox_kind kind;
	const char *reporter;
	const char *ident;
	int64_t begin_s;
	int64_t end_s;
	const char *domain;
	const char *digest; /* of what it says */
	enum store_inbox_state state;
	int64_t day_s; /* when it counts, and came */
	int64_t received_s;
	int64_t messages;    /* or sessions */
	const char *sender;  /* the author domain of its mail; "" for none */
	const char *verdict; /* of DMARC, for that; "" where not known */
	const char *claim;   /* the domain that it names as its maker; or "" */
	enum store_inbox_proof proof;
	const char *policy;
	const char *notes;
	/* what its kind has */
	size_t row_count;
	const struct store_inbox_row *rows;
	size_t tls_count;
	const struct store_inbox_tls *tls;
	const struct store_inbox_failure *failure;
};

#endif
