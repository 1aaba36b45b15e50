# SPDX-License-Identifier: BSD-2-Clause
# Public test collections; each program exits 77 where they are absent.
CONFORMANCE_TESTS = \
	tests/conformance/mail_corpora

check_PROGRAMS += $(CONFORMANCE_TESTS)
TESTS += $(CONFORMANCE_TESTS)
EXTRA_DIST += tests/conformance/mail_corpora.exceptions
tests_conformance_mail_corpora_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_mail_corpora_LDADD = $(TEST_LIBS)
