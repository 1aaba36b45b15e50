/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_domain_spec.c - the domain-spec and macro-string of RFC 7208 7.1
 *
 *   domain-spec   = macro-string domain-end
 *   domain-end    = ( "." toplabel [ "." ] ) / macro-expand
 *   macro-string  = *( macro-expand / macro-literal )
 *   macro-expand  = ( "%{" macro-letter transformers *delimiter "}" )
 *                   / "%%" / "%_" / "%-"
 * Tested by test_spf_record.
 */
#include "lib/auth/spf_domain_spec.h"

#include <string.h>

#include "lib/base/limits.h"

/* More parts than any name has labels keep all of it (RFC 7208 7.3). */
#define PARTS_MAX 128

/* "2" of "%{d2r-}": false for a count of zero, which 7.1 forbids. */
static bool read_parts(struct span *s, unsigned *parts)
{
	size_t digits = 0;
	unsigned value = 0;

	for (; digits < s->length && ascii_is_digit(s->data[digits]);
	     digits++) {
		value = value * 10 + (unsigned)(s->data[digits] - '0');
		if (value > PARTS_MAX)
			value = PARTS_MAX;
	}
	if (digits > 0 && value == 0)
		return false;
	*parts = value < PARTS_MAX ? value : 0;
	*s = span_from(*s, digits);
	return true;
}

/* What stands between "%{" and "}". */
static bool read_macro(struct span inside, struct spf_piece *piece)
{
	if (inside.length == 0)
		return false;
	piece->letter = ascii_lower(inside.data[0]);
	piece->is_encoded = piece->letter != inside.data[0];
	if (!ascii_is_one_of(piece->letter, "slodiphcrtv"))
		return false;
	struct span rest = span_from(inside, 1);
	if (!read_parts(&rest, &piece->parts))
		return false;
	piece->is_reversed =
	    rest.length > 0 && ascii_lower(rest.data[0]) == 'r';
	piece->delimiters = span_from(rest, piece->is_reversed ? 1 : 0);
	for (size_t i = 0; i < piece->delimiters.length; i++) {
		if (!ascii_is_one_of(piece->delimiters.data[i], ".-+,/_="))
			return false;
	}
	return true;
}

static void take_text(struct span *rest, size_t length, struct spf_piece *piece)
{
	piece->text = span_make(rest->data, length);
	*rest = span_from(*rest, length);
}

static bool take_macro(struct span *rest, struct spf_piece *piece)
{
	struct span inside;
	struct span behind;

	if (!span_cut(span_from(*rest, 2), '}', &inside, &behind) ||
	    !read_macro(inside, piece))
		return false;
	take_text(rest, inside.length + 3, piece);
	return true;
}

bool spf_piece_next(struct span *rest, struct spf_piece *piece)
{
	size_t length = 0;

	*piece = (struct spf_piece){.letter = '\0'};
	while (length < rest->length && rest->data[length] != '%')
		length++;
	if (length > 0) {
		take_text(rest, length, piece);
		return true;
	}
	if (rest->length < 2)
		return false;
	if (rest->data[1] == '{')
		return take_macro(rest, piece);
	if (!ascii_is_one_of(rest->data[1], "%_-"))
		return false;
	piece->is_escape = true;
	take_text(rest, 2, piece);
	return true;
}

bool spf_macro_string_is_valid(struct span text)
{
	struct spf_piece piece;

	while (text.length > 0) {
		if (!spf_piece_next(&text, &piece))
			return false;
	}
	return true;
}

static bool is_alphanum(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c);
}

/*
 * toplabel: letters, digits and inner hyphens, and not digits alone:
 * "a:192.0.2.1" is not a name.
 */
static bool is_toplabel(struct span label)
{
	bool is_number = true;

	if (label.length == 0 || !is_alphanum(label.data[0]) ||
	    !is_alphanum(label.data[label.length - 1]))
		return false;
	for (size_t i = 0; i < label.length; i++) {
		if (!is_alphanum(label.data[i]) && label.data[i] != '-')
			return false;
		is_number = is_number && ascii_is_digit(label.data[i]);
	}
	return !is_number;
}

/* Does the last literal end in "." toplabel [ "." ]? */
static bool ends_in_toplabel(struct span literal)
{
	size_t start = literal.length;

	if (literal.length > 0 && literal.data[literal.length - 1] == '.')
		start = --literal.length;
	while (start > 0 && literal.data[start - 1] != '.')
		start--;
	return start > 0 && is_toplabel(span_from(literal, start));
}

bool spf_domain_spec_is_valid(struct span text)
{
	struct spf_piece piece = {.letter = '\0'};
	size_t macros = 0;

	if (text.length == 0 || text.length > LIMIT_SPF_TERM_BYTES)
		return false;
	while (text.length > 0) {
		if (!spf_piece_next(&text, &piece) ||
		    ascii_is_one_of(piece.letter, "crt"))
			return false;
		macros += piece.letter != '\0';
	}
	if (macros > LIMIT_SPF_MACROS)
		return false;
	if (piece.letter != '\0' || piece.is_escape)
		return true;
	return ends_in_toplabel(piece.text);
}
