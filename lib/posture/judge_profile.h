/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POSTURE_JUDGE_PROFILE_H
#define POSTURE_JUDGE_PROFILE_H

/*
 * judge_profile - what a domain meets of a profile, row by row
 *
 * From the facts and the findings that were left about them. A row is met where
 * its part was seen and nothing speaks against it; one of whose part something
 * could not be seen is not checkable. Pure.
 */

#include "lib/posture/facts.h"
#include "lib/posture/posture.h"
#include "lib/profile/result.h"

/* Below the posture. */
struct profile_results *posture_judge_profile(const struct posture_facts *facts,
					      struct posture *posture,
					      enum profile_id profile);

#endif
