/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_CARD_H
#define SCORECARD_CARD_H

/*
 * card - what is said of a month, whatever the form
 *
 * Plain data: the counters of the month by class of author domain, how far
 * they reach, the findings about own domains, and the rows of evidence. Who
 * writes a form (show.h, page.h) decides nothing.
 */

#include "lib/base/text.h"
#include "lib/scorecard/domain_list.h"
#include "lib/scorecard/month.h"
#include "lib/scorecard/posture_past.h"
#include "lib/stats/report.h"
#include "lib/store/store_month.h"

/* The first that fits counts. */
enum card_class {
	CARD_OWN,
	CARD_PUBLIC,
	CARD_PARTNERS,
	CARD_REST,
	CARD_NONE, /* no single author domain, or counted without it */
	CARD_CLASSES
};

struct card_class_words {
	const char *word;  /* for programs */
	const char *label; /* for people */
};

extern const struct card_class_words card_class_words[CARD_CLASSES];

/* What who makes a card knows besides the store. */
struct card_setup {
	struct month month;
	int64_t now_s;
	const char *host; /* NULL: not known, as all of the configuration */
	const char *mode;
	bool is_validating;	     /* dns.dnssec */
	int64_t keep_s;		     /* store.keep_results; 0: not known */
	const struct text_list *own; /* own.domains */
	struct domain_list public_sector;
	struct domain_list partners;
	size_t limit; /* domains of a class */
};

/* How far the counters of a month reach. */
struct card_coverage {
	int64_t record_s; /* the first hour of the whole record; 0: none */
	int64_t kept_s;	  /* what is older has been purged; 0: not known */
	int days;	  /* of the month, up to now */
	int days_counted; /* of them, those with messages */
	bool is_whole;	  /* the month is over, and all of it is kept */
	bool is_over;
};

struct card {
	const struct card_setup *setup;
	const struct stats *stats;
	struct stats_report report; /* of the same figures, for their words */
	struct card_coverage coverage;
	struct store_month reports; /* that went and came */
	const struct posture_past *posture;
};

/* Reads the store. Below `mem`; the setup outlives the card. */
bool card_make(TALLOC_CTX *mem, struct store_reader *reader,
	       const struct card_setup *setup,
	       const struct posture_past *posture, struct card **card,
	       struct error *err) __attribute__((warn_unused_result));

/* Author domains of the class. */
size_t card_domains(const struct card *card, enum card_class class);

/* What limits the figures, or why there are none: sentences, in ASCII. */
struct text_list card_notes(TALLOC_CTX *mem, const struct card *card);

/* How the classes were made: sentences. */
struct text_list card_class_notes(TALLOC_CTX *mem, const struct card *card);

/* What was done with mail that was not simply let in: rows of --by reason. */
struct stats_rows card_reasons(TALLOC_CTX *mem, const struct card *card);

/* "2026-10-01 00:00 to 2026-11-01 00:00 UTC". */
const char *card_span(TALLOC_CTX *mem, const struct card *card);

#endif
