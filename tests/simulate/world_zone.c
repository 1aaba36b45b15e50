/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world_zone.c - what the zones of the world say
 */
#include "tests/simulate/world.h"

#include <stdio.h>

#include "lib/base/net.h"

#define ZONE_MAX (64 * 1024 * 1024)
#define HOSTS 4 /* of a provider in each network: .10 to .13 */
#define FIRST_HOST 10

static void add_policy(struct strbuf *zone, const char *name,
		       enum policy policy)
{
	static const char *const words[] = {
	    [POLICY_NONE] = "none",
	    [POLICY_QUARANTINE] = "quarantine",
	    [POLICY_REJECT] = "reject",
	};

	if (policy != POLICY_ABSENT)
		strbuf_printf(zone, "_dmarc.%s. TXT \"v=DMARC1; p=%s\"\n", name,
			      words[policy]);
}

static void add_key(struct strbuf *zone, const struct world *world,
		    const char *name)
{
	TALLOC_CTX *mem = mem_context(zone->mem);
	const char *record = sign_key_record(mem, world_key(world, name));

	strbuf_add_text(zone, sign_key_zone(mem, name, "s1", record));
	mem_free(mem);
}

/* A and PTR of one host, which confirm each other. */
static void add_host(struct strbuf *zone, const char *name, unsigned network,
		     unsigned host, bool is_ipv6)
{
	struct net_address address;
	char text[WORLD_ADDRESS];
	char reverse[NET_REVERSE_TEXT];

	(void)world_address(network, host, is_ipv6, text);
	(void)net_address_parse(text, &address);
	strbuf_printf(zone, "%s. %s %s\n", name, is_ipv6 ? "AAAA" : "A", text);
	strbuf_printf(zone, "%s. PTR %s.\n",
		      net_address_reverse(&address, reverse), name);
}

/* Shapes that have a server of their own. */
static bool has_server(enum shape shape)
{
	return shape == SHAPE_DIRECT || shape == SHAPE_SPF;
}

static void add_spf(struct strbuf *zone, const struct world *world,
		    const struct domain *domain)
{
	char text[WORLD_ADDRESS];

	if (has_server(domain->shape))
		strbuf_printf(
		    zone, "%s. TXT \"v=spf1 ip4:%s -all\"\n", domain->name,
		    world_address(domain->network, FIRST_HOST, false, text));
	else if (domain->shape == SHAPE_HOSTED)
		strbuf_printf(zone, "%s. TXT \"v=spf1 include:%s -all\"\n",
			      domain->name,
			      world->hosters[domain->provider].name);
}

static void add_domain(struct strbuf *zone, const struct world *world,
		       const struct domain *domain)
{
	char name[WORLD_NAME + 8];

	(void)snprintf(name, sizeof name, "mail.%s", domain->name);
	strbuf_printf(zone, "%s. MX 10 %s.\n", domain->name, name);
	if (has_server(domain->shape))
		add_host(zone, name, domain->network, FIRST_HOST, false);
	add_spf(zone, world, domain);
	add_policy(zone, domain->name, domain->policy);
	if (domain->shape != SHAPE_BARE && domain->shape != SHAPE_SPF &&
	    domain->shape != SHAPE_HOSTED)
		add_key(zone, world, domain->name);
}

static void add_networks(struct strbuf *zone, const struct provider *provider)
{
	char text[WORLD_ADDRESS];

	strbuf_printf(zone, "%s. TXT \"v=spf1", provider->name);
	for (unsigned i = 0; i < provider->network_count; i++) {
		bool is_ipv6 = provider->has_ipv6 && i == 1;
		strbuf_printf(
		    zone, " ip%c:%s/%u", is_ipv6 ? '6' : '4',
		    world_address(provider->networks[i], 0, is_ipv6, text),
		    is_ipv6 ? 48 : 24);
	}
	strbuf_add_text(zone, " -all\"\n");
}

static void add_provider(struct strbuf *zone, const struct world *world,
			 const struct provider *provider, enum policy policy)
{
	char name[WORLD_NAME + 16];

	strbuf_printf(zone, "%s. MX 10 mx.%s.\n", provider->name,
		      provider->name);
	add_networks(zone, provider);
	add_policy(zone, provider->name, policy);
	add_key(zone, world, provider->name);
	for (unsigned i = 0; i < provider->network_count * HOSTS; i++) {
		(void)snprintf(name, sizeof name, "out%u.%s", i,
			       provider->name);
		if (provider->has_name)
			add_host(zone, name, provider->networks[i / HOSTS],
				 FIRST_HOST + i % HOSTS,
				 provider->has_ipv6 && i / HOSTS == 1);
	}
}

static void add_group(struct strbuf *zone, const struct world *world,
		      const struct provider *group, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		add_provider(zone, world, &group[i], POLICY_NONE);
}

const char *world_zone(TALLOC_CTX *mem, const struct world *world)
{
	struct strbuf zone;

	strbuf_init(&zone, mem, ZONE_MAX);
	strbuf_add_text(&zone, "$ORIGIN .\n$TTL 3600\n"
			       ". SOA ns.example. host.example. 1 3600 600 "
			       "86400 3600\n");
	add_group(&zone, world, world->lists, WORLD_LISTS);
	add_group(&zone, world, world->forwarders, WORLD_FORWARDERS);
	add_group(&zone, world, world->senders, WORLD_SENDERS);
	add_group(&zone, world, world->relays, WORLD_SENDERS);
	add_group(&zone, world, world->hosters, WORLD_SENDERS);
	add_group(&zone, world, world->services, WORLD_SERVICES);
	add_group(&zone, world, world->attackers, WORLD_ATTACKERS);
	/* We ourselves have not come to a policy yet. */
	add_group(&zone, world, &world->own, 1);
	strbuf_add_text(&zone, OWN_BRAND ". TXT \"v=spf1 -all\"\n");
	for (unsigned i = 0; i < world->domain_count; i++)
		add_domain(&zone, world, &world->domains[i]);
	return strbuf_text(&zone);
}
