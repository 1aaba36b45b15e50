/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUTH_SPF_MACRO_H
#define AUTH_SPF_MACRO_H

/*
 * spf_macro - what a domain-spec stands for (RFC 7208 7)
 *
 * Pure functions: the one value that costs a lookup, the client's name for
 * "%{p}", is found by the caller for the terms that want it.
 */

#include "lib/auth/spf_domain_spec.h"
#include "lib/base/mem.h"
#include "lib/base/net.h"

struct spf_values {
	const struct net_address *client;
	const char *local_part;
	const char *sender_domain;
	const char *domain; /* under evaluation */
	const char *helo;
	/* Validated (7.2) or "unknown"; NULL while nobody wants it. */
	const char *client_name;
};

/* Can the values be put into a name? Not when the domain-spec has a local-part
 * macro and the local-part is not visible ASCII (RFC 8616 4). */
bool spf_macro_can_match(struct span spec, const struct spf_values *values);

/* Does "%{p}" or its like occur? */
bool spf_macro_wants_client_name(struct span spec);

/*
 * The name in the form the DNS is asked in: lower case, without the root's dot,
 * cut from the left to 253 bytes (7.3), "" when no label is that short. Whether
 * its labels are well formed is not looked at. NULL when it has more than
 * LIMIT_SPF_NAME_BYTES before it is cut.
 */
char *spf_macro_expand(TALLOC_CTX *mem, struct span spec,
		       const struct spf_values *values);

#endif
