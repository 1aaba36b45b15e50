/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_record.c - one SPF record, validated whole (RFC 7208 4.5, 4.6.1, 12)
 *
 *   record    = "v=spf1" *( 1*SP ( directive / modifier ) ) *SP
 *   directive = [ qualifier ] mechanism
 */
#include "lib/auth/spf_record.h"

#include <arpa/inet.h>
#include <string.h>

#include "lib/auth/spf_domain_spec.h"
#include "lib/base/limits.h"
#include "lib/base/net.h"

#define SPF_VERSION_TAG "v=spf1"
#define TERMS_ROOM 8 /* at first: few records have more terms */

enum form {
	FORM_BARE,	      /* all */
	FORM_DOMAIN,	      /* ":" domain-spec */
	FORM_OPTIONAL_DOMAIN, /* [ ":" domain-spec ] */
	FORM_HOST,	      /* the same with [ dual-cidr-length ] */
	FORM_NETWORK,	      /* ":" network [ cidr-length ] */
};

static const struct mechanism_row {
	const char *name;
	enum spf_mechanism mechanism;
	enum form form;
} mechanism_rows[] = {
    {"all", SPF_ALL, FORM_BARE},
    {"include", SPF_INCLUDE, FORM_DOMAIN},
    {"a", SPF_A, FORM_HOST},
    {"mx", SPF_MX, FORM_HOST},
    {"ptr", SPF_PTR, FORM_OPTIONAL_DOMAIN},
    {"ip4", SPF_IP4, FORM_NETWORK},
    {"ip6", SPF_IP6, FORM_NETWORK},
    {"exists", SPF_EXISTS, FORM_DOMAIN},
};

#define MECHANISMS COUNT_OF(mechanism_rows)

struct parser {
	TALLOC_CTX *mem;
	struct spf_record record;
	size_t room; /* for terms */
	bool has_all;
	bool has_exp;
	bool has_redirect;
	struct spf_term redirect;
};

bool spf_record_is_spf(struct span text)
{
	size_t length = strlen(SPF_VERSION_TAG);

	return span_starts_nocase(text, SPF_VERSION_TAG) &&
	       (text.length == length || text.data[length] == ' ');
}

size_t spf_record_select(const struct dns_answer *answer, struct span *text)
{
	size_t found = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct dns_record *record = &answer->records[i];
		struct span all = span_make(record->text, record->length);
		if (!spf_record_is_spf(all))
			continue;
		*text = all;
		found++;
	}
	return found;
}

/* Cuts "/24" off the end; true when a well-formed length stood there. Digits
 * behind no slash and "/024" are left for the domain-spec to refuse. */
static bool cut_prefix(struct span *s, long max, unsigned *prefix)
{
	size_t start = s->length;
	long value;

	while (start > 0 && ascii_is_digit(s->data[start - 1]))
		start--;
	if (start == 0 || s->data[start - 1] != '/' ||
	    !text_number(span_from(*s, start), 0, max, &value))
		return false;
	*prefix = (unsigned)value;
	s->length = start - 1;
	return true;
}

/* dual-cidr-length: "/24", "//64", "/24//64". */
static void cut_dual_prefix(struct span *s, struct spf_term *term)
{
	struct span rest = *s;
	unsigned prefix6;

	if (cut_prefix(&rest, 128, &prefix6) && rest.length > 0 &&
	    rest.data[rest.length - 1] == '/') {
		rest.length--;
		term->prefix6 = prefix6;
		*s = rest;
	}
	(void)cut_prefix(s, 32, &term->prefix4);
}

static const char *read_network(struct span text, struct spf_term *term)
{
	bool is_ip4 = term->mechanism == SPF_IP4;
	unsigned *prefix = is_ip4 ? &term->prefix4 : &term->prefix6;
	char address[NET_ADDRESS_TEXT] = "";

	(void)cut_prefix(&text, is_ip4 ? 32 : 128, prefix);
	if (text.length >= sizeof address)
		return "bad ip4 or ip6 network";
	memcpy(address, text.data, text.length);
	if (inet_pton(is_ip4 ? AF_INET : AF_INET6, address, term->address) != 1)
		return "bad ip4 or ip6 network";
	return NULL;
}

/* `text` is what follows the mechanism's name. */
static const char *read_value(enum form form, struct span text,
			      struct spf_term *term)
{
	if (form == FORM_HOST)
		cut_dual_prefix(&text, term);
	bool has_colon = text.length > 0 && text.data[0] == ':';
	if (has_colon && form == FORM_NETWORK)
		return read_network(span_from(text, 1), term);
	if (text.length == 0 && form != FORM_DOMAIN && form != FORM_NETWORK)
		return NULL;
	if (!has_colon || form == FORM_BARE)
		return "bad mechanism";
	term->domain = span_from(text, 1);
	return spf_domain_spec_is_valid(term->domain) ? NULL
						      : "bad domain-spec";
}

static void add_term(struct parser *parser, const struct spf_term *term)
{
	struct spf_record *record = &parser->record;

	if (parser->has_all)
		return;
	parser->has_all = term->mechanism == SPF_ALL;
	if (record->count == parser->room) {
		parser->room =
		    parser->room == 0 ? TERMS_ROOM : 2 * parser->room;
		record->terms = mem_resize(parser->mem, record->terms,
					   struct spf_term, parser->room);
	}
	record->terms[record->count++] = *term;
}

static const char *read_directive(struct parser *parser, struct span text,
				  struct span name, struct span value)
{
	bool has_qualifier = name.data > text.data;
	struct spf_term term = {.text = text,
				.qualifier = has_qualifier ? text.data[0] : '+',
				.domain = span_make("", 0),
				.prefix4 = 32,
				.prefix6 = 128};

	for (size_t i = 0; i < MECHANISMS; i++) {
		const struct mechanism_row *row = &mechanism_rows[i];
		if (!span_equals_nocase(name, row->name))
			continue;
		term.mechanism = row->mechanism;
		const char *reason = read_value(row->form, value, &term);
		if (reason == NULL)
			add_term(parser, &term);
		return reason;
	}
	return "unknown mechanism";
}

static const char *read_modifier(struct parser *parser, struct span text,
				 struct span name, struct span value)
{
	bool is_redirect = span_equals_nocase(name, "redirect");
	bool is_exp = span_equals_nocase(name, "exp");

	if (!is_redirect && !is_exp)
		return spf_macro_string_is_valid(value) ? NULL : "bad modifier";
	bool *has_one = is_exp ? &parser->has_exp : &parser->has_redirect;
	if (*has_one)
		return is_exp ? "two exp modifiers" : "two redirect modifiers";
	*has_one = true;
	if (!spf_domain_spec_is_valid(value))
		return "bad domain-spec";
	if (is_redirect)
		parser->redirect = (struct spf_term){.mechanism = SPF_REDIRECT,
						     .text = text,
						     .qualifier = '+',
						     .domain = value};
	return NULL;
}

/* name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ) */
static size_t name_length(struct span s)
{
	size_t length = 0;

	if (s.length == 0 || !ascii_is_alpha(s.data[0]))
		return 0;
	while (length < s.length && (ascii_is_alpha(s.data[length]) ||
				     ascii_is_digit(s.data[length]) ||
				     strchr("-_.", s.data[length]) != NULL))
		length++;
	return length;
}

static const char *read_term(struct parser *parser, struct span text)
{
	bool has_qualifier = strchr("+-~?", text.data[0]) != NULL;
	struct span name = span_from(text, has_qualifier ? 1 : 0);
	struct span rest;

	name.length = name_length(name);
	if (name.length == 0)
		return "bad term";
	rest = span_from(text, (size_t)(name.data - text.data) + name.length);
	if (rest.length == 0 || rest.data[0] != '=')
		return read_directive(parser, text, name, rest);
	return has_qualifier
		   ? "qualifier before a modifier"
		   : read_modifier(parser, text, name, span_from(rest, 1));
}

const char *spf_record_parse(TALLOC_CTX *mem, struct span text,
			     struct spf_record *record)
{
	struct parser parser = {.mem = mem};
	struct span rest = span_from(text, strlen(SPF_VERSION_TAG));
	struct span term;

	if (text.length > LIMIT_SPF_RECORD_BYTES)
		return "record too long";
	if (!text_is_ascii(text))
		return "bytes outside visible ASCII";
	while (rest.length > 0) {
		(void)span_cut(rest, ' ', &term, &rest);
		if (term.length == 0)
			continue;
		const char *reason = read_term(&parser, term);
		if (reason != NULL)
			return reason;
	}
	if (parser.has_redirect)
		add_term(&parser, &parser.redirect);
	*record = parser.record;
	return NULL;
}

const char *spf_mechanism_text(enum spf_mechanism mechanism)
{
	for (size_t i = 0; i < MECHANISMS; i++) {
		if (mechanism_rows[i].mechanism == mechanism)
			return mechanism_rows[i].name;
	}
	return "redirect";
}

int spf_mechanism_find(const char *text)
{
	for (int i = 0; text != NULL && i <= SPF_REDIRECT; i++) {
		if (strcmp(spf_mechanism_text((enum spf_mechanism)i), text) ==
		    0)
			return i;
	}
	return -1;
}

bool spf_term_is_network(const struct spf_term *term)
{
	return term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6;
}
