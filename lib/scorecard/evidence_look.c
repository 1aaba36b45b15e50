/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * evidence_look.c - what the figures of a month say to one demand
 * Tested by test_alignctl_scorecard.
 */
#include "lib/scorecard/evidence_look.h"

#include <string.h>

#include "lib/stats/number.h"

static struct evidence_look found(enum evidence_state state, const char *words)
{
	return (struct evidence_look){.state = state, .words = words};
}

static const struct stats_tally *all_of(const struct card *card)
{
	return &card->stats->total;
}

/* --- counters --- */

static bool was_enforced(const struct card *card)
{
	return card->setup->mode != NULL &&
	       strcmp(card->setup->mode, "enforce") == 0 &&
	       all_of(card)->marked[STATS_SPARED] == 0;
}

struct evidence_look evidence_look_enforced(TALLOC_CTX *mem,
					    const struct card *card,
					    const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);
	const int64_t *failed = all->by[STATS_FAILED];

	(void)prefixes;
	return found(
	    was_enforced(card) ? EVIDENCE_SHOWN : EVIDENCE_OPEN,
	    mem_printf(
		mem,
		"Of %s messages judged %s failed DMARC: %s were refused, %s "
		"quarantined, %s tagged, %s let in. Monitor mode let in %s "
		"that enforce mode would not have; the mode now is %s.",
		stats_count(mem, all->messages),
		stats_count(mem, all->by[STATS_RESULT][DMARC_RESULT_FAIL]),
		stats_count(mem, failed[DISPOSITION_REJECT]),
		stats_count(mem, failed[DISPOSITION_QUARANTINE]),
		stats_count(mem, failed[DISPOSITION_TAG]),
		stats_count(mem, failed[DISPOSITION_NONE]),
		stats_count(mem, all->marked[STATS_SPARED]),
		card->setup->mode == NULL ? "not known" : card->setup->mode));
}

struct evidence_look evidence_look_judged(TALLOC_CTX *mem,
					  const struct card *card,
					  const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);
	int64_t errors = all->by[STATS_RESULT][DMARC_RESULT_TEMPERROR];

	(void)prefixes;
	return found(EVIDENCE_SHOWN,
		     mem_printf(mem,
				"%s messages were judged by SPF, DKIM and "
				"DMARC; of %s (%s) DNS did not answer.",
				stats_count(mem, all->messages),
				stats_count(mem, errors),
				stats_share(mem, errors, all->messages)));
}

struct evidence_look evidence_look_tls(TALLOC_CTX *mem, const struct card *card,
				       const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);
	const int64_t *tls = all->by[STATS_TLS];
	int64_t modern = stats_tally_modern_tls(all);

	(void)prefixes;
	return found(modern > 0 ? EVIDENCE_SHOWN : EVIDENCE_OPEN,
		     mem_printf(mem,
				"%s came over TLS 1.2 or 1.3, %s over an older "
				"version, %s without TLS; of %s it is not "
				"recorded.",
				stats_share(mem, modern, all->messages),
				stats_count(mem, tls[TLS_OLD]),
				stats_count(mem, tls[TLS_NONE]),
				stats_count(mem, tls[TLS_UNKNOWN])));
}

struct evidence_look evidence_look_not_refused(TALLOC_CTX *mem,
					       const struct card *card,
					       const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);

	(void)prefixes;
	return found(
	    EVIDENCE_SHOWN,
	    mem_printf(mem,
		       "alignd has no rule that refuses for want of TLS; %s "
		       "messages without TLS were judged like all others.",
		       stats_count(mem, all->by[STATS_TLS][TLS_NONE])));
}

struct evidence_look evidence_look_named(TALLOC_CTX *mem,
					 const struct card *card,
					 const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);
	const int64_t *ptr = all->by[STATS_PTR];

	(void)prefixes;
	return found(
	    EVIDENCE_SHOWN,
	    mem_printf(mem,
		       "Of the servers that wrote to us %s (by "
		       "messages) had a name that leads back to "
		       "them; %s messages came from a name that does "
		       "not, %s from none, of %s it is not recorded.",
		       stats_share(mem, ptr[PTR_CONFIRMED], all->messages),
		       stats_count(mem, ptr[PTR_UNCONFIRMED]),
		       stats_count(mem, ptr[PTR_MISSING]),
		       stats_count(mem, ptr[PTR_UNRECORDED])));
}

struct evidence_look evidence_look_overrides(TALLOC_CTX *mem,
					     const struct card *card,
					     const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);

	(void)prefixes;
	return found(
	    EVIDENCE_SHOWN,
	    mem_printf(mem,
		       "%s messages met another fate than the author's domain "
		       "asks for; each kind is counted with its reason.",
		       stats_count(mem, all->marked[STATS_OVERRIDDEN])));
}

struct evidence_look evidence_look_partners(TALLOC_CTX *mem,
					    const struct card *card,
					    const char *const *prefixes)
{
	const struct stats_tally *partners =
	    &card->stats->classes[CARD_PARTNERS].total;
	const struct stats_tally *public =
	    &card->stats->classes[CARD_PUBLIC].total;

	(void)prefixes;
	if (partners->messages + public->messages == 0)
		return found(EVIDENCE_MISSING,
			     "No mail of partners or of the public sector is "
			     "recorded for the month.");
	return found(
	    EVIDENCE_SHOWN,
	    mem_printf(
		mem,
		"Of partners' mail %s of %s messages passed DMARC, of the "
		"public sector's %s of %s.",
		stats_share(mem, partners->by[STATS_RESULT][DMARC_RESULT_PASS],
			    partners->messages),
		stats_count(mem, partners->messages),
		stats_share(mem, public->by[STATS_RESULT][DMARC_RESULT_PASS],
			    public->messages),
		stats_count(mem, public->messages)));
}

struct evidence_look evidence_look_quarantine(TALLOC_CTX *mem,
					      const struct card *card,
					      const char *const *prefixes)
{
	const struct stats_tally *all = all_of(card);

	(void)prefixes;
	return found(
	    EVIDENCE_SHOWN,
	    mem_printf(
		mem,
		"%s messages were quarantined, %s refused; each is an "
		"incident with its reason and reference, or counted in "
		"one of many.",
		stats_count(mem,
			    all->by[STATS_APPLIED][DISPOSITION_QUARANTINE]),
		stats_count(mem, all->by[STATS_APPLIED][DISPOSITION_REJECT])));
}

/* --- the configuration --- */

struct evidence_look evidence_look_validating(TALLOC_CTX *mem,
					      const struct card *card,
					      const char *const *prefixes)
{
	(void)mem;
	(void)prefixes;
	if (card->setup->host == NULL)
		return found(EVIDENCE_MISSING,
			     "The configuration could not be read.");
	return card->setup->is_validating
		   ? found(EVIDENCE_SHOWN,
			   "dns.dnssec = yes: answers are validated, and bogus "
			   "ones count as no answer.")
		   : found(EVIDENCE_OPEN,
			   "dns.dnssec = no: alignd does not validate.");
}

struct evidence_look evidence_look_nowhere(TALLOC_CTX *mem,
					   const struct card *card,
					   const char *const *prefixes)
{
	(void)mem;
	(void)card;
	(void)prefixes;
	return found(EVIDENCE_MISSING,
		     "The store of a month's counters does not tell.");
}

/* --- reports --- */

struct evidence_look evidence_look_sent(TALLOC_CTX *mem,
					const struct card *card,
					const char *const *prefixes)
{
	const struct store_month *reports = &card->reports;
	bool is_any = reports->aggregate_sent + reports->failure_sent > 0;

	(void)prefixes;
	return found(
	    !is_any ? EVIDENCE_MISSING
	    : reports->aggregate_sent > 0 && reports->failure_sent > 0
		? EVIDENCE_SHOWN
		: EVIDENCE_OPEN,
	    mem_printf(mem,
		       "%s aggregate and %s failure reports were sent, of "
		       "those that are still kept (report.keep).",
		       stats_count(mem, reports->aggregate_sent),
		       stats_count(mem, reports->failure_sent)));
}

struct evidence_look evidence_look_taken(TALLOC_CTX *mem,
					 const struct card *card,
					 const char *const *prefixes)
{
	const struct store_month *reports = &card->reports;
	bool is_any = reports->dmarc_taken + reports->tls_taken > 0;

	(void)prefixes;
	return found(is_any ? EVIDENCE_SHOWN : EVIDENCE_MISSING,
		     mem_printf(mem,
				"%s aggregate, %s failure and %s TLS reports "
				"of others about our domains were taken in; "
				"not counted: %s that nothing proves to be "
				"from whom they name.",
				stats_count(mem, reports->dmarc_taken),
				stats_count(mem, reports->failure_taken),
				stats_count(mem, reports->tls_taken),
				stats_count(mem, reports->unproved)));
}

/* --- findings about own domains --- */

static const char *looked_words(TALLOC_CTX *mem,
				const struct posture_past *past)
{
	const char *stale =
	    past->stale == 0
		? ""
		: mem_printf(mem, ", %zu of them not since the month began",
			     past->stale);

	if (past->looked == past->domain_count)
		return mem_printf(mem, "%zu own domain%s looked at%s",
				  past->looked, past->looked == 1 ? "" : "s",
				  stale);
	return mem_printf(mem, "%zu of %zu own domains looked at%s",
			  past->looked, past->domain_count, stale);
}

struct evidence_look evidence_look_posture(TALLOC_CTX *mem,
					   const struct card *card,
					   const char *const *prefixes)
{
	const struct posture_past *past = card->posture;
	size_t open = posture_past_open(past, prefixes);

	if (past->domain_count == 0)
		return found(EVIDENCE_MISSING,
			     "No own domain is named (own.domains).");
	if (past->looked == 0)
		return found(EVIDENCE_MISSING,
			     "Nobody looked before the end of the month.");
	struct evidence_look made = {
	    .state = open == 0 && past->looked == past->domain_count &&
			     past->stale == 0
			 ? EVIDENCE_SHOWN
			 : EVIDENCE_OPEN,
	    .is_of_posture = true,
	    .words = mem_printf(mem, "%s; %zu open finding%s about this.",
				looked_words(mem, past), open,
				open == 1 ? "" : "s")};
	return made;
}

/* Only a look with --live leaves such findings, one at the least. */
struct evidence_look evidence_look_live(TALLOC_CTX *mem,
					const struct card *card,
					const char *const *prefixes)
{
	const struct posture_past *past = card->posture;

	for (size_t i = 0; i < past->count; i++) {
		if (past->findings[i].is_open &&
		    strncmp(past->findings[i].name, "live-", 5) == 0)
			return evidence_look_posture(mem, card, prefixes);
	}
	return found(EVIDENCE_MISSING,
		     "No look at the own mail servers stands on record.");
}
