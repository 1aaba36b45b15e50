# SPDX-License-Identifier: BSD-2-Clause
# Public suites from $(ALIGND_CORPORA); each program exits 77 where they are
# absent.
include tests/conformance/arc.mk
include tests/conformance/dkim.mk
include tests/conformance/dmarc.mk
include tests/conformance/mail.mk
include tests/conformance/messages.mk
include tests/conformance/spf.mk

# The suites above with every cache on, off and tiny.
TESTS += tests/conformance/caches.sh
EXTRA_DIST += tests/conformance/caches.sh tests/conformance/table

# And once with each library in alignd's place: shown, not judged.
TESTS += tests/conformance/engines.sh
EXTRA_DIST += tests/conformance/engines.sh

conformance-engines:
	@$(MAKE) --no-print-directory check \
		TESTS=tests/conformance/engines.sh >/dev/null
	@sed -n 's/^engine //p' tests/conformance/engines.log
.PHONY: conformance-engines

# After the tests, what the suites came to.
check-local: check-TESTS
	@sh $(srcdir)/tests/conformance/table .
