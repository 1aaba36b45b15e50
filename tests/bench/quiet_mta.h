/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_BENCH_QUIET_MTA_H
#define TESTS_BENCH_QUIET_MTA_H

/*
 * quiet_mta - what stands in for an MTA
 *
 * Does whatever it is asked, and remembers only that it was to hold the
 * message.
 */

#include "milter/mta.h"

struct quiet_mta {
	const char
	    *tls_version; /* of every connection; NULL: it does not say */
	bool is_held;
};

/* `state` outlives it. */
struct mta quiet_mta(struct quiet_mta *state);

#endif
