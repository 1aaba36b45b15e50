/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_fellows.c - the fleet's hosts are read as they were written, and nobody
 * has strangers believed
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/app/fellows.h"

static char folder[] = "/tmp/test_fellows.XXXXXX";

static const char *put(TALLOC_CTX *mem, const char *text)
{
	const char *path = mem_printf(mem, "%s/hosts", folder);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static void reads_what_it_writes(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct fellow items[] = {
	    {"mx \"x\"", "mxa.test", fellow_addresses(mem, "192.0.2.1")},
	    {"mxb.example.org", "mail.example.org", fellow_addresses(mem, "")},
	    {"mxc.example.org", "no name", fellow_addresses(mem, "192.0.2.9")},
	    {"mxd\n}", "mxd.test", fellow_addresses(mem, "192.0.2.8")},
	    /* of another organisation */
	    {"mxe.example.org", "mx.google.com",
	     fellow_addresses(mem, "8.8.8.8")},
	    {"mxf.example.org", "org", fellow_addresses(mem, "192.0.2.7")},
	};
	const struct fellow good[] = {
	    {"mxa.test", "mxa.test",
	     fellow_addresses(mem, "192.0.2.1 2001:DB8::1")},
	    items[1],
	};
	struct fellows read;
	struct error err;

	(void)state;
	const char *path = put(mem, fellows_text(mem, good, COUNT_OF(good)));
	assert_true(fellows_load(mem, path, &read, &err));
	assert_int_equal(read.count, 2);
	assert_string_equal(read.authserv_ids.items[1], "mail.example.org");
	assert_int_equal(read.addresses.count, 2);
	assert_int_equal(read.addresses.items[1].prefix, 128);
	/* those that are no names are left out, and spoil no other */
	path = put(mem, fellows_text(mem, items, COUNT_OF(items)));
	assert_true(fellows_load(mem, path, &read, &err));
	assert_int_equal(read.count, 1);
	assert_string_equal(read.authserv_ids.items[0], "mail.example.org");
	(void)unlink(path);
	mem_free(mem);
}

static void takes_one_hosts_addresses_alone(void **state)
{
	static const char *const refused[] = {
	    "0.0.0.0", "127.0.0.1", "127.1.2.3",    "::1", "::",
	    "ff02::1", "224.0.0.1", "192.0.2.0/24", "any", "::ffff:127.0.0.1",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct fellows read;
		struct error err;
		assert_int_equal(fellow_addresses(mem, refused[i]).count, 0);
		const char *path =
		    put(mem, mem_printf(mem,
					"host \"a\" { authserv_id = \"a.test\" "
					"addresses = {\"%s\"} }",
					refused[i]));
		assert_false(fellows_load(mem, path, &read, &err));
		(void)unlink(path);
		mem_free(mem);
	}
}

static void absent_names_nobody(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct fellows read = {.count = 7};
	struct error err;

	(void)state;
	assert_true(
	    fellows_load(mem, mem_printf(mem, "%s/none", folder), &read, &err));
	assert_int_equal(read.count, 0);
	assert_true(fellows_load(mem, NULL, &read, &err));
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_it_writes),
	    cmocka_unit_test(takes_one_hosts_addresses_alone),
	    cmocka_unit_test(absent_names_nobody),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)rmdir(folder);
	return failed != 0;
}
