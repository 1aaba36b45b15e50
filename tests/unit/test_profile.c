/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_profile.c - the table of profiles: all that it names exists
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/app/config.h"
#include "lib/posture/kinds.h"

static bool is_about_a_setting(const struct profile_row *row)
{
	return row->check == PROFILE_SETTING || row->check == PROFILE_GIVEN;
}

static void names_settings_that_are_there(void **state)
{
	(void)state;
	for (const struct profile_row *row = profile_rows; row->rule != NULL;
	     row++) {
		struct setting_place at;
		if (is_about_a_setting(row) &&
		    !setting_find(config_sections, row->subject, &at))
			fail_msg("%s: no setting %s", row->rule, row->subject);
		if (row->check == PROFILE_GIVEN && row->also != NULL &&
		    !setting_find(config_sections, row->also, &at))
			fail_msg("%s: no setting %s", row->rule, row->also);
	}
}

static void check_value(const struct setting *row, const char *name,
			const char *value)
{
	struct error err;

	/* A list would be replaced by a profile, and += add to it. */
	assert_int_not_equal(row->type, SETTING_LIST);
	assert_int_not_equal(row->type, SETTING_TEXT);
	if (!setting_check(row, value, &err))
		fail_msg("%s: %s", name, err.words);
}

static void has_values_that_are_allowed(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (const struct profile_row *row = profile_rows; row->rule != NULL;
	     row++) {
		struct setting_place at;
		struct span rest = span_of(row->also == NULL ? "" : row->also);
		struct span word;
		if (row->check != PROFILE_SETTING ||
		    !setting_find(config_sections, row->subject, &at))
			continue;
		check_value(at.row, row->subject, row->wanted);
		while (rest.length > 0) {
			(void)span_cut(rest, ' ', &word, &rest);
			check_value(at.row, row->subject,
				    mem_strndup(mem, word.data, word.length));
		}
	}
	mem_free(mem);
}

static bool is_kind(struct span name)
{
	for (size_t i = 0; i < POSTURE_KINDS; i++) {
		if (span_equals(name, posture_kinds[i].name))
			return true;
	}
	return false;
}

static void names_findings_that_are_there(void **state)
{
	(void)state;
	for (const struct profile_row *row = profile_rows; row->rule != NULL;
	     row++) {
		struct span rest = span_of(row->subject);
		struct span word;
		if (row->check != PROFILE_FINDINGS)
			continue;
		assert_true(rest.length > 0);
		while (rest.length > 0) {
			(void)span_cut(rest, ' ', &word, &rest);
			if (!is_kind(word))
				fail_msg("%s: no finding %.*s", row->rule,
					 (int)word.length, word.data);
		}
	}
}

/* Of findings the advice is the finding's own. */
static void says_what_to_do(void **state)
{
	(void)state;
	for (const struct profile_row *row = profile_rows; row->rule != NULL;
	     row++) {
		bool is_of_finding = row->check == PROFILE_FINDINGS;
		bool has_part = row->part != PART_NONE;
		if (is_of_finding != (row->advice == NULL))
			fail_msg("%s: %s", row->rule, row->asks);
		assert_true(*row->asks != '\0');
		assert_int_equal(has_part, !profile_is_about_host(row) &&
					       row->check != PROFILE_DECLARED);
	}
}

/* One setting, one default. */
static void sets_each_once(void **state)
{
	(void)state;
	for (const struct profile_row *row = profile_rows; row->rule != NULL;
	     row++) {
		if (row->check == PROFILE_SETTING)
			assert_ptr_equal(
			    profile_default_of(row->profile, row->subject),
			    row);
	}
	assert_null(profile_default_of(PROFILE_CISA_BOD_18_01, "mode"));
	assert_null(profile_default_of(PROFILE_UK_GOV, "dns.dnssec"));
}

static void finds_a_profile(void **state)
{
	enum profile_id profile = PROFILE_RFC9989;
	struct error err;

	(void)state;
	for (int i = 0; i < PROFILES; i++) {
		assert_string_equal(profile_choices[i].name, profiles[i].name);
		assert_int_equal(profile_choices[i].value, i);
		assert_true(profile_find(profiles[i].name, &profile, &err));
		assert_int_equal(profile, i);
		assert_non_null(profile_next((enum profile_id)i, NULL));
	}
	assert_false(profile_find("bsi", &profile, &err));
	assert_string_equal(err.words,
			    "\"bsi\" is no profile (allowed: rfc9989, uk-gov, "
			    "ism-1799, bsi-tr-03182, cisa-bod-18-01)");
}

/* Its rows are alignd's own defaults: whoever changes one sees it here. */
static void has_the_defaults_for_rfc9989(void **state)
{
	const struct profile_row *row = NULL;

	(void)state;
	while ((row = profile_next(PROFILE_RFC9989, row)) != NULL) {
		struct setting_place at;
		if (row->check == PROFILE_SETTING) {
			assert_true(
			    setting_find(config_sections, row->subject, &at));
			assert_string_equal(row->wanted, at.row->initial);
		}
	}
}

static void puts_defaults_where_no_file_does(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct config *config = config_defaults(mem);
	const struct settings_origins *origins = profile_apply(
	    mem, PROFILE_ISM_1799, config_sections, config->origins, config);
	const struct setting_origin *none =
	    settings_origin(origins, "policy.on_none");

	(void)state;
	assert_int_equal(config->policy.on_none, DISPOSITION_REJECT);
	assert_string_equal(none->value, "reject");
	assert_string_equal(none->by, "profile ism-1799");
	assert_int_equal(none->line, 0);
	assert_null(settings_origin(origins, "policy.on_temperror")->by);
	assert_null(settings_origin(config->origins, "policy.on_none")->by);
	/* Another one takes the place of the first. */
	origins = profile_apply(mem, PROFILE_BSI_TR_03182, config_sections,
				origins, config);
	none = settings_origin(origins, "policy.on_none");
	assert_int_equal(config->policy.on_none, DISPOSITION_NONE);
	assert_int_equal(config->policy.on_quarantine, DISPOSITION_QUARANTINE);
	assert_true(config->dns.dnssec);
	assert_string_equal(none->value, "none");
	assert_null(none->by);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_settings_that_are_there),
	    cmocka_unit_test(has_values_that_are_allowed),
	    cmocka_unit_test(names_findings_that_are_there),
	    cmocka_unit_test(says_what_to_do),
	    cmocka_unit_test(sets_each_once),
	    cmocka_unit_test(finds_a_profile),
	    cmocka_unit_test(has_the_defaults_for_rfc9989),
	    cmocka_unit_test(puts_defaults_where_no_file_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
