/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_dialect - SQLite's words become PostgreSQL's, and nothing else does
 */
#include "tests/unit/unit.h"

#include "lib/fleet/dialect.h"

struct dialect_case {
	const char *sqlite;
	const char *postgres;
	size_t parameters;
};

static void test_statements(void **state)
{
	static const struct dialect_case cases[] = {
	    {"", "", 0},
	    {"SELECT 1", "SELECT 1", 0},
	    {"a = ? AND b = ?", "a = $1 AND b = $2", 2},
	    {"a = ?2 AND b = ?1 AND c = ?2", "a = $2 AND b = $1 AND c = $2", 2},
	    {"a = ?3 AND b = ?", "a = $3 AND b = $4", 4},
	    {"a = '?' AND b = ?", "a = '?' AND b = $1", 1},
	    {"'it''s ? NOT INDEXED' ?", "'it''s ? NOT INDEXED' $1", 1},
	    {"\"INTEGER\" \"?\"", "\"INTEGER\" \"?\"", 0},
	    {"'no end ? INTEGER", "'no end ? INTEGER", 0},
	    {"BEGIN IMMEDIATE", "BEGIN", 0},
	    {"FROM a CROSS JOIN b", "FROM a JOIN b", 0},
	    {"FROM result NOT INDEXED WHERE", "FROM result  WHERE", 0},
	    {"(x LIMIT -1) LIMIT 5", "(x LIMIT ALL) LIMIT 5", 0},
	    {"LIMIT -10", "LIMIT -10", 0},
	    {"CREATE TEMP TABLE t (n INTEGER NOT NULL) STRICT",
	     "CREATE TEMP TABLE t (n BIGINT NOT NULL) ", 0},
	    {"INTO temp.outcome VALUES", "INTO pg_temp.outcome VALUES", 0},
	    {"INDEX temp.outcome_key ON outcome (key)",
	     "INDEX outcome_key ON outcome (key)", 0},
	    {"THEN would_of(verdict) ELSE", "THEN known_would ELSE", 0},
	    /* Words that begin so, or end so, are others. */
	    {"INTEGERS XINTEGER IN_STRICT STRICTLY temp.outcomes",
	     "INTEGERS XINTEGER IN_STRICT STRICTLY temp.outcomes", 0},
	    {"would_of(verdict2) x_would_of(verdict)",
	     "would_of(verdict2) x_would_of(verdict)", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		TALLOC_CTX *mem = mem_context(NULL);
		size_t parameters = 99;
		assert_string_equal(
		    dialect_statement(mem, cases[i].sqlite, &parameters),
		    cases[i].postgres);
		assert_int_equal(parameters, cases[i].parameters);
		mem_free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_statements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
