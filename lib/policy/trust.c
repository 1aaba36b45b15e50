/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trust.c - whose mail is not evaluated, and whose seals are believed
 */
#include "lib/policy/trust.h"

#include "lib/base/domain.h"

/* What is no domain names nobody; the settings' check has said so. */
static struct text_list normalize(TALLOC_CTX *mem,
				  const struct text_list *domains)
{
	struct text_list list = {
	    .items = mem_array(mem, const char *, domains->count)};

	for (size_t i = 0; i < domains->count; i++) {
		list.items[list.count] =
		    domain_normalize(mem, span_of(domains->items[i]));
		list.count += list.items[list.count] != NULL;
	}
	return list;
}

struct trust_rules trust_compile(TALLOC_CTX *mem,
				 const struct trust_settings *settings)
{
	const struct text_list *networks = &settings->networks;
	struct trust_rules rules = {
	    .networks = {.items =
			     mem_array(mem, struct net_block, networks->count)},
	    .is_authenticated_skipped = settings->authenticated == TRUST_SKIP,
	    .arc_sealers = normalize(mem, &settings->arc_sealers),
	};

	/* What is no network trusts nobody; the settings' check has said so. */
	for (size_t i = 0; i < networks->count; i++) {
		struct error err;
		rules.networks.count += net_block_parse(
		    networks->items[i],
		    &rules.networks.items[rules.networks.count], &err);
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

bool trust_believes_marks(const struct trust_rules *rules,
			  const struct net_address *client, const char *user)
{
	return user == NULL && client->family != NET_NONE &&
	       net_list_contains(&rules->networks, client);
}

bool trust_has_sealer(const struct trust_rules *rules, const char *domain)
{
	return domain_list_has(&rules->arc_sealers, domain);
}
