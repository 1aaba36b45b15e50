# SPDX-License-Identifier: BSD-2-Clause
REPORT_SEND_TESTS = \
	tests/unit/test_bounce \
	tests/unit/test_destination \
	tests/unit/test_report_mail \
	tests/unit/test_report_owner \
	tests/unit/test_store_report

check_PROGRAMS += $(REPORT_SEND_TESTS)
TESTS += $(REPORT_SEND_TESTS)
tests_unit_test_bounce_SOURCES = tests/unit/test_bounce.c
tests_unit_test_bounce_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_bounce_LDADD = $(TEST_LIBS)
tests_unit_test_destination_SOURCES = tests/unit/test_destination.c
tests_unit_test_destination_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_destination_LDADD = $(TEST_LIBS)
tests_unit_test_report_mail_SOURCES = tests/unit/test_report_mail.c
tests_unit_test_report_mail_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_report_mail_LDADD = $(TEST_LIBS)
tests_unit_test_report_owner_SOURCES = tests/unit/test_report_owner.c
tests_unit_test_report_owner_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_report_owner_LDADD = $(TEST_LIBS)
tests_unit_test_store_report_SOURCES = tests/unit/test_store_report.c \
	$(STORE_FIXTURE)
tests_unit_test_store_report_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_store_report_LDADD = $(TEST_LIBS)
