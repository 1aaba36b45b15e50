/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * canonical.c - a header field as it is hashed
 *
 * RFC 6376 3.4.1 (simple: nothing is changed), 3.4.2 (relaxed: the name in
 * lower case, folds undone, blanks one space, none at the ends). WSP is space
 * and tab (RFC 5234 B.1): VT, FF, and a CR that is no part of a line end, are
 * ordinary characters.
 */
#include "lib/auth/canonical.h"

#include <string.h>

/* Where the next line end from `at` on begins; the length without one. A line
 * end is LF, with a CR before it or without. */
static size_t find_line_end(struct span s, size_t at)
{
	const char *lf = memchr(s.data + at, '\n', s.length - at);
	size_t end = lf == NULL ? s.length : (size_t)(lf - s.data);

	return end < s.length && end > at && s.data[end - 1] == '\r' ? end - 1
								     : end;
}

static size_t skip_line_end(struct span s, size_t at)
{
	return at == s.length ? at : at + (s.data[at] == '\r' ? 2 : 1);
}

static char *write_simple(char *out, struct span value)
{
	size_t at = 0;

	while (at < value.length) {
		size_t end = find_line_end(value, at);
		memcpy(out, value.data + at, end - at);
		out += end - at;
		if (end == value.length)
			break;
		*out++ = '\r';
		*out++ = '\n';
		at = skip_line_end(value, end);
	}
	return out;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* One line's words, one space before each but the first of the field. */
static char *write_words(char *out, const char *start, struct span line,
			 bool *has_blank)
{
	for (size_t i = 0; i < line.length; i++) {
		char c = line.data[i];
		if (is_space(c)) {
			*has_blank = true;
			continue;
		}
		if (*has_blank && out > start)
			*out++ = ' ';
		*has_blank = false;
		*out++ = c;
	}
	return out;
}

static char *write_relaxed(char *out, struct span value)
{
	const char *start = out;
	bool has_blank = false;

	for (size_t at = 0; at < value.length;) {
		size_t end = find_line_end(value, at);
		out = write_words(out, start,
				  span_make(value.data + at, end - at),
				  &has_blank);
		at = skip_line_end(value, end);
	}
	return out;
}

/* Each LF may become CRLF. */
static size_t room_for(struct field field)
{
	size_t more = 0;

	for (size_t i = 0; i < field.value.length; i++)
		more += field.value.data[i] == '\n';
	return field.name.length + field.value.length + more + strlen(":\r\n");
}

struct span canonical_field(TALLOC_CTX *mem, struct field field,
			    bool is_relaxed)
{
	struct span name = is_relaxed ? span_trim(field.name) : field.name;
	char *text = mem_resize(mem, NULL, char, room_for(field));
	char *out = text;

	for (size_t i = 0; i < name.length; i++)
		*out++ = is_relaxed ? ascii_lower(name.data[i]) : name.data[i];
	*out++ = ':';
	out = is_relaxed ? write_relaxed(out, field.value)
			 : write_simple(out, field.value);
	*out++ = '\r';
	*out++ = '\n';
	return span_make(text, (size_t)(out - text));
}
