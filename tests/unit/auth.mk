# SPDX-License-Identifier: BSD-2-Clause
AUTH_TESTS = \
	tests/unit/test_spf \
	tests/unit/test_spf_guard \
	tests/unit/test_spf_macro \
	tests/unit/test_spf_record

check_PROGRAMS += $(AUTH_TESTS)
TESTS += $(AUTH_TESTS)
EXTRA_DIST += tests/unit/spf_world.h
tests_unit_test_spf_guard_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_guard_LDADD = $(TEST_LIBS)
tests_unit_test_spf_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_LDADD = $(TEST_LIBS)
tests_unit_test_spf_macro_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_macro_LDADD = $(TEST_LIBS)
tests_unit_test_spf_record_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_spf_record_LDADD = $(TEST_LIBS)
