# SPDX-License-Identifier: BSD-2-Clause
# A fuzz target NAME is fuzz_NAME.c, seeds/NAME/ and NAME.dict (see fuzz.h). To
# add one: its name in FUZZ_TARGETS, its two lines below, its dictionary in
# EXTRA_DIST. `make check` runs its seeds, `make fuzz-smoke` fuzzes it.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_arc \
	tests/fuzz/fuzz_authres \
	tests/fuzz/fuzz_eml \
	tests/fuzz/fuzz_from \
	tests/fuzz/fuzz_path

tests_fuzz_fuzz_arc_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_arc_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_authres_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_authres_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_eml_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_eml_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_from_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_from_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_path_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_path_LDADD = $(FUZZ_LIBS)

EXTRA_DIST += \
	tests/fuzz/arc.dict \
	tests/fuzz/authres.dict \
	tests/fuzz/eml.dict \
	tests/fuzz/from.dict \
	tests/fuzz/fuzz.h \
	tests/fuzz/path.dict \
	tests/fuzz/seeds \
	tests/fuzz/smoke.sh

FUZZ_CPPFLAGS = $(AM_CPPFLAGS) $(TALLOC_CFLAGS)
FUZZ_LIBS = $(FUZZ_MAIN) $(ALIGN_LIBS) $(FUZZ_ENGINE)
check_PROGRAMS += $(FUZZ_TARGETS)
check_LIBRARIES += tests/fuzz/libseeds.a
tests_fuzz_libseeds_a_SOURCES = tests/fuzz/seeds_main.c
tests_fuzz_libseeds_a_CPPFLAGS = $(FUZZ_CPPFLAGS)

# With libFuzzer a target without arguments would run for ever.
if FUZZERS
FUZZ_MAIN =
else
FUZZ_MAIN = tests/fuzz/libseeds.a
TESTS += $(FUZZ_TARGETS)
endif

.PHONY: fuzz-smoke
fuzz-smoke:
	$(SHELL) $(top_srcdir)/tests/fuzz/smoke.sh '$(abs_top_srcdir)' \
		$(FUZZ_TARGETS)
