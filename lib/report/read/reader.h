/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_READ_READER_H
#define REPORT_READ_READER_H

/*
 * reader - what is told of a report that others sent
 *
 * Plain data, and who is told it: all files of this folder know these.
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
	/* It is refused, and so are the rows told before; why, in clean
	 * words. */
	void (*refused)(void *context, const char *name, const char *why);
	void *context;
};

#endif
