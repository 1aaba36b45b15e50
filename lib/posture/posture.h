/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_POSTURE_H
#define POSTURE_POSTURE_H

/*
 * posture - what is wrong with a domain's records, as plain data
 *
 * Three stages that know nothing of each other's work:
 *   gather.h  asks, and keeps what it was told as facts (facts.h)
 *   judge.h   looks at facts and leaves findings; pure, asks nothing; the
 *             records to publish instead are of mend.h
 *   show.h    writes findings, for people and for programs
 * What can be found at all stands in one table, kinds.h. A new subject brings
 * its part of the facts, a gatherer, a judge, and its rows of the table.
 *
 * What could not be looked at is no finding and no part of the grade: it stands
 * in `unchecked`, in words.
 *
 * Texts of strangers are escaped by who leaves the finding (posture_shown).
 * Everything belongs to the posture's context. One thread at a time.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/posture/kinds.h"
#include "lib/posture/sts_kept.h"

struct profile_results;

struct posture_finding {
	const struct posture_kind *kind;
	/* Of findings of one kind about one domain, which: a name, an address,
	 * a tag; "" where there is but one. Memory knows a finding by it, so it
	 * holds nothing that changes while the fault stays the same. */
	const char *detail;
	const char *seen; /* one line */
	const char *fix;  /* records to paste, a line each; or NULL */
	int64_t since_s;  /* first seen; 0: not known */
};

struct posture {
	const char *domain;
	size_t count;
	struct posture_finding *items;
	struct text_list unchecked;
	const struct profile_results *profile; /* NULL: none was asked for */
	/* The policy of MTA-STS that senders find, to be remembered; NULL
	 * where they find none. */
	const struct sts_kept *sts;
};

/* Below `mem`; the domain is copied. */
struct posture *posture_new(TALLOC_CTX *mem, const char *domain);

/* --- leaving findings; all texts are copied --- */

void posture_add(struct posture *posture, enum posture_kind_id kind,
		 const char *detail, const char *fix, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Something that could not be looked at, and why; the same but once. */
void posture_unchecked(struct posture *posture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Foreign text, fit for a terminal and short. */
const char *posture_shown(TALLOC_CTX *mem, struct span text);

/* A TXT record to paste: `NAME. TXT "..."`, in strings of 255 bytes at most. */
const char *posture_txt(TALLOC_CTX *mem, const char *name, const char *text);

/* --- once all are left --- */

/* Puts the worst first, and findings of one severity in the table's order. */
void posture_sort(struct posture *posture);

/* The worst severity; POSTURE_INFO too where there is no finding. */
enum posture_severity posture_worst(const struct posture *posture);

/* 'A' (nothing above info), 'B' low, 'C' medium, 'D' high, 'F' critical. */
char posture_grade(const struct posture *posture);

/* What is to be done first, in one line; for a sorted posture. */
const char *posture_next(TALLOC_CTX *mem, const struct posture *posture);

#endif
