/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send.c - alignctl report send: one run, by hand or by the timer
 *
 * Collecting and rendering come before key and mail server are looked at, so
 * that reports only wait when those are not in order.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/report/send/collect.h"
#include "lib/report/send/deliver.h"
#include "lib/report/send/failure_render.h"
#include "lib/report/send/owner.h"
#include "lib/report/send/render.h"
#include "lib/report/send/round.h"
#include "tools/clock.h"
#include "tools/option.h"
#include "tools/report/actions.h"
#include "tools/report/alignment.h"
#include "tools/report/confine.h"
#include "tools/report/fleet.h"
#include "tools/report/foreseen.h"
#include "tools/report/shared.h"
#include "tools/store.h"

#define PROGRESS_EVERY 50

/* Set by TERM and INT: the mail at hand is finished, then the run ends. */
static volatile sig_atomic_t is_told_to_stop;

static void on_signal(int number)
{
	(void)number;
	is_told_to_stop = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
}

static bool is_stopping(void *context)
{
	(void)context;
	return is_told_to_stop != 0;
}

struct sending {
	struct tool *tool;
	struct engine *engine;
	struct report_sender sender;
	const char *store_path;
	struct report_fleet *fleet; /* NULL: a host by itself */
	struct store_reports *own;
	struct store_reader *own_reader;
	const char *attention; /* what the operator should mend; or NULL */
};

/* --- what the person at the terminal sees --- */

static void on_words(void *context, const char *words)
{
	(void)context;
	(void)fprintf(stderr, "alignctl: %s\n", words);
}

static void on_progress(void *context, const char *step, int64_t done)
{
	(void)context;
	if (done % PROGRESS_EVERY == 0 && isatty(STDERR_FILENO) != 0)
		(void)fprintf(stderr, "\r%s %" PRId64 " reports ", step, done);
}

static char *totals_text(TALLOC_CTX *mem, const struct report_totals *totals)
{
	return mem_printf(mem,
			  "%" PRId64 " collected, %" PRId64 " rendered, "
			  "%" PRId64 " sent, %" PRId64 " deferred, %" PRId64
			  " refused, %" PRId64 " given up, %" PRId64
			  " left out, %" PRId64 " for a later day%s",
			  totals->collected, totals->rendered, totals->sent,
			  totals->deferred, totals->refused, totals->given_up,
			  totals->left_out, totals->postponed,
			  totals->invalid > 0 ? ", some invalid: a defect of "
						"alignd, see report list "
						"--state invalid"
					      : "");
}

/* With --quiet a run in which nothing was due, and that went well, is not
 * worth a mail of cron's. */
static void print_totals(struct tool *tool, const struct report_totals *totals,
			 const struct error *err)
{
	const struct {
		const char *key;
		int64_t count;
	} members[] = {
	    {"collected", totals->collected}, {"rendered", totals->rendered},
	    {"invalid", totals->invalid},     {"sent", totals->sent},
	    {"deferred", totals->deferred},   {"refused", totals->refused},
	    {"given_up", totals->given_up},   {"left_out", totals->left_out},
	    {"postponed", totals->postponed},
	};
	struct show *show = show_new(tool->mem);
	int64_t all = 0;

	for (size_t i = 0; i < COUNT_OF(members); i++)
		all += members[i].count;
	if (all == 0 && err == NULL && tool_has(tool, "--quiet"))
		return;
	if (isatty(STDERR_FILENO) != 0 && totals->sent >= PROGRESS_EVERY)
		(void)fprintf(stderr, "\n");
	show_line(show, "%s", totals_text(tool->mem, totals));
	for (size_t i = 0; i < COUNT_OF(members); i++)
		show_data(show, members[i].key, value_number(members[i].count));
	show_data(show, "fault", value_text(err == NULL ? NULL : err->words));
	show_write(stdout, tool_form(tool), show);
}

/* --- the run --- */

static struct smtp_reply hand_in(void *context, TALLOC_CTX *mem,
				 const char *from, const char *to,
				 struct span message)
{
	return smtp_send(mem, context, from, to, message);
}

/* A report that does not pass DMARC is dropped by who gets it. That is said
 * where something is due; it is the operator's to mend, and SPF may pass. */
static bool check_alignment(struct sending *sending, struct error *err)
{
	struct report_sender *sender = &sending->sender;
	struct report_alignment alignment;
	int64_t next_s;

	if (!store_reports_next_try(sender->reports, &next_s, err))
		return false;
	if (next_s == 0 || next_s > clock_now_s(sender->clock))
		return true;
	if (!report_alignment(sending->tool->mem, sending->engine,
			      sender->signer, &alignment, err))
		return false;
	if (alignment.level != REPORT_NOT_ALIGNED)
		return true;
	sending->attention = alignment.found;
	(void)fprintf(stderr, "alignctl: %s; %s\n", alignment.found,
		      alignment.fix);
	return true;
}

/* All that reports wait for. */
static bool prepare_mail(struct sending *sending, struct error *err)
{
	struct report_sender *sender = &sending->sender;
	TALLOC_CTX *mem = sending->tool->mem;
	struct report_signer *signer;
	struct delivery_key *key;
	struct smtp *smtp;

	if (sender->fleet_key != NULL)
		key = fleet_key_delivery(mem, sender->fleet_key);
	else if (!delivery_key_open(mem, sending->store_path, sender->random,
				    &key, err))
		return false;
	if (!report_signer_open(mem, sender->settings, sender->clock, &signer,
				err) ||
	    !smtp_new(mem, sender->settings, &smtp, err))
		return false;
	sender->key = key;
	sender->signer = signer;
	sender->transport =
	    (struct report_transport){.send = hand_in, .context = smtp};
	return check_alignment(sending, err);
}

/* What was settled goes, its text at once. */
static bool clear_up(struct report_sender *sender, bool ok, struct error *err)
{
	struct error ignored;
	int64_t now_s = clock_now_s(sender->clock);

	return store_failures_forget(sender->reports, ok ? err : &ignored) &&
	       ok &&
	       store_reports_purge(sender->reports,
				   now_s - sender->settings->keep_ms / 1000,
				   err);
}

/* What a host had begun before it joined ends here; of its days it keeps in
 * mind those that the fleet has reported, should it leave. */
static bool finish_own(struct sending *sending, struct error *err)
{
	struct report_sender *fleet = &sending->sender;
	struct report_sender own = *fleet;
	struct delivery_key *key;
	int64_t until_s;

	own.reports = sending->own;
	own.reader = sending->own_reader;
	own.own = NULL;
	own.fleet_key = NULL;
	own.clock = &sending->tool->clock;
	if (!delivery_key_open(sending->tool->mem, sending->store_path,
			       own.random, &key, err))
		return false;
	own.key = key;
	bool ok = report_render(&own, err) && report_deliver(&own, err);
	ok = clear_up(&own, ok, err);
	fleet->totals = own.totals;
	return ok && store_round_taken_until(fleet->reports, &until_s, err) &&
	       (until_s == 0 || store_run_advance(own.reports, until_s, err));
}

static bool run_fleet_steps(struct sending *sending, struct error *err)
{
	struct report_sender *sender = &sending->sender;

	report_sender_begin(sender);
	if (!report_rounds(sender, err) || !failure_render(sender, err) ||
	    !prepare_mail(sending, err))
		return false;
	bool ok = report_deliver(sender, err);
	return clear_up(sender, ok, err) && finish_own(sending, err);
}

static bool run_steps(struct sending *sending, struct error *err)
{
	struct report_sender *sender = &sending->sender;

	if (sending->fleet != NULL)
		return run_fleet_steps(sending, err);
	report_sender_begin(sender);
	if (!report_collect(sender, err) || !report_render(sender, err) ||
	    !failure_render(sender, err) || !prepare_mail(sending, err))
		return false;
	return clear_up(sender, report_deliver(sender, err), err);
}

static bool begin_run(struct sending *sending, struct store_run *run,
		      struct error *err)
{
	struct tool *tool = sending->tool;
	struct report_sender *sender = &sending->sender;

	if (*sender->settings->from == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.from is empty: name the address that "
				 "reports come from (alignd.conf(5), section "
				 "report)");
	if (!tool_clock_settles(tool, sending->own, err) ||
	    !store_run_get(tool->mem, sender->reports, run, err))
		return false;
	run->started_s = clock_now_s(sender->clock);
	run->collected_until_s = 0; /* the collecting's affair */
	return store_run_set(sender->reports, run, err);
}

/* SQLite's own words do not say which file it was. */
static const struct error *name_store(struct error *err,
				      const struct sending *sending)
{
	const char *path = tool_record_name(sending->fleet == NULL ? NULL : "",
					    sending->store_path);

	if (err->kind == ERROR_STORE)
		(void)error_wrap(err, "the store %.100s", path);
	return err;
}

static int run_and_tell(struct sending *sending)
{
	struct tool *tool = sending->tool;
	struct report_sender *sender = &sending->sender;
	struct store_run run;
	struct error err;
	struct error ignored;

	if (!begin_run(sending, &run, &err))
		return tool_fail(name_store(&err, sending));
	catch_signals();
	bool ok = run_steps(sending, &err);
	if (!ok)
		(void)name_store(&err, sending);
	run.ended_s = clock_now_s(sender->clock);
	run.words = mem_printf(tool->mem, STORE_RUN_FAILED "%s", err.words);
	if (ok)
		run.words = totals_text(tool->mem, &sender->totals);
	if (ok && sending->attention != NULL)
		run.words = mem_printf(tool->mem, "%s; %s", run.words,
				       sending->attention);
	/* The run's own fault comes first. */
	if (!store_run_set(sender->reports, &run, &ignored) && ok) {
		err = *name_store(&ignored, sending);
		ok = false;
	}
	print_totals(tool, &sender->totals, ok ? NULL : &err);
	return ok ? TOOL_DONE : tool_fail(&err);
}

static enum store_db_mode mode_of(const struct tool *tool)
{
	return tool_has(tool, "--dry-run") ? STORE_DB_READ : STORE_DB_WRITE;
}

/* Before the process confines itself: it can connect nowhere afterwards. */
static bool open_fleet(struct sending *sending, struct error *err)
{
	struct tool *tool = sending->tool;
	struct config *config;

	if (!tool_config(tool, &config, err))
		return false;
	const char *conninfo = report_fleet_sender(tool, config);
	return conninfo == NULL ||
	       report_fleet_open(tool, conninfo, mode_of(tool), &sending->fleet,
				 err);
}

static bool join_fleet(struct sending *sending, struct error *err)
{
	struct report_sender *sender = &sending->sender;
	struct fleet_key *key;

	if (!report_fleet_key(sending->tool, sending->fleet, &key, err))
		return false;
	sender->fleet_key = key;
	sender->reports = sending->fleet->reports;
	sender->reader = sending->fleet->reader;
	sender->clock = &sending->fleet->clock;
	sender->own = sending->own;
	return true;
}

static bool wire_sender(struct sending *sending, struct error *err)
{
	struct tool *tool = sending->tool;
	struct report_sender *sender = &sending->sender;
	const struct engine *engine = sending->engine;
	const struct config *config = engine->config;

	sending->store_path = config->store.sqlite;
	sender->dns = engine->evaluator.dns;
	sender->dns_budget_ms = config->dns.budget_ms;
	sender->dns_timeout_ms = config->dns.timeout_ms;
	sender->method = (enum tree_method)config->dmarc.org_domain_method;
	sender->settings = &config->report;
	sender->clock = &tool->clock;
	sender->random = random_system();
	sender->owner = report_owner_token(tool->mem, sender->random);
	sender->watcher = (struct report_watcher){
	    .said = on_words, .moved = on_progress, .is_stopping = is_stopping};
	if (!tool_store_reports(tool, config->store.sqlite, mode_of(tool),
				&sending->own, err) ||
	    !tool_store_reader(tool, config->store.sqlite, &sending->own_reader,
			       err))
		return false;
	sender->reports = sending->own;
	sender->reader = sending->own_reader;
	return sending->fleet == NULL || join_fleet(sending, err);
}

static int run_send(struct tool *tool)
{
	struct sending sending = {.tool = tool};
	struct report_sender *sender = &sending.sender;
	struct error err;
	int status;

	if (!tool_domain(tool, "--domain", &sender->only_domain) ||
	    !report_read_day(tool, &sender->only_day_s))
		return TOOL_BAD_USAGE;
	if (!open_fleet(&sending, &err) ||
	    !report_confined_engine(tool, &sending.engine, &err))
		return tool_fail(&err);
	if (!wire_sender(&sending, &err))
		status = tool_fail(&err);
	else if (!tool_has(tool, "--dry-run"))
		status = run_and_tell(&sending);
	else
		status = report_print_foreseen(sender, tool_form(tool),
					       tool_has(tool, "--quiet"), &err)
			     ? TOOL_DONE
			     : tool_fail(&err);
	engine_unref(sending.engine);
	return status;
}

static const char *const options[] = {
    "--day", "--domain", "--dry-run", "--json", "--local", "--quiet", NULL};

const struct tool_action report_action_send = {
    .name = "send",
    .options = options,
    .run = run_send,
};
