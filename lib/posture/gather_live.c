/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_live.c - what the hosts that take the domain's mail show of themselves
 *
 * Of each its first IPv4 address, or else its first IPv6 address: that is where
 * most senders begin.
 * Tested by test_alignctl_posture_live.
 */
#include "lib/posture/gather_private.h"

#include "lib/posture/prober.h"

static bool find_address(const struct posture_host *host,
			 struct net_address *address)
{
	if (host->addresses[0]->count > 0)
		*address =
		    net_address_ipv4(host->addresses[0]->records[0].address);
	else if (host->addresses[1]->count > 0)
		*address =
		    net_address_ipv6(host->addresses[1]->records[0].address);
	else
		return false;
	return true;
}

void gather_live(struct gathering *gathering)
{
	struct posture_hosts *hosts = &gathering->facts->hosts;

	for (size_t i = 0;
	     gathering->sources->prober != NULL && i < hosts->mx_count; i++) {
		struct net_address address;
		if (find_address(&hosts->mxs[i], &address))
			hosts->mxs[i].probe =
			    prober_look(gathering->sources->prober,
					hosts->mxs[i].name, &address);
	}
}
