# SPDX-License-Identifier: BSD-2-Clause
# The desk as browsers, web servers and others reach it.
DESK_TESTS = \
	tests/desk/test_desk_browser.py \
	tests/desk/test_desk_fleet.py \
	tests/desk/test_desk_server.py

.PHONY: check-desk
check-desk: all $(TEST_TOOLS) tests/fleet/fleet-tool
	@$(AM_TESTS_ENVIRONMENT) scripts='$(DESK_TESTS)'; $(RUN_EACH)
