# SPDX-License-Identifier: BSD-2-Clause
# Public test collections; each program exits 77 where they are absent.
MAIL_CONFORMANCE = \
	tests/conformance/mail_corpora

check_PROGRAMS += $(MAIL_CONFORMANCE)
TESTS += $(MAIL_CONFORMANCE)
EXTRA_DIST += tests/conformance/mail_corpora.exceptions
tests_conformance_mail_corpora_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_mail_corpora_LDADD = $(TEST_LIBS)

# Public suites from $(ALIGND_CORPORA); 77 where they are absent.
SPF_CONFORMANCE = \
	tests/conformance/spf_suite

check_PROGRAMS += $(SPF_CONFORMANCE)
TESTS += $(SPF_CONFORMANCE)
tests_conformance_spf_suite_SOURCES = tests/conformance/spf_suite.c \
	tests/conformance/spf_suite.h tests/conformance/spf_mox.c \
	tests/conformance/spf_zone.c
tests_conformance_spf_suite_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_spf_suite_LDADD = $(TEST_LIBS)
EXTRA_DIST += tests/conformance/spf-exceptions.txt
