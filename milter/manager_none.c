/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manager_none.c - in a build without libsystemd there is nobody to tell
 * Tested by test_manager_none.
 */
#include "milter/manager.h"

#include <stdio.h>
#include <syslog.h>

#include "lib/base/clock.h"

void manager_tell(const char *state)
{
	(void)state;
}

int64_t manager_watchdog_ms(void)
{
	return 0;
}

void manager_journal(int priority, const char *line)
{
	syslog(priority, "%s", line);
}

const char *manager_stamp(char text[MANAGER_STAMP])
{
	char now[CLOCK_TEXT];

	(void)snprintf(text, MANAGER_STAMP, "%s ",
		       clock_text(clock_now_s(clock_system()), now));
	return text;
}
