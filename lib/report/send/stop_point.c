/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stop_point.c - named places where a test may end the process
 */
#include "lib/report/send/stop_point.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_named_by(const char *variable, const char *name)
{
	const char *wanted = getenv(variable);

	return wanted != NULL && strcmp(wanted, name) == 0;
}

void stop_point(const char *name)
{
	if (is_named_by("ALIGND_STOP_AT", name))
		(void)raise(SIGKILL);
	if (is_named_by("ALIGND_PAUSE_AT", name))
		(void)raise(SIGSTOP);
}
