/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * notify.c - what systemd is told: sd_notify(3), sd_journal_send(3)
 *
 * A failure to tell is nothing the daemon could act on, so results are not
 * looked at.
 * Tested by test_wire_watchdog.
 */
#include "milter/notify.h"

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <stddef.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

void notify_ready(const char *status)
{
	(void)sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void notify_reloading(void)
{
	(void)sd_notify(0, "RELOADING=1");
}

void notify_status(const char *status)
{
	(void)sd_notifyf(0, "STATUS=%s", status);
}

void notify_watchdog(void)
{
	(void)sd_notify(0, "WATCHDOG=1");
}

void notify_stopping(void)
{
	(void)sd_notify(0, "STOPPING=1");
}

int64_t notify_watchdog_ms(void)
{
	uint64_t interval_us = 0;

	if (sd_watchdog_enabled(0, &interval_us) <= 0)
		return 0;
	return (int64_t)(interval_us / 1000);
}

void notify_journal(int priority, const char *line)
{
	(void)sd_journal_send("MESSAGE=%s", line, "PRIORITY=%i", priority,
			      "SYSLOG_IDENTIFIER=alignd", NULL);
}
