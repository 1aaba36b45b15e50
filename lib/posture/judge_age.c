/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_age.c - what is wrong because it stands for so long
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include "lib/base/clock.h"

#define WATCHED_S (INT64_C(30) * 86400) /* long enough to read the reports */

static const struct posture_finding *find(const struct posture *posture,
					  enum posture_kind_id kind)
{
	for (size_t i = 0; i < posture->count; i++) {
		if (posture->items[i].kind == &posture_kinds[kind])
			return &posture->items[i];
	}
	return NULL;
}

void posture_judge_age(struct posture *posture, int64_t now_s)
{
	const struct posture_finding *none = find(posture, POSTURE_DMARC_NONE);
	char time[CLOCK_TEXT];

	if (none == NULL || none->since_s == 0 ||
	    now_s - none->since_s < WATCHED_S)
		return;
	const char *fix = none->fix;
	int64_t since_s = none->since_s;
	posture_add(posture, POSTURE_DMARC_NONE_LONG, "", fix,
		    "p=none since %s at least", clock_text(since_s, time));
	posture->items[posture->count - 1].since_s = since_s + WATCHED_S;
	posture_sort(posture);
}
