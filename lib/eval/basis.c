/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * basis.c - does an outcome rest on what the DNS says, or on what it said?
 */
#include "lib/eval/basis.h"

static enum dns_staleness worse(enum dns_staleness a, enum dns_staleness b)
{
	return a > b ? a : b;
}

static bool has_aligned_signature(const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->evidence.dkim.count; i++) {
		if (verdict->is_aligned[i])
			return true;
	}
	return false;
}

/* One identifier is enough. */
static enum dns_staleness of_pass(const struct verdict *verdict,
				  const struct basis_staleness *staleness)
{
	enum dns_staleness best = DNS_REMEMBERED;

	if (verdict->is_spf_aligned && staleness->spf < best)
		best = staleness->spf;
	if (verdict->is_dkim_aligned && staleness->keys < best)
		best = staleness->keys;
	return best;
}

static enum dns_staleness of_fail(const struct verdict *verdict,
				  const struct basis_staleness *staleness)
{
	enum dns_staleness keys =
	    has_aligned_signature(verdict) ? staleness->keys : DNS_FRESH;

	return worse(staleness->spf, keys);
}

enum basis basis_find(const struct verdict *verdict,
		      const struct basis_staleness *staleness)
{
	static const enum basis bases[] = {
	    [DNS_FRESH] = BASIS_ANSWERED,
	    [DNS_STALE] = BASIS_STALE,
	    [DNS_REMEMBERED] = BASIS_REMEMBERED,
	};
	enum dns_staleness evidence = DNS_FRESH;

	if (verdict->result == DMARC_RESULT_PASS)
		evidence = of_pass(verdict, staleness);
	else if (verdict->result == DMARC_RESULT_FAIL)
		evidence = of_fail(verdict, staleness);
	return bases[worse(staleness->policy, evidence)];
}
