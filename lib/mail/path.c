/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - envelope addresses
 *
 * RFC 5321 4.1.2 (Reverse-path, Mailbox), 4.1.1.3 and F.2 (source routes are
 * dropped), RFC 6531 3.3 (UTF-8 in both parts). More generous than the grammar
 * in one point: dots may stand anywhere in an unquoted local-part, since
 * mailbox providers have handed out such addresses ("a..b@example.test").
 * An address without a domain ("postmaster") and one with an address literal
 * ("a@[192.0.2.1]") are no mailboxes here: nothing can be looked up for them.
 */
#include "lib/mail/path.h"

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/scan.h"

/* Drops "<" and ">" in place; one without the other is false. */
static bool drop_brackets(struct span *s)
{
	bool opens = span_starts_nocase(*s, "<");
	bool closes = s->length > 0 && s->data[s->length - 1] == '>';

	if (opens != closes)
		return false;
	if (opens)
		*s = span_make(s->data + 1, s->length - 2);
	return true;
}

/* Drops "@one,@two:" in place; false when it is no route. "@b.test" alone is
 * left: an address without its local-part. */
static bool drop_route(TALLOC_CTX *mem, struct span *s)
{
	struct span route;
	struct span rest;
	bool more = true;

	if (!span_starts_nocase(*s, "@") || !span_cut(*s, ':', &route, &rest))
		return true;
	while (more) {
		struct span hop;
		more = span_cut(route, ',', &hop, &route);
		if (!span_starts_nocase(hop, "@") ||
		    domain_normalize(mem, span_from(hop, 1)) == NULL)
			return false;
	}
	*s = rest;
	return true;
}

/* RFC 5322 3.2.3 atext, the dot, and bytes of UTF-8. */
static bool is_dot_string_byte(char c)
{
	return scan_is_atext(c) || c == '.';
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* The length of the quoted-string `s` begins with; 0 when it does not end. */
static size_t quoted_length(struct span s)
{
	for (size_t i = 1; i < s.length; i++) {
		if (s.data[i] == '"')
			return i + 1;
		if (s.data[i] == '\\')
			i++;
		if (i < s.length && is_control(s.data[i]))
			return 0;
	}
	return 0;
}

/* The length of the local-part `s` begins with; false when it is none. */
static bool local_part_length(struct span s, size_t *length)
{
	size_t i = 0;

	if (s.length > 0 && s.data[0] == '"') {
		i = quoted_length(s);
		if (i == 0)
			return false;
	} else {
		while (i < s.length && is_dot_string_byte(s.data[i]))
			i++;
	}
	if (i == s.length || s.data[i] != '@' ||
	    !text_is_utf8(span_make(s.data, i)))
		return false;
	*length = i;
	return true;
}

struct path path_parse(TALLOC_CTX *mem, struct span text)
{
	struct path path = {false, NULL, NULL};
	struct span rest = span_trim(text);
	size_t local;

	if (rest.length == 0 || span_equals(rest, "<>")) {
		path.is_null = true;
		return path;
	}
	if (rest.length > LIMIT_ADDRESS_BYTES || !drop_brackets(&rest) ||
	    !drop_route(mem, &rest) || !local_part_length(rest, &local))
		return path;
	path.domain = domain_normalize(mem, span_from(rest, local + 1));
	if (path.domain != NULL)
		path.local_part = mem_strndup(mem, rest.data, local);
	return path;
}

bool path_is_mailbox(const char *text)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct path path = path_parse(mem, span_of(text));
	bool is_good = path.domain != NULL && *text != '<';

	mem_free(mem);
	return is_good;
}
