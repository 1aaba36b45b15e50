/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * canonical.c - a header field as it is hashed
 *
 * RFC 6376 3.4.1 (simple: nothing is changed), 3.4.2 (relaxed: the name in
 * lower case, folds undone, blanks one space, none at the ends). A CR that is
 * no part of a line end is an ordinary character.
 */
#include "lib/auth/canonical.h"

#include "lib/base/strbuf.h"

/* Bytes of the line end at `at`: 2 for CRLF, 1 for LF, else 0. */
static size_t line_end(struct span s, size_t at)
{
	if (s.data[at] == '\n')
		return 1;
	return s.data[at] == '\r' && at + 1 < s.length && s.data[at + 1] == '\n'
		   ? 2
		   : 0;
}

static void add_simple(struct strbuf *out, struct span value)
{
	for (size_t i = 0; i < value.length; i++) {
		size_t end = line_end(value, i);
		if (end == 0) {
			strbuf_add_char(out, value.data[i]);
			continue;
		}
		strbuf_add_text(out, "\r\n");
		i += end - 1;
	}
}

static void add_relaxed(struct strbuf *out, struct span value)
{
	size_t start = out->length;
	bool has_blank = false;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.data[i];
		size_t end = line_end(value, i);
		if (end > 0) {
			i += end - 1;
			continue;
		}
		if (c == ' ' || c == '\t') {
			has_blank = true;
			continue;
		}
		if (has_blank && out->length > start)
			strbuf_add_char(out, ' ');
		has_blank = false;
		strbuf_add_char(out, c);
	}
}

struct span canonical_field(TALLOC_CTX *mem, struct field field,
			    bool is_relaxed)
{
	struct span name = is_relaxed ? span_trim(field.name) : field.name;
	struct strbuf out;

	/* Each LF may become CRLF. */
	strbuf_init(&out, mem, name.length + 1 + 2 * field.value.length);
	for (size_t i = 0; i < name.length; i++)
		strbuf_add_char(&out, is_relaxed ? ascii_lower(name.data[i])
						 : name.data[i]);
	strbuf_add_char(&out, ':');
	if (is_relaxed)
		add_relaxed(&out, field.value);
	else
		add_simple(&out, field.value);
	return span_make(strbuf_text(&out), out.length);
}
