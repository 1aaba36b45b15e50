# SPDX-License-Identifier: BSD-2-Clause
# A fuzz target NAME is fuzz_NAME.c, seeds/NAME/ and NAME.dict (see fuzz.h).
# `make check` runs its seeds, `make fuzz-smoke` fuzzes it.
FUZZ_TARGETS =
FUZZ_TARGETS += tests/fuzz/fuzz_answer tests/fuzz/fuzz_arc
FUZZ_TARGETS += tests/fuzz/fuzz_authres tests/fuzz/fuzz_bounce
FUZZ_TARGETS += tests/fuzz/fuzz_config tests/fuzz/fuzz_dkim tests/fuzz/fuzz_eml
FUZZ_TARGETS += tests/fuzz/fuzz_desk
FUZZ_TARGETS += tests/fuzz/fuzz_explain tests/fuzz/fuzz_failure
FUZZ_TARGETS += tests/fuzz/fuzz_import
FUZZ_TARGETS += tests/fuzz/fuzz_kept
FUZZ_TARGETS += tests/fuzz/fuzz_from tests/fuzz/fuzz_key tests/fuzz/fuzz_milter
FUZZ_TARGETS += tests/fuzz/fuzz_overrides tests/fuzz/fuzz_path
FUZZ_TARGETS += tests/fuzz/fuzz_received tests/fuzz/fuzz_record
FUZZ_TARGETS += tests/fuzz/fuzz_report tests/fuzz/fuzz_request
FUZZ_TARGETS += tests/fuzz/fuzz_rua tests/fuzz/fuzz_session
FUZZ_TARGETS += tests/fuzz/fuzz_signature tests/fuzz/fuzz_spf
FUZZ_TARGETS += tests/fuzz/fuzz_store tests/fuzz/fuzz_wire tests/fuzz/fuzz_world
FUZZ_TARGETS += tests/fuzz/fuzz_zone
check_PROGRAMS += $(FUZZ_TARGETS)

# With the daemon's own callbacks, in front of libmilter and behind it.
tests_fuzz_fuzz_milter_SOURCES = tests/fuzz/fuzz_milter.c milter/callbacks.c \
	milter/wire_calls.c
tests_fuzz_fuzz_milter_LDFLAGS = $(AM_LDFLAGS) $(WIRE_SYMBOLS)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c \
	tools/review/filter.c tools/tool.c tools/envelope.c \
	tools/option.c tools/time.c

# Programs in which one check is skipped: a search through whole messages with a
# hostile DNS (fuzz_world.c) must find each of them. A mutant NAME is
# mutants/NAME.c, which stands in for one function when the program is linked;
# alignd itself has no switch.
MUTANTS =
MUTANTS += tests/fuzz/mutants/align_any tests/fuzz/mutants/align_relaxed
MUTANTS += tests/fuzz/mutants/body_partial tests/fuzz/mutants/body_unread
MUTANTS += tests/fuzz/mutants/from_first tests/fuzz/mutants/key_any
MUTANTS += tests/fuzz/mutants/outage_is_none tests/fuzz/mutants/policy_own_name
MUTANTS += tests/fuzz/mutants/sound tests/fuzz/mutants/spf_any
WRAP = $(AM_LDFLAGS) -Wl,--wrap
tests_fuzz_mutants_align_any_LDFLAGS = $(WRAP)=align_ask
tests_fuzz_mutants_align_relaxed_LDFLAGS = $(WRAP)=align_ask
tests_fuzz_mutants_body_partial_LDFLAGS = $(WRAP)=body_hashes_is_partial
tests_fuzz_mutants_body_unread_LDFLAGS = $(WRAP)=body_hashes_compare
tests_fuzz_mutants_from_first_LDFLAGS = $(WRAP)=from_author
tests_fuzz_mutants_key_any_LDFLAGS = $(WRAP)=signature_key_verify
tests_fuzz_mutants_outage_is_none_LDFLAGS = $(WRAP)=tree_discover
tests_fuzz_mutants_policy_own_name_LDFLAGS = $(WRAP)=tree_policy
tests_fuzz_mutants_spf_any_LDFLAGS = $(WRAP)=spf_check
check_LIBRARIES += tests/fuzz/libsearch.a
tests_fuzz_libsearch_a_SOURCES = tests/fuzz/world_search.c tests/fuzz/fuzz_world.c

# With libFuzzer, which has a main() of its own, a target without arguments would
# run for ever.
if FUZZERS
$(FUZZ_TARGETS): LIBS += $(FUZZ_ENGINE)
else
tests_libtest_a_SOURCES += tests/fuzz/seeds_main.c
check_PROGRAMS += $(MUTANTS)
TESTS += $(FUZZ_TARGETS) tests/fuzz/mutants.sh
endif
$(MUTANTS): LDADD := tests/fuzz/libsearch.a $(LDADD)
$(MUTANTS): tests/fuzz/libsearch.a
tests/fuzz/mutants.log: $(MUTANTS)

# For oss-fuzz/build.sh.
.PHONY: fuzz-targets
fuzz-targets:
	@echo $(FUZZ_TARGETS)

.PHONY: fuzz-smoke
fuzz-smoke:
	$(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=subbuild.dist
	$(SHELL) $(srcdir)/tests/fuzz/smoke.sh subbuild.dist $(FUZZ_TARGETS)
