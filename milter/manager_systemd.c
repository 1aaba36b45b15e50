/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manager_systemd.c - systemd is told: sd_notify(3), sd_journal_send(3)
 *
 * A failure to tell is nothing the daemon could act on, so results are not
 * looked at.
 * Tested by test_wire_watchdog, test_wire_life.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "milter/manager.h"

#include <stddef.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

void manager_tell(const char *state)
{
	(void)sd_notify(0, state);
}

int64_t manager_watchdog_ms(void)
{
	uint64_t interval_us = 0;

	if (sd_watchdog_enabled(0, &interval_us) <= 0)
		return 0;
	return (int64_t)(interval_us / 1000);
}

void manager_journal(int priority, const char *line)
{
	(void)sd_journal_send("MESSAGE=%s", line, "PRIORITY=%i", priority,
			      "SYSLOG_IDENTIFIER=alignd", NULL);
}

const char *manager_stamp(char text[MANAGER_STAMP])
{
	text[0] = '\0';
	return text;
}
