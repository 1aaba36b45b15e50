# SPDX-License-Identifier: BSD-2-Clause
MAIL_CONFORMANCE = \
	tests/conformance/mail_corpora

check_PROGRAMS += $(MAIL_CONFORMANCE)
TESTS += $(MAIL_CONFORMANCE)
EXTRA_DIST += tests/conformance/mail_corpora.exceptions
tests_conformance_mail_corpora_CPPFLAGS = $(TEST_CPPFLAGS)
tests_conformance_mail_corpora_LDADD = $(TEST_LIBS)
