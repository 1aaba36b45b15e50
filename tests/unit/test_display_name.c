/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_display_name.c - what a mail reader shows beside an address
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/charset.h"
#include "lib/mail/display_name.h"

/* "name|mailbox" of each element, with a line end behind it. */
static const char *shown(TALLOC_CTX *mem, struct span value)
{
	struct display_names names = display_names_read(mem, value);
	struct strbuf out;

	strbuf_init(&out, mem, 1 << 20);
	for (size_t i = 0; i < names.count; i++)
		strbuf_printf(&out, "%s|%s\n", names.items[i].name,
			      names.items[i].mailbox);
	return strbuf_text(&out);
}

static void reads_what_is_shown(void **state)
{
	static const struct {
		const char *from;
		const char *want;
	} rows[] = {
	    {"Ann Example <a@b.test>", "Ann Example |a@b.test\n"},
	    {"\"Example, Ann\" <a@b.test>", "Example, Ann |a@b.test\n"},
	    {"\"Ann \\\"X\\\" Example\" <a@b.test>",
	     "Ann \"X\" Example |a@b.test\n"},
	    {"a@b.test", "|a@b.test\n"},
	    {"a@b.test (Ann (the first) Example)",
	     " Ann (the first) Example)|a@b.test\n"},
	    {"Ann (CEO) <a@b.test>", "Ann   CEO)|a@b.test\n"},
	    {"Ann <  a@b.test\t>", "Ann |a@b.test\n"},
	    {"ann@own.test <a@b.test>", "ann@own.test |a@b.test\n"},
	    {"Ann <a@b.test>, Bob <c@d.test>",
	     "Ann |a@b.test\n Bob |c@d.test\n"},
	    {"Ann Example: a@b.test;", "Ann Example|\n|a@b.test\n|\n"},
	    {"Ann\r\n Example <a@b.test>", "Ann Example |a@b.test\n"},
	    {"=?UTF-8?Q?Ann_Ex=C3=A4mple?= <a@b.test>",
	     "Ann Ex\xc3\xa4mple |a@b.test\n"},
	    {"=?utf-8*en?b?QW5u?=\r\n =?utf-8?q?_E?= X <a@b.test>",
	     "Ann E X |a@b.test\n"},
	    {"\"=?utf-8?q?Ann?= E\" <a@b.test>", "Ann E |a@b.test\n"},
	    {"a@b.test (=?utf-8?q?Ann?=)", " Ann)|a@b.test\n"},
	    {"=?iso-8859-1?q?J=E4n?= <a@b.test>", "J\xc3\xa4n |a@b.test\n"},
	    {"=?koi8-r?b?4c7O?= <a@b.test>",
	     "\xd0\x90\xd0\xbd\xd0\xbd |a@b.test\n"},
	    {"=?iso-8859-1?q?A=00nn?= <a@b.test>", "A nn |a@b.test\n"},
	    /* decoded by none, or by some only */
	    {"=?utf-7?q?Ann?= <a@b.test>", "=?utf-7?q?Ann?= |a@b.test\n"},
	    {"=?windows-125/../x?q?Ann?= <a@b.test>",
	     "=?windows-125/../x?q?Ann?= |a@b.test\n"},
	    {"=?utf-8?b?QW5?= <a@b.test>", "=?utf-8?b?QW5?= |a@b.test\n"},
	    {"J\xe4n <a@b.test>", "J\xc3\xa4n |a@b.test\n"},
	    {"J\xc3\xa4n <a@b.test>", "J\xc3\xa4n |a@b.test\n"},
	    /* what does not close */
	    {"\"Ann <a@b.test>", "|Ann <a@b.test>\n"},
	    {"Ann (x <a@b.test>", "Ann  x <a@b.test>|\n"},
	    {"Ann <a@b.test", "Ann |a@b.test\n"},
	    {"<", "|\n"},
	    {"(", " |\n"},
	    {"\"", "|\n"},
	    {"\"\\", "\\|\n"},
	    {"", "|\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		assert_string_equal(shown(mem, span_of(rows[i].from)),
				    rows[i].want);
		mem_free(mem);
	}
}

static void reads_so_much(void **state)
{
	static char text[LIMIT_FROM_BYTES + 1];
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	memset(text, ',', sizeof text);
	struct display_names names =
	    display_names_read(mem, span_make(text, LIMIT_FROM_BYTES));
	assert_int_equal(names.count, LIMIT_FROM_ADDRESSES);
	names = display_names_read(mem, span_make(text, sizeof text));
	assert_int_equal(names.count, 0);
	/* words up to the limit, and not the one that goes past it */
	for (size_t i = 0; i < LIMIT_FROM_BYTES; i++)
		text[i] = i % 2 == 0 ? 'a' : ' ';
	names = display_names_read(mem, span_make(text, LIMIT_FROM_BYTES));
	assert_int_equal(strlen(names.items[0].name), LIMIT_NAME_BYTES);
	mem_free(mem);
}

static void converts_known_charsets(void **state)
{
	static const struct {
		const char *charset;
		const char *bytes;
		const char *want; /* NULL: not known */
	} rows[] = {
	    {"ISO-8859-15", "\xa4", "\xe2\x82\xac"},
	    {"gb18030", "\xcd\xf5", "\xe7\x8e\x8b"},
	    {"shift_jis", "\x8e\x52", "\xe5\xb1\xb1"},
	    {"us-ascii", "a\xe4", "a\xc3\xa4"},
	    {"utf-16", "a", NULL},
	    {"iso-2022-jp", "a", NULL},
	    {"", "a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		struct strbuf out;
		strbuf_init(&out, mem, 100);
		assert_int_equal(charset_add_utf8(span_of(rows[i].charset),
						  span_of(rows[i].bytes), &out),
				 rows[i].want != NULL);
		assert_string_equal(strbuf_text(&out),
				    rows[i].want == NULL ? "" : rows[i].want);
		mem_free(mem);
	}
}

/* By what people look for a message; whatever stands there, no byte beyond it. */
static void shows_the_first_mailbox(void **state)
{
	static const struct {
		const char *value;
		const char *mailbox;
	} table[] = {
	    {"a@b.test", "a@b.test"},
	    {" \"A <x@y.test>, B\" < a@b.test >", "a@b.test"},
	    {"a@b.test (A, or <x@y.test>)", "a@b.test"},
	    {"(one (two) \\) <x@y.test>) A <a@b.test>, B <c@d.test>",
	     "a@b.test"},
	    {"a@b.test, c@d.test", "a@b.test"},
	    {"A <a@b.test", "a@b.test"},
	    {"\"A <a@b.test>", "\"A <a@b.test>"},
	    {"\"\\", "\"\\"},
	    {"(", ""},
	    {"<", ""},
	    {"", ""},
	};
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(table); i++) {
		/* Without a NUL behind it. */
		size_t length = strlen(table[i].value);
		char *bytes = heap_memdup(table[i].value, length);
		struct span found = display_mailbox(span_make(bytes, length));
		assert_string_equal(
		    mem_strndup(mem, found.data, found.length),
		    table[i].mailbox);
		heap_free(bytes);
	}
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_is_shown),
	    cmocka_unit_test(reads_so_much),
	    cmocka_unit_test(converts_known_charsets),
	    cmocka_unit_test(shows_the_first_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
