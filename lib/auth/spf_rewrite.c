/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_rewrite.c - a validated record as libspf2 may see it
 *
 * Macros are written in libspf2's dialect: it knows "r" only in lower case, at
 * most 128 parts, and not the delimiters "," and "/" of RFC 7208 7.1.
 */
#include "lib/auth/spf_rewrite.h"

#include <string.h>

#include "lib/auth/spf_domain_spec.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

/* A domain-spec doubles at most ("%{dR}" loses bytes, "," stays one byte). */
#define TERM_MAX (2 * LIMIT_SPF_TERM_BYTES)

/* libspf2 splits at "|", which RFC 7208 does not know, where we want "," or
 * "/"; true when the sender's text holds a byte that tells them apart. */
static bool has_split_byte(const struct spf_rewriting *how)
{
	return strpbrk(how->local_part, ",/|") != NULL ||
	       strpbrk(how->helo, ",/|") != NULL;
}

static bool splits_at_comma_or_slash(const struct spf_piece *piece)
{
	for (size_t i = 0; i < piece->delimiters.length; i++) {
		if (strchr(",/", piece->delimiters.data[i]) != NULL)
			return true;
	}
	return false;
}

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/*
 * Terms with a local-part macro match nothing when the local-part is not ASCII
 * (RFC 8616 4). Nor do the few whose delimiter libspf2 cannot express.
 */
static bool can_match(const struct spf_term *term,
		      const struct spf_rewriting *how)
{
	struct span rest = term->domain;
	struct spf_piece piece;

	while (rest.length > 0 && spf_piece_next(&rest, &piece)) {
		bool is_local = piece.letter == 'l' || piece.letter == 's';
		if (is_local && !is_ascii(how->local_part))
			return false;
		if (splits_at_comma_or_slash(&piece) && has_split_byte(how))
			return false;
	}
	return true;
}

static void write_macro(struct strbuf *out, const struct spf_piece *piece)
{
	strbuf_add_text(out, "%{");
	strbuf_add_char(out, piece->is_encoded
				 ? (char)(piece->letter - 'a' + 'A')
				 : piece->letter);
	if (piece->parts > 0)
		strbuf_printf(out, "%u", piece->parts);
	if (piece->is_reversed)
		strbuf_add_char(out, 'r');
	for (size_t i = 0; i < piece->delimiters.length; i++) {
		char c = piece->delimiters.data[i];
		strbuf_add_char(out, c == ',' || c == '/' ? '|' : c);
	}
	strbuf_add_char(out, '}');
}

/* The root's dot is dropped: names have none here. */
static void write_domain(struct strbuf *out, struct span domain)
{
	struct spf_piece piece;

	if (domain.length == 0)
		domain = span_of("%{d}");
	else if (domain.data[domain.length - 1] == '.')
		domain.length--;
	while (domain.length > 0 && spf_piece_next(&domain, &piece)) {
		if (piece.letter != '\0')
			write_macro(out, &piece);
		else
			strbuf_add(out, piece.text.data, piece.text.length);
	}
}

/* a and mx: only the length of the client's family matters. */
static void write_host(struct strbuf *out, const struct spf_term *term,
		       enum net_family family)
{
	bool is_a = term->mechanism == SPF_A;
	bool is_ipv4 = family == NET_IPV4;
	unsigned prefix = is_ipv4 ? term->prefix4 : term->prefix6;

	if (prefix == 0) {
		strbuf_add_text(out, "exists:");
		strbuf_add_text(out,
				is_a ? SPF_MARK_ANY_ADDRESS : SPF_MARK_ANY_MX);
		write_domain(out, term->domain);
		return;
	}
	strbuf_add_text(out, is_a ? "a:" SPF_MARK_TERM : "mx:" SPF_MARK_TERM);
	write_domain(out, term->domain);
	if (prefix < (is_ipv4 ? 32U : 128U))
		strbuf_printf(out, is_ipv4 ? "/%u" : "//%u", prefix);
}

static char *write_term(TALLOC_CTX *mem, const struct spf_term *term,
			const struct spf_rewriting *how)
{
	struct strbuf out;

	strbuf_init(&out, mem, TERM_MAX);
	strbuf_add_text(&out, "v=spf1 ");
	if (term->mechanism != SPF_REDIRECT)
		strbuf_add_char(&out, term->qualifier);
	switch (term->mechanism) {
	case SPF_ALL:
	case SPF_IP4:
	case SPF_IP6:
		strbuf_add_text(&out, "all");
		return strbuf_text(&out);
	case SPF_A:
	case SPF_MX:
		write_host(&out, term, how->client->family);
		return strbuf_text(&out);
	case SPF_INCLUDE:
		strbuf_add_text(&out, "include:");
		break;
	case SPF_PTR:
		strbuf_add_text(&out, "ptr:");
		break;
	case SPF_EXISTS:
		strbuf_add_text(&out, "exists:" SPF_MARK_TERM);
		break;
	case SPF_REDIRECT:
		strbuf_add_text(&out, "redirect=");
		break;
	}
	write_domain(&out, term->domain);
	return strbuf_text(&out);
}

static bool is_network(const struct spf_term *term)
{
	return term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6;
}

struct text_list spf_rewrite(TALLOC_CTX *mem, const struct spf_record *record,
			     const struct spf_rewriting *how)
{
	/* The lookups, one that trips the limit, and a final "all". */
	size_t lookups_max = (size_t)how->term_limit + 1;
	struct text_list list = {
	    .items = mem_array(mem, const char *, lookups_max + 1)};

	for (size_t i = 0; i < record->count && list.count < lookups_max; i++) {
		const struct spf_term *term = &record->terms[i];
		bool is_last = is_network(term) || term->mechanism == SPF_ALL;
		if (is_network(term) && !spf_term_contains(term, how->client))
			continue;
		if (!can_match(term, how))
			continue;
		list.items[list.count++] = write_term(mem, term, how);
		if (is_last)
			break;
	}
	return list;
}
