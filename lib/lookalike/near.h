/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_NEAR_H
#define LOOKALIKE_NEAR_H

/*
 * near - is one form a slip of the finger away from another?
 *
 * Pure.
 */

#include <stdbool.h>

#include "lib/lookalike/form.h"

/* Two neighbours have changed places, and nothing else differs. */
bool near_is_transposed(const struct lookalike_form *a,
			const struct lookalike_form *b);

/* One unit more, one fewer, or another one, and nothing else differs. */
bool near_is_one_edit(const struct lookalike_form *a,
		      const struct lookalike_form *b);

#endif
