/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_trace.c - which term of which record decided SPF
 *
 * RFC 7208 4.6.2, 4.7, 5 and 6.1. The recursion ends at SPF_TRACE_LEVELS.
 */
#include "lib/explain/spf_trace.h"

#include <string.h>

#include "lib/auth/spf_record.h"
#include "lib/base/domain.h"

/* A check reads one record and one for each term that leads on, at most ten
 * (spf.term_limit). Without that bound ten records that each include the next
 * one ten times would keep us busy for ever. */
#define RECORDS_READ_MAX 11

enum match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN };

struct tracer {
	TALLOC_CTX *mem;
	const struct recorded_dns *dns;
	const struct spf_values *values;
	size_t read; /* records, those read again included */
	struct spf_trace trace;
};

static bool evaluate(struct tracer *tracer, const char *domain,
		     enum auth_result *result);

/* --- terms in words --- */

static const char *prefix_text(TALLOC_CTX *mem, const struct spf_term *term)
{
	const char *four =
	    term->prefix4 == 32 ? "" : mem_printf(mem, "/%u", term->prefix4);
	const char *six =
	    term->prefix6 == 128 ? "" : mem_printf(mem, "//%u", term->prefix6);

	return mem_printf(mem, "%s%s", four, six);
}

static const char *network_text(TALLOC_CTX *mem, const struct spf_term *term)
{
	bool is_ip4 = term->mechanism == SPF_IP4;
	unsigned bits = is_ip4 ? term->prefix4 : term->prefix6;
	struct net_address address = {
	    .family = is_ip4 ? NET_IPV4 : NET_IPV6,
	};
	char text[NET_ADDRESS_TEXT];

	memcpy(address.bytes, term->address, sizeof address.bytes);
	(void)net_address_text(&address, text);
	return bits == (is_ip4 ? 32u : 128u)
		   ? mem_strdup(mem, text)
		   : mem_printf(mem, "%s/%u", text, bits);
}

/* As a record spells it; "+" is left out. */
static const char *term_text(TALLOC_CTX *mem, const struct spf_term *term)
{
	static const char *const names[] = {
	    [SPF_ALL] = "all",
	    [SPF_INCLUDE] = "include",
	    [SPF_A] = "a",
	    [SPF_MX] = "mx",
	    [SPF_PTR] = "ptr",
	    [SPF_IP4] = "ip4",
	    [SPF_IP6] = "ip6",
	    [SPF_EXISTS] = "exists",
	    [SPF_REDIRECT] = "redirect",
	};
	char sign[2] = {term->qualifier, '\0'};
	bool is_host = term->mechanism == SPF_A || term->mechanism == SPF_MX;

	if (term->mechanism == SPF_REDIRECT)
		return mem_printf(mem, "redirect=%.*s",
				  (int)term->domain.length, term->domain.data);
	if (term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6)
		return mem_printf(mem, "%s%s:%s", sign[0] == '+' ? "" : sign,
				  names[term->mechanism],
				  network_text(mem, term));
	return mem_printf(mem, "%s%s%s%.*s%s", sign[0] == '+' ? "" : sign,
			  names[term->mechanism],
			  term->domain.length == 0 ? "" : ":",
			  (int)term->domain.length, term->domain.data,
			  is_host ? prefix_text(mem, term) : "");
}

/* --- one term --- */

/* "%{p}" is the one macro whose value costs a lookup. */
static bool has_client_name(struct span spec)
{
	struct spf_piece piece;

	while (spec.length > 0) {
		if (!spf_piece_next(&spec, &piece) || piece.letter == 'p')
			return true;
	}
	return false;
}

/* spf_macro writes for libspf2: "%%" is "%", "%_" a blank. */
static void undo_escapes(char *name)
{
	char *end = name;

	for (const char *at = name; *at != '\0'; at++) {
		if (at[0] == '%' && (at[1] == '%' || at[1] == '_'))
			*end++ = *++at == '%' ? '%' : ' ';
		else
			*end++ = *at;
	}
	*end = '\0';
}

/* The name that a term asks about; NULL when that cannot be told. */
static const char *target(struct tracer *tracer, const struct spf_term *term,
			  const char *domain)
{
	struct spf_values values = *tracer->values;

	if (term->domain.length == 0)
		return domain;
	values.domain = domain;
	if (has_client_name(term->domain) ||
	    !spf_macro_can_match(term->domain, &values))
		return NULL;
	char *name = spf_macro_expand(tracer->mem, term->domain, &values);
	if (name == NULL)
		return NULL;
	undo_escapes(name);
	size_t length = strlen(name);
	if (length > 0 && name[length - 1] == '.')
		name[length - 1] = '\0';
	return name;
}

static const char *address_type(const struct tracer *tracer)
{
	return tracer->values->client->family == NET_IPV4 ? "A" : "AAAA";
}

/* Is the client within `term`'s prefix of one of the name's addresses? */
static enum match match_addresses(struct tracer *tracer, const char *name,
				  const struct spf_term *term)
{
	const struct net_address *client = tracer->values->client;
	unsigned bits =
	    client->family == NET_IPV4 ? term->prefix4 : term->prefix6;
	const struct recorded_answer *answer =
	    recorded_dns_find(tracer->dns, name, address_type(tracer));

	if (answer == NULL || recorded_is_open(answer))
		return MATCH_UNKNOWN;
	for (size_t i = 0; i < answer->records.count; i++) {
		struct net_address address;
		if (!net_address_parse(answer->records.items[i], &address))
			continue;
		struct net_block block = net_block_around(&address, bits);
		if (net_block_contains(&block, client))
			return MATCH_YES;
	}
	return MATCH_NO;
}

/* The host of "10 mx.example". */
static const char *mx_host(const char *record)
{
	const char *blank = strchr(record, ' ');

	return blank == NULL ? record : blank + 1;
}

static enum match match_mx(struct tracer *tracer, const char *name,
			   const struct spf_term *term)
{
	const struct recorded_answer *answer =
	    recorded_dns_find(tracer->dns, name, "MX");
	enum match found = MATCH_NO;

	if (answer == NULL || recorded_is_open(answer))
		return MATCH_UNKNOWN;
	for (size_t i = 0; i < answer->records.count; i++) {
		const char *host = mx_host(answer->records.items[i]);
		enum match match = *host == '\0'
				       ? MATCH_NO
				       : match_addresses(tracer, host, term);
		if (match == MATCH_YES)
			return MATCH_YES;
		if (match == MATCH_UNKNOWN)
			found = MATCH_UNKNOWN;
	}
	return found;
}

static enum match match_exists(struct tracer *tracer, const char *name)
{
	const struct recorded_answer *answer =
	    recorded_dns_find(tracer->dns, name, "A");

	if (answer == NULL || recorded_is_open(answer))
		return MATCH_UNKNOWN;
	return answer->records.count > 0 ? MATCH_YES : MATCH_NO;
}

static enum match match_ptr(struct tracer *tracer, const char *name)
{
	static const struct spf_term whole = {.prefix4 = 32, .prefix6 = 128};
	char reverse[NET_REVERSE_TEXT];
	const struct recorded_answer *answer = recorded_dns_find(
	    tracer->dns, net_address_reverse(tracer->values->client, reverse),
	    "PTR");
	enum match found = MATCH_NO;

	if (answer == NULL)
		return MATCH_UNKNOWN;
	for (size_t i = 0; i < answer->records.count; i++) {
		const char *host = answer->records.items[i];
		if (!domain_equals(host, name) && !domain_is_below(host, name))
			continue;
		enum match match = match_addresses(tracer, host, &whole);
		if (match == MATCH_YES)
			return MATCH_YES;
		if (match == MATCH_UNKNOWN)
			found = MATCH_UNKNOWN;
	}
	return found;
}

/* An include matches when its record passes; its levels stay if so. */
static enum match match_include(struct tracer *tracer, const char *name)
{
	size_t count = tracer->trace.count;
	enum auth_result included;

	if (!evaluate(tracer, name, &included))
		return MATCH_UNKNOWN;
	if (included == AUTH_PASS)
		return MATCH_YES;
	tracer->trace.count = count;
	return MATCH_NO;
}

static enum match match_term(struct tracer *tracer, const struct spf_term *term,
			     const char *domain)
{
	const char *name = target(tracer, term, domain);

	if (name == NULL)
		return MATCH_UNKNOWN;
	switch (term->mechanism) {
	case SPF_ALL:
		return MATCH_YES;
	case SPF_IP4:
	case SPF_IP6:
		return spf_term_contains(term, tracer->values->client)
			   ? MATCH_YES
			   : MATCH_NO;
	case SPF_INCLUDE:
		return match_include(tracer, name);
	case SPF_A:
		return match_addresses(tracer, name, term);
	case SPF_MX:
		return match_mx(tracer, name, term);
	case SPF_PTR:
		return match_ptr(tracer, name);
	case SPF_EXISTS:
		return match_exists(tracer, name);
	case SPF_REDIRECT:
		break;
	}
	return MATCH_UNKNOWN;
}

/* --- one record --- */

static enum auth_result result_of(char qualifier)
{
	switch (qualifier) {
	case '-':
		return AUTH_FAIL;
	case '~':
		return AUTH_SOFTFAIL;
	case '?':
		return AUTH_NEUTRAL;
	default: /* '+' */
		return AUTH_PASS;
	}
}

/* The one SPF record of a domain, or NULL. */
static const char *only_record(const struct tracer *tracer, const char *domain,
			       struct span *text)
{
	const struct recorded_answer *answer =
	    recorded_dns_find(tracer->dns, domain, "TXT");
	const char *found = NULL;

	for (size_t i = 0; answer != NULL && i < answer->records.count; i++) {
		struct span bytes =
		    text_unescape(tracer->mem, answer->records.items[i]);
		if (!spf_record_is_spf(bytes))
			continue;
		if (found != NULL)
			return NULL;
		found = answer->records.items[i];
		*text = bytes;
	}
	return found;
}

static void note_term(struct spf_level *level, TALLOC_CTX *mem,
		      const struct spf_term *term)
{
	level->term = term_text(mem, term);
	level->is_redirect = term->mechanism == SPF_REDIRECT;
	level->is_network =
	    term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6 ||
	    term->mechanism == SPF_A || term->mechanism == SPF_MX;
}

/* The terms in their order; the level's own is noted before what it leads to,
 * and taken back when that does not match. */
static bool evaluate_terms(struct tracer *tracer, size_t place,
			   const struct spf_record *record,
			   enum auth_result *result)
{
	struct spf_level *level = &tracer->trace.levels[place];

	for (size_t i = 0; i < record->count; i++) {
		const struct spf_term *term = &record->terms[i];
		note_term(level, tracer->mem, term);
		if (term->mechanism == SPF_REDIRECT) {
			const char *name = target(tracer, term, level->domain);
			return name != NULL && evaluate(tracer, name, result);
		}
		enum match match = match_term(tracer, term, level->domain);
		if (match == MATCH_UNKNOWN)
			return false;
		if (match == MATCH_YES) {
			*result = result_of(term->qualifier);
			return true;
		}
	}
	level->term = NULL;
	*result = AUTH_NEUTRAL;
	return true;
}

static bool evaluate(struct tracer *tracer, const char *domain,
		     enum auth_result *result)
{
	size_t place = tracer->trace.count;
	struct span text = span_of("");
	const char *found = only_record(tracer, domain, &text);
	struct spf_record record;

	if (place == SPF_TRACE_LEVELS || found == NULL ||
	    tracer->read++ >= RECORDS_READ_MAX)
		return false;
	tracer->trace.levels[place] =
	    (struct spf_level){.domain = domain, .record = found};
	tracer->trace.count++;
	return spf_record_parse(tracer->mem, text, &record) == NULL &&
	       evaluate_terms(tracer, place, &record, result);
}

struct spf_trace spf_trace(TALLOC_CTX *mem, const struct recorded_dns *dns,
			   const struct spf_values *values)
{
	struct tracer tracer = {.mem = mem, .dns = dns, .values = values};

	tracer.trace.is_known =
	    values->sender_domain != NULL &&
	    evaluate(&tracer, values->sender_domain, &tracer.trace.result);
	if (!tracer.trace.is_known && tracer.trace.count > 1)
		tracer.trace.count = 1;
	return tracer.trace;
}
