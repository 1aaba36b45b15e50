/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_past_defaults.c - no default changes without a row
 *
 * tests/unit/defaults-RELEASE.kept has all defaults of a release.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/app/config.h"
#include "lib/app/past_defaults.h"
#include "lib/base/file_read.h"

/* In one folder, since relative paths are read from a file's own. */
#define EMPTY "test_past_defaults.tmp"
#define KEPT "test_past_defaults_kept.tmp"
#define KEPT_BYTES 65536

static void say_difference(void *context, const char *name, const char *before,
			   const char *after, bool is_reloadable)
{
	size_t *count = context;

	(void)is_reloadable;
	print_error("%s: %s in the kept file, %s by the rows: a row of "
		    "lib/app/past_defaults.c is missing, or wrong\n",
		    name, before, after);
	(*count)++;
}

static void make_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The kept file of a release, as KEPT. */
static void copy_kept(TALLOC_CTX *mem, const char *release)
{
	const char *top = getenv("top_srcdir");
	const char *path = mem_printf(mem, "%s/tests/unit/defaults-%s.kept",
				      top == NULL ? "." : top, release);
	struct span text;
	struct error err;

	if (!file_read_plain(mem, path, KEPT_BYTES, &text, &err))
		fail_msg("%s", err.words);
	make_file(KEPT, mem_strndup(mem, text.data, text.length));
}

static const struct config *load(TALLOC_CTX *mem, const char *path,
				 size_t place)
{
	struct config *config = NULL;
	struct error err;

	if (!config_load_past(mem, path, place, &config, &err))
		fail_msg("%s", err.words);
	return config;
}

static size_t place_of(const char *release)
{
	size_t place = 0;
	struct error err;

	assert_true(past_defaults_place(release, &place, &err));
	return place;
}

/* Today's defaults with the rows of each release are those it had. */
static void rows_lead_back(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t differences = 0;

	(void)state;
	make_file(EMPTY, "");
	for (size_t i = 0; i < past_default_count(); i++) {
		const char *release = past_default_row(i)->until;
		copy_kept(mem, release);
		settings_differences(config_sections,
				     load(mem, KEPT, past_default_count()),
				     load(mem, EMPTY, place_of(release)),
				     say_difference, &differences);
	}
	assert_int_equal(differences, 0);
	mem_free(mem);
}

/* A row names a setting, and a value that it takes. */
static void rows_are_sound(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < past_default_count(); i++) {
		const struct past_default *past = past_default_row(i);
		struct setting_place at;
		struct error err;
		assert_true(setting_find(config_sections, past->setting, &at));
		struct setting row = *at.row;
		row.initial = past->initial;
		struct text_list texts = setting_initial(mem, &row);
		for (size_t t = 0; t < texts.count; t++)
			assert_true(setting_check(&row, texts.items[t], &err));
		assert_string_not_equal(past->initial, at.row->initial);
	}
	assert_null(past_default_row(past_default_count()));
	mem_free(mem);
}

static void what_a_file_sets_stays(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	size_t place = place_of("0.1.0");

	(void)state;
	make_file(EMPTY, "");
	assert_string_equal(load(mem, EMPTY, place)->daemon.listen,
			    "inet:8893@127.0.0.1");
	assert_string_equal(
	    load(mem, EMPTY, past_default_count())->daemon.listen,
	    "unix:/run/alignd/alignd.sock");
	make_file(EMPTY, "listen = \"inet:9999@127.0.0.1\"\n");
	assert_string_equal(load(mem, EMPTY, place)->daemon.listen,
			    "inet:9999@127.0.0.1");
	mem_free(mem);
}

static void releases_are_known_or_named(void **state)
{
	struct error err;
	size_t place = 77;

	(void)state;
	assert_int_equal(place_of("0.1.0"), 0);
	assert_false(past_defaults_place("0.0.\x1b", &place, &err));
	assert_int_equal(place, 77);
	assert_non_null(strstr(err.words, "0.0.\\x1b is no release"));
	assert_non_null(strstr(err.words, "0.1.0"));
	assert_string_equal(past_default_of(0, "listen")->until, "0.1.0");
	assert_null(past_default_of(past_default_count(), "listen"));
	assert_null(past_default_of(0, "mode"));
}

static int remove_file(void **state)
{
	(void)state;
	(void)remove(EMPTY);
	(void)remove(KEPT);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_lead_back),
	    cmocka_unit_test(rows_are_sound),
	    cmocka_unit_test(what_a_file_sets_stays),
	    cmocka_unit_test(releases_are_known_or_named),
	};

	return cmocka_run_group_tests(tests, NULL, remove_file) != 0;
}
