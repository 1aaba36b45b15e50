# SPDX-License-Identifier: BSD-2-Clause
MAIL_TESTS = \
	tests/unit/test_eml \
	tests/unit/test_path

check_PROGRAMS += $(MAIL_TESTS)
TESTS += $(MAIL_TESTS)
tests_unit_test_eml_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_eml_LDADD = $(TEST_LIBS)
tests_unit_test_path_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_path_LDADD = $(TEST_LIBS)
