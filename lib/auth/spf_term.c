/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_term.c - what one term looks up, and which clients it holds
 *
 * RFC 7208 4.8 (a domain-spec that is not given), 5 and 6.1.
 */
#include "lib/auth/spf_term.h"

enum dns_type spf_term_type(const struct spf_term *term,
			    const struct net_address *client)
{
	switch (term->mechanism) {
	case SPF_INCLUDE:
	case SPF_REDIRECT:
		return DNS_TXT;
	case SPF_MX:
		return DNS_MX;
	case SPF_PTR:
		return DNS_PTR;
	case SPF_EXISTS: /* 5.7: type A, whatever the client's family */
		return DNS_A;
	case SPF_A:
	case SPF_ALL:
	case SPF_IP4:
	case SPF_IP6:
		break;
	}
	return dns_address_type(client);
}

const char *spf_term_name(TALLOC_CTX *mem, const struct spf_term *term,
			  const struct spf_values *values)
{
	return term->domain.length == 0
		   ? values->domain
		   : spf_macro_expand(mem, term->domain, values);
}

bool spf_term_contains(const struct spf_term *term,
		       const struct net_address *client)
{
	bool is_ip4 = term->mechanism == SPF_IP4;

	return client->family == (is_ip4 ? NET_IPV4 : NET_IPV6) &&
	       net_bits_equal(client->bytes, term->address,
			      is_ip4 ? term->prefix4 : term->prefix6);
}

bool spf_term_reaches(const struct spf_term *term, const uint8_t *address,
		      const struct net_address *client)
{
	return net_bits_equal(client->bytes, address,
			      client->family == NET_IPV4 ? term->prefix4
							 : term->prefix6);
}
