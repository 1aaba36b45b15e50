/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics.c - what the daemon counts
 */
#include "milter/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "lib/base/strbuf.h"

#define COUNTER(text, words)                                                   \
	{                                                                      \
		.name = (text), .type = METRIC_TYPE_COUNTER, .help = (words)   \
	}

const struct metric_row metric_rows[METRIC_COUNT] = {
    [METRIC_CONNECTIONS] = COUNTER("connections", "Connections of the MTA."),
    [METRIC_CONNECTIONS_REFUSED] =
	COUNTER("connections_refused", "Connections beyond the maximum."),
    [METRIC_MESSAGES] = COUNTER("messages", "Messages that came to their end."),
    [METRIC_SKIPPED] =
	COUNTER("skipped", "Messages of trusted clients, not evaluated."),
    [METRIC_ABORTED] = COUNTER("aborted", "Messages the MTA gave up."),
    [METRIC_RESULT_NONE] = COUNTER("result_none", "DMARC result none."),
    [METRIC_RESULT_PASS] = COUNTER("result_pass", "DMARC result pass."),
    [METRIC_RESULT_FAIL] = COUNTER("result_fail", "DMARC result fail."),
    [METRIC_RESULT_TEMPERROR] =
	COUNTER("result_temperror", "DMARC result temperror."),
    [METRIC_RESULT_PERMERROR] =
	COUNTER("result_permerror", "DMARC result permerror."),
    [METRIC_APPLIED_NONE] = COUNTER("applied_none", "Messages let through."),
    [METRIC_APPLIED_TAG] = COUNTER("applied_tag", "Messages tagged."),
    [METRIC_APPLIED_QUARANTINE] =
	COUNTER("applied_quarantine", "Messages quarantined."),
    [METRIC_APPLIED_REJECT] = COUNTER("applied_reject", "Messages refused."),
    [METRIC_APPLIED_TEMPFAIL] =
	COUNTER("applied_tempfail", "Messages refused for now."),
    [METRIC_OVERRIDDEN] =
	COUNTER("overridden", "Messages whose policy was overridden."),
    [METRIC_DISPUTED] =
	COUNTER("disputed", "Messages on which libopendmarc disagreed."),
    [METRIC_OVERLOADED] =
	COUNTER("overloaded", "Messages refused for now, unread: too many."),
    [METRIC_STORE_LATE] =
	COUNTER("store_late", "Records not committed within the wait."),
    [METRIC_STORE_LOST] =
	COUNTER("store_lost", "Records the store did not take."),
    [METRIC_MTA_REFUSALS] =
	COUNTER("mta_refusals", "Changes and replies the MTA did not take."),
    [METRIC_RELOADS] = COUNTER("reloads", "Configurations taken over."),
    [METRIC_RELOADS_FAILED] =
	COUNTER("reloads_failed", "Configurations refused."),
};

static _Atomic uint64_t values[METRIC_COUNT];

void metrics_count(enum metric metric)
{
	(void)atomic_fetch_add_explicit(&values[metric], 1,
					memory_order_relaxed);
}

uint64_t metrics_get(enum metric metric)
{
	return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

void metrics_count_verdict(const struct verdict *verdict)
{
	static const enum metric results[] = {
	    [DMARC_RESULT_NONE] = METRIC_RESULT_NONE,
	    [DMARC_RESULT_PASS] = METRIC_RESULT_PASS,
	    [DMARC_RESULT_FAIL] = METRIC_RESULT_FAIL,
	    [DMARC_RESULT_TEMPERROR] = METRIC_RESULT_TEMPERROR,
	    [DMARC_RESULT_PERMERROR] = METRIC_RESULT_PERMERROR,
	};
	static const enum metric dispositions[] = {
	    [DISPOSITION_NONE] = METRIC_APPLIED_NONE,
	    [DISPOSITION_TAG] = METRIC_APPLIED_TAG,
	    [DISPOSITION_QUARANTINE] = METRIC_APPLIED_QUARANTINE,
	    [DISPOSITION_REJECT] = METRIC_APPLIED_REJECT,
	    [DISPOSITION_TEMPFAIL] = METRIC_APPLIED_TEMPFAIL,
	};

	metrics_count(METRIC_MESSAGES);
	if (verdict->skipped != NULL) {
		metrics_count(METRIC_SKIPPED);
		return;
	}
	metrics_count(results[verdict->result]);
	metrics_count(dispositions[verdict->decision.applied]);
	if (verdict->decision.override != OVERRIDE_NONE)
		metrics_count(METRIC_OVERRIDDEN);
	if (verdict->is_disputed)
		metrics_count(METRIC_DISPUTED);
}

char *metrics_line(TALLOC_CTX *mem)
{
	struct strbuf line;

	strbuf_init(&line, mem, 4096);
	for (enum metric i = 0; i < METRIC_COUNT; i++) {
		uint64_t value = metrics_get(i);
		if (value == 0)
			continue;
		strbuf_printf(&line, "%s%s=%" PRIu64,
			      line.length == 0 ? "" : " ", metric_rows[i].name,
			      value);
	}
	return strbuf_text(&line);
}
