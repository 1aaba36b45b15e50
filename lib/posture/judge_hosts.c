/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * judge_hosts.c - MX records, and the name servers of the zone
 *
 * RFC 5321 5.1, RFC 2181 10.3, RFC 7505, RFC 1034 4.1, RFC 6890.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/judge.h"

#include "lib/base/domain.h"
#include "lib/base/limits.h"
#include "lib/posture/private_address.h"

static bool is_nothing(const struct dns_answer *answer)
{
	return answer->status == DNS_NODATA || answer->status == DNS_NXDOMAIN;
}

static bool has_failed(const struct posture_host *host)
{
	return dns_answer_is_failure(host->addresses[0]) ||
	       dns_answer_is_failure(host->addresses[1]);
}

static bool has_no_address(const struct posture_host *host)
{
	return is_nothing(host->addresses[0]) && is_nothing(host->addresses[1]);
}

static struct net_address address_of(const struct dns_record *record,
				     size_t family)
{
	return family == 0 ? net_address_ipv4(record->address)
			   : net_address_ipv6(record->address);
}

static void judge_addresses(const struct posture_host *host,
			    struct posture *posture)
{
	for (size_t family = 0; family < 2; family++) {
		const struct dns_answer *answer = host->addresses[family];
		for (size_t i = 0; i < answer->count; i++) {
			const struct net_address address =
			    address_of(&answer->records[i], family);
			const char *text = net_address_copy(posture, &address);
			if (private_address_is(&address))
				posture_add(posture, POSTURE_MX_PRIVATE,
					    mem_printf(posture, "%s %s",
						       host->name, text),
					    NULL, "%s has %s", host->name,
					    text);
		}
	}
}

static void judge_mx(const struct posture_host *host, struct posture *posture)
{
	struct net_address literal;
	const char *name = posture_shown(posture, span_of(host->name));

	if (net_address_parse(host->name, &literal))
		posture_add(posture, POSTURE_MX_LITERAL, name, NULL, "MX %s",
			    name);
	else if (has_no_address(host))
		posture_add(posture, POSTURE_MX_NO_ADDRESS, name, NULL,
			    "%s: %s", name,
			    host->addresses[0]->status == DNS_NXDOMAIN
				? "there is no such name"
				: "neither A nor AAAA");
	else if (has_failed(host))
		posture_unchecked(
		    posture, "the addresses of %s: DNS does not answer", name);
	if (host->alias->status == DNS_OK)
		posture_add(posture, POSTURE_MX_CNAME, name, NULL,
			    "%s is an alias of %s", name,
			    host->alias->records[0].name);
	judge_addresses(host, posture);
}

static bool has_mx(const struct posture_hosts *hosts, const char *name)
{
	for (size_t i = 0; i < hosts->mx_count; i++) {
		if (domain_equals(hosts->mxs[i].name, name))
			return true;
	}
	return false;
}

static void judge_expected(const struct posture_hosts *hosts,
			   struct posture *posture)
{
	const struct text_list *expected = hosts->expected_mx;

	for (size_t i = 0; i < expected->count; i++) {
		if (!has_mx(hosts, expected->items[i]))
			posture_add(
			    posture, POSTURE_MX_ABSENT, expected->items[i],
			    mem_printf(posture, "%s. MX 10 %s.",
				       posture->domain, expected->items[i]),
			    "%s is no MX of %s", expected->items[i],
			    posture->domain);
	}
	for (size_t i = 0; expected->count > 0 && i < hosts->mx_count; i++) {
		const char *name = hosts->mxs[i].name;
		if (!domain_list_has(expected, name))
			posture_add(posture, POSTURE_MX_UNEXPECTED, name, NULL,
				    "%s is an MX of %s", name, posture->domain);
	}
}

static void judge_mxs(const struct posture_hosts *hosts,
		      struct posture *posture)
{
	bool has_address = hosts->addresses[0]->status == DNS_OK ||
			   hosts->addresses[1]->status == DNS_OK;

	if (dns_answer_is_failure(hosts->mx)) {
		posture_unchecked(posture,
				  "the MX records of %s: DNS does not answer",
				  posture->domain);
		return;
	}
	if (hosts->mx->status == DNS_NODATA && has_address)
		posture_add(posture, POSTURE_MX_IMPLICIT, "", NULL,
			    "%s has an address and no MX", posture->domain);
	if (hosts->mx_count > 0 && hosts->mx_count < hosts->mx->count &&
	    hosts->mx_count < LIMIT_POSTURE_HOSTS)
		posture_add(posture, POSTURE_MX_NULL_BESIDE, "", NULL,
			    "%s has MX . beside %zu more", posture->domain,
			    hosts->mx_count);
	for (size_t i = 0; i < hosts->mx_count; i++)
		judge_mx(&hosts->mxs[i], posture);
	judge_expected(hosts, posture);
}

static void judge_servers(const struct posture_hosts *hosts,
			  struct posture *posture)
{
	if (dns_answer_is_failure(hosts->ns))
		posture_unchecked(posture,
				  "the name servers of %s: DNS does not "
				  "answer",
				  hosts->zone);
	if (hosts->ns_count == 1)
		posture_add(posture, POSTURE_NS_SINGLE, hosts->zone, NULL,
			    "%s has %s alone", hosts->zone, hosts->nss[0].name);
	for (size_t i = 0; i < hosts->ns_count; i++) {
		const struct posture_host *host = &hosts->nss[i];
		if (has_no_address(host))
			posture_add(posture, POSTURE_NS_NO_ADDRESS, host->name,
				    NULL, "%s, of %s", host->name, hosts->zone);
	}
}

void judge_hosts(const struct posture_facts *facts, struct posture *posture)
{
	judge_mxs(&facts->hosts, posture);
	judge_servers(&facts->hosts, posture);
}
