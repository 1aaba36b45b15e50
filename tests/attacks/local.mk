# SPDX-License-Identifier: BSD-2-Clause
# What was tried against alignd, as scripts that print the bound they met. Their
# short form is bounded to a few seconds each; ATTACK_LONG=1 runs them whole.
ATTACK_TESTS =
ATTACK_TESTS += tests/attacks/test_bounce.py tests/attacks/test_clock.py
ATTACK_TESTS += tests/attacks/test_disk.py tests/attacks/test_evidence.py
ATTACK_TESTS += tests/attacks/test_forged.py tests/attacks/test_held.py
ATTACK_TESTS += tests/attacks/test_hold.py tests/attacks/test_limits.py
ATTACK_TESTS += tests/attacks/test_memory.py tests/attacks/test_report_in.py
ATTACK_TESTS += tests/attacks/test_report_out.py
ATTACK_TESTS += tests/attacks/test_root_hands.py tests/attacks/test_socket.py
ATTACK_TESTS += tests/attacks/test_stop.py
TESTS += tests/attacks/test_memory.py

.PHONY: check-attacks
check-attacks: all $(TEST_TOOLS) tests/mta/clock_shift.so $(FAILING_MALLOC)
	@$(AM_TESTS_ENVIRONMENT) scripts='$(ATTACK_TESTS)'; $(RUN_EACH)
