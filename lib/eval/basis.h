/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVAL_BASIS_H
#define EVAL_BASIS_H

/*
 * basis - does an outcome rest on what the DNS says, or on what it said?
 *
 * A pass rests on the policy and on the freshest identifier that made it; a
 * fail on the policy and on every lookup that could have made it a pass; any
 * other result on the policy. What a name that is not aligned says decides
 * nothing: else a stranger whose own servers fall silent would have his spoofs
 * told to come again instead of refused, and kept out of reports. Pure.
 */

#include "lib/eval/verdict.h"

/* The least fresh answer of each kind. */
struct basis_staleness {
	enum dns_staleness policy; /* and the walks of identifiers */
	enum dns_staleness spf;
	const enum dns_staleness *keys; /* of each of evidence.dkim */
};

/* Of a verdict whose result and alignment stand. */
enum basis basis_find(const struct verdict *verdict,
		      const struct basis_staleness *staleness);

#endif
