# SPDX-License-Identifier: BSD-2-Clause
# Whole messages from case files. tests/regress has the same format: one case
# for each defect, named NUMBER-slug.case.
check_PROGRAMS += tests/replay/replay tests/replay/whatif_oracle \
	tests/tools/dkim-tool
TESTS += tests/replay/cases.sh tests/replay/whatif.sh tests/regress/regress.sh
EXTRA_DIST += tests/replay/cases.sh tests/replay/whatif.sh \
	tests/replay/arc tests/replay/cases tests/regress

REPLAY_SOURCES = \
	tests/replay/case.c tests/replay/case.h \
	tests/replay/run.c tests/replay/run.h \
	tests/replay/want.c tests/replay/want.h \
	tests/unit/sign.c tests/unit/sign.h

tests_replay_replay_SOURCES = tests/replay/replay.c $(REPLAY_SOURCES)
tests_replay_replay_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_replay_replay_LDADD = $(CACHES_LIBS)

tests_replay_whatif_oracle_SOURCES = tests/replay/whatif_oracle.c \
	$(REPLAY_SOURCES)
tests_replay_whatif_oracle_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_replay_whatif_oracle_LDADD = $(CACHES_LIBS)

tests_tools_dkim_tool_SOURCES = tests/tools/dkim_tool.c \
	tests/unit/sign.c tests/unit/sign.h
tests_tools_dkim_tool_CPPFLAGS = $(TEST_CPPFLAGS) $(CRYPTO_CFLAGS)
tests_tools_dkim_tool_LDADD = $(TEST_LIBS)

# The folder is also where `make check` leaves its logs.
dist-hook:
	rm -f $(distdir)/tests/regress/*.log $(distdir)/tests/regress/*.trs

# A folder, and nothing that make would build of cases.sh.
tests/replay/cases: ;
