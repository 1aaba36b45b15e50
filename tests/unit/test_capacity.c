/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_capacity.c - what is promised where the machine allows little
 */
#include "tests/unit/unit.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "milter/capacity.h"
#include "tests/unit/recorded_log.h"

static char folder[] = "/tmp/alignd-capacity-XXXXXX";
static const struct capacity endless = {LONG_MAX, LONG_MAX, LONG_MAX};

static const char *place(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(place(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* a/b within the mount, as a unit within its slice. */
static int make_groups(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(mkdir(place("a"), 0700), 0);
	assert_int_equal(mkdir(place("a/b"), 0700), 0);
	return 0;
}

static int remove_groups(void **state)
{
	static const char *const names[] = {
	    "a/b/pids.max", "a/b/pids.current", "a/b/memory.max",
	    "a/pids.max",   "a/pids.current",	"a/memory.max",
	    "groups"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		(void)unlink(place(names[i]));
	assert_int_equal(rmdir(place("a/b")), 0);
	assert_int_equal(rmdir(place("a")), 0);
	return rmdir(folder);
}

static struct capacity look(const char *groups)
{
	struct capacity capacity = endless;
	char file[256];

	put("groups", groups);
	(void)snprintf(file, sizeof file, "%s", place("groups"));
	capacity_look_at_groups(file, folder, &capacity);
	return capacity;
}

static void test_groups(void **state)
{
	(void)state;
	put("a/b/pids.max", "100\n");
	put("a/b/pids.current", "3\n");
	put("a/b/memory.max", "max\n");
	put("a/pids.max", "max\n");
	put("a/memory.max", "268435456\n");
	struct capacity found = look("0::/a/b\n");
	assert_int_equal(found.threads, 97);
	assert_int_equal(found.memory_mib, 256);
	assert_int_equal(found.files, LONG_MAX);
	/* The group above is the closer one. */
	put("a/pids.max", "50\n");
	put("a/pids.current", "40\n");
	put("a/b/memory.max", "134217728\n");
	found = look("1:name=systemd:/x\n0::/a/b\n");
	assert_int_equal(found.threads, 10);
	assert_int_equal(found.memory_mib, 128);
	/* More bytes than 32 bits count. */
	put("a/b/memory.max", "6442450944\n");
	put("a/memory.max", "8589934592\n");
	assert_int_equal(look("0::/a/b\n").memory_mib, 6144);
	/* More than there may be. */
	put("a/pids.current", "60\n");
	assert_int_equal(look("0::/a/b\n").threads, 0);
}

static void test_no_groups(void **state)
{
	static const char *const samples[] = {"", "0::/\n", "8:pids:/a/b\n",
					      "0::/nowhere\n", "nonsense"};

	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct capacity found = look(samples[i]);
		assert_memory_equal(&found, &endless, sizeof found);
	}
	struct capacity found = endless;
	capacity_look_at_groups("/nowhere", folder, &found);
	assert_memory_equal(&found, &endless, sizeof found);
	put("a/b/pids.max", "many\n");
	put("a/b/memory.max", "");
	put("a/pids.max", "-1\n");
	put("a/memory.max", "99999999999999999999\n");
	found = look("0::/a/b\n");
	assert_memory_equal(&found, &endless, sizeof found);
}

static void test_all_fits(void **state)
{
	struct capacity_fit fit = capacity_fit(&endless);

	(void)state;
	assert_int_equal(fit.connections, LIMIT_CONNECTIONS);
	assert_int_equal(fit.spare, LIMIT_CONNECTIONS_SPARE);
	assert_int_equal(fit.messages, LONG_MAX);
}

/* Never more than half of the descriptors, never nothing. */
static void test_few_descriptors(void **state)
{
	(void)state;
	for (long files = 0; files < 10000; files++) {
		struct capacity capacity = {files, LONG_MAX, LONG_MAX};
		struct capacity_fit fit = capacity_fit(&capacity);
		assert_true(fit.connections >= 1 && fit.spare >= 1);
		assert_true(fit.connections <= LIMIT_CONNECTIONS);
		if (files >= 4 && fit.connections < LIMIT_CONNECTIONS)
			assert_true(fit.connections + fit.spare <= files / 2);
	}
}

static void test_few_threads(void **state)
{
	(void)state;
	for (long threads = 0; threads < 2000; threads++) {
		struct capacity capacity = {LONG_MAX, threads, LONG_MAX};
		struct capacity_fit fit = capacity_fit(&capacity);
		assert_true(fit.messages >= 1);
		assert_true(fit.messages == 1 || fit.messages < threads);
	}
}

static void test_what_is_less_is_told(void **state)
{
	const struct daemon_settings settings = {.max_messages = 500};
	struct gate gate = {.begun = 0};
	struct capacity little = {1000, 100, 200};

	(void)state;
	recorded_log_clear();
	capacity_keep(&endless, &settings, &gate);
	assert_int_equal(recorded_log_count(""), 0);
	assert_int_equal(gate_bound(gate.max_evaluating, 500), 500);
	capacity_keep(&little, &settings, &gate);
	assert_int_equal(recorded_log_count("1000 file descriptors"), 1);
	assert_int_equal(recorded_log_count("100 threads"), 1);
	assert_int_equal(recorded_log_count("200 MiB"), 1);
	assert_true(gate_bound(gate.max_evaluating, 500) < 100);
	assert_true(gate_bound(gate.max_connections, LIMIT_CONNECTIONS) < 500);
}

/* The process's own: soft limits go up, and hard ones are kept. */
static void test_the_process(void **state)
{
	struct capacity capacity;

	(void)state;
	capacity_look(&capacity);
	assert_true(capacity.files > 0);
	assert_true(capacity.threads >= 0);
	assert_true(capacity.memory_mib > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_no_groups),
	    cmocka_unit_test(test_all_fits),
	    cmocka_unit_test(test_few_descriptors),
	    cmocka_unit_test(test_few_threads),
	    cmocka_unit_test(test_what_is_less_is_told),
	    cmocka_unit_test(test_the_process),
	};

	return cmocka_run_group_tests(tests, make_groups, remove_groups);
}
