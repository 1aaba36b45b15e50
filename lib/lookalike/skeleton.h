/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_SKELETON_H
#define LOOKALIKE_SKELETON_H

/*
 * skeleton - what a label of any script looks like, through ICU
 *
 * UTS 39 section 4: two strings are confusable when their skeletons are equal.
 * ICU's table stands in the library itself; no file is opened. Any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The skeleton of UTF-8 text, NUL-terminated, as UTF-16 units. False: it has
 * no room, or is no UTF-8. */
bool skeleton_make(const char *text, uint16_t *units, size_t room,
		   size_t *count);

/* Likewise of UTF-16 units. */
bool skeleton_make_units(const uint16_t *text, size_t length, uint16_t *units,
			 size_t room, size_t *count);

#endif
