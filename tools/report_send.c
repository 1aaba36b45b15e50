/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report_send.c - alignctl report send: one run, by hand or by the timer
 *
 * Collecting and rendering come before key and mail server are looked at, so
 * that reports only wait when those are not in order.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/report/destination.h"
#include "lib/report/failure_render.h"
#include "lib/report/report_collect.h"
#include "lib/report/report_deliver.h"
#include "lib/report/report_owner.h"
#include "lib/report/report_render.h"
#include "tools/report_actions.h"
#include "tools/report_confine.h"
#include "tools/report_foreseen.h"
#include "tools/report_tool.h"
#include "tools/tool_store.h"

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
	return mem_printf(
	    mem,
	    "%" PRId64 " collected, %" PRId64 " rendered, "
	    "%" PRId64 " sent, %" PRId64 " deferred, %" PRId64
	    " refused, %" PRId64 " given up, %" PRId64 " left out%s",
	    totals->collected, totals->rendered, totals->sent, totals->deferred,
	    totals->refused, totals->given_up, totals->left_out,
	    totals->invalid > 0 ? ", some invalid: a defect of "
				  "alignd, see report list "
				  "--state invalid"
				: "");
}

static void print_totals(struct tool *tool, const struct report_totals *totals,
			 const struct error *err)
{
	struct json *object = json_new_object(tool->mem);

	if (isatty(STDERR_FILENO) != 0 && totals->sent >= PROGRESS_EVERY)
		(void)fprintf(stderr, "\n");
	if (!tool_has(tool, "--json")) {
		(void)printf("%s\n", totals_text(tool->mem, totals));
		return;
	}
	json_put_number(object, "collected", totals->collected);
	json_put_number(object, "rendered", totals->rendered);
	json_put_number(object, "invalid", totals->invalid);
	json_put_number(object, "sent", totals->sent);
	json_put_number(object, "deferred", totals->deferred);
	json_put_number(object, "refused", totals->refused);
	json_put_number(object, "given_up", totals->given_up);
	json_put_number(object, "left_out", totals->left_out);
	json_put_text(object, "fault", err == NULL ? NULL : err->words);
	(void)printf("%s\n", json_text(tool->mem, object));
}

/* --- the run --- */

static bool open_signer(struct tool *tool, struct report_sender *sender,
			struct error *err)
{
	const struct report_settings *settings = sender->settings;
	struct report_signer *signer;

	if (*settings->sign_key == '\0')
		return true;
	if (*settings->sign_selector == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.sign_selector is empty: name the "
				 "selector of report.sign_key; the reports "
				 "wait");
	if (!report_signer_new(tool->mem,
			       *settings->sign_domain != '\0'
				   ? settings->sign_domain
				   : destination_host(settings->from),
			       settings->sign_selector, settings->sign_key,
			       sender->clock, &signer, err))
		return false;
	sender->signer = signer;
	return true;
}

static struct smtp_reply hand_in(void *context, TALLOC_CTX *mem,
				 const char *from, const char *to,
				 struct span message)
{
	return smtp_send(mem, context, from, to, message);
}

static bool run_steps(struct tool *tool, struct report_sender *sender,
		      struct error *err)
{
	struct smtp *smtp;
	struct error ignored;
	int64_t now_s = clock_now_s(sender->clock);

	if (!report_collect(sender, err) || !report_render(sender, err) ||
	    !failure_render(sender, err) || !open_signer(tool, sender, err) ||
	    !smtp_new(tool->mem, sender->settings, &smtp, err))
		return false;
	sender->transport =
	    (struct report_transport){.send = hand_in, .context = smtp};
	bool ok = report_deliver(sender, err);
	return store_failures_forget(sender->reports, ok ? err : &ignored) &&
	       ok &&
	       store_reports_purge(sender->reports,
				   now_s - sender->settings->keep_ms / 1000,
				   err);
}

static bool begin_run(struct tool *tool, struct report_sender *sender,
		      struct store_run *run, struct error *err)
{
	if (*sender->settings->from == '\0')
		return error_set(err, ERROR_CONFIG,
				 "report.from is empty: name the address that "
				 "reports come from (alignd.conf(5), section "
				 "report)");
	if (!store_run_get(tool->mem, sender->reports, run, err))
		return false;
	run->started_s = clock_now_s(sender->clock);
	return store_run_set(sender->reports, run, err);
}

/* SQLite's own words do not say which file it was. */
static const struct error *name_store(struct error *err, const char *path)
{
	if (err->kind == ERROR_STORE)
		(void)error_wrap(err, "the store %.100s", path);
	return err;
}

static int run_send(struct tool *tool, struct report_sender *sender,
		    const char *path)
{
	struct store_run run;
	struct error err;
	struct error ignored;

	if (!begin_run(tool, sender, &run, &err))
		return tool_fail(name_store(&err, path));
	catch_signals();
	bool ok = run_steps(tool, sender, &err);
	if (!ok)
		(void)name_store(&err, path);
	run.ended_s = clock_now_s(sender->clock);
	run.words = ok ? totals_text(tool->mem, &sender->totals) : err.words;
	/* The run's own fault comes first. */
	if (!store_run_set(sender->reports, &run, &ignored) && ok) {
		err = *name_store(&ignored, path);
		ok = false;
	}
	print_totals(tool, &sender->totals, ok ? NULL : &err);
	return ok ? TOOL_DONE : tool_fail(&err);
}

static bool wire(struct tool *tool, const struct engine *engine,
		 struct report_sender *sender, struct error *err)
{
	const struct config *config = engine->config;

	sender->dns = engine->evaluator.dns;
	sender->dns_budget_ms = config->dns.budget_ms;
	sender->method = (enum tree_method)config->dmarc.org_domain_method;
	sender->settings = &config->report;
	sender->clock = &tool->clock;
	sender->random = random_system();
	sender->owner = report_owner_self(tool->mem);
	sender->watcher = (struct report_watcher){
	    .said = on_words, .moved = on_progress, .is_stopping = is_stopping};
	return tool_store_reports(tool, config->store.sqlite,
				  tool_has(tool, "--dry-run") ? STORE_DB_READ
							      : STORE_DB_WRITE,
				  &sender->reports, err) &&
	       tool_store_reader(tool, config->store.sqlite, &sender->reader,
				 err);
}

static int run(struct tool *tool)
{
	struct report_sender sender = {.only_day_s = 0};
	struct engine *engine = NULL;
	struct error err;
	int status;

	if (!report_read_domain(tool, &sender.only_domain) ||
	    !report_read_day(tool, &sender.only_day_s))
		return TOOL_BAD_USAGE;
	if (!report_confined_engine(tool, &engine, &err))
		return tool_fail(&err);
	if (!wire(tool, engine, &sender, &err))
		status = tool_fail(&err);
	else if (!tool_has(tool, "--dry-run"))
		status = run_send(tool, &sender, engine->config->store.sqlite);
	else
		status = report_print_foreseen(&sender,
					       tool_has(tool, "--json"), &err)
			     ? TOOL_DONE
			     : tool_fail(&err);
	engine_unref(engine);
	return status;
}

static const char *const options[] = {"--day", "--domain", "--dry-run",
				      "--json", NULL};

const struct report_action report_action_send = {
    .name = "send",
    .options = options,
    .run = run,
};
