# SPDX-License-Identifier: BSD-2-Clause
TEST_EXTENSIONS = .py .sh
PY_LOG_COMPILER = $(PYTHON)
SH_LOG_COMPILER = sh
TEST_DRIVER = $(SHELL) $(top_srcdir)/tests/driver
LOG_DRIVER = $(TEST_DRIVER)
PY_LOG_DRIVER = $(TEST_DRIVER)
SH_LOG_DRIVER = $(TEST_DRIVER)
EXTRA_DIST += tests/engines-asan.sh tests/driver tests/check-all tests/subbuild tests/coverage \
	tests/tsan.supp tests/lsan.supp tests/valgrind.supp \
	tests/lint/lint.py tests/unit/unit.h

# Each program is one module's test: tests/unit/test_MODULE.c.

AM_TESTS_ENVIRONMENT = \
	ALIGND_CORPORA="$${ALIGND_CORPORA:-$(abs_top_srcdir)/../shared/corpora}"; \
	top_srcdir='$(top_srcdir)'; top_builddir='$(top_builddir)'; \
	PYTHONDONTWRITEBYTECODE=1; PYTHON='$(PYTHON)'; \
	ALIGND_WRAPPER='$(ALIGND_WRAPPER)'; \
	export PYTHONDONTWRITEBYTECODE PYTHON ALIGND_WRAPPER; \
	export ALIGND_CORPORA top_srcdir top_builddir;

# One after the other; each counts for itself, and its status 77 says that it
# cannot run here. As tests/driver, none may wait for ever.
RUN_EACH = status=0; \
	for test in $$scripts; do \
		started=$$(date +%s); \
		timeout -k 10 $${TEST_SECONDS:-900} $(PYTHON) $(srcdir)/$$test; \
		case $$? in 0|77) ;; *) status=1 ;; esac; \
		echo "seconds $$(($$(date +%s) - started)) $$test"; \
	done; \
	exit $$status

TEST_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(TALLOC_CFLAGS) \
	$(JANSSON_CFLAGS)
TEST_LIBS = $(ALIGN_LIBS) $(CMOCKA_LIBS)

# Whole messages, through signatures.h or through libopendkim.
VERIFY_SOURCES = tests/unit/verify.c tests/unit/verify.h \
	tests/unit/verify_library.c tests/unit/verify_library.h

# With a suite's choice of caches.
check_LIBRARIES += tests/unit/libcaches.a
tests_unit_libcaches_a_SOURCES = tests/unit/caches.c tests/unit/caches.h
tests_unit_libcaches_a_CPPFLAGS = $(TEST_CPPFLAGS)
CACHES_LIBS = tests/unit/libcaches.a $(TEST_LIBS)

include tests/unit/base.mk
include tests/unit/mail.mk
include tests/unit/dns.mk
include tests/unit/auth.mk
include tests/unit/dmarc.mk
include tests/unit/engines.mk
include tests/unit/policy.mk
include tests/unit/eval.mk
include tests/unit/explain.mk
include tests/unit/store.mk
include tests/unit/report.mk
include tests/unit/failure.mk
include tests/unit/report_send.mk
include tests/unit/app.mk
include tests/unit/milter.mk
include tests/unit/tools.mk
include tests/matrix/local.mk
include tests/conformance/local.mk
include tests/replay/local.mk
include tests/tools/local.mk
include tests/wire/local.mk
include tests/mta/local.mk
include tests/attacks/local.mk
include tests/chaos/local.mk
include tests/differ/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk
include tests/lint/local.mk
