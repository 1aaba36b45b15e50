/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dialect.c - a statement of lib/store as PostgreSQL takes it
 * Tested by test_dialect.
 */
#include "lib/fleet/dialect.h"

#include <assert.h>
#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

/* A parameter grows to "$64" and a word to the longest below. */
#define GROWTH 4

/* Whole words, the longer ones first. */
static const struct {
	const char *sqlite;
	const char *postgres;
} words[] = {
    {"BEGIN IMMEDIATE", "BEGIN"},
    {"CROSS JOIN", "JOIN"}, /* to SQLite an order to keep to */
    {"NOT INDEXED", ""},    /* likewise */
    {"LIMIT -1", "LIMIT ALL"},
    {"temp.outcome_key ON", "outcome_key ON"}, /* where its table is */
    {"temp.outcome", "pg_temp.outcome"},
    {"INTEGER", "BIGINT"},
    {"STRICT", ""}, /* as all of PostgreSQL's tables are */
    /* The verdict itself is not kept as long as this is. */
    {"would_of(verdict)", "known_would"},
};

static bool is_of_word(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) || c == '_';
}

/* The length of `word` where `at` begins with it, and not with a longer one. */
static size_t match_word(const char *at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(at, word, length) != 0)
		return 0;
	return is_of_word(word[length - 1]) && is_of_word(at[length]) ? 0
								      : length;
}

/* Behind the text in quotes that begins at `from`. */
static const char *behind_quoted(const char *from)
{
	const char *end = strchr(from + 1, *from);

	return end == NULL ? from + strlen(from) : end + 1;
}

static const char *add_parameter(struct strbuf *sql, const char *at,
				 size_t *highest)
{
	size_t number = 0;

	for (at++; ascii_is_digit(*at); at++)
		number = number * 10 + (size_t)(*at - '0');
	if (number == 0) /* a bare one comes behind the highest so far */
		number = *highest + 1;
	assert(number <= DIALECT_PARAMETERS_MAX);
	if (number > *highest)
		*highest = number;
	strbuf_printf(sql, "$%zu", number);
	return at;
}

/* A word, or what is none: up to where the next may begin. */
static const char *add_word(struct strbuf *sql, const char *at)
{
	const char *end = at + 1;

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t length = match_word(at, words[i].sqlite);
		if (length == 0)
			continue;
		strbuf_add_text(sql, words[i].postgres);
		return at + length;
	}
	while (is_of_word(*at) && is_of_word(*end))
		end++;
	strbuf_add(sql, at, (size_t)(end - at));
	return end;
}

char *dialect_statement(TALLOC_CTX *mem, const char *sql, size_t *parameters)
{
	struct strbuf made;
	const char *end;

	*parameters = 0;
	strbuf_init(&made, mem, GROWTH * strlen(sql) + 1);
	while (*sql != '\0') {
		if (*sql == '?') {
			sql = add_parameter(&made, sql, parameters);
		} else if (*sql == '\'' || *sql == '"') {
			end = behind_quoted(sql);
			strbuf_add(&made, sql, (size_t)(end - sql));
			sql = end;
		} else {
			sql = add_word(&made, sql);
		}
	}
	return strbuf_text(&made);
}
