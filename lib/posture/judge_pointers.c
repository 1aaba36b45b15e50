/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_pointers.c - the names of the hosts from which mail leaves
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

static void judge_pointer(const struct posture_pointer *pointer,
			  struct posture *posture)
{
	if (pointer->iprev.result == AUTH_TEMPERROR)
		posture_unchecked(posture,
				  "the name of the host %s: DNS does not "
				  "answer",
				  pointer->client);
	else if (pointer->names->count == 0)
		posture_add(posture, POSTURE_PTR_MISSING, pointer->client, NULL,
			    "%s has no PTR record", pointer->client);
	else if (pointer->iprev.result != AUTH_PASS)
		posture_add(posture, POSTURE_PTR_UNCONFIRMED, pointer->client,
			    NULL, "%s is called %s, which has another address",
			    pointer->client, pointer->names->records[0].name);
}

void judge_pointers(const struct posture_facts *facts, struct posture *posture)
{
	if (judge_is_parked(facts))
		return; /* no host sends for it */
	for (size_t i = 0; i < facts->pointers.count; i++)
		judge_pointer(&facts->pointers.items[i], posture);
}
