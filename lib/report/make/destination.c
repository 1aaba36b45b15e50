/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * destination.c - the addresses a rua names
 */
#include "lib/report/make/destination.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/mail/scan.h"

#define SHOWN_MAX 80

static void add_note(TALLOC_CTX *mem, struct destination_list *list,
		     const char *uri, const char *why)
{
	list->notes.items = mem_resize(mem, list->notes.items, const char *,
				       list->notes.count + 1);
	list->notes.items[list->notes.count++] = mem_printf(
	    mem, "%s %s", text_escape(mem, span_of(uri), SHOWN_MAX, true), why);
}

/* "%2C" is ",". The record's reader has seen to it that two digits follow. */
static char *decode_uri(TALLOC_CTX *mem, struct span text)
{
	char *out = mem_array(mem, char, text.length + 1);
	size_t length = 0;

	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (c == '%' && text.length - i > 2 &&
		    ascii_hex_value(text.data[i + 1]) >= 0 &&
		    ascii_hex_value(text.data[i + 2]) >= 0) {
			c = (char)(ascii_hex_value(text.data[i + 1]) * 16 +
				   ascii_hex_value(text.data[i + 2]));
			i += 2;
		}
		out[length++] = c;
		if (c == '\0') /* would end the text unseen */
			out[length - 1] = '\n';
	}
	return out;
}

/* A "..." that is already quoted, and rightly so. */
static bool is_quoted(const char *text)
{
	size_t length = strlen(text);

	if (length < 2 || text[0] != '"' || text[length - 1] != '"')
		return false;
	for (size_t i = 1; i < length - 1; i++) {
		if (text[i] == '"')
			return false;
		if (text[i] == '\\' && ++i == length - 1)
			return false;
	}
	return true;
}

static const char *quote_local(TALLOC_CTX *mem, const char *local)
{
	struct strbuf text;
	size_t plain = 0;

	/* Dots anywhere, as path.h has it. */
	while (local[plain] == '.' || scan_is_atext(local[plain]))
		plain++;
	if (local[plain] == '\0' || is_quoted(local))
		return local;
	strbuf_init(&text, mem, 2 * strlen(local) + 2);
	strbuf_add_char(&text, '"');
	for (; *local != '\0'; local++) {
		if (*local == '"' || *local == '\\')
			strbuf_add_char(&text, '\\');
		strbuf_add_char(&text, *local);
	}
	strbuf_add_char(&text, '"');
	return strbuf_text(&text);
}

/* The address of a mailto: URI without its scheme; NULL when SMTP could not
 * carry it. */
static const char *read_address(TALLOC_CTX *mem, struct span rest)
{
	struct span to;
	struct span query;

	(void)span_cut(rest, '?', &to, &query);
	char *text = decode_uri(mem, to);
	char *at = strrchr(text, '@');
	if (at == NULL || at == text || !text_is_ascii(span_of(text)))
		return NULL;
	const char *domain = domain_normalize(mem, span_of(at + 1));
	*at = '\0';
	/* RFC 5321 4.5.3.1: 64 and 254; a relay refuses more. */
	const char *local = quote_local(mem, text);
	if (domain == NULL || strlen(local) > LIMIT_LOCAL_PART_BYTES)
		return NULL;
	const char *address = mem_printf(mem, "%s@%s", local, domain);
	return strlen(address) > LIMIT_MAILBOX_BYTES ? NULL : address;
}

static bool has_address(const struct text_list *list, const char *address)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_equals_nocase(list->items[i], address))
			return true;
	}
	return false;
}

static void add_uri(TALLOC_CTX *mem, struct destination_list *list,
		    const char *uri, long max)
{
	struct span scheme;
	struct span rest;

	(void)span_cut(span_of(uri), ':', &scheme, &rest);
	if (!span_equals_nocase(scheme, "mailto")) {
		add_note(mem, list, uri, "is no mailto: address");
		return;
	}
	const char *address = read_address(mem, rest);
	if (address == NULL)
		add_note(mem, list, uri, "is no address that mail can go to");
	else if (has_address(&list->addresses, address))
		add_note(mem, list, uri, "is named twice");
	else if (list->addresses.count >= (size_t)max)
		add_note(mem, list, uri,
			 "is one too many (report.max_addresses)");
	else
		list->addresses.items[list->addresses.count++] = address;
}

struct destination_list destination_list(TALLOC_CTX *mem,
					 const struct text_list *uris, long max)
{
	struct destination_list list = {.addresses = {0}};

	list.addresses.items = mem_array(mem, const char *, uris->count);
	for (size_t i = 0; i < uris->count; i++)
		add_uri(mem, &list, uris->items[i], max);
	return list;
}

const char *destination_host(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? address : at + 1;
}

bool destination_is_domain_in(const char *domain,
			      const struct text_list *domains)
{
	for (size_t i = 0; i < domains->count; i++) {
		if (text_equals_nocase(domain, domains->items[i]) ||
		    domain_is_below(domain, domains->items[i]))
			return true;
	}
	return false;
}

bool destination_is_excluded(const char *address,
			     const struct text_list *excluded)
{
	return has_address(excluded, address) ||
	       destination_is_domain_in(destination_host(address), excluded);
}
