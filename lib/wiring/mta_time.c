/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mta_time.c - times as Postfix and Sendmail write them
 * Tested by test_alignctl_doctor.
 */
#include "lib/wiring/mta_time.h"

#define NUMBER_MAX 1000000

int64_t mta_seconds(struct span text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {
	    {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	int64_t factor = 1;
	int64_t number;

	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (text.length > 0 &&
		    text.data[text.length - 1] == units[i].unit) {
			factor = units[i].seconds;
			text.length--;
			break;
		}
	}
	if (!text_number64(text, 0, NUMBER_MAX, &number))
		return -1;
	return number * factor;
}
