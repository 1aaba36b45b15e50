/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_maildir.c - a Maildir that somebody else changes while it is read
 */
#include "tests/unit/unit.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/inbox/maildir.h"

static char folder[] = "/tmp/alignd-maildir-XXXXXX";

/* What the other one does, as soon as the first mail was read. */
struct other {
	void (*act)(void);
	size_t taken;
	size_t skipped;
	char bytes[100]; /* of all that was taken */
};

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static bool take(void *context, const char *name, struct span bytes,
		 bool *is_taken, struct error *err)
{
	struct other *other = context;
	size_t length = strlen(other->bytes);

	(void)name;
	(void)err;
	*is_taken = true;
	(void)snprintf(other->bytes + length, sizeof other->bytes - length,
		       "%.*s ", (int)bytes.length, bytes.data);
	if (other->taken++ == 0)
		other->act();
	return true;
}

static bool commit(void *context, struct error *err)
{
	(void)context;
	(void)err;
	return true;
}

static void skipped(void *context, const char *name, const char *why)
{
	struct other *other = context;

	(void)name;
	(void)why;
	other->skipped++;
}

static struct other read_while(void (*act)(void))
{
	struct other other = {.act = act};
	const struct maildir_reader reader = {take, commit, skipped, &other};
	struct error err;

	assert_int_equal(mkdir("box", 0700), 0);
	assert_int_equal(mkdir("box/new", 0700), 0);
	assert_int_equal(mkdir("box/cur", 0700), 0);
	put("box/new/1", "one");
	put("box/new/2", "two");
	put("box/new/3", "three");
	assert_true(maildir_read("box", &reader, &err));
	return other;
}

static bool is_there(const char *name)
{
	struct stat info;

	return lstat(name, &info) == 0;
}

static void move_and_remove(void)
{
	assert_int_equal(rename("box/new/1", "box/cur/1:2,RS"), 0);
	assert_int_equal(unlink("box/new/2"), 0);
}

static void what_is_gone_is_passed_over(void **state)
{
	struct other other = read_while(move_and_remove);

	(void)state;
	assert_int_equal(other.skipped, 0);
	assert_string_equal(other.bytes, "one three ");
	assert_true(is_there("box/cur/1:2,RS"));
	assert_false(is_there("box/cur/1:2,S"));
	assert_true(is_there("box/cur/3:2,S"));
}

static void put_links(void)
{
	assert_int_equal(mkdir("theirs", 0700), 0);
	put("theirs/1", "secret");
	put("theirs/2", "secret");
	assert_int_equal(rename("box/new", "box/old"), 0);
	assert_int_equal(symlink("../theirs", "box/new"), 0);
	assert_int_equal(rename("box/cur", "box/past"), 0);
	assert_int_equal(symlink("../theirs", "box/cur"), 0);
	assert_int_equal(unlink("box/old/3"), 0);
	assert_int_equal(symlink("../../theirs/1", "box/old/3"), 0);
}

static void links_that_come_later_are_not_followed(void **state)
{
	struct other other = read_while(put_links);

	(void)state;
	assert_int_equal(other.skipped, 1);
	assert_string_equal(other.bytes, "one two ");
	assert_true(is_there("theirs/1"));
	assert_true(is_there("theirs/2"));
	assert_false(is_there("theirs/1:2,S"));
	assert_true(is_there("box/past/1:2,S"));
	assert_true(is_there("box/past/2:2,S"));
	assert_true(is_there("box/old/3"));
}

static void put_another(void)
{
	put("box/cur/2:2,S", "precious");
}

static void nobodys_place_is_taken(void **state)
{
	struct other other = read_while(put_another);
	char text[20] = "";
	FILE *file = fopen("box/cur/2:2,S", "r");

	(void)state;
	assert_int_equal(other.skipped, 1);
	assert_true(is_there("box/new/2"));
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof text, file));
	(void)fclose(file);
	assert_string_equal(text, "precious");
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : chdir(folder);
}

static int remove_one(const char *name, const struct stat *info, int kind,
		      struct FTW *at)
{
	(void)info;
	(void)kind;
	(void)at;
	return remove(name);
}

static int clear(void **state)
{
	(void)state;
	(void)nftw("box", remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)nftw("theirs", remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return chdir("/") == 0 ? rmdir(folder) : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(what_is_gone_is_passed_over, clear),
	    cmocka_unit_test_teardown(links_that_come_later_are_not_followed,
				      clear),
	    cmocka_unit_test_teardown(nobodys_place_is_taken, clear),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
