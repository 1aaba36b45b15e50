# SPDX-License-Identifier: BSD-2-Clause
REPORT_TESTS = \
	tests/unit/test_aggregate \
	tests/unit/test_aggregate_row \
	tests/unit/test_aggregate_validate \
	tests/unit/test_aggregate_xml \
	tests/unit/test_gzip \
	tests/unit/test_report_settings \
	tests/unit/test_xml_writer
REPORT_FIXTURE = tests/unit/report_fixture.c tests/unit/report_fixture.h \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
REPORT_TEST_LIBS = $(TEST_LIBS) $(REPORT_LIBS)

check_PROGRAMS += $(REPORT_TESTS)
TESTS += $(REPORT_TESTS)
tests_unit_test_aggregate_SOURCES = tests/unit/test_aggregate.c \
	$(REPORT_FIXTURE)
tests_unit_test_aggregate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_aggregate_LDADD = $(REPORT_TEST_LIBS)
tests_unit_test_aggregate_row_SOURCES = tests/unit/test_aggregate_row.c \
	$(REPORT_FIXTURE)
tests_unit_test_aggregate_row_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_aggregate_row_LDADD = $(REPORT_TEST_LIBS)
tests_unit_test_aggregate_validate_SOURCES = \
	tests/unit/test_aggregate_validate.c $(REPORT_FIXTURE)
tests_unit_test_aggregate_validate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_aggregate_validate_LDADD = $(REPORT_TEST_LIBS)
tests_unit_test_aggregate_xml_SOURCES = tests/unit/test_aggregate_xml.c \
	$(REPORT_FIXTURE)
tests_unit_test_aggregate_xml_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_aggregate_xml_LDADD = $(REPORT_TEST_LIBS)
tests_unit_test_gzip_CPPFLAGS = $(TEST_CPPFLAGS) $(ZLIB_CFLAGS)
tests_unit_test_gzip_LDADD = $(REPORT_TEST_LIBS)
tests_unit_test_report_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_report_settings_LDADD = $(TEST_LIBS)
tests_unit_test_xml_writer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_xml_writer_LDADD = $(REPORT_TEST_LIBS)

TESTS += tests/unit/test_daemon_links.sh
EXTRA_DIST += tests/unit/test_daemon_links.sh
tests/unit/test_daemon_links.log: milter/alignd
