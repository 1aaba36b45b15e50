# SPDX-License-Identifier: BSD-2-Clause
MAIL_TESTS = \
	tests/unit/test_authres \
	tests/unit/test_authres_foreign \
	tests/unit/test_date \
	tests/unit/test_eml \
	tests/unit/test_encoded_word \
	tests/unit/test_from \
	tests/unit/test_from_tolerant \
	tests/unit/test_path \
	tests/unit/test_scan

check_PROGRAMS += $(MAIL_TESTS)
TESTS += $(MAIL_TESTS)
tests_unit_test_authres_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_authres_LDADD = $(TEST_LIBS)
tests_unit_test_authres_foreign_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_authres_foreign_LDADD = $(TEST_LIBS)
tests_unit_test_date_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_date_LDADD = $(TEST_LIBS)
tests_unit_test_eml_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_eml_LDADD = $(TEST_LIBS)
tests_unit_test_encoded_word_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_encoded_word_LDADD = $(TEST_LIBS)
tests_unit_test_from_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_from_LDADD = $(TEST_LIBS)
tests_unit_test_from_tolerant_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_from_tolerant_LDADD = $(TEST_LIBS)
tests_unit_test_path_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_path_LDADD = $(TEST_LIBS)
tests_unit_test_scan_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_scan_LDADD = $(TEST_LIBS)
