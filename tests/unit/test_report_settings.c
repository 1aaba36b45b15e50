/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report_settings.c - what section report takes, and who reports
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/app/report_settings.h"
#include "lib/base/limits.h"

static const struct setting_section sections[] = {
    {"report", report_setting_rows, 0, "reports"}, {NULL, NULL, 0, NULL}};

static void checks_values(void **state)
{
	static const struct {
		const char *name;
		const char *value;
		const char *words; /* NULL: fine */
	} rows[] = {
	    {"report.from", "", NULL},
	    {"report.from", "dmarc-reports@example.org", NULL},
	    {"report.from", "\"a.b\"@example.org", NULL},
	    {"report.from", "example.org", "no address"},
	    {"report.from", "a@b@c", "no address"},
	    {"report.from", "<a@example.org>", "no address"},
	    {"report.from", "a@example.org\r\nBcc: b@c.test",
	     "control character"},
	    {"report.from", "\xc3\xa4@example.org", "no address"},
	    {"report.from", "a @example.org", "no address"},
	    {"report.org_name", "", NULL},
	    {"report.org_name", "M\xc3\xbcller & <Co>", NULL},
	    {"report.org_name", "M\xfcller", "not UTF-8"},
	    {"report.org_name", "a\nb", "control character"},
	    {"report.contact", "https://example.org/?a=b&c=d", NULL},
	    {"report.contact", "\x7f", "control character"},
	    {"report.schema", "rfc9990", NULL},
	    {"report.schema", "rfc7489", NULL},
	    {"report.schema", "RFC9990", "rfc9990, rfc7489"},
	    {"report.max_size", "1", NULL},
	    {"report.max_size", "0", "1 to 1000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct report_settings settings;
		struct error err = {.words = ""};
		settings_defaults(mem, sections, &settings);
		bool ok = settings_set(mem, sections, rows[i].name,
				       rows[i].value, &settings, &err);
		assert_int_equal(ok, rows[i].words == NULL);
		if (!ok && strstr(err.words, rows[i].words) == NULL)
			fail_msg("%s: %s", rows[i].value, err.words);
		mem_free(mem);
	}
}

static void refuses_a_long_text(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct report_settings settings;
	char text[LIMIT_REPORT_TEXT + 2];
	struct error err;

	(void)state;
	memset(text, 'x', sizeof text);
	text[LIMIT_REPORT_TEXT + 1] = '\0';
	settings_defaults(mem, sections, &settings);
	assert_false(settings_set(mem, sections, "report.contact", text,
				  &settings, &err));
	text[LIMIT_REPORT_TEXT] = '\0';
	assert_true(settings_set(mem, sections, "report.contact", text,
				 &settings, &err));
	mem_free(mem);
}

static void names_the_reporter(void **state)
{
	static const struct {
		const char *org_name;
		const char *from;
		const char *want;
	} rows[] = {
	    {"Example", "a@example.org", "Example"},
	    {"", "a@example.org", "example.org"},
	    {"", "\"a@b\"@example.org", "example.org"},
	    {"", "", "localhost"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct report_settings settings = {.org_name = rows[i].org_name,
						   .from = rows[i].from};
		assert_string_equal(report_org_name(&settings), rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_values),
	    cmocka_unit_test(refuses_a_long_text),
	    cmocka_unit_test(names_the_reporter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
