/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MILTER_METRICS_H
#define MILTER_METRICS_H

/*
 * metrics - what the daemon counts and times
 *
 * One table names every counter: its word in the log's line of counters, and
 * its name, label and help where Prometheus scrapes. Counting is one atomic
 * addition and is done from any thread. Since the start of the process;
 * nothing is ever reset.
 */

#include <stdint.h>

#include "lib/base/histogram.h"
#include "lib/base/mem.h"
#include "lib/eval/verdict.h"

enum metric {
	METRIC_CONNECTIONS,
	METRIC_CONNECTIONS_REFUSED,
	METRIC_CONNECTIONS_IDLE_ENDED,
	METRIC_PACKETS_REFUSED,
	METRIC_DESCRIPTORS_EXHAUSTED,
	METRIC_THREADS_REFUSED,
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
	METRIC_WOULD_TAG,
	METRIC_WOULD_QUARANTINE,
	METRIC_WOULD_REJECT,
	METRIC_WOULD_TEMPFAIL,
	METRIC_OVERRIDDEN,
	METRIC_RULES,
	METRIC_REPLAYED,
	METRIC_STALE,
	METRIC_REMEMBERED,
	METRIC_OVERLOADED,
	METRIC_STOPPING,
	METRIC_STORE_LATE,
	METRIC_STORE_LOST,
	METRIC_MTA_REFUSALS,
	METRIC_RELOADS,
	METRIC_RELOADS_FAILED,
	METRIC_SCRAPES,
	METRIC_COUNT,
};

struct metric_row {
	const char *word;   /* in the log */
	const char *name;   /* where it is scraped; NULL: not there, since the
			       verdicts' counts or the store's have it */
	const char *labels; /* `would="tag"`, or "" */
	const char *help;
};

/* METRIC_COUNT rows, in the order of enum metric; those of one name follow on
 * one another. */
extern const struct metric_row metric_rows[];

/* What is timed. */
enum timing {
	TIMING_END_OF_MESSAGE, /* from the MTA's last byte to our answer */
	TIMING_STORE,	       /* of it, waiting for the commit */
	TIMING_COUNT,
};

/* Every combination of what a verdict can be. A stranger chooses among these
 * and can add none. */
#define METRICS_RESULTS (DMARC_RESULT_PERMERROR + 1)
#define METRICS_POLICIES 4 /* of enum request */
#define METRICS_DISPOSITIONS (DISPOSITION_TEMPFAIL + 1)
#define METRICS_OVERRIDES (OVERRIDE_TRUSTED_FORWARDER + 1)

struct metrics_verdict {
	enum dmarc_result result;
	enum request policy; /* published for this domain: before t and pct */
	enum disposition applied;
	enum override_type override;
};

void metrics_count(enum metric metric);
uint64_t metrics_get(enum metric metric);

void metrics_time(enum timing timing, int64_t duration_us);
void metrics_get_timing(enum timing timing, struct histogram_figures *figures);

/* Counts one evaluated or skipped message. */
void metrics_count_verdict(const struct verdict *verdict);
uint64_t metrics_get_verdict(const struct metrics_verdict *verdict);

/* "name=value name=value ..." of all that are not 0. */
char *metrics_line(TALLOC_CTX *mem);

#endif
