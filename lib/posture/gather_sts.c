/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_sts.c - the MTA-STS policy, where it is published
 *
 * The host's addresses come from the same DNS as all else, or from --connect.
 * Zone files speak of names that need not exist: with one, only what --connect
 * names is fetched.
 * Tested by test_posture_sts.
 */
#include "lib/posture/gather_private.h"

#include "lib/posture/fetch_policy.h"

#define HTTPS_PORT 443
#define ADDRESSES_MOST 8 /* more are for load, not for reach */

static size_t read_addresses(struct gathering *gathering, const char *host,
			     struct net_address *addresses, size_t most)
{
	const struct dns_answer *ipv4 =
	    dns_session_ask(gathering->session, host, DNS_A);
	const struct dns_answer *ipv6 =
	    dns_session_ask(gathering->session, host, DNS_AAAA);
	size_t count = 0;

	gathering->facts->tls.policy.has_no_host =
	    ipv4->status != DNS_OK && ipv6->status != DNS_OK;
	gathering->facts->tls.policy.is_host_unknown =
	    dns_answer_is_failure(ipv4) || dns_answer_is_failure(ipv6);
	for (size_t i = 0; i < ipv4->count && count < most; i++)
		addresses[count++] = net_address_ipv4(ipv4->records[i].address);
	for (size_t i = 0; i < ipv6->count && count < most; i++)
		addresses[count++] = net_address_ipv6(ipv6->records[i].address);
	return count;
}

static void fetch_from(struct gathering *gathering,
		       const struct net_address *addresses, size_t count,
		       long port)
{
	struct posture_sts *sts = &gathering->facts->tls.policy;
	const struct fetch_request request = {
	    .host = sts->host,
	    .count = count,
	    .addresses = addresses,
	    .port = (uint16_t)port,
	    .ca_file = gathering->sources->ca_file,
	};

	sts->fetched = fetch_policy(gathering->mem, &request);
	if (sts->fetched.outcome == FETCH_DONE)
		sts->fault = sts_policy_read(gathering->mem, sts->fetched.text,
					     &sts->policy);
}

/* Whoever owns what an alias leads to publishes the policy. */
static void note_alias(struct gathering *gathering, const char *host)
{
	const struct dns_answer *alias =
	    dns_session_ask(gathering->session, host, DNS_CNAME);

	if (alias->status == DNS_OK)
		gather_name(gathering,
			    mem_printf(gathering->mem, "the alias %s", host),
			    alias->records[0].name);
}

void gather_sts(struct gathering *gathering)
{
	struct posture_sts *sts = &gathering->facts->tls.policy;
	struct net_address addresses[ADDRESSES_MOST];
	const struct connect_rule *rule;

	if (gathering->facts->hosts.mx_count == 0)
		return; /* it takes no mail that a policy could be for */
	sts->host =
	    mem_printf(gathering->mem, "mta-sts.%s", gathering->facts->domain);
	note_alias(gathering, sts->host);
	rule =
	    connect_find(gathering->sources->connects, sts->host, HTTPS_PORT);
	if (rule != NULL) {
		fetch_from(gathering, &rule->address, 1, rule->address_port);
		return;
	}
	size_t count = read_addresses(gathering, sts->host, addresses,
				      COUNT_OF(addresses));
	if (count > 0 && !gathering->sources->is_offline)
		fetch_from(gathering, addresses, count, HTTPS_PORT);
}
