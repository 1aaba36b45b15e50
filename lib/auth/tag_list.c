/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tag_list.c - tag=value lists of signatures and key records
 *
 * RFC 6376 3.2. Blanks behind a last semicolon are let through: they are
 * common and mean nothing. RFC 8616 4 and 5 let UTF-8 into some values; who
 * reads a value knows whether it may be there.
 */
#include "lib/auth/tag_list.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

static bool is_name(struct span s)
{
	if (s.length == 0 || !ascii_is_alpha(s.data[0]))
		return false;
	for (size_t i = 1; i < s.length; i++) {
		if (!ascii_is_alpha(s.data[i]) && !ascii_is_digit(s.data[i]) &&
		    s.data[i] != '_')
			return false;
	}
	return true;
}

static bool is_value(struct span s)
{
	bool is_ascii = true;

	for (size_t i = 0; i < s.length; i++) {
		unsigned char c = (unsigned char)s.data[i];
		if ((c < 0x21 && !ascii_is_blank(s.data[i])) || c == 0x7f)
			return false;
		is_ascii = is_ascii && c < 0x80;
	}
	return is_ascii || text_is_utf8(s);
}

/* Names are case-sensitive: "D" is another tag than "d". */
static bool has_name(const struct tag_list *list, struct span name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].name.length == name.length &&
		    memcmp(list->items[i].name.data, name.data, name.length) ==
			0)
			return true;
	}
	return false;
}

const char *tag_list_parse(struct tag_list *list, struct span text)
{
	struct span head;
	struct span tail = span_trim(text);

	list->count = 0;
	while (tail.length > 0) {
		struct tag tag;

		(void)span_cut(tail, ';', &head, &tail);
		if (!span_cut(head, '=', &tag.name, &tag.value))
			return "syntax error in the tag list";
		tag.name = span_trim(tag.name);
		tag.value = span_trim(tag.value);
		if (!is_name(tag.name))
			return "syntax error in the tag list";
		if (!is_value(tag.value))
			return "a character that no tag may hold";
		if (has_name(list, tag.name))
			return "a tag occurs twice";
		if (list->count == LIMIT_SIGNATURE_TAGS)
			return "too many tags";
		list->items[list->count++] = tag;
	}
	return NULL;
}

const struct tag *tag_list_find(const struct tag_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++) {
		if (span_equals(list->items[i].name, name))
			return &list->items[i];
	}
	return NULL;
}

bool tag_has_word(const struct tag *tag, const char *word)
{
	struct span head;
	struct span tail = tag->value;
	bool is_more = true;

	while (is_more) {
		is_more = span_cut(tail, ':', &head, &tail);
		if (span_equals_nocase(span_trim(head), word))
			return true;
	}
	return false;
}

/* What a character stands for, one more than its digit; 0: none. */
static const unsigned char digits[UCHAR_MAX + 1] = {
    ['A'] = 1,	['B'] = 2,  ['C'] = 3,	['D'] = 4,  ['E'] = 5,	['F'] = 6,
    ['G'] = 7,	['H'] = 8,  ['I'] = 9,	['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static unsigned digit_of(struct span text, size_t at)
{
	return digits[(unsigned char)text.data[at]];
}

bool base64_measure(struct span text, size_t *bytes)
{
	size_t characters = 0;
	size_t padding = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (digit_of(text, i) != 0 && padding == 0)
			characters++;
		else if (text.data[i] == '=')
			padding++;
		else if (!ascii_is_blank(text.data[i]))
			return false;
	}
	if (characters % 4 == 1 || padding > 2 ||
	    (padding > 0 && (characters + padding) % 4 != 0))
		return false;
	*bytes = characters * 3 / 4;
	return true;
}

struct span base64_write(struct span text, char *out)
{
	size_t done = 0;
	uint32_t pending = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned digit = digit_of(text, i);
		if (digit == 0)
			continue;
		pending = pending << 6 | (digit - 1);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		out[done++] = (char)(pending >> bits & 0xff);
	}
	return span_make(out, done);
}

bool base64_decode(TALLOC_CTX *mem, struct span text, struct span *bytes)
{
	size_t length;

	if (!base64_measure(text, &length))
		return false;
	*bytes = base64_write(text, mem_array(mem, char, length + 1));
	return true;
}
