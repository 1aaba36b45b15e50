/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_MANAGER_H
#define MILTER_MANAGER_H

/*
 * manager - the service manager that started the daemon, if one did
 *
 * manager_systemd.c speaks to systemd; manager_none.c stands in its place in a
 * build without libsystemd, where nobody is told anything, the journal is
 * syslog, and lines on standard error have a time of their own. Any thread.
 */

#include <stdint.h>

/* "READY=1\nSTATUS=...", as in sd_notify(3). */
void manager_tell(const char *state);

/* How often it wants WATCHDOG=1; 0: never. */
int64_t manager_watchdog_ms(void);

/* One line for the journal; `priority` is one of syslog(3)'s. */
void manager_journal(int priority, const char *line);

#define MANAGER_STAMP 22 /* "2026-05-01T12:00:00Z " and NUL */

/* What stands before a line on standard error; "" where a manager reads it.
 * Returns `text`. */
const char *manager_stamp(char text[MANAGER_STAMP]);

#endif
