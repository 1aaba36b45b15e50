/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * secret_text.c - a text that may hold a password, made fit to be shown
 *
 * Two places: behind "password" and "=", up to what ends a value there, and
 * behind the user of an address, up to the last "@" of the word. A "%" in the
 * query of an address may spell "password" otherwise: then all of it goes.
 */
#include "lib/base/secret_text.h"

#include <string.h>

#include "lib/base/strbuf.h"
#include "lib/base/text.h"

#define HIDDEN "***"
#define KEY "password" /* sslpassword ends with it */

static const char *skip_blanks(const char *at)
{
	while (ascii_is_blank(*at))
		at++;
	return at;
}

static const char *word_end(const char *at)
{
	while (*at != '\0' && !ascii_is_blank(*at))
		at++;
	return at;
}

/* Behind the quote that ends it; the end of the text where none does. */
static const char *quoted_end(const char *at)
{
	for (at++; *at != '\0' && *at != '\''; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return *at == '\0' ? at : at + 1;
}

/* "a\ b": a blank behind a backslash belongs to the value. */
static const char *value_end(const char *at)
{
	if (*at == '\'')
		return quoted_end(at);
	for (; *at != '\0' && *at != '&' && !ascii_is_blank(*at); at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return at;
}

/* The value of a parameter that `at` begins with; NULL: it is none. */
static const char *parameter_value(const char *at)
{
	if (!span_starts_nocase(span_of(at), KEY))
		return NULL;
	at = skip_blanks(at + strlen(KEY));
	return *at == '=' ? skip_blanks(at + 1) : NULL;
}

/* What stands between the user's ":" and the last "@" of the word, where `at`
 * begins with "://"; NULL: nothing does. */
static const char *address_secret(const char *at, const char **end)
{
	if (strncmp(at, "://", 3) != 0)
		return NULL;
	const char *last = word_end(at);
	const char *start = at + 3;
	while (start < last && *start != ':')
		start++;
	while (last > start && *last != '@')
		last--;
	*end = last;
	return last > start ? start + 1 : NULL;
}

/* The query of an address, where something in it is spelled with "%". */
static const char *veiled_query(const char *at, const char **end)
{
	*end = word_end(at);
	return *at == '?' && memchr(at, '%', (size_t)(*end - at)) != NULL
		   ? at + 1
		   : NULL;
}

/* What is to be hidden at or behind `at`, the next one; NULL: nothing. */
static const char *find_secret(const char *at, const char **end)
{
	for (; *at != '\0'; at++) {
		const char *start = parameter_value(at);
		if (start != NULL)
			*end = value_end(start);
		if (start == NULL)
			start = address_secret(at, end);
		if (start == NULL)
			start = veiled_query(at, end);
		if (start != NULL && *end > start)
			return start;
	}
	return NULL;
}

bool secret_text_has_any(const char *text)
{
	const char *end;

	return find_secret(text, &end) != NULL;
}

char *secret_text_hide(TALLOC_CTX *mem, const char *text)
{
	struct strbuf shown;
	const char *secret;
	const char *end;

	strbuf_init(&shown, mem, strlen(text) * (1 + strlen(HIDDEN)) + 1);
	while ((secret = find_secret(text, &end)) != NULL) {
		strbuf_add(&shown, text, (size_t)(secret - text));
		strbuf_add_text(&shown, HIDDEN);
		text = end;
	}
	strbuf_add_text(&shown, text);
	return strbuf_text(&shown);
}
