# SPDX-License-Identifier: BSD-2-Clause
# Everything at once, at random, for CHAOS_SECONDS (60); before it the outages of
# DNS whose outcome is counted, in their short form of ten seconds.
CHAOS_TESTS = tests/chaos/test_dns_story.py tests/chaos/test_chaos.py

.PHONY: check-chaos
check-chaos: all tests/mta/clock_shift.so
	@$(AM_TESTS_ENVIRONMENT) scripts='$(CHAOS_TESTS)'; $(RUN_EACH)

# The same outages hour by hour, through silence.
.PHONY: check-dns-stories
check-dns-stories: all tests/mta/clock_shift.so
	@$(AM_TESTS_ENVIRONMENT) DNS_STORY_LONG=1 \
	scripts='tests/chaos/test_dns_story.py'; $(RUN_EACH)
