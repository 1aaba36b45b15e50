# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/conformance/dmarc
TESTS += tests/conformance/dmarc
EXTRA_DIST += tests/conformance/dmarc-exceptions.txt
tests_conformance_dmarc_SOURCES = tests/conformance/dmarc.c \
	tests/conformance/exceptions.c tests/conformance/exceptions.h
tests_conformance_dmarc_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_dmarc_LDADD = $(CACHES_LIBS)
