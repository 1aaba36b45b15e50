/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encoded_word.c - what a mail reader may decode in a display name
 */
#include "lib/mail/encoded_word.h"

#include <string.h>

#include "lib/mail/scan.h"

/* What stands between the question marks. */
static bool is_inner_byte(char c)
{
	return c > ' ' && c < 0x7f && strchr("?\"\\()<>", c) == NULL;
}

bool encoded_word_begins(struct span text)
{
	return span_starts_nocase(text, "=?");
}

bool encoded_word_read(struct span text, struct encoded_word *word)
{
	struct scan scan = {.text = text};

	if (!encoded_word_begins(text))
		return false;
	scan.at = strlen("=?");
	struct span charset = scan_run(&scan, is_inner_byte);
	if (charset.length == 0 || !scan_char(&scan, '?'))
		return false;
	char encoding = ascii_lower(scan_peek(&scan));
	if (encoding != 'b' && encoding != 'q')
		return false;
	scan.at++;
	if (!scan_char(&scan, '?'))
		return false;
	struct span inner = scan_run(&scan, is_inner_byte);
	if (!scan_char(&scan, '?') || !scan_char(&scan, '='))
		return false;
	*word = (struct encoded_word){scan.at, charset, encoding, inner};
	return true;
}

/* RFC 2231 5: "UTF-8*en" names a language too. */
static struct span charset_name(const struct encoded_word *word)
{
	struct span name;
	struct span language;

	(void)span_cut(word->charset, '*', &name, &language);
	return name;
}

/* In these an ASCII character is its own byte, so nothing that matters in an
 * address can hide: not so in UTF-7, UTF-16, ISO-2022 or EBCDIC. */
static bool is_ascii_superset(struct span name)
{
	static const char *const families[] = {
	    "utf-8", "us-ascii", "iso-8859-", "windows-125", "koi8-", "gb2312",
	    "gbk",   "gb18030",	 "big5",      "shift_jis",   "euc-",
	};

	for (size_t i = 0; i < COUNT_OF(families); i++) {
		if (span_starts_nocase(name, families[i]))
			return true;
	}
	return false;
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *found = c == '\0' ? NULL : strchr(digits, ascii_lower(c));

	return found == NULL ? -1 : (int)(found - digits);
}

static bool decode_q(struct span text, struct strbuf *out)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (c == '=') {
			if (text.length - i < 3)
				return false;
			int high = hex_value(text.data[i + 1]);
			int low = hex_value(text.data[i + 2]);
			if (high < 0 || low < 0)
				return false;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '_') {
			c = ' ';
		}
		strbuf_add_char(out, c);
	}
	return true;
}

static int base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

/* Whole quartets; "=" in the last one only. */
static bool decode_b(struct span text, struct strbuf *out)
{
	size_t digits = text.length;
	unsigned bits = 0;

	while (digits > 0 && text.length - digits < 2 &&
	       text.data[digits - 1] == '=')
		digits--;
	if (text.length % 4 != 0)
		return false;
	for (size_t i = 0; i < digits; i++) {
		int value = base64_value(text.data[i]);
		if (value < 0)
			return false;
		bits = (bits << 6 | (unsigned)value) & 0xffffffU;
		if (i % 4 > 0)
			strbuf_add_char(out,
					(char)(bits >> (6 - i % 4 * 2) & 0xff));
	}
	return true;
}

bool encoded_word_decode(const struct encoded_word *word, struct strbuf *out)
{
	struct span charset = charset_name(word);
	size_t start = out->length;

	if (!is_ascii_superset(charset))
		return false;
	if (!(word->encoding == 'b' ? decode_b(word->text, out)
				    : decode_q(word->text, out)))
		return false;
	return !span_equals_nocase(charset, "utf-8") ||
	       text_is_line(
		   span_make(strbuf_text(out) + start, out->length - start));
}
