/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_SIMULATE_STAND_IN_H
#define TESTS_SIMULATE_STAND_IN_H

/*
 * stand_in - what stands in for the log
 *
 * Keeps what was said of the message that is being judged. What the daemon logs
 * as an error of its own ends the program. The main thread alone.
 */

#include "lib/policy/decide.h"

struct judged {
	enum disposition applied;
	bool is_replayed; /* a signed header came over other bodies */
};

extern struct judged stand_in_judged;

#endif
