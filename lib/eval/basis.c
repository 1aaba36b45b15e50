/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * basis.c - does an outcome rest on what the DNS says, or on what it said?
 */
#include "lib/eval/basis.h"

static enum dns_staleness worse(enum dns_staleness a, enum dns_staleness b)
{
	return a > b ? a : b;
}

/* One identifier is enough. */
static enum dns_staleness of_pass(const struct verdict *verdict,
				  const struct basis_staleness *staleness)
{
	const struct evidence_signatures *dkim = &verdict->evidence.dkim;
	enum dns_staleness best = DNS_REMEMBERED;

	if (verdict->is_spf_aligned)
		best = staleness->spf;
	for (size_t i = 0; i < dkim->count; i++) {
		if (verdict->is_aligned[i] &&
		    dkim->items[i].result == AUTH_PASS &&
		    staleness->keys[i] < best)
			best = staleness->keys[i];
	}
	return best;
}

/* An alignment that stayed unknown might have been one. */
static enum dns_staleness of_fail(const struct verdict *verdict,
				  const struct basis_staleness *staleness)
{
	enum dns_staleness worst = verdict->spf_alignment == ALIGNMENT_NO
				       ? DNS_FRESH
				       : staleness->spf;

	for (size_t i = 0; i < verdict->evidence.dkim.count; i++) {
		if (verdict->dkim_alignment[i] != ALIGNMENT_NO)
			worst = worse(worst, staleness->keys[i]);
	}
	return worst;
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
