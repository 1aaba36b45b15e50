# SPDX-License-Identifier: BSD-2-Clause
# A fuzz target NAME is fuzz_NAME.c, seeds/NAME/ and NAME.dict (see fuzz.h). To
# add one: its name in FUZZ_TARGETS, its two lines below, its dictionary in
# EXTRA_DIST. `make check` runs its seeds, `make fuzz-smoke` fuzzes it.
FUZZ_TARGETS = \
	tests/fuzz/fuzz_answer \
	tests/fuzz/fuzz_arc \
	tests/fuzz/fuzz_authres \
	tests/fuzz/fuzz_bounce \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_dkim \
	tests/fuzz/fuzz_eml \
	tests/fuzz/fuzz_explain \
	tests/fuzz/fuzz_failure \
	tests/fuzz/fuzz_from \
	tests/fuzz/fuzz_key \
	tests/fuzz/fuzz_milter \
	tests/fuzz/fuzz_overrides \
	tests/fuzz/fuzz_path \
	tests/fuzz/fuzz_received \
	tests/fuzz/fuzz_record \
	tests/fuzz/fuzz_report \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_rua \
	tests/fuzz/fuzz_session \
	tests/fuzz/fuzz_signature \
	tests/fuzz/fuzz_spf \
	tests/fuzz/fuzz_store \
	tests/fuzz/fuzz_wire \
	tests/fuzz/fuzz_world \
	tests/fuzz/fuzz_zone

tests_fuzz_fuzz_answer_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_answer_LDADD = $(FUZZ_LIBS) $(REPORT_LIBS)
tests_fuzz_fuzz_arc_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_arc_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_authres_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_authres_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_bounce_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_bounce_LDADD = $(FUZZ_LIBS) $(REPORT_LIBS)
tests_fuzz_fuzz_config_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_config_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_dkim_CPPFLAGS = $(FUZZ_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_fuzz_fuzz_dkim_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_eml_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_eml_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_explain_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_explain_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_failure_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_failure_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_from_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_from_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_key_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_key_LDADD = $(FUZZ_LIBS)
# With the daemon's own callbacks, in front of libmilter and behind it.
tests_fuzz_fuzz_milter_SOURCES = tests/fuzz/fuzz_milter.c milter/callbacks.c \
	milter/wire_calls.c
tests_fuzz_fuzz_milter_CPPFLAGS = $(FUZZ_CPPFLAGS) $(MILTER_CFLAGS)
tests_fuzz_fuzz_milter_LDFLAGS = $(AM_LDFLAGS) $(WIRE_SYMBOLS)
tests_fuzz_fuzz_milter_LDADD = libsession.a $(FUZZ_LIBS) $(MILTER_LIBS)
tests_fuzz_fuzz_overrides_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_overrides_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_path_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_path_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_received_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_received_LDADD = $(FUZZ_LIBS) $(REPORT_LIBS)
tests_fuzz_fuzz_record_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_record_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_report_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_report_LDADD = $(FUZZ_LIBS) $(REPORT_LIBS)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c \
	tools/cmd_review_filter.c tools/tool.c tools/tool_envelope.c \
	tools/tool_reference.c tools/tool_time.c
tests_fuzz_fuzz_request_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_request_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_rua_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_rua_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_session_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_session_LDADD = libsession.a $(FUZZ_LIBS)
tests_fuzz_fuzz_signature_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_signature_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_spf_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_spf_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_store_CPPFLAGS = $(FUZZ_CPPFLAGS) $(JANSSON_CFLAGS)
tests_fuzz_fuzz_store_LDADD = $(FUZZ_LIBS) $(REPORT_LIBS)
tests_fuzz_fuzz_wire_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_wire_LDADD = $(FUZZ_LIBS)
tests_fuzz_fuzz_zone_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_zone_LDADD = $(FUZZ_LIBS)

EXTRA_DIST += \
	tests/fuzz/answer.dict \
	tests/fuzz/arc.dict \
	tests/fuzz/authres.dict \
	tests/fuzz/bounce.dict \
	tests/fuzz/config.dict \
	tests/fuzz/dkim.dict \
	tests/fuzz/eml.dict \
	tests/fuzz/explain.dict \
	tests/fuzz/failure.dict \
	tests/fuzz/from.dict \
	tests/fuzz/key.dict \
	tests/fuzz/milter.dict \
	tests/fuzz/overrides.dict \
	tests/fuzz/path.dict \
	tests/fuzz/received.dict \
	tests/fuzz/record.dict \
	tests/fuzz/report.dict \
	tests/fuzz/request.dict \
	tests/fuzz/rua.dict \
	tests/fuzz/session.dict \
	tests/fuzz/signature.dict \
	tests/fuzz/spf.dict \
	tests/fuzz/store.dict \
	tests/fuzz/wire.dict \
	tests/fuzz/zone.dict \
	tests/fuzz/fuzz.h \
	tests/fuzz/seeds \
	tests/fuzz/oss-fuzz/Dockerfile \
	tests/fuzz/oss-fuzz/build.sh \
	tests/fuzz/oss-fuzz/project.yaml \
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

include tests/fuzz/world.mk

# For oss-fuzz/build.sh.
.PHONY: fuzz-targets
fuzz-targets:
	@echo $(FUZZ_TARGETS)

.PHONY: fuzz-smoke
fuzz-smoke:
	$(MAKE) $(AM_MAKEFLAGS) -s distdir distdir=subbuild.dist
	$(SHELL) $(srcdir)/tests/fuzz/smoke.sh subbuild.dist $(FUZZ_TARGETS)
