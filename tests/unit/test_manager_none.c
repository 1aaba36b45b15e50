/* SPDX-License-Identifier: BSD-2-Clause */
/* What a build without libsystemd has in systemd's place. */
#include "tests/unit/unit.h"

#include <string.h>

#include "milter/manager.h"

static void test_nobody_is_told(void **state)
{
	(void)state;
	manager_tell("READY=1\nSTATUS=waiting for mail");
	assert_int_equal(manager_watchdog_ms(), 0);
}

/* Nobody else puts the time before a line. */
static void test_lines_have_a_time(void **state)
{
	char text[MANAGER_STAMP];
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ ";

	(void)state;
	assert_ptr_equal(manager_stamp(text), text);
	assert_int_equal(strlen(text), strlen(form));
	for (size_t i = 0; form[i] != '\0'; i++) {
		if (form[i] == 'd')
			assert_in_range(text[i], '0', '9');
		else
			assert_int_equal(text[i], form[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nobody_is_told),
	    cmocka_unit_test(test_lines_have_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
