# SPDX-License-Identifier: BSD-2-Clause
# A fake MTA in front of the real daemon.
WIRE_TESTS =
WIRE_TESTS += tests/wire/test_wire_confinement.py
WIRE_TESTS += tests/wire/test_wire_dashboards.py
WIRE_TESTS += tests/wire/test_wire_failures.py tests/wire/test_wire_fellows.py
WIRE_TESTS += tests/wire/test_wire_http.py
WIRE_TESTS += tests/wire/test_wire_json.py
WIRE_TESTS += tests/wire/test_wire_life.py tests/wire/test_wire_load.py
WIRE_TESTS += tests/wire/test_wire_log_readers.py
WIRE_TESTS += tests/wire/test_wire_messages.py tests/wire/test_wire_metrics.py
WIRE_TESTS += tests/wire/test_wire_negotiate.py tests/wire/test_wire_packets.py
WIRE_TESTS += tests/wire/test_wire_paths.py
WIRE_TESTS += tests/wire/test_wire_reload.py tests/wire/test_wire_signed.py
WIRE_TESTS += tests/wire/test_wire_stale.py
WIRE_TESTS += tests/wire/test_wire_stop.py tests/wire/test_wire_watchdog.py
TESTS += $(WIRE_TESTS)
