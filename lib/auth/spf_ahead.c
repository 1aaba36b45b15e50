/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_ahead.c - an SPF record's names asked for the moment it arrives
 *
 * RFC 7208 4.6.4 (ten terms), 5 and 6.1 (what each looks up). The names are
 * made as spf_macro and spf_guard make them, or the cache would not have what
 * the check asks.
 */
#include "lib/auth/spf_ahead.h"

#include <string.h>

#include "lib/auth/spf_macro.h"
#include "lib/auth/spf_record.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_chain.h"

static enum dns_type address_type(const struct net_address *client)
{
	return client->family == NET_IPV4 ? DNS_A : DNS_AAAA;
}

/* What the term looks up; NULL when only the check can tell. "EXAMPLE.com."
 * is example.com. */
static const char *term_name(TALLOC_CTX *mem, const struct spf_term *term,
			     const char *domain)
{
	struct span spec = term->domain;

	if (spec.length == 0)
		return domain;
	if (memchr(spec.data, '%', spec.length) != NULL)
		return NULL;
	if (spec.data[spec.length - 1] == '.')
		spec.length--;
	char *name = mem_strndup(mem, spec.data, spec.length);
	text_lower(name);
	return spf_macro_cut_name(name);
}

static void ask_term(struct dns_chain *chain, const struct spf_term *term,
		     const char *name, const struct net_address *client)
{
	switch (term->mechanism) {
	case SPF_INCLUDE:
	case SPF_REDIRECT:
		dns_chain_ask_then(chain, name, DNS_TXT);
		break;
	case SPF_A:
		dns_chain_ask_then(chain, name, address_type(client));
		break;
	case SPF_MX:
		dns_chain_ask_then(chain, name, DNS_MX);
		break;
	case SPF_EXISTS:
		dns_chain_ask_then(chain, name, DNS_A);
		break;
	case SPF_PTR: /* iprev asks for it */
	case SPF_ALL:
	case SPF_IP4:
	case SPF_IP6:
		break;
	}
}

static bool is_network(const struct spf_term *term)
{
	return term->mechanism == SPF_IP4 || term->mechanism == SPF_IP6;
}

static void follow_record(struct dns_chain *chain,
			  const struct dns_question *question,
			  const struct net_address *client)
{
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record = {0};
	struct span text;

	if (spf_record_select(question->answer, &text) == 1)
		(void)!spf_record_parse(mem, text, &record);
	for (size_t i = 0; i < record.count; i++) {
		const struct spf_term *term = &record.terms[i];
		if (is_network(term) && spf_term_contains(term, client))
			break;
		const char *name = term_name(mem, term, question->name);
		if (name != NULL)
			ask_term(chain, term, name, client);
	}
	mem_free(mem);
}

/* More hosts than RFC 7208 allows are a permerror, and none is asked. */
static void follow_hosts(struct dns_chain *chain,
			 const struct dns_answer *answer,
			 const struct net_address *client)
{
	if (answer->count > LIMIT_SPF_MX)
		return;
	for (size_t i = 0; i < answer->count; i++)
		dns_chain_ask(chain, answer->records[i].name,
			      address_type(client));
}

static void follow(struct dns_chain *chain, const struct dns_question *question,
		   const void *state)
{
	if (question->type == DNS_TXT)
		follow_record(chain, question, state);
	else if (question->type == DNS_MX)
		follow_hosts(chain, question->answer, state);
}

void spf_ahead_start(struct dns_session *session, const char *domain,
		     const struct net_address *client)
{
	const struct dns_chain_rules rules = {
	    .follow = follow,
	    .state = client,
	    .state_size = sizeof *client,
	    .links = LIMIT_SPF_TERMS_AHEAD,
	    .leaves = LIMIT_SPF_HOSTS_AHEAD,
	};

	dns_session_ask_ahead_then(session, domain, DNS_TXT,
				   dns_session_chain(session, &rules));
}
