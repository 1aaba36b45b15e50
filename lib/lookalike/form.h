/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOKALIKE_FORM_H
#define LOOKALIKE_FORM_H

/*
 * form - what of a label a reader's eye keeps
 *
 * The skeleton of UTS 39 for letters of other scripts; then, since that leaves
 * most of what ASCII alone offers, digits that pass for letters ("0" for "o")
 * and pairs that pass for one letter ("rn" for "m") become what they pass for;
 * hyphens and the marks above and below letters go. Two labels with one form
 * look alike. Pure, any thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOKALIKE_FORM_UNITS 256

struct lookalike_form {
	size_t length;
	uint16_t units[LOOKALIKE_FORM_UNITS]; /* UTF-16 */
};

/* Of an A-label or plain ASCII label of `length` bytes, lower case. False: it
 * has no form (an A-label that is none, or too much of it). */
bool lookalike_form_make(const char *label, size_t length,
			 struct lookalike_form *form);

/* The skeleton that stands in `form` folded like one: for what is no label. */
void lookalike_form_fold(struct lookalike_form *form);

bool lookalike_form_equals(const struct lookalike_form *a,
			   const struct lookalike_form *b);

#endif
