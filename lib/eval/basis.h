/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_BASIS_H
#define EVAL_BASIS_H

/*
 * basis - does an outcome rest on what the DNS says, or on what it said?
 *
 * A pass rests on the policy and on the freshest identifier that made it; a
 * fail on the policy and on every lookup that could have made it a pass, which
 * a stranger's broken signature is not; any other result on the policy. Pure.
 */

#include "lib/eval/verdict.h"

/* The least fresh answer of each kind. */
struct basis_staleness {
	enum dns_staleness policy; /* and the walks of identifiers */
	enum dns_staleness spf;
	enum dns_staleness keys;
};

/* Of a verdict whose result and alignment stand. */
enum basis basis_find(const struct verdict *verdict,
		      const struct basis_staleness *staleness);

#endif
