/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_LOOKALIKE_H
#define LOOKALIKE_LOOKALIKE_H

/*
 * lookalike - does an author's domain pass for one of ours?
 *
 * What is compared is the label below the public suffix, hyphens apart and
 * whatever the suffix: "examp1e-bank.net" beside "example-bank.gov.uk". How
 * long a name must be for each way of passing for it stands in lookalike.c;
 * a name that an operator lists as short is compared below that, too. DMARC
 * says nothing of this (RFC 9989 11.4): it is a finding, and what is done about
 * it is the operator's word.
 *
 * The list is made once for a configuration and not changed; any thread.
 */

#include <stdbool.h>

#include "lib/base/mem.h"
#include "lib/base/text.h"

enum lookalike_kind {
	LOOKALIKE_NONE,
	LOOKALIKE_CONFUSABLE, /* letters of other scripts (UTS 39) */
	LOOKALIKE_HOMOGLYPH,  /* "rn" for "m", "0" for "o" */
	LOOKALIKE_HYPHEN,     /* hyphens put in or left out */
	LOOKALIKE_TRANSPOSED, /* two neighbours have changed places */
	LOOKALIKE_EDIT,	      /* one letter more, fewer or another */
	LOOKALIKE_SUFFIX,     /* the same label below another suffix */
	LOOKALIKE_PERSON,     /* the name of a person of ours (people.h) */
};

#define LOOKALIKE_KINDS 8

/* Whose mail passed DMARC here on so many earlier days is told no more: what
 * is registered to be mistaken is used at once. The caller asks. */
#define LOOKALIKE_DAYS 2

/* In words for JSON, logs and filters: "none", "confusable" .. "person". */
const char *lookalike_word(enum lookalike_kind kind);
int lookalike_find_word(const char *text); /* -1: none of them */

/* All names are in the inner form (domain.h), and outlive the list. */
struct lookalike_rules {
	struct text_list own;	      /* own.domains */
	struct text_list names;	      /* protect.names */
	struct text_list short_names; /* of both: compared though short */
	struct text_list known; /* others' names that look so, and are fine */
	bool has_suffixes;	/* does LOOKALIKE_SUFFIX count? */
};

struct lookalike_list *lookalike_list_new(TALLOC_CTX *mem,
					  const struct lookalike_rules *rules);

struct lookalike {
	enum lookalike_kind kind;
	const char *name; /* the one it passes for, a domain or a person's
			     address; NULL where NONE */
};

/* `domain` is in the inner form. A name of ours, whatever stands below it, and
 * one that is known pass for nobody. NULL list: NONE. */
struct lookalike lookalike_find(const struct lookalike_list *list,
				const char *domain);

#endif
