/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forward.c - alignctl fleet forward: rounds until a signal ends it, or one
 *
 * TERM and INT end it between two batches, HUP reads the configuration again. A
 * round that failed is tried again later and later, at most after five minutes,
 * never all hosts at once.
 * Tested by test_fleet_forward.
 */
#include "tools/fleet/forwarder.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/fleet_files.h"
#include "lib/base/random.h"
#include "tools/fleet/actions.h"

#define ROUND_EVERY_MS 3000
#define BACKOFF_FIRST_MS 2000
#define BACKOFF_MAX_MS 300000
#define STATE_EVERY_S 15
#define NO_RIGHT "42501" /* insufficient privilege */

/* --- what the steps share --- */

int64_t forward_now_s(const struct forwarder *forwarder)
{
	return clock_now_s(&forwarder->tool->clock);
}

int64_t forward_now_ms(void)
{
	return clock_monotonic_ms(clock_system());
}

void forward_log(const char *format, ...)
{
	TALLOC_CTX *mem = mem_context(NULL);
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "alignctl: %s\n",
		      text_printable(mem, mem_vprintf(mem, format, args)));
	va_end(args);
	mem_free(mem);
}

bool forward_pg(struct forwarder *forwarder, enum pg_kind kind)
{
	if (kind == PG_DONE)
		return true;
	forwarder->trouble = pg_kind_text(kind);
	forward_disconnect(forwarder);
	return false;
}

bool forward_local(struct forwarder *forwarder, bool is_done)
{
	if (!is_done)
		forwarder->trouble = "local";
	return is_done;
}

/* --- signals --- */

bool forward_is_stopping(const struct forwarder *forwarder)
{
	sigset_t pending;

	(void)forwarder;
	(void)sigpending(&pending);
	return sigismember(&pending, SIGTERM) == 1 ||
	       sigismember(&pending, SIGINT) == 1;
}

static void block_signals(struct forwarder *forwarder)
{
	(void)sigemptyset(&forwarder->signals);
	(void)sigaddset(&forwarder->signals, SIGTERM);
	(void)sigaddset(&forwarder->signals, SIGINT);
	(void)sigaddset(&forwarder->signals, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &forwarder->signals, NULL);
}

/* A faulty file changes nothing. */
static void reload(struct forwarder *forwarder)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config;
	struct error err;

	if (!config_load(mem, forwarder->tool->config_path, &config, &err) ||
	    !store_is_of_fleet(&config->store) ||
	    config->store.sqlite[0] == '\0') {
		forward_log("the configuration is not taken, that of the start "
			    "holds");
		mem_free(mem);
		return;
	}
	mem_free(forwarder->config_mem);
	forwarder->config_mem = mem;
	forwarder->config = config;
	forward_disconnect(forwarder);
	mem_free(forwarder->store_mem);
	forwarder->store_mem = NULL;
	forwarder->segments = NULL;
	forward_look_at_overrides(forwarder);
	forwarder->hosts_ms = 0;
	forward_log("the configuration is read again");
}

/* Until so long is over or a signal comes; false: it is one that ends. */
static bool wait_for(struct forwarder *forwarder, int64_t wait_ms)
{
	const struct timespec wait = clock_timespec(wait_ms);
	int number = sigtimedwait(&forwarder->signals, NULL, &wait);

	if (number == SIGHUP)
		reload(forwarder);
	return number != SIGTERM && number != SIGINT;
}

/* --- how it fares --- */

static const char *kept(const struct forwarder *forwarder, const char *text)
{
	return mem_strdup(forwarder->tool->mem, text);
}

/* The log is told once of trouble that lasts, and of its end. */
static void note_trouble(struct forwarder *forwarder, const struct error *err)
{
	struct fleet_state *state = &forwarder->state;
	const char *words = err == NULL ? "" : err->words;

	if (*words == '\0' && *state->fault != '\0')
		forward_log("it goes on: PostgreSQL takes what this host has");
	if (*words != '\0' && strcmp(state->fault, words) != 0 &&
	    !forwarder->is_once)
		forward_log("%s", words);
	if (*words == '\0' || *state->fault == '\0')
		state->fault_s = *words == '\0' ? 0 : forward_now_s(forwarder);
	if (strcmp(state->fault, words) != 0)
		state->fault = kept(forwarder, words);
	state->kind = *words == '\0' ? "" : forwarder->trouble;
}

static void write_state(struct forwarder *forwarder)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *path = fleet_state_path(mem, &forwarder->config->store);
	struct error err;

	forwarder->state.written_s = forward_now_s(forwarder);
	forwarder->state.pid = getpid();
	if (!fleet_state_write(path, &forwarder->state, &err))
		forward_log("%s", err.words);
	mem_free(mem);
}

/* Not each round, unless something is otherwise. */
static void keep_state(struct forwarder *forwarder,
		       const struct fleet_state *before)
{
	const struct fleet_state *now = &forwarder->state;

	if (strcmp(before->fault, now->fault) != 0 ||
	    before->pushed != now->pushed || before->aside != now->aside ||
	    before->overrides != now->overrides ||
	    strcmp(before->overrides_fault, now->overrides_fault) != 0 ||
	    forward_now_s(forwarder) - now->written_s >= STATE_EVERY_S ||
	    forward_now_s(forwarder) < now->written_s)
		write_state(forwarder);
}

/* --- rounds --- */

/* What somebody has to do is said with what was met. */
static void add_advice(const struct forwarder *forwarder, struct error *err)
{
	struct error met = *err;

	if (strcmp(forwarder->trouble, "schema") == 0)
		(void)error_set(err, met.kind,
				"%.130s: the fleet's schema is not this "
				"program's; alignctl fleet init --upgrade of "
				"the newer one makes it",
				met.words);
	if (strcmp(forwarder->trouble, "denied") == 0 &&
	    strstr(met.words, NO_RIGHT) != NULL)
		(void)error_set(
		    err, met.kind,
		    "the role of store.postgresql is no host of this "
		    "fleet, or was removed from it: alignctl fleet "
		    "init --host NAME=ROLE takes it in");
}

static bool run_round(struct forwarder *forwarder, struct error *err)
{
	const struct fleet_state before = forwarder->state;
	bool is_done = forward_round(forwarder, err);

	if (!is_done)
		add_advice(forwarder, err);
	note_trouble(forwarder, is_done ? NULL : err);
	keep_state(forwarder, &before);
	return is_done;
}

/* Half of it and up to as much again: hosts that failed together part. */
static int64_t backoff_ms(unsigned failed)
{
	int64_t wait_ms = BACKOFF_FIRST_MS;

	for (unsigned i = 1; i < failed && wait_ms < BACKOFF_MAX_MS; i++)
		wait_ms *= 2;
	if (wait_ms > BACKOFF_MAX_MS)
		wait_ms = BACKOFF_MAX_MS;
	return wait_ms / 2 +
	       wait_ms / 2 * random_below(random_system(), 256) / 256;
}

static void run_rounds(struct forwarder *forwarder)
{
	unsigned failed = 0;
	struct error err;

	do
		failed = run_round(forwarder, &err) ? 0 : failed + 1;
	while (wait_for(forwarder,
			failed == 0 ? ROUND_EVERY_MS : backoff_ms(failed)));
}

static bool begin(struct forwarder *forwarder, struct error *err)
{
	struct tool *tool = forwarder->tool;
	struct config *config;

	forwarder->config_mem = mem_context(NULL);
	if (!config_load(forwarder->config_mem, tool->config_path, &config,
			 err))
		return false;
	forwarder->config = config;
	if (!store_is_of_fleet(&config->store))
		return error_set(
		    err, ERROR_CONFIG,
		    "store.postgresql is empty: this host is of no "
		    "fleet");
	if (config->store.sqlite[0] == '\0')
		return error_set(err, ERROR_CONFIG,
				 "store.sqlite is empty: there is nothing to "
				 "bring to the fleet");
	forwarder->state = (struct fleet_state){
	    .kind = "", .fault = "", .overrides_fault = ""};
	(void)fleet_state_find(tool->mem, &config->store, &forwarder->state);
	forward_look_at_overrides(forwarder);
	return true;
}

static void end(struct forwarder *forwarder)
{
	if (forwarder->config != NULL && forwarder->state.written_s > 0)
		write_state(forwarder);
	forward_end_maintainer(forwarder);
	forward_disconnect(forwarder);
	mem_free(forwarder->store_mem);
	mem_free(forwarder->config_mem);
}

static int forward(struct tool *tool)
{
	struct forwarder forwarder = {
	    .tool = tool, .trouble = "", .is_once = tool_has(tool, "--once")};
	struct error err;
	bool is_good = begin(&forwarder, &err);

	if (is_good) {
		forward_confine(&forwarder);
		block_signals(&forwarder);
		if (forwarder.is_once)
			is_good = run_round(&forwarder, &err);
		else
			run_rounds(&forwarder);
	}
	end(&forwarder);
	if (is_good)
		return TOOL_DONE;
	return tool_fail(&err);
}

static const char *const options[] = {"--once", NULL};

const struct tool_action fleet_action_forward = {
    .name = "forward",
    .options = options,
    .run = forward,
};
