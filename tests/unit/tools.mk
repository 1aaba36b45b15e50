# SPDX-License-Identifier: BSD-2-Clause
# Parts of alignctl that need no store and no terminal.
STATS_TESTS = \
	tests/unit/test_stats_number \
	tests/unit/test_stats_series \
	tests/unit/test_stats_table

check_PROGRAMS += $(STATS_TESTS)
TESTS += $(STATS_TESTS)
tests_unit_test_stats_number_SOURCES = tests/unit/test_stats_number.c \
	tools/stats_number.c
tests_unit_test_stats_number_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stats_number_LDADD = $(TEST_LIBS)
tests_unit_test_stats_series_SOURCES = tests/unit/test_stats_series.c \
	tools/stats_series.c tools/stats_tally.c
tests_unit_test_stats_series_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stats_series_LDADD = $(TEST_LIBS)
tests_unit_test_stats_table_SOURCES = tests/unit/test_stats_table.c \
	tools/stats_table.c tools/stats_tally.c
tests_unit_test_stats_table_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_stats_table_LDADD = $(TEST_LIBS)
