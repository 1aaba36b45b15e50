/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_EVIDENCE_H
#define SCORECARD_EVIDENCE_H

/*
 * evidence - what a month shows of what auditors ask for
 *
 * A row for each demand that counters or findings can speak to: the UK
 * government's email guidance, BSI TR-03182, PCI DSS 5.4.1. Demands are in our
 * own words, and no row says that one is met: it says what is on record, by
 * which method, from which host and when, and what is not shown by it.
 */

#include "lib/scorecard/card.h"

enum evidence_state {
	EVIDENCE_MISSING, /* nothing on record speaks to it */
	EVIDENCE_OPEN,	  /* what is on record has points against it */
	EVIDENCE_SHOWN,	  /* what is on record speaks for it */
};

struct evidence {
	const char *standard; /* "BSI TR-03182" */
	const char *number;   /* of its row or clause; "": not cited */
	const char *asked;
	enum evidence_state state;
	const char *shown;
	const char *method;
	const char
	    *date; /* a month, or the oldest of the domains' last looks */
	const char *host; /* "-" where it is not known */
	const char *not_shown;
};

struct evidence_list {
	size_t count;
	const struct evidence *items;
};

/* All rows, below `mem`. */
struct evidence_list evidence_of(TALLOC_CTX *mem, const struct card *card);

/* "missing" "open" "shown" for programs, "not shown" ... for people. */
const char *evidence_state_word(enum evidence_state state);
const char *evidence_state_label(enum evidence_state state);

#endif
