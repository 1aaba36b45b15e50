/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dns_name.c - names that the DNS can hold beyond domain.h's inner form
 *
 * RFC 2181 11: any byte may stand in a label.
 */
#include "lib/dns/dns_name.h"

#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/base/text.h"

static bool is_label_byte(char c)
{
	return c >= ' ' && c <= '~' && c != '.' && c != '*' && c != '\\' &&
	       !(c >= 'A' && c <= 'Z');
}

bool dns_name_is_askable(const char *name)
{
	size_t label = 0;
	size_t i = 0;

	for (; name[i] != '\0'; i++) {
		bool is_dot = name[i] == '.';
		if (is_dot ? label == 0 : !is_label_byte(name[i]))
			return false;
		label = is_dot ? 0 : label + 1;
		if (label > LIMIT_LABEL_BYTES)
			return false;
	}
	return label > 0 && i <= LIMIT_DOMAIN_BYTES;
}

static void add_label(struct strbuf *text, const uint8_t *bytes, size_t length)
{
	if (text->length > 0)
		strbuf_add_char(text, '.');
	for (size_t i = 0; i < length; i++) {
		/* A dot or NUL inside a label would read as its end. */
		bool is_odd = bytes[i] == '.' || bytes[i] == '\0';
		char c = is_odd ? '\\' : (char)bytes[i];
		strbuf_add_char(text, ascii_lower(c));
	}
}

char *dns_name_from_wire(TALLOC_CTX *mem, const uint8_t *wire, size_t size)
{
	struct strbuf text;
	size_t at = 0;

	strbuf_init(&text, mem, LIMIT_DOMAIN_BYTES);
	while (at < size && wire[at] != 0) {
		if (wire[at] > LIMIT_LABEL_BYTES || wire[at] >= size - at)
			return NULL;
		add_label(&text, wire + at + 1, wire[at]);
		at += (size_t)wire[at] + 1;
	}
	char *name = strbuf_text(&text);
	if (name[0] == '\0' && at < size)
		return name;
	return dns_name_is_askable(name) && !strbuf_is_full(&text) ? name
								   : NULL;
}
