/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_override_file.c - the overrides file, and the words about bad ones
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/limits.h"
#include "lib/policy/override.h"

#define NOW 1777636800 /* 2026-05-01T12:00:00Z */
#define FILE_NAME "test_override.tmp"

static bool parse(TALLOC_CTX *mem, const char *text, struct override_set **set,
		  struct error *err)
{
	const struct override_file file = {"f", span_of(text)};
	struct error checked = {.words = ""};
	bool is_good = override_parse(mem, "f", span_of(text), set, err);

	/* Who only asks whether it would be taken hears the same. */
	assert_int_equal(override_check_files(&file, 1, &checked), is_good);
	if (!is_good)
		assert_string_equal(checked.words, err->words);
	return is_good;
}

/* The third of a name in one file, and one that stands in both. */
static void checks_names_of_two_files(void **state)
{
	static const char *const texts[][2] = {
	    {"override a { spf = {\"x.test\"} owner = a why = b permanent = "
	     "yes }\n",
	     "override b { spf = {\"x.test\"} owner = a why = b permanent = "
	     "yes }\n"
	     "override a { spf = {\"y.test\"} owner = a why = b permanent = "
	     "yes }\n"},
	    {"override b { spf = {\"x.test\"} owner = a why = b permanent = "
	     "yes }\n"
	     "override a { spf = {\"y.test\"} owner = a why = b permanent = "
	     "yes }\n"
	     "override b { spf = {\"y.test\"} owner = a why = b permanent = "
	     "yes }\n"
	     "override b { spf = {\"z.test\"} owner = a why = b permanent = "
	     "yes }\n",
	     ""},
	    {"", "override a { spf = {\"com\"} owner = a why = b permanent = "
		 "yes }\n"},
	    {"override a { spf = {\"x.test\"} owner = a why = b permanent = "
	     "yes }\n",
	     "override b { spf = {\"x.test\"} owner = a why = b permanent = "
	     "yes }\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const struct override_file files[] = {
		    {"own", span_of(texts[i][0])},
		    {"fleet", span_of(texts[i][1])}};
		TALLOC_CTX *mem = mem_context(NULL);
		struct override_set *set;
		struct error parsed = {.words = ""};
		struct error checked = {.words = ""};
		bool is_good =
		    override_parse_files(mem, files, 2, &set, &parsed);
		assert_int_equal(is_good, i == 3);
		assert_int_equal(override_check_files(files, 2, &checked),
				 is_good);
		assert_string_equal(checked.words, parsed.words);
		mem_free(mem);
	}
}

static const char whole[] =
    "# a comment\n"
    "override \"all of it\" {\n"
    "  dkim = {\"List.Example.\", \"b\xc3\xbc.example\"}\n"
    "  spf = {\"bounce.example\"}\n"
    "  host = {\"mail.example\"}\n"
    "  network = {\"192.0.2.7\", \"2001:DB8::/32\"}\n"
    "  from = {\".Sub.Example\", \"a.example\"}\n"
    "  action = quarantine\n"
    "  reason = trusted_forwarder\n"
    "  unless_indirect = yes\n"
    "  owner = \"ann\"\n"
    "  why = \"because\"\n"
    "  until = \"2026-12-31\"\n"
    "}\n"
    "override short { spf = {\"x.test\"} owner = a why = b "
    "permanent = true }\n";

static void reads_everything(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = NULL;
	struct error err;
	char end[OVERRIDE_END_TEXT];

	(void)state;
	assert_true(parse(mem, whole, &set, &err));
	assert_int_equal(set->count, 2);
	const struct override *first = &set->items[0];
	assert_string_equal(first->name, "all of it");
	assert_int_equal(first->line, 3);
	assert_string_equal(first->scope[OVERRIDE_DKIM].items[0],
			    "list.example");
	assert_string_equal(first->scope[OVERRIDE_DKIM].items[1],
			    "xn--b-eha.example");
	assert_string_equal(first->scope[OVERRIDE_SPF].items[0],
			    "bounce.example");
	assert_string_equal(first->scope[OVERRIDE_HOST].items[0],
			    "mail.example");
	assert_string_equal(first->scope[OVERRIDE_NETWORK].items[0],
			    "192.0.2.7/32");
	assert_string_equal(first->scope[OVERRIDE_NETWORK].items[1],
			    "2001:db8::/32");
	assert_string_equal(first->scope[OVERRIDE_FROM].items[0],
			    ".sub.example");
	assert_int_equal(first->action, DISPOSITION_QUARANTINE);
	assert_int_equal(first->reason, OVERRIDE_TRUSTED_FORWARDER);
	assert_true(first->is_unless_indirect);
	assert_false(first->is_unsafe);
	assert_string_equal(first->owner, "ann");
	assert_string_equal(first->why, "because");
	assert_string_equal(override_end_text(first, end), "2026-12-31");
	const struct override *second = &set->items[1];
	assert_int_equal(second->scope[OVERRIDE_DKIM].count, 0);
	assert_int_equal(second->action, DISPOSITION_NONE);
	assert_int_equal(second->reason, OVERRIDE_LOCAL_POLICY);
	assert_int_equal(second->end_s, OVERRIDE_PERMANENT);
	assert_string_equal(override_end_text(second, end), "permanent");
	mem_free(mem);
}

static void reads_an_empty_file(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = NULL;
	struct error err;
	struct evidence evidence = {
	    .spf = {.result = AUTH_PASS, .domain = "x.test"}};
	struct net_address client = {.family = NET_NONE};
	struct override_facts facts = {.result = DMARC_RESULT_FAIL,
				       .client = &client,
				       .evidence = &evidence};

	(void)state;
	assert_true(parse(mem, "# nothing\n", &set, &err));
	assert_int_equal(set->count, 0);
	assert_null(override_find(mem, set, &facts, NOW));
	assert_null(override_find(mem, NULL, &facts, NOW));
	mem_free(mem);
}

/* A section with `inside` and all else that it owes. */
#define WITH(inside)                                                           \
	"override \"o\" {\n" inside "\nowner = a why = b until = "             \
	"'2026-12-31' }"
#define SPF "spf = {'x.test'}"
#define DOMAINS                                                                \
	"is no domain name (allowed: a name such as list.example; it and the " \
	"names below it match)"
#define AUTHORS                                                                \
	"is no author domain (allowed: a name such as a.example, or "          \
	".a.example for it and the names below it)"
#define RECIPIENTS                                                             \
	"is no recipient (allowed: an address such as abuse@example.com, "     \
	"without quotes, a domain such as example.com, or .example.com for "   \
	"it and the names below it)"
#define DATES "is no date (allowed: year, month and day, as in 2026-12-31)"
#define NO_UNTIL                                                               \
	"until is missing (allowed: a date such as \"2026-12-31\", or "        \
	"permanent = yes)"

static void words_every_fault(void **state)
{
	static const struct {
		const char *file;
		const char *want; /* behind the file's name */
	} rows[] = {
	    {"overide \"o\" {}",
	     ":1: overide: unknown setting (did you mean override?)"},
	    {"policy { }", ":1: policy: unknown setting (known: )"},
	    {"override { }", ":1: missing title for section 'override': "
			     "override { }"},
	    {"override \"o\" ", ":1: premature end of file: override \"o\""},
	    {"override \"o\" {\n",
	     ":1: this { has no } to the end of the file"},
	    {WITH("dkmi = {'x.test'}"), ":2: override.dkmi: unknown setting "
					"(did you mean override.dkim?)"},
	    {WITH("dkim = {'a b'}"),
	     ":2: override \"o\": dkim: \"a b\" " DOMAINS},
	    {WITH("spf = {''}"), ":2: override \"o\": spf: \"\" " DOMAINS},
	    {WITH("host = {'.x.test'}"),
	     ":2: override \"o\": host: \".x.test\" " DOMAINS},
	    {WITH("from = {'*.x.test'}"),
	     ":2: override \"o\": from: \"*.x.test\" " AUTHORS},
	    {WITH("from = {'.'}"), ":2: override \"o\": from: \".\" " AUTHORS},
	    {WITH("from = {'ann@x.test'}"),
	     ":2: override \"o\": from: \"ann@x.test\" " AUTHORS},
	    {WITH("network = {'192.0.2.1/24'}"),
	     ":2: override \"o\": network: \"192.0.2.1/24\" has bits set "
	     "behind its prefix; write 192.0.2.0/24 for the network"},
	    {WITH("network = {'192.0.2.0/33'}"),
	     ":2: override \"o\": network: \"192.0.2.0/33\" needs a prefix "
	     "from 0 to 32"},
	    {WITH("network = {'mail.test'}"),
	     ":2: override \"o\": network: \"mail.test\" is no network; write "
	     "192.0.2.0/24, 2001:db8::/32 or one address"},
	    {WITH(SPF "\naction = drop"),
	     ":3: override \"o\": action: drop is not known (allowed: accept, "
	     "quarantine, reject)"},
	    {WITH(SPF "\nreason = other"),
	     ":3: override \"o\": reason: other is not known (allowed: "
	     "local_policy, mailing_list, trusted_forwarder)"},
	    {WITH(SPF "\n" SPF),
	     ":3: override \"o\": spf: given again (first at line 2)"},
	    {WITH(SPF "\nspf = {}"),
	     ":2: override \"o\": spf: given again further down, as {}"},
	    {WITH(""), ":3: override \"o\": names nobody (allowed: at least "
		       "one of dkim, spf, host, network)"},
	    {WITH("from = {'gmail.com'}"),
	     ":2: override \"o\": from alone can be written by anybody; add "
	     "dkim, spf, host or network, or unsafe = yes"},
	    {WITH("rcpt = {'ann@x.test'}"),
	     ":2: override \"o\": rcpt alone can be written by anybody; add "
	     "dkim, spf, host or network, or unsafe = yes"},
	    {WITH("rcpt = {'@x.test'}"),
	     ":2: override \"o\": rcpt: \"@x.test\" " RECIPIENTS},
	    {WITH("rcpt = {'ann@'}"),
	     ":2: override \"o\": rcpt: \"ann@\" " RECIPIENTS},
	    {WITH("rcpt = {'a b'}"),
	     ":2: override \"o\": rcpt: \"a b\" " RECIPIENTS},
	    {WITH("rcpt = {'a,b@x.test'}"),
	     ":2: override \"o\": rcpt: \"a,b@x.test\" " RECIPIENTS},
	    {WITH(SPF " rcpt = {'x.test'}\naction = redirect"),
	     ":3: override \"o\": action: redirect is not known (allowed: "
	     "accept, quarantine, reject)"},
	    {WITH("unsafe = yes"),
	     ":2: override \"o\": names nobody (allowed: at least one of "
	     "dkim, spf, host, network)"},
	    {WITH("dkim = {'x.test', 'com'}"),
	     ":2: override \"o\": \"com\" holds everybody; name less, or add "
	     "unsafe = yes"},
	    {WITH("host = {'com.'}"),
	     ":2: override \"o\": \"com.\" holds everybody; name less, or add "
	     "unsafe = yes"},
	    {WITH("network = {'::/0'}"),
	     ":2: override \"o\": \"::/0\" holds everybody; name less, or add "
	     "unsafe = yes"},
	    {WITH(SPF "\nunless_indirect = yes"),
	     ":2: override \"o\": unless_indirect = yes is for action = "
	     "quarantine or reject"},
	    {"override \"o\" {\n" SPF "\nwhy = b permanent = yes }",
	     ":2: override \"o\": owner is missing (allowed: who answers for "
	     "it)"},
	    {"override \"o\" {\n" SPF "\nowner = a permanent = yes }",
	     ":2: override \"o\": why is missing (allowed: what it is for, in "
	     "a sentence)"},
	    {"override \"o\" {\n" SPF "\nowner = a why = b }",
	     ":2: override \"o\": " NO_UNTIL},
	    {WITH(SPF " permanent = yes"),
	     ":2: override \"o\": until: \"2026-12-31\" and permanent = yes "
	     "contradict each other"},
	    {"override \"o\" {\n" SPF "\nuntil = '2026-02-30' }",
	     ":3: override \"o\": until: \"2026-02-30\" " DATES},
	    {"override \"o\" {\n" SPF "\nuntil = '2026-2-3' }",
	     ":3: override \"o\": until: \"2026-2-3\" " DATES},
	    {"override \"o\" {\n" SPF "\nuntil = '2026-12-31T00' }",
	     ":3: override \"o\": until: \"2026-12-31T00\" " DATES},
	    {"override \"o\" {\n" SPF "\nuntil = tomorrow }",
	     ":3: override \"o\": until: \"tomorrow\" " DATES},
	    {"override \"o\" {\n }",
	     ":2: override \"o\": owner is missing (allowed: who answers for "
	     "it)"},
	    {"override \"\" {\n }",
	     ":2: override \"\": its name has 0 bytes (allowed: 1 to 100)"},
	    {"override \"\xff\" {\n }",
	     ":2: override \"\\xff\": \"\\xff\" is not UTF-8"},
	    {WITH(SPF) "\n" WITH(SPF),
	     ":5: override \"o\": stands here again (first at line 2)"},
	    /* the first of several, also with others behind it */
	    {"override \"z\" {\n" SPF
	     " owner = a why = b permanent = yes }\n" WITH(SPF) "\n" WITH(
		 SPF) "\n" WITH(SPF),
	     ":7: override \"o\": stands here again (first at line 4)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct override_set *set = NULL;
		struct error err = {.words = "was taken"};
		bool is_good = parse(mem, rows[i].file, &set, &err);
		assert_string_equal(err.words,
				    mem_printf(mem, "f%s", rows[i].want));
		assert_false(is_good);
		assert_int_equal(err.kind, ERROR_CONFIG);
		assert_null(set);
		mem_free(mem);
	}
}

static char *many(TALLOC_CTX *mem, size_t count)
{
	char *text = mem_array(mem, char, count + 1);

	memset(text, 'x', count);
	return text;
}

static void bounds_texts(void **state)
{
	static const struct {
		const char *format;
		size_t bytes;
		bool want;
	} rows[] = {
	    {"override \"%s\" { spf = {'x.test'} owner = a why = b "
	     "permanent = yes }",
	     LIMIT_OVERRIDE_NAME, true},
	    {"override o { spf = {'x.test'} owner = \"%s\" why = b "
	     "permanent = yes }",
	     LIMIT_OVERRIDE_TEXT, true},
	    {"override o { spf = {'x.test'} owner = a why = \"%s\" "
	     "permanent = yes }",
	     LIMIT_OVERRIDE_TEXT, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct override_set *set = NULL;
		struct error err;
		const char *cut = strstr(rows[i].format, "%s");
		for (size_t more = 0; more < 2; more++)
			assert_true(
			    parse(mem,
				  mem_printf(mem, "%.*s%s%s",
					     (int)(cut - rows[i].format),
					     rows[i].format,
					     many(mem, rows[i].bytes + more),
					     cut + 2),
				  &set, &err) == (more == 0));
		mem_free(mem);
	}
}

static void loads_a_file(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct override_set *set = NULL;
	struct error err;
	FILE *file = fopen(FILE_NAME, "w");

	(void)state;
	assert_non_null(file);
	assert_true(fputs(WITH(SPF), file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_true(override_load(mem, FILE_NAME, &set, &err));
	assert_int_equal(set->count, 1);
	assert_int_equal(unlink(FILE_NAME), 0);
	assert_false(override_load(mem, FILE_NAME, &set, &err));
	assert_string_equal(err.words, FILE_NAME ": No such file or directory");
	assert_int_equal(err.kind, ERROR_CONFIG);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(checks_names_of_two_files),
	    cmocka_unit_test(reads_everything),
	    cmocka_unit_test(reads_an_empty_file),
	    cmocka_unit_test(words_every_fault),
	    cmocka_unit_test(bounds_texts),
	    cmocka_unit_test(loads_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
