/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * handlers.c - lists and forwarders, and what they do to mail
 */
#include "tests/simulate/plan.h"

#define MODERATED_S (13 * DAY_S)
#define SLOW_PERCENT 20	 /* of posts wait for a moderator */
#define CROSS_PERCENT 10 /* of posts go to two lists */
#define ONWARD_PERCENT 2 /* of subscribers read by way of a forwarder */
#define BANNER_SINCE_DAY                                                       \
	25 /* a third of the forwarders, each third of them                    \
	    */

/* What one list makes of a post. */
struct issue {
	unsigned list;
	struct plan post;
	unsigned first; /* subscriber, whose numbers the footers have */
};

static void handle_by_list(struct planner *planner, const struct issue *issue,
			   struct plan *copy)
{
	static const enum change changes[] = {
	    [LIST_FOOTER] = CHANGE_FOOTER,     [LIST_TAG] = CHANGE_TAG,
	    [LIST_MUNGED] = CHANGE_FOOTER,     [LIST_PLAIN] = CHANGE_NONE,
	    [LIST_PERSONAL] = CHANGE_PERSONAL, [LIST_SEALED] = CHANGE_FOOTER,
	};
	const struct provider *list = &planner->world->lists[issue->list];
	enum list_kind kind = world_list_kind(issue->list);

	copy->change = changes[kind];
	copy->handler = list->name;
	copy->list_id = mem_printf(planner->mem, "talk.%s", list->name);
	copy->is_sealed = kind == LIST_SEALED;
	if (kind == LIST_MUNGED)
		copy->from = mem_printf(planner->mem, "talk@%s", list->name);
	plan_provider(planner, copy, list);
	copy->mail_from =
	    mem_printf(planner->mem, "talk+u%u@%s", copy->personal, list->name);
}

/* The subscriber's old address passes it on to us. */
static void pass_on(struct planner *planner, struct plan *copy)
{
	unsigned number = dice_below(&planner->dice, WORLD_FORWARDERS);
	const struct provider *forwarder = &planner->world->forwarders[number];

	plan_provider(planner, copy, forwarder);
	copy->mail_from =
	    mem_printf(planner->mem, "srs=%u@%s", number, forwarder->name);
}

static void send_copies(struct planner *planner, const struct issue *issue)
{
	for (unsigned i = 0; i < planner->form->subscribers; i++) {
		struct plan copy = issue->post;
		copy.personal = issue->first + i;
		copy.time_s += dice_below(&planner->dice, 1800);
		copy.rcpts[0] = plan_recipient(planner);
		handle_by_list(planner, issue, &copy);
		if (dice_percent(&planner->dice, ONWARD_PERCENT))
			pass_on(planner, &copy);
		plan_add(planner, &copy);
	}
}

/* Written up to 13 days before the list sends it. */
static struct plan write_post(struct planner *planner)
{
	struct plan post = plan_begin(planner);
	const struct domain *author = world_pick(
	    planner->world, &planner->dice,
	    dice_percent(&planner->dice, 80) ? SHAPE_DIRECT : SHAPE_SPF);
	unsigned waited = 60;

	if (dice_percent(&planner->dice, SLOW_PERCENT))
		waited = dice_below(&planner->dice, MODERATED_S);
	post.written_s = post.time_s - waited;
	post.author = author->name;
	if (author->shape == SHAPE_DIRECT)
		post.signer = author->name;
	return post;
}

void plan_list(struct planner *planner)
{
	struct issue issue = {.post = write_post(planner)};
	unsigned other = dice_below(&planner->dice, WORLD_LISTS);
	bool is_crossed = dice_percent(&planner->dice, CROSS_PERCENT);

	issue.list = dice_below(&planner->dice, WORLD_LISTS);
	issue.post.to = mem_printf(planner->mem, "talk@%s",
				   planner->world->lists[issue.list].name);
	if (is_crossed && other != issue.list)
		issue.post.cc = mem_printf(planner->mem, "talk@%s",
					   planner->world->lists[other].name);
	send_copies(planner, &issue);
	if (issue.post.cc == NULL)
		return;
	issue.list = other;
	issue.first = planner->form->subscribers;
	send_copies(planner, &issue);
}

static void forward(struct planner *planner, struct plan *plan)
{
	unsigned number = dice_below(&planner->dice, WORLD_FORWARDERS);
	const struct provider *forwarder = &planner->world->forwarders[number];
	enum forwarder_kind kind = world_forwarder_kind(number);

	plan->to = mem_printf(planner->mem, "me@%s", forwarder->name);
	plan_provider(planner, plan, forwarder);
	plan->handler = NULL;
	if (kind != FORWARDER_PLAIN)
		plan->mail_from = mem_printf(planner->mem, "srs=%s@%s",
					     plan->author, forwarder->name);
	/* Some began to put a banner on top in the middle of it all. */
	if (kind == FORWARDER_BANNER &&
	    (number % 2 == 0 || planner->day >= BANNER_SINCE_DAY))
		plan->change = CHANGE_BANNER;
}

void plan_forwarded(struct planner *planner)
{
	struct plan plan = plan_begin(planner);
	unsigned number = dice_below(&planner->dice, 100);
	enum shape shape = number < 55	 ? SHAPE_DIRECT
			   : number < 75 ? SHAPE_SPF
			   : number < 85 ? SHAPE_HOSTED
					 : SHAPE_NEWSLETTER;

	plan_author(planner, &plan,
		    world_pick(planner->world, &planner->dice, shape));
	forward(planner, &plan);
	plan_add(planner, &plan);
}

/* A mailbox that forwards all it gets forwards spoofs, too. */
void plan_forwarded_spoof(struct planner *planner)
{
	struct plan plan = plan_begin(planner);

	plan.author = world_victim(planner->world, &planner->dice)->name;
	plan.mail_from = mem_printf(planner->mem, "bounce@%s", plan.author);
	forward(planner, &plan);
	plan_add(planner, &plan);
}
