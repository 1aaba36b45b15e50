/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_STORE_PATH_ALARM_H
#define STORE_STORE_PATH_ALARM_H

/*
 * store_path_alarm - a path that used to pass and was refused, as plain data
 */

#include "lib/store/store_path.h"

/* The first refusal on a path that used to pass. */
struct store_path_alarm {
	int64_t time_s;
	struct store_path_name name;
	char reference[REFERENCE_TEXT]; /* of an incident; "": none was kept */
	uint32_t spf;			/* what passed before */
	uint32_t dkim;
	uint16_t days;
	uint16_t last_day; /* since 1970 */
};

#endif
