/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_spf.c - SPF checks: bounded, repeatable, and right by a second look
 *
 * Input: a line "IP MAIL-FROM HELO", then lines "OWNER TYPE DATA" of a zone,
 * whose type is one letter: T (TXT, any bytes), A, 6 (AAAA), M (MX), P (PTR),
 * F (the name fails). A line that says nothing is left out.
 *
 * Properties: a result of RFC 7208; at most 11 records are fetched and 10
 * terms looked up; a lower limit changes a result to permerror or not at all,
 * and then asks no more and nothing else; the same input gives the same answer,
 * and so does each answer with its records from last to first; the levels that
 * are told lead from record to record to a term with that result, and a term
 * that names the client does so by the answers that were given; what is asked
 * ahead stands in a record that arrived, or among the hosts of an MX that did.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/spf.h"
#include "lib/auth/spf_record.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"
#include "lib/dns/dns.h"
#include "lib/dns/dns_fixture.h"
#include "lib/dns/dns_private.h"

#define MAX_ZONE ((size_t)256 * 1024)
#define MAX_LINES LIMIT_ANSWER_RECORDS /* further records would be dropped */
#define MAX_STRING 255		       /* of a TXT record */
#define MAX_TERMS 10		       /* RFC 7208 4.6.4 */
#define MAX_QUESTIONS (1 + MAX_TERMS * (1 + LIMIT_SPF_MX))

struct input {
	struct net_address client;
	struct path mail_from;
	const char *helo; /* NULL for none */
	size_t count;
	struct span lines[MAX_LINES]; /* of the zone */
};

static void add_text(struct strbuf *zone, struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (i % MAX_STRING == 0)
			strbuf_add_text(zone, i == 0 ? "\"" : "\" \"");
		strbuf_printf(zone, "\\%03u", (unsigned char)text.data[i]);
	}
	strbuf_add_text(zone, text.length == 0 ? "\"\"\n" : "\"\n");
}

static void add_address(TALLOC_CTX *mem, struct strbuf *zone, const char *owner,
			struct span text)
{
	struct net_address address;
	char clean[NET_ADDRESS_TEXT];

	if (!net_address_parse(mem_strndup(mem, text.data, text.length),
			       &address))
		return;
	strbuf_printf(zone, "%s. %s %s\n", owner,
		      address.family == NET_IPV4 ? "A" : "AAAA",
		      net_address_text(&address, clean));
}

static void add_name(TALLOC_CTX *mem, struct strbuf *zone, const char *owner,
		     const char *type, struct span text)
{
	const char *name = domain_normalize(mem, text);

	if (name != NULL)
		strbuf_printf(zone, "%s. %s %s.\n", owner, type, name);
}

static void add_line(TALLOC_CTX *mem, struct strbuf *zone, struct span line)
{
	struct span word;
	struct span rest;

	(void)span_cut(line, ' ', &word, &rest);
	const char *owner = domain_normalize(mem, word);
	if (owner == NULL || rest.length < 2)
		return;
	struct span data = span_make(rest.data + 2, rest.length - 2);
	switch (rest.data[0]) {
	case 'T':
		strbuf_printf(zone, "%s. TXT ", owner);
		add_text(zone, data);
		break;
	case 'A':
	case '6':
		add_address(mem, zone, owner, data);
		break;
	case 'M':
		add_name(mem, zone, owner, "MX 10", data);
		break;
	case 'P':
		add_name(mem, zone, owner, "PTR", data);
		break;
	case 'F':
		strbuf_printf(zone, ";!FAIL %s * SERVFAIL\n", owner);
		break;
	}
}

static bool read_input(TALLOC_CTX *mem, struct span line, struct input *input)
{
	struct span address;
	struct span sender;
	struct span helo;

	(void)span_cut(line, ' ', &address, &line);
	(void)span_cut(line, ' ', &sender, &helo);
	input->mail_from = path_parse(mem, sender);
	input->helo =
	    helo.length == 0 ? NULL : mem_strndup(mem, helo.data, helo.length);
	return net_address_parse(mem_strndup(mem, address.data, address.length),
				 &input->client);
}

/* The first TXT question is the record that is no term. */
static void check_questions(const struct dns_session *session)
{
	size_t texts = 0;

	for (size_t i = 0; i < dns_session_count(session); i++)
		texts += dns_session_question(session, i)->type == DNS_TXT;
	require(texts <= 1 + MAX_TERMS);
	require(dns_session_count(session) <= MAX_QUESTIONS);
}

static void check_evidence(const struct evidence_spf *spf,
			   const struct input *input)
{
	require(spf->result <= AUTH_PERMERROR && spf->result != AUTH_POLICY);
	require(spf->domain == NULL || domain_is_valid(spf->domain));
	require(spf->result != AUTH_PASS ||
		(spf->domain != NULL && spf->reason == NULL));
	require(spf->reason == NULL || fuzz_is_line(spf->reason));
	require(spf->is_helo == input->mail_from.is_null);
}

/* --- what is told of the decision --- */

static bool holds_client(const struct dns_answer *answer, enum dns_type type,
			 const struct net_address *client, unsigned bits)
{
	for (size_t i = 0; i < answer->count; i++) {
		const uint8_t *bytes = answer->records[i].address;
		struct net_address address = type == DNS_A
						 ? net_address_ipv4(bytes)
						 : net_address_ipv6(bytes);
		struct net_block block = net_block_around(&address, bits);
		if (net_block_contains(&block, client))
			return true;
	}
	return false;
}

/* Has the client an address within `bits` of it in any answer? */
static bool is_in_answers(const struct dns_session *session,
			  const struct net_address *client, unsigned bits)
{
	enum dns_type type = client->family == NET_IPV4 ? DNS_A : DNS_AAAA;

	for (size_t i = 0; i < dns_session_count(session); i++) {
		const struct dns_question *question =
		    dns_session_question(session, i);
		if (question->type == type &&
		    holds_client(question->answer, type, client, bits))
			return true;
	}
	return false;
}

/* "/24//64" at the end of a and mx: the length for the client's family. */
static unsigned prefix_of(const char *term, const struct net_address *client)
{
	const char *slash = strstr(term, "//");
	const char *digits = strchr(term, '/');

	if (client->family == NET_IPV6)
		return slash == NULL ? 128 : (unsigned)atoi(slash + 2);
	return digits == NULL || digits == slash ? 32
						 : (unsigned)atoi(digits + 1);
}

/* The network of "ip4:192.0.2.1/24", host bits and all. */
static bool is_in_network(TALLOC_CTX *mem, const char *term,
			  const struct net_address *client)
{
	struct span text = span_of(strchr(term, ':') + 1);
	struct span address_text;
	struct span digits;
	struct net_address address;

	(void)span_cut(text, '/', &address_text, &digits);
	require(net_address_parse(
	    mem_strndup(mem, address_text.data, address_text.length),
	    &address));
	struct net_block block = net_block_around(
	    &address, digits.length > 0
			  ? (unsigned)atoi(digits.data)
			  : (address.family == NET_IPV4 ? 32 : 128));
	return net_block_contains(&block, client);
}

static void check_term(TALLOC_CTX *mem, const struct spf_level *level,
		       const struct dns_session *session,
		       const struct net_address *client)
{
	const char *term =
	    mem_strndup(mem, level->term.data, level->term.length);

	if (strcmp(level->mechanism, "ip4") == 0 ||
	    strcmp(level->mechanism, "ip6") == 0)
		require(is_in_network(mem, term, client));
	else if (strcmp(level->mechanism, "ptr") == 0)
		require(is_in_answers(session, client,
				      client->family == NET_IPV4 ? 32 : 128));
	else if ((strcmp(level->mechanism, "a") == 0 ||
		  strcmp(level->mechanism, "mx") == 0) &&
		 memchr(term, '/', strcspn(term, ":%")) != NULL)
		require(
		    is_in_answers(session, client, prefix_of(term, client)));
	else if (strcmp(term, "a") == 0 || strcmp(term, "mx") == 0)
		require(is_in_answers(session, client,
				      client->family == NET_IPV4 ? 32 : 128));
}

static enum auth_result result_of(struct span term)
{
	switch (term.length == 0 ? '?' : term.data[0]) {
	case '-':
		return AUTH_FAIL;
	case '~':
		return AUTH_SOFTFAIL;
	case '?':
		return AUTH_NEUTRAL;
	default:
		return AUTH_PASS;
	}
}

/* The only SPF record among the answers for that domain? */
static bool is_record(const struct dns_session *session,
		      const struct spf_level *level)
{
	struct span text;

	for (size_t i = 0; i < dns_session_count(session); i++) {
		const struct dns_question *question =
		    dns_session_question(session, i);
		if (question->type == DNS_TXT &&
		    strcmp(question->name, level->domain) == 0)
			return spf_record_select(question->answer, &text) ==
				   1 &&
			       text.data == level->record.data &&
			       text.length == level->record.length;
	}
	return false;
}

/* Each level is a record and, but for the last, its include or redirect. An
 * include leads on only to a pass; a redirect has the result of what follows.
 */
static void check_levels(TALLOC_CTX *mem, const struct evidence_spf *spf,
			 const struct dns_session *session,
			 const struct input *input)
{
	bool is_included = false;

	require((spf->level_count > 0) ==
		(spf->result == AUTH_PASS || spf->result == AUTH_FAIL ||
		 spf->result == AUTH_SOFTFAIL || spf->result == AUTH_NEUTRAL));
	require(spf->level_count <= LIMIT_SPF_TERMS + 1);
	for (size_t i = 0; i < spf->level_count; i++) {
		const struct spf_level *level = &spf->levels[i];
		bool is_last = i + 1 == spf->level_count;
		bool is_redirect = level->term.length > 0 &&
				   strcmp(level->mechanism, "redirect") == 0;
		bool is_include = level->term.length > 0 &&
				  strcmp(level->mechanism, "include") == 0;
		require(is_record(session, level));
		require(i > 0 || strcmp(level->domain, spf->domain) == 0);
		require(is_last != (is_redirect || is_include));
		require((level->mechanism == NULL) ==
			(level->term.length == 0));
		if (!is_redirect)
			require(result_of(level->term) ==
				(is_included ? AUTH_PASS : spf->result));
		is_included = is_included || is_include;
		if (is_last && level->term.length > 0)
			check_term(mem, level, session, &input->client);
	}
}

/* --- runs --- */

struct run {
	struct evidence_spf spf;
	struct dns_session *session;
};

static struct run evaluate(TALLOC_CTX *mem, struct dns *dns,
			   const struct input *input, long terms, long voids)
{
	const struct spf_settings settings = {.term_limit = terms,
					      .void_limit = voids};
	struct run run = {.session = dns_session_new(mem, dns, 10000)};

	run.spf = spf_check(mem, run.session, &settings, &input->client,
			    input->helo, &input->mail_from);
	check_questions(run.session);
	check_evidence(&run.spf, input);
	check_levels(mem, &run.spf, run.session, input);
	return run;
}

static bool is_same_answer(const struct evidence_spf *a,
			   const struct evidence_spf *b)
{
	return a->result == b->result &&
	       (a->reason == NULL
		    ? b->reason == NULL
		    : b->reason != NULL && strcmp(a->reason, b->reason) == 0) &&
	       a->level_count == b->level_count &&
	       a->lookup_count == b->lookup_count;
}

/* Are the questions of `a` the first of those of `b`? */
static bool is_prefix(const struct dns_session *a, const struct dns_session *b)
{
	size_t count = dns_session_count(a);

	if (count > dns_session_count(b))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct dns_question *left = dns_session_question(a, i);
		const struct dns_question *right = dns_session_question(b, i);
		if (left->type != right->type ||
		    strcmp(left->name, right->name) != 0)
			return false;
	}
	return true;
}

static struct run check(TALLOC_CTX *mem, struct dns *dns,
			const struct input *input)
{
	static const struct {
		long terms;
		long voids;
	} lower[] = {{MAX_TERMS, 1}, {MAX_TERMS, 0}, {3, 2}, {0, 2}};
	struct run run = evaluate(mem, dns, input, MAX_TERMS, 2);
	struct run again = evaluate(mem, dns, input, MAX_TERMS, 2);

	require(is_same_answer(&run.spf, &again.spf));
	require(is_prefix(run.session, again.session));
	for (size_t i = 0; i < sizeof lower / sizeof lower[0]; i++) {
		again =
		    evaluate(mem, dns, input, lower[i].terms, lower[i].voids);
		require(again.spf.result == run.spf.result ||
			again.spf.result == AUTH_PERMERROR);
		require(is_prefix(again.session, run.session));
	}
	return run;
}

/* --- the zone --- */

/* What the transport was asked; the answers belong to the fixture. */
struct asked {
	size_t count;
	struct dns_question questions[MAX_QUESTIONS];
	struct dns_answer answers[MAX_QUESTIONS];
};

/* A transport that has its answers at hand. */
struct at_hand {
	struct dns_backend backend;
	struct dns_fixture *fixture;
	bool is_reversed;
	struct asked *asked; /* NULL: nobody wants to know */
	TALLOC_CTX *mem;
};

static void note(struct at_hand *own, const char *name, enum dns_type type,
		 const struct dns_answer *answer)
{
	struct asked *asked = own->asked;

	require(asked->count < MAX_QUESTIONS);
	asked->answers[asked->count] = *answer;
	asked->questions[asked->count] =
	    (struct dns_question){.name = mem_strdup(own->mem, name),
				  .type = type,
				  .answer = &asked->answers[asked->count]};
	asked->count++;
}

static bool ask(struct dns_backend *backend, const char *name,
		enum dns_type type, dns_answered *answered, void *context)
{
	struct at_hand *own = (struct at_hand *)backend;
	struct dns_answer answer = dns_fixture_ask(own->fixture, name, type);
	struct dns_record *records =
	    mem_array(own->mem, struct dns_record, answer.count);

	if (own->asked != NULL)
		note(own, name, type, &answer);
	for (size_t i = 0; i < answer.count; i++)
		records[i] =
		    answer.records[own->is_reversed ? answer.count - 1 - i : i];
	answer.records = records;
	answered(context, &answer);
	return true;
}

static void end(struct dns_backend *backend)
{
	(void)backend;
}

static struct dns *open_zone(TALLOC_CTX *mem, const struct input *input,
			     bool is_reversed, struct asked *asked)
{
	static const struct dns_settings settings = {
	    .timeout_ms = 10000,
	    .cache_entries = 1000,
	    .max_ttl_ms = 86400000,
	    .negative_ttl_ms = 86400000,
	};
	struct at_hand *own = mem_new(mem, struct at_hand);
	struct strbuf zone;
	struct error err;

	strbuf_init(&zone, mem, MAX_ZONE);
	strbuf_add_text(&zone, "$ORIGIN .\n$TTL 300\n");
	for (size_t i = 0; i < input->count; i++)
		add_line(mem, &zone, input->lines[i]);
	require(!strbuf_is_full(&zone));
	*own = (struct at_hand){.backend = {.ask = ask, .free = end},
				.is_reversed = is_reversed,
				.asked = asked,
				.mem = mem};
	require(dns_fixture_parse(mem, strbuf_text(&zone), "zone",
				  &own->fixture, &err));
	return dns_new_over(&own->backend, &settings);
}

/* Which names of a client are looked at is the order's (RFC 7208 5.5). */
static bool has_many_names(const struct input *input)
{
	size_t count = 0;

	for (size_t i = 0; i < input->count; i++) {
		struct span word;
		struct span rest;
		(void)span_cut(input->lines[i], ' ', &word, &rest);
		count += rest.length > 0 && rest.data[0] == 'P';
	}
	return count > LIMIT_SPF_PTR;
}

static void check_orders(TALLOC_CTX *mem, const struct input *input)
{
	struct dns *dns = open_zone(mem, input, false, NULL);
	struct dns *reversed = open_zone(mem, input, true, NULL);
	struct run run = check(mem, dns, input);
	struct run other = check(mem, reversed, input);

	if (!has_many_names(input)) {
		require(is_same_answer(&run.spf, &other.spf));
		require(is_prefix(run.session, other.session));
	}
	mem_free(run.session);
	mem_free(other.session);
	dns_free(dns);
	dns_free(reversed);
}

/* --- what is asked ahead --- */

static bool has_text(struct span text, const char *name)
{
	for (size_t i = 0; i < text.length; i++) {
		if (span_starts_nocase(
			span_make(text.data + i, text.length - i), name))
			return true;
	}
	return false;
}

/* Can that answer make one ask for the name? */
static bool leads_to(const struct dns_question *question, const char *name)
{
	const struct dns_answer *answer = question->answer;
	struct span text;

	if (question->type == DNS_TXT)
		return spf_record_select(answer, &text) == 1 &&
		       (strcmp(question->name, name) == 0 ||
			has_text(text, name));
	for (size_t i = 0; question->type == DNS_MX && i < answer->count; i++) {
		if (strcmp(answer->records[i].name, name) == 0)
			return true;
	}
	return false;
}

static void check_ahead(TALLOC_CTX *mem, const struct input *input)
{
	struct asked *asked = mem_new(mem, struct asked);
	struct dns *dns = open_zone(mem, input, false, asked);
	struct dns_session *session = dns_session_new(mem, dns, 10000);

	spf_ask_ahead(session, &input->client, input->helo, &input->mail_from);
	require(asked->count <=
		1 + LIMIT_SPF_TERMS_AHEAD + LIMIT_SPF_HOSTS_AHEAD);
	for (size_t i = 1; i < asked->count; i++) {
		bool is_led_to = false;
		for (size_t k = 0; k < i; k++)
			is_led_to =
			    is_led_to || leads_to(&asked->questions[k],
						  asked->questions[i].name);
		require(is_led_to);
	}
	mem_free(session);
	dns_free(dns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span rest = span_make((const char *)data, size);
	struct input *input = mem_new(mem, struct input);
	struct span line;

	(void)span_cut(rest, '\n', &line, &rest);
	if (size < MAX_ZONE / 8 && read_input(mem, line, input)) {
		while (rest.length > 0 && input->count < MAX_LINES)
			(void)span_cut(rest, '\n',
				       &input->lines[input->count++], &rest);
		check_orders(mem, input);
		check_ahead(mem, input);
	}
	mem_free(mem);
	return 0;
}
