/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reference.c - the short name of an incident, fit for the telephone
 * Tested by test_session.
 */
#include "lib/base/reference.h"

char *reference_make(const struct random_source *random,
		     char text[REFERENCE_TEXT])
{
	/* No 0, 1, I, O: the reference is read out over the telephone. */
	static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	uint8_t bytes[8];

	random->fill(random, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		text[i + i / 4] = letters[bytes[i] & 31];
	text[4] = '-';
	text[REFERENCE_TEXT - 1] = '\0';
	return text;
}
