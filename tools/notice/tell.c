/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tell.c - one run of a digest or an alert: gathered, chosen, handed over,
 * marked
 */
#include "tools/notice/tell.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/random.h"
#include "lib/fleet/fleet_db.h"
#include "lib/notice/choose.h"
#include "lib/notice/gather.h"
#include "lib/notice/show.h"
#include "lib/report/send/owner.h"
#include "lib/report/send/stop_point.h"
#include "tools/clock.h"
#include "tools/notice/place.h"
#include "tools/notice/sources.h"
#include "tools/report/fleet.h"
#include "tools/store.h"
#include "tools/time.h"

#define DAY_S ((int64_t)86400)
#define FIRST_S (7 * DAY_S)    /* what a first digest looks back */
#define LONGEST_S (90 * DAY_S) /* and one after a long pause */
/* Told facts that are seen no more; an alarm's cause has its own end. */
#define FORGET_DIGEST_S (120 * DAY_S)
#define FORGET_ALERT_S (30 * DAY_S)
#define LEASE_MARGIN_S 120 /* beside what mail and webhook may take */
/* Of a fleet each host has the same timer: one digest serves them all. */
#define FLEET_PAUSE_S (6 * (int64_t)3600)

const char notice_digest[] = "digest";
const char notice_alert[] = "alert";

struct telling {
	struct tool *tool;
	const char *channel;
	bool is_digest;
	bool is_printed; /* and handed to nobody */
	struct config *config;
	struct notice_sources sources;
	struct report_fleet *fleet; /* NULL: a host by itself */
	const struct fleet_host_list *hosts;
	struct store_posture *posture;
	struct store_notice *store;
	const char *owner;
	size_t place_count;
	struct notice_place places[NOTICE_WAYS];
	int64_t since_s; /* --since; 0: without */
	int64_t told;	 /* facts */
	bool is_handed;	 /* something */
};

/* --- what a place is told --- */

static int64_t place_number(const struct telling *telling,
			    const struct notice_place *place)
{
	return store_notice_number(telling->store,
				   place == NULL ? "" : place->address);
}

/* Since when the place was not told all. */
static int64_t begin_of(const struct telling *telling,
			const struct notice_memory *memory)
{
	int64_t now_s = telling->sources.now_s;
	int64_t last_s = notice_told_until_s(memory);

	if (telling->since_s > 0)
		return telling->since_s;
	if (last_s == 0 || last_s > now_s)
		return now_s - FIRST_S;
	return last_s < now_s - LONGEST_S ? now_s - LONGEST_S : last_s;
}

static bool choose(TALLOC_CTX *mem, const struct telling *telling,
		   const struct notice_place *place,
		   struct notice_choice *choice, struct error *err)
{
	struct store_notice_marks marks;
	struct notice notice;
	const struct notice_memory memory = {.store = telling->store,
					     .marks = &marks,
					     .is_left_aside =
						 telling->since_s > 0};

	if (!store_notice_marks(mem, telling->store, telling->channel,
				place_number(telling, place), &marks, err))
		return false;
	bool ok =
	    telling->is_digest
		? notice_gather_digest(mem, &telling->sources,
				       begin_of(telling, &memory), &notice, err)
		: notice_gather_alarms(mem, &telling->sources, &notice, err);
	if (ok && telling->is_digest)
		notice_choose_digest(mem, &notice, &memory, choice);
	else if (ok)
		notice_choose_alarms(mem, &notice, &memory,
				     telling->config->alert.pace, choice);
	return ok;
}

/* --- printing --- */

static void print_notice(const struct telling *telling, TALLOC_CTX *mem,
			 const struct notice_place *place,
			 const struct notice *notice)
{
	if (tool_form(telling->tool) == SHOW_JSON) {
		(void)printf("%s\n", json_text(mem, notice_json(mem, notice)));
		return;
	}
	if (telling->place_count > 1)
		(void)printf("%s:\n\n", place->label);
	(void)fputs(notice_text(mem, notice), stdout);
}

static bool print_for(const struct telling *telling,
		      const struct notice_place *place, struct error *err)
{
	TALLOC_CTX *mem = mem_context(telling->tool->mem);
	struct notice_choice choice;
	bool ok = choose(mem, telling, place, &choice, err);

	if (ok &&
	    (choice.told.count > 0 || !tool_has(telling->tool, "--quiet")))
		print_notice(telling, mem, place, &choice.told);
	mem_free(mem);
	return ok;
}

static bool print_all(const struct telling *telling, struct error *err)
{
	if (telling->place_count == 0)
		return print_for(telling, NULL, err);
	for (size_t i = 0; i < telling->place_count; i++) {
		if (!print_for(telling, &telling->places[i], err))
			return false;
	}
	return true;
}

/* --- handing over --- */

/* An alert says nothing where there is nothing; a digest as it is set. */
static bool is_wanted(const struct telling *telling,
		      const struct notice_choice *choice)
{
	if (telling->is_digest && telling->config->digest.quiet)
		return true;
	return choice->told.count > 0;
}

static bool settle(const struct telling *telling,
		   const struct notice_place *place,
		   const struct notice_choice *choice, struct error *err)
{
	return choice->mark_count == 0 ||
	       store_notice_settle(
		   telling->store, telling->channel,
		   place_number(telling, place), choice->marks,
		   choice->mark_count,
		   telling->sources.now_s -
		       (telling->is_digest ? FORGET_DIGEST_S : FORGET_ALERT_S),
		   err);
}

static void say_told(const struct telling *telling,
		     const struct notice_place *place,
		     const struct notice_choice *choice, bool is_handed)
{
	if (tool_has(telling->tool, "--quiet") && choice->news == 0)
		return;
	(void)printf(
	    "%s: %s, %" PRId64 " to tell%s\n", place->label,
	    is_handed ? "handed over" : "nothing handed over", choice->news,
	    choice->told.waiting > 0 ? "; others wait for the next hour" : "");
}

static int64_t lease_of(const struct telling *telling)
{
	return telling->config->report.smtp_timeout_ms / 1000 + LEASE_MARGIN_S;
}

/* For one more place. */
static bool hold_claim(const struct telling *telling, struct error *err)
{
	const struct clock *clock = telling->fleet == NULL
					? &telling->tool->clock
					: &telling->fleet->clock;
	bool is_ours;

	return store_notice_renew(
		   telling->store, telling->channel, telling->owner,
		   clock_now_s(clock) + lease_of(telling), &is_ours, err) &&
	       (is_ours ||
		error_set(err, ERROR_STORE, "another run went on meanwhile"));
}

static bool tell_place(struct telling *telling,
		       const struct notice_place *place, struct error *err)
{
	TALLOC_CTX *mem = mem_context(telling->tool->mem);
	struct notice_choice choice;
	bool ok = choose(mem, telling, place, &choice, err);
	bool is_handed = ok && is_wanted(telling, &choice);

	if (is_handed)
		ok = hold_claim(telling, err) &&
		     notice_hand_over(telling->tool, telling->config, place,
				      &choice.told, err);
	if (!ok)
		(void)error_wrap(err, "the %s was not told (%s)",
				 telling->channel, place->label);
	stop_point("handed-over");
	if (ok)
		ok = settle(telling, place, &choice, err);
	if (ok) {
		say_told(telling, place, &choice, is_handed);
		telling->told += is_handed ? choice.news : 0;
		telling->is_handed = telling->is_handed || is_handed;
	}
	mem_free(mem);
	return ok;
}

/* Each place is tried, whatever another does; the first fault is kept. */
static bool tell_all(struct telling *telling, struct error *err)
{
	struct error fault;
	bool is_well = true;

	for (size_t i = 0; i < telling->place_count; i++) {
		if (tell_place(telling, &telling->places[i], &fault))
			continue;
		if (is_well)
			*err = fault;
		else
			(void)fprintf(stderr, "alignctl: %s\n", fault.words);
		is_well = false;
	}
	return is_well;
}

/* Whether a process of another host lives is not to be seen. */
static bool is_lease_over(const char *owner, int64_t lease_s, int64_t now_s)
{
	(void)owner;
	return lease_s < now_s;
}

/* Has another host of the fleet told it? */
static bool is_told(struct telling *telling, bool *is_told, struct error *err)
{
	int64_t now_s = telling->sources.now_s;
	struct store_notice_run run = {.ended_s = 0};

	*is_told = false;
	if (telling->fleet == NULL || !telling->is_digest ||
	    telling->since_s > 0)
		return true;
	if (!store_notice_last_run(telling->store, telling->channel, &run, err))
		return false;
	*is_told = !run.has_failed && run.ended_s > now_s - FLEET_PAUSE_S;
	return true;
}

static bool is_claimed(struct telling *telling, bool *is_taken,
		       struct error *err)
{
	int64_t now_s = telling->sources.now_s;

	telling->owner =
	    report_owner_token(telling->tool->mem, random_system());
	return store_notice_claim(
	    telling->store, telling->channel, telling->owner, now_s,
	    now_s + lease_of(telling),
	    telling->fleet == NULL ? report_owner_is_gone : is_lease_over,
	    is_taken, err);
}

static int claim_and_tell(struct telling *telling)
{
	struct error err;
	struct error fault;
	bool is_taken;
	bool has_been;

	if (!is_claimed(telling, &is_taken, &err))
		return tool_fail(&err);
	if (!is_taken) {
		(void)fprintf(stderr,
			      "alignctl: another alignctl %s is under way, and "
			      "tells what is due\n",
			      telling->channel);
		return TOOL_DONE;
	}
	bool ok = is_told(telling, &has_been, &err) &&
		  (has_been || tell_all(telling, &err));
	if (ok && has_been && !tool_has(telling->tool, "--quiet"))
		(void)printf("a host of the fleet told the digest within six "
			     "hours\n");
	if (!store_notice_end(telling->store, telling->channel, telling->owner,
			      telling->sources.now_s, telling->told,
			      telling->is_handed, !ok, &fault) &&
	    ok)
		return tool_fail(&fault);
	return ok ? TOOL_DONE : tool_fail(&err);
}

/* --- the command --- */

static enum store_db_mode memory_mode(const struct telling *telling)
{
	return telling->is_printed ? STORE_DB_READ : STORE_DB_WRITE;
}

static bool open_fleet(struct telling *telling, struct error *err)
{
	struct tool *tool = telling->tool;
	const char *conninfo = report_fleet_sender(tool, telling->config);
	struct store_db *db;

	if (conninfo == NULL)
		return true;
	return report_fleet_open(tool, conninfo, STORE_DB_READ, &telling->fleet,
				 err) &&
	       notice_hosts_read(tool, conninfo, &telling->hosts, err) &&
	       fleet_db_open(conninfo, memory_mode(telling), &db, err) &&
	       store_notice_of_fleet(tool->mem, db, &telling->store, err);
}

static bool open_posture(struct telling *telling, struct error *err)
{
	struct tool *tool = telling->tool;
	bool may_write;

	return tool_record_posture(tool,
				   report_fleet_sender(tool, telling->config),
				   telling->config->store.sqlite, STORE_DB_READ,
				   &telling->posture, &may_write, err);
}

static bool open_memory(struct telling *telling, struct error *err)
{
	return telling->fleet != NULL ||
	       store_notice_open(telling->tool->mem,
				 telling->config->store.sqlite,
				 memory_mode(telling), &telling->store, err);
}

static bool read_all(struct telling *telling, struct error *err)
{
	struct tool *tool = telling->tool;

	if (!tool_config(tool, &telling->config, err) ||
	    !notice_places(tool, telling->config, telling->channel,
			   telling->places, &telling->place_count, err))
		return false;
	telling->is_printed =
	    tool_has(tool, "--print") || telling->place_count == 0;
	/* Before the process may connect nowhere any more. */
	if (!open_fleet(telling, err) || !open_posture(telling, err))
		return false;
	if (!telling->is_printed)
		notice_places_confine(tool, telling->config, telling->places,
				      telling->place_count);
	if (!notice_sources_open(tool, telling->config, telling->fleet,
				 telling->hosts, telling->posture,
				 &telling->sources, err) ||
	    !open_memory(telling, err))
		return false;
	store_notice_list_flaws(telling->store, tool_store_flaws(tool));
	return true;
}

/* A time that was given is good for reading alone (tools/clock.h). */
static bool is_fit(const struct telling *telling)
{
	const struct tool *tool = telling->tool;

	if (telling->is_printed)
		return true;
	if (tool_has(tool, "--json")) {
		(void)tool_usage(tool, "--json: with --print only");
		return false;
	}
	if (!tool_has(tool, "--now") || tool_clock_given_settles())
		return true;
	(void)tool_usage(tool, "--now: with --print only");
	return false;
}

int notice_run(struct tool *tool, const char *channel)
{
	struct telling telling = {.tool = tool,
				  .channel = channel,
				  .is_digest =
				      strcmp(channel, notice_digest) == 0};
	struct error err;

	if (tool->operands.count > 0)
		return tool_usage(tool, "alignctl %s takes no operand",
				  channel);
	if (!tool_time(tool, "--since", clock_now_s(&tool->clock),
		       &telling.since_s))
		return TOOL_BAD_USAGE;
	if (!read_all(&telling, &err))
		return tool_fail(&err);
	if (!is_fit(&telling))
		return TOOL_BAD_USAGE;
	if (!telling.is_printed)
		return claim_and_tell(&telling);
	if (!print_all(&telling, &err))
		return tool_fail(&err);
	if (telling.place_count == 0 && !tool_has(tool, "--print") &&
	    !tool_has(tool, "--quiet"))
		(void)fprintf(stderr,
			      "alignctl: nobody was told: set %s.mail or "
			      "%s.webhook, or give --mail or --webhook\n",
			      channel, channel);
	return TOOL_DONE;
}
