# SPDX-License-Identifier: BSD-2-Clause
# What rules cost and spare, on weeks of generated mail: docs/TESTING.md.
SIMULATE_TESTS = tests/simulate/test_lists tests/simulate/test_traffic
check_PROGRAMS += $(SIMULATE_TESTS)
TESTS += $(SIMULATE_TESTS)

# What is measured, in minutes.
.PHONY: simulate
simulate: $(SIMULATE_TESTS)
	tests/simulate/test_traffic long
	tests/simulate/test_lists long

SIMULATE_SOURCES = \
	tests/simulate/compose.c tests/simulate/compose.h \
	tests/simulate/dice.c tests/simulate/dice.h \
	tests/simulate/genuine.c tests/simulate/handlers.c \
	tests/simulate/hostile.c tests/simulate/plan.h \
	tests/simulate/traffic.c tests/simulate/traffic.h \
	tests/simulate/world.c tests/simulate/world.h \
	tests/simulate/world_zone.c

tests_simulate_test_lists_SOURCES = tests/simulate/test_lists.c \
	tests/simulate/site.c tests/simulate/site.h
