/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * date.c - the moment that a Date field names
 */
#include "lib/mail/date.h"

#include <time.h>

#include "lib/mail/scan.h"

#define YEAR_BASE 1900
#define MINUTE_S 60
#define HOUR_S 3600

/* A run of `min` to `max` digits. */
static bool read_number(struct scan *scan, size_t min, size_t max, int *number)
{
	struct span digits = scan_run(scan, ascii_is_digit);
	int sum = 0;

	if (digits.length < min || digits.length > max)
		return false;
	for (size_t i = 0; i < digits.length; i++)
		sum = sum * 10 + (digits.data[i] - '0');
	*number = sum;
	return true;
}

static bool read_month(struct scan *scan, int *month)
{
	static const char *const names[] = {"jan", "feb", "mar", "apr",
					    "may", "jun", "jul", "aug",
					    "sep", "oct", "nov", "dec"};
	struct span word = scan_run(scan, ascii_is_alpha);

	for (int i = 0; i < 12; i++) {
		if (!span_equals_nocase(word, names[i]))
			continue;
		*month = i;
		return true;
	}
	return false;
}

/* "26" is 2026 and "98" is 1998; three digits count from 1900 (4.3). */
static bool read_year(struct scan *scan, int *year)
{
	size_t start = scan->at;

	if (!read_number(scan, 2, 4, year))
		return false;
	size_t digits = scan->at - start;
	if (digits == 2 && *year < 50)
		*year += 2000;
	else if (digits < 4)
		*year += 1900;
	return *year >= 1970;
}

/* "Fri, 1 May 2026", the day of the week left out or not. */
static bool read_day(struct scan *scan, struct tm *utc)
{
	int year;

	if (!scan_cfws(scan))
		return false;
	if (scan_run(scan, ascii_is_alpha).length > 0 &&
	    (!scan_cfws(scan) || !scan_char(scan, ',') || !scan_cfws(scan)))
		return false;
	if (!read_number(scan, 1, 2, &utc->tm_mday) || !scan_cfws(scan) ||
	    !read_month(scan, &utc->tm_mon) || !scan_cfws(scan) ||
	    !read_year(scan, &year) || !scan_cfws(scan))
		return false;
	utc->tm_year = year - YEAR_BASE;
	return utc->tm_mday >= 1 && utc->tm_mday <= 31;
}

static bool read_time(struct scan *scan, struct tm *utc)
{
	if (!read_number(scan, 1, 2, &utc->tm_hour) || !scan_cfws(scan) ||
	    !scan_char(scan, ':') || !scan_cfws(scan) ||
	    !read_number(scan, 1, 2, &utc->tm_min) || !scan_cfws(scan))
		return false;
	if (scan_char(scan, ':') &&
	    (!scan_cfws(scan) || !read_number(scan, 1, 2, &utc->tm_sec) ||
	     !scan_cfws(scan)))
		return false;
	return utc->tm_hour <= 23 && utc->tm_min <= 59 && utc->tm_sec <= 60;
}

/* "+0200" as 7200. Of the letters only North America's mean something; all
 * others are as good as "-0000" (4.3). None is taken for UTC. */
static bool read_zone(struct scan *scan, int *offset_s)
{
	static const struct {
		const char *name;
		int hours;
	} names[] = {{"EDT", -4}, {"EST", -5}, {"CDT", -5}, {"CST", -6},
		     {"MDT", -6}, {"MST", -7}, {"PDT", -7}, {"PST", -8}};
	bool is_minus = scan_peek(scan) == '-';
	int clock;

	*offset_s = 0;
	if (is_minus || scan_peek(scan) == '+') {
		scan->at++;
		if (!read_number(scan, 4, 4, &clock) || clock % 100 > 59)
			return false;
		*offset_s = clock / 100 * HOUR_S + clock % 100 * MINUTE_S;
		*offset_s = is_minus ? -*offset_s : *offset_s;
		return true;
	}
	struct span word = scan_run(scan, ascii_is_alpha);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (span_equals_nocase(word, names[i].name))
			*offset_s = names[i].hours * HOUR_S;
	}
	return true;
}

bool date_parse(struct span value, int64_t *epoch_s)
{
	struct scan scan = {.text = span_trim(value)};
	struct tm utc = {0};
	int offset_s;

	if (!scan_is_clean(scan.text) || !read_day(&scan, &utc) ||
	    !read_time(&scan, &utc) || !read_zone(&scan, &offset_s) ||
	    !scan_cfws(&scan) || !scan_at_end(&scan))
		return false;
	*epoch_s = (int64_t)timegm(&utc) - offset_s;
	return true;
}
