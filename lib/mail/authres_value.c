/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authres_value.c - one value of an Authentication-Results field
 *
 * RFC 8601 2.2 (value, pvalue), RFC 2045 5.1 (token), RFC 5322 3.2.2 and 3.2.4
 * (comment, quoted-string). Bytes above ASCII stand only in quoted strings and
 * comments (RFC 6532).
 * Tested by test_authres.
 */
#include "lib/mail/authres_value.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/scan.h"

bool authres_is_token_byte(char c)
{
	return c > 0x20 && c < 0x7f && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

char *authres_clean(TALLOC_CTX *mem, const char *text)
{
	bool is_utf8 = text_is_utf8(span_of(text));
	char *clean = mem_strdup(mem, text);

	for (char *c = clean; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;
		if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_utf8))
			*c = '?';
	}
	return clean;
}

static bool is_token(const char *text)
{
	size_t length = 0;

	while (authres_is_token_byte(text[length]))
		length++;
	return length > 0 && text[length] == '\0';
}

/* RFC 6376 3.5 domain-name: two or more labels of letters, digits, hyphens.
 * One label and underscores are fine in a token, not behind an "@". */
static bool is_domain_name(const char *text)
{
	size_t label = 0;
	bool has_dot = false;

	for (; *text != '\0'; text++) {
		if (*text == '.' && label > 0) {
			has_dot = true;
			label = 0;
		} else if (ascii_is_alpha(*text) || ascii_is_digit(*text) ||
			   *text == '-') {
			label++;
		} else {
			return false;
		}
	}
	return has_dot && label > 0;
}

/* "ann@example.test" and "@example.test" need no quotes. */
static bool is_mail_identity(const char *text)
{
	const char *at = strchr(text, '@');

	if (at == NULL || !is_domain_name(at + 1))
		return false;
	for (; text < at; text++) {
		bool is_inner_dot = *text == '.' && text + 1 < at;
		if ((unsigned char)*text >= 0x80 ||
		    !(scan_is_atext(*text) || is_inner_dot))
			return false;
	}
	return true;
}

/* `text` between two marks, with `special` bytes behind a backslash. */
static char *enclose(TALLOC_CTX *mem, const char *text, const char *marks,
		     const char *special)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, 2 * strlen(text) + 2);
	strbuf_add_char(&buf, marks[0]);
	for (; *text != '\0'; text++) {
		if (strchr(special, *text) != NULL)
			strbuf_add_char(&buf, '\\');
		strbuf_add_char(&buf, *text);
	}
	strbuf_add_char(&buf, marks[1]);
	return strbuf_text(&buf);
}

char *authres_quoted(TALLOC_CTX *mem, const char *text)
{
	return enclose(mem, authres_clean(mem, text), "\"\"", "\"\\");
}

/* Of `text`, the bytes that a comment has room for; never part of a character
 * of several bytes. */
static size_t comment_length(const char *text)
{
	size_t room = LIMIT_AUTHRES_COMMENT - strlen("(...)");
	size_t length = 0;
	size_t width = 0;

	for (; text[length] != '\0'; length++) {
		width += strchr("()\\", text[length]) == NULL ? 1 : 2;
		if (width > room)
			break;
	}
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

/* Readers that split the field at every ";" would begin a result within. */
static void replace_separators(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == ';')
			*text = ',';
	}
}

char *authres_comment(TALLOC_CTX *mem, const char *text)
{
	char *clean = authres_clean(mem, text);

	replace_separators(clean);
	char *whole = enclose(mem, clean, "()", "()\\");

	if (strlen(whole) <= LIMIT_AUTHRES_COMMENT)
		return whole;
	return enclose(
	    mem, mem_printf(mem, "%.*s...", (int)comment_length(clean), clean),
	    "()", "()\\");
}

char *authres_value(TALLOC_CTX *mem, const char *text)
{
	if (is_token(text) || is_mail_identity(text))
		return mem_strdup(mem, text);
	return authres_quoted(mem, text);
}
