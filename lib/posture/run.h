/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_RUN_H
#define POSTURE_RUN_H

/*
 * run - many domains at a time
 *
 * A domain's questions follow from one another's answers; so some domains are
 * looked at side by side, each by a thread, to have many questions in flight.
 * The threads share the DNS and nothing else.
 */

#include "lib/posture/gather.h"
#include "lib/posture/posture.h"

/* Takes the domains in their order; the posture is sorted, may be changed, and
 * lives until it returns. False ends the run. */
typedef bool posture_taken(void *context, struct posture *posture);

/* Looks at all domains, which are in inner form. Calls `taken` from this
 * thread alone. False, with words, where no thread can be had. */
bool posture_run(const struct posture_sources *sources,
		 const struct text_list *domains, posture_taken *taken,
		 void *context, struct error *err)
    __attribute__((warn_unused_result));

#endif
