# SPDX-License-Identifier: BSD-2-Clause
EVAL_TESTS = \
	tests/unit/test_judge

check_PROGRAMS += $(EVAL_TESTS)
TESTS += $(EVAL_TESTS)
tests_unit_test_judge_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_judge_LDADD = $(TEST_LIBS)
