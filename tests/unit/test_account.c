/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_account.c - names of users and groups, with entries of any size
 *
 * getgrnam_r and getpwnam_r are this file's own: the program's definitions come
 * before the C library's.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "lib/base/account.h"
#include "lib/base/limits.h"

static size_t entry_bytes; /* of what is there: "big" */
static int failure;	   /* of "broken" */
static size_t most_room;

/* 0 where the entry of `name` fits, with *is_there. */
static int answer(const char *name, size_t room, bool *is_there)
{
	if (room > most_room)
		most_room = room;
	*is_there = false;
	if (strcmp(name, "broken") == 0)
		return failure;
	if (strcmp(name, "big") != 0)
		return 0;
	*is_there = room >= entry_bytes;
	return *is_there ? 0 : ERANGE;
}

int getgrnam_r(const char *name, struct group *entry, char *texts, size_t size,
	       struct group **found)
{
	bool is_there;
	int failed = answer(name, size, &is_there);

	memset(texts, 'm', size);
	*found = is_there ? entry : NULL;
	if (is_there)
		*entry = (struct group){.gr_gid = 4711};
	return failed;
}

int getpwnam_r(const char *name, struct passwd *entry, char *texts, size_t size,
	       struct passwd **found)
{
	bool is_there;
	int failed = answer(name, size, &is_there);

	memset(texts, 'm', size);
	*found = is_there ? entry : NULL;
	if (is_there)
		*entry = (struct passwd){.pw_uid = 4712, .pw_gid = 4713};
	return failed;
}

/* Six hundred members of a dozen letters, then as many as fit. */
static void finds_entries_of_any_size(void **state)
{
	static const size_t sizes[] = {100,	 4096,	 4097,
				       600 * 13, 200000, LIMIT_ACCOUNT_BYTES};
	struct account_ids account;
	struct error err;
	gid_t group;

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		entry_bytes = sizes[i];
		group = 0;
		account = (struct account_ids){.user = 0};
		assert_true(account_find_group("big", &group, &err));
		assert_int_equal(group, 4711);
		assert_true(account_find_user("big", &account, &err));
		assert_int_equal(account.user, 4712);
		assert_int_equal(account.group, 4713);
	}
}

static void gives_up_past_the_limit(void **state)
{
	struct error err;
	gid_t group = 1;

	(void)state;
	entry_bytes = LIMIT_ACCOUNT_BYTES + 1;
	most_room = 0;
	assert_false(account_find_group("big", &group, &err));
	assert_non_null(strstr(err.words, "cannot look up the group \"big\""));
	assert_int_equal(most_room, LIMIT_ACCOUNT_BYTES);
	assert_int_equal(group, 1);
}

static void says_what_is_missing(void **state)
{
	static const struct {
		const char *name;
		int failure;
		const char *words;
	} rows[] = {
	    {"nobody-here", 0, "there is no group \"nobody-here\""},
	    {"broken", ENOENT, "there is no group \"broken\""},
	    {"broken", ESRCH, "there is no group \"broken\""},
	    {"broken", EIO, "cannot look up the group \"broken\": "},
	};
	struct account_ids account;
	struct error err;
	gid_t group;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		failure = rows[i].failure;
		assert_false(account_find_group(rows[i].name, &group, &err));
		assert_non_null(strstr(err.words, rows[i].words));
		assert_int_equal(err.kind, ERROR_CONFIG);
		assert_false(account_find_user(rows[i].name, &account, &err));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_entries_of_any_size),
	    cmocka_unit_test(gives_up_past_the_limit),
	    cmocka_unit_test(says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
