# SPDX-License-Identifier: BSD-2-Clause
# Real mail servers around the real daemon: the demo, and tests that need root.
MTA_TESTS = \
	tests/mta/test_doctor.py \
	tests/mta/test_mark.py \
	tests/mta/test_outage.py \
	tests/mta/test_over.py \
	tests/mta/test_postfix.py \
	tests/mta/test_postfix_life.py \
	tests/mta/test_pages.py \
	tests/mta/test_posture_live.py \
	tests/mta/test_smtputf8.py \
	tests/mta/test_report.py \
	tests/mta/test_story.py \
	tests/mta/test_sendmail.py

.PHONY: check-mta
check-mta: all $(TEST_TOOLS) tests/mta/clock_shift.so
	@$(AM_TESTS_ENVIRONMENT) scripts='$(MTA_TESTS)'; $(RUN_EACH)
