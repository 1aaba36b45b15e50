/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_settings.c - files read over the defaults, and the words about bad ones
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/settings.h"
#include "lib/base/settings_scan.h"
#include "lib/base/spelling.h"

enum color { RED, GREEN };

struct paint {
	const char *name;
	int color;
	bool is_wet;
};

struct wall {
	long bricks;
	int64_t drying;
	struct text_list owners;
	const char *note;
};

struct house {
	struct paint paint;
	struct wall wall;
};

static bool check_owner(const char *value, struct error *err)
{
	if (strchr(value, ' ') == NULL)
		return true;
	return error_set(err, ERROR_CONFIG, "\"%s\" has a blank", value);
}

static const struct setting_choice colors[] = {
    {"red", RED}, {"green", GREEN}, {NULL, 0}};

static const struct setting paint_rows[] = {
    {.name = "name",
     .type = SETTING_TEXT,
     .offset = offsetof(struct paint, name),
     .initial = "",
     .is_reloadable = true,
     .summary = "What the paint is called."},
    {.name = "color",
     .type = SETTING_CHOICE,
     .offset = offsetof(struct paint, color),
     .initial = "green",
     .choices = colors,
     .is_reloadable = true,
     .summary = "Its color."},
    {.name = "wet",
     .type = SETTING_FLAG,
     .offset = offsetof(struct paint, is_wet),
     .initial = "yes",
     .summary = "Must nobody touch it?"},
    {.name = NULL},
};

static const struct setting wall_rows[] = {
    {.name = "bricks",
     .type = SETTING_NUMBER,
     .offset = offsetof(struct wall, bricks),
     .initial = "12",
     .min = -5,
     .max = 100,
     .summary = "How many."},
    {.name = "drying",
     .type = SETTING_DURATION,
     .offset = offsetof(struct wall, drying),
     .initial = "5s",
     .min = 1000,
     .max = 172800000,
     .is_reloadable = true,
     .summary = "How long it dries."},
    {.name = "owners",
     .type = SETTING_LIST,
     .offset = offsetof(struct wall, owners),
     .initial = "ann, bob",
     .check = check_owner,
     .is_reloadable = true,
     .summary = "Whose it is."},
    {.name = "note",
     .type = SETTING_TEXT,
     .offset = offsetof(struct wall, note),
     .initial = "n/a",
     .is_reloadable = true,
     .summary = "A remark."},
    {.name = NULL},
};

static const struct setting_section sections[] = {
    {"", paint_rows, offsetof(struct house, paint), "The house."},
    {"wall", wall_rows, offsetof(struct house, wall), "One wall."},
    {NULL, NULL, 0, NULL},
};

#define FILE_NAME "test_settings.tmp"
#define SECOND_NAME "test_settings_2.tmp"

static void write_file(const char *name, const char *bytes, size_t length)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
}

static bool load_file(TALLOC_CTX *mem, const char *name, struct house *house,
		      struct error *err)
{
	const struct text_list files = {.count = 1, .items = &name};

	return settings_load(mem, sections, &files, house, NULL, err);
}

static bool load(TALLOC_CTX *mem, const char *text, struct house *house,
		 struct error *err)
{
	write_file(FILE_NAME, text, strlen(text));
	return load_file(mem, FILE_NAME, house, err);
}

#define NO_MARK                                                                \
	"a value with * or + must stand in quotes; what adds to a list is +="
#define NO_SECOND                                                              \
	"this list is set to {} further up; leave one of the two away, or "    \
	"add to it by +="
#define NO_BAR                                                                 \
	"no name has a |; settings of a section stand within its braces, as "  \
	"in: dns { timeout = 5s }"

static const struct {
	const char *file;
	const char *want; /* behind "FILE:" */
} bad_files[] = {
    {"\nwall {\n\tdrying = 90d\n}",
     "3: wall.drying: 90d is above 2d (allowed: 1s to 2d)"},
    {"wall { drying = 999ms }",
     "1: wall.drying: 999ms is below 1s (allowed: 1s to 2d)"},
    {"wall { drying = 20 }",
     "1: wall.drying: 20 is not a number with a unit of ms, s, m, h or d "
     "(allowed: 1s to 2d)"},
    {"wall { drying = 020s }", "1: wall.drying: 020s is not a plain decimal "
			       "number (allowed: 1s to 2d)"},
    {"wall { drying = 99999999999999999d }",
     "1: wall.drying: 99999999999999999d is not a plain decimal number "
     "(allowed: 1s to 2d)"},
    {"wall { bricks = 010 }", "1: wall.bricks: 010 is not a plain decimal "
			      "number (allowed: -5 to 100)"},
    {"wall { bricks = 0x1f }", "1: wall.bricks: 0x1f is not a plain decimal "
			       "number (allowed: -5 to 100)"},
    {"wall { bricks = \"\" }", "1: wall.bricks: \"\" is not a plain decimal "
			       "number (allowed: -5 to 100)"},
    {"wall { bricks = many }", "1: wall.bricks: many is not a plain decimal "
			       "number (allowed: -5 to 100)"},
    {"wall { bricks = 3; }", "1: wall.bricks: 3; is not a plain decimal "
			     "number (allowed: -5 to 100)"},
    {"wall { bricks = 101 }",
     "1: wall.bricks: 101 is above 100 (allowed: -5 to 100)"},
    {"wall { bricks = -6 }",
     "1: wall.bricks: \"-6\" is below -5 (allowed: -5 to 100)"},
    {"color = blue", "1: color: blue is not known (allowed: red, green)"},
    {"color = Red", "1: color: Red is not known (allowed: red, green)"},
    {"wet = 1", "1: wet: 1 is not known (allowed: yes, no)"},
    {"colour = red", "1: colour: unknown setting (did you mean color?)"},
    {"wall {\n driing = 5s\n}",
     "2: wall.driing: unknown setting (did you mean wall.drying?)"},
    {"bricks = 3", "1: bricks: unknown setting (did you mean wall.bricks?)"},
    {"wal { }", "1: wal: unknown setting (did you mean wall?)"},
    {"wall { color = red }",
     "1: wall.color: unknown setting (did you mean color?)"},
    {"elephant = 1", "1: elephant: unknown setting (known: name, color, wet)"},
    {"wall.bricks = 1", "1: wall.bricks: settings of a section stand within "
			"its braces, as in: dns { timeout = 5s }"},
    {"wall|bricks = 1", "1: " NO_BAR},
    {"wet = no\nwall|owners = {}", "2: " NO_BAR},
    {"wall|owners += {}", "1: " NO_BAR},
    {"wall { owners = {a} }\n\"wall|owners\"\n= {}", "2: " NO_BAR},
    {"'wall|owners' /* | */ = {}", "1: " NO_BAR},
    {"wall { owners = {a, 'b|c'} wall|owners = {} }", "1: " NO_BAR},
    {"|wet = no", "1: " NO_BAR},
    {"name = a + |wet = no", "1: " NO_MARK},
    {"name = \"a\"|wet = no", "1: " NO_BAR},
    {"wall { \"|owners\" = {} }", "1: " NO_BAR},
    {"'|wall' { }", "1: " NO_BAR},
    {"wall| { }", "1: " NO_BAR},
    {"wet = yes\n\nwet = no", "3: wet: given again (first at line 1)"},
    {"wall {\n}\nwall {\n}",
     "4: section wall stands here again (the first ends at line 2)"},
    {"wall { owners = {a}\nowners = {b} }",
     "2: wall.owners: given again (first at line 1)"},
    {"wall { owners = {} owners = {a} }", "1: " NO_SECOND},
    {"wall {\n\"owners\" = { # none\n}\nowners = {a} }", "4: " NO_SECOND},
    {"wall { owners = {}\nowners = {} }", "2: " NO_SECOND},
    {"wall { owners = {} owners += {a}\nowners = {b} }", "2: " NO_SECOND},
    {"wall { owners = {a}\nowners = {} }",
     "1: wall.owners: given again further down, as {}"},
    {"wall { owners = {a,\n\"b c\"} }", "2: wall.owners: \"b c\" has a blank"},
    {"name = {a}", "1: unexpected token '{': name = {a}"},
    {"name a\n", "1: missing equal sign after option 'name': name a"},
    {"name = a b", "1: b: unknown setting (known: name, color, wet)"},
    {"name += a", "1: attempt to append to non-list option 'name': name += a"},
    {"wall = 3", "1: missing opening brace for section 'wall': wall = 3"},
    {"wall {\nbricks = 1\n", "1: this { has no } to the end of the file"},
    {"wet =", "1: premature end of file: wet ="},
    {"\nwet =\n\n# no more\n", "2: premature end of file: wet ="},
    {"}", "1: unexpected closing brace: }"},
    {"name = \"${HOME}\"",
     "1: ${ is not replaced from the environment here; write \\${ in double "
     "quotes for the characters themselves"},
    {"\nname = ${HOME}",
     "2: ${ is not replaced from the environment here; write \\${ in double "
     "quotes for the characters themselves"},
    {"name = \"abc\ndef\"", "1: a quoted text has no end on its line"},
    {"name = 'abc", "1: a quoted text has no end on its line"},
    {"name = \"a\\x00b\"", "1: unknown escape in a quoted text (allowed: "
			   "\\\" \\\\ \\$)"},
    {"name = \"a\tb\"", "1: name: a\\x09b has a control character"},
    {"name = \"\xff\"", "1: name: \"\\xff\" is not UTF-8"},
    {"name = *", "1: " NO_MARK},
    {"name = a+", "1: " NO_MARK},
    {"wall {\nowners + = {a} }", "2: " NO_MARK},
    {"\n\n/* never\nended", "3: the comment has no end"},
    {"name = /var//db", "1: a comment begins within a word; a value with #, "
			"// or /* must stand in quotes"},
    {"/* one */ /* two */\n// three\nwet = 2 # four",
     "3: wet: 2 is not known (allowed: yes, no)"},
    {"a\x01", "1: a control character stands here"},
};

static void words_every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct house house = {.wall.bricks = 77};
		struct error err = {0};
		bool is_good = load(mem, bad_files[i].file, &house, &err);
		if (is_good)
			print_error("taken: %s\n", bad_files[i].file);
		assert_false(is_good);
		assert_int_equal(err.kind, ERROR_CONFIG);
		assert_string_equal(err.words, mem_printf(mem, FILE_NAME ":%s",
							  bad_files[i].want));
		assert_int_equal(house.wall.bricks, 77);
		assert_null(house.paint.name);
		mem_free(mem);
	}
}

static void takes_the_defaults(void **state)
{
	static const char *const rows[] = {"", "\n", "# nothing", "wall { }",
					   "wall {\r\n}\r\n"};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct house house = {0};
		struct error err;
		assert_true(load(mem, rows[i], &house, &err));
		assert_string_equal(house.paint.name, "");
		assert_int_equal(house.paint.color, GREEN);
		assert_true(house.paint.is_wet);
		assert_int_equal(house.wall.bricks, 12);
		assert_int_equal(house.wall.drying, 5000);
		assert_int_equal(house.wall.owners.count, 2);
		assert_string_equal(house.wall.owners.items[1], "bob");
		mem_free(mem);
	}
}

static void takes_values(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct house house = {0};
	struct error err;

	(void)state;
	assert_true(load(mem,
			 "name = \"a \\\"b\\\" \\\\ \\${X} # // \" // end\n"
			 "color = red # why\nwet = off\n"
			 "wall { /* two\nlines */ bricks = -5 drying = 36h\n"
			 "owners += {cid, # third\n 'd\\'${E}'}\nnote = '' }",
			 &house, &err));
	assert_string_equal(house.paint.name, "a \"b\" \\ ${X} # // ");
	assert_int_equal(house.paint.color, RED);
	assert_false(house.paint.is_wet);
	assert_int_equal(house.wall.bricks, -5);
	assert_int_equal(house.wall.drying, 36 * 3600 * 1000);
	assert_int_equal(house.wall.owners.count, 4);
	assert_string_equal(house.wall.owners.items[0], "ann");
	assert_string_equal(house.wall.owners.items[3], "d'${E}");
	assert_string_equal(house.wall.note, "");

	assert_true(load(mem, "wall { owners = {} }", &house, &err));
	assert_int_equal(house.wall.owners.count, 0);
	assert_true(load(mem, "wall { owners = one }", &house, &err));
	assert_int_equal(house.wall.owners.count, 1);
	assert_true(load(mem,
			 "name = a|b wall { owners = {c|d, \"|e\"}\n"
			 "owners += {'f|'} note = \"|\" }",
			 &house, &err));
	assert_string_equal(house.paint.name, "a|b");
	assert_int_equal(house.wall.owners.count, 3);
	assert_string_equal(house.wall.owners.items[2], "f|");
	assert_string_equal(house.wall.note, "|");
	mem_free(mem);
}

/* A fault ends in the middle of libconfuse's grammar; the next load must not
 * notice. */
static void starts_afresh(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct house house = {0};
		struct error err;
		if (load(mem, bad_files[i].file, &house, &err))
			print_error("taken: %s\n", bad_files[i].file);
		bool is_good = load(mem, "wall { bricks = 3 }", &house, &err);
		if (!is_good)
			print_error("after %s: %s\n", bad_files[i].file,
				    err.words);
		assert_true(is_good);
		assert_int_equal(house.wall.bricks, 3);
		mem_free(mem);
	}
}

static void words_what_cannot_be_read(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct house house = {0};
	struct error err;
	char *big = mem_array(mem, char, 1024 * 1024 + 1);

	(void)state;
	assert_false(load_file(mem, "/nowhere/f", &house, &err));
	assert_string_equal(err.words, "/nowhere/f: No such file or directory");
	assert_false(load_file(mem, "/", &house, &err));
	assert_string_equal(err.words, "/: Is a directory");
	write_file(FILE_NAME, "\0", 1);
	assert_false(load_file(mem, FILE_NAME, &house, &err));
	assert_string_equal(err.words,
			    FILE_NAME ":1: a control character stands here");
	memset(big, '\n', 1024 * 1024 + 1);
	write_file(FILE_NAME, big, 1024 * 1024 + 1);
	assert_false(load_file(mem, FILE_NAME, &house, &err));
	assert_string_equal(err.words, FILE_NAME ": larger than 1048576 bytes");
	mem_free(mem);
}

static void count_difference(void *context, const char *name,
			     const char *before, const char *after,
			     bool is_reloadable)
{
	(void)name;
	(void)before;
	(void)after;
	(void)is_reloadable;
	++*(int *)context;
}

static void writes_what_it_reads(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct house house = {0};
	struct house again = {0};
	struct error err;
	int differences = 0;

	(void)state;
	assert_true(load(mem,
			 "name = '\"\\\\${X}$ b\xc3\xbc'\nwall { drying = 90s\n"
			 "owners = {\"x,y\", ''} }",
			 &house, &err));
	for (int explain = 0; explain < 2; explain++) {
		const char *text =
		    settings_text(mem, sections, &house, explain != 0);
		assert_true(load(mem, text, &again, &err));
		settings_differences(sections, &house, &again, count_difference,
				     &differences);
		assert_int_equal(differences, 0);
	}
	assert_string_equal(settings_text(mem, sections, &house, false),
			    "name = \"\\\"\\\\\\${X}\\$ b\xc3\xbc\"\n"
			    "color = green\nwet = yes\nwall {\n\tbricks = 12\n"
			    "\tdrying = 90s\n\towners = {\"x,y\", \"\"}\n"
			    "\tnote = \"n/a\"\n}\n");
	mem_free(mem);
}

static void explains_each_setting(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct house house;

	(void)state;
	settings_defaults(mem, sections, &house);
	assert_string_equal(
	    settings_text(mem, sections, &house, true),
	    "# The house.\n\n"
	    "# What the paint is called.\n# Default: \"\"\nname = \"\"\n\n"
	    "# Its color.\n# Default: green\n# Allowed: red, green\n"
	    "color = green\n\n"
	    "# Must nobody touch it?\n# Default: yes\n# Allowed: yes, no\n"
	    "# A change needs a restart.\nwet = yes\n\n"
	    "# One wall.\nwall {\n"
	    "\t# How many.\n\t# Default: 12\n\t# Allowed: -5 to 100\n"
	    "\t# A change needs a restart.\n\tbricks = 12\n\n"
	    "\t# How long it dries.\n\t# Default: 5s\n"
	    "\t# Allowed: 1s to 2d\n\tdrying = 5s\n\n"
	    "\t# Whose it is.\n\t# Default: {\"ann\", \"bob\"}\n"
	    "\towners = {\"ann\", \"bob\"}\n\n"
	    "\t# A remark.\n\t# Default: \"n/a\"\n\tnote = \"n/a\"\n}\n");
	mem_free(mem);
}

static void collect(void *context, const char *name, const char *before,
		    const char *after, bool is_reloadable)
{
	char **text = context;

	*text =
	    talloc_asprintf_append(*text, "%s %s %s %s\n", name, before, after,
				   is_reloadable ? "live" : "restart");
}

static void tells_differences(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct house before;
	struct house after;
	struct error err;
	char *text = mem_strdup(mem, "");

	(void)state;
	settings_defaults(mem, sections, &before);
	assert_true(load(mem,
			 "wet = no wall { owners += {cid} drying = 1000ms "
			 "bricks = 12 }",
			 &after, &err));
	settings_differences(sections, &before, &after, collect, &text);
	assert_string_equal(text, "wet yes no restart\nwall.drying 5s 1s live\n"
				  "wall.owners {\"ann\", \"bob\"} "
				  "{\"ann\", \"bob\", \"cid\"} live\n");
	mem_free(mem);
}

static void measures_spelling(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		size_t want;
	} rows[] = {
	    {"", "", 0},	 {"a", "", 1},
	    {"", "abc", 3},	 {"kitten", "sitting", 3},
	    {"Mode", "mode", 0}, {"timout", "timeout", 1},
	};
	char huge[80];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(spelling_distance(rows[i].a, rows[i].b),
				 rows[i].want);
	memset(huge, 'x', sizeof huge);
	huge[sizeof huge - 1] = '\0';
	assert_true(spelling_distance(huge, "x") == SIZE_MAX);
	assert_true(spelling_distance("x", huge) == SIZE_MAX);
}

static int clean_up(void **state)
{
	(void)state;
	(void)unlink(FILE_NAME);
	(void)unlink(SECOND_NAME);
	return 0;
}

/* A value's line is that of the file as its author sees it, comments
 * included. */
static void tells_origins(void **state)
{
	static const struct setting_origin wanted[] = {
	    {"name", "\"n\"", FILE_NAME, 2, "name = \"n\"", NULL},
	    {"wall.bricks", "7", FILE_NAME, 6, "bricks = 7", NULL},
	    {"wall.drying", "5s", FILE_NAME, 0, "", NULL},
	    {"wall.owners", "{\"eve\", \"bob\"}", FILE_NAME, 8, "\"bob\"}",
	     NULL},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	static const char text[] = "/* one\n */ name = \"n\"\n\nwall {\n"
				   "# two\n\tbricks = 7 # three\n"
				   "\towners = {\"eve\",\n\t\"bob\"}\n}\n";
	const struct settings_origins *origins = NULL;
	const char *name = FILE_NAME;
	const struct text_list files = {.count = 1, .items = &name};
	struct house house;
	struct error err;

	(void)state;
	write_file(FILE_NAME, text, strlen(text));
	assert_true(
	    settings_load(mem, sections, &files, &house, &origins, &err));
	assert_int_equal(origins->file_count, 1);
	assert_string_equal(origins->files[0].path, FILE_NAME);
	assert_int_equal(origins->files[0].given, 3);
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		const struct setting_origin *got =
		    settings_origin(origins, wanted[i].name);
		assert_non_null(got);
		assert_string_equal(got->value, wanted[i].value);
		assert_string_equal(got->file, wanted[i].file);
		assert_int_equal(got->line, wanted[i].line);
		assert_string_equal(got->text, wanted[i].text);
	}
	assert_null(settings_origin(origins, "wall"));
	assert_null(settings_origin(NULL, "name"));
	mem_free(mem);
}

static void tells_that_all_are_defaults(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	const struct settings_origins *origins = NULL;
	const struct text_list none = {0};
	struct house house;
	struct error err;

	(void)state;
	assert_true(
	    settings_load(mem, sections, &none, &house, &origins, &err));
	assert_int_equal(origins->file_count, 0);
	assert_null(settings_origin(origins, "wall.bricks")->file);
	assert_int_equal(settings_origin(origins, "wall.bricks")->line, 0);
	assert_string_equal(settings_origin(origins, "wall.bricks")->value,
			    "12");
	mem_free(mem);
}

/* What a later file says holds, and += adds to what the earlier ones left. */
static void reads_files_in_order(void **state)
{
	static const struct {
		const char *second;
		const char *owners;
		int line; /* of owners; 0: none set them */
	} rows[] = {
	    {"", "{\"cid\"}", 2},
	    {"wall { owners += {dan,\n eve} }", "{\"cid\", \"dan\", \"eve\"}",
	     2},
	    {"\n\nwall { owners = {dan} }", "{\"dan\"}", 3},
	    {"wall { owners = {} }", "{}", 1},
	    {"# owners = {}\nwall {\n\"owners\"\n= { # x\n}\n\n}\n", "{}", 3},
	    {"wall {\nowners={} # owners = x\n}", "{}", 2},
	    {"wall { owners = {} owners += {dan} }", "{\"dan\"}", 1},
	};
	static const char first[] =
	    "color = red wall { bricks = 7\nowners = {cid} }";
	const char *names[] = {FILE_NAME, SECOND_NAME};
	const struct text_list files = {.count = 2, .items = names};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		const struct settings_origins *origins = NULL;
		struct house house;
		struct error err;
		write_file(SECOND_NAME, rows[i].second, strlen(rows[i].second));
		write_file(FILE_NAME, first, strlen(first));
		assert_true(settings_load(mem, sections, &files, &house,
					  &origins, &err));
		const struct setting_origin *owners =
		    settings_origin(origins, "wall.owners");
		assert_string_equal(owners->value, rows[i].owners);
		assert_int_equal(owners->line, rows[i].line);
		assert_string_equal(owners->file,
				    i == 0 ? FILE_NAME : SECOND_NAME);
		assert_int_equal(house.paint.color, RED);
		assert_int_equal(house.wall.bricks, 7);
		assert_int_equal(origins->files[0].given, 3);
		assert_int_equal(origins->files[1].given, i == 0 ? 0 : 1);
		write_file(SECOND_NAME, "\nwet = 2", 8);
		assert_false(
		    settings_load(mem, sections, &files, &house, NULL, &err));
		assert_string_equal(err.words,
				    SECOND_NAME ":2: wet: 2 is not known "
						"(allowed: yes, no)");
		mem_free(mem);
	}
}

/* A list that is empty already is given as well: what stands in a file must be
 * known before it is gone. */
static void counts_what_is_emptied(void **state)
{
	static const char text[] = "wall {\n\towners = {}\n}\n";
	const char *names[] = {FILE_NAME, SECOND_NAME};
	const struct text_list files = {.count = 2, .items = names};
	TALLOC_CTX *mem = mem_context(NULL);
	const struct settings_origins *origins = NULL;
	struct house house;
	struct error err;

	(void)state;
	write_file(FILE_NAME, text, strlen(text));
	write_file(SECOND_NAME, text, strlen(text));
	assert_true(
	    settings_load(mem, sections, &files, &house, &origins, &err));
	assert_int_equal(house.wall.owners.count, 0);
	assert_int_equal(origins->files[0].given, 1);
	assert_int_equal(origins->files[1].given, 1);
	const struct setting_origin *owners =
	    settings_origin(origins, "wall.owners");
	assert_string_equal(owners->file, SECOND_NAME);
	assert_int_equal(owners->line, 2);
	assert_string_equal(owners->text, "owners = {}");
	mem_free(mem);
}

/* Long lists are spelled in room of their own size: a daemon keeps the text
 * with its configuration. */
static void spells_a_long_list_once(void **state)
{
	enum { ITEMS = 2000 };
	TALLOC_CTX *mem = mem_context(NULL);
	const char **items = mem_array(mem, const char *, ITEMS);
	const struct text_list list = {.count = ITEMS, .items = items};
	TALLOC_CTX *kept = mem_context(mem);

	(void)state;
	for (size_t i = 0; i < ITEMS; i++)
		items[i] = mem_printf(mem, "\"%zu$", i);
	const char *text = setting_spelled(kept, &wall_rows[2], &list);
	size_t length = strlen(text);
	assert_string_equal(text + length - 23,
			    "\"\\\"1998\\$\", \"\\\"1999\\$\"}");
	assert_true(talloc_total_size(kept) <= 2 * length + 100);
	mem_free(mem);
}

/* A file that no parser has seen: nothing is read past its end. */
static void finds_no_section_in_rubbish(void **state)
{
	static const char *const texts[] = {
	    "",	  "override \"a", "override a {",      "override 'a\\", "/*",
	    "\"", "}}}",	  "override a { \"\\", "}{}{",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t length = strlen(texts[i]);
		char *exact = malloc(length);
		memcpy(exact, texts[i], length); /* so that ASan sees its end */
		for (size_t number = 0; number < 2; number++)
			assert_int_equal(
			    settings_section(span_make(exact, length), number)
				.length,
			    0);
		free(exact);
	}
}

/* Comments and quoted braces are no part of it. */
static void finds_a_section(void **state)
{
	const char *text = "/* a { } */ o a { x = {'}'} # }\n }\n# b {\n"
			   "o 'b{' { }";
	struct span file = span_of(text);

	(void)state;
	assert_true(
	    span_equals(settings_section(file, 0), "o a { x = {'}'} # }\n }"));
	assert_true(span_equals(settings_section(file, 1), "o 'b{' { }"));
	assert_int_equal(settings_section(file, 2).length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_every_fault),
	    cmocka_unit_test(takes_the_defaults),
	    cmocka_unit_test(takes_values),
	    cmocka_unit_test(starts_afresh),
	    cmocka_unit_test(words_what_cannot_be_read),
	    cmocka_unit_test(writes_what_it_reads),
	    cmocka_unit_test(explains_each_setting),
	    cmocka_unit_test(tells_differences),
	    cmocka_unit_test(measures_spelling),
	    cmocka_unit_test(reads_files_in_order),
	    cmocka_unit_test(counts_what_is_emptied),
	    cmocka_unit_test(spells_a_long_list_once),
	    cmocka_unit_test(finds_a_section),
	    cmocka_unit_test(finds_no_section_in_rubbish),
	    cmocka_unit_test(tells_origins),
	    cmocka_unit_test(tells_that_all_are_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up) != 0;
}
