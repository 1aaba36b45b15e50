# SPDX-License-Identifier: BSD-2-Clause
APP_TESTS = \
	tests/unit/test_ahead \
	tests/unit/test_config \
	tests/unit/test_daemon_status \
	tests/unit/test_metrics_settings \
	tests/unit/test_replay \
	tests/unit/test_whatif

check_PROGRAMS += $(APP_TESTS)
TESTS += $(APP_TESTS)
tests_unit_test_ahead_SOURCES = tests/unit/test_ahead.c \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_unit_test_ahead_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_ahead_LDADD = $(TEST_LIBS)
tests_unit_test_config_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_config_LDADD = $(TEST_LIBS)
tests_unit_test_daemon_status_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_daemon_status_LDADD = $(TEST_LIBS)
tests_unit_test_metrics_settings_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_metrics_settings_LDADD = $(TEST_LIBS)
tests_unit_test_replay_SOURCES = tests/unit/test_replay.c \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
tests_unit_test_replay_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_replay_LDADD = $(TEST_LIBS)
tests_unit_test_whatif_SOURCES = tests/unit/test_whatif.c \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
tests_unit_test_whatif_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_whatif_LDADD = $(TEST_LIBS)

TESTS += tests/unit/test_alignctl_config.sh tests/unit/test_alignctl_override.sh
EXTRA_DIST += tests/unit/test_alignctl_config.sh \
	tests/unit/test_alignctl_override.sh
tests/unit/test_alignctl_config.log: tools/alignctl
tests/unit/test_alignctl_override.log: tools/alignctl
