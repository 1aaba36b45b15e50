/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * identity.c - what a message shows of its author where no policy says what
 * must be shown
 */
#include "lib/policy/identity.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct identity_names identity_names(TALLOC_CTX *mem,
				     const struct text_list *own,
				     const struct text_list *protected)
{
	struct identity_names names = {.sorted.count =
					   own->count + protected->count};

	if (names.sorted.count == 0)
		return names;
	names.sorted.items = mem_array(mem, const char *, names.sorted.count);
	for (size_t i = 0; i < names.sorted.count; i++)
		names.sorted.items[i] = i < own->count
					    ? own->items[i]
					    : protected->items[i - own->count];
	qsort(names.sorted.items, names.sorted.count,
	      sizeof names.sorted.items[0], compare_texts);
	return names;
}

bool identity_is_own(const struct identity_names *names, const char *domain)
{
	if (names->sorted.count == 0)
		return false;
	for (; domain != NULL; domain = domain_parent(domain)) {
		if (bsearch(&domain, names->sorted.items, names->sorted.count,
			    sizeof names->sorted.items[0],
			    compare_texts) != NULL)
			return true;
	}
	return false;
}

/* "bounce.news.example.com" is of "example.com", and the other way about. */
static bool is_of(const char *author, const char *domain)
{
	return domain != NULL && domain_equals(suffix_registrable(author),
					       suffix_registrable(domain));
}

static void weigh(const char *author, enum auth_result result,
		  const char *domain, bool is_spf, struct identity_own *own)
{
	if ((result != AUTH_PASS && result != AUTH_TEMPERROR) ||
	    own->sender == OWN_PROVED || !is_of(author, domain))
		return;
	if (result == AUTH_PASS)
		*own = (struct identity_own){.sender = OWN_PROVED};
	else if (own->sender == OWN_UNPROVED)
		*own = (struct identity_own){.sender = OWN_OPEN,
					     .is_spf_open = is_spf,
					     .open_domain = domain};
}

struct identity_own identity_weigh_own(const struct identity_names *names,
				       enum dmarc_result result,
				       const char *author,
				       const struct evidence *evidence)
{
	struct identity_own own = {.sender = OWN_NOT};
	const struct evidence_signatures *dkim = &evidence->dkim;

	if (author == NULL || !identity_is_own(names, author))
		return own;
	own.sender = result == DMARC_RESULT_PASS ? OWN_PROVED : OWN_UNPROVED;
	if (result == DMARC_RESULT_FAIL)
		return own;
	weigh(author, evidence->spf.result, evidence->spf.domain, true, &own);
	for (size_t i = 0; i < dkim->count; i++)
		weigh(author, dkim->items[i].result, dkim->items[i].domain,
		      false, &own);
	return own;
}

bool identity_is_missing(const struct evidence *evidence)
{
	const struct evidence_signatures *dkim = &evidence->dkim;
	bool is_missing = evidence->spf.result != AUTH_PASS &&
			  evidence->spf.result != AUTH_TEMPERROR;

	for (size_t i = 0; i < dkim->count && is_missing; i++)
		is_missing = dkim->items[i].result != AUTH_PASS &&
			     dkim->items[i].result != AUTH_TEMPERROR;
	return is_missing;
}
