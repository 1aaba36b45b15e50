/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRING_POSTFIX_ROLE_H
#define WIRING_POSTFIX_ROLE_H

/*
 * postfix_role - what a service of Postfix takes mail from
 *
 * Only mail from the network is alignd's affair. Told from the address the
 * service listens at, its restrictions, and what stands between: a filter that
 * hands mail back, a proxy that tells the client's own address. Pure.
 */

#include "lib/base/net.h"
#include "lib/wiring/postfix_facts.h"

enum postfix_role {
	ROLE_ENTRANCE, /* strangers, alignd's affair */
	ROLE_FILTERED, /* strangers too, but a filter has the content before the
			  queue: a milter sees commands, no message */
	ROLE_RETURN,   /* what a filter or a program of this host hands over */
	ROLE_CLOSED,   /* people and networks of our own: submission */
};

enum postfix_role postfix_role_of(const struct postfix_facts *facts,
				  const struct postfix_service *service);

/* Does mail leave one service for a filter, and come back by another? */
bool postfix_role_has_filter(const struct postfix_facts *facts);

/* From which address such a filter hands mail to `service`, as far as the
 * set-up tells: the loopback address that the service listens at, else where
 * mail is handed to the filter, else 127.0.0.1. */
struct net_address
postfix_role_filter_address(const struct postfix_facts *facts,
			    const struct postfix_service *service);

/* Does the service call milters at all? */
bool postfix_role_has_milters(const struct postfix_facts *facts,
			      const struct postfix_service *service);

/* May a client of this host say who the client really is (XCLIENT)? */
bool postfix_role_has_xclient(const struct postfix_facts *facts,
			      const struct postfix_service *service);

#endif
