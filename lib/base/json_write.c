/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_write.c - JSON written straight to its text
 */
#include "lib/base/json_write.h"

#include <stdio.h>

#define NUMBER_TEXT 24 /* "-9223372036854775808" */

/* --- texts --- */

/* Most of all texts, to their end. */
static size_t bare_run(struct span s)
{
	size_t run = 0;

	while (run < s.length && s.data[run] >= ' ' && s.data[run] < 0x7f &&
	       s.data[run] != '"' && s.data[run] != '\\')
		run++;
	return run;
}

static uint32_t code_point(const char *at, size_t length)
{
	static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t point = (unsigned char)at[0] & masks[length];

	for (size_t i = 1; i < length; i++)
		point = point << 6 | ((unsigned char)at[i] & 0x3f);
	return point;
}

/* Behind the first 65536 come pairs of surrogates (RFC 8259 7). */
static void add_code_point(struct strbuf *out, uint32_t point)
{
	if (point < 0x10000)
		strbuf_printf(out, "\\u%04X", (unsigned)point);
	else
		strbuf_printf(out, "\\u%04X\\u%04X",
			      (unsigned)(0xd800 + ((point - 0x10000) >> 10)),
			      (unsigned)(0xdc00 + (point & 0x3ff)));
}

/* One that is not bare; returns how many bytes it was. */
static size_t add_special(struct strbuf *out, struct span rest)
{
	unsigned char first = (unsigned char)rest.data[0];
	size_t length = text_utf8_character(rest);

	if (first == '"' || first == '\\') {
		strbuf_add_char(out, '\\');
		strbuf_add_char(out, rest.data[0]);
		return 1;
	}
	if (length > 1) {
		add_code_point(out, code_point(rest.data, length));
		return length;
	}
	strbuf_printf(out, "\\\\x%02x", (unsigned)first);
	return 1;
}

void json_write_quoted(struct strbuf *out, struct span text)
{
	strbuf_add_char(out, '"');
	while (text.length > 0) {
		size_t used = bare_run(text);
		strbuf_add(out, text.data, used);
		if (used < text.length)
			used += add_special(out, span_make(text.data + used,
							   text.length - used));
		text = span_make(text.data + used, text.length - used);
	}
	strbuf_add_char(out, '"');
}

/* --- values --- */

void json_write_begin(struct json_writer *json, TALLOC_CTX *mem)
{
	*json = (struct json_writer){.has_before = false};
	strbuf_init(&json->out, mem, SIZE_MAX / 2);
}

char *json_write_done(struct json_writer *json)
{
	return strbuf_text(&json->out);
}

/* What stands before a value. */
static void begin_value(struct json_writer *json, const char *key)
{
	struct strbuf *out = &json->out;

	if (json->has_before)
		strbuf_add_char(out, ',');
	json->has_before = true;
	if (key == NULL)
		return;
	strbuf_add_char(out, '"');
	strbuf_add_text(out, key);
	strbuf_add(out, "\":", 2);
}

void json_write_value(struct json_writer *json, const char *key,
		      const char *value)
{
	begin_value(json, key);
	strbuf_add_text(&json->out, value);
}

static void open_value(struct json_writer *json, const char *key, char bracket)
{
	begin_value(json, key);
	strbuf_add_char(&json->out, bracket);
	json->has_before = false;
}

static void close_value(struct json_writer *json, char bracket)
{
	strbuf_add_char(&json->out, bracket);
	json->has_before = true;
}

void json_write_object(struct json_writer *json, const char *key)
{
	open_value(json, key, '{');
}

void json_write_end_object(struct json_writer *json)
{
	close_value(json, '}');
}

void json_write_list(struct json_writer *json, const char *key)
{
	open_value(json, key, '[');
}

void json_write_end_list(struct json_writer *json)
{
	close_value(json, ']');
}

void json_write_text(struct json_writer *json, const char *key,
		     const char *text)
{
	if (text == NULL) {
		json_write_null(json, key);
		return;
	}
	begin_value(json, key);
	json_write_quoted(&json->out, span_of(text));
}

void json_write_number(struct json_writer *json, const char *key,
		       int64_t number)
{
	char digits[NUMBER_TEXT];

	(void)snprintf(digits, sizeof digits, "%lld", (long long)number);
	json_write_value(json, key, digits);
}

void json_write_flag(struct json_writer *json, const char *key, bool flag)
{
	json_write_value(json, key, flag ? "true" : "false");
}

void json_write_null(struct json_writer *json, const char *key)
{
	json_write_value(json, key, "null");
}

void json_write_texts(struct json_writer *json, const char *key,
		      const struct text_list *texts)
{
	json_write_list(json, key);
	for (size_t i = 0; i < texts->count; i++)
		json_write_text(json, NULL, texts->items[i]);
	json_write_end_list(json);
}
