/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scan.c - the lexical pieces that structured fields share
 *
 * RFC 5322 3.2.1 to 3.2.4 and 4.1: quoted pairs, CFWS, atoms, quoted strings.
 * Control bytes stand in comments and quoted strings only (obs-NO-WS-CTL).
 */
#include "lib/mail/scan.h"

#include <string.h>

#include "lib/base/limits.h"

bool scan_is_clean(struct span value)
{
	for (size_t i = 0; i < value.length; i++) {
		char next = i + 1 < value.length ? value.data[i + 1] : '\0';
		switch (value.data[i]) {
		case '\0':
			return false;
		case '\r':
			if (next != '\n')
				return false;
			break;
		case '\n':
			if (next != ' ' && next != '\t')
				return false;
			break;
		default:
			break;
		}
	}
	return true;
}

bool scan_at_end(const struct scan *scan)
{
	return scan->at == scan->text.length;
}

char scan_peek(const struct scan *scan)
{
	return scan_at_end(scan) ? '\0' : scan->text.data[scan->at];
}

bool scan_char(struct scan *scan, char c)
{
	if (scan_at_end(scan) || scan_peek(scan) != c)
		return false;
	scan->at++;
	return true;
}

struct span scan_run(struct scan *scan, bool (*is_member)(char))
{
	size_t start = scan->at;

	while (!scan_at_end(scan) && is_member(scan_peek(scan)))
		scan->at++;
	return span_make(scan->text.data + start, scan->at - start);
}

/* Steps over the byte behind a backslash; false at the end. */
static bool skip_escaped(struct scan *scan)
{
	if (scan_at_end(scan))
		return false;
	scan->at++;
	return true;
}

static bool skip_comment(struct scan *scan)
{
	size_t depth = 0;

	while (!scan_at_end(scan)) {
		switch (scan->text.data[scan->at++]) {
		case '(':
			if (++depth > LIMIT_COMMENT_DEPTH)
				return false;
			break;
		case ')':
			if (--depth == 0)
				return true;
			break;
		case '\\':
			if (!skip_escaped(scan))
				return false;
			break;
		default:
			break;
		}
	}
	return false;
}

bool scan_cfws(struct scan *scan)
{
	for (;;) {
		(void)scan_run(scan, ascii_is_blank);
		if (scan_peek(scan) != '(')
			return true;
		if (!skip_comment(scan))
			return false;
	}
}

bool scan_quoted(struct scan *scan, struct span *inner)
{
	(void)scan_char(scan, '"');
	size_t start = scan->at;
	while (!scan_at_end(scan)) {
		char c = scan->text.data[scan->at++];
		if (c == '"') {
			*inner = span_make(scan->text.data + start,
					   scan->at - 1 - start);
			return true;
		}
		if (c == '\\' && !skip_escaped(scan))
			return false;
	}
	return false;
}

bool scan_is_atext(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) ||
	       (unsigned char)c >= 0x80 ||
	       ascii_is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
}
