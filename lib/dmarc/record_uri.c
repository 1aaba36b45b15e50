/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record_uri.c - the URI lists of rua and ruf
 *
 * RFC 9989 4.8 (dmarc-urilist, obs-dmarc-report-size), RFC 3986 (characters,
 * scheme), RFC 6068 (mailto). "," and "!" cannot stand inside a URI here: they
 * are percent-encoded, which is kept as it is.
 * Tested by test_record.
 */
#include "lib/dmarc/record_uri.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

/* unreserved, gen-delims but "#" and brackets, sub-delims but "!" and "," */
static bool is_uri_byte(char c)
{
	return ascii_is_alpha(c) || ascii_is_digit(c) ||
	       ascii_is_one_of(c, "-._~:/?@$&'()*+;=");
}

static bool has_uri_bytes(struct span s)
{
	for (size_t i = 0; i < s.length; i++) {
		if (s.data[i] == '%') {
			if (s.length - i < 3 ||
			    ascii_hex_value(s.data[i + 1]) < 0 ||
			    ascii_hex_value(s.data[i + 2]) < 0)
				return false;
			i += 2;
		} else if (!is_uri_byte(s.data[i])) {
			return false;
		}
	}
	return true;
}

static bool is_scheme(struct span s)
{
	if (s.length == 0 || !ascii_is_alpha(s.data[0]))
		return false;
	for (size_t i = 1; i < s.length; i++) {
		if (!ascii_is_alpha(s.data[i]) && !ascii_is_digit(s.data[i]) &&
		    !ascii_is_one_of(s.data[i], "+-."))
			return false;
	}
	return true;
}

/* The byte at `at`, decoded; *step is how many it takes. */
static char decoded(struct span s, size_t at, size_t *step)
{
	static const char digits[] = "0123456789abcdef";

	*step = s.data[at] == '%' ? 3 : 1;
	if (*step == 1)
		return s.data[at];
	const char *high = strchr(digits, ascii_lower(s.data[at + 1]));
	const char *low = strchr(digits, ascii_lower(s.data[at + 2]));
	return (char)((high - digits) * 16 + (low - digits));
}

/* Dots part atoms (RFC 5322 3.2.3): "..", ".a", "a." and "a..b" are no
 * local-part, unless they are quoted. */
static bool has_sound_dots(struct span local)
{
	char last = '.';
	size_t step;

	if (decoded(local, 0, &step) == '"')
		return true;
	for (size_t i = 0; i < local.length; i += step) {
		char c = decoded(local, i, &step);
		if (c == '.' && last == '.')
			return false;
		last = c;
	}
	return last != '.';
}

/* One mailbox: a list needs commas, which would end the URI. A "/" must be
 * encoded (RFC 6068 2): "mailto://x@y" is meant for something else. */
static bool is_mailto_rest(TALLOC_CTX *mem, struct span rest)
{
	struct span to;
	struct span query;
	struct span local;
	struct span domain;

	(void)span_cut(rest, '?', &to, &query);
	if (!span_cut(to, '@', &local, &domain) || local.length == 0 ||
	    memchr(to.data, '/', to.length) != NULL || !has_sound_dots(local))
		return false;
	return domain_normalize(mem, domain) != NULL;
}

static bool is_uri(TALLOC_CTX *mem, struct span uri)
{
	struct span scheme;
	struct span rest;

	if (!span_cut(uri, ':', &scheme, &rest) || !is_scheme(scheme) ||
	    !has_uri_bytes(rest))
		return false;
	return !span_equals_nocase(scheme, "mailto") ||
	       is_mailto_rest(mem, rest);
}

/* 1*DIGIT [ "k" / "m" / "g" / "t" ] */
static bool is_report_size(struct span size)
{
	if (size.length > 1 &&
	    ascii_is_one_of(ascii_lower(size.data[size.length - 1]), "kmgt"))
		size.length--;
	for (size_t i = 0; i < size.length; i++) {
		if (!ascii_is_digit(size.data[i]))
			return false;
	}
	return size.length > 0;
}

struct text_list record_uri_list(TALLOC_CTX *mem, struct span list,
				 bool *has_bad)
{
	struct text_list uris = {0};
	bool has_more = true;

	uris.items = mem_array(mem, const char *, LIMIT_REPORT_URIS);
	while (has_more && uris.count < LIMIT_REPORT_URIS) {
		struct span element;
		struct span uri;
		struct span size;
		has_more = span_cut(list, ',', &element, &list);
		element = span_trim(element);
		if (element.length == 0)
			continue;
		bool has_size = span_cut(element, '!', &uri, &size);
		if (is_uri(mem, uri) && (!has_size || is_report_size(size)))
			uris.items[uris.count++] =
			    mem_strndup(mem, uri.data, uri.length);
		else
			*has_bad = true;
	}
	return uris;
}
