/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.c - whose mail is not evaluated
 */
#include "lib/policy/trust.h"

#include <assert.h>

struct trust_rules trust_compile(TALLOC_CTX *mem,
				 const struct trust_settings *settings)
{
	const struct text_list *networks = &settings->networks;
	struct trust_rules rules = {
	    .networks = {.items =
			     mem_array(mem, struct net_block, networks->count)},
	    .is_authenticated_skipped = settings->authenticated == TRUST_SKIP,
	};

	for (size_t i = 0; i < networks->count; i++) {
		struct error err;
		bool is_network = net_block_parse(
		    networks->items[i], &rules.networks.items[i], &err);
		assert(is_network); /* the settings passed their checks */
		(void)is_network;
		rules.networks.count++;
	}
	return rules;
}

const char *trust_reason(const struct trust_rules *rules,
			 const struct net_address *client, const char *user)
{
	if (user != NULL && rules->is_authenticated_skipped)
		return "authenticated user";
	if (client->family == NET_NONE)
		return "local submission";
	if (net_list_contains(&rules->networks, client))
		return "trusted network";
	return NULL;
}
