# SPDX-License-Identifier: BSD-2-Clause
EXPLAIN_TESTS = \
	tests/unit/test_explain \
	tests/unit/test_spf_trace

check_PROGRAMS += $(EXPLAIN_TESTS)
TESTS += $(EXPLAIN_TESTS)
tests_unit_test_explain_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_explain_LDADD = $(TEST_LIBS)
tests_unit_test_spf_trace_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_trace_LDADD = $(TEST_LIBS)
