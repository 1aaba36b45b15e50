/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * round.c - a run's part in the rounds of a fleet
 * Tested by test_fleet_reports.
 */
#include "lib/report/send/round.h"

#include <inttypes.h>

#include "lib/report/send/collect.h"
#include "lib/report/send/render.h"
#include "lib/report/send/round_hold.h"
#include "lib/report/send/stop_point.h"

/* So that late segments of many hosts come together. */
#define PAUSE_S 3600

/* *is_done is false where the run's time was over before. */
static bool make_reports(struct report_sender *sender, bool *is_done,
			 struct error *err)
{
	bool is_ours = true;

	if (!sender->round->is_collected) {
		if (!report_collect_round(sender, err) ||
		    !report_round_keep(sender, STORE_ROUND_COLLECTED, &is_ours,
				       err))
			return false;
		stop_point("collected");
	}
	*is_done = false;
	return !is_ours || report_render_round(sender, is_done, err);
}

static bool work_at(struct report_sender *sender, struct store_round *round,
		    bool *is_done, struct error *err)
{
	struct error ignored;
	bool is_ours;

	sender->round = round;
	sender->round_kept_ms = clock_monotonic_ms(sender->clock);
	bool ok = make_reports(sender, is_done, err);
	/* What failed is left to the next run, of whichever host. */
	bool is_left = report_round_keep(
	    sender, ok && *is_done ? STORE_ROUND_RENDERED : STORE_ROUND_LEFT,
	    &is_ours, ok ? err : &ignored);
	sender->round = NULL;
	return ok && is_left;
}

static struct store_round_limits limits_of(const struct report_sender *sender)
{
	return (struct store_round_limits){
	    .wait_s = sender->settings->fleet_wait_ms / 1000,
	    .margin_s = REPORT_DAY_MARGIN_S,
	    .pause_s = PAUSE_S,
	    .days = REPORT_BACKLOG_DAYS};
}

char *report_clock_words(TALLOC_CTX *mem, int64_t ahead_s)
{
	return mem_printf(
	    mem,
	    "PostgreSQL's clock is %" PRId64 " hours ahead of what any host "
	    "has said: no day is let go until a host says so too. Is that "
	    "clock right, and does a forwarder run (alignctl fleet status)?",
	    ahead_s / 3600);
}

static bool tell_clock(struct report_sender *sender, struct error *err)
{
	struct store_round_figures figures;
	TALLOC_CTX *mem;

	if (!store_round_figures(sender->reports, &figures, err))
		return false;
	if (figures.ahead_s == 0)
		return true;
	mem = mem_context(NULL);
	report_sender_say(sender, report_clock_words(mem, figures.ahead_s));
	mem_free(mem);
	return true;
}

/* What can be sent all the same is not kept waiting. */
static bool take_rounds(struct report_sender *sender, struct error *err)
{
	const struct store_round_limits limits = limits_of(sender);
	int64_t taken;

	if (!store_rounds_take(sender->reports, &limits, &taken, err) ||
	    !tell_clock(sender, err))
		return false;
	if (taken == STORE_ROUNDS_HELD)
		report_sender_say(
		    sender, "somebody holds the fleet's table of segments, so "
			    "no day was taken: FLEET.md, \"When something is "
			    "wrong\", says how to find and end that session");
	stop_point("taken");
	return true;
}

bool report_rounds(struct report_sender *sender, struct error *err)
{
	struct store_round round = {.round = 0};
	bool is_done = true;
	bool ok = store_reports_retry_invalid(sender->reports, err) &&
		  take_rounds(sender, err);

	while (ok && is_done && !report_sender_is_stopping(sender)) {
		ok = store_round_claim(sender->reports, sender->owner,
				       ROUND_LEASE_S, &round, err);
		if (!ok || round.round == 0)
			break;
		stop_point("round-claimed");
		ok = work_at(sender, &round, &is_done, err);
	}
	return ok;
}
