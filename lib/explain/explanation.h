/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_EXPLANATION_H
#define EXPLAIN_EXPLANATION_H

/*
 * explanation - what is said of a message, step by step, as plain data
 */

#include "lib/base/settings.h"
#include "lib/policy/identity.h"
#include "lib/policy/override.h"

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
	const char *by;	  /* whose default it is: "profile uk-gov"; NULL:
			     alignd's, or it is set */
};

/* An answer of the DNS that decided something, and what DNSSEC said of it. */
struct explanation_answer {
	const char *decided; /* "dmarc" "spf" "dkim" */
	const char *type;
	const char *name;
	const char *security; /* NULL: not recorded */
};

#define EXPLANATION_STEPS 12

struct explanation {
	size_t count;
	struct explanation_step steps[EXPLANATION_STEPS];
	struct explanation_decider decider;
	size_t answer_count;
	struct explanation_answer *answers;
};

/* The configuration of today, to tell what differs; members may be NULL: then
 * there is none, or it is not known. */
struct store_path_list;

struct explain_today {
	const struct settings_origins *origins;
	const struct override_set *overrides;
	bool is_unknown;		     /* it was refused */
	const struct store_path_list *paths; /* known ones; NULL: not asked */
	struct identity_names own;	     /* own.domains */
	struct identity_names protected;     /* protect.names */
	int64_t now_s;
};

#endif
