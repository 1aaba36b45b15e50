/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_macro.c - what a domain-spec stands for (RFC 7208 7)
 *
 * 7.2 letters, 7.3 transformers, URL encoding, long names.
 */
#include "lib/auth/spf_macro.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

/* Every macro of a domain-spec with the longest sender, URL encoded. */
#define EXPANSION_MAX                                                          \
	(LIMIT_SPF_TERM_BYTES + LIMIT_SPF_MACROS * 6 * LIMIT_ADDRESS_BYTES)
#define NIBBLES_MAX 64 /* of an IPv6 address, dotted */

/* Stand for a plain "%{p}" and "%{P}" until the name is written. */
#define PLAIN_P '\x01'
#define PLAIN_P_ENCODED '\x02'

const char *spf_macro_cut_name(const char *name)
{
	size_t length = strlen(name);

	while (length > LIMIT_DOMAIN_BYTES) {
		const char *dot = strchr(name, '.');
		if (dot == NULL)
			return name + length;
		length -= (size_t)(dot + 1 - name);
		name = dot + 1;
	}
	return name;
}

static bool is_visible(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

bool spf_macro_can_match(struct span spec, const struct spf_values *values)
{
	struct spf_piece piece;

	if (is_visible(values->local_part))
		return true;
	while (spec.length > 0 && spf_piece_next(&spec, &piece)) {
		if (piece.letter == 'l' || piece.letter == 's')
			return false;
	}
	return true;
}

/* 2001:db8::cb01: "2.0.0.1.0.d.b.8. ... .c.b.0.1" */
static const char *dotted_nibbles(TALLOC_CTX *mem,
				  const struct net_address *address)
{
	static const char hex[] = "0123456789abcdef";
	struct strbuf text;

	strbuf_init(&text, mem, NIBBLES_MAX);
	for (size_t i = 0; i < sizeof address->bytes; i++)
		strbuf_printf(&text, "%s%c.%c", i == 0 ? "" : ".",
			      hex[address->bytes[i] >> 4],
			      hex[address->bytes[i] & 15]);
	return strbuf_text(&text);
}

static const char *address_value(TALLOC_CTX *mem,
				 const struct net_address *address)
{
	char text[NET_ADDRESS_TEXT];

	if (address->family == NET_IPV6)
		return dotted_nibbles(mem, address);
	return mem_strdup(mem, net_address_text(address, text));
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
		return values->client_name(values->context, values->domain);
	}
}

static bool is_delimiter(const struct spf_piece *piece, char c)
{
	if (piece->delimiters.length == 0)
		return c == '.';
	return memchr(piece->delimiters.data, c, piece->delimiters.length) !=
	       NULL;
}

/* Splits at the delimiters; `parts` has room for every byte and one more. */
static size_t split(const char *value, const struct spf_piece *piece,
		    struct span *parts)
{
	size_t count = 0;
	size_t start = 0;
	size_t length = strlen(value);

	for (size_t i = 0; i <= length; i++) {
		if (i < length && !is_delimiter(piece, value[i]))
			continue;
		parts[count++] = span_make(value + start, i - start);
		start = i + 1;
	}
	return count;
}

/* RFC 3986 2.3: all but unreserved bytes as %XX. */
static void add_encoded(struct strbuf *out, struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (ascii_is_alpha(c) || ascii_is_digit(c) ||
		    (c != '\0' && strchr("-._~", c) != NULL))
			strbuf_add_char(out, c);
		else
			strbuf_printf(out, "%%%02X",
				      (unsigned)(unsigned char)c);
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

static bool is_plain_p(const struct spf_piece *piece)
{
	return piece->letter == 'p' && piece->parts == 0 &&
	       !piece->is_reversed && piece->delimiters.length == 0;
}

static void add_piece(struct strbuf *out, const struct spf_piece *piece,
		      const struct spf_values *values, bool keeps_p)
{
	if (piece->is_escape)
		add_escape(out, piece);
	else if (piece->letter == '\0')
		strbuf_add(out, piece->text.data, piece->text.length);
	else if (keeps_p && is_plain_p(piece))
		strbuf_add_char(out,
				piece->is_encoded ? PLAIN_P_ENCODED : PLAIN_P);
	else
		add_transformed(out, value_of(out->mem, piece->letter, values),
				piece);
}

static char *write_for_library(TALLOC_CTX *mem, const char *name)
{
	struct strbuf out;

	strbuf_init(&out, mem, LIMIT_SPF_TERM_BYTES);
	for (; *name != '\0'; name++) {
		switch (*name) {
		case '%':
			strbuf_add_text(&out, "%%");
			break;
		case ' ':
			strbuf_add_text(&out, "%_");
			break;
		case PLAIN_P:
			strbuf_add_text(&out, "%{p}");
			break;
		case PLAIN_P_ENCODED:
			strbuf_add_text(&out, "%{P}");
			break;
		default:
			strbuf_add_char(&out, *name);
		}
	}
	return strbuf_is_full(&out) ? NULL : strbuf_text(&out);
}

/* Without the root's dot: names have none here. */
static char *expand(TALLOC_CTX *mem, struct span spec,
		    const struct spf_values *values, bool keeps_p)
{
	struct strbuf name;
	struct spf_piece piece;

	strbuf_init(&name, mem, EXPANSION_MAX);
	while (spec.length > 0 && spf_piece_next(&spec, &piece))
		add_piece(&name, &piece, values, keeps_p);
	char *text = strbuf_text(&name);
	size_t length = strlen(text);
	if (length > 0 && text[length - 1] == '.')
		text[length - 1] = '\0';
	return text;
}

/* Visible, without "%", and no longer than a name may be? */
static bool is_literal(struct span spec)
{
	for (size_t i = 0; i < spec.length; i++) {
		if (spec.data[i] <= ' ' || spec.data[i] > '~' ||
		    spec.data[i] == '%')
			return false;
	}
	return spec.length <= LIMIT_DOMAIN_BYTES;
}

/* What most names are: a literal, or "%{d}" alone that stands for one. */
static char *copy_literal(TALLOC_CTX *mem, struct span spec,
			  const struct spf_values *values)
{
	if (span_equals(spec, "%{d}"))
		spec = span_of(values->domain);
	if (!is_literal(spec))
		return NULL;
	if (spec.length > 0 && spec.data[spec.length - 1] == '.')
		spec.length--;
	return mem_strndup(mem, spec.data, spec.length);
}

char *spf_macro_expand(TALLOC_CTX *mem, struct span spec,
		       const struct spf_values *values)
{
	char *literal = copy_literal(mem, spec, values);

	if (literal != NULL)
		return literal;
	const char *name = expand(mem, spec, values, true);
	/* What is cut depends on what "%{p}" stands for. */
	if (strlen(name) > LIMIT_DOMAIN_BYTES)
		name = spf_macro_cut_name(expand(mem, spec, values, false));
	return write_for_library(mem, name);
}
