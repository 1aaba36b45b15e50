/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_BACKGROUND_H
#define MILTER_BACKGROUND_H

/*
 * background - a daemon without systemd
 *
 * The command that started it comes back when the daemon takes mail, or when
 * it failed to: then with its exit status.
 */

#include <stdbool.h>

#include "lib/base/error.h"

/* Before any thread. Returns in the child only. */
bool background_start(struct error *err) __attribute__((warn_unused_result));

/* In the child: lets the waiting command go with status 0. Does nothing when
 * background_start() was not called. */
void background_ready(void);

#endif
