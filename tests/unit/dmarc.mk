# SPDX-License-Identifier: BSD-2-Clause
DMARC_TESTS = \
	tests/unit/test_align \
	tests/unit/test_record \
	tests/unit/test_tree

check_PROGRAMS += $(DMARC_TESTS)
TESTS += $(DMARC_TESTS)
tests_unit_test_align_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_align_LDADD = $(TEST_LIBS)
tests_unit_test_record_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_record_LDADD = $(TEST_LIBS)
tests_unit_test_tree_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_tree_LDADD = $(TEST_LIBS)
