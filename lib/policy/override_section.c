/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * override_section.c - where in a file's bytes does an override stand?
 *
 * Walks over comments and quoted texts as lib/base/settings_scan.c does, which
 * has refused whatever could be taken in two ways. Pure.
 * Tested by test_override_write.
 */
#include "lib/policy/override_section.h"

#include <string.h>

#include "lib/base/strbuf.h"

/* What stands at one place of the file. */
enum token { TOKEN_END, TOKEN_WORD, TOKEN_TEXT, TOKEN_OTHER };

struct walk {
	struct span file;
	size_t at;
};

static bool is_at(const struct walk *walk, const char *text)
{
	size_t length = strlen(text);

	return walk->file.length - walk->at >= length &&
	       memcmp(walk->file.data + walk->at, text, length) == 0;
}

/* Goes behind the next `text`, or to the end. */
static void skip_past(struct walk *walk, const char *text)
{
	while (walk->at < walk->file.length && !is_at(walk, text))
		walk->at++;
	if (walk->at < walk->file.length)
		walk->at += strlen(text);
}

static void skip_blanks(struct walk *walk)
{
	while (walk->at < walk->file.length) {
		if (ascii_is_blank(walk->file.data[walk->at]))
			walk->at++;
		else if (is_at(walk, "#") || is_at(walk, "//"))
			skip_past(walk, "\n");
		else if (is_at(walk, "/*"))
			skip_past(walk, "*/");
		else
			return;
	}
}

static void skip_text(struct walk *walk)
{
	char quote = walk->file.data[walk->at++];

	while (walk->at < walk->file.length &&
	       walk->file.data[walk->at] != quote)
		walk->at += walk->file.data[walk->at] == '\\' ? 2 : 1;
	walk->at++;
	if (walk->at > walk->file.length)
		walk->at = walk->file.length;
}

static bool is_word_byte(char c)
{
	return !ascii_is_blank(c) && strchr("{}()=+,\"'#", c) == NULL;
}

/* The token at hand and its bytes; goes past it. */
static enum token next_token(struct walk *walk, struct span *bytes)
{
	enum token token = TOKEN_OTHER;

	skip_blanks(walk);
	size_t start = walk->at;
	if (start >= walk->file.length)
		return TOKEN_END;
	char c = walk->file.data[start];
	if (c == '"' || c == '\'') {
		skip_text(walk);
		token = TOKEN_TEXT;
	} else if (is_word_byte(c)) {
		while (walk->at < walk->file.length &&
		       is_word_byte(walk->file.data[walk->at]))
			walk->at++;
		token = TOKEN_WORD;
	} else {
		walk->at++;
	}
	*bytes = span_make(walk->file.data + start, walk->at - start);
	return token;
}

/* A text without its quotes and backslashes. In single quotes a backslash
 * stands for itself but before ' and another one. */
static char *unquoted(TALLOC_CTX *mem, struct span text)
{
	struct strbuf buf;
	char quote = text.data[0];

	strbuf_init(&buf, mem, text.length);
	for (size_t i = 1; i + 1 < text.length; i++) {
		char next = text.data[i + 1];
		if (text.data[i] == '\\' &&
		    (quote == '"' || next == '\'' || next == '\\'))
			i++;
		strbuf_add_char(&buf, text.data[i]);
	}
	return strbuf_text(&buf);
}

static bool is_named(enum token token, struct span title, const char *name)
{
	if (token != TOKEN_TEXT)
		return span_equals(title, name);
	char *text = unquoted(NULL, title);
	bool is_equal = strcmp(text, name) == 0;
	mem_free(text);
	return is_equal;
}

static void skip_braces(struct walk *walk)
{
	struct span bytes;
	int depth = 0;

	while (next_token(walk, &bytes) != TOKEN_END) {
		if (span_equals(bytes, "{"))
			depth++;
		else if (span_equals(bytes, "}") && --depth == 0)
			return;
	}
}

/* Widened to whole lines, when blanks alone stand beside it. */
static struct span whole_lines(struct span file, size_t start, size_t end)
{
	size_t from = start;
	size_t to = end;

	while (from > 0 &&
	       (file.data[from - 1] == ' ' || file.data[from - 1] == '\t'))
		from--;
	while (to < file.length && ascii_is_blank(file.data[to]) &&
	       file.data[to] != '\n')
		to++;
	bool is_alone = (from == 0 || file.data[from - 1] == '\n') &&
			(to == file.length || file.data[to] == '\n');
	if (!is_alone)
		return span_make(file.data + start, end - start);
	to += to < file.length ? 1 : 0;
	return span_make(file.data + from, to - from);
}

bool override_find_section(struct span file, const char *name,
			   struct span *section)
{
	struct walk walk = {.file = file};
	struct span bytes;
	struct span title;
	enum token token;

	while ((token = next_token(&walk, &bytes)) != TOKEN_END) {
		if (token != TOKEN_WORD || !span_equals(bytes, "override"))
			continue;
		token = next_token(&walk, &title);
		skip_braces(&walk);
		if (token == TOKEN_END || !is_named(token, title, name))
			continue;
		*section = whole_lines(file, (size_t)(bytes.data - file.data),
				       walk.at);
		return true;
	}
	return false;
}
