/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fuzz_spf.c - SPF records through the guard: bounded, and always the same
 *
 * Input: a line "IP MAIL-FROM HELO", then lines "OWNER TYPE DATA" of a zone,
 * whose type is one letter: T (TXT, any bytes), A, 6 (AAAA), M (MX), P (PTR),
 * F (the name fails). A line that says nothing is left out.
 *
 * Properties: a result of RFC 7208; at most 11 records are fetched and 10
 * terms looked up; a lower limit changes a result to permerror or not at all;
 * the same input gives the same answer; what spf_networks decides, libspf2
 * decides alike, after the same questions.
 */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "lib/auth/spf.h"
#include "lib/auth/spf_library.h"
#include "lib/auth/spf_networks.h"
#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/base/strbuf.h"

#define MAX_ZONE ((size_t)256 * 1024)
#define MAX_STRING 255 /* of a TXT record */
#define MAX_TERMS 10   /* RFC 7208 4.6.4 */
#define MAX_QUESTIONS (1 + MAX_TERMS * (1 + LIMIT_SPF_MX))

struct input {
	struct net_address client;
	struct path mail_from;
	const char *helo; /* NULL for none */
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

static struct evidence_spf evaluate(TALLOC_CTX *mem, struct dns *dns,
				    const struct input *input, long terms,
				    long voids)
{
	const struct spf_settings settings = {.term_limit = terms,
					      .void_limit = voids};
	struct dns_session *session = dns_session_new(mem, dns, 10000);
	struct evidence_spf spf =
	    spf_check(mem, session, &settings, &input->client, input->helo,
		      &input->mail_from);

	check_questions(session);
	check_evidence(&spf, input);
	return spf;
}

static void check(TALLOC_CTX *mem, struct dns *dns, const struct input *input)
{
	static const struct {
		long terms;
		long voids;
	} lower[] = {{MAX_TERMS, 1}, {MAX_TERMS, 0}, {3, 2}, {0, 2}};
	struct evidence_spf spf = evaluate(mem, dns, input, MAX_TERMS, 2);
	struct evidence_spf again = evaluate(mem, dns, input, MAX_TERMS, 2);

	require(spf.result == again.result);
	require((spf.reason == NULL) == (again.reason == NULL));
	require(spf.reason == NULL || strcmp(spf.reason, again.reason) == 0);
	for (size_t i = 0; i < sizeof lower / sizeof lower[0]; i++) {
		again =
		    evaluate(mem, dns, input, lower[i].terms, lower[i].voids);
		require(again.result == spf.result ||
			again.result == AUTH_PERMERROR);
	}
}

static void check_same_questions(const struct dns_session *walked,
				 const struct dns_session *asked)
{
	size_t count = dns_session_count(walked);

	require(count == dns_session_count(asked));
	for (size_t i = 0; i < count; i++) {
		const struct dns_question *ours =
		    dns_session_question(walked, i);
		const struct dns_question *theirs =
		    dns_session_question(asked, i);
		require(ours->type == theirs->type &&
			strcmp(ours->name, theirs->name) == 0);
	}
}

static void check_networks(TALLOC_CTX *mem, struct dns *dns,
			   const struct input *input)
{
	static const struct spf_settings settings = {.term_limit = MAX_TERMS,
						     .void_limit = 2};
	const struct spf_values values = {
	    .client = &input->client,
	    .local_part = input->mail_from.local_part,
	    .sender_domain = input->mail_from.domain,
	    .helo = "unknown"};
	struct dns_session *walked = dns_session_new(mem, dns, 10000);
	struct dns_session *asked = dns_session_new(mem, dns, 10000);
	struct spf_guard guard;
	enum auth_result result;

	if (values.sender_domain == NULL ||
	    strchr(values.sender_domain, '.') == NULL ||
	    net_address_is_loopback(&input->client))
		return;
	spf_guard_init(&guard, mem, walked, &settings, &values);
	if (!spf_networks_check(&guard, &result))
		return;
	spf_guard_init(&guard, mem, asked, &settings, &values);
	require(spf_library_check(&guard) == result);
	check_same_questions(walked, asked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct span rest = span_make((const char *)data, size);
	struct span line;
	struct strbuf zone;
	struct input input;
	struct dns *dns;
	struct error err;

	spf_start();
	strbuf_init(&zone, mem, MAX_ZONE);
	(void)span_cut(rest, '\n', &line, &rest);
	if (read_input(mem, line, &input)) {
		strbuf_add_text(&zone, "$ORIGIN .\n$TTL 300\n");
		while (rest.length > 0) {
			(void)span_cut(rest, '\n', &line, &rest);
			add_line(mem, &zone, line);
		}
		require(dns_new_from_text(strbuf_text(&zone), &dns, &err));
		check(mem, dns, &input);
		check_networks(mem, dns, &input);
		dns_free(dns);
	}
	mem_free(mem);
	return 0;
}
