/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_NOTIFY_H
#define MILTER_NOTIFY_H

/*
 * notify - who started the daemon is told how it does: systemd, or a command
 *
 * Where systemd did not start the process it is told nothing. A command that
 * put the daemon into the background comes back when the daemon takes mail, or
 * when it failed to: then with its exit status. Any thread, but for
 * notify_start_background().
 */

#include <stdint.h>

#include "lib/base/error.h"

/* Before any thread. Returns in the child only. */
bool notify_start_background(struct error *err)
    __attribute__((warn_unused_result));

/* Lets a waiting command go with status 0, too. */
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
