/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings_scan.c - a configuration file made safe for libconfuse's lexer
 *
 * One pass over the bytes. Outside quotes it blanks comments (#, //, C style);
 * quoted texts stay whole. Of the grammar it knows as much as tells a name from
 * a value. Pure.
 * Tested by test_settings.
 */
#include "lib/base/settings_scan.h"

#include <string.h>

/* What the next word would be. */
enum expected {
	EXPECT_NAME,
	EXPECT_TITLE, /* behind a name, where no = comes */
	EXPECT_VALUE,
	EXPECT_ITEM,
};

#define EMPTIED_MAX 64 /* no file has as many lists; past: not looked at */

/* "owners = {}", in a section or outside of any. */
struct emptied {
	struct span name;
	int depth;
};

struct scan {
	char *text; /* of the file, NUL behind its end */
	size_t length;
	size_t at;
	enum expected expected;
	bool is_in_name; /* of a setting or section */
	size_t name_at;	 /* where the last one began, in its quotes */
	bool is_adding;	 /* += stood behind it */
	bool has_item;	 /* its list */
	size_t emptied_count;
	struct emptied emptied[EMPTIED_MAX];
	int depth;	     /* open braces */
	size_t open_at;	     /* the outermost one */
	size_t closed_at;    /* behind the last outermost } */
	size_t to_skip;	     /* sections before `section` */
	struct span section; /* from the one before it; empty: not met yet */
	size_t fault_at;
	const char *fault;
};

static bool set_fault(struct scan *scan, size_t at, const char *words)
{
	scan->fault_at = at;
	scan->fault = words;
	return false;
}

static bool is_next(const struct scan *scan, const char *text)
{
	return span_starts(
	    span_make(scan->text + scan->at, scan->length - scan->at), text);
}

static void blank(struct scan *scan, size_t count)
{
	for (; count > 0; count--, scan->at++) {
		if (scan->text[scan->at] != '\n')
			scan->text[scan->at] = ' ';
	}
}

static bool is_word_byte(char c)
{
	return !ascii_is_blank(c) && strchr("{}()=+,\"'", c) == NULL;
}

static bool blank_comment(struct scan *scan)
{
	size_t start = scan->at;
	bool is_block = is_next(scan, "/*");

	/* "/var//db" would lose its end */
	if (start > 0 && is_word_byte(scan->text[start - 1]))
		return set_fault(scan, start,
				 "a comment begins within a word; a value with "
				 "#, // or /* must stand in quotes");
	blank(scan, is_block ? 2 : 1);
	while (scan->at < scan->length &&
	       !is_next(scan, is_block ? "*/" : "\n"))
		blank(scan, 1);
	if (is_block && scan->at == scan->length)
		return set_fault(scan, start, "the comment has no end");
	blank(scan, is_block ? 2 : 0);
	return true;
}

static bool refuse_variable(struct scan *scan)
{
	return set_fault(scan, scan->at,
			 "${ is not replaced from the environment here; write "
			 "\\${ in double quotes for the characters themselves");
}

static void begin_word(struct scan *scan)
{
	scan->is_in_name = scan->expected == EXPECT_NAME;
	if (scan->expected == EXPECT_NAME) {
		bool is_quoted = !is_word_byte(scan->text[scan->at]);
		scan->name_at = scan->at + is_quoted;
		scan->expected = EXPECT_TITLE;
	} else if (scan->expected == EXPECT_VALUE) {
		scan->expected = EXPECT_NAME;
	} else if (scan->expected == EXPECT_ITEM) {
		scan->has_item = true;
	}
}

/* --- lists that are emptied: libconfuse keeps no trace of one --- */

static struct span last_name(const struct scan *scan)
{
	size_t end = scan->name_at;

	while (end < scan->length && is_word_byte(scan->text[end]))
		end++;
	return span_make(scan->text + scan->name_at, end - scan->name_at);
}

static bool was_emptied(const struct scan *scan)
{
	struct span name = last_name(scan);

	for (size_t i = 0; i < scan->emptied_count; i++) {
		const struct emptied *emptied = &scan->emptied[i];
		if (emptied->depth == scan->depth &&
		    emptied->name.length == name.length &&
		    memcmp(emptied->name.data, name.data, name.length) == 0)
			return true;
	}
	return false;
}

/* At the list's }, which counts for the depth still. */
static void note_emptied(struct scan *scan)
{
	if (!scan->has_item && !scan->is_adding &&
	    scan->emptied_count < EMPTIED_MAX)
		scan->emptied[scan->emptied_count++] = (struct emptied){
		    .name = last_name(scan), .depth = scan->depth - 1};
}

/* A section ends: what stood in it may stand in the next. */
static void forget_emptied(struct scan *scan)
{
	while (scan->emptied_count > 0 &&
	       scan->emptied[scan->emptied_count - 1].depth == scan->depth)
		scan->emptied_count--;
}

static bool begin_value(struct scan *scan)
{
	scan->is_adding = scan->at > 0 && scan->text[scan->at - 1] == '+';
	scan->has_item = false;
	scan->expected = EXPECT_VALUE;
	return scan->is_adding || !was_emptied(scan) ||
	       set_fault(scan, scan->at,
			 "this list is set to {} further up; leave one of the "
			 "two away, or add to it by +=");
}

static bool note_mark(struct scan *scan, char c)
{
	bool is_list = c == '{' && scan->expected == EXPECT_VALUE;

	if (c == '=')
		return begin_value(scan);
	if (c == '}' && scan->expected == EXPECT_ITEM)
		note_emptied(scan);
	else if (c == '}')
		forget_emptied(scan);
	if (c == '{' || c == '}')
		scan->expected = is_list ? EXPECT_ITEM : EXPECT_NAME;
	return true;
}

/* "dns|timeout" and "|mode" are libconfuse's ways around braces: a list that
 * was emptied so would be lost without a word. */
static bool refuse_bar(struct scan *scan)
{
	return set_fault(scan, scan->at,
			 "no name has a |; settings of a section stand within "
			 "its braces, as in: dns { timeout = 5s }");
}

/* What a backslash stands for in single quotes is its own affair; in double
 * ones "\x00" would cut the text. */
static bool pass_quoted(struct scan *scan, char quote)
{
	const char *escapes = quote == '"' ? "\"\\$" : "'\\";

	begin_word(scan);
	scan->at++;
	for (; scan->at < scan->length; scan->at++) {
		char c = scan->text[scan->at];
		char next = scan->text[scan->at + 1];
		if (c == '\n' || c == '\0')
			break;
		if (quote == '"' && is_next(scan, "${"))
			return refuse_variable(scan);
		if (c == '|' && scan->is_in_name)
			return refuse_bar(scan);
		if (c == quote) {
			scan->at++;
			return true;
		}
		if (c == '\\' && next != '\0' && strchr(escapes, next) != NULL)
			scan->at++;
		else if (c == '\\' && quote == '"')
			return set_fault(scan, scan->at,
					 "unknown escape in a quoted text "
					 "(allowed: \\\" \\\\ \\$)");
	}
	return set_fault(scan, scan->at,
			 "a quoted text has no end on its line");
}

static void count_brace(struct scan *scan, char c)
{
	if (c == '{' && scan->depth++ == 0)
		scan->open_at = scan->at;
	if (c != '}' || --scan->depth != 0)
		return;
	if (scan->section.length == 0 && scan->to_skip-- == 0)
		scan->section = span_make(scan->text + scan->closed_at,
					  scan->at + 1 - scan->closed_at);
	scan->closed_at = scan->at + 1;
}

static bool pass_word_byte(struct scan *scan)
{
	if (scan->at == 0 || !is_word_byte(scan->text[scan->at - 1]))
		begin_word(scan);
	if (scan->text[scan->at] == '|' && scan->is_in_name)
		return refuse_bar(scan);
	scan->at++;
	return true;
}

/* Bytes that the lexer drops outside quotes: "+ =" would be "=". */
static bool is_dropped(const struct scan *scan)
{
	return is_next(scan, "*") ||
	       (is_next(scan, "+") && !is_next(scan, "+="));
}

static bool pass_byte(struct scan *scan)
{
	char c = scan->text[scan->at];

	if (is_next(scan, "${"))
		return refuse_variable(scan);
	if (is_dropped(scan))
		return set_fault(scan, scan->at,
				 "a value with * or + must stand in quotes; "
				 "what adds to a list is +=");
	if (is_next(scan, "\r\n")) {
		blank(scan, 1);
		return true;
	}
	if (c == 0x7f || ((unsigned char)c < 0x20 && c != '\t' && c != '\n'))
		return set_fault(scan, scan->at,
				 "a control character stands here");
	if (is_word_byte(c))
		return pass_word_byte(scan);
	if (!note_mark(scan, c))
		return false;
	count_brace(scan, c);
	scan->at++;
	return true;
}

static bool scan_all(struct scan *scan)
{
	bool is_good = true;

	while (is_good && scan->at < scan->length) {
		char c = scan->text[scan->at];
		if (c == '#' || is_next(scan, "//") || is_next(scan, "/*"))
			is_good = blank_comment(scan);
		else if (c == '"' || c == '\'')
			is_good = pass_quoted(scan, c);
		else
			is_good = pass_byte(scan);
	}
	/* libconfuse takes the end of the file for the end of a section */
	if (is_good && scan->depth > 0)
		return set_fault(scan, scan->open_at,
				 "this { has no } to the end of the file");
	return is_good;
}

bool settings_scan(TALLOC_CTX *mem, const char *path, struct span file,
		   char **clean, struct error *err)
{
	struct scan scan = {.text = mem_strndup(mem, file.data, file.length),
			    .length = file.length};
	int line = 1;

	if (scan_all(&scan)) {
		*clean = scan.text;
		return true;
	}
	for (size_t i = 0; i < scan.fault_at; i++)
		line += file.data[i] == '\n' ? 1 : 0;
	return error_set(err, ERROR_CONFIG, "%s:%d: %s", path, line,
			 scan.fault);
}

struct span settings_section(struct span file, size_t number)
{
	struct scan scan = {.text = mem_strndup(NULL, file.data, file.length),
			    .length = file.length,
			    .to_skip = number};

	(void)scan_all(&scan);
	size_t length = span_trim(scan.section).length;
	size_t end = length == 0 ? 0
				 : (size_t)(scan.section.data - scan.text) +
				       scan.section.length;
	mem_free(scan.text);
	return span_make(file.data + end - length, length);
}
