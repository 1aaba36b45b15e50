/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_people.c - whose name an author bears, and who is let be
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/lookalike/name_words.h"
#include "lib/lookalike/people.h"

#define ANN "ann@example.org"
#define JANE "jane@example.org"
#define LIST(items)                                                            \
	{                                                                      \
		sizeof(items) / sizeof(items)[0], items                        \
	}

static const char *entries[] = {
    "Ann Mary Example <ann@example.org> <Ann@home.test> <partner.test>",
    "J\xc3\xb6rg O'Neill-Ma\xc3\x9f <jorg@example.org>",
    /* Anna Ivanova */
    "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0 "
    "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd\xd0\xbe\xd0\xb2\xd0\xb0 "
    "<anna@example.org>",
    "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e <wang@example.org>",
    "Bob B. Twin <bob1@example.org>",
    "Bob Twin <bob2@example.org> <bob@home.test>",
    "Jo Li <jo@example.org>",
    "Jane Doe <jane@example.org>",
};
static const char *own[] = {"example.org"};
static const char *open[] = {"free.test"};

static const struct people_rules rules = {
    .entries = LIST(entries),
    .own = LIST(own),
    .open = LIST(open),
};

struct row {
	const char *name;
	const char *mailbox;
	const char *domain;
	const char *want; /* NULL: nobody */
};

#define EVIL "x@evil.test", "evil.test"

static void expect_rows(const struct row *rows, size_t count)
{
	struct people *people = people_new(NULL, &rules);

	for (size_t i = 0; i < count; i++) {
		struct lookalike found = people_find(
		    people, rows[i].name, rows[i].mailbox, rows[i].domain);
		if (rows[i].want == NULL && found.name != NULL)
			fail_msg("%s: %s", rows[i].name, found.name);
		if (rows[i].want != NULL && found.name == NULL)
			fail_msg("%s: nobody", rows[i].name);
		if (rows[i].want != NULL) {
			assert_string_equal(found.name, rows[i].want);
			assert_int_equal(found.kind, LOOKALIKE_PERSON);
		}
	}
	mem_free(people);
}

static void finds_who_bears_a_name(void **state)
{
	static const struct row rows[] = {
	    {"Ann Mary Example", EVIL, ANN},
	    {"Ann Example", EVIL, ANN},
	    {"EXAMPLE, Ann", EVIL, ANN},
	    {"ann.m.example", EVIL, ANN},
	    {"Ann \"Boss\" M. Example", EVIL, ANN},
	    {"Ann (CEO) Example", EVIL, ANN},
	    {"Ann [CEO] \xe2\x80\x9cJD\xe2\x80\x9d Example", EVIL, ANN},
	    {"JoLi B.", EVIL, NULL},
	    {"JaneDoe", EVIL, JANE},
	    {"DoeJane", EVIL, JANE},
	    {"J a n e  D o e", EVIL, JANE},
	    {"jane\xe2\x80\x8b"
	     "doe",
	     EVIL, JANE},
	    {"Jane\xe2\x80\x99"
	     "doe",
	     EVIL, JANE},
	    /* Hangul's fillers, shown as a blank */
	    {"Jane\xe3\x85\xa4"
	     "Doe",
	     EVIL, JANE},
	    {"Jane\xe1\x85\x9f"
	     "Doe",
	     EVIL, JANE},
	    {"Jane\xef\xbe\xa0"
	     "Doe",
	     EVIL, JANE},
	    /* letters in circles and squares, also white on black */
	    {"\xe2\x92\xbf\xe2\x93\x90\xe2\x93\x9d\xe2\x93\x94 Doe", EVIL,
	     JANE},
	    {"\xf0\x9f\x84\xb9\xf0\x9f\x84\xb0\xf0\x9f\x84\xbd\xf0\x9f\x84\xb4 "
	     "Doe",
	     EVIL, JANE},
	    {"\xf0\x9f\x85\xb9\xf0\x9f\x85\xb0\xf0\x9f\x85\xbd\xf0\x9f\x85\xb4 "
	     "Doe",
	     EVIL, JANE},
	    /* turned round by an override, whole and in part */
	    {"\xe2\x80\xae"
	     "eoD enaJ",
	     EVIL, JANE},
	    {"Jane \xe2\x80\xae"
	     "eoD\xe2\x80\xac (CEO)",
	     EVIL, JANE},
	    {"\xe2\x80\xae"
	     "eoD (CEO) enaJ",
	     EVIL, JANE},
	    {"Dr. Ann Example (CEO)", EVIL, ANN},
	    {"Ann Example ann@example.org", EVIL, ANN},
	    {"AnnExample", EVIL, ANN},
	    {"example ann mary", EVIL, ANN},
	    {"A n n   E x a m p l e", EVIL, ANN},
	    {"A-n-n E.x.a.m.p.l.e", EVIL, ANN},
	    {"Ann\xe2\x80\x8b Exam\xc2\xadple", EVIL, ANN}, /* not shown */
	    {"\xd0\x90nn \xd0\x95xample", EVIL, ANN}, /* A, E of Cyrillic */
	    {"\xef\xbc\xa1nn Example", EVIL, ANN},    /* a wide A */
	    {"\xc3\x81nn Examp1e", EVIL, ANN},
	    {"Jorg Oneill Mass", EVIL, "jorg@example.org"},
	    {"J\x6f\xcc\x88rg O\xe2\x80\x99Neill Ma\xc3\x9f", EVIL,
	     "jorg@example.org"},
	    /* capitals of Cyrillic, which pass for other letters than small
	     * ones do */
	    {"\xd0\x90\xd0\x9d\xd0\x9d\xd0\x90 "
	     "\xd0\x98\xd0\x92\xd0\x90\xd0\x9d\xd0\x9e\xd0\x92\xd0\x90",
	     EVIL, "anna@example.org"},
	    {"\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", EVIL, "wang@example.org"},
	    {"\xe7\x8e\x8b \xe5\xb0\x8f\xe6\x98\x8e", EVIL, "wang@example.org"},
	    {"Ann Example", "ann@evil.test", "evil.test", ANN},
	    {"Ann Example", "x@home.test", "home.test", ANN},
	    {"Ann Example", "", "evil.test", ANN},
	    {"Jo Li", EVIL, "jo@example.org"},
	};

	(void)state;
	expect_rows(rows, sizeof rows / sizeof rows[0]);
}

static void lets_others_be(void **state)
{
	static const struct row rows[] = {
	    {"Ann Example", ANN, "example.org", NULL},
	    {"Ann Example", "ann@lists.example.org", "lists.example.org", NULL},
	    {"Ann Example", "ANN@home.test", "home.test", NULL},
	    {"Ann Example", "a@mail.partner.test", "mail.partner.test", NULL},
	    {"A. Example", EVIL, NULL},
	    {"Ann", EVIL, NULL},
	    {"Example", EVIL, NULL},
	    {"Ann and Bob Example", EVIL, NULL},
	    {"Anna Example", EVIL, NULL},
	    {"Ann Examples", EVIL, NULL},
	    {"Ann Mary", EVIL, NULL},
	    {"Annexampled", EVIL, NULL},
	    {"Ann Boss Example", EVIL, NULL}, /* another middle name */
	    {"Ann (Example", EVIL, ANN},
	    {"Janedoe", EVIL, NULL},
	    {"Jan Edoe", EVIL, NULL},
	    {"(Jane Doe", EVIL, JANE},
	    {"Doe\xe2\x84\xa2 Jane", EVIL, JANE},
	    {"JoLi", EVIL, NULL}, /* too short for that */
	    {"Joli", EVIL, NULL}, /* a word, not a name without its blank */
	    {"", EVIL, NULL},
	    {"!!! ... 42", EVIL, NULL},
	    {"\xff\xfe\x80", EVIL, NULL},
	};

	(void)state;
	expect_rows(rows, sizeof rows / sizeof rows[0]);
}

/* Two have one name: known to one is known. */
static void knows_namesakes(void **state)
{
	static const struct row rows[] = {
	    {"Bob Twin", "bob@home.test", "home.test", NULL},
	    {"Bob B. Twin", "bob@home.test", "home.test", NULL},
	};
	struct people *people = people_new(NULL, &rules);

	(void)state;
	expect_rows(rows, 2);
	assert_non_null(people_find(people, "Bob Twin", EVIL).name);
	mem_free(people);
}

static void knows_open_domains(void **state)
{
	struct people *people = people_new(NULL, &rules);
	const struct people_rules none = {.open = LIST(open)};

	(void)state;
	assert_true(people_is_open(people, "free.test"));
	assert_true(people_is_open(people, "a.free.test"));
	assert_false(people_is_open(people, "afree.test"));
	assert_null(people_new(NULL, &none));
	assert_false(people_is_open(NULL, "free.test"));
	assert_int_equal(people_find(NULL, "Ann Example", EVIL).kind,
			 LOOKALIKE_NONE);
	mem_free(people);
}

/* Behind so many words nobody reads on. */
static void reads_so_many_words(void **state)
{
	struct people *people = people_new(NULL, &rules);
	char name[8 * (LIMIT_NAME_WORDS + 4)] = "";
	size_t length = 0;

	(void)state;
	for (size_t i = 0; i < LIMIT_NAME_WORDS - 2; i++) {
		memcpy(name + length, "word ", 6);
		length += 5;
	}
	memcpy(name + length, "Ann Example", 12);
	assert_non_null(people_find(people, name, EVIL).name);
	memcpy(name + length, "word Ann Example", 17);
	assert_null(people_find(people, name, EVIL).name);
	mem_free(people);
}

/* Initials are no words to read past. */
static void passes_over_initials(void **state)
{
	struct people *people = people_new(NULL, &rules);
	char name[4 * LIMIT_NAME_WORDS + 16] = "";
	size_t length = 0;

	(void)state;
	for (size_t i = 0; i < 2 * LIMIT_NAME_WORDS; i++) {
		memcpy(name + length, "b ", 3);
		length += 2;
	}
	memcpy(name + length, "Ann Example", 12);
	assert_non_null(people_find(people, name, EVIL).name);
	mem_free(people);
}

/* Each that nothing closes is sought to the end; so many are, and no more. */
static void seeks_so_many_brackets(void **state)
{
	struct people *people = people_new(NULL, &rules);
	char name[LIMIT_NAME_BRACKETS + 32] = "";

	(void)state;
	memset(name, '[', LIMIT_NAME_BRACKETS);
	memcpy(name + LIMIT_NAME_BRACKETS - 1, " Ann (CEO) Example", 19);
	assert_non_null(people_find(people, name, EVIL).name);
	memcpy(name + LIMIT_NAME_BRACKETS - 1, "[ Ann (CEO) Example", 20);
	assert_null(people_find(people, name, EVIL).name);
	mem_free(people);
}

static void cuts_long_words(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char word[4097];

	(void)state;
	memset(word, 'w', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	for (int way = 0; way < NAME_WAYS; way++) {
		struct name_words words =
		    name_words_split(mem, word, (enum name_way)way);
		assert_int_equal(words.count, 1);
		assert_true(words.forms[0].length <= LOOKALIKE_FORM_UNITS);
	}
	mem_free(mem);
}

static void reads_entries(void **state)
{
	static const struct {
		const char *entry;
		const char *want; /* the address, or words of the fault */
		bool is_good;
	} rows[] = {
	    {"Ann <ann@Example.ORG>", "ann@example.org", true},
	    {" Ann  < ann@example.org >", "no address", false},
	    {"Ann Example", "no address", false},
	    {"Ann Example <example.org>", "no address", false},
	    {"Ann Example <@example.org>", "no address", false},
	    {"Ann Example <ann@ex ample.org>", "no address", false},
	    {"Ann Example <a n@example.org>", "no address", false},
	    {"Ann Example <ann@example.org> x", "no address", false},
	    {"Ann Example <ann@example.org", "no address", false},
	    {"<ann@example.org>", "no name", false},
	    {"A. B. <ann@example.org>", "no name", false},
	    {"a1 b2 c3 d4 e5 f6 <ann@example.org>", "ann@example.org", true},
	    {"a1 b2 c3 d4 e5 f6 g7 <ann@example.org>", "more than 6", false},
	    {"Ann\n<ann@example.org>", "no line", false},
	    {"Ann \xff <ann@example.org>", "no line", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct person person;
		struct error err;
		bool is_good = person_read(mem, rows[i].entry, &person, &err);
		if (is_good != rows[i].is_good)
			fail_msg("%s", rows[i].entry);
		if (is_good)
			assert_string_equal(person.address, rows[i].want);
		else if (strstr(err.words, rows[i].want) == NULL)
			fail_msg("%s: %s", rows[i].entry, err.words);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_who_bears_a_name),
	    cmocka_unit_test(lets_others_be),
	    cmocka_unit_test(knows_namesakes),
	    cmocka_unit_test(knows_open_domains),
	    cmocka_unit_test(reads_so_many_words),
	    cmocka_unit_test(passes_over_initials),
	    cmocka_unit_test(seeks_so_many_brackets),
	    cmocka_unit_test(cuts_long_words),
	    cmocka_unit_test(reads_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
