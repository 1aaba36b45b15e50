/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * private_address.c - addresses that nobody outside reaches
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/private_address.h"

bool private_address_is(const struct net_address *address)
{
	static const char *const networks[] = {
	    "0.0.0.0/8",      "10.0.0.0/8",    "100.64.0.0/10",	 "127.0.0.0/8",
	    "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::/127",
	    "fc00::/7",	      "fe80::/10",
	};

	for (size_t i = 0; i < COUNT_OF(networks); i++) {
		struct net_block block;
		struct error unused;
		if (net_block_parse(networks[i], &block, &unused) &&
		    net_block_contains(&block, address))
			return true;
	}
	return false;
}
