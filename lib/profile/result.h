/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROFILE_RESULT_H
#define PROFILE_RESULT_H

/*
 * result - what became of a profile's rows, as plain data, and said
 *
 * A row that nothing was seen of is never met: what could not be looked at is a
 * state of its own, as is what does not concern a domain, and what is declared.
 * Texts of strangers are escaped by who leaves the result. Everything belongs
 * to the list's context. One thread at a time.
 */

#include "lib/profile/profile.h"
#include "lib/show/rows.h"

enum profile_state {
	PROFILE_MET,
	PROFILE_NOT_CONCERNED, /* it speaks of what this one does not do */
	PROFILE_TO_DECLARE,    /* by the body itself */
	PROFILE_NOT_CHECKABLE,
	PROFILE_NOT_MET,
	PROFILE_STATES,
};

struct profile_result {
	const struct profile_row *row;
	enum profile_state state;
	const char *evidence; /* what was seen, or why nothing was; one line */
	const char *todo;     /* NULL: nothing */
	const char *fix;      /* records to paste, a line each; or NULL */
};

struct profile_results {
	enum profile_id profile;
	const char *domain; /* NULL: the host */
	size_t count;
	struct profile_result *items;
};

struct profile_results *profile_results_new(TALLOC_CTX *mem,
					    enum profile_id profile,
					    const char *domain);

/* What was seen is copied, and its `row` and `state` stand for themselves; the
 * row's advice is the todo of what is not met or to be declared, where none is
 * given. */
void profile_results_add(struct profile_results *results,
			 const struct profile_result *seen);

size_t profile_results_count(const struct profile_results *results,
			     enum profile_state state);

/* "met" "not concerned" "to declare" "not checkable" "not met" */
const char *profile_state_text(enum profile_state state);

/* Rows for programs; for people nothing is written by it. */
struct rows profile_show_begin(FILE *file, enum show_form form);

/* For people what is worst comes last, then the count. */
void profile_show(struct rows *rows, const struct profile_results *results);

#endif
