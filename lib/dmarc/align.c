/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * align.c - Identifier Alignment
 *
 * RFC 9989 3.2.10, 4.4, 4.10.2, 5.3.4. An Organizational Domain is the name
 * itself or stands above it; that is why most identifiers need no walk.
 */
#include "lib/dmarc/align.h"

#include "lib/base/domain.h"

static const char *const words[] = {
    [ALIGNMENT_NO] = "no",
    [ALIGNMENT_YES] = "yes",
    [ALIGNMENT_UNKNOWN] = "unknown",
};

const char *alignment_text(enum alignment alignment)
{
	return words[alignment];
}

int alignment_find(const char *text)
{
	return text_place(words, sizeof words / sizeof words[0], text);
}

static bool is_name(const char *domain)
{
	return domain != NULL && domain[0] != '\0';
}

bool align_domains(const char *author, const char *author_org,
		   const char *identifier, const char *identifier_org,
		   bool is_strict)
{
	if (!is_name(author) || !is_name(identifier))
		return false;
	if (domain_equals(author, identifier))
		return true;
	return !is_strict && is_name(author_org) && is_name(identifier_org) &&
	       domain_equals(author_org, identifier_org);
}

/* Without the author's Organizational Domain only this is sure: names under
 * different top-level domains have none in common. */
static enum alignment align_unknown(const char *author, const char *identifier)
{
	return domain_equals(domain_suffix(author, 1),
			     domain_suffix(identifier, 1))
		   ? ALIGNMENT_UNKNOWN
		   : ALIGNMENT_NO;
}

enum alignment align_ask(TALLOC_CTX *mem, struct dns_session *session,
			 enum tree_method method, const char *author,
			 const char *author_org, const char *identifier,
			 bool is_strict)
{
	if (!is_name(identifier))
		return ALIGNMENT_NO;
	if (domain_equals(author, identifier))
		return ALIGNMENT_YES;
	if (is_strict)
		return ALIGNMENT_NO;
	if (author_org == NULL)
		return align_unknown(author, identifier);
	/* The name that is the author's Organizational Domain is its own: the
	 * rule that chose it chooses it again from there. */
	if (domain_equals(identifier, author_org))
		return ALIGNMENT_YES;
	if (!domain_is_below(identifier, author_org))
		return ALIGNMENT_NO;
	/* A name below it takes a walk of its own: psd=n or psd=y in between,
	 * psd=y at that domain, or the cut of long names can make it another's.
	 */
	const char *org = tree_org_domain(mem, session, method, identifier);
	if (org == NULL)
		return ALIGNMENT_UNKNOWN;
	return align_domains(author, author_org, identifier, org, false)
		   ? ALIGNMENT_YES
		   : ALIGNMENT_NO;
}
