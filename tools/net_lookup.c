/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_lookup.c - where a host is, as this machine's C library has it
 * Tested by test_alignctl_doctor.
 */
#include "tools/net_lookup.h"

#include <netdb.h>
#include <sys/socket.h>

struct net_list tool_net_lookup(TALLOC_CTX *mem, const char *name)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct net_list list = {.count = 0};
	struct addrinfo *found = NULL;
	char text[NI_MAXHOST];

	if (getaddrinfo(name, NULL, &hints, &found) != 0)
		return list;
	for (const struct addrinfo *at = found; at != NULL; at = at->ai_next) {
		struct net_block block = {.prefix = 0};
		if (getnameinfo(at->ai_addr, at->ai_addrlen, text, sizeof text,
				NULL, 0, NI_NUMERICHOST) != 0 ||
		    !net_address_parse(text, &block.address))
			continue;
		list.items = mem_resize(mem, list.items, struct net_block,
					list.count + 1);
		list.items[list.count++] = block;
	}
	freeaddrinfo(found);
	return list;
}
