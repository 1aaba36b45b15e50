# SPDX-License-Identifier: BSD-2-Clause
POLICY_TESTS = \
	tests/unit/test_decide \
	tests/unit/test_override \
	tests/unit/test_override_file \
	tests/unit/test_override_index \
	tests/unit/test_override_many \
	tests/unit/test_override_write \
	tests/unit/test_policy_settings \
	tests/unit/test_trust

check_PROGRAMS += $(POLICY_TESTS)
TESTS += $(POLICY_TESTS)
tests_unit_test_decide_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_decide_LDADD = $(TEST_LIBS)
tests_unit_test_policy_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_policy_settings_LDADD = $(TEST_LIBS)
tests_unit_test_trust_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_trust_LDADD = $(TEST_LIBS)
tests_unit_test_override_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_LDADD = $(TEST_LIBS)
tests_unit_test_override_file_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_file_LDADD = $(TEST_LIBS)
tests_unit_test_override_index_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_index_LDADD = $(TEST_LIBS)
tests_unit_test_override_many_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_many_LDADD = $(TEST_LIBS)
tests_unit_test_override_write_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_write_LDADD = $(TEST_LIBS)
