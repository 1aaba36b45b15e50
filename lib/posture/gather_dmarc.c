/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_dmarc.c - the policy record of a domain, and whom it names
 *
 * RFC 9989 4.10 (the walk is the daemon's own), RFC 9990 4.
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include <string.h>

#include "lib/base/limits.h"
#include "lib/report/make/destination.h"

static bool is_gone(const struct gathering *gathering, const char *address)
{
	return destination_is_excluded(address, gathering->sources->gone);
}

static void look_at_address(struct gathering *gathering,
			    struct posture_destination *found)
{
	const struct discovery *discovery = &gathering->facts->dmarc.found;
	const char *host = destination_host(found->address);

	found->is_gone = is_gone(gathering, found->address);
	found->check = destination_check(
	    gathering->mem, gathering->session, TREE_WALK, found->tag,
	    discovery->policy_domain, found->address);
	found->reach = gather_reach(gathering, host);
	if (!found->is_gone)
		gather_name(gathering,
			    mem_printf(gathering->mem,
				       "%s= of the DMARC record of %s",
				       found->tag, discovery->policy_domain),
			    host);
}

static struct posture_destination read_uri(struct gathering *gathering,
					   const char *tag, const char *uri)
{
	const struct text_list one = {.count = 1, .items = &uri};
	struct destination_list list =
	    destination_list(gathering->mem, &one, 1);
	struct posture_destination found = {.tag = tag, .uri = uri};

	if (list.addresses.count > 0)
		found.address = list.addresses.items[0];
	return found;
}

static void add_destinations(struct gathering *gathering, const char *tag,
			     const struct text_list *uris)
{
	struct posture_dmarc *dmarc = &gathering->facts->dmarc;
	size_t count = uris->count < LIMIT_POSTURE_ADDRESSES
			   ? uris->count
			   : LIMIT_POSTURE_ADDRESSES;

	dmarc->destinations =
	    mem_resize(gathering->mem, dmarc->destinations,
		       struct posture_destination, dmarc->count + count);
	for (size_t i = 0; i < count; i++)
		dmarc->destinations[dmarc->count++] =
		    read_uri(gathering, tag, uris->items[i]);
}

static void ask_ahead(struct gathering *gathering)
{
	const struct posture_dmarc *dmarc = &gathering->facts->dmarc;

	for (size_t i = 0; i < dmarc->count; i++) {
		const char *address = dmarc->destinations[i].address;
		if (address == NULL)
			continue;
		gather_name_ahead(gathering, destination_host(address));
		dns_session_ask_ahead(gathering->session,
				      destination_host(address), DNS_MX);
	}
}

static void gather_destinations(struct gathering *gathering)
{
	struct posture_dmarc *dmarc = &gathering->facts->dmarc;
	const struct record *record = dmarc->found.record;

	add_destinations(gathering, "rua", &record->rua);
	add_destinations(gathering, "ruf", &record->ruf);
	ask_ahead(gathering);
	for (size_t i = 0; i < dmarc->count; i++) {
		if (dmarc->destinations[i].address != NULL)
			look_at_address(gathering, &dmarc->destinations[i]);
	}
}

void gather_dmarc(struct gathering *gathering)
{
	struct posture_dmarc *dmarc = &gathering->facts->dmarc;
	struct dns_session *session = gathering->session;
	const char *domain = gathering->facts->domain;

	tree_ask_ahead(session, TREE_WALK, domain);
	dns_session_ask_ahead(session, domain, DNS_TXT);
	dmarc->owner = mem_printf(gathering->mem, "_dmarc.%s", domain);
	dmarc->found =
	    tree_discover(gathering->mem, session, TREE_WALK, domain);
	dmarc->own = dns_session_ask(session, dmarc->owner, DNS_TXT);
	dmarc->plain = dns_session_ask(session, domain, DNS_TXT);
	dmarc->policy = tree_policy(&dmarc->found, domain);
	if (dmarc->found.is_complete && dmarc->found.record != NULL)
		gather_destinations(gathering);
}
