/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_clock_trust.c - may something be settled on the clock's word?
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/clock_trust.h"

#define T INT64_C(1777636800)
#define HOUR INT64_C(3600)
#define DAY INT64_C(86400)

static void decides(void **state)
{
	static const struct {
		const char *name;
		struct clock_facts facts;
		enum clock_trust want;
	} rows[] = {
	    {"nothing known", {T, 0, 0, false}, CLOCK_AGREES},
	    {"nothing known, 1970", {0, 0, 0, false}, CLOCK_AGREES},
	    {"goes on", {T + HOUR, T, T, false}, CLOCK_AGREES},
	    {"a day later", {T + DAY, T, T, false}, CLOCK_AGREES},
	    {"more than a day later", {T + DAY + 1, T, T, false}, CLOCK_AHEAD},
	    {"F22: 30 days ahead", {T + 30 * DAY, T, T, false}, CLOCK_AHEAD},
	    {"F22: 100 days ahead, and records of then",
	     {T + 100 * DAY, T, T + 100 * DAY, false},
	     CLOCK_AHEAD},
	    {"off for 100 days, kept",
	     {T + 100 * DAY, T, T, true},
	     CLOCK_AGREES},
	    {"an hour back", {T - HOUR, T, T, false}, CLOCK_AGREES},
	    {"more than an hour back",
	     {T - HOUR - 1, T, T, false},
	     CLOCK_BEHIND},
	    {"1970", {0, T, T, false}, CLOCK_BEHIND},
	    {"back after a wrong one, kept",
	     {T, T + 30 * DAY, T, true},
	     CLOCK_AGREES},
	    {"back after a wrong one that was believed",
	     {T, T + 30 * DAY, T, false},
	     CLOCK_BEHIND},
	    {"right again, records of a wrong one",
	     {T + HOUR, T, T + 30 * DAY, false},
	     CLOCK_AGREES},
	    {"never believed, records go on",
	     {T + HOUR, 0, T, false},
	     CLOCK_AGREES},
	    {"never believed, a gap", {T + 2 * DAY, 0, T, false}, CLOCK_AHEAD},
	    {"never believed, records to come",
	     {T - DAY, 0, T, false},
	     CLOCK_BEHIND},
	    {"never believed, a gap, kept",
	     {T + 2 * DAY, 0, T, true},
	     CLOCK_AGREES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (clock_trust(&rows[i].facts) != rows[i].want)
			fail_msg("%s", rows[i].name);
	}
}

static void tells(void **state)
{
	const struct clock_facts before = {T + 2 * DAY, T, T - DAY, false};
	const struct clock_facts never = {T + 2 * DAY, 0, T - DAY, false};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_string_equal(
	    clock_trust_words(mem, &before),
	    "the clock says 2026-05-03T12:00:00Z and nothing keeps it; it was "
	    "last believed at 2026-05-01T12:00:00Z");
	assert_non_null(strstr(clock_trust_words(mem, &never),
			       "the youngest record is of "
			       "2026-04-30T12:00:00Z"));
	mem_free(mem);
}

static void a_given_clock_is_not_kept(void **state)
{
	struct clock clock = clock_fixed(T);

	(void)state;
	assert_false(clock_is_kept(&clock));
}

/* As systemd does for a unit with ProtectClock=yes. */
static void bar_asking(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	if (filter == NULL ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(adjtimex),
			     0) != 0 ||
	    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
			     SCMP_SYS(clock_adjtime), 0) != 0 ||
	    seccomp_load(filter) != 0)
		_exit(2);
}

/* A kernel that may not be asked has not said yes. */
static void who_may_not_ask_does_not_know(void **state)
{
	int status = 0;

	(void)state;
	if (getenv("ALIGND_WRAPPER") != NULL ||
	    access("/run/systemd/timesync/synchronized", F_OK) == 0)
		skip();
	pid_t child = fork();
	if (child == 0) {
		bar_asking();
		_exit(clock_is_kept(clock_system()) ? 1 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decides),
	    cmocka_unit_test(tells),
	    cmocka_unit_test(a_given_clock_is_not_kept),
	    cmocka_unit_test(who_may_not_ask_does_not_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
