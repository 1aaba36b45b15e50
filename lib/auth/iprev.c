/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iprev.c - does the client's address map to a name that maps back?
 *
 * RFC 8601 3. Only records of the address's own family are asked for; the
 * others could not match. Names are taken in the order of the alphabet, since
 * that of the records means nothing.
 */
#include "lib/auth/iprev.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/limits.h"
#include "lib/dns/dns_chain.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names to try, at most LIMIT_SPF_PTR of them. */
static size_t take_names(TALLOC_CTX *mem, const struct dns_answer *answer,
			 const char ***names)
{
	const char **all = mem_array(mem, const char *, answer->count + 1);

	for (size_t i = 0; i < answer->count; i++)
		all[i] = answer->records[i].name;
	qsort(all, answer->count, sizeof *all, compare_names);
	*names = all;
	return answer->count < LIMIT_SPF_PTR ? answer->count : LIMIT_SPF_PTR;
}

/* The names are those that confirm() will take. */
static void follow(struct dns_chain *chain, const struct dns_question *question,
		   const void *state)
{
	TALLOC_CTX *mem = mem_context(NULL);
	enum dns_type type = dns_address_type(state);
	const char **names;
	size_t count = take_names(mem, question->answer, &names);

	for (size_t i = 0; i < count; i++)
		dns_chain_ask(chain, names[i], type);
	mem_free(mem);
}

void iprev_ask_ahead(struct dns_session *session,
		     const struct net_address *client)
{
	char reverse[NET_REVERSE_TEXT];
	const struct dns_chain_rules rules = {
	    .follow = follow,
	    .state = client,
	    .state_size = sizeof *client,
	    .leaves = LIMIT_SPF_PTR,
	};

	if (client->family != NET_NONE)
		dns_session_ask_ahead_then(
		    session, net_address_reverse(client, reverse), DNS_PTR,
		    dns_session_chain(session, &rules));
}

static bool maps_back(const struct dns_answer *answer,
		      const struct net_address *client)
{
	for (size_t i = 0; i < answer->count; i++) {
		const uint8_t *bytes = answer->records[i].address;
		struct net_address address = client->family == NET_IPV4
						 ? net_address_ipv4(bytes)
						 : net_address_ipv6(bytes);
		if (net_address_equals(&address, client))
			return true;
	}
	return false;
}

static struct evidence_iprev confirm(TALLOC_CTX *mem,
				     struct dns_session *session,
				     const struct net_address *client,
				     const struct dns_answer *reverse)
{
	struct evidence_iprev evidence = {.result = AUTH_FAIL};
	enum dns_type type = dns_address_type(client);
	const char **names;
	size_t count = take_names(mem, reverse, &names);

	for (size_t i = 0; i < count; i++)
		dns_session_ask_ahead(session, names[i], type);
	for (size_t i = 0; i < count; i++) {
		const struct dns_answer *forward =
		    dns_session_ask(session, names[i], type);
		if (maps_back(forward, client))
			return (struct evidence_iprev){
			    .result = AUTH_PASS,
			    .name = mem_strdup(mem, names[i])};
		if (forward->status == DNS_TEMPORARY ||
		    forward->status == DNS_BOGUS)
			evidence.result = AUTH_TEMPERROR;
	}
	return evidence;
}

struct evidence_iprev iprev_check(TALLOC_CTX *mem, struct dns_session *session,
				  const struct net_address *client)
{
	char reverse[NET_REVERSE_TEXT];

	if (client->family == NET_NONE)
		return (struct evidence_iprev){.result = AUTH_NONE};
	const struct dns_answer *answer = dns_session_ask(
	    session, net_address_reverse(client, reverse), DNS_PTR);
	switch (answer->status) {
	case DNS_OK:
		return confirm(mem, session, client, answer);
	case DNS_NODATA:
	case DNS_NXDOMAIN:
		return (struct evidence_iprev){.result = AUTH_PERMERROR};
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return (struct evidence_iprev){.result = AUTH_TEMPERROR};
}
