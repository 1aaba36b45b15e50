# SPDX-License-Identifier: BSD-2-Clause
# A fake MTA in front of the real daemon.
WIRE_TESTS = \
	tests/wire/test_wire_confinement.py \
	tests/wire/test_wire_dashboards.py \
	tests/wire/test_wire_http.py \
	tests/wire/test_wire_failures.py \
	tests/wire/test_wire_life.py \
	tests/wire/test_wire_load.py \
	tests/wire/test_wire_messages.py \
	tests/wire/test_wire_metrics.py \
	tests/wire/test_wire_negotiate.py \
	tests/wire/test_wire_packets.py \
	tests/wire/test_wire_reload.py \
	tests/wire/test_wire_signed.py \
	tests/wire/test_wire_stop.py \
	tests/wire/test_wire_watchdog.py

TESTS += $(WIRE_TESTS) tests/attacks/test_memory.py
EXTRA_DIST += $(WIRE_TESTS) tests/wire/daemon.py tests/wire/load.py \
	tests/wire/milter_client.py tests/wire/scrape.py tests/wire/alignd.rules.test.yml
# What LD_PRELOAD takes; not beside a sanitizer's allocator.
if !SANITIZED
FAILING_MALLOC = tests/wire/failing_malloc.so
endif
tests/wire/failing_malloc.so: tests/wire/failing_malloc.c
	$(AM_V_CC)$(MKDIR_P) tests/wire && $(CC) -std=gnu11 -O1 -fPIC -shared \
		-o $@ $(srcdir)/tests/wire/failing_malloc.c -ldl
CLEANFILES += tests/wire/failing_malloc.so
EXTRA_DIST += tests/wire/failing_malloc.c

tests/attacks/test_memory.log: tests/tools/dkim-tool $(FAILING_MALLOC)
tests/wire/test_wire_metrics.log: tools/alignctl
tests/wire/test_wire_signed.log: tests/tools/dkim-tool
