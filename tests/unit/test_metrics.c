/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_metrics.c - every verdict is counted in its place, and the text format
 * is what Prometheus reads
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "milter/exposition.h"
#include "milter/metrics.h"

static void every_combination_has_its_place(void **state)
{
	struct verdict verdict = {0};

	(void)state;
	for (unsigned i = 0; i < METRICS_RESULTS * METRICS_POLICIES *
				     METRICS_DISPOSITIONS * METRICS_OVERRIDES;
	     i++) {
		struct metrics_verdict place = {
		    .result = (enum dmarc_result)(i % METRICS_RESULTS),
		    .policy = (enum request)(i / 5 % METRICS_POLICIES),
		    .applied =
			(enum disposition)(i / 20 % METRICS_DISPOSITIONS),
		    .override =
			(enum override_type)(i / 100 % METRICS_OVERRIDES),
		};
		verdict.result = place.result;
		verdict.input.policy = place.policy;
		verdict.decision.applied = place.applied;
		verdict.decision.enforced = place.applied;
		verdict.decision.override = place.override;
		assert_int_equal(metrics_get_verdict(&place), 0);
		metrics_count_verdict(&verdict);
		assert_int_equal(metrics_get_verdict(&place), 1);
	}
	assert_int_equal(metrics_get(METRIC_MESSAGES), 600);
	assert_int_equal(metrics_get(METRIC_RESULT_FAIL), 120);
	assert_int_equal(metrics_get(METRIC_APPLIED_REJECT), 120);
	assert_int_equal(metrics_get(METRIC_OVERRIDDEN), 500);
	assert_int_equal(metrics_get(METRIC_WOULD_REJECT), 0);
	assert_int_equal(metrics_get(METRIC_RULES), 0);
}

static void counts_what_monitor_mode_withheld(void **state)
{
	struct verdict verdict = {
	    .result = DMARC_RESULT_FAIL,
	    .override_name = "lists",
	    .decision = {.enforced = DISPOSITION_REJECT},
	};

	(void)state;
	metrics_count_verdict(&verdict);
	verdict.decision.enforced = DISPOSITION_NONE;
	metrics_count_verdict(&verdict);
	verdict.skipped = "trusted network";
	metrics_count_verdict(&verdict);
	assert_int_equal(metrics_get(METRIC_WOULD_REJECT), 1);
	assert_int_equal(metrics_get(METRIC_RULES), 2);
	assert_int_equal(metrics_get(METRIC_SKIPPED), 1);
}

/* The table is whole: each row has a word; what is scraped has its help, and
 * rows of one name stand together. */
static void rows_are_whole(void **state)
{
	const char *before = "";

	(void)state;
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		const struct metric_row *row = &metric_rows[i];

		assert_non_null(row->word);
		assert_non_null(row->labels);
		if (row->name == NULL)
			continue;
		assert_non_null(row->help);
		assert_null(strpbrk(row->help, "\\\n"));
		assert_int_equal(strncmp(row->name, "alignd_", 7), 0);
		if (strcmp(row->name, before) == 0)
			assert_string_not_equal(row->labels, "");
		before = row->name;
	}
}

static void times(void **state)
{
	struct histogram_figures figures;

	(void)state;
	metrics_time(TIMING_STORE, 1500);
	metrics_time(TIMING_STORE, 2500);
	metrics_get_timing(TIMING_STORE, &figures);
	assert_int_equal(figures.total, 2);
	assert_int_equal(figures.sum_us, 4000);
	metrics_get_timing(TIMING_END_OF_MESSAGE, &figures);
	assert_int_equal(figures.total, 0);
}

static const struct {
	const char *labels;
	uint64_t value;
	uint64_t per_unit;
	const char *want;
} samples[] = {
    {"", 0, 1, "m 0\n"},
    {"", UINT64_MAX, 1, "m 18446744073709551615\n"},
    {"a=\"b\"", 7, 1, "m{a=\"b\"} 7\n"},
    {"", 7, 1000, "m 0.007\n"},
    {"", 12345, 1000, "m 12.345\n"},
    {"", 1000001, 1000000, "m 1.000001\n"},
};

static void writes_samples(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct strbuf page;

		strbuf_init(&page, mem, 1000);
		exposition_sample(&page, "m", samples[i].labels,
				  samples[i].value, samples[i].per_unit);
		assert_string_equal(strbuf_text(&page), samples[i].want);
	}
	mem_free(mem);
}

static void writes_a_histogram(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct histogram histogram = {0};
	struct histogram_figures figures;
	struct strbuf page;

	(void)state;
	histogram_add(&histogram, 50);
	histogram_add(&histogram, 3000);
	histogram_add(&histogram, 60000000);
	histogram_read(&histogram, &figures);
	strbuf_init(&page, mem, 4000);
	exposition_histogram(&page, "m_seconds", "Help.", &figures);
	const char *text = strbuf_text(&page);
	assert_ptr_equal(strstr(text, "# HELP m_seconds Help.\n"
				      "# TYPE m_seconds histogram\n"
				      "m_seconds_bucket{le=\"0.0001\"} 1\n"
				      "m_seconds_bucket{le=\"0.00025\"} 1\n"),
			 text);
	assert_non_null(strstr(text, "{le=\"0.005\"} 2\n"));
	assert_non_null(strstr(text, "{le=\"30\"} 2\n"
				     "m_seconds_bucket{le=\"+Inf\"} 3\n"
				     "m_seconds_sum 60.003050\n"
				     "m_seconds_count 3\n"));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_combination_has_its_place),
	    cmocka_unit_test(counts_what_monitor_mode_withheld),
	    cmocka_unit_test(rows_are_whole),
	    cmocka_unit_test(times),
	    cmocka_unit_test(writes_samples),
	    cmocka_unit_test(writes_a_histogram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
