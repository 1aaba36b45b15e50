/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form.c - what of a label a reader's eye keeps
 *
 * Tested by test_lookalike.
 */
#include "lib/lookalike/form.h"

#include <string.h>

#include "lib/base/idn.h"
#include "lib/base/mem.h"
#include "lib/base/text.h"
#include "lib/lookalike/skeleton.h"

#define LABEL_BYTES 63 /* RFC 1035 2.3.4 */

/* What ASCII passes for. A capital is of ICU's making: its skeleton of "0". */
static const struct {
	char shown;
	char meant;
} letters[] = {
    {'0', 'o'}, {'O', 'o'}, {'1', 'l'}, {'i', 'l'}, {'3', 'e'}, {'4', 'a'},
    {'5', 's'}, {'7', 't'}, {'8', 'b'}, {'9', 'g'}, {'2', 'z'},
};

static const struct {
	char first;
	char second;
	char meant;
} pairs[] = {
    {'r', 'n', 'm'},
    {'v', 'v', 'w'},
    {'c', 'l', 'd'},
};

static uint16_t letter_meant(uint16_t unit)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (unit == letters[i].shown)
			return (uint16_t)letters[i].meant;
	return unit;
}

/* Of two that follow one another; 0: nothing but themselves. */
static uint16_t pair_meant(uint16_t first, uint16_t second)
{
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		if (first == pairs[i].first && second == pairs[i].second)
			return (uint16_t)pairs[i].meant;
	return 0;
}

/* Combining Diacritical Marks: ICU's skeletons are decomposed. */
static bool is_mark(uint16_t unit)
{
	return unit >= 0x0300 && unit <= 0x036f;
}

/* In place: no unit becomes more than one. A pair is read before its letters
 * are: "cl" is a "d", "ci" is none. */
void lookalike_form_fold(struct lookalike_form *form)
{
	const uint16_t *from = form->units;
	size_t length = form->length;

	form->length = 0;
	for (size_t i = 0; i < length; i++) {
		uint16_t meant =
		    i + 1 < length ? pair_meant(from[i], from[i + 1]) : 0;

		if (meant != 0)
			i++;
		else
			meant = letter_meant(from[i]);
		if (meant != '-' && !is_mark(meant))
			form->units[form->length++] = meant;
	}
}

static bool make_unicode(const char *label, struct lookalike_form *form)
{
	char *unicode = idn_to_unicode(NULL, label);
	bool is_made = unicode != NULL &&
		       skeleton_make(unicode, form->units, LOOKALIKE_FORM_UNITS,
				     &form->length);

	talloc_free(unicode);
	return is_made;
}

bool lookalike_form_make(const char *label, size_t length,
			 struct lookalike_form *form)
{
	char text[LABEL_BYTES + 1];

	if (length > LABEL_BYTES)
		return false;
	memcpy(text, label, length);
	text[length] = '\0';
	form->length = length;
	for (size_t i = 0; i < length; i++)
		form->units[i] = (uint8_t)text[i];
	if (span_starts(span_of(text), "xn--") && !make_unicode(text, form))
		return false;
	lookalike_form_fold(form);
	return true;
}

bool lookalike_form_equals(const struct lookalike_form *a,
			   const struct lookalike_form *b)
{
	return a->length == b->length &&
	       memcmp(a->units, b->units, a->length * sizeof a->units[0]) == 0;
}
