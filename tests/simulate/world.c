/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.c - who sends mail to us, from where
 *
 * Shapes and policies are shares of a hundred: enough of each for a rule to
 * show what it does to it, and a share of p=reject as large senders have it.
 */
#include "tests/simulate/world.h"

#include <stdio.h>
#include <string.h>

#include "lib/auth/digest.h"

#define STRAY_NETWORKS 0x80000U
#define DICE_WORLD 1000

struct share {
	unsigned percent;
	int value;
};

static int pick_share(struct dice *dice, const struct share *shares)
{
	unsigned number = dice_below(dice, 100);

	while (number >= shares->percent) {
		number -= shares->percent;
		shares++;
	}
	return shares->value;
}

static const struct share shape_shares[] = {
    {48, SHAPE_DIRECT},	    {14, SHAPE_SPF},	{8, SHAPE_RELAY},
    {12, SHAPE_NEWSLETTER}, {10, SHAPE_HOSTED}, {8, SHAPE_BARE},
};

static const struct share policy_shares[] = {
    {50, POLICY_REJECT},
    {15, POLICY_QUARANTINE},
    {20, POLICY_NONE},
    {15, POLICY_ABSENT},
};

/* --- domains -------------------------------------------------------------- */

/* One in six of those that can: the server moves and SPF does not, a key is
 * changed on one side, a hoster's new network is in no record. */
static void make_fault(struct domain *domain, struct dice *dice, unsigned days)
{
	bool has_fault = dice_percent(dice, 17);
	unsigned begin = dice_below(dice, days);
	unsigned length = 3 + dice_below(dice, 18);

	if (!has_fault || domain->shape == SHAPE_BARE)
		return;
	domain->fault_day = begin;
	domain->mended_day = begin + length;
}

static void make_domain(struct world *world, unsigned number, struct dice *dice)
{
	struct domain *domain = &world->domains[number];

	(void)snprintf(domain->name, sizeof domain->name, "d%u.example",
		       number);
	/* A small world has each shape, too. */
	domain->shape = number < SHAPES
			    ? (enum shape)number
			    : (enum shape)pick_share(dice, shape_shares);
	domain->policy = (enum policy)pick_share(dice, policy_shares);
	if (domain->shape == SHAPE_BARE)
		domain->policy = POLICY_ABSENT;
	domain->network = 0x1000 + 2 * number;
	domain->moved = domain->network + 1;
	domain->provider = dice_below(dice, WORLD_SENDERS);
	make_fault(domain, dice, world->days);
	world->of_shape[domain->shape][world->shape_count[domain->shape]++] =
	    number;
}

static void make_domains(struct world *world)
{
	struct dice dice = dice_of(world->seed, DICE_WORLD, 0);

	world->domains = mem_array(world, struct domain, world->domain_count);
	for (unsigned i = 0; i < SHAPES; i++)
		world->of_shape[i] =
		    mem_array(world, unsigned, world->domain_count);
	for (unsigned i = 0; i < world->domain_count; i++)
		make_domain(world, i, &dice);
}

/* --- providers ------------------------------------------------------------ */

/* The shapes of hosting that a list or forwarder may have, in turn: one network
 * with a name, two with a name, two without, IPv4 and IPv6 without. */
static void make_hosting(struct provider *provider, unsigned turn,
			 unsigned network)
{
	static const struct provider hostings[] = {
	    {.network_count = 1, .has_name = true},
	    {.network_count = 2, .has_name = true},
	    {.network_count = 1, .has_name = true},
	    {.network_count = 2},
	    {.network_count = 2, .has_ipv6 = true},
	};
	const struct provider *hosting =
	    &hostings[turn % (sizeof hostings / sizeof hostings[0])];

	provider->network_count = hosting->network_count;
	provider->has_ipv6 = hosting->has_ipv6;
	provider->has_name = hosting->has_name;
	provider->networks[0] = network;
	provider->networks[1] = network + 1;
}

static void make_group(struct provider *group, unsigned count, char letter,
		       unsigned network, bool is_varied)
{
	for (unsigned i = 0; i < count; i++) {
		(void)snprintf(group[i].name, sizeof group[i].name,
			       "%c%u.example", letter, i);
		make_hosting(&group[i], is_varied ? i : 0, network + 2 * i);
	}
}

static void make_providers(struct world *world)
{
	make_group(world->lists, WORLD_LISTS, 'l', 0x100, true);
	make_group(world->forwarders, WORLD_FORWARDERS, 'f', 0x200, true);
	make_group(world->senders, WORLD_SENDERS, 'e', 0x300, false);
	make_group(world->relays, WORLD_SENDERS, 'r', 0x400, false);
	make_group(world->hosters, WORLD_SENDERS, 'h', 0x500, false);
	make_group(world->services, WORLD_SERVICES, 's', 0x600, false);
	make_group(world->attackers, WORLD_ATTACKERS, 'x', 0x700, false);
	make_group(&world->own, 1, 'o', 0x800, false);
	(void)snprintf(world->own.name, sizeof world->own.name, OWN_DOMAIN);
}

static void make_waves(struct world *world)
{
	struct dice dice = dice_of(world->seed, DICE_WORLD, 1);

	for (unsigned i = 0; i < WORLD_WAVES; i++) {
		struct wave *wave = &world->waves[i];
		wave->day = dice_below(&dice, world->days);
		wave->second = dice_below(&dice, 64800);
		wave->first_network = world_stray_network(&dice);
		wave->target =
		    (unsigned)(world_victim(world, &dice) - world->domains);
	}
}

static void make_keys(struct world *world)
{
	for (unsigned i = 0; i < WORLD_KEYS; i++) {
		struct digest *digest = digest_new(world);
		digest_add(digest,
			   span_of(mem_printf(world, "key %u of seed %u", i,
					      (unsigned)world->seed)));
		struct digest_value value = digest_finish(digest);
		world->keys[i] = sign_key_of_bytes(world, value.bytes);
	}
}

struct world *world_new(TALLOC_CTX *mem, uint64_t seed, unsigned days,
			unsigned domains)
{
	struct world *world = mem_new(mem, struct world);

	world->seed = seed;
	world->days = days;
	world->domain_count = domains;
	make_domains(world);
	make_providers(world);
	make_waves(world);
	make_keys(world);
	return world;
}

/* --- looking -------------------------------------------------------------- */

enum list_kind world_list_kind(unsigned list)
{
	return (enum list_kind)(list % LIST_KINDS);
}

enum forwarder_kind world_forwarder_kind(unsigned forwarder)
{
	return (enum forwarder_kind)(forwarder % FORWARDER_KINDS);
}

const struct sign_key *world_key(const struct world *world, const char *domain)
{
	unsigned sum = 0;

	for (; *domain != '\0'; domain++)
		sum = sum * 31 + (unsigned char)*domain;
	return world->keys[sum % WORLD_KEYS];
}

const struct domain *world_pick(const struct world *world, struct dice *dice,
				enum shape shape)
{
	unsigned at = dice_skewed(dice, world->shape_count[shape]);

	return &world->domains[world->of_shape[shape][at]];
}

const struct domain *world_victim(const struct world *world, struct dice *dice)
{
	const struct domain *domain;

	do
		domain =
		    &world->domains[dice_skewed(dice, world->domain_count)];
	while (domain->policy < POLICY_QUARANTINE);
	return domain;
}

const char *world_address(unsigned network, unsigned host, bool is_ipv6,
			  char text[WORLD_ADDRESS])
{
	if (is_ipv6)
		(void)snprintf(text, WORLD_ADDRESS, "2001:db8:%x::%x",
			       network & 0xffffU, host);
	else
		(void)snprintf(text, WORLD_ADDRESS, "%u.%u.%u.%u",
			       240 + (network >> 16), (network >> 8) & 0xffU,
			       network & 0xffU, host);
	return text;
}

unsigned world_stray_network(struct dice *dice)
{
	return STRAY_NETWORKS + dice_below(dice, 0x60000U);
}
