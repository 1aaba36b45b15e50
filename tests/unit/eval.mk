# SPDX-License-Identifier: BSD-2-Clause
EVAL_TESTS = \
	tests/unit/test_hold_budget \
	tests/unit/test_judge \
	tests/unit/test_present \
	tests/unit/test_present_header \
	tests/unit/test_record_keeping \
	tests/unit/test_sightings \
	tests/unit/test_verdict_log

check_PROGRAMS += $(EVAL_TESTS)
TESTS += $(EVAL_TESTS)
tests_unit_test_hold_budget_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_hold_budget_LDADD = $(TEST_LIBS)
tests_unit_test_judge_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_judge_LDADD = $(TEST_LIBS)
tests_unit_test_present_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_present_LDADD = $(TEST_LIBS)
tests_unit_test_present_header_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_present_header_LDADD = $(TEST_LIBS)
tests_unit_test_record_keeping_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_record_keeping_LDADD = $(TEST_LIBS)
tests_unit_test_sightings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_sightings_LDADD = $(TEST_LIBS)
tests_unit_test_verdict_log_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_verdict_log_LDADD = $(TEST_LIBS)
