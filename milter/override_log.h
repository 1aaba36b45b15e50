/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_OVERRIDE_LOG_H
#define MILTER_OVERRIDE_LOG_H

/*
 * override_log - what the log says of the operator's overrides
 *
 * An override is known by its name. Each is named up to a bound, further ones
 * are counted only.
 */

#include "lib/app/config.h"

/* At the start and after a reload: how many overrides there are, and a warning
 * for each that has run out and no longer applies. Nothing where there is no
 * file. */
void override_log_expired(const struct config *config, int64_t now_s);

/* After a reload: those that it brought, changed, took away; nothing where they
 * are the same. */
void override_log_changes(const struct config *before,
			  const struct config *after);

#endif
