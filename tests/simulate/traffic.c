/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * traffic.c - the mail that comes to us in some weeks
 *
 * Planned day by day, sorted by time, and made one by one: no more than a day
 * is in memory.
 */
#include "tests/simulate/traffic.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/auth/digest.h"
#include "tests/simulate/compose.h"
#include "tests/simulate/plan.h"

const struct traffic_form traffic_long = {
    .days = 60, .domains = 2000, .percent = 100, .subscribers = 3};
const struct traffic_form traffic_short = {
    .days = 24, .domains = 300, .percent = 14, .subscribers = 3};
const struct traffic_form traffic_lists = {.days = 14,
					   .domains = 300,
					   .percent = 12,
					   .subscribers = 500,
					   .is_lists_only = true};
const struct traffic_form traffic_lists_long = {.days = 30,
						.domains = 2000,
						.percent = 60,
						.subscribers = 500,
						.is_lists_only = true};

#define ONCE 0 /* a day, whatever the form */

const struct actor_row actor_rows[ACTORS] = {
    [ACTOR_DIRECT] = {"direct", TRUTH_GENUINE, 2400, plan_direct},
    [ACTOR_RELAY] = {"relay", TRUTH_GENUINE, 400, plan_relay},
    [ACTOR_NEWSLETTER] = {"newsletter", TRUTH_GENUINE, 800, plan_newsletter},
    [ACTOR_UNCONFIGURED] = {"forgotten service", TRUTH_GENUINE, 60,
			    plan_unconfigured},
    [ACTOR_BARE] = {"without records", TRUTH_GENUINE, 150, plan_bare},
    [ACTOR_OWN_SERVICE] = {"own service", TRUTH_GENUINE, 40, plan_own_service},
    [ACTOR_APPEAL] = {"appeal", TRUTH_GENUINE, 10, plan_appeal},
    [ACTOR_LIST] = {"list", TRUTH_GENUINE, 160, plan_list},
    [ACTOR_FORWARDED] = {"forwarded", TRUTH_GENUINE, 480, plan_forwarded},

    [ACTOR_BACKGROUND] = {"background", TRUTH_SPOOF, 400, plan_background},
    [ACTOR_WAVE] = {"wave", TRUTH_SPOOF, ONCE, plan_wave},
    [ACTOR_NEIGHBOUR] = {"rented neighbour", TRUTH_SPOOF, 60, plan_neighbour},
    [ACTOR_FORWARDED_SPOOF] = {"forwarded spoof", TRUTH_SPOOF, 60,
			       plan_forwarded_spoof},
    [ACTOR_NEWSLETTER_CREDIT] = {"newsletter credit", TRUTH_CREDIT, 250,
				 plan_newsletter_credit},
    [ACTOR_NEWSLETTER_SPOOF] = {"newsletter spoof", TRUTH_SPOOF, 100,
				plan_newsletter_spoof},
    [ACTOR_SIGNER_CREDIT] = {"signer credit", TRUTH_CREDIT, 150,
			     plan_signer_credit},
    [ACTOR_SIGNER_SPOOF] = {"signer spoof", TRUTH_SPOOF, 40, plan_signer_spoof},
    [ACTOR_REPLAY] = {"replay", TRUTH_SPOOF, 5, plan_replay},
    [ACTOR_SECOND_RECIPIENT] = {"second recipient", TRUTH_SPOOF, 30,
				plan_second_recipient},
    [ACTOR_POSTMASTER_SPOOF] = {"postmaster spoof", TRUTH_SPOOF, 30,
				plan_postmaster_spoof},
    [ACTOR_EXEMPT_SPOOF] = {"exempt recipient", TRUTH_SPOOF, 20,
			    plan_exempt_spoof},
    [ACTOR_ALIAS_SPOOF] = {"alias", TRUTH_SPOOF, 20, plan_alias_spoof},
    [ACTOR_OWN_SPOOF] = {"own name", TRUTH_SPOOF, 60, plan_own_spoof},
    [ACTOR_BARE_SPOOF] = {"name without policy", TRUTH_SPOOF, 100,
			  plan_bare_spoof},
};

struct traffic {
	const struct world *world;
	struct traffic_form form;
	struct planner planner; /* of the day that is being sent */
	unsigned next_day;
	size_t next;
	struct mail *mail; /* the one given last */
};

/* --- plans ---------------------------------------------------------------- */

const char *plan_recipient(struct planner *planner)
{
	unsigned number = dice_below(&planner->dice, 100);
	unsigned person = dice_below(&planner->dice, 400);

	/* A spoofer does not know them; the actors that do name them. */
	if (planner->truth == TRUTH_GENUINE && number < 8)
		return number < 5 ? RECIPIENT_ARCHIVE : RECIPIENT_STAFF;
	return mem_printf(planner->mem, "u%u@%s", person, OWN_DOMAIN);
}

struct plan plan_begin(struct planner *planner)
{
	struct plan plan = {
	    .actor = planner->actor,
	    .truth = planner->truth,
	    .number = (planner->day << 16) + (unsigned)planner->count,
	};

	plan.time_s = TRAFFIC_START_S + (int64_t)planner->day * DAY_S;
	plan.time_s += dice_below(&planner->dice, DAY_S);
	plan.written_s = plan.time_s - 5;
	plan.rcpts[0] = plan_recipient(planner);
	plan.to = plan.rcpts[0];
	return plan;
}

void plan_add(struct planner *planner, const struct plan *plan)
{
	int64_t last_s =
	    TRAFFIC_START_S + (int64_t)(planner->day + 1) * DAY_S - 1;

	planner->plans = mem_resize(planner->mem, planner->plans, struct plan,
				    planner->count + 1);
	struct plan *added = &planner->plans[planner->count];
	*added = *plan;
	added->sequence = planner->count++;
	if (added->time_s > last_s)
		added->time_s = last_s;
}

/* The part of a message that is left over comes by chance. */
static unsigned calls_of_day(struct planner *planner,
			     const struct actor_row *row)
{
	unsigned chance = dice_below(&planner->dice, 1000);

	return row->per_day_tenths == ONCE
		   ? 1
		   : (row->per_day_tenths * planner->form->percent + chance) /
			 1000;
}

static void plan_actor(struct planner *planner, enum actor actor)
{
	const struct actor_row *row = &actor_rows[actor];

	planner->actor = actor;
	planner->truth = row->truth;
	planner->dice =
	    dice_of(planner->world->seed, (unsigned)actor, planner->day);
	for (unsigned left = calls_of_day(planner, row); left > 0; left--)
		row->plan(planner);
}

static int by_time(const void *a, const void *b)
{
	const struct plan *one = a;
	const struct plan *two = b;

	if (one->time_s != two->time_s)
		return one->time_s < two->time_s ? -1 : 1;
	return one->sequence < two->sequence ? -1 : 1;
}

static void plan_day(struct traffic *traffic)
{
	struct planner *planner = &traffic->planner;

	mem_free(planner->mem);
	*planner = (struct planner){
	    .mem = mem_context(traffic),
	    .world = traffic->world,
	    .form = &traffic->form,
	    .day = traffic->next_day++,
	};
	traffic->next = 0;
	traffic->mail = NULL;
	for (unsigned i = 0; i < ACTORS; i++) {
		if (!traffic->form.is_lists_only || i == ACTOR_LIST)
			plan_actor(planner, (enum actor)i);
	}
	if (planner->count > 0)
		qsort(planner->plans, planner->count, sizeof *planner->plans,
		      by_time);
}

/* --- the mail ------------------------------------------------------------- */

struct traffic *traffic_new(TALLOC_CTX *mem, uint64_t seed,
			    const struct traffic_form *form)
{
	struct traffic *traffic = mem_new(mem, struct traffic);

	traffic->form = *form;
	traffic->world = world_new(traffic, seed, form->days, form->domains);
	return traffic;
}

const struct world *traffic_world(const struct traffic *traffic)
{
	return traffic->world;
}

const struct mail *traffic_next(struct traffic *traffic)
{
	struct planner *planner = &traffic->planner;

	while (traffic->next == planner->count) {
		if (traffic->next_day == traffic->form.days)
			return NULL;
		plan_day(traffic);
	}
	mem_free(traffic->mail);
	traffic->mail = compose_mail(planner->mem, traffic->world,
				     &planner->plans[traffic->next++]);
	return traffic->mail;
}

const char *actor_text(enum actor actor)
{
	return actor_rows[actor].name;
}

enum truth actor_truth(enum actor actor)
{
	return actor_rows[actor].truth;
}

const char *truth_text(enum truth truth)
{
	static const char *const texts[] = {[TRUTH_GENUINE] = "genuine",
					    [TRUTH_SPOOF] = "spoof",
					    [TRUTH_CREDIT] = "credit"};

	return texts[truth];
}

/* --- its hash ------------------------------------------------------------- */

static void hash_mail(struct digest *digest, const struct mail *mail)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *second = mail->rcpts.count > 1 ? mail->rcpts.items[1] : "";

	digest_add(digest, span_of(mem_printf(
			       mem, "%u %s %u %s %s %s %s%s %u %zu\n",
			       (unsigned)mail->time_s, actor_text(mail->actor),
			       (unsigned)mail->truth, mail->client, mail->helo,
			       mail->mail_from, mail->rcpts.items[0], second,
			       mail->mailboxes, mail->message.length)));
	digest_add(digest, mail->message);
	mem_free(mem);
}

void traffic_hash(uint64_t seed, const struct traffic_form *form,
		  char hash[TRAFFIC_HASH])
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct traffic *traffic = traffic_new(mem, seed, form);
	struct digest *digest = digest_new(mem);
	const struct mail *mail;

	digest_add(digest, span_of(world_zone(mem, traffic->world)));
	while ((mail = traffic_next(traffic)) != NULL)
		hash_mail(digest, mail);
	struct digest_value value = digest_finish(digest);
	for (size_t i = 0; i < sizeof value.bytes; i++)
		(void)snprintf(hash + 2 * i, 3, "%02x", value.bytes[i]);
	mem_free(mem);
}
