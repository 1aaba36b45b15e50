/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_OVERRIDE_CHANGES_H
#define MILTER_OVERRIDE_CHANGES_H

/*
 * override_changes - which overrides a reload brought, changed, took away
 */

#include "lib/app/config.h"

/* Logs each by name, up to a bound, and how many there are; nothing where they
 * are the same. An override is known by its name. */
void override_changes_tell(const struct config *before,
			   const struct config *after);

#endif
