/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * engine_opendmarc.c - DMARC as libopendmarc judges it
 *
 * The library gets the record as published and every identifier with its
 * result, and takes record and alignment apart by its own rules, which are
 * RFC 7489's with differences: tags are matched by their beginning, any two
 * names of which one begins the other (from the right, label or not) are
 * aligned in relaxed mode, and np, psd, t and the tree walk are unknown to it.
 *
 * Nothing is kept from it; names and record are bounded before.
 */
#include "lib/engines/engines.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/types.h>

#include <opendmarc/dmarc.h>

#include "lib/base/limits.h"

/* The library copies its input, but declares none of it const. */
static u_char *bytes_of(const char *text)
{
	return (u_char *)(uintptr_t)text;
}

/* True without a list: the library then knows no suffix. */
static bool read_suffixes(const char *file)
{
	static bool is_done;
	OPENDMARC_LIB_T library = {.tld_type = OPENDMARC_TLD_TYPE_MOZILLA};

	if (is_done || file == NULL ||
	    strlen(file) >= sizeof library.tld_source_file)
		return true;
	is_done = true;
	memcpy(library.tld_source_file, file, strlen(file) + 1);
	return opendmarc_policy_library_init(&library) == DMARC_PARSE_OKAY;
}

static DMARC_POLICY_T *new_context(const struct net_address *client)
{
	char text[NET_ADDRESS_TEXT];
	bool is_ipv6 = client->family == NET_IPV6;

	return opendmarc_policy_connect_init(
	    bytes_of(net_address_text(client, text)),
	    is_ipv6 ? DMARC_POLICY_IP_TYPE_IPV6 : DMARC_POLICY_IP_TYPE_IPV4);
}

static int map_outcome(enum auth_result result, int none, int pass, int fail,
		       int tempfail)
{
	switch (result) {
	case AUTH_PASS:
		return pass;
	case AUTH_NONE:
		return none;
	case AUTH_TEMPERROR:
		return tempfail;
	default:
		return fail;
	}
}

static void store_spf(DMARC_POLICY_T *context,
		      const struct engine_dmarc_facts *facts)
{
	if (facts->spf.domain == NULL)
		return;
	(void)opendmarc_policy_store_spf(
	    context, bytes_of(facts->spf.domain),
	    map_outcome(facts->spf.result, DMARC_POLICY_SPF_OUTCOME_NONE,
			DMARC_POLICY_SPF_OUTCOME_PASS,
			DMARC_POLICY_SPF_OUTCOME_FAIL,
			DMARC_POLICY_SPF_OUTCOME_TMPFAIL),
	    facts->is_helo ? DMARC_POLICY_SPF_ORIGIN_HELO
			   : DMARC_POLICY_SPF_ORIGIN_MAILFROM,
	    NULL);
}

static void store_signatures(DMARC_POLICY_T *context,
			     const struct engine_dmarc_facts *facts)
{
	for (size_t i = 0; i < facts->signature_count; i++) {
		const struct engine_identifier *one = &facts->signatures[i];
		if (one->domain == NULL)
			continue;
		(void)opendmarc_policy_store_dkim(
		    context, bytes_of(one->domain),
		    one->selector == NULL ? NULL : bytes_of(one->selector),
		    map_outcome(one->result, DMARC_POLICY_DKIM_OUTCOME_NONE,
				DMARC_POLICY_DKIM_OUTCOME_PASS,
				DMARC_POLICY_DKIM_OUTCOME_FAIL,
				DMARC_POLICY_DKIM_OUTCOME_TMPFAIL),
		    NULL);
	}
}

static struct engine_dmarc_opinion map_opinion(OPENDMARC_STATUS_T status)
{
	switch (status) {
	case DMARC_POLICY_PASS:
		return (struct engine_dmarc_opinion){.result = AUTH_PASS};
	case DMARC_POLICY_NONE:
		return (struct engine_dmarc_opinion){.result = AUTH_FAIL,
						     .asked = REQUEST_NONE};
	case DMARC_POLICY_QUARANTINE:
		return (struct engine_dmarc_opinion){
		    .result = AUTH_FAIL, .asked = REQUEST_QUARANTINE};
	case DMARC_POLICY_REJECT:
		return (struct engine_dmarc_opinion){.result = AUTH_FAIL,
						     .asked = REQUEST_REJECT};
	case DMARC_POLICY_ABSENT:
		return (struct engine_dmarc_opinion){.result = AUTH_NONE};
	default:
		return (struct engine_dmarc_opinion){
		    .result = AUTH_PERMERROR,
		    .reason = opendmarc_policy_status_to_str(status)};
	}
}

/* The organizational domain is given where the record stands there and not at
 * the author domain: that is how the library learns that sp applies. */
static struct engine_dmarc_opinion
judge_facts(DMARC_POLICY_T *context, const struct engine_dmarc_facts *facts)
{
	bool is_above = facts->policy_domain != NULL &&
			strcmp(facts->policy_domain, facts->author_domain) != 0;
	OPENDMARC_STATUS_T status = opendmarc_policy_store_dmarc(
	    context, bytes_of(facts->record), bytes_of(facts->author_domain),
	    is_above ? bytes_of(facts->policy_domain) : NULL);

	if (status != DMARC_PARSE_OKAY)
		return map_opinion(status);
	store_spf(context, facts);
	store_signatures(context, facts);
	return map_opinion(opendmarc_get_policy_to_enforce(context));
}

struct engine_dmarc_opinion
engine_opendmarc_ask(const struct engine_dmarc_facts *facts,
		     const char *suffixes)
{
	if (facts->author_domain == NULL || facts->record == NULL)
		return (struct engine_dmarc_opinion){.result = AUTH_NONE};
	if (!read_suffixes(suffixes))
		return (struct engine_dmarc_opinion){
		    .result = AUTH_PERMERROR,
		    .reason = "no list of public suffixes"};
	DMARC_POLICY_T *context = new_context(&facts->client);
	if (context == NULL)
		return (struct engine_dmarc_opinion){.result = AUTH_PERMERROR,
						     .reason = "out of memory"};
	struct engine_dmarc_opinion opinion = judge_facts(context, facts);
	(void)opendmarc_policy_connect_shutdown(context);
	return opinion;
}
