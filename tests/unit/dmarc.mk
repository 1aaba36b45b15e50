# SPDX-License-Identifier: BSD-2-Clause
DMARC_TESTS = \
	tests/unit/test_record \
	tests/unit/test_second_opinion

check_PROGRAMS += $(DMARC_TESTS)
TESTS += $(DMARC_TESTS)
tests_unit_test_record_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_record_LDADD = $(TEST_LIBS)
tests_unit_test_second_opinion_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_second_opinion_LDADD = $(TEST_LIBS)
