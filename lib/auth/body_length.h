/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_BODY_LENGTH_H
#define AUTH_BODY_LENGTH_H

/*
 * body_length - how long a body is once canonicalised (RFC 6376 3.4.3, 3.4.4)
 *
 * What l= is compared with: libopendkim tells only the length as received.
 * Takes the body in chunks of any size and keeps none of it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/text.h"

/* One of the two methods. */
struct body_count {
	uint64_t total; /* to the end of the last line that is not empty */
	uint64_t empty; /* of empty lines since then */
	uint64_t line;	/* of the current line */
};

struct body_length {
	struct body_count simple;
	struct body_count relaxed;
	bool has_blank; /* blanks wait for what follows them */
	bool has_cr;
};

/* Start from {0}. */
void body_length_add(struct body_length *length, struct span chunk);

/* The whole body was added; the lengths are in `total` of both methods. */
void body_length_finish(struct body_length *length);

#endif
