/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - the address-list of a From field
 *
 * RFC 5322 3.4 (address), 4.4 (obsolete forms), RFC 6854 2.1 (groups in From),
 * RFC 6532 3.2 (UTF-8). A descent through the grammar without recursion:
 * groups do not nest. Each step returns ADDRESS_OK or what stops the reading.
 * Tested by test_from.
 */
#include "lib/mail/address.h"

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/mail/scan.h"

struct parser {
	TALLOC_CTX *mem;
	struct scan scan;
	struct text_list domains;
	bool in_group;
};

/* What stands in front of ":", "<", "@", "," or the end: a display name, a
 * group's name or a local-part. */
struct words {
	size_t count;	    /* atoms and quoted strings */
	bool starts_as_dot; /* ".a": no phrase */
	bool touch;	    /* two words without a dot between: no local-part */
	bool is_utf8;
};

static bool is_dot(char c)
{
	return c == '.';
}

static bool is_domain_byte(char c)
{
	return scan_is_atext(c) || c == '.';
}

/* No "[", "]", blank or control byte: RFC 5322 dtext. */
static bool is_literal_byte(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f && c != '[' && c != ']';
}

/* Reads one atom or quoted-string; an empty atom when there is neither. */
static bool read_word(struct scan *scan, struct span *word)
{
	if (scan_peek(scan) == '"')
		return scan_quoted(scan, word);
	*word = scan_run(scan, scan_is_atext);
	return true;
}

/* Reads words, dots and CFWS up to something else. */
static enum address_result read_words(struct scan *scan, struct words *words)
{
	bool after_word = false;

	*words = (struct words){.is_utf8 = true};
	for (;;) {
		struct span word;
		size_t start = scan->at;
		if (scan_run(scan, is_dot).length > 0) {
			words->starts_as_dot |= words->count == 0;
			after_word = false;
		} else if (!read_word(scan, &word)) {
			return ADDRESS_UNPARSABLE;
		} else if (scan->at > start) {
			words->count++;
			words->touch |= after_word;
			words->is_utf8 &= text_is_utf8(word);
			after_word = true;
		} else {
			return ADDRESS_OK;
		}
		if (!scan_cfws(scan))
			return ADDRESS_UNPARSABLE;
	}
}

static bool is_phrase(const struct words *words)
{
	return words->count > 0 && !words->starts_as_dot;
}

static bool is_local_part(const struct words *words)
{
	return words->count > 0 && !words->touch && words->is_utf8;
}

/* "[192.0.2.1]" is a domain in the grammar, and never an author domain. */
static enum address_result read_literal(struct scan *scan)
{
	(void)scan_char(scan, '[');
	do {
		(void)scan_run(scan, is_literal_byte);
	} while (scan_run(scan, ascii_is_blank).length > 0);
	return scan_char(scan, ']') ? ADDRESS_BAD_DOMAIN : ADDRESS_UNPARSABLE;
}

/* Reads "@domain" with CFWS at both ends of the domain. */
static enum address_result read_domain(struct parser *parser, char **domain)
{
	struct scan *scan = &parser->scan;

	if (!scan_char(scan, '@') || !scan_cfws(scan))
		return ADDRESS_UNPARSABLE;
	if (scan_peek(scan) == '[')
		return read_literal(scan);
	struct span text = scan_run(scan, is_domain_byte);
	if (text.length == 0 || !scan_cfws(scan))
		return ADDRESS_UNPARSABLE;
	*domain = domain_normalize(parser->mem, text);
	return *domain == NULL ? ADDRESS_BAD_DOMAIN : ADDRESS_OK;
}

/* Takes the mailbox whose local-part was read. */
static enum address_result read_mailbox_domain(struct parser *parser,
					       const struct words *local_part)
{
	char *domain;

	if (!is_local_part(local_part))
		return ADDRESS_UNPARSABLE;
	enum address_result result = read_domain(parser, &domain);
	if (result != ADDRESS_OK)
		return result;
	if (parser->domains.count == LIMIT_FROM_ADDRESSES)
		return ADDRESS_TOO_LONG;
	parser->domains.items[parser->domains.count++] = domain;
	return ADDRESS_OK;
}

/* obs-route: "@one,@two:", empty elements allowed. */
static enum address_result skip_route(struct parser *parser)
{
	struct scan *scan = &parser->scan;

	while (!scan_char(scan, ':')) {
		char *dropped;
		if (scan_char(scan, ',')) {
			if (!scan_cfws(scan))
				return ADDRESS_UNPARSABLE;
			continue;
		}
		enum address_result result = read_domain(parser, &dropped);
		if (result != ADDRESS_OK)
			return result;
	}
	return scan_cfws(scan) ? ADDRESS_OK : ADDRESS_UNPARSABLE;
}

static enum address_result read_angle_address(struct parser *parser)
{
	struct scan *scan = &parser->scan;
	struct words local_part;
	enum address_result result = ADDRESS_OK;

	(void)scan_char(scan, '<');
	if (!scan_cfws(scan))
		return ADDRESS_UNPARSABLE;
	if (scan_peek(scan) == '@' || scan_peek(scan) == ',')
		result = skip_route(parser);
	if (result == ADDRESS_OK)
		result = read_words(scan, &local_part);
	if (result == ADDRESS_OK)
		result = read_mailbox_domain(parser, &local_part);
	if (result != ADDRESS_OK)
		return result;
	return scan_char(scan, '>') && scan_cfws(scan) ? ADDRESS_OK
						       : ADDRESS_UNPARSABLE;
}

/* "a@b.test <a@b.test>": mail programs write this although RFC 5322 3.2.3 wants
 * such a display name quoted. Both addresses count as authors, so there is one
 * author domain only where the two agree. */
static enum address_result read_bare_mailbox(struct parser *parser,
					     const struct words *local_part)
{
	enum address_result result = read_mailbox_domain(parser, local_part);

	if (result == ADDRESS_OK && scan_peek(&parser->scan) == '<')
		return read_angle_address(parser);
	return result;
}

/* "Team:" opens a group; "a: b: c;" is none. */
static enum address_result open_group(struct parser *parser,
				      const struct words *name)
{
	if (parser->in_group || !is_phrase(name))
		return ADDRESS_UNPARSABLE;
	(void)scan_char(&parser->scan, ':');
	parser->in_group = true;
	return ADDRESS_OK;
}

/* Reads a mailbox, the head of a group, or nothing. */
static enum address_result read_element(struct parser *parser)
{
	struct words words;

	if (!scan_cfws(&parser->scan))
		return ADDRESS_UNPARSABLE;
	enum address_result result = read_words(&parser->scan, &words);
	if (result != ADDRESS_OK)
		return result;
	bool is_empty = words.count == 0 && !words.starts_as_dot;
	switch (scan_peek(&parser->scan)) {
	case '<':
		return is_empty || is_phrase(&words)
			   ? read_angle_address(parser)
			   : ADDRESS_UNPARSABLE;
	case '@':
		return read_bare_mailbox(parser, &words);
	case ':':
		return open_group(parser, &words);
	default:
		/* "Acme, Inc. <o@victim.test>": a word is no address. */
		return is_empty ? ADDRESS_OK : ADDRESS_UNPARSABLE;
	}
}

/* Behind ";" only "," or the end may follow. */
static enum address_result close_group(struct parser *parser)
{
	if (!parser->in_group || !scan_cfws(&parser->scan))
		return ADDRESS_UNPARSABLE;
	parser->in_group = false;
	return scan_at_end(&parser->scan) || scan_char(&parser->scan, ',')
		   ? ADDRESS_OK
		   : ADDRESS_UNPARSABLE;
}

/* Steps from one element to the next. */
static enum address_result step_on(struct parser *parser, bool was_in_group)
{
	if (parser->in_group && !was_in_group)
		return ADDRESS_OK;
	if (scan_char(&parser->scan, ','))
		return ADDRESS_OK;
	if (scan_char(&parser->scan, ';'))
		return close_group(parser);
	return scan_at_end(&parser->scan) ? ADDRESS_OK : ADDRESS_UNPARSABLE;
}

static enum address_result read_list(struct parser *parser)
{
	while (!scan_at_end(&parser->scan)) {
		bool was_in_group = parser->in_group;
		enum address_result result = read_element(parser);
		if (result == ADDRESS_OK)
			result = step_on(parser, was_in_group);
		if (result != ADDRESS_OK)
			return result;
	}
	return parser->in_group ? ADDRESS_UNPARSABLE : ADDRESS_OK;
}

enum address_result address_list_domains(TALLOC_CTX *mem, struct span value,
					 struct text_list *domains)
{
	struct parser parser = {.mem = mem, .scan.text = span_trim(value)};

	if (value.length > LIMIT_FROM_BYTES)
		return ADDRESS_TOO_LONG;
	if (!scan_is_clean(parser.scan.text))
		return ADDRESS_UNPARSABLE;
	parser.domains.items =
	    mem_array(mem, const char *, LIMIT_FROM_ADDRESSES);
	enum address_result result = read_list(&parser);
	if (result == ADDRESS_OK)
		*domains = parser.domains;
	return result;
}
