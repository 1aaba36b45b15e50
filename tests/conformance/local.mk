# SPDX-License-Identifier: BSD-2-Clause
# Public suites from $(ALIGND_CORPORA); each program exits 77 where they are
# absent.
CONFORMANCE_TESTS =
CONFORMANCE_TESTS += tests/conformance/arc tests/conformance/dkim
CONFORMANCE_TESTS += tests/conformance/dmarc tests/conformance/mail_corpora
CONFORMANCE_TESTS += tests/conformance/messages tests/conformance/spf_suite
check_PROGRAMS += $(CONFORMANCE_TESTS)
TESTS += $(CONFORMANCE_TESTS)
tests_conformance_messages_SOURCES = tests/conformance/messages.c \
	tests/conformance/messages.h tests/conformance/messages_rows.c
tests_conformance_spf_suite_SOURCES = tests/conformance/spf_suite.c \
	tests/conformance/spf_suite.h tests/conformance/spf_mox.c \
	tests/conformance/spf_zone.c

# The same with every cache on, off and tiny. And once with each library in
# alignd's place: shown, not judged.
TESTS += tests/conformance/caches.sh tests/conformance/engines.sh

conformance-engines:
	@$(MAKE) --no-print-directory check \
		TESTS=tests/conformance/engines.sh >/dev/null
	@sed -n 's/^engine //p' tests/conformance/engines.log
.PHONY: conformance-engines

# After the tests, what the suites came to.
check-local: check-TESTS
	@sh $(srcdir)/tests/conformance/table .
