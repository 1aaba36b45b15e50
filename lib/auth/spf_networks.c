/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_networks.c - the answer when networks, includes and `all` decide
 *
 * RFC 7208 4.6.2 (results of qualifiers), 4.7 (default result), 5.1, 5.2, 5.6
 * and 6.1. The recursion ends at the guard's term limit.
 */
#include "lib/auth/spf_networks.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

static bool is_network(const struct spf_term *term)
{
	return term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6;
}

/* "EXAMPLE.com." to "example.com"; false for a name with macros, and for one
 * that only spf_macro and libspf2 know how to take. */
static bool read_name(struct span spec, char name[LIMIT_DOMAIN_BYTES + 1])
{
	if (spec.length > 0 && spec.data[spec.length - 1] == '.')
		spec.length--;
	if (spec.length > LIMIT_DOMAIN_BYTES)
		return false;
	memcpy(name, spec.data, spec.length);
	name[spec.length] = '\0';
	text_lower(name);
	return domain_is_valid(name);
}

/* libspf2 gets all terms of a record before it evaluates the first, and their
 * macros may cost lookups: one that is not plain makes all of it libspf2's. */
static bool is_plain(const struct spf_record *record,
		     const struct net_address *client)
{
	char name[LIMIT_DOMAIN_BYTES + 1];

	for (size_t i = 0; i < record->count; i++) {
		const struct spf_term *term = &record->terms[i];
		if (is_network(term)) {
			if (spf_term_contains(term, client))
				return true;
		} else if (term->domain.length > 0 &&
			   !read_name(term->domain, name)) {
			return false;
		}
	}
	return true;
}

static enum auth_result result_of(char qualifier)
{
	switch (qualifier) {
	case '-':
		return AUTH_FAIL;
	case '~':
		return AUTH_SOFTFAIL;
	case '?':
		return AUTH_NEUTRAL;
	default: /* '+' */
		return AUTH_PASS;
	}
}

static bool evaluate(struct spf_guard *guard, const char *domain,
		     enum auth_result *result);

static bool evaluate_at(struct spf_guard *guard, struct span spec,
			enum auth_result *result)
{
	char name[LIMIT_DOMAIN_BYTES + 1];

	return read_name(spec, name) && evaluate(guard, name, result);
}

/* Is the term's answer known, and does it match? An include matches when its
 * record passes (5.2). */
static bool match(struct spf_guard *guard, const struct spf_term *term,
		  bool *is_match)
{
	enum auth_result included;

	switch (term->mechanism) {
	case SPF_ALL:
		*is_match = true;
		return true;
	case SPF_IP4:
	case SPF_IP6:
		*is_match = spf_term_contains(term, guard->values.client);
		return true;
	case SPF_INCLUDE:
		if (!evaluate_at(guard, term->domain, &included))
			return false;
		*is_match = included == AUTH_PASS;
		return true;
	default:
		return false;
	}
}

static bool evaluate(struct spf_guard *guard, const char *domain,
		     enum auth_result *result)
{
	struct spf_record record;

	if (spf_guard_fetch_record(guard, domain, &record) != SPF_FETCH_OK ||
	    !is_plain(&record, guard->values.client))
		return false;
	for (size_t i = 0; i < record.count; i++) {
		const struct spf_term *term = &record.terms[i];
		bool is_match;
		if (term->mechanism == SPF_REDIRECT)
			return evaluate_at(guard, term->domain, result);
		if (!match(guard, term, &is_match))
			return false;
		if (is_match) {
			*result = result_of(term->qualifier);
			return true;
		}
	}
	*result = AUTH_NEUTRAL;
	return true;
}

bool spf_networks_check(struct spf_guard *guard, enum auth_result *result)
{
	return evaluate(guard, guard->values.sender_domain, result);
}
