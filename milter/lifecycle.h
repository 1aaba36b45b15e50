/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_LIFECYCLE_H
#define MILTER_LIFECYCLE_H

/*
 * lifecycle - the daemon from its configuration to its end
 */

#include <stdbool.h>

#include "lib/base/error.h"

/* Reads the configuration and builds everything that needs no socket. */
bool lifecycle_test(const char *config_path, struct error *err)
    __attribute__((warn_unused_result));

/* Runs until SIGTERM or SIGINT. False with words when it could not start or
 * libmilter gave up; ERROR_CONFIG: before any socket was opened. `is_drained`
 * is false when callbacks were still running at the end: then the caller must
 * leave without running exit handlers under them. */
bool lifecycle_run(const char *config_path, bool is_foreground,
		   bool *is_drained, struct error *err)
    __attribute__((warn_unused_result));

#endif
