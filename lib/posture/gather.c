/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather.c - asks all that a judgement of a domain needs
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include <string.h>

#include "lib/base/domain.h"
#include "lib/base/suffix.h"

static const char *suffix_above(const char *registrable)
{
	const char *suffix = domain_parent(registrable);

	return suffix == NULL ? registrable : suffix;
}

void gather_name_ahead(struct gathering *gathering, const char *name)
{
	const char *registrable = suffix_registrable(name);

	dns_session_ask_ahead(gathering->session, registrable, DNS_A);
	dns_session_ask_ahead(gathering->session, suffix_above(registrable),
			      DNS_A);
}

static bool is_noted(const struct posture_facts *facts, const char *place,
		     const char *name)
{
	for (size_t i = 0; i < facts->name_count; i++) {
		if (strcmp(facts->names[i].place, place) == 0 &&
		    domain_equals(facts->names[i].name, name))
			return true;
	}
	return false;
}

void gather_name(struct gathering *gathering, const char *place,
		 const char *name)
{
	struct posture_facts *facts = gathering->facts;
	const char *registrable = suffix_registrable(name);

	if (domain_equals(registrable, suffix_registrable(facts->domain)) ||
	    is_noted(facts, place, name))
		return;
	facts->names = mem_resize(facts, facts->names, struct posture_name,
				  facts->name_count + 1);
	facts->names[facts->name_count++] = (struct posture_name){
	    .place = mem_strdup(facts, place),
	    .name = mem_strdup(facts, name),
	    .registrable = mem_strdup(facts, registrable),
	    .registrable_status =
		dns_session_ask(gathering->session, registrable, DNS_A)->status,
	    .suffix_status = dns_session_ask(gathering->session,
					     suffix_above(registrable), DNS_A)
				 ->status,
	};
}

static enum posture_reach reach_by_address(struct dns_session *session,
					   const char *host)
{
	const struct dns_answer *ipv4 = dns_session_ask(session, host, DNS_A);
	const struct dns_answer *ipv6 =
	    dns_session_ask(session, host, DNS_AAAA);

	if (ipv4->status == DNS_OK || ipv6->status == DNS_OK)
		return REACH_YES;
	if (dns_answer_is_failure(ipv4) || dns_answer_is_failure(ipv6))
		return REACH_UNKNOWN;
	return REACH_NO_HOST;
}

enum posture_reach gather_reach(struct gathering *gathering, const char *host)
{
	const struct dns_answer *mx =
	    dns_session_ask(gathering->session, host, DNS_MX);

	switch (mx->status) {
	case DNS_OK:
		if (mx->count == 1 && mx->records[0].name[0] == '\0')
			return REACH_NULL_MX;
		return REACH_YES;
	case DNS_NXDOMAIN:
		return REACH_NO_NAME;
	case DNS_NODATA:
		return reach_by_address(gathering->session, host);
	case DNS_TEMPORARY:
	case DNS_BOGUS:
		break;
	}
	return REACH_UNKNOWN;
}

/* A partner's record need not name hosts of ours. */
static struct text_list hosts_of(const struct posture_sources *sources,
				 const char *domain)
{
	if (sources->hosts_of->count == 0 ||
	    domain_list_has(sources->hosts_of, domain))
		return *sources->hosts;
	return (struct text_list){.count = 0};
}

struct posture_facts *posture_gather(TALLOC_CTX *mem,
				     const struct posture_sources *sources,
				     const char *domain)
{
	static void (*const subjects[])(struct gathering *) = {
	    gather_dmarc, gather_spf, gather_hosts, gather_pointers,
	    gather_tls,	  gather_sts, gather_keys,  gather_live,
	};
	struct posture_facts *facts = mem_new(mem, struct posture_facts);
	struct gathering gathering = {
	    .mem = facts,
	    .sources = sources,
	    .facts = facts,
	    .hosts = hosts_of(sources, domain),
	};

	facts->domain = mem_strdup(facts, domain);
	facts->is_validating = sources->is_validating;
	facts->is_called_parked = sources->is_parked;
	for (size_t i = 0; i < COUNT_OF(subjects); i++) {
		gathering.session =
		    dns_session_new(facts, sources->dns, sources->budget_ms);
		subjects[i](&gathering);
	}
	return facts;
}
