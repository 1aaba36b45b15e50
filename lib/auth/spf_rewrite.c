/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_rewrite.c - a validated record as libspf2 may see it
 */
#include "lib/auth/spf_rewrite.h"

/* a and mx: only the length of the client's family matters. */
static char *write_host(TALLOC_CTX *mem, const struct spf_term *term,
			const char *name, enum net_family family)
{
	bool is_a = term->mechanism == SPF_A;
	bool is_ipv4 = family == NET_IPV4;
	unsigned prefix = is_ipv4 ? term->prefix4 : term->prefix6;
	const char *mechanism = is_a ? "a" : "mx";
	char q = term->qualifier;

	if (prefix == 0)
		return mem_printf(mem, "v=spf1 %cexists:%c%s", q,
				  is_a ? SPF_MARK_ANY_ADDRESS : SPF_MARK_ANY_MX,
				  name);
	if (prefix == (is_ipv4 ? 32U : 128U))
		return mem_printf(mem, "v=spf1 %c%s:%c%s", q, mechanism,
				  SPF_MARK_TERM, name);
	return mem_printf(mem, "v=spf1 %c%s:%c%s%s%u", q, mechanism,
			  SPF_MARK_TERM, name, is_ipv4 ? "/" : "//", prefix);
}

/* `name` is what the term looks up; it is not used by all, ip4 and ip6. */
static char *write_term(TALLOC_CTX *mem, const struct spf_term *term,
			const char *name, enum net_family family)
{
	char q = term->qualifier;

	switch (term->mechanism) {
	case SPF_A:
	case SPF_MX:
		return write_host(mem, term, name, family);
	case SPF_INCLUDE:
		return mem_printf(mem, "v=spf1 %cinclude:%s", q, name);
	case SPF_PTR:
		return mem_printf(mem, "v=spf1 %cptr:%s", q, name);
	case SPF_EXISTS:
		return mem_printf(mem, "v=spf1 %cexists:%c%s", q, SPF_MARK_TERM,
				  name);
	case SPF_REDIRECT:
		return mem_printf(mem, "v=spf1 redirect=%s", name);
	case SPF_ALL:
	case SPF_IP4:
	case SPF_IP6:
		break;
	}
	return mem_printf(mem, "v=spf1 %call", q);
}

static bool is_network(const struct spf_term *term)
{
	return term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6;
}

static bool is_wanted(const struct spf_term *term,
		      const struct spf_values *values)
{
	if (is_network(term))
		return spf_term_contains(term, values->client);
	return spf_macro_can_match(term->domain, values);
}

/* The name under evaluation when a term gives none. */
static struct span domain_spec(const struct spf_term *term)
{
	return term->domain.length > 0 ? term->domain : span_of("%{d}");
}

bool spf_rewrite(TALLOC_CTX *mem, const struct spf_record *record,
		 const struct spf_values *values, long term_limit,
		 struct text_list *terms)
{
	size_t max = (size_t)term_limit + 1;
	struct text_list list = {.items = mem_array(mem, const char *, max)};

	for (size_t i = 0; i < record->count && list.count < max; i++) {
		const struct spf_term *term = &record->terms[i];
		if (!is_wanted(term, values))
			continue;
		const char *name =
		    spf_macro_expand(mem, domain_spec(term), values);
		if (name == NULL)
			return false;
		list.items[list.count++] =
		    write_term(mem, term, name, values->client->family);
		if (is_network(term))
			break;
	}
	*terms = list;
	return true;
}
