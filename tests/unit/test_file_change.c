/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_file_change.c - a file's content changed whole, or not at all
 */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file_change.h"
#include "lib/base/file_read.h"

static char folder[] = "/tmp/alignd-change-XXXXXX";
static char path[64];
static char link_path[64];

static void put(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span bytes;
	struct error err;

	assert_true(file_read(mem, path, 1000, &bytes, &err));
	assert_int_equal(bytes.length, strlen(text));
	assert_memory_equal(bytes.data, text, bytes.length);
	mem_free(mem);
}

/* Nothing is left beside it. */
static void assert_alone(void)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;
	int count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] != '.' ? 1 : 0;
	(void)closedir(directory);
	assert_int_equal(count, 1);
}

static bool append(void *context, TALLOC_CTX *mem, struct span old,
		   struct span *changed, struct error *err)
{
	char *text = mem_printf(mem, "%.*s%s", (int)old.length, old.data,
				(const char *)context);

	(void)err;
	*changed = span_of(text);
	return true;
}

static bool refuse(void *context, TALLOC_CTX *mem, struct span old,
		   struct span *changed, struct error *err)
{
	(void)context;
	(void)mem;
	(void)old;
	(void)changed;
	return error_set(err, ERROR_INPUT, "no");
}

static bool meddle(void *context, TALLOC_CTX *mem, struct span old,
		   struct span *changed, struct error *err)
{
	put(path, "by an editor");
	return append(context, mem, old, changed, err);
}

static bool change(const char *name, size_t max, file_changer *changer,
		   struct error *err)
{
	return file_change(name, max, changer, (void *)"+", err);
}

static void makes_and_changes(void **state)
{
	struct stat found;
	struct error err;

	(void)state;
	assert_true(change(path, 100, append, &err));
	assert_holds("+");
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0644);
	assert_int_equal(chmod(path, 0604), 0);
	assert_true(change(path, 100, append, &err));
	assert_holds("++");
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 07777, 0604);
	assert_alone();
}

static void keeps_the_owner(void **state)
{
	struct stat found;
	struct error err;

	(void)state;
	if (geteuid() != 0)
		skip();
	put(path, "");
	assert_int_equal(chown(path, 65534, 65533), 0);
	assert_true(change(path, 100, append, &err));
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_uid, 65534);
	assert_int_equal(found.st_gid, 65533);
}

static void leaves_it_when_it_cannot(void **state)
{
	struct error err;

	(void)state;
	put(path, "as it was");
	assert_false(change(path, 100, refuse, &err));
	assert_string_equal(err.words, "no");
	assert_holds("as it was");
	assert_false(change(path, 5, append, &err));
	assert_non_null(strstr(err.words, "larger than 5"));
	assert_holds("as it was");
	assert_false(change(path, 100, meddle, &err));
	assert_non_null(strstr(err.words, "by another program"));
	assert_holds("by an editor");
	assert_alone();
	assert_false(change(folder, 100, append, &err));
	assert_non_null(strstr(err.words, "no regular file"));
	assert_false(change("/gone/file", 100, append, &err));
	assert_non_null(strstr(err.words, "/gone/"));
}

static void follows_a_link_and_clears_up(void **state)
{
	char beside[80];
	struct stat found;
	struct error err;

	(void)state;
	put(path, "x");
	(void)snprintf(beside, sizeof beside, "%s.new", path);
	put(beside, "left by a killed one");
	assert_int_equal(symlink(path, link_path), 0);
	assert_true(change(link_path, 100, append, &err));
	assert_holds("x+");
	assert_int_equal(lstat(link_path, &found), 0);
	assert_true(S_ISLNK(found.st_mode));
	assert_int_equal(unlink(link_path), 0);
	assert_alone();
}

static int set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(path, sizeof path, "%s/file", folder);
	(void)snprintf(link_path, sizeof link_path, "%s/link", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(makes_and_changes),
	    cmocka_unit_test(keeps_the_owner),
	    cmocka_unit_test(leaves_it_when_it_cannot),
	    cmocka_unit_test(follows_a_link_and_clears_up),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, set_up, tear_down) != 0;
}
