# SPDX-License-Identifier: BSD-2-Clause
# Everything at once, at random, for CHAOS_SECONDS (60).
CHAOS_TESTS = tests/chaos/test_chaos.py

.PHONY: check-chaos
check-chaos: all
	@$(AM_TESTS_ENVIRONMENT) scripts='$(CHAOS_TESTS)'; $(RUN_EACH)
