/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_shape.c - is a text JSON of the kind that we write?
 *
 * RFC 8259. Each function takes what it is named after from the front, and
 * returns false where it does not stand there.
 * Tested by test_record_keeping.
 */
#include "lib/base/json_shape.h"

#include "lib/base/limits.h"

#define DIGITS_MAX 18

struct reading {
	const char *at;
	const char *end;
	int depth;
};

static bool take_value(struct reading *reading);

static void pass_blanks(struct reading *reading)
{
	while (reading->at < reading->end && ascii_is_blank(*reading->at))
		reading->at++;
}

static bool take_byte(struct reading *reading, char c)
{
	if (reading->at == reading->end || *reading->at != c)
		return false;
	reading->at++;
	return true;
}

static bool take_word(struct reading *reading, const char *word)
{
	for (; *word != '\0'; word++) {
		if (!take_byte(reading, *word))
			return false;
	}
	return true;
}

/* --- texts --- */

/* The four digits behind "\u". */
static bool take_unit(struct reading *reading, unsigned *unit)
{
	unsigned value = 0;

	if (reading->end - reading->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = ascii_hex_value(*reading->at++);
		if (digit < 0)
			return false;
		value = value * 16 + (unsigned)digit;
	}
	*unit = value;
	return true;
}

/* A character, as one unit or a pair of surrogates. */
static bool take_character(struct reading *reading)
{
	unsigned unit;

	if (!take_unit(reading, &unit))
		return false;
	if (unit >= 0xd800 && unit < 0xdc00)
		return take_word(reading, "\\u") && take_unit(reading, &unit) &&
		       unit >= 0xdc00 && unit < 0xe000;
	return unit >= 0xa0 ? unit < 0xdc00 || unit >= 0xe000
			    : unit >= 0x20 && unit < 0x7f;
}

/* Behind the backslash. \b \f \n \r \t are control characters. */
static bool take_escape(struct reading *reading)
{
	if (take_byte(reading, 'u'))
		return take_character(reading);
	return take_byte(reading, '"') || take_byte(reading, '\\') ||
	       take_byte(reading, '/');
}

static bool take_text(struct reading *reading)
{
	if (!take_byte(reading, '"'))
		return false;
	const char *from = reading->at;
	while (reading->at < reading->end && *reading->at != '"') {
		if (*reading->at++ == '\\' && !take_escape(reading))
			return false;
	}
	struct span text = span_make(from, (size_t)(reading->at - from));
	return take_byte(reading, '"') && text_is_line(text);
}

/* --- values --- */

static bool take_number(struct reading *reading)
{
	int digits = 0;

	(void)take_byte(reading, '-');
	while (reading->at < reading->end && ascii_is_digit(*reading->at)) {
		reading->at++;
		digits++;
	}
	return digits > 0 && digits <= DIGITS_MAX;
}

static bool take_member(struct reading *reading)
{
	pass_blanks(reading);
	if (!take_text(reading))
		return false;
	pass_blanks(reading);
	return take_byte(reading, ':') && take_value(reading);
}

/* "[a, b]" or "{a, b}", behind the bracket. */
static bool take_items(struct reading *reading, char close,
		       bool (*take_item)(struct reading *reading))
{
	if (++reading->depth > LIMIT_JSON_NESTING)
		return false;
	pass_blanks(reading);
	if (!take_byte(reading, close)) {
		do {
			if (!take_item(reading))
				return false;
			pass_blanks(reading);
		} while (take_byte(reading, ','));
		if (!take_byte(reading, close))
			return false;
	}
	reading->depth--;
	return true;
}

static bool take_object(struct reading *reading)
{
	pass_blanks(reading);
	return take_byte(reading, '{') && take_items(reading, '}', take_member);
}

static bool take_text_item(struct reading *reading)
{
	pass_blanks(reading);
	return take_text(reading);
}

static bool take_value(struct reading *reading)
{
	pass_blanks(reading);
	if (reading->at == reading->end)
		return false;
	switch (*reading->at) {
	case '{':
		return take_object(reading);
	case '[':
		reading->at++;
		return take_items(reading, ']', take_value);
	case '"':
		return take_text(reading);
	case 't':
		return take_word(reading, "true");
	case 'f':
		return take_word(reading, "false");
	case 'n':
		return take_word(reading, "null");
	default:
		return take_number(reading);
	}
}

static bool take_list(struct reading *reading,
		      bool (*take_item)(struct reading *reading))
{
	pass_blanks(reading);
	return take_byte(reading, '[') && take_items(reading, ']', take_item);
}

bool json_has_shape(struct span text, enum json_shape shape)
{
	struct reading reading = {.at = text.data,
				  .end = text.data + text.length};
	bool ok = false;

	switch (shape) {
	case JSON_OBJECT_SHAPE:
		ok = take_object(&reading);
		break;
	case JSON_OBJECTS_SHAPE:
		ok = take_list(&reading, take_object);
		break;
	case JSON_TEXTS_SHAPE:
		ok = take_list(&reading, take_text_item);
		break;
	}
	pass_blanks(&reading);
	return ok && reading.at == reading.end;
}
