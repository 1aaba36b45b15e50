# SPDX-License-Identifier: BSD-2-Clause
MILTER_TESTS = \
	tests/unit/test_capacity \
	tests/unit/test_gate \
	tests/unit/test_metrics \
	tests/unit/test_override_changes \
	tests/unit/test_packet \
	tests/unit/test_session \
	tests/unit/test_wire

check_PROGRAMS += $(MILTER_TESTS)
TESTS += $(MILTER_TESTS)
tests_unit_test_capacity_SOURCES = tests/unit/test_capacity.c \
	tests/unit/recorded_log.c tests/unit/recorded_log.h
tests_unit_test_capacity_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_capacity_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_session_SOURCES = tests/unit/test_session.c \
	tests/unit/recorded_log.c tests/unit/recorded_log.h \
	tests/unit/store_fixture.c tests/unit/store_fixture.h
tests_unit_test_session_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_session_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_gate_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_gate_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_metrics_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_metrics_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_override_changes_SOURCES = tests/unit/test_override_changes.c \
	tests/unit/recorded_log.c tests/unit/recorded_log.h
tests_unit_test_override_changes_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_override_changes_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_packet_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_packet_LDADD = libsession.a $(TEST_LIBS)
tests_unit_test_wire_SOURCES = tests/unit/test_wire.c \
	tests/unit/recorded_log.c tests/unit/recorded_log.h
tests_unit_test_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_wire_LDADD = libsession.a $(TEST_LIBS)
