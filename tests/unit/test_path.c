/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_path.c - envelope addresses as MTAs give them
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/mail/path.h"

/* What no mailbox looks like, and the null path. */
#define NONE NULL, NULL, false
#define NULL_PATH NULL, NULL, true

static const struct {
	const char *name;
	const char *input;
	const char *local_part;
	const char *domain;
	bool is_null;
} rows[] = {
    {"in brackets", "<a@b.test>", "a", "b.test", false},
    {"bare", "a@b.test", "a", "b.test", false},
    {"blanks around", " <a@b.test> ", "a", "b.test", false},
    {"null path", "<>", NULL_PATH},
    {"nothing given", "", NULL_PATH},
    {"only blanks", " \t", NULL_PATH},
    {"case and last dot", "<A@B.Test.>", "A", "b.test", false},
    {"source route", "<@relay.test:a@b.test>", "a", "b.test", false},
    {"two hops", "<@r1.test,@r2.test:a@b.test>", "a", "b.test", false},
    {"route, quote", "<@legitimate.test,@any.test:'any@attack.test>", "'any",
     "attack.test", false},
    {"empty hop", "<@r1.test,,@r2.test:a@b.test>", NONE},
    {"hop without @", "<@r1.test,r2.test:a@b.test>", NONE},
    {"hop is no name", "<@r1(.test:a@b.test>", NONE},
    {"route alone", "<@r1.test:>", NONE},
    {"B19 verp", "<bounce+user=b.test@host.test>", "bounce+user=b.test",
     "host.test", false},
    {"B19 quoted", "<\"a@b.test\"@host.test>", "\"a@b.test\"", "host.test",
     false},
    {"quoted quote", "<\"a\\\"@b\"@host.test>", "\"a\\\"@b\"", "host.test",
     false},
    {"quoted blank", "<\"a b\"@host.test>", "\"a b\"", "host.test", false},
    {"quote left open", "<\"a@host.test>", NONE},
    {"quote ends in \\", "\"a\\", NONE},
    {"quote and text", "<\"a\"b@host.test>", NONE},
    {"control in quote", "<\"a\x01\"@host.test>", NONE},
    {"DEL in quote", "<\"a\x7f\"@host.test>", NONE},
    {"line end in quote", "<\"a\\\n\"@host.test>", NONE},
    {"dots anywhere", "<.a..b.@host.test>", ".a..b.", "host.test", false},
    {"no local-part", "<@b.test>", "", "b.test", false},
    {"no domain", "<postmaster>", NONE},
    {"empty domain", "<a@>", NONE},
    {"only @", "<@>", NONE},
    {"two @", "<a@b@c.test>", NONE},
    {"literal", "<a@[192.0.2.1]>", NONE},
    {"single label", "<a@localhost>", "a", "localhost", false},
    {"underscore", "<a@a_b.test>", "a", "a_b.test", false},
    {"blank inside", "<a b@c.test>", NONE},
    {"open bracket", "<a@b.test", NONE},
    {"close bracket", "a@b.test>", NONE},
    {"brackets twice", "<<a@b.test>>", NONE},
    {"one bracket", "<", NONE},
    {"G3 parenthesis", "<any@legitimate.test(a.attack.test>", NONE},
    {"E6 line end", "<a@b.test\r\nX: y>", NONE},
    {"smtputf8 domain",
     "<a@b\xc3\xbc"
     "cher.test>",
     "a", "xn--bcher-kva.test", false},
    {"smtputf8 local", "<\xc3\xbc@b.test>", "\xc3\xbc", "b.test", false},
    {"not utf-8 local", "<\xfc@b.test>", NONE},
    {"not utf-8 domain",
     "<a@b\xfc"
     "cher.test>",
     NONE},
};

static bool same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void parses(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct path path = path_parse(mem, span_of(rows[i].input));
		if (!same(path.local_part, rows[i].local_part) ||
		    !same(path.domain, rows[i].domain) ||
		    path.is_null != rows[i].is_null)
			fail_msg("%s: %s at %s", rows[i].name,
				 path.local_part ? path.local_part : "-",
				 path.domain ? path.domain : "-");
	}
	mem_free(mem);
}

static void refuses_nul(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct path path = path_parse(mem, span_make("a\0b@c.test", 10));

	(void)state;
	assert_null(path.domain);
	path = path_parse(mem, span_make("ab@c.test\0.d.test", 17));
	assert_null(path.domain);
	assert_null(path.local_part);
	mem_free(mem);
}

static void refuses_oversize(void **state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	char text[LIMIT_ADDRESS_BYTES + 1];

	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text + LIMIT_ADDRESS_BYTES - 7, "@b.test", 7);
	struct path path =
	    path_parse(mem, span_make(text, LIMIT_ADDRESS_BYTES));
	assert_string_equal(path.domain, "b.test");
	memcpy(text + LIMIT_ADDRESS_BYTES - 7, "a@b.test", 8);
	path = path_parse(mem, span_make(text, sizeof text));
	assert_null(path.domain);
	assert_false(path.is_null);
	mem_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(parses),
	    cmocka_unit_test(refuses_nul),
	    cmocka_unit_test(refuses_oversize),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
