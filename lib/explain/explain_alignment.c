/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain_alignment.c - one comparison of an identifier with the author domain,
 * spelled out (RFC 9989 3.2.10, 4.4)
 */
#include "lib/base/domain.h"
#include "lib/base/suffix.h"
#include "lib/dmarc/align.h"
#include "lib/explain/dossier.h"

/* enum alignment; of a row without it, what its flags say of an identifier
 * that passed; -1 where they say nothing. */
static int recorded_outcome(const struct dossier *dossier, bool is_spf,
			    size_t index)
{
	struct json *found =
	    dossier_object(dossier->mem, dossier->more, "alignment");
	int outcome = alignment_find(
	    is_spf ? json_get_text(found, "spf")
		   : json_item_text(dossier_list(dossier->mem, found, "dkim"),
				    index));
	bool is_flagged = is_spf ? dossier->has_spf_aligned
				 : dossier->signatures[index].is_aligned;

	return outcome < 0 && is_flagged ? ALIGNMENT_YES : outcome;
}

/* Neither is the author domain's organizational domain nor below it. */
static const char *tell_foreign(const struct dossier *dossier,
				const char *identifier)
{
	if (dossier->is_psl)
		return mem_printf(
		    dossier->mem,
		    "%s and %s have different organizational domains (%s, "
		    "%s): not aligned",
		    identifier, dossier->author, suffix_registrable(identifier),
		    dossier->org_domain);
	return mem_printf(dossier->mem,
			  "%s and %s have different organizational domains "
			  "(that of %s is %s, and %s does not belong to it): "
			  "not aligned",
			  identifier, dossier->author, dossier->author,
			  dossier->org_domain, identifier);
}

static const char *tell_relaxed(const struct dossier *dossier,
				const char *identifier, int outcome)
{
	const char *org = dossier->org_domain;

	if (org == NULL && outcome == ALIGNMENT_NO)
		return mem_printf(dossier->mem,
				  "%s and %s stand under different top-level "
				  "domains: not aligned",
				  identifier, dossier->author);
	if (org == NULL || outcome == ALIGNMENT_UNKNOWN)
		return mem_printf(dossier->mem,
				  "whether %s and %s have the same "
				  "organizational domain is not known, since "
				  "DNS did not answer",
				  identifier, dossier->author);
	if (!domain_equals(identifier, org) &&
	    !domain_is_below(identifier, org))
		return tell_foreign(dossier, identifier);
	if (outcome == ALIGNMENT_YES || outcome < 0 ||
	    domain_equals(identifier, org))
		return mem_printf(dossier->mem,
				  "%s and %s have the same organizational "
				  "domain (%s): aligned",
				  identifier, dossier->author, org);
	return mem_printf(dossier->mem,
			  "%s lies below %s, the organizational domain of %s, "
			  "but is an organization of its own (a record there "
			  "or in between says so with psd=, or it was not "
			  "looked at any more): not aligned",
			  identifier, org, dossier->author);
}

const char *explain_alignment(const struct dossier *dossier,
			      const char *identifier, bool is_spf, size_t index)
{
	const struct record *record = dossier->record;

	if (domain_equals(identifier, dossier->author))
		return mem_printf(dossier->mem,
				  "%s is the author domain itself: aligned",
				  identifier);
	if (dossier->is_cut)
		return mem_printf(dossier->mem,
				  "%s is not the author domain %s; how the two "
				  "were compared was not kept",
				  identifier, dossier->author);
	if (record == NULL || !record->is_usable)
		return mem_printf(dossier->mem,
				  "%s is not the author domain %s; without a "
				  "usable policy it was not compared further",
				  identifier, dossier->author);
	if (is_spf ? record->is_aspf_strict : record->is_adkim_strict)
		return mem_printf(dossier->mem,
				  "%s is not the author domain %s, and the "
				  "record asks for the very same name "
				  "(%s=s): not aligned",
				  identifier, dossier->author,
				  is_spf ? "aspf" : "adkim");
	return tell_relaxed(dossier, identifier,
			    recorded_outcome(dossier, is_spf, index));
}
