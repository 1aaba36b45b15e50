/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_macro.c - what a domain-spec stands for (RFC 7208 7)
 *
 * 7.2 letters, 7.3 transformers, URL encoding, long names.
 */
#include "lib/auth/spf_macro.h"

#include <limits.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define NIBBLES_MAX 64 /* of an IPv6 address, dotted */

static bool has_macro(struct span spec, const char *letters)
{
	struct spf_piece piece;

	while (spec.length > 0 && spf_piece_next(&spec, &piece)) {
		if (piece.letter != '\0' && strchr(letters, piece.letter))
			return true;
	}
	return false;
}

bool spf_macro_can_match(struct span spec, const struct spf_values *values)
{
	return text_is_ascii(span_of(values->local_part)) ||
	       !has_macro(spec, "ls");
}

bool spf_macro_wants_client_name(struct span spec)
{
	return memchr(spec.data, '%', spec.length) != NULL &&
	       has_macro(spec, "p");
}

/* 2001:db8::cb01: "2.0.0.1.0.d.b.8. ... .c.b.0.1"; an IPv4 address as it is. */
static const char *address_value(TALLOC_CTX *mem,
				 const struct net_address *address)
{
	static const char hex[] = "0123456789abcdef";
	struct strbuf text;

	if (address->family != NET_IPV6)
		return net_address_copy(mem, address);
	strbuf_init(&text, mem, NIBBLES_MAX);
	for (size_t i = 0; i < sizeof address->bytes; i++)
		strbuf_printf(&text, "%s%c.%c", i == 0 ? "" : ".",
			      hex[address->bytes[i] >> 4],
			      hex[address->bytes[i] & 15]);
	return strbuf_text(&text);
}

static const char *value_of(TALLOC_CTX *mem, char letter,
			    const struct spf_values *values)
{
	switch (letter) {
	case 's':
		return mem_printf(mem, "%s@%s", values->local_part,
				  values->sender_domain);
	case 'l':
		return values->local_part;
	case 'o':
		return values->sender_domain;
	case 'd':
		return values->domain;
	case 'i':
		return address_value(mem, values->client);
	case 'v':
		return values->client->family == NET_IPV4 ? "in-addr" : "ip6";
	case 'h':
		return values->helo;
	default: /* 'p' */
		return values->client_name;
	}
}

/* Splits at the delimiters; `parts` has room for every byte and one more. */
static size_t split(const char *value, const struct spf_piece *piece,
		    struct span *parts)
{
	bool is_delimiter[UCHAR_MAX + 1] = {false};
	size_t count = 0;
	size_t start = 0;
	size_t i = 0;

	for (size_t n = 0; n < piece->delimiters.length; n++)
		is_delimiter[(unsigned char)piece->delimiters.data[n]] = true;
	if (piece->delimiters.length == 0)
		is_delimiter['.'] = true;
	for (; value[i] != '\0'; i++) {
		if (!is_delimiter[(unsigned char)value[i]])
			continue;
		parts[count++] = span_make(value + start, i - start);
		start = i + 1;
	}
	parts[count++] = span_make(value + start, i - start);
	return count;
}

/* RFC 3986 2.3: all but unreserved bytes as %XX. */
static void add_encoded(struct strbuf *out, struct span text)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		unsigned byte = (unsigned char)c;
		const char encoded[] = {'%', hex[byte >> 4], hex[byte & 15]};
		if (ascii_is_alpha(c) || ascii_is_digit(c) ||
		    ascii_is_one_of(c, "-._~"))
			strbuf_add_char(out, c);
		else
			strbuf_add(out, encoded, sizeof encoded);
	}
}

/* 7.3: split, reverse, keep the right-hand parts, join with dots. */
static void add_transformed(struct strbuf *out, const char *value,
			    const struct spf_piece *piece)
{
	struct span *parts =
	    mem_array(out->mem, struct span, strlen(value) + 1);
	size_t count = split(value, piece, parts);
	size_t kept =
	    piece->parts > 0 && piece->parts < count ? piece->parts : count;

	for (size_t i = count - kept; i < count; i++) {
		struct span part =
		    parts[piece->is_reversed ? count - 1 - i : i];
		if (i > count - kept)
			strbuf_add_char(out, '.');
		if (piece->is_encoded)
			add_encoded(out, part);
		else
			strbuf_add(out, part.data, part.length);
	}
	mem_free(parts);
}

static void add_escape(struct strbuf *out, const struct spf_piece *piece)
{
	switch (piece->text.data[1]) {
	case '%':
		strbuf_add_char(out, '%');
		break;
	case '_':
		strbuf_add_char(out, ' ');
		break;
	default: /* '-' */
		strbuf_add_text(out, "%20");
	}
}

static void add_piece(struct strbuf *out, const struct spf_piece *piece,
		      const struct spf_values *values)
{
	if (piece->is_escape)
		add_escape(out, piece);
	else if (piece->letter == '\0')
		strbuf_add(out, piece->text.data, piece->text.length);
	else
		add_transformed(out, value_of(out->mem, piece->letter, values),
				piece);
}

/* Most names: no macro in them, and no longer than a name may be. */
static bool is_literal(struct span spec)
{
	return spec.length <= LIMIT_DOMAIN_BYTES &&
	       memchr(spec.data, '%', spec.length) == NULL;
}

/* The name to ask for, a copy below `mem`: without a last dot, and with labels
 * cut off the left until it has 253 bytes; "" when nothing is left. */
static char *take_name(TALLOC_CTX *mem, struct span name)
{
	struct span label;

	if (name.length > 0 && name.data[name.length - 1] == '.')
		name.length--;
	if (name.length > LIMIT_DOMAIN_BYTES) {
		/* From the last dot before which too much stands. */
		name = span_from(name, name.length - LIMIT_DOMAIN_BYTES - 1);
		(void)span_cut(name, '.', &label, &name);
	}
	char *copy = mem_strndup(mem, name.data, name.length);
	text_lower(copy);
	return copy;
}

char *spf_macro_expand(TALLOC_CTX *mem, struct span spec,
		       const struct spf_values *values)
{
	struct strbuf text;
	struct spf_piece piece;
	char *name = NULL;

	if (is_literal(spec))
		return take_name(mem, spec);
	TALLOC_CTX *scratch = mem_context(mem);
	strbuf_init(&text, scratch, LIMIT_SPF_NAME_BYTES);
	while (spec.length > 0 && spf_piece_next(&spec, &piece))
		add_piece(&text, &piece, values);
	if (!strbuf_is_full(&text))
		name = take_name(mem, span_of(strbuf_text(&text)));
	mem_free(scratch);
	return name;
}
