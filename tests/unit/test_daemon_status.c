/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_daemon_status.c - the status file: what is written is read, and
 * rubbish is not
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/app/daemon_status.h"

static char folder[] = "/tmp/alignd-status.XXXXXX";
static char path[64];

static const struct daemon_status full = {
    .version = "0.1.0",
    .pid = 4711,
    .started_s = 1777636800,
    .config_path = "/etc/alignd/alignd.conf",
    .taken_s = 1777636801,
    .tried_s = 1777636802,
    .refusal = "alignd.conf:3: mode: \"some\x1b\" is no mode",
    .mode = "monitor",
    .mode_since_s = 1777000000,
    .overrides = 12,
};

static void put(const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void comes_back(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct daemon_status read;
	struct stat found;
	struct error err;

	(void)state;
	assert_true(daemon_status_write(path, &full, &err));
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0137, 0);
	assert_true(daemon_status_read(mem, path, &read, &err));
	assert_string_equal(read.version, full.version);
	assert_int_equal(read.pid, full.pid);
	assert_int_equal(read.started_s, full.started_s);
	assert_string_equal(read.config_path, full.config_path);
	assert_int_equal(read.taken_s, full.taken_s);
	assert_int_equal(read.tried_s, full.tried_s);
	/* Escaped on its way in: it may go to a terminal. */
	assert_string_equal(read.refusal,
			    "alignd.conf:3: mode: \"some\\x1b\" is no mode");
	assert_string_equal(read.mode, full.mode);
	assert_int_equal(read.mode_since_s, full.mode_since_s);
	assert_int_equal(read.overrides, full.overrides);

	struct daemon_status good = full;
	good.refusal = NULL;
	assert_true(daemon_status_write(path, &good, &err));
	assert_true(daemon_status_read(mem, path, &read, &err));
	assert_null(read.refusal);
	mem_free(mem);
}

static void rubbish_is_refused(void **state)
{
	static const char *const texts[] = {"",	    "{",   "[",	       "7",
					    "null", "{}x", "{\"pid\":"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct daemon_status read = {.pid = -1};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		put(texts[i]);
		assert_false(daemon_status_read(mem, path, &read, &err));
		assert_int_equal(read.pid, -1);
		assert_non_null(strstr(err.words, path));
	}
	char *long_text = mem_zeroed(mem, 1, 20001, "text");
	memset(long_text, ' ', 20000);
	put(long_text);
	assert_false(daemon_status_read(mem, path, &read, &err));
	assert_int_equal(unlink(path), 0);
	assert_false(daemon_status_read(mem, path, &read, &err));
	mem_free(mem);
}

static void other_types_are_absent(void **state)
{
	static const char *const texts[] = {
	    "{}", "[]", "{\"mode\":7,\"pid\":\"x\",\"refusal\":[]}"};
	TALLOC_CTX *mem = mem_context(NULL);
	struct daemon_status read;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		put(texts[i]);
		if (!daemon_status_read(mem, path, &read, &err))
			continue;
		assert_string_equal(read.mode, "");
		assert_int_equal(read.pid, 0);
		assert_null(read.refusal);
	}
	mem_free(mem);
}

static void a_failed_writing_leaves_the_old(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const char *fresh = mem_printf(mem, "%s.new", path);
	struct daemon_status read;
	struct error err;

	(void)state;
	assert_true(daemon_status_write(path, &full, &err));
	assert_int_equal(mkdir(fresh, 0700), 0);
	assert_false(daemon_status_write(path, &full, &err));
	assert_non_null(strstr(err.words, fresh));
	assert_true(daemon_status_read(mem, path, &read, &err));
	assert_int_equal(rmdir(fresh), 0);
	assert_false(
	    daemon_status_write("/nowhere/at/all.status", &full, &err));
	mem_free(mem);
}

static void stands_beside_the_store(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct store_settings store = {.sqlite = "/var/lib/alignd/alignd.db"};

	(void)state;
	assert_string_equal(daemon_status_path(mem, &store),
			    "/var/lib/alignd/alignd.db.status");
	store.sqlite = "";
	assert_null(daemon_status_path(mem, &store));
	mem_free(mem);
}

static int make_folder(void **state)
{
	(void)state;
	(void)umask(0027);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/a.status", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(comes_back),
	    cmocka_unit_test(rubbish_is_refused),
	    cmocka_unit_test(other_types_are_absent),
	    cmocka_unit_test(a_failed_writing_leaves_the_old),
	    cmocka_unit_test(stands_beside_the_store),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder) != 0;
}
