/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * near.c - is one form a slip of the finger away from another?
 *
 * What is equal at both ends is left out; what remains in the middle tells.
 * Tested by test_lookalike.
 */
#include "lib/lookalike/near.h"

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t count_same_before(const struct lookalike_form *a,
				const struct lookalike_form *b)
{
	size_t room = smaller(a->length, b->length);
	size_t same = 0;

	while (same < room && a->units[same] == b->units[same])
		same++;
	return same;
}

/* Behind the first `before` of both. */
static size_t count_same_after(const struct lookalike_form *a,
			       const struct lookalike_form *b, size_t before)
{
	size_t room = smaller(a->length, b->length) - before;
	size_t same = 0;

	while (same < room &&
	       a->units[a->length - 1 - same] == b->units[b->length - 1 - same])
		same++;
	return same;
}

bool near_is_transposed(const struct lookalike_form *a,
			const struct lookalike_form *b)
{
	size_t before = count_same_before(a, b);

	if (a->length != b->length || before + 2 > a->length)
		return false;
	return before + count_same_after(a, b, before) + 2 == a->length &&
	       a->units[before] == b->units[before + 1] &&
	       a->units[before + 1] == b->units[before];
}

bool near_is_one_edit(const struct lookalike_form *a,
		      const struct lookalike_form *b)
{
	size_t before = count_same_before(a, b);
	size_t same = before + count_same_after(a, b, before);
	size_t left_a = a->length - same;
	size_t left_b = b->length - same;

	return left_a <= 1 && left_b <= 1 && left_a + left_b > 0;
}
