/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigwait.c - keeps libmilter's signal thread from taking our signals
 *
 * Everything but HUP, TERM and INT is waited for as asked (libpq waits for
 * SIGPIPE here). With those three removed libmilter's thread sleeps for ever.
 * Tested by test_wire_reload.
 */
#include "milter/sigwait.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>

static atomic_bool is_in_effect;

bool sigwait_filter_is_in_effect(void)
{
	return atomic_load(&is_in_effect);
}

int sigwait(const sigset_t *restrict set, int *restrict number)
{
	sigset_t rest = *set;

	if (sigismember(set, SIGHUP) == 1)
		atomic_store(&is_in_effect, true);
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
