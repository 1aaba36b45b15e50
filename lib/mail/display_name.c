/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * display_name.c - what a mail reader shows beside the addresses of From
 *
 * One pass without recursion; what opens and does not close ends with the
 * value.
 * Tested by test_display_name.
 */
#include "lib/mail/display_name.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/charset.h"
#include "lib/mail/encoded_word.h"

#define SPECIALS "\"(<,;:"

struct reader {
	TALLOC_CTX *mem;
	struct span rest;
	struct strbuf phrase;
	struct strbuf comment;
	const char *mailbox; /* NULL: no "<...>" yet */
	struct display_names names;
};

/* --- words ---------------------------------------------------------------- */

static void step(struct span *text, size_t bytes)
{
	*text = span_from(*text, bytes);
}

/* Bytes up to the next blank or, but for those that stand in an encoded word,
 * one of `ends`; at least one. */
static struct span take_word(struct span *text, const char *ends)
{
	size_t length = 1;

	while (length < text->length && !ascii_is_blank(text->data[length]) &&
	       !ascii_is_one_of(text->data[length], ends))
		length++;
	struct span word = span_make(text->data, length);
	step(text, length);
	return word;
}

/* The encoded word at the front, decoded; false where there is none that all
 * programs read alike. */
static bool take_encoded(struct span *text, struct strbuf *out)
{
	struct encoded_word word;
	struct strbuf bytes;
	struct span charset;
	struct span language;

	if (!encoded_word_read(*text, &word))
		return false;
	strbuf_init(&bytes, out->mem, LIMIT_FROM_BYTES);
	(void)span_cut(word.charset, '*', &charset, &language);
	bool is_decoded =
	    encoded_word_decode(&word, &bytes) &&
	    charset_add_utf8(charset,
			     span_make(strbuf_text(&bytes), bytes.length), out);
	if (is_decoded)
		step(text, word.length);
	mem_free(bytes.data);
	return is_decoded;
}

static size_t count_blanks(struct span text)
{
	size_t count = 0;

	while (count < text.length && ascii_is_blank(text.data[count]))
		count++;
	return count;
}

/* RFC 2047 6.2: blanks between two encoded words are not shown. */
static void add_blanks(struct span *text, bool is_after_encoded,
		       struct strbuf *out)
{
	step(text, count_blanks(*text));
	if (!is_after_encoded || !encoded_word_begins(*text))
		strbuf_add_char(out, ' ');
}

/* Words and blanks, up to one of `ends`. */
static void take_words(struct span *text, const char *ends, struct strbuf *out)
{
	bool is_after_encoded = false;

	while (text->length > 0 && !ascii_is_one_of(text->data[0], ends)) {
		if (ascii_is_blank(text->data[0])) {
			add_blanks(text, is_after_encoded, out);
			continue;
		}
		is_after_encoded = take_encoded(text, out);
		if (!is_after_encoded)
			charset_add_unlabelled(take_word(text, ends), out);
	}
}

/* --- what they stand in --------------------------------------------------- */

/* Without its quotes and backslashes. */
static void take_quoted(struct reader *reader)
{
	struct span text = reader->rest;
	struct strbuf inner;
	size_t at = 1;

	strbuf_init(&inner, reader->mem, LIMIT_FROM_BYTES);
	for (; at < text.length && text.data[at] != '"'; at++) {
		if (text.data[at] == '\\' && at + 1 < text.length)
			at++;
		strbuf_add_char(&inner, text.data[at]);
	}
	reader->rest = span_from(text, at < text.length ? at + 1 : at);
	struct span words = span_make(strbuf_text(&inner), inner.length);
	take_words(&words, "", &reader->phrase);
	mem_free(inner.data);
}

/* With those that stand in it. */
static void take_comment(struct reader *reader)
{
	struct span text = reader->rest;
	size_t depth = 0;
	size_t end = 0;

	do {
		if (text.data[end] == '\\' && end + 1 < text.length)
			end++;
		else if (text.data[end] == '(')
			depth++;
		else if (text.data[end] == ')')
			depth--;
		end++;
	} while (depth > 0 && end < text.length);
	struct span words = span_make(text.data + 1, end - 1);
	strbuf_add_char(&reader->comment, ' ');
	take_words(&words, "", &reader->comment);
	reader->rest = span_from(text, end);
}

static const char *trimmed(TALLOC_CTX *mem, struct span text)
{
	text = span_trim(text);
	return mem_strndup(mem, text.data, text.length);
}

static void take_address(struct reader *reader)
{
	struct span text = reader->rest;
	const char *close = memchr(text.data, '>', text.length);
	size_t end = close == NULL ? text.length : (size_t)(close - text.data);

	reader->mailbox =
	    trimmed(reader->mem, span_make(text.data + 1, end - 1));
	reader->rest = span_from(text, end < text.length ? end + 1 : end);
}

/* --- an element ----------------------------------------------------------- */

/* What ends a text in C is a blank to whoever reads it. */
static const char *shown_text(struct strbuf *buf)
{
	char *text = strbuf_text(buf);

	for (size_t i = 0; i < buf->length; i++) {
		if (text[i] == '\0')
			text[i] = ' ';
	}
	return text;
}

/* "a@b.test (Ann)": the phrase is an address, and shown as one. */
static void end_element(struct reader *reader)
{
	const char *phrase = shown_text(&reader->phrase);
	bool is_bare = reader->mailbox == NULL && strchr(phrase, '@') != NULL;
	struct display_name *item = &reader->names.items[reader->names.count];

	if (reader->names.count < LIMIT_FROM_ADDRESSES) {
		item->name =
		    mem_printf(reader->mem, "%s%s", is_bare ? "" : phrase,
			       shown_text(&reader->comment));
		item->mailbox = reader->mailbox != NULL ? reader->mailbox
				: is_bare
				    ? trimmed(reader->mem, span_of(phrase))
				    : "";
		reader->names.count++;
	}
	reader->mailbox = NULL;
	strbuf_clear(&reader->phrase);
	strbuf_clear(&reader->comment);
}

static void take_next(struct reader *reader)
{
	switch (reader->rest.data[0]) {
	case '"':
		take_quoted(reader);
		break;
	case '(':
		take_comment(reader);
		break;
	case '<':
		take_address(reader);
		break;
	case ',':
	case ';':
	case ':':
		step(&reader->rest, 1);
		end_element(reader);
		break;
	default:
		take_words(&reader->rest, SPECIALS, &reader->phrase);
	}
}

struct display_names display_names_read(TALLOC_CTX *mem, struct span value)
{
	struct reader reader = {.mem = mem, .rest = span_trim(value)};

	if (value.length > LIMIT_FROM_BYTES)
		return reader.names;
	reader.names.items =
	    mem_array(mem, struct display_name, LIMIT_FROM_ADDRESSES);
	strbuf_init(&reader.phrase, mem, LIMIT_NAME_BYTES);
	strbuf_init(&reader.comment, mem, LIMIT_NAME_BYTES);
	while (reader.rest.length > 0)
		take_next(&reader);
	end_element(&reader);
	return reader.names;
}

/* --- one address --- */

/* The first of `wanted` from `at` on, outside quotes; the length where there is
 * none. */
static size_t find_outside_quotes(struct span value, size_t at,
				  const char *wanted)
{
	bool is_quoted = false;

	for (; at < value.length; at++) {
		char c = value.data[at];
		if (is_quoted && c == '\\')
			at++;
		else if (c == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && ascii_is_one_of(c, wanted))
			return at;
	}
	return value.length;
}

/* Behind the comment that begins there. */
static size_t skip_comment(struct span value, size_t at)
{
	int depth = 0;

	for (; at < value.length; at++) {
		char c = value.data[at];
		if (c == '\\')
			at++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return at + 1;
	}
	return value.length;
}

struct span display_mailbox(struct span value)
{
	size_t end = value.length;
	size_t at = find_outside_quotes(value, 0, "(<,");

	while (at < value.length && value.data[at] == '(') {
		end = at < end ? at : end;
		at = find_outside_quotes(value, skip_comment(value, at), "(<,");
	}
	if (at < value.length && value.data[at] == '<') {
		size_t close = find_outside_quotes(value, at, ">");
		return span_trim(
		    span_make(value.data + at + 1, close - at - 1));
	}
	return span_trim(span_make(value.data, at < end ? at : end));
}
