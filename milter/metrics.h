/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_H
#define MILTER_METRICS_H

/*
 * metrics - what the daemon counts
 *
 * One table names every counter; counting is one atomic addition and is done
 * from any thread. Since the start of the process; nothing is ever reset.
 */

#include <stdint.h>

#include "lib/base/mem.h"
#include "lib/eval/verdict.h"

enum metric {
	METRIC_CONNECTIONS,
	METRIC_CONNECTIONS_REFUSED,
	METRIC_MESSAGES,
	METRIC_SKIPPED,
	METRIC_ABORTED,
	METRIC_RESULT_NONE,
	METRIC_RESULT_PASS,
	METRIC_RESULT_FAIL,
	METRIC_RESULT_TEMPERROR,
	METRIC_RESULT_PERMERROR,
	METRIC_APPLIED_NONE,
	METRIC_APPLIED_TAG,
	METRIC_APPLIED_QUARANTINE,
	METRIC_APPLIED_REJECT,
	METRIC_APPLIED_TEMPFAIL,
	METRIC_OVERRIDDEN,
	METRIC_DISPUTED,
	METRIC_OVERLOADED,
	METRIC_STORE_LATE,
	METRIC_STORE_LOST,
	METRIC_MTA_REFUSALS,
	METRIC_RELOADS,
	METRIC_RELOADS_FAILED,
	METRIC_COUNT,
};

enum metric_type { METRIC_TYPE_COUNTER };

struct metric_row {
	const char *name;
	enum metric_type type;
	const char *help;
};

/* METRIC_COUNT rows, in the order of enum metric. */
extern const struct metric_row metric_rows[];

void metrics_count(enum metric metric);
uint64_t metrics_get(enum metric metric);

/* Counts one evaluated or skipped message. */
void metrics_count_verdict(const struct verdict *verdict);

/* "name=value name=value ..." of all that are not 0. */
char *metrics_line(TALLOC_CTX *mem);

#endif
