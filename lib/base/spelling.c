/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spelling.c - the nearest known name, by Levenshtein's distance
 * Tested by test_settings.
 */
#include "lib/base/spelling.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/text.h"

#define NAME_MAX_BYTES 63

static size_t least(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

size_t spelling_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1]; /* distances to each start of `b` */
	size_t width = strlen(b);

	if (strlen(a) > NAME_MAX_BYTES || width > NAME_MAX_BYTES)
		return SIZE_MAX;
	for (size_t k = 0; k <= width; k++)
		row[k] = k;
	for (; *a != '\0'; a++) {
		size_t corner = row[0]++;
		for (size_t k = 1; k <= width; k++) {
			size_t changed =
			    corner + (ascii_lower(*a) != ascii_lower(b[k - 1]));
			corner = row[k];
			row[k] = least(row[k - 1] + 1, row[k] + 1, changed);
		}
	}
	return row[width];
}

/* A third of the name may be wrong, and one letter of a short one; never all
 * of it. */
void spelling_init(struct spelling *spelling, const char *wanted)
{
	spelling->wanted = wanted;
	spelling->nearest = NULL;
	spelling->distance =
	    least(strlen(wanted) / 3 + 2, strlen(wanted), SIZE_MAX);
}

void spelling_offer(struct spelling *spelling, const char *known)
{
	size_t distance = spelling_distance(spelling->wanted, known);

	if (distance >= spelling->distance)
		return;
	spelling->distance = distance;
	spelling->nearest = known;
}
