/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_SPELLING_H
#define BASE_SPELLING_H

/*
 * spelling - which known name did the writer of an unknown one mean?
 *
 * For error messages about settings, sections and subcommands. Pure functions.
 */

#include <stddef.h>

/* The search for the known name nearest to `wanted`. */
struct spelling {
	const char *wanted;
	const char *nearest; /* NULL while nothing offered is near enough */
	size_t distance;
};

void spelling_init(struct spelling *spelling, const char *wanted);

/* Remembers `known` when it is nearer than what was offered before. */
void spelling_offer(struct spelling *spelling, const char *known);

/* Characters to add, drop or change on the way from `a` to `b`, upper and
 * lower case being equal; names of more than 63 bytes are far from all. */
size_t spelling_distance(const char *a, const char *b);

#endif
