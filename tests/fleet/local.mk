# SPDX-License-Identifier: BSD-2-Clause
# The fleet, on a PostgreSQL of the tests' own (postgres.py); together at most
# three minutes. Where none is installed they are skipped.
check_PROGRAMS += tests/fleet/fleet-tool
tests_fleet_fleet_tool_SOURCES = tests/fleet/fleet_tool.c
check_PROGRAMS += tests/fleet/fleet-histories
tests_fleet_fleet_histories_SOURCES = tests/fleet/fleet_histories.c

FLEET_TESTS = tests/fleet/test_pg.py tests/fleet/test_fleet_tls.py
FLEET_TESTS += tests/fleet/test_fleet_schema.py
FLEET_TESTS += tests/fleet/test_fleet_init.py
FLEET_TESTS += tests/fleet/test_fleet_forward.py
FLEET_TESTS += tests/fleet/test_fleet_status.py tests/fleet/test_fleet_sessions.py
FLEET_TESTS += tests/fleet/test_fleet_confined.py
FLEET_TESTS += tests/fleet/test_fleet_overrides.py
FLEET_TESTS += tests/fleet/test_fleet_notice.py tests/fleet/test_fleet_paths.py
FLEET_TESTS += tests/fleet/test_fleet_posture.py
FLEET_TESTS += tests/fleet/test_push.py
FLEET_TESTS += tests/fleet/test_fleet_reading.py tests/fleet/test_fleet_record.py
FLEET_TESTS += tests/fleet/test_fleet_privacy.py
FLEET_TESTS += tests/fleet/test_rights.py
FLEET_TESTS += tests/fleet/test_histories.py
FLEET_TESTS += tests/fleet/test_fleet_reports.py
FLEET_TESTS += tests/fleet/test_fleet_report_faults.py

.PHONY: check-fleet
check-fleet: all $(TEST_TOOLS) tests/fleet/fleet-tool tests/fleet/fleet-histories
	@$(AM_TESTS_ENVIRONMENT) scripts='$(FLEET_TESTS)'; $(RUN_EACH)

# What goes wrong around it, while mail comes, and hundreds of random histories:
# four minutes and half an hour.
FLEET_FAULTS = tests/fleet/test_fleet_faults.py
FLEET_FAULTS += tests/fleet/test_fleet_clocks.py tests/fleet/test_fleet_names.py
FLEET_FAULTS += tests/fleet/test_fleet_mail.py
.PHONY: check-fleet-faults check-fleet-histories
check-fleet-faults: all $(TEST_TOOLS) tests/fleet/fleet-tool tests/mta/clock_shift.so
	@$(AM_TESTS_ENVIRONMENT) scripts='$(FLEET_FAULTS)'; $(RUN_EACH)
check-fleet-histories: all $(TEST_TOOLS) tests/fleet/fleet-histories
	@$(AM_TESTS_ENVIRONMENT) HISTORIES=$${HISTORIES:-300} \
	scripts='tests/fleet/test_histories.py'; $(RUN_EACH)
# Three senders that race and are killed, 200 times: half an hour. FLEET_SEED
# repeats a run.
.PHONY: check-fleet-race
check-fleet-race: all $(TEST_TOOLS) tests/fleet/fleet-tool
	@$(AM_TESTS_ENVIRONMENT) FLEET_RUNS=200 $(PYTHON) -W ignore \
		$(srcdir)/tests/fleet/test_fleet_report_faults.py Race
# The fleet's tests on Debian 13, whose PostgreSQL is 17, in its folder; a quarter of
# an hour the first time.
.PHONY: check-fleet-17
check-fleet-17:
	@$(INSIDE) trixie amd64 "postgresql pgbouncer iproute2 openssl procps python3" \
		sh -c './bootstrap build && /usr/lib/postgresql/17/bin/postgres --version && \
		make -k check-fleet check-fleet-faults' || test $$? -eq 77
