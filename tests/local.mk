# SPDX-License-Identifier: BSD-2-Clause
# What all tests share. A test is a word in a list of its folder, its source the
# file of its name.
TEST_EXTENSIONS = .py .sh
PY_LOG_COMPILER = $(PYTHON)
SH_LOG_COMPILER = sh
TEST_DRIVER = $(SHELL) $(top_srcdir)/tests/driver
LOG_DRIVER = $(TEST_DRIVER)
PY_LOG_DRIVER = $(TEST_DRIVER)
SH_LOG_DRIVER = $(TEST_DRIVER)

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
		case $$? in 0|77) ;; *) status=1; echo "FAIL: $$test" ;; esac; \
		echo "seconds $$(($$(date +%s) - started)) $$test"; \
	done; \
	exit $$status

# What more than one program of the tests is made of.
check_LIBRARIES += tests/libtest.a
tests_libtest_a_SOURCES = \
	tests/bench/letters.c tests/bench/letters.h \
	tests/bench/link.c tests/bench/link.h \
	tests/bench/process.c tests/bench/process.h \
	tests/bench/quiet_mta.c tests/bench/quiet_mta.h \
	tests/bench/sender.c tests/bench/sender.h \
	tests/bench/session_rig.c tests/bench/session_rig.h \
	tests/conformance/exceptions.c tests/conformance/exceptions.h \
	tests/fuzz/fuzz.h tests/fuzz/world.c tests/fuzz/world.h \
	tests/replay/case.c tests/replay/case.h \
	tests/replay/run.c tests/replay/run.h \
	tests/replay/want.c tests/replay/want.h \
	$(SIMULATE_SOURCES) \
	tests/unit/caches.c tests/unit/caches.h \
	tests/unit/dns_packet.c tests/unit/dns_packet.h \
	tests/unit/recorded_log.c tests/unit/recorded_log.h \
	tests/unit/report_fixture.c tests/unit/report_fixture.h \
	tests/unit/sign.c tests/unit/sign.h \
	tests/unit/slow_dns.c tests/unit/slow_dns.h \
	tests/unit/spf_world.h \
	tests/unit/history.c tests/unit/history.h \
	tests/unit/store_fixture.c tests/unit/store_fixture.h \
	tests/unit/unit.h \
	tests/unit/verify.c tests/unit/verify.h \
	tests/unit/verify_library.c tests/unit/verify_library.h

# For every program that names no libraries itself. Of an archive it takes what
# it calls and no more.
LDADD = tests/libtest.a libsession.a libdeskgate.a libdesk.a $(FLEET_LIBS) \
	$(OPENDMARC_LIBS) $(MILTER_LIBS) $(CMOCKA_LIBS)

# What the scripts start, and what LD_PRELOAD takes; the latter not beside a
# sanitizer's allocator.
TEST_TOOLS = milter/alignd tools/alignctl desk/alignd-desk tests/tools/dkim-tool \
	tests/tools/record-tool
if !SANITIZED
FAILING_MALLOC = tests/wire/failing_malloc.so
endif
tests/wire/failing_malloc.so: tests/wire/failing_malloc.c
	$(PRELOADED) $(srcdir)/tests/wire/failing_malloc.c -ldl
tests/mta/clock_shift.so: tests/mta/clock_shift.c
	$(PRELOADED) $(srcdir)/tests/mta/clock_shift.c -ldl
PRELOADED = $(AM_V_CC)$(MKDIR_P) $(@D) && $(CC) -std=gnu11 -O1 -fPIC -shared -o $@
CLEANFILES += tests/wire/failing_malloc.so tests/mta/clock_shift.so

$(UNIT_TESTS_SH:.sh=.log) $(TOOL_TESTS:.py=.log) $(WIRE_TESTS:.py=.log) \
	$(LINT_TESTS:.py=.log) tests/attacks/test_memory.log: \
	$(TEST_TOOLS) $(FAILING_MALLOC)

include tests/unit/local.mk
include tests/matrix/local.mk
include tests/conformance/local.mk
include tests/replay/local.mk
include tests/tools/local.mk
include tests/wire/local.mk
include tests/desk/local.mk
include tests/mta/local.mk
include tests/deb/local.mk
include tests/portable/local.mk
include tests/attacks/local.mk
include tests/chaos/local.mk
include tests/fleet/local.mk
include tests/differ/local.mk
include tests/fuzz/local.mk
include tests/simulate/local.mk
include tests/bench/local.mk
include tests/lint/local.mk

# What the tests read, by its kind; a folder of cases or seeds goes whole.
TEST_FILES = *.supp */*.py */*.sh */*.json */*.txt */*.yml \
	*/*.pl */*.lua */*.exceptions */*.kept */*.dict fuzz/oss-fuzz/*
EXTRA_DIST += $(patsubst $(srcdir)/%,%, \
		$(wildcard $(addprefix $(srcdir)/tests/,$(TEST_FILES)))) \
	tests/check-all tests/conformance/table tests/coverage tests/driver \
	tests/engines-asan.sh tests/mta/clock_shift.c tests/mta/demo \
	tests/portable/compilers tests/portable/inside tests/portable/musl \
	tests/subbuild tests/wire/failing_malloc.c \
	tests/fuzz/seeds tests/mta/over tests/tools/import tests/regress tests/replay/arc tests/replay/cases \
	tests/replay/rules
