/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

/*
 * random - randomness as a seam
 *
 * The system's source is shared by all threads; a fixed one serves tests.
 */

#include <stddef.h>
#include <stdint.h>

struct random_source {
	void (*fill)(const struct random_source *source, void *bytes,
		     size_t length);
	uint8_t fixed; /* used by the fixed source only */
};

/* The kernel's. */
const struct random_source *random_system(void);

/* Every byte is `byte`. */
struct random_source random_fixed(uint8_t byte);

/* A number from 0 to limit - 1 (limit <= 256), without bias. */
unsigned random_below(const struct random_source *source, unsigned limit);

#endif
