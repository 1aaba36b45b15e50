# SPDX-License-Identifier: BSD-2-Clause
# Whole messages with a hostile DNS (fuzz_world.c), and programs in which one
# check is skipped: the search must find each of them. A mutant NAME is
# mutants/NAME.c, which stands in for one function when the program is linked;
# alignd itself has no switch.
check_LIBRARIES += tests/fuzz/libworld.a
tests_fuzz_libworld_a_SOURCES = tests/fuzz/world.c tests/fuzz/world.h \
	tests/unit/sign.c tests/unit/sign.h
tests_fuzz_libworld_a_CPPFLAGS = $(FUZZ_CPPFLAGS) $(CRYPTO_CFLAGS)

tests_fuzz_fuzz_world_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_world_LDADD = tests/fuzz/libworld.a $(FUZZ_LIBS)

check_LIBRARIES += tests/fuzz/libsearch.a
tests_fuzz_libsearch_a_SOURCES = tests/fuzz/world_search.c \
	tests/fuzz/fuzz_world.c
tests_fuzz_libsearch_a_CPPFLAGS = $(FUZZ_CPPFLAGS)
SEARCH_LIBS = tests/fuzz/libsearch.a tests/fuzz/libworld.a $(ALIGN_LIBS)

MUTANTS = \
	tests/fuzz/mutants/align_any \
	tests/fuzz/mutants/align_relaxed \
	tests/fuzz/mutants/body_partial \
	tests/fuzz/mutants/body_unread \
	tests/fuzz/mutants/from_first \
	tests/fuzz/mutants/key_any \
	tests/fuzz/mutants/outage_is_none \
	tests/fuzz/mutants/policy_own_name \
	tests/fuzz/mutants/spf_any

tests_fuzz_mutants_align_any_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_align_any_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=align_ask
tests_fuzz_mutants_align_any_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_align_relaxed_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_align_relaxed_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=align_ask
tests_fuzz_mutants_align_relaxed_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_body_partial_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_body_partial_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=body_hashes_is_partial
tests_fuzz_mutants_body_partial_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_body_unread_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_body_unread_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=body_hashes_compare
tests_fuzz_mutants_body_unread_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_from_first_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_from_first_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=from_author
tests_fuzz_mutants_from_first_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_key_any_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_key_any_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=signature_key_verify
tests_fuzz_mutants_key_any_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_outage_is_none_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_outage_is_none_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=tree_discover
tests_fuzz_mutants_outage_is_none_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_policy_own_name_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_policy_own_name_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=tree_policy
tests_fuzz_mutants_policy_own_name_LDADD = $(SEARCH_LIBS)
tests_fuzz_mutants_spf_any_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_spf_any_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=spf_check
tests_fuzz_mutants_spf_any_LDADD = $(SEARCH_LIBS)

# No mutant.
tests_fuzz_mutants_sound_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_mutants_sound_LDADD = $(SEARCH_LIBS)

EXTRA_DIST += tests/fuzz/mutants.sh tests/fuzz/world.dict
if !FUZZERS
check_PROGRAMS += $(MUTANTS) tests/fuzz/mutants/sound
TESTS += tests/fuzz/mutants.sh
endif
tests/fuzz/mutants.log: $(MUTANTS) tests/fuzz/mutants/sound
