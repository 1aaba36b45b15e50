/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_rewrite.c - a validated record as libspf2 may see it
 */
#include "lib/auth/spf_rewrite.h"

/* The name a term looks up; that under evaluation when it gives none. */
static const char *target(TALLOC_CTX *mem, const struct spf_term *term,
			  const struct spf_values *values)
{
	struct span spec =
	    term->domain.length > 0 ? term->domain : span_of("%{d}");

	return spf_macro_expand(mem, spec, values);
}

/* a and mx: only the length of the client's family matters. */
static char *write_host(TALLOC_CTX *mem, const struct spf_term *term,
			const struct spf_values *values)
{
	bool is_a = term->mechanism == SPF_A;
	bool is_ipv4 = values->client->family == NET_IPV4;
	unsigned prefix = is_ipv4 ? term->prefix4 : term->prefix6;
	const char *name = target(mem, term, values);
	char q = term->qualifier;

	if (prefix == 0)
		return mem_printf(mem, "v=spf1 %cexists:%c%s", q,
				  is_a ? SPF_MARK_ANY_ADDRESS : SPF_MARK_ANY_MX,
				  name);
	const char *mechanism = is_a ? "a" : "mx";
	if (prefix == (is_ipv4 ? 32U : 128U))
		return mem_printf(mem, "v=spf1 %c%s:%c%s", q, mechanism,
				  SPF_MARK_TERM, name);
	return mem_printf(mem, "v=spf1 %c%s:%c%s%s%u", q, mechanism,
			  SPF_MARK_TERM, name, is_ipv4 ? "/" : "//", prefix);
}

static char *write_term(TALLOC_CTX *mem, const struct spf_term *term,
			const struct spf_values *values)
{
	char q = term->qualifier;

	switch (term->mechanism) {
	case SPF_A:
	case SPF_MX:
		return write_host(mem, term, values);
	case SPF_INCLUDE:
		return mem_printf(mem, "v=spf1 %cinclude:%s", q,
				  target(mem, term, values));
	case SPF_PTR:
		return mem_printf(mem, "v=spf1 %cptr:%s", q,
				  target(mem, term, values));
	case SPF_EXISTS:
		return mem_printf(mem, "v=spf1 %cexists:%c%s", q, SPF_MARK_TERM,
				  target(mem, term, values));
	case SPF_REDIRECT:
		return mem_printf(mem, "v=spf1 redirect=%s",
				  target(mem, term, values));
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

struct text_list spf_rewrite(TALLOC_CTX *mem, const struct spf_record *record,
			     const struct spf_values *values, long term_limit)
{
	size_t max = (size_t)term_limit + 1;
	struct text_list list = {.items = mem_array(mem, const char *, max)};

	for (size_t i = 0; i < record->count && list.count < max; i++) {
		const struct spf_term *term = &record->terms[i];
		if (is_network(term) &&
		    !spf_term_contains(term, values->client))
			continue;
		if (!spf_macro_can_match(term->domain, values))
			continue;
		list.items[list.count++] = write_term(mem, term, values);
		if (is_network(term))
			break;
	}
	return list;
}
