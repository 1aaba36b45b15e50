/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_NOTIFY_H
#define MILTER_NOTIFY_H

/*
 * notify - what systemd is told
 *
 * Where systemd did not start the process nothing happens. Any thread.
 */

#include <stdint.h>

void notify_ready(const char *status);
void notify_reloading(void);
void notify_status(const char *status);
void notify_watchdog(void);
void notify_stopping(void);

/* How often systemd wants notify_watchdog(); 0: never. */
int64_t notify_watchdog_ms(void);

/* One line for the journal; `priority` is one of syslog(3)'s. */
void notify_journal(int priority, const char *line);

#endif
