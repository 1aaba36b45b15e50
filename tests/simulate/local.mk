# SPDX-License-Identifier: BSD-2-Clause
# What rules cost and spare, on weeks of generated mail: docs/TESTING.md.
SIMULATE_TESTS = tests/simulate/test_lists tests/simulate/test_traffic
check_PROGRAMS += $(SIMULATE_TESTS) tests/simulate/simulate
TESTS += $(SIMULATE_TESTS) tests/simulate/test_simulate.py
tests/simulate/test_simulate.log: tests/simulate/simulate tools/alignctl

# What is measured, in minutes; SIMULATE="--write" puts it into OPERATIONS.md,
# SIMULATE="--actors" tells of each actor.
.PHONY: simulate
simulate: tests/simulate/simulate tools/alignctl $(SIMULATE_TESTS)
	tests/simulate/test_traffic long
	tests/simulate/test_lists long
	top_srcdir='$(top_srcdir)' top_builddir='$(top_builddir)' \
	PYTHONDONTWRITEBYTECODE=1 \
	$(PYTHON) $(srcdir)/tests/simulate/simulate.py $(SIMULATE)

SIMULATE_SOURCES = \
	tests/simulate/compose.c tests/simulate/compose.h \
	tests/simulate/dice.c tests/simulate/dice.h \
	tests/simulate/genuine.c tests/simulate/handlers.c \
	tests/simulate/hostile.c tests/simulate/plan.h \
	tests/simulate/traffic.c tests/simulate/traffic.h \
	tests/simulate/world.c tests/simulate/world.h \
	tests/simulate/world_zone.c

tests_simulate_simulate_SOURCES = tests/simulate/simulate.c \
	tests/simulate/named.c tests/simulate/named.h \
	tests/simulate/settings.c tests/simulate/settings.h \
	tests/simulate/site.c tests/simulate/site.h \
	tests/simulate/stand_in.c tests/simulate/stand_in.h
tests_simulate_test_lists_SOURCES = tests/simulate/test_lists.c \
	tests/simulate/site.c tests/simulate/site.h \
	tests/simulate/stand_in.c tests/simulate/stand_in.h
