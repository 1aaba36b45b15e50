/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_hosts.c - who takes the domain's mail, and who answers for its zone
 *
 * RFC 5321 5.1, RFC 7505; RFC 1034 4.2. The zone is found by its name servers,
 * from the domain upwards.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/limits.h"

static const enum dns_type address_types[] = {DNS_A, DNS_AAAA};

static void ask_host_ahead(struct gathering *gathering, const char *name,
			   bool is_mx)
{
	struct dns_session *session = gathering->session;

	for (size_t i = 0; i < COUNT_OF(address_types); i++)
		dns_session_ask_ahead(session, name, address_types[i]);
	dns_session_ask_ahead(session, name, DNS_CNAME);
	if (is_mx)
		dns_session_ask_ahead(
		    session, mem_printf(gathering->mem, "_25._tcp.%s", name),
		    DNS_TLSA);
	gather_name_ahead(gathering, name);
}

static struct posture_host ask_host(struct gathering *gathering,
				    const char *place, const char *name,
				    bool is_mx)
{
	struct dns_session *session = gathering->session;
	struct posture_host host = {
	    .name = name, .alias = dns_session_ask(session, name, DNS_CNAME)};

	for (size_t i = 0; i < COUNT_OF(address_types); i++)
		host.addresses[i] =
		    dns_session_ask(session, name, address_types[i]);
	if (is_mx)
		host.tlsa = dns_session_ask(
		    session, mem_printf(gathering->mem, "_25._tcp.%s", name),
		    DNS_TLSA);
	gather_name(gathering, place, name);
	if (host.alias->status == DNS_OK)
		gather_name(gathering,
			    mem_printf(gathering->mem, "the alias %s", name),
			    host.alias->records[0].name);
	return host;
}

static int compare(const void *left, const void *right)
{
	const struct dns_record *a = left;
	const struct dns_record *b = right;

	if (a->preference != b->preference)
		return a->preference < b->preference ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The hosts of MX or NS records; a null MX is none. */
static size_t ask_hosts(struct gathering *gathering,
			const struct dns_answer *answer, const char *place,
			bool is_mx, struct posture_host **hosts)
{
	TALLOC_CTX *mem = gathering->mem;
	size_t most = answer->count < LIMIT_POSTURE_HOSTS ? answer->count
							  : LIMIT_POSTURE_HOSTS;
	struct dns_record *records =
	    mem_array(mem, struct dns_record, answer->count);
	size_t count = 0;

	if (answer->count > 0)
		memcpy(records, answer->records,
		       answer->count * sizeof *records);
	qsort(records, answer->count, sizeof *records, compare);
	for (size_t i = 0; i < most; i++)
		ask_host_ahead(gathering, records[i].name, is_mx);
	*hosts = mem_array(mem, struct posture_host, most);
	for (size_t i = 0; i < most; i++) {
		if (records[i].name[0] != '\0')
			(*hosts)[count++] =
			    ask_host(gathering, place, records[i].name, is_mx);
	}
	return count;
}

/* The name servers of the zone that the domain is in. */
static void find_zone(struct gathering *gathering)
{
	struct posture_hosts *hosts = &gathering->facts->hosts;
	const char *name = gathering->facts->domain;

	do {
		hosts->zone = name;
		hosts->ns = dns_session_ask(gathering->session, name, DNS_NS);
		name = domain_parent(name);
	} while (hosts->ns->status == DNS_NODATA && name != NULL &&
		 domain_parent(name) != NULL);
	hosts->ds = dns_session_ask(gathering->session, hosts->zone, DNS_DS);
}

static void ask_ahead(struct gathering *gathering)
{
	static const enum dns_type types[] = {DNS_CNAME, DNS_A,	 DNS_AAAA,
					      DNS_MX,	 DNS_NS, DNS_DS};

	for (size_t i = 0; i < COUNT_OF(types); i++)
		dns_session_ask_ahead(gathering->session,
				      gathering->facts->domain, types[i]);
}

void gather_hosts(struct gathering *gathering)
{
	struct posture_hosts *hosts = &gathering->facts->hosts;
	struct dns_session *session = gathering->session;
	const char *domain = gathering->facts->domain;

	ask_ahead(gathering);
	hosts->expected_mx = gathering->sources->mx;
	hosts->alias = dns_session_ask(session, domain, DNS_CNAME);
	for (size_t i = 0; i < COUNT_OF(address_types); i++)
		hosts->addresses[i] =
		    dns_session_ask(session, domain, address_types[i]);
	hosts->mx = dns_session_ask(session, domain, DNS_MX);
	if (hosts->alias->status == DNS_OK)
		gather_name(gathering,
			    mem_printf(gathering->mem, "the alias %s", domain),
			    hosts->alias->records[0].name);
	hosts->mx_count =
	    ask_hosts(gathering, hosts->mx,
		      mem_printf(gathering->mem, "the MX record of %s", domain),
		      true, &hosts->mxs);
	find_zone(gathering);
	hosts->ns_count = ask_hosts(
	    gathering, hosts->ns,
	    mem_printf(gathering->mem, "the NS record of %s", hosts->zone),
	    false, &hosts->nss);
}
