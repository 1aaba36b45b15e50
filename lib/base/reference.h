/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_REFERENCE_H
#define BASE_REFERENCE_H

/*
 * reference - the short name of an incident, fit for the telephone
 */

#include "lib/base/random.h"

#define REFERENCE_TEXT 10 /* "K7QX-2M4D" and NUL */

/* A new one: 40 bits of the source. Returns `text`. */
char *reference_make(const struct random_source *random,
		     char text[REFERENCE_TEXT]);

#endif
