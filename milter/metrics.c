/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metrics.c - what the daemon counts and times
 */
#include "milter/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>

#include "lib/base/strbuf.h"
#include "lib/eval/indirect_evidence.h"

/* The word of the log, and what is scraped: name, labels, help. */
#define COUNTER(text, full_name, full_labels, words)                           \
	{                                                                      \
		.word = (text), .name = (full_name), .labels = (full_labels),  \
		.help = (words)                                                \
	}
/* Of what is scraped elsewhere. */
#define LOGGED(text) COUNTER(text, NULL, "", NULL)

#define WOULD_NAME "alignd_messages_monitored_total"
#define WOULD_HELP                                                             \
	"Messages let through in monitor mode only, by what enforce mode "     \
	"would have done."
#define STALE_NAME "alignd_messages_stale_total"
#define STALE_HELP                                                             \
	"Messages decided by what DNS said before, since it did not answer."
#define RELOAD_NAME "alignd_config_reloads_total"
#define RELOAD_HELP "Reloads of the configuration asked for, by outcome."

const struct metric_row metric_rows[METRIC_COUNT] = {
    [METRIC_CONNECTIONS] = COUNTER("connections", "alignd_connections_total",
				   "", "Connections of the MTA."),
    [METRIC_CONNECTIONS_REFUSED] =
	COUNTER("connections_refused", "alignd_connections_refused_total", "",
		"Connections of the MTA beyond the maximum."),
    [METRIC_CONNECTIONS_IDLE_ENDED] =
	COUNTER("connections_idle_ended", "alignd_connections_idle_ended_total",
		"", "Silent connections of the MTA that made room for others."),
    [METRIC_PACKETS_REFUSED] =
	COUNTER("packets_refused", "alignd_packets_refused_total", "",
		"Packets that no MTA sends; each ended its connection."),
    [METRIC_DESCRIPTORS_EXHAUSTED] =
	COUNTER("descriptors_exhausted", "alignd_descriptors_exhausted_total",
		"", "Times that no file descriptor was left for the MTA."),
    [METRIC_THREADS_REFUSED] =
	COUNTER("threads_refused", "alignd_threads_refused_total", "",
		"Times that no thread could be started for a connection."),
    [METRIC_MESSAGES] = LOGGED("messages"),
    [METRIC_SKIPPED] = COUNTER("skipped", "alignd_messages_skipped_total", "",
			       "Messages of trusted clients, not evaluated."),
    [METRIC_ABORTED] = COUNTER("aborted", "alignd_messages_aborted_total", "",
			       "Messages the MTA gave up."),
    [METRIC_RESULT_NONE] = LOGGED("result_none"),
    [METRIC_RESULT_PASS] = LOGGED("result_pass"),
    [METRIC_RESULT_FAIL] = LOGGED("result_fail"),
    [METRIC_RESULT_TEMPERROR] = LOGGED("result_temperror"),
    [METRIC_RESULT_PERMERROR] = LOGGED("result_permerror"),
    [METRIC_APPLIED_NONE] = LOGGED("applied_none"),
    [METRIC_APPLIED_TAG] = LOGGED("applied_tag"),
    [METRIC_APPLIED_QUARANTINE] = LOGGED("applied_quarantine"),
    [METRIC_APPLIED_REJECT] = LOGGED("applied_reject"),
    [METRIC_APPLIED_TEMPFAIL] = LOGGED("applied_tempfail"),
    [METRIC_WOULD_TAG] =
	COUNTER("would_tag", WOULD_NAME, "would=\"tag\"", WOULD_HELP),
    [METRIC_WOULD_QUARANTINE] = COUNTER("would_quarantine", WOULD_NAME,
					"would=\"quarantine\"", WOULD_HELP),
    [METRIC_WOULD_REJECT] =
	COUNTER("would_reject", WOULD_NAME, "would=\"reject\"", WOULD_HELP),
    [METRIC_WOULD_TEMPFAIL] =
	COUNTER("would_tempfail", WOULD_NAME, "would=\"tempfail\"", WOULD_HELP),
    [METRIC_OVERRIDDEN] = LOGGED("overridden"),
    [METRIC_RULES] =
	COUNTER("rules", "alignd_overrides_applied_total", "",
		"Messages to which an override of the operator applied."),
    [METRIC_REPLAYED] =
	COUNTER("replayed", "alignd_replayed_headers_total", "",
		"Failing messages under a signed header that came over other "
		"bodies from other clients."),
    [METRIC_STALE] =
	COUNTER("stale", STALE_NAME, "basis=\"stale\"", STALE_HELP),
    [METRIC_REMEMBERED] =
	COUNTER("remembered", STALE_NAME, "basis=\"remembered\"", STALE_HELP),
    [METRIC_OVERLOADED] =
	COUNTER("overloaded", "alignd_messages_overloaded_total", "",
		"Messages refused for now, unread, because there were too "
		"many."),
    [METRIC_STOPPING] = LOGGED("stopping"),
    [METRIC_STORE_LATE] =
	COUNTER("store_late", "alignd_store_records_late_total", "",
		"Records not committed within the wait; they may be later."),
    [METRIC_STORE_LOST] = LOGGED("store_lost"),
    [METRIC_MTA_REFUSALS] =
	COUNTER("mta_refusals", "alignd_mta_refusals_total", "",
		"Changes and replies the MTA did not take."),
    [METRIC_RELOADS] =
	COUNTER("reloads", RELOAD_NAME, "outcome=\"taken\"", RELOAD_HELP),
    [METRIC_RELOADS_FAILED] = COUNTER("reloads_failed", RELOAD_NAME,
				      "outcome=\"refused\"", RELOAD_HELP),
    [METRIC_SCRAPES] = COUNTER("scrapes", "alignd_scrapes_total", "",
			       "Answers given to /metrics, this one included."),
};

static _Atomic uint64_t values[METRIC_COUNT];
static _Atomic uint64_t verdicts[METRICS_RESULTS][METRICS_POLICIES]
				[METRICS_DISPOSITIONS][METRICS_OVERRIDES];
static struct histogram timings[TIMING_COUNT];

static void add_one(_Atomic uint64_t *value)
{
	(void)atomic_fetch_add_explicit(value, 1, memory_order_relaxed);
}

void metrics_count(enum metric metric)
{
	add_one(&values[metric]);
}

uint64_t metrics_get(enum metric metric)
{
	return atomic_load_explicit(&values[metric], memory_order_relaxed);
}

void metrics_time(enum timing timing, int64_t duration_us)
{
	histogram_add(&timings[timing], duration_us);
}

void metrics_get_timing(enum timing timing, struct histogram_figures *figures)
{
	histogram_read(&timings[timing], figures);
}

static _Atomic uint64_t *find_verdict(const struct metrics_verdict *verdict)
{
	return &verdicts[verdict->result][verdict->policy][verdict->applied]
			[verdict->override];
}

uint64_t metrics_get_verdict(const struct metrics_verdict *verdict)
{
	return atomic_load_explicit(find_verdict(verdict),
				    memory_order_relaxed);
}

/* In monitor mode: what would have been done. */
static void count_would(const struct decision *decision)
{
	static const enum metric dispositions[] = {
	    [DISPOSITION_TAG] = METRIC_WOULD_TAG,
	    [DISPOSITION_QUARANTINE] = METRIC_WOULD_QUARANTINE,
	    [DISPOSITION_REJECT] = METRIC_WOULD_REJECT,
	    [DISPOSITION_TEMPFAIL] = METRIC_WOULD_TEMPFAIL,
	};

	if (decision->enforced != decision->applied &&
	    decision->enforced != DISPOSITION_NONE)
		metrics_count(dispositions[decision->enforced]);
}

static void count_decision(const struct verdict *verdict)
{
	static const enum metric dispositions[] = {
	    [DISPOSITION_NONE] = METRIC_APPLIED_NONE,
	    [DISPOSITION_TAG] = METRIC_APPLIED_TAG,
	    [DISPOSITION_QUARANTINE] = METRIC_APPLIED_QUARANTINE,
	    [DISPOSITION_REJECT] = METRIC_APPLIED_REJECT,
	    [DISPOSITION_TEMPFAIL] = METRIC_APPLIED_TEMPFAIL,
	};
	const struct decision *decision = &verdict->decision;
	const struct metrics_verdict place = {
	    .result = verdict->result,
	    .policy = verdict->input.policy,
	    .applied = decision->applied,
	    .override = decision->override,
	};

	add_one(find_verdict(&place));
	metrics_count(dispositions[decision->applied]);
	count_would(decision);
	if (decision->override != OVERRIDE_NONE)
		metrics_count(METRIC_OVERRIDDEN);
	if (verdict->override_name != NULL)
		metrics_count(METRIC_RULES);
	if (verdict->input.basis == BASIS_STALE)
		metrics_count(METRIC_STALE);
	if (verdict->input.basis == BASIS_REMEMBERED)
		metrics_count(METRIC_REMEMBERED);
	const struct evidence_signature *trace = indirect_signature(verdict);
	if (trace != NULL && trace->doubt == DOUBT_REPLAYED)
		metrics_count(METRIC_REPLAYED);
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

	metrics_count(METRIC_MESSAGES);
	if (verdict->skipped != NULL) {
		metrics_count(METRIC_SKIPPED);
		return;
	}
	metrics_count(results[verdict->result]);
	count_decision(verdict);
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
			      line.length == 0 ? "" : " ", metric_rows[i].word,
			      value);
	}
	return strbuf_text(&line);
}
