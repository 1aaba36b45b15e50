# SPDX-License-Identifier: BSD-2-Clause
SPF_CONFORMANCE = \
	tests/conformance/spf_suite

check_PROGRAMS += $(SPF_CONFORMANCE)
TESTS += $(SPF_CONFORMANCE)
tests_conformance_spf_suite_SOURCES = tests/conformance/spf_suite.c \
	tests/conformance/spf_suite.h tests/conformance/spf_mox.c \
	tests/conformance/spf_zone.c
tests_conformance_spf_suite_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_spf_suite_LDADD = $(CACHES_LIBS)
EXTRA_DIST += tests/conformance/spf-exceptions.txt
