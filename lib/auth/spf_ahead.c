/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spf_ahead.c - an SPF record's names asked for the moment it arrives
 *
 * RFC 7208 4.6.4 (ten terms), 5 and 6.1 (what each looks up: spf_term.h tells,
 * as it tells the check).
 * Tested by test_message_ahead.
 */
#include "lib/auth/spf_ahead.h"

#include <string.h>

#include "lib/auth/spf_term.h"
#include "lib/base/limits.h"
#include "lib/dns/dns_chain.h"

/* Only the check knows what macros stand for; ptr's question is iprev's. */
static bool is_askable(const struct spf_term *term)
{
	return term->mechanism != SPF_ALL && term->mechanism != SPF_PTR &&
	       !spf_term_is_network(term) &&
	       memchr(term->domain.data, '%', term->domain.length) == NULL;
}

static void follow_record(struct dns_chain *chain,
			  const struct dns_question *question,
			  const struct net_address *client)
{
	const struct spf_values values = {.domain = question->name};
	TALLOC_CTX *mem = mem_context(NULL);
	struct spf_record record = {0};
	struct span text;

	if (spf_record_select(question->answer, &text) == 1)
		(void)!spf_record_parse(mem, text, &record);
	for (size_t i = 0; i < record.count; i++) {
		const struct spf_term *term = &record.terms[i];
		if (spf_term_is_network(term) &&
		    spf_term_contains(term, client))
			break;
		if (is_askable(term))
			dns_chain_ask_then(chain,
					   spf_term_name(mem, term, &values),
					   spf_term_type(term, client));
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
			      dns_address_type(client));
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
