# SPDX-License-Identifier: BSD-2-Clause
# Real mail servers around the real daemon: the demo, and tests that need root.
MTA_TESTS = \
	tests/mta/test_postfix.py \
	tests/mta/test_postfix_life.py \
	tests/mta/test_smtputf8.py \
	tests/mta/test_report.py \
	tests/mta/test_story.py \
	tests/mta/test_sendmail.py

EXTRA_DIST += $(MTA_TESTS) tests/mta/cases.py tests/mta/client.py \
	tests/mta/clock_shift.c tests/mta/demo tests/mta/postfix.py tests/mta/rig.py \
	tests/mta/sendmail.py tests/mta/shared_tests.py tests/mta/storms.py \
	tests/mta/support.py

.PHONY: check-mta

check-mta: all tests/tools/dkim-tool tests/mta/clock_shift.so
	@$(AM_TESTS_ENVIRONMENT) scripts='$(MTA_TESTS)'; $(RUN_EACH)

# Not a part of any program: what LD_PRELOAD takes.
tests/mta/clock_shift.so: tests/mta/clock_shift.c
	$(AM_V_CC)$(MKDIR_P) tests/mta && $(CC) -std=gnu11 -O1 -fPIC -shared \
		-o $@ $(srcdir)/tests/mta/clock_shift.c -ldl
CLEANFILES += tests/mta/clock_shift.so
