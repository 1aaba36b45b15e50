# SPDX-License-Identifier: BSD-2-Clause
DNS_TESTS = \
	tests/unit/test_dns_name \
	tests/unit/test_dns_cache \
	tests/unit/test_dns_fixture \
	tests/unit/test_dns_live \
	tests/unit/test_dns_quota \
	tests/unit/test_dns_servers \
	tests/unit/test_dns_wire

check_PROGRAMS += $(DNS_TESTS)
TESTS += $(DNS_TESTS)
tests_unit_test_dns_cache_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_cache_LDADD = $(TEST_LIBS)
tests_unit_test_dns_fixture_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_fixture_LDADD = $(TEST_LIBS)
tests_unit_test_dns_live_SOURCES = tests/unit/test_dns_live.c \
	tests/unit/dns_packet.c tests/unit/dns_packet.h
tests_unit_test_dns_live_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_live_LDADD = $(TEST_LIBS)
tests_unit_test_dns_quota_SOURCES = tests/unit/test_dns_quota.c \
	tests/unit/slow_dns.c tests/unit/slow_dns.h
tests_unit_test_dns_quota_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_quota_LDADD = $(TEST_LIBS)
tests_unit_test_dns_servers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_servers_LDADD = $(TEST_LIBS)
tests_unit_test_dns_wire_SOURCES = tests/unit/test_dns_wire.c \
	tests/unit/dns_packet.c tests/unit/dns_packet.h
tests_unit_test_dns_wire_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_wire_LDADD = $(TEST_LIBS)
tests_unit_test_dns_name_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_dns_name_LDADD = $(TEST_LIBS)
