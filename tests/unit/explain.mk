# SPDX-License-Identifier: BSD-2-Clause
EXPLAIN_TESTS = \
	tests/unit/test_explain \
	tests/unit/test_recorded_dns

check_PROGRAMS += $(EXPLAIN_TESTS)
TESTS += $(EXPLAIN_TESTS)
tests_unit_test_explain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_explain_LDADD = $(TEST_LIBS)
tests_unit_test_recorded_dns_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_recorded_dns_LDADD = $(TEST_LIBS)
