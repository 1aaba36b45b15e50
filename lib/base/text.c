/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.c - spans of foreign text, numbers, escaping
 */
#include "lib/base/text.h"

#include <string.h>

#include "lib/base/strbuf.h"

struct span span_of(const char *text)
{
	return span_make(text, text == NULL ? 0 : strlen(text));
}

struct span span_make(const char *data, size_t length)
{
	return (struct span){.data = length == 0 ? "" : data, .length = length};
}

struct span span_from(struct span s, size_t start)
{
	return span_make(s.data + start, s.length - start);
}

struct span span_trim(struct span s)
{
	while (s.length > 0 && ascii_is_blank(s.data[0])) {
		s.data++;
		s.length--;
	}
	while (s.length > 0 && ascii_is_blank(s.data[s.length - 1]))
		s.length--;
	return s;
}

bool span_equals(struct span s, const char *text)
{
	return s.length == strlen(text) && memcmp(s.data, text, s.length) == 0;
}

bool span_starts(struct span s, const char *prefix)
{
	size_t length = strlen(prefix);

	return s.length >= length && memcmp(s.data, prefix, length) == 0;
}

bool span_ends(struct span s, const char *suffix)
{
	size_t length = strlen(suffix);

	return s.length >= length &&
	       memcmp(s.data + s.length - length, suffix, length) == 0;
}

bool span_starts_nocase(struct span s, const char *prefix)
{
	size_t length = strlen(prefix);

	if (s.length < length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (ascii_lower(s.data[i]) != ascii_lower(prefix[i]))
			return false;
	}
	return true;
}

bool span_equals_nocase(struct span s, const char *text)
{
	return s.length == strlen(text) && span_starts_nocase(s, text);
}

bool span_cut(struct span s, char separator, struct span *head,
	      struct span *tail)
{
	const char *at =
	    s.length == 0 ? NULL : memchr(s.data, separator, s.length);

	if (at == NULL) {
		*head = s;
		*tail = span_make("", 0);
		return false;
	}
	size_t before = (size_t)(at - s.data);
	*head = span_make(s.data, before);
	*tail = span_make(at + 1, s.length - before - 1);
	return true;
}

int text_place(const char *const *words, size_t count, const char *text)
{
	for (size_t i = 0; text != NULL && i < count; i++) {
		if (words[i] != NULL && strcmp(words[i], text) == 0)
			return (int)i;
	}
	return -1;
}

bool text_equals_nocase(const char *a, const char *b)
{
	return span_equals_nocase(span_of(a), b);
}

char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool ascii_is_alpha(char c)
{
	char low = ascii_lower(c);

	return low >= 'a' && low <= 'z';
}

bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool ascii_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool ascii_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

int ascii_hex_value(char c)
{
	char low = ascii_lower(c);

	if (ascii_is_digit(c))
		return c - '0';
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

void text_lower(char *text)
{
	for (; *text != '\0'; text++)
		*text = ascii_lower(*text);
}

bool text_number64(struct span s, int64_t min, int64_t max, int64_t *number)
{
	int64_t value = 0;

	if (s.length == 0 || s.length > 18)
		return false;
	if (s.length > 1 && s.data[0] == '0')
		return false;
	for (size_t i = 0; i < s.length; i++) {
		if (!ascii_is_digit(s.data[i]))
			return false;
		value = value * 10 + (s.data[i] - '0');
	}
	if (value < min || value > max)
		return false;
	*number = value;
	return true;
}

bool text_number(struct span s, long min, long max, long *number)
{
	int64_t value;

	if (!text_number64(s, min, max, &value))
		return false;
	*number = (long)value;
	return true;
}

/* What text_escape writes, and text_unescape reads. */
static const char hex_digits[] = "0123456789abcdef";

/* Writes one byte's safe form into `out` (5 bytes) and returns its length. */
static size_t escape_byte(unsigned char c, bool keep_blanks, char *out)
{
	if (c == '\\') {
		memcpy(out, "\\\\", 2);
		return 2;
	}
	if ((c > 0x20 && c < 0x7f) || (c == ' ' && keep_blanks)) {
		out[0] = (char)c;
		return 1;
	}
	memcpy(out, "\\x", 2);
	out[2] = hex_digits[c >> 4];
	out[3] = hex_digits[c & 15];
	return 4;
}

/* How many bytes at the start stay as they are. */
static size_t plain_run(struct span s, bool keep_blanks)
{
	size_t run = 0;

	while (run < s.length && s.data[run] < 0x7f && s.data[run] != '\\' &&
	       (s.data[run] > ' ' || (s.data[run] == ' ' && keep_blanks)))
		run++;
	return run;
}

/* As many of the bytes as there is room for; full when that is not all. */
static void add_run(struct strbuf *buf, const char *bytes, size_t length)
{
	size_t room = buf->max - buf->length;
	size_t fits = length < room ? length : room;

	strbuf_add(buf, bytes, fits);
	strbuf_add(buf, bytes + fits, length - fits);
}

/* Adds what is at the front, of which it returns the bytes. */
static size_t add_safe(struct strbuf *buf, struct span s, bool keep_blanks)
{
	size_t run = plain_run(s, keep_blanks);
	char piece[5];

	if (run > 0) {
		add_run(buf, s.data, run);
		return run;
	}
	strbuf_add(buf, piece,
		   escape_byte((unsigned char)s.data[0], keep_blanks, piece));
	return 1;
}

char *text_escape(TALLOC_CTX *mem, struct span s, size_t max, bool keep_blanks)
{
	struct strbuf buf;
	size_t cut = 0; /* where "..." still fits behind */

	strbuf_init(&buf, mem, max);
	while (s.length > 0 && !strbuf_is_full(&buf)) {
		size_t before = buf.length;
		size_t used = add_safe(&buf, s, keep_blanks);
		if (buf.length + 3 <= max)
			cut = buf.length;
		else if (used > 1 && before + 3 <= max)
			cut = max - 3; /* within plain bytes */
		s = span_make(s.data + used, s.length - used);
	}
	if (!strbuf_is_full(&buf))
		return strbuf_text(&buf);
	return mem_printf(mem, "%.*s...", (int)cut, strbuf_text(&buf));
}

/* How many bytes of the text became one; 1 where there is no escape. */
static size_t unescape_byte(const char *text, char *byte)
{
	*byte = text[0];
	if (text[0] != '\\')
		return 1;
	if (text[1] == '\\')
		return 2;
	if (text[1] != 'x' || !ascii_is_one_of(text[2], hex_digits) ||
	    !ascii_is_one_of(text[3], hex_digits))
		return 1;
	*byte =
	    (char)(ascii_hex_value(text[2]) << 4 | ascii_hex_value(text[3]));
	return 4;
}

struct span text_unescape(TALLOC_CTX *mem, const char *text)
{
	char *bytes = mem_strdup(mem, text);
	size_t length = 0;

	while (*text != '\0')
		text += unescape_byte(text, &bytes[length++]);
	bytes[length] = '\0';
	return span_make(bytes, length);
}

char *text_printable(TALLOC_CTX *mem, const char *text)
{
	struct strbuf buf;

	strbuf_init(&buf, mem, 4 * strlen(text));
	for (; *text != '\0'; text++) {
		if (*text >= 0x20 && *text < 0x7f)
			strbuf_add_char(&buf, *text);
		else
			strbuf_printf(&buf, "\\x%02x",
				      (unsigned)(unsigned char)*text);
	}
	return strbuf_text(&buf);
}

/* How many bytes the sequence that starts with `c` has; 0 for no start. */
static size_t utf8_length(unsigned char c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c <= 0xdf)
		return 2;
	if (c >= 0xe0 && c <= 0xef)
		return 3;
	if (c >= 0xf0 && c <= 0xf4)
		return 4;
	return 0;
}

/* The second byte's range rules out overlong forms, surrogates, > U+10FFFF. */
static bool utf8_second_ok(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return second >= 0x80 && second <= 0xbf;
	}
}

size_t text_utf8_character(struct span s)
{
	const unsigned char *bytes = (const unsigned char *)s.data;
	size_t length = s.length == 0 ? 0 : utf8_length(bytes[0]);

	if (length > s.length)
		return 0;
	if (length > 1 && !utf8_second_ok(bytes[0], bytes[1]))
		return 0;
	for (size_t k = 2; k < length; k++) {
		if ((bytes[k] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

static bool is_ascii_from(struct span s, char first)
{
	for (size_t i = 0; i < s.length; i++) {
		if (s.data[i] < first || s.data[i] > '~')
			return false;
	}
	return true;
}

bool text_is_ascii(struct span s)
{
	return is_ascii_from(s, ' ');
}

bool text_is_graphic(struct span s)
{
	return is_ascii_from(s, '!');
}

bool text_is_utf8(struct span s)
{
	while (s.length > 0) {
		size_t length = text_utf8_character(s);
		if (length == 0)
			return false;
		s = span_make(s.data + length, s.length - length);
	}
	return true;
}

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* Are they all from 0x20 to 0x7e? A high bit tells of a byte from 0x80 on, or
 * appears when 0x20 is taken away from a lower one, or 1 is added to 0x7f. */
static bool are_fit(const char *eight)
{
	uint64_t word;

	memcpy(&word, eight, sizeof word);
	return ((word | (word - EACH_BYTE(0x20)) | (word + EACH_BYTE(1))) &
		EACH_BYTE(0x80)) == 0;
}

static size_t fit_run(struct span s)
{
	size_t run = 0;

	while (run + 8 <= s.length && are_fit(s.data + run))
		run += 8;
	while (run < s.length && s.data[run] >= ' ' && s.data[run] < 0x7f)
		run++;
	return run;
}

bool text_is_line(struct span s)
{
	while ((s = span_from(s, fit_run(s))).length > 0) {
		size_t length = text_utf8_character(s);
		/* U+0080..U+009F: "\xc2\x9b" opens an escape sequence */
		if (length < 2 ||
		    (s.data[0] == '\xc2' && (unsigned char)s.data[1] < 0xa0))
			return false;
		s = span_from(s, length);
	}
	return true;
}

char *text_folder(TALLOC_CTX *mem, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_strdup(mem, ".");
	return slash == path ? mem_strdup(mem, "/")
			     : mem_strndup(mem, path, (size_t)(slash - path));
}
