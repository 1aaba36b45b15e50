/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * claim.c - whom a report says it is from, beside who sent its mail
 * Tested by test_alignctl_inbox_says.
 */
#include "lib/inbox/claim.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"

/* "Google Inc." and "Yahoo" name nobody in the DNS. */
static const char *domain_in(TALLOC_CTX *mem, struct span text)
{
	const char *domain = domain_normalize(mem, span_trim(text));

	return domain != NULL && domain_parent(domain) != NULL ? domain : NULL;
}

/* "mailto:tls@a.example", "<tls@a.example>", "Tls <tls@a.example>" */
static const char *contact_domain(TALLOC_CTX *mem, const char *contact)
{
	const char *at = strrchr(contact, '@');
	size_t length;

	if (at == NULL)
		return NULL;
	length = strcspn(at + 1, "> ?;,");
	return domain_in(mem, span_make(at + 1, length));
}

const char *inbox_claim(TALLOC_CTX *mem, const char *organization,
			const char *contact)
{
	const char *claim = domain_in(mem, span_of(organization));

	if (claim == NULL)
		claim = contact_domain(mem, contact);
	return claim == NULL ? "" : claim;
}

static bool is_of_one(const char *claim, const char *domain,
		      const struct inbox_services *reporters)
{
	const char *name = inbox_services_of(reporters, claim);

	if (domain_equals(suffix_registrable(claim),
			  suffix_registrable(domain)))
		return true;
	return *name != '\0' &&
	       strcmp(name, inbox_services_of(reporters, domain)) == 0;
}

enum store_inbox_proof inbox_claim_proof(const char *claim,
					 const struct inbox_sender *sender,
					 const struct inbox_services *reporters)
{
	if (*claim == '\0' || !domain_is_valid(sender->domain))
		return INBOX_PROOF_NONE;
	if (!is_of_one(claim, sender->domain, reporters))
		return INBOX_PROOF_OTHER;
	return strcmp(sender->verdict, "pass") == 0 ? INBOX_PROOF_SENDER
						    : INBOX_PROOF_NONE;
}
