# SPDX-License-Identifier: BSD-2-Clause
FAILURE_TESTS = \
	tests/unit/test_failure_due \
	tests/unit/test_redact \
	tests/unit/test_store_failure

check_PROGRAMS += $(FAILURE_TESTS)
TESTS += $(FAILURE_TESTS)
tests_unit_test_failure_due_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_failure_due_LDADD = $(TEST_LIBS)
tests_unit_test_redact_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_redact_LDADD = $(TEST_LIBS)
tests_unit_test_store_failure_SOURCES = tests/unit/test_store_failure.c \
	$(STORE_FIXTURE)
tests_unit_test_store_failure_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_failure_LDADD = $(TEST_LIBS)
