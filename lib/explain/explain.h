/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

/*
 * explain - an evaluation step by step, in words for a postmaster
 *
 * The one source is the incident as the store has it; a message that was just
 * evaluated becomes one first (record_incident), so that both are told alike.
 * Nothing is asked and nothing is judged again: what is said follows from what
 * was found then. Rows of older versions lack some of it, which is then left
 * out.
 *
 * Lines are printable ASCII, whatever the row holds: senders chose much of it.
 */

#include "lib/explain/explanation.h"
#include "lib/show/show.h"
#include "lib/store/store.h"

/* What is explained. */
struct explain_subject {
	const struct store_incident *incident;
	const char *file; /* a message there; NULL: an incident of the store */
	const char *note; /* what must be known of it first; NULL: nothing */
};

/* Texts belong to `mem`. `is_recorded`: the reference stands in the store, so
 * other commands can be told to look at it. */
struct explanation *explain_incident(TALLOC_CTX *mem,
				     const struct store_incident *incident,
				     const struct explain_today *today,
				     bool is_recorded);

/* All of it, below a heading. */
struct show *explain_show(TALLOC_CTX *mem,
			  const struct explain_subject *subject,
			  const struct explanation *explanation);

#endif
