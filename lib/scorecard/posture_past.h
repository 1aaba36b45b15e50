/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCORECARD_POSTURE_PAST_H
#define SCORECARD_POSTURE_PAST_H

/*
 * posture_past - what was wrong with own domains in a month
 *
 * From what alignctl posture left in the store. A finding is closed by the
 * first look that no longer had it; at a domain that nobody looked at there is
 * nothing to say.
 */

#include "lib/base/text.h"
#include "lib/posture/kinds.h"
#include "lib/scorecard/month.h"
#include "lib/store/store_posture.h"

#define PAST_SEVERITIES (POSTURE_CRITICAL + 1)

struct past_finding {
	const char *domain;
	const char *name; /* "dmarc-missing" */
	const char *detail;
	const struct posture_kind *kind; /* NULL: this alignctl has none */
	enum posture_severity severity;	 /* of those, info */
	int64_t first_s;
	int64_t closed_s; /* 0: it stands */
	bool is_open;	  /* at the end of the month, or now */
	bool is_opened;	  /* in the month */
	bool is_closed;	  /* in the month */
};

struct past_domain {
	const char *domain;
	int64_t look_s;	 /* the last look; 0: none before the month's end */
	int64_t whole_s; /* the last that left nothing out; 0: none */
	size_t open[PAST_SEVERITIES];
	size_t opened;
	size_t closed;
};

struct posture_past {
	size_t domain_count;
	struct past_domain *domains; /* own ones, as they were given */
	size_t count;
	struct past_finding *findings; /* of the month; the worst first */
	/* sums over the domains */
	size_t open[PAST_SEVERITIES];
	size_t opened;
	size_t closed;
	size_t looked;	/* domains with a look */
	size_t stale;	/* of them, those without one since the month began */
	int64_t look_s; /* the oldest of the domains' last looks; 0: none */
};

/* Of these domains; those that the store knows besides are left out. Below
 * `mem`. */
bool posture_past_read(TALLOC_CTX *mem, struct store_posture *store,
		       const struct text_list *domains,
		       const struct month *month, int64_t now_s,
		       struct posture_past **past, struct error *err)
    __attribute__((warn_unused_result));

/* How many open findings above info have a name that begins so: "mta-sts".
 * Of several, NULL ends them. */
size_t posture_past_open(const struct posture_past *past,
			 const char *const *prefixes);

/* Likewise all open ones above info. */
size_t posture_past_all_open(const struct posture_past *past);

/* How many domains were looked at, and what stands, was opened and closed:
 * sentences, below `mem`. */
const char *posture_past_words(TALLOC_CTX *mem,
			       const struct posture_past *past);

#endif
