# SPDX-License-Identifier: BSD-2-Clause
STORE_TESTS = \
	tests/unit/test_store \
	tests/unit/test_store_budget \
	tests/unit/test_store_ceiling \
	tests/unit/test_store_counters \
	tests/unit/test_store_faults \
	tests/unit/test_store_many \
	tests/unit/test_store_review \
	tests/unit/test_store_schema \
	tests/unit/test_store_size
STORE_FIXTURE = tests/unit/store_fixture.c tests/unit/store_fixture.h

check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
tests_unit_test_store_SOURCES = tests/unit/test_store.c $(STORE_FIXTURE)
tests_unit_test_store_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_LDADD = $(TEST_LIBS)
tests_unit_test_store_budget_SOURCES = tests/unit/test_store_budget.c \
	$(STORE_FIXTURE)
tests_unit_test_store_budget_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_budget_LDADD = $(TEST_LIBS)
tests_unit_test_store_ceiling_SOURCES = tests/unit/test_store_ceiling.c \
	$(STORE_FIXTURE)
tests_unit_test_store_ceiling_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_ceiling_LDADD = $(TEST_LIBS)
tests_unit_test_store_size_SOURCES = tests/unit/test_store_size.c \
	$(STORE_FIXTURE)
tests_unit_test_store_size_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_size_LDADD = $(TEST_LIBS)
tests_unit_test_store_faults_SOURCES = tests/unit/test_store_faults.c \
	$(STORE_FIXTURE)
tests_unit_test_store_faults_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_faults_LDADD = $(TEST_LIBS)
tests_unit_test_store_schema_SOURCES = tests/unit/test_store_schema.c \
	$(STORE_FIXTURE)
tests_unit_test_store_schema_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_schema_LDADD = $(TEST_LIBS)
tests_unit_test_store_many_SOURCES = tests/unit/test_store_many.c \
	$(STORE_FIXTURE)
tests_unit_test_store_many_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_many_LDADD = $(TEST_LIBS)
tests_unit_test_store_review_SOURCES = tests/unit/test_store_review.c \
	$(STORE_FIXTURE)
tests_unit_test_store_review_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_review_LDADD = $(TEST_LIBS)
tests_unit_test_store_counters_SOURCES = tests/unit/test_store_counters.c \
	$(STORE_FIXTURE)
tests_unit_test_store_counters_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_counters_LDADD = $(TEST_LIBS)
