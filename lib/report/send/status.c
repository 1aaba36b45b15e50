/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * status.c - how it stands with reports
 * Tested by test_alignctl_report_send and test_alignctl_report_failures.
 */
#include "lib/report/send/status.h"

#include <inttypes.h>

#include "lib/report/send/collect.h"
#include "lib/report/send/health.h"
#include "lib/report/send/round.h"
#include "lib/store/store_delivery.h"
#include "lib/store/store_failure_report.h"

#define TROUBLE_SHOWN 15
#define WHY_SHOWN 120

/* --- the last run and the next --- */

static const char *run_text(TALLOC_CTX *mem, const struct store_run *run)
{
	char time[CLOCK_TEXT];

	if (run->started_s == 0)
		return "none yet: systemctl enable --now alignd-report.timer, "
		       "or alignctl report send";
	if (run->ended_s < run->started_s)
		return mem_printf(mem, "%s, still going on or cut short",
				  clock_text(run->started_s, time));
	return mem_printf(mem, "%s: %s", clock_text(run->ended_s, time),
			  run->words);
}

static void put_run(struct show *show, const struct store_run *run)
{
	show_line(show, "reports");
	show_put(show, NULL, "last run", value_text(run_text(show, run)));
	show_data(show, "last_run_started", value_time_given(run->started_s));
	show_data(show, "last_run_ended", value_time_given(run->ended_s));
	show_data(show, "last_run", value_given(run->words));
}

static void put_days(struct show *show, int64_t from_s, int64_t until_s)
{
	char first[CLOCK_TEXT];
	char last[CLOCK_TEXT];
	struct value days = value_number((until_s - from_s) / AGGREGATE_DAY_S);

	show_put(
	    show, "days_pending", "days pending",
	    value_words(
		days,
		from_s == until_s
		    ? "none; today's is collected after midnight UTC"
		    : mem_printf(
			  show, "%s to %s", clock_day_text(from_s, first),
			  clock_day_text(until_s - AGGREGATE_DAY_S, last))));
}

static void put_next(struct show *show, int64_t next_s)
{
	char time[CLOCK_TEXT];

	show_put(show, "next_try", "next",
		 value_words(value_time_given(next_s),
			     next_s == 0
				 ? "nothing waits"
				 : mem_printf(show, "a report is due at %s",
					      clock_text(next_s, time))));
}

static void put_round_words(struct show *show,
			    const struct store_round_figures *figures)
{
	if (figures->missing > 0)
		show_member(show, "attention",
			    "the last day was reported without %" PRId64
			    " host%s that had not brought all of it: "
			    "alignctl fleet status",
			    figures->missing, figures->missing == 1 ? "" : "s");
	if (figures->ahead_s > 0)
		show_member(show, "attention", "%s",
			    report_clock_words(show, figures->ahead_s));
	if (figures->standbys_unsure > 0)
		show_member(show, "attention",
			    "synchronous_standby_names is empty: after a "
			    "fail-over a report of the last moment may go out "
			    "again, with the same id");
}

/* Of a fleet: what its days wait for, and what came too late. */
static bool put_rounds(struct show *show, struct report_sender *sender,
		       struct error *err)
{
	struct store_round_figures figures;

	if (!store_reports_is_fleet(sender->reports))
		return true;
	if (!store_round_figures(sender->reports, &figures, err))
		return false;
	show_put(show, "rounds_unrendered", "rounds",
		 value_number(figures.unrendered));
	show_put(show, "segments_late", "late", value_number(figures.late));
	show_put(show, "segments_let_go", "too late",
		 value_words(
		     value_number(figures.let_go_segments),
		     mem_printf(
			 show, "%" PRId64 " segments with %" PRId64 " messages",
			 figures.let_go_segments, figures.let_go_messages)));
	show_data(show, "hosts_missing", value_number(figures.missing));
	show_data(show, "standbys_unsure",
		  value_number(figures.standbys_unsure));
	put_round_words(show, &figures);
	return true;
}

static bool put_runs(struct show *show, struct report_sender *sender,
		     struct error *err)
{
	struct store_run run;
	int64_t from_s;
	int64_t until_s;
	int64_t next_s;

	if (!store_run_get(show, sender->reports, &run, err) ||
	    !report_collect_period(sender, &from_s, &until_s, err) ||
	    !store_reports_next_try(sender->reports, &next_s, err))
		return false;
	put_run(show, &run);
	put_days(show, from_s, until_s);
	show_data(show, "collected_until",
		  value_time_given(run.collected_until_s));
	put_next(show, next_s);
	return put_rounds(show, sender, err);
}

/* --- states --- */

static bool put_state(void *context, const char *state, int64_t count)
{
	show_put(context, state, state, value_number(count));
	return true;
}

/* They wait on the host that refused the mail, which is not ours where the
 * fleet's are looked at from elsewhere. */
static bool put_waiting_failures(struct show *show,
				 const struct report_sender *sender,
				 struct error *err)
{
	struct store_reports *own =
	    sender->own == NULL ? sender->reports : sender->own;
	int64_t waiting;
	int64_t counted_only;

	if (store_reports_is_fleet(own)) {
		show_member(show, "kept",
			    "on each host (alignctl report status there)");
		return true;
	}
	if (!store_failures_count(own, &waiting, &counted_only, err))
		return false;
	show_put(show, "failures_kept", "kept", value_number(waiting));
	show_put(show, "failures_counted_only", "counted only",
		 value_number(counted_only));
	return true;
}

static bool put_failures(struct show *show, const struct report_sender *sender,
			 struct error *err)
{
	show_line(show, "failure reports");
	if (sender->settings->failure_reports == FAILURES_NO)
		show_member(show, "switched", "off (report.failure_reports)");
	if (!put_waiting_failures(show, sender, err))
		return false;
	return store_reports_states(sender->reports, "failure", put_state,
				    show_object(show, "failure_states"), err);
}

/* --- addresses --- */

struct trouble {
	struct show *list;
	int64_t now_s;
	size_t count;
};

static void say_trouble(struct show *item, const struct store_health *health,
			bool is_suppressed)
{
	const char *why =
	    is_suppressed ? health->suppressed_why : health->last_error;

	show_line(item, "    %s%s%s  %s  %s", health->address,
		  *health->policy_domain == '\0' ? "" : " about ",
		  health->policy_domain,
		  is_suppressed
		      ? report_until_text(item, health->suppressed_until_s)
		      : "is tried again",
		  text_escape(item, span_of(why), WHY_SHOWN, true));
}

static bool put_trouble(void *context, const struct store_health *health)
{
	struct trouble *trouble = context;
	struct show *item = show_add(trouble->list);
	bool is_suppressed = health->suppressed_until_s > trouble->now_s;
	bool has_end = is_suppressed && health->suppressed_until_s != INT64_MAX;

	if (trouble->count++ < TROUBLE_SHOWN)
		say_trouble(item, health, is_suppressed);
	show_data(item, "address", value_text(health->address));
	show_data(item, "policy_domain", value_given(health->policy_domain));
	show_data(item, "failures", value_number(health->failures));
	show_data(item, "last_ok", value_time_given(health->last_ok_s));
	show_data(item, "last_error_at",
		  value_time_given(health->last_error_s));
	show_data(item, "last_error", value_given(health->last_error));
	show_data(item, "suppressed", value_flag(is_suppressed));
	show_data(item, "suppressed_until",
		  value_time_given(has_end ? health->suppressed_until_s : 0));
	show_data(item, "why",
		  value_given(is_suppressed ? health->suppressed_why : ""));
	return true;
}

static bool put_troubles(struct show *show, const struct report_sender *sender,
			 struct error *err)
{
	struct trouble trouble = {.list = show_list(show, "trouble"),
				  .now_s = clock_now_s(sender->clock)};

	show_line(show, "addresses with trouble");
	if (!store_health_list(sender->reports, trouble.now_s, put_trouble,
			       &trouble, err))
		return false;
	if (trouble.count == 0)
		show_line(show, "    none");
	if (trouble.count > TROUBLE_SHOWN)
		show_line(show, "    and %zu more (--json shows all)",
			  trouble.count - TROUBLE_SHOWN);
	return true;
}

/* --- */

bool report_status(TALLOC_CTX *mem, struct report_sender *sender,
		   const char *clock_doubt, struct show **show,
		   struct error *err)
{
	struct show *status = show_new(mem);

	if (!put_runs(status, sender, err))
		return false;
	show_data(status, "clock_doubt", value_text(clock_doubt));
	if (clock_doubt != NULL)
		show_member(status, "attention",
			    "%s: nothing is sent or purged (alignctl doctor)",
			    clock_doubt);
	if (*sender->settings->from == '\0')
		show_member(status, "attention",
			    "report.from is empty: none is sent");
	show_line(status, "by state");
	if (!store_reports_states(sender->reports, "aggregate", put_state,
				  show_object(status, "states"), err) ||
	    !put_failures(status, sender, err) ||
	    !put_troubles(status, sender, err))
		return false;
	*show = status;
	return true;
}
