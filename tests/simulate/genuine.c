/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * genuine.c - authors' own mail, with the faults that their records have
 */
#include "tests/simulate/plan.h"

#define UNCONFIGURED_EACH                                                      \
	11 /* one domain in so many has a forgotten service                    \
	    */

bool domain_has_fault(const struct domain *domain, unsigned day)
{
	return day >= domain->fault_day && day < domain->mended_day;
}

void plan_provider(struct planner *planner, struct plan *plan,
		   const struct provider *provider)
{
	unsigned network = dice_below(&planner->dice, provider->network_count);
	unsigned host = dice_below(&planner->dice, 4);

	plan->network = provider->networks[network];
	plan->is_ipv6 = provider->has_ipv6 && network == 1;
	plan->host = FIRST_HOST + host;
	plan->helo = mem_printf(planner->mem, "out%u.%s", network * 4 + host,
				provider->name);
}

static const char *bounces_of(struct planner *planner, const char *name)
{
	return mem_printf(planner->mem, "bounce@%s", name);
}

/* Its own server; a fault is one that moved, with SPF still of the old. */
static void send_own(struct planner *planner, struct plan *plan,
		     const struct domain *domain)
{
	plan->network = domain_has_fault(domain, planner->day)
			    ? domain->moved
			    : domain->network;
	plan->host = FIRST_HOST;
	plan->helo = mem_printf(planner->mem, "mail.%s", domain->name);
	plan->mail_from = bounces_of(planner, domain->name);
	if (domain->shape == SHAPE_DIRECT)
		plan->signer = domain->name;
}

/* A fault is a key that is not the one in DNS. */
static void send_by_relay(struct planner *planner, struct plan *plan,
			  const struct domain *domain)
{
	const struct provider *relay =
	    &planner->world->relays[domain->provider];

	plan_provider(planner, plan, relay);
	plan->mail_from = bounces_of(planner, relay->name);
	plan->signer = domain->name;
	plan->is_key_wrong = domain_has_fault(domain, planner->day);
}

/* A fault is a provider that signs with its own name alone. */
static void send_by_provider(struct planner *planner, struct plan *plan,
			     const struct domain *domain)
{
	const struct provider *sender =
	    &planner->world->senders[domain->provider];

	plan_provider(planner, plan, sender);
	plan->mail_from = bounces_of(planner, sender->name);
	if (!domain_has_fault(domain, planner->day))
		plan->signer = domain->name;
	plan->handler = sender->name;
}

/* A fault is a new network of the hoster, which is in no record. */
static void send_hosted(struct planner *planner, struct plan *plan,
			const struct domain *domain)
{
	const struct provider *hoster =
	    &planner->world->hosters[domain->provider];

	plan_provider(planner, plan, hoster);
	if (domain_has_fault(domain, planner->day))
		plan->network = hoster->networks[1];
	plan->mail_from = bounces_of(planner, domain->name);
}

static void send_bare(struct planner *planner, struct plan *plan,
		      const struct domain *domain)
{
	plan->network = domain->network;
	plan->host = FIRST_HOST;
	plan->helo = mem_printf(planner->mem, "mail.%s", domain->name);
	plan->mail_from = bounces_of(planner, domain->name);
}

void plan_author(struct planner *planner, struct plan *plan,
		 const struct domain *domain)
{
	static void (*const sends[])(struct planner *, struct plan *,
				     const struct domain *) = {
	    [SHAPE_DIRECT] = send_own,
	    [SHAPE_SPF] = send_own,
	    [SHAPE_RELAY] = send_by_relay,
	    [SHAPE_NEWSLETTER] = send_by_provider,
	    [SHAPE_HOSTED] = send_hosted,
	    [SHAPE_BARE] = send_bare,
	};

	plan->author = domain->name;
	sends[domain->shape](planner, plan, domain);
}

static void plan_shape(struct planner *planner, enum shape shape)
{
	struct plan plan = plan_begin(planner);

	plan_author(planner, &plan,
		    world_pick(planner->world, &planner->dice, shape));
	plan_add(planner, &plan);
}

void plan_direct(struct planner *planner)
{
	unsigned number = dice_below(&planner->dice, 100);

	plan_shape(planner, number < 66	  ? SHAPE_DIRECT
			    : number < 84 ? SHAPE_SPF
					  : SHAPE_HOSTED);
}

void plan_relay(struct planner *planner)
{
	plan_shape(planner, SHAPE_RELAY);
}

void plan_newsletter(struct planner *planner)
{
	plan_shape(planner, SHAPE_NEWSLETTER);
}

void plan_bare(struct planner *planner)
{
	plan_shape(planner, SHAPE_BARE);
}

bool domain_has_service(const struct world *world, const struct domain *domain)
{
	return domain->shape == SHAPE_DIRECT &&
	       (unsigned)(domain - world->domains) % UNCONFIGURED_EACH == 0;
}

/* An author with records that are right, but for one service. */
static const struct domain *pick_unconfigured(struct planner *planner)
{
	const struct world *world = planner->world;
	const struct domain *domain;

	do
		domain = world_pick(world, &planner->dice, SHAPE_DIRECT);
	while (!domain_has_service(world, domain) &&
	       world->shape_count[SHAPE_DIRECT] > 10 * UNCONFIGURED_EACH);
	return domain;
}

static void send_unconfigured(struct planner *planner, struct plan *plan)
{
	const struct domain *domain = pick_unconfigured(planner);
	const struct provider *sender =
	    &planner->world->senders[domain->provider];

	plan->author = domain->name;
	plan_provider(planner, plan, sender);
	plan->mail_from = bounces_of(planner, sender->name);
	plan->handler = sender->name;
}

void plan_unconfigured(struct planner *planner)
{
	struct plan plan = plan_begin(planner);

	send_unconfigured(planner, &plan);
	plan_add(planner, &plan);
}

/* The first is in our records by its own name alone, the second nowhere. */
void plan_own_service(struct planner *planner)
{
	struct plan plan = plan_begin(planner);
	unsigned number = dice_below(&planner->dice, WORLD_SERVICES);
	const struct provider *service = &planner->world->services[number];

	plan.author = OWN_DOMAIN;
	plan_provider(planner, &plan, service);
	plan.mail_from = bounces_of(planner, service->name);
	if (number == 0)
		plan.signer = OWN_DOMAIN;
	plan_add(planner, &plan);
}

/* Refused, and told to write to postmaster: by the way that was refused. */
void plan_appeal(struct planner *planner)
{
	struct plan plan = plan_begin(planner);

	send_unconfigured(planner, &plan);
	plan.rcpts[0] = RECIPIENT_POSTMASTER;
	plan.to = RECIPIENT_POSTMASTER;
	plan_add(planner, &plan);
}
