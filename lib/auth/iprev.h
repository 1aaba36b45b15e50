/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_IPREV_H
#define AUTH_IPREV_H

/*
 * iprev - does the client's address map to a name that maps back? (RFC 8601 3)
 *
 * At most 10 names are looked at (LIMIT_SPF_PTR). Thread rule: the session's.
 */

#include "lib/auth/evidence.h"
#include "lib/base/net.h"
#include "lib/dns/dns.h"

/* Asks ahead for the client's names, and for the addresses of those. */
void iprev_ask_ahead(struct dns_session *session,
		     const struct net_address *client);

/* AUTH_NONE for NET_NONE. The name belongs to `mem`. */
struct evidence_iprev iprev_check(TALLOC_CTX *mem, struct dns_session *session,
				  const struct net_address *client);

#endif
