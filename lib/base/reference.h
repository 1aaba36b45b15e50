/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_REFERENCE_H
#define BASE_REFERENCE_H

/*
 * reference - the short name of an incident, fit for the telephone
 */

#include "lib/base/mem.h"
#include "lib/base/random.h"

#define REFERENCE_TEXT 10 /* "K7QX-2M4D" and NUL */
#define REFERENCE_LETTERS 8

/* A new one: 40 bits of the source. Returns `text`. */
char *reference_make(const struct random_source *random,
		     char text[REFERENCE_TEXT]);

/* The references that one slip leads to `typed` from, with commas between
 * them: a letter wrong, missing, too much, or two that changed places. "" where
 * more than one is missing or too much. Below `mem`. */
char *reference_slips(TALLOC_CTX *mem, const char *typed);

#endif
