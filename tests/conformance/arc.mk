# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/conformance/arc
TESTS += tests/conformance/arc
EXTRA_DIST += tests/conformance/arc-exceptions.txt
tests_conformance_arc_SOURCES = tests/conformance/arc.c \
	tests/conformance/exceptions.c tests/conformance/exceptions.h
tests_conformance_arc_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_arc_LDADD = $(CACHES_LIBS)
