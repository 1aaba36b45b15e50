/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POLICY_OVERRIDE_SHOW_H
#define POLICY_OVERRIDE_SHOW_H

/*
 * override_show - an override for people and programs
 */

#include "lib/policy/override.h"
#include "lib/show/show.h"

struct show *override_show(TALLOC_CTX *mem, const struct override *item,
			   bool is_expired);

#endif
