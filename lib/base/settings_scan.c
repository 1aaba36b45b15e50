/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_scan.c - a configuration file made safe for libconfuse's lexer
 *
 * One pass over the bytes. Outside quotes it drops comments (#, //, C style)
 * and keeps the rest; quoted texts are copied whole. Pure.
 * Tested by test_settings.
 */
#include "lib/base/settings_scan.h"

#include <string.h>

#include "lib/base/strbuf.h"

struct scan {
	const char *path;
	struct span rest;
	int line;
	int depth;	 /* open braces */
	int open_line;	 /* where the outermost one stands */
	bool is_in_word; /* an unquoted word ends right before `rest` */
	struct strbuf clean;
	struct error *err;
};

static bool refuse(const struct scan *scan, int line, const char *words)
{
	return error_set(scan->err, ERROR_CONFIG, "%s:%d: %s", scan->path, line,
			 words);
}

static bool is_next(const struct scan *scan, const char *text)
{
	size_t length = strlen(text);

	return scan->rest.length >= length &&
	       memcmp(scan->rest.data, text, length) == 0;
}

/* Goes past `count` bytes, counting lines. */
static void skip(struct scan *scan, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (scan->rest.data[i] == '\n')
			scan->line++;
	}
	scan->rest =
	    span_make(scan->rest.data + count, scan->rest.length - count);
}

static void copy(struct scan *scan, size_t count)
{
	strbuf_add(&scan->clean, scan->rest.data, count);
	skip(scan, count);
}

static void line_comment(struct scan *scan)
{
	while (scan->rest.length > 0 && !is_next(scan, "\n"))
		skip(scan, 1);
}

static bool block_comment(struct scan *scan)
{
	int line = scan->line;

	skip(scan, 2);
	while (!is_next(scan, "*/")) {
		if (scan->rest.length == 0)
			return refuse(scan, line, "the comment has no end");
		if (is_next(scan, "\n"))
			copy(scan, 1);
		else
			skip(scan, 1);
	}
	skip(scan, 2);
	strbuf_add_char(&scan->clean, ' ');
	return true;
}

static bool comment(struct scan *scan)
{
	/* "/var//db" would lose its end */
	if (scan->is_in_word)
		return refuse(scan, scan->line,
			      "a comment begins within a word; a value with "
			      "#, // or /* must stand in quotes");
	if (is_next(scan, "/*"))
		return block_comment(scan);
	line_comment(scan);
	return true;
}

static bool refuse_variable(const struct scan *scan)
{
	return refuse(scan, scan->line,
		      "${ is not replaced from the environment here; write "
		      "\\${ in double quotes for the characters themselves");
}

/* What may follow a backslash in `quote`; "\x00" would cut the text. */
static bool escape(struct scan *scan, char quote)
{
	if (quote == '\'') {
		copy(scan,
		     is_next(scan, "\\'") || is_next(scan, "\\\\") ? 2 : 1);
		return true;
	}
	if (!is_next(scan, "\\\"") && !is_next(scan, "\\\\") &&
	    !is_next(scan, "\\$"))
		return refuse(scan, scan->line,
			      "unknown escape in a quoted text (allowed: "
			      "\\\" \\\\ \\$)");
	copy(scan, 2);
	return true;
}

static bool quoted(struct scan *scan)
{
	char quote = scan->rest.data[0];

	copy(scan, 1);
	while (scan->rest.length > 0 && !is_next(scan, "\n")) {
		char c = scan->rest.data[0];
		if (quote == '"' && is_next(scan, "${"))
			return refuse_variable(scan);
		if (c == '\0')
			break;
		if (c == '\\') {
			if (!escape(scan, quote))
				return false;
			continue;
		}
		copy(scan, 1);
		if (c == quote)
			return true;
	}
	return refuse(scan, scan->line, "a quoted text has no end on its line");
}

static bool is_word_byte(char c)
{
	return !ascii_is_blank(c) && strchr("{}()=+,\"'", c) == NULL;
}

static void count_brace(struct scan *scan, char c)
{
	if (c == '{' && scan->depth++ == 0)
		scan->open_line = scan->line;
	if (c == '}')
		scan->depth--;
}

static bool plain(struct scan *scan)
{
	char c = scan->rest.data[0];

	if (is_next(scan, "${"))
		return refuse_variable(scan);
	if (c == '*')
		return refuse(scan, scan->line,
			      "a value with * must stand in quotes");
	if (is_next(scan, "\r\n")) {
		skip(scan, 1);
		return true;
	}
	if (c == 0x7f || ((unsigned char)c < 0x20 && c != '\t' && c != '\n'))
		return refuse(scan, scan->line,
			      "a control character stands here");
	scan->is_in_word = is_word_byte(c);
	count_brace(scan, c);
	copy(scan, 1);
	return true;
}

static bool step(struct scan *scan)
{
	char c = scan->rest.data[0];

	if (c == '#' || is_next(scan, "//") || is_next(scan, "/*"))
		return comment(scan);
	if (c == '"' || c == '\'') {
		scan->is_in_word = false;
		return quoted(scan);
	}
	return plain(scan);
}

bool settings_scan(TALLOC_CTX *mem, const char *path, struct span file,
		   char **clean, struct error *err)
{
	struct scan scan = {.path = path, .rest = file, .line = 1, .err = err};

	strbuf_init(&scan.clean, mem, file.length);
	while (scan.rest.length > 0) {
		if (!step(&scan))
			return false;
	}
	/* libconfuse takes the end of the file for the end of a section */
	if (scan.depth > 0)
		return refuse(&scan, scan.open_line,
			      "this { has no } to the end of the file");
	*clean = strbuf_text(&scan.clean);
	return true;
}
