/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * time_text.c - times as people type them
 * Tested by test_alignctl_review.
 */
#include "lib/base/time_text.h"

#include <string.h>
#include <time.h>

#include "lib/base/text.h"

static int64_t unit_seconds(char unit)
{
	switch (unit) {
	case 's':
		return 1;
	case 'm':
		return 60;
	case 'h':
		return 3600;
	case 'd':
		return 86400;
	default:
		return 0;
	}
}

static bool read_length(struct span text, int64_t *seconds)
{
	long number;
	int64_t unit =
	    text.length < 2 ? 0 : unit_seconds(text.data[text.length - 1]);

	if (unit == 0 || !text_number(span_make(text.data, text.length - 1), 0,
				      1000000000, &number))
		return false;
	*seconds = number * unit;
	return true;
}

static bool read_age(struct span text, int64_t now_s, int64_t *time_s)
{
	int64_t seconds;

	if (!read_length(text, &seconds))
		return false;
	*time_s = now_s - seconds;
	return true;
}

static bool read_date(const char *text, int64_t *time_s)
{
	struct tm utc = {.tm_isdst = 0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc);

	if (end == NULL || *end != '\0') {
		utc = (struct tm){.tm_isdst = 0};
		end = strptime(text, "%Y-%m-%d", &utc);
	}
	if (end == NULL || *end != '\0')
		return false;
	*time_s = (int64_t)timegm(&utc);
	return true;
}

static bool read_epoch(const char *text, int64_t *time_s)
{
	return text[0] == '@' &&
	       text_number64(span_of(text + 1), 0, 253402300799, time_s);
}

bool time_text_read(const char *text, int64_t now_s, int64_t *time_s)
{
	return read_epoch(text, time_s) ||
	       read_age(span_of(text), now_s, time_s) ||
	       read_date(text, time_s);
}

bool time_text_read_length(const char *text, int64_t *seconds)
{
	return read_length(span_of(text), seconds);
}
