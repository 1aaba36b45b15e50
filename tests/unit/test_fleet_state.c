/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fleet_state.c - what the forwarder leaves is read as it was
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/app/fleet_files.h"
#include "lib/app/fleet_state.h"

static char folder[] = "/tmp/test_fleet_state.XXXXXX";

static const struct fleet_state full = {
    .written_s = 1,
    .pid = 2,
    .heard_s = 3,
    .pushed_s = 4,
    .pushed = 5,
    .again = 6,
    .aside = 7,
    .offset_ms = -8,
    .overrides = 9,
    .overrides_newest = 10,
    .compared_day = 11,
    .reported_until_s = 12,
    .kind = "away",
    .fault = "PostgreSQL: \"x\": is it running?",
    .fault_s = INT64_MAX,
    .overrides_fault = "version 3",
};

static void comes_back(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_settings store = {
	    .sqlite = mem_printf(mem, "%s/db", folder),
	    .postgresql = "host=db",
	};
	const char *path = fleet_state_path(mem, &store);
	struct fleet_state read;
	struct stat found;
	struct error err;

	(void)state;
	assert_false(fleet_state_find(mem, &store, &read));
	assert_true(fleet_state_write(path, &full, &err));
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0640);
	assert_true(fleet_state_find(mem, &store, &read));
	/* The numbers stand before the first text. */
	assert_memory_equal(&read, &full, offsetof(struct fleet_state, kind));
	assert_string_equal(read.kind, full.kind);
	assert_string_equal(read.fault, full.fault);
	assert_int_equal(read.fault_s, full.fault_s);
	assert_string_equal(read.overrides_fault, full.overrides_fault);
	store.postgresql = "";
	assert_false(fleet_state_find(mem, &store, &read));
	(void)unlink(path);
	mem_free(mem);
}

static void takes_nothing_else(void **state)
{
	static const char *const files[] = {"", "[", "no JSON", "[1]"};
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/state", folder);
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct fleet_state read = {.pid = 1};
		struct error err;
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		assert_true(fputs(files[i], file) >= 0);
		assert_int_equal(fclose(file), 0);
		if (fleet_state_read(mem, path, &read, &err))
			assert_int_equal(read.pid, 0);
		mem_free(mem);
	}
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(takes_nothing_else),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)rmdir(folder);
	return failed != 0;
}
