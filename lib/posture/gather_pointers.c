/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gather_pointers.c - the names of the hosts from which mail leaves
 *
 * Whether a name leads back is the daemon's own opinion (lib/auth/iprev.h).
 * Tested by test_alignctl_posture.
 */
#include "lib/posture/gather_private.h"

#include "lib/auth/iprev.h"

static struct posture_pointer ask_pointer(struct gathering *gathering,
					  const char *client)
{
	char reverse[NET_REVERSE_TEXT];
	struct net_address address = {.family = NET_NONE};

	(void)net_address_parse(client, &address); /* the caller looked */
	return (struct posture_pointer){
	    .client = client,
	    .names = dns_session_ask(gathering->session,
				     net_address_reverse(&address, reverse),
				     DNS_PTR),
	    .iprev = iprev_check(gathering->mem, gathering->session, &address),
	};
}

void gather_pointers(struct gathering *gathering)
{
	struct posture_pointers *pointers = &gathering->facts->pointers;
	const struct text_list *hosts = &gathering->hosts;

	pointers->items =
	    mem_array(gathering->mem, struct posture_pointer, hosts->count);
	for (size_t i = 0; i < hosts->count; i++)
		pointers->items[pointers->count++] =
		    ask_pointer(gathering, hosts->items[i]);
}
