/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override_write.c - overrides written into a file and taken out again
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/file_read.h"
#include "lib/base/limits.h"
#include "lib/policy/override_write.h"

#define FILE_NAME "test_override_write.tmp"
#define REST "owner = o why = w permanent = yes"

static void put(const char *text)
{
	FILE *file = fopen(FILE_NAME, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span bytes;
	struct error err;

	assert_true(file_read(mem, FILE_NAME, 100000, &bytes, &err));
	assert_string_equal(mem_strndup(mem, bytes.data, bytes.length), text);
	mem_free(mem);
}

static void set(struct override_draft *draft, const char *setting,
		const char *text)
{
	struct error err;

	if (!override_draft_set(draft, setting, text, &err))
		fail_msg("%s", err.words);
}

static struct override_draft *example(TALLOC_CTX *mem, const char *name)
{
	struct override_draft *draft = override_draft_new(mem, name);

	set(draft, "dkim", "list.example");
	set(draft, "dkim", "b\xc3\xbc.example");
	set(draft, "from", ".a.example");
	set(draft, "owner", "ann \"the boss\" $HOME ${X} \\");
	set(draft, "why", "K7QX-2M4D: 'quoted' # no comment");
	set(draft, "until", "2026-12-31");
	return draft;
}

static const char example_text[] =
    "override \"new \\\"one\\\"\" {\n"
    "\tdkim = {\"list.example\", \"b\xc3\xbc.example\"}\n"
    "\tfrom = {\".a.example\"}\n"
    "\taction = accept\n"
    "\treason = local_policy\n"
    "\towner = \"ann \\\"the boss\\\" \\$HOME \\${X} \\\\\"\n"
    "\twhy = \"K7QX-2M4D: 'quoted' # no comment\"\n"
    "\tuntil = \"2026-12-31\"\n"
    "}\n";

static void writes_what_the_parser_reads(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *draft = example(mem, "new \"one\"");
	struct override_set *read;
	struct error err;

	(void)state;
	assert_string_equal(override_draft_text(mem, draft), example_text);
	assert_true(
	    override_parse(mem, "f", span_of(example_text), &read, &err));
	assert_string_equal(read->items[0].name, "new \"one\"");
	assert_string_equal(read->items[0].owner,
			    "ann \"the boss\" $HOME ${X} \\");
	mem_free(mem);
}

static void refuses_wrong_settings(void **state)
{
	static const struct {
		const char *setting;
		const char *text;
		const char *want;
	} rows[] = {
	    {"dkim", "no name", "is no domain name"},
	    {"network", "192.0.2.1/24", "192.0.2.0/24"},
	    {"action", "drop", "accept, quarantine, reject"},
	    {"reason", "other", "local_policy, mailing_list"},
	    {"until", "tomorrow", "is no date"},
	    {"until", "2026-02-30", "is no date"},
	    {"why", "two\nlines", "one line"},
	    {"owner", "\xff", "one line"},
	    {"owner", "\x1b[2J", "one line"},
	    {"owner", "\xc2\x9b[2J", "one line"},
	    {"name", "x", "no such setting"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *draft = override_draft_new(mem, "x");
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_false(override_draft_set(draft, rows[i].setting,
						rows[i].text, &err));
		assert_non_null(strstr(err.words, rows[i].want));
	}
	assert_string_equal(override_draft_text(mem, draft),
			    "override \"x\" {\n\taction = accept\n"
			    "\treason = local_policy\n}\n");
	mem_free(mem);
}

/* A list of domains as long as it may be: in room of its own size, never cut,
 * and what is past it refused with words. */
static void bounds_a_long_list(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *draft = override_draft_new(mem, "\"\"\"\"\"\"");
	struct override_set *read = NULL;
	struct error err = {0};
	size_t count = 0;
	char label[61];

	(void)state;
	memset(label, 'a', sizeof label - 1);
	label[sizeof label - 1] = '\0';
	set(draft, "owner", "ann");
	set(draft, "why", "\"quoted\"");
	set(draft, "permanent", "yes");
	while (count < 25000 &&
	       override_draft_set(draft, "dkim",
				  mem_printf(mem, "%zu.%s.%s.%s.example", count,
					     label, label, label),
				  &err))
		count++;
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.words,
			    "dkim: the override would become larger than "
			    "4194304 bytes; make two of it");
	assert_true(count > 20000);
	assert_true(talloc_total_size(draft) < (size_t)3 * 4194304);
	const char *text = override_draft_text(mem, draft);
	if (!override_parse(mem, "f", span_of(text), &read, &err))
		fail_msg("%s", err.words);
	assert_int_equal(read->items[0].scope[OVERRIDE_DKIM].count, count);
	mem_free(mem);
}

/* What a file is left with that would be blank, which a reload refuses. */
#define LEFT "# No override is left here.\n"

/* Whatever stands in the file stays, and what was added goes without a
 * trace. */
static void adds_and_removes(void **state)
{
	static const char *const files[] = {
	    "",
	    "# only a comment\n",
	    "override a { spf = {\"x.test\"} " REST " }\n",
	    "override 'a' { spf = {\"x.test\"} " REST " } # behind it\n",
	    "/* override \"new \\\"one\\\"\" { */\r\n\r\n"
	    "override a {\r\n spf = {\"x.test\"}\r\n " REST "\r\n}\r\n",
	    "override a {\n spf = {\"x.test\"} # }\n // {\n owner = "
	    "\"}\\\"{\"\n"
	    " why = '{\"' permanent = yes\n}\n\n\n",
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *draft = example(mem, "new \"one\"");
	struct error err;
	char *removed;

	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		put(files[i]);
		if (!override_file_add(FILE_NAME, draft, false, &err))
			fail_msg("%zu: %s", i, err.words);
		assert_holds(mem_printf(mem, "%s%s%s", files[i],
					i == 0 ? "" : "\n", example_text));
		/* A second one of that name would mean both. */
		assert_false(override_file_add(FILE_NAME, draft, false, &err));
		assert_non_null(strstr(err.words, "stands here again"));
		if (!override_file_remove(mem, FILE_NAME, "new \"one\"",
					  &removed, &err))
			fail_msg("%zu: %s", i, err.words);
		assert_string_equal(removed, example_text);
		assert_holds(i == 0 ? LEFT : files[i]);
	}
	(void)unlink(FILE_NAME);
	mem_free(mem);
}

static void removes_from_the_middle(void **state)
{
	static const struct {
		const char *file;
		const char *name;
		const char *want;
	} rows[] = {
	    {"override a { spf = {\"x.test\"} " REST " }\n"
	     "# b's own comment\n"
	     "override b { spf = {\"x.test\"} " REST " }\n"
	     "override c { spf = {\"x.test\"} " REST " }\n",
	     "b",
	     "override a { spf = {\"x.test\"} " REST " }\n"
	     "# b's own comment\n"
	     "override c { spf = {\"x.test\"} " REST " }\n"},
	    {"override a { spf = {\"x.test\"} " REST " } "
	     "override b { spf = {\"x.test\"} " REST " } "
	     "override c { spf = {\"x.test\"} " REST " }",
	     "b",
	     "override a { spf = {\"x.test\"} " REST " }  "
	     "override c { spf = {\"x.test\"} " REST " }"},
	    {"override \"override b {\" { spf = {\"x.test\"} " REST " }\n\n"
	     "  override /* b */ 'b' {\n spf = {\"x.test\"} " REST " }  \n\n"
	     "override c { spf = {\"x.test\"} " REST " }\n",
	     "b",
	     "override \"override b {\" { spf = {\"x.test\"} " REST " }\n\n"
	     "override c { spf = {\"x.test\"} " REST " }\n"},
	    {"override \"it's \\\"b\\\"\" { spf = {\"x.test\"} " REST " }",
	     "it's \"b\"", LEFT},
	    {"override 'it\\'s b' { spf = {\"x.test\"} " REST " }", "it's b",
	     LEFT},
	    {"override 'a\\\\b\\c' { spf = {\"x.test\"} " REST " }", "a\\b\\c",
	     LEFT},
	    {"override b { spf = {\"x.test\"} " REST " } "
	     "override c { spf = {\"x.test\"} " REST " }",
	     "b", " override c { spf = {\"x.test\"} " REST " }"},
	    /* what follows keeps the blank line before it */
	    {"override a { spf = {\"x.test\"} " REST " }\n\n"
	     "\toverride b { spf = {\"x.test\"} " REST " }\n# c\n",
	     "b", "override a { spf = {\"x.test\"} " REST " }\n\n# c\n"},
	    {"override a { spf = {\"x.test\"} " REST " } # a\n"
	     "override b { spf = {\"x.test\"} " REST " }  ",
	     "b", "override a { spf = {\"x.test\"} " REST " } # a\n"},
	};
	TALLOC_CTX *mem = mem_context(NULL);
	struct error err;
	char *removed;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		put(rows[i].file);
		if (!override_file_remove(mem, FILE_NAME, rows[i].name,
					  &removed, &err))
			fail_msg("%zu: %s", i, err.words);
		assert_holds(rows[i].want);
		assert_false(override_file_remove(mem, FILE_NAME, rows[i].name,
						  &removed, &err));
		assert_int_equal(err.kind, ERROR_INPUT);
		assert_non_null(strstr(err.words, "no override"));
	}
	(void)unlink(FILE_NAME);
	mem_free(mem);
}

static void leaves_what_is_wrong(void **state)
{
	static const char broken[] = "override a { spf = {\"x.test\"} }\n";
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *half = override_draft_new(mem, "half");
	struct error err;
	char *removed;

	(void)state;
	put(broken);
	assert_false(
	    override_file_add(FILE_NAME, example(mem, "good"), false, &err));
	assert_non_null(strstr(err.words, "owner is missing"));
	assert_false(override_file_remove(mem, FILE_NAME, "a", &removed, &err));
	assert_holds(broken);
	put("");
	set(half, "from", "a.example");
	set(half, "owner", "ann");
	set(half, "why", "so");
	set(half, "permanent", "yes");
	assert_false(override_file_add(FILE_NAME, half, false, &err));
	assert_non_null(strstr(err.words, "from alone"));
	assert_holds("");
	(void)unlink(FILE_NAME);
	mem_free(mem);
}

/* A file without an end of line, and one that has no room left. */
static void adds_at_the_end(void **state)
{
	static const char open[] = "override a { spf = {\"x.test\"} " REST " }";
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_draft *draft = example(mem, "new \"one\"");
	char *full = mem_array(mem, char, LIMIT_OVERRIDES_BYTES + 1);
	struct error err;

	(void)state;
	put(" \n");
	assert_false(override_file_add(FILE_NAME, draft, true, &err));
	assert_non_null(strstr(err.words, "is gone or blank"));
	put(open);
	assert_true(override_file_add(FILE_NAME, draft, true, &err));
	assert_holds(mem_printf(mem, "%s\n\n%s", open, example_text));
	memset(full, '#', LIMIT_OVERRIDES_BYTES);
	full[LIMIT_OVERRIDES_BYTES - 1] = '\n';
	put(full);
	assert_false(override_file_add(FILE_NAME, draft, false, &err));
	assert_non_null(strstr(err.words, "would become larger"));
	(void)unlink(FILE_NAME);
	mem_free(mem);
}

/* An override, and all that another one may differ in. */
static void notices_each_difference(void **state)
{
	const struct override a = {.name = "a", .owner = "o", .why = "w"};
	struct override rows[] = {a, a, a, a, a, a, a, a};
	struct override longer[] = {a, {.name = "new"}};
	struct override_set one = {.count = 1, .items = &a};
	struct override_set two = {.count = 2, .items = longer};
	struct error err;

	(void)state;
	assert_true(override_check_one_more("f", "new", &one, &two, &err));
	assert_false(override_check_one_more("f", "other", &one, &two, &err));
	assert_false(override_check_one_more("f", "new", &one, &one, &err));
	assert_non_null(strstr(err.words, "edit the file by hand"));
	rows[0].name = "b";
	rows[1].action = DISPOSITION_REJECT;
	rows[2].reason = OVERRIDE_MAILING_LIST;
	rows[3].end_s = 1;
	rows[4].owner = "p";
	rows[5].why = "v";
	rows[6].scope[OVERRIDE_DKIM].count = 1;
	rows[7].scope[OVERRIDE_FROM].count = 1;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		longer[0] = rows[i];
		assert_false(
		    override_check_one_more("f", "new", &one, &two, &err));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(writes_what_the_parser_reads),
	    cmocka_unit_test(refuses_wrong_settings),
	    cmocka_unit_test(bounds_a_long_list),
	    cmocka_unit_test(adds_and_removes),
	    cmocka_unit_test(removes_from_the_middle),
	    cmocka_unit_test(leaves_what_is_wrong),
	    cmocka_unit_test(adds_at_the_end),
	    cmocka_unit_test(notices_each_difference),
	};

	mem_free(mem_context(NULL));
	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
