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

.PHONY: lint check-asan check-ubsan check-tsan check-valgrind check-clang \
	check-engines-asan coverage

lint:
	$(PYTHON) $(srcdir)/tests/lint/lint.py --top $(srcdir)

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

check-clang:
	$(SUBBUILD) build-clang --enable-development CC=clang

check-valgrind: all
	OVERRIDES_COUNT=3000 INCIDENTS_COUNT=5000 FAILURES_COUNT=20 \
		WHATIF_ROUNDS=1 $(MAKE) $(AM_MAKEFLAGS) -j2 check \
		TESTS="$(filter-out $(VALGRIND_SPARED),$(TESTS))" \
		ALIGND_WRAPPER="$(VALGRIND)" \
		LOG_COMPILER="$(VALGRIND)"

# Line and branch coverage of lib/, as a table.
coverage:
	$(SUBBUILD) build-coverage --enable-coverage
	sh $(srcdir)/tests/coverage build-coverage

VALGRIND = valgrind -q --num-callers=30 --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite --trace-children=no \
	--suppressions=$(abs_top_srcdir)/tests/valgrind.supp

clean-local:
	rm -rf build-asan build-ubsan build-tsan build-clang build-coverage \
		build-fuzz build-sendmail
