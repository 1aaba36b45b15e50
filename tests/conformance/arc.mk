# SPDX-License-Identifier: BSD-2-Clause
check_PROGRAMS += tests/conformance/arc
TESTS += tests/conformance/arc
tests_conformance_arc_SOURCES = tests/conformance/arc.c
tests_conformance_arc_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_arc_LDADD = $(TEST_LIBS)
