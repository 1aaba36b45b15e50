/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_NOTIFY_H
#define MILTER_NOTIFY_H

/*
 * notify - who started the daemon is told how it does: the service
 * manager (manager.h), or a command
 *
 * Where no manager started the process it is told nothing. A command that
 * put the daemon into the background comes back when the daemon takes mail, or
 * when it failed to: then with its exit status. Any thread, but for
 * notify_start_background() and the file of the process's id.
 */

#include <stdbool.h>

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

#endif
