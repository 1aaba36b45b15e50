/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile.c - spoofs, and what is done beforehand so that they get in
 *
 * Each is a way to come by somebody's trust that has been thought of: hosts
 * rented beside good ones, good mail passed on, own domains with a good name,
 * genuine headers, recipients that get more than others.
 */
#include "tests/simulate/plan.h"

#define NEWSLETTERS 25	  /* that an attacker subscribed to */
#define CREDIT_FROM_DAY 3 /* an attacker begins to make a good name, */
#define SPOOF_FROM_DAY 14 /* and to use it */
#define REPLAY_BODIES 60
#define WAVE_MESSAGES 160
#define WAVE_NETWORKS 50

static void send_from_stray_host(struct planner *planner, struct plan *plan)
{
	plan->network = world_stray_network(&planner->dice);
	plan->host = 1 + dice_below(&planner->dice, 254);
	plan->helo = mem_printf(planner->mem, "host%u.invalid", plan->host);
}

/* Nothing of it is the author domain's but its name. */
static void forge(struct planner *planner, struct plan *plan,
		  const char *author)
{
	plan->author = author;
	plan->mail_from = mem_printf(planner->mem, "info@%s", author);
}

static const char *pick_victim(struct planner *planner)
{
	return world_victim(planner->world, &planner->dice)->name;
}

static struct plan begin_stray(struct planner *planner, const char *author)
{
	struct plan plan = plan_begin(planner);

	forge(planner, &plan, author);
	send_from_stray_host(planner, &plan);
	return plan;
}

/* A host of his own; its name and SPF are in order. */
static void send_from_attacker(struct planner *planner, struct plan *plan,
			       unsigned attacker)
{
	const struct provider *host = &planner->world->attackers[attacker];

	plan_provider(planner, plan, host);
	plan->mail_from =
	    mem_printf(planner->mem, "srs=%s@%s", plan->author, host->name);
}

void plan_background(struct planner *planner)
{
	struct plan plan = begin_stray(planner, pick_victim(planner));

	plan_add(planner, &plan);
}

static void send_wave(struct planner *planner, const struct wave *wave)
{
	const struct domain *target = &planner->world->domains[wave->target];
	unsigned count = WAVE_MESSAGES * planner->form->percent / 100;

	for (unsigned i = 0; i < count; i++) {
		struct plan plan = plan_begin(planner);
		plan.time_s = TRAFFIC_START_S + (int64_t)wave->day * DAY_S +
			      wave->second + dice_below(&planner->dice, 21600);
		forge(planner, &plan, target->name);
		send_from_stray_host(planner, &plan);
		plan.network = wave->first_network + i % WAVE_NETWORKS;
		plan_add(planner, &plan);
	}
}

void plan_wave(struct planner *planner)
{
	for (unsigned i = 0; i < WORLD_WAVES; i++) {
		if (planner->world->waves[i].day == planner->day)
			send_wave(planner, &planner->world->waves[i]);
	}
}

/* Beside a relay, a hoster or a forwarder, or on a hoster's own machine: the
 * same network, and SPF of its name passes. */
void plan_neighbour(struct planner *planner)
{
	const struct world *world = planner->world;
	const struct provider *const groups[] = {
	    world->relays, world->hosters, world->forwarders, world->senders};
	struct plan plan = plan_begin(planner);
	unsigned group = dice_below(&planner->dice, 4);
	unsigned number = dice_below(&planner->dice, WORLD_SENDERS);
	const struct provider *beside = &groups[group][number];

	forge(planner, &plan, pick_victim(planner));
	plan_provider(planner, &plan, beside);
	plan.mail_from =
	    mem_printf(planner->mem, "site%u@%s", number, beside->name);
	if (group == 3)
		plan.handler = beside->name; /* signs for all customers */
	else if (group != 1)
		plan.host = RENTED_HOST;
	plan_add(planner, &plan);
}

/* --- good names ----------------------------------------------------------- */

static const struct domain *pick_newsletter(struct planner *planner)
{
	const struct world *world = planner->world;
	unsigned count = world->shape_count[SHAPE_NEWSLETTER];
	unsigned at = dice_below(&planner->dice,
				 count < NEWSLETTERS ? count : NEWSLETTERS);

	return &world->domains[world->of_shape[SHAPE_NEWSLETTER][at]];
}

/* What he is sent he passes on, as it is: DKIM passes. */
void plan_newsletter_credit(struct planner *planner)
{
	if (planner->day < CREDIT_FROM_DAY)
		return;
	struct plan plan = plan_begin(planner);
	plan_author(planner, &plan, pick_newsletter(planner));
	send_from_attacker(planner, &plan, ATTACKER_NEWSLETTERS);
	plan_add(planner, &plan);
}

/* Half of it in the newsletters' names, half in others'. */
void plan_newsletter_spoof(struct planner *planner)
{
	if (planner->day < SPOOF_FROM_DAY)
		return;
	struct plan plan = plan_begin(planner);
	bool is_known = dice_percent(&planner->dice, 50);
	forge(planner, &plan,
	      is_known ? pick_newsletter(planner)->name : pick_victim(planner));
	send_from_attacker(planner, &plan, ATTACKER_NEWSLETTERS);
	plan_add(planner, &plan);
}

/* Domains of his own: from their own hosts, and by way of the first. */
void plan_signer_credit(struct planner *planner)
{
	if (planner->day < CREDIT_FROM_DAY)
		return;
	struct plan plan = plan_begin(planner);
	unsigned number = 1 + dice_below(&planner->dice, 3);
	bool is_direct = dice_percent(&planner->dice, 40);
	const struct provider *own =
	    &planner->world->attackers[ATTACKER_SIGNER + number];
	plan.author = own->name;
	plan.signer = own->name;
	plan_provider(planner, &plan, own);
	plan.mail_from = mem_printf(planner->mem, "info@%s", own->name);
	if (!is_direct)
		send_from_attacker(planner, &plan, ATTACKER_SIGNER);
	plan_add(planner, &plan);
}

void plan_signer_spoof(struct planner *planner)
{
	if (planner->day < SPOOF_FROM_DAY)
		return;
	struct plan plan = plan_begin(planner);
	forge(planner, &plan, pick_victim(planner));
	send_from_attacker(planner, &plan, ATTACKER_SIGNER);
	plan_add(planner, &plan);
}

/* --- genuine headers ------------------------------------------------------ */

static const struct domain *pick_signing_victim(struct planner *planner)
{
	const struct domain *domain;

	do
		domain = world_victim(planner->world, &planner->dice);
	while (domain->shape != SHAPE_DIRECT);
	return domain;
}

/* One message that he was sent, over bodies of his own: by strays, and by one
 * host with a name. */
void plan_replay(struct planner *planner)
{
	struct plan original = plan_begin(planner);

	plan_author(planner, &original, pick_signing_victim(planner));
	original.change = CHANGE_BODY;
	for (unsigned i = 0; i < REPLAY_BODIES; i++) {
		struct plan plan = original;
		plan.personal = i;
		plan.time_s += dice_below(&planner->dice, 3 * 3600);
		plan.rcpts[0] = plan_recipient(planner);
		if (i % 4 == 0)
			send_from_attacker(planner, &plan, ATTACKER_REPLAY);
		else
			send_from_stray_host(planner, &plan);
		plan_add(planner, &plan);
	}
}

/* --- recipients ----------------------------------------------------------- */

void plan_second_recipient(struct planner *planner)
{
	static const char *const seconds[] = {
	    RECIPIENT_POSTMASTER, RECIPIENT_ABUSE, RECIPIENT_ARCHIVE,
	    RECIPIENT_ARCHIVE_DETAIL};
	struct plan plan = begin_stray(planner, pick_victim(planner));
	unsigned number = dice_below(&planner->dice, 4);

	plan.rcpts[1] = seconds[number];
	plan_add(planner, &plan);
}

static void spoof_to(struct planner *planner, const char *plain,
		     const char *other)
{
	struct plan plan = begin_stray(planner, pick_victim(planner));
	bool is_plain = dice_percent(&planner->dice, 50);

	plan.rcpts[0] = is_plain ? plain : other;
	plan.to = plan.rcpts[0];
	plan_add(planner, &plan);
}

void plan_postmaster_spoof(struct planner *planner)
{
	spoof_to(planner, RECIPIENT_POSTMASTER, RECIPIENT_ABUSE);
}

void plan_exempt_spoof(struct planner *planner)
{
	spoof_to(planner, RECIPIENT_ARCHIVE, RECIPIENT_ARCHIVE_DETAIL);
}

void plan_alias_spoof(struct planner *planner)
{
	spoof_to(planner, RECIPIENT_STAFF, RECIPIENT_STAFF_DETAIL);
}

/* --- names ---------------------------------------------------------------- */

void plan_own_spoof(struct planner *planner)
{
	bool is_brand = dice_percent(&planner->dice, 30);
	struct plan plan =
	    begin_stray(planner, is_brand ? OWN_BRAND : OWN_DOMAIN);

	plan_add(planner, &plan);
}

/* Names that somebody has without records, and names that nobody has. */
void plan_bare_spoof(struct planner *planner)
{
	bool is_taken = dice_percent(&planner->dice, 50);
	unsigned number = dice_below(&planner->dice, 100000);
	const struct domain *domain =
	    world_pick(planner->world, &planner->dice, SHAPE_BARE);
	struct plan plan =
	    begin_stray(planner, is_taken ? domain->name
					  : mem_printf(planner->mem,
						       "n%u.example", number));

	plan_add(planner, &plan);
}
