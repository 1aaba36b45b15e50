/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_READER_H
#define REPORT_READ_READER_H

/*
 * reader - what is told of a report that others sent
 *
 * Plain data, and who is told it: all files of this folder know these. A reader
 * has all of the functions.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/error.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"

/* Texts are never NULL. */
struct received_report {
	const char *org_name;
	const char *email;
	const char *report_id;
	int64_t begin_s; /* 0 when unreadable */
	int64_t end_s;
	const char *domain; /* policy_published, lower case */
	const char *p;
	const char *sp;
	const char *np;
	const char *adkim;
	const char *aspf;
	const char *pct;
	const char *testing;
};

struct received_result {
	bool is_dkim; /* else SPF */
	const char *domain;
	const char *selector; /* DKIM */
	const char *scope;    /* SPF */
	const char *result;
};

struct received_row {
	const char *source_ip; /* RFC 5952, or dotted */
	int64_t count;	       /* 1 to RECEIVED_COUNT_MAX */
	const char *disposition;
	bool is_dkim_aligned; /* policy_evaluated */
	bool is_spf_aligned;
	const char *reason; /* types, with blanks between; "" for none */
	const char *header_from;
	const char *envelope_from;
	size_t result_count;
	const struct received_result *results;
};

/* A TLS report (RFC 8460): what is said of the whole. */
struct received_tls_report {
	const char *org_name;
	const char *contact; /* "" where null or absent */
	const char *report_id;
	int64_t begin_s; /* 0 when unreadable */
	int64_t end_s;
};

/* Sessions that failed in one way. */
struct received_tls_failure {
	const char *result_type; /* lower case */
	const char *sending_ip;	 /* "" where not said, or none */
	const char *mx_hostname;
	const char *mx_helo;
	const char *receiving_ip;
	int64_t sessions; /* 1 to RECEIVED_COUNT_MAX */
	const char *reason;
	const char *information; /* words or a URL; nobody follows it */
};

/* What was met under one policy. A session may be counted under sts and again
 * under tlsa: policies of different types are never added. */
struct received_tls_policy {
	const char *type;     /* lower case; "unknown" where not said */
	const char *domain;   /* lower case; "" where not said */
	const char *mx_hosts; /* with blanks between */
	int64_t successful;
	int64_t failed; /* as the summary says; the failures may say another */
	size_t failure_count;
	const struct received_tls_failure *failures;
};

/* A failure report about one message (RFC 6591), without what names a person:
 * of addresses the domain alone. */
struct received_failure {
	const char *type;	  /* Feedback-Type: "auth-failure", "abuse" */
	const char *domain;	  /* Reported-Domain, else the author's */
	const char *source_ip;	  /* "" where not said, or none */
	const char *auth_failure; /* "dmarc", "bodyhash", ... */
	const char *identity_alignment;
	const char *delivery_result;
	const char *mail_from_domain;
	const char *dkim_domain;
	const char *dkim_selector;
};

/* More than any mail server of the world sees in the period. */
#define RECEIVED_COUNT_MAX INT64_C(1000000000000)

#define RECEIVED_TIME_MAX 253402300799 /* the end of the year 9999 */

/* What is told while reading. Everything lives until the call returns. `name`
 * is the file and, below it, the mail or packed file. */
struct received_reader {
	/* A report begins; rows of it follow, then its end. */
	void (*row)(void *context, const struct received_report *report,
		    const struct received_row *row);
	/* It is whole: its rows count. `notes` are clean words. */
	void (*report)(void *context, const char *name,
		       const struct received_report *report,
		       const struct text_list *notes);
	/* Likewise of a TLS report: its policies, then its end. */
	void (*tls_policy)(void *context,
			   const struct received_tls_policy *policy);
	void (*tls_report)(void *context, const char *name,
			   const struct received_tls_report *report,
			   const struct text_list *notes);
	/* A failure report, whole. */
	void (*failure)(void *context, const char *name,
			const struct received_failure *failure);
	/* It is refused, and so are the rows and policies told before; why, in
	 * clean words. */
	void (*refused)(void *context, const char *name, const char *why);
	void *context;
};

#endif
