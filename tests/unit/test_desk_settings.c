/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_desk_settings.c - desk.conf: what is taken, and what is refused
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "desk/settings.h"

static const struct {
	const char *text;
	const char *fault; /* NULL: it is taken */
} rows[] = {
    {"analysts = {\"ann\"}", NULL},
    {"helpdesk = {\"*\"}\nhosts = {\"desk.test\"}\nproxy = \"www-data\"", NULL},
    {"analysts = {\"ann:example.com\"}\nconfine = no", NULL},
    {"listen = \"inet:8080@127.0.0.1\"\ntoken_file = \"/x\"", NULL},
    {"listen = \"inet6:8080@::1\"\ntoken_file = \"/x\"", NULL},
    {"", "nobody may read"},
    {"listen = \"inet:8080@127.0.0.1\"", "set token_file"},
    {"listen = \"inet:8080@192.0.2.1\"\ntoken_file = \"/x\"",
     "is reached from elsewhere"},
    {"listen = \"inet:8080@0.0.0.0\"\ntoken_file = \"/x\"",
     "is reached from elsewhere"},
    {"listen = \"inet6:8080@::\"\ntoken_file = \"/x\"",
     "is reached from elsewhere"},
    {"listen = \"/run/desk.sock\"", "no place to listen"},
    {"listen = \"unix:desk.sock\"", "no place to listen"},
    {"user_header = \"X_User\"\nanalysts = {\"a\"}", "no name of a header"},
    {"user_header = \"\"\nanalysts = {\"a\"}", "no name of a header"},
    {"analysts = {\"ann:no domain\"}", "names nobody"},
    {"analysts = {\"\"}", "names nobody"},
    {"analysts = {\":example.com\"}", "names nobody"},
    {"analyst = {\"ann\"}", "analysts"},
};

static void reads_files(void **state)
{
	char path[] = "/tmp/alignd-desk.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct desk_settings settings;
		struct error err = {.words = ""};
		FILE *file = fopen(path, "we");
		assert_non_null(file);
		(void)fprintf(file, "%s\n", rows[i].text);
		(void)fclose(file);
		bool ok = desk_settings_load(mem, path, &settings, &err);
		if (ok != (rows[i].fault == NULL) ||
		    (!ok && strstr(err.words, rows[i].fault) == NULL))
			fail_msg("%s: %s", rows[i].text, err.words);
		assert_true(ok || strncmp(err.words, path, strlen(path)) == 0);
		mem_free(mem);
	}
	(void)unlink(path);
}

static void a_missing_file_is_told(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct desk_settings settings;
	struct error err;

	(void)state;
	assert_false(
	    desk_settings_load(mem, "/nowhere/desk.conf", &settings, &err));
	assert_int_equal(err.kind, ERROR_CONFIG);
	assert_non_null(strstr(err.words, "/nowhere/desk.conf"));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_files),
	    cmocka_unit_test(a_missing_file_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
