# SPDX-License-Identifier: BSD-2-Clause
BASE_TESTS = \
	tests/unit/test_clock_trust \
	tests/unit/test_domain \
	tests/unit/test_file_change \
	tests/unit/test_histogram \
	tests/unit/test_mem \
	tests/unit/test_net \
	tests/unit/test_siphash \
	tests/unit/test_strbuf \
	tests/unit/test_suffix \
	tests/unit/test_account \
	tests/unit/test_text

tests_unit_test_confine_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_confine_LDADD = $(TEST_LIBS)
tests_unit_test_clock_trust_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_clock_trust_LDADD = $(TEST_LIBS)
tests_unit_test_domain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_domain_LDADD = $(TEST_LIBS)
tests_unit_test_file_change_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_file_change_LDADD = $(TEST_LIBS)
tests_unit_test_histogram_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_histogram_LDADD = $(TEST_LIBS)
tests_unit_test_mem_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_mem_LDADD = $(TEST_LIBS)
tests_unit_test_net_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_net_LDADD = $(TEST_LIBS)
tests_unit_test_siphash_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_siphash_LDADD = $(TEST_LIBS)
tests_unit_test_strbuf_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_strbuf_LDADD = $(TEST_LIBS)
tests_unit_test_suffix_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_suffix_LDADD = $(TEST_LIBS)
tests_unit_test_account_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_account_LDADD = $(TEST_LIBS)
tests_unit_test_text_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_text_LDADD = $(TEST_LIBS)

# Builds that watch the program are let more (lib/base/confine_watched.c).
if !WATCHED
BASE_TESTS += tests/unit/test_confine
endif

check_PROGRAMS += $(BASE_TESTS)
TESTS += $(BASE_TESTS)

SETTINGS_TESTS = \
	tests/unit/test_json \
	tests/unit/test_settings

check_PROGRAMS += $(SETTINGS_TESTS)
TESTS += $(SETTINGS_TESTS)
tests_unit_test_json_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_json_LDADD = $(TEST_LIBS)
tests_unit_test_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_settings_LDADD = $(TEST_LIBS)
