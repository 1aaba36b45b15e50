# SPDX-License-Identifier: BSD-2-Clause
# The further test targets. Each builds in a folder of its own, so that the
# tree's build stays as it is.

# Sanitizers change what the compiler sees, and with it its warnings: those
# builds do without -Werror.
# A configured source tree cannot be built elsewhere, so the files that a
# release has are copied first; only changed ones are built again.
SUBBUILD = $(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=subbuild.dist && \
	ALIGND_CORPORA="$${ALIGND_CORPORA:-$(abs_top_srcdir)/../shared/corpora}" \
	sh $(srcdir)/tests/subbuild subbuild.dist

.PHONY: lint check-programs check-sanitizers check-asan check-ubsan check-tsan \
	check-tsan-threads check-valgrind check-valgrind-all check-clang \
	check-clang-programs check-dist check-engines-asan coverage

# What one target shows as well as another is run by one of them: under
# check-all each test runs once plain and once with both sanitizers, and in the
# targets below where they can see what those two cannot.
C_TESTS = $(filter-out %.py %.sh,$(TESTS))
# Minutes in a build that is ten times slower, and no thread or foreign memory:
# key generation, 300,000 overrides.
SLOW_UNITS = tests/unit/test_signature_key tests/unit/test_override_many
# What watches a program needs calls and memory that confinement bars.
BARRED_UNITS = tests/unit/test_confine

# More than one thread: the daemon, its modules, and what asks DNS live.
THREADED_TESTS = $(WIRE_TESTS) tests/tools/test_alignctl_doctor.py \
	tests/tools/test_alignctl_lookup.py \
	$(filter-out $(SLOW_UNITS) $(BARRED_UNITS),$(filter tests/unit/%,$(C_TESTS)))

# Reads of memory that was never written, which sanitizers cannot see: every
# module, every replayed message and the daemon on the wire. What the rest of
# the commands do besides is written in the same modules. Left out are units of
# half a minute and more there whose modules the replayed messages enter, and
# one that lives at the limit of descriptors, which valgrind keeps for itself:
# there the refusal takes a connection away that the test then waits for.
LONG_UNDER_VALGRIND = tests/unit/test_dns_cache tests/unit/test_dns_quota \
	tests/unit/test_key_cache tests/unit/test_signatures_shapes \
	tests/unit/test_signatures tests/unit/test_store_size \
	tests/unit/test_store_budget tests/unit/test_store_ceiling \
	tests/unit/test_store_paths \
	tests/unit/test_aggregate_xml tests/unit/test_present_header
VALGRIND_TESTS = tests/replay/cases.sh tests/replay/rest.sh tests/regress/regress.sh \
	tests/wire/test_wire_messages.py tests/wire/test_wire_signed.py \
	$(filter-out $(SLOW_UNITS) $(BARRED_UNITS) $(LONG_UNDER_VALGRIND) \
		tests/unit/test_wire,$(filter tests/unit/%,$(C_TESTS))) \
	$(filter tests/fuzz/%,$(C_TESTS))

# What asks where the sources and the built files are: no unit program does.
# The other builds are made of a release's files too, and run everything.
DIST_TESTS = $(LINT_TESTS) systemd/check-unit.sh tests/replay/cases.sh \
	tests/replay/rest.sh tests/regress/regress.sh \
	tests/unit/test_daemon_links.sh tests/unit/test_alignctl_config.sh \
	tests/unit/test_alignctl_override.sh tests/wire/test_wire_messages.py \
	tests/wire/test_wire_dashboards.py tests/tools/test_alignctl_check.py \
	tests/tools/test_alignctl_report_read.py

lint: tools/alignctl milter/alignd
	PYTHONDONTWRITEBYTECODE=1 $(PYTHON) $(srcdir)/tests/lint/lint.py --top $(srcdir)
	@$(AM_TESTS_ENVIRONMENT) scripts='$(LINT_TESTS)'; $(RUN_EACH)

# The programs among the tests, and no script: what a package's build runs.
check-programs:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$(C_TESTS)"

# Both at once: they do not disturb each other, and a build and a run are saved.
# The libraries that differ.py asks are not instrumented.
check-sanitizers:
	DIFFER_SCALE=0.2; export DIFFER_SCALE; \
	$(SUBBUILD) build-sanitizers --enable-sanitizer=address,undefined

check-asan:
	$(SUBBUILD) build-asan --enable-sanitizer=address

# The libraries instrumented too, from the distribution's source, which is
# fetched and built outside of the tree.
ENGINES_FOLDER = $(abs_top_srcdir)/../alignd-engines-asan
check-engines-asan:
	$(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=engines.dist
	ALIGND_CORPORA="$${ALIGND_CORPORA:-$(abs_top_srcdir)/../shared/corpora}" \
		sh $(srcdir)/tests/engines-asan.sh engines.dist \
		"$(ENGINES_FOLDER)" || test $$? -eq 77

check-ubsan:
	$(SUBBUILD) build-ubsan --enable-sanitizer=undefined

check-tsan:
	$(SUBBUILD) build-tsan --enable-sanitizer=thread

check-tsan-threads:
	HISTORIES=15; SUBBUILD_TESTS="$(THREADED_TESTS)"; export HISTORIES SUBBUILD_TESTS; \
	$(SUBBUILD) build-tsan --enable-sanitizer=thread

check-clang:
	$(SUBBUILD) build-clang --enable-development CC=clang

# Everything compiled, warnings being errors; every program run, and no script.
check-clang-programs:
	SUBBUILD_TESTS="$(C_TESTS)"; SUBBUILD_TARGET=check; \
	export SUBBUILD_TESTS SUBBUILD_TARGET; \
	$(SUBBUILD) build-clang --enable-development CC=clang

check-dist:
	$(MAKE) $(AM_MAKEFLAGS) distcheck TESTS="$(DIST_TESTS)"

UNDER_VALGRIND = OVERRIDES_COUNT=3000 INCIDENTS_COUNT=5000 FAILURES_COUNT=20 \
	WHATIF_ROUNDS=1 HISTORIES=15 $(MAKE) $(AM_MAKEFLAGS) check \
	ALIGND_WRAPPER="$(VALGRIND)" LOG_COMPILER="$(VALGRIND)"

check-valgrind: all
	+$(UNDER_VALGRIND) TESTS="$(VALGRIND_TESTS)"

check-valgrind-all: all
	+$(UNDER_VALGRIND) TESTS="$(filter-out $(VALGRIND_SPARED),$(TESTS))"

# Line and branch coverage of lib/, as a table. The processes of "compare" may
# write no file, and so no counters: their tests fail in such a build.
UNCOUNTED = tests/tools/test_alignctl_compare.py tests/tools/test_compare_corpora.py
coverage:
	SUBBUILD_TESTS="$(filter-out $(UNCOUNTED),$(TESTS))"; \
	SUBBUILD_TARGET=check; export SUBBUILD_TESTS SUBBUILD_TARGET; \
	$(SUBBUILD) build-coverage --enable-coverage
	sh $(srcdir)/tests/coverage build-coverage

VALGRIND = valgrind -q --num-callers=30 --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite --trace-children=no \
	--suppressions=$(abs_top_srcdir)/tests/valgrind.supp

clean-local:
	rm -rf build-sanitizers build-asan build-ubsan build-tsan build-clang build-coverage \
		build-fuzz build-sendmail build-opendkim build-old-chain build-axe
