/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_report_owner.c - who holds a claim, and is he still there?
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/report/send/owner.h"

#define NOW 1000

/* Our own name with other words for boot, number and start (NULL: as it is). */
static char *other(TALLOC_CTX *mem, const char *boot, const char *pid,
		   const char *start)
{
	char words[4][128];

	assert_int_equal(sscanf(report_owner_self(mem),
				"%127s %127s %127s %127s", words[0], words[1],
				words[2], words[3]),
			 4);
	return mem_printf(
	    mem, "%s %s %s %s", words[0], boot == NULL ? words[1] : boot,
	    pid == NULL ? words[2] : pid, start == NULL ? words[3] : start);
}

static void we_are_here(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	/* However long ago the lease ended. */
	assert_false(report_owner_is_gone(report_owner_self(mem), 1, NOW));
	assert_false(report_owner_is_gone(other(mem, "-", NULL, NULL), 1, NOW));
	mem_free(mem);
}

static void those_before_us_are_gone(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	assert_true(report_owner_is_gone(other(mem, "another-boot", NULL, NULL),
					 NOW + 1, NOW));
	assert_true(
	    report_owner_is_gone(other(mem, NULL, NULL, "1"), NOW + 1, NOW));
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(report_owner_is_gone(
	    other(mem, NULL, mem_printf(mem, "%ld", (long)child), NULL),
	    NOW + 1, NOW));
	mem_free(mem);
}

/* Elsewhere, and where nothing can be known, the lease decides. */
static void leases_decide(void **state)
{
	static const char *const owners[] = {"elsewhere b 1 1", "nonsense", "",
					     "a b -1 c", "a b c"};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		assert_true(report_owner_is_gone(owners[i], NOW - 1, NOW));
		assert_false(report_owner_is_gone(owners[i], NOW + 1, NOW));
	}
	assert_false(
	    report_owner_is_gone(other(mem, NULL, NULL, "-"), NOW + 1, NOW));
	assert_true(
	    report_owner_is_gone(other(mem, NULL, NULL, "-"), NOW - 1, NOW));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(we_are_here),
	    cmocka_unit_test(those_before_us_are_gone),
	    cmocka_unit_test(leases_decide),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
