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

#include "lib/base/settings.h"
#include "lib/policy/override.h"
#include "lib/store/store.h"

struct explanation_step {
	const char *name;  /* "client" "from" ..., for programs */
	const char *title; /* "Who sent it" */
	struct text_list lines;
};

/* What had the last word. NULL members are not known. */
struct explanation_decider {
	const char *name;  /* "policy.on_reject", "override NAME",
			      "dmarc=pass" */
	const char *value; /* "quarantine"; NULL for a result */
	const char *file;
	int64_t line;	  /* 0: not set there, a default */
	const char *text; /* the line */
};

#define EXPLANATION_STEPS 12

struct explanation {
	size_t count;
	struct explanation_step steps[EXPLANATION_STEPS];
	struct explanation_decider decider;
};

/* The configuration of today, to tell what differs; members may be NULL. */
struct explain_today {
	const struct settings_origins *origins;
	const struct override_set *overrides;
	int64_t now_s;
};

/* Texts belong to `mem`. `is_recorded`: the reference stands in the store, so
 * other commands can be told to look at it. */
struct explanation *explain_incident(TALLOC_CTX *mem,
				     const struct store_incident *incident,
				     const struct explain_today *today,
				     bool is_recorded);

#endif
