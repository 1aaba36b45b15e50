/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_RELOAD_H
#define MILTER_RELOAD_H

/*
 * reload - a new configuration while mail flows
 *
 * All or nothing: a file that is not whole and right changes nothing. What
 * changed is logged, setting by setting; some settings need a restart and are
 * named.
 */

#include "milter/service.h"

/* From one thread at a time. `path` NULL: the usual place. */
bool reload_run(struct service *service, const char *path);

#endif
