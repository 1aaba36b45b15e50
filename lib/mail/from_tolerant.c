/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * from_tolerant.c - a From field that RFC 5322 cannot read, and all others can
 *
 * First the shape: NAME "<" LOCAL-PART "@" DOMAIN ">" CFWS. Then the search for
 * a second address, in the text as it stands and as it decodes; it knows
 * nothing of quotes and comments, so nothing can hide in them.
 */
#include "lib/mail/from_tolerant.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/encoded_word.h"
#include "lib/mail/scan.h"

struct parts {
	struct span name; /* in front of "<" */
	struct span local_part;
	struct span domain;
	struct span rest; /* behind ">" */
};

static bool is_atom_byte(char c)
{
	return scan_is_atext(c) || c == '.';
}

static bool is_bracketed_byte(char c)
{
	return is_atom_byte(c) || ascii_is_blank(c);
}

/* One line: line ends go, the blanks behind them stay. */
static struct span unfold(TALLOC_CTX *mem, struct span value)
{
	char *line = mem_array(mem, char, value.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.data[i];
		if (c != '\r' && c != '\n')
			line[length++] = c == '\t' ? ' ' : c;
	}
	return span_make(line, length);
}

/* --- the shape --- */

static size_t count_byte(struct span text, char c)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == c;
	return count;
}

static bool skip_encoded_word(struct scan *scan)
{
	struct encoded_word word;

	if (!encoded_word_read(span_from(scan->text, scan->at), &word))
		return false;
	scan->at += word.length;
	return true;
}

static bool skip_bracketed(struct scan *scan)
{
	(void)scan_char(scan, '[');
	(void)scan_run(scan, is_bracketed_byte);
	return scan_char(scan, ']');
}

/* Steps over one piece of a display name. */
static bool skip_piece(struct scan *scan)
{
	struct span dropped;

	if (encoded_word_begins(span_from(scan->text, scan->at)))
		return skip_encoded_word(scan);
	switch (scan_peek(scan)) {
	case '"':
		return scan_quoted(scan, &dropped);
	case '[':
		return skip_bracketed(scan);
	default:
		return scan_run(scan, is_atom_byte).length > 0;
	}
}

static bool skip_name(struct scan *scan)
{
	while (scan_cfws(scan)) {
		if (scan_peek(scan) == '<')
			return true;
		if (!skip_piece(scan))
			return false;
	}
	return false;
}

static bool read_parts(struct span text, struct parts *parts)
{
	struct scan scan = {.text = text};

	if (count_byte(text, '<') != 1 || count_byte(text, '>') != 1 ||
	    count_byte(text, '\\') != 0 || !skip_name(&scan))
		return false;
	parts->name = span_make(text.data, scan.at);
	(void)scan_char(&scan, '<');
	parts->local_part = scan_run(&scan, is_atom_byte);
	/* "<=?utf-8?Q?ceo=40victim.test?=@junk.test>" */
	if (parts->local_part.length == 0 ||
	    count_byte(parts->local_part, '?') != 0 || !scan_char(&scan, '@'))
		return false;
	parts->domain = scan_run(&scan, is_atom_byte);
	if (!scan_char(&scan, '>'))
		return false;
	parts->rest = span_from(text, scan.at);
	return scan_cfws(&scan) && scan_at_end(&scan);
}

/* --- the search for a second address --- */

/* The run of atoms and dots that ends in front of `at`. */
static struct span run_before(struct span text, size_t at)
{
	size_t start = at;

	while (start > 0 && is_atom_byte(text.data[start - 1]))
		start--;
	return span_make(text.data + start, at - start);
}

static struct span run_behind(struct span text, size_t at)
{
	struct scan scan = {.text = text, .at = at};

	return scan_run(&scan, is_atom_byte);
}

static size_t skip_blanks(struct span text, size_t at)
{
	while (at < text.length && ascii_is_blank(text.data[at]))
		at++;
	return at;
}

static bool is_same_text(struct span a, struct span b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/* Is the "@" at `at` that of the address itself, named once more? */
static bool is_same_address(struct span text, size_t at,
			    const struct parts *parts)
{
	return is_same_text(run_before(text, at), parts->local_part) &&
	       is_same_text(run_behind(text, at + 1), parts->domain);
}

/* Behind an address named once more the text ends, or what it stands in. Some
 * programs drop blanks, comments and quotes: "a@bank.co m" and "\"a@bank.co\"m"
 * are theirs at bank.com. */
static bool is_end_of_address(struct span text, size_t at)
{
	size_t close = skip_blanks(text, at);
	size_t next = close;

	while (next < text.length && strchr("\")", text.data[next]) != NULL)
		next++;
	return next == text.length ||
	       (next > close && ascii_is_blank(text.data[next]));
}

/* "Shop" of "Deals @ Shop" ends: no comment follows, after which a domain could
 * go on. */
static bool is_end_of_word(struct span text, size_t at)
{
	if (at < text.length && strchr(" \")", text.data[at]) == NULL)
		return false;
	at = skip_blanks(text, at);
	return at == text.length || text.data[at] != '(';
}

/* Nothing that could be, or become, the domain of mail: those who drop blanks
 * read "ceo @ vic tim.test" at victim.test. */
static bool is_without_dots(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '.' || (unsigned char)text.data[i] >= 0x80)
			return false;
	}
	return true;
}

/* "Deals @ Shop", "@ Shop", "Deals @Shop"; not "ceo@shop". */
static bool is_at_of_name(struct span text, size_t at)
{
	if (run_before(text, at).length > 0 &&
	    run_behind(text, at + 1).length > 0)
		return false;
	size_t start = skip_blanks(text, at + 1);
	struct span word = run_behind(text, start);
	return word.length > 0 && is_without_dots(span_from(text, start)) &&
	       is_end_of_word(text, start + word.length);
}

static bool is_unreadable_byte(char c)
{
	return (c >= 0 && c < ' ') || c == 0x7f || c == '<' || c == '>' ||
	       c == '\\';
}

/* Of text as a reader sees it that has decoded it. */
static bool has_one_address_decoded(struct span text, const struct parts *parts)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (is_unreadable_byte(c) ||
		    encoded_word_begins(span_from(text, i)))
			return false;
		if (c != '@' || is_at_of_name(text, i))
			continue;
		if (!is_same_address(text, i, parts) ||
		    !is_end_of_address(text, i + 1 + parts->domain.length))
			return false;
	}
	return true;
}

/* Of text as it stands, where "_" and "=" of an encoded word can look like
 * parts of an address: "=?UTF-8?Q?Deals_@_Shop?=". */
static bool has_one_address_raw(struct span text, const struct parts *parts)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] == '@' && !is_same_address(text, i, parts) &&
		    count_byte(run_behind(text, i + 1), '.') > 0)
			return false;
	}
	return true;
}

/* Are there blanks, quotes or ends at both sides of text[start..end)? Programs
 * differ on encoded words that touch other text. */
static bool stands_alone(struct span text, size_t start, size_t end)
{
	return (start == 0 || strchr(" \"(", text.data[start - 1]) != NULL) &&
	       (end == text.length || strchr(" \")", text.data[end]) != NULL);
}

/* Decodes the encoded word at *at and steps over it, and over the blanks that
 * lead to a next one (RFC 2047 6.2). */
static bool decode_word(struct span text, size_t *at, struct strbuf *out)
{
	struct encoded_word word;

	if (!encoded_word_read(span_from(text, *at), &word) ||
	    !stands_alone(text, *at, *at + word.length) ||
	    !encoded_word_decode(&word, out))
		return false;
	*at += word.length;
	size_t next = skip_blanks(text, *at);
	if (encoded_word_begins(span_from(text, next)))
		*at = next;
	return true;
}

/* "Who? What!", not "=(x)?utf-8?Q?...": an encoded word once comments are
 * gone. */
static bool is_question(struct span text, size_t at)
{
	return at + 1 == text.length ||
	       strchr(" \")", text.data[at + 1]) != NULL;
}

static bool decode(struct span text, struct strbuf *out)
{
	size_t at = 0;

	while (at < text.length) {
		if (encoded_word_begins(span_from(text, at))) {
			if (!decode_word(text, &at, out))
				return false;
			continue;
		}
		if (text.data[at] == '?' && !is_question(text, at))
			return false;
		strbuf_add_char(out, text.data[at++]);
	}
	return true;
}

static bool has_one_address(TALLOC_CTX *mem, struct span text,
			    const struct parts *parts)
{
	struct strbuf decoded;

	strbuf_init(&decoded, mem, LIMIT_FROM_BYTES);
	return has_one_address_raw(text, parts) && decode(text, &decoded) &&
	       has_one_address_decoded(
		   span_make(strbuf_text(&decoded), decoded.length), parts);
}

char *from_tolerant_domain(TALLOC_CTX *mem, struct span value)
{
	struct span text = span_trim(value);
	struct parts parts;

	if (text.length > LIMIT_FROM_BYTES || !scan_is_clean(text))
		return NULL;
	text = unfold(mem, text);
	if (!text_is_line(text) || !read_parts(text, &parts) ||
	    !has_one_address(mem, parts.name, &parts) ||
	    !has_one_address(mem, parts.rest, &parts))
		return NULL;
	return domain_normalize(mem, parts.domain);
}
