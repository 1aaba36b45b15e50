/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge.c - findings from facts, subject by subject
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

/* Nothing can be published for a name that does not exist. */
static bool is_missing(const struct posture_facts *facts)
{
	return facts->hosts.addresses[0]->status == DNS_NXDOMAIN &&
	       facts->hosts.alias->status != DNS_OK;
}

void posture_judge(const struct posture_facts *facts, struct posture *posture)
{
	static void (*const subjects[])(const struct posture_facts *,
					struct posture *) = {
	    judge_names, judge_dmarc,  judge_spf,  judge_hosts, judge_pointers,
	    judge_tls,	 judge_dnssec, judge_keys, judge_live,	judge_parked,
	};

	if (is_missing(facts)) {
		posture_add(posture, POSTURE_DOMAIN_MISSING, "", NULL,
			    "there is no such name as %s", posture->domain);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(subjects); i++)
		subjects[i](facts, posture);
	posture_sort(posture);
}
