/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * signals.c - one thread reads every signal
 *
 * SIGUSR2 means nothing; alignd sends it to itself to end a wait.
 * Tested by test_wire_stop, test_wire_reload.
 */
#include "milter/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "milter/log.h"
#include "milter/malloc.h"
#include "milter/manager.h"
#include "milter/metrics.h"
#include "milter/notify.h"
#include "milter/pool.h"

#define TICK_MS 10000 /* and no later than half of what systemd waits */
#define CHECK_REPLACED_MS 2000
/* A message that has begun to stream ends in moments, and is told to come
 * again; one that does not is cut, and the MTA answers its client for us. */
#define STREAM_END_MS 1000

/* Has a thread asked for SIGHUP, and been kept from it? */
static atomic_bool is_sigwait_ours;

/* Everything but HUP, TERM and INT is waited for as asked (libpq waits for
 * SIGPIPE here). With those three removed libmilter's thread sleeps for ever.
 */
int sigwait(const sigset_t *restrict set, int *restrict number)
{
	sigset_t rest = *set;

	if (sigismember(set, SIGHUP) == 1)
		atomic_store(&is_sigwait_ours, true);
	(void)sigdelset(&rest, SIGHUP);
	(void)sigdelset(&rest, SIGTERM);
	(void)sigdelset(&rest, SIGINT);
	for (;;) {
		int got = sigwaitinfo(&rest, NULL);
		if (got > 0) {
			*number = got;
			return 0;
		}
		if (errno != EINTR)
			return errno;
	}
}

static sigset_t our_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGUSR1);
	(void)sigaddset(&set, SIGUSR2);
	return set;
}

void signals_block(void)
{
	sigset_t set = our_signals();

	(void)pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void do_nothing(int number)
{
	(void)number;
}

void signals_allow_wake(void)
{
	struct sigaction action = {
	    .sa_handler = do_nothing,
	    .sa_flags = SA_RESTART,
	};
	sigset_t set;

	(void)sigaction(SIGUSR2, &action, NULL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR2);
	(void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void signals_wake(pthread_t thread)
{
	(void)pthread_kill(thread, SIGUSR2);
}

/* The signal's number, or 0 when the wait is over. */
static int wait_signal(int64_t wait_ms)
{
	sigset_t set = our_signals();
	struct timespec wait = clock_timespec(wait_ms);
	int number = sigtimedwait(&set, NULL, &wait);

	return number > 0 ? number : 0;
}

/* Where libmilter, or another library, does not find what stands in for the C
 * library. */
static void check_replaced(void)
{
	if (!atomic_load(&is_sigwait_ours))
		log_write(LOG_LEVEL_WARNING,
			  "libmilter still listens to signals: SIGHUP would "
			  "stop the daemon; reload with SIGUSR1");
	if (!malloc_is_in_effect())
		log_write(LOG_LEVEL_WARNING,
			  "libraries get their memory elsewhere: one that gets "
			  "none may judge mail wrongly");
	if (!pool_is_in_effect())
		log_write(LOG_LEVEL_WARNING,
			  "libmilter's workers do not wait where they are "
			  "expected to: slow messages may hold up others");
}

static void tell_status(const struct service *service)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *warning = current_warning(mem, &service->current);

	notify_watchdog();
	notify_status(mem_printf(
	    mem,
	    "%s%s%ld connections, %ld messages under way; confined by %s; %s",
	    warning == NULL ? "" : warning, warning == NULL ? "" : "; ",
	    atomic_load(&service->gate.connections),
	    atomic_load(&service->gate.begun), service->current.confinement,
	    metrics_line(mem)));
	mem_free(mem);
}

static int64_t tick_ms(void)
{
	int64_t watchdog_ms = manager_watchdog_ms();

	return watchdog_ms > 0 && watchdog_ms / 2 < TICK_MS ? watchdog_ms / 2
							    : TICK_MS;
}

static void stop_daemon(const struct signals *signals, int number)
{
	notify_stopping();
	log_write(LOG_LEVEL_INFO, "stopping on %s",
		  number == SIGTERM ? "SIGTERM" : "SIGINT");
	gate_close(&signals->service->gate);
	(void)gate_wait_empty(&signals->service->gate.streaming, STREAM_END_MS);
	signals->stop(signals->stop_context);
}

static void reload_and_tell(struct current *current)
{
	TALLOC_CTX *mem = mem_context(NULL);

	notify_reloading();
	bool is_done = current_reload(current);
	notify_ready(is_done ? "reloaded" : current_warning(mem, current));
	log_write(LOG_LEVEL_INFO, "counters: %s", metrics_line(mem));
	mem_free(mem);
}

/* When each is due, by the clock: however often a signal ends the wait. */
struct chores {
	int64_t status_ms;
	int64_t check_ms;
};

/* Does what is due; until the next is. */
static int64_t do_chores(struct chores *due, const struct service *service)
{
	int64_t now_ms = clock_monotonic_ms(clock_system());

	if (now_ms >= due->status_ms) {
		tell_status(service);
		due->status_ms = now_ms + tick_ms();
	}
	if (now_ms >= due->check_ms) {
		check_replaced();
		due->check_ms = INT64_MAX;
	}
	int64_t next_ms =
	    due->status_ms < due->check_ms ? due->status_ms : due->check_ms;
	return next_ms - now_ms;
}

static void *read_signals(void *argument)
{
	struct signals *signals = argument;
	int64_t now_ms = clock_monotonic_ms(clock_system());
	struct chores due = {
	    .status_ms = now_ms + tick_ms(),
	    .check_ms = now_ms + CHECK_REPLACED_MS,
	};

	for (;;) {
		int number = wait_signal(do_chores(&due, signals->service));
		if (number == SIGTERM || number == SIGINT) {
			stop_daemon(signals, number);
			return NULL;
		}
		if (number == SIGHUP || number == SIGUSR1)
			reload_and_tell(&signals->service->current);
	}
}

bool signals_start(struct signals *signals, struct error *err)
{
	int failed =
	    pthread_create(&signals->thread, NULL, read_signals, signals);

	if (failed != 0)
		return error_errno(err, ERROR_SYSTEM, failed,
				   "cannot start the signal thread");
	return true;
}

void signals_join(struct signals *signals)
{
	(void)pthread_join(signals->thread, NULL);
}
