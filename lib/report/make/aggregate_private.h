/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_MAKE_AGGREGATE_PRIVATE_H
#define REPORT_MAKE_AGGREGATE_PRIVATE_H

/*
 * aggregate_private - what aggregate.c and aggregate_rows.c share
 */

#include "lib/report/make/aggregate.h"
#include "lib/store/store_day.h"

struct aggregate_day {
	int64_t begin_s; /* 00:00:00 UTC */
	struct store_day *results;
};

#endif
