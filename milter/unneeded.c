/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unneeded.c - is it worth an answer to each chunk that bodies can be cut
 * short?
 */
#include "milter/unneeded.h"

void unneeded_note(struct unneeded *unneeded, bool is_long)
{
	if (is_long)
		(void)atomic_fetch_add(&unneeded->long_ones, 1);
	if (atomic_fetch_add(&unneeded->messages, 1) + 1 != UNNEEDED_WINDOW)
		return;
	unsigned long_ones = atomic_exchange(&unneeded->long_ones, 0);
	atomic_store(&unneeded->is_common,
		     long_ones >= UNNEEDED_WINDOW / UNNEEDED_SHARE);
	atomic_store(&unneeded->messages, 0);
}

bool unneeded_is_common(const struct unneeded *unneeded)
{
	return atomic_load(&unneeded->is_common);
}
