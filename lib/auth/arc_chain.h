/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_ARC_CHAIN_H
#define AUTH_ARC_CHAIN_H

/*
 * arc_chain - are the ARC fields of a message a chain at all? (RFC 8617 4.2,
 * 5.2 steps 1 to 3)
 *
 * Pure function: nothing is asked and nothing computed for what is no chain.
 */

#include "lib/auth/arc_set.h"
#include "lib/base/limits.h"

struct arc_set {
	const struct arc_field *parts[ARC_PARTS]; /* NULL: not there */
};

struct arc_chain {
	unsigned count;			     /* of sets; 1..50 */
	struct arc_set sets[LIMIT_ARC_SETS]; /* of instance 1, 2, ... */
};

/* NULL, or in words below `mem` why there is no chain. The chain points into
 * `fields`; it is of use only when NULL returned. */
const char *arc_chain_build(TALLOC_CTX *mem, const struct arc_field *fields,
			    size_t count, struct arc_chain *chain);

#endif
