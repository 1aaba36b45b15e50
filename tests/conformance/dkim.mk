# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += tests/conformance/dkim-exceptions.txt
check_PROGRAMS += tests/conformance/dkim
TESTS += tests/conformance/dkim
tests_conformance_dkim_SOURCES = tests/conformance/dkim.c \
	$(VERIFY_SOURCES)
tests_conformance_dkim_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_dkim_LDADD = $(SIGN_LIBS)
